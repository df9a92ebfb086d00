"""The small bar beside a visible browser: which page would be recorded, and when. Always in front of other windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QShowEvent
from PySide6.QtWidgets import QWidget

from evidence_kit import paths
from evidence_kit.errors import EvidenceError
from evidence_kit.jobs import CancelToken, Progress
from evidence_kit.language import _
from ui import outcomes, theme, words
from ui.desk import Desk
from ui.messages import parts
from ui.widgets import Elided, Working, add, button, column, field, label, row
from ui.worker import Job, Unexpected

if TYPE_CHECKING:
    from evidence_kit.workflow.records import CaptureRequest, ExhibitRecord
    from evidence_kit.workflow.session import Session
    from evidence_kit.workflow.visible import VisibleSitting

LOOK_MS = 700
"""How often the bar asks which page is open."""
FORGOTTEN_MS = 30 * 60 * 1000
"""After so long without another page or a press here, the window is closed: she may have gone away signed in."""


class SittingBar(QWidget):
    """One visible browser from its opening to its end. Nothing is recorded but by a press here."""

    captured = Signal(str)
    """Id of the new exhibit; empty when it was stopped or failed."""
    over = Signal()

    def __init__(self, desk: Desk, request: Callable[[Session], CaptureRequest]) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.setWindowTitle(self.tr("Evidence Kit – page in a window"))
        self.setWindowIcon(QIcon(str(paths.resource("icons", "app.svg"))))
        self.setFixedWidth(560)
        self._desk = desk
        self._token = CancelToken()
        self._sitting: VisibleSitting | None = None
        self._job: Job | None = None
        self._looking = self._closed = False
        self.kept_as = ""
        """The name under which the sign-in was kept at the end; empty if it was not."""
        self._url = ""
        self._build()
        self._look_timer = QTimer(self)
        self._look_timer.setInterval(LOOK_MS)
        self._look_timer.timeout.connect(self._look)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(FORGOTTEN_MS)
        self._patience.timeout.connect(self.finish)
        desk.locked.connect(self._on_locked)
        desk.begin_sitting(self._token)
        self._open(request)

    def _build(self) -> None:
        box = column(self, margin=theme.M, gap=theme.S)
        self.what = label(self.tr("Nothing is recorded until you press a button here."), "quiet")
        self.page = Elided()
        self.page.setAccessibleName(self.tr("Page that would be recorded"))
        self.capture = button(
            self.tr("Capture this page"),
            lambda: self._record(keep=False),
            role="main",
            tip=self.tr("It is loaded once more, signed in as you are, and recorded with everything it is made of."),
        )
        self.keep = button(
            self.tr("Keep it as it stands"),
            lambda: self._record(keep=True),
            tip=self.tr("What you see now is recorded; nothing is loaded. What the network said is then missing."),
        )
        self.done = button(self.tr("Done"), self._on_done, tip=self.tr("The window is closed; what is recorded stays."))
        self.buttons = QWidget()
        line = row(self.capture, self.keep, None, self.done)
        self.buttons.setLayout(line)
        self.working = Working()
        self.working.stopped.connect(self._on_stop)
        self.told = label("", "quiet")
        self.told.setAccessibleName(self.tr("How it ended"))
        self.told.hide()
        add(box, self.what, self.page, self.buttons, self.working, self.told, self._end_page())

    def _end_page(self) -> QWidget:
        """Asked before the window closes: whether the sign-in is kept. Nothing is kept by itself."""
        self.end = QWidget()
        inner = column(self.end, gap=theme.S)
        self.name = field(self.tr("Name of the sign-in"), hint=self.tr("For example the account and the site"))
        self.name.setMaxLength(60)
        self.keep_it = button(self.tr("Keep the sign-in and close"), self._on_keep_sign_in)
        self.keep_it.setEnabled(False)
        self.name.textChanged.connect(lambda text: self.keep_it.setEnabled(bool(text.strip())))
        self.leave = button(self.tr("Close without keeping it"), self.finish, role="main")
        self.unkept = label("", "quiet")
        self.unkept.hide()
        why = self.tr(
            "Do you want to keep this sign-in for later captures? It stays encrypted in the vault; whoever opens the"
            " vault can then use your account at that site."
        )
        add(inner, label(why), self.name, self.unkept)
        inner.addLayout(row(self.keep_it, None, self.leave))
        self.end.hide()
        return self.end

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """In the upper right corner, where it covers least of a page."""
        super().showEvent(event)
        self._fit()
        room = self.screen().availableGeometry()
        self.move(room.right() - self.frameGeometry().width() - theme.M, room.top() + theme.XL)

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def _say(self, text: str) -> None:
        self.told.setText(text)
        self.told.setVisible(bool(text))
        self._fit()

    def _work(self, name: str, job: Job) -> None:
        """Show a job while it runs; the buttons come back at its end."""
        self._job = job
        self.buttons.hide()
        self.working.stop.setEnabled(True)
        self.working.show_step(name)
        self._say("")
        job.progressed.connect(self._on_progress)
        job.ended.connect(self._on_ended)

    def _open(self, request: Callable[[Session], CaptureRequest]) -> None:
        token = self._token

        def work(session: Session, _progress: object, cancel: CancelToken) -> VisibleSitting:
            forget = cancel.on_cancel(token.cancel)
            try:
                return session.open_visibly(request(session), token)
            finally:
                forget()

        job = self._desk.act("open-visibly", work)
        job.succeeded.connect(self._on_opened)
        job.failed.connect(self._on_not_opened)
        job.cancelled.connect(self.finish)
        self._work(self.tr("Opening the window …"), job)

    def _on_opened(self, sitting: VisibleSitting) -> None:
        self._sitting = sitting
        self._look_timer.start()
        self._patience.start()
        self.raise_()  # the browser opened after it; not every desktop knows of windows that stay in front

    def _on_not_opened(self, error: object) -> None:
        self._say(_told(error))
        self.capture.hide()
        self.keep.hide()
        self._token.cancel()

    # which page

    def _look(self) -> None:
        sitting = self._sitting
        if sitting is None or self._looking or self._desk.session is None:
            return
        self._looking = True
        job = self._desk.read("sitting", lambda _session: sitting.address)
        job.succeeded.connect(self._on_address)
        job.failed.connect(lambda _error: self._on_address(""))
        job.ended.connect(self._on_looked)

    def _on_looked(self) -> None:
        self._looking = False

    def _on_address(self, url: str) -> None:
        if not url:
            if self._job is None:
                self.finish()  # she closed the window herself
            return
        if url != self._url:
            self._patience.start()
        self._url = url
        recordable = url.startswith(("http://", "https://"))
        self.page.setText(url if recordable else self.tr("No page that could be recorded is open in the window."))
        self.capture.setEnabled(recordable)
        self.keep.setEnabled(recordable)

    # recording

    def _record(self, *, keep: bool) -> None:
        sitting = self._sitting
        if sitting is None or self._job is not None:
            return
        self._patience.start()
        job = self._desk.act("capture", lambda _s, progress, cancel: sitting.capture(progress, cancel, keep=keep))
        job.succeeded.connect(self._on_captured)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_stopped)
        self._work(words.step("browser"), job)

    def _on_progress(self, progress: Progress) -> None:
        self.working.show_step(words.step(progress.step))

    def _on_stop(self) -> None:
        if self._job is not None:
            self.working.stop.setEnabled(False)
            self.working.show_step(self.tr("Stopping"))
            self._job.cancel()

    def _on_captured(self, record: ExhibitRecord) -> None:
        self._say(outcomes.ended(record, self._desk.backend.explain(record))[0])
        self.captured.emit(record.exhibit.id)

    def _on_failed(self, error: object) -> None:
        self._say(_told(error))
        self.captured.emit("")

    def _on_stopped(self) -> None:
        kept = (self._job.kept if self._job is not None else "") or _("Nothing had been recorded yet.")
        self._say(self.tr("Stopped. {kept}").format(kept=kept))
        self.captured.emit("")

    def _on_ended(self) -> None:
        self._job = None
        self.working.hide()
        self.buttons.show()
        self._fit()

    # the end

    def _on_done(self) -> None:
        if self._sitting is None or not self._url.startswith(("http://", "https://")):
            self.finish()
            return
        for part in (self.what, self.buttons, self.told):
            part.hide()
        self.end.show()
        self.leave.setFocus()
        self._fit()

    def _on_keep_sign_in(self) -> None:
        sitting, name = self._sitting, self.name.text()
        if sitting is None:
            return
        self.end.setEnabled(False)
        job = self._desk.act("keep-sign-in", lambda _s, _p, _c: sitting.keep_sign_in(name))
        job.succeeded.connect(lambda _kept: self._on_kept(name))
        job.failed.connect(self._on_not_kept)

    def _on_kept(self, name: str) -> None:
        self.kept_as = name.strip()
        self.finish()

    def _on_not_kept(self, error: object) -> None:
        self.unkept.setText(_told(error))
        self.unkept.show()
        self.end.setEnabled(True)
        self._fit()

    def finish(self) -> None:
        """Close the window and what stands beside it; what is recorded stays. Can be called twice."""
        if self._closed:
            return
        self._closed = True
        self._look_timer.stop()
        self._patience.stop()
        sitting, job = self._sitting, self._job
        if job is not None:
            job.cancel()
        if sitting is not None and self._desk.session is not None:
            self._desk.act("close-window", lambda _s, _p, _c: sitting.close())
        else:
            self._token.cancel()
        self._desk.end_sitting(self._token)
        self.hide()
        self.over.emit()
        self.deleteLater()

    def _on_locked(self) -> None:
        self._sitting = None  # the vault closes it before its keys go
        self.finish()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closing the bar is being done."""
        event.accept()
        self.finish()


def _told(error: object) -> str:
    shown = error if isinstance(error, EvidenceError) else Unexpected(type(error).__name__)
    return "\n".join(text for _heading, text in parts(shown))
