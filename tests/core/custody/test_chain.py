"""The custody chain: what it shows, and what a withheld entry keeps to itself."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json

import pytest

from evidence_kit.canonical import from_canonical, to_canonical
from evidence_kit.custody.chain import ZERO_HEAD, check_chain, export_log, head_file, link
from evidence_kit.custody.log import CustodyLog
from evidence_kit.errors import ChainBroken
from evidence_kit.records import CustodyEntry


class Memory:
    def __init__(self) -> None:
        self.rows: list[CustodyEntry] = []

    def transaction(self):
        return contextlib.nullcontext()

    def last_entry(self, chain: str) -> CustodyEntry | None:
        return next((r for r in reversed(self.rows) if r.chain == chain), None)

    def append_entries(self, entries: list[CustodyEntry]) -> None:
        self.rows += entries


@pytest.fixture
def store() -> Memory:
    store = Memory()
    log = CustodyLog(store, software="test/1", vault_key="ab" * 32, actor="Mina")
    log.append("c", "case.created")
    log.append("c", "exhibit.viewed", subject="x", purpose="because")
    log.append("c", "capture.completed", digests={"manifest": "00" * 32})
    return store


def test_head_is_the_hash_of_the_head_before_and_the_entry_digest(store):
    head = bytes(32)
    for row in store.rows:
        head = hashlib.sha256(head + hashlib.sha256(row.entry).digest()).digest()
        assert row.head == head.hex()
    assert check_chain(store.rows, "c") == head.hex()


def test_first_entry_alone_names_the_vault_key(store):
    keys = [from_canonical(r.entry).get("vault_key") for r in store.rows]
    assert keys == ["ab" * 32, None, None]


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_changed_entry_is_found_at_its_place(store, broken):
    row = store.rows[broken]
    value = from_canonical(row.entry) | {"actor": "Someone"}
    store.rows[broken] = CustodyEntry(
        chain="c", seq=row.seq, entry=to_canonical(value), digest=row.digest, head=row.head
    )
    with pytest.raises(ChainBroken) as caught:
        check_chain(store.rows, "c")
    assert caught.value.seq == broken


def test_removed_and_swapped_entries_are_found(store):
    with pytest.raises(ChainBroken):
        check_chain([store.rows[0], store.rows[2]], "c")
    with pytest.raises(ChainBroken):
        check_chain([store.rows[1], store.rows[0], store.rows[2]], "c")
    with pytest.raises(ChainBroken):
        check_chain(store.rows, "another chain")


def test_exported_log_withholds_by_digest_and_still_links(store):
    data, hidden = export_log(store.rows, lambda e: e["type"] == "exhibit.viewed")
    lines = [json.loads(line) for line in data.splitlines()]
    assert hidden == 1
    assert list(lines[1]) == ["digest", "seq"]
    head = bytes(32)
    for line in lines[:-1]:
        digest = line.get("digest") or hashlib.sha256(to_canonical(line["entry"])).hexdigest()
        head = hashlib.sha256(head + bytes.fromhex(digest)).digest()
    assert lines[-1] == {"head": head.hex(), "seq": 2}
    assert b"exhibit.viewed" not in data


def test_withheld_entry_cannot_be_guessed_from_everything_but_its_salt(store):
    data, _hidden = export_log(store.rows, lambda e: e["type"] == "exhibit.viewed")
    digest = json.loads(data.splitlines()[1])["digest"]
    known = from_canonical(store.rows[1].entry)
    assert len(bytes.fromhex(known["salt"])) == 16
    guesses = itertools.chain(
        ({k: v for k, v in known.items() if k != "salt"},),
        (known | {"salt": f"{n:032x}"} for n in range(20_000)),
    )
    assert all(hashlib.sha256(to_canonical(g)).hexdigest() != digest for g in guesses)


def test_head_file_names_chain_and_place():
    _digest, head = link(ZERO_HEAD, b"x")
    assert from_canonical(head_file("c", 0, head)) == {
        "format": "evidence-kit/head/1",
        "chain": "c",
        "seq": 0,
        "head": head,
    }
