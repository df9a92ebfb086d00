"""Recording in the window that a person uses: her page loaded once more beside her own, or kept as it stands.

Her own pages are never reloaded, clicked or written to: the address is asked for again with a GET in a page of ours
in the same context, which is closed afterwards. What signs her in is overwritten (:mod:`evidence_kit.capture.secrets`).
"""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any

from playwright.async_api import BrowserContext, Dialog, Frame, Page
from playwright.async_api import Error as PlaywrightError

from evidence_kit import clock
from evidence_kit.canonical import JsonObject
from evidence_kit.capture import provenance
from evidence_kit.capture.page import LivePage
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.session import Engine, introduce
from evidence_kit.capture.signed_in import SignedInCapture
from evidence_kit.capture.sink import ArtifactSink, CaptureResult
from evidence_kit.capture.wire import Hub
from evidence_kit.jobs import CancelToken, ProgressSink
from evidence_kit.records import Outcome

AGAIN, AS_IT_STANDS = "loaded-again", "as-it-stands"
NOT_RECORDED = ("response-html", "wacz")
"""What a page that was not loaded under recording cannot have."""


class Window:
    """Her window: one off-the-record context with the pages that she opened."""

    def __init__(self, context: BrowserContext, started_at: str) -> None:
        self.context = context
        self.started_at = started_at
        self.visited = 0
        self._ours: set[Page] = set()
        context.on("page", self._opened)

    @classmethod
    async def open(cls, engine: Engine, plan: CapturePlan) -> Window:
        """Open it at the plan's address. An address that does not answer is hers to see. Raises PlaywrightError."""
        options: dict[str, Any] = {"no_viewport": True, "accept_downloads": False}
        if plan.locale:
            options["locale"] = plan.locale
        if plan.sign_in:
            options["storage_state"] = plan.sign_in.state
        context = await engine.browser.new_context(**options)
        window = cls(context, plan.url)
        page = await context.new_page()
        with contextlib.suppress(PlaywrightError):
            await page.goto(plan.url, wait_until="commit", timeout=plan.load_seconds * 1000)
        return window

    def _opened(self, page: Page) -> None:
        page.on("framenavigated", lambda frame: self._navigated(page, frame))
        page.on("dialog", self._leave_to_her)

    def _navigated(self, page: Page, frame: Frame) -> None:
        if page not in self._ours and frame == page.main_frame and frame.url.startswith(("http://", "https://")):
            self.visited += 1

    @staticmethod
    def _leave_to_her(_dialog: Dialog) -> None:
        """A question of the page is hers to answer; somebody must listen, or it is dismissed for her."""

    @property
    def page(self) -> Page | None:
        """The page of the tab or window that was opened last and is still there; None when she closed all."""
        hers = [p for p in self.context.pages if p not in self._ours and not p.is_closed()]
        return hers[-1] if hers else None

    async def page_of_ours(self) -> Page:
        """A page beside hers, with what her pages have been given."""
        page = await self.context.new_page()
        self._ours.add(page)
        return page


class _GuestPage(LivePage):
    """A page in her context: closing it leaves her window as it was."""

    def __init__(self, *parts: Any, hers: bool) -> None:
        super().__init__(*parts)
        self.hers = hers

    def _popup(self, page: Page) -> None:
        """Windows are hers to open and to close."""

    def _dialog(self, dialog: Dialog) -> None:
        if not self.hers:
            super()._dialog(dialog)

    async def _close(self) -> None:
        with contextlib.suppress(PlaywrightError):
            self.context.remove_listener("page", self._popup)
            if self.hers:
                await self.hub.detach()
            else:
                await self.page.close()


class LoadedAgain(SignedInCapture):
    """Her page's address, loaded once more under recording in her context."""

    way = AGAIN

    def __init__(
        self,
        window: Window,
        engine: Engine,
        plan: CapturePlan,
        sink: ArtifactSink,
        progress: ProgressSink,
        cancel: CancelToken,
    ) -> None:
        self._window = window
        self._visited = window.visited
        super().__init__(engine, plan, sink, progress, cancel)

    async def _open(self) -> LivePage:
        page = await self._window.page_of_ours()
        live = await self._recorded(page, hers=False)
        await live.hub.root.send(
            "Emulation.setDeviceMetricsOverride",
            width=self._plan.viewport_width,
            height=self._plan.viewport_height,
            deviceScaleFactor=self._plan.scale,
            mobile=False,
        )
        return live

    async def _recorded(self, page: Page, *, hers: bool) -> LivePage:
        hub = Hub(await page.context.new_cdp_session(page), self._recorder.handle, self._recorder.prepare)
        live = _GuestPage(page.context, page, hub, self._recorder, self._gate, hers=hers)
        self._live = live  # whatever fails from here on, it is closed
        info = await introduce(hub, self._recorder)
        self._engine.interception.join_page(str(info["browserContextId"]), str(info["targetId"]), self._recorder)
        await hub.start()
        await self._learn()
        hers_now = self._window.page
        if hers_now is not None:
            self._secrets.address(hers_now.url)
        return live

    async def _held_at_the_end(self) -> JsonObject:
        """Her window is hers: she may be another there by now. What it holds is kept only when she says so."""
        return {}

    def _noted(self, browser: JsonObject) -> JsonObject:
        fresh: JsonObject = dict(browser.get("fresh_profile", {}))
        fresh |= {"pages_before": self._visited, "used_before": True}
        seen: JsonObject = {
            "way": self.way,
            "started_at": self._window.started_at,
            "access": "opened by the person herself in a visible window",
            "secrets_overwritten": len(self._secrets),
        }
        return browser | {"headless": False, "fresh_profile": fresh, "visible": seen}


class AsItStands(LoadedAgain):
    """Her page as she sees it, without loading anything: what the network said is missing, and named so."""

    way = AS_IT_STANDS

    async def _open(self) -> LivePage:
        page = self._window.page
        if page is None:
            raise PlaywrightError("no page is open")
        return await self._recorded(page, hers=True)

    async def _load(self) -> None:
        self._recorder.loading = False
        self._loaded = self._shown = self._read.loaded = True

    async def _page_steps(self) -> None:
        read = self._read
        for name, limit, work in (
            ("first-view", 15, read.first_view),
            ("screenshot", 180, read.screenshot),
            ("dom-html", 20, read.dom),
            ("text", 15, read.words),
        ):
            await self._checked(name, limit, work)

    async def _archive_steps(self) -> None:
        self._document = None  # what the page asks for while it is read is not what made it
        await super()._archive_steps()

    @property
    def _answered(self) -> bool:
        return False

    @property
    def _file_is_media(self) -> bool:
        return False

    async def _end(self, watch: clock.Stopwatch, started_at: str, questions: provenance.Questions) -> CaptureResult:
        result = await super()._end(watch, started_at, questions)
        missing = list(dict.fromkeys([*result.missing, *NOT_RECORDED, *self._missing, *self._read.missing]))
        have = bool({"screenshot", "first-view", "dom-html"} & {a.role for a in result.artifacts})
        return dataclasses.replace(result, outcome=Outcome.PARTIAL if have else Outcome.FAILED, missing=tuple(missing))
