"""One exhibit: what it is, when, what proves the time, what was done with it, and its files."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QTabWidget, QWidget

from evidence_kit import identified, walls
from evidence_kit.errors import EvidenceError
from evidence_kit.language import _
from evidence_kit.notices import notices
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
from ui.withdraw_dialog import WithdrawDialog
from ui.withheld_tab import WithheldTab

if TYPE_CHECKING:
    from evidence_kit.workflow.records import ExhibitRecord
    from evidence_kit.workflow.session import Session

_LONG = re.compile(r"[^\s/&?]{25,}")
Found = tuple["ExhibitRecord", "bytes | None", "Sequence[CustodyEntry]", str]
"""The record, its preview, the case's log, and the number of the exhibit that it captured again."""


class Details(QFrame):
    """The right side of the window. Reads beside a running capture; nothing here is shown clearly unless held."""

    changed = Signal(str)
    visibly_asked = Signal(str)
    """The address that is to be opened in a window."""
    selected_asked = Signal(str, object)
    """The page's address, and what of it may be loaded."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "pane")
        self._desk = desk
        self.exhibit: Exhibit | None = None
        self.dialog: MinorDialog | ContactsDialog | WithdrawDialog | None = None
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
        self.facts.setContentsMargins(theme.S, theme.S, theme.S, theme.S)
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
        self.withheld = WithheldTab()
        self.withheld.asked.connect(self.selected_asked)
        self._withheld_at = self.tabs.addTab(self.withheld, self.tr("Withheld"))
        self.tabs.setTabVisible(self._withheld_at, False)
        self.visibly = button(self.tr("Open it in a window…"), self._on_visibly, role="link")
        self.minor = button(self.tr("This may show a minor…"), self.ask_minor, role="link")
        self.withdraw = button(self.tr("Withdraw…"), self.ask_withdraw, role="link")
        add(box, self.preview, self.number, self.title, self.outcome)
        box.addLayout(row(self.visibly, None))
        box.addWidget(self.tabs, 1)
        box.addLayout(row(self.minor, None, self.withdraw))
        self.preview.looked.connect(self._ask_history)
        self.files.saved.connect(self._ask_history)
        self.show_exhibit(None)

    @property
    def may_flag(self) -> bool:
        """Whether there is something that could show a minor."""
        shown = self.exhibit
        return shown is not None and shown.state is ExhibitState.NORMAL and not shown.subject.text_only

    @property
    def may_withdraw(self) -> bool:
        """Whether there is something to be withdrawn. Of a locked one nothing is deleted: the police may need it."""
        return self.exhibit is not None and self.exhibit.state is ExhibitState.NORMAL

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
        self.visibly.hide()
        self.minor.setVisible(self.may_flag)
        self.withdraw.setVisible(self.may_withdraw)
        self._fill_facts(exhibit)
        self.tokens.show([])
        self.events.show([])
        self.files.put(None)
        self._show_withheld(None)
        job = self._desk.read("details", lambda session: _look(session, exhibit))
        job.succeeded.connect(self._on_found)
        job.failed.connect(self._on_failed)

    def _fact(self, name: str, text: str, *, at: int = -1) -> None:
        if not text:
            return
        value = label(_breakable(text))
        value.setAccessibleName(f"{name}: {text}")
        value.setContentsMargins(0, 0, 0, theme.S)
        self.facts.insertRow(at, label(name, "small", wrap=False), value)

    def _fill_facts(self, exhibit: Exhibit) -> None:
        while self.facts.rowCount():
            self.facts.removeRow(0)
        if exhibit.state is ExhibitState.LOCKED:
            self._fact(self.tr("Why it is locked"), self.tr("It may show a minor. It cannot be shown or exported."))
            self._fact(
                self.tr("What now"),
                self.tr("Nothing of it is deleted. Ask the police or the 3018 first; they say what to do next."),
            )
        if exhibit.state is ExhibitState.WITHDRAWN:
            self._fact(self.tr("Why it was withdrawn"), exhibit.state_reason)
        self._fact(self.tr("Address"), exhibit.url_requested)
        if exhibit.url_final != exhibit.url_requested:
            self._fact(self.tr("Led to"), exhibit.url_final)
        self._fact(self.tr("Started"), words.when(exhibit.started_at, seconds=True))
        self._fact(self.tr("Finished"), words.when(exhibit.finished_at, seconds=True))
        if exhibit.outcome is not Outcome.FAILED:  # then everything is missing
            self._fact(self.tr("Missing"), words.missing(exhibit.missing))
        if exhibit.state is not ExhibitState.LOCKED:  # the answer of then would contradict the lock
            self._fact(self.tr("Who is shown"), words.subject(exhibit.subject))

    def _on_found(self, found: Found) -> None:
        record, picture, entries, before_number = found
        if self.exhibit is None or record.exhibit.id != self.exhibit.id:
            return
        self.exhibit = record.exhibit
        self.preview.put(record.exhibit, _pixmap(picture), has_picture=_has_picture(record))
        self.outcome.setText(f"{words.outcome(record.exhibit)} · {words.stamp_state(record.tokens)}")
        self._fact(self.tr("What the site answered"), words.refused(record.status))
        says = self.tr("What the site says") if walls.is_answer(record.wall) else self.tr("What stood before the page")
        self._fact(says, walls.sentence(record.wall, _))
        self.visibly.setVisible(record.openable and record.exhibit.state is ExhibitState.NORMAL)
        for name, text in identified.rows(record.identifiers, _, brief=True):
            self._fact(name, text)
        before = identified.recapture(record.recapture_of, _, words.when, number=before_number)
        for name, text in [*before, *identified.led_by(record.led_by, _)]:
            self._fact(name, text)
        for notice in notices(record.network, _):
            self._fact(self.tr("About the connection"), notice.text)
        failure = self._desk.backend.explain(record)
        if failure is not None:
            self._fact(self.tr("What happened"), failure.happened, at=0)
            self._fact(self.tr("What is kept"), failure.kept, at=1)
            self._fact(self.tr("What you can do"), failure.todo, at=2)
        self._tell_more(record, entries)
        self.tokens.show(_token_lines(record))
        self.files.put(record)
        self._show_withheld(record)
        self._show_history(entries)

    def _tell_more(self, record: ExhibitRecord, entries: Sequence[CustodyEntry]) -> None:
        """What she would ask next: why it is in part, what the law leaves her to do, why a timestamp is awaited."""
        told = [words.read_entry(e) for e in entries] if record.exhibit.outcome is Outcome.PARTIAL else []
        if any(kind == "capture.interrupted" and about == record.exhibit.id for kind, _at, _by, about in told):
            said = self.tr("This capture was interrupted. What was finished by then is kept.")
            self._fact(self.tr("What happened"), said, at=0)
        if record.exhibit.subject.text_only and record.exhibit.state is ExhibitState.NORMAL:
            self._fact(self.tr("What you can do"), words.where_to_report())
        for token in record.tokens:
            if words.is_pending([token]):
                self._fact(self.tr("Timestamp still awaited"), token.last_error)

    def _on_visibly(self) -> None:
        if self.exhibit is not None:
            self.visibly_asked.emit(self.exhibit.url_requested)

    def _show_withheld(self, record: ExhibitRecord | None) -> None:
        """A tab of its own, only where she chose what is loaded."""
        self.withheld.put(record)
        free = record is not None and record.exhibit.state is ExhibitState.NORMAL
        self.tabs.setTabVisible(self._withheld_at, free and WithheldTab.has(record))

    def _ask_history(self) -> None:
        exhibit = self.exhibit
        if exhibit is None:
            return
        job = self._desk.read("history", lambda session: (exhibit.id, session.log(exhibit.case_id)[0]))
        job.succeeded.connect(self._on_history)

    def _on_history(self, found: tuple[str, Sequence[CustodyEntry]]) -> None:
        exhibit_id, entries = found
        if self.exhibit is not None and self.exhibit.id == exhibit_id:
            self._show_history(entries)

    def _show_history(self, entries: Sequence[CustodyEntry]) -> None:
        shown = self.exhibit.id if self.exhibit is not None else ""
        told = [words.read_entry(e) for e in entries]
        self.events.show(
            [
                Line(words.event(kind), " · ".join(p for p in (words.when(at, seconds=True), actor) if p))
                for kind, at, actor, subject in reversed(told)
                if subject == shown
            ]
        )

    def _on_failed(self, error: object) -> None:
        show_error(error, self.window())

    def ask_minor(self) -> None:
        """Lock what may show a minor, after an explanation."""
        if self.exhibit is None or not self.may_flag:
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

    def ask_withdraw(self) -> None:
        """Withdraw the exhibit, after words on what is lost and a reason."""
        if self.exhibit is None or not self.may_withdraw:
            return
        self.dialog = WithdrawDialog(self.exhibit, self.window())
        self.dialog.accepted.connect(self._on_withdraw)
        self.dialog.open()

    def _on_withdraw(self) -> None:
        if not isinstance(self.dialog, WithdrawDialog):
            return
        exhibit_id, reason = self.dialog.exhibit.id, self.dialog.answer()
        self.preview.put(self.exhibit, None)
        job = self._desk.act("withdraw", lambda session, _p, _c: session.withdraw(exhibit_id, reason))
        job.succeeded.connect(self._on_withdrawn)
        job.failed.connect(self._on_failed)

    def _on_withdrawn(self, exhibit: Exhibit) -> None:
        if self.exhibit is not None and self.exhibit.id == exhibit.id:
            self.show_exhibit(exhibit)
        self.changed.emit(exhibit.id)


def _look(session: Session, exhibit: Exhibit) -> Found:
    entries, _head = session.log(exhibit.case_id)
    record = session.record(exhibit.id)
    number = ""
    if record.recapture_of:
        with contextlib.suppress(EvidenceError):  # a damaged earlier one must not hide this one
            number = str(session.record(str(record.recapture_of.get("exhibit_id", ""))).exhibit.number)
    return record, session.thumbnail(exhibit.id), entries, number


def _token_lines(record: ExhibitRecord) -> list[Line]:
    lines = []
    for token in record.tokens:
        lines.append(Line(token.authority, words.token_state(token), token))
        lines += [Line(*words.renewal(made)) for made in record.renewals.get(token.id, ())]
    return lines


def _pixmap(picture: bytes | None) -> QPixmap | None:
    pixmap = QPixmap()
    return pixmap if picture and pixmap.loadFromData(picture) else None


def _has_picture(record: ExhibitRecord) -> bool:
    return any(
        a.media_type.startswith("image/") and a.role in {"screenshot", "first-view", "original", "media"}
        for a in record.artifacts
    )


def _breakable(text: str) -> str:
    """Lets long addresses wrap after their slashes, and digests where the line ends: else they widen the pane."""
    text = _LONG.sub(lambda run: "\u200b".join(run[0][i : i + 8] for i in range(0, len(run[0]), 8)), text)
    return text.replace("/", "/\u200b").replace("&", "&\u200b").replace("?", "\u200b?")
