"""A list against the same pages captured one by one in a warm browser, and how memory and time go over many pages.

Run: .venv/bin/python -m tests.bench.bench_lists [pages of the long list, 0 for none]
"""

from __future__ import annotations

import functools
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from evidence_kit.jobs import CancelToken, Progress, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.vault import KdfParameters, create_vault
from evidence_kit.workflow import session as session_module
from evidence_kit.workflow.records import CaptureRequest
from evidence_kit.workflow.session import Session
from tests.kit.processes import memory
from tests.kit.site import Reply, Site, data, page, png

PAGES = 20
ROUNDS = 3
TARGET = 0.7
LONG = 200
CHEAP = KdfParameters(memory_kib=8192, iterations=1, lanes=1)


def articles(count: int) -> dict[str, Reply]:
    """Articles with five pictures each; no two are the same."""
    words = "Un paragraphe de texte, assez long pour remplir une ligne ou deux de la page. " * 4
    made = {f"/img/{i}.png": data(png(300, 200, (i * 5, 90, 200 - i)), "image/png") for i in range(5)}
    pictures = "".join(f"<img src='/img/{i}.png' width=300 height=200>" for i in range(5))
    for n in range(count):
        text = "".join(f"<h2>Partie {i} de {n}</h2><p>{words}</p>" for i in range(12))
        made[f"/article/{n}"] = page(f"<!doctype html><title>Article {n}</title><body>{text}{pictures}")
    return made


def opened(folder: Path) -> Session:
    """A new vault with a case; nobody else is asked for anything."""
    os.environ["EVIDENCE_KIT_HOME"] = str(folder)
    (folder / "settings.toml").write_text("ask_clock = false\nask_dns = false\n")
    session_module.create_vault = functools.partial(create_vault, kdf=CHEAP)
    session, _code = Session.create(folder / "vault", "a calm river at night 7", "bench")
    session.add_case("Bench")
    return session


def one_by_one(session: Session, urls: list[str]) -> float:
    """Seconds for the pages one after the other."""
    started = time.perf_counter()
    for url in urls:
        record = session.capture(
            CaptureRequest(url=url, subject=Subject.ADULT, stamp=False), no_progress, CancelToken()
        )
        assert record.exhibit.outcome is Outcome.COMPLETE, record.exhibit.missing
    return time.perf_counter() - started


def as_list(session: Session, urls: list[str]) -> float:
    """Seconds for the same pages as one list, two at a time."""
    started = time.perf_counter()
    lists = session.lists(None)
    chosen = lists.begin(urls, Subject.ADULT, stamp=False)
    lists.run(chosen, no_progress, CancelToken(), concurrency=2)
    took = time.perf_counter() - started
    for item in lists.items(chosen):
        assert item.exhibit_id
        assert session.exhibit(item.exhibit_id).outcome is Outcome.COMPLETE
    return took


def long_list(session: Session, urls: list[str], every: int) -> list[dict[str, float]]:
    """Memory and seconds per page, after each ``every`` pages of one list."""
    rows: list[dict[str, float]] = []
    last = time.perf_counter()

    def noted(told: Progress) -> None:
        nonlocal last
        if not told.detail and told.done % every == 0:
            now = time.perf_counter()
            rows.append({"pages": told.done, "seconds": round((now - last) / every, 2), **memory()})
            print(rows[-1], flush=True)
            last = now

    lists = session.lists(None)
    lists.run(lists.begin(urls, Subject.ADULT, stamp=False), noted, CancelToken(), concurrency=2)
    return rows


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LONG
    with tempfile.TemporaryDirectory() as folder, Site(articles(max(PAGES, count))) as site:
        with opened(Path(folder)) as session:
            urls = [f"{site.url}/article/{n}" for n in range(PAGES)]
            one_by_one(session, urls[:2])
            ratios, seconds = [], []
            for _ in range(ROUNDS):
                floor = one_by_one(session, urls)
                product = as_list(session, urls)
                seconds.append((round(floor, 1), round(product, 1)))
                ratios.append(product / floor)
            print("20 pages, one by one / as a list, s:", seconds)
            rows = long_list(session, [f"{site.url}/article/{n}" for n in range(count)], 20) if count else []
        answer = {
            "list_of_20": {
                "ratio": round(statistics.median(ratios), 2),
                "target": TARGET,
                "floor_s": statistics.median(s[0] for s in seconds),
                "product_s": statistics.median(s[1] for s in seconds),
            },
            "flat": rows,
        }
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
