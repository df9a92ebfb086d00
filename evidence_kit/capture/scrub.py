"""What may stay of a document when no picture may: pure judgements and cuts, for the text-only record.

Signatures after the WHATWG MIME Sniffing standard. Doubt removes: a lost line of text is the lesser harm.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.coded import without_codes
from evidence_kit.capture.markup import no_limit

_TEXT_KINDS = ("text/", "application/xhtml+xml", "application/xml", "application/json", "application/ld+json")
_MAGIC = (
    (0, b"\x89PNG"),
    (0, b"\xff\xd8\xff"),
    (0, b"GIF8"),
    (0, b"RIFF"),
    (4, b"ftyp"),
    (0, b"%PDF"),
    (0, b"%!PS"),
    (0, b"PK\x03\x04"),
    (0, b"PK\x05\x06"),
    (0, b"BM"),
    (0, b"II*\x00"),
    (0, b"MM\x00*"),
    (0, b"\x1aE\xdf\xa3"),
    (0, b"OggS"),
    (0, b"ID3"),
    (0, b"FLV\x01"),
    (0, b"\xff\x0a"),
    (0, b"\x1f\x8b"),
    (0, b"Rar!"),
    (0, b"7z\xbc\xaf"),
    (0, b"8BPS"),
    (0, b"wOF"),
)
_BINARY = bytes([*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD, _FEWEST, _MANY = 1024, 8, 0.3
"""How a wide text without a mark is known: in its beginning, how many pairs at least, and which part has a zero."""
TO_TAG_END = r"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?)*+(?:>|\Z)"""
"""From a tag's name to its end, or to that of the text: what is passed once is never looked at again."""
_SVG = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?>.*?-->)\s*+|<!doctype\s++svg[^>]*+>\s*+)*+<svg[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_DATA_QUOTED = re.compile(r"""(?:"\s*+data\s*+:[^"]*+"|'\s*+data\s*+:[^']*+')""", re.IGNORECASE)
_DATA = re.compile(r"""data\s*+:\s*+[a-z0-9.+-]*+(?:/[a-z0-9.+-]*+)?[;,][^\s"'<>)]*+""", re.IGNORECASE)
_RUNS = re.compile(
    r"(?:[A-Za-z0-9+/_-]{64,}={0,2}|(?:[A-Za-z0-9+/_-]{40,}={0,2}\s+){2,}[A-Za-z0-9+/_=-]*|(?:%[0-9A-Fa-f]{2}){16,}"
    r"|(?:\\x[0-9A-Fa-f]{2}){16,}|(?:0x[0-9A-Fa-f]{2}[\s,;]{1,3}){16,}"
    r"|(?:[0-9A-Fa-f]{2}\s){40,})"
)
_DATA_IN_ADDRESS = re.compile(r"data(?::|%3a)[^&#]*", re.IGNORECASE)
_LONG_CODES = re.compile(r"(?<![A-Za-z0-9+/_%=-])[A-Za-z0-9+/_%=-]{200,}+")
_PIECES = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}(?:\s+[A-Za-z0-9+/_-]{16,}={0,2})+(?:\s+[A-Za-z0-9+/_-]{1,15}={1,2})?")
_LINKS = re.compile(rf"<link\b{TO_TAG_END}", re.IGNORECASE)
_METAS = re.compile(rf"<meta\b{TO_TAG_END}", re.IGNORECASE)
_INLINE = re.compile(r"<(style|script|svg|object|canvas|math)\b", re.IGNORECASE)
_INLINE_ENDS = {
    name: re.compile(rf"</{name}\s*+>", re.IGNORECASE)
    for name in ("style", "script", "svg", "object", "canvas", "math")
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]+")
_HEADERS = frozenset(
    {"age", "cache-control", "content-language", "content-length", "content-type", "date", "etag", "expires"}
    | {"last-modified", "location", "retry-after", "server", "strict-transport-security", "via", "x-robots-tag"}
)
"""What stays of an answer's headers (FORMAT section 3)."""
MAX_HEADER = 200
REMOVED = "[…]"


def refusal(media_type: str, untrusted_body: bytes) -> str:
    """Why a document may not be shown, or empty. Judged by its type and by its bytes, whatever the other says."""
    kind = media_type.partition(";")[0].strip().lower()
    if kind and not kind.startswith(_TEXT_KINDS):
        return "its media type is not that of a text"
    return binary_file(untrusted_body, _charset(media_type))


def _wide_charset(untrusted_body: bytes, charset: str = "") -> str:
    """The charset of a text in units of two or four bytes, or empty; without a mark or a name known by its zeros."""
    if untrusted_body.startswith(_WIDE):
        return "utf-32" if charset.startswith("utf-32") else "utf-16"
    head = untrusted_body[:_HEAD]
    if charset.startswith("utf-32"):
        return charset
    even, odd, pairs = head[::2].count(0), head[1::2].count(0), len(head) // 2
    named = charset.startswith(("utf-16", "utf16", "ucs-2", "iso-10646"))
    if pairs >= _FEWEST and odd >= pairs * _MANY and not even:
        return "utf-16-le"
    if pairs >= _FEWEST and even >= pairs * _MANY and not odd:
        return "utf-16-be"
    return ("utf-16-be" if charset.endswith("be") else "utf-16-le") if named else ""


def narrowed(untrusted_body: bytes, charset: str = "") -> bytes | None:
    """A wide text as UTF-8, any other body as it is; None for what calls itself wide and is no text."""
    wide = _wide_charset(untrusted_body, charset)
    if not wide:
        return untrusted_body
    try:
        text = codecs.getincrementaldecoder(wide)().decode(untrusted_body)  # what is cut within a character loses it
    except (UnicodeError, LookupError):
        return None
    return text.encode("utf-8", "replace")


def binary_file(untrusted_body: bytes, charset: str = "") -> str:
    """Why bytes are not those of a text, or empty; judged by the bytes alone."""
    text = narrowed(untrusted_body, charset)
    if text is None:
        return "its bytes are not those of a text"
    untrusted_body = text
    head = untrusted_body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if any(
        untrusted_body[at : at + len(magic)] == magic or head[at : at + len(magic)] == magic for at, magic in _MAGIC
    ):
        return "its first bytes are those of a picture, a film or another file"
    if _SVG.match(head):
        return "it is a drawing"
    if b"%PDF-" in head[:1024] or len(untrusted_body[:4096].translate(None, _BINARY)) != len(untrusted_body[:4096]):
        return "its bytes are not those of a text"
    if b"\0" in untrusted_body:
        return "its bytes are not those of a text"
    return ""


def _charset(media_type: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", media_type, re.IGNORECASE)
    return found[1].lower() if found else ""


def cleaned_document(untrusted_body: bytes, media_type: str, check: Callable[[], None] = no_limit) -> tuple[bytes, str]:
    """The document without inline data, drawings, styles, links; and the type to show it with.

    Goes through the document a fixed number of times, forwards; ``check`` is called between and may raise.

    Single-byte characters stand for bytes while cutting, so that any ASCII-compatible charset survives;
    UTF-16 is turned into UTF-8 first.
    """
    charset = _charset(media_type)
    if _wide_charset(untrusted_body, charset):
        untrusted_body, charset = narrowed(untrusted_body, charset) or b"", "utf-8"
    plain = media_type.partition(";")[0].strip().lower()
    text = untrusted_body.decode("latin-1")
    html = plain in {"", "text/html", "application/xhtml+xml"}
    if html:
        check()
        text = _without_inline(text, check)
        check()
        text = _METAS.sub(_kept_meta, _LINKS.sub("", text))
        check()
        text = _DATA_QUOTED.sub('""', text)
    check()
    text = _DATA.sub("", text)
    kind = "text/html" if html else "text/plain"
    return text.encode("latin-1"), f"{kind}; charset={charset}" if charset else kind


def _without_inline(text: str, check: Callable[[], None]) -> str:
    """Without styles, scripts, drawings and the like; what is not closed stays. Each end is looked for once."""
    kept: list[str] = []
    unclosed: set[str] = set()
    at = from_here = 0
    while found := _INLINE.search(text, from_here):
        name, from_here = found[1].lower(), found.end()
        if name in unclosed:
            continue
        check()
        if end := _INLINE_ENDS[name].search(text, from_here):
            kept.append(text[at : found.start()])
            at = from_here = end.end()
        else:
            unclosed.add(name)
    return "".join((*kept, text[at:]))


def _kept_meta(found: re.Match[str]) -> str:
    """A <meta http-equiv> goes unless it only names the charset."""
    tag, lower = found[0], found[0].lower()
    return tag if "http-equiv" not in lower or ("content-type" in lower and "refresh" not in lower) else ""


def _unless_words(found: re.Match[str]) -> str:
    """Codes broken into short pieces go; a few long words or names in a row stay."""
    joined = "".join(found[0].split())
    mixed = all(any(map(kind, joined)) for kind in (str.isdigit, str.isupper, str.islower))
    return REMOVED if mixed and len(joined) >= 64 else found[0]  # noqa: PLR2004 - as long as a run in one piece


def cleaned_text(text: str) -> str:
    """Text without data: addresses, codes in one piece or broken up, and control characters."""
    text = without_codes(text, REMOVED)
    text = _DATA.sub(REMOVED, text)
    text = _RUNS.sub(REMOVED, text)
    text = _PIECES.sub(_unless_words, text)
    return _CONTROL.sub("", text)


def cleaned_address(url: str) -> str:
    """An address without the pictures that it may carry; as long a code as no name or number of a page has goes too."""
    return _LONG_CODES.sub(REMOVED, _DATA_IN_ADDRESS.sub(REMOVED, url))


def cleaned_headers(headers: list[JsonObject]) -> list[JsonObject]:
    """Of the headers of an answer those that tell how it came, each short; no page can say anything else with one."""
    return [
        {"name": name, "value": cleaned_text(str(header["value"])[:MAX_HEADER])}
        for header in headers
        if (name := str(header["name"]).lower()) in _HEADERS
    ]
