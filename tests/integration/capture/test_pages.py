# ruff: noqa: E501 - pages and pictures stand on one line
from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

from PIL import Image

from evidence_kit.canonical import to_canonical
from evidence_kit.capture import PngStrips
from evidence_kit.settings import Settings
from tests.kit.site import HTML, Reply, Site, data, page, png

BIN = Path(sys.executable).parent
ROLES = {
    "first-view", "screenshot", "response-html", "dom-html", "pdf", "wacz", "wacz-confidential", "text", "capture-log",
    "thumbnail",
}  # fmt: skip
BANDS = "".join(
    f'<div style="height:1000px;background:rgb({i % 250},{(i * 7) % 250},{(i * 13) % 250})">band {i}</div>'
    for i in range(100)
)


def warc(sink, name: str = "archive.wacz") -> bytes:
    with zipfile.ZipFile(io.BytesIO(sink.data[name])) as archive:
        return gzip.decompress(archive.read("archive/data.warc.gz"))


def bodies(sink, name: str = "archive.wacz") -> dict[str, bytes]:
    from warcio.archiveiterator import ArchiveIterator

    found = {}
    with zipfile.ZipFile(io.BytesIO(sink.data[name])) as archive:
        for record in ArchiveIterator(io.BytesIO(archive.read("archive/data.warc.gz")), check_digests="raise"):
            if record.rec_type == "response":
                found[record.rec_headers["WARC-Target-URI"]] = record.content_stream().read()
    return found


def test_article_complete(take, tmp_path: Path) -> None:
    html = "<!doctype html><title>Un fil — 한국어 中文</title><h1>Été 中文</h1><img src=/img.png><iframe src=/frame></iframe>"
    pages = {
        "/moved": Reply(status=302, headers={"Location": "/article", "Set-Cookie": "sid=TOPSECRET"}),
        "/article": page(html, Set_Cookie="other=TOPSECRET"),
        "/frame": page("<p>inside the frame</p>"),
        "/img.png": data(png(60, 60, (1, 2, 3)), "image/png"),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/moved")
    assert (result.outcome, result.missing) == ("complete", ())
    assert sink.roles() == ROLES == {a.role for a in result.artifacts}
    assert result.title == "Un fil — 한국어 中文"
    assert result.url_final == site.url + "/article"
    assert result.redirects == [{"url": site.url + "/moved", "status": 302, "location": "/article"}]
    assert sink.data["response.html"] == html.encode()
    assert "inside the frame" in result.text
    assert "Été 中文" in sink.data["text.txt"].decode()
    assert sink.data["page.pdf"].startswith(b"%PDF-")
    assert Image.open(io.BytesIO(sink.data["first-view.png"])).size == (1280, 800)
    assert b"TOPSECRET" not in warc(sink)
    assert b"TOPSECRET" in warc(sink, "archive-confidential.wacz")
    assert bodies(sink)[site.url + "/img.png"] == png(60, 60, (1, 2, 3))
    assert next(a for a in result.artifacts if a.role == "wacz-confidential").confidential
    to_canonical({"steps": result.steps, "network": result.network, "annex": result.annex, "browser": result.browser})
    assert result.browser["fresh_profile"]["cookies_before"] == 0
    assert "local_address" in result.annex
    assert "en" in result.browser["locale"] or "fr" in result.browser["locale"]
    assert result.browser["zone"] not in {"", "not read"}
    assert json.loads(sink.data["capture-log.json"])["steps"]
    for name in ("archive.wacz", "archive-confidential.wacz"):
        (tmp_path / name).write_bytes(sink.data[name])
        subprocess.run([BIN / "wacz", "validate", "-f", tmp_path / name], check=True, capture_output=True)


def test_tall_page_right_to_its_last_band(take) -> None:
    with Site({"/": page(f"<!doctype html><body style='margin:0'>{BANDS}")}) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    strips = PngStrips([sink.data["screenshot.png"]], 1000)
    assert strips.size == (1280, 100_000)
    for i, strip in enumerate(strips):
        expected = (i % 250, (i * 7) % 250, (i * 13) % 250)
        assert strip.getpixel((900, 3))[:3] == strip.getpixel((900, 997))[:3] == expected


def test_page_beyond_the_bound_cut_and_named(take) -> None:
    with Site({"/": page(f"<!doctype html><body style='margin:0'>{BANDS}")}) as site:
        result, sink = take(site.url + "/", max_height=5000)
    assert (result.outcome, result.missing) == ("partial", ("end-of-page",))
    assert Image.open(io.BytesIO(sink.data["screenshot.png"])).size == (1280, 5000)


def test_lazy_pictures_asked_for(take) -> None:
    posts = "".join(
        f'<p style="height:900px"><img loading=lazy width=50 height=50 src="/a/{i}.png"></p>' for i in range(12)
    )
    watched = "".join(
        f'<p style="height:900px"><img class=w width=50 height=50 data-src="/b/{i}.png"></p>' for i in range(12)
    )
    script = """<script>const o = new IntersectionObserver(l => l.forEach(e => {
      if (e.isIntersecting && !e.target.src) e.target.src = e.target.dataset.src; }));
      document.querySelectorAll(".w").forEach(e => o.observe(e));</script>"""
    pages = {"/": page("<!doctype html>" + posts + watched + script)}
    pages |= {f"/{k}/{i}.png": data(png(9, 9, (i, 9, 9)), "image/png") for k in "ab" for i in range(12)}
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert {f"/{k}/{i}.png" for k in "ab" for i in range(12)} <= set(site.asked)
    assert result.outcome == "complete"
    assert sum(1 for u in bodies(sink) if u.endswith(".png")) == 24


def test_fixed_bar_not_repeated(take) -> None:
    bar = "<div style='position:fixed;top:0;left:0;right:0;height:50px;background:rgb(255,0,0)'></div>"
    with Site({"/": page(f"<!doctype html><body style='margin:0'>{bar}{BANDS[: len(BANDS) // 8]}")}) as site:
        _result, sink = take(site.url + "/")
    image = Image.open(io.BytesIO(sink.data["screenshot.png"])).convert("RGB")
    red = [y for y in range(image.height) if image.getpixel((900, y)) == (255, 0, 0)]
    assert red == list(range(50))


def test_encoded_bodies_kept_decoded(take) -> None:
    html = b"<!doctype html><title>g</title><p>compress\xe9</p>"
    reply = Reply(
        gzip.compress(html), headers={"Content-Type": "text/html; charset=iso-8859-1", "Content-Encoding": "gzip"}
    )
    script = Reply(
        zlib.compress(b"var a=1"), headers={"Content-Type": "text/javascript", "Content-Encoding": "deflate"}
    )
    with Site({"/": reply, "/a.js": script, "/b": page("<script src=/a.js></script>")}) as site:
        result, sink = take(site.url + "/")
        assert sink.data["response.html"] == html
        assert b"X-Archive-Orig-Content-Encoding: gzip" in warc(sink)
        assert "compressé" in result.text
        assert bodies(take(site.url + "/b")[1])[site.url + "/a.js"] == b"var a=1"


def test_parts_of_other_origins_and_workers_recorded(take) -> None:
    pages = {
        "/frame": page("<p>far</p><img src=/far.png><script>fetch('/far.json')</script>"),
        "/far.png": data(png(30, 30, (3, 3, 3)), "image/png"),
        "/far.json": data(b'{"far": 1}', "application/json"),
        "/w.js": data(b"fetch('/from-worker').then(r => r.text())", "text/javascript"),
        "/from-worker": data(b"worker words", "text/plain"),
        "/same": page("<p>near words</p>"),
    }
    with Site(pages) as site:
        html = f"<iframe src='{site.other}/frame'></iframe><iframe src=/same></iframe><script>new Worker('/w.js');fetch('/p',{{method:'POST',body:'POS'+'TED'}})</script>"
        pages["/"] = page("<!doctype html><img src=/late>" + html)
        pages["/late"] = Reply(headers={"Content-Type": "image/png"}, stream=lambda _write: time.sleep(2))
        pages["/p"] = data(b"ok", "text/plain")
        result, sink = take(site.url + "/")
    found = bodies(sink)
    assert found[site.other + "/far.png"] == png(30, 30, (3, 3, 3))
    assert found[site.other + "/far.json"] == b'{"far": 1}'
    assert found[site.url + "/from-worker"] == b"worker words"
    assert "near words" in result.text
    assert b"POSTED" not in warc(sink)
    assert b"POSTED" in warc(sink, "archive-confidential.wacz")


def test_missing_page_is_complete(take) -> None:
    with Site({"/gone": Reply(b"", status=410)}) as site:
        result, _sink = take(site.url + "/nothing")
        assert (result.outcome, result.network["response"]["status"]) == ("complete", 404)
        result, sink = take(site.url + "/gone")
        assert (result.outcome, result.missing, sink.data["response.html"]) == ("complete", (), b"")
        assert result.url_final == site.url + "/gone"


def test_picture_kept_as_media(take) -> None:
    picture = png(300, 200, (9, 9, 200))
    with Site({"/p.png": data(picture, "image/png")}) as site:
        result, sink = take(site.url + "/p.png")
    assert (result.outcome, result.missing) == ("complete", ())
    assert sink.data["media-001.png"] == picture
    assert {"screenshot", "wacz"} <= sink.roles()


def test_download_kept_and_not_written(take) -> None:
    content = bytes(range(256)) * 10_000
    reply = data(content, "application/octet-stream", Content_Disposition="attachment; filename=../../x.exe")
    with Site({"/d": reply}) as site:
        result, sink = take(site.url + "/d")
    assert (result.outcome, result.missing) == ("complete", ())
    assert sink.data["media-001.bin"] == content
    assert bodies(sink)[site.url + "/d"] == content


def test_https_chain_recorded_and_self_signed_refused(take) -> None:
    from evidence_kit.capture import BrowserHost, make_plan
    from evidence_kit.records import Subject
    from tests.kit.sinks import MemorySink

    with Site({"/": page("<!doctype html><h1>tls</h1>", X_Frame_Options="DENY")}, tls=True) as site:
        result, sink = take(site.url + "/")
        assert result.outcome == "failed"
        assert "ERR_CERT" in result.network["error"]
        assert sink.roles() == {"capture-log"}
        with BrowserHost(extra_ca_spki=site.spki) as private:
            plan = make_plan(site.url + "/", Subject.ADULT, Settings(ask_clock=False, ask_dns=False))
            result = private.capture(plan, MemorySink())
    assert result.outcome == "complete"
    assert result.network["certificates"][0]["pem"].startswith("-----BEGIN CERTIFICATE")
    assert result.network["servers"][0]["tls"]["protocol"].startswith("TLS 1.")
    assert result.network["chain"]["verdict"] == "local-root"
    assert "trustme" in result.network["chain"]["root"]["name"]
    assert result.network["page"] == {"host": "127.0.0.1", "address": "127.0.0.1"}


def test_scale_two_gives_twice_the_pixels(take) -> None:
    with Site({"/": page(f"<!doctype html><body style='margin:0'>{BANDS[: len(BANDS) // 10]}")}) as site:
        result, sink = take(site.url + "/", scale=2)
    assert result.outcome == "complete"
    assert Image.open(io.BytesIO(sink.data["first-view.png"])).size == (2560, 1600)
    assert Image.open(io.BytesIO(sink.data["screenshot.png"])).width == 2560


def test_plain_text_answer_read(take) -> None:
    with Site({"/t": data("du texte é".encode(), "text/plain; charset=utf-8")}) as site:
        result, sink = take(site.url + "/t")
    assert result.outcome == "complete"
    assert sink.data["response.html"] == "du texte é".encode()
    assert HTML.startswith("text/html")
