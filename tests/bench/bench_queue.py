"""Ten thousand pending exhibits, then renewed: one question to each authority, our own seconds, and memory.

Run: python -m tests.bench.bench_queue [exhibits]
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from evidence_kit import clock
from evidence_kit.digest import sha256_hex
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Exhibit, ExhibitState, Kind, Outcome, Subject
from evidence_kit.workflow.records import RenewalCounts, StampCounts
from evidence_kit.workflow.session import Session
from tests.bench.bench_lists import opened
from tests.kit.authority import Authority, write_overlay
from tests.kit.processes import memory

EXHIBITS = 10_000
TARGET_SECONDS = 10.0
NAMES = ("a", "b")


def pending(session: Session, count: int) -> None:
    """Exhibits whose manifests await both authorities."""
    index, case = session._context.vault.index, session.cases()[0]
    with index.transaction():
        for n in range(1, count + 1):
            manifest, now = json.dumps({"number": n}).encode(), clock.rfc3339()
            made = Exhibit(
                id=str(uuid.uuid4()), case_id=case.id, number=n, kind=Kind.IMPORT, subject=Subject.ADULT,
                outcome=Outcome.COMPLETE, missing=(), url_requested="", url_final="", title=f"{n}", started_at=now,
                finished_at=now, manifest_sha256=sha256_hex(manifest), annex_sha256=None, state=ExhibitState.NORMAL,
                state_reason="", seconds={},
            )  # fmt: skip
            index.add_exhibit(made, manifest=manifest, artifacts=())
            for name in NAMES:
                index.add_token("manifest", made.id, made.manifest_sha256, name, now)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EXHIBITS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        authorities = [Authority(home / name, name) for name in NAMES]
        with opened(home) as session:
            write_overlay(home, authorities)
            pending(session, count)
            first = _measured("stamp", session, authorities, lambda: session.stamp_pending(no_progress, CancelToken()))
            again = _measured("renew", session, authorities, lambda: session.renewals.renew(no_progress, CancelToken()))
        for authority in authorities:
            authority.stop()
    for made, target in ((first, TARGET_SECONDS), (again, None)):
        assert made.pop("done") == 2 * count, made
        print(json.dumps({"exhibits": count, **made, "target_seconds": target}))


def _measured(
    what: str, session: Session, authorities: list[Authority], work: Callable[[], StampCounts | RenewalCounts]
) -> dict[str, object]:
    for authority in authorities:
        authority.requests.clear()
    before, began, ours = memory()["own"], time.perf_counter(), time.process_time()
    counts = work()
    took, ours = time.perf_counter() - began, time.process_time() - ours
    return {
        "what": what,
        "done": counts.granted if isinstance(counts, StampCounts) else counts.renewed,
        "requests": [len(a.requests) for a in authorities],
        "seconds": round(took, 1),
        "own_seconds": round(ours, 1),
        "memory_grown_mb": memory()["own"] - before,
    }


if __name__ == "__main__":
    main()
