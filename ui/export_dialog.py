"""Export: choose what leaves the vault and where to, then say plainly that a copy lies outside now."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QListView, QWidget

from evidence_kit import clock
from evidence_kit.jobs import Progress
from evidence_kit.records import Case, Exhibit, ExhibitState
from ui import pickers, theme, words
from ui.desk import Desk
from ui.messages import show_error
from ui.models import RECORD
from ui.pages import CalmDialog
from ui.widgets import Elided, Working, add, button, column, field, frame, label, labelled, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.workflow.records import ExportResult

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that cannot be mistaken for one another when read aloud."""


def new_password() -> str:
    """About 99 random bits in groups that can be dictated."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


class ExportDialog(CalmDialog):
    """Main action: Export; then the result on the same page."""

    def __init__(self, desk: Desk, case: Case, exhibits: Sequence[Exhibit], parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Export"), 640, parent)
        self._desk = desk
        self._case = case
        self._job: Job | None = None
        self._out: Path | None = None
        self._sha256 = ""
        box = self.box
        box.addWidget(label(self.tr("Export from “{case}”").format(case=case.name), "heading"))
        self.form = self._make_form(exhibits)
        self.working = Working()
        self.working.stopped.connect(self._on_stop)
        self.page = QWidget()
        self.page.hide()
        add(box, self.form, self.page, self.working)
        self.go = button(self.tr("Export"), self._on_go, role="main")
        self.go.setDefault(True)
        self.leave = button(self.tr("Cancel"), self.reject)
        box.addLayout(row(None, self.leave, self.go))
        self._check()
        self.list.setFocus()

    def _make_form(self, exhibits: Sequence[Exhibit]) -> QWidget:
        made = QWidget()
        box = column(made, gap=theme.M)
        self.items = QStandardItemModel(self)
        for exhibit in sorted(exhibits, key=lambda e: e.number):
            item = QStandardItem(f"{words.numbered(exhibit)} · {words.title(exhibit)}")
            item.setData(exhibit, RECORD)
            item.setEditable(False)
            if exhibit.state is ExhibitState.NORMAL:
                item.setCheckable(True)
                item.setCheckState(Qt.CheckState.Checked)
            else:
                item.setText(f"{words.numbered(exhibit)} · {words.outcome(exhibit)}")
                item.setEnabled(False)
                item.setToolTip(self.tr("It stays in the vault."))
            self.items.appendRow(item)
        self.items.itemChanged.connect(self._check)
        self.list = QListView()
        self.list.setModel(self.items)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Exhibits to export; the space bar chooses"))
        if self.items.rowCount():
            self.list.setCurrentIndex(self.items.index(0, 0))
        exhibits_line = labelled(self.tr("What leaves the vault"), self.list)
        box.addLayout(exhibits_line, 1)
        self.place = Elided(self.tr("Not chosen yet"))
        self.choose = button(self.tr("Choose the place…"), self._on_choose)
        holder = QWidget()
        line = row(gap=theme.S)
        line.addWidget(self.place, 1)
        line.addWidget(self.choose)
        holder.setLayout(line)
        holder.setFocusProxy(self.choose)
        box.addLayout(
            labelled(self.tr("File"), holder, hint=self.tr("A USB stick for the police or your lawyer, say."))
        )
        self.protect = QCheckBox(self.tr("Protect with a password"))
        self.password = field(self.tr("Password of the package"))
        self.password.setFont(theme.mono())
        self.password.setStyleSheet(f"font-family: {theme.mono().families()[0]}, monospace")
        self.advice = label(
            self.tr("Write it down and give it by another way than the file, by telephone for example."), "small"
        )
        self.password.hide()
        self.advice.hide()
        self.protect.toggled.connect(self._on_protect)
        add(box, self.protect, self.password, self.advice)
        return made

    def _on_protect(self, wanted: bool) -> None:
        self.password.setVisible(wanted)
        self.advice.setVisible(wanted)
        self.password.setText(new_password() if wanted else "")
        self.fit()

    def _on_choose(self) -> None:
        name = (
            re.sub(r"[^A-Za-z0-9-]+", "-", self.tr("export")) + clock.now().astimezone().strftime("-%Y-%m-%d") + ".zip"
        )
        chosen = pickers.save_file(self, self.tr("Where the package is written"), name, "zip")
        if chosen is not None:
            self.put(chosen)

    def put(self, out: Path) -> None:
        """Write there."""
        self._out = out
        self.place.setText(str(out))
        self.place.update()
        self._check()

    def chosen(self) -> list[str]:
        """Ids of the exhibits that are ticked."""
        items = [self.items.item(n) for n in range(self.items.rowCount())]
        return [i.data(RECORD).id for i in items if i.isCheckable() and i.checkState() is Qt.CheckState.Checked]

    def _check(self) -> None:
        self.go.setEnabled(self._out is not None and bool(self.chosen()) and self._job is None)

    def _on_go(self) -> None:
        out, case_id, ids = self._out, self._case.id, self.chosen()
        password = self.password.text() if self.protect.isChecked() else None
        if out is None or not ids:
            return
        self._job = job = self._desk.act(
            "export",
            lambda session, progress, cancel: session.export(
                case_id, out, exhibits=ids, password=password or None, progress=progress, cancel=cancel
            ),
        )
        self.form.setEnabled(False)
        self._check()
        self.working.show_step(words.step("export"))
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_done)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)

    def _on_progress(self, progress: Progress) -> None:
        self.working.show_step(words.step(progress.step), progress.done, progress.total)

    def _on_failed(self, error: object) -> None:
        show_error(error, self)

    def _on_ended(self) -> None:
        self._job = None
        self.working.hide()
        self.form.setEnabled(True)
        self._check()

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def reject(self) -> None:
        """Leaving stops an export that still runs; nothing half-written stays."""
        self._on_stop()
        super().reject()

    def _on_done(self, result: ExportResult) -> None:
        self._sha256 = result.sha256
        self.form.hide()
        self.go.hide()
        self.leave.setText(self.tr("Close"))
        self.leave.setAccessibleName(self.leave.text())
        box = column(self.page, gap=theme.M)
        note = frame("note")
        inner = column(note, margin=theme.M, gap=theme.S)
        add(
            inner,
            label(self.tr("The package is written. A copy now lies outside the vault."), "label"),
            label(
                self.tr("Whoever has the file and its password can see what is in it.")
                if self.protect.isChecked()
                else self.tr("Whoever has the file can see what is in it. Give it only to people you chose.")
            ),
        )
        box.addWidget(note)
        card = frame("card")
        facts = column(card, margin=theme.M, gap=theme.S)
        self._fact(facts, self.tr("File"), str(result.package))
        if self.protect.isChecked():
            self._fact(facts, self.tr("Password"), self.password.text(), mono=True)
        self._fact(facts, self.tr("Digest (SHA-256)"), f"{result.sha256[:32]}\n{result.sha256[32:]}", mono=True)
        facts.addLayout(row(button(self.tr("Copy digest"), self._on_copy), None))
        box.addWidget(card)
        for said in result.notes():
            box.addWidget(label(said, "quiet"))
        if result.annex is not None:
            box.addWidget(
                label(
                    self.tr(
                        "Beside it lies {name}: private details of this computer and connection. "
                        "Take it off before you hand over the USB stick; keep it for the police or a court."
                    ).format(name=result.annex.name)
                    + (" " + self.tr("It opens with the same password.") if result.locked else "")
                )
            )
        box.addWidget(label(self.tr("Note to whom you gave it, and when: it will be asked."), "quiet"))
        box.addStretch(1)
        self.page.show()
        self.fit()
        self.leave.setFocus()

    def _fact(self, box, name: str, text: str, *, mono: bool = False) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        value = label(text.replace("/", "/\u200b") if not mono else text)
        if mono:
            value.setStyleSheet(f"font-family: {theme.mono().families()[0]}, monospace")
            value.setFont(theme.mono())
        value.setAccessibleName(f"{name}: {text}")
        add(box, label(name, "small"), value)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._sha256)
