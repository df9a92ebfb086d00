"""Several addresses at once: pasted or from a file, then the question for all of them, then, for adults, once more."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QStackedWidget, QWidget

from evidence_kit.records import Subject
from ui import pickers, theme
from ui.desk import Desk
from ui.messages import show_error
from ui.pages import CalmDialog
from ui.subject_question import SubjectQuestion
from ui.widgets import Note, add, button, column, label, labelled, row

MAX_FILE = 1 << 20
SHOWN_REFUSALS = 4


def addresses_in(text: str) -> list[str]:
    """One address a line, each once; empty lines and those that begin with # are passed over."""
    lines = (line.strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


class AddressesDialog(CalmDialog):
    """Accepted with ``urls``, ``subject`` and ``whole_thread``; nothing was loaded by then."""

    def __init__(self, desk: Desk, first: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Several addresses"), 620, parent)
        self._desk = desk
        self.urls: list[str] = []
        self.subject: Subject | None = None
        self.pages = QStackedWidget()
        self.pages.addWidget(self._make_form(first))
        self.box.addWidget(self.pages)
        self.question: SubjectQuestion | None = None
        self.leave = button(self.tr("Cancel"), self.reject)
        self.go = button(self.tr("Go on"), self._on_go, role="main")
        self.box.addLayout(row(None, self.leave, self.go))
        self._count()
        self.text.setFocus()

    @property
    def whole_thread(self) -> bool:
        """Whether all pages of the threads are wanted."""
        return self.whole.isChecked()

    def _make_form(self, first: str) -> QWidget:
        made = QWidget()
        box = column(made, gap=theme.M)
        self.text = QPlainTextEdit(first)
        self.text.setAccessibleName(self.tr("Addresses, one per line"))
        self.text.setPlaceholderText("https://\nhttps://")
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFixedHeight(170)
        self.text.textChanged.connect(self._count)
        self.file = button(self.tr("From a file…"), self._on_file)
        self.count = label("", "quiet", wrap=False)
        line = row(gap=theme.M)
        line.addWidget(self.file)
        line.addWidget(self.count, 1)
        self.whole = QCheckBox(self.tr("All pages of this thread"))
        self.whole.setAccessibleDescription(self.tr("Found by the page numbers of the forum"))
        about = label(
            self.tr(
                "For a forum: the other pages are found by its page numbers, on the same site and in the same thread "
                "only, 100 pages at most."
            ),
            "small",
        )
        self.note = Note()
        self.note.hide()
        box.addLayout(labelled(self.tr("Addresses, one per line"), self.text))
        box.addLayout(line)
        add(box, self.whole, about, self.note)
        return made

    def _count(self) -> None:
        self.note.hide()
        found = len(addresses_in(self.text.toPlainText()))
        self.count.setText(self.tr("Addresses: {count}").format(count=found) if found else "")
        self.go.setEnabled(bool(found))

    def _on_file(self) -> None:
        path = pickers.open_file(self, self.tr("Choose a file with addresses"))
        if path is None:
            return
        try:
            with path.open("rb") as handle:
                text = handle.read(MAX_FILE).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            self._say(self.tr("This file cannot be read as text. It should hold one address per line."))
            return
        here = self.text.toPlainText().rstrip("\n")
        self.text.setPlainText("\n".join(addresses_in(f"{here}\n{text}")))

    def _say(self, text: str) -> None:
        self.note.say(text)
        self.fit()

    def _on_go(self) -> None:
        urls, backend = addresses_in(self.text.toPlainText()), self._desk.backend
        self.go.setEnabled(False)
        job = self._desk.read("addresses", lambda _session: (urls, backend.refused(urls)))
        job.succeeded.connect(self._on_judged)
        job.failed.connect(self._on_failed)

    def _on_failed(self, error: object) -> None:
        show_error(error, self)
        self._count()

    def _on_judged(self, judged: tuple[list[str], list[tuple[int, str]]]) -> None:
        urls, refused = judged
        self.go.setEnabled(True)
        if refused:
            lines = [
                self.tr("Address {number}: {why}").format(number=n, why=why) for n, why in refused[:SHOWN_REFUSALS]
            ]
            more = len(refused) - SHOWN_REFUSALS
            self._say("\n".join([*lines, *([self.tr("and {count} more").format(count=more)] if more > 0 else [])]))
            return
        self.urls = urls
        self.question = SubjectQuestion(
            question=self.tr(
                "On any of these pages: could anyone shown there be under 18, or have been when the picture was taken?"
            )
        )
        self.question.answered.connect(self._on_answer)
        self.go.hide()
        self._turn_to(self.question)
        self.leave.setFocus()

    def _turn_to(self, page: QWidget) -> None:
        """Show the next page; the earlier ones take no room any more."""
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        self.pages.setFixedHeight(page.heightForWidth(self.width() - 2 * theme.L))
        self.fit()

    def _on_answer(self, subject: Subject) -> None:
        self.subject = subject
        if subject is not Subject.ADULT:
            self.accept()
            return
        page = QWidget()
        box = column(page, gap=theme.M)
        if self.whole_thread:
            said = self.tr("All are adults, on each of these pages and on every further page of the thread?")
        else:
            said = self.tr("All are adults, on each of these pages?")
        why = self.tr(
            "The answer holds for every page of the list, also for those that you have not looked at: each is recorded "
            "with its pictures. If you are not sure of one of them, go back and choose another answer."
        )
        add(box, label(said, "heading"), label(why))
        self._turn_to(page)
        self.leave.setText(self.tr("Back"))
        self.leave.setAccessibleName(self.leave.text())
        self.leave.clicked.disconnect()
        self.leave.clicked.connect(self._on_back)
        self.go.clicked.disconnect()
        self.go.clicked.connect(self.accept)
        self.go.setText(self.tr("Yes, on every page"))
        self.go.setAccessibleName(self.go.text())
        self.go.show()
        self.leave.setFocus()

    def _on_back(self) -> None:
        """To the question again."""
        self.subject = None
        self.leave.setText(self.tr("Cancel"))
        self.leave.setAccessibleName(self.leave.text())
        self.leave.clicked.disconnect()
        self.leave.clicked.connect(self.reject)
        self.go.hide()
        if self.question is not None:
            self._turn_to(self.question)
