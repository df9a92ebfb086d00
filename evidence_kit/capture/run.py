"""One capture from address to result: one fresh context, one load, named steps, each with a limit."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture import facts, provenance, scripts
from evidence_kit.capture.exchange import Budget, Exchange
from evidence_kit.capture.network import Recorder
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import Gate, LivePage, PageGone, StepTimedOut
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.screenshot import TallPicture, first_view
from evidence_kit.capture.session import browser_facts, certificates, open_page
from evidence_kit.capture.sink import ArtifactSink, ArtifactWriter, CaptureResult
from evidence_kit.capture.steps import EXPECTED, Step, Steps, StepSkipped
from evidence_kit.capture.thumbnail import blurred_thumbnail
from evidence_kit.capture.wacz import PageFacts, keep_archives
from evidence_kit.capture.wire import WireError
from evidence_kit.jobs import CancelToken, ProgressSink
from evidence_kit.records import CAPTURE_ROLES

MAX_DOM = 64 << 20
MAX_TEXT = 8 << 20
PDF_SECONDS = 60.0
SILENT_SECONDS = 3.0  # for a page without a single byte to show something
ASK_SECONDS = 4.0
A4_INCHES = (8.27, 11.69)


class Capture:
    """The state of one capture; :meth:`run` is called once, :meth:`abort` from the loop at any time."""

    def __init__(
        self, browser: Browser, plan: CapturePlan, sink: ArtifactSink, progress: ProgressSink, cancel: CancelToken
    ) -> None:
        self._browser = browser
        self._plan = plan
        self._cancel = cancel
        self._out = Output(sink)
        self._steps = Steps(progress, cancel, plan.page_seconds, self._journal)
        self._gate = Gate()
        self._budget = Budget(plan.memory_bytes, plan.max_body_bytes, sink.spool)
        self._recorder = Recorder(plan, self._budget)
        self._live: LivePage | None = None
        self._document: Exchange | None = None
        self._error = ""
        self._loaded = self._shown = self._own_words = self._stopped_script = False
        self._extra: list[str] = []
        self._first = b""
        self._title = self._text = ""
        self._before: JsonObject = {}
        self._certificates: list[JsonObject] = []

    def abort(self) -> None:
        """Stop at once; call in the loop's thread."""
        self._gate.shut("cancelled")
        self._recorder.stop()
        if self._live:
            self._live.close_soon()

    async def run(self) -> CaptureResult:
        """Do all of it. Raises Cancelled, and what the sink raises."""
        watch, started_at = clock.Stopwatch(), clock.rfc3339()
        questions = provenance.Questions(self._plan)
        try:
            await self._begin()
            await self._load()
            await self._page_steps()
            await self._archive_steps()
            return await self._end(watch, started_at, questions)
        finally:
            self._gate.shut("over")
            if self._live:
                self._live.close_soon()
            await asyncio.to_thread(self._recorder.discard)

    # -- beginning ------------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        async with self._steps.step("browser", 60) as step:
            self._live = await open_page(self._browser, self._plan, self._recorder, self._gate)
            self._before = await self._live.storage_before(step.left())
        if self._live is None:
            raise PlaywrightError("no page could be opened")

    @property
    def _page(self) -> LivePage:
        assert self._live is not None  # noqa: S101 - set by _begin
        return self._live

    async def _load(self) -> None:
        live, plan, recorder = self._page, self._plan, self._recorder
        async with self._steps.step("load", plan.load_seconds) as step:
            going = asyncio.ensure_future(self._goto(live, plan.load_seconds))
            while not going.done() and recorder.file is None and not self._gate.closed and step.left() > 0:
                await asyncio.wait({going}, timeout=0.02)
            if recorder.file is not None:
                with contextlib.suppress(StepTimedOut, PageGone):
                    await self._gate.within(recorder.file_done.wait(), self._steps.left() - 5)
                step.detail = "a file, kept without showing it"
            elif going.done() and not self._error:
                await self._gate.within(live.load_event(), step.left())
                self._loaded = True
            else:
                step.result = "failed" if going.done() else "timed-out"
                step.detail = self._error
            going.add_done_callback(lambda t: t.cancelled() or t.exception())
        documents = [x for x in recorder.main_documents() if x.answered and x.state != "redirect"]
        self._document = documents[-1] if documents else None
        committed = going.done() or bool(live.navigations)  # before that, what could be seen is not the page
        self._shown = self._document is not None and recorder.file is None and not self._error and committed
        if "ERR_HTTP_RESPONSE_CODE_FAILURE" in self._error:  # an error status without a body: the browser's own words
            self._shown = self._loaded = self._own_words = True
            if self._document is not None:  # what came after the headers are the browser's words, not the site's
                self._document.body.discard()
                self._document.body.sealed, self._document.state = True, "finished"
                self._document.decoded = self._document.transferred = 0
            with contextlib.suppress(*EXPECTED):
                await self._gate.within(live.page.wait_for_url("chrome-error:**", wait_until="load"), 2)
        if self._document is not None and recorder.file is None and not self._loaded:
            self._extra.append("load")
            if self._shown:
                await self._health()

    async def _goto(self, live: LivePage, seconds: float) -> None:
        try:
            await live.page.goto(self._plan.url, wait_until="commit", timeout=seconds * 1000)
        except PlaywrightError as exc:
            first = exc.message.splitlines()[0] if exc.message else ""
            self._error = safe_text(first.removeprefix("Page.goto: ").partition(" at http")[0], 200)

    async def _health(self) -> None:
        """After a limit was passed: does the page still answer? If not, its script is stopped, once."""
        live = self._page
        if self._gate.closed or await live.answers():
            return
        if not self._stopped_script:
            self._stopped_script = True
            async with self._steps.step("settle", 10) as step:
                step.detail = "the page's script never ended and was stopped"
                await live.cdp(5, "Runtime.terminateExecution")
                if await live.answers():
                    return
        self._gate.shut("does not answer")

    # -- the page -------------------------------------------------------------------------------------------------

    async def _page_steps(self) -> None:
        if self._document is not None and self._recorder.file is None:
            if self._shown:
                limit = SILENT_SECONDS if self._silent else 15
                await self._checked("first-view", limit, self._first_view)
                if self._stopped_script and not self._first:  # its endless script was stopped: now it may draw
                    await self._checked("first-view", limit, self._first_view)
            async with self._steps.step("response-html", 10, local=True) as step:
                await self._response_html(step)
        if not self._shown:
            return
        await self._checked("scroll", self._plan.scroll_seconds + 10, self._scroll)
        await self._checked("settle", 5, self._settle)
        await self._checked("screenshot", SILENT_SECONDS if self._silent else 180, self._screenshot)
        await self._checked("dom-html", 20, self._dom)
        await self._checked("text", 15, self._read_text)

    @property
    def _silent(self) -> bool:
        document = self._document
        return not self._loaded and document is not None and not (document.body.size or document.decoded)

    async def _checked(self, name: str, limit: float, work: object) -> None:
        if self._steps.left() <= 0:
            await self._steps.skip(name, "no time was left")
            return
        async with self._steps.step(name, limit) as step:
            await work(step)  # type: ignore[operator]
        self._raise_spool_error()
        if self._steps.result(name) == "timed-out":
            await self._health()

    def _raise_spool_error(self) -> None:
        if self._budget.error:
            raise self._budget.error

    async def _first_view(self, step: Step) -> None:
        self._first = await first_view(self._page, step.left())
        self._out.later(self._out.put("first-view", "first-view.png", "image/png", self._first))

    async def _response_html(self, step: Step) -> None:
        document = self._document
        assert document is not None  # noqa: S101
        end = time.monotonic() + (2.0 if self._loaded or not document.body.size else 0.2)
        while not document.whole and document.state != "failed" and time.monotonic() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if not document.body.size and not self._loaded:  # a page that was stuck may answer by now
            with contextlib.suppress(*EXPECTED):
                await self._gate.within(self._recorder.ask_again(self._page.wire, document), ASK_SECONDS)
        step.detail = document.shortcoming
        if document.media_type.startswith("image/"):
            raise StepSkipped("the address is a picture, kept as media")
        kind = facts.clean_media_type(document.media_type or "text/html")
        data = document.body.read(self._plan.max_body_bytes)
        if not data and (document.decoded or document.unseen or document.announced):
            raise WireError("the bytes of the document did not come")
        self._out.later(self._out.put("response-html", "response.html", kind, data))

    async def _scroll(self, step: Step) -> None:
        live, plan = self._page, self._plan
        script, y, rounds, stops, end = step.script(scripts.SCROLL), 0, 0, 0, time.monotonic() + plan.scroll_seconds
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
            self._extra.append("end-of-page")

    async def _settle(self, step: Step) -> None:
        found = await self._page.run(step.script(scripts.SETTLE), 2.0, seconds=step.left())
        step.detail = "" if found["stable"] else "the layout did not come to rest"

    async def _screenshot(self, step: Step) -> None:
        plan = self._plan
        picture = TallPicture(self._page, scale=plan.scale, tile_height=plan.tile_height, max_pixels=plan.max_pixels)
        await picture.measure((plan.viewport_width, plan.viewport_height), min(10, step.left()))

        async def write(writer: ArtifactWriter) -> None:
            await picture.take(writer.write, step.left)

        step.facts["size"] = {"width": picture.width, "height": picture.height, "page_height": picture.full_height}
        await self._out.streamed("screenshot", "screenshot.png", "image/png", write)
        step.facts |= {"tiles": picture.tiles, "blank_tiles": picture.blank}
        if picture.cut:
            step.detail = "cut at the bound on its size"
            self._extra.append("end-of-page")

    async def _dom(self, step: Step) -> None:
        found = await self._page.run(step.script(scripts.DOM), MAX_DOM, seconds=step.left())
        step.detail = "cut at the bound on its size" if found["cut"] else ""
        data = str(found["text"]).encode("utf-8", "replace")
        self._out.later(self._out.put("dom-html", "dom.html", "text/html; charset=utf-8", data))

    async def _read_text(self, step: Step) -> None:
        text = await self._page.run(step.script(scripts.TEXT), MAX_TEXT, seconds=step.left())
        self._text = safe_text(str(text or ""), MAX_TEXT)
        self._out.later(
            self._out.put("text", "text.txt", "text/plain; charset=utf-8", self._text.encode("utf-8", "replace"))
        )
        metrics = await self._page.run(scripts.METRICS, seconds=step.left())
        self._title = safe_text(str(metrics["title"]), 1000)

    async def _pdf(self, step: Step) -> None:
        answer = await self._page.cdp(
            step.left(),
            "Page.printToPDF",
            printBackground=True,
            transferMode="ReturnAsBase64",
            paperWidth=A4_INCHES[0],
            paperHeight=A4_INCHES[1],
        )
        data = await asyncio.to_thread(base64.b64decode, answer["data"])
        self._out.later(self._out.put("pdf", "page.pdf", "application/pdf", data))

    # -- archives and circumstances -------------------------------------------------------------------------------

    async def _archive_steps(self) -> None:
        if self._document is not None and not self._gate.closed:
            self._certificates = await certificates(self._page, self._document.url)
        self._recorder.stop()
        # The archive needs no page any more: it is written while the browser prints.
        archive = asyncio.ensure_future(asyncio.to_thread(self._write_archives)) if self._answered else None
        try:
            if self._shown:
                await self._checked("pdf", PDF_SECONDS, self._pdf)
            if self._file_is_media:
                async with self._steps.step("media", 60, local=True) as step:
                    await self._media(step)
        finally:
            if archive is not None:
                await asyncio.wait({archive})
        if archive is not None:
            async with self._steps.step("wacz", 120, local=True):
                await archive
        if self._first:
            async with self._steps.step("thumbnail", 10, local=True):
                small = await asyncio.to_thread(blurred_thumbnail, self._first)
                self._out.later(self._out.put("thumbnail", "thumbnail.jpg", "image/jpeg", small))

    @property
    def _answered(self) -> bool:
        return any(x.answered for x in self._recorder.main_documents())

    @property
    def _file_is_media(self) -> bool:
        document = self._document or self._recorder.file
        if document is None:
            return False
        return self._recorder.file is not None or document.media_type.startswith("image/")

    async def _media(self, step: Step) -> None:
        document = self._recorder.file or self._document
        assert document is not None  # noqa: S101 - _file_is_media
        if not document.whole:
            step.result, step.detail = "failed", "the file did not come to its end"
        kind = facts.clean_media_type(document.media_type or document.header("content-type"))
        name = f"media-001.{facts.EXTENSIONS.get(kind, 'bin')}"
        await asyncio.to_thread(self._out.write, "media", name, kind, document.body.chunks())

    def _write_archives(self) -> None:
        document = self._document or self._recorder.main_documents()[-1]
        page = PageFacts(document.url, self._title or document.url, document.started_ms)
        keep_archives(self._out, self._recorder.exchanges, page)

    async def _end(self, watch: clock.Stopwatch, started_at: str, questions: provenance.Questions) -> CaptureResult:
        recorder, live = self._recorder, self._page
        async with self._steps.step("provenance", 5, local=True):
            environment = await asyncio.to_thread(provenance.environment)
            reached = self._document.address if self._document else ""
            annex = await asyncio.to_thread(provenance.annex, questions.resolvers, reached)
        file_only = self._file_is_media
        expected = ("media", "wacz", "capture-log") if file_only else CAPTURE_ROLES
        document = self._document
        address = live.page.url if self._shown and not self._own_words else document.url if document else self._plan.url
        url_final = safe_text(address, 8192)
        async with self._steps.step("capture-log", 10, local=True):
            log = facts.capture_log(
                self._plan,
                {
                    "url_final": url_final,
                    "error": self._error,
                    "page_state": self._gate.reason,
                    "redirects": facts.redirects(recorder.main_documents()),
                    "steps": self._steps.done,
                    "network": facts.request_summary(recorder.exchanges),
                    "console": recorder.console,
                    **live.noted(),
                    "web_sockets": recorder.web_sockets,
                    "not_recorded": recorder.dropped,
                },
            )
            await self._out.put("capture-log", "capture-log.json", "application/json", log)
        await self._out.settle()
        kept = recorder.file or self._document
        if file_only and kept and not kept.whole:
            self._extra.append("media")
        have = {a.role for a in self._out.artifacts}
        outcome, missing = facts.judge(answered=self._answered, expected=expected, have=have, extra=self._extra)
        return CaptureResult(
            url_requested=self._plan.url_requested,
            url_final=url_final,
            redirects=facts.redirects(recorder.main_documents()),
            title=self._title,
            started_at=started_at,
            finished_at=clock.rfc3339(),
            monotonic_ms=watch.ms(),
            clock=questions.clock(),
            browser=browser_facts(self._browser, self._plan, self._before),
            environment=environment,
            network={
                "address": self._plan.address_facts(),
                "proxy": provenance.proxy_facts(),
                "servers": provenance.servers(recorder.exchanges),
                "certificates": self._certificates,
                "dns": questions.dns(),
                "response": {"status": document.status, "headers": facts.public_headers(document)} if document else {},
                "error": self._error,
            },
            navigation=[{"url": u, "how": "address" if i == 0 else "page"} for i, u in enumerate(live.navigations)],
            steps=self._steps.done,
            outcome=outcome,
            missing=missing,
            artifacts=self._out.artifacts,
            annex=annex,
            text=self._text,
            seconds=self._steps.seconds,
        )

    async def _journal(self) -> None:
        self._raise_spool_error()
        url = self._document.url if self._document else ""
        await self._out.journal({"url_final": safe_text(url), "title": self._title, "steps": list(self._steps.done)})
