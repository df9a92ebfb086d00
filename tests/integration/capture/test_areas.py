# ruff: noqa: E501 - pages stand on one line
"""What scrolls inside a page is gone through to its end: every mark is read back from the pixels of some picture."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable

import pytest
from PIL import Image

from tests.kit.site import Reply, Site, data, page, png

pytestmark = pytest.mark.browser

COUNT = 20


def colour(number: int) -> tuple[int, int, int]:
    return (7, 100 + number // 100, 50 + number % 100 * 2)


def mark(number: int) -> str:
    return f'<div style="width:40px;height:30px;background:rgb{colour(number)}"></div>'


def rows(first: int = 0, count: int = COUNT) -> str:
    return "".join(f'<div style="height:300px;flex:none">{mark(n)}line {n}.</div>' for n in range(first, first + count))


def made(html: str) -> str:
    return f"<!doctype html><meta charset=utf-8><title>t</title><body style='margin:0'>{html}"


def step(result, name: str) -> dict:
    return next(s for s in reversed(result.steps) if s["name"] == name)


def seen(sink, numbers) -> set[int]:
    """The marks that stand whole in some picture of the page or of a view."""
    found: set[int] = set()
    for name, picture in sink.data.items():
        if name == "screenshot.png" or name.startswith("view-"):
            colours = Image.open(io.BytesIO(picture)).convert("RGB").getcolors(1 << 24) or []
            counts = {rgb: count for count, rgb in colours}
            found |= {n for n in numbers if counts.get(colour(n), 0) >= 40 * 30}
    return found


def in_order(text: str, numbers) -> bool:
    places = [text.find(f"line {n}.") for n in numbers]
    return -1 not in places and places == sorted(places)


Take = Callable[..., tuple]


@pytest.mark.parametrize("doctype", ["<!doctype html>", ""])
def test_body_that_scrolls_by_itself_is_gone_through(take: Take, doctype: str) -> None:
    head = "<style>html{overflow:hidden;height:100%}body{height:100%;overflow:auto}</style>"
    with Site({"/": page(made(head + rows()).replace("<!doctype html>", doctype))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert seen(sink, range(COUNT)) == set(range(COUNT))
    (area,) = step(result, "views")["areas"]
    assert (area["way"], area["part"], area["end_reached"]) == ("downwards", "body", True)


@pytest.mark.parametrize("style", ["overflow:auto", "overflow-y:scroll"])
def test_body_whose_scrolling_the_window_takes_over_is_no_box(take: Take, style: str) -> None:
    with Site({"/": page(made(f"<style>body{{{style}}}</style>" + rows()))}) as site:
        result, sink = take(site.url + "/")
    assert step(result, "views")["areas"] == []
    assert Image.open(io.BytesIO(sink.data["screenshot.png"])).height == COUNT * 300


REVERSED = "display:flex;flex-direction:column-reverse;overflow-y:auto"


@pytest.mark.parametrize("inner", [True, False])
def test_chat_filled_from_its_end_is_gone_through_upwards(take: Take, inner: bool) -> None:
    numbers = range(COUNT)
    lines = f"<div>{rows()}</div>" if inner else "".join(rows(n, 1) for n in reversed(numbers))
    with Site({"/": page(made(f"<div style='height:100vh;{REVERSED}'>{lines}</div>"))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert seen(sink, numbers) == set(numbers)
    (area,) = step(result, "views")["areas"]
    assert (area["way"], area["end_reached"], area["views"]) == ("upwards", True, 9)
    assert all(f"line {n}." in result.text for n in numbers)


def test_chat_filled_from_its_end_that_loads_its_older_part_is_followed(take: Take) -> None:
    html = f"""<div id=l style='height:600px;{REVERSED}'></div><script>let n = 0, busy = false;
      const more = async () => {{ if (busy || n > 3) return; busy = true; const t = await (await fetch('/older?' + n)).text();
        busy = false; n++; for (const line of t.split('|')) {{ const d = document.createElement('div');
          d.style.cssText = 'height:300px;flex:none'; d.innerHTML = line; l.append(d); }} }};
      more(); l.addEventListener('scroll', () => {{ if (-l.scrollTop > l.scrollHeight - l.clientHeight - 200) more(); }});
    </script>"""
    pages = {"/": page(made(html))}
    for part in range(4):
        pages[f"/older?{part}"] = page("|".join(f"{mark(n)}line {n}." for n in range(5 * part, 5 * part + 5)))
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert seen(sink, range(20)) == set(range(20))
    assert all(f"line {n}." in result.text for n in range(20))


@pytest.mark.parametrize("height", ["700px", "1900px"])
def test_box_that_stands_in_its_middle_is_gone_through_both_ways(take: Take, height: str) -> None:
    html = f"<div id=l style='height:{height};overflow:auto'>{rows()}</div><script>l.scrollTop = 2000</script>"
    with Site({"/": page(made(html))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert seen(sink, range(COUNT)) == set(range(COUNT))
    (area,) = step(result, "views")["areas"]
    assert (area["way"], area["end_reached"]) == ("both", True)
    assert in_order(result.text, range(COUNT))


@pytest.mark.parametrize("bottom", [False, True])
def test_box_higher_than_the_window_is_seen_to_its_last_line(take: Take, bottom: bool) -> None:
    script = "<script>l.scrollTop = 1e6</script>" if bottom else ""
    html = f"<div id=l style='height:1900px;overflow:auto'>{rows()}</div>{script}"
    with Site({"/": page(made(html))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert seen(sink, range(COUNT)) == set(range(COUNT))


def test_box_that_snaps_past_a_part_is_seen_whole(take: Take) -> None:
    items = "".join(
        f"<div style='height:420px;scroll-snap-align:start'>{mark(n)}line {n}.<div style='height:330px'></div>"
        f"{mark(50 + n)}</div>"
        for n in range(8)
    )
    html = f"<div style='height:440px;overflow:auto;scroll-snap-type:y mandatory'>{items}</div>"
    with Site({"/": page(made(html))}) as site:
        result, sink = take(site.url + "/")
    numbers = {*range(8), *range(50, 58)}
    assert (result.outcome, seen(sink, numbers)) == ("complete", numbers)


def test_more_boxes_than_are_gone_through_are_not_passed_over(take: Take) -> None:
    html = "".join(f"<div style='height:300px;overflow:auto'>{rows(2 * n, 2)}</div>" for n in range(18))
    with Site({"/": page(made(html))}) as site:
        result, _sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("partial", ("end-of-page",))
    assert len(step(result, "views")["areas"]) == 16
    assert "2 more boxes" in step(result, "views")["detail"]


def framed(style: str, address: str = "/in") -> str:
    return made(
        f'<p>above</p><iframe src="{address}" style="border:0;{style}"></iframe><div style="height:900px"></div>'
    )


@pytest.mark.parametrize("style", ["width:100%;height:600px", "width:700px;height:1500px"])
@pytest.mark.parametrize("other", [False, True])
def test_frame_that_scrolls_is_gone_through(take: Take, style: str, other: bool) -> None:
    with Site({"/in": page(made(rows()))}) as site:
        site.pages["/"] = page(framed(style, (site.other if other else site.url) + "/in"))
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert seen(sink, range(COUNT)) == set(range(COUNT))
    (area,) = step(result, "views")["areas"]
    assert (area["part"], area["way"], area["end_reached"]) == ("frame", "downwards", True)
    assert result.text.count("line 7.") == 1
    assert all(f"line {n}." in result.text for n in range(COUNT))


def test_frames_of_a_frameset_are_gone_through(take: Take) -> None:
    html = "<!doctype html><frameset cols='300,*'><frame src=/menu><frame src=/in></frameset>"
    with Site({"/": page(html), "/menu": page(made("menu")), "/in": page(made(rows()))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, seen(sink, range(COUNT))) == ("complete", set(range(COUNT)))
    assert "line 19." in result.text


@pytest.mark.parametrize("other", [False, True])
def test_frame_in_a_frame_and_box_in_a_frame_are_gone_through(take: Take, other: bool) -> None:
    box = f"<div style='height:420px;width:600px;{REVERSED}'>{rows(40, 10)}</div>"
    with Site({"/inner": page(made(rows(20, 10))), "/plain": page(made(f"{mark(90)}<p>x</p>{box}"))}) as site:
        sites = (site.other, site.url) if other else (site.url, site.url)
        inner = f'<iframe src="{sites[1]}/inner" style="width:700px;height:500px;margin-top:1200px"></iframe>'
        site.pages["/outer"] = page(made(f"{rows(0, 5)}{inner}{rows(10, 5)}"))
        outer = f'<iframe src="{sites[0]}/outer" style="width:900px;height:650px"></iframe>'
        plain = f'<iframe src="{sites[0]}/plain" style="width:900px;height:650px"></iframe>'
        site.pages["/"] = page(made(f"<div style='height:1000px'></div>{outer}{plain}"))
        result, sink = take(site.url + "/")
    numbers = {*range(5), *range(10, 15), *range(20, 30), *range(40, 50), 90}
    assert (result.outcome, result.missing) == ("complete", ())
    assert seen(sink, numbers) == numbers
    assert [a["part"] for a in step(result, "views")["areas"]] == ["frame", "frame", "box"]


def test_small_frame_that_scrolls_is_gone_through(take: Take) -> None:
    with Site({"/": page(framed("width:300px;height:200px")), "/in": page(made(rows()))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert [a["part"] for a in step(result, "views")["areas"]] == ["frame"]
    assert seen(sink, set(range(20))) == set(range(20))


def test_tiny_frame_that_scrolls_is_named(take: Take) -> None:
    with Site({"/": page(framed("width:70px;height:70px")), "/in": page(made(rows()))}) as site:
        result, _sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("partial", ("end-of-page",))
    assert step(result, "views")["detail"] == "a small frame scrolls inside and was not seen to its end"


@pytest.mark.parametrize(
    "how",
    ["width:1px;height:1px", "width:600px;height:400px;visibility:hidden", "width:600px;height:400px;display:none"],
)
def test_frame_that_nobody_sees_is_not_missed(take: Take, how: str) -> None:
    with Site({"/": page(framed(how)), "/in": page(made(rows()))}) as site:
        result, _sink = take(site.url + "/")
    assert (result.outcome, step(result, "views")["areas"]) == ("complete", [])


def test_frame_in_which_nobody_can_scroll_is_not_missed(take: Take) -> None:
    html = made('<iframe src="/in" scrolling=no width=700 height=500></iframe>')
    with Site({"/": page(html), "/in": page(made(rows()))}) as site:
        result, _sink = take(site.url + "/")
    assert (result.outcome, step(result, "views")["areas"]) == ("complete", [])


def test_frame_that_stands_still_is_named_and_the_page_is_kept(take: Take) -> None:
    stuck = made(rows() + "<script>addEventListener('scroll', () => { while (true) {} })</script>")
    with Site({"/in": page(stuck)}) as site:
        site.pages["/"] = page(framed("width:700px;height:600px", site.other + "/in"))
        result, sink = take(site.url + "/", page_seconds=30)
    assert "end-of-page" in result.missing
    detail = step(result, "views")["detail"]
    assert detail == "a frame was not seen to its end; the script of a frame never ended and was stopped"
    assert result.missing == ("end-of-page",)
    assert {"screenshot.png", "dom.html", "page.pdf", "archive.wacz"} <= set(sink.data)


def test_frame_whose_script_never_ends_holds_up_neither_the_page_nor_other_frames(take: Take) -> None:
    stuck = made("<p>quiet<script>addEventListener('beforeprint', () => { while (true) {} })</script>")
    with Site({"/stuck": page(stuck), "/in": page(made(rows(0, 3)))}) as site:
        frames = "".join(f'<iframe src="{site.other}{p}" width=500 height=350></iframe>' for p in ("/stuck", "/in"))
        site.pages["/"] = page(made(frames))
        result, sink = take(site.url + "/", page_seconds=60)
    assert (result.outcome, seen(sink, range(3))) == ("complete", {0, 1, 2})
    assert step(result, "pdf")["detail"] == "the script of a frame never ended and was stopped"
    assert json.loads(sink.data["capture-log.json"])["frame_scripts_stopped"] >= 1


def columns(first: int, count: int, width: int = 400, picture: str = "") -> str:
    return "".join(
        f'<div style="flex:0 0 {width}px;height:90px">{mark(n)}{picture.format(n=n)}</div>'
        for n in range(first, first + count)
    )


def strip(inner: str, style: str = "") -> str:
    return f'<div style="width:800px;overflow-x:auto;{style}"><div style="display:flex;width:max-content">{inner}</div></div>'


@pytest.mark.parametrize("style", ["", "direction:rtl", "scroll-snap-type:x mandatory"])
def test_strip_that_scrolls_sideways_is_gone_through_and_its_pictures_are_waited_for(take: Take, style: str) -> None:
    def late(number: int) -> Reply:
        def stream(write) -> None:
            time.sleep(0.4)
            write(png(40, 30, colour(number)))

        return Reply(headers={"Content-Type": "image/png"}, stream=stream)

    pictures = "<img loading=lazy width=40 height=30 src=/p/{n}>"
    lazy = "".join(
        f'<div style="flex:0 0 400px;height:90px;scroll-snap-align:start">{mark(n)}{pictures.format(n=n + 30)}</div>'
        for n in range(10)
    )
    pages = {f"/p/{n}": late(n) for n in range(30, 40)}
    with Site(pages | {"/": page(made(strip(lazy, style)))}) as site:
        result, sink = take(site.url + "/")
    numbers = {*range(10), *range(30, 40)}
    assert (result.outcome, result.missing) == ("complete", ())
    assert seen(sink, numbers) == numbers
    (area,) = step(result, "views")["areas"]
    assert (area["way"], area["boxes"], area["whole"], area["end_reached"]) == ("sideways", 1, 4000, True)


def test_strips_in_one_window_are_gone_through_together_wherever_they_stand(take: Take) -> None:
    two = strip(columns(0, 6)) + strip(columns(10, 9), "scroll-behavior:smooth").replace("<div ", "<div id=s ", 1)
    low = f"<div style='height:3000px'></div>{strip(columns(20, 5))}"
    html = made(two + low + "<script>s.scrollTo({left: 1500, behavior: 'instant'})</script>")
    with Site({"/": page(html)}) as site:
        result, sink = take(site.url + "/")
    numbers = {*range(6), *range(10, 19), *range(20, 25)}
    assert (result.outcome, seen(sink, numbers)) == ("complete", numbers)
    assert [a["boxes"] for a in step(result, "views")["areas"]] == [2, 1]


def test_table_that_scrolls_both_ways_and_strips_in_boxes_and_frames_are_seen_whole(take: Take) -> None:
    lines = "".join(f'<div style="display:flex;height:400px;width:2000px">{columns(5 * n, 5)}</div>' for n in range(4))
    table = f'<div style="width:900px;height:600px;overflow:auto">{lines}</div>'
    with Site({"/": page(made(table)), "/in": page(made(strip(columns(30, 6))))}) as site:
        feed = f'<div style="height:500px;overflow:auto"><div style="height:1500px"></div>{strip(columns(40, 6))}</div>'
        site.pages["/"] = page(made(f'{table}{feed}<iframe src="{site.other}/in" width=900 height=200></iframe>'))
        result, sink = take(site.url + "/")
    numbers = {*range(20), *range(30, 36), *range(40, 46)}
    assert (result.outcome, result.missing) == ("complete", ())
    assert seen(sink, numbers) == numbers


def test_more_strips_than_are_gone_through_are_named(take: Take) -> None:
    with Site({"/": page(made("".join(strip("x" * 40, "width:100px") for _ in range(153))))}) as site:
        result, _sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("partial", ("end-of-page",))
    assert step(result, "views")["detail"] == "3 more small boxes inside the page were not gone through"


@pytest.mark.parametrize(("count", "missing"), [(60, ()), (203, ("end-of-page",))])
def test_many_frames_are_looked_into_and_beyond_the_bound_the_record_says_so(take: Take, count: int, missing) -> None:
    frames = "<iframe srcdoc='x' width=60 height=60></iframe>" * count
    with Site({"/": page(made(frames))}) as site:
        result, _sink = take(site.url + "/")
    assert result.missing == missing
    detail = step(result, "views")["detail"]
    assert detail == ("the page has more frames than could be looked into" if missing else "")


def test_small_boxes_that_scroll_are_gone_through_together_and_tiny_ones_are_named(take: Take) -> None:
    lines = "".join(f"<p style='margin:0;height:60px'>said {n}.</p>" for n in range(3))
    area = f"<textarea style='width:300px;height:60px'>{chr(10).join(f'typed {n}' for n in range(20))}</textarea>"
    quotes = f"<div style='width:300px;height:120px;overflow:auto'>{rows(0, 3)}{lines}</div>" + area
    chat = f"<div style='position:fixed;right:9px;bottom:9px;width:260px;height:200px;{REVERSED}'>{rows(10, 3)}</div>"
    both = f"<div style='width:400px;height:150px;overflow:auto'>{''.join(f'<div style=display:flex;width:1200px>{columns(20 + 3 * n, 3)}</div>' for n in range(3))}</div>"
    with Site({"/": page(made(f"{quotes}{chat}<div style='height:2000px'></div>{both}"))}) as site:
        result, sink = take(site.url + "/")
        site.pages["/tiny"] = page(made("<div style='width:30px;height:20px;overflow:auto'>far more than that</div>"))
        tiny, _sink = take(site.url + "/tiny")
    numbers = {*range(3), *range(10, 13), *range(20, 29)}
    assert (result.outcome, seen(sink, numbers)) == ("complete", numbers)
    assert "said 2." in result.text
    assert "typed 19" in result.text
    found = [(a["way"], a["boxes"], a["end_reached"]) for a in step(result, "views")["areas"]]
    assert found == [("downwards", 2, True), ("downwards", 1, True), ("downwards and sideways", 1, True)]
    assert tiny.missing == ("end-of-page",)
    assert step(tiny, "views")["detail"] == "a tiny box scrolls inside and was not seen to its end"


def test_small_box_that_lets_go_of_what_left_it_is_read_whole(take: Take) -> None:
    html = """<div id=b style='width:300px;height:150px;overflow:auto;position:relative'><div style='height:1200px'></div></div>
      <script>const show = () => { b.querySelectorAll('p').forEach(p => p.remove()); for (let n = 0; n < 20; n++) {
        if (Math.abs(n * 60 - b.scrollTop - 50) > 150) continue; const p = document.createElement('p');
        p.style.cssText = `position:absolute;margin:0;top:${n * 60}px`; p.textContent = `line ${n}.`; b.append(p); } };
        b.addEventListener('scroll', show); show()</script>"""
    with Site({"/": page(made(html))}) as site:
        result, _sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert in_order(result.text, range(20))


@pytest.mark.parametrize("style", ["overflow:hidden", "overflow:clip"])
@pytest.mark.parametrize("at", [0, -1200])
def test_pictures_outside_the_frame_of_a_slider_are_asked_for_and_shown(take: Take, style: str, at: int) -> None:
    slides = "".join(f'<img loading=lazy width=400 height=100 src="/p/{n}" style="flex:none">' for n in range(5))
    track = f"<div id=t style='display:flex;transform:translateX({at}px);transition:all 2s'>{slides}</div>"
    html = f"<div style='height:1500px'></div><div style='width:400px;{style}'>{track}</div><p>end"
    pages = {f"/p/{n}": data(png(400, 100, colour(n)), "image/png") for n in range(5)}
    with Site(pages | {"/": page(made(html))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, seen(sink, range(5))) == ("complete", set(range(5)))
    (area,) = step(result, "views")["areas"]
    assert (area["part"], area["way"], area["views"], area["end_reached"]) == ("slider", "sideways", 4, True)
    assert b"translate:" not in sink.data["dom.html"]
    assert "none" not in sink.data["dom.html"].decode().partition('id="t"')[2].partition(">")[0].replace(
        "flex:none", ""
    )


def test_pictures_that_a_slider_hides_are_named(take: Take) -> None:
    slides = "".join(f"<div style='display:{'none' if n else 'block'}'><img src=/p/{n}></div>" for n in range(3))
    pages = {f"/p/{n}": data(png(40, 30, colour(n)), "image/png") for n in range(3)}
    with Site(pages | {"/": page(made(f"<div class=carousel>{slides}</div>"))}) as site:
        result, _sink = take(site.url + "/")
    assert result.missing == ("end-of-page",)
    assert step(result, "views")["detail"] == "a slider holds pictures that it did not show (2)"


@pytest.mark.parametrize("height", ["150px", "500px"])
def test_box_that_will_not_be_scrolled_is_not_taken_for_seen(take: Take, height: str) -> None:
    script = "<script>b.onscroll = () => b.scrollTop = 0</script>"
    with Site({"/": page(made(f"<div id=b style='height:{height};overflow:auto'>{rows()}</div>{script}"))}) as site:
        result, _sink = take(site.url + "/")
    assert result.missing == ("end-of-page",)
    assert step(result, "views")["detail"] == "a box inside the page was not seen to its end"
