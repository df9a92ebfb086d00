"""``verify``: judge a package or a single token, without a vault and without a passphrase."""

from __future__ import annotations

from pathlib import Path

import click

from evidence_kit.cli.common import FAILED, FINE, IN_PART, WRONG_USE, Run, plain, read_secret, stoppable
from evidence_kit.cli.helping import t
from evidence_kit.errors import EvidenceError, UsageError
from evidence_kit.language import _
from evidence_kit.workflow import verifying

ON_A_SCREEN = 20
"""With more checks than that the verdict has left the screen, and is said once more at the end."""
CODES = {"intact": FINE, "altered": FAILED, "incomplete": IN_PART, "unreadable": WRONG_USE}


def _is_token(path: Path) -> bool:
    """Whether the file begins as a DER sequence, as replies, tokens and evidence records do."""
    try:
        with path.open("rb") as file:
            return file.read(1) == b"\x30"
    except OSError:
        return False


@click.command("verify", help=t("Check a package, or a token together with --data or --digest."))
@click.argument("subject", type=click.Path(path_type=Path), metavar="PACKAGE|TOKEN")
@click.option("--data", type=click.Path(path_type=Path), metavar="FILE", help=t("The bytes that a token is about."))
@click.option("--digest", metavar="ALG:HEX", help=t("Their digest instead."))
@click.option(
    "--root", "roots", multiple=True, type=click.Path(path_type=Path), metavar="PEM", help=t("Also trust this.")
)
@click.option(
    "--chain", multiple=True, type=click.Path(path_type=Path), metavar="PEM", help=t("Certificates in between.")
)
@click.option(
    "--crl",
    "statements",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=t("A revocation list or an OCSP answer."),
)
@click.option("--password-file", type=click.Path(path_type=Path), metavar="F", help=t("Of an encrypted package."))
@plain
def verify(
    run: Run,
    subject: Path,
    data: Path | None,
    digest: str | None,
    roots: tuple[Path, ...],
    chain: tuple[Path, ...],
    statements: tuple[Path, ...],
    password_file: Path | None,
) -> int:
    """Exit 0 intact, 1 altered, 2 unreadable, 3 incomplete."""
    try:
        with stoppable(run):
            if data is not None and digest is not None:
                raise UsageError(_("A timestamp is checked by the file or by its digest."), command="--data | --digest")
            if data is None and digest is None and _is_token(subject):
                raise UsageError(
                    _("This is a timestamp. It is checked together with the file that it is about."),
                    command="--data FILE | --digest ALG:HEX",
                )
            if data is not None or digest is not None:
                report = verifying.verify_token(
                    subject, data=data, digest=digest, roots=roots, chain=chain, statements=statements
                )
            else:
                report = verifying.verify_package(
                    subject,
                    password=read_secret(password_file) if password_file else None,
                    roots=roots,
                    statements=statements,
                    progress=run.progress,
                    cancel=run.cancel,
                )
    except EvidenceError as exc:  # a verdict even then, never an error (COMMANDS): nothing could be judged
        report = verifying.unreadable(exc)
    words = {
        "intact": _("Intact: every check passed."),
        "altered": _("Altered: at least one check failed."),
        "incomplete": _("Incomplete: nothing is wrong, but not everything could be checked."),
        "unreadable": _("Unreadable: this is not a package or token that can be checked."),
    }
    marks = {"passed": "  ok ", "failed": " BAD ", "not-checked": "  ?  "}
    verdict = words[report.verdict]
    if report.verdict == "intact" and any(c.status == "not-checked" for c in report.checks):
        verdict = _("Intact: no check failed. What is marked ? could not be looked at here and is not needed.")
    lines = [verdict]
    lines += [f"{marks[c.status]} {c.name:<18} {c.subject}  {c.detail}" for c in report.checks]
    option = report.facts.get("option", "")
    if any(c.name == "authority-trusted" and c.status == "not-checked" and c.subject for c in report.checks):
        option = "--root PEM"
    if option:
        lines.append(_("On the command line: {command}", command=option))
    if len(report.checks) > ON_A_SCREEN:
        lines.append(verdict)
    run.answer(report.as_json(), lines)
    return CODES[report.verdict]


COMMANDS = {"verify": verify}
