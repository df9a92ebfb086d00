"""What is read from a page that is shown: its pictures, its text, its document, in named steps.

Every method is the work of one step. What it could not do whole it names in ``missing``.
"""

from __future__ import annotations

import asyncio
import base64
import time

from evidence_kit.canonical import safe_text
from evidence_kit.capture import scripts
from evidence_kit.capture.network import Recorder
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import LivePage
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.screenshot import TallPicture, first_view
from evidence_kit.capture.steps import Step

MAX_DOM = 64 << 20
MAX_TEXT = 8 << 20
QUIET_SECONDS, QUIET_LIMIT, SHORT_QUIET = 0.25, 3.0, 0.1
A4_INCHES = (8.27, 11.69)


class PageReader:
    """The steps that need the page itself. Each raises what :data:`evidence_kit.capture.steps.EXPECTED` names."""

    def __init__(self, live: LivePage, plan: CapturePlan, out: Output) -> None:
        self._live = live
        self._plan = plan
        self._out = out
        self._recorder: Recorder = live.recorder
        self.loaded = False
        """Whether the load event came; nothing is waited for on a page that never ends."""
        self.missing: list[str] = []
        self.first = b""
        self.title = ""
        self.text = ""

    async def first_view(self, step: Step) -> None:
        """The viewport as it is shown before anything is scrolled."""
        self.first = await first_view(self._live, step.left())
        self._out.later(self._out.put("first-view", "first-view.png", "image/png", self.first))

    async def scroll(self, step: Step) -> None:
        """Go through the whole page once, so that what loads only when it is seen is there, and back to its top."""
        live, plan = self._live, self._plan
        script, y, rounds, stops, end = step.script(scripts.SCROLL), 0, 0, 0, time.monotonic() + plan.scroll_seconds
        if self.loaded:  # what a page asks for after it has loaded
            await self._recorder.idle(QUIET_SECONDS, QUIET_LIMIT)
        while True:
            left = max(0.2, min(end - time.monotonic(), step.left() - 1))
            found = await live.run(script, y, left, plan.max_height, seconds=left + 5)
            rounds, stops = rounds + 1, stops + int(found["stops"])
            if self._recorder.inflight:
                await self._recorder.idle(0.03, min(2.0, max(0.1, end - time.monotonic())))
            images = await live.run(scripts.IMAGES, min(3.0, max(0.1, end - time.monotonic())), seconds=6)
            height = int((await live.run(scripts.METRICS, seconds=5))["height"])
            if found["end"] != "bottom" or height <= int(found["height"]) or end <= time.monotonic():
                break
            y = int(found["reached"])
        await live.run(scripts.TO_TOP, seconds=5)
        step.facts["reached"] = {"height": height, "rounds": rounds, "stops": stops, "images": int(images["images"])}
        if images["unfinished"]:
            step.detail = f"{int(images['unfinished'])} pictures did not finish loading"
        if found["end"] != "bottom" or end <= time.monotonic():
            step.detail = f"stopped at its bound ({found['end']})"
            self.missing.append("end-of-page")

    async def still(self, step: Step) -> None:
        """End what moves, or hold it, so that one tile fits the next."""
        step.facts["stilled"] = await self._live.run(step.script(scripts.STILL), seconds=step.left())

    async def settle(self, step: Step) -> None:
        """Wait, within a bound, until fonts are there and the layout holds still."""
        if self.loaded:
            await self._recorder.idle(SHORT_QUIET, step.left() - 2.5)
        found = await self._live.run(step.script(scripts.SETTLE), 2.0, seconds=step.left())
        step.detail = "" if found["stable"] else "the layout did not come to rest"

    async def screenshot(self, step: Step) -> None:
        """The whole page as a picture, in parts if it is very tall; beyond the bounds ``end-of-page`` is missing."""
        picture = TallPicture(self._live, self._plan, step.left)
        await picture.measure(min(10, step.left()))
        try:
            await picture.take(self._out)
        finally:
            full = {"page_width": picture.full_width, "page_height": picture.full_height}
            step.facts["size"] = {"width": picture.width, "height": picture.height} | full
            step.facts |= {"way": picture.taker.rung, "tiles": picture.tiles, "parts": picture.parts}
            step.facts |= {"retried": picture.taker.retried, "retried_count": picture.taker.retried_count}
        if picture.cut:
            step.detail = f"cut at the bound on its {'time' if picture.slow else 'size'}"
            self.missing.append("end-of-page")

    async def dom(self, step: Step) -> None:
        """The document as it stands after its scripts."""
        found = await self._live.run(step.script(scripts.DOM), MAX_DOM, seconds=step.left())
        step.detail = "cut at the bound on its size" if found["cut"] else ""
        data = str(found["text"]).encode("utf-8", "replace")
        self._out.later(self._out.put("dom-html", "dom.html", "text/html; charset=utf-8", data))

    async def words(self, step: Step) -> None:
        """What a person can read, and the title."""
        text = await self._live.run(step.script(scripts.TEXT), MAX_TEXT, seconds=step.left())
        self.text = safe_text(str(text or ""), MAX_TEXT)
        self._out.later(
            self._out.put("text", "text.txt", "text/plain; charset=utf-8", self.text.encode("utf-8", "replace"))
        )
        metrics = await self._live.run(scripts.METRICS, seconds=step.left())
        self.title = safe_text(str(metrics["title"]), 1000)

    async def pdf(self, step: Step) -> None:
        """The page as the browser prints it."""
        answer = await self._live.cdp(
            step.left(),
            "Page.printToPDF",
            printBackground=True,
            transferMode="ReturnAsBase64",
            paperWidth=A4_INCHES[0],
            paperHeight=A4_INCHES[1],
        )
        data = await asyncio.to_thread(base64.b64decode, answer["data"])
        self._out.later(self._out.put("pdf", "page.pdf", "application/pdf", data))
