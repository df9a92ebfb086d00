"""The window without a screen: offscreen unless the caller says otherwise, and a vault in memory."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from ui import app as window_app
from ui import singletons
from ui.desk import Desk
from ui.main_window import MainWindow

from .fake_session import FakeBackend, filled

singletons.hold()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["tests", *window_app.STYLE]


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def desk(qapp: QApplication, backend: FakeBackend):
    made = Desk(backend)
    yield made
    assert made.close(10)


@pytest.fixture
def window(qtbot, qapp: QApplication, backend: FakeBackend):
    """A shown window on the start screen."""
    window_app.prepare(qapp)
    desk = Desk(backend)
    made = MainWindow(desk)
    made.show()
    yield made
    backend.session.hold.set()
    assert desk.close(10)
    made.deleteLater()


@pytest.fixture
def work(qtbot, window: MainWindow, backend: FakeBackend):
    """The work screen over a vault with something of every kind in it."""
    filled(backend.session)
    window.desk.open("/nowhere/vault", backend.passphrase, "me")
    qtbot.waitUntil(lambda: window.work is not None)
    screen = window.work
    qtbot.waitUntil(lambda: screen.side.lines.rowCount() == 2)
    screen.side.list.setCurrentIndex(screen.side.lines.index(0))
    qtbot.waitUntil(lambda: screen.model.rowCount() == 6)
    return screen
