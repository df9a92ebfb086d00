"""The clock's offset from real time servers on this machine: the median counts, liars and the silent are outvoted."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from evidence_kit.capture.provenance import ask_clock

EPOCH = 2_208_988_800


def _stamp(at: float) -> bytes:
    return struct.pack(">II", int(at) + EPOCH, int((at % 1) * (1 << 32)))


@contextlib.contextmanager
def time_server(ahead: float, *, stratum: int = 2, silent: bool = False) -> Iterator[str]:
    """A time server (RFC 4330) whose clock is ``ahead`` seconds before this machine's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    asked, who = server.recvfrom(512)
                except OSError:
                    continue
                now = _stamp(time.time() + ahead)
                head = struct.pack(">BBbb", 0x24, stratum, 6, -20) + bytes(8) + b"test"
                if not silent:
                    server.sendto(head + now + asked[40:48] + now + now, who)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("clocks", "expected"), [((5.0, 5.2, 900.0), 5.2), ((5.0, -300.0, 5.1), 5.0), ((7.0,), 7.0), ((0.0, 0.0, 0.0), 0.0)]
)
def test_median_of_the_servers_that_answer(clocks: tuple[float, ...], expected: float) -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(time_server(ahead)) for ahead in clocks]
        found = ask_clock(servers)
    assert found["status"] == "verified"
    assert abs(found["offset_us"] / 1e6 - expected) < 0.05
    assert found["over_a_second"] == (expected > 1)
    assert sorted(s["server"] for s in found["servers"]) == sorted(servers)


def test_the_silent_and_those_without_time_count_for_nothing() -> None:
    with time_server(0, silent=True) as silent, time_server(60, stratum=16) as unsure, time_server(3) as good:
        found = ask_clock([silent, unsure, good])
        assert [s["server"] for s in found["servers"]] == [good]
        assert ask_clock([silent, unsure]) == {"status": "unverified", "reason": "no time server answered"}
