# ruff: noqa: E501 - pages stand on one line
"""What a page shows only while it is looked at, or over everything that is, stands in its picture once and in its place."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.kit.site import Site, page

BAR = (255, 0, 0)


def colour(number: int) -> tuple[int, int, int]:
    return 7, 100, 60 + 5 * number


def rows(count: int, tall: int = 300, first: int = 0, kind: str = "") -> str:
    """Blocks of ``tall`` px, each with words and a number as a coloured field at its left upper corner."""
    return "".join(
        f"<div class='{kind}' style='height:{tall}px'><div style='width:40px;height:30px;background:rgb{colour(n)}'></div>words {n}</div>"
        for n in range(first, first + count)
    )


def html(body: str, style: str = "") -> str:
    return f"<!doctype html><meta charset=utf-8><style>body{{margin:0}}{style}</style>{body}"


def tops(sink, wanted: tuple[int, int, int], name: str = "screenshot.png") -> list[int]:
    """Where in the picture a field of one colour begins, from the top down."""
    with Image.open(io.BytesIO(sink.data[name])) as opened:
        image = opened.convert("RGB")
    width, raw, pixel = image.width * 3, image.tobytes(), bytes(wanted)
    shown = [raw.count(pixel, y * width, (y + 1) * width) >= 20 for y in range(image.height)]
    return [y for y in range(image.height) if shown[y] and not (y and shown[y - 1])]


def marks(sink, count: int) -> list[list[int]]:
    return [tops(sink, colour(n)) for n in range(count)]


def step(result, name: str = "screenshot"):
    return next(s for s in result.steps if s["name"] == name)


def framed(site: Site, body: str, style: str = "") -> None:
    """A page of which a part below the first window is taken window by window, for a frame of another site stands in it."""
    site.pages["/in"] = page("<p>frame</p>")
    frame = f"<iframe src='{site.other}/in' style='border:0;width:300px;height:300px;display:block'></iframe>"
    site.pages["/"] = page(html(body.replace("FRAME", frame), style))


@pytest.mark.parametrize(
    ("style", "top"),
    [
        ("position:sticky;top:0", 600),
        ("position:sticky;top:90px;transition:all 2s", 600),
        ("position:sticky;bottom:0", 600),
    ],
)
def test_sticky_bar_stands_once_at_its_place(take, style: str, top: int) -> None:
    bar = f"<div style='{style};height:50px;width:300px;margin-left:300px;background:#f00'></div>"
    with Site({}) as site:
        framed(site, f"{rows(2)}{bar}{rows(3, first=2)}FRAME{rows(5, first=5)}")
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert tops(sink, BAR) == [top]
    places = [0, 300, 650, 950, 1250, 1850, 2150, 2450, 2750, 3050]
    assert [found[0] for found in marks(sink, 10)] == places
    assert step(result)["bars"] == {"held": 1, "hidden": 0}
    assert b"relative" not in sink.data["dom.html"]


def test_bar_that_sticks_at_the_bottom_stands_in_the_flow(take) -> None:
    bar = "<div style='position:sticky;bottom:0;height:50px;width:300px;margin-left:300px;background:#f00'></div>"
    with Site({}) as site:
        framed(site, f"{rows(3)}FRAME{rows(3, first=3)}{bar}")
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert tops(sink, BAR) == [2100]


def test_bar_that_a_script_fixes_stands_once(take) -> None:
    bar = "<div id=b style='top:0;height:50px;width:300px;background:#f00'></div>"
    script = "<script>onscroll = () => { b.style.position = scrollY > 100 ? 'fixed' : 'absolute'; b.style.left = '300px'; };onscroll()</script>"
    with Site({}) as site:
        framed(site, f"{bar}{rows(6)}FRAME{rows(4, first=6)}{script}")
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert tops(sink, BAR) == [0]
    assert [found[0] for found in marks(sink, 10)] == [*range(0, 1800, 300), *range(2100, 3300, 300)]


def test_what_is_fixed_to_a_part_of_the_page_goes_with_it(take) -> None:
    inner = "<div style='position:fixed;top:0;left:300px;width:100px;height:50px;background:#f00'></div>"
    with Site({}) as site:
        framed(site, f"{rows(6)}FRAME<div style='transform:translateZ(0);height:900px'>{inner}</div>")
        _result, sink = take(site.url + "/")
    assert tops(sink, BAR) == [2100]


def test_page_is_left_as_it_was(take) -> None:
    bars = "<div style='position:sticky;top:0' id=a>a</div><div id=b>b</div><style>#b{position:fixed;right:0;top:0}</style>"
    with Site({}) as site:
        framed(site, f"{bars}{rows(6)}FRAME{rows(4, first=6)}")
        result, sink = take(site.url + "/")
    assert step(result)["bars"] == {"held": 1, "hidden": 1}
    kept = sink.data["dom.html"].decode()
    assert '<div style="position:sticky;top:0" id="a">a</div>' in kept
    assert '<div id="b">b</div>' in kept


MODAL = f"<div id=m style='position:fixed;inset:0;overflow-y:auto;background:#def'><div style='height:3000px'><div style='width:40px;height:30px;background:#f00'></div>{'<p>words</p>' * 90}</div></div>"


@pytest.mark.parametrize("frame", ["", "FRAME"])
@pytest.mark.parametrize("dim", ["", "<div style='position:fixed;inset:0;background:rgba(0,0,0,.5)'></div>"])
def test_what_lies_over_the_page_stands_once_at_its_top(take, frame: str, dim: str) -> None:
    with Site({}) as site:
        framed(site, f"{rows(8)}{frame}<div style='height:900px'></div>{dim}{MODAL}", "body{overflow:hidden}")
        result, sink = take(site.url + "/")
    assert (result.outcome, step(result)["retried"]) == ("complete", [])
    assert tops(sink, BAR) == [0]
    assert marks(sink, 8) == [[], [], [], [900], [1200], [1500], [1800], [2100]]
    with Image.open(io.BytesIO(sink.data["screenshot.png"])) as image:
        shown = [image.convert("RGB").getpixel((1000, y)) for y in (700, 790, 810, 1700, 2450, 2900)]
    assert shown == [(0xDD, 0xEE, 0xFF)] * 2 + [(255, 255, 255)] * 4


def test_ground_that_is_fixed_stays_under_every_window(take) -> None:
    ground = "<div style='position:fixed;inset:0;z-index:-1;background:#123456'></div>"
    with Site({}) as site:
        framed(site, f"{ground}{rows(6)}FRAME{rows(4, first=6)}")
        _result, sink = take(site.url + "/")
    with Image.open(io.BytesIO(sink.data["screenshot.png"])) as image:
        assert {image.convert("RGB").getpixel((1000, y)) for y in range(10, 3200, 50)} == {(0x12, 0x34, 0x56)}


def test_box_that_a_script_moves_through_the_page_is_followed(take) -> None:
    moved = f"<div style='position:fixed;inset:0;overflow:hidden;background:#fff'><div id=w>{rows(10)}</div></div><div style='height:2600px'></div>"
    script = "<script>onscroll = () => { w.style.transform = `translateY(${-scrollY}px)`; };</script>"
    with Site({}) as site:
        framed(site, f"{moved}FRAME{script}")
        _result, sink = take(site.url + "/")
    assert [found[0] for found in marks(sink, 10)] == list(range(0, 3000, 300))


TOGGLE = """<script>const o = new IntersectionObserver(all => all.forEach(e => e.target.classList.toggle("in", e.isIntersecting)), {threshold: SHARE});
document.querySelectorAll(".r").forEach(e => o.observe(e));</script>"""
FADE = """<script>setInterval(() => document.querySelectorAll(".r").forEach(e => { const b = e.getBoundingClientRect();
const in_ = b.bottom > 0 && b.top < innerHeight ? 1 : -1; e.style.opacity = Math.min(1, Math.max(0, +e.style.opacity + in_ / 20)); }), 16);</script>"""


@pytest.mark.parametrize(
    ("style", "script"),
    [
        ("opacity:0;transition:opacity .6s", TOGGLE.replace("SHARE", "0")),
        ("opacity:0;transition:opacity 3s 1s", TOGGLE.replace("SHARE", ".5")),
        ("visibility:hidden", TOGGLE.replace("SHARE", ".2")),
        ("opacity:0", FADE),
    ],
)
@pytest.mark.parametrize(
    "beside",
    [
        "",
        "<div style='position:absolute;right:0;width:90px;height:4000px;background:linear-gradient(#f00,#00f)'></div>",
    ],
)
def test_what_is_hidden_again_out_of_sight_is_in_the_picture(take, style: str, script: str, beside: str) -> None:
    shown = ".r.in{opacity:1;visibility:visible}"
    pages = {"/": page(html(f"{beside}{rows(8, 500, kind='r')}{script}", f".r{{{style}}}{shown}"))}
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert marks(sink, 8) == [[y] for y in range(0, 4000, 500)]


@pytest.mark.parametrize(
    ("frames", "span"),
    [
        ("from{opacity:0}to{opacity:1}", "entry"),
        ("from{opacity:0}to{opacity:1}", "cover"),
        ("0%,100%{opacity:0}50%{opacity:1}", "cover"),
        ("from{transform:translateX(-2000px)}to{transform:none}", "entry"),
        ("from{scale:0}to{scale:1}", "cover"),
    ],
)
def test_what_scrolling_itself_fades_in_is_in_the_picture(take, frames: str, span: str) -> None:
    style = f"@keyframes k{{{frames}}}.r{{animation:k linear both;animation-timeline:view();animation-range:{span}}}"
    with Site({"/": page(html(rows(8, 500, kind="r"), style))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, step(result)["retried"]) == ("complete", [])
    assert [found[:1] for found in marks(sink, 8)] == [[y] for y in range(0, 4000, 500)]


def test_menus_that_stay_hidden_cost_no_windows(take) -> None:
    menu = "<div style='position:relative'><ul style='position:absolute;opacity:0;width:300px'><li>menu</ul></div>"
    with Site({"/": page(html("".join(f"{rows(1, first=n)}{menu}" for n in range(12))))}) as site:
        result, sink = take(site.url + "/")
    assert marks(sink, 12) == [[y] for y in range(0, 3600, 300)]
    assert "bars" not in step(result)


def test_what_stays_hidden_when_it_is_looked_at_again_is_said(take) -> None:
    script = """<script>let left = 60; const o = new IntersectionObserver(all => all.forEach(e =>
    e.target.classList.toggle("in", e.isIntersecting && left-- > 0)));document.querySelectorAll(".r").forEach(e => o.observe(e));
    addEventListener("scroll", () => { if (scrollY > 2000 && left < 45) left = 0; });</script>"""
    with Site({"/": page(html(rows(8, 500, kind="r") + script, ".r{opacity:0}.r.in{opacity:1}"))}) as site:
        result, _sink = take(site.url + "/")
    assert "stayed blank" in step(result)["detail"]


@pytest.mark.parametrize("wide", [12_206, 60_000])
def test_page_wider_than_a_picture_keeps_what_fits(take, wide: int) -> None:
    far = "<div style='position:absolute;left:7900px;top:2500px;width:60px;height:30px;background:#f00'></div>"
    with Site({"/": page(html(f"{far}<div style='width:{wide}px;background:#def'>{rows(10)}</div>"))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("partial", ("end-of-page",))
    assert step(result)["size"] == {"width": 8000, "height": 3000, "page_width": wide, "page_height": 3000}
    assert "on its size" in step(result)["detail"]
    assert tops(sink, BAR) == [2500]
    assert marks(sink, 10) == [[y] for y in range(0, 3000, 300)]


def test_what_lies_beside_the_window_is_drawn_where_a_frame_needs_windows(take) -> None:
    ground = "<div style='width:3000px;background:linear-gradient(90deg,#f00 50%,#00f 50%)'>"
    with Site({}) as site:
        framed(site, f"{ground}{rows(6)}FRAME{rows(2, first=6)}</div>")
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    with Image.open(io.BytesIO(sink.data["screenshot.png"])) as image:
        sides = {tuple(image.convert("RGB").getpixel((x, y)) for x in (1200, 2990)) for y in range(50, 2700, 200)}
    assert sides == {((255, 0, 0), (0, 0, 255))}


@pytest.mark.parametrize("gone", ["documentElement", "body"])
def test_page_that_takes_its_document_away_leaves_its_window(take, gone: str) -> None:
    with Site({"/": page(html(f"{rows(2)}<script>onload = () => document.{gone}.remove()</script>"))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert (step(result)["result"], step(result)["tiles"]) == ("done", 1)
    assert ("took away its own document" in step(result)["detail"]) == (gone == "documentElement")
    with Image.open(io.BytesIO(sink.data["screenshot.png"])) as image:
        assert image.size == (1280, 800)


@pytest.mark.parametrize(
    "away",
    ["transform:translateY(120px)", "scale:0", "clip-path:inset(0 100% 0 0)", "translate:-1400px"],
)
def test_part_that_comes_into_its_place_only_in_sight_stands_there_in_the_picture(take, away: str) -> None:
    parts = "".join(
        f"<section style='height:500px'><div class=r><div style='width:40px;height:30px;background:rgb{colour(n)}'></div>words {n}</div></section>"
        for n in range(6)
    )
    script = """<script>const o = new IntersectionObserver(l => l.forEach(e =>
      e.target.firstElementChild.classList.toggle('on', e.isIntersecting)));
      document.querySelectorAll('section').forEach(s => o.observe(s))</script>"""
    style = f".r{{width:600px;height:300px;{away};transition:all .4s}}.r.on{{transform:none;scale:none;clip-path:none;translate:none}}"
    with Site({"/": page(html(parts + script, style))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert marks(sink, 6) == [[500 * n] for n in range(6)]


def test_part_that_moves_with_the_scrolling_costs_no_windows(take) -> None:
    parts = "".join(f"<div style='height:500px'><div class=p>words {n}</div></div>" for n in range(12))
    script = "<script>const go = () => document.querySelectorAll('.p').forEach((e, i) => e.style.transform = `translateY(${40 + i + scrollY / 9}px)`); addEventListener('scroll', go); go()</script>"
    with Site({"/": page(html(parts + script))}) as site:
        result, _sink = take(site.url + "/")
    assert (result.outcome, step(result)["way"], step(result)["tiles"]) == ("complete", "clip", 2)
    assert "bars" not in step(result)
