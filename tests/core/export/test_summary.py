"""The first page's table: cut where it must be, marked, and never more lines than the page has."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from evidence_kit.export.summary import CUT, columns, first_rows, shortened, width
from evidence_kit.export.templates import translator
from evidence_kit.records import Outcome
from tests.core.export.test_report import pages

LONG_URL = ("https://forum.example/" + "thread-without-end/" * 110)[:2000]
TITLES = {
    "korean": "한국어로 된 아주 긴 제목입니다 " * 25,
    "arabic": "عنوان طويل جدا باللغة العربية " * 12,
    "emoji": "👩‍👩‍👧‍👦😀🏳️‍🌈 " * 40,
    "capitals": "MWX@ " * 80,
    "one word": "x" * 400,
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
def test_shortened_text_fits_and_carries_the_mark(title):
    cut = shortened(title, 88)
    assert width(cut) <= 88
    assert cut.endswith(CUT.rstrip())
    assert title.startswith(cut.removesuffix(CUT.rstrip()).rstrip())


@pytest.mark.parametrize("text", ["", "short", "한국어", "https://example.org/a?b=c"])
def test_what_fits_stays_as_it_is(text):
    assert shortened(text, 44) == text
    assert shortened("", -3) == ""


def test_end_of_an_address_is_kept():
    cut = shortened(LONG_URL + "?id=4419", 88, end=12)
    assert cut.startswith("https://forum.example/")
    assert cut.endswith("?id=4419")
    assert CUT in cut
    assert width(cut) <= 88


def test_letter_is_not_parted_from_its_marks():
    family, flag, accent = "👩‍👩‍👧‍👦", "🏳️‍🌈", "e\u0301"
    for sign in (family, flag, accent):
        for room in range(6, 40):
            kept = shortened(sign * 60, room).removesuffix(CUT.rstrip()).rstrip()
            assert kept == sign * (len(kept) // len(sign))
            _first, mark, tail = shortened("x" * 50 + sign * 60, 60, end=float(room)).rpartition(CUT)
            assert not mark or tail == sign * (len(tail) // len(sign))


def test_marks_take_no_room():
    assert columns("\u0301") == columns("\u200d") == columns("\U0001f3fd") == 0
    assert columns("한") > columns("M") > columns("a")


def _table(report: str) -> str:
    return report.split('<table class="first">')[1].split("</table>", maxsplit=1)[0]


def test_six_exhibits_with_endless_titles_and_addresses_stand_on_the_first_page_and_whole_in_section_3(shop):
    items = []
    for n, title in enumerate([*TITLES.values(), "A long title of ordinary words " * 12], 1):
        one = shop.capture(n, title=title, url=f"{LONG_URL[:1990]}?id={n}")
        items.append(replace(one, exhibit=replace(one.exhibit, url_requested="https://first.example/" + "r/" * 980)))
    report = pages(shop, *items, language="en")[0]
    table = _table(report)
    assert table.count('<td class="num">') == 6
    assert len(re.sub(r"<[^>]+>", "", table)) < 3000
    assert all(f"?id={n}" in table for n in range(1, 7))  # the end of an address tells one from another
    assert "[…] marks what was cut here" in report
    rest = report[report.index(">3. Exhibits") :]
    for item in items:
        assert item.exhibit.title.strip() in rest
        assert item.exhibit.url_final in rest
        assert item.exhibit.url_requested in rest


def test_short_values_are_not_cut_and_no_mark_is_explained(shop):
    report = pages(shop, shop.capture(title="A thread", url="https://forum.example/7"), language="en")[0]
    assert "[…]" not in report[: report.index(">1. The four questions")]


def test_fewer_rows_are_shown_where_results_are_long(shop, monkeypatch):
    from tests.core.export import material_maker

    monkeypatch.setitem(material_maker.NETWORK["response"], "status", 500)
    items = [shop.capture(n, title="x" * 400, outcome=Outcome.PARTIAL, missing=["pdf"]) for n in range(1, 8)]
    report = pages(shop, *items, language="en", actor="someone " * 15)[0]
    shown = _table(report).count('<td class="num">')
    assert 1 <= shown < 6
    assert f"Further exhibits, in section 3 and in the list of exhibits (bordereau.pdf): {7 - shown}." in report


def test_no_exhibit_gives_no_row():
    assert first_rows([], ["", "", ""], translator("en")) == []


def test_name_that_was_not_given_is_said_calmly(shop):
    report, bordereau = pages(shop, shop.capture(), language="fr", actor="")[:2]
    assert "nom non indiqué" in report
    assert "non indiquée" not in report[: report.index(">1. ")]
    assert "non indiqué" not in bordereau
    assert bordereau.count('class="line"') == 3  # to be filled in by hand
