"""While a page is open, nothing of it stands in clear in any file, named or deleted, on a real disk."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from evidence_kit.capture import BrowserHost, make_plan
from evidence_kit.records import Subject
from evidence_kit.settings import Settings
from tests.kit.sinks import MemorySink
from tests.kit.site import Reply, Site, data, page
from tests.kit.traces import Watcher


def _switches(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # ended meanwhile
        return []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_marker_in_no_file_while_the_page_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    marker = "zq" + secrets.token_hex(16)
    temp = Path(tempfile.mkdtemp(prefix="k"))  # short: the browser puts a socket below it
    monkeypatch.setenv("TMPDIR", str(temp))
    html = f"""<!doctype html><title>{marker}</title><h1>{marker}</h1><img src=/big><script>
      localStorage.setItem('a', '{marker}'); document.cookie = 'c={marker}';
      fetch('/big').then(r => r.blob()).then(b => window.b = b);
      indexedDB.open('{marker}').onupgradeneeded = e => e.target.result.createObjectStore('{marker}');
      caches.open('x').then(c => c.put('/y', new Response('{marker}')));</script>"""

    def slow(write) -> None:
        for _ in range(20):
            write((marker + " ").encode() * 20_000)
            time.sleep(0.1)

    pages = {
        "/": page(html, Cache_Control="max-age=1000"),
        "/big": data(marker.encode() * 100_000, "text/plain", Cache_Control="max-age=1000"),
        "/slow": Reply(headers={"Content-Type": "application/octet-stream"}, stream=slow),
    }
    home = Path.home()
    folders = [temp, Path("/dev/shm"), home / ".cache" / "chromium", home / ".config" / "chromium", home / ".pki"]
    try:
        with Watcher(marker, folders) as watcher, Site(pages) as site, BrowserHost() as host:
            settings = Settings(ask_clock=False, ask_dns=False)
            for path in ("/", "/slow"):
                result = host.capture(make_plan(site.url + path, Subject.ADULT, settings), MemorySink())
                assert result.outcome == "complete"
            switches = [a for p in psutil.Process().children(recursive=True) for a in _switches(p)]
            assert "--disable-dev-shm-usage" not in switches
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    assert not watcher.seen
