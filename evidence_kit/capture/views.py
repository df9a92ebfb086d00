"""Boxes and frames that scroll inside a page, as a series of pictures with their text.

A chat or a feed in a box of its own is nowhere whole: not on the page's picture, and often not in its document. So each
large box is gone through, downwards, or upwards where it stands at its end as chats do, one picture of the window at
every stop, and the text is put together from what was seen. Frames are boxes too, and may hold some.
"""

from __future__ import annotations

import base64
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.area_scripts import AREA_BACK, AREA_STEP, AREAS, HOME, ROW_STEP
from evidence_kit.capture.documents import Document, frames_of
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import AGAIN_SECONDS, LivePage, ScriptFailed, StepTimedOut
from evidence_kit.capture.sliders import SLIDE, SLIDERS, UNSLIDE
from evidence_kit.capture.steps import Step
from evidence_kit.capture.walking import answered
from evidence_kit.capture.wire import WireError

MAX_AREAS, MAX_SMALL, MAX_ROUNDS = 16, 150, 100
MAX_SLIDERS = 12
MAX_VIEWS = 160
MAX_TEXT = 1 << 20
MAX_LINES, MAX_VIEW_LINES = 20_000, 4000
AREA_SECONDS, FIND_SECONDS = 60.0, 5.0
LEAST_ROWS, MAX_ROWS = 40, 100_000
"""How much of a frame has to be in the window, in CSS pixels, for its views to show anything."""
PATIENCE_MS, GROWTH_MS, KNOWN_MS, ROWS_TRIED = 1200, 400, 40, 3
"""How long a large box may take to grow once its end is reached; a large one where the first few never did, or a small
one; a small one where the first few never did."""
WAYS = {-1: "upwards", 1: "downwards", 0: "both"}
"""From its end, from its beginning, or both ways from where it stands."""


_Area = tuple[Document, int, JsonObject]
_Row = tuple[Document, JsonObject]


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


@dataclass(slots=True)
class _Ending:
    """Whether a walk came to its end."""

    reached: bool = False


class InnerAreas:
    """Goes through the large boxes of one page. ``text`` is what they held, box after box."""

    def __init__(
        self,
        live: LivePage,
        out: Output,
        covered: Callable[[Callable[[], Awaitable[JsonObject]]], Awaitable[JsonObject]],
        *,
        withheld: bool = False,
    ) -> None:
        self._withheld = withheld
        self._covered = covered
        self._live = live
        self._out = out
        self.views = 0
        self.areas: list[JsonObject] = []
        self.text = ""
        self._documents: list[Document] = []
        self._tried = self._late = 0
        """How many rows of small boxes were gone through, and how often one grew late at its end."""
        self._walked = self._grew = 0
        """The same of large boxes, by the way."""
        self._silent: set[str] = set()
        """Frames that did not answer once; each costs one patience, not one for each box in it."""
        self.unseen: list[str] = []
        """What was not seen to its end, in words."""

    async def go_through(self, step: Step) -> None:
        """Find the boxes and walk each. Raises what calls to the page raise."""
        found, rows = await self._find(step)
        end = time.monotonic() + min(AREA_SECONDS, step.left() - 5)
        for where, index, area in found[:MAX_AREAS]:
            before, lines = self.views, list[str]()
            walk = partial(self._both, where, index, lines, area["ways"], far=bool(area["far"]), end=end)
            ended = await self._guarded(where, walk, end)
            self._told(area, WAYS[sum(area["ways"])], before, ended=ended)
            self.text = "\n\n".join(t for t in (self.text, "\n".join(lines)) if t)
        for where, area in rows:
            before, texts = self.views, dict[int, list[str]]()
            ended = await self._guarded(where, partial(self._row, where, area, texts, end), end)
            way = " and ".join(w for w, goes in (("downwards", area["y"]), ("sideways", area["x"])) if goes)
            self._told(area, way, before, ended=ended)
            self.areas[-1]["boxes"] = len(area["boxes"])
            self.text = "\n\n".join(t for t in (self.text, *("\n".join(x) for x in texts.values())) if t)

        for where in self._documents:
            with contextlib.suppress(*(() if where.above is None else (WireError, StepTimedOut, ScriptFailed))):
                await self._sliders(where, end)

    async def _sliders(self, where: Document, end: float) -> None:
        """Show what sliders keep outside their frames; what could not be shown is named."""
        found = await where.run(SLIDERS, MAX_SLIDERS, seconds=5)
        lost = [0]
        for index, area in enumerate(found["sliders"]):
            before = self.views
            ended = await self._guarded(where, partial(self._slide, where, index, lost, end), end)
            self._told(area, "sideways", before, ended=ended)
        if found["more"]:
            self._lacks(f"{found['more']} more sliders", "were not gone through")
        if (found["hidden"] or lost[0]) and not self._withheld:  # what is withheld by rule does not come
            self._lacks("a slider", f"holds pictures that it did not show ({found['hidden'] + lost[0]})")

    async def _slide(self, where: Document, index: int, lost: list[int], end: float) -> bool:
        """One view for each picture, or as many as the frame holds; whether all were shown."""
        if await where.bring("start") < LEAST_ROWS:
            return False
        ended = False
        while self.views < MAX_VIEWS and time.monotonic() < end:
            at = await where.run(SLIDE, index, MAX_TEXT, seconds=5)
            ended = bool(at["over"])
            if ended:
                break
            lost[0] += int(at["lost"])
            await self._live.recorder.idle(0.1, 1.5)
            await self._picture()
        await where.run(UNSLIDE, index, seconds=5)
        return ended

    def _told(self, area: JsonObject, way: str, before: int, *, ended: bool) -> None:
        size = {name: int(area[name]) for name in ("width", "height", "whole")}
        told = {"part": str(area["part"]), "way": way, "views": self.views - before, "end_reached": ended}
        self.areas.append(size | told)
        if not ended:
            what = {"frame": "a frame", "slider": "a slider"}.get(area["part"], "a box inside the page")
            self._lacks(what, "was not seen to its end")

    async def _find(self, step: Step) -> tuple[list[_Area], list[_Row]]:
        """The boxes of the page and of its frames, the largest first, and rows of small ones.

        What is neither is named.
        """
        own = Document(self._live, self._live.wire, self._live.recorder.main_frame)
        first = await own.run(step.script(AREAS), MAX_AREAS, MAX_SMALL, 0, False, seconds=5)
        least, end = float(first["least"]), time.monotonic() + FIND_SECONDS
        told: list[tuple[Document, JsonObject]] = [(own, first)]
        frames, all_of_them = await frames_of(own, seconds=FIND_SECONDS)
        for one in frames:
            asked = (MAX_AREAS, MAX_SMALL, least, not one.fixed)
            for again in (False, True):
                try:
                    told.append((one, await one.run(AREAS, *asked, seconds=min(2, end - time.monotonic()))))
                except StepTimedOut:
                    await self._live.rouse(one.wire, patience=AGAIN_SECONDS)
                    if again:
                        self._lacks("a frame", "did not answer and may hold more than what is shown of it")
                    continue
                except (WireError, ScriptFailed):  # it went elsewhere, or shows something that is no page
                    pass
                break
        self._documents = [where for where, _one in told]
        found = [(where, i, area) for where, one in told for i, area in enumerate(one["areas"])]
        found.sort(key=lambda f: -f[2]["width"] * f[2]["height"])
        rows = [(where, row) for where, one in told for row in one["rows"]]
        more = sum(int(one["more"]) for _where, one in told) + len(found[MAX_AREAS:])
        small = sum(int(one["moreSmall"]) for _where, one in told)
        if not all_of_them or time.monotonic() >= end:
            self._lacks("the page", "has more frames than could be looked into")
        if more:
            self._lacks(f"{more} more boxes inside the page", "were not gone through")
        if small:
            self._lacks(f"{small} more small boxes inside the page", "were not gone through")
        if any(one["tiny"] for _where, one in told):
            self._lacks("a tiny box", "scrolls inside and was not seen to its end")
        if any(one["tinyFrame"] for _where, one in told):
            self._lacks("a small frame", "scrolls inside and was not seen to its end")
        return found, rows

    def _lacks(self, what: str, how: str) -> None:
        if f"{what} {how}" not in self.unseen:
            self.unseen.append(f"{what} {how}")

    async def _guarded(self, where: Document, walk: Callable[[], Awaitable[bool]], end: float) -> bool:
        """Whether ``walk`` reached its end, and all above as it was. Of the page itself what calls raise is raised."""
        if where.frame_id in self._silent or time.monotonic() >= end:
            return False
        ended = False
        try:
            ended = await walk()
        except (WireError, StepTimedOut, ScriptFailed) as exc:
            if where.above is None:
                raise
            if isinstance(exc, StepTimedOut):  # a script of it never ends, and would end the page's pictures too
                self._silent.add(where.frame_id)
                await self._live.rouse(where.wire, patience=AGAIN_SECONDS)
        with contextlib.suppress(WireError, StepTimedOut, ScriptFailed):
            above = where.above
            while above is not None:
                await above.run(HOME, seconds=5)
                above = above.above
        return ended  # a frame that went away, or stands still, is not the page

    async def _both(
        self, where: Document, index: int, lines: list[str], ways: list[int], *, far: bool, end: float
    ) -> bool:
        """Walk each of the ways from where the box stands, and leave it as it was; whether the ends were reached."""
        ended = True
        for way in ways:
            if way != ways[0]:
                await where.run(AREA_BACK, index, seconds=5)
            rows = await where.bring("start" if way < 0 else "end")
            if rows < LEAST_ROWS:
                return False
            ended = await self._walk(where, index, lines, way=way, rows=rows, far=far, end=end) and ended
        await where.run(AREA_BACK, index, seconds=5)
        return ended

    async def _row(self, where: Document, row: JsonObject, texts: dict[int, list[str]], end: float) -> bool:
        """Go through boxes that stand beside or below each other; whether the ends of all were reached."""
        if await where.bring("start") < LEAST_ROWS / 2:
            return False
        boxes, both, walk, wide = row["boxes"], row["both"], _Ending(), True
        async for at in self._steps(where, boxes, walk, end):
            for index, text in zip(boxes, at["texts"], strict=True):
                lines = str(text).splitlines()[:MAX_VIEW_LINES]
                texts[index] = joined(texts.get(index, []), lines, upwards=False)
            wide = (not both or await self._aside(where, both, end)) and wide
        for index in boxes:
            await where.run(AREA_BACK, index, seconds=5)
        self._tried += 1
        return walk.reached and wide

    async def _steps(
        self, where: Document, boxes: list[int], ending: _Ending, end: float, *, aside: bool = False
    ) -> AsyncIterator[JsonObject]:
        """Each stop of boxes that are gone through together, pictured where something moved; none after their end."""
        how = "begin"
        for _round in range(MAX_ROUNDS):
            if self.views >= MAX_VIEWS or time.monotonic() >= end:
                return
            since = len(self._live.recorder.exchanges)
            at = await self._step(where, boxes, how, aside=aside)
            if how == "begin" and at["grew"] and not aside:  # its older part came in at its beginning
                continue
            if not at["moved"] and how == "on":
                came = await answered(self._live.recorder, since, end)
                if came:
                    at = await self._step(where, boxes, how, aside=aside)
                self._late += at["moved"]
                ending.reached = bool(not at["moved"] and came is not False and at["end"])
                if not at["moved"]:
                    return
            if at["moved"]:
                await self._live.recorder.idle(0.1, 1.5)
                await self._picture()
            yield at
            how = "on"

    async def _step(self, where: Document, boxes: list[int], how: str, *, aside: bool = False) -> JsonObject:
        known = self._tried >= ROWS_TRIED and not self._late
        patience = KNOWN_MS if known else GROWTH_MS
        found: JsonObject = await where.run(ROW_STEP, boxes, how, not aside, aside, patience, MAX_TEXT, seconds=5)
        return found

    async def _aside(self, where: Document, boxes: list[int], end: float) -> bool:
        """Go sideways in boxes that also scroll down, where they stand; whether the ends of all were reached."""
        walk = _Ending()
        async for _at in self._steps(where, boxes, walk, end, aside=True):
            pass
        await self._step(where, boxes, "back", aside=True)
        return walk.reached

    async def _picture(self) -> None:
        answer = await self._covered(self._shot)
        self.views += 1
        name = f"view-{self.views:03}.png"
        await self._out.put("screenshot-tile", name, "image/png", base64.b64decode(answer["data"]))

    async def _walk(
        self, where: Document, index: int, lines: list[str], *, way: int, rows: float, far: bool, end: float
    ) -> bool:
        """Go one way from where it stands, one picture at each stop, or several where the box scrolls sideways too.

        Whether its end was reached.
        """
        direction, wide = 0, True
        patience = GROWTH_MS if self._walked >= ROWS_TRIED and not self._grew else PATIENCE_MS
        self._walked, asked = self._walked + 1, (min(rows, MAX_ROWS), patience, MAX_TEXT)
        while self.views < MAX_VIEWS and time.monotonic() < end:
            since = len(self._live.recorder.exchanges)
            at = await where.run(AREA_STEP, index, way, direction, *asked, seconds=5)
            self._grew += at["late"]
            if direction and not at["moved"]:
                came = await answered(self._live.recorder, since, end)
                if came:  # what came may have made room to go on
                    at = await where.run(AREA_STEP, index, way, direction, *asked, seconds=5)
                if not at["moved"]:
                    return bool(wide and came is not False and at["end"])
            await self._live.recorder.idle(0.1, 1.5)
            again = await where.run(AREA_STEP, index, way, 0, *asked, seconds=5) if direction else at
            lines[:] = joined(lines, str(again["text"]).splitlines()[:MAX_VIEW_LINES], upwards=way < 0)
            await self._picture()
            wide = (not far or await self._aside(where, [index], end)) and wide
            direction = way
        return False

    async def _shot(self) -> JsonObject:
        return await self._live.cdp(10, "Page.captureScreenshot", format="png", optimizeForSpeed=True)
