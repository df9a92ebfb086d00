"""The screen of daily use: cases, the address to capture, the exhibits, and one of them in detail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QWidget

from evidence_kit.errors import UsageError
from evidence_kit.language import _
from evidence_kit.records import Case, Exhibit
from ui import pickers, theme, words
from ui.addresses_dialog import AddressesDialog
from ui.capture_bar import CaptureBar
from ui.case_dialog import CaseDialog, CloseCaseDialog, MandateDialog
from ui.delegates import ExhibitDelegate
from ui.desk import Desk
from ui.details import Details
from ui.export_dialog import ExportDialog
from ui.import_dialog import ImportDialog
from ui.list_strip import ListStrip
from ui.messages import show_error
from ui.models import RECORD, ExhibitModel
from ui.pages import rows_view
from ui.recovery_dialog import RecoveryDialog
from ui.renew_strip import RenewStrip
from ui.side_panel import SidePanel
from ui.stamp_queue import StampQueue
from ui.widgets import Note, add, column, field, label, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.workflow.records import ExhibitRecord, OpenSummary, StampCounts
    from evidence_kit.workflow.session import Session

Extras = list[tuple["bytes | None", "ExhibitRecord"]]
ASK_AT_ONCE = 12


class WorkScreen(QWidget):
    """Made anew for each opened vault, so that nothing of the last one is left."""

    verify_asked = Signal()
    check_asked = Signal()
    lock_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._cases: list[Case] = []
        self._case: Case | None = None
        self._wanted = ""
        self._every: list[Exhibit] = []
        self._told = False
        self._stamp_words = self.tr("Some timestamps are still to come.")
        self.dialog: QWidget | None = None
        self.side = SidePanel()
        self.bar = CaptureBar(desk)
        self.strip = ListStrip(desk)
        self.renewal = RenewStrip(desk)
        self.details = Details(desk)
        self.model = ExhibitModel(self)
        self._build()
        self._connect()
        self.refresh()
        QTimer.singleShot(0, self.bar.address, self.bar.address.setFocus)

    def _build(self) -> None:
        self.recovery = Note(self.tr("The recovery code is not confirmed yet."), self.tr("Write it down…"))
        self.found = Note()
        self.harm = Note()
        self.queue = StampQueue(self._desk, self)
        self.stamp = Note(self.tr("Some timestamps are still to come."), self.tr("Timestamp now"), role="slim")
        self.name = label("", "heading", wrap=False)
        self.search = field(self.tr("Search"), hint=self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(210)
        self.search.addAction(theme.icon("search", theme.colours().quiet), self.search.ActionPosition.LeadingPosition)
        self.list = rows_view(self.model, ExhibitDelegate(), self.tr("Exhibits"))
        self.list.setUniformItemSizes(True)
        self.empty = label("", "quiet")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        hint = QWidget()
        around = column(hint, margin=theme.XL)
        add(around, None, self.empty, None)
        self.stack.addWidget(hint)
        self.stack.addWidget(self.list)
        middle = QFrame()
        inside = column(middle)
        inside.addWidget(self.bar)
        rest = column(margin=(theme.L, 0, theme.L, theme.M), gap=theme.S)
        add(rest, self.strip, self.recovery, self.harm, self.found, self.queue.note, self.renewal, self.stamp)
        head = row(gap=theme.M)
        head.setContentsMargins(0, theme.S, 0, 0)
        head.addWidget(self.name, 1)
        head.addWidget(self.search)
        rest.addLayout(head)
        rest.addWidget(self.stack, 1)
        inside.addLayout(rest, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        for part, width in ((self.side, 220), (middle, 660), (self.details, 380)):
            split.addWidget(part)
            part.setMinimumWidth(width * 3 // 4)
        split.setSizes([220, 680, 380])
        split.setStretchFactor(1, 1)
        column(self).addWidget(split)
        self._show_recovery_state()
        for note in (self.found, self.harm, self.stamp):
            note.hide()

    def _connect(self) -> None:
        self._wait = QTimer(self, singleShot=True, interval=250)
        self._wait.timeout.connect(self._load)
        self.search.textChanged.connect(self._wait.start)
        self.side.chosen.connect(self._on_case)
        self.side.add_asked.connect(self.ask_case)
        self.side.import_asked.connect(self.ask_import)
        self.side.export_asked.connect(self.ask_export)
        self.side.verify_asked.connect(self.verify_asked)
        self.side.lock_asked.connect(self.lock_asked)
        self.bar.captured.connect(self._on_new)
        self.bar.several_asked.connect(self.ask_several)
        self.strip.changed.connect(self._on_new)
        self.strip.running_changed.connect(self.bar.hold_several)
        self.details.changed.connect(self._on_new)
        self.details.visibly_asked.connect(self.bar.ask_visibly)
        self.details.selected_asked.connect(self.bar.start_selected)
        self.list.selectionModel().currentChanged.connect(self._on_exhibit)
        self.list.verticalScrollBar().valueChanged.connect(self._ask_extras)
        self.recovery.acted.connect(self.ask_recovery)
        self.stamp.acted.connect(self._on_stamp)
        self.queue.brought.connect(self._on_brought)
        self.renewal.renewed.connect(self._on_brought)
        self.found.acted.connect(self.found.hide)
        self.harm.acted.connect(self.harm.hide)
        self.harm.acted.connect(self.check_asked)
        self._desk.recovery_changed.connect(self._show_recovery_state)

    # loading

    def refresh(self) -> None:
        """Read the cases, then the exhibits of the chosen one."""
        job = self._desk.read("cases", lambda session: (session.cases(), session.opened))
        job.succeeded.connect(self._on_cases)
        job.failed.connect(self._on_failed)

    def _on_cases(self, found: tuple[list[Case], OpenSummary]) -> None:
        self._cases, opened = found
        if not self._told:
            self._told = True
            self._tell(opened)
        chosen = next((c for c in self._cases if self._case is not None and c.id == self._case.id), None)
        self._case = chosen or (self._cases[-1] if self._cases else None)
        self.side.show_cases(self._cases, self._case.id if self._case else None)
        self._show_case()

    def _tell(self, opened: OpenSummary) -> None:
        """What was found when the vault was opened, once."""
        if opened.recovered:
            self.found.say(
                self.tr("A capture had been interrupted. What was finished is kept as an exhibit."), self.tr("Fine")
            )
        if opened.damaged:
            self.harm.say(
                self.tr("Part of the vault is damaged. A check says what it is."),
                self.tr("Check the vault…"),
            )
        elif opened.quarantined:
            self.harm.say(
                self.tr("Files that belong to nothing were set aside, not deleted. A check says whether all is there."),
                self.tr("Check the vault…"),
            )

    def _on_case(self, case: Case) -> None:
        self._case = case
        self.search.clear()
        self.details.show_exhibit(None)
        self._show_case()

    def _show_case(self) -> None:
        case = self._case
        self.name.setText(case.name if case else "")
        self.search.setVisible(case is not None)
        self.bar.set_case(case.id if case else None, open_=self.is_open)
        self.strip.set_case(case.id if case else None, open_=self.is_open)
        self.side.allow_import(self.is_open)
        self._load()

    def _load(self) -> None:
        case, text = self._case, self.search.text().strip()
        if case is None:
            self._on_exhibits(([], ""))
            return
        job = self._desk.read("exhibits", lambda session: (session.exhibits(case.id, search=text), text))
        job.succeeded.connect(self._on_exhibits)
        job.failed.connect(self._on_failed)

    def _on_exhibits(self, found: tuple[list[Exhibit], str]) -> None:
        exhibits, text = found
        if not text:
            self._every = exhibits
        self.list.selectionModel().blockSignals(True)
        self.model.show(exhibits)
        self.list.selectionModel().blockSignals(False)
        self.empty.setText(
            self.tr("Nothing found for this search.")
            if text
            else self.tr("Paste the address of a page above, then press Capture.\n\nYou can stop at any time.")
        )
        self.stack.setCurrentIndex(1 if exhibits else 0)
        shown = self.details.exhibit
        wanted = self._wanted or (shown.id if shown else "")
        self._wanted = ""
        at = self.model.row_of(wanted)
        if at >= 0:
            self.list.setCurrentIndex(self.model.index(at))
        elif not wanted:
            self.details.show_exhibit(None)
        self.stamp.hide()
        QTimer.singleShot(0, self, self._ask_extras)

    def _ask_extras(self) -> None:
        first = self.list.indexAt(QPoint(10, 10)).row()
        last = self.list.indexAt(QPoint(10, self.list.viewport().height() - 4)).row()
        ids = self.model.wanted(max(first, 0), last if last >= 0 else self.model.rowCount() - 1, ASK_AT_ONCE)
        if not ids or self._desk.session is None:
            return
        job = self._desk.read("previews", lambda session: _extras(session, ids))
        job.succeeded.connect(self._on_extras)

    def _on_extras(self, found: Extras) -> None:
        for preview, record in found:
            self.model.set_extras(preview, record)
            if words.is_pending(record.tokens):
                self.stamp.show()
        self._ask_extras()

    def _on_exhibit(self, now: QModelIndex) -> None:
        exhibit = now.data(RECORD) if now.isValid() else None
        if isinstance(exhibit, Exhibit):
            self.details.show_exhibit(exhibit)

    def _on_new(self, exhibit_id: str) -> None:
        self._wanted = exhibit_id
        self.refresh()

    def _on_failed(self, error: object) -> None:
        show_error(error, self.window())

    @property
    def case(self) -> Case | None:
        """The chosen case."""
        return self._case

    @property
    def is_open(self) -> bool:
        """Whether something can be added: to the chosen case, or to one that is made then."""
        return self._case is None or self._case.closed_at is None

    # asking

    def ask_case(self) -> None:
        """A new case."""
        dialog = CaseDialog(self.window())
        dialog.accepted.connect(self._on_case_answered)
        self.dialog = dialog
        dialog.open()

    def _on_case_answered(self) -> None:
        if not isinstance(self.dialog, CaseDialog):
            return
        name, other, mandate = self.dialog.answer()
        job = self._desk.act(
            "add-case", lambda session, _p, _c: session.add_case(name, for_someone_else=other, mandate=mandate)
        )
        job.succeeded.connect(self._on_case_made)
        job.failed.connect(self._on_failed)

    def _on_case_made(self, case: Case) -> None:
        self._case = case
        self.details.show_exhibit(None)
        self.refresh()
        self.bar.address.setFocus()

    def ask_mandate(self) -> None:
        """Note the agreement of the person for whom the case is kept."""
        if self._case is None or not self._case.for_someone_else:
            return
        self.dialog = dialog = MandateDialog(self._case, self.window())
        dialog.accepted.connect(self._on_mandate)
        dialog.open()

    def _on_mandate(self) -> None:
        if not isinstance(self.dialog, MandateDialog):
            return
        case_id, mandate = self.dialog.case.id, self.dialog.mandate.answer()
        self._change_case(self._desk.act("mandate", lambda s, _p, _c: s.set_mandate(case_id, mandate)))

    def ask_close(self) -> None:
        """Close the chosen case, after words on what ends."""
        if self._case is None or not self.is_open:
            return
        self.dialog = dialog = CloseCaseDialog(self._case, self.window())
        dialog.accepted.connect(self._on_close)
        dialog.open()

    def _on_close(self) -> None:
        if not isinstance(self.dialog, CloseCaseDialog):
            return
        case_id = self.dialog.case.id
        self._change_case(self._desk.act("close-case", lambda s, _p, _c: s.close_case(case_id)))

    def _change_case(self, job: Job) -> None:
        job.succeeded.connect(self.refresh)
        job.failed.connect(self._on_failed)

    def ask_several(self) -> None:
        """Several addresses, or a whole thread, as one list."""
        self.dialog = dialog = AddressesDialog(self._desk, self.bar.address.text().strip(), self.window())
        dialog.accepted.connect(self._on_several)
        dialog.open()

    def _on_several(self) -> None:
        dialog = self.dialog
        if isinstance(dialog, AddressesDialog) and dialog.subject is not None:
            self.bar.address.clear()
            self.strip.begin(
                self._case.id if self._case else None, dialog.urls, dialog.subject, thread=dialog.whole_thread
            )

    def ask_import(self) -> None:
        """Choose files; nothing is read before the question is answered."""
        if not self.is_open:
            closed = UsageError(_("This case is closed."), hint=_("Choose another case, or create a new one."))
            show_error(closed, self.window())
            return
        files = pickers.open_files(self, self.tr("Choose files to import"))
        if not files or self._desk.session is None:
            return
        dialog = ImportDialog(self._desk, self._case.id if self._case else None, files, self.window())
        dialog.imported.connect(self._on_new)
        self.dialog = dialog
        dialog.open()

    def ask_export(self) -> None:
        """Export from the chosen case."""
        if self._case is None:
            return
        self.dialog = dialog = ExportDialog(self._desk, self._case, self._every, self.window())
        dialog.finished.connect(self._on_exported)
        dialog.open()

    def _on_exported(self) -> None:
        self.details.show_exhibit(self.details.exhibit)

    def _show_recovery_state(self) -> None:
        self.recovery.setVisible(not self._desk.recovery_confirmed)

    def ask_recovery(self) -> None:
        """The page with the recovery code."""
        dialog = RecoveryDialog(self._desk, self.window())
        self.dialog = dialog
        dialog.finished.connect(self._on_recovery_left)
        dialog.open()

    def _on_recovery_left(self, how: int) -> None:
        if how == RecoveryDialog.SHOW_AGAIN:
            self.ask_recovery()

    def _on_stamp(self) -> None:
        self.stamp.do.setEnabled(False)
        self._stamp_words = self.tr("Some timestamps are still to come.")
        self.stamp.words.setText(words.step("stamp") + " …")
        job = self._desk.act("stamp", lambda session, progress, cancel: session.stamp_pending(progress, cancel))
        job.succeeded.connect(self._on_stamped)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_stamp_ended)

    def _on_stamped(self, counts: StampCounts) -> None:
        if counts.pending:
            self._stamp_words = self.tr("Some authorities have not answered yet; the program asks again by itself.")
        self._on_brought()

    def _on_brought(self) -> None:
        self.refresh()
        self.details.show_exhibit(self.details.exhibit)

    def _on_stamp_ended(self) -> None:
        self.stamp.do.setEnabled(True)
        self.stamp.words.setText(self._stamp_words)


def _extras(session: Session, ids: Sequence[str]) -> Extras:
    return [(session.thumbnail(i), session.record(i)) for i in ids]
