"""The written record for pages that may show a minor: text and a log, never a picture (DOMAIN MIN-03).

Scripts are off. Only the main document and its redirects are let out; its body is judged by headers and by its first
bytes, read within a bound, freed of inline data, and given to the browser under a policy that decodes nothing.
Whatever is not HTML or text is refused before it is rendered.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from playwright.async_api import Error as PlaywrightError

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture import facts, provenance, scripts
from evidence_kit.capture.bodies import REDIRECTS
from evidence_kit.capture.connection import network_facts
from evidence_kit.capture.exchange import Budget, Exchange
from evidence_kit.capture.header_lists import header_list
from evidence_kit.capture.identifying import note_identifiers
from evidence_kit.capture.interception import let_go
from evidence_kit.capture.markup import OutOfTime, until
from evidence_kit.capture.network import MAX_LOG_LINES, Recorder
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import Gate, LivePage, StepTimedOut
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.scrub import cleaned_address, cleaned_document, cleaned_headers, cleaned_text, refusal
from evidence_kit.capture.session import Engine, browser_facts, certificates, open_page
from evidence_kit.capture.sink import ArtifactSink, CaptureResult
from evidence_kit.capture.steps import Steps
from evidence_kit.capture.telling import note_wall
from evidence_kit.capture.walls import Seen
from evidence_kit.capture.wire import Wire, WireError
from evidence_kit.jobs import CancelToken, ProgressSink
from evidence_kit.language import _

P = ParamSpec("P")
T = TypeVar("T")
MAX_DOCUMENT = 20 << 20
MAX_TEXT = 8 << 20
MAX_TITLE = 64 << 10
MIN_CLEANING = 4.0
"""Seconds for the cleaning of a document that came at the end of its time."""


async def _beside(seconds: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Work on what came from outside, in a thread of its own. Raises StepTimedOut."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(work, *args, **kwargs)
    except TimeoutError as exc:
        raise StepTimedOut from exc


class TextRecorder(Recorder):
    """Lets one document through, after judging it, and keeps no body at all."""

    def __init__(self, plan: CapturePlan, budget: Budget, gate: Gate) -> None:
        super().__init__(plan, budget)
        self._gate = gate
        self._taken = False
        self._until = 0.0
        self.refused = ""
        """Why the body was not kept; empty if it was shown."""
        self.cut = False
        self.unclean = False
        """Whether the body could not be freed of inline data in time; then nothing of it is shown or kept."""
        self.shown = b""
        """The document as it was given to the browser, without inline data."""
        self.blocked: list[JsonObject] = []
        self.blocked_count = 0
        self.document: Exchange | None = None

    def set_limit(self, seconds: float) -> None:
        """How long the body may take from now on."""
        self._until = time.monotonic() + seconds

    async def prepare(self, wire: Wire) -> None:
        """Hold every request of every part before it leaves."""
        await wire.send("Network.enable")
        both = [{"urlPattern": "*", "requestStage": stage} for stage in ("Request", "Response")]
        await wire.send("Fetch.enable", patterns=both)

    async def _stream(self, wire: Wire, exchange: Exchange) -> None:
        """Bodies are not recorded here."""

    async def _fetch_whole(self, wire: Wire, exchange: Exchange) -> None:
        """Bodies are not recorded here."""

    async def held(self, wire: Wire, event: JsonObject) -> None:
        """Judged where the request left the page, before and after; the browser's own hold adds nothing."""
        await let_go(wire, event)

    def handle(self, wire: Wire, event: str, params: JsonObject) -> None:
        """One event of one session; what a session holds is judged, every time."""
        if event != "Fetch.requestPaused":
            super().handle(wire, event, params)
        elif self.recording:
            wire.hub.spawn(self._paused(wire, params))

    async def _paused(self, wire: Wire, event: JsonObject) -> None:
        paused, status = str(event["requestId"]), int(event.get("responseStatusCode") or 0)
        url = str(event.get("request", {}).get("url", ""))
        main = event.get("resourceType") == "Document" and str(event.get("frameId", "")) == self.main_frame
        if not main or wire.kind != "page" or self._taken or not url.startswith(("http://", "https://")):
            self.blocked_count += 1
            if len(self.blocked) < MAX_LOG_LINES:
                kind = str(event.get("resourceType", ""))
                self.blocked.append({"type": kind[:30], "url": safe_text(cleaned_text(url[:4096]), 500)})
            await wire.send("Fetch.failRequest", requestId=paused, errorReason="BlockedByClient")
        elif not status or status in REDIRECTS:
            await wire.send("Fetch.continueRequest", requestId=paused)
        else:
            self._taken = True
            await self._take_document(wire, event, paused, status)

    async def _take_document(self, wire: Wire, event: JsonObject, paused: str, status: int) -> None:
        exchange = self.document = self._hop({"requestId": event.get("networkId", "")})
        headers = header_list(event.get("responseHeaders"))
        media_type = next((v for k, v in headers if k.lower() == "content-type"), "")
        if exchange:
            exchange.status, exchange.response_headers, exchange.raw_headers = status, headers, True
            exchange.media_type = media_type
        self.refused = refusal(media_type, b"")
        body = b"" if self.refused else await self._read(wire, paused, media_type)
        self.refused = self.refused or refusal(media_type, body)
        try:
            shown_type = "" if self.refused else await self._clean(body, media_type)
        except (OutOfTime, StepTimedOut):
            self.unclean, shown_type = True, ""
        if self.refused or self.unclean:
            await wire.send("Fetch.failRequest", requestId=paused, errorReason="Aborted")
        else:
            await wire.send(
                "Fetch.fulfillRequest",
                requestId=paused,
                responseCode=status,
                responseHeaders=[
                    {"name": "Content-Type", "value": shown_type},
                    {"name": "Content-Security-Policy", "value": "default-src 'none'; sandbox"},
                    {"name": "X-Content-Type-Options", "value": "nosniff"},
                    {"name": "X-DNS-Prefetch-Control", "value": "off"},
                ],
                body=base64.b64encode(self.shown).decode("ascii"),
            )
        self.file_done.set()

    async def _clean(self, body: bytes, media_type: str) -> str:
        """Make ``shown`` and give its type; beside the loop, so that a stop is heard. Raises either end of time."""
        left = max(MIN_CLEANING, self._until - time.monotonic())
        self.shown, kind = await _beside(left, cleaned_document, body, media_type, until(left))
        return kind

    async def _read(self, wire: Wire, paused: str, media_type: str) -> bytes:
        """The body as far as it comes within the bounds; judged after its first piece."""
        body, size = bytearray(), 64  # a read waits for all of its bytes: small ones first, for documents that drip
        handle = str((await wire.send("Fetch.takeResponseBodyAsStream", requestId=paused))["stream"])
        while not self._gate.closed:
            task = asyncio.ensure_future(wire.send("IO.read", handle=handle, size=size))
            done, _pending = await asyncio.wait({task}, timeout=max(0.05, self._until - time.monotonic()))
            if not done:
                task.add_done_callback(lambda t: t.cancelled() or t.exception())
                self.cut = True
                break
            piece, size = task.result(), min(size * 2, 1 << 14)
            data = str(piece.get("data", ""))
            body += base64.b64decode(data) if piece.get("base64Encoded") else data.encode()
            if piece.get("eof") or refusal(media_type, bytes(body[:4096])):
                break
            if len(body) > MAX_DOCUMENT or time.monotonic() > self._until:
                self.cut = True
                break
        with contextlib.suppress(WireError):
            await wire.send("IO.close", handle=handle)
        return bytes(body[:MAX_DOCUMENT])


class TextCapture:
    """One capture of a page that may show a minor; the same calls as :class:`evidence_kit.capture.run.Capture`."""

    def __init__(
        self, engine: Engine, plan: CapturePlan, sink: ArtifactSink, progress: ProgressSink, cancel: CancelToken
    ) -> None:
        self._engine = engine
        self._plan = plan
        self._out = Output(sink)
        self._steps = Steps(progress, cancel, plan.page_seconds, self._journal)
        self._gate = Gate()
        self._recorder = TextRecorder(plan, Budget(0, 0, sink.spool), self._gate)
        self._live: LivePage | None = None
        self._error = self._title = self._text = ""
        self._before: JsonObject = {}

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
            async with self._steps.step("browser", 60) as step:
                self._live = await open_page(self._engine, self._plan, self._recorder, self._gate, scripts=False)
                self._live.hub.acted = self._steps.acted
                self._before = await self._live.storage_before(step.left())
            if self._live is None:
                raise PlaywrightError("no page could be opened")
            await self._load(self._live)
            await self._read_text(self._live)
            return await self._end(watch, started_at, questions)
        finally:
            self._gate.shut("over")
            self._engine.interception.leave(self._recorder)
            if self._live:
                self._live.close_soon()
            await self._out.told()
            self._recorder.discard()

    async def _load(self, live: LivePage) -> None:
        recorder, seconds = self._recorder, self._plan.load_seconds
        async with self._steps.step("load", seconds + 10) as step:
            recorder.set_limit(seconds)
            going = asyncio.ensure_future(self._goto(live, seconds + 5))
            going.add_done_callback(lambda t: t.cancelled() or t.exception())
            while not going.done() and not self._gate.closed and step.left() > 0:
                await asyncio.wait({going}, timeout=0.05)
            if recorder.unclean:
                step.result, step.detail = "timed-out", "the document could not be freed of inline data in time"
            elif recorder.cut:
                step.detail = "the document was cut at the bound on its time or size"
            elif self._error and recorder.document is None:
                step.result, step.detail = "failed", self._error

    async def _goto(self, live: LivePage, seconds: float) -> None:
        try:
            await live.page.goto(self._plan.url, wait_until="domcontentloaded", timeout=seconds * 1000)
        except PlaywrightError as exc:
            first = exc.message.splitlines()[0] if exc.message else ""
            self._error = safe_text(first.removeprefix("Page.goto: ").partition(" at http")[0], 200)

    async def _read_text(self, live: LivePage) -> None:
        document = self._recorder.document
        if document is None or not document.answered or self._recorder.unclean:
            return
        async with self._steps.step("text", 60) as step:
            if self._recorder.refused:
                kind = facts.clean_media_type(document.media_type)
                text = _(
                    "By rule nothing of this answer was kept: it is not a page of text (status {status}, type {kind}).",
                    status=document.status,
                    kind=kind,
                )
                step.detail = self._recorder.refused
            elif self._error:  # an answer without a body: there is nothing to read
                text = ""
                step.detail = self._error
            else:
                text = str(await live.run(step.script(scripts.TEXT), MAX_TEXT, seconds=step.left()) or "")
                metrics = await live.run(scripts.METRICS, seconds=step.left())
                title = str(metrics["title"])[:MAX_TITLE]
                self._title = safe_text(await _beside(step.left(), cleaned_text, title), 1000)
                text = await _beside(step.left(), cleaned_text, text)
            self._text = safe_text(text, MAX_TEXT)
            await self._out.put("text", "text.txt", "text/plain; charset=utf-8", self._text.encode("utf-8", "replace"))

    async def _end(self, watch: clock.Stopwatch, started_at: str, questions: provenance.Questions) -> CaptureResult:
        recorder, document = self._recorder, self._recorder.document
        assert self._live is not None  # noqa: S101 - set by run
        answered = document is not None and document.answered
        async with self._steps.step("provenance", 5, local=True):
            environment = await asyncio.to_thread(provenance.environment)
            reached = document.address if document else ""
            annex = await asyncio.to_thread(provenance.annex, questions.resolvers, reached)
            tls: JsonObject = {"certificates": []}
            if document and answered:
                tls = await certificates(self._live, document, self._plan)
            network = await asyncio.to_thread(
                network_facts, self._plan, recorder.exchanges, document, tls, questions.dns()
            )
        url_final = cleaned_address(safe_text(document.url if document else self._plan.url, 8192))
        redirects = [
            r | {"url": cleaned_address(r["url"]), "location": cleaned_address(r["location"])}
            for r in facts.redirects(recorder.main_documents())
        ]
        identifiers = await note_identifiers(self._steps, url_final, b"", self._plan.url)  # from the address alone
        seen = Seen(requested=self._plan.url, final=url_final)
        if document is not None:
            words = "" if recorder.refused or self._error else self._text  # else they are ours
            seen.status, seen.headers, seen.title, seen.text = (
                document.status,
                document.response_headers,
                self._title,
                words,
            )
        wall = await note_wall(self._steps, seen)
        async with self._steps.step("capture-log", 10, local=True):
            parts: JsonObject = {
                "rule": "text only: no picture, no media, no script was requested or kept",
                "url_final": url_final,
                "error": self._error if not answered else "",
                "refused": recorder.refused,
                "status": document.status if document else 0,
                "redirects": redirects,
                "steps": self._steps.done,
                "blocked_count": recorder.blocked_count,
                "blocked": recorder.blocked,
            }
            log = facts.capture_log(self._plan, parts)
            await self._out.put("capture-log", "capture-log.json", "application/json", log)
        await self._out.settle()
        have = {a.role for a in self._out.artifacts}
        extra = ["load"] if recorder.cut else []  # cut short is not absent by rule
        outcome, missing = facts.judge(answered=answered, expected=("text", "capture-log"), have=have, extra=extra)
        headers = cleaned_headers(facts.public_headers(document)) if document else []
        return CaptureResult(
            url_requested=self._plan.url_requested,
            url_final=url_final,
            redirects=redirects,
            title=self._title,
            started_at=started_at,
            finished_at=clock.rfc3339(),
            monotonic_ms=watch.ms(),
            clock=questions.clock(),
            browser=browser_facts(self._engine.browser, self._plan, self._before | await self._live.settings())
            | {"scripts": "off"},
            environment=environment,
            network=network
            | {
                "response": {"status": document.status, "headers": headers} if document else {},
                "error": self._error if not answered else "",
            },
            navigation=[{"url": url_final, "how": "address"}] if answered else [],
            steps=self._steps.done,
            outcome=outcome,
            missing=missing,
            artifacts=self._out.artifacts,
            annex=annex,
            text=self._text,
            identifiers=identifiers,
            wall=wall,
            seconds=self._steps.seconds,
            markup=recorder.shown,
        )

    async def _journal(self) -> None:
        await self._out.journal({"title": self._title, "steps": list(self._steps.done)})
