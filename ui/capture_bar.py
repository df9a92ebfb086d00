"""Address, Capture, what is being done, and how it ended: the main action of the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame

from evidence_kit.jobs import Progress
from evidence_kit.language import _
from evidence_kit.records import Subject
from ui import outcomes, theme, words
from ui.certificate_question import CertificateDialog
from ui.desk import Desk
from ui.messages import show_error
from ui.sitting import SittingBar
from ui.subject_question import SubjectDialog
from ui.widgets import Note, Working, add, button, column, field, label, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.workflow.records import CaptureRequest, ExhibitRecord
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
        self._sign_in = ""
        self._allowed: tuple[str, ...] = ()
        self._started = 0.0
        self._step = ""
        self._next: Callable[[], None] | None = None
        self.dialog: SubjectDialog | None = None
        self.certificate: CertificateDialog | None = None
        self.sitting: SittingBar | None = None
        box = column(self, margin=(theme.L, theme.M, theme.L, theme.M - 4), gap=theme.S)
        name = label(self.tr("Address of the page"), "label", wrap=False)
        self.address = field(self.tr("Address of the page"), hint="https://")
        name.setBuddy(self.address)
        self.capture = button(self.tr("Capture"), self._on_capture, role="main")
        self.visibly = button(
            self.tr("Open it in a window…"),
            lambda: self.ask_visibly(self.address.text().strip()),
            role="link",
            tip=self.tr(
                "To sign in yourself, or to go past a question that the site asks; then record what you choose."
            ),
        )
        line = row(gap=theme.S)
        line.addWidget(self.address, 1)
        line.addWidget(self.capture)
        self.several = button(self.tr("Several addresses…"), self.several_asked.emit, role="link")
        self.working = Working()
        self.working.stopped.connect(self._on_stop)
        self.ended = Note(role="done")
        self.ended.acted.connect(self._on_next)
        self.ended.hide()
        self.closed = label(
            self.tr("This case is closed: nothing is added to it any more. Choose another case, or make a new one."),
            "quiet",
        )
        self.closed.hide()
        box.addLayout(row(name, None, self.several, self.visibly))
        box.addLayout(line)
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
        if running:
            self.ended.hide()  # it speaks of a page before
        self._check()

    def _check(self) -> None:
        self.several.setEnabled(self._open and not self._listing)
        given = self._open and bool(self.address.text().strip())
        self.capture.setEnabled(given and self._job is None)
        self.visibly.setEnabled(given and self.sitting is None)

    def _on_capture(self) -> None:
        if not self.capture.isEnabled():
            return
        self._ask(self.address.text().strip(), visibly=False)

    def _ask(self, url: str, *, visibly: bool) -> None:
        self.dialog = dialog = SubjectDialog(url, self.window(), visibly=visibly)
        dialog.accepted.connect(self._on_answered)
        dialog.open()
        job = self._desk.read("sign-ins", lambda session: session.sign_ins.all())
        job.succeeded.connect(dialog.offer)

    def ask_visibly(self, url: str) -> None:
        """Open an address in a window, after the same question."""
        if self._open and self.sitting is None:
            self._ask(url, visibly=True)

    def _on_answered(self) -> None:
        dialog = self.dialog
        if dialog is None or dialog.subject is None:
            return
        url, subject = dialog.url, dialog.subject
        if not dialog.visibly:
            self._start(url, subject, sign_in=dialog.sign_in)
        elif subject is Subject.ADULT:
            self._sit(url, dialog.sign_in)
        else:
            self._offer(
                self.tr(
                    "A window shows pictures as any browser does, so it is opened only where all shown are adults."
                    " Without a window, the page is recorded as far as your answer allows."
                ),
                self.tr("Capture without a window"),
                lambda: self._start(url, subject),
            )

    def _requested(
        self, url: str, subject: Subject, *, accept: bool = False, sign_in: str = "", allowed: tuple[str, ...] = ()
    ) -> Callable[[Session], CaptureRequest]:
        """What asks for the capture, in the worker; the first capture of all makes its case."""
        case_id, backend, first_name = self._case_id, self._desk.backend, self.tr("My case")

        def make(session: Session) -> CaptureRequest:
            into = case_id or session.add_case(first_name).id
            return backend.request(url, subject, into, accept_certificate=accept, sign_in=sign_in, allowed=allowed)

        return make

    def _sit(self, url: str, sign_in: str) -> None:
        self.ended.hide()
        self.sitting = sitting = SittingBar(self._desk, self._requested(url, Subject.ADULT, sign_in=sign_in))
        sitting.captured.connect(self.captured)
        sitting.over.connect(self._on_over)
        sitting.show()
        self._check()

    def _on_over(self) -> None:
        kept_as = self.sitting.kept_as if self.sitting is not None else ""
        self.sitting = None
        self._check()
        self.captured.emit("")
        if kept_as:
            self._offer(self.tr("The sign-in is kept as “{name}”, under Vault, Kept sign-ins.").format(name=kept_as))

    def start_selected(self, url: str, allowed: tuple[str, ...]) -> None:
        """Capture a page once more with only what she allowed of its pictures and media."""
        if self._open and self._job is None:
            self._start(url, Subject.SELECTED, allowed=allowed)

    def _start(
        self,
        url: str,
        subject: Subject,
        *,
        accept: bool = False,
        sign_in: str = "",
        allowed: tuple[str, ...] = (),
    ) -> None:
        requested = self._requested(url, subject, accept=accept, sign_in=sign_in, allowed=allowed)

        def work(session: Session, progress: object, cancel: object) -> ExhibitRecord:
            return session.capture(requested(session), progress, cancel)  # type: ignore[arg-type]

        self._again, self._sign_in, self._allowed = (url, subject), sign_in, allowed
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

    def _offer(self, text: str, action: str = "", then: Callable[[], None] | None = None) -> None:
        """Say something beside the address, with one thing to do next."""
        self._next = then
        self.ended.say(text, action)

    def _on_captured(self, record: ExhibitRecord) -> None:
        exhibit = record.exhibit
        failure = self._desk.backend.explain(record)
        text, again = outcomes.ended(record, failure)
        if record.openable:
            url = exhibit.url_requested
            self._offer(text, self.tr("Open it in a window…"), lambda: self.ask_visibly(url))
        elif again:
            self._offer(text, self.tr("Try again"), self._on_again)
        else:
            self._offer(text)
        if failure is not None and failure.certificate and self._again is not None:
            self._ask_certificate(failure.happened, *self._again)
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
            self._start(asked.url, asked.subject, accept=True, allowed=self._allowed)

    def _on_failed(self, error: object) -> None:
        show_error(error, self.window())
        self.captured.emit("")

    def _on_stopped(self) -> None:
        kept = (self._job.kept if self._job is not None else "") or _("Nothing had been recorded yet.")
        self._offer(self.tr("Stopped. {kept}").format(kept=kept), self.tr("Try again"), self._on_again)
        self.captured.emit("")

    def _on_ended(self) -> None:
        self._job = None
        self._clock.stop()
        self.working.hide()
        self._check()

    def _on_next(self) -> None:
        if self._next is not None:
            self._next()

    def _on_again(self) -> None:
        if self._again is not None and self._job is None and self._open:
            self._start(*self._again, sign_in=self._sign_in, allowed=self._allowed)
