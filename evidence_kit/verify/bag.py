"""The forms of a BagIt bag (RFC 8493, and its drafts 0.93 to 0.97), parsed strictly and within bounds.

Pure functions over bytes: what is present and what it hashes to is the business of the checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from evidence_kit.verify.names import is_safe

MAX_MANIFEST = 64 << 20
MAX_TAG_FILE = 1 << 20
FINAL = (1, 0)
ALGORITHMS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16", "iso-8859-1": "iso-8859-1", "us-ascii": "ascii", "ascii": "ascii"}
_BAGIT = re.compile(
    rb"BagIt-Version: (0\.9[34567]|1\.0)(?:\r\n|\r|\n)Tag-File-Character-Encoding: ([A-Za-z0-9._-]{1,40})"
    rb"(?:\r\n|\r|\n)?\Z"
)
_LINE = re.compile(r"[^\r\n]+")
_ENTRY = re.compile(r"([0-9A-Fa-f]{32,128})([ \t]+)(\*?)(.+)\Z")
_OURS = re.compile(r"(?:[0-9a-f]{64}  [\x21-\x7e][\x20-\x7e]*\n)*\Z")
_MANIFEST_NAME = re.compile(r"(tag)?manifest-([a-z0-9]{1,16})\.txt\Z")
_FETCH = re.compile(r"(\S+)[ \t]+(-|[0-9]+)[ \t]+(.+)\Z")


class BadTagFile(ValueError):
    """A tag file does not have the form that the bag's version asks for."""


def parse_declaration(untrusted: bytes) -> tuple[tuple[int, int], str]:
    """Version and Python codec from ``bagit.txt`` (RFC 8493 section 2.1.1). Raises :class:`BadTagFile`."""
    match = _BAGIT.match(untrusted)
    codec = _ENCODINGS.get(match[2].decode().lower()) if match else None
    if not match or codec is None:
        raise BadTagFile
    major, minor = match[1].split(b".")
    return (int(major), int(minor)), codec


def manifest_algorithm(name: str) -> tuple[bool, str] | None:
    """(is it a tag manifest, algorithm) for the name of a manifest; None for any other file."""
    match = _MANIFEST_NAME.match(name)
    return (match[1] is not None, match[2]) if match else None


def decode(untrusted: bytes, codec: str) -> str:
    """A tag file as text. Raises :class:`BadTagFile`; a byte order mark is only right in UTF-16."""
    try:
        text = untrusted.decode(codec)
    except UnicodeError as exc:
        raise BadTagFile from exc
    if text.startswith("\ufeff"):
        raise BadTagFile
    return text


def _path(text: str, version: tuple[int, int]) -> str:
    path = re.sub("%0[aA]", "\n", re.sub("%0[dD]", "\r", text))
    if version >= FINAL:
        return path.replace("%25", "%")
    return path.removeprefix("./")


def is_plain(untrusted: bytes) -> bool:
    """Whether a manifest has exactly the form that we write and that ``sha256sum -c`` reads."""
    try:
        return _OURS.match(untrusted.decode("ascii")) is not None
    except UnicodeError:
        return False


def lines(text: str) -> Iterator[str]:
    """Lines ended by LF, CR or CRLF, and by nothing else."""
    return (match.group() for match in _LINE.finditer(text))


def parse_manifest(
    text: str, algorithm: str, version: tuple[int, int], refuse: Callable[[str], None]
) -> Iterator[tuple[str, str]]:
    """(path, digest in lower hex) per line; every line that is none is handed to ``refuse``."""
    digits = ALGORITHMS[algorithm]
    for line in lines(text):
        match = _ENTRY.match(line)
        if not match or len(match[1]) != digits or (match[3] and version >= FINAL):
            refuse(line)
            continue
        path = _path(match[4], version)
        if not is_safe(path.replace("\n", " ").replace("\r", " ")):
            refuse(line)
            continue
        yield path, match[1].lower()


def parse_fetch(text: str, refuse: Callable[[str], None]) -> set[str]:
    """The paths that ``fetch.txt`` promises (RFC 8493 section 2.2.3)."""
    promised: set[str] = set()
    for line in lines(text):
        match = _FETCH.match(line)
        if match and is_safe(match[3]) and match[3].startswith("data/"):
            promised.add(match[3])
        else:
            refuse(line)
    return promised


def parse_info(text: str) -> dict[str, list[str]]:
    """The tags of ``bag-info.txt`` in order, names in lower case; lines that are no tag are passed over."""
    found: dict[str, list[list[str]]] = {}
    last: list[str] | None = None
    for line in lines(text):
        if line[0] in " \t":
            if last is not None:
                last.append(line.strip())
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        last = [value.strip()] if colon and name else None
        if last is not None:
            found.setdefault(name, []).append(last)
    return {name: [" ".join(parts) for parts in values] for name, values in found.items()}
