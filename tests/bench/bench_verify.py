"""How fast a package is verified, against SHA-256 over the same bytes in one thread. Run it as a script.

    python -m tests.bench.bench_verify [MEGABYTES]

Prints one line of JSON. The goal is a ratio of at least 0.8, and memory that does not grow with the package.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

from evidence_kit import system
from evidence_kit.verify.verifier import verify_package
from tests.vectors.build import lists

CHUNK = 1 << 20


def make(path: Path, megabytes: int) -> None:
    """A bag of stored random files of 64 MB each, hashed while they are written."""
    digests = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(max(1, megabytes // 64)):
            name, running = f"data/{number:04d}.bin", hashlib.sha256()
            with archive.open(zipfile.ZipInfo(f"bag/{name}"), "w", force_zip64=True) as target:
                for _ in range(min(64, megabytes)):
                    block = os.urandom(CHUNK)
                    running.update(block)
                    target.write(block)
            digests[name] = running.hexdigest()
        texts = {p: d for p, d in lists({}).items() if not p.startswith(("tagmanifest", "manifest", "bag-info"))}
        texts["manifest-sha256.txt"] = "".join(f"{d}  {p}\n" for p, d in digests.items()).encode()
        for name, data in texts.items():
            archive.writestr(f"bag/{name}", data)


def hash_alone(path: Path) -> float:
    """Seconds for reading and hashing the same bytes in one thread."""
    start, running = time.perf_counter(), hashlib.sha256()
    with path.open("rb", buffering=0) as handle:
        while block := handle.read(CHUNK):
            running.update(block)
    return time.perf_counter() - start


def verify_seconds(path: Path) -> tuple[float, str]:
    start = time.perf_counter()
    report = verify_package(path, authorities=SimpleNamespace(default=(), all={}))  # type: ignore[arg-type]
    return time.perf_counter() - start, report.verdict


def main(megabytes: int = 512) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        make(path, megabytes)
        hash_alone(path)  # warms the page cache
        before = system.peak_memory_bytes()
        pairs = [(hash_alone(path), verify_seconds(path)) for _ in range(3)]
        alone, (seconds, verdict) = min(p[0] for p in pairs), min(p[1] for p in pairs)
        grown = system.peak_memory_bytes() - before
    return {"megabytes": megabytes, "verdict": verdict, "mb_per_s": round(megabytes / seconds),
            "hash_mb_per_s": round(megabytes / alone), "ratio": round(alone / seconds, 2),
            "memory_grown_mb": round(grown / (1 << 20), 1)}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
