"""Boxes that scroll inside a page, as a series of pictures with their text.

A chat or a feed in a box of its own is nowhere whole: not on the page's picture, and often not in its document. So each
large box is gone through, downwards, or upwards where it stands at its end as chats do, one picture of the window at
every stop, and the text is put together from what was seen.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.area_scripts import AREA_BACK, AREA_STEP, AREAS
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import LivePage
from evidence_kit.capture.scripts import TO_TOP
from evidence_kit.capture.steps import Step
from evidence_kit.capture.walking import answered

MAX_AREAS = 8
MAX_VIEWS = 80
MAX_TEXT = 1 << 20
MAX_LINES, MAX_VIEW_LINES = 20_000, 4000
AREA_SECONDS = 60.0
BROKEN_OFF = "a box inside the page was not seen to its end"
WAYS = {-1: "upwards", 1: "downwards", 0: "both"}
"""From its end, from its beginning, or both ways from where it stands."""


def joined(seen: list[str], view: list[str], *, upwards: bool) -> list[str]:
    """The lines seen so far and those of the next view, where both overlap only once.

    >>> joined(["a", "b", "c"], ["b", "c", "d"], upwards=False)
    ['a', 'b', 'c', 'd']
    >>> joined(["b", "c"], ["a", "b"], upwards=True)
    ['a', 'b', 'c']
    """
    first, second = (view, seen) if upwards else (seen, view)
    for size in range(min(len(first), len(second), MAX_VIEW_LINES), 0, -1):
        if first[len(first) - size :] == second[:size]:
            return (first + second[size:])[:MAX_LINES]
    return (first + second)[:MAX_LINES]


class InnerAreas:
    """Goes through the large boxes of one page. ``text`` is what they held, box after box."""

    def __init__(
        self,
        live: LivePage,
        out: Output,
        covered: Callable[[Callable[[], Awaitable[JsonObject]]], Awaitable[JsonObject]],
    ) -> None:
        self._covered = covered
        self._live = live
        self._out = out
        self.views = 0
        self.areas: list[JsonObject] = []
        self.text = ""
        self.unseen: list[str] = []
        """What was not seen to its end, in words."""

    async def go_through(self, step: Step) -> None:
        """Find the boxes and walk each. Raises what calls to the page raise."""
        found = await self._live.run(step.script(AREAS), MAX_AREAS, seconds=5)
        end = time.monotonic() + min(AREA_SECONDS, step.left() - 5)
        for index, area in enumerate(found["areas"]):
            before, ended, lines = self.views, True, list[str]()
            for way in area["ways"]:
                if way != area["ways"][0]:
                    await self._live.run(AREA_BACK, index, seconds=5)
                ended = await self._walk(index, lines, way=int(way), end=end) and ended
            if not ended and BROKEN_OFF not in self.unseen:
                self.unseen.append(BROKEN_OFF)
            size = {name: int(area[name]) for name in ("width", "height", "whole")}
            way = WAYS[sum(area["ways"])]
            part = "body" if area["body"] else "box"
            told = {"part": part, "way": way, "views": self.views - before, "end_reached": ended}
            self.areas.append(size | told)
            self.text = "\n\n".join(t for t in (self.text, "\n".join(lines)) if t)
            await self._live.run(AREA_BACK, index, seconds=5)
            await self._live.run(TO_TOP, seconds=5)
        if found["more"]:
            self.unseen.append(f"{int(found['more'])} more boxes inside the page were not gone through")

    async def _walk(self, index: int, lines: list[str], *, way: int, end: float) -> bool:
        """Go one way from where it stands, one picture at each stop; whether its end was reached."""
        direction = 0
        while self.views < MAX_VIEWS and time.monotonic() < end:
            since = len(self._live.recorder.exchanges)
            at = await self._live.run(AREA_STEP, index, way, direction, MAX_TEXT, seconds=5)
            if direction and not at["moved"]:
                came = await answered(self._live.recorder, since, end)
                if came:  # what came may have made room to go on
                    at = await self._live.run(AREA_STEP, index, way, direction, MAX_TEXT, seconds=5)
                if not at["moved"]:
                    return came is not False
            await self._live.recorder.idle(0.1, 1.5)
            again = await self._live.run(AREA_STEP, index, way, 0, MAX_TEXT, seconds=5) if direction else at
            lines[:] = joined(lines, str(again["text"]).splitlines()[:MAX_VIEW_LINES], upwards=way < 0)
            answer = await self._covered(self._shot)
            self.views += 1
            name = f"view-{self.views:03}.png"
            await self._out.put("screenshot-tile", name, "image/png", base64.b64decode(answer["data"]))
            direction = way
        return False

    async def _shot(self) -> JsonObject:
        return await self._live.cdp(10, "Page.captureScreenshot", format="png", optimizeForSpeed=True)
