"""Everything that goes over the wire while a page is open, recorded as the browser received it.

Each response is held for a moment at its headers, so that its body can be streamed to us from the first byte;
bodies come content-decoded. Documents cannot be streamed before they are shown, so they are asked for right after.
"""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Callable

from playwright.async_api import Error as PlaywrightError

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.exchange import Body, Budget, Exchange, Headers
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.wire import Wire, WireError

STREAM_SECONDS = 4.0
MAX_WHOLE_BODY = 8 << 20
MAX_EXCHANGES = 20_000
MAX_LOG_LINES = 500
_REDIRECTS = {301, 302, 303, 307, 308}
_PAGE_KINDS = ("text/", "image/", "application/xhtml", "application/xml", "application/json")
_PAGE_ENDINGS = ("+xml", "+json", "/javascript", "/ecmascript")


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


class Recorder:
    """Listens to a page's sessions and keeps every exchange in order of its request."""

    def __init__(self, plan: CapturePlan, budget: Budget) -> None:
        self._budget = budget
        self._plan = plan
        self.exchanges: list[Exchange] = []
        self.console: list[JsonObject] = []
        self.dropped = 0
        self.web_sockets = 0
        self.main_frame = ""
        self.recording = True
        self.changed = time.monotonic()
        self.file: Exchange | None = None
        """A main document that is a file to keep, streamed past the browser."""
        self.file_done = asyncio.Event()
        self._hops: dict[str, list[Exchange]] = {}
        self._sent_headers: dict[str, list[Headers]] = {}
        self._got_headers: dict[str, list[tuple[int, Headers]]] = {}
        self._inflight: dict[str, Exchange] = {}
        self._handlers: dict[str, Callable[[Wire, JsonObject], None]] = {
            "Fetch.requestPaused": lambda w, e: w.hub.spawn(self._paused(w, e)),
            "Network.dataReceived": self._data,
            "Network.loadingFailed": self._failed,
            "Network.loadingFinished": self._finished,
            "Network.requestServedFromCache": self._from_cache,
            "Network.requestWillBeSent": self._request,
            "Network.requestWillBeSentExtraInfo": self._request_extra,
            "Network.responseReceived": self._response,
            "Network.responseReceivedExtraInfo": self._response_extra,
            "Network.webSocketCreated": self._web_socket,
            "Runtime.exceptionThrown": self._exception,
            "Log.entryAdded": self._log_entry,
        }

    async def prepare(self, wire: Wire) -> None:
        """Switch recording on in one part of the page. Raises WireError for parts that know no interception."""
        await wire.send("Network.enable", maxTotalBufferSize=32 << 20, maxResourceBufferSize=16 << 20)
        if wire.kind in {"page", "iframe"}:
            await wire.send("Log.enable")
            await wire.send("Fetch.enable", patterns=[{"urlPattern": "*", "requestStage": "Response"}])

    def handle(self, wire: Wire, event: str, params: JsonObject) -> None:
        """One event of one session."""
        handler = self._handlers.get(event)
        if handler and self.recording:
            handler(wire, params)

    @property
    def inflight(self) -> int:
        """Requests that still await bytes, long-lived streams left out."""
        quiet = {"EventSource", "WebSocket", "Ping", "Media"}
        return sum(1 for x in self._inflight.values() if x.resource_type not in quiet)

    async def idle(self, quiet: float, limit: float) -> bool:
        """Wait until nothing is on its way for ``quiet`` seconds; False at the limit."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if not self.inflight and time.monotonic() - self.changed >= quiet:
                return True
            await asyncio.sleep(0.02)
        return not self.inflight

    def main_documents(self) -> list[Exchange]:
        """The main frame's documents in order, redirects included."""
        return [x for x in self.exchanges if x.resource_type == "Document" and x.frame_id == self.main_frame]

    def stop(self) -> None:
        """Record nothing more. Bodies that are not whole stay as far as they came."""
        self.recording = False
        for exchange in self.exchanges:
            exchange.body.sealed = True

    def discard(self) -> None:
        """Give all memory and scratch back."""
        self.recording = False
        for exchange in self.exchanges:
            exchange.body.discard()

    # -- events ---------------------------------------------------------------------------------------------------

    def _hop(self, event: JsonObject) -> Exchange | None:
        hops = self._hops.get(str(event.get("requestId", "")))
        return hops[-1] if hops else None

    def _request(self, wire: Wire, event: JsonObject) -> None:
        request_id, request = str(event["requestId"]), event.get("request", {})
        url = str(request.get("url", ""))
        if not url.startswith(("http://", "https://")):
            return
        self.changed = time.monotonic()
        hops = self._hops.setdefault(request_id, [])
        redirect = event.get("redirectResponse")
        if redirect and hops:
            self._take_response(hops[-1], redirect)
            hops[-1].state = "redirect"
        elif hops and not redirect:
            return  # the same request, told by a second session
        if len(self.exchanges) >= MAX_EXCHANGES:
            self.dropped += 1
            return
        exchange = Exchange(
            request_id=request_id,
            url=url,
            method=str(request.get("method", "GET"))[:20],
            body=Body(self._budget),
            started_ms=int(float(event.get("wallTime") or time.time()) * 1000),
            resource_type=str(event.get("type", "")),
            frame_id=str(event.get("frameId", "")),
            part=wire.kind,
            request_headers=header_list(request.get("headers")),
        )
        if request.get("hasPostData"):
            entries = request.get("postDataEntries") or []
            exchange.request_body = b"".join(base64.b64decode(x.get("bytes", "")) for x in entries) or str(
                request.get("postData", "")
            ).encode("utf-8", "replace")
        hops.append(exchange)
        self.exchanges.append(exchange)
        self._inflight[request_id] = exchange
        self._match_extras(request_id)

    def _request_extra(self, _wire: Wire, event: JsonObject) -> None:
        request_id = str(event["requestId"])
        self._sent_headers.setdefault(request_id, []).append(header_list(event.get("headers")))
        self._match_extras(request_id)

    def _response_extra(self, _wire: Wire, event: JsonObject) -> None:
        request_id = str(event["requestId"])
        found = (int(event.get("statusCode", 0)), header_list(event.get("headers")))
        self._got_headers.setdefault(request_id, []).append(found)
        self._match_extras(request_id)

    def _match_extras(self, request_id: str) -> None:
        """Raw headers come as separate events, in the order of the hops but at any time."""
        hops = self._hops.get(request_id, [])
        for hop, sent in zip(hops, self._sent_headers.get(request_id, []), strict=False):
            hop.request_headers = sent
        waiting = self._got_headers.get(request_id, [])
        for hop in hops:
            if hop.raw_headers or not hop.status:
                continue
            for index, (status, headers) in enumerate(waiting):
                if status == hop.status:
                    hop.response_headers, hop.raw_headers = headers, True
                    del waiting[index]
                    break

    def _take_response(self, exchange: Exchange, response: JsonObject) -> None:
        exchange.status = int(response.get("status", 0))
        exchange.status_text = str(response.get("statusText", ""))[:200]
        exchange.protocol = str(response.get("protocol", ""))[:20]
        exchange.media_type = str(response.get("mimeType", ""))[:200]
        exchange.address = str(response.get("remoteIPAddress", "")).strip("[]")[:60]
        exchange.port = int(response.get("remotePort", 0) or 0)
        if not exchange.raw_headers:
            exchange.response_headers = header_list(response.get("headers"))
        if response.get("fromDiskCache") or response.get("fromPrefetchCache"):
            exchange.from_cache = True
        security = response.get("securityDetails") or {}
        exchange.tls = {
            k: str(security[k])[:200] for k in ("protocol", "cipher", "keyExchangeGroup") if security.get(k)
        }
        self._match_extras(exchange.request_id)

    def _response(self, wire: Wire, event: JsonObject) -> None:
        exchange = self._hop(event)
        if exchange is None:
            return
        exchange.resource_type = str(event.get("type", "")) or exchange.resource_type
        self._take_response(exchange, event.get("response", {}))
        if not exchange.streamed and exchange.resource_type == "Document":
            wire.hub.spawn(self._stream(wire, exchange))

    def _data(self, _wire: Wire, event: JsonObject) -> None:
        exchange = self._hop(event)
        if exchange is None or exchange.state != "open":
            return
        self.changed = time.monotonic()
        exchange.decoded += int(event.get("dataLength", 0))
        data = event.get("data")
        if data:
            exchange.body.write(base64.b64decode(data))

    def _finished(self, wire: Wire, event: JsonObject) -> None:
        exchange = self._end(event, "finished")
        if exchange and exchange.answered and not exchange.body.size and (exchange.decoded or exchange.announced):
            wire.hub.spawn(self._fetch_whole(wire, exchange))

    def _failed(self, _wire: Wire, event: JsonObject) -> None:
        exchange = self._end(event, "failed")
        if exchange:
            reason = str(event.get("blockedReason", ""))
            exchange.error = safe_text(str(event.get("errorText", "")) + (f" ({reason})" if reason else ""), 200)

    def _end(self, event: JsonObject, state: str) -> Exchange | None:
        exchange = self._hop(event)
        self._inflight.pop(str(event.get("requestId", "")), None)
        self.changed = time.monotonic()
        if exchange and exchange.state == "open":
            exchange.state = state
        return exchange

    def _from_cache(self, _wire: Wire, event: JsonObject) -> None:
        exchange = self._hop(event)
        if exchange:
            exchange.from_cache = True

    def _web_socket(self, _wire: Wire, _event: JsonObject) -> None:
        self.web_sockets += 1

    def _exception(self, _wire: Wire, event: JsonObject) -> None:
        details = event.get("exceptionDetails", {})
        self._line("exception", str(details.get("text", "")), str(details.get("url", "")))

    def _log_entry(self, _wire: Wire, event: JsonObject) -> None:
        entry = event.get("entry", {})
        if entry.get("level") in {"warning", "error"}:
            self._line(
                f"{entry.get('source')}: {entry.get('level')}", str(entry.get("text", "")), str(entry.get("url", ""))
            )

    def _line(self, kind: str, text: str, url: str) -> None:
        if len(self.console) < MAX_LOG_LINES:
            self.console.append({"kind": kind[:60], "text": safe_text(text, 500), "url": safe_text(url, 500)})

    # -- bodies ---------------------------------------------------------------------------------------------------

    async def _paused(self, wire: Wire, event: JsonObject) -> None:
        """A response has its headers and waits for us."""
        paused, status = str(event["requestId"]), int(event.get("responseStatusCode") or 0)
        exchange = await self._known(str(event.get("networkId", "")))
        headers = header_list(event.get("responseHeaders"))
        if exchange and status and not exchange.answered:  # a worker's script is told of here only
            exchange.status, exchange.response_headers, exchange.raw_headers = status, headers, True
            exchange.media_type = exchange.header("content-type").partition(";")[0][:200]
        try:
            if exchange and status and status not in _REDIRECTS:
                if event.get("resourceType") != "Document":
                    await self._hold_for_stream(wire, exchange, paused, headers)
                elif str(event.get("frameId", "")) == self.main_frame:
                    kind = next((v for k, v in headers if k.lower() == "content-type"), "")
                    disposition = next((v for k, v in headers if k.lower() == "content-disposition"), "")
                    if not shown_as_page(kind, disposition) and self.file is None and 200 <= status < 300:  # noqa: PLR2004
                        await self._take_file(wire, exchange, paused, status, headers)
                        return
        finally:
            try:
                if status:
                    await wire.send("Fetch.continueResponse", requestId=paused)
                else:
                    await wire.send("Fetch.continueRequest", requestId=paused)
            except WireError:
                pass

    async def _known(self, request_id: str) -> Exchange | None:
        """The exchange of a held response; a worker tells of its request a little later than the page holds it."""
        for _attempt in range(15):
            exchange = self._hop({"requestId": request_id})
            if exchange is not None or not self.recording or not request_id:
                return exchange
            await asyncio.sleep(0.02)
        return None

    async def _hold_for_stream(self, wire: Wire, exchange: Exchange, paused: str, headers: Headers) -> None:
        task = asyncio.ensure_future(self._stream(wire, exchange))
        done, _pending = await asyncio.wait({task}, timeout=STREAM_SECONDS)
        if done and not exchange.streamed:
            length = next((v for k, v in headers if k.lower() == "content-length"), "")
            if length.isdigit() and int(length) <= MAX_WHOLE_BODY:  # a worker's request, unknown to the page
                await self._whole_from(wire, exchange, "Fetch.getResponseBody", paused)

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
        await self._whole_from(wire, exchange, "Network.getResponseBody", exchange.request_id)

    async def _whole_from(self, wire: Wire, exchange: Exchange, method: str, request_id: str) -> None:
        try:
            answer = await wire.send(method, requestId=request_id)
        except WireError:
            return
        raw = str(answer.get("body", ""))
        if answer.get("base64Encoded"):
            exchange.body.replace(base64.b64decode(raw))
        else:
            data, exchange.exact = encoded_again(raw, exchange.header("content-type"), exchange.decoded)
            exchange.body.replace(data)
        exchange.streamed = True

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
