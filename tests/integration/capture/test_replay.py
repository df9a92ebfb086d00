"""Our archive opens in the viewer that others use, with the site gone and no network."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Frame, Page, sync_playwright

from evidence_kit import system
from evidence_kit.capture.browser import real_program
from tests.kit.site import Site, data, page, png

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 60.0
PICTURE = data(png(40, 30, (200, 10, 10)), "image/png")


@pytest.fixture
def viewer() -> dict[str, bytes]:
    named = os.environ.get("EVIDENCE_KIT_REPLAY_VIEWER")
    folder = Path(named) if named else ROOT / "build" / "replay-viewer"
    files = {name: folder / name for name in ("index.html", "ui.js", "sw.js")}
    if not all(path.is_file() for path in files.values()):
        pytest.skip("no replay viewer on this machine: make replay-viewer fetches it")
    return {name: path.read_bytes() for name, path in files.items()}


@contextmanager
def replayed(viewer: dict[str, bytes], archive: bytes, url: str):
    """The viewer with ``archive`` open at ``url``, in a browser that reaches this computer alone; and what answered."""
    scripts = {f"/{name}": data(viewer[name], "text/javascript") for name in ("ui.js", "sw.js")}
    answers: list[tuple[int, str, bool]] = []
    program = next(real_program(found) for _name, found in system.browser_candidates())
    with (
        Site(
            {"/": page(viewer["index.html"].decode()), "/a.wacz": data(archive, "application/wacz+zip")} | scripts
        ) as at,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=str(program),
            chromium_sandbox=not system.is_superuser(),
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"],
        )
        try:
            shown = browser.new_page()
            shown.context.on("response", lambda r: answers.append((r.status, r.url, r.from_service_worker)))
            shown.goto(
                f"{at.other}/?source={quote(at.other + '/a.wacz', safe='')}#view=replay&url={quote(url, safe='')}"
            )
            yield shown, answers
        finally:
            browser.close()


def until(shown: Page, found: Callable[[], object]) -> object:
    for _ in range(int(SECONDS * 5)):
        result = found()
        if result:
            return result
        shown.wait_for_timeout(200)
    raise AssertionError([frame.url for frame in shown.frames])


def frame_of(shown: Page, url: str) -> Frame | None:
    return next((f for f in shown.frames if f.url.endswith(f"_/{url}")), None)


def words(shown: Page, url: str, expected: str) -> bool:
    frame = frame_of(shown, url)
    return frame is not None and expected in frame.evaluate("document.body ? document.body.innerText : ''")


@pytest.mark.usefixtures("host")
def test_article_replays_from_its_archive(take, viewer: dict[str, bytes]) -> None:
    html = "<!doctype html><title>Un fil</title><h1>Été 中文</h1><p>The words of the article.</p><img src=/img.png>"
    with Site({"/article": page(html), "/img.png": PICTURE}) as site:
        result, sink = take(site.url + "/article")
    assert result.outcome == "complete"
    url = site.url + "/article"
    with replayed(viewer, sink.data["archive.wacz"], url) as (shown, answers):
        until(shown, lambda: words(shown, url, "The words of the article."))
        assert words(shown, url, "Été 中文")
        assert any(s == 200 and u.endswith(f"mp_/{url}") and from_worker for s, u, from_worker in answers), answers
        drawn = "[...document.images].map(i => i.complete && i.naturalWidth)"
        until(shown, lambda: frame_of(shown, url).evaluate(drawn) == [40])
    assert site.asked.count("/article") == 1


@pytest.mark.usefixtures("host")
def test_page_with_frames_pictures_and_a_fetch_replays_from_its_archive(take, viewer: dict[str, bytes]) -> None:
    pages = {
        "/inner": page("<!doctype html><p>inside the frame<img src=/b.png>"),
        "/far": page("<!doctype html><p>inside the frame of another site"),
        "/a.png": PICTURE,
        "/b.png": PICTURE,
        "/s.js": data(b"fetch('/d?x=1').then(r => r.json()).then(j => document.body.append(j.t))", "text/javascript"),
        "/d": data(b'{"t": "said by the fetch"}', "application/json"),
    }
    with Site(pages) as site:
        frames = f"<iframe src=/inner></iframe><iframe src={site.other}/far></iframe>"
        site.pages["/moved"] = page("", Location="/page")
        site.pages["/moved"].status = 302
        site.pages["/page"] = page(
            f"<!doctype html><h1>The page</h1><img src=/a.png>{frames}<script src=/s.js></script>"
        )
        result, sink = take(site.url + "/moved")
    assert result.outcome == "complete"
    url = site.url + "/page"
    with replayed(viewer, sink.data["archive.wacz"], url) as (shown, answers):
        until(shown, lambda: words(shown, url, "said by the fetch"))
        until(shown, lambda: words(shown, site.url + "/inner", "inside the frame"))
        until(shown, lambda: words(shown, site.other + "/far", "inside the frame of another site"))
        until(shown, lambda: frame_of(shown, site.url + "/inner").evaluate("document.images[0].naturalWidth") == 40)
        lost = [(s, u) for s, u, _worker in answers if s != 200 and "_/http" in u and not u.endswith(f"mp_/{url}")]
        assert not [u for s, u in lost if s >= 400], lost
