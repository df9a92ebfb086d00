"""Time proofs against real authorities that behave well, badly and not at all."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from evidence_kit import clock
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import TokenStatus
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE, take_in
from tests.kit.site import png

DAY = 86_400


def statuses(record):
    return {t.authority: t.status for t in record.tokens}


def test_two_authorities_grant_and_openssl_agrees(session, authorities, tmp_path):
    record = take_in(session, tmp_path / "a.txt")
    assert statuses(record) == {"a": TokenStatus.GRANTED, "b": TokenStatus.GRANTED}
    session.extract(record.exhibit.id, "manifest", tmp_path / "manifest.json")
    for authority in authorities:
        reply = tmp_path / f"{authority.name}.tsr"
        session.extract(record.exhibit.id, f"token:{authority.name}", reply)
        run = subprocess.run(
            ["openssl", "ts", "-verify", "-data", tmp_path / "manifest.json", "-in", reply, "-CAfile", authority.root],
            capture_output=True,
        )
        assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("mode", ["500", "rubbish", "other-nonce", "other-imprint", "wrong-chain", "cut", "huge"])
def test_bad_answer_stays_pending_and_the_next_round_brings_it_in(session, authorities, tmp_path, mode):
    authorities[1].mode = mode
    record = take_in(session, tmp_path / "a.txt")
    assert statuses(record) == {"a": TokenStatus.GRANTED, "b": TokenStatus.PENDING}
    assert next(t for t in record.tokens if t.authority == "b").last_error
    assert session.stamp_pending(no_progress, CancelToken()).pending == 1
    authorities[1].mode = "fine"
    counts = session.stamp_pending(no_progress, CancelToken())
    assert (counts.granted, counts.pending, counts.refused) == (1, 0, 0)
    assert set(statuses(session.record(record.exhibit.id)).values()) == {TokenStatus.GRANTED}


def test_rejection_is_refused_and_asked_again_later(session, authorities, tmp_path):
    authorities[0].mode = "rejection"
    record = take_in(session, tmp_path / "a.txt")
    assert statuses(record) == {"a": TokenStatus.REFUSED, "b": TokenStatus.GRANTED}
    authorities[0].mode = "fine"
    assert session.stamp_pending(no_progress, CancelToken()).granted == 1


def test_obtained_tokens_are_custody_events(session, tmp_path):
    record = take_in(session, tmp_path / "a.txt")
    entries, _head = session.log(record.exhibit.case_id)
    types = [json.loads(e.entry)["type"] for e in entries]
    assert types == ["case.created", "import.added", "timestamp.obtained", "timestamp.obtained"]
    details = [json.loads(e.entry)["detail"] for e in entries[2:]]
    assert {d["authority"] for d in details} == {"a", "b"}
    assert all(-2000 < d["clock_ahead_ms"] < 60_000 for d in details)
    assert {d["gen_time"] for d in details} == {t.gen_time for t in record.tokens}


def test_vault_check_is_sound_and_finds_a_broken_blob(session, tmp_path):
    record = take_in(session, tmp_path / "a.txt", b"x" * 100_000)
    report = session.check(fast=False, progress=no_progress, cancel=CancelToken())
    assert (report.verdict, report.exhibits, report.findings) == ("sound", 1, ())
    blob = next(p for p in (session.path / "objects").rglob("*") if p.is_file() and p.stat().st_size > 100_000)
    data = bytearray(blob.read_bytes())
    data[-10] ^= 1
    blob.write_bytes(data)
    report = session.check(fast=False, progress=no_progress, cancel=CancelToken())
    assert report.verdict == "damaged"
    assert any(record.exhibit.id in str(f) or str(record.exhibit.number) in f["subject"] for f in report.findings)


def test_log_stays_whole_when_two_threads_write(session, tmp_path):
    record = take_in(session, tmp_path / "a.png", png(8, 8, (1, 2, 3)))
    failures = []

    def look():
        try:
            for _ in range(20):
                session.reveal(record.exhibit.id)
        except Exception as exc:
            failures.append(exc)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(5):
        take_in(session, tmp_path / f"{n}.txt", str(n).encode())
    for thread in threads:
        thread.join()
    assert failures == []
    assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).findings == ()


def test_dead_authority_is_asked_twice_in_a_round_however_much_is_pending(session, authorities, tmp_path):
    authorities[1].mode = "500"
    for n in range(6):
        take_in(session, tmp_path / f"{n}.txt", b"%d" % n)
    asked = len(authorities[1].requests)
    assert session.stamp_pending(no_progress, CancelToken()).pending == 6
    assert len(authorities[1].requests) - asked == 2
    authorities[1].mode = "fine"
    counts = session.stamp_pending(no_progress, CancelToken())
    assert (counts.granted, counts.pending) == (6, 0)


def test_asking_by_itself_waits_longer_each_time_and_by_hand_never(session, authorities, tmp_path):
    start = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
    gone = timedelta()
    clock.set_source(lambda: start + gone)
    authorities[1].mode = "500"
    take_in(session, tmp_path / "a.txt")
    assert session.rounds.next() == DAY  # the import itself may still be asking; the heads have time
    pauses = []
    gone = timedelta(minutes=5)
    for _ in range(4):
        assert session.rounds.next() == 0
        asked = len(authorities[1].requests)
        assert session.rounds.due(CancelToken()).pending == 1
        assert len(authorities[1].requests) == asked + 1
        assert session.rounds.due(CancelToken()).pending == 1
        assert len(authorities[1].requests) == asked + 1  # its pause is not over
        pause = session.rounds.next()
        assert pause
        pauses.append(pause)
        gone += timedelta(seconds=pause)
    usual = [60 * 2**n for n in range(1, 5)]
    assert all(0.5 * n <= pause <= 1.5 * n for pause, n in zip(pauses, usual, strict=True)), pauses
    gone += timedelta(seconds=1)
    authorities[1].mode = "fine"
    assert session.rounds.due(CancelToken()).granted == 1
    assert session.rounds.next() > DAY / 2


def test_pause_outlives_the_vault_and_a_clock_put_back_does_not_lengthen_it_for_years(session, authorities, tmp_path):
    start = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
    gone = timedelta()
    clock.set_source(lambda: start + gone)
    authorities[0].mode = authorities[1].mode = "500"
    take_in(session, tmp_path / "a.txt")
    gone = timedelta(minutes=5)
    session.rounds.due(CancelToken())
    session.close()
    with Session.open(session.path, PASSPHRASE) as again:
        assert again.rounds.next()
        asked = len(authorities[0].requests)
        again.rounds.due(CancelToken())
        assert len(authorities[0].requests) == asked
        gone = timedelta(days=-400)
        assert again.rounds.next() == 0
        again.rounds.due(CancelToken())
        assert len(authorities[0].requests) > asked
        assert 0 < (again.rounds.next() or 0) <= 12 * 3600
        gone = timedelta(days=-399)
        authorities[0].mode = authorities[1].mode = "fine"
        assert again.rounds.due(CancelToken()).granted == 2


def heads_of(session: Session) -> dict[str, int]:
    """Granted tokens over heads, by the chain and entry that they fix."""
    index = session._context.vault.index
    chains = [case.id for case in session.cases()] + [session.vault_id]
    found = {}
    for chain in chains:
        for seq in range(len(index.entries(chain))):
            if count := sum(t.status is TokenStatus.GRANTED for t in index.tokens("head", f"{chain}:{seq}")):
                found[f"{chain}:{seq}"] = count
    return found


def test_resting_fixes_the_heads_that_changed_and_no_others(session, authorities, tmp_path):
    case = session.cases()[0]
    take_in(session, tmp_path / "a.txt")
    session.rounds.rest(CancelToken())
    last = len(session.log(case.id)[0]) - 1
    assert heads_of(session) == {f"{case.id}:{last}": 2, f"{session.vault_id}:0": 2}
    asked = len(authorities[0].requests)
    session.rounds.rest(CancelToken())
    assert len(authorities[0].requests) == asked
    assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"
    session.close()
    with Session.open(session.path, PASSPHRASE) as again:
        again.rounds.rest(CancelToken())  # only opened: nothing was changed
        assert len(authorities[0].requests) == asked


@pytest.mark.parametrize("mode", ["slow", "500"])
def test_resting_waits_three_seconds_at_most_and_leaves_nothing_pending(session, authorities, tmp_path, mode):
    case = session.cases()[0]
    take_in(session, tmp_path / "a.txt")
    authorities[0].mode = authorities[1].mode = mode
    begun = time.monotonic()
    session.rounds.rest(CancelToken())
    assert time.monotonic() - begun < 3.5
    assert heads_of(session) == {}
    assert session.info()["pending"] == 0
    authorities[1].mode = "fine"
    session.rounds.rest(CancelToken())
    last = len(session.log(case.id)[0]) - 1
    assert heads_of(session)[f"{case.id}:{last}"] == 1


def test_heads_are_fixed_once_a_day_in_a_long_sitting(session, tmp_path):
    start = clock.now()
    gone = timedelta()
    clock.set_source(lambda: start + gone)
    take_in(session, tmp_path / "a.txt")
    session.rounds.due(CancelToken())
    assert heads_of(session) == {}
    assert 0 < session.rounds.next() <= 86_400
    gone = timedelta(hours=24)
    assert session.rounds.next() == 0
    session.rounds.due(CancelToken())
    assert len(heads_of(session)) == 2
    assert session.rounds.next() is None


def test_commands_fix_the_heads_once_a_day(run, case, authorities, tmp_path):
    start, gone = clock.now(), timedelta()
    clock.set_source(lambda: start + gone)

    def asked() -> int:
        """Requests beside the one to each authority for the exhibit itself."""
        for authority in authorities:
            authority.requests.clear()
        file = tmp_path / f"{gone}.txt".replace(":", "-")
        file.write_bytes(repr(gone).encode())
        assert run("import", file, "--subject", "adult")[0] == 0
        return sum(len(a.requests) for a in authorities) - 2

    assert asked() == 0
    gone = timedelta(hours=25)
    assert asked() == 2  # the case's log; the vault's own knows only of openings since
    gone = timedelta(hours=26)
    assert asked() == 0
    gone = timedelta(hours=60)
    for authority in authorities:
        authority.mode = "500"
    assert asked() > 0
    gone = timedelta(hours=61)  # nobody answered, and nothing hung on it
    assert asked() == 0
