"""Packages whose ZIP was bent, or which are none."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from .build import TOP, Workshop, pack
from .registry import ALL_AFTER_SHELL, PICTURE, flip, vector

# the ZIP


def raw_entry(name: bytes, data: bytes, *, crc: int | None = None) -> tuple[bytes, Callable[[int], bytes]]:
    """A stored entry made by hand: local header with data, and its directory record for a given offset."""
    crc = zlib.crc32(data) if crc is None else crc
    common = (20, 0, 0, 0, 0x21, crc, len(data), len(data), len(name), 0)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *common) + name + data

    def central(at: int) -> bytes:
        return struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *common, 0, 0, 0, 0o100644 << 16, at) + name

    return local, central


def parts_of(data: bytes) -> tuple[bytes, bytes, int]:
    """(entries, directory, count) of a ZIP without ZIP64."""
    _sig, _d, _c, _h, count, size, at, _n = struct.unpack("<4s4H2LH", data[-22:])
    return data[:at], data[at : at + size], count


def join(entries: bytes, directory: bytes, count: int, *, gap: bytes = b"", comment: bytes = b"") -> bytes:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(entries), len(comment))
    return entries + directory + gap + end + comment


def with_entry(shop: Workshop, name: bytes, data: bytes) -> bytes:
    entries, directory, count = parts_of(pack(shop.good))
    local, central = raw_entry(name, data)
    return join(entries + local, directory + central(len(entries)), count + 1)


@vector("altered", "extra-file")
def extra_file_beside_the_folder(shop: Workshop) -> bytes:
    return with_entry(shop, b"IMPORTANT.txt", b"read me first")


@vector("altered", "container")
def entry_twice(shop: Workshop) -> bytes:
    return with_entry(shop, f"{TOP}/{PICTURE}".encode(), shop.good[PICTURE])


@vector("altered", "container", "payload", "artifact")
def entry_twice_with_other_content(shop: Workshop) -> bytes:
    return with_entry(shop, f"{TOP}/{PICTURE}".encode(), flip(shop.good[PICTURE], -20))


@vector("altered", "bag", "container", "extra-file")
def entry_twice_but_for_capitals(shop: Workshop) -> bytes:
    return with_entry(shop, f"{TOP}/data/REPORT.html".encode(), b"another")


@vector("altered", "container")
def path_that_climbs(shop: Workshop) -> bytes:
    return with_entry(shop, f"{TOP}/../../evil.txt".encode(), b"evil")


@vector("altered", "container")
def path_from_the_root(shop: Workshop) -> bytes:
    return with_entry(shop, b"/etc/evil.txt", b"evil")


@vector("altered", "container")
def path_with_a_drive(shop: Workshop) -> bytes:
    return with_entry(shop, b"C:/evil.txt", b"evil")


@vector("altered", "container")
def path_with_backslashes(shop: Workshop) -> bytes:
    return with_entry(shop, f"{TOP}\\..\\evil.txt".encode(), b"evil")


@vector("altered", "container")
def link_instead_of_a_file(shop: Workshop) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack(shop.good))) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename.endswith("screenshot.png") and "001" in info.filename:
                info.external_attr = 0o120777 << 16
            target.writestr(info, data)
    return out.getvalue()


@vector("altered", "container")
def bytes_behind_the_end(shop: Workshop) -> bytes:
    return pack(shop.good) + b"appended"


@vector("altered", "container")
def comment_at_the_end(shop: Workshop) -> bytes:
    return join(*parts_of(pack(shop.good)), comment=b"a comment")


@vector("altered", "container")
def bytes_before_the_start(shop: Workshop) -> bytes:
    return b"MZ prefix" + pack(shop.good)


@vector("altered", "container")
def bytes_before_the_start_with_right_offsets(shop: Workshop) -> bytes:
    out = io.BytesIO(b"#!prefix")
    out.seek(0, 2)
    with zipfile.ZipFile(io.BytesIO(pack(shop.good))) as source, zipfile.ZipFile(out, "a") as target:
        for info in source.infolist():
            target.writestr(info, source.read(info))
    return out.getvalue()


@vector("altered", "container")
def bytes_between_entries(shop: Workshop) -> bytes:
    entries, directory, count = parts_of(pack(shop.good))
    local, central = raw_entry(f"{TOP}/".encode(), b"")
    return join(entries + b"hidden" + local, directory + central(len(entries) + 6), count + 1)


@vector("altered", "container")
def bytes_before_the_directory(shop: Workshop) -> bytes:
    entries, directory, count = parts_of(pack(shop.good))
    return join(entries + b"hidden", directory, count)


@vector("altered", "container")
def bytes_behind_the_directory(shop: Workshop) -> bytes:
    return join(*parts_of(pack(shop.good)), gap=b"hidden")


@vector("altered", "container")
def headers_that_disagree(shop: Workshop) -> bytes:
    data = pack(shop.good)
    name = f"{TOP}/{PICTURE}".encode()
    at = data.index(name)
    return data[:at] + name.replace(b"screenshot.png", b"screenshOt.png") + data[at + len(name) :]


@vector("altered", "container")
def data_in_an_extra_field(shop: Workshop) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack(shop.good))) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            if info.filename.endswith("bagit.txt"):
                info.extra = struct.pack("<2H", 0x6B6B, 6) + b"hidden"
            target.writestr(info, source.read(info.filename))
    return out.getvalue()


@vector("altered", "container", unchecked=ALL_AFTER_SHELL)
def bomb(shop: Workshop) -> bytes:
    entries, directory, count = parts_of(pack(shop.good))
    name = f"{TOP}/data/bomb.txt".encode()
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    size = 400 << 20
    body = b"".join([*(engine.compress(bytes(1 << 20)) for _ in range(size >> 20)), engine.flush()])
    common = (20, 0, 8, 0, 0x21, 0, len(body), size, len(name), 0)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *common) + name + body
    central = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *common, 0, 0, 0, 0, len(entries)) + name
    return join(entries + local, directory + central, count + 1)


@vector("altered", "container", unchecked=ALL_AFTER_SHELL)
def entries_that_overlap(_shop: Workshop) -> bytes:
    local, central = raw_entry(f"{TOP}/bagit.txt".encode(), b"x" * 2000)
    inner = raw_entry(f"{TOP}/seal.json".encode(), b"y" * 100)
    body = local[:500] + inner[0] + local[500 + len(inner[0]) :]
    return join(body, central(0) + inner[1](500), 2)


@vector("altered", "container", "bag", "extra-file")
def entry_longer_than_it_says(shop: Workshop) -> bytes:
    entries, directory, count = parts_of(pack(shop.good))
    name = f"{TOP}/data/long.txt".encode()
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = engine.compress(b"a" * 5000) + engine.flush()
    common = (20, 0, 8, 0, 0x21, zlib.crc32(b"a" * 50), len(body), 50, len(name), 0)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *common) + name + body
    central = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *common, 0, 0, 0, 0, len(entries)) + name
    return join(entries + local, directory + central, count + 1)


@vector("unreadable", "container")
def cut_in_the_middle(shop: Workshop) -> bytes:
    data = pack(shop.good)
    return data[: len(data) // 2]


@vector("unreadable", "container")
def cut_by_one_byte(shop: Workshop) -> bytes:
    return pack(shop.good)[:-1]


@vector("unreadable", "container")
def cut_after_the_start(shop: Workshop) -> bytes:
    return pack(shop.good)[:30]


@vector("unreadable", "container")
def no_zip_at_all(_shop: Workshop) -> bytes:
    return b"%PDF-1.7 not a package"


@vector("unreadable", "container")
def empty_file(_shop: Workshop) -> bytes:
    return b""


@vector("unreadable", "container")
def zip_of_something_else(_shop: Workshop) -> bytes:
    return pack({"hello.txt": b"hello", "deep/er/bagit.txt": b"no"}, "things")
