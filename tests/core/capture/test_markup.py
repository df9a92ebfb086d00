"""Hostile pages neither break nor stall the reading of identifiers; markup and selectors do what a browser would."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from evidence_kit.canonical import to_canonical
from evidence_kit.capture import metadata, platforms
from evidence_kit.capture.identifiers import MAX_RESULT, identify
from evidence_kit.capture.markup import MAX_ELEMENTS, OutOfTime, read_page, until
from evidence_kit.capture.selectors import selector

PAGES = Path(__file__).parents[2] / "fixtures" / "platforms"


def hostile():
    yield "deep", b"<div>" * 400_000
    yield "unclosed comments", b"<!--" * 1_000_000
    yield "less-than signs", b"<" * 4_000_000
    yield "attributes", b"<a " + b'a="' * 1_500_000
    yield "quotes", b"<a " + b"a='b\" " * 800_000
    yield "end tags", b"</div>" * 800_000
    yield "entities", b"<p title='" + b"&amp;" * 900_000 + b"'>"
    ld = b'<script type="application/ld+json">'
    yield "deep JSON-LD", ld + b"[" * 400_000 + b"</script>"
    yield "deep JSON-LD objects", ld + b'{"author":' * 50_000 + b"1" + b"}" * 50_000 + b"</script>"
    yield "many JSON-LD", (ld + b'[{"@type":"Person","name":"x"}]</script>') * 40_000
    yield "long number", ld + b'{"@type":"Person","identifier":' + b"9" * 400_000 + b"}</script>"
    yield (
        "graph of itself",
        ld + b'{"@graph":[' + b'{"@type":"Person","author":[{"name":"a"}]},' * 9_000 + b"1]}</script>",
    )
    yield "nested items", b'<div itemscope itemtype="x/Person"><p itemprop="author" itemscope>' * 40_000
    yield "many metas", b'<meta property="og:a" content="b"><meta property="og:c" content="d">' * 60_000
    yield "messages", b'<div class="tgme_widget_message" data-post="a/1">' * 80_000
    yield "posts inside posts", b'<html id="XF"><article class="message" data-content="post-2">' * 60_000
    yield "long owner", b"<script>" + b'"owning_profile":{"__typename":"User","name":"' * 60_000 + b"</script>"
    yield "long name", b'<script>"owning_profile":{"__typename":"User","name":"' + b"\\a" * 1_000_000 + b"</script>"
    yield "braces", b"<script>" + b'"associated_group":{' + b"x" * 3_000_000 + b"</script>"
    yield "surrogates", b'<meta property="og:title" content="&#xD800;&#0;\\ud800">' * 9


def test_hostile_pages_neither_raise_nor_stall():
    group = "https://www.facebook.com/groups/601000000000001/posts/702000000000002/"
    for name, page in hostile():
        scripts = name in {"long owner", "long name", "braces"}
        forum = name == "posts inside posts"
        url = group if scripts else "https://x.example/threads/a.1/post-1" if forum else "https://t.me/s/canal/5"
        started = time.monotonic()
        found = identify(url, page, platforms.shipped(), seconds=2.0)
        assert time.monotonic() - started < 12, name
        assert len(to_canonical(found)) <= MAX_RESULT + 100, name


def test_random_bytes_and_broken_pages_raise_nothing():
    chance = random.Random(8)
    rules = platforms.shipped()
    urls = [
        "https://t.me/s/canal_des_lilas/204",
        "https://x.com/a/status/12345",
        "https://f.example/viewtopic.php?t=1#p2",
    ]
    for page in sorted(PAGES.glob("*.html")):
        whole = page.read_bytes()
        for _round in range(12):
            data = bytearray(whole)
            for _hit in range(chance.randrange(1, 60)):
                at = chance.randrange(len(data))
                data[at : at + chance.randrange(30)] = chance.randbytes(chance.randrange(12))
            cut = bytes(data[: chance.randrange(len(data))])
            to_canonical(identify(chance.choice(urls), cut, rules))
    for _round in range(60):
        to_canonical(identify(chance.choice(urls), chance.randbytes(chance.randrange(4000)), rules))


def test_random_json_ld_raises_nothing():
    chance = random.Random(9)
    words = [
        "@type",
        "author",
        "name",
        "Person",
        "Article",
        "interactionStatistic",
        "identifier",
        "@graph",
        "mainEntity",
    ]

    def value(depth: int):
        kind = chance.randrange(7 if depth < 7 else 4)
        if kind >= 5:
            return {chance.choice(words): value(depth + 1) for _ in range(4)}
        if kind == 4:
            return [value(depth + 1) for _ in range(3)]
        return [chance.choice(words), chance.random(), None, chance.choice([True, 10**30, -1])][kind]

    for _round in range(300):
        page = f'<script type="application/ld+json">{json.dumps(value(0))}</script>'
        to_canonical(identify("https://a.example/", page, platforms.shipped()))


def test_reading_stops_at_its_bounds_and_says_so():
    page = read_page(b"<b>x</b>" * (MAX_ELEMENTS + 5))
    assert not page.whole
    assert len(page.elements) == MAX_ELEMENTS
    found = identify("https://t.me/s/canal_des_lilas", b"<b>x</b>" * (MAX_ELEMENTS + 5), platforms.shipped())
    assert found["cut"] is True
    with pytest.raises(OutOfTime):
        until(-1)()


# -- the parts


def test_markup_is_read_as_a_browser_would():
    page = read_page(
        "<!DOCTYPE html><!-- <p id=no> --><title>A &amp; B</title><p id=one class='x y'>Un<br>deux <b>tr</b>ois"
        "<script>if (a < b) '</p>'</script><img alt=x src=\"a>b\"></p></div><P ID=two>fin<style>p{}</style>"
    )
    assert [page.text(page.elements[i]) for i in page.having("tag", "p")] == ["Un deux trois", "fin"]
    assert page.elements[page.having("tag", "img")[0]].attributes == {"src": "a>b"}
    assert page.text(page.elements[page.having("tag", "title")[0]]) == "A & B"
    assert not page.having("id", "no")
    assert page.elements[page.having("tag", "script")[0]].script == "if (a < b) '</p>'"


def test_selectors_find_what_stands_inside():
    page = read_page('<div id=a class="m n"><p data-x="one/2">1</p></div><p data-x="two">2</p>')
    assert [e.attributes["data-x"] for e in selector("#a.m p").find(page)] == ["one/2"]
    assert [page.text(e) for e in selector('p[data-x^="tw"]').find(page)] == ["2"]
    assert [page.text(e) for e in selector('div [data-x$="2"]').find(page)] == ["1"]
    assert selector('p[data-x="t"]').first(page) is None
    for wrong in ("", " p", "p  b", "a > b", "a, b", "p:first-child", "[x=1]"):
        with pytest.raises(ValueError, match="not a selector"):
            selector(wrong)


def test_numbers_keep_every_digit():
    assert metadata.parsed('{"id": 12345678901234567890123, "x": 1.10}') == {
        "id": "12345678901234567890123",
        "x": "1.10",
    }
