"""How the bytes of responses are got from the browser: exactly, from the first to the last, whatever reads them.

Each response is held for a moment at its headers. Most bodies are then streamed to us while the page reads them.
What a stream would miss (small documents, bodies that a script drains into a Blob) is taken whole before the page
gets it. Bodies come content-decoded. What reached the browser but not us is marked, never taken for empty.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import time

from playwright.async_api import Error as PlaywrightError

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.exchange import Exchange, Headers
from evidence_kit.capture.wire import Wire, WireError

STREAM_SECONDS = 4.0
TURN_SECONDS = 5.0
MAX_HELD_BODY = 16 << 20
MAX_ASKED_BODY = 32 << 20
"""The driver ends where one message is much larger; a body beyond is told of as not kept."""
MAX_HELD_DOCUMENT = 64 << 10
"""A document that is held shows nothing until it is whole: only those that come in one go are."""
REDIRECTS = {301, 302, 303, 307, 308}
_PAGE_KINDS = ("text/", "image/", "application/xhtml", "application/xml", "application/json")
_PAGE_ENDINGS = ("+xml", "+json", "/javascript", "/ecmascript")
_ENDING_KINDS = ("image/", "font/", "application/octet-stream", "application/pdf", "application/zip")
"""Types that scripts read into Blobs and that come to an end, even where no length is announced."""


def header_list(raw: object) -> Headers:
    """DevTools headers, as a list of pairs or as an object with repeated values on lines, as pairs."""
    if isinstance(raw, list):
        return [(str(h.get("name", "")), str(h.get("value", ""))) for h in raw if isinstance(h, dict)]
    if isinstance(raw, dict):
        return [(str(k), line) for k, v in raw.items() for line in str(v).split("\n")]
    return []


def encoded_again(text: str, content_type: str, length: int) -> tuple[bytes, bool]:
    """The bytes of a text that the browser gives only decoded, and whether they are those that came.

    The browser counted ``length`` bytes; an encoding that gives as many, without replacement marks, is the one.
    """
    named = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", content_type, re.IGNORECASE)
    declared = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", text[:2048], re.IGNORECASE)
    names = [m[1].lower() for m in (named, declared) if m]
    latin = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
    for name in dict.fromkeys(["utf-8", "utf-8-sig", *(latin.get(n, n) for n in names), "cp1252", "utf-16"]):
        try:
            data = text.encode(name)
        except (LookupError, UnicodeError):
            continue
        if len(data) == length and "\ufffd" not in text:
            return data, True
    return text.encode("utf-8", "replace"), False


def shown_as_page(media_type: str, disposition: str) -> bool:
    """Whether a main document with these headers is a page or a picture to show, and not a file to keep."""
    kind = media_type.partition(";")[0].strip().lower()
    if disposition.strip().lower().startswith("attachment"):
        return False
    return not kind or kind.startswith(_PAGE_KINDS) or kind.endswith(_PAGE_ENDINGS)


def held_whole(resource_type: str, headers: Headers) -> bool:
    """Whether a body is taken before the page gets it.

    Scripts' requests may be drained where no stream is seen; documents can be streamed only after they are shown.
    An open-ended answer is never held: the page would wait for it without end.
    """
    named = {k.lower(): v.strip() for k, v in headers}
    length = named.get("content-length", "")
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else -1  # noqa: PLR2004
    kind = named.get("content-type", "").lower()
    if resource_type == "Document":
        return 0 < size <= MAX_HELD_DOCUMENT
    if resource_type not in {"Fetch", "Other"} or kind.startswith(("text/event-stream", "multipart/")):
        return False
    return 0 < size <= MAX_HELD_BODY or (size < 0 and kind.startswith(_ENDING_KINDS))


class Bodies:
    """The half of the recorder that gets bytes; what it knows of requests is filled by the other half."""

    def __init__(self) -> None:
        self.main_frame = ""
        self.recording = True
        self.changed = time.monotonic()
        self.file: Exchange | None = None
        """A main document that is a file to keep, streamed past the browser."""
        self.file_done = asyncio.Event()
        self._hops: dict[str, list[Exchange]] = {}
        self._inflight: dict[str, Exchange] = {}
        self._part_wires: dict[str, Wire] = {}
        self._turns = asyncio.Semaphore(2)
        """Bodies in one piece pass through memory several times: two at once."""

    def _hop(self, event: JsonObject) -> Exchange | None:
        hops = self._hops.get(str(event.get("requestId", "")))
        return hops[-1] if hops else None

    async def _known(self, wire: Wire, event: JsonObject) -> Exchange | None:
        """The exchange of a held response; a worker tells of its request a little later, or never if it was fast."""
        known = {"requestId": str(event.get("networkId", ""))}
        for _attempt in range(15):
            exchange = self._hop(known)
            if exchange is not None or not self.recording or not known["requestId"]:
                return exchange
            await asyncio.sleep(0.02)
        facts = {
            "request": event.get("request", {}),
            "type": event.get("resourceType"),
            "frameId": event.get("frameId"),
        }
        self._request(wire, known | facts)
        return self._hop(known)

    def _request(self, wire: Wire, event: JsonObject) -> None:
        """A request leaves."""
        raise NotImplementedError

    async def _paused(self, wire: Wire, event: JsonObject) -> None:
        """A response has its headers and waits for us."""
        paused, status = str(event["requestId"]), int(event.get("responseStatusCode") or 0)
        exchange = await self._known(wire, event)
        headers = header_list(event.get("responseHeaders"))
        if exchange and status and not exchange.answered:  # a worker's script is told of here only
            exchange.status, exchange.response_headers, exchange.raw_headers = status, headers, True
            exchange.media_type = exchange.header("content-type").partition(";")[0][:200]
        try:
            if exchange and status and status not in REDIRECTS:
                kind = exchange.resource_type or str(event.get("resourceType", ""))  # which tells no fetch from an XHR
                if (
                    kind == "Document"
                    and str(event.get("frameId", "")) == self.main_frame
                    and not shown_as_page(exchange.header("content-type"), exchange.header("content-disposition"))
                    and self.file is None
                    and 200 <= status < 300  # noqa: PLR2004
                ):
                    await self._take_file(wire, exchange, paused, status, headers)
                    return
                await self._get_body(wire, exchange, paused, held_whole(kind, headers), kind)
        finally:
            with contextlib.suppress(WireError):
                await wire.send("Fetch.continueResponse" if status else "Fetch.continueRequest", requestId=paused)

    async def _get_body(self, wire: Wire, exchange: Exchange, paused: str, whole: bool, kind: str) -> None:
        if whole and await self._hold(wire, exchange, paused):
            return
        if kind == "Document":  # streamed as soon as it is shown
            return
        part = self._part_wires.get(exchange.request_id, wire)  # a worker's request is unknown to the page
        task = asyncio.ensure_future(self._stream(part, exchange))
        done, _pending = await asyncio.wait({task}, timeout=STREAM_SECONDS)
        if done and not exchange.streamed and held_whole("Other", exchange.response_headers):
            await self._hold(wire, exchange, paused)

    async def _hold(self, wire: Wire, exchange: Exchange, paused: str) -> bool:
        """Take the whole body now; the page gets it afterwards, unchanged. False if that cannot be done."""
        try:
            await asyncio.wait_for(self._turns.acquire(), TURN_SECONDS)
        except TimeoutError:
            return False
        exchange.held = True
        try:
            exchange.held = await self._whole_from(wire, exchange, "Fetch.getResponseBody", paused)
        finally:
            self._turns.release()
        return exchange.held

    async def _stream(self, wire: Wire, exchange: Exchange) -> None:
        """Let the body come piece by piece from its first byte; too late is no error."""
        try:
            answer = await wire.send("Network.streamResourceContent", requestId=exchange.request_id)
        except WireError:
            return
        exchange.streamed = True
        first = answer.get("bufferedData")
        if first and exchange.state != "failed":
            exchange.body.write(base64.b64decode(first))

    async def _fetch_whole(self, wire: Wire, exchange: Exchange) -> None:
        """Ask for a body that had ended before it could be streamed (small documents)."""
        if exchange.body.size or exchange.from_cache or exchange.state == "failed":
            return
        if max(exchange.decoded, exchange.transferred, exchange.announced) > MAX_ASKED_BODY:
            return
        await self._whole_from(wire, exchange, "Network.getResponseBody", exchange.request_id)

    async def _whole_from(self, wire: Wire, exchange: Exchange, method: str, request_id: str) -> bool:
        try:
            answer = await wire.send(method, requestId=request_id)
        except WireError:
            return False
        raw = str(answer.get("body", ""))
        if answer.get("base64Encoded"):
            exchange.body.replace(base64.b64decode(raw))
        else:
            data, exchange.exact = encoded_again(raw, exchange.header("content-type"), exchange.decoded)
            exchange.body.replace(data)
        exchange.streamed = True
        return True

    async def ask_again(self, wire: Wire, exchange: Exchange) -> None:
        """Ask once more for a document whose bytes did not come: a page that was stuck may answer now."""
        if not exchange.body.size:
            await self._whole_from(wire, exchange, "Network.getResponseBody", exchange.request_id)

    async def _take_file(self, wire: Wire, exchange: Exchange, paused: str, status: int, headers: Headers) -> None:
        """The main document is a file: its bytes go past the browser, which would write a download to the disk."""
        self.file = exchange
        exchange.status, exchange.response_headers, exchange.raw_headers = status, headers, True
        exchange.streamed = True
        try:
            answer = await wire.send("Fetch.takeResponseBodyAsStream", requestId=paused)
            handle = str(answer["stream"])
            while self.recording:
                piece = await wire.send("IO.read", handle=handle, size=1 << 20)
                data = str(piece.get("data", ""))
                exchange.body.write(base64.b64decode(data) if piece.get("base64Encoded") else data.encode())
                self.changed = time.monotonic()
                if piece.get("eof") or exchange.body.cut:
                    exchange.state = "finished" if piece.get("eof") else "failed"
                    break
            await wire.send("IO.close", handle=handle)
            await wire.send("Fetch.failRequest", requestId=paused, errorReason="Aborted")
        except (WireError, PlaywrightError):
            exchange.state = "failed"
        finally:
            self._inflight.pop(exchange.request_id, None)
            self.file_done.set()
