"""Canonical bytes: the same values give the same bytes, and nothing else is accepted as such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_kit.canonical import NotCanonical, from_canonical, safe_text, to_canonical

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values, max_size=5))
def test_what_is_written_is_read_back_the_same(value):
    data = to_canonical(value)
    assert from_canonical(data) == value
    assert to_canonical(from_canonical(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b"[1]",
        b'{"a":1}\n',
        b'{"a":"\\u0041"}',
        b"\xff",
        b"",
        b"[" * 100_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b'{"a":NaN}',
    ],
)
def test_other_bytes_are_refused(data):
    with pytest.raises(NotCanonical):
        from_canonical(data)


@pytest.mark.parametrize("value", [{"a": 1.5}, {"a": 2**60}, {"a": "\ud800"}, {"a": object()}])
def test_values_that_have_no_canonical_form_are_refused(value):
    with pytest.raises(NotCanonical):
        to_canonical(value)


def test_safe_text_makes_anything_fit():
    assert safe_text("a\ud800b\0c") == "a�bc"
    assert safe_text("\ud83d\ude00") == "😀"
    assert len(safe_text("x" * 9000)) == 4096
