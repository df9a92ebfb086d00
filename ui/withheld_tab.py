"""What a page was not allowed to show: choose what may be loaded, and capture it once more with only that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui import theme
from ui.widgets import button, column, label, row

if TYPE_CHECKING:
    from evidence_kit.workflow.records import ExhibitRecord

ADDRESS = Qt.ItemDataRole.UserRole
SHOWN = 120
"""Letters of an address or of a picture's words that are shown; the whole stands in the tool tip."""


class WithheldTab(QWidget):
    """A list with a tick for each picture or medium. Nothing is loaded before she asks."""

    asked = Signal(str, object)
    """Address of the page, and a tuple of what may be loaded."""

    def __init__(self) -> None:
        super().__init__()
        self._url = ""
        box = column(self, margin=(0, theme.S, 0, 0), gap=theme.S)
        self.words = label("", "small")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pictures and media of this page"))
        self.list.setWordWrap(True)
        self.list.itemChanged.connect(self._check)
        self.again = button(self.tr("Capture again with these"), self._on_again)
        self.again.setToolTip(self.tr("The page is loaded once more, with only what is ticked here"))
        box.addWidget(self.words)
        box.addWidget(self.list, 1)
        box.addLayout(row(self.again, None))
        self.put(None)

    @staticmethod
    def has(record: ExhibitRecord | None) -> bool:
        """Whether there is anything to choose from."""
        return bool(record and record.selection)

    def put(self, record: ExhibitRecord | None) -> None:
        """Show what was withheld from this exhibit."""
        self.list.clear()
        self._url = record.exhibit.url_requested if record else ""
        selection: dict[str, Any] = record.selection if record else {}
        for item in _dicts(selection.get("allowed")):
            self._add(item, allowed=True)
        for item in _dicts(selection.get("withheld")):
            self._add(item, allowed=False)
        if self.list.count():
            told = self.tr("Tick what may be loaded. A picture may show a minor: then leave it, and ask for help.")
        else:
            told = self.tr("Nothing was withheld: the page asked for no picture and no medium.")
        if selection.get("withheld_cut"):
            told += " " + self.tr("Further ones are not listed here.")
        self.words.setText(told)
        self._check()

    def _add(self, item: dict[str, Any], *, allowed: bool) -> None:
        shown, words = str(item.get("url", "")), " ".join(str(item.get("alt", "")).split())
        made = str(item.get("item", "")) or (shown if shown.startswith("made:") else "")
        url, shown = (made, "") if made else (shown, shown)
        can_be_chosen = bool(made) or url.startswith(("http://", "https://"))
        width, height = item.get("width"), item.get("height")
        size = f"{width} × {height}" if width and height else ""
        name = words or shown.partition("?")[0].rstrip("/").rpartition("/")[2] or str(item.get("kind", ""))
        if made and not words:
            name = self.tr("Made by the page itself ({kind})").format(kind=item.get("kind") or self.tr("picture"))
        elif not can_be_chosen:
            name = self.tr("Made by the page itself: it cannot be chosen ({kind})").format(kind=item.get("kind", ""))
        line = QListWidgetItem(
            "\n".join(part for part in (_cut(name), _cut(" · ".join(p for p in (size, shown) if p))) if part)
        )
        line.setToolTip(shown)
        line.setData(ADDRESS, url)
        if can_be_chosen:
            line.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            line.setCheckState(Qt.CheckState.Checked if allowed else Qt.CheckState.Unchecked)
        else:
            line.setFlags(Qt.ItemFlag.ItemIsSelectable)
        self.list.addItem(line)

    def chosen(self) -> tuple[str, ...]:
        """The addresses that are ticked."""
        lines = (self.list.item(n) for n in range(self.list.count()))
        return tuple(
            str(line.data(ADDRESS))
            for line in lines
            if line.flags() & Qt.ItemFlag.ItemIsUserCheckable and line.checkState() is Qt.CheckState.Checked
        )

    def _check(self) -> None:
        self.again.setEnabled(bool(self._url) and bool(self.chosen()))

    def _on_again(self) -> None:
        self.asked.emit(self._url, self.chosen())


def _dicts(items: object) -> list[dict[str, Any]]:
    return [i for i in items if isinstance(i, dict)] if isinstance(items, list) else []


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
