# ruff: noqa: E501 - pages and pictures stand on one line
from __future__ import annotations

import base64
import io
import zipfile
import zlib

import pytest
from PIL import Image

from evidence_kit.records import Subject
from tests.kit.site import Reply, Site, data, page, png

RED, GREEN = (214, 11, 33), (12, 190, 44)
PICTURE, ALLOWED = png(60, 40, RED), png(80, 50, GREEN)
CODED = base64.b64encode(PICTURE).decode()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"><rect width="50" height="50" fill="rgb(214,11,33)"/></svg>'
PAGE = f"""<!doctype html><html><head><title>Titre</title><link rel=icon href=/fav.ico><link rel=preload as=image href=/pre.png>
<link rel=preload as=image href=/preload-bare><link rel=prefetch href=/prefetch.png><link rel=apple-touch-icon href=/touch.png>
<style>@font-face{{font-family:x;src:url(/font.woff2)}} #bg{{background:url(/bg.png);width:60px;height:40px}} #bd{{background:url(data:image/png;base64,{CODED});width:60px;height:40px;font-family:x}}</style></head>
<body><p>Des mots é</p><img src=/one.png width=60 height=40 alt="La première"><img src=/two width=60 height=40 alt=Deux>
<img loading=lazy src=/lazy.png width=60 height=40 style="margin-top:1500px"><picture><source srcset=/set.webp><img src=/set.png srcset="/set2.png 2x" width=60 height=40></picture>
<div id=bg></div><div id=bd></div><video src=/v.mp4 poster=/poster.jpg controls width=60 height=40></video><audio src=/a.mp3 controls></audio>
<img src="data:image/png;base64,{CODED}">{SVG}<img src=/pic.svg><object data=/o.png></object><object data=/o2 type=image/png></object><embed src=/e.png><input type=image src=/in.png>
<iframe src=OTHER/frame width=300 height=200></iframe><iframe src=/in-frame.png></iframe><iframe src=/lying-frame></iframe>
<iframe srcdoc='<img src="data:image/png;base64,{CODED}"><canvas id=c width=60 height=40></canvas><script>c.getContext("2d").fillStyle="rgb(214,11,33)";c.getContext("2d").fillRect(0,0,60,40)</script>'></iframe>
<canvas id=cv width=60 height=40 style="opacity:1!important"></canvas><video id=stream autoplay muted></video><div id=host></div><img id=fromblob width=60 height=40><img id=made width=60 height=40>
<script src=/lying.js></script>
<script>
const g = cv.getContext('2d'); g.fillStyle='rgb(214,11,33)'; g.fillRect(0,0,60,40);
made.src = cv.toDataURL(); stream.srcObject = cv.captureStream();
const raw = Uint8Array.from(atob('{CODED}'), c => c.charCodeAt(0));
fromblob.src = URL.createObjectURL(new Blob([raw], {{type:'image/png'}}));
for (const u of ['/fetched.png', '/fetched-bare', '/json'])
  fetch(u).then(r => r.blob()).then(b => {{ const i = new Image(60, 40); i.src = URL.createObjectURL(b); document.body.append(i); }}).catch(() => 0);
host.attachShadow({{mode:'open'}}).innerHTML = '<canvas width=60 height=40></canvas><img src=/shadow.png>';
const h = host.shadowRoot.querySelector('canvas').getContext('2d'); h.fillStyle='rgb(214,11,33)'; h.fillRect(0,0,60,40);
if (navigator.serviceWorker) navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => {{ const i = new Image(60, 40); i.src = '/from-worker.png'; document.body.append(i); }});
new Worker('/worker.js');
setInterval(() => {{ cv.style.setProperty('opacity', '1', 'important'); }}, 50);
open('/popup.png');
</script></body></html>"""
FRAME = f"<p>dans le cadre</p><img src=/frame.png><img src='data:image/png;base64,{CODED}'><canvas id=k></canvas><script>const g=k.getContext('2d');g.fillStyle='rgb(214,11,33)';g.fillRect(0,0,300,150)</script>"
JUDGED = {"/lying.js", "/lying-frame", "/fetched-bare", "/json", "/worker-bare"}
"""Asked for as something else and served as it: judged by what comes."""
WORDS = {"/", "/frame", "/sw.js", "/worker.js"}


def pages() -> dict[str, Reply]:
    script = {"Content-Type": "text/javascript"}
    lying = {
        "/lying.js": data(PICTURE, "text/javascript"),
        "/lying-frame": data(PICTURE, "text/html"),
        "/fetched-bare": data(PICTURE, "image/png"),
        "/json": data(PICTURE, "application/json"),
        "/worker-bare": data(PICTURE, "text/plain"),
    }
    worker = (
        "addEventListener('install', e => skipWaiting()); addEventListener('activate', e => e.waitUntil(clients.claim())); addEventListener('fetch', e => { if (e.request.url.endsWith('worker.png')) e.respondWith(new Response(Uint8Array.from(atob('"
        + CODED
        + "'), c => c.charCodeAt(0)), {headers:{'Content-Type':'image/png'}})); });"
    )
    made = {
        "/sw.js": Reply(worker.encode(), headers=script),
        "/worker.js": Reply(
            b"fetch('/worker.png').catch(() => 0); fetch('/worker-bare').catch(() => 0)", headers=script
        ),
    }
    pictures = {
        f"/{n}": data(PICTURE, "image/png")
        for n in (
            "fav.ico",
            "pre.png",
            "preload-bare",
            "prefetch.png",
            "bg.png",
            "two",
            "lazy.png",
            "set.webp",
            "set.png",
            "set2.png",
            "poster.jpg",
            "o.png",
            "o2",
            "e.png",
            "in.png",
            "frame.png",
            "in-frame.png",
            "fetched.png",
            "shadow.png",
            "worker.png",
            "popup.png",
            "touch.png",
        )
    }
    return {"/one.png": data(ALLOWED, "image/png"), "/frame": page(FRAME), **pictures, **lying, **made}


def near(picture: bytes, colour: tuple[int, int, int]) -> int:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return sum(n for n, c in image.getcolors(1 << 24) if all(abs(a - b) < 40 for a, b in zip(c, colour, strict=True)))


def unpacked(name: str, blob: bytes) -> bytes:
    if not name.endswith(".wacz"):
        return blob
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        raw, parts = archive.read("archive/data.warc.gz"), []
    while raw:
        one = zlib.decompressobj(zlib.MAX_WBITS | 16)
        parts.append(one.decompress(raw))
        raw = one.unused_data
    return b"".join(parts)


def assert_nothing_of(picture: bytes, sink, result) -> None:
    coded = base64.b64encode(picture).decode()
    everything = {
        **{n: unpacked(n, d) for n, d in sink.data.items()},
        "result": repr(result).encode(),
        "states": repr(sink.states).encode(),
    }
    for name, blob in everything.items():
        if not name.endswith((".png", ".jpg")):
            for trace in (picture[:24], picture[40:70], coded[:40].encode(), coded[50:90].encode()):
                assert trace not in blob, name


def taken(take, allow: tuple[str, ...] = ()):
    with Site(pages()) as site:
        site.pages["/"] = page(PAGE.replace("OTHER", site.other))
        return *take(site.url + "/", Subject.SELECTED, allowed=tuple(site.url + a for a in allow)), site


def test_nothing_allowed_nothing_asked_shown_or_kept(take) -> None:
    result, sink, site = taken(take)
    assert set(site.asked) <= WORDS | JUDGED
    assert {"/lying.js", "/fetched-bare"} <= set(site.asked)
    for name, blob in sink.data.items():
        if name.endswith(".png"):
            assert near(blob, RED) == 0, name
    assert_nothing_of(PICTURE, sink, result)
    assert (result.outcome, result.missing) == ("complete", ())
    assert "Des mots é" in result.text
    listed = {w["url"].removeprefix(site.url): w for w in result.selection["withheld"]}
    assert {"/one.png", "/two", "/bg.png", "/v.mp4", "/poster.jpg", "/fetched-bare", "/lying-frame"} <= set(listed)
    assert (listed["/one.png"]["alt"], listed["/one.png"]["width"], listed["/one.png"]["height"]) == (
        "La première",
        60,
        40,
    )
    assert result.selection["refused_count"] >= 4
    assert result.selection["changed"] == ["response-html"]
    assert result.selection["withheld_count"] >= len(listed)


def test_one_allowed_alone_asked_shown_and_archived(take) -> None:
    result, sink, site = taken(take, ("/one.png",))
    assert set(site.asked) <= WORDS | JUDGED | {"/one.png"}
    assert site.asked.count("/one.png") == 1
    assert near(sink.data["screenshot.png"], GREEN) > 1000
    assert near(sink.data["screenshot.png"], RED) == 0
    assert ALLOWED in unpacked("x.wacz", sink.data["archive.wacz"])
    assert_nothing_of(PICTURE, sink, result)
    (one,) = result.selection["allowed"]
    assert one["requested"]
    assert one["size"] == len(ALLOWED)
    assert site.url + "/one.png" not in {w["url"] for w in result.selection["withheld"]}


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("/p.png", data(PICTURE, "image/png")),
        ("/p", data(PICTURE, "image/png")),
        ("/p", data(PICTURE, "text/html")),
        ("/p", data(PICTURE, "application/pdf")),
    ],
)
def test_address_that_is_a_picture_withheld(take, path: str, reply: Reply) -> None:
    with Site({path: reply}) as site:
        result, sink = take(site.url + path, Subject.SELECTED)
    assert site.asked in ([path], [])
    assert (result.outcome, result.missing) == ("complete", ())
    assert not sink.roles() & {"media", "screenshot", "first-view", "response-html"}
    assert result.selection["withheld_count"] == 1
    assert_nothing_of(PICTURE, sink, result)


def test_redirects_of_allowed_followed_for_it_alone(take) -> None:
    html = "<img src=/a.png width=80 height=50><img src=/c.png width=80 height=50>"
    moved = Reply(status=302, headers={"Location": "/c.png"})
    with Site({"/": page(html), "/a.png": moved, "/c.png": data(ALLOWED, "image/png")}) as site:
        result, _sink = take(site.url + "/", Subject.SELECTED, allowed=(site.url + "/a.png", site.url + "/never.png"))
        assert sorted(site.asked) == ["/", "/a.png", "/c.png"]
    assert [a["requested"] for a in result.selection["allowed"]] == [True, False]
