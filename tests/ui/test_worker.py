from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QThread

from evidence_kit.errors import StorageFull
from evidence_kit.jobs import Progress
from ui.worker import Unexpected, Worker


@pytest.fixture
def worker(qapp):
    made = Worker()
    yield made
    assert made.close(10)


class Ear:
    """Counts the terminal signals of a job."""

    def __init__(self, job) -> None:
        self.heard: list[tuple[str, object]] = []
        self.steps: list[str] = []
        self.ended = 0
        job.progressed.connect(lambda p: self.steps.append(p.step))
        job.succeeded.connect(lambda v: self.heard.append(("succeeded", v)))
        job.failed.connect(lambda e: self.heard.append(("failed", e)))
        job.cancelled.connect(lambda: self.heard.append(("cancelled", None)))
        job.ended.connect(self._end)

    def _end(self) -> None:
        self.ended += 1


def test_job_that_returns_ends_with_succeeded_once_and_runs_in_another_thread(qtbot, worker):
    def work(progress, cancel):
        progress(Progress("a"))
        progress(Progress("b"))
        return QThread.currentThread() is not worker.thread()

    ear = Ear(worker.submit("x", work))
    qtbot.waitUntil(lambda: ear.ended == 1)
    assert ear.heard == [("succeeded", True)]
    assert ear.steps == ["a", "b"]


def test_known_error_ends_with_failed_and_keeps_its_sentences(qtbot, worker):
    error = StorageFull("No room.", hint="Free some.", kept="All is whole.")

    def work(progress, cancel):
        raise error

    ear = Ear(worker.submit("x", work))
    qtbot.waitUntil(lambda: ear.ended == 1)
    assert ear.heard == [("failed", error)]


def test_unknown_error_ends_with_failed_without_its_own_words(qtbot, worker, caplog):
    def work(progress, cancel):
        raise ValueError("https://secret.example/and/a/passphrase")

    ear = Ear(worker.submit("x", work))
    qtbot.waitUntil(lambda: ear.ended == 1)
    kind, error = ear.heard[0]
    assert kind == "failed"
    assert isinstance(error, Unexpected)
    assert "secret" not in str(error) + error.hint + error.kept
    assert "secret" not in caplog.text
    assert "ValueError" in caplog.text


def test_running_job_ends_with_cancelled_when_asked(qtbot, worker):
    started = threading.Event()

    def work(progress, cancel):
        started.set()
        cancel.wait(20)
        cancel.check()

    job = worker.submit("x", work)
    ear = Ear(job)
    qtbot.waitUntil(started.is_set)
    job.cancel()
    qtbot.waitUntil(lambda: ear.ended == 1)
    assert ear.heard == [("cancelled", None)]


def test_waiting_job_that_is_cancelled_never_runs(qtbot, worker):
    ran: list[str] = []
    gate = threading.Event()
    first = Ear(worker.submit("a", lambda p, c: gate.wait(20)))
    second_job = worker.submit("b", lambda p, c: ran.append("b"))
    second = Ear(second_job)
    second_job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: first.ended == second.ended == 1)
    assert second.heard == [("cancelled", None)]
    assert ran == []


def test_jobs_run_one_at_a_time_in_order(qtbot, worker):
    order: list[int] = []
    at_once = 0

    def work(n):
        def run(progress, cancel):
            nonlocal at_once
            at_once += 1
            assert at_once == 1
            order.append(n)
            at_once -= 1

        return run

    ears = [Ear(worker.submit(str(n), work(n))) for n in range(20)]
    qtbot.waitUntil(lambda: all(e.ended == 1 for e in ears))
    assert order == list(range(20))
    assert not worker.busy


def test_close_stops_what_runs_and_returns_whether_it_stopped(qapp):
    worker = Worker()
    started = threading.Event()

    def work(progress, cancel):
        started.set()
        cancel.wait(30)

    worker.submit("x", work)
    assert started.wait(5)
    assert worker.close(10)


def test_close_gives_up_after_its_limit_without_terminating(qapp):
    worker = Worker()
    gate, started = threading.Event(), threading.Event()

    def work(progress, cancel):
        started.set()
        gate.wait(30)

    worker.submit("x", work)
    assert started.wait(5)
    assert not worker.close(0.1)
    gate.set()
    assert worker.close(10)


def test_close_after_still_does_what_waits(qapp):
    worker = Worker()
    done: list[str] = []
    worker.submit("x", lambda p, c: done.append("closed"))
    assert worker.close_after(10)
    assert done == ["closed"]


def test_progress_of_one_step_is_thinned_out(qtbot, worker):
    def work(progress, cancel):
        for n in range(10_000):
            progress(Progress("import", n, 10_000))

    ear = Ear(worker.submit("x", work))
    qtbot.waitUntil(lambda: ear.ended == 1)
    assert 1 <= len(ear.steps) < 200


def test_many_signals_do_not_wear_out_the_singletons(qtbot, worker):
    ears = [Ear(worker.submit("x", lambda p, c: None)) for _ in range(300)]
    for _ in range(20_000):
        worker.busy_changed.emit(True)
        worker.objectName()
    qtbot.waitUntil(lambda: all(e.ended == 1 for e in ears))
