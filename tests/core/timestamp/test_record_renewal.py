"""Evidence records over the years: renewed in each way, in time or too late, by authorities that come and go."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import pytest
from asn1crypto import core, parser

from evidence_kit import clock
from evidence_kit.errors import TokenInvalid
from evidence_kit.language import _
from evidence_kit.timestamp import evidence_record as ers
from evidence_kit.timestamp.hash_tree import HashTree
from evidence_kit.timestamp.record_judge import RecordJudgement, judge_record, record_algorithms
from evidence_kit.timestamp.verify import Judgement
from tests.kit.eras import Era, year

DATA = b"what was on the screen\n"


def _sha(data: bytes, algorithm: str = "sha256") -> bytes:
    return hashlib.new(algorithm, data).digest()


@dataclass(frozen=True)
class Eras:
    first: Era
    second: Era
    third: Era

    @property
    def roots(self) -> list[bytes]:
        return [self.first.root, self.second.root, self.third.root]


@pytest.fixture(scope="module")
def eras() -> Eras:
    return Eras(Era("First", 2020, 2030), Era("Second", 2028, 2040), Era("Third", 2035, 2050))


def _begun(era: Era, when: float) -> bytes:
    return ers.new_record(era.stamp(_sha(DATA), when), algorithm="sha256", digest=_sha(DATA))


def _again(record: bytes, era: Era, when: float | datetime) -> bytes:
    algorithm, digest = ers.renewal_digest(record)
    return ers.renewed_timestamp(record, era.stamp(digest, when, algorithm))


def _rehashed(record: bytes, era: Era, when: float, algorithm: str = "sha512") -> bytes:
    digest = ers.tree_renewal_digest(record, algorithm=algorithm, digest=_sha(DATA, algorithm))
    token = era.stamp(digest, when, algorithm)
    return ers.renewed_tree(record, token, algorithm=algorithm, digest=_sha(DATA, algorithm))


def _judge(record: bytes, eras: Eras, data: bytes = DATA) -> RecordJudgement:
    return judge_record(record, data=data, roots=eras.roots)


def test_record_lives_through_thirty_years(eras: Eras) -> None:
    """Begun in 2026, renewed in 2029 and 2036, hashed anew in 2038, renewed by the same authority in 2045."""
    record = _begun(eras.first, 2026)
    histories = [record]
    for renew in (
        lambda r: _again(r, eras.second, 2029),
        lambda r: _again(r, eras.third, 2036),
        lambda r: _rehashed(r, eras.third, 2038),
        lambda r: _again(r, eras.third, 2045),
    ):
        record = renew(record)
        histories.append(record)
    for grown, shape in zip(histories, [(1,), (2,), (3,), (3, 1), (3, 2)], strict=True):
        found = _judge(grown, eras)
        assert (found.verdict, found.gen_time, found.chains) == ("valid", year(2026), shape)
        other = _judge(grown, eras, DATA + b"!")
        assert (other.verdict, other.failed_at) == ("invalid", 0)
    assert [s.gen_time for s in found.stamps] == [year(n) for n in (2026, 2029, 2036, 2038, 2045)]
    assert (found.algorithms, record_algorithms(record)) == (("sha256", "sha512"),) * 2
    assert found.renew_before == year(2050)
    clock.set_source(lambda: year(2055))
    try:
        found = _judge(record, eras)
    finally:
        clock.set_source(None)
    assert (found.verdict, [(c.name, c.status) for c in found.checks]) == ("valid", [("renewal", "failed")])


def test_what_each_renewal_covers_is_what_the_rfc_says(eras: Eras) -> None:
    """5.2 by hand: the whole token's bytes; then H(H(data) || H(all chains so far, as one sequence in DER))."""
    record = _again(_begun(eras.first, 2026), eras.second, 2029)
    first, second = (stamp.token for stamp in ers.read(record).stamps())
    assert ers.renewal_digest(_begun(eras.first, 2026))[0] == "sha256"
    assert ers.imprint(second) == ("sha256", hashlib.sha256(first).digest())
    body = parser.parse(record)[4]
    parts = []
    while body:
        size = parser.peek(body)
        parts.append(body[:size])
        body = body[size:]
    chains = parts[-1]
    expected = hashlib.sha512(hashlib.sha512(DATA).digest() + hashlib.sha512(chains).digest()).digest()
    assert ers.tree_renewal_digest(record, algorithm="sha512", digest=_sha(DATA, "sha512")) == expected
    renewed = _rehashed(record, eras.third, 2037)
    assert chains[4:] in renewed
    assert ers.read(renewed).algorithms == ("sha256", "sha512")


def test_renewal_after_the_certificates_end_is_invalid_at_that_place(eras: Eras) -> None:
    late = _again(_begun(eras.first, 2026), eras.second, 2031)
    found = _judge(late, eras)
    assert (found.verdict, found.failed_at) == ("invalid", 0)
    assert [s.verdict for s in found.stamps] == ["valid", "valid"]
    assert "2031" in found.reason
    later = _again(_again(_again(_begun(eras.first, 2026), eras.second, 2029), eras.third, 2041), eras.third, 2045)
    assert (_judge(later, eras).verdict, _judge(later, eras).failed_at) == ("invalid", 1)
    rehashed = _rehashed(_begun(eras.first, 2026), eras.second, 2031)
    assert (_judge(rehashed, eras).verdict, _judge(rehashed, eras).failed_at) == ("invalid", 0)


def test_renewal_in_the_very_second_of_the_end_is_too_late(eras: Eras) -> None:
    end = year(2030)
    assert _judge(_again(_begun(eras.first, 2026), eras.second, end), eras).failed_at == 0
    last = end.replace(year=2029, month=12, day=31, hour=23, minute=59, second=59)
    assert _judge(_again(_begun(eras.first, 2026), eras.second, last), eras).verdict == "valid"


def test_order_of_time_is_kept(eras: Eras) -> None:
    back = _again(_begun(eras.first, 2029), eras.first, 2028)
    assert (_judge(back, eras).verdict, _judge(back, eras).failed_at) == ("invalid", 1)
    same = _again(_begun(eras.first, 2029), eras.second, 2029)
    assert _judge(same, eras).verdict == "valid"


def _reordered(record: bytes) -> list[bytes]:
    """The same chains and timestamps in every other order and number that a forger could try."""
    known = ers.read(record)
    head = parser.parse(record)[4]
    version = head[: parser.peek(head)]
    rest = head[len(version) :]
    named = rest[: parser.peek(rest)]
    chains = [parser.parse(chain)[4] for chain in known.chain_ders]
    stamps = []
    for inside in chains:
        left, one = inside, []
        while left:
            size = parser.peek(left)
            one.append(left[:size])
            left = left[size:]
        stamps.append(one)
    (a, b), (c, d) = stamps
    shapes = [
        [[b, a], [c, d]],
        [[a, b], [d, c]],
        [[c, d], [a, b]],
        [[a], [b], [c, d]],
        [[a, b, c, d]],
        [[a, b], [c], [d]],
        [[a], [c, d]],
        [[b], [c, d]],
        [[a, b], [d]],
        [[c, d]],
        [[a, b], [c, d], [c]],
        [[a, b, b], [c, d]],
    ]
    return [_tlv(version + named + _tlv(b"".join(_tlv(b"".join(chain)) for chain in shape))) for shape in shapes]


def _tlv(inside: bytes) -> bytes:
    return bytes(parser.emit(0, 1, 16, inside))


def test_timestamps_in_any_other_order_are_invalid(eras: Eras) -> None:
    record = _again(
        _rehashed(_again(_begun(eras.first, 2026), eras.second, 2029), eras.third, 2036, "sha256"), eras.third, 2045
    )
    assert _judge(record, eras).verdict == "valid"
    for changed in _reordered(record):
        assert (_judge(changed, eras).verdict, _judge(changed, eras).readable) == ("invalid", True)


def test_what_is_cut_off_behind_leaves_the_record_of_that_time(eras: Eras) -> None:
    """Nobody can tell that a renewal was taken away, but then the rest must stand by itself."""
    short = _begun(eras.first, 2026)
    assert _judge(short, eras).renew_before == year(2030)
    assert _judge(_again(short, eras.second, 2029), eras).renew_before == year(2040)


def test_many_records_are_renewed_by_one_token(eras: Eras) -> None:
    data = [b"%d" % n for n in range(7)]
    tree = HashTree([_sha(one) for one in data])
    token = eras.first.stamp(tree.root, 2026)
    records = [
        ers.new_record(token, algorithm="sha256", digest=_sha(one), tree=tree.reduced(_sha(one))) for one in data
    ]
    lone = ers.new_record(eras.first.stamp(_sha(b"lone"), 2027), algorithm="sha256", digest=_sha(b"lone"))
    data, records = [*data, b"lone"], [*records, lone]
    again = HashTree([ers.renewal_digest(record)[1] for record in records])
    assert len(again) == 2
    token = eras.second.stamp(again.root, 2029)
    renewed = [
        ers.renewed_timestamp(record, token, tree=again.reduced(ers.renewal_digest(record)[1])) for record in records
    ]
    digests = [
        ers.tree_renewal_digest(record, algorithm="sha384", digest=_sha(one, "sha384"))
        for one, record in zip(data, renewed, strict=True)
    ]
    anew = HashTree(digests, "sha384")
    token = eras.third.stamp(anew.root, 2036, "sha384")
    for one, record, digest in zip(data, renewed, digests, strict=True):
        whole = ers.renewed_tree(
            record, token, algorithm="sha384", digest=_sha(one, "sha384"), tree=anew.reduced(digest)
        )
        for grown in (record, whole):
            assert _judge(grown, eras, one).verdict == "valid"
            assert _judge(grown, eras, b"other").verdict == "invalid"
        assert _judge(whole, eras, one).algorithms == ("sha256", "sha384")


def test_what_others_put_into_a_record_stays_in_it(eras: Eras) -> None:
    record = _begun(eras.first, 2026)
    attribute = _tlv(core.ObjectIdentifier("1.2.3").dump() + b"\x31\x02\x05\x00")
    head = parser.parse(record)[4]
    chains = _tlv(ers.read(record).chain_ders[0])
    crypto = b"\xa0" + bytes([len(attribute)]) + attribute
    record = _tlv(head[: -len(chains)] + crypto + chains)
    for grown in (_again(record, eras.second, 2029), _rehashed(record, eras.second, 2029)):
        assert crypto in grown
        assert (_judge(grown, eras).verdict, ers.read(grown).kept) == ("valid", crypto)


def test_record_does_not_grow_past_what_is_ever_read(eras: Eras, monkeypatch: pytest.MonkeyPatch) -> None:
    record = _again(_begun(eras.first, 2026), eras.second, 2029)
    monkeypatch.setattr(ers, "MAX_STAMPS", 2)
    with pytest.raises(ers.DamagedRecord):
        _again(record, eras.third, 2036)


def test_renewal_with_a_token_about_something_else_is_not_written(eras: Eras) -> None:
    record = _begun(eras.first, 2026)
    algorithm, digest = ers.renewal_digest(record)
    stranger = eras.second.stamp(_sha(b"other"), 2029)
    with pytest.raises(TokenInvalid):
        ers.renewed_timestamp(record, stranger)
    with pytest.raises(TokenInvalid):
        ers.renewed_tree(record, stranger, algorithm="sha512", digest=_sha(DATA, "sha512"))
    tree = HashTree([digest, _sha(b"other")])
    with pytest.raises(TokenInvalid):
        ers.renewed_timestamp(record, eras.second.stamp(digest, 2029, algorithm), tree=tree.reduced(digest))
    with pytest.raises(ValueError, match="first list"):
        ers.renewed_timestamp(
            record, eras.second.stamp(tree.root, 2029), tree=HashTree([_sha(b"a"), _sha(b"b")]).reduced(_sha(b"a"))
        )
    with pytest.raises(ers.DamagedRecord):
        ers.renewal_digest(record[:-1])
    with pytest.raises(ValueError, match="sha1"):
        ers.tree_renewal_digest(record, algorithm="sha1", digest=_sha(DATA, "sha1"))


def test_forged_link_is_invalid_even_where_every_token_is_good(eras: Eras) -> None:
    """Somebody who may have anything stamped cannot put other data below the old timestamps."""
    mine, theirs = (
        _begun(eras.first, 2026),
        ers.new_record(eras.first.stamp(_sha(b"other"), 2027), algorithm="sha256", digest=_sha(b"other")),
    )
    stranger = ers.read(_again(theirs, eras.second, 2029)).chain_ders[0]
    own = ers.read(mine).chain_ders[0]
    second = parser.parse(stranger)[4]
    second = second[parser.peek(second) :]
    forged = _with_right_lengths(mine, own, _tlv(parser.parse(own)[4] + second))
    found = _judge(forged, eras)
    assert (found.verdict, found.failed_at, [s.verdict for s in found.stamps]) == ("invalid", 1, ["valid", "invalid"])
    rehashed = ers.read(_rehashed(theirs, eras.second, 2029)).chain_ders[1]
    forged = _with_right_lengths(ers.read(_rehashed(mine, eras.second, 2029)).der, None, rehashed)
    assert (_judge(forged, eras).verdict, _judge(forged, eras).failed_at) == ("invalid", 1)


def _with_right_lengths(record: bytes, chain: bytes | None, other: bytes) -> bytes:
    """The record with ``other`` in the place of ``chain`` (of the last one for None)."""
    known = ers.read(record)
    chains = [other if c == (chain or known.chain_ders[-1]) else c for c in known.chain_ders]
    head = parser.parse(record)[4]
    held = _tlv(b"".join(known.chain_ders))
    return _tlv(head[: len(head) - len(held)] + _tlv(b"".join(chains)))


def test_chain_of_two_hashes_is_invalid(eras: Eras) -> None:
    record = _begun(eras.first, 2026)
    token = ers.read(record).chains[0][0].token
    other = ers.new_record(
        eras.second.stamp(_sha(token, "sha512"), 2029, "sha512"), algorithm="sha512", digest=_sha(token, "sha512")
    )
    mixed = parser.parse(ers.read(record).chain_ders[0])[4] + parser.parse(ers.read(other).chain_ders[0])[4]
    both = ers.read(_rehashed(record, eras.second, 2029))
    head = parser.parse(both.der)[4]
    held = _tlv(b"".join(both.chain_ders))
    forged = _tlv(head[: len(head) - len(held)] + _tlv(_tlv(mixed)))
    assert ers.read(forged).algorithms == ("sha256", "sha512")
    found = _judge(forged, eras)
    assert (found.verdict, found.failed_at) == ("invalid", 1)
    assert found.stamps[1].reason == _("It uses another hash than the first timestamp of its chain.")


def test_changed_byte_before_the_last_token_is_never_valid(eras: Eras) -> None:
    """What a renewal covers is covered to the last byte, also where the token's own signature leaves it free."""
    record = _rehashed(_again(_begun(eras.first, 2026), eras.second, 2029), eras.third, 2036)
    last = ers.read(record).chains[-1][-1].token
    for place in range(0, len(record) - len(last), 11):
        changed = bytearray(record)
        changed[place] ^= 1 << place % 8
        assert _judge(bytes(changed), eras).verdict == "invalid", place


def test_authority_that_changed_its_root_still_counts_at_the_renewal(eras: Eras) -> None:
    old = Era("Old", 2020, 2035, root_ends=2027)
    new_root = Era("New", 2020, 2035, root_ends=2045, root_of=old).root
    record = _again(_begun(old, 2026), eras.second, 2029)
    assert judge_record(record, data=DATA, roots=[old.root, *eras.roots]).failed_at == 0
    for roots in ([old.root, new_root], [new_root, old.root], [new_root]):
        assert judge_record(record, data=DATA, roots=[*roots, *eras.roots]).verdict == "valid"


def test_unknown_authority_in_the_middle_is_untrusted_and_a_late_renewal_still_invalid(eras: Eras) -> None:
    record = _again(_again(_begun(eras.first, 2026), eras.second, 2029), eras.third, 2036)
    known = [eras.first.root, eras.third.root]
    found = judge_record(record, data=DATA, roots=known)
    assert (found.verdict, [s.verdict for s in found.stamps]) == ("untrusted", ["valid", "untrusted", "valid"])
    late = _again(_again(_begun(eras.first, 2026), eras.second, 2029), eras.third, 2041)
    assert (judge_record(late, data=DATA, roots=known).verdict, judge_record(late, data=DATA, roots=[]).failed_at) == (
        "invalid",
        1,
    )


def test_digest_that_is_known_in_the_first_hash_only_leaves_the_record_open(eras: Eras) -> None:
    record = _rehashed(_begun(eras.first, 2026), eras.second, 2029)
    found = judge_record(record, data={"sha256": _sha(DATA)}.get, roots=eras.roots)
    assert (found.verdict, "sha512" in found.reason) == ("untrusted", True)
    wrong = judge_record(record, data={"sha256": _sha(b"other")}.get, roots=eras.roots)
    assert (wrong.verdict, wrong.failed_at) == ("invalid", 0)
    late = _rehashed(_begun(eras.first, 2026), eras.second, 2031)
    assert judge_record(late, data={"sha256": _sha(DATA)}.get, roots=eras.roots).verdict == "invalid"


def test_whoever_knows_of_revocations_is_asked_about_each_timestamp_at_the_time_of_the_next(eras: Eras) -> None:
    record = _again(_rehashed(_begun(eras.first, 2026), eras.second, 2029), eras.third, 2036)
    asked: list[tuple[datetime | None, datetime | None]] = []

    def fine(judged: Judgement, moment: datetime | None) -> str:
        asked.append((judged.gen_time, moment))
        return ""

    assert judge_record(record, data=DATA, roots=eras.roots, still_counts=fine).verdict == "valid"
    assert asked == [(year(2026), year(2029)), (year(2029), year(2036)), (year(2036), None)]
    asked.clear()
    chain = ers.read(_again(_begun(eras.first, 2026), eras.second, 2029)).chain_ders[0]
    unread = _tlv(parser.parse(chain)[4].replace(b"\x18\x0f2029", b"\x18\x0fABCD"))
    broken = _with_right_lengths(_again(_begun(eras.first, 2026), eras.second, 2029), None, unread)
    assert judge_record(broken, data=DATA, roots=eras.roots, still_counts=fine).failed_at == 1
    assert asked == []

    def revoked_in_2033(judged: Judgement, moment: datetime | None) -> str:
        second = judged.root_sha256 == hashlib.sha256(eras.second.root).hexdigest()
        return "revoked" if second and (moment is None or moment > year(2033)) else ""

    found = judge_record(record, data=DATA, roots=eras.roots, still_counts=revoked_in_2033)
    assert (found.verdict, found.failed_at, "revoked" in found.reason) == ("invalid", 1, True)
