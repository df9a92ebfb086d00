"""Locks after some minutes without use; a running capture is use, a night asleep is not."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

_USE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}
CHECK_MS = 5_000


def _clocks() -> tuple[float, float]:
    """One clock that nobody can set and that may stand still in sleep, and one that goes on in sleep."""
    return time.monotonic(), time.time()


class IdleLock(QObject):
    """Says when the time is up. Looks at both clocks, so that it also locks soon after the computer wakes up."""

    idle = Signal()

    def __init__(self, minutes: float, parent: QObject | None = None, *, check_ms: int = CHECK_MS) -> None:
        super().__init__(parent)
        self._seconds = max(0.0, minutes) * 60
        self._since = _clocks()
        self._timer = QTimer(self)
        self._timer.setInterval(check_ms)
        self._timer.timeout.connect(self._check)

    @property
    def watching(self) -> bool:
        """Whether the time is counted."""
        return self._timer.isActive()

    def watch(self, wanted: bool) -> None:
        """Start or stop counting; counting starts from now."""
        app = QCoreApplication.instance()
        if app is None:
            return
        app.removeEventFilter(self)
        self._since = _clocks()
        if wanted and self._seconds:
            app.installEventFilter(self)
            self._timer.start()
        else:
            self._timer.stop()

    def _check(self) -> None:
        if any(now - then >= self._seconds for now, then in zip(_clocks(), self._since, strict=True)):
            self.watch(False)
            self.idle.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, ARG002 - Qt's name
        """Every key and every move of the mouse starts the time anew; not without a look at it first."""
        if event.type() in _USE:
            self._check()
            if self.watching:
                self._since = _clocks()
        return False
