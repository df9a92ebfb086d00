"""The cases on the left, and the quieter actions below them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFrame

from evidence_kit.records import Case
from ui import theme
from ui.models import RECORD, Line, LinesModel
from ui.pages import lines_view
from ui.widgets import add, button, column, frame, label


class SidePanel(QFrame):
    """Says what was asked for; does nothing itself."""

    chosen = Signal(object)
    add_asked = Signal()
    import_asked = Signal()
    export_asked = Signal()
    verify_asked = Signal()
    lock_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "side")
        self.setMinimumWidth(200)
        box = column(self, margin=(theme.M - 4, theme.M, theme.M - 4, theme.M), gap=theme.XS)
        heading = label(self.tr("Cases"), "label")
        heading.setContentsMargins(theme.S, 0, 0, theme.XS)
        self._quiet = False
        self.lines = LinesModel(self)
        self.list = lines_view(self.lines, self.tr("Cases"))
        heading.setBuddy(self.list)
        self.empty = label(self.tr("Your first capture makes a case by itself."), "small")
        self.empty.setContentsMargins(theme.S, 0, theme.S, theme.S)
        self.new = self._action("plus", self.tr("New case…"), self.add_asked, "Ctrl+N")
        self.take = self._action("import", self.tr("Import files…"), self.import_asked, "Ctrl+I")
        self.give = self._action("export", self.tr("Export…"), self.export_asked, "Ctrl+E")
        self.check = self._action("verify", self.tr("Verify a package…"), self.verify_asked, "")
        self.lock = self._action("lock", self.tr("Lock"), self.lock_asked, "Ctrl+L")
        add(box, heading, self.empty)
        box.addWidget(self.list, 1)
        add(box, self.new, frame("line"), self.take, self.give, self.check, frame("line"), self.lock)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.show_cases([], None)

    def _action(self, icon: str, text: str, signal, keys: str):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        made = button(text, signal.emit, role="plain", tip=keys)
        made.setIcon(theme.icon(icon, theme.colours().accent))
        return made

    def show_cases(self, cases: Sequence[Case], chosen: str | None) -> None:
        """Fill the list and choose a case without saying so."""
        self._quiet = True
        self.lines.show(
            [
                Line(case.name, self._second(case), case)
                for case in sorted(cases, key=lambda c: (c.closed_at is not None, c.created_at))
            ]
        )
        for n in range(self.lines.rowCount()):
            if self.lines.index(n).data(RECORD).id == chosen:
                self.list.setCurrentIndex(self.lines.index(n))
        self._quiet = False
        self.empty.setVisible(not cases)
        self.give.setEnabled(bool(cases))

    def allow_import(self, allowed: bool) -> None:
        """Nothing is added to a closed case."""
        self.take.setEnabled(allowed)

    def _second(self, case: Case) -> str:
        if case.closed_at:
            return self.tr("Closed")
        return self.tr("For {person}").format(person=case.mandate.person) if case.mandate else ""

    def _on_current(self, now: QModelIndex) -> None:
        if now.isValid() and not self._quiet:
            self.chosen.emit(now.data(RECORD))
