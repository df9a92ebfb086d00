"""A capture where she is signed in: nothing is pressed there, and what signs her in is overwritten in what is kept.

Either she signed in herself in a visible window, or the page is opened with a sign-in that she kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses

from evidence_kit import clock
from evidence_kit.canonical import JsonObject
from evidence_kit.capture import provenance
from evidence_kit.capture.page import LivePage
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.reading import PageReader
from evidence_kit.capture.renewal import STORED_VALUES, now_held
from evidence_kit.capture.run import Capture
from evidence_kit.capture.secrets import CleanSink, Secrets, is_secret_name
from evidence_kit.capture.session import Engine
from evidence_kit.capture.sink import ArtifactSink, CaptureResult
from evidence_kit.capture.steps import EXPECTED, Step, StepSkipped
from evidence_kit.capture.wacz import PageFacts, keep_clean_archive
from evidence_kit.jobs import CancelToken, ProgressSink

STORED = """() => {
  const found = [], take = store => {
    for (let i = 0; i < Math.min(store.length, 200); i++) {
      const key = store.key(i), value = store.getItem(key);
      if (value && value.length <= 4096) found.push([key, value]);
    }
  };
  try { take(localStorage); } catch (e) { }
  try { take(sessionStorage); } catch (e) { }
  for (const n of document.querySelectorAll("input[type=password]"))
    found.push(["password", n.value], ["password", n.getAttribute("value") || ""]);
  for (const n of document.querySelectorAll("input[type=hidden]")) found.push([n.name || "", n.value]);
  for (const n of document.querySelectorAll("meta[name][content]")) found.push([n.name, n.content]);
  return found.filter(pair => pair[1]).slice(0, 1000);
}"""
"""What the page keeps by itself, to know what must be overwritten; none of it is stored."""


class GuestReader(PageReader):
    """Reads a page of hers; presses nothing, for what is pressed there may be kept with her account."""

    async def consent(self, step: Step) -> None:  # noqa: ARG002 - the shape of the step
        """Whatever asks for consent is hers to answer."""
        raise StepSkipped("nothing is pressed where she may be signed in")


class SignedInCapture(Capture):
    """A page opened with a kept sign-in; see the plan's ``sign_in``."""

    reader_kind = GuestReader

    def __init__(
        self, engine: Engine, plan: CapturePlan, sink: ArtifactSink, progress: ProgressSink, cancel: CancelToken
    ) -> None:
        self._secrets = Secrets()
        if plan.sign_in:
            self._secrets.state(plan.sign_in.state)
        super().__init__(engine, plan, CleanSink(sink, self._secrets), progress, cancel)

    async def _open(self) -> LivePage:
        live = await super()._open()
        self._live = live
        await self._learn()
        return live

    async def _learn(self) -> None:
        """Take in what signs her in, as far as it is known by now."""
        live = self._live
        if live is None or self._gate.closed:
            return
        with contextlib.suppress(*EXPECTED):
            for cookie in await self._gate.within(live.context.cookies(), 3):
                name, value = str(cookie.get("name", "")), str(cookie.get("value", ""))
                self._secrets.cookie(name, value, http_only=bool(cookie.get("httpOnly")))
            for key, value in await live.run(STORED, seconds=3) or []:
                if is_secret_name(str(key)):
                    self._secrets.learn(str(value))
        self._secrets.address(live.page.url)

    async def _journal(self) -> None:
        for exchange in list(self._recorder.exchanges):
            self._secrets.exchange(exchange)
        await self._learn()
        await super()._journal()

    def _write_archives(self) -> None:
        for exchange in self._recorder.exchanges:
            self._secrets.exchange(exchange)
        for exchange in self._recorder.exchanges:
            self._secrets.clean_exchange(exchange)
        document = self._document or self._recorder.main_documents()[-1]
        title = self._secrets.text(self._read.title or document.url)
        keep_clean_archive(
            self._out,
            self._recorder.exchanges,
            PageFacts(document.url, title, document.started_ms),
            self._read.made.made,
        )

    def _noted(self, browser: JsonObject) -> JsonObject:
        """What the manifest says of how she was signed in."""
        return browser

    async def _end(self, watch: clock.Stopwatch, started_at: str, questions: provenance.Questions) -> CaptureResult:
        result = await super()._end(watch, started_at, questions)
        kept = self._plan.sign_in
        browser = self._noted(result.browser)
        browser["fresh_profile"] = dict(browser["fresh_profile"]) | {"imported_session": kept is not None}
        annex = dict(result.annex)
        if kept is not None:
            browser["kept_session"] = {"kept_at": kept.kept_at, "secrets_overwritten": len(self._secrets)}
            annex["kept_session_label"] = kept.label
        result = dataclasses.replace(result, browser=browser, annex=annex)
        plain = {"outcome", "missing", "artifacts", "seconds", "held"}
        held = await self._held_at_the_end() if kept is not None else {}
        cleaned = {
            f.name: self._secrets.value(getattr(result, f.name))
            for f in dataclasses.fields(result)
            if f.name not in plain
        }
        return dataclasses.replace(result, **cleaned, held=held)

    async def _held_at_the_end(self) -> JsonObject:
        """What has become of the kept sign-in; empty where it cannot be told."""
        live = self._live
        if live is None or live.page.is_closed():
            return {}
        stored = None
        with contextlib.suppress(*EXPECTED):
            stored = await live.run(STORED_VALUES, seconds=3)
        try:
            return now_held(list(await asyncio.wait_for(live.context.cookies(), 3)), stored)
        except (TimeoutError, *EXPECTED):
            return {}
