"""How long work tells of its progress and hears that it should stop, without knowing any window toolkit.

The shape of every long function is ``fn(..., progress: ProgressSink, cancel: CancelToken) -> Record``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from evidence_kit.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """``step`` is a stable name (never shown raw), ``done`` of ``total`` units; ``total`` None = unknown."""

    step: str
    done: int = 0
    total: int | None = None
    detail: str = ""


ProgressSink = Callable[[Progress], None]


def no_progress(_: Progress) -> None:
    """For callers that do not watch."""


class CancelToken:
    """One way to stop a job, from any thread. Callbacks run at once in the thread that cancels."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the job to stop; a second call does nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` at cancel (at once if that has happened). Returns what removes it again."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

    def check(self) -> None:
        """Raise :class:`Cancelled` if the job was asked to stop."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Sleep that ends early at cancel; True if cancelled."""
        return self._event.wait(seconds)
