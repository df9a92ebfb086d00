"""Evidence records of one timestamp: made, read, judged, and refused where they are not as they must be."""

from __future__ import annotations

import hashlib
import subprocess
import time
from pathlib import Path

import pytest
from asn1crypto import core, parser, pem

from evidence_kit import clock
from evidence_kit.errors import TokenInvalid
from evidence_kit.language import _
from evidence_kit.timestamp import evidence_record as ers
from evidence_kit.timestamp.hash_tree import HashTree
from evidence_kit.timestamp.record_judge import judge_record, record_algorithms
from evidence_kit.timestamp.verify import judge
from tests.kit.authority import Maker, der_of
from tests.kit.eras import Era, year
from tests.kit.evidence_records import DATA, NULL, Made, algorithm, judged, make, sha, single, stamp, tlv, whole


@pytest.fixture(scope="module")
def era() -> Era:
    return Era("Stamps", 2020, 2040)


@pytest.fixture(scope="module")
def made(era: Era) -> Made:
    return make(era)


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("count", [1, 2, 3, 5, 21, 1000])
def test_each_exhibit_of_a_tree_has_a_record_of_its_own(era: Era, count: int, algorithm: str) -> None:
    tree = HashTree([sha(one, algorithm) for one in DATA[:count]], algorithm)
    reply = era.stamp(tree.root, 2026, algorithm, reply=True)
    for number in range(0, count, 1 if count < 100 else 97):
        digest = sha(DATA[number], algorithm)
        record = ers.new_record(reply, algorithm=algorithm, digest=digest, tree=tree.reduced(digest))
        found = judge_record(record, data=DATA[number], roots=(era.root,))
        assert (found.verdict, found.gen_time, found.algorithms) == ("valid", year(2026), (algorithm,))
        assert (found.chains, found.failed_at, found.renew_before) == ((1,), None, year(2040))
        assert [s.verdict for s in found.stamps] == ["valid"]
        assert record_algorithms(record) == (algorithm,)
        other = judge_record(record, data=DATA[number] + b"!", roots=(era.root,))
        assert (other.verdict, other.readable, other.failed_at) == ("invalid", True, 0)


@pytest.mark.parametrize("head", ["endless", "long"])
def test_token_whose_outermost_header_is_not_der_is_kept_in_a_record_all_the_same(era: Era, head: str) -> None:
    """openssl accepts such a token, so authorities may send it; one of them must not stop everything else."""
    digest = sha(DATA[0])
    inside = parser.parse(era.stamp(digest, 2026))[4]
    size = len(inside).to_bytes(3, "big")
    token = b"\x30\x80" + inside + bytes(2) if head == "endless" else b"\x30\x83" + size + inside
    reply = tlv(0x30, bytes.fromhex("3003020100") + token)
    assert judge(reply, data=DATA[0], roots=(era.root,)).verdict == "valid"
    record = ers.new_record(reply, algorithm="sha256", digest=digest)
    again = era.stamp(ers.renewal_digest(record)[1], 2027)
    found = judge_record(ers.renewed_timestamp(record, again), data=DATA[0], roots=(era.root,))
    assert (found.verdict, found.gen_time, found.chains) == ("valid", year(2026), (2,))


def test_record_is_what_the_rfc_says_read_by_openssl_and_hashed_by_hand(era: Era, tmp_path: Path) -> None:
    """No part of the module under test, nor of the library that it reads with, takes part in this check."""
    count, mine = 5, 3
    tree = HashTree([sha(one) for one in DATA[:count]])
    token = era.stamp(tree.root, 2026)
    digest = sha(DATA[mine])
    (tmp_path / "it.ers").write_bytes(
        ers.new_record(token, algorithm="sha256", digest=digest, tree=tree.reduced(digest))
    )
    told = subprocess.run(
        ["openssl", "asn1parse", "-inform", "DER", "-in", "it.ers"], cwd=tmp_path, capture_output=True, check=True
    ).stdout.decode()
    lines = [line.partition(":")[2] for line in told.splitlines()]
    assert "cons: SEQUENCE" in lines[0]
    assert lines[1].endswith("INTEGER           :01")
    assert "OBJECT            :sha256" in lines[4]
    depths = [int(line.partition("d=")[2].split()[0]) for line in told.splitlines()]
    at = next(n for n, line in enumerate(lines) if "cont [ 2 ]" in line)
    lists: list[list[bytes]] = []
    end = next(n for n in range(at + 1, len(lines)) if depths[n] <= depths[at])
    for line in lines[at + 1 : end]:
        if "SEQUENCE" in line:
            lists.append([])
        else:
            lists[-1].append(bytes.fromhex(line.rpartition(":")[2]))
    assert digest in lists[0]
    value = hashlib.sha256(b"".join(sorted(lists[0]))).digest()
    for nodes in lists[1:]:
        value = hashlib.sha256(b"".join(sorted([*nodes, value]))).digest()
    (tmp_path / "it.token").write_bytes((tmp_path / "it.ers").read_bytes()[-len(token) :])
    (tmp_path / "root.pem").write_bytes(pem.armor("CERTIFICATE", era.root))
    said = subprocess.run(
        ["openssl", "ts", "-verify", "-in", "it.token", "-token_in", "-digest", value.hex(), "-CAfile", "root.pem",
         "-attime", str(int(year(2026).timestamp()))],
        cwd=tmp_path, capture_output=True,
    )  # fmt: skip
    assert b"Verification: OK" in said.stdout + said.stderr, said.stderr


def test_record_with_a_real_authority_holds_the_very_token(tmp_path: Path) -> None:
    maker = Maker(tmp_path / "maker", "Stamps", "P-256")
    reply, token = maker.stamp(DATA[1]), maker.stamp(DATA[1], token=True)
    for given_bytes in (reply, token):
        record = ers.new_record(given_bytes, algorithm="sha256", digest=sha(DATA[1]))
        assert given_bytes.endswith(ers.read(record).chains[0][0].token)
        assert ers.read(record).chains[0][0].tree == ()
        assert judge_record(record, data=DATA[1], roots=[der_of(maker.root)]).verdict == "valid"
        assert judge_record(record, data=DATA[1], roots=[]).verdict == "untrusted"


def test_digests_may_be_given_by_a_function(made: Made) -> None:
    asked: list[str] = []

    def known(algorithm: str) -> bytes:
        asked.append(algorithm)
        return sha(DATA[0], algorithm)

    assert judge_record(made.record, data=known, roots=made.roots).verdict == "valid"
    assert asked == ["sha256"]
    unknown = judge_record(made.record, data=lambda name: None, roots=made.roots)
    assert (unknown.verdict, "sha256" in unknown.reason) == ("untrusted", True)
    assert judge_record(made.record, data=lambda name: b"short", roots=made.roots).verdict == "invalid"


def test_unknown_root_is_untrusted_and_a_wrong_signature_invalid(made: Made) -> None:
    stranger = Era("Stamps", 2020, 2040)
    assert judge_record(made.record, data=DATA[0], roots=[stranger.root]).verdict == "untrusted"
    broken = bytearray(made.record)
    broken[-1] ^= 1
    assert (judged(made, bytes(broken)).verdict, judged(made, bytes(broken)).failed_at) == ("invalid", 0)


def test_token_past_its_certificate_passes_with_a_warning(made: Made) -> None:
    clock.set_source(lambda: year(2039))
    try:
        assert [(c.name, c.status) for c in judged(made, made.record).checks] == [("renewal", "passed")]
        clock.set_source(lambda: year(2041))
        found = judged(made, made.record)
        assert (found.verdict, [(c.name, c.status) for c in found.checks]) == ("valid", [("renewal", "failed")])
    finally:
        clock.set_source(None)


def test_another_leaf_another_tree_and_swapped_nodes_are_invalid(made: Made, era: Era) -> None:
    mine, lists = sha(DATA[0]), made.tree.reduced(sha(DATA[0]))
    other = HashTree([sha(one) for one in DATA[:20]])
    for one in DATA[1:30]:
        assert (judged(made, made.record, one).verdict == "valid") == (sha(one) in lists[0])
    swapped = [
        (*lists[:1], *lists[:0:-1]),
        lists[1:],
        lists[:-1],
        ((mine, *lists[1]), lists[0], *lists[2:]),
        other.reduced(mine),
        (*lists, (mine,)),
        ((mine,), *lists),
    ]
    for tree in swapped:
        found = judged(made, single(made.token, tree))
        assert (found.verdict, found.failed_at) == ("invalid", 0), tree
    assert judged(made, single(made.token, lists)).verdict == "valid"


def test_group_of_more_documents_and_a_list_in_any_order_are_read(era: Era) -> None:
    """A tree of somebody else: three children a node, a data group of two, a first list of one."""
    group, beside = sorted([sha(DATA[0]), sha(DATA[1])]), [sha(DATA[2]), sha(DATA[3])]
    root = sha(b"".join(sorted([sha(b"".join(group)), *beside])))
    token = era.stamp(root, 2026)
    for nodes in (group, group[::-1]):
        record = single(token, (tuple(nodes), tuple(beside)))
        for one in DATA[:2]:
            assert judge_record(record, data=one, roots=[era.root]).verdict == "valid"
        assert judge_record(record, data=DATA[2], roots=[era.root]).verdict == "invalid"
    lone = era.stamp(sha(b"".join(sorted([sha(DATA[0]), *beside]))), 2026)
    assert (
        judge_record(single(lone, ((sha(DATA[0]),), tuple(beside))), data=DATA[0], roots=[era.root]).verdict == "valid"
    )


def test_record_put_together_by_hand_is_the_one_that_we_write(made: Made) -> None:
    assert single(made.token, made.tree.reduced(sha(DATA[0]))) == made.record


SHA1 = "1.3.14.3.2.26"
ATTRIBUTE = tlv(0x30, core.ObjectIdentifier("1.2.3").dump() + tlv(0x31, NULL))
BARE = tlv(0x30, core.ObjectIdentifier("1.2.3").dump() + tlv(0x31, b""))


def test_what_others_may_write_is_read(made: Made) -> None:
    lists = made.tree.reduced(sha(DATA[0]))
    fine = {
        "no hash named": whole(stamp(made.token, lists, named=b"")),
        "parameters of null": whole(
            stamp(made.token, lists, named=algorithm(tag=0xA0, more=NULL)),
            algorithms=tlv(0x30, algorithm(more=NULL)),
        ),
        "more hashes named": whole(stamp(made.token, lists), algorithms=tlv(0x30, algorithm(SHA1) + algorithm())),
        "attributes": whole(stamp(made.token, lists, more=tlv(0xA1, ATTRIBUTE))),
        "crypto information": whole(stamp(made.token, lists), more=tlv(0xA0, ATTRIBUTE)),
        "encryption information": whole(stamp(made.token, lists), more=tlv(0xA1, ATTRIBUTE[2:])),
    }
    for name, record in fine.items():
        found = judged(made, record)
        assert found.verdict == "valid", (name, found.reason)
        more = name.startswith(("attr", "crypto", "encr"))
        assert ("further-information" in [c.name for c in found.checks]) == more, name


def test_what_is_not_written_as_it_must_be_is_refused_unseen(made: Made) -> None:
    lists = made.tree.reduced(sha(DATA[0]))
    good, token = stamp(made.token, lists), made.token
    empty = stamp(b"\x30\x00", named=b"")
    big = tlv(0xA1, ATTRIBUTE * (ers.MAX_KEPT // len(ATTRIBUTE) + 1))
    assert made.record[:2] == token[:2] == b"\x30\x82"
    wrong = {
        "trailing byte": made.record + b"\x00",
        "byte in front": b"\x00" + made.record,
        "length not as short as it may be": b"\x30\x83\x00" + made.record[2:],
        "length without end": b"\x30\x80" + made.record[4:] + b"\x00\x00",
        "token's length without end": whole(stamp(b"\x30\x80" + token[4:] + b"\x00\x00", lists)),
        "token's length not as short as it may be": whole(stamp(b"\x30\x83\x00" + token[2:], lists)),
        "version 2": whole(good, version=b"\x02\x01\x02"),
        "version of two bytes": whole(good, version=b"\x02\x02\x00\x01"),
        "no version": whole(good, version=b""),
        "no hash": whole(good, algorithms=tlv(0x30, b"")),
        "too many hashes": whole(good, algorithms=tlv(0x30, algorithm() * (ers.MAX_ALGORITHMS + 1))),
        "no chain": whole(),
        "empty chain": whole(b""),
        "empty chain behind": whole(good, b""),
        "no token": whole(stamp(b"", lists)),
        "two tokens": whole(stamp(token * 2, lists)),
        "hash with parameters": whole(stamp(token, lists, named=algorithm(tag=0xA0, more=b"\x04\x00"))),
        "null that holds something": whole(stamp(token, lists, named=algorithm(tag=0xA0, more=b"\x05\x01\x00"))),
        "empty tree": whole(stamp(token, ())),
        "empty list": whole(stamp(token, (*lists, ()))),
        "empty first list": whole(stamp(token, ((), *lists))),
        "tree too deep": whole(stamp(token, (*lists, *[(bytes(32),)] * ers.MAX_DEPTH))),
        "tree too wide": whole(stamp(token, ((lists[0] * ers.MAX_WIDTH), *lists[1:]))),
        "too many timestamps": whole(*[empty] * (ers.MAX_STAMPS + 1)),
        "too many in one chain": whole(empty * (ers.MAX_STAMPS + 1)),
        "too many attributes": whole(stamp(token, lists, more=big)),
        "attributes that are none": whole(stamp(token, lists, named=algorithm(tag=0xA1))),
        "empty attributes": whole(stamp(token, lists, more=tlv(0xA1, b""))),
        "attribute without a value": whole(stamp(token, lists, more=tlv(0xA1, BARE))),
        "too much crypto information": whole(good, more=tlv(0xA0, big)),
        "crypto information that is none": whole(good, more=tlv(0xA0, NULL)),
        "encryption information that is none": whole(good, more=tlv(0xA1, NULL)),
        "digest in pieces": whole(good.replace(tlv(4, lists[0][0]), b"\x24\x22" + tlv(4, lists[0][0]), 1)),
        "something behind the chains": tlv(0x30, made.record[4:] + NULL),
        "number without end": whole(good, algorithms=tlv(0x30, tlv(0x30, tlv(6, b"\xff" * 500_000 + b"\x01")))),
        "number without end in the token": whole(stamp(tlv(0x30, tlv(6, b"\xff" * 500_000 + b"\x01")), lists)),
    }
    for name, record in wrong.items():
        begun = time.monotonic()
        found = judged(made, record)
        assert (found.verdict, found.stamps) == ("invalid", ()), (name, found.reason)
        assert time.monotonic() - begun < 3, name


def test_what_does_not_fit_together_is_invalid(made: Made, era: Era) -> None:
    lists = made.tree.reduced(sha(DATA[0]))
    good, token = stamp(made.token, lists), made.token
    sha512 = "2.16.840.1.101.3.4.2.3"
    both = tlv(0x30, algorithm() + algorithm(sha512))
    other_kind = tlv(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.1").dump())
    told = {
        "other hash named by the record": _("The evidence record does not name the hash that it uses."),
        "a reply, not a token": _(
            "The evidence record holds an authority's reply in the place of the timestamp in it."
        ),
        "unknown hash": _("The evidence record uses a hash that is not known here."),
        "value that is no digest": _("The hash tree holds something that is no digest."),
        "a list less": _("The hash tree does not lead to what the timestamp is about."),
        "other data": _("The evidence record is about other data."),
        "the same timestamp twice": _("It does not cover the timestamp before it."),
        "the same chain twice": _("It does not cover the data together with the timestamps before it."),
    }
    wrong = {
        "other hash named by the record": whole(good, algorithms=tlv(0x30, algorithm(sha512))),
        "a reply, not a token": whole(stamp(era.stamp(made.tree.root, 2026, reply=True), lists)),
        "something else as token": whole(stamp(other_kind, lists)),
        "other hash than the token": whole(stamp(token, lists, named=algorithm(sha512, tag=0xA0)), algorithms=both),
        "unknown hash": whole(stamp(token, lists, named=algorithm("1.2.3.4", tag=0xA0))),
        "value that is no digest": whole(stamp(token, (*lists, (b"x",)))),
        "a list less": whole(stamp(token, lists[:-1])),
        "other data": whole(stamp(token, made.tree.reduced(min(map(sha, DATA[1:21]))))),
        "no tree": whole(stamp(token)),
        "the same timestamp twice": whole(good * 2),
        "the same chain twice": whole(good, good),
    }
    for name, record in wrong.items():
        found = judged(made, record)
        place = 1 if "twice" in name else 0
        assert (found.verdict, found.failed_at) == ("invalid", place), (name, found.reason)
        assert found.stamps[place].verdict == "invalid"
        assert found.stamps[place].reason == told.get(name, found.stamps[place].reason), name
        assert found.reason.endswith(found.stamps[place].reason)


def test_record_over_something_else_is_not_written(made: Made) -> None:
    mine = sha(DATA[0])
    tree, token = made.tree.reduced(mine), made.token
    for given_bytes, lists in [(token, ()), (token, tree[:-1]), (b"<html>", tree), (b"", tree)]:
        with pytest.raises(TokenInvalid):
            ers.new_record(given_bytes, algorithm="sha256", digest=mine, tree=lists)
    with pytest.raises(TokenInvalid):
        ers.new_record(token, algorithm="sha512", digest=bytes(64))
    with pytest.raises(ValueError, match="first list"):
        ers.new_record(token, algorithm="sha256", digest=bytes(32), tree=tree)
    assert ers.new_record(token, algorithm="sha256", digest=mine, tree=tree) == made.record


def test_tokens_other_bytes_are_kept_as_they_came(made: Made) -> None:
    """Each renewal covers the token's very bytes, so that none may be written anew."""
    token = bytes(made.token)
    inner = parser.parse(token)[4]
    assert ers.read(made.record).chains[0][0].token == token
    assert inner in made.record
