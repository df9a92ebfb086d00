"""How many timestamps one core judges in a second, beside what one ``openssl ts -verify`` process takes.

Run: python -m tests.bench.bench_timestamp
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from evidence_kit.timestamp import certificates
from evidence_kit.timestamp.verify import judge
from tests.kit.authority import Maker

DATA = b"what was on the screen\n"
ROUNDS = 5
JUDGED = 200
PROCESSES = 20


def _per_second(reply: bytes, roots: list[bytes]) -> float:
    begun = time.process_time()
    for _ in range(JUDGED):
        if judge(reply, data=DATA, roots=roots).verdict != "valid":
            raise SystemExit("a good timestamp was not judged valid")
    return JUDGED / (time.process_time() - begun)


def _process_seconds(maker: Maker, reply: bytes) -> float:
    (maker.folder / "bench.tsr").write_bytes(reply)
    (maker.folder / "bench.bin").write_bytes(DATA)
    command = ["openssl", "ts", "-verify", "-in", "bench.tsr", "-data", "bench.bin", "-CAfile", "root.pem"]
    begun = time.perf_counter()
    for _ in range(PROCESSES):
        subprocess.run(command, cwd=maker.folder, capture_output=True, check=True)
    return (time.perf_counter() - begun) / PROCESSES


def main() -> None:
    """Print one line for each kind of key."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("rsa:2048", "rsa:4096", "P-256"):
            maker = Maker(Path(folder) / kind.replace(":", "-"), "Bench", kind)
            reply = maker.stamp(DATA)
            roots = certificates.from_file(maker.root.read_bytes())
            begun = time.perf_counter()
            judge(reply, data=DATA, roots=roots)
            first = (time.perf_counter() - begun) * 1000
            rate = statistics.median(_per_second(reply, roots) for _ in range(ROUNDS))
            process = statistics.median(_process_seconds(maker, reply) for _ in range(ROUNDS))
            print(
                f"{kind:9} {rate:6.0f} judged/s a core ({1000 / rate:.2f} ms; the first {first:.1f} ms); "
                f"openssl process {process * 1000:.1f} ms, ratio {1 / rate / process:.2f}"
            )


if __name__ == "__main__":
    main()
