"""The capture in which she chooses what is loaded: as any other, but no picture is asked for or shown."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import re
from typing import Any

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.closed import ClosedRoots
from evidence_kit.capture.covers import cover
from evidence_kit.capture.made import beyond_http
from evidence_kit.capture.made_pictures import CONTENTS, MADE_SECONDS, SHOW, name_of
from evidence_kit.capture.page import Uncovered
from evidence_kit.capture.reading import LOOKS, PageReader
from evidence_kit.capture.run import Capture
from evidence_kit.capture.selection import cut, cut_json
from evidence_kit.capture.selective import SelectiveRecorder
from evidence_kit.capture.sink import CaptureResult
from evidence_kit.capture.steps import Step, StepSkipped
from evidence_kit.digest import sha256_hex

COVER_SECONDS = 10.0
TITLE = "Evidence Kit"
TITLE_OURS = "title => { if (document.title !== title) document.title = title; }"
_TITLES = re.compile(rb"/Title\s*(\([^)]{0,40}\)?|<?)")


class SelectedReader(PageReader):
    """Covers what the page draws before each picture and looks again after it; else no picture is kept."""

    _recorder: SelectiveRecorder

    async def cover(self, step: Step) -> int:
        """Cover all that she did not choose; how much of it was in sight until now."""
        news = await ClosedRoots(self._live, self._recorder.selection.allowed).cover(min(COVER_SECONDS, step.left()))
        script = cover(self._recorder.selection.allowed)
        step.facts["cover_sha256"] = sha256_hex(script.encode())
        seconds = min(COVER_SECONDS, step.left())
        own = await self._live.run(script, seconds=seconds)
        found, news = list(own["items"]), news + int(own["news"])
        parts = cover(self._recorder.selection.allowed, main=False)
        for more in await self._live.in_frames(parts, seconds=seconds):
            if more is not None:
                found += [item | {"number": 0} for item in more["items"]]
                news += int(more["news"])
        made: dict[int, str] = {}
        for item in found:
            url, number = str(item["url"]), int(item["number"])
            key = "" if url.startswith(("http://", "https://")) else f"{item['kind']} {number} {item['alt']}"
            if key and number:
                made[number] = key
            size = {name: max(0, min(int(item[name]), 100_000)) for name in ("width", "height")}
            self._recorder.selection.withhold(url, str(item["kind"])[:20], alt=str(item["alt"]), key=key, **size)
        if made and (self._recorder.selection.made or step.name == "screenshot"):
            await self._made(step, made)
        return news

    async def _made(self, step: Step, keys: dict[int, str]) -> None:
        """Name what the page drew itself, and show what is allowed of it."""
        selection = self._recorder.selection
        seconds = min(MADE_SECONDS, step.left())
        for number, content in await self._live.run(CONTENTS, seconds=seconds):
            key, name = keys.get(int(number), ""), name_of(str(content))
            if name not in selection.made:
                selection.name(key, name)
            elif await self._live.run(SHOW, number, content, seconds=seconds):
                selection.show(key, name)

    async def _print(self, step: Step) -> JsonObject:
        """As for any page, but with a title of ours: a PDF keeps it beside the page, and it may hold a picture."""
        for _look in range(LOOKS):
            await self._live.run(TITLE_OURS, TITLE, seconds=min(COVER_SECONDS, step.left()))
            answer = await super()._print(step)
            titles = _TITLES.findall(await asyncio.to_thread(base64.b64decode, answer["data"]))
            if titles == [f"({TITLE})".encode()]:
                return answer
        raise Uncovered

    async def sources(self, step: Step) -> None:
        """What the page made itself is not read: only that there are signs of it."""
        self.beyond_http = step.facts["beyond_http"] = await beyond_http(self._live, step)

    def cleaned(self, text: str) -> str:
        """A text of the page without the pictures that it carries."""
        kept, count = cut(text)
        self._recorder.selection.cut_parts += count
        return kept


class SelectedCapture(Capture):
    """One capture with the subject ``selected``."""

    recorder_kind = SelectiveRecorder
    reader_kind = SelectedReader
    _recorder: SelectiveRecorder

    async def run(self) -> CaptureResult:
        """As any capture; with the record of what was allowed and what was withheld."""
        result = await super().run()
        cleaned: dict[str, Any] = {
            name: cut_json(getattr(result, name))
            for name in ("url_final", "redirects", "title", "network", "navigation", "steps", "text", "identifiers")
        }
        return dataclasses.replace(result, selection=self._selection(), **cleaned)

    async def _journal(self) -> None:
        """As for any page; what was withheld so far is known even if the capture is interrupted."""
        await super()._journal()
        await self._out.journal({"selection": self._selection()})

    async def _load(self) -> None:
        """As for any page; an address that is itself withheld lacks nothing."""
        await super()._load()
        if self._recorder.main_withheld:
            self._missing.clear()

    def _leave(self) -> None:
        """Judge on until the page is closed: what it asks for while it closes is withheld too."""
        interception, recorder = self._engine.interception, self._recorder
        closing = self._live.closing if self._live else None
        if closing is None:
            interception.leave(recorder)
        else:
            closing.add_done_callback(lambda _: interception.leave(recorder))

    def _selection(self) -> JsonObject:
        selection, document = self._recorder.selection, self._document
        changed = ["response-html"] if document is not None and document.cut_parts else []
        return selection.as_json() | {"changed": changed}

    def _logged(self, parts: JsonObject) -> JsonObject:
        for exchange in self._recorder.exchanges:
            one = self._recorder.selection.allowed_of(exchange.url)
            if one is not None and exchange.answered and exchange.body.size:
                one |= {"sha256": sha256_hex(exchange.body.read(exchange.body.size)), "size": exchange.body.size}
        cleaned: JsonObject = {name: cut_json(value) for name, value in parts.items()}
        rule = "no picture and no media were requested or shown but those allowed"
        return {"rule": rule} | cleaned | {"selection": self._selection()}

    def _expected(self) -> tuple[str, ...]:
        return ("capture-log",) if self._recorder.main_withheld else super()._expected()

    @property
    def _heard(self) -> bool:
        return self._recorder.main_withheld or super()._heard

    @property
    def _file_is_media(self) -> bool:
        return not self._recorder.main_withheld and super()._file_is_media

    async def _response_html(self, step: Step, name: str = "response.html") -> None:
        if self._recorder.main_withheld:
            raise StepSkipped("withheld by rule")
        await super()._response_html(step, name)


__all__ = ["SelectedCapture"]
