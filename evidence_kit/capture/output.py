"""Hands artifacts to the caller's store from worker threads, so that hashing and encryption overlap the page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.sink import ArtifactSink, ArtifactWriter
from evidence_kit.records import ROLES, Artifact

_PIECE = 1 << 20


class Output:
    """The artifacts made so far. Opening, finishing and journalling happen one at a time."""

    def __init__(self, sink: ArtifactSink) -> None:
        self._sink = sink
        self._lock = threading.Lock()
        self._artifacts: list[Artifact] = []
        self._background: list[asyncio.Task[None]] = []
        self._facts: JsonObject = {}
        self._telling: asyncio.Task[None] | None = None

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """In the order of the roles, then of the names."""
        return tuple(sorted(self._artifacts, key=lambda a: (ROLES.index(a.role), a.name)))

    def has(self, role: str) -> bool:
        """Whether an artifact of that role is finished."""
        return any(a.role == role for a in self._artifacts)

    def open(self, role: str, name: str, media_type: str, *, confidential: bool = False) -> ArtifactWriter:
        """Begin an artifact; blocks, for worker threads."""
        with self._lock:
            return self._sink.open(role, name, media_type, confidential=confidential)

    def finish(self, writer: ArtifactWriter) -> None:
        """Make an artifact durable; blocks, for worker threads."""
        with self._lock:
            self._artifacts.append(writer.finish())

    def write(
        self, role: str, name: str, media_type: str, data: Iterable[bytes], *, confidential: bool = False
    ) -> None:
        """A whole artifact; blocks, for worker threads."""
        writer = self.open(role, name, media_type, confidential=confidential)
        try:
            for chunk in data:
                for start in range(0, len(chunk), _PIECE):
                    writer.write(chunk[start : start + _PIECE])
            self.finish(writer)
        except BaseException:
            writer.abort()
            raise

    async def put(self, role: str, name: str, media_type: str, data: bytes) -> None:
        """A whole artifact from memory."""
        await asyncio.to_thread(self.write, role, name, media_type, (data,))

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do ``work`` beside the page; :meth:`settle` waits for it and raises what it raised."""
        task = asyncio.ensure_future(work)
        task.add_done_callback(lambda t: t.cancelled() or t.exception())  # a capture that ends early asks nobody
        self._background.append(task)

    async def settle(self) -> None:
        """Wait for everything begun with :meth:`later`."""
        waiting, self._background = self._background, []
        if self._telling is not None:
            waiting.append(self._telling)
        if waiting:
            for outcome in await asyncio.gather(*waiting, return_exceptions=True):
                if isinstance(outcome, BaseException):
                    raise outcome

    async def streamed(
        self, role: str, name: str, media_type: str, work: Callable[[ArtifactWriter], Coroutine[Any, Any, None]]
    ) -> None:
        """An artifact that ``work`` writes piece by piece; aborted if it raises."""
        writer = await asyncio.to_thread(self.open, role, name, media_type)
        try:
            await work(writer)
            await asyncio.to_thread(self.finish, writer)
        except BaseException:
            await asyncio.to_thread(writer.abort)
            raise

    async def journal(self, facts: JsonObject) -> None:
        """Have the caller told what is known so far, beside the page; of what waits only the newest is told.

        Raises what an earlier telling raised.
        """
        self._facts |= facts
        if self._telling is not None and self._telling.done():
            self._telling.result()
            self._telling = None
        if self._telling is None:
            self._telling = asyncio.ensure_future(self._tell())

    async def _tell(self) -> None:
        while self._facts:
            facts, self._facts = self._facts, {}
            await asyncio.to_thread(self._state, facts)

    def _state(self, facts: JsonObject) -> None:
        with self._lock:
            self._sink.state(facts)

    async def told(self) -> None:
        """Wait until nothing is being told any more, whatever came of it."""
        self._facts = {}
        if self._telling is not None:
            await asyncio.wait({self._telling})
