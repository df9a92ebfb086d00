"""The verifier's own reader of logs: the same facts in whatever pieces the bytes come, and the same as the writer's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.custody import chain
from evidence_kit.verify.custody import LogFacts, LogReader
from tests.vectors.build import Signer, canonical, entry, heads_of, log_lines

KEY = Signer.from_seed("log").vault_key
ENTRIES = [entry("case-1", n, "capture.started", KEY) for n in range(6)]


def read(data: bytes, step: int = 1 << 20) -> LogFacts:
    reader = LogReader()
    for at in range(0, len(data), step):
        reader.feed(data[at : at + step])
    return reader.finish()


def written(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


GOOD = written(log_lines(ENTRIES, (1, 4)))


@settings(max_examples=30)
@given(st.integers(1, 900))
def test_log_in_any_pieces_gives_the_same_facts(step: int):
    assert read(GOOD, step) == read(GOOD)


def test_good_log_is_whole_and_its_heads_are_those_of_another_hand():
    facts = read(GOOD)
    assert not facts.problems
    assert [facts.head_at(n) for n in range(6)] == heads_of(ENTRIES)
    assert (facts.chain, facts.vault_key, facts.withheld, facts.length) == ("case-1", KEY, 2, 6)
    assert facts.head_at(6) is None
    assert facts.head_at(-1) is None


def test_log_of_the_program_reads_as_the_program_means_it():
    from evidence_kit.records import CustodyEntry

    head, entries = chain.ZERO_HEAD, []
    for seq in range(4):
        text = chain.compose_entry(
            chain="c", seq=seq, event="case.created", at="2026-01-01T00:00:00.000Z", zone="UTC +00:00", actor="A",
            subject="", digests={}, purpose="", detail={}, software="Evidence Kit", vault_key=KEY,
        )  # fmt: skip
        digest, head = chain.link(head, text)
        entries.append(CustodyEntry(chain="c", seq=seq, entry=text, digest=digest, head=head))
    log, hidden = chain.export_log(entries, lambda e: e["seq"] == 2)
    facts = read(log)
    assert not facts.problems
    assert (facts.withheld, facts.head_at(3)) == (hidden, head)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        log_lines(ENTRIES)[:-1],
        [*log_lines(ENTRIES), canonical({"seq": 5, "head": heads_of(ENTRIES)[-1]})],
        [*log_lines(ENTRIES), b""],
        [b"", *log_lines(ENTRIES)],
        [b"[1]"],
        [b"\xff\xfe"],
        [b'{"head":"x","seq":-2}'],
        [b'{"digest":"' + b"A" * 64 + b'","seq":0}'],
        [b'{"seq":0,"seq":0}'],
        [b'{"entry":{},"seq":true}'],
        log_lines([ENTRIES[0] | {"vault_key": "x"}]),
        log_lines([ENTRIES[0] | {"salt": "short"}]),
        log_lines([ENTRIES[0], ENTRIES[1] | {"chain": "another"}]),
        log_lines([ENTRIES[0], ENTRIES[1] | {"seq": 7}]),
    ],
)
def test_log_that_does_not_hold_says_so(lines: list[bytes]):
    assert read(written(lines)).problems


def test_log_without_its_last_newline_is_cut():
    assert read(GOOD[:-1]).problems


def test_line_without_end_is_refused_before_it_fills_the_memory():
    reader = LogReader()
    for _ in range(40):
        reader.feed(b"x" * (1 << 20))
    assert reader.finish().problems
    assert len(reader._rest) == 0


def test_a_hundred_thousand_broken_lines_give_a_bounded_answer():
    assert len(read(b"x\n" * 100_000).problems) <= 40
