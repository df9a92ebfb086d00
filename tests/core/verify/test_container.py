"""The shell of a package: ZIP, folder, locked ZIP; and that nothing in it can make the verifier crash or hang."""

from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path

import pytest
import pyzipper

from evidence_kit.errors import Cancelled
from evidence_kit.jobs import CancelToken, Progress
from evidence_kit.verify.names import folded, is_neutral, is_safe, shown
from tests.vectors.build import TOP, Workshop, pack

from .conftest import Verify, names


def unpack(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return folder / TOP


def locked(inner: bytes, *, password: bytes = b"secret", name: str = "package.zip") -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as outer:
        outer.setpassword(password)
        outer.writestr(name, inner)
    return out.getvalue()


def test_unpacked_package_is_intact(shop: Workshop, verify: Verify, tmp_path: Path):
    folder = unpack(pack(shop.good), tmp_path / "out")
    assert verify(folder).verdict == "intact"
    assert verify(folder.parent).verdict == "intact"


def test_folder_with_a_link_is_altered(shop: Workshop, verify: Verify, tmp_path: Path):
    folder = unpack(pack(shop.good), tmp_path / "out")
    target = folder / "data" / "report.html"
    kept = tmp_path / "elsewhere.html"
    kept.write_bytes(target.read_bytes())
    target.unlink()
    target.symlink_to(kept)
    report = verify(folder)
    assert report.verdict == "altered"
    assert {"container", "payload"} <= names(report, "failed")


def test_folder_with_a_file_added_is_altered(shop: Workshop, verify: Verify, tmp_path: Path):
    folder = unpack(pack(shop.good), tmp_path / "out")
    (folder / "Thumbs.db").write_bytes(b"x")
    assert names(verify(folder), "failed") == {"extra-file"}


@pytest.mark.parametrize("where", ["dossier-2026/data/SHE LIES", "SHE LIES", "dossier-2026/deep/er"])
def test_empty_folder_is_altered_and_named(shop: Workshop, verify: Verify, tmp_path: Path, where: str):
    folder = unpack(pack(shop.good), tmp_path / "out")
    (folder.parent / where).mkdir(parents=True)
    report = verify(folder.parent)
    assert names(report, "failed") == {"extra-file"}
    assert where.removeprefix(f"{TOP}/") + "/" in {c.subject for c in report.checks if c.status == "failed"}


def test_empty_folder_in_the_shell_of_a_locked_package_is_altered(shop: Workshop, verify: Verify):
    out = io.BytesIO(locked(pack(shop.good)))
    with zipfile.ZipFile(out, "a") as outer:
        outer.writestr("SHE LIES/", b"")
    report = verify(out.getvalue(), password="secret")
    assert (report.verdict, names(report, "failed")) == ("altered", {"extra-file"})


def test_package_with_zip64_records_is_intact(shop: Workshop, verify: Verify, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
    data = pack(shop.good)
    assert b"PK\x06\x06" in data
    assert verify(data).verdict == "intact"


def test_locked_package_is_unreadable_without_its_password(shop: Workshop, verify: Verify):
    report = verify(locked(pack(shop.good)))
    assert report.verdict == "unreadable"
    assert "password" in report.checks[0].detail


def test_locked_package_is_intact_with_its_password(shop: Workshop, verify: Verify):
    assert verify(locked(pack(shop.good)), password="secret").verdict == "intact"


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_locked_package_packed_in_another_way_is_unreadable(shop: Workshop, verify: Verify, method: int):
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=method, encryption=pyzipper.WZ_AES) as outer:
        outer.setpassword(b"secret")
        outer.writestr("package.zip", pack(shop.good))
    assert verify(out.getvalue(), password="secret").verdict == "unreadable"


def test_pipe_is_unreadable_and_not_waited_for(verify: Verify, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    assert verify(tmp_path / "pipe").verdict == "unreadable"


def test_whatever_a_check_stumbles_over_is_a_finding(shop: Workshop, verify: Verify, monkeypatch: pytest.MonkeyPatch):
    def stumble(*_: object) -> None:
        raise TypeError

    monkeypatch.setattr("evidence_kit.verify.checks_exhibits.check_heads", stumble)
    report = verify(pack(shop.good))
    assert (report.verdict, names(report, "failed")) == ("altered", {"container"})


def test_locked_package_is_unreadable_with_a_wrong_password(shop: Workshop, verify: Verify):
    assert verify(locked(pack(shop.good)), password="guess").verdict == "unreadable"


def test_locked_package_with_bytes_behind_it_is_altered(shop: Workshop, verify: Verify):
    report = verify(locked(pack(shop.good)) + b"x", password="secret")
    assert (report.verdict, names(report, "failed")) == ("altered", {"container"})


def test_locked_package_with_a_damaged_byte_is_not_intact(shop: Workshop, verify: Verify):
    data = bytearray(locked(pack(shop.good)))
    data[len(data) // 2] ^= 1
    assert verify(bytes(data), password="secret").verdict == "unreadable"


def test_locked_zip_of_anything_else_is_unreadable(verify: Verify):
    assert verify(locked(b"hello", name="photo.jpg"), password="secret").verdict == "unreadable"


def test_password_for_a_package_without_lock_changes_nothing(shop: Workshop, verify: Verify):
    assert verify(pack(shop.good), password="secret").verdict == "intact"


def test_missing_file_is_unreadable(verify: Verify, tmp_path: Path):
    assert verify(tmp_path / "none.zip").verdict == "unreadable"


def test_verification_stops_when_cancelled(shop: Workshop, verify: Verify):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        verify(pack(shop.good), cancel=cancel)


def test_progress_reaches_its_total(shop: Workshop, verify: Verify):
    seen: list[Progress] = []
    verify(pack(shop.good), progress=seen.append)
    assert {p.step for p in seen} == {"verify"}
    assert seen[-1].done == seen[-1].total == sum(map(len, shop.good.values()))


def test_any_cut_is_never_intact(shop: Workshop, verify: Verify):
    data = pack(shop.good)
    for end in range(0, len(data), 997):
        assert verify(data[:end]).verdict in {"unreadable", "altered"}


def test_random_damage_never_crashes_and_content_damage_is_always_found(shop: Workshop, verify: Verify):
    """A changed bit inside a file's stored bytes is always seen; anywhere else at least nothing breaks."""
    dice = random.Random(7)
    data = pack(shop.good)
    picture = next(d for p, d in shop.good.items() if p.endswith("001/contenu-sensible/screenshot.png"))
    start = data.index(picture)
    for _ in range(60):
        at = dice.randrange(len(data))
        bent = bytearray(data)
        bent[at] ^= 1 << dice.randrange(8)
        report = verify(bytes(bent))
        assert report.verdict in {"intact", "altered", "incomplete", "unreadable"}
        assert report.verdict == "altered" or not start <= at < start + len(picture)


def test_random_bytes_never_crash(verify: Verify):
    dice = random.Random(8)
    for size in (1, 21, 22, 23, 80, 5000):
        assert verify(dice.randbytes(size)).verdict == "unreadable"
        assert verify(b"PK\5\6" + dice.randbytes(size)).verdict in {"unreadable", "altered"}


@pytest.mark.parametrize(
    "path",
    ["", "/x", "../x", "a/../b", "a//b", "a/./b", "C:/x", "c:x", "a\\b", "a\nb", "a\0b", "a\x85b", "a/", "x" * 5000],
)
def test_unsafe_path_is_refused(path: str):
    assert not is_safe(path)


@pytest.mark.parametrize("path", ["é.txt", "x" * 151, "CON", "a/nul.txt", "a./b", "a /b", 'a"b', "a:b", "com1.log"])
def test_path_that_is_not_neutral_is_refused(path: str):
    assert not is_neutral(path)


def test_paths_that_differ_in_case_or_accents_are_one():
    assert folded("A/É") == folded("a/e\u0301")
    assert folded("a") != folded("b")


def test_shown_text_holds_no_marks_that_turn_the_line_around():
    assert shown("a\u202eb\n" + "x" * 500).startswith("a�b�")
    assert len(shown("x" * 500)) == 160
