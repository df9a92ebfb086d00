"""No bytes whatever make the judge of records crash, hang, or believe something that was not stamped."""

from __future__ import annotations

import pytest
from asn1crypto import core
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_kit.timestamp import evidence_record as ers
from evidence_kit.timestamp.record_judge import record_algorithms
from tests.kit.eras import Era
from tests.kit.evidence_records import DATA, NULL, Made, algorithm, judged, make, sha, stamp, tlv, whole

QUIET = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)


@pytest.fixture(scope="module")
def era() -> Era:
    return Era("Stamps", 2020, 2040)


@pytest.fixture(scope="module")
def made(era: Era) -> Made:
    return make(era)


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80" * 5000,
        b"<html></html>",
        bytes(ers.MAX_RECORD + 1),
    ],
)
def test_what_never_was_a_record_is_called_so(made: Made, untrusted: bytes) -> None:
    found = judged(made, untrusted)
    assert (found.verdict, found.readable, found.stamps) == ("invalid", False, ())
    assert record_algorithms(untrusted) == ()


def test_a_timestamp_is_no_record_and_a_record_no_timestamp(made: Made) -> None:
    assert judged(made, made.token).readable is False


def test_damaged_record_is_told_from_a_wrong_file(made: Made) -> None:
    for length in range(60, len(made.record), 37):
        found = judged(made, made.record[:length])
        assert (found.verdict, found.readable) == ("invalid", True)
    for length in range(60):
        assert judged(made, made.record[:length]).verdict == "invalid"


def _signed_ranges(made: Made) -> list[tuple[int, int]]:
    """Where everything stands that no one may change: all but the parts of the token that no signature covers."""
    start = len(made.record) - len(made.token)
    info = made.token.index(made.tree.root)
    return [(0, start), (start + info, start + info + 32)]


def test_no_changed_bit_is_ever_valid(made: Made) -> None:
    for begin, end in _signed_ranges(made):
        for place in range(begin, end):
            for bit in range(8):
                changed = bytearray(made.record)
                changed[place] ^= 1 << bit
                assert judged(made, bytes(changed)).verdict == "invalid", (place, bit)


@QUIET
@given(changes=st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 255)), min_size=1, max_size=6))
def test_changed_bytes_anywhere_never_crash_nor_make_other_data_good(
    made: Made, changes: list[tuple[int, int]]
) -> None:
    changed = bytearray(made.record)
    for place, value in changes:
        changed[place % len(changed)] = value
    assert judged(made, bytes(changed), b"other data").verdict == "invalid"
    touched = any(made.record[n] != changed[n] for begin, end in _signed_ranges(made) for n in range(begin, end))
    assert judged(made, bytes(changed)).verdict == "invalid" or not touched


@QUIET
@given(begin=st.integers(0, 1 << 30), size=st.integers(1, 60), put=st.binary(max_size=60))
def test_bytes_put_in_or_taken_out_are_never_valid(made: Made, begin: int, size: int, put: bytes) -> None:
    begin %= len(made.record)
    changed = made.record[:begin] + put + made.record[begin + size :]
    if changed != made.record and len(changed) != len(made.record):
        assert judged(made, changed).verdict == "invalid"


_der = st.recursive(
    st.one_of(
        st.integers(-3, 300).map(lambda n: core.Integer(n).dump()),
        st.binary(max_size=33).map(lambda b: tlv(4, b)),
        st.sampled_from([algorithm(), algorithm(tag=0xA0), NULL, core.ObjectIdentifier("1.2.840.113549.1.7.2").dump()]),
    ),
    lambda inner: st.tuples(st.sampled_from([0x30, 0x31, 0xA0, 0xA1, 0xA2]), st.lists(inner, max_size=5)).map(
        lambda t: tlv(t[0], b"".join(t[1]))
    ),
    max_leaves=25,
)


@QUIET
@given(untrusted=st.one_of(_der, st.binary(max_size=300)))
def test_random_structures_never_crash(made: Made, untrusted: bytes) -> None:
    assert judged(made, untrusted).verdict == "invalid"


@QUIET
@given(inside=_der, named=st.sampled_from([b"", algorithm(tag=0xA0)]))
def test_records_with_anything_as_their_token_never_crash(made: Made, inside: bytes, named: bytes) -> None:
    assert judged(made, whole(stamp(inside, made.tree.reduced(sha(DATA[0])), named=named))).verdict == "invalid"
