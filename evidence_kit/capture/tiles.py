"""The page's picture, tile by tile from the top, each tile looked at before it counts.

One shot of a big page fails silently: right size, no error, white below some point. Tiles of about 4,000 px cut out of
the page beside one fixed window do not; all the same each is judged. One that is blank, of the wrong size, or the same
as the one above is taken again on the next rung: after going there, then window by window. What was done is recorded.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from evidence_kit.canonical import JsonObject
from evidence_kit.capture import scripts
from evidence_kit.capture.page import LivePage, ScriptFailed, StepTimedOut
from evidence_kit.capture.png import PngError, Tile, look, open_tile
from evidence_kit.capture.wire import WireError

TILE_SECONDS = 30.0
MAX_NOTED, MAX_GAPS = 50, 8
TRUSTED_REPEATS = 3
"""After so many pages' worth of equal tiles that were equal on the next rung too, a pattern is taken for what it is."""
T = TypeVar("T")
RUNGS = ("clip", "there", "window")


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
        self.retried: list[JsonObject] = []
        self.retried_count = 0
        self._colour: int | None = None
        self._last = b""
        self._repeats = 0
        self._moved = False
        self._documents = len(live.recorder.main_documents())

    async def shot(self, top: int, rows: int, rung: str) -> list[bytes]:
        """PNGs that make up the rows from ``top``. Raises StepTimedOut, WireError, PageGone."""
        if rung == "clip":
            return [await self._cut(top, rows, beyond=True)]
        self._moved = True
        if rung == "there":
            await self._go(top)
            half = max(1, rows // 2)
            return [await self._cut(y, min(half, top + rows - y), beyond=True) for y in range(top, top + rows, half)]
        pieces = []
        for y in range(top, top + rows, self._window[1]):
            await self._go(y)
            pieces.append(await self._cut(y, min(self._window[1], top + rows - y), beyond=False))
        return pieces

    def rung_for(self, top: int, rows: int) -> str:
        """Where the tile begins: window by window where something in it is drawn only when it is seen."""
        seen_only = any(start < top + rows and end > top for start, end in self.fragile)
        return RUNGS[-1] if seen_only else self.rung

    async def judged(self, shot: list[bytes], top: int, rows: int, rung: str) -> list[Tile]:
        """The tile from a first shot, or from a better one. Raises PngError if no rung gives the right size."""
        tiles, why, digest = await self._open(shot, top, rows)
        for higher in RUNGS[RUNGS.index(rung) + 1 :]:
            if not why or (why == "repeated" and self._repeats >= TRUSTED_REPEATS):
                break
            if why == "gap" and higher != RUNGS[-1]:
                continue  # what is drawn only when it is seen
            again, still, new = await self._open(await self.shot(top, rows, higher), top, rows)
            expected = await self._expected(top, rows) if still else -1
            self._note({"top": top, "why": why, "rung": higher, "settled": not still, "content_expected": expected})
            if again:
                tiles, digest = again, new
            if still == "repeated":
                self._repeats += 1
            if still in {"blank", "repeated"} and expected == 0:
                break  # the page says that nothing is there
            why = still
        if not tiles:
            raise PngError("a tile of the wrong size")
        self._colour = tiles[0].head.colour
        self._last = digest
        return tiles

    async def back(self) -> None:
        """Go to the top again, if a rung went elsewhere. Raises StepTimedOut, WireError, PageGone."""
        if self._moved:
            await self._go(0)
            self._moved = False

    def _note(self, fact: JsonObject) -> None:
        self.retried_count += 1
        if len(self.retried) < MAX_NOTED:
            self.retried.append(fact)

    async def _open(self, shot: list[bytes], top: int, rows: int) -> tuple[list[Tile], str, bytes]:
        """Tiles, a digest of their pixels, and what is suspicious: empty, or one of four.

        ``short`` gives no tiles; ``blank`` is of one colour; ``gap`` is so for a window's height where the page says
        that something is; ``repeated`` is the same as the tile above.
        """
        try:
            tiles = [await asyncio.to_thread(open_tile, png, colour=self._colour) for png in shot]
        except PngError:
            return [], "short", b""
        wide = {t.head.width for t in tiles} == {self.width * self._scale}
        if not wide or sum(t.head.height for t in tiles) != rows * self._scale:
            return [], "short", b""
        digest, gaps = await asyncio.to_thread(look, tiles, min(rows, self._window[1]) * self._scale)
        if all(t.blank for t in tiles):
            return tiles, "blank", digest
        if digest == self._last:
            return tiles, "repeated", digest
        for gap in gaps[:MAX_GAPS]:
            if await self._expected(top + gap // self._scale, self._window[1]) > 0:
                return tiles, "gap", digest
        return tiles, "", digest

    async def _go(self, y: int) -> None:
        await self._here(self._live.run(scripts.SCROLL_TO, y, seconds=min(TILE_SECONDS, self._left())))

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

    async def _expected(self, top: int, rows: int) -> int:
        """How many elements with text or pictures the page itself says lie there; -1 = it does not say."""
        try:
            return int(await self._live.run(scripts.EXPECTED, top, top + rows, seconds=3))
        except (StepTimedOut, WireError, ScriptFailed, TypeError, ValueError):
            return -1
