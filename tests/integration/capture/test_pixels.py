# ruff: noqa: E501 - pages stand on one line
"""The picture is right down to its last pixel: every 500 px the page carries a number that is read back from it."""

from __future__ import annotations

import asyncio
import io

import pytest
from PIL import Image

from evidence_kit.capture import PngStrips, tiles
from tests.kit.site import Site, page

STEP, BITS, SIDE = 500, 12, 20
SCRIPT = f"""<script>
const total = HEIGHT, c = (x, y, w, h, col) => {{ const d = document.createElement('div');
  d.style.cssText = `position:absolute;left:${{x}}px;top:${{y}}px;width:${{w}}px;height:${{h}}px;background:${{col}}`; return d; }};
const all = document.createDocumentFragment();
for (let i = 0; i * {STEP} < total; i++) for (let b = 0; b < {BITS}; b++)
  all.append(c(b * {SIDE}, i * {STEP}, {SIDE}, {SIDE}, i >> b & 1 ? '#000' : '#fff'));
all.append(c(0, total - 2, 1280, 2, '#f0f'));
document.body.append(all);
</script>"""


def marked(height: int, more: str = "") -> str:
    style = f"margin:0;height:{height}px;background:#8a8;overflow-x:hidden;position:relative"
    return f"<!doctype html><title>marks</title><body style='{style}'>{more}{SCRIPT.replace('HEIGHT', str(height))}"


def read_back(sink, names: list[str], scale: int = 1) -> tuple[list[int], int, tuple[int, ...]]:
    """The numbers in order, the height, and the very last pixel."""
    found, top, last = [], 0, ()
    for name in names:
        strips = PngStrips([sink.data[name]], STEP * scale)
        for strip in strips:
            y = SIDE // 2 * scale
            row = [strip.getpixel(((b * SIDE + SIDE // 2) * scale, y))[0] for b in range(BITS)]
            assert set(row) <= {0, 255}, (name, top)
            found.append(sum((value == 0) << b for b, value in enumerate(row)))
            last = strip.getpixel((strip.width - 1, strip.height - 1))[:3]
        top += strips.size[1]
    return found, top, last


@pytest.mark.parametrize(
    ("height", "scale"),
    [
        pytest.param(90_000, 1, marks=pytest.mark.slow),
        (20_000, 1),
        pytest.param(150_000, 1, marks=pytest.mark.slow),
        (12_000, 2),
    ],
)
def test_every_mark_of_one_picture_is_in_its_place(take, height: int, scale: int) -> None:
    with Site({"/": page(marked(height))}) as site:
        result, sink = take(site.url + "/", scale=scale)
    assert (result.outcome, result.missing) == ("complete", ())
    numbers, tall, last = read_back(sink, ["screenshot.png"], scale)
    assert numbers == list(range(height // STEP))
    assert (tall, last) == (height * scale, (255, 0, 255))


@pytest.mark.slow
def test_page_of_400_000_px_is_in_parts_with_an_overview(take) -> None:
    height = 400_000
    with Site({"/": page(marked(height))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ()), result.steps
    parts = sorted(a.name for a in result.artifacts if a.role == "screenshot-tile")
    assert parts == ["screenshot-001.png", "screenshot-002.png", "screenshot-003.png"]
    numbers, tall, last = read_back(sink, parts)
    assert numbers == list(range(height // STEP))
    assert (tall, last) == (height, (255, 0, 255))
    with Image.open(io.BytesIO(sink.data["screenshot.png"])) as small:
        assert small.width / small.height == pytest.approx(1280 / height, rel=0.01)
        assert small.getpixel((small.width // 2, small.height // 2)) == (0x88, 0xAA, 0x88)


def test_smaller_bound_gives_more_parts_of_the_same_page(take) -> None:
    with Site({"/": page(marked(9_300))}) as site:
        result, sink = take(site.url + "/", max_pixels=1280 * 4000, tile_height=1000)
    parts = sorted(a.name for a in result.artifacts if a.role == "screenshot-tile")
    assert len(parts) == 5
    numbers, tall, last = read_back(sink, parts)
    assert (numbers, tall, last) == (list(range(19)), 9_300, (255, 0, 255))


def fault(monkeypatch, spoil) -> None:
    """Let the browser give a wrong tile at 4,000 px, on the first rungs that ``spoil`` names."""
    real = tiles.TileTaker._cut

    async def cut(self, top: int, rows: int, *, beyond: bool) -> bytes:
        png = await real(self, top, rows, beyond=beyond)
        return spoil(png, rows, beyond) if 4000 <= top < 8000 else png

    monkeypatch.setattr(tiles.TileTaker, "_cut", cut)


def blank(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as image:
        out = io.BytesIO()
        Image.new("RGB", image.size, "white").save(out, "PNG")
    return out.getvalue()


def short(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as image:
        out = io.BytesIO()
        image.crop((0, 0, image.width, image.height - 7)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("why", "spoil", "rung"),
    [
        ("blank", lambda png, rows, _beyond: blank(png) if rows > 2000 else png, "there"),
        ("blank", lambda png, _rows, beyond: blank(png) if beyond else png, "window"),
        ("short", lambda png, rows, _beyond: short(png) if rows > 2000 else png, "there"),
        ("short", lambda png, _rows, beyond: short(png) if beyond else png, "window"),
    ],
)
def test_wrong_tile_is_taken_again_on_the_next_rung(take, monkeypatch, why: str, spoil, rung: str) -> None:
    fault(monkeypatch, spoil)
    with Site({"/": page(marked(12_000))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, result.missing) == ("complete", ())
    assert read_back(sink, ["screenshot.png"]) == (list(range(24)), 12_000, (255, 0, 255))
    step = next(s for s in result.steps if s["name"] == "screenshot")
    assert [(r["top"], r["rung"], r["settled"]) for r in step["retried"]][-1] == (4000, rung, True)
    assert step["retried"][0]["why"] == why


def test_repeated_tile_is_taken_again(take, monkeypatch) -> None:
    kept: dict[str, bytes] = {}

    def spoil(png: bytes, rows: int, _beyond: bool) -> bytes:
        return kept["first"] if rows == 4000 else png

    real = tiles.TileTaker._cut

    async def remember(self, top: int, rows: int, *, beyond: bool) -> bytes:
        png = await real(self, top, rows, beyond=beyond)
        kept.setdefault("first", png)
        return png

    monkeypatch.setattr(tiles.TileTaker, "_cut", remember)
    fault(monkeypatch, spoil)
    with Site({"/": page(marked(12_000))}) as site:
        result, sink = take(site.url + "/")
    assert read_back(sink, ["screenshot.png"])[0] == list(range(24))
    retried = next(s for s in result.steps if s["name"] == "screenshot")["retried"]
    assert [(r["why"], r["rung"], r["settled"]) for r in retried] == [("repeated", "there", True)]


BANDS = "<!doctype html><body style='margin:0'>" + "".join(
    f"<div style='height:1000px;background:rgb({20 + 9 * i}, 90, 120)'>band {i}</div>" for i in range(12)
)


def shown(sink) -> list[tuple[int, ...]]:
    with Image.open(io.BytesIO(sink.data["screenshot.png"])) as image:
        return [image.convert("RGB").getpixel((900, y)) for y in range(20, image.height, 100)]


def test_broad_bands_of_one_colour_are_taken_at_once(take) -> None:
    with Site({"/": page(BANDS)}) as site:
        result, sink = take(site.url + "/")
    step = next(s for s in result.steps if s["name"] == "screenshot")
    assert (result.outcome, step["retried"], step["way"]) == ("complete", [], "clip")
    assert shown(sink) == [(20 + 9 * (n // 10), 90, 120) for n in range(120)]


def test_part_left_white_is_seen_and_taken_again_until_it_is_drawn(take, monkeypatch) -> None:
    late = {"windows": 0}

    def spoil(png: bytes, _rows: int, beyond: bool) -> bytes:
        with Image.open(io.BytesIO(png)) as image:
            made = image.convert("RGB")
        late["windows"] += not beyond
        if beyond or late["windows"] == 2:
            made.paste((255, 255, 255), (0, 0, made.width, 800))
        out = io.BytesIO()
        made.save(out, "PNG")
        return out.getvalue()

    fault(monkeypatch, spoil)
    with Site({"/": page(BANDS)}) as site:
        result, sink = take(site.url + "/")
    step = next(s for s in result.steps if s["name"] == "screenshot")
    assert [(r["why"], r["rung"], r["settled"]) for r in step["retried"]] == [
        ("gap", "window", False),
        ("gap", "patience", True),
    ]
    assert shown(sink) == [(20 + 9 * (n // 10), 90, 120) for n in range(120)]


@pytest.mark.slow
def test_white_part_is_found_after_many_plain_parts_that_stay(take, monkeypatch) -> None:
    bands = "".join(
        f"<div style='height:1000px;background:rgb({20 + 9 * i}, 90, 120)'><canvas width=90 height=900></canvas></div>"
        for i in range(20)
    )
    real = tiles.TileTaker._cut

    async def cut(self, top: int, rows: int, *, beyond: bool) -> bytes:
        png = await real(self, top, rows, beyond=beyond)
        if not beyond or top < 16_000:
            return png
        with Image.open(io.BytesIO(png)) as image:
            made = image.convert("RGB")
        made.paste((255, 255, 255), (0, 1200, made.width, made.height))  # not blank as a whole
        out = io.BytesIO()
        made.save(out, "PNG")
        return out.getvalue()

    monkeypatch.setattr(tiles.TileTaker, "_cut", cut)
    with Site({"/": page(f"<!doctype html><body style='margin:0'>{bands}")}) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert shown(sink) == [(20 + 9 * (n // 10), 90, 120) for n in range(200)]


@pytest.mark.slow
def test_nothing_else_is_cut_out_while_a_tile_is_taken_again(take, monkeypatch) -> None:
    real, under_way, most = tiles.TileTaker._cut, [0], [0]

    async def cut(self, top: int, rows: int, *, beyond: bool) -> bytes:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        try:
            png = await real(self, top, rows, beyond=beyond)
            await asyncio.sleep(0.2)
            return blank(png) if beyond else png
        finally:
            under_way[0] -= 1

    monkeypatch.setattr(tiles.TileTaker, "_cut", cut)
    with Site({"/": page(marked(12_000))}) as site:
        result, sink = take(site.url + "/")
    assert (result.outcome, most[0]) == ("complete", 1)
    assert read_back(sink, ["screenshot.png"])[0] == list(range(24))


def test_page_that_is_blank_keeps_its_blank(take) -> None:
    with Site({"/": page("<!doctype html><body style='margin:0;height:9000px'>")}) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    retried = next(s for s in result.steps if s["name"] == "screenshot")["retried"]
    assert {(r["why"], r["content_expected"], r["settled"]) for r in retried} == {("blank", 0, False)}
    assert Image.open(io.BytesIO(sink.data["screenshot.png"])).size == (1280, 9000)


def test_bars_stand_once_and_movement_is_stilled(take) -> None:
    more = (
        "<style>@keyframes m{from{transform:translateX(0)}to{transform:translateX(600px)}}"
        "@keyframes f{from{opacity:0}to{opacity:1}}</style>"
        "<div style='position:fixed;bottom:0;left:0;right:0;height:30px;background:#f00'></div>"
        "<div style='position:sticky;top:0;height:40px;margin-left:300px;background:#00f'></div>"
        "<div style='position:absolute;top:3990px;left:400px;width:50px;height:20px;background:#ff0;animation:m 3s linear infinite'></div>"
        "<div style='position:absolute;top:6000px;left:400px;width:50px;height:50px;background:#0ff;animation:f 60s linear both'></div>"
    )
    with Site({"/": page(marked(12_000, more))}) as site:
        result, sink = take(site.url + "/")
    image = Image.open(io.BytesIO(sink.data["screenshot.png"])).convert("RGB")
    red = [y for y in range(image.height) if image.getpixel((1000, y)) == (255, 0, 0)]
    blue = [y for y in range(image.height) if image.getpixel((1000, y)) == (0, 0, 255)]
    assert (len(red), len(blue)) == (30, 40)
    assert read_back(sink, ["screenshot.png"])[0] == list(range(24))
    above = [x for x in range(1280) if image.getpixel((x, 3995)) == (255, 255, 0)]
    below = [x for x in range(1280) if image.getpixel((x, 4005)) == (255, 255, 0)]
    assert above == below != []
    assert image.getpixel((420, 6020)) == (0, 255, 255)
    stilled = next(s for s in result.steps if s["name"] == "still")
    assert (stilled["stilled"], stilled["result"]) == ({"ended": 1, "held": 1, "films": 0}, "done")


@pytest.mark.parametrize("wide", [2000, 5000])
def test_picture_is_as_wide_as_the_page(take, wide: int) -> None:
    html = f"<!doctype html><body style='margin:0'><div style='width:{wide}px;height:900px;background:linear-gradient(90deg,#f00 50%,#00f 50%)'>"
    with Site({"/": page(html)}) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    image = Image.open(io.BytesIO(sink.data["screenshot.png"])).convert("RGB")
    assert image.size == (wide, 900)
    assert (image.getpixel((5, 800)), image.getpixel((wide - 1, 800))) == ((255, 0, 0), (0, 0, 255))


def colours(count: int, tall: int) -> str:
    return "".join(f"<div style='height:{tall}px;background:rgb({i},{255 - i},99)'></div>" for i in range(count))


def assert_bands(sink, count: int, tall: int, x: int = 600) -> None:
    picture = Image.open(io.BytesIO(sink.data["screenshot.png"])).convert("RGB")
    found = [picture.getpixel((x, i * tall + tall // 2)) for i in range(count)]
    assert found == [(i, 255 - i, 99) for i in range(count)]


def test_what_is_drawn_only_when_seen_is_in_the_picture(take) -> None:
    bands = colours(40, 300).replace("style='", "style='content-visibility:auto;contain-intrinsic-size:300px;")
    words = bands.replace("></div>", ">words</div>")
    with Site({"/": page(f"<!doctype html><body style='margin:0'>{words}")}) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert_bands(sink, 40, 300)


def test_tall_frame_of_another_site_is_in_the_picture(take) -> None:
    bar = "<div style='position:fixed;top:0;right:0;width:100px;height:30px;background:#f00'></div>"
    with Site({"/in": page(f"<!doctype html><body style='margin:0'>{colours(40, 300)}")}) as site:
        frame = f"<iframe src='{site.other}/in' style='border:0;width:1000px;height:12000px;display:block'></iframe>"
        site.pages["/"] = page(f"<!doctype html><body style='margin:0'>{bar}{frame}")
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    assert_bands(sink, 40, 300)
    picture = Image.open(io.BytesIO(sink.data["screenshot.png"])).convert("RGB")
    assert [y for y in range(picture.height) if picture.getpixel((1250, y)) == (255, 0, 0)] == list(range(30))


def test_page_that_becomes_shorter_under_the_picture_says_so(take, monkeypatch) -> None:
    real = tiles.TileTaker.judged

    async def shrink(self, shot, top: int, rows: int, rung: str):
        if top == 4000:
            await self._live.run("() => { document.body.style.height = '6000px'; }", seconds=3)
        return await real(self, shot, top, rows, rung)

    monkeypatch.setattr(tiles.TileTaker, "judged", shrink)
    with Site({"/": page("<!doctype html><body style='margin:0;height:30000px;background:#456'>")}) as site:
        result, _sink = take(site.url + "/")
    assert "end-of-page" in result.missing
    assert "shorter" in next(s for s in result.steps if s["name"] == "screenshot")["detail"]


def test_picture_is_begun_anew_where_the_page_went_elsewhere(take, monkeypatch) -> None:
    real = tiles.TileTaker.judged

    async def leave(self, shot, top: int, rows: int, rung: str):
        if top == 4000 and len(self._live.recorder.main_documents()) == 1:
            await self._live.run("() => { setTimeout(() => { location = '/next'; }, 0); }", seconds=3)
        return await real(self, shot, top, rows, rung)

    monkeypatch.setattr(tiles.TileTaker, "judged", leave)
    pages = {
        "/": page("<!doctype html><body style='height:90000px'>first"),
        "/next": page(f"<!doctype html><body style='margin:0'>{colours(9, 300)}"),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert result.url_final == site.url + "/next"
    assert "screenshot" not in result.missing
    assert_bands(sink, 9, 300)
    assert result.seconds["screenshot"] < 20
