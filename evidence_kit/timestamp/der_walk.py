"""Walking over hostile DER without making objects of it: heads, times, names and extensions (X.690, RFC 5280).

A reader that builds a tree needs minutes and gigabytes for a revocation list; what is looked for in one are a few
fields and one entry. Definite, shortest lengths and small tags only: no authority writes others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from asn1crypto import x509

from evidence_kit.timestamp.form import endless_number

MAX_NAME = 1 << 14
MAX_CHILDREN = 50

SEQUENCE, INTEGER, BOOLEAN, OCTETS, OID, ENUMERATED, BITS = 0x30, 0x02, 0x01, 0x04, 0x06, 0x0A, 0x03
UTC_TIME, LONG_TIME = 0x17, 0x18
LONG_FORM, _HIGH_TAG, _MOST_LENGTH_BYTES = 0x80, 0x1F, 4
TIMES = {UTC_TIME: re.compile(rb"(\d\d)(\d{10})Z\Z"), LONG_TIME: re.compile(rb"(\d{4})(\d{10})(?:\.\d{1,9})?Z\Z")}
_CENTURY = 50


class BadStatement(ValueError):
    """The bytes are no revocation list and no OCSP answer that can be used."""


def key_bits(spki: bytes) -> bytes:
    """The key alone in a SubjectPublicKeyInfo: what OCSP makes digests of. Raises :class:`BadStatement`."""
    _tag, start, stop = element(spki, 0, len(spki))
    *_algorithm, bits = children(spki, start, stop, 2)
    return spki[bits[2] + 1 : bits[3]]


def element(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, and where the content begins and stops; DER with definite, shortest lengths only."""
    if at + 2 > end:
        raise BadStatement
    tag, size, start = data[at], data[at + 1], at + 2
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise BadStatement
    if size >= LONG_FORM:
        count = size & 0x7F
        if not 1 <= count <= _MOST_LENGTH_BYTES or start + count > end:
            raise BadStatement
        size = int.from_bytes(data[start : start + count], "big")
        if size < LONG_FORM or size >> 8 * (count - 1) == 0:
            raise BadStatement
        start += count
    if start + size > end:
        raise BadStatement
    return tag, start, start + size


def children(data: bytes, start: int, stop: int, most: int = MAX_CHILDREN) -> Iterator[tuple[int, int, int, int]]:
    """Where each element in a content begins; then tag, and where its own content begins and stops."""
    at = start
    while at < stop:
        most -= 1
        if most < 0:
            raise BadStatement
        tag, inner, end = element(data, at, stop)
        yield at, tag, inner, end
        at = end


def time_of(data: bytes, tag: int, start: int, stop: int) -> datetime:
    """A UTCTime or GeneralizedTime as RFC 5280, 4.1.2.5 writes them; aware UTC, to the second."""
    form = TIMES.get(tag)
    found = form.match(data[start:stop]) if form and stop - start <= 32 else None  # noqa: PLR2004 - longer than any time
    if not found:
        raise BadStatement
    year, rest = found.group(1), found.group(2)
    if tag == UTC_TIME:
        year = (b"19" if int(year) >= _CENTURY else b"20") + year
    parts = [int(rest[n : n + 2]) for n in range(0, 10, 2)]
    return datetime(int(year), parts[0], parts[1], parts[2], parts[3], parts[4], tzinfo=UTC)


def name_of(der: bytes) -> str:
    """A distinguished name, written as names of certificates are."""
    if len(der) > MAX_NAME or endless_number(der):
        raise BadStatement
    return str(x509.Name.load(der, strict=True).hashable)


def extensions_of(data: bytes, start: int, stop: int, *, known: set[bytes]) -> dict[bytes, bytes]:
    """Values by identifier (both raw content) from an element that holds a SEQUENCE OF Extension."""
    tag, inner, end = element(data, start, stop)
    if tag != SEQUENCE or end != stop:
        raise BadStatement
    found: dict[bytes, bytes] = {}
    for _at, kind, begin, finish in children(data, inner, end):
        parts = list(children(data, begin, finish, 3))
        if kind != SEQUENCE or len(parts) < 2 or parts[0][1] != OID or parts[-1][1] != OCTETS:  # noqa: PLR2004
            raise BadStatement
        name = data[parts[0][2] : parts[0][3]]
        critical = len(parts) == 3 and data[parts[1][2] : parts[1][3]] != b"\x00"  # noqa: PLR2004
        if len(parts) == 3 and parts[1][1] != BOOLEAN:  # noqa: PLR2004
            raise BadStatement
        if name in found or (critical and name not in known):
            raise BadStatement
        found[name] = data[parts[-1][2] : parts[-1][3]]
    return found
