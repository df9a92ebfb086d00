"""The whole page as one lossless picture, taken in tiles.

One shot of a big page fails silently: right size, no error, white below some point. Tiles of about 4,000 px from one
fixed viewport do not; each is checked all the same. While the browser draws the next one, the last one is
deflated in a thread.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable

from evidence_kit.canonical import JsonObject
from evidence_kit.capture import scripts
from evidence_kit.capture.page import LivePage, ScriptFailed, StepTimedOut
from evidence_kit.capture.png import PngError, PngWriter, Tile, open_tile
from evidence_kit.capture.wire import WireError

TILE_SECONDS = 30.0
PICTURE_SECONDS = 60.0
PACED_TILES = 20
MAX_WIDTH = 8000
BLANK_RETRIES = 1
FIRST_SECONDS = 3.0
FIRST_PAUSE = 0.1


async def first_view(live: LivePage, seconds: float) -> bytes:
    """The viewport as the browser shows it, PNG. Raises StepTimedOut, WireError, PageGone.

    Asked again where a page just begun has nothing drawn yet, or led on to the next while it was asked.
    """
    end = time.monotonic() + seconds
    while True:
        left = end - time.monotonic()
        try:
            answer = await live.cdp(
                min(left, FIRST_SECONDS), "Page.captureScreenshot", format="png", optimizeForSpeed=True
            )
            return base64.b64decode(answer["data"])
        except (WireError, StepTimedOut):
            if time.monotonic() + FIRST_PAUSE >= end:
                raise
        await asyncio.sleep(FIRST_PAUSE)


class TallPicture:
    """Measures the page, then takes its tiles one after the other."""

    def __init__(self, live: LivePage, *, scale: int, tile_height: int, max_pixels: int) -> None:
        self._live = live
        self._scale = scale
        self._tile_height = max(200, tile_height // scale)
        self._max_pixels = max_pixels
        self.width = self.height = self.full_width = self.full_height = 0
        self.blank: list[JsonObject] = []
        self.tiles = 0
        self.way = "clip"
        """``clip``: cut out of the page beside what the window shows; ``scroll``: window by window."""
        self.slow = False
        """Whether the page is drawn so slowly that the picture was cut short for it."""

    async def measure(self, viewport: tuple[int, int], seconds: float) -> None:
        """How large the picture will be; ``full_height`` beyond ``height`` means that the bound cuts it."""
        found = (await self._live.cdp(seconds, "Page.getLayoutMetrics"))["cssContentSize"]
        self.full_width = max(int(found["width"]), viewport[0])
        self.width = min(self.full_width, MAX_WIDTH)
        if self.full_width > MAX_WIDTH:  # the browser never comes back from cutting out of a page that wide
            self.way, self.width, self._tile_height = "scroll", *viewport
        self.full_height = max(int(found["height"]), viewport[1])
        most = self._max_pixels // (self.width * self._scale * self._scale)
        self.height = min(self.full_height, most)

    @property
    def cut(self) -> bool:
        """Whether a bound on pixels, on width or on time leaves a part of the page out."""
        return self.height < self.full_height or self.width < self.full_width

    async def take(self, write: Callable[[bytes], object], deadline: Callable[[], float]) -> None:
        """Write the PNG. Raises StepTimedOut, PngError, WireError, PageGone.

        A PNG says its height first, so how far the time will reach is judged before, by the second tile.
        """
        png = await self._shot(0, deadline)
        ahead = self._ahead(self._tile_height, deadline)
        if ahead is not None and self.height > PACED_TILES * self._tile_height:
            began = time.monotonic()
            await asyncio.wait({ahead})
            most = max(2, int(PICTURE_SECONDS / max(time.monotonic() - began, 0.001))) * self._tile_height
            self.slow, self.height = most < self.height, min(most, self.height)
        writer = PngWriter(write, self.width * self._scale, self.height * self._scale)
        for top in range(0, self.height, self._tile_height):
            if ahead is not None and top:
                png = await ahead
                ahead = self._ahead(top + self._tile_height, deadline)
            try:
                await self._place(writer, png, top, deadline)
            except BaseException:
                if ahead is not None:
                    ahead.add_done_callback(lambda t: t.cancelled() or t.exception())
                raise
            self.tiles += 1
        await asyncio.to_thread(writer.finish)

    def _ahead(self, top: int, deadline: Callable[[], float]) -> asyncio.Task[bytes] | None:
        return asyncio.ensure_future(self._shot(top, deadline)) if top < self.height else None

    def _rows(self, top: int) -> int:
        return min(self._tile_height, self.height - top)

    async def _shot(self, top: int, deadline: Callable[[], float]) -> bytes:
        seconds = min(TILE_SECONDS, deadline())
        if seconds <= 0:
            raise StepTimedOut
        if self.way == "scroll":
            await self._live.run(scripts.SCROLL_TO, top, seconds=seconds)
        clip = {"x": 0, "y": top, "width": self.width, "height": self._rows(top), "scale": 1}
        answer = await self._live.cdp(
            seconds,
            "Page.captureScreenshot",
            format="png",
            optimizeForSpeed=True,
            captureBeyondViewport=self.way == "clip",
            clip=clip,
        )
        return base64.b64decode(answer["data"])

    async def _place(self, writer: PngWriter, png: bytes, top: int, deadline: Callable[[], float]) -> None:
        tile = await asyncio.to_thread(self._open, writer, png, top)
        if tile.blank:
            again = await asyncio.to_thread(self._open, writer, await self._shot(top, deadline), top)
            expected = await self._expected(top)
            self.blank.append({"top": top, "differs": not again.blank, "content_expected": expected})
            tile = again
        await asyncio.to_thread(writer.add, tile)

    def _open(self, writer: PngWriter, png: bytes, top: int) -> Tile:
        tile = open_tile(png, colour=writer.colour)
        if (tile.head.width, tile.head.height) != (writer.width, self._rows(top) * self._scale):
            raise PngError("a tile of the wrong size")
        return tile

    async def _expected(self, top: int) -> int:
        """How many elements with text or pictures the page itself says lie there; -1 = it does not say."""
        try:
            return int(await self._live.run(scripts.EXPECTED, top, top + self._rows(top), seconds=3))
        except (StepTimedOut, WireError, ScriptFailed, TypeError, ValueError):
            return -1
