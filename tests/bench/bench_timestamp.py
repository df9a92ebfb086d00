"""How many timestamps one core judges in a second, beside what one ``openssl ts -verify`` process takes.

Then a tree of ten thousand exhibits under one timestamp: building it, writing every record, and judging one of these
records beside a plain timestamp, which may take 1.5 times as long.

Run: python -m tests.bench.bench_timestamp
"""

from __future__ import annotations

import hashlib
import itertools
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from evidence_kit.timestamp import certificates
from evidence_kit.timestamp.evidence_record import new_record
from evidence_kit.timestamp.hash_tree import HashTree
from evidence_kit.timestamp.record_judge import judge_record
from evidence_kit.timestamp.verify import judge
from tests.kit.authority import Maker, openssl

DATA = b"what was on the screen\n"
ROUNDS = 5
JUDGED = 200
PROCESSES = 20
EXHIBITS = 10_000


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


def _records(maker: Maker, reply: bytes, roots: list[bytes]) -> str:
    digests = [hashlib.sha256(b"%d" % n).digest() for n in range(EXHIBITS)]
    begun = time.process_time()
    tree = HashTree(digests)
    building = time.process_time() - begun
    query = openssl(maker.folder, "ts", "-query", "-digest", tree.root.hex(), "-sha256", "-cert")
    stamped = maker.reply(query)
    begun = time.process_time()
    records = [new_record(stamped, algorithm="sha256", digest=one, tree=tree.reduced(one)) for one in digests]
    writing = time.process_time() - begun
    numbers = itertools.count()

    def per_second() -> float:
        begun = time.process_time()
        for number in itertools.islice(numbers, JUDGED):
            if judge_record(records[number], data=b"%d" % number, roots=roots).verdict != "valid":
                raise SystemExit("a good record was not judged valid")
        return JUDGED / (time.process_time() - begun)

    pairs = [(_per_second(reply, roots), per_second()) for _ in range(ROUNDS)]
    ratio = statistics.median(plain / record for plain, record in pairs)
    rate = statistics.median(record for _plain, record in pairs)
    return (
        f"{'':9} {rate:6.0f} records/s a core, {ratio:.2f} of a plain one; tree of {EXHIBITS}: "
        f"{building * 1000:.0f} ms, all its records {writing * 1000:.0f} ms"
    )


def main() -> None:
    """Print two lines for each kind of key."""
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
            print(_records(maker, reply, roots))


if __name__ == "__main__":
    main()
