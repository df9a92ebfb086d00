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

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.exchange import Exchange, Headers
from evidence_kit.capture.header_lists import header_list
from evidence_kit.capture.interception import let_go
from evidence_kit.capture.wire import Wire, WireError

STREAM_SECONDS = 4.0
TURN_SECONDS = 5.0
STALL_SECONDS = 4.0
MAX_HELD_BODY = 16 << 20
MAX_ASKED_BODY = 32 << 20
"""The driver ends where one message is much larger; a body beyond is told of as not kept."""
MAX_SENT_BODIES = 64 << 20
"""What a page's own requests may carry, all together; they stay in memory."""
MAX_HELD_PACKED = 64 << 10
MAX_HELD_DOCUMENT = 64 << 10
"""A document that is held shows nothing until it is whole: only those that come in one go are."""
MAX_PAGES = 20
"""Pages to which one page may lead on by itself; the next one is not let in, so that one of them can be seen."""
REDIRECTS = {301, 302, 303, 307, 308}
EMPTY = {204, 205, 304}
"""Answers that have no body by their nature; there is nothing to show."""
_BOUNDED_CODINGS = {"gzip", "x-gzip", "deflate"}
"""These unpack to at most about a thousand times their length; the others know no bound."""
_PAGE_KINDS = ("text/", "application/xhtml", "application/xml", "application/json")
_SHOWN_PICTURES = frozenset(
    f"image/{kind}" for kind in ("apng", "avif", "bmp", "gif", "jpeg", "jpg", "png", "svg+xml", "webp", "x-icon")
)
_UNSHOWN_TEXTS = frozenset(
    f"text/{kind}"
    for kind in ("calendar", "comma-separated-values", "csv", "ldif", "rtf", "tab-separated-values", "tsv", "vcard")
)
"""Texts that browsers hand to the person as a file."""
_PAGE_ENDINGS = ("+xml", "+json", "/javascript", "/ecmascript")
_ENDING_KINDS = ("image/", "font/", "application/octet-stream", "application/pdf", "application/zip")
"""Types that scripts read into Blobs and that come to an end, even where no length is announced."""


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
    if kind.startswith("image/"):
        return kind in _SHOWN_PICTURES
    return (not kind or kind.startswith(_PAGE_KINDS) or kind.endswith(_PAGE_ENDINGS)) and kind not in _UNSHOWN_TEXTS


def held_whole(resource_type: str, headers: Headers, *, last: bool = False) -> bool:
    """Whether a body is taken before the page gets it.

    Scripts' requests may be drained where no stream is seen; documents can be streamed only after they are shown.
    An open-ended answer is not held, for the page would wait for it without end, unless that is the ``last`` way.
    """
    named = {k.lower(): v.strip() for k, v in headers}
    length = named.get("content-length", "")
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else -1  # noqa: PLR2004
    kind = named.get("content-type", "").lower()
    coding = named.get("content-encoding", "identity").lower()
    if coding != "identity" and (coding not in _BOUNDED_CODINGS or not 0 <= size <= MAX_HELD_PACKED):
        return False  # what is packed so says nothing of what it unpacks to, and would come in one message
    if resource_type == "Document":
        return 0 < size <= MAX_HELD_DOCUMENT
    if resource_type not in {"Fetch", "Other"} or kind.startswith(("text/event-stream", "multipart/")):
        return False
    return 0 < size <= MAX_HELD_BODY or (size < 0 and (last or kind.startswith(_ENDING_KINDS)))


class Bodies:
    """The half of the recorder that gets bytes; what it knows of requests is filled by the other half."""

    def __init__(self) -> None:
        self.main_frame = ""
        self.page_wire: Wire | None = None
        self.recording = True
        self.loading = True
        """Whether the page may still turn out to be a file; afterwards a file is a download that is refused."""
        self.patience = STALL_SECONDS
        """How long a small document is waited for before it is let go; 0 = it is not held at all."""
        self.stalled: Exchange | None = None
        """A main document that stopped half-way while it was held, and was broken off."""
        self.changed = time.monotonic()
        self.expect_file = False
        """Whether the browser itself took the main document for a file, whatever its headers say."""
        self.file: Exchange | None = None
        """A main document that is a file to keep, streamed past the browser."""
        self.file_done = asyncio.Event()
        self.downloads: list[str] = []
        self._hops: dict[str, list[Exchange]] = {}
        self._frames: set[str] = set()
        self._inflight: dict[str, Exchange] = {}
        self._wires: dict[str, Wire] = {}
        self._sent_left = MAX_SENT_BODIES
        self._turns = asyncio.Semaphore(2)
        """Bodies in one piece pass through memory several times: two at once."""

    def main_documents(self) -> list[Exchange]:
        """The main frame's documents in order, redirects included."""
        raise NotImplementedError

    def _request(self, wire: Wire, event: JsonObject) -> None:
        """A request leaves."""
        raise NotImplementedError

    def _match_extras(self, request_id: str) -> None:
        """The headers of the wire may have come before."""
        raise NotImplementedError

    def _hop(self, event: JsonObject) -> Exchange | None:
        hops = self._hops.get(str(event.get("requestId", "")))
        return hops[-1] if hops else None

    async def _known(self, wire: Wire, event: JsonObject) -> Exchange | None:
        """The exchange of a held response; the page tells of its request a little later, or not at all."""
        known = {"requestId": str(event.get("networkId", ""))}
        for _attempt in range(15 if known["requestId"] else 0):
            exchange = self._hop(known)
            if exchange is not None or not self.recording:
                return exchange
            await asyncio.sleep(0.02)
        known["requestId"] = known["requestId"] or f"held {event['requestId']}"
        facts = {
            "request": event.get("request", {}),
            "type": event.get("resourceType"),
            "frameId": event.get("frameId"),
        }
        self._request(wire, known | facts)
        self._wires.pop(known["requestId"], None)
        self._inflight.pop(known["requestId"], None)  # nobody tells of its end
        exchange = self._hop(known)
        if exchange is not None:
            exchange.aside = True
            exchange.download = not event.get("networkId") and event.get("resourceType") == "Document"
        return exchange

    def _sent(self, exchange: Exchange, request: JsonObject) -> None:
        """Keep what a request sends; of a Blob or a file only the held response tells, not the page's own session."""
        if exchange.request_body or not request.get("hasPostData"):
            return
        entries = request.get("postDataEntries") or []
        size = sum(len(str(x.get("bytes", ""))) for x in entries) * 3 // 4 or len(str(request.get("postData", "")))
        if size > self._sent_left:
            exchange.request_cut = size
            return
        self._sent_left -= size
        exchange.request_body = b"".join(base64.b64decode(x.get("bytes", "")) for x in entries) or str(
            request.get("postData", "")
        ).encode("utf-8", "replace")

    async def held(self, wire: Wire, event: JsonObject) -> None:
        """A response has its headers and waits for us."""
        try:
            exchange = await self._known(wire, event) if self.recording else None
            if exchange is not None:
                self._sent(exchange, event.get("request", {}))
                await self._take(wire, exchange, event)
        finally:
            with contextlib.suppress(WireError):
                await let_go(wire, event)

    async def _take(self, wire: Wire, exchange: Exchange, event: JsonObject) -> None:
        paused, status = str(event["requestId"]), int(event.get("responseStatusCode") or 0)
        headers = header_list(event.get("responseHeaders"))
        if not status:
            if exchange.aside:
                exchange.state, exchange.error = "failed", str(event.get("responseErrorReason", ""))[:200]
            return
        if not exchange.answered:  # a worker's script and a download are told of here only
            exchange.status, exchange.response_headers = status, headers  # those of the wire, cookies included, follow
            exchange.status_text = str(event.get("responseStatusText", ""))[:200]
            exchange.media_type = exchange.header("content-type").partition(";")[0][:200]
            self._match_extras(exchange.request_id)
        if status in REDIRECTS:
            return
        kind = exchange.resource_type or str(event.get("resourceType", ""))  # which tells no fetch from an XHR
        if event.get("networkId") == event.get("frameId"):  # a worker's own script, which nobody can stream
            kind = "Other"
        main = kind == "Document" and str(event.get("frameId", "")) == self.main_frame
        if main and len([x for x in self.main_documents() if x.state != "redirect"]) > MAX_PAGES:
            exchange.kept_out = True
            with contextlib.suppress(WireError):
                await wire.send("Fetch.failRequest", requestId=paused, errorReason="Aborted")
            return
        shown = shown_as_page(exchange.header("content-type"), exchange.header("content-disposition"))
        if exchange.download or (main and status not in EMPTY and (self.expect_file or not shown)):
            await self._take_file(wire, exchange, paused)
        else:
            await self._get_body(wire, exchange, event, kind, main=main)

    async def _get_body(self, wire: Wire, exchange: Exchange, event: JsonObject, kind: str, *, main: bool) -> None:
        patience, paused = self.patience if main else None, str(event["requestId"])
        held = patience != 0 and held_whole(kind, exchange.response_headers, last=exchange.aside)
        own_script = exchange.aside or event.get("networkId") == event.get("frameId")  # a worker's, judged as it came
        untold = kind != "Document" and not own_script and not exchange.header("content-length")
        if held and untold:
            if await self._pass_on(wire, exchange, event):
                return
        elif held and (await self._hold(wire, exchange, paused, patience) or self.stalled is exchange):
            return
        if kind == "Document" and not exchange.aside:  # streamed as soon as it is shown
            return
        told = self._wires.get(exchange.request_id)
        if told is not None:
            task = asyncio.ensure_future(self._stream(told, exchange))
            done, _pending = await asyncio.wait({task}, timeout=STREAM_SECONDS)
            if not done or exchange.streamed:
                return
        if held_whole("Other", exchange.response_headers, last=exchange.aside):
            if not untold:
                await self._hold(wire, exchange, paused, None)
            elif not held:
                await self._pass_on(wire, exchange, event)

    async def _hold(self, wire: Wire, exchange: Exchange, paused: str, patience: float | None) -> bool:
        """Take the whole body now; the page gets it afterwards, unchanged. False if that cannot be done.

        A main document that takes longer than ``patience`` is broken off, so that it can be asked for once more.
        """
        try:
            await asyncio.wait_for(self._turns.acquire(), TURN_SECONDS)
        except TimeoutError:
            return False
        exchange.held = True
        task = asyncio.ensure_future(self._whole_from(wire, exchange, "Fetch.getResponseBody", paused))
        try:
            done, _pending = await asyncio.wait({task}, timeout=TURN_SECONDS if patience is None else patience)
        finally:
            self._turns.release()  # one that stops half-way does not hold up the others
        if not done and patience is not None:
            task.add_done_callback(lambda t: t.cancelled() or t.exception())
            exchange.held, self.stalled = False, exchange
            with contextlib.suppress(WireError):
                await wire.send("Fetch.failRequest", requestId=paused, errorReason="Aborted")
            return False
        exchange.held = exchange.taken = await task
        return exchange.taken

    async def _pass_on(self, wire: Wire, exchange: Exchange, event: JsonObject) -> bool:
        """Take a body whose length nobody told piece by piece, then give it to the page. False if it cannot be had.

        It is given in one message, so that one beyond the bound is kept and not given: the page is told that it failed.
        The browser tells of a piece when it is full: they are small at first, so that little of what stalls is lost.
        """
        paused, few, size = str(event["requestId"]), list[bytes](), 0
        try:
            handle = str((await wire.send("Fetch.takeResponseBodyAsStream", requestId=paused))["stream"])
        except WireError:
            return False
        exchange.held = exchange.streamed = True
        with contextlib.suppress(WireError):
            while self.recording and not exchange.taken and not exchange.body.cut:
                piece = await wire.send("IO.read", handle=handle, size=min(1 << 20, max(1 << 14, size // 4)))
                data = str(piece.get("data", ""))
                raw = base64.b64decode(data) if piece.get("base64Encoded") else data.encode()
                exchange.body.write(raw)
                exchange.taken, size, self.changed = bool(piece.get("eof")), size + len(raw), time.monotonic()
                few = [*few, raw] if size <= MAX_HELD_BODY else []
            await wire.send("IO.close", handle=handle)
        with contextlib.suppress(WireError):
            if exchange.taken and size <= MAX_HELD_BODY:
                head = {
                    "responseCode": int(event["responseStatusCode"]),
                    "body": base64.b64encode(b"".join(few)).decode(),
                }
                head |= {"responseHeaders": event.get("responseHeaders", [])}
                head |= {"responsePhrase": phrase} if (phrase := str(event.get("responseStatusText", ""))) else {}
                await wire.send("Fetch.fulfillRequest", requestId=paused, **head)
            else:
                exchange.not_given = exchange.taken
                await wire.send("Fetch.failRequest", requestId=paused, errorReason="Failed")
        return True

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

    async def _take_file(self, wire: Wire, exchange: Exchange, paused: str) -> None:
        """The main document is a file: its bytes go past the browser, which would write a download to the disk.

        Where a page is shown already, the file is a download: refused, and kept in the archive only.
        """
        page = [x for x in self.main_documents() if x is not exchange and x.answered and x.state != "redirect"]
        attached = exchange.header("content-disposition").lower().startswith("attachment")
        if exchange.download or self.file is not None or (page and (attached or not self.loading)):
            exchange.download = True
            self.downloads.append(safe_text(exchange.url, 500))
        else:
            self.file = exchange
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
                    exchange.taken = bool(piece.get("eof"))
                    exchange.state = "finished" if exchange.taken else "failed"
                    break
            await wire.send("IO.close", handle=handle)
            await wire.send("Fetch.failRequest", requestId=paused, errorReason="Aborted")
        except (WireError, PlaywrightError):
            exchange.state = "failed"
        finally:
            self._inflight.pop(exchange.request_id, None)
            if self.file is exchange:
                self.file_done.set()
