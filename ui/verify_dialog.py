"""Verify a package: choose it or drop it, read one sentence, and then, if wanted, what was looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from evidence_kit.jobs import Progress
from ui import pickers, theme, words
from ui.desk import Desk
from ui.messages import show_error
from ui.models import Line, LinesModel
from ui.pages import CalmDialog, lines_view
from ui.widgets import Elided, Working, add, button, column, field, frame, label, labelled, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.verify.report import VerifyReport

TALL = 580
"""Height in pixels once there is a list to read."""


class VerifyDialog(CalmDialog):
    """Needs no vault. Main action: choose a package."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Verify a package"), 680, parent)
        self._desk = desk
        self._job: Job | None = None
        self.path: Path | None = None
        self.setAcceptDrops(True)
        box = self.box
        box.addWidget(label(self.tr("Verify a package"), "heading"))
        self.drop = frame("drop")
        inner = column(self.drop, margin=theme.M, gap=theme.S)
        self.choose = button(self.tr("Choose a package…"), self._on_choose, role="main")
        self.name = Elided(self.tr("… or drop it here. Nothing is changed and nothing is sent."))
        self.name.setProperty("role", "quiet")
        line = row(gap=theme.M)
        line.addWidget(self.choose)
        line.addWidget(self.name, 1)
        inner.addLayout(line)
        box.addWidget(self.drop)
        self.secret = QWidget()
        secret = column(self.secret)
        self.password = field(self.tr("Password of the package"), hint=self.tr("The one you were given with it"))
        self.again = button(self.tr("Check again"), self._check)
        holder = QWidget()
        pair = row(gap=theme.S)
        pair.addWidget(self.password, 1)
        pair.addWidget(self.again)
        holder.setLayout(pair)
        holder.setFocusProxy(self.password)
        secret.addLayout(labelled(self.tr("Password, if there is one"), holder))
        self.secret.hide()
        self.password.returnPressed.connect(self._check)
        box.addWidget(self.secret)
        self.working = Working()
        self.working.stopped.connect(self._on_stop)
        box.addWidget(self.working)
        self.findings = QWidget()
        shown = column(self.findings, gap=theme.S)
        self.verdict = label("", "heading")
        self.sentence = label("")
        self.lines = LinesModel(self)
        self.list = lines_view(self.lines, self.tr("What was looked at"))
        self.list.setProperty("role", "")
        add(shown, self.verdict, self.sentence, self.list)
        self.findings.hide()
        box.addWidget(self.findings, 1)
        self.close_ = button(self.tr("Close"), self.reject)
        box.addLayout(row(None, self.close_))
        self.choose.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take one local file."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Check what was dropped."""
        self.check(Path(event.mimeData().urls()[0].toLocalFile()))

    def _on_choose(self) -> None:
        kinds = self.tr("Packages") + " (*.zip);;" + self.tr("All files") + " (*)"
        chosen = pickers.open_file(self, self.tr("Choose a package"), kinds)
        if chosen is not None:
            self.check(chosen)

    def check(self, path: Path) -> None:
        """Judge this file."""
        self.path = path
        self.password.clear()
        self._check()

    def _check(self) -> None:
        if self.path is None or self._job is not None:
            return
        self.name.setText(self.path.name)
        self.findings.hide()
        self.choose.setEnabled(False)
        self.again.setEnabled(False)
        self.working.show_step(words.step("verify"))
        self._job = job = self._desk.verify(self.path, self.password.text() or None)
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_report)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _on_progress(self, progress: Progress) -> None:
        self.working.show_step(words.step(progress.step), progress.done, progress.total)

    def _on_failed(self, error: object) -> None:
        show_error(error, self)

    def _on_ended(self) -> None:
        self._job = None
        self.working.hide()
        self.choose.setEnabled(True)
        self.again.setEnabled(True)

    def _on_report(self, report: VerifyReport) -> None:
        heading, sentence = words.verdict(report.verdict)
        self.verdict.setText(heading)
        self.sentence.setText(sentence)
        order = {"failed": 0, "not-checked": 1, "passed": 2}
        lines = []
        for check in sorted(report.checks, key=lambda c: order.get(c.status, 0)):
            first = words.check_line(check.name, check.status)
            second = " · ".join(part for part in (check.subject, check.detail) if part)
            lines.append(Line(first, second, check))
        self.lines.show(lines)
        self.findings.show()
        self.secret.setVisible(report.verdict == "unreadable" or bool(self.password.text()))
        if report.verdict == "unreadable":
            self.password.setFocus()
        self.fit()
        self.grow(TALL)

    def reject(self) -> None:
        """Closing stops a check that still runs."""
        self._on_stop()
        super().reject()

    def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]  # noqa: N802, ANN001 - Qt's name
        """Enter in the password field checks; it never closes the dialog."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
            return
        super().keyPressEvent(event)
