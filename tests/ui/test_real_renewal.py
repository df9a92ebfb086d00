"""The reminder over a real vault, five years on: put off, answered, and told in the details of the exhibit."""

from __future__ import annotations

import functools

import pytest

from evidence_kit import clock, paths
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Subject
from evidence_kit.vault import KdfParameters, create_vault
from evidence_kit.workflow import session as session_module
from evidence_kit.workflow.records import Declared
from evidence_kit.workflow.session import Session
from tests.kit.era_server import EraServer
from tests.kit.eras import Era, year
from ui import app as window_app
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.models import SECOND

LONG = 60_000
WORDS = "four quiet words here"
NAMES = ("a", "b")


@pytest.fixture
def server(monkeypatch):
    """Authorities of 2020, which end with 2031; it is 2026."""
    cheap = KdfParameters(memory_kib=8192, iterations=1, lanes=1)
    monkeypatch.setattr(session_module, "create_vault", functools.partial(create_vault, kdf=cheap))
    paths.home().mkdir(parents=True, exist_ok=True)
    clock.set_source(lambda: year(2026.1))
    with EraServer() as made:
        made.roots = {name: [Era(f"{name} 2020", 2020, 2032)] for name in NAMES}
        made.eras = {name: eras[-1] for name, eras in made.roots.items()}
        made.overlay(paths.home(), made.roots)
        yield made


@pytest.fixture
def vault(server, tmp_path):
    """Two exhibits that both authorities stamped."""
    session, _code = Session.create(tmp_path / "vault", WORDS, "Mina")
    with session:
        session.add_case("Dossier A")
        for n in range(2):
            file = tmp_path / f"{n}.txt"
            file.write_bytes(b"%d" % n)
            session.import_file(
                file, case_id=None, subject=Subject.ADULT, declared=Declared(), progress=no_progress,
                cancel=CancelToken(),
            )  # fmt: skip
    return tmp_path / "vault"


@pytest.fixture
def window(qtbot, qapp, monkeypatch):
    monkeypatch.setattr("ui.renew_strip.FIRST_LOOK", 0)
    window_app.prepare(qapp)
    made = MainWindow(Desk())
    made.show()
    yield made
    assert made.desk.close(60)
    made.deleteLater()


def test_the_reminder_keeps_to_its_day_and_the_renewal_is_told(qtbot, window, vault, server):
    def open_at(moment: float):
        clock.set_source(lambda: year(moment))
        window.desk.open(vault, WORDS, "Mina")
        qtbot.waitUntil(lambda: window.work is not None and window.work.model.rowCount() == 2, timeout=LONG)
        return window.work.renewal

    def lock() -> None:
        window.lock()
        qtbot.waitUntil(lambda: not window.desk.busy, timeout=LONG)

    strip = open_at(2030.0)
    qtbot.wait(200)
    assert strip.isHidden(), "two years before"
    lock()

    for name in NAMES:
        server.roots[name].append(Era(f"{name} 2030", 2030, 2042))
    server.eras = dict.fromkeys(NAMES)  # nobody answers
    server.overlay(paths.home(), server.roots)
    strip = open_at(2031.8)
    qtbot.waitUntil(strip.isVisible, timeout=LONG)
    assert "before 1 January 2032" in strip.words.text()
    strip.go.click()
    qtbot.waitUntil(lambda: "no authority gave a good answer: 4" in strip.words.text(), timeout=LONG)
    strip.later.click()
    qtbot.wait(200)
    lock()
    strip = open_at(2031.8)
    qtbot.wait(200)
    assert strip.isHidden(), "put off until tomorrow, through a lock"
    lock()

    server.eras = {name: eras[-1] for name, eras in server.roots.items()}
    strip = open_at(2031.81)
    qtbot.waitUntil(strip.isVisible, timeout=LONG)
    strip.go.click()
    qtbot.waitUntil(lambda: "renewed: 4" in strip.words.text(), timeout=LONG)
    assert "before 1 January 2042" in strip.words.text()
    strip.fine.click()
    details = window.work.details
    window.work.list.setCurrentIndex(window.work.model.index(0))
    qtbot.waitUntil(lambda: details.tokens.rowCount() == 4 and details.events.rowCount() > 2, timeout=LONG)
    assert [details.tokens.index(n).data() for n in range(4)] == [
        "a", "Renewed on 23 October 2031 by b", "b", "Renewed on 23 October 2031 by a",
    ]  # fmt: skip
    assert details.tokens.index(1).data(SECOND) == "To be renewed again before 1 January 2042"
    assert [details.events.index(n).data() for n in range(2)] == ["Timestamp renewed"] * 2
    lock()

    clock.set_source(lambda: year(2044))
    strip = open_at(2044)
    qtbot.waitUntil(strip.isVisible, timeout=LONG)
    assert "without being renewed: 4" in strip.words.text()
    strip.fine.click()
    qtbot.wait(200)
    lock()
    strip = open_at(2045)
    qtbot.wait(200)
    assert strip.isHidden(), "told once, as nothing can be done"
