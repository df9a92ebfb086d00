"""One request and what came back, with the body in memory or, when memory is used up, in the encrypted scratch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from evidence_kit.capture.sink import Spool

BOMB_BYTES, BOMB_DOCUMENT, BOMB_RATIO = 32 << 20, 8 << 20, 100
"""From how many unpacked bytes on, and from how many times what came over the wire, an answer is broken off."""
_RANGE = re.compile(r"\s*bytes\s+([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})\s*\Z", re.IGNORECASE)
PARTIAL_CONTENT = 206
_REFUSED = ("net::ERR_ABORTED", "net::ERR_FAILED", "net::ERR_BLOCKED_BY")
"""Answers that came to their end and that the browser did not hand to the page: by its rules, or ours."""
Headers = list[tuple[str, str]]


class Budget:
    """How many bytes of bodies may stay in memory, all exchanges of a capture together."""

    def __init__(self, memory: int, per_body: int, spool: Callable[[], Spool], total: int = 8 << 30) -> None:
        self.left = memory
        self.per_body = per_body
        self.total = total
        """How many bytes of bodies may still come, wherever they are kept."""
        self.spool = spool
        self.error: Exception | None = None
        """What the scratch raised (a full disk); the capture raises it at its next step."""


class Body:
    """Bytes of a response as they arrive. Nothing of it reaches a disk except through the encrypted spool."""

    __slots__ = ("_budget", "_memory", "_spool", "cut", "sealed", "size")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._memory: list[bytes] = []
        self._spool: Spool | None = None
        self.size = 0
        self.sealed = False
        """Whether late bytes are refused, because the archive is being written."""
        self.cut = False
        """Whether bytes were left out because the body passed its bound."""

    def write(self, data: bytes) -> None:
        """Take the next bytes; beyond the bound they are dropped and ``cut`` says so."""
        if self.sealed:
            return
        if self.size + len(data) > self._budget.per_body or len(data) > self._budget.total:
            self.cut = True
            return
        self.size += len(data)
        self._budget.total -= len(data)
        if self._spool is None and len(data) <= self._budget.left:
            self._budget.left -= len(data)
            self._memory.append(data)
            return
        try:
            if self._spool is None:
                self._spool = self._budget.spool()
            self._spool.write(data)
        except Exception as exc:  # noqa: BLE001 - we are inside an event of the browser; told to the capture itself
            self._budget.error = self._budget.error or exc
            self.cut = True

    def replace(self, data: bytes) -> None:
        """Put a body that came in one piece in the place of what there was."""
        self.discard()
        self.write(data)

    def chunks(self) -> Iterator[bytes]:
        """All bytes in order; can be called again."""
        yield from self._memory
        if self._spool is not None:
            yield from self._spool.chunks()

    def read(self, limit: int) -> bytes:
        """The first ``limit`` bytes in one piece."""
        parts, size = [], 0
        for chunk in self.chunks():
            parts.append(chunk)
            size += len(chunk)
            if size >= limit:
                break
        return b"".join(parts)[:limit]

    def discard(self) -> None:
        """Give memory and scratch back."""
        self._budget.left += sum(map(len, self._memory))
        self._memory.clear()
        if self._spool is not None:
            self._spool.discard()
            self._spool = None
        self.size = 0
        self.cut = False


@dataclass(slots=True)
class Exchange:
    """One hop: a redirect makes a new exchange with the same ``request_id``."""

    request_id: str
    url: str
    method: str
    body: Body
    started_ms: int
    """Milliseconds since the epoch, as the browser's clock says."""
    resource_type: str = ""
    frame_id: str = ""
    part: str = "page"
    request_headers: Headers = field(default_factory=list)
    request_body: bytes | None = None
    request_cut: int = 0
    """How many bytes were sent and not kept, because the page had sent too much already."""
    status: int = 0
    status_text: str = ""
    protocol: str = ""
    response_headers: Headers = field(default_factory=list)
    raw_headers: bool = False
    """Whether the headers are those of the wire, cookies included."""
    media_type: str = ""
    address: str = ""
    port: int = 0
    tls: dict[str, str] = field(default_factory=dict)
    distrusted: bool | None = None
    """Whether the browser did not hold the certificate for valid; None where it says nothing of it."""
    decoded: int = 0
    """Bytes that the browser counted after decoding."""
    from_cache: bool = False
    state: str = "open"
    """``open``, ``finished``, ``failed`` or ``redirect``."""
    error: str = ""
    exact: bool = True
    """Whether the body is byte for byte what came; False for a text that the browser gave only decoded."""
    streamed: bool = False
    """Whether the body comes piece by piece, complete from its first byte."""
    held: bool = False
    """Whether the body was taken in one piece before the page got it; what is told of it later is not added."""
    taken: bool = False
    """Whether that one piece has come, to its last byte as far as the browser knows."""
    aside: bool = False
    """Whether the page's own session never told of this request: its end is known only from its body."""
    download: bool = False
    """Whether the page wanted to hand this to the person as a file, which is refused; what came of it is kept."""
    withheld: str = ""
    """Why by rule nothing of the answer was kept (subject ``selected``); empty for all others."""
    cut_parts: int = 0
    """How many pictures inside the body were replaced by a mark, by the same rule."""
    not_given: bool = False
    """Whether it is kept whole and the page did not get it, because it was too long for one message."""
    kept_out: bool = False
    """Whether it is a page that was not let in any more, because the page before had led on too often."""
    from_blob: bool = False
    """Whether the body is that of a Blob which the page held, of the length that was announced."""
    left: bool = False
    """Whether the browser took no more of a picture before its end, because it is none that it can show."""
    broken_off: bool = False
    """Whether it unpacked to so much that it was broken off."""
    head_bytes: int = 0
    transferred: int = 0
    """Bytes of the body as they went over the wire, where the browser counted them."""

    def drop_body(self) -> None:
        """What came after the headers is not the site's: keep the answer without it."""
        self.body.discard()
        self.body.sealed, self.state = True, "finished"
        self.decoded = self.transferred = 0

    @property
    def swollen(self) -> bool:
        """Whether it unpacks to more than any page needs, out of next to nothing."""
        least = BOMB_DOCUMENT if self.resource_type == "Document" else BOMB_BYTES
        if self.decoded < least or not self.header("content-encoding"):
            return False
        return self.decoded > max(self.transferred, 1) * BOMB_RATIO

    @property
    def answered(self) -> bool:
        """Whether a response came from the network."""
        return self.status > 0

    @property
    def whole(self) -> bool:
        """Whether the body is there to its last byte."""
        if self.state == "redirect" or (self.answered and (self.method == "HEAD" or self.status in {204, 304})):
            return True
        have = self.body.size >= max(self.decoded, self.announced)
        told = self.state == "open" or self.error.startswith(_REFUSED)  # nobody tells of some ends
        ended = self.state == "finished" or (self.taken and told) or (self.announced > 0 and have)
        missing = self.unseen or self.in_parts or self.kept_out or self.excerpt
        return ended and have and not self.body.cut and not missing

    @property
    def excerpt(self) -> str:
        """Which part of it the site sent although the whole was asked for (RFC 9110, 14.4); empty where it is none."""
        found = _RANGE.match(self.header("content-range")) if self.status == PARTIAL_CONTENT else None
        if found is None or any(name.lower() == "range" for name, _value in self.request_headers):
            return ""
        first, last, total = map(int, found.groups())
        return f"the site sent bytes {first} to {last} of {total} only" if last - first + 1 < total else ""

    @property
    def in_parts(self) -> bool:
        """Whether the site replaces it again and again in one answer; the browser gives only some of its parts."""
        return self.media_type == "multipart/x-mixed-replace" and self.resource_type == "Image"

    @property
    def without_end(self) -> bool:
        """Whether its end was not waited for, by the browser or by us."""
        return self.left or self.in_parts or self.kept_out

    @property
    def preload(self) -> bool:
        """Whether the browser asked for a document while it woke the site's service worker, which got the answer."""
        return self.part == "service_worker" and self.request_id.startswith("preload")

    @property
    def unseen(self) -> bool:
        """Whether a body went over the wire and none of it reached us: the record is not of an empty answer."""
        if self.body.size or self.method == "HEAD" or self.status in {204, 304} or self.header("content-length") == "0":
            return False
        framing = 64 if self.header("content-encoding") or not self.protocol.startswith("http/1") else 5
        return self.transferred > framing

    @property
    def shortcoming(self) -> str:
        """In what the kept body is not what the server sent; empty if it is. Stands in the WARC and in the log."""
        if not self.answered or self.from_cache:
            return ""
        if self.withheld:
            return f"withheld by rule: {self.withheld}"
        if self.kept_out:
            return "not let in: the page had led on by itself too often"
        if self.cut_parts:
            return f"{self.cut_parts} pictures or media in it were replaced by a mark, by rule"
        if not self.exact:
            return "encoded again from the text that the browser gave; not byte for byte what came"
        if self.resource_type == "Prefetch" and not self.body.size and self.announced != 0:
            return "asked for ahead because the page wished it; the browser keeps such an answer to itself"
        if self.from_blob:
            return (
                "read from a Blob that the page held, of the length that the site announced; the browser gave no other"
            )
        if self.unseen and self.preload:
            return (
                f"{self.transferred} bytes were asked for ahead and handed to the site's own worker past this record;"
                " what the worker made of them for the page stands under the same address"
            )
        if self.unseen:
            return f"{self.transferred} bytes went over the wire and none of them could be kept"
        if self.broken_off:
            return f"broken off after {self.decoded} bytes: it unpacked to more than {BOMB_RATIO} times what came"
        if self.body.cut:
            return "cut at the bound on its size"
        if self.in_parts:
            return "a picture that is replaced again and again: some of its parts, without what stands between them"
        if self.not_given:
            return "kept whole; it told no length and was too long to be handed to the page"
        if self.whole:
            return ""
        if self.excerpt:
            return self.excerpt
        if self.left:
            return "no picture that the browser shows, so that it took no more of it: kept as far as it came"
        why = f" ({self.error})" if self.error else ""
        return f"not whole: {'kept as far as it came' if self.body.size else 'nothing of it could be kept'}{why}"

    @property
    def announced(self) -> int:
        """The length that the server promised; 0 where it says nothing of the decoded body."""
        length = self.header("content-length")
        changed = self.withheld or self.cut_parts or self.header("content-encoding")
        silent = self.method == "HEAD" or self.status in {204, 304} or changed
        return int(length) if length.isascii() and length.isdigit() and len(length) < 16 and not silent else 0  # noqa: PLR2004

    def header(self, name: str) -> str:
        """The first response header of that name, or empty."""
        name = name.lower()
        return next((v for k, v in self.response_headers if k.lower() == name), "")
