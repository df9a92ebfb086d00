"""One capture from address to result: one fresh context, one load, named steps, each with a limit."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time

from playwright.async_api import Error as PlaywrightError

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture import facts, provenance
from evidence_kit.capture.addresses import without_tokens
from evidence_kit.capture.bodies import EMPTY
from evidence_kit.capture.connection import network_facts
from evidence_kit.capture.exchange import Budget, Exchange
from evidence_kit.capture.network import Recorder
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import Gate, LivePage, PageGone, StepTimedOut
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.reading import PageReader
from evidence_kit.capture.session import Engine, browser_facts, certificates, open_page
from evidence_kit.capture.sink import ArtifactSink, CaptureResult
from evidence_kit.capture.source import source_of
from evidence_kit.capture.steps import EXPECTED, Step, Steps
from evidence_kit.capture.telling import note_page
from evidence_kit.capture.thumbnail import blurred_thumbnail
from evidence_kit.capture.wacz import PageFacts, keep_archives
from evidence_kit.capture.wire import WireError
from evidence_kit.jobs import CancelToken, ProgressSink
from evidence_kit.records import CAPTURE_ROLES

PDF_SECONDS, CONSENT_SECONDS = 60.0, 15.0
SILENT_SECONDS = 3.0  # for a page without a single byte to show something
BUSY_SECONDS, READING_SECONDS = 10.0, 30.0


class Capture:
    """The state of one capture; :meth:`run` is called once, :meth:`abort` from the loop at any time."""

    recorder_kind: type[Recorder] = Recorder
    reader_kind: type[PageReader] = PageReader

    def __init__(
        self, engine: Engine, plan: CapturePlan, sink: ArtifactSink, progress: ProgressSink, cancel: CancelToken
    ) -> None:
        self._engine = engine
        self._plan = plan
        self._cancel = cancel
        self._out = Output(sink)
        self._steps = Steps(progress, cancel, plan.page_seconds, self._journal)
        self._gate = Gate()
        self._budget = Budget(plan.memory_bytes, plan.max_body_bytes, sink.spool, plan.max_total_bytes)
        self._recorder = self.recorder_kind(plan, self._budget)
        self._live: LivePage | None = None
        self._reader: PageReader | None = None
        self._document: Exchange | None = None
        self._error = ""
        self._loaded = self._shown = self._own_words = self._stopped_script = False
        self._missing: list[str] = []
        self._before: JsonObject = {}
        self._tls: JsonObject = {"certificates": []}

    @property
    def closing(self) -> asyncio.Future[None] | None:
        """The closing of the page, once it has begun."""
        return self._live.closing if self._live else None

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
            self._leave()
            await self._out.told()
            await asyncio.to_thread(self._recorder.discard)
            if self._reader:
                await asyncio.to_thread(self._reader.made.discard)

    def _leave(self) -> None:
        self._engine.interception.leave(self._recorder)

    # -- beginning ------------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        async with self._steps.step("browser", 60) as step:
            self._live = await self._open()
            self._live.hub.acted = self._steps.acted
            self._reader = self.reader_kind(self._live, self._plan, self._out)
            self._before = await self._live.storage_before(step.left())
        if self._live is None:
            raise PlaywrightError("no page could be opened")

    async def _open(self) -> LivePage:
        return await open_page(self._engine, self._plan, self._recorder, self._gate)

    @property
    def _page(self) -> LivePage:
        assert self._live is not None  # noqa: S101 - set by _begin
        return self._live

    @property
    def _read(self) -> PageReader:
        assert self._reader is not None  # noqa: S101 - set by _begin
        return self._reader

    async def _load(self) -> None:
        live, plan, recorder = self._page, self._plan, self._recorder
        recorder.patience = min(recorder.patience, plan.load_seconds / 4)
        async with self._steps.step("load", plan.load_seconds) as step:
            going = asyncio.ensure_future(self._goto(live, plan.load_seconds))
            while not going.done() and recorder.file is None and not self._gate.closed and step.left() > 0:
                await asyncio.wait({going}, timeout=0.02)
            if recorder.stalled is not None:
                step.detail = "the first answer stopped half-way; asked once more"
            if recorder.file is not None:
                with contextlib.suppress(StepTimedOut, PageGone):
                    await self._gate.within(recorder.file_done.wait(), self._steps.left() - 5)
                step.detail = "a file, kept without showing it"
            elif going.done() and not self._error:
                stopped = not await self._gate.within(live.load_event(), step.left())
                step.detail = "the page's own script stopped its loading" if stopped else step.detail
                self._loaded = True
            else:
                step.result = "failed" if going.done() else "timed-out"
                step.detail = self._error or step.detail
            going.add_done_callback(lambda t: t.cancelled() or t.exception())
        recorder.loading = False
        self._document = recorder.came_of(self._error)
        committed = going.done() or bool(live.navigations)  # before that, what could be seen is not the page
        self._shown = self._document is not None and recorder.file is None and not self._error and committed
        if "ERR_HTTP_RESPONSE_CODE_FAILURE" in self._error:  # an error status without a body: the browser's own words
            self._shown = self._loaded = self._own_words = True
            if self._document is not None:  # what came after the headers are the browser's words, not the site's
                self._document.drop_body()
            with contextlib.suppress(*EXPECTED):
                await self._gate.within(live.page.wait_for_url("chrome-error:**", wait_until="load"), 2)
        self._read.loaded = self._loaded
        if self._empty:
            return
        if self._document is not None and recorder.file is None and not self._loaded:
            self._missing.append("load")
            if self._shown:
                await self._health()

    async def _goto(self, live: LivePage, seconds: float) -> None:
        self._error, recorder, end = "", self._recorder, time.monotonic() + seconds
        try:
            await live.page.goto(self._plan.url, wait_until="commit", timeout=seconds * 1000)
        except PlaywrightError as exc:
            first = exc.message.splitlines()[0] if exc.message else ""
            self._error = safe_text(first.removeprefix("Page.goto: ").partition(" at http")[0], 200)
            if recorder.stalled is not None and recorder.patience:
                recorder.patience = 0.0  # it stopped half-way while it was held: once more, and shown as it comes
                await self._goto(live, max(1.0, end - time.monotonic()))
            elif "Download is starting" in self._error and not recorder.expect_file and recorder.file is None:
                recorder.expect_file = True  # its headers said a page, its bytes a file: once more, as a file
                await self._goto(live, max(1.0, end - time.monotonic()))

    async def _health(self) -> None:
        """After a limit was passed: does the page still answer? If not, its script is stopped, once."""
        live = self._page
        if self._gate.closed or await live.answers():
            return
        if not self._stopped_script:
            self._stopped_script = True
            async with self._steps.step("settle", BUSY_SECONDS + 5) as step:
                step.detail = "the page did not answer for a while; what ran in it was stopped"
                with contextlib.suppress(StepTimedOut, WireError):
                    await live.cdp(5, "Runtime.terminateExecution")
                # A page that is only large and slow gets its time.
                if await live.answers(2.0 if self._silent else min(BUSY_SECONDS, max(2.0, self._steps.left()))):
                    return
        self._gate.shut("does not answer")

    # -- the page -------------------------------------------------------------------------------------------------

    async def _page_steps(self) -> None:
        read, recorder = self._read, self._recorder
        if self._document is not None and recorder.file is None:
            if self._shown:
                limit = SILENT_SECONDS if self._silent else 15
                await self._checked("first-view", limit, read.first_view)
                if self._stopped_script and not read.first:  # its endless script was stopped: now it may draw
                    await self._checked("first-view", limit, read.first_view)
                if not self._own_words:
                    await self._checked("consent", SILENT_SECONDS if self._silent else CONSENT_SECONDS, read.consent)
                    self._document = recorder.last_document if read.led_on else self._document
            async with self._steps.step("response-html", 10, local=True) as step:
                await self._response_html(step)
                step.detail = "the site answered that there is nothing to show" if self._empty else step.detail
        if not self._shown:
            return
        await self._checked("scroll", min(self._plan.scroll_seconds + 10, self._steps.left() / 3), read.scroll)
        await self._checked("settle", 8, read.settle)
        await self._checked("still", 3, read.still)
        picture = min(180.0, max(10.0, self._steps.left() - READING_SECONDS))  # what follows takes little, but some
        await self._checked("screenshot", SILENT_SECONDS if self._silent else picture, read.screenshot)
        await self._checked("views", 75, read.views)
        await self._checked("dom-html", 20, read.dom)
        await self._checked("text", 15, read.words)
        await self._checked("sources", 60, read.sources)
        await self._led_on()

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

    async def _response_html(self, step: Step, name: str = "response.html") -> None:
        document = self._document
        assert document is not None  # noqa: S101
        ask = functools.partial(self._recorder.ask_again, self._page.wire, document)
        most = self._plan.max_body_bytes
        try:
            kind, data = await source_of(document, self._gate, ask, loaded=self._loaded, most=most)
        finally:
            step.detail = document.shortcoming
        self._out.later(self._out.put("response-html", name, kind, data))

    async def _led_on(self) -> None:
        """The page led on to another while it was recorded: pictures show that one, so its source is kept too."""
        latest = self._recorder.last_document
        if latest is None or latest is self._document or self._own_words or self._recorder.file is not None:
            return
        self._document = latest
        async with self._steps.step("response-html", 10, local=True) as step:
            await self._response_html(step, "response-2.html")
            step.detail = step.detail or "the page led on by itself; this is what the address that it led to answered"

    # -- archives and circumstances -------------------------------------------------------------------------------

    async def _archive_steps(self) -> None:
        read = self._read
        if self._document is not None and not self._gate.closed:
            self._tls = await certificates(self._page, self._document, self._plan)
        self._recorder.stop()
        # The archive needs no page any more: it is written while the browser prints.
        archive = asyncio.ensure_future(asyncio.to_thread(self._write_archives)) if self._answered else None
        try:
            if self._shown:
                await self._checked("pdf", PDF_SECONDS, read.pdf)
            if self._file_is_media:
                async with self._steps.step("media", 60, local=True) as step:
                    await self._media(step)
        finally:
            if archive is not None:
                await asyncio.wait({archive})
        if archive is not None:
            async with self._steps.step("wacz", 120, local=True):
                await archive
        if read.first:
            async with self._steps.step("thumbnail", 10, local=True):
                small = await asyncio.to_thread(blurred_thumbnail, read.first)
                self._out.later(self._out.put("thumbnail", "thumbnail.jpg", "image/jpeg", small))

    def _expected(self) -> tuple[str, ...]:
        if self._empty:
            return ("response-html", "wacz", "capture-log")
        return ("media", "wacz", "capture-log") if self._file_is_media else CAPTURE_ROLES

    @property
    def _heard(self) -> bool:
        return self._answered and self._document is not None  # redirects that lead to no page are no answer

    def _logged(self, parts: JsonObject) -> JsonObject:
        return parts

    @property
    def _empty(self) -> bool:
        """Whether the site answered that there is nothing: no page is shown, and none is missing."""
        return self._document is not None and self._document.status in EMPTY and bool(self._error)

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
        url = self._recorder.archived_address(document.url)
        page = PageFacts(url, self._read.title or url, document.started_ms)
        keep_archives(self._out, self._recorder.archived(), page, self._read.made.made)

    async def _end(self, watch: clock.Stopwatch, started_at: str, questions: provenance.Questions) -> CaptureResult:
        recorder, live = self._recorder, self._page
        async with self._steps.step("provenance", 5, local=True):
            environment = await asyncio.to_thread(provenance.environment)
            reached = self._document.address if self._document else ""
            annex = await asyncio.to_thread(provenance.annex, questions.resolvers, reached)
            network = await asyncio.to_thread(
                network_facts, self._plan, recorder.exchanges, self._document, self._tls, questions.dns()
            )
        file_only, document = self._file_is_media, self._document
        site = self._shown and not self._own_words
        url_final = safe_text(live.page.url if site else document.url if document else self._plan.url, 8192)
        told = await note_page(self._steps, url_final, self._plan.url, self._read, document, words_of_site=site)
        async with self._steps.step("capture-log", 10, local=True):
            log = facts.capture_log(
                self._plan,
                self._logged(
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
                    }
                ),
            )
            await self._out.put("capture-log", "capture-log.json", "application/json", log)
        await self._out.settle()
        kept = recorder.file or self._document
        if file_only and kept and not kept.whole:
            self._missing.append("media")
        have = {a.role for a in self._out.artifacts}
        extra = [*self._missing, *self._read.missing]
        outcome, missing = facts.judge(answered=self._heard, expected=self._expected(), have=have, extra=extra)
        return CaptureResult(
            url_requested=self._plan.url_requested,
            url_final=url_final,
            redirects=facts.redirects(recorder.main_documents()),
            title=self._read.title,
            started_at=started_at,
            finished_at=clock.rfc3339(),
            monotonic_ms=watch.ms(),
            clock=questions.clock(),
            browser=browser_facts(self._engine.browser, self._plan, self._before | await live.settings()),
            environment=environment,
            network=network
            | {"response": facts.answer(document), "error": self._error, "beyond_http": self._read.beyond_http},
            navigation=[{"url": u, "how": "address" if i == 0 else "page"} for i, u in enumerate(live.navigations)],
            steps=self._steps.done,
            outcome=outcome,
            missing=missing,
            artifacts=self._out.artifacts,
            annex=annex,
            text=self._read.text,
            **told,
            seconds=self._steps.seconds,
            markup=self._read.markup,
        )

    async def _journal(self) -> None:
        self._raise_spool_error()
        url = without_tokens(safe_text(self._document.url), self._plan.typed) if self._document else ""
        title = self._reader.title if self._reader else ""
        await self._out.journal({"url_final": url, "title": title, "steps": list(self._steps.done)})
