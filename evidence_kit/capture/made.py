"""What a page made itself or got past HTTP: ``blob:`` content, and signs of sockets, peers and stores.

Such content is in no response. Its bytes are read from the browser where it can be had; where it cannot, the manifest
says that the network record is not all there was, and picture, text and document carry it.
"""

from __future__ import annotations

import base64
import contextlib
import time
from collections import Counter

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture import scripts
from evidence_kit.capture.exchange import Body, Budget, Exchange
from evidence_kit.capture.facts import clean_media_type
from evidence_kit.capture.page import WORLD, LivePage, ScriptFailed, StepTimedOut
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
        self._read: list[Body] = []

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
        await self._drained(step)
        step.facts["blobs"] = {"named": len(urls), "kept": len(self.made), "not_kept": lost}
        if lost:
            step.detail = f"{lost} not kept"

    async def _one(self, url: str, step: Step) -> bool:
        live, seconds = self._live, min(10.0, step.left())
        handle = await live.handle(scripts.BLOB, url, seconds=seconds)
        kind = await live.of(handle, "function() { return this.type; }", seconds=seconds)
        body = await self._bytes_of(handle, step)
        if body is None:
            return False
        self.made.append(Made(url, clean_media_type(str(kind)), body, int(time.time() * 1000)))
        for exchange in self._lost():
            if exchange.announced == body.size and clean_media_type(
                exchange.header("content-type")
            ) == clean_media_type(str(kind)):
                _fill(exchange, body)
                break
        return True

    def _lost(self) -> list[Exchange]:
        """Answers that came whole and that a script took as a Blob past us, of a length that nothing else has."""
        lost = [
            x
            for x in self._live.recorder.exchanges
            if x.unseen and x.state == "finished" and x.announced and not x.withheld
        ]
        sizes = Counter(x.announced for x in lost)
        return [x for x in lost if sizes[x.announced] == 1]

    async def _drained(self, step: Step) -> None:
        """Read such answers from the Blobs that the page's own scripts still hold, also where nothing names them."""
        lost = self._lost()
        if not lost or self._left <= 0:
            return
        live, seconds = self._live, min(5.0, step.left())
        with contextlib.suppress(ScriptFailed, WireError, StepTimedOut, KeyError, TypeError, ValueError):
            blobs = await _objects(live, "globalThis.Blob", seconds)
            sizes = [int(n) for n in await live.of(blobs, scripts.BLOB_SIZES, MAX_BLOBS, seconds=seconds)]
            for exchange in lost:
                if sizes.count(exchange.announced) == 1:
                    handle = await _item(live, blobs, sizes.index(exchange.announced), seconds)
                    body = await self._bytes_of(handle, step)
                    if body is not None:
                        self._read.append(body)
                        _fill(exchange, body)

    async def _bytes_of(self, handle: str, step: Step) -> Body | None:
        """What a Blob holds; None where it cannot be read to its end."""
        live = self._live
        found = await live.cdp(min(10.0, step.left()), "IO.resolveBlob", objectId=handle)
        body = Body(self._budget)
        while step.left() > 0 and not body.cut and self._left > 0:
            piece = await live.cdp(min(10.0, step.left()), "IO.read", handle=f"blob:{found['uuid']}", size=PIECE)
            data = str(piece.get("data", ""))
            raw = base64.b64decode(data) if piece.get("base64Encoded") else data.encode()
            body.write(raw)
            self._left -= len(raw)
            if piece.get("eof"):
                return body
        body.discard()
        return None

    def discard(self) -> None:
        """Give memory and scratch back."""
        for body in [*(one.body for one in self.made), *self._read]:
            body.discard()


def _fill(exchange: Exchange, body: Body) -> None:
    """Let an answer have the bytes of a Blob, and say so. A Blob of another length is another thing."""
    if body.size == exchange.announced:
        exchange.body, exchange.from_blob = body, True


async def _objects(live: LivePage, kind: str, seconds: float) -> str:
    """The objects of a built-in kind that the page's own scripts hold, as a handle. Raises WireError, KeyError."""
    prototype = await live.cdp(seconds, "Runtime.evaluate", expression=f"{kind}.prototype", objectGroup=WORLD)
    about = {"prototypeObjectId": prototype["result"]["objectId"], "objectGroup": WORLD}
    return str((await live.cdp(seconds, "Runtime.queryObjects", **about))["objects"]["objectId"])


async def _item(live: LivePage, handle: str, index: int, seconds: float) -> str:
    """One of several objects behind a handle, as a handle. Raises WireError, KeyError."""
    about = {"objectId": handle, "arguments": [{"value": index}], "objectGroup": WORLD}
    script = "function(index) { return this[index]; }"
    answer = await live.cdp(seconds, "Runtime.callFunctionOn", functionDeclaration=script, **about)
    return str(answer["result"]["objectId"])


async def _count(live: LivePage, kind: str, seconds: float) -> int:
    """How many objects of a kind the page's own scripts hold; 0 where the browser does not say."""
    try:
        found = await _objects(live, kind, seconds)
        return int(await live.of(found, "function() { return this.length; }", seconds=seconds))
    except (WireError, KeyError, TypeError):
        return 0


async def beyond_http(live: LivePage, step: Step) -> JsonObject:
    """Signs of content that came over sockets or peers or lies in a store of the page, counted; empty without any."""
    stores = await live.run(step.script(scripts.SOURCES), seconds=3)
    found = {"web_sockets": live.recorder.web_sockets, "indexed_db": int(stores["indexed_db"])}
    if live.recorder.web_sockets:  # peers need one to meet; looking for them is dear
        found["web_rtc"] = await _count(live, "globalThis.RTCPeerConnection", 3)
    return {name: count for name, count in found.items() if count}
