"""Checking the vault: everything is read again; what is found is said in words. Lies beside the window, not over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QCheckBox, QWidget

from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from ui import theme, words
from ui.desk import Desk
from ui.messages import show_error
from ui.models import SECOND, Line, LinesModel
from ui.pages import CalmDialog, lines_view
from ui.widgets import Working, add, button, column, label, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.workflow.records import CheckReport
    from evidence_kit.workflow.session import Session

Found = tuple["CheckReport", dict[str, str]]
"""The report, and what its subjects are called in the window."""
TALL = 520
"""Height in pixels once there is a list to read."""


class CheckDialog(CalmDialog):
    """Main action: Check. The window stays usable meanwhile; what writes waits until this has ended."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Check the vault"), 600, parent)
        self._desk = desk
        self._job: Job | None = None
        box = self.box
        self.form = QWidget()
        about = column(self.form, gap=theme.M)
        add(
            about,
            label(self.tr("Check the vault"), "heading"),
            label(
                self.tr(
                    "Every file is read again and compared with its digest; the history and the timestamps are "
                    "checked, too. Nothing is changed and nothing is sent."
                )
            ),
            label(
                self.tr("It may take some minutes. You can go on reading; a new capture waits until it has ended."),
                "quiet",
            ),
        )
        self.quick = QCheckBox(self.tr("Quick: do not read the files again"))
        about.addWidget(self.quick)
        box.addWidget(self.form)
        self.working = Working()
        self.working.stopped.connect(self._on_stop)
        box.addWidget(self.working)
        self.findings = QWidget()
        shown = column(self.findings, gap=theme.S)
        self.verdict = label("", "label")
        self.todo = label(
            self.tr(
                "Delete nothing. If you have an older copy of this vault, keep it: it may hold what is damaged here."
            )
        )
        self.lines = LinesModel(self)
        self.list = lines_view(self.lines, self.tr("What was found"))
        self.list.setProperty("role", "")
        self.whole = label("", "small")
        self.whole.setAccessibleName(self.tr("The chosen finding"))
        self.list.selectionModel().currentChanged.connect(self._on_chosen)
        add(shown, self.verdict, self.todo, self.list, self.whole)
        self.findings.hide()
        box.addWidget(self.findings, 1)
        self.go = button(self.tr("Check"), self._on_go, role="main")
        self.go.setDefault(True)
        box.addLayout(row(None, button(self.tr("Close"), self.reject), self.go))
        self.go.setFocus()

    def _on_go(self) -> None:
        fast = self.quick.isChecked()

        def work(session: Session, progress: ProgressSink, cancel: CancelToken) -> Found:
            report = session.check(fast=fast, progress=progress, cancel=cancel)
            return report, _names(session) if report.findings else {}

        self._job = job = self._desk.act("check", work)
        self.findings.hide()
        self.form.setEnabled(False)
        self.go.setEnabled(False)
        self.working.stop.setEnabled(True)
        self.working.show_step(words.step("check"))
        self.fit()
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_report)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        job.ended.connect(self._on_ended)

    def _on_progress(self, progress: Progress) -> None:
        self.working.show_step(words.step(progress.step), progress.done, progress.total)

    def _on_report(self, found: Found) -> None:
        report, names = found
        self.verdict.setText(report.sentence())
        lines = []
        for finding in report.findings:
            subject = str(finding["subject"])
            first = words.about(words.finding(str(finding["what"])), names.get(subject, subject))
            lines.append(Line(first, str(finding["detail"])))
        self.lines.show(lines)
        self.whole.clear()
        self.list.setVisible(bool(lines))
        self.todo.setVisible(bool(lines))
        self._show_findings(tall=bool(lines))

    def _on_chosen(self, now: QModelIndex) -> None:
        """The row may be cut; here it is whole."""
        self.whole.setText(now.data(SECOND) or "")

    def _on_cancelled(self) -> None:
        self.verdict.setText(self.tr("Stopped. Nothing was changed."))
        self.list.hide()
        self.todo.hide()
        self.whole.clear()
        self._show_findings(tall=False)

    def _show_findings(self, *, tall: bool) -> None:
        self.working.hide()
        self.findings.show()
        self.fit()
        if tall:
            self.grow(TALL)

    def _on_failed(self, error: object) -> None:
        show_error(error, self)

    def _on_ended(self) -> None:
        self._job = None
        self.working.hide()
        self.form.setEnabled(True)
        self.go.setEnabled(True)

    def _on_stop(self) -> None:
        if self._job is not None:
            self.working.stop.setEnabled(False)
            self._job.cancel()

    def reject(self) -> None:
        """Closing stops a check that still runs."""
        self._on_stop()
        super().reject()


def _names(session: Session) -> dict[str, str]:
    """What the window calls the things that findings name by their ids."""
    cases = {case.id: case.name for case in session.cases()}
    named = {e.id: words.in_case(words.numbered(e), cases.get(e.case_id, "")) for e in session.exhibits()}
    return cases | named
