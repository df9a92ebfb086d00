"""Cases: a new one, for oneself or with the mandate of someone else (DOMAIN LAW-16); a mandate added; one closed."""

from __future__ import annotations

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from evidence_kit.records import Case, Mandate
from ui import theme
from ui.pages import CalmDialog
from ui.widgets import add, button, column, field, label, labelled, row

FORMATS = ("dd/MM/yyyy", "d/M/yyyy", "yyyy-MM-dd")
"""How a date may be typed; the first is how it is shown."""


class MandateForm(QWidget):
    """Who asked, for what, and when."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        inner = column(self, gap=theme.M)
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
            widget.textChanged.connect(self.changed)
        self.no_day = label(self.tr("Write a day up to today, such as 27/11/2026."), "quiet")
        self.no_day.hide()
        inner.addWidget(self.no_day)
        self.dated.textChanged.connect(lambda: self.no_day.setVisible(not self._date()))

    @property
    def ready(self) -> bool:
        """Whether all three were given."""
        return bool(self.person.text().strip() and self.scope.text().strip() and self._date())

    def _date(self) -> str:
        """What was typed as YYYY-MM-DD; empty if it is no day up to today."""
        found = next((d for f in FORMATS if (d := QDate.fromString(self.dated.text().strip(), f)).isValid()), None)
        return found.toString("yyyy-MM-dd") if found is not None and found <= QDate.currentDate() else ""

    def answer(self) -> Mandate:
        """What was typed."""
        return Mandate(person=self.person.text().strip(), scope=self.scope.text().strip(), dated=self._date())


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
        self.mandate = MandateForm()
        box.addWidget(self.mandate)
        self.make = button(self.tr("Make the case"), self.accept, role="main")
        self.make.setDefault(True)
        box.addLayout(row(None, button(self.tr("Cancel"), self.reject), self.make))
        self.other.toggled.connect(self._on_whose)
        self.name.textChanged.connect(self._check)
        self.mandate.changed.connect(self._check)
        self.mandate.dated.textChanged.connect(self.fit)
        self._on_whose()
        self.name.setFocus()

    def _on_whose(self) -> None:
        self.mandate.setVisible(self.other.isChecked())
        self._check()
        self.fit()

    def _check(self) -> None:
        filled = bool(self.name.text().strip())
        self.make.setEnabled(filled and (self.mine.isChecked() or self.mandate.ready))

    def answer(self) -> tuple[str, bool, Mandate | None]:
        """Name, whether it is for someone else, and her mandate."""
        other = self.other.isChecked()
        return self.name.text().strip(), other, self.mandate.answer() if other else None


class MandateDialog(CalmDialog):
    """The mandate of a case that was made without one, or a newer one; the history keeps each of them."""

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Agreement of the person concerned"), 500, parent)
        self.case = case
        box = self.box
        box.addWidget(label(self.tr("Agreement for “{case}”").format(case=case.name), "heading"))
        self.mandate = MandateForm()
        if case.mandate is not None:
            self.mandate.person.setText(case.mandate.person)
            self.mandate.scope.setText(case.mandate.scope)
        box.addWidget(self.mandate)
        self.keep = button(self.tr("Note the agreement"), self.accept, role="main")
        self.keep.setDefault(True)
        self.mandate.changed.connect(self._check)
        box.addLayout(row(None, button(self.tr("Cancel"), self.reject), self.keep))
        self._check()
        self.mandate.person.setFocus()

    def _check(self) -> None:
        self.keep.setEnabled(self.mandate.ready)


class CloseCaseDialog(CalmDialog):
    """Says what ends and what stays. Enter presses nothing here, because a closed case is not opened again."""

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Close the case"), 520, parent)
        self.case = case
        box = self.box
        add(
            box,
            label(self.tr("Close “{case}”?").format(case=case.name), "heading"),
            label(
                self.tr("Nothing can be added to it any more: no capture, no import. It cannot be opened again here.")
            ),
            label(
                self.tr(
                    "Nothing is deleted. You can still read and search its exhibits, export them, and ask for "
                    "timestamps that are to come."
                )
            ),
        )
        self.close_ = button(self.tr("Close the case"), self.accept, role="main")
        self.cancel = button(self.tr("Cancel"), self.reject)
        box.addLayout(row(None, self.cancel, self.close_))
        self.cancel.setFocus()
