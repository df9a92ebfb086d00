"""WARC 1.1 records (ISO 28500) from exchanges, written as a stream into memory-bounded gzip members.

warcio's own writer spills bodies into temp files in clear when it computes digests, so records are written here;
warcio judges them in tests. Bodies are content-decoded: Content-Encoding, Content-Length and Transfer-Encoding are
kept as ``X-Archive-Orig-...`` and the length is that of what stands here.
"""

from __future__ import annotations

import hashlib
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from evidence_kit.capture.exchange import Body, Exchange, Headers

_RENAMED = {"content-encoding", "content-length", "transfer-encoding"}
_SECRET_NAMES = {"cookie", "cookie2", "set-cookie", "set-cookie2", "authorization", "proxy-authorization"}
_SECRET_PARTS = ("csrf", "xsrf", "token", "api-key", "apikey", "session", "x-auth", "secret", "password", "credential")
_PACKED = ("image/", "video/", "audio/", "font/", "application/zip", "application/pdf", "application/font")
_BIG = 1 << 20


def is_secret_header(name: str) -> bool:
    """Whether a header may carry what logs somebody in; such headers never leave the vault."""
    name = name.lower()
    return name in _SECRET_NAMES or any(part in name for part in _SECRET_PARTS)


@dataclass(frozen=True, slots=True)
class Written:
    """Where a record came to stand, for the index."""

    offset: int
    length: int
    payload_digest: str


def _line(text: str) -> str:
    return "".join(ch if ch >= " " and ch != "\x7f" else " " for ch in text)


def _head(first: str, headers: Headers) -> bytes:
    lines = [_line(first), *(f"{_line(k).replace(':', '').strip() or 'X'}: {_line(v).strip()}" for k, v in headers)]
    return b"".join(_bytes(line) + b"\r\n" for line in [*lines, ""])


def _bytes(line: str) -> bytes:
    """Header lines hold bytes as Latin-1, as the wire does; what is no byte is of ours, or told as text."""
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "replace")


def moment(ms: int) -> datetime:
    """Milliseconds since the epoch as a time; absurd values from outside become the epoch."""
    try:
        return datetime.fromtimestamp(ms / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def warc_date(ms: int) -> str:
    """WARC-Date with milliseconds."""
    return moment(ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def response_head(exchange: Exchange, *, secrets: bool) -> bytes:
    """Status line and headers as they stand in the archive."""
    try:
        phrase = exchange.status_text or HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    kept: Headers = []
    for name, value in exchange.response_headers:
        if name.startswith(":") or (not secrets and is_secret_header(name)):
            continue
        kept.append((f"X-Archive-Orig-{name}" if name.lower() in _RENAMED else name, value))
    kept.append(("Content-Length", str(exchange.body.size)))
    return _head(f"HTTP/1.1 {exchange.status} {phrase}", kept)


def request_head(exchange: Exchange, *, secrets: bool) -> bytes:
    """Request line and headers as they stand in the archive."""
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [
        (k, v)
        for k, v in exchange.request_headers
        if not k.startswith(":") and (secrets or (not is_secret_header(k) and k.lower() != "content-length"))
    ]
    if not any(k.lower() == "host" for k, _ in kept):
        kept.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
    return _head(f"{exchange.method} {target} HTTP/1.1", kept)


class WarcWriter:
    """Appends records to ``write``, each its own gzip member. ``secrets`` keeps cookies, tokens, request bodies."""

    def __init__(self, write: Callable[[bytes], object], *, secrets: bool) -> None:
        self._write = write
        self.secrets = secrets
        self.offset = 0

    def info(self, fields: dict[str, str], ms: int, filename: str) -> None:
        """The warcinfo record that opens the file."""
        block = "".join(f"{k}: {_line(v)}\r\n" for k, v in fields.items()).encode()
        self._record("warcinfo", None, ms, "application/warc-fields", block, extra=[("WARC-Filename", filename)])

    def exchange(self, exchange: Exchange) -> Written | None:
        """Response and request of one hop; None where no response came (an error is written as metadata)."""
        record_id = _new_id()
        if not exchange.answered:
            block = f"error: {_line(exchange.error or exchange.state)}\r\n".encode()
            self._record("metadata", exchange.url, exchange.started_ms, "application/warc-fields", block)
            self._request(exchange, None)
            return None
        extra = [("WARC-IP-Address", exchange.address)] if exchange.address else []
        if not exchange.whole:
            reason = (
                "length"
                if exchange.body.cut
                else "unspecified"
                if exchange.unseen or exchange.without_end
                else "disconnect"
            )
            extra.append(("WARC-Truncated", reason))
        written = self._record(
            "response",
            exchange.url,
            exchange.started_ms,
            "application/http; msgtype=response",
            response_head(exchange, secrets=self.secrets),
            body=exchange.body.chunks,
            body_size=exchange.body.size,
            extra=extra,
            record_id=record_id,
            level=0 if exchange.media_type.startswith(_PACKED) else 1 if exchange.body.size > _BIG else 6,
        )
        self._request(exchange, record_id)
        sent = f"request body: {exchange.request_cut} bytes were sent and not kept\r\n" if exchange.request_cut else ""
        if exchange.shortcoming or sent:
            body = f"body: {_line(exchange.shortcoming)}\r\n" if exchange.shortcoming else ""
            block = f"{body}{sent}".encode()
            about = [("WARC-Refers-To", record_id), ("WARC-Concurrent-To", record_id)]
            self._record("metadata", exchange.url, exchange.started_ms, "application/warc-fields", block, extra=about)
        return written

    def resource(self, url: str, media_type: str, body: Body, ms: int) -> None:
        """Bytes that a script made in the page and that no response carried (``blob:``)."""
        self._record("resource", url, ms, media_type, b"", body=body.chunks, body_size=body.size, level=1)

    def _request(self, exchange: Exchange, response_id: str | None) -> None:
        body = (exchange.request_body or b"") if self.secrets else b""
        self._record(
            "request",
            exchange.url,
            exchange.started_ms,
            "application/http; msgtype=request",
            request_head(exchange, secrets=self.secrets),
            body=lambda: iter((body,)),
            body_size=len(body),
            extra=[("WARC-Concurrent-To", response_id)] if response_id else [],
        )

    def _record(
        self,
        kind: str,
        url: str | None,
        ms: int,
        media_type: str,
        head: bytes,
        *,
        body: Callable[[], Iterator[bytes]] | None = None,
        body_size: int = 0,
        extra: Iterable[tuple[str, str]] = (),
        record_id: str = "",
        level: int = 6,
    ) -> Written:
        block, payload = hashlib.sha256(head), hashlib.sha256()
        for chunk in body() if body else ():
            block.update(chunk)
            payload.update(chunk)
        payload_digest = f"sha256:{payload.hexdigest()}"
        headers = [("WARC-Type", kind), ("WARC-Record-ID", record_id or _new_id()), ("WARC-Date", warc_date(ms))]
        if url:
            headers.append(("WARC-Target-URI", url))
        headers += extra
        headers.append(("WARC-Block-Digest", f"sha256:{block.hexdigest()}"))
        if kind in {"request", "response"}:
            headers.append(("WARC-Payload-Digest", payload_digest))
        headers += [("Content-Type", media_type), ("Content-Length", str(len(head) + body_size))]
        start, deflater = self.offset, zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        self._put(deflater.compress(_head("WARC/1.1", headers) + head))
        for chunk in body() if body else ():
            self._put(deflater.compress(chunk))
        self._put(deflater.compress(b"\r\n\r\n") + deflater.flush())
        return Written(start, self.offset - start, payload_digest)

    def _put(self, data: bytes) -> None:
        if data:
            self._write(data)
            self.offset += len(data)


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"
