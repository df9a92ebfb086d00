"""One way to talk to every part of a page: the page itself, frames in other processes, workers.

The parts are reached through the page's own DevTools session (nested, not flat), because they must be held
until recording is on; otherwise their first requests would be lost.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError

from evidence_kit.canonical import JsonObject

Send = Callable[..., Awaitable[JsonObject]]
Handler = Callable[["Wire", str, JsonObject], None]

EVENTS = (
    "Fetch.requestPaused",
    "Network.dataReceived",
    "Network.loadingFailed",
    "Network.loadingFinished",
    "Network.requestServedFromCache",
    "Network.requestWillBeSent",
    "Network.requestWillBeSentExtraInfo",
    "Network.responseReceived",
    "Network.responseReceivedExtraInfo",
    "Network.webSocketCreated",
    "Runtime.consoleAPICalled",
    "Runtime.exceptionThrown",
    "Log.entryAdded",
    "Page.windowOpen",
    "Preload.preloadingAttemptSourcesUpdated",
)

_TEXT_OF = {
    "Runtime.callFunctionOn": "functionDeclaration",
    "Runtime.evaluate": "expression",
    "Page.addScriptToEvaluateOnNewDocument": "source",
}
_ACTS = ("Runtime.compileScript", "Runtime.runScript", "CSS.", "DOM.set", "Input.")


def act(method: str, params: JsonObject) -> str:
    """What a command does in a page, as text to be kept by digest: a script's own text; empty if it only looks.

    >>> act("Runtime.evaluate", {"expression": "1 + 1"})
    '1 + 1'
    >>> act("Input.insertText", {"text": "a"})
    'Input.insertText {"text": "a"}'
    >>> act("Page.captureScreenshot", {})
    ''
    """
    if method in _TEXT_OF:
        return str(params.get(_TEXT_OF[method], ""))
    return f"{method} {json.dumps(params, sort_keys=True)}" if method.startswith(_ACTS) else ""


class WireError(Exception):
    """The browser refused a command, or the part that it went to is gone."""


class Wire:
    """A session with the page (``kind`` = ``page``) or one of its parts (``iframe``, ``worker`` ...)."""

    def __init__(self, kind: str, send: Send, hub: Hub) -> None:
        self.kind = kind
        self._send = send
        self.hub = hub

    async def send(self, method: str, **params: Any) -> JsonObject:
        """One command and its answer. Raises WireError."""
        done = act(method, params)
        if done:
            self.hub.acted(done)
        try:
            return await self._send(method, params)
        except PlaywrightError as exc:
            raise WireError(str(exc)[:300]) from exc


class Hub:
    """All sessions of one page; every event of every session goes to ``handler``, in order."""

    def __init__(
        self, session: CDPSession, handler: Handler, prepare: Callable[[Wire], Awaitable[None]] | None = None
    ) -> None:
        self._session = session
        self._handler = handler
        self._prepare = prepare
        self.acted: Callable[[str], None] = lambda _text: None
        """Told of every script, style and click of ours before it is sent, whichever part it goes to."""
        self._number = 0
        self._waiting: dict[tuple[str, int], asyncio.Future[JsonObject]] = {}
        self._parts: dict[str, Wire] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.root = Wire("page", session.send, self)

    async def start(self) -> None:
        """Prepare the page's own session and hold every part that comes until it is prepared too."""
        for event in EVENTS:
            self.listen(event)
        self._session.on("Target.attachedToTarget", lambda e: self._attached(self.root, e))
        self._session.on("Target.receivedMessageFromTarget", self._message)
        self._session.on("Target.detachedFromTarget", self._detached)
        await self._ready(self.root)

    def listen(self, event: str) -> None:
        """Hand events of that name on, those of the root session; parts hand all of theirs on."""
        self._session.on(event, lambda params: self._handler(self.root, event, params))

    async def _ready(self, wire: Wire) -> None:
        if self._prepare is not None:
            await self._prepare(wire)
        await wire.send("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=False)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` beside everything else; a closed page ends it silently."""
        task = asyncio.get_running_loop().create_task(self._quiet(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def parts(self, kind: str) -> list[Wire]:
        """The sessions with parts of that kind that are there now."""
        return [w for w in self._parts.values() if w.kind == kind]

    async def detach(self) -> None:
        """End our session with a page that stays open. Raises PlaywrightError."""
        await self._session.detach()

    def close(self) -> None:
        """Wake whoever still waits for a part's answer."""
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(WireError("closed"))
        self._waiting.clear()

    @staticmethod
    async def _quiet(work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (PlaywrightError, WireError):
            return

    def _attached(self, parent: Wire, event: JsonObject) -> None:
        session_id = str(event["sessionId"])

        async def send(method: str, params: JsonObject) -> JsonObject:
            self._number += 1
            key = (session_id, self._number)
            future: asyncio.Future[JsonObject] = asyncio.get_running_loop().create_future()
            self._waiting[key] = future
            message = json.dumps({"id": key[1], "method": method, "params": params})
            try:
                await parent.send("Target.sendMessageToTarget", sessionId=session_id, message=message)
                return await future
            finally:
                self._waiting.pop(key, None)

        part = self._parts[session_id] = Wire(str(event["targetInfo"]["type"]), send, self)
        self.spawn(self._start_part(part))

    async def _start_part(self, part: Wire) -> None:
        try:
            await self._ready(part)
        except WireError:  # workers know fewer commands
            pass
        finally:
            await part.send("Runtime.runIfWaitingForDebugger")

    def _detached(self, event: JsonObject) -> None:
        session_id = str(event.get("sessionId", ""))
        self._parts.pop(session_id, None)
        for key, future in list(self._waiting.items()):
            if key[0] == session_id and not future.done():
                future.set_exception(WireError("gone"))

    def _message(self, event: JsonObject) -> None:
        session_id = str(event.get("sessionId", ""))
        part = self._parts.get(session_id)
        try:
            message = json.loads(event.get("message", ""))
        except ValueError:
            return
        if "id" in message:
            future = self._waiting.get((session_id, int(message["id"])))
            if future and not future.done():
                if "error" in message:
                    future.set_exception(WireError(str(message["error"].get("message", ""))[:300]))
                else:
                    future.set_result(message.get("result", {}))
            return
        if part is None:
            return
        method, params = str(message.get("method", "")), message.get("params", {})
        if method == "Target.attachedToTarget":
            self._attached(part, params)
        elif method == "Target.receivedMessageFromTarget":
            self._message(params)
        elif method == "Target.detachedFromTarget":
            self._detached(params)
        else:
            self._handler(part, method, params)
