"""Locks after some minutes without use; a running capture is use."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal

_USE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}
CHECK_MS = 10_000


class IdleLock(QObject):
    """Says when the time is up; also after the computer slept, because the clock then jumps."""

    idle = Signal()

    def __init__(self, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.setInterval(max(0, minutes) * 60_000)
        self._timer.timeout.connect(self.idle)
        self._wanted = False

    def watch(self, wanted: bool) -> None:
        """Start or stop counting; counting starts from now."""
        self._wanted = wanted and self._timer.interval() > 0
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        if self._wanted and app is not None:
            app.installEventFilter(self)
            self._timer.start()
        else:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, ARG002 - Qt's name
        """Every key and every move of the mouse starts the time anew."""
        if self._wanted and event.type() in _USE:
            self._timer.start()
        return False
