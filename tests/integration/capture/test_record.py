"""What the record of the network keeps, and what of it may leave."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
from collections import Counter
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from evidence_kit.capture import BrowserHost, make_plan
from evidence_kit.records import Subject
from tests.integration.capture.conftest import QUIET
from tests.integration.capture.test_pages import bodies, warc
from tests.kit.sinks import MemorySink
from tests.kit.site import Reply, Site, data, page, png


def test_tokens_in_addresses_are_in_the_confidential_archive_only(take) -> None:
    secret = [f"TOPSECRET{i}abc" for i in range(6)]
    inside = f"<!doctype html><h1>In</h1><img src='/p.png?sid={secret[2]}'><script src=/s.js></script>"
    script = f"fetch('/d?jwt={secret[3]}', {{referrer: '/login?auth={secret[4]}', referrerPolicy: 'unsafe-url'}})"
    pages = {
        "/": Reply(status=302, headers={"Location": f"/cb?code={secret[0]}&lang=fr"}),
        "/cb": Reply(status=302, headers={"Location": f"/in?access_token={secret[1]}"}),
        "/in": page(inside, Link=f"</feed?api_key={secret[5]}>; rel=alternate"),
        "/p.png": data(png(9, 9, (1, 2, 3)), "image/png"),
        "/s.js": data(script.encode(), "text/javascript"),
        "/d": data(b"{}", "application/json"),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    exported = warc(sink).replace(inside.encode(), b"").replace(script.encode(), b"")  # bodies are as they came
    assert b"TOPSECRET" not in exported
    assert all(one.encode() in warc(sink, "archive-confidential.wacz") for one in secret)
    with zipfile.ZipFile(io.BytesIO(sink.data["archive.wacz"])) as archive:
        names = [n for n in archive.namelist() if not n.startswith("archive/")]
        described = {n: gzip.decompress(archive.read(n)) if n.endswith(".gz") else archive.read(n) for n in names}
    assert not [n for n, content in described.items() if b"TOPSECRET" in content]
    assert result.url_final == f"{site.url}/in?access_token={'x' * 13}"
    assert result.redirects[0]["location"] == f"/cb?code={'x' * 13}&lang=fr"
    told = [result.redirects, result.navigation, result.network, result.steps, sink.data["capture-log.json"].decode()]
    assert "TOPSECRET" not in str(told)


def sent(sink) -> dict[str, bytes]:
    """What the requests of the confidential archive carry."""
    with zipfile.ZipFile(io.BytesIO(sink.data["archive-confidential.wacz"])) as archive:
        records = ArchiveIterator(io.BytesIO(archive.read("archive/data.warc.gz")), check_digests="raise")
        return {
            urlsplit(r.rec_headers["WARC-Target-URI"]).path: r.content_stream().read()
            for r in records
            if r.rec_type == "request"
        }


def incomplete(sink) -> dict[str, str]:
    listed = json.loads(sink.data["capture-log.json"])["network"]["incomplete"]
    return {urlsplit(x["url"]).path: x["body"] or x["error"] for x in listed}


def test_what_a_page_sends_is_kept_whatever_it_is_made_of(take) -> None:
    js = """const all = new Uint8Array(256).map((_, i) => i), blob = new Blob(['begins ', all]);
    const form = new FormData(); form.append('word', 'été'); form.append('up', new File([all], 'a.bin'));
    const x = new XMLHttpRequest(); x.open('POST', '/xhr'); x.send(blob);
    fetch('/blob', {method: 'POST', body: blob}); fetch('/form', {method: 'POST', body: form});
    fetch('/plain', {method: 'POST', body: 'plain words'}); navigator.sendBeacon('/beacon', blob);
    const url = URL.createObjectURL(new Blob([`fetch('${location.origin}/worker',
      {method: 'POST', mode: 'no-cors', body: new Blob(['from a worker'])})`])); new Worker(url);"""
    paths = ("/xhr", "/blob", "/form", "/plain", "/beacon", "/worker")
    pages = {p: data(b"ok", "text/plain") for p in paths} | {
        "/": page(f"<!doctype html><h1>x</h1><script>{js}</script>")
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    whole = bytes(range(256))
    assert result.outcome == "complete"
    found = sent(sink)
    assert found["/xhr"] == found["/blob"] == found["/beacon"] == b"begins " + whole
    assert found["/plain"] == b"plain words"
    assert found["/worker"] == b"from a worker"
    assert whole in found["/form"]
    assert "été".encode() in found["/form"]
    assert whole not in warc(sink)
    assert b"plain words" not in warc(sink).replace(pages["/"].body, b"")


def test_nothing_is_asked_for_ahead_unrecorded_and_what_the_page_wished_is_named(take) -> None:
    rules = json.dumps({k: [{"urls": [f"/{k}"], "eagerness": "immediate"}] for k in ("prefetch", "prerender")})
    frame = "<p>x<script type=speculationrules>" + rules.replace('["/', '["/in-') + "</script>"
    html = f"<!doctype html><h1>x</h1><script type=speculationrules>{rules}</script><link rel=prefetch href=/linked>"
    pages = {"/": page(html + "<iframe src=/frame></iframe>"), "/frame": page(frame), "/linked": page("linked words")}
    with Site(pages) as site:
        result, sink = take(site.url + "/")
        time.sleep(0.5)  # whatever is asked for late is asked for all the same
        asked = {path for path in site.asked if path != "/favicon.ico"}
    assert result.outcome == "complete"
    assert asked == {"/", "/frame", "/linked"}
    assert bodies(sink)[site.url + "/linked"] == b"linked words"
    assert incomplete(sink) == {}
    wished = [f"{site.url}/{where}{kind}" for where in ("", "in-") for kind in ("prefetch", "prerender")]
    assert sorted(json.loads(sink.data["capture-log.json"])["not_asked_ahead"]) == sorted(wished)
    assert next(s for s in result.steps if s["name"] == "sources")["not_asked_ahead"] == len(wished)


def test_nothing_is_asked_for_ahead_where_pictures_are_chosen(take) -> None:
    rules = '{"prefetch": [{"source": "list", "urls": ["/p.png"], "eagerness": "immediate"}]}'
    made = f"const s = document.createElement('script'); s.type = 'speculationrules'; s.textContent = '{rules}'"
    hidden = f"<div id=d></div><script>{made}; d.attachShadow({{mode: 'closed'}}).append(s)</script>"
    pages = {
        "/written": page(f"<!doctype html><h1>x</h1><script type=speculationrules>{rules}</script>"),
        "/made": page(f"<!doctype html><h1>x</h1><script>{made}; document.head.append(s)</script>"),
        "/header": page("<!doctype html><h1>x</h1>", Speculation_Rules='"/rules"'),
        "/hidden": page(f"<!doctype html><h1>x</h1>{hidden}"),
        "/rules": data(rules.encode(), "application/speculationrules+json"),
        "/p.png": data(png(9, 9, (1, 2, 3)), "image/png"),
    }
    with Site(pages) as site:
        for path in ("/written", "/made", "/header", "/hidden"):
            take(site.url + path, Subject.SELECTED)
        assert "/p.png" not in site.asked


def test_browser_that_asks_ahead_all_the_same_is_told_of(monkeypatch) -> None:
    monkeypatch.setattr("evidence_kit.capture.browser._ENABLED_FEATURES", ())
    rules = '{"prefetch": [{"source": "list", "urls": ["/p.png"], "eagerness": "immediate"}]}'
    made = f"const s = document.createElement('script'); s.type = 'speculationrules'; s.textContent = '{rules}'"
    hidden = f"<div id=d></div><script>{made}; d.attachShadow({{mode: 'closed'}}).append(s)</script>"
    pages = {"/": page(f"<!doctype html><h1>x</h1>{hidden}"), "/p.png": data(png(9, 9, (1, 2, 3)), "image/png")}
    sinks = {subject: MemorySink() for subject in (Subject.ADULT, Subject.SELECTED)}
    with Site(pages) as site, BrowserHost() as older:
        results = {s: older.capture(make_plan(site.url + "/", s, QUIET), sink) for s, sink in sinks.items()}
    assert site.asked.count("/p.png") == 2
    assert incomplete(sinks[Subject.ADULT]) == {
        "/p.png": "asked for ahead because the page wished it; the browser keeps such an answer to itself"
    }
    refused = {x["url"]: x["reason"] for x in results[Subject.SELECTED].selection["refused"]}
    assert refused == {site.url + "/p.png": "the page had it asked for ahead; it was neither shown nor kept"}
    assert pages["/p.png"].body not in warc(sinks[Subject.SELECTED], "archive-confidential.wacz")


def test_document_that_a_service_worker_got_ahead_is_kept_as_it_was_given(take) -> None:
    worker = """addEventListener('activate', e => e.waitUntil(registration.navigationPreload.enable()
      .then(() => clients.claim())));
    addEventListener('fetch', e => { if (e.request.mode === 'navigate')
      e.respondWith((async () => (await e.preloadResponse) || fetch(e.request))()) })"""
    js = """(async () => { const c = navigator.serviceWorker; await c.register('/sw.js');
      if (!c.controller) await new Promise(r => c.oncontrollerchange = r);
      const f = document.createElement('iframe'); f.src = '/inner'; document.body.append(f) })()"""
    html = f"<!doctype html><body><h1>x</h1><script>{js}</script>"
    with Site(
        {"/": page(html), "/inner": page("<p>inner words"), "/sw.js": data(worker.encode(), "text/javascript")}
    ) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert "inner words" in result.text
    kept = warc(sink)
    assert kept.count(b"<p>inner words") == 1
    assert incomplete(sink)["/inner"].startswith("14 bytes were asked for ahead and handed to the site's own worker")


def test_whole_answers_that_the_browser_withholds_are_whole(take) -> None:
    file = bytes(range(256)) * 20
    pages = {
        "/dl": data(file, "application/zip", Content_Disposition="attachment; filename=a.zip"),
        "/far": data(b"of another origin " * 40, "text/plain"),
    }
    with Site(pages) as site:
        js = f"d.click(); fetch('{site.other}/far').catch(() => 0)"
        link = "<a id=d href=/dl download>file</a><iframe src=/dl?2></iframe>"
        html = f"<!doctype html><h1>x</h1>{link}<script>{js}</script>"
        site.pages["/"] = page(html)
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert bodies(sink)[site.url + "/dl"] == bodies(sink)[site.url + "/dl?2"] == file
    assert bodies(sink)[site.other + "/far"] == pages["/far"].body
    assert incomplete(sink) == {}
    assert b"WARC-Truncated" not in warc(sink)


def test_each_piece_of_a_streamed_film_is_in_the_archive(take) -> None:
    pieces = [bytes([i]) * (40_000 + i) for i in range(1, 7)]
    playlist = (
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"
        + "".join(f"#EXTINF:4,\nseg{i}.m4s\n" for i in range(6))
        + "#EXT-X-ENDLIST\n"
    )
    js = """(async () => {
      const lines = (await (await fetch('/film/list.m3u8')).text()).split('\\n').filter(l => l && l[0] !== '#');
      const source = new MediaSource(), v = document.querySelector('video'); v.src = URL.createObjectURL(source);
      await new Promise(r => source.onsourceopen = r);
      const buffer = source.addSourceBuffer('video/webm; codecs="vp8"');
      for (const [i, line] of lines.entries()) {
        let bytes;
        if (i % 2) bytes = await (await fetch('/film/' + line)).arrayBuffer();
        else bytes = await new Promise(r => { const x = new XMLHttpRequest(); x.open('GET', '/film/' + line);
          x.responseType = 'arraybuffer'; x.onload = () => r(x.response); x.send() });
        try { buffer.appendBuffer(bytes) } catch (e) {}
      }
      document.body.append('played ' + lines.length) })()"""
    pages = {f"/film/seg{i}.m4s": data(piece, "video/iso.segment") for i, piece in enumerate(pieces)}
    pages |= {
        "/": page(f"<!doctype html><h1>x</h1><video></video><script>{js}</script>"),
        "/film/list.m3u8": data(playlist.encode(), "application/vnd.apple.mpegurl"),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert "played 6" in result.text
    kept = bodies(sink)
    assert [kept[f"{site.url}/film/seg{i}.m4s"] for i in range(6)] == pieces
    assert kept[site.url + "/film/list.m3u8"] == playlist.encode()
    assert incomplete(sink) == {}


def test_answer_that_stalls_is_kept_as_far_as_it_came_or_says_that_nothing_could_be(take) -> None:
    def stall(write) -> None:
        write(b"first half " * 50)
        while True:
            write(b"")
            time.sleep(0.2)

    js = """const x = new XMLHttpRequest(); x.open('GET', '/seen'); x.send();
    const y = new XMLHttpRequest(); y.open('GET', '/drained'); y.responseType = 'blob'; y.send();"""
    reply = {"Content-Type": "application/json", "Content-Length": "5000"}
    pages = {p: Reply(headers=reply, stream=stall) for p in ("/seen", "/drained")}
    with Site(pages | {"/": page(f"<!doctype html><h1>x</h1><script>{js}</script>")}) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert bodies(sink)[site.url + "/seen"] == b"first half " * 50
    told = incomplete(sink)
    assert told["/seen"] == "not whole: kept as far as it came"
    assert told["/drained"].endswith(("nothing of it could be kept", "none of them could be kept"))


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_read_where_only_text_may_be(take, charset: str) -> None:
    html = "<html><h1>d'été</h1><p>plain words and 中文</p>"
    with Site({"/": data(html.encode(charset), "text/html")}) as site:
        result, sink = take(site.url + "/", Subject.MINOR)
    assert (result.outcome, result.missing) == ("complete", ())
    assert "d'été" in sink.data["text.txt"].decode()
    assert "plain words and 中文" in sink.data["text.txt"].decode()


def test_picture_that_the_browser_gave_up_or_that_is_replaced_for_ever_is_not_called_whole(take) -> None:
    dot = png(20, 20, (1, 2, 3))

    def replaced(write) -> None:
        for _ in range(40):
            write(b"--B\r\nContent-Type: image/png\r\n\r\n" + dot + b"\r\n")
            time.sleep(0.1)

    def slow(write) -> None:
        write(b"<p>no picture" * 9)
        time.sleep(0.3)
        write(b", and more")

    names = ("good", "known", "slow", "replaced")
    pages = {
        "/": page("<!doctype html><h1>x</h1>" + "".join(f"<img src=/{n}>" for n in names)),
        "/good": Reply(headers={"Content-Type": "image/png"}, stream=lambda write: write(dot)),
        "/known": data(b"<p>no picture", "text/html"),
        "/slow": Reply(headers={"Content-Type": "text/html"}, stream=slow, status=404),
        "/replaced": Reply(headers={"Content-Type": "multipart/x-mixed-replace; boundary=B"}, stream=replaced),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    kept = bodies(sink)
    assert result.outcome == "complete"
    assert (kept[site.url + "/good"], kept[site.url + "/known"]) == (dot, b"<p>no picture")
    assert kept[site.url + "/slow"] == b"<p>no picture" * 9
    assert dot in kept[site.url + "/replaced"]
    told = incomplete(sink)
    assert set(told) == {"/slow", "/replaced"}
    assert "took no more of it" in told["/slow"]
    assert "replaced again and again" in told["/replaced"]
    assert warc(sink).count(b"WARC-Truncated: unspecified") == 2


def test_document_that_does_not_unpack_says_why(take) -> None:
    reply = data(b"<!doctype html><h1>not packed at all</h1>", "text/html", Content_Encoding="gzip")
    with Site({"/": reply}) as site:
        result, sink = take(site.url + "/", load_seconds=6)
    assert result.outcome == "partial"
    load = next(s for s in result.steps if s["name"] == "load")
    assert load["detail"] == "the document broke off (net::ERR_CONTENT_DECODING_FAILED)"
    assert "CONTENT_DECODING_FAILED" in incomplete(sink)["/"]


def test_headers_are_kept_in_the_order_and_the_bytes_in_which_they_came(take) -> None:
    wide, narrow = "日本 \u0081".encode(), "Zoë".encode("latin-1")
    headers = {"Content-Type": "text/html", "X-B": ["2", "1"], "X-Wide": wide.decode("latin-1"), "x-a": "0"}
    pages = {
        "/": Reply(b"<!doctype html><h1>x</h1>", headers=headers | {"X-Narrow": narrow.decode("latin-1"), "X-Z": "9"}),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    lines = warc(sink).partition(b"msgtype=response")[2].partition(b"<!doctype")[0].split(b"\r\n")
    ours = [line for line in lines if line[:2] in {b"X-", b"x-"} and not line.startswith(b"X-Archive")]
    assert ours == [b"X-B: 2", b"X-B: 1", b"X-Wide: " + wide, b"x-a: 0", b"X-Narrow: " + narrow, b"X-Z: 9"]
    told = {h["name"]: h["value"] for h in result.network["response"]["headers"]}
    assert told["X-Narrow"] == "Zoë"
    assert told["X-Wide"].startswith("日本")


def test_every_answer_that_the_site_gave_a_mixed_page_is_in_the_archive(take) -> None:
    far, worker = b"of another origin " * 40, b"fetch('/of-worker').then(r => r.text())"
    script = """fetch('/json?a=1').then(r => r.json()); fetch('/json?a=2', {method: 'POST', body: 'x'});
    fetch('/moved').then(r => r.text()); fetch('/none'); fetch('/gone');
    fetch('/ranged', {headers: {Range: 'bytes=2-5'}}); new Worker('/worker.js');
    navigator.sendBeacon('/beacon', 'x'); import('/module.js');
    fetch('OTHER/far', {mode: 'no-cors'}); const x = new XMLHttpRequest(); x.open('HEAD', '/head'); x.send();
    new FontFace('x', 'url(/font)').load().catch(() => 0)"""
    pages = {
        "/frame": page("<!doctype html><p>frame<img src=/pic?frame>"),
        "/style.css": data(b"@import '/more.css'; body { background: url(/pic?css) }", "text/css"),
        "/more.css": data(b"p { color: red }", "text/css"),
        "/pic": data(png(9, 9, (1, 2, 3)), "image/png"),
        "/json": data(b'{"a": 1}', "application/json"),
        "/moved": Reply(status=301, headers={"Location": "/json?moved"}),
        "/none": Reply(status=204, headers={"Content-Type": "text/plain"}),
        "/gone": Reply(b"gone", status=410),
        "/ranged": Reply(b"2345", status=206, headers={"Content-Range": "bytes 2-5/9", "Content-Type": "video/mp4"}),
        "/worker.js": data(worker, "text/javascript"),
        "/of-worker": data(b"for the worker", "text/plain"),
        "/module.js": data(b"export {}", "text/javascript"),
        "/beacon": data(b"", "text/plain"),
        "/head": data(b"", "text/plain"),
        "/font": data(b"no font", "font/woff2"),
        "/linked": data(b"linked", "text/plain"),
        "/far": data(far, "text/plain"),
    }
    with Site(pages) as site:
        inside = f"<iframe src=/frame></iframe><iframe src={site.other}/frame></iframe>"
        inside += "<img src=/pic?page srcset='/pic?2 2x'>"
        links = "<link rel=stylesheet href=/style.css><link rel=preload as=image href=/pic?page>"
        links += "<link rel=prefetch href=/linked>"
        html = f"<!doctype html>{links}<body>{inside}<script>{script.replace('OTHER', site.other)}</script>"
        site.pages["/"] = page(html)
        result, sink = take(site.url + "/")
        asked = Counter(path for path in site.asked)
    with zipfile.ZipFile(io.BytesIO(sink.data["archive.wacz"])) as archive:
        kept = [
            (urlsplit(r.rec_headers["WARC-Target-URI"]), r.http_headers.get_statuscode())
            for r in ArchiveIterator(io.BytesIO(archive.read("archive/data.warc.gz")), check_digests="raise")
            if r.rec_type == "response"
        ]
    assert result.outcome == "complete"
    assert Counter(u.path + (f"?{u.query}" if u.query else "") for u, _status in kept) == asked
    assert {status for _u, status in kept} == {"200", "204", "206", "301", "404", "410"}
    assert incomplete(sink) == {}
    assert len(kept) >= 20
