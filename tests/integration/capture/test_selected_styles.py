# ruff: noqa: E501 - pages stand on one line
"""What style rules draw beside elements, in print and while the page changes, with nothing allowed."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

from evidence_kit import system
from evidence_kit.capture.covers import cover
from evidence_kit.records import Subject
from tests.integration.capture.test_selected import ALLOWED, CODED, GREEN, RED, near
from tests.kit.site import Site, data, page

MARK = "rgb(214,11,33)"
DRAWN = f"linear-gradient({MARK}, {MARK})"
BOX = "<!doctype html><title>t</title><style>.b { display: block; width: 90px; height: 60px }</style><p>Des mots</p>"
FIRST = f"""<style>@layer theirs {{ p::first-line {{ background-image: {DRAWN} !important }}
input::placeholder {{ background-image: {DRAWN} !important }} dialog::backdrop {{ background-image: {DRAWN} !important }}
i::before {{ content: 'x' !important; display: block; width: 90px; height: 60px; background-image: {DRAWN} !important }} }}</style>
<p style="font-size:60px">mots</p><input placeholder=xxxxxxxx style="font-size:50px"><i></i><dialog id=d>d</dialog><script>d.showModal()</script>"""
PARTS = f"""<style>audio::-webkit-media-controls-panel {{ background-image: {DRAWN} }} meter::-webkit-meter-inner-element,
progress::-webkit-progress-inner-element, ::-webkit-color-swatch, ::-webkit-datetime-edit {{ background-image: {DRAWN} }}
#c {{ width: 200px; height: 90px; overflow: auto; scroll-marker-group: after }} #c > div {{ height: 100px }}
#c::scroll-marker-group {{ display: block; height: 60px; width: 90px; background: {DRAWN} }}</style>
<audio controls></audio><input type=color style="width:90px;height:60px"><input type=date style="font-size:40px"><div id=c><div>a</div><div>b</div></div>"""
ADOPTED = f"""<p id=p style="font-size:60px">mots</p><script>const s = new CSSStyleSheet();
s.replaceSync("@layer theirs {{ #p::first-line {{ background-image: {DRAWN} !important }} }}");
setInterval(() => document.adoptedStyleSheets = [s], 30)</script>"""
CHANGING = f"""<style>.on #x {{ background: {DRAWN} }} ::view-transition-old(root) {{ animation: none; opacity: 1 }}
::view-transition-group(root) {{ animation-duration: 900s }} ::view-transition-new(root) {{ display: none }}</style><div id=x class=b></div>
<script>document.body.className = 'on'; document.startViewTransition(() => document.body.className = '')</script>"""
PAGES = {"a layer before ours": FIRST, "parts of the browser's own": PARTS, "changing": CHANGING}


def none_shown(sink) -> bool:
    return not any(near(blob, RED) for name, blob in sink.data.items() if name.endswith(".png"))


@pytest.mark.parametrize("name", PAGES)
def test_drawn_where_style_rules_compete_not_shown(take, name: str) -> None:
    with Site({"/": page(BOX + PAGES[name])}) as site:
        _seen, plain = take(site.url + "/")
        result, sink = take(site.url + "/", Subject.SELECTED)
    assert near(plain.data["first-view.png"], RED) > 500
    assert none_shown(sink)
    assert (result.outcome, result.missing) == ("complete", ())


@pytest.mark.parametrize(("policy", "sure"), [("", True), ("style-src http: 'nonce-a'", False)])
def test_rules_that_cannot_be_read_come_after_ours_or_count_as_in_sight(policy: str, sure: bool) -> None:
    far = f"@layer theirs {{ p::first-line {{ background-image: {DRAWN} !important }} }}"
    program = next(iter(system.browser_candidates()))[1]
    with Site({"/far.css": data(far.encode(), "text/css")}) as site, sync_playwright() as driver:
        html = f"<link rel=stylesheet href={site.other}/far.css><p>mots"
        site.pages["/"] = page(html, **({"Content_Security_Policy": policy} if policy else {}))
        browser = driver.chromium.launch(executable_path=str(program), args=["--no-sandbox"])
        window = browser.new_page()
        window.goto(site.url + "/")
        looks = [window.evaluate(cover(()))["news"] for _look in range(2)]
        shown = window.evaluate("() => getComputedStyle(document.querySelector('p'), '::first-line').backgroundImage")
        browser.close()
    assert (shown == "none") is sure
    assert bool(looks[1]) is not sure


def test_page_that_drops_our_rules_again_and_again_shows_nothing(take) -> None:
    """Which of the pictures fall between two of its turns is chance; none shows what is withheld."""
    with Site({"/": page(BOX + ADOPTED)}) as site:
        _seen, plain = take(site.url + "/")
        result, sink = take(site.url + "/", Subject.SELECTED)
    assert near(plain.data["screenshot.png"], RED) > 500
    assert none_shown(sink)
    assert b"/ShadingType" in plain.data["page.pdf"]
    assert b"/ShadingType" not in sink.data.get("page.pdf", b"")
    assert len({"first-view", "screenshot", "pdf"} & set(result.missing)) >= 2


def test_what_cuts_a_plain_colour_into_shape_is_taken_away(take) -> None:
    html = f"""<svg width=0 height=0><mask id=m><rect width=50 height=60 fill=white /></mask></svg><div class=b style="background:{MARK};mask:url(#m)"></div>
    <div class=b style="background:{MARK};-webkit-mask-box-image:linear-gradient(90deg,#000 50%,transparent 50%)"></div>
    <style>i::before {{ content: ''; display: block; width: 90px; height: 60px; background: {MARK}; clip-path: path('M0 0 L50 0 L50 50 Z') }}</style><i></i>"""
    with Site({"/": page(BOX + html)}) as site:
        _result, sink = take(site.url + "/", Subject.SELECTED)
    assert near(sink.data["screenshot.png"], RED) == 3 * 90 * 60


def test_what_only_prints_is_not_in_the_pdf_and_an_allowed_background_is(take) -> None:
    drawn = f"linear-gradient({MARK}, blue)"
    html = f"""<style>@media print {{ #x {{ background: {drawn} }} }} @media (max-width: 900px) {{ #y {{ background: {drawn} }}
    #z::after {{ content: ''; display: block; width: 90px; height: 60px; background: {drawn} }} }} .on #w {{ background: {drawn} }}
    @page {{ margin: 80px; background: {drawn}; @top-left {{ content: ''; background: {drawn} }} }}</style>
    <i id=x class=b></i><i id=y class=b></i><i id=z></i><i id=w class=b></i><i class=b style="background:url(/a.png)"></i>
    <script>onbeforeprint = () => document.body.className = 'on'; onafterprint = () => document.body.className = ''</script>"""
    with Site({"/": page(BOX + html), "/a.png": data(ALLOWED, "image/png")}) as site:
        _seen, plain = take(site.url + "/")
        result, sink = take(site.url + "/", Subject.SELECTED, allowed=(f"{site.url}/a.png",))
    assert b"/ShadingType" in plain.data["page.pdf"]
    assert b"/ShadingType" not in sink.data["page.pdf"]
    assert b"/Subtype /Image" in sink.data["page.pdf"]
    assert near(sink.data["screenshot.png"], GREEN) > 1000
    assert result.outcome == "complete"


def test_banner_is_refused_as_on_any_page(take) -> None:
    html = """<div id=w><div id=onetrust-banner-sdk style="position:fixed;inset:auto 0 0 0;height:150px">We use cookies, and so do our
    partners. You can accept or reject all cookies.<button onclick="fetch('/did/yes');w.remove()">Accept All</button>
    <button id=onetrust-reject-all-handler onclick="fetch('/did/no');w.remove()">Reject All</button></div></div>"""
    with Site({"/": page(BOX + html)}) as site:
        result, _sink = take(site.url + "/", Subject.SELECTED)
        assert [a for a in site.asked if a.startswith("/did/")] == ["/did/no"]
    assert result.outcome == "complete"


def test_letters_that_a_script_made_from_bytes_are_taken_away(take) -> None:
    html = """<p id=o></p><script>document.fonts.add(new FontFace('x', new ArrayBuffer(20)));
    setInterval(() => o.textContent = 'left: ' + document.fonts.size, 20)</script>"""
    with Site({"/": page(BOX + html)}) as site:
        seen, _plain = take(site.url + "/")
        result, _sink = take(site.url + "/", Subject.SELECTED)
    assert "left: 1" in seen.text
    assert "left: 0" in result.text


def test_allowed_address_that_opens_as_a_page_shows_no_more_than_any_page(take) -> None:
    trap = page(f"<body style='background:url(data:image/png;base64,{CODED})'>")
    with Site({"/": page(BOX + "<iframe src=/one.png></iframe>"), "/one.png": trap}) as site:
        _seen, plain = take(site.url + "/")
        result, sink = take(site.url + "/", Subject.SELECTED, allowed=(f"{site.url}/one.png",))
    assert near(plain.data["screenshot.png"], RED) > 1000
    assert none_shown(sink)
    assert CODED[:40].encode() not in b"".join(sink.data.values())
    assert result.outcome == "complete"
