# ruff: noqa: E501 - pages stand on one line
"""What no script of ours finds by itself, and pictures put together from style alone, with nothing allowed."""

from __future__ import annotations

import pytest

from evidence_kit.capture import closed
from evidence_kit.records import Subject
from tests.integration.capture.test_selected import ALLOWED, GREEN, RED, near
from tests.kit.site import Site, data, page

MARK = "rgb(214,11,33)"
SVG = f'<svg width=90 height=60><rect width=90 height=60 fill="{MARK}"/></svg>'
DRAWN = f"""const c = document.createElement('canvas'); c.width = 90; c.height = 60; const g = c.getContext('2d');
g.fillStyle = '{MARK}'; g.fillRect(0, 0, 90, 60);"""
HOST = f"""<p>Des mots</p><div id=h></div><script>{{ {DRAWN}
const r = h.attachShadow({{mode: 'closed'}}); r.innerHTML = '<b>dans la racine</b>{SVG}'; r.append(c); }}</script>"""
NESTED = f"""<div id=h></div><script>{{ {DRAWN} let r = h.attachShadow({{mode: 'closed'}});
for (let i = 0; i < 3; i++) {{ const d = document.createElement('div'); r.append(d);
 r = d.attachShadow({{mode: i == 1 ? 'open' : 'closed'}}); }} r.append(c); r.innerHTML += '{SVG}'; r.append(c); }}</script>"""
DECLARED = f"<div><template shadowrootmode=closed>{SVG}<p>x</p></template></div>"
DEEP = "<div>" * 400 + HOST + "</div>" * 400
LATE = HOST.replace("<script>", "<script>setTimeout(() => ").replace("</script>", ", 400)</script>")
GOES_ON = f"""<p>Des mots</p><div id=h></div><script>setInterval(() => {{ {DRAWN}
const d = document.createElement('div'); h.replaceChildren(d); d.attachShadow({{mode: 'closed'}}).append(c); }}, 20)</script>"""
TOGGLED = f"""<style>.open b {{ background: linear-gradient({MARK}, {MARK}) }} b {{ display: block; width: 90px; height: 60px }}
</style><main><b></b></main><script>setTimeout(() => document.querySelector('main').className = 'open', WHEN)</script>"""
MOSAIC = f"""<style>div, b {{ display: block; width: 90px; height: 60px; }} i::before {{ content: ''; display: block;
width: 90px; height: 60px; background: linear-gradient({MARK}, {MARK}); }}
#far {{ width: 1px; height: 1px; box-shadow: {", ".join(f"{n}px 9px {MARK}" for n in range(90))}; }}
#many {{ background-image: {", ".join([f"linear-gradient({MARK}, {MARK})"] * 9)}; }}
ul {{ list-style: inside linear-gradient({MARK}, {MARK}); font-size: 60px; }}
#edge {{ border: 20px solid; border-image: conic-gradient({MARK}, {MARK}) 1; }} #said {{ content: linear-gradient({MARK}, {MARK}); }}
</style><div style="background: conic-gradient({MARK}, {MARK}) !important"></div><i></i><div id=far></div><div id=many></div>
<ul><li></ul><div id=edge></div><div id=said></div><b style="background-image: radial-gradient({MARK}, {MARK})"></b>
<div id=s></div><script>s.attachShadow({{mode: 'closed'}}).innerHTML =
'<b style="display:block;width:90px;height:60px;background:linear-gradient({MARK},{MARK})!important">x</b>';</script>"""
GRADIENTS = ", ".join([f"linear-gradient({MARK}, {MARK})"] * 8)
FLOOD = "".join(
    f'<feFlood x="{8 * n}" y="0" width="8" height="60" flood-color="{MARK}" result="r{n}"/>' for n in range(12)
)
PARTS = f"""<style>.fl::first-line {{ background: {GRADIENTS} }} .fi::first-letter {{ font-size: 90px; background: {GRADIENTS} }}
input::file-selector-button {{ width: 96px; height: 60px; border: 0; background: {GRADIENTS} }}
input::placeholder {{ background: {GRADIENTS} }} dialog::backdrop {{ background: {GRADIENTS} }}
details::details-content {{ height: 60px; background: {GRADIENTS} }} li::marker {{ content: linear-gradient({MARK}, {MARK}) }}
i {{ display: block; width: 90px; height: 60px }}</style><p class=fl>mots</p><p class=fi>mots</p><input type=file>
<input placeholder=xxxxxxxx><dialog id=d></dialog><details open><summary>s</summary>zz</details><ul><li>x</ul>
<svg width=0 height=0><filter id=f x=0 y=0 width=96 height=60 filterUnits=userSpaceOnUse primitiveUnits=userSpaceOnUse>{FLOOD}
<feMerge>{"".join(f'<feMergeNode in="r{n}"/>' for n in range(12))}</feMerge></filter></svg><i style="filter:url(#f);background:#fff"></i>
<script>d.showModal()</script>"""
PAGES = {
    "parts of elements": PARTS,
    "svg and canvas": HOST, "nested": NESTED, "declared": DECLARED, "nested 400 deep": DEEP, "late": LATE,
    "gradients": MOSAIC, "toggled at once": TOGGLED.replace("WHEN", "0"), "toggled late": TOGGLED.replace("WHEN", "300"),
}  # fmt: skip


def pictures(sink) -> dict[str, bytes]:
    return {name: blob for name, blob in sink.data.items() if name.endswith(".png")}


@pytest.mark.parametrize("name", PAGES)
def test_drawn_content_that_no_script_finds_not_shown(take, name: str) -> None:
    with Site({"/": page(PAGES[name])}) as site:
        seen, plain = take(site.url + "/")
        result, sink = take(site.url + "/", Subject.SELECTED)
    assert near(pictures(plain)["screenshot.png"], RED) > 1000, seen.outcome
    assert {"first-view.png", "screenshot.png"} <= set(pictures(sink)), [
        s for s in result.steps if s["result"] != "done"
    ]
    for picture, blob in pictures(sink).items():
        assert near(blob, RED) == 0, picture
    assert (result.outcome, result.missing) == ("complete", ())


def test_page_that_goes_on_drawing_where_no_script_looks_gives_no_picture(take) -> None:
    with Site({"/": page(GOES_ON)}) as site:
        seen, plain = take(site.url + "/")
        result, sink = take(site.url + "/", Subject.SELECTED)
    assert near(pictures(plain)["screenshot.png"], RED) > 1000, seen.outcome
    assert not pictures(sink)
    assert not {"pdf", "screenshot", "first-view", "thumbnail"} & sink.roles()
    assert result.outcome == "partial"
    assert {"pdf", "screenshot", "first-view"} <= set(result.missing)
    assert any("came into sight" in step["detail"] for step in result.steps), result.steps
    assert "Des mots" in result.text


def test_closed_root_in_frames_of_this_and_of_another_site_not_shown(take) -> None:
    with Site({"/in": page(HOST)}) as site:
        site.pages["/"] = page(
            f"<iframe height=250 src=/in></iframe><iframe height=250 src={site.other}/in></iframe><iframe height=250 srcdoc='{SVG}'>"
        )
        _seen, plain = take(site.url + "/")
        result, sink = take(site.url + "/", Subject.SELECTED)
    assert near(pictures(plain)["screenshot.png"], RED) > 9000
    for picture, blob in pictures(sink).items():
        assert near(blob, RED) == 0, picture
    assert (result.outcome, result.missing) == ("complete", ())


def test_background_shown_where_its_address_is_allowed(take) -> None:
    html = f"<div style='width:80px;height:50px;background:url(/a.png)'></div><b style='background:linear-gradient({MARK},{MARK})'>x</b>"
    with Site({"/": page(html), "/a.png": data(ALLOWED, "image/png")}) as site:
        _result, sink = take(site.url + "/", Subject.SELECTED, allowed=(site.url + "/a.png",))
    assert near(pictures(sink)["screenshot.png"], GREEN) > 1000
    assert near(pictures(sink)["screenshot.png"], RED) == 0


@pytest.mark.parametrize("bound", ["MAX_NODES", "MAX_INSIDE"])
def test_more_than_can_be_looked_behind_gives_no_picture(take, monkeypatch, bound: str) -> None:
    monkeypatch.setattr(closed, bound, 0)
    with Site({"/": page(HOST)}) as site:
        result, sink = take(site.url + "/", Subject.SELECTED)
    assert not pictures(sink)
    assert not {"pdf", "screenshot", "first-view"} & sink.roles()
    assert result.outcome == "partial"
    assert "screenshot" in result.missing
