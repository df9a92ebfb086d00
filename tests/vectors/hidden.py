"""Packages in which something was hidden where usual readers do not look, or one stamp shown as two."""

from __future__ import annotations

import struct
import zlib

from .build import TOP, Workshop, assemble, pack, seal
from .registry import ONE, change, resealed, vector
from .shell import join, parts_of, raw_entry, with_entry

REPORT = "data/report.html"
PAYLOAD = b"a hidden picture " * 3200
TIMES = struct.pack("<2HBL", 0x5455, 5, 1, 1_700_000_000)
NTFS = struct.pack("<2HL2H3Q", 0x000A, 32, 0, 1, 24, 1 << 56, 1 << 56, 1 << 56)
OWNERS = struct.pack("<2H2BLBL", 0x7875, 11, 1, 4, 1000, 4, 1000)
SEAL_TOKEN = "tagmanifest-sha256.txt.{}.tsr"


def extra(kind: int, field: bytes) -> bytes:
    return struct.pack("<2H", kind, len(field)) + field


def with_extras(shop: Workshop, local: bytes, central: bytes = b"") -> bytes:
    """The good package, its report written by hand with extra fields in one header or the other."""
    entries, directory, count = parts_of(pack({p: d for p, d in shop.good.items() if p != REPORT}))
    name, data = f"{TOP}/{REPORT}".encode(), shop.good[REPORT]
    common = (20, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(name))
    head = struct.pack("<4s5H3L2H", b"PK\3\4", *common, len(local)) + name + local + data
    record = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *common, len(central), 0, 0, 0, 0o100644 << 16, len(entries))
    return join(entries + head, directory + record + name + central, count + 1)


@vector("intact")
def good_with_times_and_owners(shop: Workshop) -> bytes:
    both = extra(0x5455, struct.pack("<B2L", 3, 1_700_000_000, 1_700_000_000))
    return with_extras(shop, both + OWNERS, TIMES + OWNERS)


@vector("intact")
def good_with_times_of_windows(shop: Workshop) -> bytes:
    return with_extras(shop, b"", NTFS)


@vector("altered", "container")
def payload_in_a_field_of_times(shop: Workshop) -> bytes:
    return with_extras(shop, extra(0x5455, TIMES[4:] + PAYLOAD))


@vector("altered", "container")
def payload_in_a_field_of_times_in_the_directory(shop: Workshop) -> bytes:
    return with_extras(shop, TIMES, extra(0x5455, TIMES[4:] + PAYLOAD))


@vector("altered", "container")
def payload_in_a_field_of_windows_times(shop: Workshop) -> bytes:
    return with_extras(shop, b"", extra(0x000A, NTFS[4:] + PAYLOAD))


@vector("altered", "container")
def payload_in_a_field_of_owners(shop: Workshop) -> bytes:
    return with_extras(shop, extra(0x7875, OWNERS[4:] + PAYLOAD))


@vector("altered", "container")
def payload_in_a_field_of_a_lock_that_is_not_there(shop: Workshop) -> bytes:
    return with_extras(shop, extra(0x9901, struct.pack("<H2sBH", 2, b"AE", 3, 0) + PAYLOAD))


@vector("altered", "container")
def payload_in_a_field_of_large_sizes(shop: Workshop) -> bytes:
    return with_extras(shop, extra(0x0001, PAYLOAD))


@vector("altered", "container")
def field_of_times_twice(shop: Workshop) -> bytes:
    return with_extras(shop, TIMES + TIMES)


# folders


@vector("intact")
def good_with_entries_for_its_folders(shop: Workshop) -> bytes:
    entries, directory, count = parts_of(pack(shop.good))
    for name in (f"{TOP}/", f"{TOP}/data/", f"{TOP}/{ONE}"):
        local, central = raw_entry(name.encode(), b"")
        directory += central(len(entries))
        entries += local
        count += 1
    return join(entries, directory, count)


@vector("altered", "extra-file")
def folder_that_holds_nothing(shop: Workshop) -> bytes:
    return with_entry(shop, f"{TOP}/data/SHE LIES/".encode(), b"")


@vector("altered", "extra-file")
def folder_beside_the_package_that_holds_nothing(shop: Workshop) -> bytes:
    return with_entry(shop, b"SHE LIES/", b"")


@vector("altered", "container")
def payload_packed_into_a_folder(shop: Workshop) -> bytes:
    entries, directory, count = parts_of(pack(shop.good))
    name = f"{TOP}/data/".encode()
    common = (20, 0, 8, 0, 0x21, 0, len(PAYLOAD), 0, len(name), 0)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *common) + name + PAYLOAD
    central = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *common, 0, 0, 0, 0, len(entries)) + name
    return join(entries + local, directory + central, count + 1)


# stamps


@vector("altered", "extra-file")
def seal_token_that_the_seal_does_not_name(shop: Workshop) -> bytes:
    plan = shop.plan(seal_authorities=[shop.a])
    files = seal(assemble(plan), plan)
    return pack(files | {SEAL_TOKEN.format("b"): shop.b.stamp(files["tagmanifest-sha256.txt"])})


@vector("incomplete", unchecked={"seal-token"})
def seal_that_names_no_authority(shop: Workshop) -> bytes:
    plan = shop.plan(seal_authorities=[])
    return pack(seal(assemble(plan), plan))


@vector("intact")
def stamp_on_a_seal_that_names_no_authority(shop: Workshop) -> bytes:
    plan = shop.plan(seal_authorities=[])
    files = seal(assemble(plan), plan)
    return pack(files | {SEAL_TOKEN.format("a"): shop.a.stamp(files["tagmanifest-sha256.txt"])})


@vector("intact")
def seal_stamp_still_awaited(shop: Workshop) -> bytes:
    return change(shop, SEAL_TOKEN.format("b"), None)


@vector("altered", "seal-token")
def one_seal_stamp_under_two_names(shop: Workshop) -> bytes:
    return change(shop, SEAL_TOKEN.format("b"), shop.good[SEAL_TOKEN.format("a")])


@vector("altered", "token")
def one_stamp_under_two_names(shop: Workshop) -> bytes:
    path = ONE + "manifest.json.{}.tsr"
    return resealed(shop, lambda files: files.update({path.format("b"): files[path.format("a")]}))


def rewrapped(reply: bytes) -> bytes:
    """The same token in a reply that says, besides, "granted with changes": other bytes, one stamp."""
    at = reply.index(b"\x30\x03\x02\x01\x00")
    return reply[:at] + b"\x30\x03\x02\x01\x01" + reply[at + 5 :]


@vector("altered", "seal-token")
def one_seal_stamp_in_two_wrappings(shop: Workshop) -> bytes:
    return change(shop, SEAL_TOKEN.format("b"), rewrapped(shop.good[SEAL_TOKEN.format("a")]))
