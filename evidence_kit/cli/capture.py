"""``capture``: one or more addresses become exhibits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from evidence_kit.cli.common import FAILED, FINE, IN_PART, Run, opened, stoppable, vault_options, wall_lines
from evidence_kit.cli.helping import t
from evidence_kit.cli.visible import visible as show_window
from evidence_kit.errors import Cancelled, EvidenceError, UsageError
from evidence_kit.language import _
from evidence_kit.notices import notices
from evidence_kit.records import Outcome, Subject, TokenStatus
from evidence_kit.vault.index import CaptureList
from evidence_kit.workflow.failures import explain
from evidence_kit.workflow.listing import CONCURRENCY, MAX_CONCURRENCY, Lists
from evidence_kit.workflow.records import CaptureRequest, ExhibitRecord
from evidence_kit.workflow.session import Session
from evidence_kit.workflow.threads import MAX_PAGES, MOST_PAGES

LIST_LIMIT = 1 << 20
Command = TypeVar("Command", bound=Callable[..., Any])


def subject_option(*, required: bool = True) -> Callable[[Command], Command]:
    """The question that is asked before anything is loaded (DOMAIN MIN-02); a list that is taken up has its answer."""
    return click.option(
        "--subject",
        type=click.Choice([s.value for s in Subject]),
        required=required,
        help=t(
            "Could anyone shown be under 18, or have been when the picture was taken? "
            "adult: no; selected: no, and load only the pictures that --allow names; was-minor: I was; minor: yes; "
            "unknown: I do not know. The last three record text only."
        ),
    )


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


@click.command("capture", help=t("Record pages: picture, HTML, network, text; then stamp each."))
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--from-file", type=click.Path(path_type=Path), metavar="F", help=t("Addresses, one per line."))
@click.option("--case", "case_id", metavar="ID", help=t("The only or last used case if absent."))
@subject_option(required=False)
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="URL",
    help=t("With --subject selected: this picture or medium may be loaded. Can be given several times."),
)
@click.option(
    "--visible", is_flag=True, help=t("Open a window for you to sign in; record what you then ask for (c, k, d).")
)
@click.option(
    "--accept-certificate",
    is_flag=True,
    help=t("Record a site whose certificate is not valid, and say so in the record."),
)
@click.option("--keep-session", "keep_label", default="", metavar="LABEL", help=t("With --visible: keep the sign-in."))
@click.option(
    "--session", "sign_in", default="", metavar="LABEL", help=t("Open the page with a sign-in that you kept.")
)
@click.option("--no-stamp", is_flag=True, help=t("Ask no authority now; “stamp” does it later."))
@click.option(
    "--concurrency",
    type=click.IntRange(1, MAX_CONCURRENCY),
    default=CONCURRENCY,
    show_default=True,
    help=t("How many pages of a list at the same time."),
)
@click.option("--thread", is_flag=True, help=t("All pages of the thread that the address is of, found by its pager."))
@click.option(
    "--max-pages",
    type=click.IntRange(1, MOST_PAGES),
    show_default=str(MAX_PAGES),
    help=t("With --thread: at most so many pages."),
)
@click.option(
    "--resume",
    is_flag=True,
    help=t("Go on with the last unfinished list, or the one with these addresses; a thread at its bound, after it."),
)
@vault_options
def capture(
    run: Run,
    urls: tuple[str, ...],
    from_file: Path | None,
    case_id: str | None,
    subject: str | None,
    allowed: tuple[str, ...],
    visible: bool,
    keep_label: str,
    sign_in: str,
    accept_certificate: bool,
    no_stamp: bool,
    concurrency: int,
    thread: bool,
    max_pages: int | None,
    resume: bool,
) -> int:
    """Exit 0 all complete, 3 some partial or failed, 1 all failed."""
    addresses = _addresses(urls, from_file) if urls or from_file or not resume else []
    if subject is None and not resume:
        raise UsageError(_("Say who is shown."), hint=_("Give --subject; nothing is loaded before that is answered."))
    asked = Subject(subject) if subject else None
    many = len(addresses) > 1 or resume or thread
    if max_pages is not None and not (thread or resume):
        raise UsageError(_("Only a thread has a bound on its pages."), hint=_("Give --thread as well."))
    max_pages = MAX_PAGES if max_pages is None else max_pages
    if visible and many:
        raise UsageError(
            _("A visible window opens one address; the others you open in it yourself."),
            hint=_("Give one address with --visible."),
        )
    if visible and accept_certificate:
        raise UsageError(
            _("In a visible window the browser itself asks you about a certificate that is not valid."),
            hint=_("Leave one of the two out."),
            command="--visible, --accept-certificate",
        )
    if allowed and many:
        raise UsageError(
            _("In a list every page starts with all pictures withheld."),
            hint=_("Give --allow with one address at a time."),
        )
    if keep_label and not visible:
        raise UsageError(_("A sign-in can be kept only from a visible window."), hint=_("Give --visible as well."))
    if sign_in and many:
        raise UsageError(
            _("A kept sign-in is used for one address at a time."), hint=_("Give one address with --session.")
        )
    run.may_stamp = not no_stamp
    with opened(run) as session, stoppable(run):
        if asked is not None and not many:
            request = CaptureRequest(
                url=addresses[0],
                subject=asked,
                case_id=case_id,
                stamp=not no_stamp,
                allowed=allowed,
                accept_certificate=accept_certificate,
                sign_in=sign_in,
            )
            session.check_capture(request)
            if visible:
                return _answer(run, show_window(run, session, request, keep_label))
            return _answer(run, [session.capture(request, run.progress, run.cancel)])
        lists = session.lists(case_id)
        chosen = lists.unfinished(addresses, asked) if resume else None
        bound = lists.at_bound(addresses, asked) if resume and chosen is None else None
        chosen = lists.go_on(bound, max_pages) if bound is not None else chosen
        if chosen is None and not (addresses and asked):
            raise UsageError(
                _("There is no unfinished list to go on with."),
                hint=_("Give the addresses and --subject to begin one."),
            )
        if chosen is None:
            assert asked is not None  # noqa: S101 - looked at above
            chosen = lists.begin(addresses, asked, stamp=not no_stamp, thread_pages=max_pages if thread else 0)
        return _run_list(run, session, lists, chosen, concurrency, accept_certificate=accept_certificate)


def _run_list(
    run: Run, session: Session, lists: Lists, chosen: CaptureList, concurrency: int, *, accept_certificate: bool
) -> int:
    stopped: EvidenceError | None = None
    try:
        lists.run(chosen, run.progress, run.cancel, concurrency=concurrency, accept_certificate=accept_certificate)
    except Cancelled:
        for line in _lines(_records(session, lists, chosen)):
            run.say(line)
        _say_how_to_go_on(run, lists, chosen)
        raise
    except EvidenceError as exc:
        stopped = exc
    records = _records(session, lists, chosen)
    if stopped is not None:
        _say_how_to_go_on(run, lists, chosen)
        if not records:
            raise stopped
        run.say(stopped.message)
    for item in lists.items(chosen):
        if item.error and item.state in {"done", "failed"}:
            run.say(f"{item.url}: {item.error}")
    code = _answer(run, records)
    beyond = lists.beyond(chosen)
    if beyond:
        run.say(
            _(
                "The thread has more pages than the {count} that were asked for; the others are not recorded.",
                count=len(lists.items(chosen)),
            )
        )
        run.say(_("Go on after the last one with: evidence-kit capture --resume --case {case}", case=chosen.case_id))
    whole = len(records) == len(lists.items(chosen)) and not (beyond and code == FINE)
    return code if whole else IN_PART if records else FAILED


def _records(session: Session, lists: Lists, chosen: CaptureList) -> list[ExhibitRecord]:
    return [session.record(i.exhibit_id) for i in lists.items(chosen) if i.state == "done" and i.exhibit_id]


def _say_how_to_go_on(run: Run, lists: Lists, chosen: CaptureList) -> None:
    items = lists.items(chosen)
    left = sum(i.state in {"waiting", "running"} for i in items)
    if left:
        run.say(
            _(
                "Still to do: {left} of {total}. Go on with: evidence-kit capture --resume --case {case}",
                left=left,
                total=len(items),
                case=chosen.case_id,
            )
        )


def _answer(run: Run, records: list[ExhibitRecord]) -> int:
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
            Outcome.FAILED: _("nothing could be loaded; kept as a record of that"),
        }[e.outcome]
        if e.subject.text_only and e.outcome is Outcome.COMPLETE:
            what = _("complete, the text only")
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
            lines += ["  " + _("On the command line: {command}", command=failure.command)] if failure.command else []
        lines += [f"  {line}" for line in wall_lines(r)]
        lines += [f"  {n.text}" for n in notices(r.network, _)]
        if e.subject.text_only:
            lines.append("  " + _("Report the page to Pharos (internet-signalement.gouv.fr) or call the 3018."))
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
