"""The documents of a page: its own, and one in each frame, whichever process draws it.

A frame is addressed through the session of its own process; where it lies on the page, the element tells that holds it
in the document above.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import Any

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.page import WORLD, LivePage, ScriptFailed, StepTimedOut
from evidence_kit.capture.wire import Wire, WireError

MAX_FRAMES, MAX_DEPTH = 200, 10
HOLDER_SECONDS = 2.0
SMALLEST = 40
"""Width and height in CSS pixels below which nobody reads what a frame shows."""

HOLDER = """function(block) {
  if (block) {
    const beyond = this.getBoundingClientRect().height > innerHeight;
    this.scrollIntoView({block: beyond ? block : "center", inline: "nearest", behavior: "instant"});
  }
  const r = this.getBoundingClientRect();
  const shown = this.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const rows = Math.min(r.bottom, innerHeight) - Math.max(r.top, 0);
  return {shown, width: r.width, height: r.height, rows, fixed: this.getAttribute("scrolling") === "no"};
}"""
"""The element that holds a frame: brought into the window where asked, and how much of it is shown there."""


@dataclass(slots=True)
class Document:
    """One document; ``above`` is the one whose element, the ``holder``, holds its frame. Sizes in CSS pixels."""

    live: LivePage
    wire: Wire
    frame_id: str
    above: Document | None = None
    holder: str = ""
    width: float = 0
    height: float = 0
    fixed: bool = False
    """Whether the element that holds it says that nobody can scroll in it."""

    async def run(self, script: str, *arguments: object, seconds: float) -> Any:
        """What ``script`` gives in our own world there. Raises StepTimedOut, WireError, ScriptFailed, PageGone."""
        if self.above is None:
            return await self.live.run(script, *arguments, seconds=seconds)
        return await self.live.gate.within(self._run(script, arguments), seconds)

    async def _run(self, script: str, arguments: tuple[object, ...]) -> Any:
        answer = await self.wire.send(
            "Runtime.callFunctionOn",
            functionDeclaration=script,
            executionContextId=await self.world(),
            arguments=[{"value": a} for a in arguments],
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in answer:
            raise ScriptFailed(str(answer["exceptionDetails"].get("text", ""))[:200])
        return answer.get("result", {}).get("value")

    async def world(self) -> int:
        """Our own world there; the same one each time. Raises WireError."""
        made = await self.wire.send("Page.createIsolatedWorld", frameId=self.frame_id, worldName=WORLD)
        return int(made["executionContextId"])

    async def shown(self, block: str = "") -> JsonObject:
        """How its frame lies in the window of the document above.

        ``block`` brings it there first: the edge to be seen of a frame higher than that window, else its middle.
        Raises WireError, StepTimedOut, PageGone.
        """
        assert self.above is not None  # noqa: S101 - the page's own document is always there
        call = self.above.wire.send(
            "Runtime.callFunctionOn",
            functionDeclaration=HOLDER,
            objectId=self.holder,
            arguments=[{"value": block}],
            returnByValue=True,
        )
        answer = await self.live.gate.within(call, HOLDER_SECONDS)
        found: JsonObject = answer.get("result", {}).get("value") or {}
        return found

    async def bring(self, block: str) -> float:
        """Bring its frame into the window, through all documents above; rows of it that are then to be seen at most.

        Raises WireError, StepTimedOut, PageGone.
        """
        if self.above is None:
            return float("inf")
        outer = await self.above.bring(block)
        return min(outer, float((await self.shown(block)).get("rows", 0)))


async def frames_of(own: Document, *, seconds: float) -> tuple[list[Document], bool]:
    """The documents in frames that are shown on the page ``own``, the outer before the inner, and whether that is all.

    Hidden ones, and those that went away meanwhile, are left out. Raises PageGone.
    """
    end, live = time.monotonic() + seconds, own.live
    told: dict[str, tuple[Wire, str]] = {}
    await live.rouse()
    for wire in [live.wire, *live.hub.parts("iframe")]:
        with contextlib.suppress(StepTimedOut, WireError):
            tree = await live.gate.within(wire.send("Page.getFrameTree"), min(HOLDER_SECONDS, end - time.monotonic()))
            waiting = [tree["frameTree"]]
            while waiting and len(told) <= MAX_FRAMES:
                one = waiting.pop(0)
                told[str(one["frame"]["id"])] = (wire, str(one["frame"].get("parentId", "")))
                waiting += one.get("childFrames", [])
    level, found = {own.frame_id: own}, list[Document]()
    for _depth in range(MAX_DEPTH):
        below = {f: Document(live, wire, f, level[p]) for f, (wire, p) in told.items() if p in level}
        level = {}
        for frame_id, one in below.items():
            with contextlib.suppress(StepTimedOut, WireError):
                await live.gate.within(_hold(one), min(HOLDER_SECONDS, end - time.monotonic()))
                if min(one.width, one.height) >= SMALLEST:
                    level[frame_id] = one
        found += level.values()
    return found, not level and len(told) <= MAX_FRAMES and time.monotonic() < end


async def _hold(one: Document) -> None:
    """Find the element that holds a frame, and how it is shown. Raises WireError without one."""
    assert one.above is not None  # noqa: S101 - only frames are asked for
    wire = one.above.wire
    node = (await wire.send("DOM.getFrameOwner", frameId=one.frame_id))["backendNodeId"]
    world = await one.above.world()
    held = await wire.send("DOM.resolveNode", backendNodeId=node, executionContextId=world)
    one.holder = str(held["object"]["objectId"])
    lies = await one.shown()
    if lies.get("shown"):
        one.width, one.height, one.fixed = float(lies["width"]), float(lies["height"]), bool(lies["fixed"])
