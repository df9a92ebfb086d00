"""Pending timestamps are asked for by themselves, beside what she does, and locking does not wait for them."""

from __future__ import annotations

import time

from evidence_kit.workflow.statuses import Revoked


def test_what_is_due_is_asked_for_and_the_list_is_read_anew(qtbot, work, backend) -> None:
    session = backend.session
    session.rounds.after = 0.0
    with qtbot.waitSignal(work.queue.brought, timeout=5000):
        work.queue.look()
    assert session.calls.count("stamp-due") == 1
    assert session.rounds.after is None


def test_what_is_not_due_or_not_pending_is_let_be(qtbot, work, backend) -> None:
    session = backend.session
    for after in (90.0, None):
        session.rounds.after = after
        looked = session.calls.count("next-stamp")
        work.queue.look()
        qtbot.waitUntil(lambda n=looked: session.calls.count("next-stamp") == n + 1)
        qtbot.wait(50)
    assert "stamp-due" not in session.calls
    assert work.queue._timer.isActive()


def test_asking_holds_up_neither_a_job_nor_the_lock(qtbot, window, work, backend) -> None:
    session = backend.session
    session.rounds.after = 0.0
    session.hold.clear()
    work.queue.look()
    qtbot.waitUntil(lambda: "stamp-due" in session.calls)
    assert not window.desk.busy
    done = []
    window.desk.act("note", lambda s, p, c: done.append(1))
    qtbot.waitUntil(lambda: bool(done))
    begun = time.monotonic()
    window.lock()
    qtbot.waitUntil(lambda: session.closed, timeout=5000)
    assert time.monotonic() - begun < 3


def test_locking_fixes_the_heads_first_and_a_quick_exit_does_not_wait_for_it(qtbot, window, work, backend) -> None:
    session = backend.session
    window.lock()
    qtbot.waitUntil(lambda: session.closed, timeout=5000)
    assert session.calls.count("rest") == 1
    session.closed = False
    window.desk.open("/nowhere/vault", backend.passphrase, "me")
    qtbot.waitUntil(lambda: window.desk.session is not None)
    assert window.desk.close(10, rest=False)
    assert session.calls.count("rest") == 1


def test_certificate_that_was_taken_back_is_told_with_what_it_leaves(qtbot, work, backend) -> None:
    session, note = backend.session, work.queue.note
    assert note.isHidden()
    gone = Revoked(
        certificate="00", at="2026-01-01T00:00:00.000Z", reason="keyCompromise", orderly=False, sentence="T is gone."
    )
    session.gone, session.rounds.after = [gone], 0.0
    work.queue.look()
    qtbot.waitUntil(lambda: not note.isHidden())
    assert note.words.text().startswith("T is gone. What another authority stamped as well")
    note.do.click()
    assert note.isHidden()
