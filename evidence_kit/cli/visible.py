"""The prompt beside a visible window: what to do with the page she has opened, one word a line."""

from __future__ import annotations

import sys
import threading
from queue import Empty, Queue
from typing import TYPE_CHECKING

from evidence_kit.cli.common import Run
from evidence_kit.errors import CaptureError, UsageError
from evidence_kit.language import _
from evidence_kit.workflow.records import CaptureRequest, ExhibitRecord
from evidence_kit.workflow.session import Session

if TYPE_CHECKING:
    from evidence_kit.workflow.visible import VisibleSitting

WORDS = {"c": "capture", "k": "keep", "d": "done", "capture": "capture", "keep": "keep", "done": "done"}
LINE_LIMIT = 100


def _listen(words: Queue[str]) -> None:
    """Lines from stdin until it ends; its end means done."""
    while line := sys.stdin.readline(LINE_LIMIT):
        words.put(line.strip().lower())
    words.put("done")


def _next(run: Run, words: Queue[str]) -> str:
    while True:
        run.cancel.check()
        try:
            return words.get(timeout=0.2)
        except Empty:
            continue


def _keep(run: Run, sitting: VisibleSitting, label: str) -> None:
    try:
        kept = sitting.keep_sign_in(label)
    except (CaptureError, UsageError) as exc:
        run.say(_("The sign-in was not kept."))
        run.say(exc.message)
        return
    run.say(
        _("The sign-in is kept in the vault as “{label}”, for: {sites}", label=kept.label, sites=", ".join(kept.sites))
    )


def visible(run: Run, session: Session, request: CaptureRequest, keep_label: str = "") -> list[ExhibitRecord]:
    """Open the window and do what is asked until ``done``; then keep the sign-in, where it was asked for.

    Raises UsageError where nobody can ask.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError(
            _("With --visible you are asked what to record, and nothing can be read here."),
            hint=_("Run it in a terminal, or give the words capture, keep and done, one a line, on standard input."),
        )
    records: list[ExhibitRecord] = []
    words: Queue[str] = Queue()
    with session.open_visibly(request, run.cancel) as sitting:
        run.say(_("The window is open. Nothing is recorded until you ask for it here."))
        run.say(_("Sign in if you have to, and open the page. What stands in the tab opened last is recorded."))
        threading.Thread(target=_listen, args=(words,), daemon=True).start()
        while True:
            run.say(_("c = capture this page (it is loaded once more), k = keep it as it stands, d = done:"))
            word = WORDS.get(_next(run, words), "")
            if word == "done":
                if keep_label:
                    _keep(run, sitting, keep_label)
                return records
            if not word:
                continue
            try:
                records.append(sitting.capture(run.progress, keep=word == "keep"))
            except CaptureError as exc:
                run.say(exc.message)
                if exc.hint:
                    run.say(exc.hint)
                continue
            made = records[-1].exhibit
            run.say(_("Kept as exhibit {number}: {url}", number=made.number, url=made.url_final or made.url_requested))
