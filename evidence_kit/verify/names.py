"""Whether a path inside a package is safe and neutral, judged by its text alone, before anything is opened.

A hostile path must never reach a file system call. Nothing of a package is ever written, but the sentence
"this package is fine" must also hold for the tool with which the reader unpacks it.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NEUTRAL = 150
MAX_ANY = 4096
_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?\Z")
_FORBIDDEN = frozenset('<>:"|?*')
STAMP = re.compile(r"(.+)\.([A-Za-z0-9_-]{1,60})\.(tsr|ers)\Z")
"""The name of a proof of time: the file that it stands over, the authority, and of which kind it is."""
_FIRST_PRINTABLE, _DELETE, _LAST_C1 = 0x20, 0x7F, 0x9F


def is_safe(path: str) -> bool:
    """Whether ``path`` stays inside the folder it is unpacked to, on every system (RFC 8493 section 5.2)."""
    if not path or len(path) > MAX_ANY or path.startswith("/") or "\\" in path or _DRIVE.match(path):
        return False
    if any(ord(c) < _FIRST_PRINTABLE or _DELETE <= ord(c) <= _LAST_C1 for c in path):
        return False
    return all(part not in {"", ".", ".."} for part in path.split("/"))


def is_neutral(path: str) -> bool:
    """Whether ``path`` has the form of the names that we give: short, ASCII, fit for every system."""
    if len(path) > MAX_NEUTRAL or not path.isascii() or not _FORBIDDEN.isdisjoint(path):
        return False
    parts = path.split("/")
    return not any(part.endswith((".", " ")) or part.startswith(" ") or _RESERVED.match(part) for part in parts)


def folded(path: str) -> str:
    """The form in which two paths are the same file on some system: case folded, composed (NFC)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def shown(untrusted: str, limit: int = 160) -> str:
    """A path or value from outside, made fit for a line of the report: no control or direction marks, cut."""
    clean = "".join(c if c.isprintable() else "�" for c in untrusted[: limit + 1])
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
