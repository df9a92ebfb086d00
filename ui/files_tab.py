"""The files of an exhibit with their digests; one can be saved outside, because she asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from evidence_kit.records import Artifact, ExhibitState
from ui import pickers, theme, words
from ui.desk import Desk
from ui.messages import show_error
from ui.models import RECORD, Line, LinesModel
from ui.pages import lines_view
from ui.widgets import button, column, label, row

if TYPE_CHECKING:
    from evidence_kit.workflow.records import ExhibitRecord


class FilesTab(QWidget):
    """List, and two quiet actions for the chosen file."""

    saved = Signal()
    """A copy lies outside now, and the custody log says so."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._record: ExhibitRecord | None = None
        box = column(self, margin=(0, theme.S, 0, 0), gap=theme.S)
        self.lines = LinesModel(self)
        self.list = lines_view(self.lines, self.tr("Files of this exhibit"))
        self.list.selectionModel().currentChanged.connect(self._on_chosen)
        self.digest = label("", "small")
        self.digest.setAccessibleName(self.tr("SHA-256 of the chosen file"))
        self.save = button(self.tr("Save as…"), self._on_save, tip=self.tr("A copy outside the vault, not encrypted"))
        self.copy = button(self.tr("Copy digest"), self._on_copy, tip=self.tr("Puts the SHA-256 on the clipboard"))
        box.addWidget(self.list, 1)
        box.addWidget(self.digest)
        box.addLayout(row(self.save, self.copy, None))
        self.put(None)

    def put(self, record: ExhibitRecord | None) -> None:
        """Show the files of this exhibit."""
        self._record = record
        lines = []
        if record is not None:
            lines = [Line(words.role_of(a), f"{words.size(a.size)} · {a.name}", a) for a in record.artifacts]
            lines.append(Line(self.tr("Manifest: the list that is timestamped"), "manifest.json", "manifest"))
        self.lines.show(lines)
        self._on_chosen(QModelIndex())

    def _chosen(self) -> Artifact | str | None:
        found: Artifact | str | None = (
            self.list.currentIndex().data(RECORD) if self.list.currentIndex().isValid() else None
        )
        return found

    def _sha256(self) -> str:
        chosen = self._chosen()
        if isinstance(chosen, Artifact):
            return chosen.sha256
        return self._record.exhibit.manifest_sha256 if chosen and self._record else ""

    def _on_chosen(self, _index: QModelIndex) -> None:
        sha256 = self._sha256()
        free = self._record is not None and self._record.exhibit.state is ExhibitState.NORMAL
        self.digest.setText(f"SHA-256 {sha256[:32]}\u200b{sha256[32:]}" if sha256 else "")
        self.save.setEnabled(bool(sha256) and free)
        self.copy.setEnabled(bool(sha256))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._sha256())

    def _on_save(self) -> None:
        chosen, record = self._chosen(), self._record
        if chosen is None or record is None:
            return
        name = chosen.name if isinstance(chosen, Artifact) else "manifest.json"
        wanted = f"{chosen.role}:{chosen.name}" if isinstance(chosen, Artifact) else chosen
        out = pickers.save_file(self, self.tr("Save a copy outside the vault"), name)
        if out is None:
            return
        job = self._desk.act("extract", lambda session, _p, _c: session.extract(record.exhibit.id, wanted, out))
        job.succeeded.connect(self._on_saved)
        job.failed.connect(self._on_failed)

    def _on_saved(self, facts: dict[str, object]) -> None:
        self.saved.emit()
        box = QMessageBox(self.window())
        box.setWindowTitle(self.tr("Saved"))
        box.setText(self.tr("Saved: {path}").format(path=facts["file"]))
        box.setInformativeText(self.tr("This copy lies outside the vault and is not encrypted."))
        box.setStandardButtons(QMessageBox.StandardButton.Close)
        box.open()

    def _on_failed(self, error: object) -> None:
        show_error(error, self.window())
