# ruff: noqa: E501 - pages stand on one line
"""What a page sets in motion beside itself is recorded too, or refused and named; never unseen."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from dataclasses import replace

import pytest
from PIL import Image

from evidence_kit.capture import BrowserHost, make_plan
from evidence_kit.records import Subject
from evidence_kit.settings import Settings
from tests.kit.sinks import MemorySink
from tests.kit.site import Reply, Site, data, page

QUIET = Settings(ask_clock=False, ask_dns=False, load_seconds=20)


def received(sink) -> dict[str, bytes]:
    from warcio.archiveiterator import ArchiveIterator

    found = {}
    with zipfile.ZipFile(io.BytesIO(sink.data["archive.wacz"])) as archive:
        for record in ArchiveIterator(io.BytesIO(archive.read("archive/data.warc.gz")), check_digests="raise"):
            if record.rec_type == "response":
                assert "WARC-Truncated" not in record.rec_headers.headers
                found[record.rec_headers["WARC-Target-URI"]] = record.content_stream().read()
    return found


def script(text: str) -> Reply:
    return data(text.encode(), "text/javascript")


def words(text: str) -> Reply:
    return data(text.encode(), "text/plain")


def inner(name: str) -> Reply:
    return page(f"<p>{name}<script>fetch('/{name}.txt');new Worker('/{name}.js')</script>")


PARTS = {
    "frame": (
        "<iframe src='OTHER/in'></iframe>",
        {"/in": inner("in"), "/in.txt": words("a"), "/in.js": script("fetch('/in2.txt')"), "/in2.txt": words("b")},
    ),
    "late frame": (
        "<script>onload=()=>setTimeout(()=>{let i=document.createElement('iframe');i.src='OTHER/in';document.body.append(i)},50)</script>",
        {"/in": inner("in"), "/in.txt": words("a"), "/in.js": script("1//x")},
    ),
    "worker": (
        "<script>new Worker('/w.js')</script>",
        {
            "/w.js": script("importScripts('/imp.js');fetch('/w.txt').then(r=>r.text());new Worker('/nested.js')"),
            "/imp.js": script("1//imp"),
            "/w.txt": words("w"),
            "/nested.js": script("fetch('/n.txt').then(r=>r.blob())"),
            "/n.txt": words("n"),
        },
    ),
    "shared worker": (
        "<script>new SharedWorker('/s.js')</script>",
        {
            "/s.js": script("importScripts('/imp.js');fetch('/s.txt').then(r=>r.text())"),
            "/imp.js": script("1//imp"),
            "/s.txt": words("s"),
        },
    ),
    "service worker": (
        "<script>navigator.serviceWorker.register('/sw.js').then(()=>navigator.serviceWorker.ready).then(()=>fetch('/via.txt'))</script>",
        {
            "/sw.js": script(
                "importScripts('/imp.js');fetch('/first.txt').then(r=>r.text());oninstall=()=>skipWaiting();"
                "onactivate=e=>e.waitUntil(clients.claim());onfetch=e=>e.respondWith(fetch(e.request))"
            ),
            "/imp.js": script("1//imp"),
            "/first.txt": words("first"),
            "/via.txt": words("via"),
        },
    ),
    "download link": ("<a id=a href=/f.bin download>x</a><script>a.click()</script>", {"/f.bin": words("f" * 90_000)}),
    "download by going there": (
        "<script>onload=()=>setTimeout(()=>location.href='/f.zip',50)</script>",
        {"/f.zip": data(b"PK" * 999, "application/zip", Content_Disposition="attachment; filename=a.zip")},
    ),
    "asked after the load": (
        "<script>onload=()=>setTimeout(()=>fetch('/late.txt').then(r=>r.text()).then(t=>document.body.append(t)),150)</script>",
        {"/late.txt": words("late words")},
    ),
}


@pytest.mark.parametrize("part", list(PARTS))
def test_every_answer_of_every_part_is_in_the_archive(take, part: str) -> None:
    html, answers = PARTS[part]
    pages = dict(answers)
    with Site(pages) as site:
        pages["/"] = page(f"<!doctype html><title>t</title><h1>here</h1>{html}".replace("OTHER", site.other))
        result, sink = take(site.url + "/", settings=QUIET)
        asked = set(site.asked) - {"/favicon.ico"}
        got = received(sink)
        found = {url.removeprefix(site.url).removeprefix(site.other): body for url, body in got.items()}
    assert asked == set(pages)
    assert {path: found.get(path) for path in asked} == {path: reply.body for path, reply in pages.items()}
    assert (result.outcome, result.missing, result.title) == ("complete", (), "t")
    if part == "asked after the load":
        assert "late words" in result.text


def test_windows_unasked_are_refused_and_named(take) -> None:
    html = "<!doctype html><h1>x</h1><form id=f action=/form target=_blank></form><script>for(let i=0;i<3;i++)window.open('/pop?'+i);setTimeout(()=>window.open('/pop'),50);f.submit()</script>"
    with Site({"/": page(html), "/pop": page("pop"), "/form": page("form")}) as site:
        result, sink = take(site.url + "/", settings=QUIET)
        assert set(site.asked) <= {"/", "/favicon.ico"}
        named = json.loads(sink.data["capture-log.json"])["windows_refused"]
    assert result.outcome == "complete"
    assert {f"{site.url}/pop?{i}" for i in range(3)} | {f"{site.url}/pop"} <= set(named)


def test_download_is_named_and_stays_out_of_the_page(take) -> None:
    html, answers = PARTS["download by going there"]
    with Site({"/": page("<title>t</title>here" + html), **answers}) as site:
        result, sink = take(site.url + "/", settings=QUIET)
        assert json.loads(sink.data["capture-log.json"])["downloads_refused"] == [site.url + "/f.zip"]
    assert result.url_final == site.url + "/"
    assert "media" not in {a.role for a in result.artifacts}
    assert "here" in result.text


def test_two_captures_at_once_keep_apart(host: BrowserHost) -> None:
    html = "<!doctype html><title>x</title><iframe src='OTHER/NAME/in'></iframe><script>new Worker('/NAME/w.js');new SharedWorker('/NAME/s.js');setTimeout(()=>fetch('/NAME/late.txt'),80)</script>"
    with Site({}) as site:
        for name in "ab":
            site.pages |= {
                f"/{name}/": page(html.replace("OTHER", site.other).replace("NAME", name)),
                f"/{name}/in": page(f"<p>{name}"),
                f"/{name}/w.js": script(f"fetch('/{name}/w.txt')"),
                f"/{name}/s.js": script(f"fetch('/{name}/s.txt')"),
            } | {f"/{name}/{one}.txt": words(name) for one in ("late", "w", "s")}
        sinks = {name: MemorySink() for name in "ab"}

        def work(name: str) -> None:
            host.capture(make_plan(f"{site.url}/{name}/", Subject.ADULT, QUIET), sinks[name])

        threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        for name in "ab":
            paths = {u.removeprefix(site.url).removeprefix(site.other) for u in received(sinks[name])}
            assert paths - {"/favicon.ico"} == {p for p in site.pages if p.startswith(f"/{name}/")}


def test_document_that_stops_half_way_is_asked_once_more_and_shown(host: BrowserHost) -> None:
    silent = threading.Event()

    def stream(write) -> None:
        write(b"<!doctype html><h1>first words</h1>")
        silent.wait(30)

    with Site({"/": Reply(headers={"Content-Type": "text/html", "Content-Length": "5000"}, stream=stream)}) as site:
        plan = make_plan(site.url + "/", Subject.ADULT, replace(QUIET, load_seconds=4))
        result = host.capture(plan, sink := MemorySink())
        silent.set()
    assert site.asked.count("/") == 2
    assert (result.outcome, result.missing) == ("partial", ("load",))
    assert "first words" in result.text
    assert "asked once more" in next(s for s in result.steps if s["name"] == "load")["detail"]
    assert sink.data["response.html"] == b"<!doctype html><h1>first words</h1>"


def test_page_too_wide_for_any_picture_keeps_its_beginning(take) -> None:
    html = "<!doctype html><body style='margin:0'><div style='width:9000000px;height:1800px;background:linear-gradient(#f00,#00f)'>here</div>"
    with Site({"/": page(html)}) as site:
        result, sink = take(site.url + "/", settings=QUIET)
    assert (result.outcome, result.missing) == ("partial", ("end-of-page",))
    with Image.open(io.BytesIO(sink.data["screenshot.png"])) as picture:
        assert picture.size == (1280, 1800)
        assert picture.getpixel((1000, 5))[0] > 240
        assert picture.getpixel((1000, 1795))[2] > 240


def test_page_drawn_slowly_is_cut_at_a_whole_tile(take, monkeypatch) -> None:
    from evidence_kit.capture import screenshot

    monkeypatch.setattr(screenshot, "PICTURE_SECONDS", 0.0001)
    with Site(
        {"/": page("<!doctype html><body style='margin:0'><div style='height:90000px;background:#123456'>")}
    ) as site:
        result, sink = take(site.url + "/", settings=QUIET)
    assert result.missing == ("end-of-page",)
    assert "on its time" in next(s for s in result.steps if s["name"] == "screenshot")["detail"]
    with Image.open(io.BytesIO(sink.data["screenshot.png"])) as picture:
        assert picture.size == (1280, 8000)
        assert picture.getpixel((600, 7999)) == (0x12, 0x34, 0x56)


def test_requests_of_a_page_that_was_left_are_not_waited_for(take) -> None:
    pages = {
        "/": page("<meta http-equiv=refresh content='0;url=/final'>moving"),
        "/final": page("<title>final</title>x"),
    }
    with Site(pages) as site:
        result, _sink = take(site.url + "/", settings=QUIET)
    assert (result.outcome, result.title) == ("complete", "final")
    assert result.seconds["scroll"] < 3


def test_site_that_asks_for_a_password_shows_what_it_shows_without(take) -> None:
    asks = {"WWW-Authenticate": "Basic realm=x", "Content-Type": "text/html"}
    pages = {
        "/": Reply(
            b"<title>t</title><p>please log in<img src=/i.png><script>fetch('/f').then(r=>r.text()).then(t=>document.body.append(t))</script>",
            401,
            asks,
        ),
        "/i.png": Reply(b"no", 401, asks),
        "/f": Reply(b"no words without", 401, asks),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/", settings=QUIET)
        assert {u.removeprefix(site.url) for u in received(sink)} >= set(pages)
    assert (result.outcome, result.missing) == ("complete", ())
    assert "please log in" in result.text
    assert "no words without" in result.text
    assert result.network["response"]["status"] == 401


def test_cookies_of_the_wire_are_in_the_confidential_archive_only(take) -> None:
    import gzip

    pages = {
        "/": page("<img src=/i.png>x", Set_Cookie="main=SECRETMAIN"),
        "/i.png": data(b"x", "image/png", Set_Cookie="i=SECRETIMAGE"),
    }
    with Site(pages) as site:
        _result, sink = take(site.url + "/", settings=QUIET)
    for name, there in (("archive.wacz", False), ("archive-confidential.wacz", True)):
        with zipfile.ZipFile(io.BytesIO(sink.data[name])) as archive:
            raw = gzip.decompress(archive.read("archive/data.warc.gz"))
        for secret in (b"Set-Cookie: main=SECRETMAIN", b"Set-Cookie: i=SECRETIMAGE"):
            assert (secret in raw) is there
