"""Nothing in clear outside the vault and an asked export; nothing alive inside the export."""

from __future__ import annotations

import contextlib
import os
import threading
import zipfile
from pathlib import Path
from typing import Self

import psutil
import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from evidence_kit import system
from evidence_kit.capture.browser import find_browser
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow.records import CaptureRequest
from tests.kit.site import Site, data, page, png

MARKER = "kestrel-marrow-90817263"
LIVE = f"""<!doctype html><title>{MARKER}</title><h1>{MARKER}</h1><img src=/p.png>
<script>fetch('/beacon?from=' + encodeURIComponent(location.protocol)); document.title = 'ran'</script>"""


@pytest.fixture
def site():
    pages = {
        "/": page(LIVE),
        "/p.png": data(png(50, 50, (1, 200, 100)), "image/png"),
        "/beacon": data(b"ok", "text/plain"),
    }
    with Site(pages) as made:
        yield made


class Watch(threading.Thread):
    """Looks again and again, while the work goes on, for the marker in named files and in deleted ones on a disk."""

    def __init__(self, folders: list[Path]) -> None:
        super().__init__(daemon=True)
        self.folders, self.found, self.looks, self.ended = folders, set(), 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.03):
            self.look()

    def look(self) -> None:
        for folder in self.folders:
            for place, _folders, names in os.walk(folder):
                for name in names:
                    self.read(Path(place, name))
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(OSError, psutil.Error):
                for link in Path(f"/proc/{process.pid}/fd").iterdir():
                    target = str(link.readlink())
                    if target.endswith(" (deleted)") and not target.startswith(("/dev/shm/", "/memfd:")):
                        self.read(link, target)
        self.looks += 1

    def read(self, path: Path, name: str = "") -> None:
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_size < 1 << 26 and MARKER.encode() in path.read_bytes():
                self.found.add(name or str(path))

    def __exit__(self, *_exc: object) -> None:
        self.ended.set()
        self.join()

    def __enter__(self) -> Self:
        self.start()
        return self


@pytest.fixture
def warm():
    """None: here each session starts a browser of its own, in the folders that are watched."""


def capture(session, site):
    record = session.capture(CaptureRequest(url=site.url, subject=Subject.ADULT), no_progress, CancelToken())
    assert record.exhibit.outcome is Outcome.COMPLETE, record.exhibit.missing
    return record


def test_marker_of_a_page_is_in_no_file_while_capturing_and_after(session, site, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    home = Path.home()
    folders = [scratch, session.path, Path(os.environ["EVIDENCE_KIT_HOME"]), Path("/dev/shm")]
    folders += [home / ".cache" / "chromium", home / ".config" / "chromium", home / ".pki"]
    with Watch(folders) as watch:
        capture(session, site)
    watch.look()
    assert watch.looks > 5
    assert watch.found == set()


def test_watch_would_have_seen_it(tmp_path):
    with Watch([tmp_path]) as watch:
        (tmp_path / "leak").write_text(MARKER)
        threading.Event().wait(0.3)
    assert watch.found == {str(tmp_path / "leak")}


def test_locked_export_puts_nothing_in_clear_on_the_disk(session, site, tmp_path):
    capture(session, site)
    with Watch([tmp_path, Path("/tmp/.evidence-kit")]) as watch:
        session.export(
            session.case(None).id,
            tmp_path / "locked.zip",
            password="river-stone-42-violet",
            progress=no_progress,
            cancel=CancelToken(),
        )
    watch.look()
    assert watch.found == set()


def test_double_click_on_any_exported_file_asks_nothing_and_runs_nothing(session, site, tmp_path):
    capture(session, site)
    out = tmp_path / "out.zip"
    session.export(session.case(None).id, out, progress=no_progress, cancel=CancelToken())
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "bag")
    files = [p for p in (tmp_path / "bag").rglob("*") if p.is_file()]
    assert len(files) > 25
    _name, program = find_browser(None)
    before, asked = len(site.asked), []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program), args=["--no-sandbox"] if system.is_superuser() else []
        )
        context = browser.new_context(accept_downloads=False)
        for file in files:
            view = context.new_page()
            view.on("request", lambda r: asked.append(r.url) if r.url.startswith(("http", "ws")) else None)
            title = ""
            with contextlib.suppress(PlaywrightError):  # what it does not show, it offers to keep
                view.goto(file.as_uri(), timeout=10_000)
                view.wait_for_timeout(50)
                title = view.title()
            assert title != "ran", file
            view.close()
        browser.close()
    assert asked == []
    assert len(site.asked) == before
