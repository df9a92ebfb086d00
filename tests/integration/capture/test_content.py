# ruff: noqa: E501 - pages stand on one line
"""Pages whose content is not simply there: it comes while scrolling, up or down, in boxes, in shadows, past HTTP."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from PIL import Image

from evidence_kit.canonical import to_canonical
from tests.kit.site import Site, data, page, png
from tests.kit.sockets import SocketServer


def step(result, name: str) -> dict:
    return next(s for s in reversed(result.steps) if s["name"] == name)


def test_shadow_roots_and_frames_of_other_sites_are_in_text_and_document(take) -> None:
    html = """<!doctype html><title>x</title><p>outside</p><div id=a></div><iframe src="OTHER/in"></iframe><iframe srcdoc="<p>within srcdoc"></iframe>
      <script>const r = a.attachShadow({mode: 'open'}); r.innerHTML = '<style>p{color:red}</style><p>in the shadow</p><div id=b></div>';
      r.getElementById('b').attachShadow({mode: 'open'}).innerHTML = '<p>shadow in shadow</p>';</script>"""
    with Site({"/in": page("<p>within the frame")}) as site:
        site.pages["/"] = page(html.replace("OTHER", site.other))
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    for words in ("outside", "in the shadow", "shadow in shadow", "within the frame", "within srcdoc"):
        assert words in result.text, words
    assert "color:red" not in result.text
    document = sink.data["dom.html"].decode()
    assert "in the shadow" in document
    assert "shadow in shadow" in document
    assert document.startswith("<!DOCTYPE html>")
    assert document.rstrip().endswith("</html>")
    assert step(result, "dom-html")["shadow_roots"] == 2


def test_list_that_grows_downwards_is_followed_to_its_end(take) -> None:
    html = """<!doctype html><body style='margin:0'><div id=l></div><script>let n = 0, busy = false;
      const more = async () => { if (busy) return; busy = true; const t = await (await fetch('/more?' + n)).text(); busy = false; if (!t) return; n++;
        for (const line of t.split(',')) { const d = document.createElement('div'); d.style.height = '200px'; d.textContent = line; l.append(d); } };
      more().then(() => addEventListener('scroll', () => { if (scrollY + innerHeight > document.documentElement.scrollHeight - 300) more(); }));</script>"""
    pages = {"/": page(html)}
    for i in range(6):
        pages[f"/more?{i}"] = data(
            ",".join(f"post {i}-{k}" for k in range(10)).encode() if i < 5 else b"", "text/plain"
        )
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert all(f"post {i}-{k}" in result.text for i in range(5) for k in range(10))
    assert Image.open(io.BytesIO(sink.data["screenshot.png"])).height == 5 * 10 * 200
    assert step(result, "scroll")["end_of_page"] is True


def test_channel_that_grows_upwards_is_followed_to_its_beginning(take) -> None:
    html = """<!doctype html><body style='margin:0'><div id=l></div><script>let n = 0, busy = false;
      const more = async () => { if (busy) return; busy = true; const t = await (await fetch('/older?' + n)).text(); busy = false; if (!t) return; n++;
        for (const line of t.split(',')) { const d = document.createElement('div'); d.style.height = '300px'; d.textContent = line; l.prepend(d); } };
      more().then(() => { scrollTo(0, 1e6); addEventListener('scroll', () => { if (scrollY < 50) more(); }); });</script>"""
    pages = {"/": page(html)}
    for i in range(5):
        pages[f"/older?{i}"] = data(",".join(f"old {i}-{k}" for k in range(8)).encode() if i < 4 else b"", "text/plain")
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert all(f"old {i}-{k}" in result.text for i in range(4) for k in range(8))
    assert Image.open(io.BytesIO(sink.data["screenshot.png"])).height == 4 * 8 * 300
    assert step(result, "scroll")["upwards"]["grew"] == 3 * 8 * 300


def test_list_that_drops_what_left_the_view_is_pictured_window_by_window(take) -> None:
    html = """<!doctype html><body style='margin:0;height:12000px;position:relative'><script>
      const show = () => { const first = Math.floor(scrollY / 100), wanted = new Set();
        for (let i = Math.max(0, first - 2); i < Math.min(120, first + 11); i++) wanted.add(i);
        for (const d of document.querySelectorAll('div')) if (!wanted.has(+d.dataset.i)) d.remove(); else wanted.delete(+d.dataset.i);
        for (const i of wanted) { const d = document.createElement('div'); d.dataset.i = i; d.textContent = 'message ' + i + '.';
          d.style.cssText = `position:absolute;left:0;right:0;top:${i * 100}px;height:100px;background:rgb(${i * 2},0,${255 - i * 2})`; document.body.append(d); } };
      addEventListener('scroll', show); show();</script>"""
    with Site({"/": page(html)}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert all(f"message {i}." in result.text for i in range(120))
    picture = Image.open(io.BytesIO(sink.data["screenshot.png"])).convert("RGB")
    assert picture.size == (1280, 12_000)
    assert [picture.getpixel((900, i * 100 + 50)) for i in range(120)] == [(i * 2, 0, 255 - i * 2) for i in range(120)]
    assert step(result, "screenshot")["way"] == "window"


CHAT = """<!doctype html><title>chat</title><style>body{margin:0;height:100vh;overflow:hidden;display:flex;flex-direction:column}
  #l{flex:1;overflow-y:auto;position:relative}h1{height:40px;margin:0}</style><h1>Room</h1><div id=l><div id=p style="position:relative"></div></div><script>
  const all = [], H = 120, TOTAL = 60; let shown = new Map();
  p.style.height = TOTAL * H + 'px';
  const draw = () => { const from = Math.floor(l.scrollTop / H), to = from + Math.ceil(l.clientHeight / H) + 1;
    for (const [i, d] of shown) if (i < from || i >= to) { d.remove(); shown.delete(i); }
    for (let i = Math.max(0, from); i < Math.min(to, all.length); i++) if (!shown.has(i) && all[i]) { const d = document.createElement('div');
      d.style.cssText = `position:absolute;top:${i * H}px;height:${H}px`; d.append(all[i].text);
      if (all[i].url) { const m = document.createElement('img'); m.width = 60; m.height = 60; m.src = all[i].url; d.append(m); } p.append(d); shown.set(i, d); } };
  const s = new WebSocket('SOCKET'); s.binaryType = 'arraybuffer'; let last = 0;
  s.onmessage = e => { if (typeof e.data === 'string') { const [i, t] = e.data.split('|'); all[last = +i] = {text: t}; }
    else all[last].url = URL.createObjectURL(new Blob([e.data], {type: 'image/png'}));
    if (all.length === TOTAL) { l.scrollTop = 1e6; draw(); } };
  l.addEventListener('scroll', draw); indexedDB.open('messages');
</script>"""


def test_chat_over_a_socket_is_carried_by_views_text_and_blobs(take) -> None:
    pictures = {i: png(9, 9, (i, 0, 99)) for i in (57, 58)}

    def answer(asked: str) -> list:
        if asked:
            return []
        told: list = []
        for i in range(60):
            told.append(f"{i}|said number {i}.")
            told += [pictures[i]] if i in pictures else []
        return told

    with SocketServer(answer) as server, Site({"/": page(CHAT.replace("SOCKET", server.url))}) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert all(f"said number {i}." in result.text for i in range(60))
    assert [result.text.index(f"said number {i}.") for i in range(60)] == sorted(
        result.text.index(f"said number {i}.") for i in range(60)
    )
    views = sorted(a.name for a in result.artifacts if a.role == "screenshot-tile")
    assert len(views) >= 9
    assert all(Image.open(io.BytesIO(sink.data[name])).size == (1280, 800) for name in views)
    box = step(result, "views")["areas"][0]
    assert (box["way"], box["end_reached"], box["views"]) == ("upwards", True, len(views))
    assert result.network["beyond_http"] == {"web_sockets": 1, "indexed_db": 1}
    assert step(result, "sources")["blobs"] == {"named": 2, "kept": 2, "not_kept": 0}
    assert set(pictures.values()) == set(made_by_the_page(sink).values())
    to_canonical({"steps": list(result.steps), "network": result.network})


def made_by_the_page(sink) -> dict[str, bytes]:
    from warcio.archiveiterator import ArchiveIterator

    found = {}
    with zipfile.ZipFile(io.BytesIO(sink.data["archive.wacz"])) as archive:
        for record in ArchiveIterator(io.BytesIO(archive.read("archive/data.warc.gz")), check_digests="raise"):
            if record.rec_type == "resource":
                assert record.rec_headers["Content-Type"] == "image/png" or record.rec_headers[
                    "Content-Type"
                ].startswith("video/")
                found[record.rec_headers["WARC-Target-URI"]] = record.content_stream().read()
    return found


def test_film_that_a_script_put_into_a_blob_is_kept_whatever_its_size(take) -> None:
    film = bytes(range(256)) * (160 << 10)
    html = "<title>x</title><body><script>fetch('/film').then(r => r.blob()).then(b => { const v = document.createElement('video'); v.src = URL.createObjectURL(b); document.body.append(v); document.title = 'there'; })</script>"
    with Site({"/": page(html), "/film": data(film, "video/mp4")}) as site:
        result, sink = take(site.url + "/")
    assert result.title == "there"
    assert list(made_by_the_page(sink).values()) == [film]


def test_box_that_scrolls_downwards_is_gone_through(take) -> None:
    lines = "".join(f"<p style='height:100px;margin:0'>line {i}.</p>" for i in range(40))
    html = f"<!doctype html><body style='margin:0'><h1>x</h1><div style='height:600px;overflow:auto'>{lines}</div>"
    with Site({"/": page(html)}) as site:
        result, _sink = take(site.url + "/")
    box = step(result, "views")["areas"][0]
    assert (box["way"], box["end_reached"], box["whole"]) == ("downwards", True, 4000)
    assert box["views"] >= 7
    assert result.text.count("line 39.") == 1


def test_feed_without_end_stops_at_its_bound_and_says_so(take) -> None:
    html = "<!doctype html><body><script>const more = () => { for (let i = 0; i < 3; i++) { const d = document.createElement('p'); d.style.height = '300px'; d.textContent = 'more'; document.body.append(d); } }; more(); addEventListener('scroll', more);</script>"
    with Site({"/": page(html)}) as site:
        result, sink = take(site.url + "/", scroll_seconds=2)
    assert result.outcome == "partial"
    assert "end-of-page" in result.missing
    assert step(result, "scroll")["end_of_page"] is False
    assert json.loads(sink.data["capture-log.json"])["steps"]


LATE = "<!doctype html><title>t</title><p id=a>SAYS</p><script>onload=()=>setTimeout(()=>a.innerHTML='threat post',WHEN)</script>"


@pytest.mark.parametrize("says", ["Loading…", "Chargement en cours", "加载中"])
def test_page_that_says_that_it_is_loading_is_waited_for(take, says: str) -> None:
    with Site({"/": page(LATE.replace("SAYS", says).replace("WHEN", "1500"))}) as site:
        result, _sink = take(site.url + "/")
    assert "threat post" in result.text
    assert result.outcome == "complete"


def test_page_that_says_so_for_ever_is_captured_and_told_of(take) -> None:
    with Site({"/": page(LATE.replace("SAYS", "Loading…").replace("WHEN", "60000"))}) as site:
        result, _sink = take(site.url + "/")
    step = next(s for s in result.steps if s["name"] == "settle")
    assert step["detail"] == "the page still said that it was loading"
    assert result.outcome == "complete"
    assert "Loading…" in result.text
