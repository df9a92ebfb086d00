"""Digests: one algorithm (SHA-256, lower hex), always named, so that a renewal can bring another one later."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

ALGORITHM = "sha256"
CHUNK = 1 << 20
_HEX = re.compile(r"[0-9a-f]{64}\Z")


def sha256_hex(data: bytes | bytearray | memoryview) -> str:
    """SHA-256 of ``data`` in lower hex."""
    return hashlib.sha256(data).hexdigest()


def sha256_raw(data: bytes | bytearray | memoryview) -> bytes:
    """SHA-256 of ``data``, 32 bytes."""
    return hashlib.sha256(data).digest()


def is_sha256_hex(text: object) -> bool:
    """Whether ``text`` has the form of one of our digests."""
    return isinstance(text, str) and _HEX.match(text) is not None


class Hasher:
    """Counts and hashes bytes that pass by, so that nothing is read twice."""

    __slots__ = ("_hash", "size")

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size = 0

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Take in the next bytes."""
        self._hash.update(data)
        self.size += len(data)

    def hex(self) -> str:
        """The digest so far, lower hex."""
        return self._hash.hexdigest()


def hashed(chunks: Iterable[bytes], hasher: Hasher) -> Iterator[bytes]:
    """Pass ``chunks`` on unchanged while ``hasher`` sees them."""
    for chunk in chunks:
        hasher.update(chunk)
        yield chunk
