"""Lists for Qt's views: exhibits with their blurred previews, and plain lines of two texts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap

from evidence_kit import walls
from evidence_kit.language import _
from evidence_kit.records import Exhibit, ExhibitState
from ui import words

if TYPE_CHECKING:
    from evidence_kit.workflow.records import ExhibitRecord

Index = QModelIndex | QPersistentModelIndex
RECORD = Qt.ItemDataRole.UserRole
SECOND = Qt.ItemDataRole.UserRole + 1
THIRD = Qt.ItemDataRole.UserRole + 2
PREVIEW = Qt.ItemDataRole.UserRole + 3
PREVIEW_WIDTH, PREVIEW_HEIGHT = 88, 60
KEPT_PREVIEWS = 400
"""Small blurred previews kept in memory; older ones are asked for again."""


class ExhibitModel(QAbstractListModel):
    """Exhibits of a case, newest first. Previews and stamp states come later, through :meth:`set_extras`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Exhibit] = []
        self._states: dict[str, str] = {}
        self._previews: OrderedDict[str, QPixmap] = OrderedDict()
        self._asked: set[str] = set()

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """How many exhibits are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, the record and the preview of a row."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        exhibit = self._rows[index.row()]
        if role == RECORD:
            return exhibit
        if role == PREVIEW:
            return self._previews.get(exhibit.id)
        first = f"{words.numbered(exhibit)} · {words.title(exhibit)}"
        second = f"{words.site(exhibit)} · {words.when(exhibit.started_at)}"
        third = " · ".join(filter(None, [words.outcome(exhibit), self._states.get(exhibit.id)]))
        return {
            Qt.ItemDataRole.DisplayRole: first,
            SECOND: second,
            THIRD: third,
            Qt.ItemDataRole.AccessibleTextRole: f"{first}. {second}. {third}.",
        }.get(role)

    def show(self, exhibits: Sequence[Exhibit]) -> None:
        """Replace the rows; what is known of an exhibit stays known."""
        self.beginResetModel()
        self._rows = sorted(exhibits, key=lambda e: (e.started_at, e.number), reverse=True)
        self._asked.clear()
        self.endResetModel()

    def row_of(self, exhibit_id: str) -> int:
        """Where an exhibit stands, or -1."""
        return next((n for n, e in enumerate(self._rows) if e.id == exhibit_id), -1)

    def at(self, row: int) -> Exhibit | None:
        """The exhibit of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def wanted(self, first: int, last: int, limit: int = 24) -> list[str]:
        """Ids between two rows whose preview and tokens were not asked for yet; each is named once."""
        ids = [e.id for e in self._rows[max(0, first) : last + 1] if e.id not in self._asked][:limit]
        self._asked.update(ids)
        return ids

    def set_extras(self, preview: bytes | None, record: ExhibitRecord) -> None:
        """The blurred preview (JPEG or None), what stood before the page, and the tokens of one exhibit."""
        exhibit_id = record.exhibit.id
        met = walls.brief(record.wall, _) if record.exhibit.state is ExhibitState.NORMAL else ""
        self._states[exhibit_id] = " · ".join(filter(None, [met, words.stamp_state(record.tokens)]))
        self._previews.pop(exhibit_id, None)
        if preview:
            pixmap = QPixmap()
            if pixmap.loadFromData(preview):
                self._previews[exhibit_id] = pixmap.scaled(
                    PREVIEW_WIDTH * 2,
                    PREVIEW_HEIGHT * 2,
                    Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                    Qt.TransformationMode.SmoothTransformation,
                )
        while len(self._previews) > KEPT_PREVIEWS:
            self._asked.discard(self._previews.popitem(last=False)[0])
        row = self.row_of(exhibit_id)
        if row >= 0:
            where = self.index(row)
            self.dataChanged.emit(where, where)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a plain list."""

    first: str
    second: str = ""
    record: Any = None


class LinesModel(QAbstractListModel):
    """Rows of two texts: cases, files, tokens, events, checks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """How many lines there are."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The texts and the record behind a line."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        return {
            Qt.ItemDataRole.DisplayRole: line.first,
            Qt.ItemDataRole.ToolTipRole: f"{line.first}\n{line.second}" if line.second else line.first,
            Qt.ItemDataRole.AccessibleTextRole: f"{line.first}. {line.second}".rstrip(". ") + ".",
            SECOND: line.second,
            RECORD: line.record,
        }.get(role)

    def show(self, lines: Sequence[Line]) -> None:
        """Replace all lines."""
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()
