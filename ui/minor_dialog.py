"""The late discovery: one click and one explanation lock an exhibit that may show a minor (DOMAIN MIN-06)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from evidence_kit.records import Exhibit
from ui import theme, words
from ui.pages import CalmDialog
from ui.widgets import add, button, column, frame, label, row


class Contacts(QWidget):
    """Whom one can call, in the order in which they help here."""

    def __init__(self) -> None:
        super().__init__()
        box = column(self, gap=theme.S)
        for who, what in (
            ("3018", self.tr("Digital violence, for young people and adults. Free, every day from 9 to 23.")),
            ("Pharos", self.tr("Report the address to the police: internet-signalement.gouv.fr")),
            ("119", self.tr("A child in danger. Free, day and night.")),
            ("17", self.tr("Police, when someone is in danger now.")),
        ):
            name = label(who, "label", wrap=False)
            name.setFixedWidth(72)
            line = row(gap=theme.S)
            line.addWidget(name)
            line.addWidget(label(what), 1)
            box.addLayout(line)


class MinorDialog(CalmDialog):
    """Explains, then locks. Nothing is deleted, and nothing is blamed on her."""

    def __init__(self, exhibit: Exhibit, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("This may show a minor"), 560, parent)
        self.exhibit = exhibit
        box = self.box
        add(
            box,
            label(self.tr("Lock {exhibit}?").format(exhibit=words.numbered(exhibit)), "heading"),
            label(
                self.tr(
                    "You did the right thing by noticing. Once locked, it can no longer be shown, saved outside "
                    "or exported. Its address, time and digest stay, so that the police can act."
                )
            ),
            label(self.tr("Locking cannot be undone here. Nothing is deleted: ask the police what to do next.")),
        )
        card = frame("card")
        inner = column(card, margin=theme.M)
        inner.addWidget(Contacts())
        box.addWidget(card)
        self.lock = button(self.tr("Lock this exhibit"), self.accept, role="main")
        self.cancel = button(self.tr("Cancel"), self.reject)
        box.addLayout(row(None, self.cancel, self.lock))
        self.cancel.setFocus()


class ContactsDialog(CalmDialog):
    """The same contacts, after locking or from the Help menu."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Someone to talk to"), 520, parent)
        box = self.box
        add(box, label(text))
        box.addWidget(Contacts())
        more = label(self.tr("3114: when you no longer want to live. 112: any emergency in Europe."))
        box.addWidget(more)
        close = button(self.tr("Close"), self.accept, role="main")
        close.setDefault(True)
        box.addLayout(row(None, close))
