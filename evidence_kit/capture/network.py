"""Everything that goes over the wire while a page is open, recorded as the browser received it.

What was asked and answered is kept here, hop by hop; how the bytes of the answers are got stands in ``bodies``.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import Callable

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.bodies import REDIRECTS, Bodies
from evidence_kit.capture.exchange import Body, Budget, Exchange, Headers
from evidence_kit.capture.header_lists import as_sent, header_list
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.wire import Wire, WireError

MAX_EXCHANGES = 20_000
MAX_LOG_LINES = 500
MAX_NOTES = 50
MAX_AHEAD = 200
UNTOLD_SECONDS = 1.5
GROWING = {"XHR", "Fetch", "Script", "Document"}
"""What a page asks for to show more of itself; pictures and signals are not among it."""


class Recorder(Bodies):
    """Listens to a page's sessions and keeps every exchange in order of its request."""

    strict = False
    """Whether requests are judged before they leave (:mod:`evidence_kit.capture.interception`)."""

    def __init__(self, plan: CapturePlan, budget: Budget) -> None:
        super().__init__()
        self.budget = budget
        self._plan = plan
        self.exchanges: list[Exchange] = []
        self.console: list[JsonObject] = []
        self.dropped = 0
        self.web_sockets = 0
        self._sent_headers: dict[str, list[Headers]] = {}
        self._got_headers: dict[str, list[tuple[int, Headers]]] = {}
        self._untold: dict[str, float] = {}
        """Requests that left, and when; the part that asked for them, a busy worker say, has not told of them yet."""
        self.popups: list[str] = []
        self._ahead: dict[str, None] = {}
        """What the page wished to be asked for ahead (speculation rules), asked for or not."""
        self._handlers: dict[str, Callable[[Wire, JsonObject], None]] = {
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
            "Page.windowOpen": self._window_open,
            "Preload.preloadingAttemptSourcesUpdated": self._wished_ahead,
        }

    async def prepare(self, wire: Wire) -> None:
        """Switch recording on in a part of the page that has yet to begin. Raises WireError where less is known."""
        self.changed = time.monotonic()
        network = wire.send("Network.enable", maxTotalBufferSize=32 << 20, maxResourceBufferSize=16 << 20)
        if wire.kind in {"page", "iframe"}:
            await asyncio.gather(network, wire.send("Log.enable"), wire.send("Page.enable"))
            with contextlib.suppress(WireError):  # only tells of wishes
                await wire.send("Preload.enable")
        else:
            await network

    def handle(self, wire: Wire, event: str, params: JsonObject) -> None:
        """One event of one session."""
        handler = self._handlers.get(event)
        if handler and self.recording:
            handler(wire, params)

    @property
    def inflight(self) -> int:
        """Requests that still await bytes, long-lived streams left out."""
        quiet = {"EventSource", "WebSocket", "Ping", "Media"}
        return sum(1 for x in self._inflight.values() if x.resource_type not in quiet and not x.taken)

    async def idle(self, quiet: float, limit: float) -> bool:
        """Wait until nothing is on its way for ``quiet`` seconds; False at the limit."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if not self.inflight and not self._awaited and time.monotonic() - self.changed >= quiet:
                return True
            await asyncio.sleep(0.02)
        return not self.inflight

    @property
    def _awaited(self) -> bool:
        """Whether something that left will be told of soon."""
        self._untold = {k: at for k, at in self._untold.items() if time.monotonic() - at < UNTOLD_SECONDS}
        return bool(self._untold)

    def unanswered(self, since: int) -> int:
        """How many of the requests after the first ``since`` may still make the page grow."""
        pending = {id(x) for x in self._inflight.values() if not x.taken}
        return sum(1 for x in self.exchanges[since:] if id(x) in pending and x.resource_type in GROWING)

    def archived(self) -> list[Exchange]:
        """The exchanges as they stand in the archives."""
        return self.exchanges

    def archived_address(self, url: str) -> str:
        """An address as it stands in the archives."""
        return url

    def main_documents(self) -> list[Exchange]:
        """The main frame's documents in order, redirects included."""
        return [
            x
            for x in self.exchanges
            if x.resource_type == "Document" and x.frame_id == self.main_frame and not (x.download or x.kept_out)
        ]

    @property
    def last_document(self) -> Exchange | None:
        """What the main frame was last answered with, redirects aside."""
        documents = [x for x in self.main_documents() if x.answered and x.state != "redirect"]
        return documents[-1] if documents else None

    def came_of(self, error: str) -> Exchange | None:
        """What the main frame was last answered with, once the load is over, with the browser's ``error`` or without.

        A redirect that the browser did not follow is one all the same; what it shows in its place is not the site's.
        """
        document = self.last_document
        if error and document is not None and document.status in REDIRECTS and document.header("location"):
            document.drop_body()
            document.state = "redirect"
        return self.last_document

    def knows(self, name: str) -> bool:
        """Whether a request or a frame of that name was seen here."""
        return bool(name) and (name in self._hops or name in self._frames)

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

    def _request(self, wire: Wire, event: JsonObject) -> None:
        request_id, request = str(event["requestId"]), event.get("request", {})
        self._untold.pop(request_id, None)
        url = str(request.get("url", ""))
        if not url.startswith(("http://", "https://")):
            return
        self.changed = time.monotonic()
        hops = self._hops.setdefault(request_id, [])
        redirect = event.get("redirectResponse")
        if redirect and hops:
            self._take_response(hops[-1], redirect)
            hops[-1].state = "redirect"
        elif hops and not redirect:  # the same request, told by a second session
            self._wires.setdefault(request_id, wire)
            return
        if len(self.exchanges) >= MAX_EXCHANGES:
            self.dropped += 1
            return
        exchange = Exchange(
            request_id=request_id,
            url=url,
            method=str(request.get("method", "GET"))[:20],
            body=Body(self.budget),
            started_ms=int(float(event.get("wallTime") or time.time()) * 1000),
            resource_type=str(event.get("type", "")),
            frame_id=str(event.get("frameId", "")),
            part=wire.kind,
            request_headers=header_list(request.get("headers")),
        )
        self._sent(exchange, request)
        hops.append(exchange)
        self.exchanges.append(exchange)
        self._inflight[request_id] = exchange
        self._frames.add(exchange.frame_id)
        self._wires[request_id] = wire
        self._match_extras(request_id)

    def _request_extra(self, _wire: Wire, event: JsonObject) -> None:
        request_id = str(event["requestId"])
        if request_id not in self._hops:
            self._untold.setdefault(request_id, time.monotonic())
        self._sent_headers.setdefault(request_id, []).append(header_list(event.get("headers")))
        self._match_extras(request_id)

    def _response_extra(self, _wire: Wire, event: JsonObject) -> None:
        request_id = str(event["requestId"])
        headers = as_sent(event.get("headers"), str(event.get("headersText", "")))
        found = (int(event.get("statusCode", 0)), headers)
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
        exchange.head_bytes = int(response.get("encodedDataLength", 0) or 0)
        exchange.address = str(response.get("remoteIPAddress", "")).strip("[]")[:60]
        exchange.port = int(response.get("remotePort", 0) or 0)
        if not exchange.raw_headers:
            exchange.response_headers = header_list(response.get("headers"))
        ahead = exchange.resource_type == "Prefetch"  # said to come from the prefetch cache while it fills it
        if response.get("fromDiskCache") or (response.get("fromPrefetchCache") and not ahead):
            exchange.from_cache = True
        if response.get("securityDetails"):
            exchange.distrusted = response.get("securityState") == "insecure"
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
        if exchange.resource_type == "Document" and exchange.frame_id == self.main_frame:
            self._inflight = {k: x for k, x in self._inflight.items() if x is exchange}  # the old page's die untold
        if exchange.resource_type == "Document" and not (exchange.streamed or exchange.held):
            wire.hub.spawn(self._stream(wire, exchange))

    @staticmethod
    async def _break_off(page: Wire) -> None:
        """End what the page still loads, before one answer takes all of its time."""
        await page.send("Page.stopLoading")

    def _data(self, wire: Wire, event: JsonObject) -> None:
        exchange = self._hop(event)
        if exchange is None or exchange.state != "open":
            return
        self.changed = time.monotonic()
        exchange.decoded += int(event.get("dataLength", 0))
        exchange.transferred += int(event.get("encodedDataLength", 0) or 0)
        if exchange.swollen and self.page_wire is not None:
            exchange.broken_off, exchange.body.sealed, exchange.state = True, True, "failed"
            self._inflight.pop(exchange.request_id, None)
            wire.hub.spawn(self._break_off(self.page_wire))
            return
        data = event.get("data")
        if data and not exchange.held:
            exchange.body.write(base64.b64decode(data))

    def _finished(self, wire: Wire, event: JsonObject) -> None:
        exchange, told = self._hop(event), int(event.get("encodedDataLength", 0))
        # Of a picture that it cannot show the browser tells the end before the end came, with the size of what it has.
        if exchange and exchange.resource_type == "Image" and not exchange.transferred and exchange.head_bytes:
            exchange.left = 0 < exchange.decoded == told
        exchange = self._end(event, "failed" if exchange and exchange.left else "finished")
        if exchange is None:
            return
        if not exchange.body.sealed:
            exchange.transferred = max(0, told - exchange.head_bytes)
        if exchange.answered and not exchange.body.size and (exchange.decoded or exchange.announced or exchange.unseen):
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

    def _window_open(self, _wire: Wire, event: JsonObject) -> None:
        if len(self.popups) < MAX_NOTES:
            self.popups.append(safe_text(str(event.get("url", "")), 500))

    def _wished_ahead(self, _wire: Wire, event: JsonObject) -> None:
        for one in event.get("preloadingAttemptSources", []):
            url = str(one.get("key", {}).get("url", "")).partition("#")[0]
            if url.startswith(("http://", "https://")) and len(self._ahead) < MAX_AHEAD:
                self._ahead.setdefault(url)

    def not_asked_ahead(self) -> list[str]:
        """What the page wished to be asked for ahead and the browser, as it is started here, did not ask for."""
        asked = {x.url for x in self.exchanges}
        return [safe_text(url, 500) for url in self._ahead if url not in asked]

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
