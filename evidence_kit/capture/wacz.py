"""WACZ 1.1.1: the WARC with its index and page list in one ZIP, streamed, in two variants in one pass.

The exported one carries no cookies, tokens (in addresses neither) or request bodies; the confidential one carries all
and never leaves.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import uuid
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from evidence_kit import __version__
from evidence_kit.canonical import JsonObject
from evidence_kit.capture.addresses import headers_without_tokens, without_tokens
from evidence_kit.capture.exchange import Body, Exchange
from evidence_kit.capture.output import Output
from evidence_kit.capture.warc import WarcWriter, Written, moment
from evidence_kit.digest import Hasher, sha256_hex

SOFTWARE = f"Evidence Kit {__version__}"
MEDIA_TYPE = "application/wacz+zip"
WARC_NAME = "data.warc.gz"
REMOVED = (
    "cookies, authorisation and token headers, request bodies; in addresses the values of parameters that sign"
    " somebody in, each overwritten with as many x"
)
_INDEX_LINES = 3000
_WWW = re.compile(r"www\d*\.")


def surt(url: str) -> str:
    """The sort-friendly key of a URL: host reversed, lower case, query sorted (as replay tools look it up)."""
    parts = urlsplit(url.lower())
    try:
        port = parts.port
    except ValueError:
        port = None
    host = _WWW.sub("", parts.hostname or "", count=1) if _WWW.match(parts.hostname or "") else parts.hostname or ""
    key = ",".join(reversed(host.split("."))) if ":" not in host else f"[{host}]"
    if port and port != {"http": 80, "https": 443}.get(parts.scheme):
        key += f":{port}"
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{key}){parts.path or '/'}" + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page list says of the captured page."""

    url: str
    title: str
    started_ms: int


class _Unseekable(io.RawIOBase):
    """Lets zipfile stream: with neither seek nor tell it writes sizes behind each entry."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._sink = write

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._sink(piece)
        return len(piece)


@dataclass(frozen=True, slots=True)
class Made:
    """Bytes that a script of the page put together (``blob:``), read from the browser."""

    url: str
    media_type: str
    body: Body
    ms: int


class WaczWriter:
    """One WACZ into ``write``. Exchanges are added in order, then :meth:`finish`."""

    def __init__(self, write: Callable[[bytes], object], page: PageFacts, *, secrets: bool, large: bool) -> None:
        self._secrets = secrets
        if not secrets:
            page = PageFacts(without_tokens(page.url), without_tokens(page.title), page.started_ms)
        self._page = page
        self._zip = zipfile.ZipFile(_Unseekable(write), "w", zipfile.ZIP_STORED, allowZip64=True)
        self._resources: list[JsonObject] = []
        self._lines: list[str] = []
        self._hasher = Hasher()
        self._entry = self._zip.open(self._info(f"archive/{WARC_NAME}"), "w", force_zip64=large)
        self._warc = WarcWriter(self._warc_bytes, secrets=secrets)
        self._warc.info(
            {
                "software": SOFTWARE,
                "format": "WARC File Format 1.1",
                "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
                "note": "bodies are content-decoded; original framing headers are kept as X-Archive-Orig-*",
                "removed": "" if secrets else REMOVED,
            },
            page.started_ms,
            WARC_NAME,
        )

    def add(self, exchange: Exchange) -> None:
        """One hop: its records and its line in the index."""
        if not self._secrets:
            exchange = replace(
                exchange,
                url=without_tokens(exchange.url),
                request_headers=headers_without_tokens(exchange.request_headers),
                response_headers=headers_without_tokens(exchange.response_headers),
            )
        written = self._warc.exchange(exchange)
        if written:
            self._lines.append(self._index_line(exchange, written))

    def add_made(self, made: Made) -> None:
        """Content that the page made itself; it has no line in the index, for nothing can ask for it."""
        self._warc.resource(made.url, made.media_type, made.body, made.ms)

    def finish(self) -> None:
        """Close the WARC, write index, page list and package description."""
        self._entry.close()
        self._resource(f"archive/{WARC_NAME}", self._hasher.hex(), self._hasher.size)
        self._indexes()
        self._put("pages/pages.jsonl", self._pages())
        page = self._page
        description = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "created": moment(page.started_ms).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "software": SOFTWARE,
            "title": page.title,
            "mainPageUrl": page.url,
            "mainPageDate": moment(page.started_ms).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "resources": self._resources,
        }
        packed = json.dumps(description, indent=2, ensure_ascii=False).encode("utf-8", "replace")
        self._zip.writestr(self._info("datapackage.json"), packed)
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256_hex(packed)}"}
        self._zip.writestr(self._info("datapackage-digest.json"), json.dumps(digest, indent=2).encode())
        self._zip.close()

    def _warc_bytes(self, data: bytes) -> None:
        self._hasher.update(data)
        self._entry.write(data)

    def _info(self, name: str) -> zipfile.ZipInfo:
        at = moment(max(self._page.started_ms, 315_619_200_000))  # ZIP knows no time before 1980
        return zipfile.ZipInfo(name, at.timetuple()[:6])

    def _resource(self, path: str, digest: str, size: int) -> None:
        name = path.rpartition("/")[2]
        self._resources.append({"name": name, "path": path, "hash": f"sha256:{digest}", "bytes": size})

    def _put(self, path: str, data: bytes) -> None:
        self._zip.writestr(self._info(path), data)
        self._resource(path, sha256_hex(data), len(data))

    @staticmethod
    def _index_line(exchange: Exchange, written: Written) -> str:
        fields = {
            "url": exchange.url,
            "mime": exchange.media_type or "unk",
            "status": str(exchange.status),
            "digest": written.payload_digest,
            "length": str(written.length),
            "offset": str(written.offset),
            "filename": WARC_NAME,
        }
        if exchange.method != "GET":
            fields["method"] = exchange.method
        stamp = moment(exchange.started_ms).strftime("%Y%m%d%H%M%S")
        return f"{surt(exchange.url)} {stamp} {json.dumps(fields)}\n"

    def _indexes(self) -> None:
        """The index in blocks of gzip, and the index of the blocks, as replay tools read it."""
        lines = sorted(self._lines)
        blocks, entries = [], ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
        offset = 0
        for start in range(0, len(lines), _INDEX_LINES):
            part = lines[start : start + _INDEX_LINES]
            packed = gzip.compress("".join(part).encode("utf-8", "replace"), mtime=0)
            where = {"offset": offset, "length": len(packed), "digest": f"sha256:{sha256_hex(packed)}"}
            entries.append(f"{part[0].split(' {', 1)[0]} {json.dumps(where | {'filename': 'index.cdx.gz'})}\n")
            offset += len(packed)
            blocks.append(packed)
        self._put("indexes/index.cdx.gz", b"".join(blocks) or gzip.compress(b"", mtime=0))
        self._put("indexes/index.idx", "".join(entries).encode("utf-8", "replace"))

    def _pages(self) -> bytes:
        page = self._page
        stamp = moment(page.started_ms).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines = [
            {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"},
            {"id": uuid.uuid4().hex, "url": page.url, "title": page.title, "ts": stamp},
        ]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf-8", "replace")


def write_archives(
    exchanges: Sequence[Exchange],
    page: PageFacts,
    exported: Callable[[bytes], object],
    confidential: Callable[[bytes], object],
    made: Sequence[Made] = (),
) -> None:
    """Both WACZ files in one pass over the exchanges that went over the wire. Runs in a worker thread."""
    wired = [x for x in exchanges if not x.from_cache]
    large = sum(x.body.size for x in wired) > 1 << 30
    writers = [
        WaczWriter(write, page, secrets=s, large=large) for write, s in ((exported, False), (confidential, True))
    ]
    for exchange in wired:
        for writer in writers:
            writer.add(exchange)
    for writer in writers:
        for one in made:
            writer.add_made(one)
        writer.finish()


def keep_clean_archive(out: Output, exchanges: Sequence[Exchange], page: PageFacts, made: Sequence[Made] = ()) -> None:
    """The WACZ without secrets, and no confidential one beside it. Runs in a worker thread."""
    exported = out.open("wacz", "archive.wacz", MEDIA_TYPE)
    try:
        wired = [x for x in exchanges if not x.from_cache]
        writer = WaczWriter(exported.write, page, secrets=False, large=sum(x.body.size for x in wired) > 1 << 30)
        for exchange in wired:
            writer.add(exchange)
        for one in made:
            writer.add_made(one)
        writer.finish()
        out.finish(exported)
    except BaseException:
        exported.abort()
        raise


def keep_archives(out: Output, exchanges: Sequence[Exchange], page: PageFacts, made: Sequence[Made] = ()) -> None:
    """Both WACZ files as artifacts, or none of them. Runs in a worker thread; raises what the sink raises."""
    exported = out.open("wacz", "archive.wacz", MEDIA_TYPE)
    confidential = out.open("wacz-confidential", "archive-confidential.wacz", MEDIA_TYPE, confidential=True)
    try:
        write_archives(exchanges, page, exported.write, confidential.write, made)
        out.finish(exported)
        out.finish(confidential)
    except BaseException:
        exported.abort()
        confidential.abort()
        raise
