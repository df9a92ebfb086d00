"""The visible browser's home: a browser of its own with a window, beside the one that works unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evidence_kit import system
from evidence_kit.canonical import JsonObject
from evidence_kit.capture.host import BrowserHost
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.sink import ArtifactSink, CaptureResult
from evidence_kit.capture.visible import AsItStands, LoadedAgain, Window
from evidence_kit.errors import CaptureError
from evidence_kit.jobs import CancelToken, ProgressSink, no_progress
from evidence_kit.language import _


class VisibleBrowser(BrowserHost):
    """One window for one person. Nothing is recorded before :meth:`record`."""

    visible = True

    def __init__(self, program: Path | None = None, *, extra_ca_spki: tuple[str, ...] = ()) -> None:
        super().__init__(program, extra_ca_spki=extra_ca_spki)
        self._window: Window | None = None

    def show(self, plan: CapturePlan, cancel: CancelToken) -> None:
        """Open the window at the plan's address. Raises BrowserMissing, CaptureError, Cancelled."""

        async def work(on_abort: Callable[[Callable[[], None]], None]) -> None:
            on_abort(self.vanish)
            engine = await self._ready()
            cancel.check()  # whoever locks while the browser starts must see no window afterwards
            self._window = await Window.open(engine, plan)
            cancel.check()

        self._call(work, cancel)

    def address(self) -> str:
        """The address of the page that would be recorded; empty when she has closed the window."""

        async def look() -> str:
            engine, window = self._engine, self._window
            if engine is None or window is None or not engine.browser.is_connected():
                return ""
            return window.page.url if window.page else ""

        async def work(_on_abort: Callable[[Callable[[], None]], None]) -> str:
            return await look()

        return self._call(work, CancelToken())

    def stored(self) -> JsonObject:
        """Cookies and stored values of the window, in memory only. Raises CaptureError when it was closed."""

        async def work(_on_abort: Callable[[Callable[[], None]], None]) -> JsonObject:
            engine, window = self._engine, self._window
            if engine is None or window is None or not engine.browser.is_connected():
                raise CaptureError(_("The visible window was closed."), hint=_("Open the page visibly again."))
            state: JsonObject = dict(await window.context.storage_state())
            return state

        return self._call(work, CancelToken())

    def record(
        self,
        plan: CapturePlan,
        sink: ArtifactSink,
        progress: ProgressSink = no_progress,
        cancel: CancelToken | None = None,
        *,
        keep: bool = False,
    ) -> CaptureResult:
        """Record her page: loaded once more, or with ``keep`` as it stands. Raises like :meth:`capture`."""
        cancel = cancel or CancelToken()

        async def work(on_abort: Callable[[Callable[[], None]], None]) -> CaptureResult:
            engine, window = self._engine, self._window
            if engine is None or window is None or not engine.browser.is_connected() or window.page is None:
                raise CaptureError(_("The visible window was closed."), hint=_("Open the page visibly again."))
            job = (AsItStands if keep else LoadedAgain)(window, engine, plan, sink, progress, cancel)
            on_abort(job.abort)
            engine.users += 1
            try:
                return await job.run()
            finally:
                engine.users -= 1

        return self._call(work, cancel)

    def vanish(self) -> None:
        """Off the screen at once, without waiting; :meth:`close` tidies up afterwards."""
        if self._engine is not None:
            system.end_process(self._engine.process)
