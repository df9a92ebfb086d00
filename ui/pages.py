"""A dialog as a calm page, and plain lists. Apart from the other parts, so that the first window stands sooner."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLayout, QListView, QStyledItemDelegate, QWidget

from ui import theme
from ui.delegates import LinesDelegate
from ui.widgets import column
from ui.worker import Job


class CalmDialog(QDialog):
    """A page of its own, as wide as told and as high as its wrapped text needs."""

    def __init__(self, title: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        self.box = column(self, margin=theme.L, gap=theme.M)
        self.box.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)

    def fit(self) -> None:
        """Take the height that the text needs at this width."""
        self.box.invalidate()
        self.box.activate()
        wanted = self.box.totalHeightForWidth(self.width())
        self.resize(self.width(), wanted if wanted > 0 else self.box.totalSizeHint().height())
        self._keep_on_screen()

    def grow(self, height: int) -> None:
        """Be at least so high, for a list that has more to show; never higher than the screen."""
        self.resize(self.width(), min(max(self.height(), height), self.screen().availableGeometry().height()))
        self._keep_on_screen()

    def _keep_on_screen(self) -> None:
        """A page that has grown moves up, so that its buttons stay within reach."""
        if self.isVisible():
            room = self.screen().availableGeometry()
            over = self.frameGeometry().bottom() - room.bottom()
            if over > 0:
                self.move(self.x(), max(room.top(), self.y() - over))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Fit before the first look."""
        self.fit()
        super().showEvent(event)


class JobDialog(CalmDialog):
    """One that runs at most one job at a time, which stops when it is closed."""

    def __init__(self, title: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(title, width, parent)
        self._job: Job | None = None

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def done(self, result: int) -> None:
        """Closing stops what still runs."""
        self._on_stop()
        super().done(result)


def rows_view(model: QAbstractItemModel, delegate: QStyledItemDelegate, name: str) -> QListView:
    """A list whose rows are drawn by ``delegate``, which also frames the row that has the focus.

    So the list itself needs no frame of focus; and an empty one, which could show none, is passed over by Tab.
    """
    made = QListView()
    made.setProperty("role", "bare")
    made.setProperty("rows", True)
    made.setModel(model)
    delegate.setParent(made)
    made.setItemDelegate(delegate)
    made.setMouseTracking(True)
    made.setAccessibleName(name)
    made.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def on_reset() -> None:
        empty = model.rowCount() == 0
        made.setFocusPolicy(Qt.FocusPolicy.ClickFocus if empty else Qt.FocusPolicy.StrongFocus)

    model.modelReset.connect(on_reset)
    on_reset()
    return made


def lines_view(model: QAbstractItemModel, name: str, *, bold: bool = False) -> QListView:
    """A plain list of two-line rows."""
    return rows_view(model, LinesDelegate(bold=bold), name)
