"""What a finished capture says of itself: redirects, missing roles, outcome, the readable capture log."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.addresses import json_without_tokens
from evidence_kit.capture.exchange import Exchange
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.sink import CaptureResult
from evidence_kit.capture.warc import is_secret_header
from evidence_kit.records import CAPTURE_ROLES, Outcome

LOG_FORMAT = "evidence-kit/capture-log/1"
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}\Z")
_WITH_ADDRESSES = ("url_final", "redirects", "title", "navigation", "network", "steps", "identifiers")
MAX_REDIRECTS = 50
MAX_LISTED = 500
PAGE_ROLES = tuple(r for r in CAPTURE_ROLES if r != "capture-log")
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/svg+xml": "svg",
    "image/bmp": "bmp",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "application/pdf": "pdf",
    "application/zip": "zip",
}


def clean_media_type(untrusted: str) -> str:
    """A media type from outside, or application/octet-stream for what has not the form of one."""
    kind = untrusted.partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.match(kind) else "application/octet-stream"


def redirects(documents: Iterable[Exchange]) -> list[JsonObject]:
    """The chain of redirects of the main frame, in order."""
    found = [
        {"url": safe_text(x.url, 8192), "status": x.status, "location": safe_text(_read(x.header("location")), 8192)}
        for x in documents
        if x.state == "redirect"
    ]
    return found[:MAX_REDIRECTS]


def answer(document: Exchange | None) -> JsonObject:
    """What the site answered with: status and headers; empty where it did not."""
    return {"status": document.status, "headers": public_headers(document)} if document else {}


def public_headers(exchange: Exchange) -> list[JsonObject]:
    """Response headers fit for the manifest: no cookies, no tokens."""
    return [
        {"name": safe_text(k, 200), "value": safe_text(_read(v), 2000)}
        for k, v in exchange.response_headers[:100]
        if not is_secret_header(k)
    ]


def _read(value: str) -> str:
    """A header's value for people: what is UTF-8 on the wire is read so."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def told(result: CaptureResult, plan: CapturePlan) -> CaptureResult:
    """The result without what signs somebody in, in the addresses that were not typed but found."""
    found: dict[str, Any] = {name: json_without_tokens(getattr(result, name), plan.typed) for name in _WITH_ADDRESSES}
    return dataclasses.replace(result, **found)


def judge(
    *, answered: bool, expected: Sequence[str], have: set[str], extra: Sequence[str]
) -> tuple[Outcome, tuple[str, ...]]:
    """Outcome and missing roles. ``extra`` are ``load`` and ``end-of-page`` where they apply."""
    missing = [role for role in expected if role not in have]
    if not answered:
        return Outcome.FAILED, tuple(missing)
    missing += [name for name in dict.fromkeys(extra) if name not in missing]
    return (Outcome.PARTIAL if missing else Outcome.COMPLETE), tuple(missing)


def request_summary(exchanges: Sequence[Exchange]) -> JsonObject:
    """Counts, and every request whose answer was not kept whole and exact."""
    problems = [
        {
            "url": safe_text(x.url, 500),
            "status": x.status,
            "state": x.state,
            "error": x.error,
            "bytes": x.body.size,
            "body": x.shortcoming,
        }
        for x in exchanges
        if not x.from_cache and (not x.answered or x.shortcoming)
    ]
    return {
        "requests": len(exchanges),
        "answered": sum(1 for x in exchanges if x.answered),
        "from_memory": sum(1 for x in exchanges if x.from_cache),
        "bytes": sum(x.body.size for x in exchanges),
        "incomplete": problems[:MAX_LISTED],
        "incomplete_count": len(problems),
    }


def capture_log(plan: CapturePlan, parts: JsonObject) -> bytes:
    """The log as indented JSON, for people; it holds no personal value and no token of an address."""
    head = {"format": LOG_FORMAT, "url_requested": plan.url_requested, "subject": str(plan.subject)}
    log = head | json_without_tokens(parts, plan.typed)
    return (json.dumps(log, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")
