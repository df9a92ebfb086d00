"""A new case: a name; and for someone else, who asked, for what, and when (DOMAIN LAW-16)."""

from __future__ import annotations

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from evidence_kit.records import Mandate
from ui import theme
from ui.pages import CalmDialog
from ui.widgets import button, column, field, label, labelled, row

FORMATS = ("dd/MM/yyyy", "d/M/yyyy", "yyyy-MM-dd")
"""How a date may be typed; the first is how it is shown."""


class CaseDialog(CalmDialog):
    """Asks; whoever opened it makes the case."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("New case"), 500, parent)
        box = self.box
        box.addWidget(label(self.tr("New case"), "heading"))
        self.name = field(self.tr("Name of the case"), hint=self.tr("Any word that tells you what it is about"))
        box.addLayout(labelled(self.tr("Name"), self.name))
        self.mine = QRadioButton(self.tr("It is about me"))
        self.other = QRadioButton(self.tr("I help someone else"))
        self.mine.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.mine)
        group.addButton(self.other)
        box.addLayout(row(self.mine, self.other, None, gap=theme.L))
        self.mandate = QWidget()
        inner = column(self.mandate, gap=theme.M)
        inner.addWidget(
            label(self.tr("Keeping someone else's evidence needs her agreement. Note it once, here."), "quiet")
        )
        self.person = field(self.tr("Who asked you"), hint=self.tr("A name or an alias"))
        self.scope = field(self.tr("For what"), hint=self.tr("For example: recording these posts for her complaint"))
        self.dated = field(self.tr("Date of her agreement"), hint=self.tr("day/month/year"))
        self.dated.setText(QDate.currentDate().toString(FORMATS[0]))
        for text, widget in (
            (self.tr("Who asked you"), self.person),
            (self.tr("For what"), self.scope),
            (self.tr("Date of her agreement"), self.dated),
        ):
            inner.addLayout(labelled(text, widget))
        box.addWidget(self.mandate)
        self.make = button(self.tr("Make the case"), self.accept, role="main")
        self.make.setDefault(True)
        box.addLayout(row(None, button(self.tr("Cancel"), self.reject), self.make))
        self.other.toggled.connect(self._on_whose)
        for edit in (self.name, self.person, self.scope, self.dated):
            edit.textChanged.connect(self._check)
        self._on_whose()
        self.name.setFocus()

    def _on_whose(self) -> None:
        self.mandate.setVisible(self.other.isChecked())
        self._check()
        self.fit()

    def _check(self) -> None:
        filled = bool(self.name.text().strip())
        if self.other.isChecked():
            filled = filled and bool(self.person.text().strip() and self.scope.text().strip() and self._date())
        self.make.setEnabled(filled)

    def _date(self) -> str:
        """What was typed as YYYY-MM-DD; empty if it is no day up to today."""
        found = next((d for f in FORMATS if (d := QDate.fromString(self.dated.text().strip(), f)).isValid()), None)
        return found.toString("yyyy-MM-dd") if found is not None and found <= QDate.currentDate() else ""

    def answer(self) -> tuple[str, bool, Mandate | None]:
        """Name, whether it is for someone else, and her mandate."""
        if not self.other.isChecked():
            return self.name.text().strip(), False, None
        mandate = Mandate(
            person=self.person.text().strip(),
            scope=self.scope.text().strip(),
            dated=self._date(),
        )
        return self.name.text().strip(), True, mandate
