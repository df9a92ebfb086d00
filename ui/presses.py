"""Two buttons of our own: an answer as a card, and one that works only while it is held."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from ui import theme
from ui.widgets import column, label


class Choice(QPushButton):
    """An answer as a card: a few words, and below them why they matter. Enter alone never presses it by chance."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__()
        self.setProperty("role", "choice")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)
        self.setAccessibleDescription(why)
        box = column(self, margin=(theme.M, theme.S + 3, theme.M, theme.S + 3), gap=2)
        for part in (label(text, "label"), label(why, "quiet")):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            box.addWidget(part)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Text wraps."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Room for both texts."""
        inner = self.layout()
        return inner.heightForWidth(width) if inner is not None else super().heightForWidth(width)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What its text needs."""
        inner = self.layout()
        return inner.sizeHint() if inner is not None else super().sizeHint()


class HoldButton(QPushButton):
    """Something happens only while it is held, by mouse or by Space; leaving it in any way ends it."""

    held = Signal()
    released_hold = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAutoDefault(False)
        self.setAccessibleName(text)
        self._down = False

    def _set(self, down: bool) -> None:
        if down == self._down:
            return
        self._down = down
        (self.held if down else self.released_hold).emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Held with the left button."""
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self._set(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go."""
        super().mouseReleaseEvent(event)
        self._set(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Held with Space."""
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._set(True)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let go."""
        super().keyReleaseEvent(event)
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._set(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Another window or field: nothing stays open behind her back."""
        super().focusOutEvent(event)
        self._set(False)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Disabled or hidden while held."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.EnabledChange, QEvent.Type.ActivationChange} and not self.isEnabled():
            self._set(False)
