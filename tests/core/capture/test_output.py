"""What a capture tells of itself while it goes on: the newest facts count, and a store that fails is heard of."""

from __future__ import annotations

import asyncio
import threading

import pytest

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.output import Output
from tests.kit.sinks import MemorySink


class SlowSink(MemorySink):
    """A store in which each telling waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.told: list[JsonObject] = []
        self.full = False

    def state(self, facts: JsonObject) -> None:
        self.go.wait(10)
        if self.full:
            raise OSError("full")
        self.told.append(facts)


def test_facts_that_wait_are_told_together_and_the_last_ones_always() -> None:
    async def work() -> SlowSink:
        sink = SlowSink()
        out = Output(sink)
        for step in range(20):
            await out.journal({"step": step, f"fact {step}": True})
            await asyncio.sleep(0.005 if step < 2 else 0)
        sink.go.set()
        await out.settle()
        return sink

    told = asyncio.run(work()).told
    assert len(told) == 2
    assert told[-1]["step"] == 19
    assert {f"fact {n}" for n in range(20)} <= told[0].keys() | told[1].keys()


def test_store_that_fails_is_heard_of_by_the_next_telling_and_at_the_end() -> None:
    async def work(*, at_the_end: bool) -> None:
        sink = SlowSink()
        sink.full = True
        sink.go.set()
        out = Output(sink)
        await out.journal({"step": 1})
        if at_the_end:
            await out.settle()
        else:
            await asyncio.sleep(0.1)
            await out.journal({"step": 2})

    for at_the_end in (True, False):
        with pytest.raises(OSError, match="full"):
            asyncio.run(work(at_the_end=at_the_end))


def test_capture_that_ended_early_tells_nothing_more() -> None:
    async def work() -> SlowSink:
        sink = SlowSink()
        out = Output(sink)
        await out.journal({"step": 1})
        await asyncio.sleep(0.02)
        await out.journal({"step": 2})
        asyncio.get_running_loop().call_later(0.05, sink.go.set)
        await out.told()
        return sink

    assert [facts["step"] for facts in asyncio.run(work()).told] == [1]
