"""Asking for pending timestamps by itself while a vault is open, beside everything that a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from evidence_kit.workflow.records import StampCounts
from ui.desk import Desk
from ui.revoked_note import RevokedNote

if TYPE_CHECKING:
    from evidence_kit.workflow.session import Session

FIRST_LOOK = 20.0
"""Seconds after the opening, so that the start is not held up."""
LOOK_AGAIN = 300.0
SOONEST = 5.0


class StampQueue(QObject):
    """Looks now and then whether something is pending and due, and asks; for one opening of one vault.

    It says nothing when nobody answers.
    """

    brought = Signal()
    """Something came in."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.note = RevokedNote(desk)
        """What a round brought to light of the authorities themselves."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        desk.locked.connect(self._timer.stop)
        self._wait(FIRST_LOOK)
        self.note.look()

    def _wait(self, seconds: float) -> None:
        if self._desk.session is not None:
            self._timer.start(int(max(SOONEST, min(seconds, LOOK_AGAIN)) * 1000))

    def look(self) -> None:
        """Find out whether something is due."""
        if self._desk.session is None:
            return
        job = self._desk.read("stamp-queue", _next)
        job.succeeded.connect(self._on_next)
        job.failed.connect(self._on_failed)

    def _on_next(self, seconds: float | None) -> None:
        if seconds is None or seconds > 0:
            self._wait(LOOK_AGAIN if seconds is None else seconds)
            return
        job = self._desk.stamp_by_itself()
        job.succeeded.connect(self._on_asked)
        job.failed.connect(self._on_failed)

    def _on_asked(self, counts: StampCounts) -> None:
        if counts.granted:
            self.brought.emit()
        self.note.look()
        self._wait(SOONEST)

    def _on_failed(self, _error: object) -> None:
        self._wait(LOOK_AGAIN)


def _next(session: Session) -> float | None:
    return session.rounds.next()
