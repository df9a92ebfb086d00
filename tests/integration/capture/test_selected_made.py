# ruff: noqa: E501 - pages stand on one line
"""Pictures that a page made itself, allowed one by one by their content: shown, and nothing in their place."""

from __future__ import annotations

import base64

import pytest

from evidence_kit.records import Subject
from tests.integration.capture.test_selected import near
from tests.kit.site import Site, page, png

COLOURS = {"canvas": (214, 11, 33), "svg": (11, 160, 60), "data": (20, 60, 200), "blob": (200, 150, 10)}


def drawing(kind: str, when: str = "") -> str:
    red, green, blue = COLOURS[kind]
    colour, coded = f"rgb({red},{green},{blue})", base64.b64encode(png(90, 60, COLOURS[kind])).decode()
    if kind == "svg":
        return f'<svg width=90 height=60 viewBox="0 0 90 60"><title>Dessin</title><rect width=90 height=60 fill="{colour}"/></svg>'
    if kind == "data":
        return f'<img width=90 height=60 alt="Une photo" src="data:image/png;base64,{coded}">'
    if kind == "canvas":
        return f"""<canvas id=c width=90 height=60></canvas><script>const g = c.getContext('2d');
        const paint = f => {{ g.fillStyle = f; g.fillRect(0, 0, 90, 60) }}; paint('{colour}'); {when}</script>"""
    return f"""<img id=b width=90 height=60><script>const o = new OffscreenCanvas(90, 60), k = o.getContext('2d');
    k.fillStyle = '{colour}'; k.fillRect(0, 0, 90, 60); o.convertToBlob().then(i => b.src = URL.createObjectURL(i))</script>"""


def site_of(*kinds: str, when: str = "") -> Site:
    body = "".join(f"<p>{drawing(kind, when)}</p>" for kind in kinds)
    return Site({"/": page(f"<!doctype html><p>Des mots</p>{body}")})


def named(result) -> dict[str, str]:
    return {one["kind"]: one["item"] for one in result.selection["withheld"] if "item" in one}


@pytest.mark.parametrize("kind", ["canvas", "svg", "data"])
def test_allowed_one_is_shown_and_the_others_stay_covered(take, kind: str) -> None:
    with site_of("canvas", "svg", "data") as site:
        first, before = take(site.url + "/", Subject.SELECTED)
        names = named(first)
        assert set(names) == {"canvas", "svg", "img"}
        name = names["img" if kind == "data" else kind]
        result, sink = take(site.url + "/", Subject.SELECTED, allowed=(name,))
    assert (result.outcome, result.missing) == ("complete", ())
    for picture in ("first-view.png", "screenshot.png"):
        for other, colour in COLOURS.items():
            assert near(before.data[picture], colour) == 0, other
            seen = near(sink.data[picture], colour)
            assert seen > 4000 if other == kind else seen == 0, (other, seen)
    assert [(a["url"], a["requested"]) for a in result.selection["allowed"]] == [(name, True)]
    assert set(named(result).values()) == set(names.values()) - {name}
    assert result.selection["withheld_count"] == first.selection["withheld_count"] - 1


def test_blob_picture_can_be_allowed(take) -> None:
    with site_of("blob") as site:
        first, _sink = take(site.url + "/", Subject.SELECTED)
        (name,) = named(first).values()
        result, sink = take(site.url + "/", Subject.SELECTED, allowed=(name,))
    assert result.selection["allowed"][0]["requested"] is True
    assert near(sink.data["screenshot.png"], COLOURS["blob"]) > 4000


def test_other_content_in_its_place_stays_covered(take) -> None:
    with site_of("canvas") as site:
        first, _sink = take(site.url + "/", Subject.SELECTED)
        (name,) = named(first).values()
    with site_of("canvas", when="paint('rgb(20,60,200)')") as site:
        result, sink = take(site.url + "/", Subject.SELECTED, allowed=(name,))
    assert (
        near(sink.data["screenshot.png"], COLOURS["data"]) == near(sink.data["screenshot.png"], COLOURS["canvas"]) == 0
    )
    assert result.selection["allowed"] == [{"url": name, "requested": False}]


def test_allowed_canvas_that_is_painted_over_is_covered_again(take) -> None:
    over = "setInterval(() => paint('rgb(20,60,200)'), 250)"
    with site_of("canvas", when=over) as site:
        names = named(take(site.url + "/", Subject.SELECTED)[0])
    with site_of("canvas") as site:
        red = named(take(site.url + "/", Subject.SELECTED)[0])["canvas"]
    assert red not in names.values()  # by the time of the picture it was painted over
    with site_of("canvas", when=over) as site:
        _result, sink = take(site.url + "/", Subject.SELECTED, allowed=(red,))
    for picture in ("first-view.png", "screenshot.png"):
        if picture in sink.data:
            assert near(sink.data[picture], COLOURS["data"]) == 0
