"""Capture against its floor: the barest script that makes the same artifacts in clear, warm, paired and alternated.

Run: .venv/bin/python -m tests.bench.bench_capture
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import random
import statistics
import subprocess
import sys
import time

from PIL import Image

from evidence_kit import system
from evidence_kit.capture import BrowserHost, make_plan
from evidence_kit.capture.browser import launch
from evidence_kit.records import Subject
from evidence_kit.settings import Settings
from tests.kit.sinks import MemorySink
from tests.kit.site import Site, data, page, png

ROUNDS = 5
TARGETS = {"/article": 1.5, "/gallery": 1.5, "/thread": 1.5}
QUIET = Settings(ask_clock=False, ask_dns=False)


def pages() -> dict:
    words = "Un paragraphe de texte, assez long pour remplir une ligne ou deux de la page. " * 4
    article = "".join(f"<h2>Partie {i}</h2><p>{words}</p>" for i in range(12))
    pictures = "".join(f"<img src='/img/{i}.png' width=300 height=200>" for i in range(5))
    posts = "".join(
        f"<div style='height:296px;border-bottom:4px solid #ccc;background:hsl({i * 7 % 360},60%,90%)'>"
        f"<img loading=lazy width=120 height=120 src='/img/{i % 50}.png?p={i}'><b>auteur {i}</b><p>{words}</p></div>"
        for i in range(200)
    )
    many = "".join(
        f"<figure><img loading=lazy src='/photo/{i}.png' width=300 height=200><figcaption>{i}</figcaption></figure>"
        for i in range(200)
    )
    made = {
        "/gallery": page(f"<!doctype html><title>Galerie</title><style>figure{{display:inline-block}}</style>{many}"),
        "/article": page(f"<!doctype html><title>Article</title><body>{article}{pictures}"),
        "/thread": page(f"<!doctype html><title>Fil</title><body style='margin:0'>{posts}"),
    }
    for i in range(50):
        made[f"/img/{i}.png"] = data(png(300, 200, (i * 5, 90, 200 - i)), "image/png")
    for i in range(200):  # 100 to 300 KB each, of which nothing can be compressed away
        made[f"/photo/{i}.png"] = data(noise(190, 180 + 2 * (i % 180), i), "image/png")
    return made


def noise(width: int, height: int, seed: int) -> bytes:
    """A picture of noise, so that its size is about three bytes a pixel."""
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(3 * width * height)).save(out, "PNG")
    return out.getvalue()


SCROLL = """async () => { for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
  scrollTo(0, y); await new Promise(requestAnimationFrame); } scrollTo(0, 0); }"""


async def floor(browser, url: str) -> float:
    started = time.perf_counter()
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    tab = await context.new_page()
    responses = []
    tab.on("response", lambda r: responses.append(r))  # noqa: PLW0108
    await tab.goto(url, wait_until="load")
    first = await tab.screenshot()
    await tab.evaluate(SCROLL)
    whole = await tab.screenshot(full_page=True)
    html, text = await tab.content(), await tab.evaluate("document.body.innerText")
    bodies = [await r.body() for r in responses if r.status == 200]
    session = await context.new_cdp_session(tab)
    answer = await session.send("Page.printToPDF", {"transferMode": "ReturnAsBase64", "printBackground": True})
    kept = [first, whole, html, text, bodies, base64.b64decode(answer["data"])]
    await context.close()
    assert all(kept)
    return time.perf_counter() - started


def ours(host: BrowserHost, url: str) -> tuple[float, dict[str, float]]:
    started = time.perf_counter()
    sink = MemorySink()
    result = host.capture(make_plan(url, Subject.ADULT, QUIET), sink)
    took = time.perf_counter() - started
    assert result.outcome == "complete", (result.missing, result.steps)
    return took, result.seconds


def peak(url: str) -> int:
    """Our own process' peak in a fresh process, bytes hashed but not kept."""
    code = (
        "import sys\nfrom evidence_kit.capture import BrowserHost, make_plan\n"
        "from tests.bench.bench_capture import QUIET\nfrom evidence_kit.records import Subject\n"
        "from tests.kit.sinks import MemorySink\n"
        "with BrowserHost() as host:\n"
        "    r = host.capture(make_plan(sys.argv[1], Subject.ADULT, QUIET), MemorySink(keep=False))\n"
        "print([int(x.split()[1]) * 1024 for x in open('/proc/self/status') if x.startswith('VmHWM')][0])\n"
    )
    out = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True)
    return int(out.stdout.split()[-1])


def main() -> None:
    from playwright.async_api import async_playwright

    loop = asyncio.new_event_loop()
    playwright = loop.run_until_complete(async_playwright().start())
    browser = loop.run_until_complete(launch(playwright, None))
    answer: dict[str, object] = {}
    with Site(pages()) as site, BrowserHost() as host:
        for path, target in TARGETS.items():
            url = site.url + path
            loop.run_until_complete(floor(browser, url))
            ours(host, url)
            ratios, seconds = [], []
            for _ in range(ROUNDS):
                bare = loop.run_until_complete(floor(browser, url))
                took, steps = ours(host, url)
                ratios.append(took / bare)
                seconds.append((bare, took))
            print(path, "floor/ours s:", [(round(a, 2), round(b, 2)) for a, b in seconds], "last steps:", steps)
            answer[path] = {"ratio": round(statistics.median(ratios), 2), "target": target, "peak_mb": peak(url) >> 20}
        print(json.dumps(answer))
    loop.run_until_complete(browser.close())
    loop.run_until_complete(playwright.stop())
    print("this process' peak MB (floor's bodies included):", system.peak_memory_bytes() >> 20)


if __name__ == "__main__":
    main()
