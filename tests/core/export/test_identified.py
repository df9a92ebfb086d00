"""Identifiers in words: numbers first, told once, with where they stood; nothing odd in a manifest breaks a report."""

from __future__ import annotations

import pytest

from evidence_kit import identified, language
from evidence_kit.capture import platforms
from evidence_kit.export.templates import translator
from tests.core.export.test_report import pages

FOUND = {
    "platform": "telegram",
    "known_by": "host",
    "rule": "telegram/1",
    "checked": "2026-11-22",
    "from_url": {"kind": "post", "post_id": "204", "handle": "Canal_des_Lilas"},
    "from_url_requested": {"share_id": "abc"},
    "from_page": {"channel_id": "1777000111", "post_id": "204", "handle": "canal_des_lilas"},
    "item": "named",
    "published": {"shown": "07:02", "machine": "2026-11-19T07:02:31+00:00", "utc": "2026-11-19T07:02:31.000Z"},
    "counters": {"views": "4.1K", "castles": "9", "subscribers": "12.3K"},
    "opengraph": {"og:title": "Canal des lilas", "og:image": "https://pictures.example/1.jpg"},
}


def test_every_name_that_a_rule_can_give_has_its_words():
    t = translator("en")
    assert set(identified.identifier_words(t)) | {"kind"} == set(platforms.IDENTIFIERS)
    assert list(identified.counter_words(t)) == list(platforms.COUNTERS)
    assert set(identified.kind_words(t)) == set(platforms.KINDS)
    assert set(identified.PLATFORMS) == {rule.platform for rule in platforms.shipped()}
    assert {rule.name for rule in platforms.shipped()} == set(identified.PLATFORMS.values())


def test_rows_tell_each_value_once_with_where_it_stood():
    assert identified.rows(FOUND, translator("en")) == [
        ("Platform", "Telegram"),
        ("What it is", "post"),
        ("Number or code of the post", "204 (address and page)"),
        ("Channel number", "1777000111 (page)"),
        ("Code of the shared link", "abc (address asked for)"),
        ("Account name", "Canal_des_Lilas (address and page)"),
        ("Post on the page", "the one that the address names"),
        ("Published, as shown", "07:02"),
        ("Published, as the page tells programs", "2026-11-19T07:02:31+00:00"),
        ("The same in UTC", "2026-11-19T07:02:31.000Z"),
        ("Counters as shown", "views: 4.1K; subscribers: 12.3K"),
        ("What the page says of itself", "og:title: Canal des lilas"),
        ("How this was read", "by the rule telegram/1, revised on 2026-11-22; what counts is the page itself"),
    ]


def test_two_different_numbers_are_both_told():
    rows = identified.rows({"from_url": {"post_id": "1"}, "from_page": {"post_id": "2"}}, translator("en"), brief=True)
    assert rows == [("Number or code of the post", "1 (address)"), ("Number or code of the post", "2 (page)")]


@pytest.mark.parametrize(
    "odd",
    [None, [], "x", {}, {"from_url": "x", "from_page": [1], "counters": 7, "published": None, "opengraph": "y"},
     {"platform": ["a"], "item": {"a": 1}, "from_page": {"post_id": {"a": "b" * 9999}}, "rule": None}],
)  # fmt: skip
def test_odd_values_raise_nothing(odd):
    assert all(len(text) < 2000 for _label, text in identified.rows(odd, language._))


def test_report_shows_the_numbers_where_the_content_is_identified(shop):
    nasty = FOUND | {"from_page": {"account_id": "42", "display_name": "<b>\u202eevil</b>"}}
    report = pages(shop, shop.capture(identifiers=nasty), language="fr")[0]
    place = report.index("Identification du contenu")
    assert report.index("Numéro du compte") > place
    assert "42 (page)" in report
    assert "&lt;b&gt;⟨U+202E⟩evil" in report
    assert "telegram/1" in report
    assert "A platform answers" not in report


def test_report_of_a_manifest_without_identifiers_has_no_such_table(shop):
    assert "Numéro du compte" not in pages(shop, shop.capture(), language="fr")[0]
