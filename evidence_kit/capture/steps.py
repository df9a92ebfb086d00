"""Steps: each has a name, a limit and a recorded result; one that fails does not stop the others."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from playwright.async_api import Error as PlaywrightError

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.page import PageGone, ScriptFailed, StepTimedOut
from evidence_kit.capture.png import PngError
from evidence_kit.capture.wire import WireError
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import Cancelled
from evidence_kit.jobs import CancelToken, Progress, ProgressSink

MAX_NOTED = 200
EXPECTED = (StepTimedOut, PageGone, ScriptFailed, PlaywrightError, WireError, PngError)


class StepSkipped(Exception):
    """The step does not apply; the reason goes into the record."""


class Step:
    """One step while it runs; its fields end in the manifest."""

    def __init__(self, name: str, limit: float) -> None:
        self.name = name
        self.facts: JsonObject = {}
        self.detail = ""
        self.result = "done"
        self._end = time.monotonic() + limit

    def left(self) -> float:
        """Seconds until the step's limit."""
        return self._end - time.monotonic()

    def script(self, text: str) -> str:
        """Name the script that does this step's work, and hand it back. Every script sent is noted in any case."""
        self.facts["script_sha256"] = sha256_hex(text.encode())
        return text


class Steps:
    """Runs steps under their own limit and that of the whole capture."""

    def __init__(
        self, progress: ProgressSink, cancel: CancelToken, bound: float, journal: Callable[[], Awaitable[None]]
    ) -> None:
        self._progress = progress
        self._cancel = cancel
        self._end = time.monotonic() + bound
        self._journal = journal
        self._running: list[Step] = []
        self.done: list[JsonObject] = []
        self.seconds: dict[str, float] = {}

    def left(self) -> float:
        """Seconds until the whole capture's bound."""
        return self._end - time.monotonic()

    def result(self, name: str) -> str:
        """How the step ended; empty if it did not run."""
        return next((str(s["result"]) for s in reversed(self.done) if s["name"] == name), "")

    def acted(self, text: str) -> None:
        """Note by digest what was sent to act in the page: in the step that runs, else in the last one."""
        facts = self._running[-1].facts if self._running else self.done[-1] if self.done else {}
        noted, digest = facts.setdefault("scripts_sha256", []), sha256_hex(text.encode("utf-8", "replace"))
        if digest not in noted and len(noted) < MAX_NOTED:
            noted.append(digest)

    async def skip(self, name: str, reason: str) -> None:
        """Record a step that was not begun."""
        async with self.step(name, 0, local=True):
            raise StepSkipped(reason)

    @asynccontextmanager
    async def step(self, name: str, limit: float, *, local: bool = False) -> AsyncIterator[Step]:
        """Record what happens inside. ``local`` steps need no page and run even when the time is used up.

        The block never raises out, except Cancelled and errors that are the caller's (a full disk).
        """
        self._cancel.check()
        step = Step(name, limit if local else min(limit, max(self.left(), 0.0)))
        self._progress(Progress(name))
        at, started = clock.rfc3339(), time.monotonic()
        self._running.append(step)
        try:
            yield step  # with no time left every bounded call inside ends at once
        except StepSkipped as exc:
            step.result, step.detail = "skipped", str(exc)
        except EXPECTED as exc:
            self._cancel.check()
            timed_out = isinstance(exc, StepTimedOut) or type(exc).__name__ == "TimeoutError"
            step.result = "timed-out" if timed_out else "failed"
            said = "its time was used up" if timed_out else type(exc).__name__
            step.detail = step.detail or safe_text(str(exc).splitlines()[0] if str(exc) else said, 300)
        finally:
            self._running.remove(step)
            taken = time.monotonic() - started
            self.seconds[name] = round(self.seconds.get(name, 0.0) + taken, 3)
            record = {"name": name, "at": at, "ms": int(taken * 1000), "result": step.result, "detail": step.detail}
            self.done.append(record | step.facts)
        if self._cancel.cancelled:
            raise Cancelled
        await self._journal()
