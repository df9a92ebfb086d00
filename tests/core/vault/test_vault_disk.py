"""Files of the vault on a failing disk, with little memory, with many threads; and scratch room."""

from __future__ import annotations

import errno
import io
import os
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from vault_makers import PASSPHRASE, admit

from evidence_kit import system
from evidence_kit.errors import StorageFull, VaultError, VaultReadOnly
from evidence_kit.vault import BlobWriter, Vault, open_vault, sealed

MIB = 1 << 20
SIZES = [0, 1, 65_535, 65_536, 65_537, MIB - 1, MIB, MIB + 1, MIB + 4096, 3 * MIB + 17]


def files(vault: Vault) -> list[Path]:
    return [path for path in (vault.path / "objects").rglob("*") if path.is_file()]


def sealing_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name in {"seal", "unseal"}]


def fill(writer: BlobWriter, size: int) -> None:
    for _ in range(size // MIB):
        writer.write(os.urandom(MIB))
    writer.finish()


def wait_for_quiet() -> None:
    end = time.monotonic() + 10
    while sealing_threads() and time.monotonic() < end:
        time.sleep(0.02)
    assert not sealing_threads()


class _FullDisk(io.BufferedIOBase):
    """A file that takes some bytes and then says what a full disk says."""

    def __init__(self, path: Path, room: int, code: int) -> None:
        self._real, self._room, self._code = io.open(path, "xb"), room, code  # noqa: UP020, SIM115 - Path.open is replaced

    def write(self, data: Any) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise OSError(self._code, os.strerror(self._code))
        return self._real.write(data)

    def fileno(self) -> int:
        return self._real.fileno()

    def flush(self) -> None:
        self._real.flush()

    def close(self) -> None:
        self._real.close()


@pytest.mark.parametrize("room", [0, 500_000, 3 * MIB])
@pytest.mark.parametrize(
    ("code", "error"), [(errno.ENOSPC, StorageFull), (errno.EROFS, VaultReadOnly), (errno.EIO, VaultError)]
)
def test_failing_disk_reaches_the_caller_and_removes_the_part(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, room: int, code: int, error: type[Exception]
) -> None:
    real = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda self, mode="r", *a, **k: _FullDisk(self, room, code) if mode == "xb" else real(self, mode, *a, **k),
    )
    writer = vault.blobs.writer()
    with pytest.raises(error):
        fill(writer, 10 * MIB)
    with pytest.raises(error):
        vault.blobs.put(os.urandom(min(room + 1000, 900_000)) if room < MIB else os.urandom(4 * MIB))
    assert files(vault) == []
    wait_for_quiet()


@pytest.mark.parametrize("stage", ["sync_file", "sync_folder", "replace", "mkdir"])
def test_disk_full_at_the_last_moment_leaves_no_part(vault: Vault, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    writer = vault.blobs.writer()
    writer.write(b"x" * 2 * MIB)
    monkeypatch.setattr(*((system, stage) if stage.startswith("sync") else (Path, stage)), full)
    with pytest.raises(StorageFull):
        writer.finish()
    monkeypatch.undo()
    assert not [path for path in files(vault) if path.suffix]


def test_long_content_streams_in_flat_memory(vault: Vault) -> None:
    block = os.urandom(MIB)

    def peak(megabytes: int) -> int:
        tracemalloc.start()
        with vault.blobs.writer() as writer:
            for number in range(megabytes):
                writer.write(number.to_bytes(4, "big") + block[4:])
            ref = writer.finish()
        size = 0
        for piece in vault.blobs.chunks(ref.sha256):
            size += len(piece)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size == ref.size == megabytes * MIB
        return most

    assert peak(50) < 24 * MIB
    assert peak(50) < 2 * peak(12)


def test_slow_reader_holds_the_file_back(vault: Vault) -> None:
    ref = vault.blobs.put(os.urandom(30 * MIB))
    reading = vault.blobs.chunks(ref.sha256)
    next(reading)
    time.sleep(0.3)
    tracemalloc.start()
    time.sleep(0.3)
    now, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert now < 4 * MIB
    assert sum(map(len, reading)) == 29 * MIB


def test_many_threads_write_and_read_at_once(vault: Vault) -> None:
    contents = [os.urandom(700_000 + 300_000 * n) for n in range(6)]
    failed: list[BaseException] = []

    def work(content: bytes) -> None:
        try:
            ref = vault.blobs.put(content)
            assert vault.blobs.read(ref.sha256) == content
        except BaseException as exc:
            failed.append(exc)

    threads = [threading.Thread(target=work, args=(content,)) for content in contents * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    assert len(files(vault)) == len(contents)


@pytest.mark.parametrize("size", [10, 3 * MIB])
def test_scratch_reads_back_often_and_vanishes(vault: Vault, size: int) -> None:
    content = os.urandom(size)
    kept = vault.blobs.put(content)
    with vault.blobs.scratch() as scratch:
        scratch.write(content)
        assert scratch.size == size
        for _ in range(2):
            assert b"".join(scratch.chunks()) == content
        assert scratch.finish() == kept
        assert not any(content[:10] in path.read_bytes() for path in files(vault))
        assert vault.check(fast=True)[0].subject.endswith(vault.blobs.name_of(kept.sha256))
    assert len(files(vault)) == 1
    assert vault.blobs.read(kept.sha256) == content
    assert repr(scratch) == "<Scratch>"


def test_scratch_left_by_a_crash_is_cleared_not_kept(vault: Vault, folder: Path) -> None:
    (folder / "objects" / "tmp").mkdir(exist_ok=True)
    (folder / "objects" / "tmp" / "00ff.scratch").write_bytes(b"nobody can read this")
    admit(vault)
    vault.close()
    with open_vault(folder, passphrase=PASSPHRASE) as again:
        assert again.report.quarantined == ()
        assert len(files(again)) == 1


def test_pipe_wakes_both_sides() -> None:
    from evidence_kit.vault.pipe import Pipe, PipeClosed

    def giving(pipe: Pipe) -> Iterator[None]:
        while True:
            pipe.put(b"x")
            yield

    pipe = Pipe(depth=1)
    outcome: list[str] = []

    def fill() -> None:
        try:
            for _ in giving(pipe):
                outcome.append("put")
        except PipeClosed:
            outcome.append("closed")

    thread = threading.Thread(target=fill)
    thread.start()
    time.sleep(0.1)
    pipe.shatter()
    thread.join(5)
    assert outcome == ["put", "closed"]
    with pytest.raises(PipeClosed):
        pipe.get()
    ended = Pipe()
    ended.put(b"a")
    ended.end()
    assert (ended.get(), ended.get(), ended.get()) == (b"a", b"", b"")
    assert sealed.BLOCK == MIB
