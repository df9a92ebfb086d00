"""Pages that want a capture to fail: each gives a record, an outcome and a reason, and the next page is captured."""

from __future__ import annotations

import base64
import gzip
import io
import json
import socket
import time
import zipfile
import zlib

import psutil
import pytest

from evidence_kit.capture.bodies import MAX_PAGES
from evidence_kit.records import Subject
from tests.integration.capture.test_pages import bodies
from tests.kit.site import HTML, Reply, Site, data, page

BROTLI_200_MB = (
    "y///PwBE3Zaq0kXsYy2ohwsXDQsaJwbyifd/yPMM/WvJtYPQUhiFqqUwwhv72R3VG5FLefz//wNAAiAOC0D3/o///38ASADEYQHo"
    "3v/x//8PAAmAOCwA3fs//v//ASABEIcFoHv/x///PwAkAOKwAHTv//j//weABEAcFoDu/R////8AkACIwwLQvf/j//8fABIAcVgA"
    "uvd//P//A0ACIA4LQPf+j///fwBIAMRhAeje//H//w8ACYA4LADd+z/+//8BIAEQhwWge//H//8/ACQA4rAAdO//+P//B4AEQBwW"
    "gO79H////wCQAIjDAtC9/+P//x8AEgBxWAC693/8//8DQAIgDgtA9/6P//9/AEgAxGEB6N7/8f//DwAJgDgsAN37P/7//wEgARCH"
    "BaB7/8f//z8AJADisAB07//4//8HgARAHBaA7v0f////AJAAiMMC0L3/4///HwASAHFYALr3fyEDAECqxaeM0CQAmg=="
)
"""A page that begins with a few words and goes on with 200 MB of one letter."""
HEAD = "<!doctype html><meta charset=utf-8><title>hostile</title><h1>the words</h1>"


def record_of(take, pages: dict[str, Reply], path: str = "/", **more):
    """The capture of one page, and that the next page is captured as if nothing had been."""
    with Site(pages | {"/calm": page("<!doctype html><h1>calm words</h1>")}) as site:
        result, sink = take(site.url + path, **more)
        after, _sink = take(site.url + "/calm")
    assert (after.outcome, after.missing) == ("complete", ())
    assert "calm words" in after.text
    assert {"capture-log"} <= sink.roles()
    return result, sink


def scripted(script: str, **headers: str) -> dict[str, Reply]:
    return {"/": page(f"{HEAD}<script>{script}</script>", **headers)}


@pytest.mark.parametrize(
    "script",
    [
        "addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'stay' })",
        "window.print(); addEventListener('load', () => setInterval(() => print(), 50))",
        pytest.param("setInterval(() => history.pushState({}, '', '?' + Math.random()), 20)", marks=pytest.mark.slow),
        "setInterval(() => document.title = Math.random(), 1)",
        "document.documentElement.requestFullscreen().catch(() => 0); document.body.requestPointerLock()",
        "addEventListener('scroll', () => scrollTo(0, 0)); document.body.style.height = '3000px'",
        "for (let i = 0; i < 30; i++) open('/calm?' + i, '_blank')",
        "Object.defineProperty(navigator, 'webdriver', {get() { throw Error('no') }}); window.fetch = null",
    ],
    ids=["beforeunload", "print", "history", "title", "fullscreen", "scroll", "windows", "no-fetch"],
)
def test_page_that_will_not_let_go_is_recorded(take, script: str) -> None:
    result, sink = record_of(take, scripted(script))
    assert result.outcome == "complete", result.missing
    assert "the words" in result.text
    assert {"first-view", "screenshot", "dom-html", "wacz"} <= sink.roles()


@pytest.mark.parametrize("script", ["window.stop()", "setTimeout(() => window.stop(), 30)"])
def test_page_that_stops_its_own_loading_counts_as_loaded_and_says_so(take, script: str) -> None:
    def never(write) -> None:
        time.sleep(1)

    slow = Reply(headers={"Content-Type": "image/png"}, stream=never)
    with Site({"/slow": slow}) as site:
        site.pages |= scripted(f"document.write('<img src=/slow>'); {script}")
        result, _sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    (load,) = (s for s in result.steps if s["name"] == "load")
    assert (load["result"], load["detail"]) == ("done", "the page's own script stopped its loading")


def test_asked_permissions_are_refused_without_a_question(take) -> None:
    script = """const told = (name, why) => document.body.append(` ${name}=${why.name || why}`);
    const ask = (name, asked) => asked.then(() => told(name, 'given'), e => told(name, e));
    navigator.geolocation.getCurrentPosition(() => told('place', 'given'), e => told('place', 'code' + e.code));
    Notification.requestPermission().then(r => told('notices', r));
    ask('camera', navigator.mediaDevices.getUserMedia({video: true, audio: true}));
    ask('clipboard', navigator.clipboard.readText());
    ask('usb', navigator.usb.requestDevice({filters: []}));
    if (navigator.bluetooth) ask('radio', navigator.bluetooth.requestDevice({acceptAllDevices: true}));
    ask('file', showOpenFilePicker());"""
    with Site({"/": page(f"{HEAD}<script>addEventListener('load', () => {{ {script} }})</script>")}) as site:
        result, _sink = take(site.other + "/")
        after, _sink = take(site.url + "/")
    assert result.outcome == after.outcome == "complete"
    assert "given" not in result.text
    for refused in ("place=code1", "notices=denied", "camera=Not", "clipboard=NotAllowedError", "usb="):
        assert refused in result.text


def test_page_reaches_no_file_of_this_computer(take, tmp_path) -> None:
    (tmp_path / "secret.html").write_text("<p>OURSECRET</p>")
    where = (tmp_path / "secret.html").as_uri()
    script = f"""fetch('{where}').catch(() => document.body.append(' refused'));
    setTimeout(() => location = '{where}', 300); open('{where}')"""
    html = f"{HEAD}<iframe src='{where}'></iframe><img src='{where}'><a href='{where}'>a</a><script>{script}</script>"
    result, sink = record_of(take, {"/": page(html)})
    assert result.outcome == "complete"
    assert "refused" in result.text
    assert b"OURSECRET" not in b"".join(sink.data.values())
    assert result.url_final.startswith("http")


def test_endless_redirects_end_with_a_reason(take) -> None:
    pages = {"/": Reply(status=302, headers={"Location": "/?again"})}
    result, sink = record_of(take, pages)
    assert result.outcome == "failed"
    assert result.network["error"] == "net::ERR_TOO_MANY_REDIRECTS"
    _only_redirects_are_kept(result, sink)
    assert len(result.redirects) >= 10


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://nowhere.invalid/", "net::ERR_NAME_NOT_RESOLVED"),
        ("http://127.0.0.1:{free}/", "net::ERR_CONNECTION_REFUSED"),
        ("http://127.0.0.1:9/", "net::ERR_UNSAFE_PORT"),
        ("file:///etc/passwd", "net::ERR_UNSAFE_REDIRECT"),
        ("chrome://version/", "net::ERR_UNSAFE_REDIRECT"),
    ],
    ids=["unknown", "refused", "port", "file", "browser"],
)
def test_redirect_that_leads_to_no_page_fails_with_its_reason(take, to: str, reason: str) -> None:
    with socket.socket() as bound:  # bound and not listening: refused, and nobody else gets the port
        bound.bind(("127.0.0.1", 0))
        pages = {"/": Reply(status=302, headers={"Location": to.format(free=bound.getsockname()[1])})}
        result, sink = record_of(take, pages)
    assert (result.outcome, result.network["error"]) == ("failed", reason)
    _only_redirects_are_kept(result, sink)
    assert len(result.redirects) == 1


def _only_redirects_are_kept(result, sink) -> None:
    assert sink.roles() == {"capture-log", "wacz", "wacz-confidential"}
    assert result.navigation == []
    for packed in (d for name, d in sink.data.items() if name.endswith(".wacz")):
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            plain = b"".join(
                gzip.decompress(d) if n.endswith(".gz") else d for n in archive.namelist() for d in [archive.read(n)]
            )
        assert b"302 " in plain
        assert b"chrome-error" not in plain
        assert b"<html" not in plain
    assert b"chrome-error" not in sink.data["capture-log.json"]


def test_page_that_leads_on_for_ever_ends_within_its_bounds(take) -> None:
    pages = {"/": page(f"{HEAD}<script>setTimeout(() => location = '/?' + Math.random(), 60)</script>")}
    started = time.monotonic()
    with Site(pages) as site:
        result, sink = take(site.url + "/", page_seconds=40)
        asked = [path for path in site.asked if path != "/favicon.ico"]
    assert result.outcome == "complete"
    assert time.monotonic() - started < 75
    assert len(asked) == MAX_PAGES + 1
    assert result.url_final == site.url + asked[-2]
    assert "led on by itself too often" in next(s for s in result.steps if s["name"] == "sources")["detail"]
    told = json.loads(sink.data["capture-log.json"])["network"]["incomplete"]
    assert [x["url"] for x in told if x["body"].startswith("not let in")] == [site.url + asked[-1]]


def test_what_unpacks_without_end_is_broken_off_and_the_page_is_whole(take) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"A" * (1 << 20)) for _ in range(1000)) + packer.flush()
    pages = scripted("fetch('/bomb').then(r => r.arrayBuffer()).catch(() => 0)")
    pages |= {"/bomb": data(bomb, "application/json", Content_Encoding="gzip")}
    result, sink = record_of(take, pages)
    assert result.outcome == "complete", result.missing
    (told,) = json.loads(sink.data["capture-log.json"])["network"]["incomplete"]
    assert told["body"].startswith("broken off after")
    assert told["bytes"] < 300 << 20


@pytest.mark.slow
def test_document_that_unpacks_without_end_is_partial_with_its_beginning(take) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"word " * (1 << 18)) for _ in range(1000)) + packer.flush()
    result, sink = record_of(take, {"/": data(bomb, HTML, Content_Encoding="gzip")})
    assert result.outcome == "partial"
    assert "load" in result.missing
    assert len(sink.data["response.html"]) > 4 << 20
    told = next(s["detail"] for s in result.steps if s["name"] == "response-html")
    assert told.startswith("broken off after")


@pytest.mark.parametrize("where", ["document", "fetch"])
def test_few_bytes_that_unpack_to_200_mb_end_neither_the_browser_nor_the_page(take, where: str) -> None:
    packed = base64.b64decode(BROTLI_200_MB)
    headers = {"Content-Type": HTML if where == "document" else "application/octet-stream", "Content-Encoding": "br"}
    pages = {"/bomb": Reply(packed, headers=headers), "/": page(f"{HEAD}<script>fetch('/bomb')</script>")}
    pages |= {"/next": page(f"{HEAD}fine")}
    with Site(pages) as site:
        result, sink = take(site.url + ("/bomb" if where == "document" else "/"))
        assert "crashed" not in str(result.steps)
        assert "has been closed" not in str(result.steps)
        told = json.loads(sink.data["capture-log.json"])["network"]["incomplete"]
        assert site.url + "/bomb" in {x["url"] for x in told}
        assert {"first-view", "wacz"} <= sink.roles()
        assert take(site.url + "/next")[0].outcome == "complete"


@pytest.mark.slow
def test_gigabyte_of_text_is_partial_within_its_bounds(take) -> None:
    def text(write) -> None:
        for _ in range(1024):
            write(b"<p>words without end " * 49932)

    reply = Reply(headers={"Content-Type": HTML}, stream=text)
    started = time.monotonic()
    result, sink = record_of(take, {"/": reply}, page_seconds=60)
    assert result.outcome == "partial"
    assert time.monotonic() - started < 110
    assert sink.data.get("response.html") or "response-html" in result.missing


@pytest.mark.slow
def test_million_nodes_are_recorded_within_their_bounds(take) -> None:
    script = """const f = document.createDocumentFragment();
    for (let i = 0; i < 1000000; i++) f.append(document.createElement('i'));
    document.body.append(f); document.body.append('after them')"""
    result, sink = record_of(take, scripted(script))
    assert result.outcome in {"complete", "partial"}
    assert {"first-view", "response-html", "wacz"} <= sink.roles()


@pytest.mark.parametrize(
    ("body", "media_type", "expected"),
    [
        ("<h1>été 中文</h1>".encode(), "text/html", "中文"),
        ("<h1>d'été à Noël</h1>".encode("latin-1"), "text/html; charset=iso-8859-1", "d'été à Noël"),
        ("<h1>こんにちは</h1>".encode("shift_jis"), "text/html; charset=shift_jis", "こんにちは"),
        ("<h1>안녕하세요</h1>".encode("euc-kr"), "text/html; charset=euc-kr", "안녕하세요"),
        ("<h1>简体中文</h1>".encode("gb18030"), "text/html; charset=gb18030", "简体中文"),
        ("<h1>привет</h1>".encode("koi8-r"), "text/html; charset=koi8-r", "привет"),
        ("<h1 dir=rtl>שלום مرحبا بالعالم</h1>".encode(), "text/html; charset=utf-8", "مرحبا بالعالم"),
        (b"<h1>before \xff\xfe\xc3\x28\xf0\x9f after</h1>", "text/html; charset=utf-8", "after"),
        ("<h1>utf-8 été</h1>".encode() + "<p>latin été</p>".encode("latin-1"), "text/html; charset=utf-8", "utf-8 été"),
        (b"<h1>nul \x00 inside</h1>", "text/html; charset=utf-8", "inside"),
    ],
    ids=["sniffed", "latin", "japanese", "korean", "chinese", "cyrillic", "rtl", "invalid", "mixed", "nul"],
)
def test_text_in_any_letters_is_kept_byte_for_byte_and_read(take, body: bytes, media_type: str, expected: str) -> None:
    meta = b"<!doctype html><meta charset=utf-8>" if media_type == "text/html" else b"<!doctype html>"
    with Site({"/": data(meta + body, media_type)}) as site:
        result, sink = take(site.url + "/")
        text_only, _sink = take(site.url + "/", Subject.UNKNOWN)
    assert result.outcome == "complete"
    assert sink.data["response.html"] == bodies(sink)[site.url + "/"] == meta + body
    assert expected in result.text
    assert expected in sink.data["text.txt"].decode()
    assert text_only.outcome == "complete"
    assert expected in text_only.text or media_type.endswith("utf-8")


def test_page_that_refuses_browsers_without_a_window_is_kept_as_it_answered(take) -> None:
    script = """if (/Headless/.test(navigator.userAgent) || navigator.webdriver)
      document.body.textContent = 'Please use a normal browser.'"""
    result, sink = record_of(take, scripted(script))
    assert result.outcome == "complete"
    assert "Please use a normal browser." in result.text
    assert "Headless" in result.browser["user_agent"]
    assert b"the words" in sink.data["response.html"]


def test_download_that_a_script_begins_is_refused_and_kept(take) -> None:
    script = """setTimeout(() => { const a = document.createElement('a'); a.href = '/f.bin'; a.download = '../../x';
    document.body.append(a); a.click(); const b = document.createElement('a'); b.download = 'y';
    b.href = URL.createObjectURL(new Blob(['made here'])); b.click(); location = '/g.bin' }, 100)"""
    files = {f"/{n}.bin": data(bytes(range(200)), "application/octet-stream") for n in "fg"}
    result, sink = record_of(take, scripted(script) | files)
    assert result.outcome == "complete"
    assert "the words" in result.text
    assert "f.bin" in sink.data["capture-log.json"].decode()


def test_page_that_stops_answering_at_its_end_does_not_outstay_its_time(take) -> None:
    script = "addEventListener('scroll', () => { for (;;); }); document.body.style.height = '9000px'"
    started = time.monotonic()
    with Site({"/": page(f"{HEAD}<script>{script}</script>")}) as site:
        result, _sink = take(site.url + "/", page_seconds=12, load_seconds=8)
    assert result.outcome == "partial"
    assert time.monotonic() - started < 12 + 8  # what was begun is written to its end


def test_no_program_of_ours_listens_where_a_page_could_reach_it(take) -> None:
    found: list[list[int]] = []

    def look(_write) -> None:
        programs = [p for p in psutil.Process().children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]
        held = [c for p in programs for c in p.net_connections("inet") if c.status == psutil.CONN_LISTEN]
        found.append([len(programs), *(c.laddr.port for c in held)])

    reply = Reply(headers={"Content-Type": "image/png"}, stream=look)
    with Site({"/": page(f"{HEAD}<img src=/look.png>"), "/look.png": reply}) as site:
        result, _sink = take(site.url + "/")
    assert result.outcome == "complete"
    (programs, *ports) = found[0]
    assert programs > 3  # driver and browser
    assert ports == []
