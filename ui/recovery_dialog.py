"""The recovery code: shown as long as she has not typed it back, written by hand, never on the clipboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from evidence_kit.errors import WrongPassphrase
from ui import theme
from ui.desk import Desk
from ui.messages import show_error
from ui.pages import CalmDialog
from ui.widgets import add, button, column, field, frame, label, labelled, row


class RecoveryDialog(CalmDialog):
    """Shows the code and asks to type it back; can be left and opened again while the session lasts."""

    SHOW_AGAIN = 2
    """Ended because there is a new code to be shown."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Recovery code"), 600, parent)
        self._desk = desk
        box = self.box
        if desk.recovery_code:
            add(
                box,
                label(self.tr("Write this code by hand"), "heading"),
                label(
                    self.tr(
                        "It opens the vault if you forget the passphrase. Write it on paper, check it, and keep it "
                        "away from this computer, with someone you trust if you wish. A photo of it is not safe."
                    )
                ),
            )
            card = frame("card")
            inner = column(card, margin=theme.M)
            code = label(_in_lines(desk.recovery_code))
            code.setFont(theme.mono(1.5))
            code.setStyleSheet(
                f"font-family: {theme.mono().families()[0]}, monospace; font-size: {theme.points(1.5)}pt"
            )
            code.setAlignment(Qt.AlignmentFlag.AlignCenter)
            code.setAccessibleName(self.tr("Recovery code"))
            code.setAccessibleDescription(desk.recovery_code)
            inner.addWidget(code)
            box.addWidget(card)
        else:
            box.addWidget(label(self.tr("Check your recovery code"), "heading"))
            box.addWidget(
                label(
                    self.tr(
                        "The code was shown when the vault was made and is kept nowhere. "
                        "If you have it on paper, type it here to make sure that it is right."
                    )
                )
            )
            self.renew = button(
                self.tr("I do not have it: make a new code"),
                self._on_renew,
                role="plain",
                tip=self.tr("The earlier code then opens nothing any more."),
            )
            box.addLayout(row(self.renew, None))
        self.typed = field(self.tr("The code as you wrote it down"))
        self.typed.setFont(theme.mono())
        box.addLayout(labelled(self.tr("Type it from your paper"), self.typed))
        self.answer = label("", "quiet")
        self.answer.hide()
        box.addWidget(self.answer)
        self.confirm = button(self.tr("It is written down"), self._on_confirm, role="main")
        self.confirm.setDefault(True)
        self.confirm.setEnabled(False)
        self.typed.textChanged.connect(self._on_typed)
        box.addLayout(row(None, button(self.tr("Later"), self.reject), self.confirm))
        self.typed.setFocus()

    def _on_typed(self, text: str) -> None:
        self.confirm.setEnabled(bool(text.strip()))

    def _on_confirm(self) -> None:
        self.confirm.setEnabled(False)
        job = self._desk.confirm_recovery(self.typed.text())
        job.succeeded.connect(self._on_answer)
        job.failed.connect(self._on_failed)

    def _on_answer(self, right: object) -> None:
        if right:
            self.accept()
            return
        self.answer.setText(self.tr("Not quite the same yet. Compare it once more, group by group."))
        self.answer.show()
        self.fit()
        self.confirm.setEnabled(True)
        self.typed.setFocus()

    def _on_renew(self) -> None:
        self.renew.setEnabled(False)
        job = self._desk.new_recovery_code()
        job.succeeded.connect(self._on_renewed)
        job.failed.connect(self._on_failed)

    def _on_renewed(self, _code: object) -> None:
        self.done(self.SHOW_AGAIN)

    def _on_failed(self, error: object) -> None:
        self.confirm.setEnabled(True)
        if isinstance(error, WrongPassphrase):
            self.answer.setText(f"{error.message} {error.hint}".strip())
            self.answer.show()
            self.fit()
            return
        show_error(error, self)


def _in_lines(code: str) -> str:
    """Groups of the code, a few to a line, so that the eye does not slip."""
    groups = code.replace("-", " ").split()
    per_line = 3 if len(groups) % 3 == 0 else 4
    lines = [" ".join(groups[n : n + per_line]) for n in range(0, len(groups), per_line)]
    return "\n".join(line.replace(" ", "  ") for line in lines)
