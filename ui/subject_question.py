"""The question that comes before a byte is loaded or read: could anyone shown be under 18 (DOMAIN MIN-02)?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from evidence_kit.records import Subject
from ui import theme
from ui.pages import CalmDialog
from ui.presses import Choice
from ui.widgets import add, button, column, label, row

if TYPE_CHECKING:
    from evidence_kit.vault.index import KeptSession


class SubjectQuestion(QWidget):
    """The answers as cards. Nothing is preselected; Enter chooses nothing."""

    answered = Signal(object)

    def __init__(self, *, importing: bool = False, question: str = "") -> None:
        super().__init__()
        question = question or self.tr("Could anyone shown there be under 18, or have been when the picture was taken?")
        if importing:
            kept = self.tr("The files are taken in as they are, encrypted.")
            only = self.tr("No file is read. You can describe it in words instead.")
        else:
            kept = self.tr("The page is recorded with its pictures and videos, encrypted.")
            only = self.tr("Only the text is recorded; no picture is ever loaded.")
        law = self.tr("Holding such a picture is forbidden by law, even as proof.")
        doubt = self.tr("When in doubt, the careful way protects you.")
        box = column(self, gap=theme.S + 2)
        box.addWidget(label(question, "heading"))
        box.addSpacing(theme.XS)
        self.choices: dict[Subject, Choice] = {
            Subject.ADULT: Choice(self.tr("No, all are adults"), kept),
            **(
                {}
                if importing
                else {
                    Subject.SELECTED: Choice(
                        self.tr("No, but load no picture"),
                        self.tr("Text and layout are recorded; a labelled box stands where each picture would be."),
                    )
                }
            ),
            Subject.WAS_MINOR: Choice(self.tr("I was under 18"), f"{only} {law}"),
            Subject.MINOR: Choice(self.tr("Yes, or someone was"), f"{only} {law}"),
            Subject.UNKNOWN: Choice(self.tr("I don't know"), f"{only} {doubt}"),
        }
        for subject, choice in self.choices.items():
            choice.setProperty("subject", subject.value)
            choice.clicked.connect(self._on_clicked)
            box.addWidget(choice)

    def _on_clicked(self) -> None:
        self.answered.emit(Subject(self.sender().property("subject")))


class SubjectDialog(CalmDialog):
    """The question before a capture."""

    def __init__(self, url: str, parent: QWidget | None = None, *, visibly: bool = False) -> None:
        super().__init__(self.tr("Before the page is opened"), 620, parent)
        self.url = url
        self.visibly = visibly
        self.subject: Subject | None = None
        box = self.box
        self.question = SubjectQuestion()
        self.question.answered.connect(self._on_answer)
        unseen = self.tr(
            "The site sees one visit from this internet connection, like any other. "
            "You are not signed in there, and nothing is sent in your name."
        )
        seen = self.tr(
            "A browser window opens, without your other accounts. What you do there happens in your name. "
            "Nothing is recorded until you ask for it; what signs you in is overwritten in what is kept."
        )
        self._words = seen if visibly else unseen
        self.visit = label(self._words, "small")
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.kept = QComboBox()
        self.kept.setAccessibleName(self.tr("Kept sign-in"))
        self.kept.addItem(self.tr("Without a kept sign-in"), "")
        self.kept.hide()
        self.kept.currentIndexChanged.connect(self._on_kept)
        add(box, self.question, self.visit, self.kept)
        box.addLayout(row(None, self.cancel))
        self.cancel.setFocus()

    def offer(self, found: Sequence[KeptSession]) -> None:
        """Let her open the page with one of her kept sign-ins; the first choice is none."""
        for one in found:
            name = self.tr("Signed in as {label} ({sites}), if all are adults")
            self.kept.addItem(name.format(label=one.label, sites=", ".join(one.sites[:2])), one.label)
        self.kept.setVisible(bool(found))
        self.fit()

    def _on_kept(self) -> None:
        signed_in = self.tr(
            "The page is opened with your account: the site sees that it is you. Nothing is pressed there; "
            "what signs you in is overwritten in what is kept."
        )
        self.visit.setText(signed_in if self.kept.currentData() else self._words)
        self.fit()

    @property
    def sign_in(self) -> str:
        """The label of the chosen one; empty for none, and wherever pictures are withheld."""
        return str(self.kept.currentData()) if self.subject is Subject.ADULT else ""

    def _on_answer(self, subject: Subject) -> None:
        self.subject = subject
        self.accept()
