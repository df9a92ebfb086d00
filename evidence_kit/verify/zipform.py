"""The structure of a ZIP, read by our own eyes: every byte of the file must belong to exactly one thing.

Usual readers forgive: they skip bytes before, after and between entries, believe one of two headers that
disagree, and let two entries share a name or their bytes. Each of these lets a package show one content to
us and another to the next reader, so each is a finding here. Source: APPNOTE 6.3.10, sections 4.3 and 4.4.
Nothing here decompresses. Not judged, because they say nothing about content: who made the ZIP, attributes
of ordinary files, padding bits of packed data.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from evidence_kit.language import _
from evidence_kit.verify.names import folded, is_safe, shown
from evidence_kit.verify.zipextras import ZIP64, are_harmless, split_extras

MAX_ENTRIES = 500_000
MAX_DIRECTORY = 256 << 20
MAX_COMMENT_SEARCH = (1 << 20) + 22
MAX_TOTAL = 1 << 42
BOMB_ENTRY, BOMB_ENTRY_RATIO = 256 << 20, 200
BOMB_TOTAL, BOMB_TOTAL_RATIO = 1 << 30, 100
MAX_PROBLEMS = 40
EMPTY_DEFLATED = 2  # the bytes that nothing is packed to

STORED, DEFLATED, AES = 0, 8, 99
FLAG_ENCRYPTED, FLAG_DESCRIPTOR, FLAG_UTF8 = 0x0001, 0x0008, 0x0800
_KNOWN_FLAGS = FLAG_ENCRYPTED | 0x0006 | FLAG_DESCRIPTOR | FLAG_UTF8
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_DESCRIPTORS = {12: "<3L", 16: "<4s3L", 20: "<L2Q", 24: "<4sL2Q"}


class NotAZip(Exception):
    """The bytes cannot be understood as a ZIP at all."""


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One file of the ZIP. ``data_at`` is where its bytes begin; ``packed`` how many there are in the file."""

    name: str
    start: int
    data_at: int
    packed: int
    size: int
    crc: int
    method: int


_DOS_HIDDEN, _DOS_FOLDER = 0x02 | 0x04, 0x08 | 0x10


@dataclass(slots=True)
class ZipShape:
    """What the structure says. ``closed`` = so wrong that no entry may be read (bomb, overlap, too many)."""

    entries: list[ZipEntry] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    """Folders that stand in the ZIP as entries of their own, with their slash, and in which no file lies."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    closed: bool = False
    encrypted: bool = False

    def note(self, subject: str, sentence: str) -> None:
        """Remember a finding, up to a bound."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append((shown(subject), sentence))


@dataclass(frozen=True, slots=True)
class _Directory:
    count: int
    size: int
    offset: int
    end: int
    shift: int


def _read_at(handle: BinaryIO, offset: int, size: int) -> bytes:
    handle.seek(offset)
    return handle.read(size)


def _find_end(handle: BinaryIO, size: int, shape: ZipShape) -> tuple[int, tuple[int, ...]]:
    tail_at = max(0, size - MAX_COMMENT_SEARCH)
    tail = _read_at(handle, tail_at, size - tail_at)
    at = len(tail) - _END.size
    if at < 0:
        raise NotAZip
    if tail[at : at + 4] != b"PK\5\6" or tail[-2:] != b"\0\0":
        at = tail.rfind(b"PK\5\6", 0, at + 4)
        if at < 0:
            raise NotAZip
        shape.note("", _("There are bytes behind the end of the ZIP, or a comment in it."))
    return tail_at + at, _END.unpack_from(tail, at)[1:]


def _directory(handle: BinaryIO, size: int, shape: ZipShape) -> _Directory:
    end, (disk, first_disk, here, count, length, offset, _comment) = _find_end(handle, size, shape)
    if _LOCATOR.size <= end and _read_at(handle, end - _LOCATOR.size, 4) == b"PK\6\7":
        _sig, disk64, at64, disks = _LOCATOR.unpack(_read_at(handle, end - _LOCATOR.size, _LOCATOR.size))
        record_at = end - _LOCATOR.size - _END64.size
        record = _read_at(handle, record_at, _END64.size) if record_at >= 0 else b""
        if record[:4] != b"PK\6\6":
            raise NotAZip
        _sig, rest, _made, _need, disk_a, disk_b, here64, count64, length64, offset64 = _END64.unpack(record)
        short = (
            (here, here64, _FULL16),
            (count, count64, _FULL16),
            (length, length64, _FULL32),
            (offset, offset64, _FULL32),
        )
        agree = all(small in {large, full} for small, large, full in short)
        if not agree or at64 != record_at or rest != _END64.size - 12 or disks > 1 or disk64 or disk_a or disk_b:
            shape.note("", _("The two records at the end of the ZIP do not agree."))
        here, count, length, offset, end = here64, count64, length64, offset64, record_at
    if disk not in {0, _FULL16} or first_disk not in {0, _FULL16} or here != count:
        shape.note("", _("The ZIP says that it is one part of several."))
    shift = end - length - offset
    if shift < 0 or length > end:
        raise NotAZip
    if shift and _read_at(handle, end - length, 4) != b"PK\1\2" and _read_at(handle, offset, 4) == b"PK\1\2":
        shape.note("", _("There are bytes in the ZIP behind its directory that belong to nothing."))
        end, shift = offset + length, 0
    if shift:
        shape.note("", _("There are bytes in the ZIP that belong to no file: at its start or before its directory."))
    return _Directory(count, length, offset, end, shift)


def _wide(values: list[int], extra: bytes) -> list[int]:
    """Sizes and offset with those that stand in the ZIP64 extra field filled in; ValueError if it is too short."""
    at, out = 0, []
    for value in values:
        if value == _FULL32:
            if at + 8 > len(extra):
                raise ValueError
            out.append(struct.unpack_from("<Q", extra, at)[0])
            at += 8
        else:
            out.append(value)
    return out


@dataclass(frozen=True, slots=True)
class _Central:
    raw: bytes
    name: str
    need: int
    flags: int
    method: int
    stamp: int
    crc: int
    packed: int
    size: int
    start: int
    mode: int
    dos: int


def _central_records(data: bytes, shape: ZipShape) -> Iterator[_Central]:
    at = 0
    while at < len(data):
        if at + _CENTRAL.size > len(data) or data[at : at + 4] != b"PK\1\2":
            raise NotAZip
        (_sig, _made, need, flags, method, clock, day, crc, packed, size, n, e, c, disk, _int, mode, start) = (
            _CENTRAL.unpack_from(data, at)
        )
        at += _CENTRAL.size
        raw, extra, comment = data[at : at + n], data[at + n : at + n + e], data[at + n + e : at + n + e + c]
        at += n + e + c
        if at > len(data):
            raise NotAZip
        name = raw.decode("utf-8" if flags & FLAG_UTF8 else "cp437", "replace")
        fields = split_extras(extra)
        wide, locked = [size, packed, start], bool(flags & FLAG_ENCRYPTED)
        harmless = are_harmless(fields, wide=wide.count(_FULL32), local=False, encrypted=locked)
        if not harmless or comment or disk:
            shape.note(name, _("This entry carries data of its own in the directory of the ZIP."))
        try:
            size, packed, start = _wide(wide, (fields or {}).get(ZIP64, b""))
        except ValueError:
            raise NotAZip from None
        stamp, unix, dos = day << 16 | clock, mode >> 16, mode & 0xFF
        yield _Central(raw, name, need, flags, method, stamp, crc, packed, size, start, unix, dos)


def _judge_entry(entry: _Central, shape: ZipShape) -> None:
    if "\0" in entry.name or not is_safe(entry.name.removesuffix("/")):
        shape.note(entry.name, _("This path could lead out of the folder into which the ZIP is unpacked."))
    kind, folder = stat.S_IFMT(entry.mode), entry.name.endswith("/")
    if kind and kind not in {stat.S_IFREG, stat.S_IFDIR}:
        shape.note(entry.name, _("This entry is a link or a device, not a file."))
    elif (kind == stat.S_IFDIR or entry.dos & _DOS_FOLDER) and not folder:
        shape.note(entry.name, _("This entry calls itself a file to one reader and a folder to another."))
    if entry.dos & _DOS_HIDDEN and not folder:
        shape.note(entry.name, _("This entry is hidden from who looks at the folder."))
    if entry.flags & FLAG_ENCRYPTED:
        shape.encrypted = True
    elif entry.method not in {STORED, DEFLATED}:
        shape.note(entry.name, _("This entry is packed by a method that is not used in packages."))
    elif entry.method == STORED and entry.packed != entry.size:
        shape.note(entry.name, _("This entry states two different sizes."))
    if entry.flags & ~_KNOWN_FLAGS:
        shape.note(entry.name, _("This entry carries switches that are not used in packages."))
    if entry.name.endswith("/") and (entry.size or entry.crc or entry.packed > EMPTY_DEFLATED):
        shape.note(entry.name, _("This entry is a folder and yet holds bytes."))
    if entry.size > BOMB_ENTRY and entry.size > BOMB_ENTRY_RATIO * max(1, entry.packed):
        shape.closed = True
        shape.note(entry.name, _("This entry would unpack to far more than it can hold: it was not opened."))


def _check_local(handle: BinaryIO, entry: _Central, shift: int, shape: ZipShape) -> int | None:
    """Compare the header before the data with the directory. Returns where the data begin, None if nowhere."""
    head = _read_at(handle, entry.start + shift, _LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\3\4":
        shape.note(entry.name, _("The header of this entry is not where the directory of the ZIP says."))
        return None
    _sig, need, flags, method, clock, day, crc, packed, size, n, e = _LOCAL.unpack(head)
    raw, extra = handle.read(n), handle.read(e)
    fields = split_extras(extra)
    wide, locked = [size, packed], bool(flags & FLAG_ENCRYPTED)
    if len(extra) != e or not are_harmless(
        fields,
        wide=wide.count(_FULL32),
        local=True,
        said=struct.pack("<2Q", entry.size, entry.packed),
        encrypted=locked,
    ):
        shape.note(entry.name, _("This entry carries data of its own in its header."))
    try:
        size, packed = _wide(wide, (fields or {}).get(ZIP64, b""))
    except ValueError:
        size = packed = -1
    sizes = (crc, packed, size)
    said = (entry.crc, entry.packed, entry.size)
    if flags & FLAG_DESCRIPTOR and all(a in {0, b} for a, b in zip(sizes, said, strict=True)):
        sizes = said
    here = (raw, need, flags, method, day << 16 | clock, sizes)
    if here != (entry.raw, entry.need, entry.flags, entry.method, entry.stamp, said):
        shape.note(entry.name, _("The two headers of this entry do not agree."))
    return int(entry.start + shift + _LOCAL.size + n + e)


def _ends(handle: BinaryIO, entry: _Central, data_end: int, following: int) -> bool:
    """Whether what stands between the data and the next entry is exactly the data descriptor, or nothing."""
    gap = following - data_end
    if not entry.flags & FLAG_DESCRIPTOR:
        return gap == 0
    form = _DESCRIPTORS.get(gap)
    if form is None:
        return False
    values = struct.unpack(form, _read_at(handle, data_end, gap))
    signed = isinstance(values[0], bytes)
    return (not signed or values[0] == b"PK\7\x08") and values[signed:] == (entry.crc, entry.packed, entry.size)


def _check_coverage(handle: BinaryIO, found: list[_Central], where: _Directory, shape: ZipShape) -> None:
    ordered = sorted(found, key=lambda x: x.start)
    if where.shift == 0 and (ordered[0].start if ordered else where.offset) != 0:
        shape.note("", _("There are bytes in the ZIP that belong to no file: at its start or before its directory."))
    limit = where.end - where.size
    for number, entry in enumerate(ordered):
        following = ordered[number + 1].start + where.shift if number + 1 < len(ordered) else limit
        if number + 1 == len(ordered) and where.shift:
            following = min(following, where.offset + where.shift)
        data_at = _check_local(handle, entry, where.shift, shape)
        if data_at is None:
            continue
        data_end = data_at + entry.packed
        if data_end > following:
            shape.closed = True
            shape.note(entry.name, _("This entry shares bytes with another one: it was not opened."))
        elif not _ends(handle, entry, data_end, following):
            shape.note(entry.name, _("There are bytes behind this entry that belong to no file."))
        if not entry.name.endswith("/"):
            start = entry.start + where.shift
            shape.entries.append(
                ZipEntry(entry.name, start, data_at, entry.packed, entry.size, entry.crc, entry.method)
            )


def _check_names(found: list[_Central], shape: ZipShape) -> None:
    exact: set[str] = set()
    loose: set[str] = set()
    for entry in found:
        name = entry.name.removesuffix("/")
        if name in exact:
            shape.note(entry.name, _("This path stands twice in the ZIP."))
        elif folded(name) in loose:
            shape.note(entry.name, _("This path differs from another one only in its capitals or accents."))
        exact.add(name)
        loose.add(folded(name))


def parents_of(paths: Iterable[str]) -> set[str]:
    """Every folder in which one of ``paths`` lies, at any depth, with its slash."""
    found: set[str] = set()
    for path in paths:
        at = path.rfind("/") + 1
        while at and path[:at] not in found:
            found.add(path[:at])
            at = path.rfind("/", 0, at - 1) + 1
    return found


def read_shape(handle: BinaryIO, size: int) -> ZipShape:
    """Read the structure of the ZIP in ``handle`` (``size`` bytes). Raises :class:`NotAZip`, OSError."""
    shape = ZipShape()
    where = _directory(handle, size, shape)
    if where.size > MAX_DIRECTORY or where.count > MAX_ENTRIES:
        shape.closed = True
        shape.note("", _("The ZIP holds more entries than any package does: it was not opened."))
        return shape
    found: list[_Central] = []
    for entry in _central_records(_read_at(handle, where.end - where.size, where.size), shape):
        found.append(entry)
        _judge_entry(entry, shape)
        if len(found) > MAX_ENTRIES:
            raise NotAZip
    if len(found) != where.count:
        shape.note("", _("The ZIP counts its entries wrongly."))
    total = sum(entry.size for entry in found)
    if total > MAX_TOTAL or (total > BOMB_TOTAL and total > BOMB_TOTAL_RATIO * size):
        shape.closed = True
        shape.note("", _("The ZIP would unpack to far more than it can hold: it was not opened."))
    _check_names(found, shape)
    folders = [entry.name for entry in found if entry.name.endswith("/")]
    if folders:
        held = parents_of(entry.name for entry in found if not entry.name.endswith("/"))
        shape.empty = [name for name in folders if name not in held]
    _check_coverage(handle, found, where, shape)
    return shape
