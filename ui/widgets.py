"""Small parts that several screens share, so that they look and behave alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QListView,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import theme


def label(text: str, role: str = "", *, wrap: bool = True) -> QLabel:
    """Text in one of the roles of the theme; never rich text, because what it shows may come from outside."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def button(text: str, on_click: Callable[[], Any] | None = None, *, role: str = "", tip: str = "") -> QPushButton:
    """A button that says what it does. ``role``: main, plain, or nothing."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setAccessibleName(text.replace("&", "").rstrip("… "))
    if role:
        made.setProperty("role", role)
    if tip:
        made.setToolTip(tip)
    if role in {"main", "plain"}:
        made.setCursor(Qt.CursorShape.PointingHandCursor)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made


def field(name: str, *, secret: bool = False, hint: str = "") -> QLineEdit:
    """A text field with its accessible name. Secret ones never show or predict their content."""
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)
    return made


def frame(role: str) -> QFrame:
    """A surface: card, note, side, pane, line."""
    made = QFrame()
    made.setProperty("role", role)
    return made


def space(layout: QLayout, *, margin: int | tuple[int, int, int, int] = 0, gap: int = theme.S) -> None:
    """Set margins and spacing at once."""
    if isinstance(margin, int):
        layout.setContentsMargins(margin, margin, margin, margin)
    else:
        layout.setContentsMargins(*margin)
    layout.setSpacing(gap)


def column(
    parent: QWidget | None = None, *, margin: int | tuple[int, int, int, int] = 0, gap: int = theme.S
) -> QVBoxLayout:
    """A column of things."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    space(made, margin=margin, gap=gap)
    return made


def row(*things: QWidget | None, gap: int = theme.S) -> QHBoxLayout:
    """A row of things; ``None`` takes up the free room."""
    made = QHBoxLayout()
    space(made, gap=gap)
    add(made, *things)
    return made


def add(layout: QBoxLayout, *things: QWidget | None) -> None:
    """Add several widgets; ``None`` takes up the free room."""
    for thing in things:
        if thing is None:
            layout.addStretch(1)
        else:
            layout.addWidget(thing)


def labelled(text: str, widget: QWidget, *, hint: str = "") -> QVBoxLayout:
    """A field under its label, tied together for screen readers and Alt keys."""
    made = column(gap=theme.XS)
    name = label(text, "label")
    name.setBuddy(widget)
    add(made, name, widget)
    if hint:
        made.addWidget(label(hint, "small"))
    return made


class Elided(QLabel):
    """One line that is cut in the middle where there is no room; the whole stands in its tooltip."""

    def __init__(self, text: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle) -> None:
        super().__init__(text)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Narrow enough for any window."""
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw what fits."""
        painter = QPainter(self)
        text = QFontMetrics(self.font()).elidedText(self.text(), self._mode, self.width())
        self.setToolTip(self.text() if text != self.text() else "")
        painter.drawText(self.rect(), int(self.alignment()) | Qt.AlignmentFlag.AlignVCenter, text)


class Note(QFrame):
    """A calm strip that says something and may offer one thing to do."""

    acted = Signal()

    def __init__(self, text: str = "", action: str = "", *, role: str = "note") -> None:
        super().__init__()
        self.setProperty("role", role)
        box = QHBoxLayout(self)
        space(box, margin=(theme.M - 4, theme.S, theme.S, theme.S), gap=theme.M)
        self.words = label(text)
        self.do = button(action)
        self.do.clicked.connect(self.acted)
        self.do.setVisible(bool(action))
        box.addWidget(self.words, 1)
        box.addWidget(self.do)

    def say(self, text: str, action: str = "") -> None:
        """Say something else."""
        self.words.setText(text)
        self.do.setText(action)
        self.do.setAccessibleName(action)
        self.do.setVisible(bool(action))
        self.setVisible(bool(text))


class Working(QWidget):
    """What is being done, for how long, and a way to stop it."""

    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        box = column(self, gap=theme.S)
        self.step = label("", "quiet")
        self.step.setAccessibleName(self.tr("What is being done"))
        self.stop = button(self.tr("Stop"))
        self.stop.clicked.connect(self.stopped)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        line = row(gap=theme.M)
        line.addWidget(self.step, 1)
        line.addWidget(self.stop)
        box.addLayout(line)
        box.addWidget(self.bar)
        self.hide()

    def show_step(self, text: str, done: int = 0, total: int | None = None) -> None:
        """Name the step; with a total the line fills, else it only moves."""
        self.step.setText(text)
        self.bar.setRange(0, 1000 if total else 0)
        if total:
            self.bar.setValue(min(1000, done * 1000 // total))
        self.show()


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

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Fit before the first look."""
        self.fit()
        super().showEvent(event)


def lines_view(model: QAbstractItemModel, name: str, *, bold: bool = False) -> QListView:
    """A plain list of two-line rows."""
    from ui.delegates import LinesDelegate

    made = QListView()
    made.setProperty("role", "bare")
    made.setModel(model)
    made.setItemDelegate(LinesDelegate(made, bold=bold))
    made.setMouseTracking(True)
    made.setAccessibleName(name)
    made.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made
