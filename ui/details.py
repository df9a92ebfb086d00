"""One exhibit: what it is, when, what proves the time, what was done with it, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QTabWidget, QWidget

from evidence_kit.records import CustodyEntry, Exhibit, ExhibitState, Outcome
from ui import theme, words
from ui.desk import Desk
from ui.files_tab import FilesTab
from ui.messages import show_error
from ui.minor_dialog import ContactsDialog, MinorDialog
from ui.models import Line, LinesModel
from ui.pages import lines_view
from ui.reveal import Preview
from ui.widgets import add, button, column, label, row

if TYPE_CHECKING:
    from evidence_kit.workflow.records import ExhibitRecord
    from evidence_kit.workflow.session import Session

Found = tuple["ExhibitRecord", "bytes | None", "Sequence[CustodyEntry]"]


class Details(QFrame):
    """The right side of the window. Reads beside a running capture; nothing here is shown clearly unless held."""

    changed = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "pane")
        self._desk = desk
        self.exhibit: Exhibit | None = None
        self.dialog: MinorDialog | ContactsDialog | None = None
        self.empty = label(self.tr("Choose an exhibit in the list to see what it holds."), "quiet")
        self.body = QWidget()
        outer = column(self, margin=(theme.M + 4, theme.M, theme.M + 4, theme.M), gap=theme.M)
        outer.addWidget(self.empty)
        outer.addWidget(self.body, 1)

        box = column(self.body, gap=theme.S)
        self.preview = Preview(desk)
        self.number = label("", "small")
        self.title = label("", "heading")
        self.title.setMaximumHeight(3 * self.title.fontMetrics().height() + theme.L)
        self.outcome = label("", "quiet")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(False)
        self.about = QWidget()
        self.facts = QFormLayout(self.about)
        self.facts.setContentsMargins(0, theme.S + 2, theme.S, theme.S)
        self.facts.setVerticalSpacing(2)
        self.facts.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        scroll = QScrollArea()
        scroll.setWidget(self.about)
        scroll.setWidgetResizable(True)
        self.about.setProperty("role", "scrolled")
        self.tokens, self.events = LinesModel(self), LinesModel(self)
        self.files = FilesTab(desk)
        self.tabs.addTab(scroll, self.tr("About"))
        self.tabs.addTab(lines_view(self.tokens, self.tr("Timestamps of this exhibit")), self.tr("Time"))
        self.tabs.addTab(lines_view(self.events, self.tr("What was done with this exhibit")), self.tr("History"))
        self.tabs.addTab(self.files, self.tr("Files"))
        self.minor = button(self.tr("This may show a minor…"), self._on_minor, role="link")
        add(box, self.preview, self.number, self.title, self.outcome)
        box.addWidget(self.tabs, 1)
        box.addLayout(row(self.minor, None))
        self.show_exhibit(None)

    def show_exhibit(self, exhibit: Exhibit | None) -> None:
        """Show this one; what is slower to read follows."""
        self.exhibit = exhibit
        self.empty.setVisible(exhibit is None)
        self.body.setVisible(exhibit is not None)
        self.preview.put(exhibit, None)
        if exhibit is None:
            return
        self.number.setText(words.numbered(exhibit))
        self.title.setText(words.title(exhibit))
        self.title.setToolTip(words.title(exhibit))
        self.outcome.setText(words.outcome(exhibit))
        self.minor.setVisible(exhibit.state is ExhibitState.NORMAL and not exhibit.subject.text_only)
        self._fill_facts(exhibit)
        self.tokens.show([])
        self.events.show([])
        self.files.put(None)
        job = self._desk.read("details", lambda session: _look(session, exhibit))
        job.succeeded.connect(self._on_found)
        job.failed.connect(self._on_failed)

    def _fact(self, name: str, text: str) -> None:
        if not text:
            return
        value = label(text)
        value.setAccessibleName(f"{name}: {text}")
        value.setContentsMargins(0, 0, 0, theme.S)
        self.facts.addRow(label(name, "small"), value)

    def _fill_facts(self, exhibit: Exhibit) -> None:
        while self.facts.rowCount():
            self.facts.removeRow(0)
        if exhibit.state is ExhibitState.LOCKED:
            self._fact(self.tr("Why it is locked"), self.tr("It may show a minor. It cannot be shown or exported."))
        self._fact(self.tr("Address"), _breakable(exhibit.url_requested))
        if exhibit.url_final != exhibit.url_requested:
            self._fact(self.tr("Led to"), _breakable(exhibit.url_final))
        self._fact(self.tr("Started"), words.when(exhibit.started_at, seconds=True))
        self._fact(self.tr("Finished"), words.when(exhibit.finished_at, seconds=True))
        if exhibit.outcome is not Outcome.FAILED:  # then everything is missing
            self._fact(self.tr("Missing"), words.missing(exhibit.missing))
        if exhibit.state is not ExhibitState.LOCKED:  # the answer of then would contradict the lock
            self._fact(self.tr("Who is shown"), words.subject(exhibit.subject))

    def _on_found(self, found: Found) -> None:
        record, picture, entries = found
        if self.exhibit is None or record.exhibit.id != self.exhibit.id:
            return
        self.exhibit = record.exhibit
        self.preview.put(record.exhibit, _pixmap(picture), has_picture=_has_picture(record))
        self.outcome.setText(f"{words.outcome(record.exhibit)} · {words.stamp_state(record.tokens)}")
        self._fact(self.tr("What the site answered"), words.refused(record.status))
        self.tokens.show([Line(t.authority, words.token_state(t), t) for t in record.tokens])
        self.files.put(record)
        told = [words.read_entry(e) for e in entries]
        self.events.show(
            [
                Line(words.event(kind), " · ".join(p for p in (words.when(at, seconds=True), actor) if p))
                for kind, at, actor, subject in reversed(told)
                if subject == record.exhibit.id
            ]
        )

    def _on_failed(self, error: object) -> None:
        show_error(error, self.window())

    def _on_minor(self) -> None:
        if self.exhibit is None:
            return
        self.dialog = MinorDialog(self.exhibit, self.window())
        self.dialog.accepted.connect(self._on_lock)
        self.dialog.open()

    def _on_lock(self) -> None:
        if self.exhibit is None:
            return
        exhibit_id = self.exhibit.id
        self.preview.put(self.exhibit, None)
        job = self._desk.act("flag-minor", lambda session, _p, _c: session.flag_minor(exhibit_id))
        job.succeeded.connect(self._on_locked)
        job.failed.connect(self._on_failed)

    def _on_locked(self, exhibit: Exhibit) -> None:
        self.show_exhibit(exhibit)
        self.changed.emit(exhibit.id)
        self.dialog = ContactsDialog(
            self.tr("It is locked. These people know what to do next, and you need not go through it alone."),
            self.window(),
        )
        self.dialog.open()


def _look(session: Session, exhibit: Exhibit) -> Found:
    entries, _head = session.log(exhibit.case_id)
    return session.record(exhibit.id), session.thumbnail(exhibit.id), entries


def _pixmap(picture: bytes | None) -> QPixmap | None:
    pixmap = QPixmap()
    return pixmap if picture and pixmap.loadFromData(picture) else None


def _has_picture(record: ExhibitRecord) -> bool:
    return any(
        a.media_type.startswith("image/") and a.role in {"screenshot", "first-view", "original", "media"}
        for a in record.artifacts
    )


def _breakable(address: str) -> str:
    """Lets a long address wrap after its slashes."""
    return address.replace("/", "/\u200b").replace("&", "&\u200b").replace("?", "\u200b?")
