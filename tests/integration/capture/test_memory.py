"""Our own process stays small, whatever the page holds; measured in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.kit.site import Reply, Site, page

VIDEO = 200 << 20
LIMIT = 400 << 20
PROGRAM = """
import sys
from evidence_kit.capture import BrowserHost, make_plan
from evidence_kit.records import Subject
from evidence_kit.settings import Settings
from tests.kit.sinks import MemorySink
with BrowserHost() as host:
    plan = make_plan(sys.argv[1], Subject.ADULT, Settings(ask_clock=False, ask_dns=False, load_seconds=60))
    sink = MemorySink(keep=False)
    result = host.capture(plan, sink)
peak = [int(x.split()[1]) * 1024 for x in open("/proc/self/status") if x.startswith("VmHWM")][0]
if result.missing:
    print(result.missing, [s for s in result.steps if s["result"] != "done"], file=sys.stderr)
print(result.outcome, sink.spooled, peak)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_big_video_and_tall_page_stay_below_400_mb() -> None:
    done = threading.Event()

    def film(write) -> None:
        for _ in range(VIDEO >> 20):
            write(b"\0\1\2\3" * (1 << 18))
        done.set()

    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(VIDEO)}
    bands = "".join(f"<div style='height:1000px;background:hsl({i * 7},60%,50%)'>{i}</div>" for i in range(100))
    script = "<script>fetch('/film').then(r => r.arrayBuffer())</script>"
    hold = Reply(headers={"Content-Type": "image/png"}, stream=lambda _write: done.wait(30))
    pages = {
        "/": page(f"<!doctype html><body style='margin:0'>{bands}<img src=/hold>{script}"),
        "/film": Reply(headers=headers, stream=film),
        "/hold": hold,
    }
    with Site(pages) as site:
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, site.url + "/"], capture_output=True, text=True, check=True, timeout=240
        )
    outcome, spooled, peak = ran.stdout.split()
    assert outcome == "complete", ran.stderr
    assert int(spooled) > 100 << 20
    assert int(peak) < LIMIT, f"{int(peak) >> 20} MB"
    print("peak MB:", int(peak) >> 20)


@pytest.mark.slow
def test_big_body_that_no_stream_shows_is_told_of_and_ends_nothing(take) -> None:
    def film(write) -> None:
        for _ in range(100):
            write(b"\0\1\2\3" * (1 << 18))
        done.set()

    done = threading.Event()
    script = (
        "<script>const x = new XMLHttpRequest(); x.open('GET', '/film'); x.responseType = 'blob'; x.send()</script>"
    )
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(100 << 20)}
    pages = {
        "/": page(f"<!doctype html><h1>x</h1><img src=/hold>{script}"),
        "/film": Reply(headers=headers, stream=film),
        "/hold": Reply(headers={"Content-Type": "image/png"}, stream=lambda _write: done.wait(30)),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/", load_seconds=40)
        incomplete = json.loads(sink.data["capture-log.json"])["network"]["incomplete"]
    assert result.outcome == "complete"
    assert [x["url"] for x in incomplete if x["body"]] == [site.url + "/film"]
