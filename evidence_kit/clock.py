"""What time it is, as this machine believes: UTC in RFC 3339, the local zone beside it, and a monotonic duration.

The local clock proves nothing; only a token does (DOMAIN LAW-09). Code asks :func:`now` and nothing else,
so that a test can set the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _source()


def set_source(source: Callable[[], datetime] | None) -> None:
    """Let a test decide what time it is; ``None`` gives the real clock back."""
    global _source  # noqa: PLW0603 - one clock for the process, on purpose
    _source = source or (lambda: datetime.now(UTC))


def rfc3339(moment: datetime | None = None) -> str:
    """UTC with milliseconds, such as ``2026-03-01T22:15:03.120Z``."""
    moment = (moment or now()).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def parse(text: str) -> datetime:
    """Read an RFC 3339 time with zone. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        msg = "a time without zone"
        raise ValueError(msg)
    return moment.astimezone(UTC)


def zone_name() -> str:
    """Name and offset of the local zone, such as ``CET +01:00``."""
    local = now().astimezone()
    offset = local.strftime("%z")
    return f"{local.tzname()} {offset[:3]}:{offset[3:5]}"


class Stopwatch:
    """Monotonic duration that no change of the clock can bend."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def ms(self) -> int:
        """Milliseconds since the start."""
        return int((time.monotonic() - self._start) * 1000)
