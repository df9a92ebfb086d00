"""Files of the vault: what goes in comes out, or an error does; never something else."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from vault_makers import PASSPHRASE

from evidence_kit.errors import VaultCorrupt, VaultError
from evidence_kit.vault import BlobWriter, Vault

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


@pytest.mark.parametrize("size", SIZES)
def test_content_comes_back_whole(vault: Vault, size: int) -> None:
    content = os.urandom(size)
    ref = vault.blobs.put(content)
    assert (ref.sha256, ref.size) == (hashlib.sha256(content).hexdigest(), size)
    assert b"".join(vault.blobs.chunks(ref.sha256)) == content
    assert vault.blobs.exists(ref.sha256)
    assert vault.blobs.looks_whole(ref.sha256, size)
    assert not vault.blobs.looks_whole(ref.sha256, size + 1)
    wait_for_quiet()


@pytest.mark.parametrize("step", [1000, 65_536, MIB, 5 * MIB])
def test_content_written_in_any_steps_is_the_same(vault: Vault, step: int) -> None:
    content = os.urandom(4 * MIB + 123)
    with vault.blobs.writer() as writer:
        for at in range(0, len(content), step):
            assert writer.write(content[at : at + step]) == len(content[at : at + step])
        ref = writer.finish()
        assert writer.finish() == ref
        writer.abort()
    assert vault.blobs.read(ref.sha256) == content


def test_file_is_plain_age_and_named_by_the_name_key(vault: Vault) -> None:
    import pyrage

    ref = vault.blobs.put(b"words")
    path = vault.blobs.path_of(ref.sha256)
    assert path.parent.name == path.name[:2]
    assert ref.sha256 not in str(path)
    assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
    identity = vault.index.meta("vault.age_identity")
    assert identity
    assert pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(identity)]) == b"words"


def test_same_content_is_stored_once(vault: Vault) -> None:
    content = os.urandom(2 * MIB)
    assert vault.blobs.put(content) == vault.blobs.put(content)
    assert len(files(vault)) == 1
    assert len(list(vault.blobs.names())) == 1


def test_storing_again_mends_a_damaged_file(vault: Vault) -> None:
    ref = vault.blobs.put(b"precious")
    vault.blobs.path_of(ref.sha256).write_bytes(b"rot")
    vault.blobs.put(b"precious")
    assert vault.blobs.read(ref.sha256) == b"precious"


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def _cut(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])


HARMS: dict[str, Callable[[Path], object]] = {
    "flipped in the header": lambda p: _flip(p, 60),
    "flipped in the first piece": lambda p: _flip(p, 400),
    "flipped at the end": lambda p: _flip(p, -1),
    "cut at the end": lambda p: _cut(p, p.stat().st_size - 1),
    "cut at a piece": lambda p: _cut(p, p.stat().st_size - (p.stat().st_size % 65_552)),
    "cut in the middle": lambda p: _cut(p, p.stat().st_size // 2),
    "emptied": lambda p: p.write_bytes(b""),
    "longer": lambda p: p.write_bytes(p.read_bytes() + b"\0"),
    "other bytes": lambda p: p.write_bytes(os.urandom(p.stat().st_size)),
    "gone": lambda p: p.unlink(),
    "a folder": lambda p: (p.unlink(), p.mkdir()),
}


@pytest.mark.parametrize("size", [5000, 3 * MIB])
@pytest.mark.parametrize("harm", HARMS)
def test_harmed_file_raises_instead_of_reading_short(vault: Vault, harm: str, size: int) -> None:
    content = os.urandom(size)
    ref = vault.blobs.put(content)
    HARMS[harm](vault.blobs.path_of(ref.sha256))
    got: list[bytes] = []
    with pytest.raises(VaultCorrupt):
        got.extend(vault.blobs.chunks(ref.sha256))
    assert sum(map(len, got)) < size
    with pytest.raises(VaultCorrupt):
        vault.blobs.read(ref.sha256)
    wait_for_quiet()


@pytest.mark.parametrize("size", [5000, 3 * MIB])
def test_swapped_files_are_noticed(vault: Vault, size: int) -> None:
    one, two = vault.blobs.put(os.urandom(size)), vault.blobs.put(os.urandom(size))
    a, b = vault.blobs.path_of(one.sha256), vault.blobs.path_of(two.sha256)
    shutil.copy(a, b)
    assert len(vault.blobs.read(one.sha256)) == size
    with pytest.raises(VaultCorrupt):
        vault.blobs.read(two.sha256)


def test_file_for_another_recipient_is_refused(vault: Vault) -> None:
    import pyrage

    ref = vault.blobs.put(b"mine")
    stranger = pyrage.x25519.Identity.generate().to_public()
    vault.blobs.path_of(ref.sha256).write_bytes(pyrage.encrypt(b"mine", [stranger]))
    with pytest.raises(VaultCorrupt):
        vault.blobs.read(ref.sha256)


def test_reading_stops_at_the_limit(vault: Vault) -> None:
    ref = vault.blobs.put(bytes(3 * MIB))
    with pytest.raises(VaultError) as refused:
        vault.blobs.read(ref.sha256, limit=MIB)
    assert not isinstance(refused.value, VaultCorrupt)
    assert len(vault.blobs.read(ref.sha256, limit=3 * MIB)) == 3 * MIB
    wait_for_quiet()


def test_removed_content_is_gone_and_removing_twice_is_fine(vault: Vault) -> None:
    ref = vault.blobs.put(b"x")
    vault.blobs.remove(ref.sha256)
    vault.blobs.remove(ref.sha256)
    assert not vault.blobs.exists(ref.sha256)
    with pytest.raises(VaultCorrupt):
        vault.blobs.read(ref.sha256)


@pytest.mark.parametrize("size", [10, 3 * MIB])
def test_aborted_writer_leaves_nothing(vault: Vault, size: int) -> None:
    writer = vault.blobs.writer()
    writer.write(bytes(size))
    writer.abort()
    writer.abort()
    assert files(vault) == []
    for ask in (lambda: writer.write(b"x"), writer.finish):
        with pytest.raises(ValueError):
            ask()
    wait_for_quiet()


@pytest.mark.parametrize("size", [10, 3 * MIB])
def test_exception_in_the_block_aborts(vault: Vault, size: int) -> None:
    def broken_off() -> None:
        with vault.blobs.writer() as writer:
            writer.write(bytes(size))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    with vault.blobs.writer() as writer:
        writer.write(bytes(size))
    assert files(vault) == []
    wait_for_quiet()


def test_forgotten_writer_and_reader_leave_no_thread(vault: Vault) -> None:
    ref = vault.blobs.put(os.urandom(20 * MIB))
    reading = vault.blobs.chunks(ref.sha256)
    assert next(reading)
    del reading
    writer = vault.blobs.writer()
    writer.write(bytes(3 * MIB))
    del writer
    gc.collect()
    wait_for_quiet()
    assert len(files(vault)) == 1


def test_closing_the_vault_ends_what_still_runs(vault: Vault) -> None:
    ref = vault.blobs.put(os.urandom(20 * MIB))
    reading = vault.blobs.chunks(ref.sha256)
    next(reading)
    writer = vault.blobs.writer()
    writer.write(bytes(3 * MIB))
    vault.close()
    wait_for_quiet()
    with pytest.raises(VaultCorrupt):
        list(reading)
    with pytest.raises(VaultError):
        fill(writer, 8 * MIB)
    assert len(files(vault)) == 1


def test_process_ends_although_a_reader_is_left_open(vault: Vault, folder: Path) -> None:
    ref = vault.blobs.put(os.urandom(20 * MIB))
    vault.close()
    script = (
        "import sys; from pathlib import Path; from evidence_kit.vault import open_vault\n"
        f"v = open_vault(Path(sys.argv[1]), passphrase={PASSPHRASE!r})\n"
        "name = next((v.path / 'quarantine').iterdir()); w = v.blobs.writer(); w.write(bytes(3 << 20))\n"
        "r = v.blobs.put(bytes(30 << 20)); g = v.blobs.chunks(r.sha256); next(g); print('done')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, b"done"), done.stderr
    assert ref.size == 20 * MIB
