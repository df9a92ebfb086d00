"""The one module that owns threads: long work runs beside the window, one job at a time, first come first served.

The core knows callbacks; this turns them into signals in the window's thread. Each job ends with exactly one of
``succeeded``, ``failed``, ``cancelled``. No thread is ever terminated: a job is asked to stop and waited for.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from evidence_kit.errors import Cancelled, EvidenceError
from evidence_kit.jobs import CancelToken, Progress, ProgressSink

Work = Callable[[ProgressSink, CancelToken], Any]
PROGRESS_PAUSE = 0.05
"""Seconds between two reports of the same step: more would only keep the window busy."""
_log = logging.getLogger(__name__)


class Unexpected(EvidenceError):
    """A fault of the program itself; its own words may hold evidence and are shown nowhere."""

    kind = "unexpected"


class Job(QObject):
    """One piece of work and how it ends. Signals are emitted in the window's thread only."""

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()
    """Follows the terminal signal, whichever it was."""

    def __init__(self, name: str, work: Work) -> None:
        super().__init__()
        self.name = name
        self.work: Work | None = work
        self.token = CancelToken()
        self.over = False
        self.kept = ""
        """What was saved all the same, of a job that was stopped; empty where nothing was, or nobody knows."""

    def cancel(self) -> None:
        """Ask it to stop; it may take a moment."""
        self.token.cancel()


class _Runner(QObject):
    """Lives in the thread; Qt's event queue is the waiting line."""

    progressed = Signal(object, object)
    finished = Signal(object, str, object)

    @Slot(object)
    def run(self, job: Job) -> None:
        """Do one job and say how it ended."""
        kind, value = self._outcome(job)
        job.work = None
        self.finished.emit(job, kind, value)

    @Slot()
    def stop(self) -> None:
        """End the thread when everything before this call in the line is done."""
        self.thread().quit()

    def _outcome(self, job: Job) -> tuple[str, Any]:
        if job.token.cancelled or job.work is None:
            return "cancelled", ""
        last: tuple[str, float] = ("", 0.0)

        def report(progress: Progress) -> None:
            nonlocal last
            now = time.monotonic()
            if progress.step != last[0] or now - last[1] >= PROGRESS_PAUSE:
                last = (progress.step, now)
                self.progressed.emit(job, progress)

        try:
            return "succeeded", job.work(report, job.token)
        except Cancelled as exc:
            return "cancelled", exc.kept
        except EvidenceError as exc:
            exc.__traceback__ = None
            return "failed", exc
        except Exception as exc:  # noqa: BLE001 - the edge: whatever it was, the person hears a sentence
            where = traceback.extract_tb(exc.__traceback__)[-1]
            _log.error("%s: %s at %s:%s", job.name, type(exc).__name__, where.filename, where.lineno)
            return "failed", Unexpected(type(exc).__name__)


class Worker(QObject):
    """A long-lived thread. Give it work with :meth:`submit`; end it with :meth:`close`."""

    busy_changed = Signal(bool)
    _start = Signal(object)
    _finish = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._closed = False
        self._thread = QThread()
        self._runner = _Runner()
        self._runner.moveToThread(self._thread)
        self._start.connect(self._runner.run)
        self._finish.connect(self._runner.stop)
        self._runner.progressed.connect(self._on_progress)
        self._runner.finished.connect(self._on_finished)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._jobs)

    def submit(self, name: str, work: Work) -> Job:
        """Put work into the line. Connect to the job at once; nothing is emitted before the event loop runs."""
        job = Job(name, work)
        self._jobs.append(job)
        if self._closed:
            job.cancel()
        if len(self._jobs) == 1:
            self.busy_changed.emit(True)
        self._start.emit(job)
        return job

    def cancel_all(self) -> None:
        """Ask the running job and all waiting ones to stop."""
        for job in list(self._jobs):
            job.cancel()

    def close(self, seconds: float = 10.0) -> bool:
        """Cancel, wait at most so long, end the thread; False if a job would not stop. Never terminates it."""
        self._closed = True
        self.cancel_all()
        self._thread.quit()
        return self._thread.wait(int(seconds * 1000))

    def close_after(self, seconds: float = 10.0) -> bool:
        """Like :meth:`close`, but what waits in the line (the closing of the vault) is still done."""
        self._closed = True
        self._finish.emit()
        return self._thread.wait(int(seconds * 1000))

    @Slot(object, object)
    def _on_progress(self, job: Job, progress: Progress) -> None:
        if not job.over:
            job.progressed.emit(progress)

    @Slot(object, str, object)
    def _on_finished(self, job: Job, kind: str, value: object) -> None:
        if job.over:
            return
        job.over = True
        if job in self._jobs:
            self._jobs.remove(job)
        if kind == "succeeded":
            job.succeeded.emit(value)
        elif kind == "failed":
            job.failed.emit(value)
        else:
            job.kept = str(value or "")
            job.cancelled.emit()
        job.ended.emit()
        if not self._jobs:
            self.busy_changed.emit(False)
