"""The visible browser through the real window: she signs in, records, and a lock takes the browser away at once."""

from __future__ import annotations

import psutil
import pytest

from evidence_kit import paths
from evidence_kit.capture import leftovers
from evidence_kit.jobs import CancelToken
from evidence_kit.records import Subject
from tests.kit.authority import Authority, write_overlay
from tests.kit.screen import virtual_screen
from tests.kit.site import Reply, Site, page
from ui import app as window_app
from ui.desk import Desk
from ui.main_window import MainWindow

LONG = 120_000
TOKEN = "T0kenOfHers5512098a7b6c"
FORM = "<title>Sign in</title><form action=/in method=post><input type=password name=p><button>Go</button></form>"


@pytest.fixture
def screen():
    with virtual_screen() as made:
        yield made


def sign_in(bar) -> None:
    """What her hands do in the browser."""
    host = bar._sitting._host

    async def work(_on_abort):
        shown = host._window.page
        await shown.fill("input[type=password]", "otter-Password-55120")
        await shown.click("button")
        await shown.wait_for_url("**/private", wait_until="load")

    host._call(work, CancelToken())


@pytest.mark.slow
@pytest.mark.browser
def test_she_signs_in_records_and_a_lock_closes_the_browser_first(qtbot, qapp, screen, tmp_path):
    paths.home().mkdir(parents=True, exist_ok=True)
    window_app.prepare(qapp)
    window = MainWindow(Desk())
    window.show()
    pages = {
        "/": page(FORM),
        "/in": Reply(b"", 302, {"Location": "/private", "Set-Cookie": f"sid={TOKEN}; HttpOnly; Path=/"}),
        "/private": page(f"<title>Private</title><h1>Words behind the wall</h1>{TOKEN}"),
    }
    with Authority(tmp_path / "tsa", "local") as authority, Site(pages) as site:
        write_overlay(paths.home(), [authority])
        window.desk.create(tmp_path / "vault", "four quiet words here", "")
        qtbot.waitUntil(lambda: window.work is not None, timeout=LONG)
        work = window.work
        work.bar.address.setText(site.url + "/")
        work.bar.visibly.click()
        work.bar.dialog.question.choices[Subject.ADULT].click()
        bar = work.bar.sitting
        qtbot.waitUntil(lambda: bar.page.text() == site.url + "/", timeout=LONG)
        assert work.model.rowCount() == 0
        sign_in(bar)
        qtbot.waitUntil(lambda: bar.page.text().endswith("/private"), timeout=LONG)
        bar.capture.click()
        qtbot.waitUntil(lambda: "complete" in bar.told.text(), timeout=LONG)
        qtbot.waitUntil(lambda: work.model.rowCount() == 1 and work.details.title.text() == "Private", timeout=LONG)
        browser = psutil.Process(bar._sitting._host._engine.process)
        window.lock()
        browser.wait(2)
        assert not bar.isVisible()
        qtbot.waitUntil(lambda: not window.desk.busy, timeout=LONG)
        assert list((paths.home() / leftovers.FOLDER).glob("*")) == []
    assert not [p for p in (tmp_path / "vault").rglob("*") if p.is_file() and TOKEN.encode() in p.read_bytes()]
    assert window.desk.close(60)
    window.deleteLater()
