from __future__ import annotations

import re
import threading
import time
import xml.etree.ElementTree as ET

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog

from evidence_kit import settings
from ui import pickers, theme, translations, words
from ui.idle import IdleLock


def test_lock_closes_the_session_and_leaves_nothing_on_the_screen(qtbot, window, work, backend):
    work.ask_recovery()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    window.lock()
    qtbot.waitUntil(lambda: backend.session.closed)
    assert window.work is None
    assert window.start.isVisible()
    assert window.desk.session is None
    assert window.desk.recovery_code == ""


def test_lock_stops_a_running_capture_before_it_closes(qtbot, window, work, backend):
    backend.session.hold.clear()
    work.bar.address.setText("https://example.org")
    work.bar._on_capture()
    work.bar.dialog._on_answer(next(iter(work.bar.dialog.question.choices)))
    qtbot.waitUntil(lambda: work.bar.running)
    window.lock()
    qtbot.waitUntil(lambda: backend.session.closed)


def test_quick_exit_hides_everything_and_ends(qtbot, window, work, backend, monkeypatch):
    ended: list[str] = []
    monkeypatch.setattr(QApplication, "quit", lambda *_: ended.append("quit"))
    window.quick_exit()
    assert not window.isVisible()
    assert ended == ["quit"]
    assert backend.session.closed


def test_quick_exit_does_not_wait_for_a_job_that_hangs(qtbot, window, work, backend, monkeypatch):
    gate, started, ended = threading.Event(), threading.Event(), []

    def hang(_session, _progress, _cancel):
        started.set()
        gate.wait(20)

    monkeypatch.setattr("ui.main_window.QUICK_SECONDS", 0.2)
    monkeypatch.setattr("os._exit", ended.append)
    monkeypatch.setattr(QApplication, "quit", lambda *_: None)
    window.desk.act("hang", hang)
    qtbot.waitUntil(started.is_set)
    window.quick_exit()
    assert ended == [0]
    gate.set()


def test_idle_time_locks_and_use_starts_it_anew(qtbot, qapp, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("ui.idle._clocks", lambda: (now[0], now[0]))
    idle = IdleLock(10, check_ms=5)
    idle.watch(True)
    with qtbot.waitSignal(idle.idle):
        now[0] += 600
    assert not idle.watching
    idle.watch(True)
    for _ in range(8):
        now[0] += 590
        QCoreApplication.sendEvent(qapp, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier))
        qtbot.wait(20)
        assert idle.watching
    idle.watch(False)
    assert not idle.watching


def test_computer_that_slept_is_locked_at_the_first_key(qtbot, qapp, monkeypatch):
    idle = IdleLock(10, check_ms=60_000)
    idle.watch(True)
    woken = (time.monotonic(), time.time() + 3600)
    monkeypatch.setattr("ui.idle._clocks", lambda: woken)
    with qtbot.waitSignal(idle.idle, timeout=1000):
        QCoreApplication.sendEvent(qapp, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier))


def test_no_minutes_means_never(qapp):
    idle = IdleLock(0)
    idle.watch(True)
    assert not idle.watching


def test_running_capture_keeps_the_window_from_locking_itself(qtbot, window, work, backend):
    backend.session.hold.clear()
    job = window.desk.act("x", lambda s, p, c: s._steps(p, c, "load"))
    qtbot.waitUntil(lambda: window.desk.busy)
    assert not window.idle.watching
    backend.session.hold.set()
    with qtbot.waitSignal(job.ended):
        pass
    qtbot.waitUntil(lambda: window.idle.watching)


def test_language_switch_changes_the_words_and_is_remembered(qtbot, window, work):
    window.use_language("fr")
    assert window.work.bar.capture.text() == "Capturer"
    assert settings.load().language == "fr"
    window.use_language("en")
    assert window.work.bar.capture.text() == "Capture"


def test_every_sentence_has_its_french():
    root = ET.parse(translations.ts_file("fr")).getroot()
    open_ = [
        m.findtext("source")
        for m in root.iter("message")
        if not (m.findtext("translation") or "").strip() or m.find("translation").get("type")
    ]
    assert open_ == []


def test_french_keeps_every_placeholder():
    for message in ET.parse(translations.ts_file("fr")).getroot().iter("message"):
        source, french = message.findtext("source"), message.findtext("translation")
        assert set(re.findall(r"\{\w+\}", source)) == set(re.findall(r"\{\w+\}", french)), source


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("c", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_contrast_reaches_aa_in_both_looks(c):
    for ink, ground in (
        (c.ink, c.ground),
        (c.ink, c.surface),
        (c.ink, c.sunken),
        (c.ink, c.chosen),
        (c.quiet, c.ground),
        (c.quiet, c.surface),
        (c.quiet, c.sunken),
        (c.quiet, c.chosen),
        (c.accent, c.ground),
        (c.accent, c.surface),
        (c.accent, c.sunken),
        (c.accent, c.chosen),
        (c.accent_ink, c.accent),
        (c.accent_ink, c.accent_hover),
        (c.note_ink, c.note),
        (c.quiet, c.line),
    ):
        assert _contrast(ink, ground) >= 4.5, (ink, ground)
    for ground in (c.ground, c.surface):
        assert _contrast(c.edge, ground) >= 3, ground


def test_nothing_is_red():
    for c in (theme.LIGHT, theme.DARK):
        for name in set(c.__slots__) - {"name"}:
            value = getattr(c, name)
            red, green, blue = (int(value[n : n + 2], 16) for n in (1, 3, 5))
            assert not (red > 140 and green < 90 and blue < 90), name


def test_file_dialog_leaves_no_trace(qtbot, qapp, monkeypatch, tmp_path):
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QFileDialog

    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path / "config"))
    secret = tmp_path / "secret-folder"
    secret.mkdir()
    (secret / "a.png").write_bytes(b"x")

    def run(dialog):
        dialog.setDirectory(str(secret))
        dialog.selectFile("a.png")
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(QFileDialog, "exec", run)
    pickers.open_file(None, "x")
    kept = "".join(p.read_text() for p in (tmp_path / "config").rglob("*") if p.is_file())
    assert "secret-folder" not in kept


def test_times_and_sizes_are_written_in_the_language_in_use(monkeypatch):
    monkeypatch.setattr("evidence_kit.language.current", lambda: "fr")
    assert "nov." in words.when("2026-11-22T18:16:08.120Z")
    assert words.size(184_221).endswith("ko")
    assert words.when("nonsense") == "nonsense"
