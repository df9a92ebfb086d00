"""The whole page as lossless pictures: one file up to a bound, above it numbered parts and a smaller overview.

While the browser draws the next tile, the last one is deflated in a thread.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from evidence_kit.capture import picture_scripts
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import LivePage, StepTimedOut
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.png import Overview, PngWriter, Tile
from evidence_kit.capture.sink import ArtifactWriter
from evidence_kit.capture.tiles import TileTaker
from evidence_kit.capture.wire import WireError

PICTURE_SECONDS = 120.0
PACED_TILES = 20
MAX_WIDTH, CUT_WIDTH = 8000, 100_000
"""How wide a picture becomes, and how wide the page may be that it is cut out of. In CSS pixels."""
LONG_PAGE, LONG_TEXT = 40_000, 100_000
"""Height in CSS pixels and letters in one piece of text, as in a plain text file of megabytes."""
FIRST_SECONDS = 3.0
FIRST_PAUSE = 0.1
SHRUNK = 16
MOST_LOOKS = 8
"""Windows in which is looked whether the page shows there what cannot be seen from its top."""


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
    """Measures the page, then writes its picture. Lengths in CSS pixels."""

    def __init__(
        self, live: LivePage, plan: CapturePlan, deadline: Callable[[], float], *, window_by_window: bool = False
    ) -> None:
        self._live = live
        self._plan = plan
        window = (plan.viewport_width, plan.viewport_height)
        self.taker = TileTaker(live, scale=plan.scale, window=window, deadline=deadline)
        self._window_by_window = window_by_window
        self._deadline = deadline
        self._tile_height = max(200, plan.tile_height // plan.scale)
        self.width = self.height = self.full_width = self.full_height = 0
        self.tiles = self.parts = 0
        self.bare = False
        """Whether the page has taken away its own document, so that its window is all that can be taken."""
        self.slow = self.shrank = False
        """Whether the page is drawn so slowly that the picture was cut short for it."""

    async def measure(self, seconds: float) -> None:
        """How large the picture will be; ``full_height`` beyond ``height`` means that the bound cuts it."""
        plan = self._plan
        found = (await self._live.cdp(seconds, "Page.getLayoutMetrics"))["cssContentSize"]
        self.full_width = max(int(found["width"]), plan.viewport_width)
        self.full_height = max(int(found["height"]), plan.viewport_height)
        self.width, self.height = min(self.full_width, MAX_WIDTH), min(self.full_height, plan.max_height)
        if self._window_by_window:  # what is not in the window is not in the page
            self.taker.rung, self._tile_height = "window", plan.viewport_height
        if self.full_width > CUT_WIDTH:  # the browser never comes back from cutting out of a page of millions
            self.taker.rung, self.width, self._tile_height = "window", plan.viewport_width, plan.viewport_height
        if not self._window_by_window and self.full_height > LONG_PAGE:
            longest = int(await self._live.run(picture_scripts.LONGEST_TEXT, seconds=5))
            if longest > LONG_TEXT:  # cut out of such a page, every tile sets the whole text anew: a minute each
                self.taker.rung, self._tile_height = "window", plan.viewport_height
                if not self._live.hers and await self._live.run(picture_scripts.PLAIN_TEXT, seconds=5):
                    self._tile_height = max(plan.viewport_height, plan.tile_height // plan.scale)
                    await self.taker.heighten(self._tile_height)
        self.taker.width = self.width
        found = await self._live.run(picture_scripts.FRAGILE, MOST_LOOKS, seconds=8)
        self.bare = found is None
        if self.bare:
            self.taker.rung, self.width, self.height = "window", plan.viewport_width, plan.viewport_height
            return
        self.taker.fragile, self.taker.shown = (
            [(int(top), int(bottom)) for top, bottom in found[kind]] for kind in ("drawn", "shown")
        )

    @property
    def cut(self) -> bool:
        """Whether a bound on height, on width or on time leaves a part of the page out."""
        return self.height < self.full_height or self.width < self.full_width

    async def take(self, out: Output, look: Callable[[], Awaitable[None]]) -> None:
        """Measure, then write ``screenshot``, and ``screenshot-tile`` parts where it is too large for one file.

        No file is kept before ``look`` came back. Raises what it raises, and StepTimedOut, PngError, WireError,
        PageGone. Parts that were finished before stay.
        """
        self._look = look
        try:
            await self._take(out)
        finally:
            await self.taker.let_go()
        found = (await self._live.cdp(5, "Page.getLayoutMetrics"))["cssContentSize"]
        self.shrank = int(found["height"]) < self.height - SHRUNK

    async def _take(self, out: Output) -> None:
        await self.measure(min(10, self._deadline()))
        if self.bare:
            png = await first_view(self._live, min(10, self._deadline()))
            await self._look()
            await out.put("screenshot", "screenshot.png", "image/png", png)
            self.tiles = 1
            return
        walk = _Walk(self.taker, self._tile_height, self.height)
        await self._pace(walk)
        device = self.width * self._plan.scale**2
        if device * self.height <= self._plan.max_pixels:
            write = partial(self._file, walk=walk, rows=self.height, overview=None)
            await out.streamed("screenshot", "screenshot.png", "image/png", write)
        else:
            await self._in_parts(out, walk, device)
        await self.taker.back()

    async def _in_parts(self, out: Output, walk: _Walk, device: int) -> None:
        overview = Overview(self.width * self._plan.scale, self.height * self._plan.scale)
        most = max(1, self._plan.max_pixels // 2 // device // self._tile_height) * self._tile_height
        done = 0
        try:
            while done < self.height:
                rows, name = min(most, self.height - done), f"screenshot-{self.parts + 1:03}.png"
                write = partial(self._file, walk=walk, rows=rows, overview=overview)
                await out.streamed("screenshot-tile", name, "image/png", write)
                done, self.parts = done + rows, self.parts + 1
        except StepTimedOut:
            if not self.parts:
                raise
            self.slow, self.height = True, done
        finally:
            walk.stop()
        small = await asyncio.to_thread(overview.png, done * self._plan.scale)
        await out.put("screenshot", "screenshot.png", "image/png", small)

    async def _pace(self, walk: _Walk) -> None:
        """A PNG says its height first: how far the time will reach is judged before, by the second tile."""
        if self.height > PACED_TILES * self._tile_height:
            seconds = await walk.second()
            most = max(2, int(PICTURE_SECONDS / max(seconds, 0.001))) * self._tile_height
            self.slow, self.height = most < self.height, min(most, self.height)
            walk.height = self.height

    async def _file(self, out: ArtifactWriter, walk: _Walk, rows: int, overview: Overview | None) -> None:
        writer = PngWriter(out.write, self.width * self._plan.scale, rows * self._plan.scale)
        try:
            async for tile in walk.tiles(rows):
                if overview is not None:
                    await asyncio.to_thread(overview.add, tile)
                await asyncio.to_thread(writer.add, tile)
            await self._look()
        except BaseException:
            walk.stop()
            raise
        self.tiles = walk.taken
        await asyncio.to_thread(writer.finish)


class _Walk:
    """The tiles from the top down, the next one always asked for already."""

    def __init__(self, taker: TileTaker, tile_height: int, height: int) -> None:
        self._taker = taker
        self._step = tile_height
        self.height = height
        self._top = 0
        self._ahead: dict[int, asyncio.Task[list[bytes]]] = {}
        self.taken = 0

    def _rows(self, top: int) -> int:
        return min(self._step, self.height - top)

    def _ask(self, top: int) -> None:
        if top < self.height and top not in self._ahead:
            rung = self._taker.rung_for(top, self._rows(top))
            self._ahead[top] = asyncio.ensure_future(self._taker.shot(top, self._rows(top), rung))

    async def second(self) -> float:
        """Seconds that the second tile takes. Raises what taking a tile raises."""
        self._ask(0)
        await asyncio.wait({self._ahead[0]})
        began = time.monotonic()
        self._ask(self._step)
        await asyncio.wait(set(self._ahead.values()))
        return time.monotonic() - began

    async def tiles(self, rows: int) -> AsyncIterator[Tile]:
        """The tiles of the next ``rows``."""
        end = self._top + rows
        while self._top < end:
            top, after = self._top, self._top + self._step
            rung = self._taker.rung_for(top, self._rows(top))
            self._ask(top)
            shot = await self._ahead.pop(top)
            still = rung == "clip" and after < self.height and self._taker.rung_for(after, self._rows(after)) == "clip"
            if still:  # only these may be asked for while another is judged
                self._ask(after)
            before = self._taker.retried_count
            for tile in await self._taker.judged(shot, top, self._rows(top), rung):
                yield tile
            if self._taker.retried_count != before or rung != self._taker.rung:  # the page was moved under the next
                self.stop()
                await self._taker.back()
            self._top, self.taken = after, self.taken + 1

    def stop(self) -> None:
        """Leave alone what was asked for ahead."""
        for task in self._ahead.values():
            task.add_done_callback(lambda t: t.cancelled() or t.exception())
        self._ahead.clear()
