"""Boxes and frames that scroll inside a page, as a series of pictures with their text.

A chat or a feed in a box of its own is nowhere whole: not on the page's picture, and often not in its document. So each
large box is gone through, downwards, or upwards where it stands at its end as chats do, one picture of the window at
every stop, and the text is put together from what was seen. Frames are boxes too, and may hold some.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.area_scripts import AREA_BACK, AREA_STEP, AREAS, HOME
from evidence_kit.capture.documents import Document, frames_of
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import LivePage, ScriptFailed, StepTimedOut
from evidence_kit.capture.steps import Step
from evidence_kit.capture.walking import answered
from evidence_kit.capture.wire import WireError

MAX_AREAS = 8
MAX_VIEWS = 80
MAX_TEXT = 1 << 20
MAX_LINES, MAX_VIEW_LINES = 20_000, 4000
AREA_SECONDS, FIND_SECONDS = 60.0, 5.0
LEAST_ROWS, MAX_ROWS = 40, 100_000
"""How much of a frame has to be in the window, in CSS pixels, for its views to show anything."""
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
        found = await self._find(step)
        end = time.monotonic() + min(AREA_SECONDS, step.left() - 5)
        for where, index, area in found[:MAX_AREAS]:
            before, lines = self.views, list[str]()
            ended = await self._both(where, index, lines, area["ways"], end)
            if not ended:
                self._lacks(
                    "a frame" if area["part"] == "frame" else "a box inside the page", "was not seen to its end"
                )
            size = {name: int(area[name]) for name in ("width", "height", "whole")}
            told = {"part": str(area["part"]), "way": WAYS[sum(area["ways"])], "views": self.views - before}
            self.areas.append(size | told | {"end_reached": ended})
            self.text = "\n\n".join(t for t in (self.text, "\n".join(lines)) if t)

    async def _find(self, step: Step) -> list[tuple[Document, int, JsonObject]]:
        """The boxes of the page and of its frames, the largest first; what is none of them is named."""
        own = Document(self._live, self._live.wire, self._live.recorder.main_frame)
        told = await own.run(step.script(AREAS), MAX_AREAS, 0, False, seconds=5)
        least, more, found = float(told["least"]), int(told["more"]), [(own, i, a) for i, a in enumerate(told["areas"])]
        end = time.monotonic() + FIND_SECONDS
        for one in await frames_of(own, seconds=FIND_SECONDS):
            try:
                told = await one.run(AREAS, MAX_AREAS, least, not one.fixed, seconds=min(2, end - time.monotonic()))
            except StepTimedOut:
                if one.width * one.height >= least:
                    self._lacks("a frame", "did not answer and may hold more than what is shown of it")
            except (WireError, ScriptFailed):  # it went elsewhere, or shows something that is no page
                continue
            else:
                found += [(one, i, a) for i, a in enumerate(told["areas"])]
                more += int(told["more"])
                if told["small"]:
                    self._lacks("a small frame", "scrolls inside and was not seen to its end")
        found.sort(key=lambda f: -f[2]["width"] * f[2]["height"])
        more += len(found[MAX_AREAS:])
        if more:
            self._lacks(f"{more} more boxes inside the page", "were not gone through")
        return found

    def _lacks(self, what: str, how: str) -> None:
        if f"{what} {how}" not in self.unseen:
            self.unseen.append(f"{what} {how}")

    async def _both(self, where: Document, index: int, lines: list[str], ways: list[int], end: float) -> bool:
        """Walk each of the ways from where the box stands, and leave all as it was; whether the ends were reached."""
        ended, own = True, where.above is None
        try:
            for way in ways:
                if way != ways[0]:
                    await where.run(AREA_BACK, index, seconds=5)
                rows = await where.bring("start" if way < 0 else "end")
                if rows < LEAST_ROWS:
                    return False
                ended = await self._walk(where, index, lines, way=way, rows=rows, end=end) and ended
            await where.run(AREA_BACK, index, seconds=5)
            above = where.above
            while above is not None:
                await above.run(HOME, seconds=5)
                above = above.above
        except (WireError, StepTimedOut, ScriptFailed):
            if own:
                raise
            return False  # a frame that went away, or stands still, is not the page
        return ended

    async def _walk(self, where: Document, index: int, lines: list[str], *, way: int, rows: float, end: float) -> bool:
        """Go one way from where it stands, one picture at each stop; whether its end was reached."""
        direction, asked = 0, (min(rows, MAX_ROWS), MAX_TEXT)
        while self.views < MAX_VIEWS and time.monotonic() < end:
            since = len(self._live.recorder.exchanges)
            at = await where.run(AREA_STEP, index, way, direction, *asked, seconds=5)
            if direction and not at["moved"]:
                came = await answered(self._live.recorder, since, end)
                if came:  # what came may have made room to go on
                    at = await where.run(AREA_STEP, index, way, direction, *asked, seconds=5)
                if not at["moved"]:
                    return came is not False
            await self._live.recorder.idle(0.1, 1.5)
            again = await where.run(AREA_STEP, index, way, 0, *asked, seconds=5) if direction else at
            lines[:] = joined(lines, str(again["text"]).splitlines()[:MAX_VIEW_LINES], upwards=way < 0)
            answer = await self._covered(self._shot)
            self.views += 1
            name = f"view-{self.views:03}.png"
            await self._out.put("screenshot-tile", name, "image/png", base64.b64decode(answer["data"]))
            direction = way
        return False

    async def _shot(self) -> JsonObject:
        return await self._live.cdp(10, "Page.captureScreenshot", format="png", optimizeForSpeed=True)
