"""A list of many pages: memory and time per page stay where they are from the first pages to the last."""

from __future__ import annotations

import itertools
import statistics
import sys
import time

import pytest

from evidence_kit.jobs import CancelToken
from evidence_kit.records import Outcome, Subject
from tests.kit.processes import memory
from tests.kit.site import Site, page

PAGES = 200
EVERY = 20
GROWTH = {"own": 60, "driver": 60, "browser": 200}
"""Megabytes between the first fifth of the list and its end; what grows with each page would pass them."""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_two_hundredth_page_takes_no_more_memory_and_time_than_the_fortieth(session):
    words = "Some words to fill a line or two of this page. " * 40
    pages = {f"/{n}": page(f"<!doctype html><title>{n}</title><h1>{n}</h1><p>{words}") for n in range(PAGES)}
    rows, ended = [], []

    def noted(told):
        if told.detail:
            return
        ended.append(time.monotonic())
        if told.done % EVERY == 0:
            rows.append(memory())

    with Site(pages) as site:
        lists = session.lists(None)
        chosen = lists.begin([f"{site.url}/{n}" for n in range(PAGES)], Subject.ADULT, stamp=False)
        lists.run(chosen, noted, CancelToken())
    assert {session.exhibit(i.exhibit_id).outcome for i in lists.items(chosen)} == {Outcome.COMPLETE}
    first, last = rows[1 : len(rows) // 3 + 1], rows[-len(rows) // 3 :]
    for part, most in GROWTH.items():
        grown = statistics.median(r[part] for r in last) - statistics.median(r[part] for r in first)
        assert grown < most, (part, rows)
    between = [b - a for a, b in itertools.pairwise(ended)]
    quarter = len(between) // 4
    assert statistics.median(between[-quarter:]) < 2 * statistics.median(between[EVERY : EVERY + quarter]), rows
