"""All pages of a thread: found by the pager, each once, killed and taken up again, and never beyond the bound."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from evidence_kit.errors import Cancelled
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE
from tests.kit.site import Reply, Site, page, png
from tests.kit.threads import generic_page, phpbb_page, xenforo_page, xenforo_thread

COMMAND = [sys.executable, "-m", "evidence_kit", "capture", "--no-stamp", "--json"]
FIRST = "/threads/a-word.12/"


@pytest.fixture
def site():
    with Site(xenforo_thread(6)) as made:
        yield made


def run_thread(session, url, subject=Subject.ADULT, most=100, concurrency=2):
    lists = session.lists(None)
    chosen = lists.begin([url], subject, stamp=False, thread_pages=most)
    lists.run(chosen, no_progress, CancelToken(), concurrency=concurrency)
    return lists, chosen, lists.items(chosen)


def manifest_of(session, exhibit_id, tmp_path):
    out = tmp_path / f"{exhibit_id}.json"
    session.extract(exhibit_id, "manifest", out)
    return json.loads(out.read_bytes())


def xenforo_urls(site, last):
    return [site.url + FIRST + (f"page-{n}" if n > 1 else "") for n in range(1, last + 1)]


def test_all_pages_of_a_xenforo_thread_are_exhibits_that_name_where_they_were_found(session, site, tmp_path):
    _lists, _chosen, items = run_thread(session, site.url + FIRST)
    assert [i.url for i in items] == xenforo_urls(site, 6)
    assert {i.state for i in items} == {"done"}
    assert [p for p in site.asked if "threads" in p] == sorted(
        {p for p in site.asked if "threads" in p}, key=site.asked.index
    )
    assert not {p for p in site.asked if "react" in p or "logout" in p or "mark-read" in p}
    first = manifest_of(session, items[0].exhibit_id, tmp_path)
    assert first["navigation"][0] == {"how": "address", "url": site.url + FIRST}
    by_id = {i.exhibit_id: i for i in items}
    for item in items[1:]:
        came = manifest_of(session, item.exhibit_id, tmp_path)["navigation"]
        assert came[0]["how"] == "pager"
        assert came[0]["link"]["url"] == item.url
        assert by_id[came[0]["exhibit_id"]].url == came[0]["url"]
        assert session.exhibit(came[0]["exhibit_id"]).manifest_sha256 == came[0]["manifest_sha256"]
        assert came[1] == {"how": "address", "url": item.url}
        assert session.record(item.exhibit_id).as_json()["led_by"] == came[0]
    assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"


def test_all_pages_are_found_from_a_page_in_the_middle_of_a_phpbb_topic(session):
    pages = {f"/viewtopic.php?t=34&start={(n - 1) * 10}": page(phpbb_page(n, 4)) for n in range(2, 5)}
    pages["/viewtopic.php?t=34"] = page(phpbb_page(1, 4))
    pages["/viewtopic.php?p=3"] = page(phpbb_page(3, 4))
    with Site(pages) as site:
        _l, _c, items = run_thread(session, f"{site.url}/viewtopic.php?p=3")
        wanted = ["p=3", "t=34", "t=34&start=10", "t=34&start=30"]
        assert [i.url.partition("?")[2] for i in items] == wanted
        assert not [p for p in site.asked if "sid=" in p or "posting" in p]


def test_generic_pager_is_followed_from_page_to_page(session):
    pages = {
        f"/t?id=1&page={n}": page(generic_page([f"/t?id=1&page={m}" for m in (n - 1, n, n + 1)], first=n - 1))
        for n in (2, 3)
    }
    pages["/t?id=1"] = page('<p>one</p><a href="/t?id=1&amp;page=2">Suivant</a>')
    pages["/t?id=1&page=4"] = page('<p>four</p><a href="/t?id=1&amp;page=3">Précédent</a>')
    with Site(pages) as site:
        _l, _c, items = run_thread(session, f"{site.url}/t?id=1")
        assert [i.number for i in items] == [0, 2, 3, 4]
        assert {i.state for i in items} == {"done"}


def test_endless_pager_stops_at_its_bound_and_that_is_said(session):
    class Endless(dict):
        def get(self, path, default=None):
            number = int(path.rpartition("=")[2]) if "=" in path else 1
            links = [f"/t?page={n}" for n in (number, 1, number + 1, number + 2)]
            return page(generic_page(links, first=number)) if path.startswith("/t") else default

    with Site(Endless()) as site:
        lists, chosen, items = run_thread(session, f"{site.url}/t", most=5)
        assert len(items) == 5
        assert lists.beyond(chosen)
        assert lists.unfinished() is None
        assert len([p for p in site.asked if p.startswith("/t")]) == 5


def test_page_that_leads_to_another_site_or_thread_is_kept_but_leads_no_further(session, site):
    with Site({"/threads/trap.66/": page(xenforo_page(1, 3, "trap.66"))}) as other:
        site.pages[f"{FIRST}page-2"] = Reply(status=302, headers={"Location": f"{other.url}/threads/trap.66/"})
        site.pages[f"{FIRST}page-3"] = Reply(status=302, headers={"Location": "/threads/trap.66/"})
        site.pages["/threads/trap.66/"] = page(xenforo_page(1, 3, "trap.66"))
        _l, _c, items = run_thread(session, site.url + FIRST)
        assert not [i for i in items if "trap" in i.url]
        assert not [p for p in [*site.asked, *other.asked] if "trap.66/page" in p]
        assert {i.state for i in items} == {"done"}
        assert [("led to another one" in i.error) for i in items[:3]] == [False, True, True]


def test_pages_that_all_lead_back_to_the_first_are_not_taken_for_the_thread(session, site):
    for path in list(site.pages):
        if path != FIRST:
            site.pages[path] = Reply(status=302, headers={"Location": FIRST})
    lists, chosen, items = run_thread(session, site.url + FIRST)
    assert len(items) > 2
    assert [("led to another one" in i.error) for i in items] == [False] + [True] * (len(items) - 1)
    assert [url for url, _words in lists.state(chosen).said] == [i.url for i in items[1:]]


def test_page_without_a_pager_says_that_none_was_found(session):
    with Site({"/a": page("<p>alone")}) as site:
        _l, _c, items = run_thread(session, f"{site.url}/a")
        assert [i.state for i in items] == ["done"]
        assert "No link to another page" in items[0].error


@pytest.mark.parametrize("subject", [Subject.MINOR, Subject.SELECTED])
def test_thread_of_text_or_withheld_pictures_asks_for_no_picture_on_any_page(session, site, subject):
    for path, reply in list(site.pages.items()):
        reply.body = reply.body.replace(b"<p>", b'<img src="/one.png" alt="x"><p>')
        assert b"one.png" in site.pages[path].body
    site.pages["/one.png"] = Reply(png(60, 60, (1, 2, 3)), headers={"Content-Type": "image/png"})
    _l, _c, items = run_thread(session, site.url + FIRST, subject)
    assert [i.url for i in items] == xenforo_urls(site, 6)
    assert "/one.png" not in site.asked
    for item in items:
        record = session.record(item.exhibit_id)
        assert record.exhibit.subject is subject
        if subject is Subject.SELECTED:
            assert f"{site.url}/one.png" in {w["url"] for w in record.selection["withheld"]}
        else:
            assert {a.role for a in record.artifacts} == {"text", "capture-log"}


def test_stopped_thread_is_taken_up_with_the_pages_that_it_had_found(session, site):
    lists = session.lists(None)
    chosen = lists.begin([site.url + FIRST], Subject.ADULT, stamp=False, thread_pages=100)
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        lists.run(chosen, lambda p: cancel.cancel() if p.done == 2 else None, cancel, concurrency=1)
    assert lists.unfinished([site.url + FIRST], Subject.ADULT).id == chosen.id
    lists.run(chosen, no_progress, CancelToken())
    assert [i.url for i in lists.items(chosen)] == xenforo_urls(site, 6)
    complete = sorted(e.url_requested for e in session.exhibits() if e.outcome is Outcome.COMPLETE)
    assert complete == xenforo_urls(site, 6)


def test_thread_at_its_bound_goes_on_after_its_last_page(session, site):
    lists, chosen, items = run_thread(session, site.url + FIRST, most=2)
    assert (len(items), lists.beyond(chosen), lists.unfinished()) == (2, True, None)
    bound = lists.at_bound([site.url + FIRST], Subject.ADULT)
    assert bound.id == chosen.id
    assert lists.at_bound([site.url + "/other"], Subject.ADULT) is None
    more = lists.go_on(bound, 2)
    assert [i.state for i in lists.items(more)].count("waiting") == 2
    cancel = CancelToken()
    with pytest.raises(Cancelled):  # stopped on the way: taken up like any other
        lists.run(more, lambda p: cancel.cancel() if p.done == 3 else None, cancel, concurrency=1)
    lists.run(lists.unfinished(), no_progress, CancelToken())
    assert len(lists.items(more)) == 4
    assert lists.beyond(more)
    last = lists.go_on(lists.at_bound(), 100)
    lists.run(last, no_progress, CancelToken())
    assert [i.url for i in lists.items(last)] == xenforo_urls(site, 6)
    assert not lists.beyond(last)
    assert lists.at_bound() is None
    complete = sorted(e.url_requested for e in session.exhibits() if e.outcome is Outcome.COMPLETE)
    assert complete == xenforo_urls(site, 6)
    lists.leave(last)


def test_thread_that_was_left_at_its_bound_is_not_offered(session, site):
    lists, chosen, _items = run_thread(session, site.url + FIRST, most=2)
    lists.leave(chosen)
    assert lists.at_bound() is None


@pytest.mark.slow
def test_killed_thread_is_taken_up_without_a_double_or_a_loss(session, site, tmp_path):
    session.close()
    secret = tmp_path / "pass"
    secret.write_text(PASSPHRASE)
    options = ["--vault", str(session.path), "--passphrase-file", str(secret)]
    running = subprocess.Popen(
        [*COMMAND, *options, site.url + FIRST, "--thread", "--subject", "adult"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    end = time.monotonic() + 60
    while f"{FIRST}page-3" not in site.asked and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    done = subprocess.run([*COMMAND, *options, "--resume"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [r["url_requested"] for r in json.loads(done.stdout)] == xenforo_urls(site, 6)
    with Session.open(session.path, PASSPHRASE) as again:
        complete = sorted(e.url_requested for e in again.exhibits() if e.outcome is Outcome.COMPLETE)
        assert complete == xenforo_urls(site, 6)


def test_thread_on_the_command_line_says_that_its_bound_was_reached(session, site, tmp_path):
    session.close()
    secret = tmp_path / "pass"
    secret.write_text(PASSPHRASE)
    options = ["--vault", str(session.path), "--passphrase-file", str(secret)]
    done = subprocess.run(
        [*COMMAND, *options, site.url + FIRST, "--thread", "--max-pages", "3", "--subject", "adult"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 3
    assert len(json.loads(done.stdout)) == 3
    assert "more pages than the 3" in done.stderr
    assert "--resume" in done.stderr
    more = subprocess.run([*COMMAND, *options, "--resume"], capture_output=True, text=True)
    assert more.returncode == 0, more.stderr
    assert [r["url_requested"] for r in json.loads(more.stdout)] == xenforo_urls(site, 6)
    assert [site.asked.count(u.removeprefix(site.url)) for u in xenforo_urls(site, 6)] == [1] * 6
    nothing = subprocess.run([*COMMAND, *options, "--resume"], capture_output=True, text=True)
    assert nothing.returncode == 2
    refused = subprocess.run(
        [*COMMAND, *options, site.url + FIRST, "--thread", "--subject", "selected", "--allow", site.url + "/x.png"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert refused.returncode == 2
