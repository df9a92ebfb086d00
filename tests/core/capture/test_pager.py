"""Pages of a thread: found by the pager of one of them, of the same thread and origin, and nothing else."""

from __future__ import annotations

import json
import time

import pytest

from evidence_kit.capture import pager_rules
from evidence_kit.capture.pager import MAX_FOUND, find_pages, place_keys
from evidence_kit.capture.platforms import RuleWrong
from tests.kit.threads import generic_page, phpbb_page, xenforo_page

BOARD = "https://board.example"
RULES = pager_rules.shipped()


def found(url, html, thread=""):
    return find_pages(url, html, RULES, thread=thread)


def urls(pages):
    return [p.url.removeprefix(BOARD) for p in pages.pages]


def test_xenforo_pages_are_read_from_its_pager():
    first = found(f"{BOARD}/threads/a-word.12/", xenforo_page(1, 9))
    assert urls(first) == ["/threads/a-word.12/page-2", "/threads/a-word.12/page-3", "/threads/a-word.12/page-9"]
    assert [p.number for p in first.pages] == [2, 3, 9]
    later = found(f"{BOARD}/threads/a-word.12/page-3", xenforo_page(3, 9), first.thread)
    assert urls(later) == ["/threads/a-word.12/", *(f"/threads/a-word.12/page-{n}" for n in (2, 4, 9))]
    assert later.thread == first.thread
    assert {p.key for p in later.pages} >= {first.key, first.pages[0].key}


def test_xenforo_thread_that_was_renamed_is_the_same_thread():
    renamed = found(f"{BOARD}/threads/another-title.12/", xenforo_page(1, 3))
    assert [p.key for p in renamed.pages] == [
        p.key for p in found(f"{BOARD}/threads/a-word.12/", xenforo_page(1, 3)).pages
    ]
    assert not found(f"{BOARD}/threads/a-word.13/", xenforo_page(1, 3)).pages


def test_phpbb_pages_are_read_without_the_number_of_the_visit():
    first = found(f"{BOARD}/viewtopic.php?f=2&t=34", phpbb_page(1, 4))
    assert urls(first) == [
        "/viewtopic.php?t=34&start=10",
        "/viewtopic.php?t=34&start=20",
        "/viewtopic.php?t=34&start=30",
    ]
    second = found(f"{BOARD}/viewtopic.php?t=34&start=10", phpbb_page(2, 4), first.thread)
    assert first.key in {p.key for p in second.pages}


def test_phpbb_post_address_tells_its_thread_by_the_canonical_link():
    pages = found(f"{BOARD}/viewtopic.php?p=991", phpbb_page(2, 4))
    assert urls(pages) == ["/viewtopic.php?t=34", "/viewtopic.php?t=34&start=20", "/viewtopic.php?t=34&start=30"]
    assert pages.key == place_keys(f"{BOARD}/viewtopic.php?t=34&start=10", RULES)[0]


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("/topic/word", "/topic/word?page={n}"),
        ("/topic/word/", "/topic/word/page/{n}/"),
        ("/topic/word", "/topic/word/page-{n}"),
        ("/show.php?id=7", "/show.php?id=7&page={n}"),
        ("/show.php?id=7", "/show.php?id=7&p={n}"),
        ("/word.html", "/word-page-{n}.html"),
        ("/index.php?topic=5.0", "/index.php?topic=5.{n}"),
    ],
)
def test_generic_pager_is_known_by_its_numbers_in_many_forms(url, pattern):
    pages = found(BOARD + url, generic_page([pattern.format(n=n) for n in (2, 3)]))
    assert urls(pages) == [pattern.format(n=n) for n in (2, 3)]


def test_first_page_that_is_numbered_is_not_taken_twice():
    pages = found(f"{BOARD}/topic/word", generic_page([f"/topic/word?page={n}" for n in (1, 2)], first=1))
    assert urls(pages) == ["/topic/word?page=2"]


def test_pages_counted_from_nought_are_all_found():
    html = '<div class="pager"><a href="?page=0">1</a><a href="?page=1">2</a><a href="?page=2">3</a></div>'
    assert urls(found(f"{BOARD}/node/4", html))[-2:] == ["/node/4?page=1", "/node/4?page=2"]


def test_lone_next_link_and_link_in_the_head_are_enough():
    assert urls(found(f"{BOARD}/a?id=1", '<p><a href="/a?id=1&amp;page=2">Page suivante</a>')) == ["/a?id=1&page=2"]
    head = '<head><link rel="next" href="/a?id=1&amp;after=xyz"></head><p>words'
    assert urls(found(f"{BOARD}/a?id=1", head)) == ["/a?id=1&after=xyz"]


@pytest.mark.parametrize(
    "href",
    [
        "https://elsewhere.example/threads/a-word.12/page-2",
        "http://board.example/threads/a-word.12/page-2",
        "https://board.example:8443/threads/a-word.12/page-2",
        "https://user@board.example/threads/a-word.12/page-2",
        "/threads/another.13/page-2",
        "/threads/a-word.12/page-2?do=delete",
        "/threads/a-word.12/mark-read",
        "/threads/a-word.12/post-77",
        "/logout?page=2",
        "javascript:next()",
        "data:text/html,x",
        "//elsewhere.example/threads/a-word.12/page-2",
        "/threads/a-word.12/#page-2",
        "https://[broken/page-2",
    ],
)
def test_link_that_leads_elsewhere_or_does_something_is_left_alone(href):
    html = f'<nav class="pageNav"><a rel="next" href="{href}">2</a><a href="{href}">Next</a></nav>'
    assert not found(f"{BOARD}/threads/a-word.12/", html).pages


def test_base_of_the_page_is_followed_only_within_its_origin():
    link = '<div class="pager"><a href="word?page=2">2</a></div>'
    assert urls(found(f"{BOARD}/x", f'<base href="/topic/">{link}')) == []
    assert urls(found(f"{BOARD}/topic/word", f'<base href="/topic/">{link}')) == ["/topic/word?page=2"]
    assert not found(f"{BOARD}/topic/word", f'<base href="https://elsewhere.example/topic/">{link}').pages


def test_page_that_led_to_another_thread_adds_nothing():
    thread = found(f"{BOARD}/threads/a-word.12/", xenforo_page(1, 3)).thread
    other = xenforo_page(1, 3).replace("a-word.12", "trap.66")
    assert found(f"{BOARD}/threads/trap.66/", other).pages
    assert not found(f"{BOARD}/threads/trap.66/", other, thread).pages


def test_words_in_a_post_are_no_pager_where_there_is_one():
    html = xenforo_page(1, 3) + '<p><a href="/threads/a-word.12/page-4000">4000</a> <a href="?page=77">77</a></p>'
    assert [p.number for p in found(f"{BOARD}/threads/a-word.12/", html).pages] == [2, 3]


def test_hostile_pager_is_bounded_in_number_and_time():
    many = "".join(f'<a href="/t?id=1&amp;page={n}">{n}</a>' for n in range(2, 3000))
    assert len(found(f"{BOARD}/t?id=1", f'<div class="pager">{many}</div>').pages) == MAX_FOUND
    began = time.monotonic()
    for html in (
        '<div class="pager">' * 20_000 + many * 20,
        many * 20,
        '<a rel="next" href="' + "/page-1" * 500 + '">2',
    ):
        find_pages(BOARD + "/a" * 2000, html, RULES, seconds=1.0)
    assert time.monotonic() - began < 12
    for junk in ("", "\x00", "<a", '<a rel="next" href="//[">', '<base href="//["><a rel=next href=x>2</a>'):
        assert not found(f"{BOARD}/t?id=1", junk).pages


@pytest.mark.parametrize(
    "change",
    [
        {"forms": [{"name": "x", "path": ".*(?P<thread>a)(?P<page>b)", "first": "1"}]},
        {"forms": [{"name": "x", "path": "(?P<thread>a)", "first": "1"}]},
        {"forms": [{"name": "x", "path": "(?P<thread>a)(?P<page>b)", "first": "1", "run": "x"}]},
        {"areas": ["a > b"]},
        {"paths": ["(?P<else>a)"]},
    ],
)
def test_damaged_rule_is_refused_when_it_is_loaded(tmp_path, change):
    whole = json.loads((pager_rules.paths.resource("pagers", "pagers.json")).read_text())
    file = tmp_path / "pagers.json"
    file.write_text(json.dumps(whole | change))
    with pytest.raises(RuleWrong):
        pager_rules.load(file)
