"""The browser's home: one thread, one event loop, one warm browser, used from any thread.

Playwright's objects belong to the loop that made them; everything else only hands work over and waits.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import threading
from collections.abc import Callable, Coroutine
from html import escape
from pathlib import Path
from typing import Any, Self, TypeVar

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from evidence_kit import system
from evidence_kit.canonical import JsonObject
from evidence_kit.capture import leftovers
from evidence_kit.capture.browser import find_browser, launch
from evidence_kit.capture.facts import told
from evidence_kit.capture.interception import Interception
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.run import Capture
from evidence_kit.capture.selected import SelectedCapture
from evidence_kit.capture.session import Engine
from evidence_kit.capture.signed_in import SignedInCapture
from evidence_kit.capture.sink import ArtifactSink, CaptureResult
from evidence_kit.capture.textonly import TextCapture
from evidence_kit.capture.wire import WireError
from evidence_kit.errors import BrowserMissing, Cancelled, CaptureError
from evidence_kit.jobs import CancelToken, ProgressSink, no_progress
from evidence_kit.language import _
from evidence_kit.records import Subject

T = TypeVar("T")
CLOSE_SECONDS = 10.0
PDF_SECONDS = 120.0
_FOOTER = (
    '<div style="font:8px sans-serif;width:100%;text-align:center;color:#555">{text}'
    ' <span class="pageNumber"></span>/<span class="totalPages"></span></div>'
)


def kind_of(plan: CapturePlan) -> type[TextCapture | Capture]:
    """The kind of capture that the answer to the question of age allows."""
    if plan.subject.text_only:
        return TextCapture
    if plan.sign_in:
        return SignedInCapture
    return SelectedCapture if plan.subject is Subject.SELECTED else Capture


class BrowserHost:
    """Owns the browser. ``capture`` and ``pdf`` block their caller; several may run at once.

    ``extra_ca_spki`` (base64 SHA-256 of public keys) lets the browser accept private authorities; from code only.
    """

    visible = False
    """Whether its window is shown."""

    def __init__(self, program: Path | None = None, *, extra_ca_spki: tuple[str, ...] = ()) -> None:
        self._program = program
        self._spki = extra_ca_spki
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._playwright: Playwright | None = None
        self._engine: Engine | None = None
        self._starting: asyncio.Lock | None = None
        self._closed = False
        self._note = leftovers.Note()

    def warm(self) -> None:
        """Start the browser in the background; returns at once. A failure shows when it is used."""

        async def start() -> None:
            with contextlib.suppress(CaptureError):
                await self._ready()

        asyncio.run_coroutine_threadsafe(start(), self._start_loop())

    def capture(
        self,
        plan: CapturePlan,
        sink: ArtifactSink,
        progress: ProgressSink = no_progress,
        cancel: CancelToken | None = None,
    ) -> CaptureResult:
        """One capture. ``progress`` is called in the browser's thread.

        Raises BrowserMissing, CaptureError, Cancelled, and whatever the sink raises.
        """
        cancel = cancel or CancelToken()

        async def work(on_abort: Callable[[Callable[[], None]], None]) -> CaptureResult:
            engine = await self._ready()
            cancel.check()
            kind = kind_of(plan)
            job = kind(engine, plan, sink, progress, cancel)
            on_abort(job.abort)
            engine.users += 1
            try:
                return told(await job.run(), plan)
            finally:
                engine.users -= 1
                if job.closing is not None:
                    engine.closing.append(job.closing)

        return self._call(work, cancel)

    def pdf(self, html: str, *, footer: str = "", cancel: CancelToken | None = None) -> bytes:
        """Our own HTML as a tagged A4 PDF: no script, no network. ``footer`` is plain text before the page numbers.

        Raises BrowserMissing, CaptureError, Cancelled.
        """
        cancel = cancel or CancelToken()

        async def work(on_abort: Callable[[Callable[[], None]], None]) -> bytes:
            engine = await self._ready()
            engine.users += 1
            try:
                return await printed(engine.browser, on_abort)
            finally:
                engine.users -= 1

        async def printed(browser: Browser, on_abort: Callable[[Callable[[], None]], None]) -> bytes:
            context = await browser.new_context(java_script_enabled=False, offline=True, accept_downloads=False)
            tasks: list[asyncio.Future[None]] = []
            on_abort(lambda: tasks.append(asyncio.ensure_future(context.close())))
            try:
                page = await context.new_page()
                await page.set_content(html, wait_until="load", timeout=PDF_SECONDS * 1000)
                session = await context.new_cdp_session(page)
                shown = {
                    "displayHeaderFooter": True,
                    "headerTemplate": "<span></span>",
                    "footerTemplate": _FOOTER.format(text=escape(footer)),
                }
                answer = await session.send(
                    "Page.printToPDF",
                    {
                        "transferMode": "ReturnAsBase64",
                        "printBackground": True,
                        "preferCSSPageSize": True,
                        "generateTaggedPDF": True,
                        "generateDocumentOutline": True,
                        "paperWidth": 8.27,
                        "paperHeight": 11.69,
                        **(shown if footer else {}),
                    },
                )
                return base64.b64decode(answer["data"])
            finally:
                with contextlib.suppress(PlaywrightError):
                    await context.close()

        return self._call(work, cancel)

    def about(self) -> JsonObject:
        """Name, version and program of the browser. Raises BrowserMissing."""

        async def look() -> JsonObject:
            browser = (await self._ready()).browser
            name, program = find_browser(self._program, self._playwright)
            return {"name": name, "version": browser.version, "program": str(program)}

        return asyncio.run_coroutine_threadsafe(look(), self._start_loop()).result()

    def close(self) -> None:
        """End the browser and the thread, and remove what it left. Can be called twice."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
            self._closed = True
        if loop is None or thread is None:
            return
        ending = asyncio.run_coroutine_threadsafe(self._shutdown(), loop)
        with contextlib.suppress(Exception):
            ending.result(CLOSE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(CLOSE_SECONDS)
        self._note.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    # -- inside ---------------------------------------------------------------------------------------------------

    def _start_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise CaptureError(_("The browser was closed already."))
            if self._loop is None:
                system.limit_core_dumps()
                loop = self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._serve, args=(loop,), daemon=True, name="browser")
                self._thread.start()
            return self._loop

    @staticmethod
    def _serve(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            with contextlib.suppress(Exception):
                loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    async def _ready(self) -> Engine:
        if self._starting is None:
            self._starting = asyncio.Lock()
        async with self._starting:
            if self._engine is not None and await self._engine.stuck():
                system.end_process(self._engine.process)  # a page can keep it busy for minutes after its end
                self._engine = None
            if self._engine is None or not self._engine.browser.is_connected():
                if self._playwright is None:
                    self._playwright = await self._start_driver()
                self._engine = await self._launch(self._playwright)
            return self._engine

    async def _launch(self, playwright: Playwright) -> Engine:
        self._note.remove()  # of one that got stuck
        before = leftovers.folders()
        browser = await launch(playwright, self._program, self._spki, visible=self.visible)
        interception = await Interception.begin(browser, watched=self.visible)
        process = await interception.process()
        self._note.write(process, leftovers.folders() - before)
        return Engine(browser, interception, process)

    @staticmethod
    async def _start_driver() -> Playwright:
        try:
            return await async_playwright().start()
        except Exception as exc:  # it raises plain Exceptions and whatever starting a program raises
            raise BrowserMissing(
                _("The part that drives the browser would not start."),
                hint=_(
                    "On Debian and Ubuntu install the package libatomic1; elsewhere install Evidence Kit again,"
                    " and look whether a security program holds it back."
                ),
            ) from exc

    async def _shutdown(self) -> None:
        if self._engine is not None:
            with contextlib.suppress(PlaywrightError):
                await self._engine.browser.close()
        if self._playwright is not None:
            await self._playwright.stop()

    def _call(
        self, work: Callable[[Callable[[Callable[[], None]], None]], Coroutine[Any, Any, T]], cancel: CancelToken
    ) -> T:
        cancel.check()
        loop = self._start_loop()
        abort: list[Callable[[], None]] = []

        def on_abort(callback: Callable[[], None]) -> None:
            abort.append(callback)
            if cancel.cancelled:
                callback()

        def stop() -> None:
            loop.call_soon_threadsafe(lambda: [callback() for callback in abort])

        future = asyncio.run_coroutine_threadsafe(work(on_abort), loop)
        forget = cancel.on_cancel(stop)
        try:
            return future.result()
        except (PlaywrightError, WireError) as exc:
            if cancel.cancelled:
                raise Cancelled from exc
            raise CaptureError(
                _("The browser stopped before the capture was finished."), hint=_("Try the capture again.")
            ) from exc
        finally:
            forget()


__all__ = ["BrowserHost", "BrowserMissing"]
