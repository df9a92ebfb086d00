"""A list of pages in the window: how far it is, pause, stop, what needs a look, and one that was left unfinished."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QPushButton

from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.records import Subject
from ui import theme
from ui.desk import Act, Desk
from ui.messages import show_error
from ui.widgets import Elided, add, button, column, label, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.workflow.listing import ListState
    from evidence_kit.workflow.session import Session

SHOWN = 4
THREAD_PAGES = 100


class ListStrip(QFrame):
    """Hidden while there is nothing to say. One list at a time."""

    running_changed = Signal(bool)
    changed = Signal(str)
    """Exhibits were added; the string is empty, as none of them is to be chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "note")
        self._desk = desk
        self._case_id: str | None = None
        self._job: Job | None = None
        self._state: ListState | None = None
        self._told: Progress | None = None
        self._hold = threading.Event()
        self._stopping = self._more = False
        box = column(self, margin=(theme.M - 4, theme.S, theme.S, theme.S), gap=theme.XS)
        self.words = label("")
        self.now = Elided()
        self.now.setProperty("role", "small")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the list"))
        self.said = label("", "small")
        self.pause = button(self.tr("Pause"), self._on_pause)
        self.stop = button(self.tr("Stop"), self._on_stop)
        self.go = button(self.tr("Go on"), self._on_go)
        self.leave = button(self.tr("Leave it"), self._on_leave)
        self.fine = button(self.tr("Fine"), self._look_for_unfinished)
        line = row(gap=theme.S)
        line.addWidget(self.words, 1)
        add(line, self.go, self.leave, self.pause, self.stop, self.fine)
        box.addLayout(line)
        add(box, self.bar, self.now, self.said)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(400)
        self._later.timeout.connect(self._look)
        self.hide()

    @property
    def running(self) -> bool:
        """Whether pages of a list are being captured."""
        return self._job is not None

    # which list

    def set_case(self, case_id: str | None, *, open_: bool) -> None:
        """Show what is left unfinished in that case; a list that runs stays as it is."""
        here = case_id if open_ else None
        if here == self._case_id:
            return
        self._case_id = here
        if not self.running:
            self._look_for_unfinished()

    def _look_for_unfinished(self) -> None:
        case_id, self._state = self._case_id, None
        self.hide()
        if case_id is not None and self._desk.session is not None:
            job = self._desk.read("unfinished", lambda session: _unfinished(session, case_id))
            job.succeeded.connect(self._on_unfinished)

    def _on_unfinished(self, state: ListState | None) -> None:
        if state is None or self.running or state.list.case_id != self._case_id:
            return
        self._state = state
        words = self.tr("A list is not finished: {kept} of {total} pages are kept.")
        if not state.left:
            words = self.tr("A thread has more pages: {kept} of it are kept so far.")
        self._show(words.format(kept=state.kept, total=state.total), self.go, self.leave)
        self._show_said(state)

    def begin(self, case_id: str | None, urls: list[str], subject: Subject, *, thread: bool) -> None:
        """Write a new list down and begin it; without a case one is made first."""
        if self.running:
            return
        self._state = self._told = None
        first_name, most = self.tr("My case"), THREAD_PAGES if thread else 0

        def work(session: Session, progress: ProgressSink, cancel: CancelToken) -> ListState:
            lists = session.lists(case_id or session.add_case(first_name).id)
            chosen = lists.begin(urls, subject, stamp=True, thread_pages=max(most, len(urls)) if most else 0)
            self._state = lists.state(chosen)
            lists.run(chosen, progress, cancel, paused=self._hold.is_set)
            return lists.state(chosen)

        self._start(work, len(urls))

    def _on_go(self) -> None:
        if self.running:
            self._hold.clear()
            self._show_running()
            return
        state = self._state
        if state is None:
            return

        def work(session: Session, progress: ProgressSink, cancel: CancelToken) -> ListState:
            lists, chosen = session.lists(state.list.case_id), state.list
            if state.beyond and not state.left:
                chosen = lists.go_on(chosen, THREAD_PAGES)
                self._state = lists.state(chosen)
            lists.run(chosen, progress, cancel, paused=self._hold.is_set)
            return lists.state(chosen)

        self._told = Progress("list", state.kept, state.total)
        self._start(work, state.total)

    def _start(self, work: Act, total: int) -> None:
        self._hold.clear()
        self._stopping = False
        self._told = self._told or Progress("list", 0, total)
        self._job = job = self._desk.run_list("list", work)
        self.said.hide()
        self._show_running()
        self.running_changed.emit(True)
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_done)
        job.cancelled.connect(self._on_stopped)
        job.failed.connect(self._on_failed)

    # while it runs

    def _on_progress(self, told: Progress) -> None:
        self._told = told
        self._show_running()
        self._more = self._later.isActive()
        if not self._more:
            self._later.start()

    def _look(self) -> None:
        """What needs a look by now, and the new exhibits in the list of the window."""
        if self._more and self.running:  # reports that follow each other closely are not all passed on
            self._more = False
            self._later.start()
        self.changed.emit("")
        state = self._state
        if state is None or self._desk.session is None:
            return
        job = self._desk.read("list-state", lambda session: session.lists(state.list.case_id).state(state.list))
        job.succeeded.connect(self._on_state)

    def _on_state(self, state: ListState) -> None:
        self._state = state
        self._show_said(state)
        if self.running:
            detail = self._told.detail if self._told else ""
            self._told = Progress("list", state.kept, state.total, detail)
            self._show_running()
        elif state.left:
            self._show_left(state)

    def _show_running(self) -> None:
        told = self._told or Progress("list")
        if self._stopping:
            words = self.tr("Stopping: the pages under way are kept as far as they came.")
        elif self._hold.is_set():
            words = self.tr("Paused at {done} of {total} pages. The pages under way come to their end.")
        else:
            words = self.tr("{done} of {total} pages recorded.")
        self.bar.setRange(0, told.total or 0)
        self.bar.setValue(told.done)
        self.now.setText(self.tr("Being recorded: {address}").format(address=told.detail) if told.detail else "")
        held = self._hold.is_set()
        shown = [] if self._stopping else [self.go if held else self.pause, self.stop]
        self._show(words.format(done=told.done, total=told.total or told.done), *shown)
        self.bar.show()
        self.now.setVisible(bool(told.detail) and not held and not self._stopping)

    def _on_pause(self) -> None:
        self._hold.set()
        self._show_running()

    def _on_stop(self) -> None:
        if self._job is not None:
            self._stopping = True
            self._job.cancel()
            self._show_running()

    # how it ended

    def _end(self) -> None:
        self._job = self._told = None
        self._stopping = False
        self._later.stop()
        self.running_changed.emit(False)

    def _on_done(self, state: ListState) -> None:
        self._end()
        self._state = state if state.beyond else None
        words = self.tr("The list is done: {kept} of {total} pages are kept.")
        if state.said:
            words = self.tr("The list is done: {kept} of {total} addresses are kept, {count} of them not whole.")
        words = words.format(kept=state.kept, total=state.total, count=len(state.said))
        if state.beyond:
            words += " " + self.tr("The thread has more pages than that; the others are not recorded.")
        self._show(words, *((self.go, self.leave) if state.beyond else (self.fine,)))
        self._show_said(state)
        self.changed.emit("")

    def _on_stopped(self) -> None:
        self._end()
        if self._state is None:
            self.hide()
        self._look()

    def _on_failed(self, error: object) -> None:
        show_error(error, self.window())
        self._on_stopped()

    def _show_left(self, state: ListState) -> None:
        self._show(
            self.tr("Stopped: {kept} of {total} pages are kept. The list can be gone on with at any time.").format(
                kept=state.kept, total=state.total
            ),
            self.go,
            self.leave,
        )

    def _on_leave(self) -> None:
        state, self._state = self._state, None
        self.hide()
        if state is not None:
            job = self._desk.act(
                "leave-list", lambda session, _p, _c: session.lists(state.list.case_id).leave(state.list)
            )
            job.failed.connect(lambda error: show_error(error, self.window()))

    # showing

    def _show(self, words: str, *buttons: QPushButton) -> None:
        self.words.setText(words)
        self.bar.hide()
        self.now.hide()
        for one in (self.go, self.leave, self.pause, self.stop, self.fine):
            one.setVisible(one in buttons)
        self.show()

    def _show_said(self, state: ListState) -> None:
        lines = [f"{address}\n    {why}" for address, why in state.said[:SHOWN]]
        more = len(state.said) - SHOWN
        lines += [self.tr("and {count} more").format(count=more)] if more > 0 else []
        self.said.setText("\n".join(lines))
        self.said.setVisible(bool(lines))


def _unfinished(session: Session, case_id: str) -> ListState | None:
    lists = session.lists(case_id)
    chosen = lists.unfinished() or lists.at_bound()
    return lists.state(chosen) if chosen is not None else None
