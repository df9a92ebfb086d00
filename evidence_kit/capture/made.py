"""What a page made itself or got past HTTP: ``blob:`` content, and signs of sockets, peers and stores.

Such content is in no response. Its bytes are read from the browser where it can be had; where it cannot, the manifest
says that the network record is not all there was, and picture, text and document carry it.
"""

from __future__ import annotations

import base64
import time

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture import scripts
from evidence_kit.capture.exchange import Body, Budget
from evidence_kit.capture.facts import clean_media_type
from evidence_kit.capture.page import LivePage, ScriptFailed, StepTimedOut
from evidence_kit.capture.steps import Step
from evidence_kit.capture.wacz import Made
from evidence_kit.capture.wire import WireError

MAX_BLOBS = 300
MAX_BYTES = 512 << 20
PIECE = 1 << 20


class MadeContent:
    """Reads ``blob:`` content of one page; the bytes wait in memory or in the encrypted scratch."""

    def __init__(self, live: LivePage, budget: Budget) -> None:
        self._live = live
        self._budget = budget
        self._left = MAX_BYTES
        self.made: list[Made] = []

    async def read(self, step: Step) -> None:
        """All ``blob:`` addresses that the document names. Raises what calls to the page raise."""
        urls = await self._live.run(step.script(scripts.BLOBS), MAX_BLOBS, seconds=5)
        lost = 0
        for url in urls:
            try:
                kept = await self._one(safe_text(str(url), 2000), step)
            except (ScriptFailed, WireError, StepTimedOut):  # a stream of media, or given back by the page
                kept = False
            lost += not kept
        step.facts["blobs"] = {"named": len(urls), "kept": len(self.made), "not_kept": lost}
        if lost:
            step.detail = f"{lost} not kept"

    async def _one(self, url: str, step: Step) -> bool:
        live, seconds = self._live, min(10.0, step.left())
        handle = await live.handle(scripts.BLOB, url, seconds=seconds)
        kind = await live.of(handle, "function() { return this.type; }", seconds=seconds)
        found = await live.cdp(seconds, "IO.resolveBlob", objectId=handle)
        body = Body(self._budget)
        while step.left() > 0 and not body.cut and self._left > 0:
            piece = await live.cdp(seconds, "IO.read", handle=f"blob:{found['uuid']}", size=PIECE)
            data = str(piece.get("data", ""))
            raw = base64.b64decode(data) if piece.get("base64Encoded") else data.encode()
            body.write(raw)
            self._left -= len(raw)
            if piece.get("eof"):
                self.made.append(Made(url, clean_media_type(str(kind)), body, int(time.time() * 1000)))
                return True
        body.discard()
        return False

    def discard(self) -> None:
        """Give memory and scratch back."""
        for one in self.made:
            one.body.discard()


async def beyond_http(live: LivePage, step: Step) -> JsonObject:
    """Signs of content that came over sockets or peers or lies in a store of the page, counted; empty without any."""
    stores = await live.run(step.script(scripts.SOURCES), seconds=3)
    found = {"web_sockets": live.recorder.web_sockets, "indexed_db": int(stores["indexed_db"])}
    if live.recorder.web_sockets:  # peers need one to meet; looking for them is dear
        found["web_rtc"] = await live.count("globalThis.RTCPeerConnection", seconds=3)
    return {name: count for name, count in found.items() if count}
