"""Our own process stays small, whatever the page holds; measured in a fresh process."""

from __future__ import annotations

import json
import os
import struct
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


VAULT_PROGRAM = """
import functools, os, sys
from pathlib import Path
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Subject
from evidence_kit.vault import KdfParameters, create_vault
from evidence_kit.workflow import session as module
from evidence_kit.workflow.records import CaptureRequest
module.create_vault = functools.partial(create_vault, kdf=KdfParameters(memory_kib=8192, iterations=1, lanes=1))
made, _code = module.Session.create(Path(sys.argv[2]), "a calm river at night 7", "Mina")
made.add_case("A")
with made:
    request = CaptureRequest(url=sys.argv[1], subject=Subject.ADULT, stamp=False)
    record = made.capture(request, no_progress, CancelToken())
peak = [int(x.split()[1]) * 1024 for x in open("/proc/self/status") if x.startswith("VmHWM")][0]
sizes = {a.role: a.size for a in record.artifacts}
print(record.exhibit.outcome, sizes.get("wacz", 0), peak, *record.exhibit.missing)
"""
GIGABYTE, GIGABYTE_LIMIT = 1 << 30, 500 << 20


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_gigabyte_of_media_stays_below_500_mb(tmp_path: Path) -> None:
    """A player that feeds itself piece by piece, beside a film that the browser streams, into a real vault."""
    done = threading.Event()
    piece, pieces = bytes(range(256)) * (1 << 12), 8

    def part(write) -> None:
        for _ in range(GIGABYTE // pieces >> 20):
            write(piece)

    def sound(write) -> None:  # an hour of silence, as long as somebody listens
        rate, length = 44_100, 0x7FFFFF00
        kind = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, rate, rate * 4, 4, 16)
        head = struct.pack("<4sI4s", b"RIFF", length + 36, b"WAVE") + kind + struct.pack("<4sI", b"data", length)
        write(head)
        while not done.is_set():
            write(bytes(1 << 16))

    def hold(_write) -> None:
        done.wait(150)

    player = """<script>(async () => { for (const i of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const from = (await fetch('/part' + i)).body.getReader(); while (!(await from.read()).done); }
      await fetch('/done') })()</script>"""
    pages = {
        "/": page(f"<!doctype html><h1>Film</h1><video src=/sound.wav autoplay muted></video><img src=/hold>{player}"),
        "/sound.wav": Reply(headers={"Content-Type": "audio/wav"}, stream=sound),
        "/hold": Reply(headers={"Content-Type": "image/png"}, stream=hold),
        "/done": Reply(headers={"Content-Type": "text/plain"}, stream=lambda _write: done.set()),
    }
    for i in range(pieces):
        size = {"Content-Type": "video/mp4", "Content-Length": str(GIGABYTE // pieces)}
        pages[f"/part{i}"] = Reply(headers=size, stream=part)
    settings = "load_seconds = 160\npage_seconds = 420\nask_clock = false\nask_dns = false\n"
    Path(os.environ["EVIDENCE_KIT_HOME"], "settings.toml").write_text(settings)
    with Site(pages) as site:
        command = [sys.executable, "-c", VAULT_PROGRAM, site.url + "/", str(tmp_path / "vault")]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=580, check=False)
    assert not ran.returncode, ran.stderr
    outcome, archived, peak, *missing = ran.stdout.split()
    assert (outcome, missing) == ("complete", []), ran.stdout
    assert int(archived) > GIGABYTE
    assert int(peak) < GIGABYTE_LIMIT, f"{int(peak) >> 20} MB"
    print("peak MB:", int(peak) >> 20)
