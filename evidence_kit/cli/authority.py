"""``authority``: who is asked for timestamps, in which order, and the trusted lists that say who is qualified."""

from __future__ import annotations

from pathlib import Path

import click

from evidence_kit import identified
from evidence_kit.canonical import JsonObject
from evidence_kit.cli.common import FAILED, FINE, Run, opened, plain, read_secret, stoppable, vault_options
from evidence_kit.cli.helping import t
from evidence_kit.errors import UsageError
from evidence_kit.language import _
from evidence_kit.numbers import decimal
from evidence_kit.timestamp.authorities import MAX_FILE, AuthorityList
from evidence_kit.timestamp.authorities_file import NewAuthority
from evidence_kit.workflow.authorities import Authorities, Trial
from evidence_kit.workflow.places import read_bounded

_FILE = click.Path(path_type=Path)


@click.group("authority", help=t("The authorities that make timestamps, and the EU trusted lists."))
@vault_options
def authority(_run: Run) -> None:
    """Group of the verbs about authorities."""


@authority.command("list", help=t("Which authorities are known, and which are asked, in their order."))
@plain
def list_authorities(run: Run) -> None:
    """Those that are asked first; needs no vault."""
    _answer(run, Authorities().all())


@authority.command("add", help=t("Add an authority of your own; it is asked after the others."))
@click.argument("name")
@click.argument("url")
@click.option("--root", "roots", type=_FILE, metavar="PEM", multiple=True, required=True, help=t("A root to trust."))
@click.option("--operator", default="", help=t("Who runs it."))
@click.option("--country", default="", help=t("Its country, such as FR."))
@click.option("--policy", "policies", multiple=True, metavar="OID", help=t("A policy that it stamps under."))
@click.option("--pause", default=0.0, metavar="SECONDS", help=t("How long it wants between two requests."))
@click.option("--qualified-claimed", is_flag=True, help=t("Its operator says that it is qualified."))
@click.option("--not-asked", is_flag=True, help=t("Know it, but leave it out of the order."))
@click.option("--account", default="", metavar="NAME", help=t("User name, where the operator asks for an account."))
@click.option("--password-file", type=_FILE, metavar="FILE", help=t("Read the account’s password from FILE."))
@vault_options
def add(
    run: Run,
    name: str,
    url: str,
    roots: tuple[Path, ...],
    operator: str,
    country: str,
    policies: tuple[str, ...],
    pause: float,
    qualified_claimed: bool,
    not_asked: bool,
    account: str,
    password_file: Path | None,
) -> None:
    """The vault is opened only where there is a password to keep."""
    if bool(account) != (password_file is not None):
        raise UsageError(
            _("An account needs both its name and its password."),
            hint=_("Give --account and --password-file together."),
        )
    new = NewAuthority(
        name=name,
        url=url,
        roots=tuple(read_bounded(root, MAX_FILE) for root in roots),
        operator=operator,
        country=country,
        policies=policies,
        qualified_claimed=qualified_claimed,
        pause_seconds=pause,
        account=account,
    )
    if password_file is None:
        _answer(run, Authorities().add(new, asked=not not_asked))
        return
    secret = read_secret(password_file)
    with opened(run) as vault:
        _answer(run, vault.authorities.add(new, secret=secret, asked=not not_asked))


@authority.command("remove", help=t("Remove an authority that you added."))
@click.argument("name")
@vault_options
def remove(run: Run, name: str) -> None:
    """The vault is opened only where a password may be kept there."""
    known = Authorities().all().all.get(name)
    if known is None or not known.account:
        _answer(run, Authorities().remove(name))
        return
    with opened(run) as vault:
        _answer(run, vault.authorities.remove(name))


@authority.command("order", help=t("Ask these authorities, in this order, and no others."))
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@plain
def order(run: Run, names: tuple[str, ...]) -> None:
    """What is pending is still asked of those that were asked before."""
    _answer(run, Authorities().order(names))


@authority.command("test", help=t("Ask for one timestamp over random bytes, judge it, and say what came."))
@click.argument("names", nargs=-1, metavar="[NAME]...")
@vault_options
def test(run: Run, names: tuple[str, ...]) -> int:
    """Exit 1 where one gave no good timestamp. Without names those that are asked are tried."""
    known = Authorities().all()
    wanted = names or tuple(a.name for a in known.default)
    with stoppable(run):
        if any(known.all[name].account for name in wanted if name in known.all):
            with opened(run) as vault:
                tried = [vault.authorities.test(name, run.cancel) for name in wanted]
        else:
            tried = [Authorities().test(name, run.cancel) for name in wanted]
    run.answer([one.as_json() for one in tried], [line for one in tried for line in _trial_lines(one)])
    return FINE if all(one.granted for one in tried) else FAILED


@authority.command("trusted-list", help=t("Import an EU trusted list; without FILE, say which are kept."))
@click.argument("file", type=_FILE, required=False)
@click.option("--lotl", type=_FILE, metavar="FILE", help=t("The list of lists that vouches for it."))
@click.option(
    "--signer", type=_FILE, metavar="PEM", help=t("Who signs the list of lists or, without one, the list itself.")
)
@vault_options
def trusted_list(run: Run, file: Path | None, lotl: Path | None, signer: Path | None) -> None:
    """Every timestamp in the vault is judged again then."""
    if file is None and (lotl or signer):
        raise UsageError(_("A country’s list is needed."), hint=_("Name its file."))
    with opened(run) as vault, stoppable(run):
        if file is None:
            kept = vault.trusted_lists.all()
            lines = [
                _(
                    "{territory}, number {number} of {date}, signed by {signer}",
                    territory=one.territory,
                    number=one.record["sequence"],
                    date=one.record["issued_at"][:10],
                    signer=one.record["signer"],
                )
                for one in kept
            ]
            run.answer([one.record for one in kept], lines or [_("No trusted list is kept.")])
            return
        made = vault.trusted_lists.import_file(file, lotl=lotl, signer=signer, progress=run.progress, cancel=run.cancel)
        run.answer(made.as_json(), made.sentences())


def _answer(run: Run, known: AuthorityList) -> None:
    places = {a.name: place for place, a in enumerate(known.default, start=1)}
    found = sorted(known.all.values(), key=lambda a: places.get(a.name, len(places) + 1))
    document: list[JsonObject] = []
    lines: list[str] = []
    for one in found:
        place = places.get(one.name)
        document.append(
            {
                "name": one.name,
                "operator": one.operator,
                "country": one.country,
                "url": one.url,
                "asked": place,
                "own": one.own,
                "qualified_claimed": one.qualified_claimed,
                "account": one.account or None,
                "roots": [{"sha256": root.sha256, "subject": root.subject} for root in one.roots],
            }
        )
        claimed = _("says that it is qualified") if one.qualified_claimed else ""
        about = ", ".join(part for part in (one.operator, one.country, one.url, claimed) if part)
        lines.append(f"{f'{place}.' if place else '–':>3} {one.name}: {about}")
    run.answer(document, [*lines, _("Only the numbered ones are asked, in this order.")])


def _trial_lines(one: Trial) -> list[str]:
    seconds = decimal(f"{one.seconds:.1f}")
    if not one.granted:
        return [
            _("{name}: no good timestamp after {seconds} s. {why}", name=one.authority, seconds=seconds, why=one.error)
        ]
    rows = (
        (_("Time"), one.gen_time),
        (_("Policy"), one.policy),
        (_("Signed by"), identified.plain_name(one.signer)),
        (_("Qualified"), one.qualified_reason),
    )
    return [
        _("{name}: a good timestamp after {seconds} s.", name=one.authority, seconds=seconds),
        *("  " + _("{name}: {value}", name=name, value=value) for name, value in rows),
    ]


COMMANDS = {"authority": authority}
