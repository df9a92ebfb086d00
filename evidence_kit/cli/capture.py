"""``capture``: one or more addresses become exhibits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from evidence_kit.cli.common import FAILED, FINE, IN_PART, Run, opened, stoppable, vault_options
from evidence_kit.cli.visible import visible as show_window
from evidence_kit.errors import Cancelled, EvidenceError, UsageError
from evidence_kit.language import _
from evidence_kit.notices import notices
from evidence_kit.records import Outcome, Subject, TokenStatus
from evidence_kit.workflow.failures import explain
from evidence_kit.workflow.records import CaptureRequest, ExhibitRecord

LIST_LIMIT = 1 << 20
Command = TypeVar("Command", bound=Callable[..., Any])


def subject_option(function: Command) -> Command:
    """The question that is asked before anything is loaded (DOMAIN MIN-02)."""
    return click.option(
        "--subject",
        type=click.Choice([s.value for s in Subject]),
        required=True,
        help="Could anyone shown be under 18, or have been when the picture was taken? "
        "adult: no; selected: no, and load only the pictures that --allow names; was-minor: I was; minor: yes; "
        "unknown: I do not know. The last three record text only.",
    )(function)


def _addresses(urls: tuple[str, ...], from_file: Path | None) -> list[str]:
    found = list(urls)
    if from_file:
        try:
            text = from_file.read_bytes()[:LIST_LIMIT].decode("utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise UsageError(_("The list of addresses cannot be read: {path}", path=from_file)) from exc
        found += [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not found:
        raise UsageError(_("No address was given."), hint=_("Give at least one address, such as https://example.org/"))
    return list(dict.fromkeys(found))


@click.command("capture", help="Record pages: picture, HTML, network, text; then stamp each.")
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option("--from-file", type=click.Path(path_type=Path), metavar="F", help="Addresses, one per line.")
@click.option("--case", "case_id", metavar="ID", help="The only or last used case if absent.")
@subject_option
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="URL",
    help="With --subject selected: this picture or medium may be loaded. Can be given several times.",
)
@click.option(
    "--visible", is_flag=True, help="Open a window for you to sign in; record what you then ask for (c, k, d)."
)
@click.option("--no-stamp", is_flag=True, help="Ask no authority now; “stamp” does it later.")
@vault_options
def capture(
    run: Run,
    urls: tuple[str, ...],
    from_file: Path | None,
    case_id: str | None,
    subject: str,
    allowed: tuple[str, ...],
    visible: bool,
    no_stamp: bool,
) -> int:
    """Exit 0 all complete, 3 some partial or failed, 1 all failed."""
    addresses = _addresses(urls, from_file)
    if visible and len(addresses) > 1:
        raise UsageError(
            _("A visible window opens one address; the others you open in it yourself."),
            hint=_("Give one address with --visible."),
        )
    with opened(run) as session, stoppable(run):
        case = session.case(case_id)
        requests = [
            CaptureRequest(url=u, subject=Subject(subject), case_id=case.id, stamp=not no_stamp, allowed=allowed)
            for u in addresses
        ]
        for request in requests:
            session.check_capture(request)
        if visible:
            return _ended(run, show_window(run, session, requests[0]))
        records: list[ExhibitRecord] = []
        for request in requests:
            try:
                records.append(session.capture(request, run.progress, run.cancel))
            except Cancelled:
                for line in _lines(records):
                    run.say(line)
                raise
            except EvidenceError as exc:
                if not records:
                    raise
                run.say(exc.message)
                run.answer([r.as_json() for r in records], _lines(records))
                return IN_PART
        return _ended(run, records)


def _ended(run: Run, records: list[ExhibitRecord]) -> int:
    run.answer([r.as_json() for r in records], _lines(records) or _("Nothing was recorded."))
    outcomes = {r.exhibit.outcome for r in records}
    if outcomes <= {Outcome.COMPLETE}:
        return FINE
    return FAILED if outcomes == {Outcome.FAILED} else IN_PART


def _lines(records: list[ExhibitRecord]) -> list[str]:
    lines = []
    for r in records:
        e = r.exhibit
        what = {
            Outcome.COMPLETE: _("complete"),
            Outcome.PARTIAL: _("partial, missing: {missing}", missing=", ".join(e.missing)),
            Outcome.FAILED: _("no answer; kept as a record of that"),
        }[e.outcome]
        said = {
            TokenStatus.GRANTED: _("obtained"),
            TokenStatus.PENDING: _("awaited"),
            TokenStatus.REFUSED: _("refused"),
        }
        stamps = ", ".join(f"{t.authority} {said[t.status]}" for t in r.tokens)
        lines.append(
            _(
                "Exhibit {number} ({id}): {what}. Time proofs: {stamps}",
                number=e.number,
                id=e.id,
                what=what,
                stamps=stamps,
            )
        )
        lines += _selection_lines(r)
        failure = explain(r)
        if failure:
            lines += [f"  {failure.happened}", f"  {failure.todo}"]
        lines += [f"  {n.text}" for n in notices(r.network, _)]
    return lines


def _selection_lines(record: ExhibitRecord) -> list[str]:
    """What was withheld, and which allowed address the page never asked for."""
    selection = record.selection
    if not selection:
        return []
    lines = [_("  Pictures and media withheld: {count}", count=selection["withheld_count"])]
    unasked = [one["url"] for one in selection["allowed"] if not one["requested"]]
    return lines + [_("  Allowed, but the page did not ask for it: {url}", url=url) for url in unasked]


COMMANDS = {"capture": capture}
