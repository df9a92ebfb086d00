"""The page's picture, tile by tile from the top, each tile looked at before it counts.

One shot of a big page fails silently: right size, no error, white below some point. Tiles of about 4,000 px cut out of
the page beside one fixed window do not; all the same each is judged. One that is blank, of the wrong size, or the same
as the one above is taken again on the next rung: after going there, then window by window. What was done is recorded.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable

from evidence_kit.canonical import JsonObject
from evidence_kit.capture import scripts
from evidence_kit.capture.page import LivePage, ScriptFailed, StepTimedOut
from evidence_kit.capture.png import PngError, Tile, open_tile
from evidence_kit.capture.wire import WireError

TILE_SECONDS = 30.0
MAX_NOTED = 50
TRUSTED_REPEATS = 3
"""After so many pages' worth of equal tiles that were equal on the next rung too, a pattern is taken for what it is."""
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
        self.retried: list[JsonObject] = []
        self.retried_count = 0
        self._colour: int | None = None
        self._last = b""
        self._repeats = 0
        self._moved = False

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

    async def judged(self, shot: list[bytes], top: int, rows: int) -> list[Tile]:
        """The tile from a first shot, or from a better one. Raises PngError if no rung gives the right size."""
        tiles, why, digest = await self._open(shot, rows)
        start = RUNGS.index(self.rung)
        for rung in RUNGS[start + 1 :]:
            if not why or (why == "repeated" and self._repeats >= TRUSTED_REPEATS):
                break
            again, still, new = await self._open(await self.shot(top, rows, rung), rows)
            expected = await self._expected(top, rows) if still else -1
            self._note({"top": top, "why": why, "rung": rung, "settled": not still, "content_expected": expected})
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

    async def _open(self, shot: list[bytes], rows: int) -> tuple[list[Tile], str, bytes]:
        """Tiles, what is suspicious (empty, ``blank``, ``repeated``; ``short`` gives no tiles), a digest to compare."""
        try:
            tiles = [await asyncio.to_thread(open_tile, png, colour=self._colour) for png in shot]
        except PngError:
            return [], "short", b""
        wide = {t.head.width for t in tiles} == {self.width * self._scale}
        if not wide or sum(t.head.height for t in tiles) != rows * self._scale:
            return [], "short", b""
        digest = await asyncio.to_thread(_digest, tiles)
        why = "blank" if all(t.blank for t in tiles) else "repeated" if digest == self._last else ""
        return tiles, why, digest

    async def _go(self, y: int) -> None:
        await self._live.run(scripts.SCROLL_TO, y, seconds=min(TILE_SECONDS, self._left()))

    async def _cut(self, top: int, rows: int, *, beyond: bool) -> bytes:
        answer = await self._live.cdp(
            min(TILE_SECONDS, self._left()),
            "Page.captureScreenshot",
            format="png",
            optimizeForSpeed=True,
            captureBeyondViewport=beyond,
            clip={"x": 0, "y": top, "width": self.width, "height": rows, "scale": 1},
        )
        return base64.b64decode(answer["data"])

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


def _digest(tiles: list[Tile]) -> bytes:
    """Equal for tiles of equal pixels, as this browser filters equal rows alike, whatever stands above them."""
    found = hashlib.sha256()
    for tile in tiles:
        found.update(memoryview(tile.raw)[tile.head.row_bytes + 1 :])
    return found.digest()
