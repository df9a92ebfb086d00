"""A clock that is set while the vault is open, or stands earlier than the last entry, is told of once in each log."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from evidence_kit import clock, system
from evidence_kit.custody.clockwatch import ClockWatch
from evidence_kit.custody.log import CustodyLog
from evidence_kit.records import CustodyEntry

START = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


class Store:
    def __init__(self) -> None:
        self.entries: list[CustodyEntry] = []

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        yield

    def last_entry(self, chain: str) -> CustodyEntry | None:
        return next((e for e in reversed(self.entries) if e.chain == chain), None)

    def append_entries(self, entries: list[CustodyEntry]) -> None:
        self.entries += entries


class Machine:
    """A clock that can be set beside a duration that cannot."""

    def __init__(self) -> None:
        self.gone = 0.0
        self.set_by = timedelta()
        clock.set_source(lambda: START + timedelta(seconds=self.gone) + self.set_by)
        self.store = Store()
        self.log = self.opened()

    def opened(self) -> CustodyLog:
        watch = ClockWatch(lambda: self.gone)
        return CustodyLog(self.store, software="kit", vault_key="00" * 32, actor="her", watch=watch)

    def told(self, chain: str = "case") -> list[tuple[str, int]]:
        values = [json.loads(e.entry) for e in self.store.entries if e.chain == chain]
        return [(v["type"], v["detail"].get("jump_ms", 0)) for v in values]


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_ordinary_hours_and_a_clock_that_is_drawn_right_are_no_event(machine: Machine) -> None:
    for _ in range(5):
        machine.log.append("case", "import.added")
        machine.gone += 3600
        machine.set_by += timedelta(seconds=1.8)
    assert machine.told() == [("import.added", 0)] * 5


@pytest.mark.parametrize("hours", [2, -2])
def test_clock_set_while_open_stands_before_the_next_entry_of_each_chain_once(machine: Machine, hours: int) -> None:
    machine.log.append("case", "case.created")
    machine.log.append("other", "case.created")
    machine.gone += 60
    machine.set_by = timedelta(hours=hours)
    machine.log.append("case", "capture.started")
    machine.log.append("case", "capture.completed")
    machine.log.append("other", "import.added")
    jump = hours * 3_600_000
    assert machine.told() == [
        ("case.created", 0), ("clock.anomaly", jump), ("capture.started", 0), ("capture.completed", 0),
    ]  # fmt: skip
    assert machine.told("other") == [("case.created", 0), ("clock.anomaly", jump), ("import.added", 0)]
    first = json.loads(machine.store.entries[2].entry)
    assert first["detail"]["what"] == "changed-while-open"
    assert first["detail"]["expected"] == "2026-03-01T20:01:00.000Z"
    assert first["at"] == clock.rfc3339(START + timedelta(seconds=60, hours=hours))


def test_clock_put_back_between_two_sessions_is_told_of(machine: Machine) -> None:
    machine.gone = 500
    machine.log.append("case", "case.created")
    machine.set_by = timedelta(days=-1)
    machine.log = machine.opened()
    machine.log.append("case", "import.added")
    machine.log.append("case", "import.added")
    assert machine.told() == [
        ("case.created", 0), ("clock.anomaly", -86_400_000), ("import.added", 0), ("import.added", 0),
    ]  # fmt: skip


def test_duration_goes_on_and_is_not_the_clock() -> None:
    clock.set_source(lambda: START)
    before = system.elapsed_seconds()
    assert 0 <= system.elapsed_seconds() - before < 60
