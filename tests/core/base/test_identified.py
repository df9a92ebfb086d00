"""Words for names that certificates and manifests give."""

from __future__ import annotations

import pytest

from evidence_kit.identified import plain_name, recapture


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Common Name: Stamper 4, Organization: Some Firm, Country: FR", "Stamper 4, Some Firm, FR"),
        ("Common Name: A; Organization: Firm, Inc.; State/Province: X", "A; Firm, Inc.; X"),
        ("CN: of old", "CN: of old"),
        ("", ""),
    ],
)
def test_name_of_a_certificate_goes_without_its_english_labels(said, shown):
    assert plain_name(said) == shown


def test_earlier_capture_is_named_by_number_where_one_is_known():
    before = {"exhibit_id": "e", "started_at": "2026-11-02", "text": "changed", "manifest_sha256": "ab" * 32}

    def t(sentence: str, /, **values: object) -> str:
        return sentence.format(**values)

    assert "record abab" in recapture(before, t)[0][1]
    assert recapture(before, t, number="3")[0][1] == (
        "on 2026-11-02, exhibit 3; the words of the page are not the same any more"
    )
