"""A failure as a calm page: what happened, what was kept, what to do now."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from evidence_kit.errors import EvidenceError
from ui import theme
from ui.pages import CalmDialog
from ui.widgets import add, button, label, row
from ui.worker import Unexpected

translate = QCoreApplication.translate


def parts(error: EvidenceError) -> list[tuple[str, str]]:
    """Heading and sentence, in the order in which a worried person asks."""
    if isinstance(error, Unexpected):
        happened = translate("Messages", "Something in the program did not go as it should ({name}).").format(
            name=error.message
        )
        kept = translate("Messages", "What was in the vault before is untouched.")
        todo = translate("Messages", "Try once more. If it happens again, close the window and open it again.")
    else:
        happened, kept, todo = error.message, error.kept, error.hint
    found = [
        (translate("Messages", "What happened"), happened),
        (translate("Messages", "What is kept"), kept),
        (translate("Messages", "What you can do"), todo),
    ]
    return [(heading, text) for heading, text in found if text]


class ErrorDialog(CalmDialog):
    """Shown once per failure; Enter and Escape close it."""

    def __init__(self, error: EvidenceError, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("That did not work"), 480, parent)
        box = self.box
        for heading, text in parts(error):
            add(box, label(heading, "label"), label(text))
            box.addSpacing(theme.S)
        close = button(self.tr("Close"), self.accept, role="main")
        close.setDefault(True)
        box.addLayout(row(None, close))
        close.setFocus()


def sentences(error: object) -> str:
    """The same without headings, for a form that says it in place."""
    return " ".join(text for _heading, text in parts(_shown(error)))


def _shown(error: object) -> EvidenceError:
    return error if isinstance(error, EvidenceError) else Unexpected(type(error).__name__)


def show_error(error: object, parent: QWidget | None = None) -> ErrorDialog:
    """Open the page for a failed job without blocking anything."""
    dialog = ErrorDialog(_shown(error), parent)
    dialog.open()
    return dialog
