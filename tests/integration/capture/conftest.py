"""One warm browser for the whole folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from evidence_kit import system
from evidence_kit.capture import BrowserHost, CaptureResult, make_plan
from evidence_kit.records import Subject
from evidence_kit.settings import Settings
from tests.kit.sinks import MemorySink

QUIET = Settings(ask_clock=False, ask_dns=False, load_seconds=20)


@pytest.fixture(scope="session")
def host() -> Iterator[BrowserHost]:
    if not list(system.browser_candidates()):
        pytest.skip("no browser on this machine")
    with BrowserHost() as made:
        yield made


@pytest.fixture
def take(host: BrowserHost) -> Callable[..., tuple[CaptureResult, MemorySink]]:
    def capture(url: str, subject: Subject = Subject.ADULT, settings: Settings = QUIET, **changes: object):
        sink = MemorySink()
        plan = replace(make_plan(url, subject, settings), **changes)
        return host.capture(plan, sink), sink

    return capture
