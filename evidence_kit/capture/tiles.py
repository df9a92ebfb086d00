"""The page's picture, tile by tile from the top, each tile looked at before it counts.

One shot of a big page fails silently: right size, no error, white below some point. Tiles of about 4,000 px cut out of
the page beside one fixed window do not; all the same each is judged. One that is blank, of the wrong size, or the same
as the one above is taken again on the next rung: after going there, then window by window, then so once more with
patience. What was done is recorded. Only one shot is ever under way: the page is resized while one is cut out of it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from playwright.async_api import Error as PlaywrightError

from evidence_kit.canonical import JsonObject
from evidence_kit.capture import picture_scripts
from evidence_kit.capture.page import LivePage, PageGone, ScriptFailed, StepTimedOut
from evidence_kit.capture.png import PngError, Tile, open_tile, plain_parts, same_pixels
from evidence_kit.capture.wire import WireError

TILE_SECONDS = 30.0
MAX_NOTED, MAX_GAPS = 50, 8
STRIP = 400
"""Height in CSS pixels from which a part of one colour is asked about."""
TRUSTED = 3
"""After so many tiles that stayed as they were, a pattern is taken for what it is, and a plain part is taken again
window by window only, no longer with patience."""
PATIENCE_SECONDS = 0.4
UNDO_SECONDS = 3.0
TROUBLE = (StepTimedOut, PageGone, ScriptFailed, PlaywrightError, WireError)
T = TypeVar("T")
RUNGS = ("clip", "there", "window", "patience")


class TileTaker:
    """Takes the tiles of one page in order. Sizes in CSS pixels; not for use by two at once."""

    def __init__(self, live: LivePage, *, scale: int, window: tuple[int, int], deadline: Callable[[], float]) -> None:
        self._live = live
        self._scale = scale
        self._window = window
        self._deadline = deadline
        self.rung = RUNGS[0]
        """Where every tile begins; ``window`` for pages that cannot be cut out of."""
        self.width = 0
        self.fragile: list[tuple[int, int]] = []
        """Where something lies that the browser draws only when it is seen: top and bottom."""
        self.shown: list[tuple[int, int]] = []
        """Where something lies that the page shows only while it is in the window: top and bottom."""
        self.left_blank = False
        """Whether a part with something of that kind stayed blank all the same."""
        self.retried: list[JsonObject] = []
        self.retried_count = 0
        self._colour: int | None = None
        self._last: list[Tile] = []
        self._plain: tuple[int, ...] = ()
        self._unsettled = {"repeated": 0, "gap": 0}
        self._shooting = asyncio.Lock()
        self._moved = self._cut_out = False
        self._low: tuple[int, int] | None = None
        self.bars: JsonObject = {}
        """How many sticky bars were held at one place, and how many fixed ones hidden, outside the first window."""
        self._documents = len(live.recorder.main_documents())

    async def heighten(self, height: int) -> None:
        """Take windows of that height from now on; only where nothing on the page depends on it. Undone at the end.

        Raises StepTimedOut, WireError, PageGone.
        """
        self._low, self._window = self._window, (self._window[0], height)
        await self._set_window()

    async def _set_window(self) -> None:
        width, height = self._window
        size = {"width": width, "height": height, "deviceScaleFactor": self._scale, "mobile": False}
        await self._live.cdp(max(1.0, self._left()), "Emulation.setDeviceMetricsOverride", **size)

    async def shot(self, top: int, rows: int, rung: str) -> list[bytes]:
        """PNGs that make up the rows from ``top``. Raises StepTimedOut, WireError, PageGone."""
        async with self._shooting:
            if rung == "clip":
                self._cut_out = True
                return [await self._cut(top, rows, beyond=True)]
            self._moved = True
            if rung == "there":
                await self._go(top)
                half = max(1, rows // 2)
                return [
                    await self._cut(y, min(half, top + rows - y), beyond=True) for y in range(top, top + rows, half)
                ]
            pieces = []
            for y, height in self._strips(top, rows, centred=self._meets(self.shown, top, rows)):
                await self._go(max(0, y - (self._window[1] - height) // 2) if y else 0)
                if rung == "patience":
                    await asyncio.sleep(min(PATIENCE_SECONDS, self._left()))
                wide = self.width > self._window[0]  # what lies beside the window would be white
                pieces.append(await self._cut(y, min(height, top + rows - y), beyond=wide))
            return pieces

    def _strips(self, top: int, rows: int, *, centred: bool) -> list[tuple[int, int]]:
        """Where each window begins and how much of it is kept.

        ``centred`` is for what is shown only once enough of it is in the window: the middle half of each is kept, but
        the first window whole, as a person sees it, unless something lies across its end.
        """
        window, found, y = self._window[1], list[tuple[int, int]](), top
        while y < top + rows:
            whole = not centred or (y == 0 and not self._meets(self.shown, window - 1, 2))
            found.append((y, window if whole else window // 2))
            y += found[-1][1]
        return found

    @staticmethod
    def _meets(places: list[tuple[int, int]], top: int, rows: int) -> bool:
        return any(start < top + rows and end > top for start, end in places)

    def rung_for(self, top: int, rows: int) -> str:
        """Where the tile begins: window by window where something in it is drawn only when it is seen."""
        return "window" if self._meets(self.fragile + self.shown, top, rows) else self.rung

    async def judged(self, shot: list[bytes], top: int, rows: int, rung: str) -> list[Tile]:
        """The tile from a first shot, or from a better one. Raises PngError if no rung gives the right size."""
        tiles, why = await self._open(shot, top, rows)
        for higher in RUNGS[RUNGS.index(rung) + 1 :]:
            if not why or (self._unsettled.get(why, 0) >= TRUSTED and (why == "repeated" or higher == RUNGS[-1])):
                break
            if why == "gap" and higher == "there":
                continue  # what is drawn only when it is seen
            again, still = await self._open(await self.shot(top, rows, higher), top, rows)
            expected = await self._expected(top, rows, self._plain) if still else -1
            self._note({"top": top, "why": why, "rung": higher, "settled": not still, "content_expected": expected})
            if again:
                tiles = again
            if still in self._unsettled and (still == "repeated" or higher == RUNGS[-1]):
                self._unsettled[still] += 1
            if still in {"blank", "repeated"} and expected == 0:
                break  # the page says that nothing is there
            why = still
        if not tiles:
            raise PngError("a tile of the wrong size")
        self.left_blank |= why in {"gap", "blank"} and self._meets(self.shown, top, rows)
        self._colour = tiles[0].head.colour
        self._last = tiles
        return tiles

    async def back(self) -> None:
        """Go to the top again, if a rung went elsewhere. Raises StepTimedOut, WireError, PageGone."""
        async with self._shooting:
            if self._moved:
                await self._go(0)
                self._moved = False

    async def let_go(self) -> None:
        """Undo what was done to the page for its picture, as far as it still answers."""
        if self._low is not None:
            self._window, self._low = self._low, None
            with contextlib.suppress(*TROUBLE):
                await self._set_window()
        if self.bars:
            with contextlib.suppress(*TROUBLE):
                await self._live.run(picture_scripts.LET_GO, seconds=UNDO_SECONDS)

    def _note(self, fact: JsonObject) -> None:
        self.retried_count += 1
        if len(self.retried) < MAX_NOTED:
            self.retried.append(fact)

    async def _open(self, shot: list[bytes], top: int, rows: int) -> tuple[list[Tile], str]:
        """Tiles, and what is suspicious: empty, or one of four.

        ``short`` gives no tiles; ``blank`` is of one colour; ``gap`` is so in part where the page says that
        something of another colour is; ``repeated`` is the same as the tile above.
        """
        try:
            tiles = [await asyncio.to_thread(open_tile, png, colour=self._colour) for png in shot]
        except PngError:
            return [], "short"
        wide = {t.head.width for t in tiles} == {self.width * self._scale}
        if not wide or sum(t.head.height for t in tiles) != rows * self._scale:
            return [], "short"
        plain = await asyncio.to_thread(plain_parts, tiles, min(rows, STRIP) * self._scale)
        self._plain = plain[0].colour if len(plain) == 1 else ()
        if all(t.blank for t in tiles):
            return tiles, "blank"
        if await asyncio.to_thread(same_pixels, tiles, self._last):
            return tiles, "repeated"
        for part in plain[:MAX_GAPS]:
            start, height = top + part.top // self._scale, part.rows // self._scale
            if await self._expected(start, height, part.colour) > 0:
                return tiles, "gap"
        return tiles, ""

    async def _go(self, y: int) -> None:
        seconds = min(TILE_SECONDS, self._left())
        self.bars = self.bars or {"held": 0, "hidden": 0}
        found = await self._here(self._live.run(picture_scripts.GO_TO, y, not self._cut_out, seconds=seconds))
        for name in ("held", "hidden"):
            self.bars[name] = max(self.bars[name], int(found[name]))

    async def _cut(self, top: int, rows: int, *, beyond: bool) -> bytes:
        shot = self._live.cdp(
            min(TILE_SECONDS, self._left()),
            "Page.captureScreenshot",
            format="png",
            optimizeForSpeed=True,
            captureBeyondViewport=beyond,
            clip={"x": 0, "y": top, "width": self.width, "height": rows, "scale": 1},
        )
        answer = await self._here(shot)
        return base64.b64decode(answer["data"])

    async def _here(self, work: Coroutine[Any, Any, T]) -> T:
        """``work``, unless the page went elsewhere since the first tile: one picture never shows two pages.

        Raises WireError then, at once, for a call to a page that is gone comes back late or never.
        """
        task = asyncio.ensure_future(work)
        while not task.done() and self._same_page:
            await asyncio.wait({task}, timeout=0.5)
        if not self._same_page:
            task.add_done_callback(lambda t: t.cancelled() or t.exception())
            raise WireError("the page went elsewhere")
        return task.result()

    @property
    def _same_page(self) -> bool:
        return len(self._live.recorder.main_documents()) == self._documents

    def _left(self) -> float:
        left = self._deadline()
        if left <= 0:
            raise StepTimedOut
        return left

    async def _expected(self, top: int, rows: int, colour: tuple[int, ...]) -> int:
        """How many elements that would be seen on ``colour`` the page itself says lie there; -1 = it does not say."""
        try:
            return int(await self._live.run(picture_scripts.EXPECTED, top, top + rows, list(colour), seconds=3))
        except (StepTimedOut, WireError, ScriptFailed, TypeError, ValueError):
            return -1
