# ruff: noqa: E501 - pages and pictures stand on one line
from __future__ import annotations

import threading
import time

import pytest

from evidence_kit.capture import BrowserHost, make_plan
from evidence_kit.errors import BrowserMissing, Cancelled, StorageFull
from evidence_kit.jobs import CancelToken
from evidence_kit.records import Subject
from evidence_kit.settings import Settings
from tests.kit.sinks import MemorySink
from tests.kit.site import Reply, Site, data, never_ending, page

SHORT = Settings(ask_clock=False, ask_dns=False, load_seconds=2, page_seconds=40)


def timed(take, url: str, **more):
    started = time.monotonic()
    result, sink = take(url, settings=SHORT, **more)
    return result, sink, time.monotonic() - started


def test_no_answer_is_failed_and_kept(take) -> None:
    with Site({}) as site:
        port = site.port
    result, sink, _took = timed(take, f"http://127.0.0.1:{port}/")
    assert result.outcome == "failed"
    assert set(result.missing) == {"first-view", "screenshot", "response-html", "dom-html", "pdf", "wacz", "text"}
    assert sink.roles() == {"capture-log"}
    assert b"ERR_CONNECTION_REFUSED" in sink.data["capture-log.json"]


def test_never_ending_page_is_partial(take) -> None:
    with Site({"/": never_ending(b"<!doctype html><h1>first words</h1>" + b" " * 2000)}) as site:
        result, sink, took = timed(take, site.url + "/")
    assert (result.outcome, result.missing) == ("partial", ("load",))
    assert "first words" in result.text
    assert sink.data["response.html"].startswith(b"<!doctype html><h1>first words</h1>")
    assert took < 15


@pytest.mark.parametrize("length", [pytest.param({}, marks=pytest.mark.slow), {"Content-Length": "5000"}])
@pytest.mark.parametrize("first", [b"", b"<!doctype html><h1>first words</h1>"])
def test_server_that_falls_silent_is_partial_in_time(take, length: dict, first: bytes) -> None:
    silent = threading.Event()

    def stream(write) -> None:
        write(first)
        silent.wait(30)

    with Site({"/": Reply(headers={"Content-Type": "text/html"} | length, stream=stream)}) as site:
        result, sink, took = timed(take, site.url + "/")
        silent.set()
    assert result.outcome == "partial"
    assert "load" in result.missing
    assert {"wacz", "capture-log"} <= sink.roles()
    assert took < 15
    if first:
        assert "first words" in result.text
        assert sink.data["response.html"] == first


def test_time_used_up_is_partial(take) -> None:
    with Site({"/": never_ending(b"<!doctype html><h1>first words</h1>" + b" " * 2000)}) as site:
        result, sink, took = timed(take, site.url + "/", load_seconds=20, page_seconds=4)
    assert result.outcome == "partial"
    assert {"response-html", "wacz", "capture-log"} <= sink.roles()
    assert {"skipped"} == {s["result"] for s in result.steps if s["name"] in {"scroll", "screenshot", "text", "pdf"}}
    assert took < 15


@pytest.mark.parametrize(
    "script",
    [
        "while(true){}",
        "while(true){alert('x')}",
        pytest.param("setTimeout(()=>{while(true){}},0)", marks=pytest.mark.slow),
        pytest.param("onload=()=>setTimeout(()=>{while(true){}},10)", marks=pytest.mark.slow),
    ],
)
def test_endless_script_ends_within_bounds(take, script: str) -> None:
    with Site({"/": page(f"<!doctype html><h1>here</h1><script>{script}</script>")}) as site:
        result, sink, took = timed(take, site.url + "/")
    assert result.outcome in {"partial", "complete"}
    assert {"response-html", "wacz", "capture-log"} <= sink.roles()
    assert b"<h1>here</h1>" in sink.data["response.html"]
    assert "alert" in script or "first-view" in sink.roles()
    assert took < 30


@pytest.mark.slow
def test_script_that_starts_again_ends_within_bounds(take) -> None:
    html = "<!doctype html><h1>here</h1><script>setInterval(()=>{const t=Date.now();while(Date.now()-t<60000){}},1)</script>"
    with Site({"/": page(html)}) as site:
        result, sink, took = timed(take, site.url + "/")
    assert {"response-html", "wacz", "capture-log"} <= sink.roles()
    assert result.outcome == "partial"
    assert took < 60


def test_crash_keeps_what_is_there(take, monkeypatch) -> None:
    from evidence_kit.capture.reading import PageReader

    real = PageReader.scroll

    async def crash(self, step) -> None:
        self._live.hub.spawn(self._live.wire.send("Page.crash"))
        await real(self, step)

    monkeypatch.setattr(PageReader, "scroll", crash)
    with Site({"/": page("<!doctype html><h1>here</h1>")}) as site:
        result, sink, took = timed(take, site.url + "/")
    assert result.outcome == "partial"
    assert {"first-view", "response-html", "wacz", "capture-log"} <= sink.roles()
    assert {"screenshot", "dom-html", "pdf", "text", "end-of-page"} == set(result.missing)
    assert took < 10


def test_dialogs_and_popups_recorded(take) -> None:
    html = "<!doctype html><h1>here</h1><script>alert('hello');window.open('/popup');onbeforeunload=()=>'stay'</script>"
    with Site({"/": page(html), "/popup": page("popup")}) as site:
        result, sink, _took = timed(take, site.url + "/")
    assert result.outcome == "complete"
    log = sink.data["capture-log.json"]
    assert b'"alert"' in log
    assert b"/popup" in log or b"about:blank" in log


@pytest.mark.parametrize("subject", [Subject.ADULT, Subject.MINOR])
def test_cancel_from_another_thread_stops_at_once(host: BrowserHost, subject: Subject) -> None:
    host.about()
    cancel = CancelToken()
    with Site({"/": never_ending(b"<h1>x</h1>" + b" " * 2000)}) as site:
        plan = make_plan(site.url + "/", subject, Settings(ask_clock=False, ask_dns=False))
        cancelled: list[float] = []

        def later() -> None:
            time.sleep(1.5)
            cancelled.append(time.monotonic())
            cancel.cancel()

        threading.Thread(target=later).start()
        with pytest.raises(Cancelled):
            host.capture(plan, MemorySink(), cancel=cancel)
        assert time.monotonic() - cancelled[0] < 1.0
        patient = Settings(ask_clock=False, ask_dns=False, load_seconds=20)
        again = host.capture(make_plan(site.url + "/gone", Subject.ADULT, patient), MemorySink())
        assert (again.outcome, again.missing) == ("complete", ()), [
            s for s in again.steps if s["result"] != "done" or s["detail"]
        ]


def test_full_disk_reaches_the_caller(host: BrowserHost) -> None:
    class Full(MemorySink):
        def open(self, *args, **more):
            raise StorageFull("full")

    with Site({"/": page("<h1>x</h1>")}) as site, pytest.raises(StorageFull):
        host.capture(make_plan(site.url + "/", Subject.ADULT, SHORT), Full())


def test_big_media_goes_to_the_scratch(take) -> None:
    size = 120 << 20

    def stream(write) -> None:
        for _ in range(size >> 20):
            write(b"\x00\x01\x02\x03" * (1 << 18))

    reply = Reply(headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)}, stream=stream)
    late = Reply(headers={"Content-Type": "image/png"}, stream=lambda _write: time.sleep(8))
    with Site(
        {
            "/": page("<img src=/late><script>fetch('/big').then(r => r.arrayBuffer())</script>"),
            "/big": reply,
            "/late": late,
        }
    ) as site:
        result, sink = take(site.url + "/", settings=Settings(ask_clock=False, ask_dns=False), load_seconds=40)
    assert sink.spooled > 60 << 20
    assert result.outcome == "complete"


def test_browser_missing_says_so(tmp_path) -> None:
    with BrowserHost(tmp_path / "nothing") as missing, pytest.raises(BrowserMissing) as caught:
        missing.about()
    assert caught.value.hint


def test_own_report_as_pdf(host: BrowserHost) -> None:
    with Site({"/x.png": data(b"x", "image/png")}) as site:
        made = host.pdf(
            f"<h1>Rapport</h1><img src='{site.url}/x.png'><script>document.title='no'</script>", footer="Page"
        )
        assert made.startswith(b"%PDF-")
        assert not site.asked


def test_page_that_keeps_the_browser_busy_after_its_end_delays_nobody(host: BrowserHost) -> None:
    flood = "<p>words<script>let i=0;setInterval(()=>{for(let k=0;k<50;k++)location.hash=i++},1)</script>"
    brief = Settings(ask_clock=False, ask_dns=False, load_seconds=3, page_seconds=8)
    with Site({"/": page(flood), "/good": page("<title>good</title>good")}) as site:
        first = host.capture(make_plan(site.url + "/", Subject.ADULT, brief), MemorySink())
        started = time.monotonic()
        second = host.capture(make_plan(site.url + "/good", Subject.ADULT, SHORT), MemorySink())
        took = time.monotonic() - started
    assert first.outcome == "partial"
    assert (second.outcome, second.title) == ("complete", "good")
    assert took < 30


def test_page_that_crashes_says_so_in_a_sentence_and_the_next_is_captured(take) -> None:
    deep = """let d = document.body; for (let i = 0; i < 1e5; i++) {
      const e = document.createElement("div"); d.append(e); d = e }"""
    pages = {"/": page(f"<!doctype html><h1>here</h1><script>{deep}</script>"), "/next": page("<h1>next</h1>")}
    with Site(pages) as site:
        result, sink = take(site.url + "/")
        assert result.outcome == "partial"
        assert "the page crashed: its part of the browser ended" in {s["detail"] for s in result.steps}
        assert {"response-html", "wacz", "capture-log"} <= sink.roles()
        assert take(site.url + "/next")[0].outcome == "complete"
