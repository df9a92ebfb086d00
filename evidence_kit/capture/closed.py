"""Closed shadow roots: what stands in one is drawn like all else, but no script finds it, ours neither.

The browser itself names them, in the page and in every frame. They are taken from its flat snapshot: a document given
as a tree is refused by the browser where its elements are nested some 150 deep.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.covers import cover_closed
from evidence_kit.capture.page import WORLD, LivePage, ScriptFailed
from evidence_kit.capture.wire import Wire, WireError

MAX_NODES = 300_000
MAX_INSIDE = 5000
"""Bounds for one picture, over the page and all its frames; beyond them no picture is taken."""
TRIES = 3
_GROUP = f"{WORLD}-closed"


def within_closed(snapshot: JsonObject) -> tuple[dict[str, list[int]], int]:
    """The browser's numbers of nodes in closed roots by frame, one for each parent; and how many nodes there are.

    The snapshot has what is in a root, not the root itself; its first node leads to it.
    """
    strings, found, nodes = snapshot["strings"], dict[str, list[int]](), 0
    for document in snapshot["documents"]:
        one, parents = document["nodes"], set[int]()
        named, numbers = one.get("shadowRootType", {}), one["backendNodeId"]
        nodes += len(numbers)
        for index, kind in zip(named.get("index", []), named.get("value", []), strict=True):
            parent = one["parentIndex"][index]
            if strings[kind] == "closed" and parent not in parents:  # the browser's own controls are "user-agent"
                parents.add(parent)
                found.setdefault(strings[document["frameId"]], []).append(int(numbers[index]))
    return found, nodes


class ClosedRoots:
    """Finds the closed shadow roots of one page and has what they draw covered."""

    def __init__(self, live: LivePage, allowed: Iterable[str]) -> None:
        self._live = live
        self._allowed = tuple(allowed)
        self._nodes = self._inside = self._news = 0

    async def cover(self, seconds: float) -> int:
        """Cover within every closed root; how much in them was in sight until then.

        Raises StepTimedOut, WireError, ScriptFailed, PageGone: then show nothing.
        """
        end = time.monotonic() + seconds
        done: set[Wire] = set()
        for _attempt in range(TRIES * 50):
            parts = [self._live.wire, *self._live.hub.parts("iframe")]
            wire = next((w for w in parts if w not in done), None)
            if wire is None:
                return self._news
            done.add(wire)
            await self._part(wire, end)
        raise ScriptFailed("too many frames to look into")

    async def _part(self, wire: Wire, end: float) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                await self._live.gate.within(self._once(wire), end - time.monotonic())
            except WireError:  # it went elsewhere meanwhile, or is gone
                if wire.kind == "iframe" and wire not in self._live.hub.parts("iframe"):
                    return
                if attempt == TRIES:
                    raise
            else:
                return

    async def _once(self, wire: Wire) -> None:
        found, nodes = within_closed(await wire.send("DOMSnapshot.captureSnapshot", computedStyles=[]))
        self._nodes += nodes
        self._inside += sum(map(len, found.values()))
        if self._nodes > MAX_NODES or self._inside > MAX_INSIDE:
            raise ScriptFailed("too much to look behind")
        for frame_id, numbers in found.items():
            await self._frame(wire, frame_id, numbers)

    async def _frame(self, wire: Wire, frame_id: str, numbers: list[int]) -> None:
        made = await wire.send("Page.createIsolatedWorld", frameId=frame_id, worldName=WORLD)
        world = int(made["executionContextId"])
        asked = (
            wire.send("DOM.resolveNode", backendNodeId=n, executionContextId=world, objectGroup=_GROUP) for n in numbers
        )
        handles = [str(one["object"]["objectId"]) for one in await asyncio.gather(*asked)]
        answer = await wire.send(
            "Runtime.callFunctionOn",
            functionDeclaration=cover_closed(self._allowed, main=frame_id == self._live.recorder.main_frame),
            executionContextId=world,
            arguments=[{"objectId": handle} for handle in handles],
            returnByValue=True,
        )
        await wire.send("Runtime.releaseObjectGroup", objectGroup=_GROUP)
        if "exceptionDetails" in answer:
            raise ScriptFailed("what is in a closed root could not be covered")
        self._news += int(answer["result"]["value"])
