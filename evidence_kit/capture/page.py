"""The page under capture: every call bounded in time, every script of ours in its own world and known by digest.

A call that passes its limit is left alone, never cancelled (Playwright does not survive that); closing the
context ends it. A page that crashed, or a capture that was cancelled, makes all further calls fail at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from playwright.async_api import BrowserContext, Dialog, Frame, Page
from playwright.async_api import Error as PlaywrightError

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture import scripts
from evidence_kit.capture.network import Recorder
from evidence_kit.capture.wire import Hub, Wire, WireError

T = TypeVar("T")
WORLD = "evidence-kit"
MAX_NOTES = 50
TOO_MANY_DIALOGS = 40
BROKEN_SECONDS = 2.0
SETTINGS_SECONDS = 2.0
MAX_FRAMES, FRAME_SECONDS = 50, 3.0
STOPPED_SECONDS = 0.3
"""How long a document stays complete without a load event before it is taken for one that stopped its own loading."""
ROUSED_SECONDS, AGAIN_SECONDS = 2.5, 0.3
"""How long a frame may take to say that it is there, and one that did not answer just before."""


class StepTimedOut(Exception):
    """A call passed its limit."""


class PageGone(Exception):
    """The page crashed, was closed, or answers no more."""


class ScriptFailed(Exception):
    """A script of ours raised inside the page."""


class Uncovered(ScriptFailed):
    """Something that has to be hidden came into sight while a picture was taken, each time it was tried."""

    def __init__(self) -> None:
        super().__init__("what has to be hidden came into sight")


GONE = {
    "crashed": "the page crashed: its part of the browser ended",
    "does not answer": "the page does not answer any more",
    "closed": "the page was closed",
}


class Gate:
    """Opens when the page can give nothing more; all bounded calls wait on it beside their own work."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.reason = ""

    def shut(self, reason: str) -> None:
        """Let every present and future call fail with ``reason``; the first reason stays."""
        self.reason = self.reason or reason
        self._event.set()

    @property
    def closed(self) -> bool:
        """Whether the page can give nothing more."""
        return self._event.is_set()

    async def within(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """The result of ``work`` within ``seconds``. Raises StepTimedOut, PageGone, PlaywrightError, WireError."""
        if self.closed:
            work.close()
            raise PageGone(GONE.get(self.reason, self.reason))
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(self._event.wait())
        done, _pending = await asyncio.wait({task, gone}, timeout=max(seconds, 0.01), return_when="FIRST_COMPLETED")
        gone.cancel()
        if task in done:
            return task.result()
        task.add_done_callback(lambda t: t.cancelled() or t.exception())
        if self.closed:
            raise PageGone(GONE.get(self.reason, self.reason))
        raise StepTimedOut


def _frames(tree: JsonObject) -> list[str]:
    """The ids of a frame tree, from the outside in; as deep as the browser itself lets frames nest."""
    found, waiting = [], [tree]
    while waiting:
        one = waiting.pop(0)
        found.append(str(one["frame"]["id"]))
        waiting = list(one.get("childFrames", [])) + waiting
    return found


class LivePage:
    """Context, page, recorder and wire of one capture."""

    hers = False
    """Whether it stands in a window that a person looks at."""

    def __init__(self, context: BrowserContext, page: Page, hub: Hub, recorder: Recorder, gate: Gate) -> None:
        self.context = context
        self.page = page
        self.hub = hub
        self.wire: Wire = hub.root
        self.recorder = recorder
        self.gate = gate
        self.dialogs: list[JsonObject] = []
        self.downloads: list[str] = []
        self.dialog_count = 0
        self.dialogs_stopped = 0
        self.scripts_stopped = 0
        """How often a script of a frame was stopped because the frame did not answer any more."""
        self.navigations: list[str] = []
        self.closing: asyncio.Future[None] | None = None
        """Done when the context is closed; a browser that is stuck may take minutes."""
        self._world: int | None = None
        self._settings: asyncio.Future[JsonObject] | None = None
        self._tasks: set[asyncio.Future[None]] = set()
        page.on("dialog", self._dialog)
        page.on("crash", lambda _: gate.shut("crashed"))
        page.on("close", lambda _: gate.shut("closed"))
        page.on("download", lambda d: self.downloads.append(safe_text(d.url, 500)))
        page.on("framenavigated", self._navigated)
        context.on("page", self._popup)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        async def quiet() -> None:
            try:
                await work
            except PlaywrightError:
                return

        task = asyncio.ensure_future(quiet())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialog_count += 1
        if len(self.dialogs) < MAX_NOTES:
            self.dialogs.append({"type": dialog.type, "message": safe_text(dialog.message, 200)})
        if (
            self.dialog_count % TOO_MANY_DIALOGS == 0
        ):  # a page that asks for ever: its script is stopped, and the log says so
            self.dialogs_stopped += 1
            self._later(self._terminate())
        self._later(dialog.dismiss())

    async def _terminate(self) -> None:
        with contextlib.suppress(WireError):
            await self.wire.send("Runtime.terminateExecution")

    def _popup(self, page: Page) -> None:
        if page is self.page:
            return
        self._later(page.close())  # the browser opens none by itself; one that lets a page do so is no help

    def _navigated(self, frame: Frame) -> None:
        if frame == self.page.main_frame:
            self._world = None
            if len(self.navigations) < MAX_NOTES and not frame.url.startswith("chrome-error:"):
                self.navigations.append(safe_text(frame.url))

    async def load_event(self) -> bool:
        """Wait for the load event; False where the page's own script stopped the loading, so that there is none.

        Raises StepTimedOut where the document broke off, for such a page has none either.
        """
        event = asyncio.ensure_future(self.page.wait_for_load_state("load", timeout=0))
        try:
            asked, since = None, 0.0
            while not event.done():
                broken = [x for x in self.recorder.main_documents()[-1:] if x.state == "failed"]
                await asyncio.wait({event}, timeout=BROKEN_SECONDS if broken else 0.1)
                if broken and not event.done():
                    why = f" ({broken[0].error})" if broken[0].error else ""
                    raise StepTimedOut(f"the document broke off{why}")
                if asked is not None and asked.done():
                    without = asked.exception() is None and bool(asked.result())
                    since = (since or time.monotonic()) if without else 0.0
                    if since and time.monotonic() - since >= STOPPED_SECONDS and not event.done():
                        return False
                if asked is None or asked.done():  # one at a time, for a page that is stuck
                    asked = asyncio.ensure_future(self._run(scripts.WITHOUT_EVENT, ()))
            event.result()
            return True
        finally:
            for waiting in filter(None, (event, asked)):
                waiting.add_done_callback(lambda t: t.cancelled() or t.exception())

    async def cdp(self, seconds: float, method: str, **params: Any) -> JsonObject:
        """One DevTools command within ``seconds``."""
        return await self.gate.within(self.wire.send(method, **params), seconds)

    async def run(self, script: str, *arguments: object, seconds: float) -> Any:
        """Call ``script`` (the text of a function) in our own world, which the page's scripts cannot touch."""
        return await self.gate.within(self._run(script, arguments), seconds)

    async def _run(self, script: str, arguments: tuple[object, ...]) -> Any:
        for attempt in (1, 2):
            if self._world is None:
                made = await self.wire.send(
                    "Page.createIsolatedWorld", frameId=self.recorder.main_frame, worldName=WORLD
                )
                self._world = int(made["executionContextId"])
            try:
                answer = await self.wire.send(
                    "Runtime.callFunctionOn",
                    functionDeclaration=script,
                    executionContextId=self._world,
                    arguments=[{"value": a} for a in arguments],
                    returnByValue=True,
                    awaitPromise=True,
                )
            except WireError:
                self._world = None  # the page went elsewhere: a new world in the new document
                if attempt == 2:  # noqa: PLR2004
                    raise
                continue
            if "exceptionDetails" in answer:
                raise ScriptFailed(str(answer["exceptionDetails"].get("text", ""))[:200])
            return answer.get("result", {}).get("value")
        return None

    async def handle(self, script: str, *arguments: object, seconds: float) -> str:
        """Call ``script`` in our own world and keep its result there, as a handle. Raises ScriptFailed without one."""
        await self.run("() => 0", seconds=seconds)  # makes the world where there is none
        answer = await self.cdp(
            seconds,
            "Runtime.callFunctionOn",
            functionDeclaration=script,
            executionContextId=self._world,
            arguments=[{"value": a} for a in arguments],
            awaitPromise=True,
        )
        if "exceptionDetails" in answer or "objectId" not in answer.get("result", {}):
            raise ScriptFailed(str(answer.get("exceptionDetails", {}).get("text", "no object"))[:200])
        return str(answer["result"]["objectId"])

    async def owner(self, frame_id: str, *, seconds: float) -> str:
        """The element of the page that holds a frame, as a handle in our own world. Raises WireError without one."""
        node = (await self.cdp(seconds, "DOM.getFrameOwner", frameId=frame_id))["backendNodeId"]
        return await self.resolved(int(node), seconds=seconds)

    async def resolved(self, node: int, *, seconds: float) -> str:
        """A node that the browser names by number, as a handle in our own world. Raises WireError without one."""
        await self.run("() => 0", seconds=seconds)  # makes the world where there is none
        found = await self.cdp(seconds, "DOM.resolveNode", backendNodeId=node, executionContextId=self._world)
        return str(found["object"]["objectId"])

    async def of(self, handle: str, script: str, *arguments: object, seconds: float) -> Any:
        """What ``script`` gives when called on the object behind a handle."""
        answer = await self.cdp(
            seconds,
            "Runtime.callFunctionOn",
            functionDeclaration=script,
            objectId=handle,
            arguments=[{"value": a} for a in arguments],
            returnByValue=True,
        )
        return answer.get("result", {}).get("value")

    async def listened_to(self, *, seconds: float) -> set[str]:
        """The kinds of events that the page's own scripts wait for on its window and document; no script is run."""
        kinds: set[str] = set()
        for thing in ("window", "document"):
            found = await self.cdp(seconds, "Runtime.evaluate", expression=thing, objectGroup=WORLD)
            told = await self.cdp(seconds, "DOMDebugger.getEventListeners", objectId=found["result"]["objectId"])
            kinds |= {str(one.get("type", "")) for one in told.get("listeners", [])}
        return kinds

    async def in_frames(self, script: str, *arguments: object, seconds: float) -> list[Any]:
        """What ``script`` gives in every other frame; one that does not answer is left out. Raises PageGone."""
        found: list[Any] = []
        end = time.monotonic() + seconds
        await self.rouse()
        for wire in [self.wire, *self.hub.parts("iframe")]:
            try:
                tree = await self.gate.within(
                    wire.send("Page.getFrameTree"), min(FRAME_SECONDS, end - time.monotonic())
                )
                for frame_id in _frames(tree["frameTree"])[:MAX_FRAMES]:
                    if frame_id != self.recorder.main_frame and len(found) < MAX_FRAMES:
                        one = self.in_frame(wire, frame_id, script, arguments)
                        found.append(await self.gate.within(one, min(FRAME_SECONDS, end - time.monotonic())))
            except StepTimedOut:
                await self.rouse(wire, patience=AGAIN_SECONDS)
            except WireError:  # it went elsewhere
                continue
        return found

    async def rouse(self, *wires: Wire, patience: float = ROUSED_SECONDS) -> None:
        """Stop the scripts of frames that do not answer, so that the page can be read and printed.

        Without ``wires`` all frames are asked that have a process of their own. Raises PageGone.
        """
        asked = {
            asyncio.ensure_future(wire.send("Page.getFrameTree")): wire for wire in wires or self.hub.parts("iframe")
        }
        if not asked:
            return
        await self.gate.within(asyncio.wait(asked, timeout=patience), patience + 1)
        for answer in asked:
            answer.add_done_callback(lambda t: t.cancelled() or t.exception())
        for wire in [wire for answer, wire in asked.items() if not answer.done()]:
            self.scripts_stopped += 1
            with contextlib.suppress(StepTimedOut, WireError):
                await self.gate.within(wire.send("Runtime.terminateExecution"), ROUSED_SECONDS)

    @staticmethod
    async def in_frame(wire: Wire, frame_id: str, script: str, arguments: tuple[object, ...]) -> Any:
        """What ``script`` gives in our own world in one frame; None where it raised. Raises WireError."""
        made = await wire.send("Page.createIsolatedWorld", frameId=frame_id, worldName=WORLD)
        answer = await wire.send(
            "Runtime.callFunctionOn",
            functionDeclaration=script,
            executionContextId=int(made["executionContextId"]),
            arguments=[{"value": a} for a in arguments],
            returnByValue=True,
            awaitPromise=True,
        )
        return answer.get("result", {}).get("value")

    async def storage_before(self, seconds: float) -> JsonObject:
        """What the fresh context holds before the load: measured, not a claim."""
        version, cookies, history = await asyncio.gather(
            self.cdp(seconds, "Browser.getVersion"),
            self.gate.within(self.context.cookies(), seconds),  # a page's session tells of another context
            self.cdp(seconds, "Page.getNavigationHistory"),
        )
        self._settings = asyncio.ensure_future(self._ask_settings())
        entries = [e for e in history.get("entries", []) if e.get("url") != "about:blank"]
        return {
            "user_agent": version.get("userAgent", ""),
            "cookies": len(cookies),
            "pages": len(entries),
        }

    async def settings(self) -> JsonObject:
        """The languages and the zone that this browser tells sites; empty where it does not say.

        Asked before the load and not waited for there: a page that has only just begun has no process yet.
        """
        found = await self._settings if self._settings else {}
        found = found or await self._ask_settings()
        return {
            "languages": [safe_text(str(x), 40) for x in found.get("languages", [])[:20]],
            "zone": safe_text(str(found.get("zone", "")), 80),
        }

    async def _ask_settings(self) -> JsonObject:
        try:
            one = self.in_frame(self.wire, self.recorder.main_frame, scripts.SETTINGS, ())
            found: JsonObject = await self.gate.within(one, SETTINGS_SECONDS) or {}
        except (StepTimedOut, PageGone, PlaywrightError, WireError):
            return {}
        return found

    def noted(self) -> JsonObject:
        """What the page asked for and did not get, for the capture log."""
        dialogs = {"count": self.dialog_count, "first": self.dialogs, "scripts_stopped": self.dialogs_stopped}
        return {
            "dialogs": dialogs,
            "frame_scripts_stopped": self.scripts_stopped,
            "windows_refused": self.recorder.popups,
            "not_asked_ahead": self.recorder.not_asked_ahead(),
            "downloads_refused": self.recorder.downloads + self.downloads,
        }

    def close_soon(self) -> None:
        """Close the context without waiting; everything pending in it fails."""
        if self.closing is None:
            self.hub.close()
            self.closing = asyncio.ensure_future(self._close())

    async def _close(self) -> None:
        with contextlib.suppress(PlaywrightError):
            await self.context.close()

    async def answers(self, seconds: float = 2.0) -> bool:
        """Whether the page's main thread still answers."""
        try:
            return bool(await self.run("() => true", seconds=seconds))
        except (StepTimedOut, PageGone, PlaywrightError, WireError, ScriptFailed):
            return False
