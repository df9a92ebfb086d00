"""What the clock did stands in the report: in the extract of the log, and beside the exhibit's times."""

from __future__ import annotations

import json

import pytest

from evidence_kit.canonical import JsonObject
from evidence_kit.export.report import read_log
from evidence_kit.export.views import _clock


def same(text: str, **values: object) -> str:
    return text.format(**values)


def lines(*entries: JsonObject) -> bytes:
    told = [{"seq": n, "entry": {"chain": "c", "at": "2026-03-01T20:00:00.000Z"} | e} for n, e in enumerate(entries)]
    return b"\n".join(json.dumps(line).encode() for line in [*told, {"seq": len(told) - 1, "head": "00"}])


def test_log_says_what_the_clock_and_the_token_said() -> None:
    log = lines(
        {"type": "clock.anomaly", "detail": {"jump_ms": -3_600_250}},
        {"type": "timestamp.obtained", "detail": {"authority": "accv", "clock_ahead_ms": 1234}},
        {"type": "timestamp.obtained", "detail": {"authority": "accv"}},
    )
    assert [row.event for row in read_log(log, {}, "en", same).rows] == [
        "The computer’s clock was changed by -3600.2 s",
        "Timestamp obtained: accv; this computer’s clock read +1.2 s against it",
        "Timestamp obtained",
    ]


@pytest.mark.parametrize(("gone", "shown"), [(5000, []), (6900, []), (1000, ["+4.0 s"]), (65_000, ["-60.0 s"])])
def test_clock_set_during_the_acquisition_is_a_row(gone: int, shown: list[str]) -> None:
    times = {"started_at": "2026-03-01T20:00:00.000Z", "finished_at": "2026-03-01T20:00:05.000Z"}
    rows = _clock({"clock": {"status": "unverified"}, "monotonic_ms": gone, **times}, same)
    assert [value for name, value in rows if name.startswith("Changed during")] == shown


def test_import_has_no_duration_and_no_such_row() -> None:
    rows = _clock({"clock": {"status": "unverified"}, "started_at": "x", "finished_at": ""}, same)
    assert not any(name.startswith("Changed") for name, _value in rows)
