"""A capture without pictures, except those that she allowed: what is requested, what reaches the page and the archive.

Every request is judged before it leaves, by what it is asked for as and by its address. Every answer that was let
through is taken whole, judged by its headers and its first bytes, and only then given to the page; what is kept of it
is freed of the pictures that it carries within itself.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import dataclasses
import re
import time
from urllib.parse import unquote

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.bodies import REDIRECTS
from evidence_kit.capture.covers import cover
from evidence_kit.capture.exchange import Budget, Exchange, Headers
from evidence_kit.capture.header_lists import header_list
from evidence_kit.capture.interception import ANSWERED, let_go
from evidence_kit.capture.network import Recorder
from evidence_kit.capture.page import WORLD
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.selection import MARK, Selection, cut, cut_bytes, held_back, policy, refusal
from evidence_kit.capture.wire import Wire, WireError

MAX_BODY = 32 << 20
BODY_SECONDS = 20.0
_NO_BODY = {204, 205, 304}
_FRAMING = {"content-length", "content-encoding", "transfer-encoding"}
_SNIFFED = 4096
_PAGES = {"", "*/*", "unknown/unknown", "application/unknown", "text/html", "application/xhtml+xml", "text/xml"}
_PAGES |= {"application/xml"}
_PLACE = re.compile(r"https?://[^/?#]*/")
_AHEAD = "the page had it asked for ahead; it was neither shown nor kept"
_DROPPED = _FRAMING | {"speculation-rules"}
_NOT_AHEAD = """new MutationObserver(all => {
  for (const one of all) for (const n of one.addedNodes) if (n.nodeType === 1)
    for (const s of [n, ...n.querySelectorAll("script")])
      if (s.localName === "script" && /speculationrules/i.test(s.type)) s.remove(); })
  .observe(document, {childList: true, subtree: true})"""
"""Takes rules away by which a page has other pages asked for ahead: such requests are never held, so never judged."""


def _uncoded(text: str) -> str:
    """A text of the page's requests without coded pictures; where one stands in escaped form more is cut."""
    kept, _count = cut(text)
    if not cut(unquote(kept))[1]:
        return kept
    before, mark, _query = kept.partition("?")
    if mark and not cut(unquote(before))[1]:
        return f"{before}?{MARK}"
    place = _PLACE.match(kept)
    return f"{place[0]}{MARK}" if place else MARK


class SelectiveRecorder(Recorder):
    """Judges requests and answers; what is not allowed by its exact address and is a picture never goes on."""

    strict = True

    def __init__(self, plan: CapturePlan, budget: Budget) -> None:
        super().__init__(plan, budget)
        self.selection = Selection.of(plan.allowed)
        self._free: set[str] = set()
        """Requests that began at an allowed address; their redirects are followed."""
        self.main_withheld = False
        """Whether the address itself is a picture, media or a file that was not allowed."""

    async def prepare(self, wire: Wire) -> None:
        """Recording, our own script in each document, and no service worker between the page and the wire."""
        await super().prepare(wire)
        if wire.kind in {"page", "iframe"}:
            await wire.send("Network.setBypassServiceWorker", bypass=True)
            source = f"({cover(self.selection.allowed, main=wire.kind == 'page')})()"
            for text in (source, _NOT_AHEAD):
                await wire.send(
                    "Page.addScriptToEvaluateOnNewDocument", source=text, worldName=WORLD, runImmediately=True
                )

    def archived(self) -> list[Exchange]:
        """As they came, but for pictures that the page sends itself, in addresses, headers and what it posts."""
        return [
            dataclasses.replace(
                x,
                url=self.archived_address(x.url),
                request_headers=[(name, _uncoded(value)) for name, value in x.request_headers],
                response_headers=[(name, _uncoded(value)) for name, value in x.response_headers],
                request_body=cut_bytes(x.request_body)[0] if x.request_body is not None else None,
            )
            for x in self.exchanges
        ]

    def archived_address(self, url: str) -> str:
        """An address without the pictures that it carries."""
        return _uncoded(url)

    def _request(self, wire: Wire, event: JsonObject) -> None:
        super()._request(wire, event)
        if event.get("type") == "Prefetch":  # told of, and never held for us: the browser keeps the answer to itself
            self.selection.refuse(str(event.get("request", {}).get("url", "")), _AHEAD)
            exchange = self._hop(event)
            if exchange is not None:
                exchange.withheld = _AHEAD

    async def _stream(self, wire: Wire, exchange: Exchange) -> None:
        """Bodies are taken where they are judged; only what was allowed is streamed."""
        if exchange.request_id in self._free:
            await super()._stream(wire, exchange)

    async def _whole_from(self, wire: Wire, exchange: Exchange, method: str, request_id: str) -> bool:
        if exchange.request_id not in self._free:
            return False
        return await super()._whole_from(wire, exchange, method, request_id)

    def _data(self, wire: Wire, event: JsonObject) -> None:
        if str(event.get("requestId", "")) in self._free:
            super()._data(wire, event)
        else:
            self.changed = time.monotonic()

    async def held(self, wire: Wire, event: JsonObject) -> None:
        """A request before it leaves, or an answer with its headers: judged even when nothing is recorded any more."""
        try:
            if event.keys() & ANSWERED:
                await self._answer(wire, event)
            else:
                await self._leaving(wire, event)
        except WireError:
            raise
        except Exception:  # whatever went wrong here, nothing goes on unjudged
            with contextlib.suppress(WireError):
                await _refuse(wire, event)
            raise

    async def _leaving(self, wire: Wire, event: JsonObject) -> None:
        request = event.get("request", {})
        url, kind = str(request.get("url", "")), str(event.get("resourceType", ""))
        names = {str(event.get("networkId") or ""), str(event.get("redirectedRequestId") or "")} - {""}
        allowed = bool(names & self._free) or self.selection.allows(url)
        if allowed:
            self._free |= {str(event["requestId"])} | names
        elif held_back(kind, url):
            self._withhold(event)
            await _refuse(wire, event)
            return
        await let_go(wire, event)

    def _withhold(self, event: JsonObject) -> None:
        url, kind = str(event.get("request", {}).get("url", "")), str(event.get("resourceType", ""))
        self.selection.withhold(url, kind.lower())
        if kind == "Document" and str(event.get("frameId", "")) == self.main_frame and self.loading:
            self.main_withheld = True

    def _is_free(self, event: JsonObject) -> bool:
        names = {str(event.get(n) or "") for n in ("networkId", "requestId", "redirectedRequestId")} - {""}
        return bool(names & self._free)

    async def _answer(self, wire: Wire, event: JsonObject) -> None:
        status = int(event.get("responseStatusCode") or 0)
        if self._is_free(event) and not _is_page(event):
            await super().held(wire, event)
            return
        if not status or status in REDIRECTS:
            await let_go(wire, event)
            return
        exchange = await self._known(wire, event) if self.recording else None
        headers = header_list(event.get("responseHeaders"))
        named = {k.lower(): v for k, v in headers}
        media_type = named.get("content-type", "")
        if exchange is not None:
            exchange.held = exchange.streamed = True
            if not exchange.answered:
                exchange.status, exchange.response_headers = status, headers
                exchange.status_text = str(event.get("responseStatusText", ""))[:200]
                exchange.media_type = media_type.partition(";")[0][:200]
                self._match_extras(exchange.request_id)
        if event.get("resourceType") == "EventSource" and media_type.startswith("text/event-stream"):
            await let_go(wire, event)  # without end; the browser gives the page nothing of it but lines of text
            return
        reason = refusal(media_type, named.get("content-disposition", ""), b"")
        body, ended = b"", True
        if not reason and status not in _NO_BODY:
            body, ended = await self._read(wire, event, named)
            reason = refusal(media_type, "", body) or ("" if ended else "it did not come to its end within the bounds")
        if reason:
            await self._refuse_answer(wire, event, exchange, reason)
            return
        if exchange is not None:
            await self._keep(exchange, body)
        await self._give(wire, event, status, headers, body)

    async def _read(self, wire: Wire, event: JsonObject, named: dict[str, str]) -> tuple[bytes, bool]:
        """The body as far as it comes within the bounds, and whether that was all; broken off where it is a picture."""
        body, size, end = bytearray(), _SNIFFED, time.monotonic() + BODY_SECONDS
        length = named.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:16]) > MAX_BODY:
            return b"", False
        stream = await wire.send("Fetch.takeResponseBodyAsStream", requestId=str(event["requestId"]))
        handle, ended = str(stream["stream"]), False
        while len(body) <= MAX_BODY and time.monotonic() < end:
            task = asyncio.ensure_future(wire.send("IO.read", handle=handle, size=size))
            done, _pending = await asyncio.wait({task}, timeout=max(0.05, end - time.monotonic()))
            if not done:
                task.add_done_callback(lambda t: t.cancelled() or t.exception())
                break
            piece, size = task.result(), 1 << 20
            data = str(piece.get("data", ""))
            body += base64.b64decode(data) if piece.get("base64Encoded") else data.encode()
            self.changed = time.monotonic()
            ended = bool(piece.get("eof"))
            if ended or refusal("", "", bytes(body[:_SNIFFED])):
                break
        with contextlib.suppress(WireError):
            await wire.send("IO.close", handle=handle)
        return bytes(body), ended

    async def _keep(self, exchange: Exchange, body: bytes) -> None:
        kept, count = await asyncio.to_thread(cut_bytes, body)
        self.selection.cut_parts += count
        exchange.cut_parts = count
        exchange.body.replace(kept)
        exchange.body.sealed = True
        exchange.decoded = exchange.transferred = len(kept)
        if exchange.request_body:
            sent, count = await asyncio.to_thread(cut_bytes, exchange.request_body)
            exchange.request_body = b"" if refusal("", "", sent) else sent

    async def _refuse_answer(self, wire: Wire, event: JsonObject, exchange: Exchange | None, reason: str) -> None:
        url = str(event.get("request", {}).get("url", ""))
        self.selection.refuse(url, reason)
        self._withhold(event)
        if exchange is not None:
            exchange.withheld = reason
            exchange.body.sealed, exchange.state = True, "finished"
            exchange.decoded = exchange.transferred = 0
            self._inflight.pop(exchange.request_id, None)
        await _refuse(wire, event)

    async def _give(self, wire: Wire, event: JsonObject, status: int, headers: Headers, body: bytes) -> None:
        """Hand the judged answer to the page; documents with our policy beside their own."""
        kept = [{"name": k, "value": v} for k, v in headers if k.lower() not in _DROPPED]
        kept += [{"name": "Content-Security-Policy", "value": policy(self.selection.allowed)}]
        await wire.send(
            "Fetch.fulfillRequest",
            requestId=str(event["requestId"]),
            responseCode=status,
            responseHeaders=kept,
            body=base64.b64encode(body).decode("ascii"),
        )


def _is_page(event: JsonObject) -> bool:
    """Whether an answer opens as a page, whatever its address promised; it is judged, and told our policy, as one."""
    kinds = [v for k, v in header_list(event.get("responseHeaders")) if k.lower() == "content-type"]
    kind = kinds[-1].partition(";")[0].strip().lower() if kinds else ""
    return event.get("resourceType") == "Document" and kind in _PAGES


async def _refuse(wire: Wire, event: JsonObject) -> None:
    await wire.send("Fetch.failRequest", requestId=str(event["requestId"]), errorReason="BlockedByClient")
