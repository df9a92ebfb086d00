"""Withdrawing an exhibit: what is lost for good, what stays, and why; nothing happens before a reason is typed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from evidence_kit.records import Exhibit
from ui import theme, words
from ui.pages import CalmDialog
from ui.widgets import add, button, column, field, frame, label, labelled, row


class WithdrawDialog(CalmDialog):
    """Asks; whoever opened it withdraws. Enter presses nothing here, because what goes cannot be brought back."""

    def __init__(self, exhibit: Exhibit, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Withdraw an exhibit"), 560, parent)
        self.exhibit = exhibit
        box = self.box
        box.addWidget(label(self.tr("Withdraw {exhibit}?").format(exhibit=words.numbered(exhibit)), "heading"))
        card = frame("note")
        inner = column(card, margin=theme.M)
        add(
            inner,
            label(self.tr("What is lost"), "label"),
            label(
                self.tr(
                    "Its files: pictures, page, text, everything that was recorded. They are removed from this vault, "
                    "and nobody can bring them back, not even with the recovery code."
                )
            ),
        )
        box.addWidget(card)
        add(
            box,
            label(self.tr("What stays"), "label"),
            label(
                self.tr(
                    "Its number, address, title, times, digest and timestamps, and your reason, in the history. "
                    "Packages that you exported before, and copies of the vault, keep what they hold."
                )
            ),
        )
        self.reason = field(self.tr("Why"), hint=self.tr("For example: recorded twice"))
        self.reason.setMaxLength(500)
        box.addLayout(labelled(self.tr("Why"), self.reason, hint=self.tr("Noted in the history of the case.")))
        self.withdraw = button(self.tr("Withdraw and remove its files"), self.accept, role="main")
        self.withdraw.setEnabled(False)
        self.reason.textChanged.connect(self._check)
        box.addLayout(row(None, button(self.tr("Cancel"), self.reject), self.withdraw))
        self.reason.setFocus()

    def _check(self) -> None:
        self.withdraw.setEnabled(bool(self.reason.text().strip()))

    def answer(self) -> str:
        """Why, in her words."""
        return self.reason.text().strip()
