"""Lists of addresses: side by side, asked again, stopped, killed and taken up without a double or a loss."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest

from evidence_kit.cli.capture import _addresses
from evidence_kit.errors import Cancelled, UsageError
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow import listing
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE
from tests.kit.site import Reply, Site, page

COMMAND = [sys.executable, "-m", "evidence_kit", "capture", "--no-stamp", "--json"]


@pytest.fixture
def site():
    with Site({f"/{n}": page(f"<!doctype html><title>t{n}</title><p>page {n}") for n in range(8)}) as made:
        yield made


def urls_of(site, count):
    return [f"{site.url}/{n}" for n in range(count)]


def begun(session, urls):
    lists = session.lists(None)
    return lists, lists.begin(urls, Subject.ADULT, stamp=False)


def test_list_goes_on_past_a_refused_host_in_the_order_asked(session, site):
    urls = [f"{site.url}/0", "http://127.0.0.1:9/", f"{site.url}/1"]
    lists, chosen = begun(session, urls)
    lists.run(chosen, no_progress, CancelToken())
    items = lists.items(chosen)
    assert [i.state for i in items] == ["done"] * 3
    found = [session.exhibit(i.exhibit_id) for i in items]
    assert [e.outcome for e in found] == [Outcome.COMPLETE, Outcome.FAILED, Outcome.COMPLETE]
    assert [e.url_requested for e in found] == urls
    assert items[1].tries == 3
    assert lists.unfinished() is None


def test_busy_site_is_asked_again_and_only_the_last_answer_is_kept(session, site, monkeypatch):
    answers = [503, 503, 200]

    class Busy(dict):
        def get(self, path, default=None):
            if path == "/busy":
                status = answers.pop(0) if answers else 200
                return Reply(b"<!doctype html><p>now", status=status)
            return super().get(path, default)

    site.pages = Busy(site.pages)
    lists, chosen = begun(session, [f"{site.url}/busy", f"{site.url}/0"])
    lists.run(chosen, no_progress, CancelToken())
    exhibits = session.exhibits()
    assert len(exhibits) == 2
    assert session.record(lists.items(chosen)[0].exhibit_id).status == 200
    types = [json.loads(e.entry)["type"] for e in session.log(exhibits[0].case_id)[0]]
    assert types.count("capture.abandoned") == 2
    assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"


def test_two_pages_are_under_way_at_the_same_time(session, site):
    both = threading.Barrier(2, timeout=20)

    def together(write):
        both.wait()
        write(b"<!doctype html><p>together")

    for path in ("/a", "/b"):
        site.pages[path] = Reply(stream=together)
    lists, chosen = begun(session, [f"{site.url}/a", f"{site.url}/b"])
    lists.run(chosen, no_progress, CancelToken())
    assert [e.outcome for e in session.exhibits()] == [Outcome.COMPLETE] * 2


def test_list_is_run_once_at_a_time(session, site):
    lists, chosen = begun(session, urls_of(site, 2))
    refused = []

    def progress(told):
        if not refused:  # the first page is about to begin
            with pytest.raises(UsageError, match="already"):
                session.lists(None).run(chosen, no_progress, CancelToken())
            refused.append(told)

    lists.run(chosen, progress, CancelToken())
    assert refused
    assert sorted(p for p in site.asked if p != "/favicon.ico") == ["/0", "/1"]
    lists.run(chosen, no_progress, CancelToken())


def test_stopped_list_is_taken_up_without_a_double(session, site):
    urls = urls_of(site, 5)
    lists, chosen = begun(session, urls)
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        lists.run(chosen, lambda p: cancel.cancel() if p.done == 2 else None, cancel)
    assert lists.unfinished(urls, Subject.ADULT) == chosen
    assert lists.unfinished(urls[:2]) is None
    lists.run(chosen, no_progress, CancelToken())
    items = lists.items(chosen)
    assert {i.state for i in items} == {"done"}
    complete = [e.url_requested for e in session.exhibits() if e.outcome is Outcome.COMPLETE]
    assert sorted(complete) == urls


def test_killed_list_is_taken_up_without_a_double_or_a_loss(session, site, tmp_path):
    session.close()
    secret = tmp_path / "pass"
    secret.write_text(PASSPHRASE)
    options = ["--vault", str(session.path), "--passphrase-file", str(secret)]
    urls = urls_of(site, 6)
    file = tmp_path / "urls.txt"
    file.write_text("\n".join(urls))
    running = subprocess.Popen(
        [*COMMAND, *options, "--from-file", str(file), "--subject", "adult"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    end = time.monotonic() + 60
    while f"/{3}" not in site.asked and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    done = subprocess.run([*COMMAND, *options, "--resume"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [r["url_requested"] for r in json.loads(done.stdout)] == urls
    with Session.open(session.path, PASSPHRASE) as again:
        complete = [e.url_requested for e in again.exhibits() if e.outcome is Outcome.COMPLETE]
        assert sorted(complete) == urls
        assert again.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"
    nothing = subprocess.run([*COMMAND, *options, "--resume"], capture_output=True, text=True)
    assert nothing.returncode == 2
    assert "no unfinished list" in json.loads(nothing.stdout)["error"]["message"]


class Asked(dict):
    """Answers one path from a list, and notes when it was asked."""

    def __init__(self, pages, path, answers):
        super().__init__(pages)
        self.path, self.answers, self.times = path, answers, []

    def get(self, path, default=None):
        if path != self.path:
            return super().get(path, default)
        self.times.append(time.monotonic())
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def busy(status=503, **headers):
    return Reply(b"<!doctype html><p>busy", status=status, headers={"Content-Type": "text/html", **headers})


def test_site_is_asked_again_no_sooner_than_it_says(session, site):
    site.pages = Asked(site.pages, "/busy", [busy(429, **{"Retry-After": "4"}), page("<p>now")])
    lists, chosen = begun(session, [f"{site.url}/busy", f"{site.url}/0"])
    lists.run(chosen, no_progress, CancelToken())
    first, second = site.pages.times
    assert 4 <= second - first < 30
    assert {session.record(i.exhibit_id).status for i in lists.items(chosen)} == {200}


def test_site_that_stays_busy_is_asked_three_times_later_each_time_and_its_last_answer_is_kept(session, site):
    site.pages = Asked(site.pages, "/busy", [busy()])
    lists, chosen = begun(session, [f"{site.url}/busy"])
    lists.run(chosen, no_progress, CancelToken())
    first, second, third = site.pages.times
    assert second - first >= listing.BACKOFF_SECONDS
    assert third - second >= 2 * listing.BACKOFF_SECONDS
    (item,) = lists.items(chosen)
    assert (item.state, item.tries) == ("done", 3)
    assert session.record(item.exhibit_id).status == 503
    assert len(session.exhibits()) == 1


@pytest.mark.parametrize(
    ("told", "wait"),
    [("7", 7), ("0", 0), ("99999999999999", 60), ("-3", 0), ("soon", 0), ("", 0), ("7.5", 0), ("\u0667", 0)],
)
def test_time_that_a_site_names_is_bounded_and_what_is_none_is_passed_over(told, wait):
    answer = SimpleNamespace(network={"response": {"headers": [{"name": "Retry-After", "value": told}]}})
    assert listing._retry_after(answer) == wait


def test_date_that_a_site_names_is_waited_for():
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    for told, least, most in (
        (at, 20, 30),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60, 60),
    ):
        answer = SimpleNamespace(network={"response": {"headers": [{"name": "retry-after", "value": told}]}})
        assert least <= listing._retry_after(answer) <= most


def test_two_pages_of_one_site_are_apart_by_its_pause_and_another_site_does_not_wait(session, site):
    context = session._context
    context.settings = dataclasses.replace(context.settings, host_pause_seconds=3)
    other = f"{site.other}/2"
    lists, chosen = begun(session, [f"{site.url}/0", f"{site.url}/1", other])
    asked = []

    class Noted(dict):
        def get(self, path, default=None):
            asked.append((path, time.monotonic()))
            return super().get(path, default)

    site.pages = Noted(site.pages)
    lists.run(chosen, no_progress, CancelToken(), concurrency=3)
    at = {path: when for path, when in asked if path in {"/0", "/1", "/2"}}
    assert at["/1"] - at["/0"] >= 2.5
    assert at["/2"] < at["/1"]


def test_one_bad_page_costs_the_others_nothing(session, site):
    def broken(write):
        write(b"<!doctype html><p>half a")
        raise OSError

    site.pages["/bad"] = Reply(headers={"Content-Type": "text/html", "Content-Length": "9000"}, stream=broken)
    urls = [f"{site.url}/0", f"{site.url}/bad", f"{site.url}/1", f"{site.url}/2"]
    lists, chosen = begun(session, urls)
    lists.run(chosen, no_progress, CancelToken())
    found = [session.exhibit(i.exhibit_id) for i in lists.items(chosen)]
    assert [e.outcome for e in found if "bad" not in e.url_requested] == [Outcome.COMPLETE] * 3
    assert found[1].outcome is not Outcome.COMPLETE
    assert lists.unfinished() is None


def test_list_file_of_300_lines_is_read_once_each_and_a_bad_one_is_said(tmp_path):
    file = tmp_path / "f"
    file.write_text("# mine\n\n" + "".join(f"https://example.org/{n % 299}\n" for n in range(300)))
    assert len(_addresses((), file)) == 299
    for content in (b"", b"# none\n", b"\xff\xfe\x00"):
        file.write_bytes(content)
        with pytest.raises(UsageError):
            _addresses((), file)
    with pytest.raises(UsageError):
        _addresses((), tmp_path / "absent")
