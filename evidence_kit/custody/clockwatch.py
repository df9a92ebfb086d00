"""Noticing that the computer's clock was set, so that the log says so itself (DOMAIN LOG-05, clock_anomaly).

The log's own times prove nothing; but a time that jumps without a word would be held against everything beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from evidence_kit import clock, system
from evidence_kit.canonical import JsonObject
from evidence_kit.records import CustodyEntry

LEAST = timedelta(seconds=2)
DRIFT = 0.001
"""How much a clock that is drawn towards the right time may gain or lose, as a part of the time gone by."""


class ClockWatch:
    """Compares the clock with a duration that nobody can set. Not thread-safe: the log's writer holds the others off.

    What it does not see: a clock that was already wrong when the vault was opened; the offset in each manifest and
    the times in the tokens are there for that.
    """

    def __init__(self, elapsed: Callable[[], float] = system.elapsed_seconds) -> None:
        self._elapsed = elapsed
        self._wall, self._gone = clock.now(), elapsed()
        self._jumps: list[JsonObject] = []
        self._told: dict[str, int] = {}

    def _look(self) -> None:
        wall, gone = clock.now(), self._elapsed()
        passed = timedelta(seconds=gone - self._gone)
        jump = wall - self._wall - passed
        if abs(jump) > LEAST + DRIFT * passed:
            self._jumps.append(_fact("changed-while-open", jump, self._wall + passed))
        self._wall, self._gone = wall, gone

    def untold(self, chain: str, last: CustodyEntry | None) -> list[JsonObject]:
        """What happened to the clock that this chain's log does not say yet, oldest first."""
        self._look()
        found = self._jumps[self._told.get(chain, 0) :]
        self._told[chain] = len(self._jumps)
        before = _time_of(last)
        if not found and before is not None and before - clock.now() > LEAST:
            found = [_fact("earlier-than-last-entry", clock.now() - before, before)]
        return found


def _fact(what: str, jump: timedelta, expected: datetime) -> JsonObject:
    """``jump_ms`` is positive where the clock was put forward; ``expected`` is what it should have read."""
    return {"what": what, "jump_ms": round(jump / timedelta(milliseconds=1)), "expected": clock.rfc3339(expected)}


def _time_of(entry: CustodyEntry | None) -> datetime | None:
    try:
        return clock.parse(str(json.loads(entry.entry)["at"])) if entry else None
    except (ValueError, KeyError, TypeError):
        return None
