"""Extra fields of ZIP entries: a known kind in exactly its form is harmless, anything more is not."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest

from evidence_kit.verify.zipextras import are_harmless, split_extras
from tests.vectors.build import TOP, Workshop, pack
from tests.vectors.hidden import NTFS, OWNERS, TIMES, extra

from .conftest import Verify, names
from .test_container import locked, unpack

AES = extra(0x9901, struct.pack("<H2sBH", 2, b"AE", 3, 8))
THREE = struct.pack("<B3L", 7, 1, 2, 3)


@pytest.mark.parametrize(
    ("raw", "wide", "local", "encrypted"),
    [
        (b"", 0, True, False), (TIMES, 0, True, False), (TIMES, 0, False, False),
        (extra(0x5455, THREE), 0, True, False), (extra(0x5455, THREE), 0, False, False),
        (extra(0x5455, THREE[:5]), 0, False, False), (extra(0x5455, b"\2"), 0, False, False),
        (NTFS, 0, True, False), (OWNERS, 0, True, False), (TIMES + OWNERS + NTFS, 0, False, False),
        (AES, 0, True, True), (extra(1, bytes(16)), 2, True, False), (extra(1, bytes(8)), 1, False, False),
    ],
)  # fmt: skip
def test_field_in_its_form_is_harmless(raw: bytes, wide: int, local: bool, encrypted: bool):
    assert are_harmless(split_extras(raw), wide=wide, local=local, encrypted=encrypted)


@pytest.mark.parametrize(
    ("raw", "wide", "local", "encrypted"),
    [
        (extra(0x5455, b""), 0, True, False), (extra(0x5455, THREE[:5]), 0, True, False),
        (extra(0x5455, TIMES[4:] + b"x"), 0, False, False), (extra(0x5455, b"\x81" + bytes(4)), 0, True, False),
        (extra(0x5455, THREE[:9]), 0, False, False),
        (extra(0x000A, b"hide" + NTFS[8:]), 0, True, False), (extra(0x000A, NTFS[4:-1]), 0, True, False),
        (extra(0x7875, b""), 0, True, False), (extra(0x7875, b"\2\1x\1x"), 0, True, False),
        (extra(0x7875, b"\1\0\0"), 0, True, False), (extra(0x7875, b"\1\1x"), 0, True, False),
        (extra(0x7875, b"\1\1x\x09" + bytes(9)), 0, True, False), (extra(0x7875, OWNERS[4:] + b"x"), 0, True, False),
        (AES, 0, True, False), (extra(0x9901, AES[4:] + b"x"), 0, True, True),
        (extra(0x9901, struct.pack("<H2sBH", 2, b"XX", 3, 8)), 0, True, True),
        (extra(1, bytes(16)), 0, True, False), (extra(1, bytes(16)), 1, False, False),
        (extra(1, bytes(24)), 2, True, False), (TIMES + TIMES, 0, True, False), (TIMES[:-1], 0, True, False),
        (b"\0", 0, True, False), (extra(0x6B6B, b""), 0, True, False),
    ],
)  # fmt: skip
def test_field_with_anything_more_or_less_is_not_harmless(raw: bytes, wide: int, local: bool, encrypted: bool):
    assert not are_harmless(split_extras(raw), wide=wide, local=local, encrypted=encrypted)


@pytest.mark.skipif(not shutil.which("zip"), reason="no Info-ZIP on this machine")
@pytest.mark.parametrize("switches", ["-qr", "-qrX", "-qrD"])
def test_package_zipped_anew_by_info_zip_is_intact(shop: Workshop, verify: Verify, tmp_path: Path, switches: str):
    unpack(pack(shop.good), tmp_path / "out")
    subprocess.run(["zip", switches, "../anew.zip", TOP], cwd=tmp_path / "out", check=True)
    assert verify(tmp_path / "anew.zip").verdict == "intact"


def test_package_zipped_anew_by_python_with_its_folders_is_intact(shop: Workshop, verify: Verify, tmp_path: Path):
    folder = unpack(pack(shop.good), tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "anew.zip", "w", zipfile.ZIP_DEFLATED) as anew:
        for path in (folder, *sorted(folder.rglob("*"))):
            anew.write(path, path.relative_to(folder.parent))
    assert verify(tmp_path / "anew.zip").verdict == "intact"


def test_payload_in_the_lock_field_of_a_locked_package_is_altered(shop: Workshop, verify: Verify):
    data = bytearray(locked(pack(shop.good)))
    name, length = struct.unpack_from("<2H", data, 26)
    more = b"hidden" * 100
    struct.pack_into("<H", data, 28, length + len(more))
    struct.pack_into("<H", data, 30 + name + 2, 7 + len(more))
    data[30 + name + length : 30 + name + length] = more
    at = struct.unpack_from("<L", data, len(data) - 6)[0]
    struct.pack_into("<L", data, len(data) - 6, at + len(more))
    report = verify(bytes(data), password="secret")
    assert (report.verdict, names(report, "failed")) == ("altered", {"container"})
