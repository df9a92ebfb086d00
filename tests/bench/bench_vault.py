"""How far the vault is from its floors, as ratios within one run: absolute times say nothing on a shared machine.

Unlocking against one bare Argon2id with the same parameters (at most 1.3), and storing a file against copying the
same bytes with fsync. Run: ``python tests/bench/bench_vault.py``.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from evidence_kit import system
from evidence_kit.vault import Vault, create_vault, open_vault
from evidence_kit.vault.kdf import FLOOR, KEY_BYTES, SALT_BYTES

PASSPHRASE = "a passphrase for measuring"
UNLOCK_LIMIT = 1.3
ROUNDS, BLOCK, BLOCKS = 5, 1 << 20, 200


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def floor_derivation() -> None:
    Argon2id(
        salt=bytes(SALT_BYTES),
        length=KEY_BYTES,
        iterations=FLOOR.iterations,
        lanes=FLOOR.lanes,
        memory_cost=FLOOR.memory_kib,
    ).derive(PASSPHRASE.encode())


def unlock_ratio(folder: Path) -> float:
    """Median of paired runs: opening and closing the vault over one key derivation."""
    ratios = []
    for _ in range(ROUNDS):
        bare = seconds(floor_derivation)
        ratios.append(seconds(lambda: open_vault(folder, passphrase=PASSPHRASE).close()) / bare)
    return statistics.median(ratios)


def store(vault: Vault, block: bytes) -> str:
    with vault.blobs.writer() as writer:
        for number in range(BLOCKS):
            writer.write(number.to_bytes(4, "big") + block[4:])
        return writer.finish().sha256


def copy(path: Path, block: bytes) -> None:
    with path.open("wb") as handle:
        for number in range(BLOCKS):
            handle.write(number.to_bytes(4, "big") + block[4:])
        system.sync_file(handle)
    path.unlink()


def main() -> int:
    """Print the ratios; 1 if unlocking costs too much."""
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as name:
        vault, _code = create_vault(Path(name, "vault"), PASSPHRASE, kdf=FLOOR)
        block = os.urandom(BLOCK)
        writing, reading = [], []
        for _ in range(ROUNDS):
            floor = seconds(lambda: copy(Path(name, "plain"), block))
            started = time.perf_counter()
            sha256 = store(vault, block)
            written = time.perf_counter()
            size = sum(map(len, vault.blobs.chunks(sha256)))
            reading.append((time.perf_counter() - written) / floor)
            writing.append((written - started) / floor)
            assert size == BLOCK * BLOCKS
            print(f"blob: write {BLOCKS / (written - started):.0f} MB/s, floor {BLOCKS / floor:.0f} MB/s")
            vault.blobs.remove(sha256)
        vault.close()
        unlock = unlock_ratio(Path(name, "vault"))
    print(f"blob write / copy+fsync: {statistics.median(writing):.2f}")
    print(f"blob read / copy+fsync: {statistics.median(reading):.2f}")
    print(f"unlock / one Argon2id: {unlock:.2f} (at most {UNLOCK_LIMIT})")
    return int(unlock > UNLOCK_LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
