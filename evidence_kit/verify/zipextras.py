"""The extra fields of a ZIP entry: which of them hold nothing but what their kind says, to the last byte.

A kind alone proves nothing: readers pass over what stands behind the part that they know, so a field of times can
carry any payload. Sources: APPNOTE 6.3.10, section 4.5; for times and owners the notes of Info-ZIP; for AES those
of WinZip. Pure functions over bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

ZIP64, NTFS, TIMES, OWNERS, AES_FORM = 0x0001, 0x000A, 0x5455, 0x7875, 0x9901
_TIME_FLAGS = 0b111
_NTFS_HEAD, _NTFS_LENGTH = struct.pack("<L2H", 0, 1, 24), 32
_AES = struct.Struct("<H2sBH")
_MAX_NUMBER = 8


def split_extras(raw: bytes) -> dict[int, bytes] | None:
    """The fields by kind; None where they do not fill ``raw`` exactly, or a kind stands twice."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(raw):
        if at + 4 > len(raw):
            return None
        kind, length = struct.unpack_from("<2H", raw, at)
        if kind in found or at + 4 + length > len(raw):
            return None
        found[kind] = raw[at + 4 : at + 4 + length]
        at += 4 + length
    return found


def _times(field: bytes, *, local: bool) -> bool:
    """One byte of switches and a time for each; the directory may leave all but the first time out."""
    if not field or field[0] & ~_TIME_FLAGS:
        return False
    whole = 1 + 4 * field[0].bit_count()
    return len(field) == whole or (not local and len(field) == 1 + 4 * (field[0] & 1))


def _owners(field: bytes) -> bool:
    """Version 1, then the two numbers, each behind its length."""
    if field[:1] != b"\1":
        return False
    at = 1
    for _number in ("user", "group"):
        if at >= len(field) or not 1 <= field[at] <= _MAX_NUMBER:
            return False
        at += 1 + field[at]
    return at == len(field)


def _aes(field: bytes) -> bool:
    if len(field) != _AES.size:
        return False
    version, vendor, strength, method = _AES.unpack(field)
    return version in {1, 2} and vendor == b"AE" and strength in {1, 2, 3} and method in {0, 8}


def are_harmless(
    fields: Mapping[int, bytes] | None, *, wide: int, local: bool, encrypted: bool, said: bytes = b""
) -> bool:
    """Whether every field is of a known kind and has exactly its form.

    ``wide`` is how many values of the header stand in the ZIP64 field; ``local``: it is the header before the data.
    ``said``: both sizes as ZIP64 writes them, which a local header may repeat though it need not.
    """
    if fields is None:
        return False
    for kind, field in fields.items():
        if kind == ZIP64:
            fine = len(field) == 8 * wide or (local and wide == 0 and bool(said) and field == said)
        elif kind == NTFS:
            fine = len(field) == _NTFS_LENGTH and field.startswith(_NTFS_HEAD)
        elif kind == TIMES:
            fine = _times(field, local=local)
        elif kind == OWNERS:
            fine = _owners(field)
        else:
            fine = kind == AES_FORM and encrypted and _aes(field)
        if not fine:
            return False
    return True
