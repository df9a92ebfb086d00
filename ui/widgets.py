"""Small parts that several screens share, so that they look and behave alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
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
