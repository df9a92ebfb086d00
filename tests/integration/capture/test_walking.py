"""Pages that take their time: the end of a page is where nothing more comes, not where it is slow."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image

from tests.kit.site import Reply, Site, data, page, png

pytestmark = pytest.mark.browser

FEED = """<!doctype html><body style='margin:0'><div id=l></div><script>let n = 0, busy = false;
  const more = async () => { if (busy) return; busy = true; const t = await (await fetch('/more?' + n)).text();
    busy = false; if (!t) return; n++; for (const line of t.split(',')) { const d = document.createElement('div');
      d.style.height = '400px'; d.textContent = line; l.WAY(d); } };
  START</script>"""
DOWN = """more().then(() => addEventListener('scroll', () => {
  if (scrollY + innerHeight > document.documentElement.scrollHeight - 300) ACT; }));"""
UP = "more().then(() => { scrollTo(0, 1e6); addEventListener('scroll', () => { if (scrollY < 50) ACT; }); });"
RESTED = "clearTimeout(window.t), window.t = setTimeout(more, 250)"


def feed(way: str, act: str) -> str:
    start = (DOWN if way == "append" else UP).replace("ACT", act)
    return FEED.replace("WAY", way).replace("START", start)


def slow(body: bytes, seconds: float) -> Reply:
    def stream(write) -> None:
        time.sleep(seconds)
        write(body)

    return Reply(headers={"Content-Type": "text/plain"}, stream=stream)


def step(result, name: str) -> dict:
    return next(s for s in result.steps if s["name"] == name)


@pytest.mark.parametrize("way", ["append", "prepend"])
@pytest.mark.parametrize(("act", "seconds"), [("more()", 2.2), (RESTED, 0.3)])
def test_slow_feed_is_followed_to_its_end(take, way: str, act: str, seconds: float) -> None:
    pages = {"/": page(feed(way, act)), "/more?0": data(b",".join(b"part 0-%d" % k for k in range(6)), "text/plain")}
    for i in range(1, 4):
        pages[f"/more?{i}"] = slow(b",".join(b"part %d-%d" % (i, k) for k in range(6)) if i < 3 else b"", seconds)
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert all(f"part {i}-{k}" in result.text for i in range(3) for k in range(6))
    assert Image.open(io.BytesIO(sink.data["screenshot.png"])).height == 3 * 6 * 400


def test_feed_whose_next_part_never_comes_is_partial_and_says_so(take) -> None:
    pages = {"/": page(feed("append", "more()")), "/more?0": data(b"a,b,c", "text/plain"), "/more?1": slow(b"d", 30)}
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("partial", ("end-of-page",))
    assert step(result, "scroll")["end_of_page"] is False
    assert "did not come" in step(result, "scroll")["detail"]
    assert "screenshot.png" in sink.data


def test_pictures_that_wait_until_the_scrolling_rests_are_there(take) -> None:
    rows = "".join(
        f"<div style='height:500px'><img data-src='/i/{i}.png' width=300 height=200></div>" for i in range(20)
    )
    script = """const look = () => { for (const i of document.querySelectorAll('img[data-src]')) {
        const r = i.getBoundingClientRect();
        if (r.top < innerHeight && r.bottom > 0 && !i.src) i.src = i.dataset.src; } };
      let t; look(); addEventListener('scroll', () => { clearTimeout(t); t = setTimeout(look, 200); });"""
    pages = {"/": page(f"<!doctype html><body style='margin:0'>{rows}<script>{script}</script>")}
    pages |= {f"/i/{i}.png": data(png(300, 200, (10 * i, 20, 200)), "image/png") for i in range(20)}
    with Site(pages) as site:
        result, sink = take(site.url + "/")
        asked = {p for p in site.asked if p.startswith("/i/")}
    assert (result.outcome, result.missing) == ("complete", ())
    assert len(asked) == 20
    shown = Image.open(io.BytesIO(sink.data["screenshot.png"])).convert("RGB")
    assert [shown.getpixel((150, 500 * i + 100)) for i in range(20)] == [(10 * i, 20, 200) for i in range(20)]
