"""What may be loaded when she chooses picture by picture: pure judgements, cuts and the record of both.

Doubt withholds: a script that does not come is the lesser harm. Nothing here speaks to a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import idna

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.made_pictures import is_name
from evidence_kit.capture.scrub import TO_TAG_END, binary_file

MAX_LISTED = 500
MAX_ALLOWED = 500
MAX_ADDRESS = 2000
_POLICY = "; ".join(f"{kind} http: https:" for kind in ("img-src", "media-src", "font-src", "frame-src"))
"""What each document is told: pictures, media, fonts and frames come from the network alone, so data: and blob: ones
are never decoded. What comes over the network is judged request by request; but nothing tells what an embedded object
will be, so that of those only the allowed ones are asked for at all."""

_LOADED = {"Document", "Stylesheet", "Script", "XHR", "Fetch", "EventSource", "WebSocket", "Preflight", "Other"}
_ENDING = re.compile(
    r"\.(?:a?png|jpe?g?|jfif|gif|webp|avif|heic|heif|jxl|bmp|ico|cur|tiff?|svgz?|psd|mp4|m4[avs]|webm|mov|mkv|avi|wmv|flv"
    r"|mpe?g|ogg|og[av]|opus|mp3|aac|wav|flac|m3u8|mpd|m2?ts|3gp|pdf|swf|eot|ttf|otf|woff2?)\Z",
    re.IGNORECASE,
)
_MEDIA_KINDS = ("image/", "video/", "audio/", "font/", "multipart/", "model/")
_OTHER_KINDS = (
    "application/pdf",
    "application/octet-stream",
    "application/ogg",
    "application/mp4",
    "application/vnd.apple.mpegurl",
    "application/x-mpegurl",
    "application/dash+xml",
    "application/font",
    "application/x-font",
    "application/vnd.ms-fontobject",
    "application/x-shockwave-flash",
    "application/zip",
)
_QUOTED_DATA = re.compile(
    r"""(?:"\s*+data\s*+:\s*+(?!text/html|text/plain)[^"]*+"|'\s*+data\s*+:\s*+(?!text/html|text/plain)[^']*+')""",
    re.IGNORECASE,
)
_DATA = re.compile(
    r"""data\s*+(?::|%3a|&colon;|&#58;|&#x3a;|\\3a\s?|\\u003a|\\x3a)\s*+[a-z0-9.+-]*+"""
    r"""(?:(?:/|%2f|\\/|\\u002f|\\2f\s?)[a-z0-9.+-]*+)?(?:[;,]|%3b|%2c|&semi;|&comma;)[^\s"'<>)`]*+""",
    re.IGNORECASE,
)
_SVG = re.compile(rf"<svg\b{TO_TAG_END}(?>.*?(?:</svg\s*+>|\Z))", re.IGNORECASE | re.DOTALL)
_SVG_ESCAPED = re.compile(
    r"(?:\\u003c|\\x3c|&lt;|%3c)svg\b(?>.*?(?:(?:\\u003c|\\x3c|&lt;|%3c)\\?(?:/|%2f)svg|\Z))",
    re.IGNORECASE | re.DOTALL,
)
_BEGINNINGS = (
    r"iVBORw0KGgo|R0lGOD|/9j/|_9j_|\\/9j\\/|UklGR|PHN2Z|PD94bWwg|Qk[0-3]|GkXfo|T2dnU|JVBERi|SUkqA|TU0AK"
    r"|AAAA[A-Za-z0-9+/]{2}Z0eX|SUQz"
)
_CODED = re.compile(
    rf"(?<![A-Za-z0-9+])(?:{_BEGINNINGS})(?:[A-Za-z0-9+/_=-]|\\/|\\n|%2[BbFf]|%3[Dd]|\s(?=[A-Za-z0-9+/]{{20}})){{24,}}+"
)
_RUN = re.compile(r"(?<![A-Za-z0-9+/])(?=[A-Za-z0-9+/\\]{200})(?:[A-Za-z0-9+/]++|\\/)++={0,2}")
_MIN_RUN = 200
_BYTES = re.compile(
    r"(?:(?:%[0-9A-Fa-f]{2}){24,}+|(?:\\x[0-9A-Fa-f]{2}){16,}+|\d{1,3}(?:\s?,\s?\d{1,3}){40,}+"
    r"|(?:0x[0-9A-Fa-f]{1,2}\s?,\s?){16,}+(?:0x[0-9A-Fa-f]{1,2})?|(?:89504[eE]47|47494638|[fF]{2}[dD]8[fF]{2})[0-9A-Fa-f]{40,}+)"
)
MARK = "withheld-by-rule"


def address_key(url: str) -> str:
    """An address in the one form in which two are compared: as the browser writes it, without its fragment."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
        host = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except (ValueError, UnicodeError, idna.IDNAError):
        return url
    host = f"[{host}]" if ":" in host else host
    where = host if port in {None, {"http": 80, "https": 443}.get(parts.scheme)} else f"{host}:{port}"
    safe = "%!#$&'()*+,/:;=?@[]~|^`{}\\"
    path = quote(parts.path or "/", safe=safe)
    return f"{parts.scheme.lower()}://{where}{path}" + (f"?{quote(parts.query, safe=safe)}" if parts.query else "")


def policy(allowed: Iterable[str]) -> str:
    """The content policy of each document: no picture from anywhere but the network, no object but the allowed ones."""
    addresses = [u for u in allowed if u.isascii() and not is_name(u)]
    objects = [u.partition("?")[0].replace(";", "%3B").replace(",", "%2C") for u in addresses]
    named = " ".join(objects) or "'none'"
    return f"{_POLICY}; object-src {named}"


def held_back(resource_type: str, url: str) -> bool:
    """Whether a request is withheld before it leaves, by what it is asked for as and by the ending of its address."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return True
    return resource_type not in _LOADED or bool(_ENDING.search(path))


def refusal(media_type: str, disposition: str, untrusted_body: bytes) -> str:
    """Why an answer may not reach the page, or empty; by headers and first bytes, whatever the other says."""
    kind = media_type.partition(";")[0].strip().lower()
    if kind.startswith((*_MEDIA_KINDS, *_OTHER_KINDS)):
        return "its media type is that of a picture, of media or of a file"
    if disposition.strip().lower().startswith("attachment"):
        return "it is a file"
    return "" if kind == "application/wasm" and untrusted_body[:4] == b"\0asm" else binary_file(untrusted_body)


def cut(text: str) -> tuple[str, int]:
    """The text with every picture or medium that it carries within itself replaced by a mark; and how many.

    >>> cut('<img src="data:image/png;base64,AAAA">')
    ('<img src="withheld-by-rule">', 1)
    """
    count = 0

    def quoted(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{found[0][0]}{MARK}{found[0][0]}"

    def mark(_found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return MARK

    def drawing(_found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"<svg><!-- {MARK} --></svg>"

    def run(found: re.Match[str]) -> str:
        coded = found[0]
        mixed = all(any(map(kind, coded)) for kind in (str.isdigit, str.isupper, str.islower))
        return mark(found) if mixed and len(coded) >= _MIN_RUN else coded

    text = _QUOTED_DATA.sub(quoted, text)
    text = _DATA.sub(mark, text)
    text = _SVG.sub(drawing, text)
    text = _SVG_ESCAPED.sub(mark, text)
    text = _CODED.sub(mark, text)
    text = _RUN.sub(run, text)
    return _BYTES.sub(mark, text), count


def cut_bytes(untrusted_body: bytes) -> tuple[bytes, int]:
    """As :func:`cut`, for the bytes of an answer; those of a text in UTF-16 become UTF-8 where something is cut."""
    if untrusted_body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text, count = cut(untrusted_body.decode("utf-16", "replace"))
        return (text.encode("utf-8", "replace"), count) if count else (untrusted_body, 0)
    text, count = cut(untrusted_body.decode("latin-1"))  # one character a byte: every other charset survives
    return (text.encode("latin-1"), count) if count else (untrusted_body, 0)


def cut_json(value: object) -> object:
    """As :func:`cut`, for every text in a JSON value."""
    if isinstance(value, str):
        return cut(value)[0]
    if isinstance(value, list):
        return [cut_json(v) for v in value]
    if isinstance(value, dict):
        return {k: cut_json(v) for k, v in value.items()}
    return value


@dataclass(slots=True)
class Selection:
    """What was allowed and what was withheld, as it fills while a page loads."""

    allowed: dict[str, JsonObject] = field(default_factory=dict)
    """By :func:`address_key`; in the order in which they were given."""
    withheld: dict[str, JsonObject] = field(default_factory=dict)
    count: int = 0
    cut_parts: int = 0
    """How many pictures and media inside other answers, the document or the text were replaced by a mark."""
    refused: list[JsonObject] = field(default_factory=list)
    """Answers that were asked for as something else and are pictures, media or files."""
    refused_count: int = 0

    @classmethod
    def of(cls, allowed: Iterable[str]) -> Selection:
        """Nothing but ``allowed`` may be loaded of pictures and media."""
        keys = {u if is_name(u) else address_key(u): u for u in allowed}
        return cls({key: {"url": safe_text(u, MAX_ADDRESS), "requested": False} for key, u in keys.items()})

    @property
    def made(self) -> tuple[str, ...]:
        """The names of pictures that the page makes itself, among what is allowed."""
        return tuple(key for key in self.allowed if is_name(key))

    def allows(self, url: str) -> bool:
        """Whether exactly this address was allowed; notes that the page asked for it."""
        found = self.allowed.get(address_key(url))
        if found is not None:
            found["requested"] = True
        return found is not None

    def name(self, key: str, name: str) -> None:
        """Note the name of a picture that the page made, by which it can be allowed."""
        if (item := self.withheld.get(key)) is not None:
            item["item"] = name

    def show(self, key: str, name: str) -> None:
        """Note that an allowed picture that the page made is shown."""
        self.allowed[name]["requested"] = True
        if (item := self.withheld.pop(key, None)) is not None:
            self.count -= 1
            self.allowed[name] |= {part: item[part] for part in ("kind", "alt", "width", "height")}

    def allowed_of(self, url: str) -> JsonObject | None:
        """The record of an allowed address; None for every other."""
        return self.allowed.get(address_key(url))

    def withhold(self, url: str, kind: str, *, alt: str = "", width: int = 0, height: int = 0, key: str = "") -> None:
        """Note one item that was not loaded or not shown; what the page tells of it completes what the wire told."""
        key = key or address_key(url)
        item = self.withheld.get(key)
        if item is None:
            self.count += 1
            if len(self.withheld) >= MAX_LISTED:
                return
            shown = safe_text(cut(url)[0], MAX_ADDRESS)
            item = self.withheld[key] = {"url": shown, "kind": kind, "alt": "", "width": 0, "height": 0}
        if alt or width or height:
            item["kind"], item["alt"] = kind, item["alt"] or safe_text(cut(alt)[0], 300)
            item["width"], item["height"] = max(item["width"], width), max(item["height"], height)

    def refuse(self, url: str, reason: str) -> None:
        """Note an answer that came and was judged; its bytes are kept nowhere."""
        self.refused_count += 1
        if len(self.refused) < MAX_LISTED:
            self.refused.append({"url": safe_text(cut(url)[0], MAX_ADDRESS), "reason": reason})

    def as_json(self) -> JsonObject:
        """As it stands in the manifest (FORMAT section 3)."""
        return {
            "allowed": list(self.allowed.values()),
            "withheld": list(self.withheld.values()),
            "withheld_count": self.count,
            "withheld_cut": self.count > len(self.withheld),
            "refused": self.refused,
            "refused_count": self.refused_count,
            "cut_parts": self.cut_parts,
        }
