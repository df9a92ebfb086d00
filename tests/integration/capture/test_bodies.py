# ruff: noqa: E501 - pages stand on one line
"""Every response that the page received is in the archive, byte for byte, or the archive says that it is not."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import json
import random
import time
import zipfile
from dataclasses import replace

import pytest

from evidence_kit.settings import Settings
from tests.kit.site import Reply, Site, data, page, png

READERS = {
    "fetch-blob": "fetch(U).then(r => r.blob())",
    "fetch-buffer": "fetch(U).then(r => r.arrayBuffer())",
    "fetch-text": "fetch(U).then(r => r.text())",
    "fetch-unread": "fetch(U)",
    "fetch-cancelled": "fetch(U).then(r => r.body.cancel())",
    "xhr-blob": "x = new XMLHttpRequest(); x.open('GET', U); x.responseType = 'blob'; x.send()",
    "xhr-buffer": "x = new XMLHttpRequest(); x.open('GET', U); x.responseType = 'arraybuffer'; x.send()",
    "img": "x = new Image(); x.src = U; document.body.append(x)",
    "video": "x = document.createElement('video'); x.preload = 'auto'; x.src = U; document.body.append(x)",
    "css": "x = document.createElement('link'); x.rel = 'stylesheet'; x.href = U; document.head.append(x)",
    "font": "new FontFace('x', `url(${U})`).load().catch(() => 0)",
    "script": "x = document.createElement('script'); x.src = U; document.head.append(x)",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${location.origin}${U}').then(r => r.blob())`])))",
}
TYPES = {"img": "image/png", "video": "video/mp4", "css": "text/css", "font": "font/woff2", "script": "text/javascript"}


def records(sink) -> dict[str, list]:
    from warcio.archiveiterator import ArchiveIterator

    found: dict[str, list] = {}
    with zipfile.ZipFile(io.BytesIO(sink.data["archive.wacz"])) as archive:
        for record in ArchiveIterator(io.BytesIO(archive.read("archive/data.warc.gz")), check_digests="raise"):
            content = record.content_stream().read()
            url = record.rec_headers["WARC-Target-URI"]
            found.setdefault(url, []).append((record.rec_type, dict(record.rec_headers.headers), content))
    return found


def response(sink, url: str) -> tuple[dict, bytes]:
    return next((headers, content) for kind, headers, content in records(sink)[url] if kind == "response")


@pytest.mark.parametrize("chunked", [False, True])
def test_each_kind_of_reading_kept_byte_for_byte(take, chunked: bool) -> None:
    pages, sent, script = {}, {}, ""
    for kind, code in READERS.items():
        for size in (700, 400_000):
            path = f"/{kind}/{size}"
            body = (png(9, 9, (1, 2, 3)) if kind == "img" else b"") + random.Random(path).randbytes(size)
            media_type = TYPES.get(kind, "application/octet-stream")
            sent[path] = hashlib.sha256(body).hexdigest()
            pieces = [body[i : i + 50_000] for i in range(0, len(body), 50_000)]
            pages[path] = data(body, media_type)
            if chunked:
                pages[path] = Reply(headers={"Content-Type": media_type}, stream=lambda w, p=pieces: [w(x) for x in p])
            script += f"{{ const U = '{path}'; let x; {code} }}\n"
    pages["/"] = page(f"<!doctype html><body><h1>x</h1><script>{script}</script>")
    with Site(pages) as site:
        result, sink = take(site.url + "/")
        kept = records(sink)
        found = {}
        for path in sent:
            for kind, headers, content in kept[site.url + path]:
                if kind == "response" and not (kind == "video" and "WARC-Truncated" in headers):
                    found[path] = hashlib.sha256(content).hexdigest()
    assert found == sent
    assert result.outcome == "complete"
    assert json.loads(sink.data["capture-log.json"])["network"]["incomplete_count"] == len(
        [k for k, v in kept.items() if any(r[0] == "metadata" for r in v)]
    )


def test_body_that_could_not_be_kept_is_not_an_empty_one(take) -> None:
    pages = {
        "/": page("<h1>x</h1><script>fetch('/lost').then(r => r.blob()); fetch('/empty').then(r => r.blob())</script>"),
        "/lost": Reply(headers={"Content-Type": "text/plain"}, stream=lambda write: write(b"drained into a Blob" * 99)),
        "/empty": data(b"", "text/plain"),
    }
    with Site(pages) as site:
        _result, sink = take(site.url + "/")
        headers, _content = response(sink, site.url + "/lost")
        assert headers["WARC-Truncated"] == "unspecified"
        assert any(b"went over the wire" in c for k, _h, c in records(sink)[site.url + "/lost"] if k == "metadata")
        assert "WARC-Truncated" not in response(sink, site.url + "/empty")[0]
        log = json.loads(sink.data["capture-log.json"])["network"]
    assert [x["url"] for x in log["incomplete"]] == [site.url + "/lost"]
    assert "none of them could be kept" in log["incomplete"][0]["body"]


HTML = "<!doctype html><title>é</title><p>Déjà vu, œuvre €"
DOCUMENTS = {
    "utf-8": ("text/html; charset=utf-8", HTML.encode()),
    "latin": ("text/html; charset=iso-8859-1", HTML.encode("cp1252")),
    "latin by meta": ("text/html", ("<meta charset=iso-8859-1>" + HTML).encode("cp1252")),
    "controls": ("text/html; charset=iso-8859-1", b"<p>\x81\x8d\x8f\x90\x9d \x80"),
    "utf-16": ("text/html", codecs.BOM_UTF16_LE + HTML.encode("utf-16-le")),
    "utf-16-be": ("text/html", codecs.BOM_UTF16_BE + HTML.encode("utf-16-be")),
    "bom": ("text/html", codecs.BOM_UTF8 + HTML.encode()),
    "invalid": ("text/html; charset=utf-8", b"<p>caf\xe9 \xff\xfe\x80 \xc3"),
    "shift-jis": ("text/html; charset=shift_jis", "<p>日本語".encode("shift_jis")),
    "nul": ("text/html", b"<p>a\x00b\r\nc\rd"),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_kept_byte_for_byte(take, name: str, packed: bool) -> None:
    media_type, body = DOCUMENTS[name]
    reply = data(
        gzip.compress(body) if packed else body, media_type, **({"Content_Encoding": "gzip"} if packed else {})
    )
    with Site({"/": reply}) as site:
        result, sink = take(site.url + "/", load_seconds=10)
    assert (result.outcome, sink.data["response.html"]) == ("complete", body)
    headers, content = response(sink, site.url + "/")
    assert content == body
    assert "WARC-Truncated" not in headers


def test_document_not_byte_for_byte_says_so(take) -> None:
    body = b"<p>caf\xe9 \xff\xfe\x80 \xc3 <!--" + b"x" * 200_000 + b"-->"
    with Site({"/": data(body, "text/html; charset=utf-8")}) as site:
        result, sink = take(site.url + "/")
        said = any(b"not byte for byte" in c for k, _h, c in records(sink)[site.url + "/"] if k == "metadata")
    step = next(s for s in result.steps if s["name"] == "response-html")
    exact = sink.data["response.html"] == body
    assert exact is not said
    assert exact is not ("not byte for byte" in step["detail"])


def test_document_cut_by_the_server_kept_as_far_as_it_came(take) -> None:
    half = b"<!doctype html><h1>first words</h1>" + b" " * 2000
    reply = Reply(headers={"Content-Type": "text/html", "Content-Length": "9000"}, stream=lambda write: write(half))
    with Site({"/": reply}) as site:
        _result, sink = take(site.url + "/")
        headers, content = response(sink, site.url + "/")
    assert sink.data["response.html"] == half == content
    assert "WARC-Truncated" in headers


def test_endless_stream_reaches_the_page(take) -> None:
    def lines(write) -> None:
        for _ in range(100):
            write(b'{"line": 1}\n')
            time.sleep(0.1)

    html = "<h1>x</h1><script>fetch('/s').then(r => r.body.getReader().read()).then(() => document.body.append('came'))</script>"
    pages = {"/": page(html), "/s": Reply(headers={"Content-Type": "application/x-ndjson"}, stream=lines)}
    with Site(pages) as site:
        result, sink = take(site.url + "/", settings=Settings(ask_clock=False, ask_dns=False, load_seconds=5))
        assert b'{"line": 1}' in response(sink, site.url + "/s")[1]
    assert "came" in result.text


def test_page_that_leads_on_at_once_kept_beside_the_next(take) -> None:
    html = "<!doctype html><meta http-equiv=refresh content='0;url=/next'><h1>before</h1>"
    with Site({"/": page(html), "/next": page("<!doctype html><h1>after</h1>")}) as site:
        result, sink = take(site.url + "/")
        assert response(sink, site.url + "/")[1] == html.encode()
        assert b"after" in response(sink, site.url + "/next")[1]
    assert "after" in result.text
    assert result.outcome == "complete"


def test_source_of_the_page_that_a_page_led_on_to_is_kept_beside_its_own(take) -> None:
    led_on = "<script>addEventListener('scroll', () => { location = '/next' }, {once: true})</script>"
    html = f"<!doctype html><h1 style='height: 5000px'>before</h1>{led_on}"
    after = replace(page("<!doctype html><h1>after</h1>"), status=410)
    with Site({"/": page(html), "/next": after}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.url_final) == ("complete", site.url + "/next")
    assert sink.data["response.html"] == html.encode()
    assert b"after" in sink.data["response-2.html"]
    assert result.network["response"]["status"] == 410  # that of the page that the pictures show
    told = [s["detail"] for s in result.steps if s["name"] == "response-html"]
    assert told[0] == ""
    assert "led on by itself" in told[1]


def test_long_answer_that_a_script_took_as_a_blob_is_read_from_it_while_the_page_holds_it(take) -> None:
    size = (17 << 20) + 5
    bodies = {name: random.Random(name).randbytes(size + n) for n, name in enumerate(("held", "named", "gone"))}
    script = """(async () => {
      window.held = await (await fetch('/held')).blob();
      const a = document.createElement('a'); a.textContent = 'file'; document.body.append(a);
      a.href = URL.createObjectURL(await (await fetch('/named')).blob());
      await (await fetch('/gone')).blob(); document.body.append('all came') })()"""
    pages = {f"/{name}": data(body, "application/octet-stream") for name, body in bodies.items()}
    with Site(pages | {"/": page(f"<!doctype html><body><h1>x</h1><script>{script}</script>")}) as site:
        result, sink = take(site.url + "/")
        assert "all came" in result.text
        kept = {name: response(sink, f"{site.url}/{name}") for name in bodies}
        log = json.loads(sink.data["capture-log.json"])["network"]["incomplete"]
    assert kept["held"][1] == bodies["held"]
    assert kept["named"][1] == bodies["named"]
    assert not kept["gone"][1]
    told = {x["url"].rpartition("/")[2]: x["body"] for x in log}
    assert told["held"] == told["named"]
    assert "read from a Blob that the page held" in told["held"]
    assert "none of them could be kept" in told["gone"]
    assert [n for n in kept if "WARC-Truncated" in kept[n][0]] == ["gone"]


def test_answer_of_untold_length_is_kept_as_it_comes_and_given_to_the_page_up_to_a_bound(take) -> None:
    kind = {"Content-Type": "application/octet-stream"}
    small, long = random.Random(1).randbytes(3 << 20), random.Random(2).randbytes(17 << 20)

    def stalled(write) -> None:
        write(small[:70_000])
        for _ in range(100):
            write(b"")
            time.sleep(0.2)

    def pieces(body):
        return lambda write: [write(body[i : i + 100_000]) for i in range(0, len(body), 100_000)]

    script = """const say = words => document.body.append(' ' + words);
    fetch('/small').then(r => r.blob()).then(b => say('small ' + b.size));
    fetch('/long').then(r => r.blob()).then(b => say('long ' + b.size), () => say('long failed'));
    fetch('/stalled').then(r => r.blob())"""
    pages = {"/small": Reply(headers=kind, stream=pieces(small)), "/long": Reply(headers=kind, stream=pieces(long))}
    pages |= {"/stalled": Reply(headers=kind, stream=stalled), "/": page(f"<h1>x</h1><script>{script}</script>")}
    with Site(pages) as site:
        result, sink = take(site.url + "/")
        kept = {name: response(sink, f"{site.url}/{name}") for name in ("small", "long", "stalled")}
        log = json.loads(sink.data["capture-log.json"])["network"]["incomplete"]
    assert result.outcome == "complete"
    assert f"small {len(small)}" in result.text
    assert "long failed" in result.text
    assert [kept["small"][1], kept["long"][1]] == [small, long]
    assert small[:70_000].startswith(kept["stalled"][1])
    assert len(kept["stalled"][1]) >= 64 << 10
    told = {x["url"].rpartition("/")[2]: x["body"] for x in log}
    assert told["long"].startswith("kept whole")
    assert told["stalled"].startswith("not whole: kept as far as it came")
    assert "small" not in told
