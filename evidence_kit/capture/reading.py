"""What is read from a page that is shown: its pictures, its text, its document, in named steps.

Every method is the work of one step. What it could not do whole it names in ``missing``.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture import scripts
from evidence_kit.capture.consent import ConsentWall
from evidence_kit.capture.made import MadeContent, beyond_http
from evidence_kit.capture.markup import MAX_BYTES
from evidence_kit.capture.network import Recorder
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import LivePage, StepTimedOut, Uncovered
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.screenshot import TallPicture, first_view
from evidence_kit.capture.steps import Step
from evidence_kit.capture.views import InnerAreas
from evidence_kit.capture.walking import Glance, Walk
from evidence_kit.capture.wire import WireError
from evidence_kit.records import Subject

MAX_DOM = 64 << 20
MAX_TEXT = 8 << 20
MANY_DROPPED = 10
LOOKS = 4
"""How often a picture is taken in which something came into sight that has to be hidden."""
QUIET_SECONDS, QUIET_LIMIT, SHORT_QUIET = 0.25, 3.0, 0.1
WORKERS = ("worker", "shared_worker", "service_worker")
GRACE_SECONDS = 0.45
"""How long after its load event a page with scripts may still draw by itself, with nothing that it asks for."""
LAST_ANSWERS = 1.5
LOADING_SECONDS = 3.0
"""How long a page is waited for that says so itself, with its scripts at work and nothing asked for."""
PRINT_SECONDS = 5.0
"""How long the printing of frames may take before it is looked whether their scripts hold it up."""
A4_INCHES = (8.27, 11.69)
T = TypeVar("T")


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
        self._glance: Glance | None = None
        self.led_on = False
        """Whether refusing in a consent wall led to another document."""
        self.lets_go = False
        """Whether the page drops what left the view, so that it is nowhere whole."""
        self.dropped_text: list[str] = []
        self.made = MadeContent(live, live.recorder.budget)
        self.beyond_http: JsonObject = {}
        self._area_text = ""
        self._stops = 0
        self.first = b""
        self.markup = b""
        """The beginning of the document after its scripts, as far as identifiers are looked for in it."""
        self.title = ""
        self.text = ""

    async def cover(self, step: Step) -> int:  # noqa: ARG002 - for those who hide something
        """Hide what must not be seen; how much of it was in sight until now. Here everything may be seen."""
        return 0

    async def _covered(self, step: Step, work: Callable[[], Awaitable[T]]) -> T:
        """What ``work`` makes of the page while all is hidden that must be. Raises Uncovered where that never was."""
        await self.cover(step)
        for _look in range(LOOKS):
            made = await work()
            if not await self.cover(step):
                return made
        raise Uncovered

    async def first_view(self, step: Step) -> None:
        """The viewport as it is shown before anything is scrolled."""
        self.first = await self._covered(step, lambda: first_view(self._live, step.left()))
        self._out.later(self._out.put("first-view", "first-view.png", "image/png", self.first))

    async def consent(self, step: Step) -> None:
        """Refuse in a consent wall, if there is one."""
        if self.loaded:  # walls come after the page
            quiet = self._recorder.idle(QUIET_SECONDS, QUIET_LIMIT)
            self._glance, _quiet = await asyncio.gather(Glance.at(self._live), quiet)
        wall = ConsentWall(self._live, self._out)
        try:
            await wall.refuse(step)
        finally:
            self.led_on = wall.led_on
            if wall.met:  # it may have held the page
                self._glance = None

    async def scroll(self, step: Step) -> None:
        """Go through the whole page once, so that what loads only when it is seen is there, and back to its top."""
        bound = min(self._plan.scroll_seconds, max(1.0, step.left() - 10, step.left() / 2))
        walk = Walk(self._live, self._plan, step, time.monotonic() + bound)
        if self.loaded:  # what a page asks for after it has loaded
            await self._recorder.idle(QUIET_SECONDS, QUIET_LIMIT)
        await walk.listen()
        if self._glance is None or not await self._glance.holds(walk):
            await walk.up(bound / 3)
        await walk.down()
        await self._live.run(scripts.TO_TOP, seconds=5)
        self.dropped_text, self.lets_go = walk.words, walk.dropped >= MANY_DROPPED
        step.facts |= walk.facts()
        if walk.unfinished:
            step.detail = f"{walk.unfinished} pictures did not finish loading"
        if not walk.whole:
            bound = walk.ended != "bottom"
            step.detail = (
                f"stopped at its bound ({walk.ended})" if bound else "what the page had asked for did not come"
            )
            self.missing.append("end-of-page")

    async def still(self, step: Step) -> None:
        """End what moves, or hold it, so that one tile fits the next."""
        step.facts["stilled"] = await self._live.run(step.script(scripts.STILL), seconds=step.left())

    async def settle(self, step: Step) -> None:
        """Wait, within a bound, until fonts are there and the layout holds still."""
        if self.loaded:
            working = any(self._live.hub.parts(kind) for kind in WORKERS)  # each takes a while to begin
            await self._recorder.idle(QUIET_SECONDS if working else SHORT_QUIET, step.left() - 2.5)
        scripted = any(x.resource_type == "Script" for x in self._recorder.exchanges)
        scripted = bool(scripted or await self._live.run("() => document.scripts.length > 0", seconds=step.left()))
        still = scripted and self.loaded and await self._live.run(scripts.LOADING, LOADING_SECONDS, seconds=step.left())
        found = await self._live.run(step.script(scripts.SETTLE), 2.0, scripted, GRACE_SECONDS, seconds=step.left())
        step.detail = "" if found["stable"] else "the layout did not come to rest"
        if still:
            step.detail = "the page still said that it was loading"

    async def screenshot(self, step: Step) -> None:
        """The whole page as a picture, in parts if it is very tall; beyond the bounds ``end-of-page`` is missing."""
        picture = await self._picture(step)
        if picture.bare:
            step.detail = "the page took away its own document; its window was kept as it was shown"
        if picture.taker.left_blank:
            step.detail = "a part that the page shows only while it is looked at stayed blank in the picture"
        if picture.shrank:
            step.detail = "the page became shorter while its picture was taken"
            self.missing.append("end-of-page")
        if picture.cut:
            step.detail = f"cut at the bound on its {'time' if picture.slow else 'size'}"
            self.missing.append("end-of-page")

    async def _picture(self, step: Step) -> TallPicture:
        """The picture; begun anew where the page went elsewhere meanwhile, or what has to be hidden came into sight."""
        documents, went, looks = len(self._recorder.main_documents()), False, 0
        while True:
            await self.cover(step)
            picture = TallPicture(self._live, self._plan, step.left, window_by_window=self.lets_go and not went)
            looks += 1
            try:
                await picture.take(self._out, lambda: self._none_in_sight(step))
            except Uncovered:
                if picture.parts or looks == LOOKS:
                    raise
            except (WireError, StepTimedOut):
                if picture.parts or went or len(self._recorder.main_documents()) == documents:
                    raise
                went, self._recorder.loading = True, False
                await self._recorder.idle(QUIET_SECONDS, QUIET_LIMIT)
            else:
                return picture
            finally:
                full = {"page_width": picture.full_width, "page_height": picture.full_height}
                step.facts["size"] = {"width": picture.width, "height": picture.height} | full
                step.facts |= {"way": picture.taker.rung, "tiles": picture.tiles, "parts": picture.parts}
                step.facts |= {"bars": picture.taker.bars} if picture.taker.bars else {}
                step.facts |= {"retried": picture.taker.retried, "retried_count": picture.taker.retried_count}
            step.facts["begun_anew"] = True

    async def _none_in_sight(self, step: Step) -> None:
        if await self.cover(step):
            raise Uncovered

    async def dom(self, step: Step) -> None:
        """The document as it stands after its scripts."""
        found = await self._live.run(step.script(scripts.DOM), MAX_DOM, seconds=step.left())
        step.facts["shadow_roots"] = int(found["shadows"])
        step.detail = "cut at the bound on its size" if found["cut"] else ""
        data = self.cleaned(str(found["text"])).encode("utf-8", "replace")
        self.markup = data[: MAX_BYTES + 1]
        self._out.later(self._out.put("dom-html", "dom.html", "text/html; charset=utf-8", data))

    async def views(self, step: Step) -> None:
        """The large boxes that scroll by themselves, as a series of pictures with their text."""
        chosen = self._plan.subject is Subject.SELECTED
        areas = InnerAreas(self._live, self._out, lambda work: self._covered(step, work), withheld=chosen)
        try:
            await areas.go_through(step)
        except BaseException:
            self.missing.append("end-of-page")
            raise
        finally:
            self._note_stops(step)
            self._area_text = areas.text
            step.facts |= {"views": areas.views, "areas": areas.areas}
        if areas.unseen:
            step.detail = "; ".join([*areas.unseen, *filter(None, [step.detail])])
            self.missing.append("end-of-page")

    def _note_stops(self, step: Step) -> None:
        """Say in the step that frames were held up by their own scripts meanwhile."""
        if self._live.scripts_stopped > self._stops:
            self._stops = self._live.scripts_stopped
            step.detail = "the script of a frame never ended and was stopped"

    async def words(self, step: Step) -> None:
        """What a person can read, frames and boxes and what the page let go of included, and the title."""
        script = step.script(scripts.TEXT)
        own = str(await self._live.run(script, MAX_TEXT, seconds=step.left()) or "")
        frames = [str(t) for t in await self._live.in_frames(script, MAX_TEXT, seconds=step.left() / 2) if t]
        self._note_stops(step)
        there = {line.strip() for text in [own, *frames] for line in text.splitlines()}
        beside = any(line.strip() not in there for line in self._area_text.splitlines())
        parts = ["\n".join(self.dropped_text), self._area_text if beside else "", own, *frames]
        self.text = safe_text(self.cleaned("\n\n".join(p for p in parts if p.strip())), MAX_TEXT)
        self._out.later(
            self._out.put("text", "text.txt", "text/plain; charset=utf-8", self.text.encode("utf-8", "replace"))
        )
        if len(own) >= MAX_TEXT or len(self.text) >= MAX_TEXT:
            step.detail = "cut at the bound on its size"
        metrics = await self._live.run(scripts.METRICS, seconds=step.left())
        self.title = safe_text(self.cleaned(str(metrics["title"])), 1000)

    def cleaned(self, text: str) -> str:
        """The page's text as it may be kept; here as it is."""
        return text

    async def sources(self, step: Step) -> None:
        """Signs of content that came past HTTP, what the page made itself, and the answers still on their way."""
        self.beyond_http = step.facts["beyond_http"] = await beyond_http(self._live, step)
        ahead = self._recorder.not_asked_ahead()
        step.facts |= {"not_asked_ahead": len(ahead)} if ahead else {}
        await self.made.read(step)
        if any(x.kept_out for x in self._recorder.exchanges):
            more = f"; {step.detail}" if step.detail else ""
            step.detail = f"the page led on by itself too often; the last page that it led to was not let in{more}"
        if self.loaded:
            await self._recorder.idle(0, LAST_ANSWERS)

    async def pdf(self, step: Step) -> None:
        """The page as the browser prints it."""
        printed = await self._covered(step, lambda: self._printed(step))
        data = await asyncio.to_thread(base64.b64decode, printed["data"])
        self._out.later(self._out.put("pdf", "page.pdf", "application/pdf", data))

    async def _printed(self, step: Step) -> JsonObject:
        """The page as it prints; scripts that hold it up without end are stopped."""
        printing = asyncio.ensure_future(self._print(step))
        try:
            while not printing.done():
                await self._live.rouse()
                await asyncio.wait({printing}, timeout=PRINT_SECONDS)
            return printing.result()
        finally:
            self._note_stops(step)
            printing.add_done_callback(lambda t: t.cancelled() or t.exception())

    async def _print(self, step: Step) -> JsonObject:
        return await self._live.cdp(
            step.left(),
            "Page.printToPDF",
            printBackground=True,
            transferMode="ReturnAsBase64",
            paperWidth=A4_INCHES[0],
            paperHeight=A4_INCHES[1],
        )
