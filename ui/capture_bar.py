"""Address, Capture, what is being done, and how it ended: the main action of the window."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame

from evidence_kit.jobs import Progress
from evidence_kit.language import _
from evidence_kit.records import Outcome, Subject
from ui import theme, words
from ui.certificate_question import CertificateDialog
from ui.desk import Desk
from ui.messages import show_error
from ui.subject_question import SubjectDialog
from ui.widgets import Note, Working, add, button, column, field, label, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.workflow.records import ExhibitRecord
    from evidence_kit.workflow.session import Session


class CaptureBar(QFrame):
    """Asks the question first, then captures beside the window."""

    captured = Signal(str)
    """Id of the new exhibit; empty when it was stopped or failed (something may be kept all the same)."""

    several_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._case_id: str | None = None
        self._open = True
        self._listing = False
        self._job: Job | None = None
        self._again: tuple[str, Subject] | None = None
        self._started = 0.0
        self._step = ""
        self.dialog: SubjectDialog | None = None
        self.certificate: CertificateDialog | None = None
        box = column(self, margin=(theme.L, theme.M, theme.L, theme.M - 4), gap=theme.S)
        name = label(self.tr("Address of the page"), "label")
        self.address = field(self.tr("Address of the page"), hint="https://")
        name.setBuddy(self.address)
        self.capture = button(self.tr("Capture"), self._on_capture, role="main")
        line = row(gap=theme.S)
        line.addWidget(self.address, 1)
        line.addWidget(self.capture)
        self.several = button(self.tr("Several addresses…"), self.several_asked.emit, role="plain")
        self.working = Working()
        self.working.stopped.connect(self._on_stop)
        self.ended = Note(role="done")
        self.ended.acted.connect(self._on_again)
        self.ended.hide()
        self.closed = label(
            self.tr("This case is closed: nothing is added to it any more. Choose another case, or make a new one."),
            "quiet",
        )
        self.closed.hide()
        add(box, name)
        box.addLayout(line)
        box.addLayout(row(self.several, None))
        add(box, self.closed, self.working, self.ended)
        self.address.returnPressed.connect(self._on_capture)
        self.address.textChanged.connect(self._check)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._check()

    @property
    def running(self) -> bool:
        """Whether a page is being captured."""
        return self._job is not None

    def set_case(self, case_id: str | None, *, open_: bool = True) -> None:
        """Where the next capture goes; None makes a case first."""
        self._case_id, self._open = case_id, open_
        self.closed.setVisible(not open_)
        if not open_:
            self.ended.hide()  # it would offer to try again where nothing can be added
        self.address.setEnabled(open_)
        self._check()

    def hold_several(self, running: bool) -> None:
        """One list at a time."""
        self._listing = running
        self._check()

    def _check(self) -> None:
        self.several.setEnabled(self._open and not self._listing)
        self.capture.setEnabled(self._open and bool(self.address.text().strip()) and self._job is None)

    def _on_capture(self) -> None:
        if not self.capture.isEnabled():
            return
        self.dialog = SubjectDialog(self.address.text().strip(), self.window())
        self.dialog.accepted.connect(self._on_answered)
        self.dialog.open()

    def _on_answered(self) -> None:
        if self.dialog is not None and self.dialog.subject is not None:
            self._start(self.dialog.url, self.dialog.subject)

    def _start(self, url: str, subject: Subject, *, accept: bool = False) -> None:
        case_id, backend, first_name = self._case_id, self._desk.backend, self.tr("My case")

        def work(session: Session, progress: object, cancel: object) -> ExhibitRecord:
            into = case_id or session.add_case(first_name).id
            request = backend.request(url, subject, into, accept_certificate=accept)
            return session.capture(request, progress, cancel)  # type: ignore[arg-type]

        self._again = (url, subject)
        self._started = time.monotonic()
        self._step = self.tr("Waiting for what is still running") if self._desk.busy else words.step("browser")
        self._job = job = self._desk.act("capture", work)
        self.ended.hide()
        self.working.stop.setEnabled(True)
        self._tick()
        self._clock.start()
        self._check()
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_captured)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_stopped)
        job.ended.connect(self._on_ended)

    def _tick(self) -> None:
        seconds = int(time.monotonic() - self._started)
        self.working.show_step(self.tr("{step} … {seconds} s").format(step=self._step, seconds=seconds))

    def _on_progress(self, progress: Progress) -> None:
        self._step = words.step(progress.step)
        self._tick()

    def _on_stop(self) -> None:
        if self._job is not None:
            self._step = self.tr("Stopping")
            self.working.stop.setEnabled(False)
            self._job.cancel()
            self._tick()

    def _on_captured(self, record: ExhibitRecord) -> None:
        exhibit = record.exhibit
        name = words.numbered(exhibit)
        failure = self._desk.backend.explain(record)
        if failure is not None:
            self.ended.say(f"{failure.happened}\n{failure.kept}\n{failure.todo}", self.tr("Try again"))
            if failure.certificate and self._again is not None:
                self._ask_certificate(failure.happened, *self._again)
        elif words.refused(record.status):
            self.ended.say(
                self.tr("{answer}. This answer is kept: {exhibit}.").format(
                    answer=words.refused(record.status), exhibit=name
                ),
                self.tr("Try again") if exhibit.outcome is Outcome.PARTIAL else "",
            )
        elif exhibit.outcome is Outcome.PARTIAL:
            self.ended.say(
                self.tr("Kept in part: {exhibit}. Missing: {missing}.").format(
                    exhibit=name, missing=words.missing(exhibit.missing)
                ),
                self.tr("Try again"),
            )
        elif exhibit.subject.text_only:
            self.ended.say(self.tr("It is kept: {exhibit}, the text only, without pictures.").format(exhibit=name))
        else:
            self.ended.say(self.tr("It is kept: {exhibit}, complete.").format(exhibit=name))
        if failure is None:  # else a letter of it may have to be put right
            self.address.clear()
        self.captured.emit(exhibit.id)

    def _ask_certificate(self, happened: str, url: str, subject: Subject) -> None:
        self.certificate = CertificateDialog(happened, url, subject, self.window())
        self.certificate.accepted.connect(self._on_certificate)
        self.certificate.open()

    def _on_certificate(self) -> None:
        asked = self.certificate
        if asked is not None and self._job is None and self._open:
            self._start(asked.url, asked.subject, accept=True)

    def _on_failed(self, error: object) -> None:
        show_error(error, self.window())
        self.captured.emit("")

    def _on_stopped(self) -> None:
        kept = (self._job.kept if self._job is not None else "") or _("Nothing had been recorded yet.")
        self.ended.say(self.tr("Stopped. {kept}").format(kept=kept), self.tr("Try again"))
        self.captured.emit("")

    def _on_ended(self) -> None:
        self._job = None
        self._clock.stop()
        self.working.hide()
        self._check()

    def _on_again(self) -> None:
        if self._again is not None and self._job is None and self._open:
            self._start(*self._again)
