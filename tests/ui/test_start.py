from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from ui.start_forms import looks_synced

from .fake_session import CODE


def test_create_form_is_shown_where_no_vault_lies_yet(window):
    assert window.start.create_form.isVisible()
    assert not window.start.open_form.isVisible()


def test_vault_is_made_with_the_keyboard_alone(qtbot, window, backend):
    form = window.start.create_form
    qtbot.keyClicks(form.pair.first, "four quiet words here")
    qtbot.keyClick(form.pair.first, Qt.Key.Key_Tab)
    qtbot.keyClicks(form.pair.second, "four quiet words here")
    assert form.create_.isEnabled()
    qtbot.keyClick(form.pair.second, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.work is not None)
    assert window.work.recovery.isVisible()
    assert form.pair.text() == ""


def test_passphrases_that_differ_are_not_taken(qtbot, window):
    form = window.start.create_form
    qtbot.keyClicks(form.pair.first, "four quiet words here")
    qtbot.keyClicks(form.pair.second, "four quiet words")
    assert not form.create_.isEnabled()
    qtbot.keyClicks(form.pair.second, " other")
    qtbot.waitUntil(lambda: "not the same" in form.pair.advice.text())


def test_weak_passphrase_gets_advice_but_is_taken(qtbot, window):
    form = window.start.create_form
    qtbot.keyClicks(form.pair.first, "papa1234")
    qtbot.waitUntil(lambda: "guess" in form.pair.advice.text())
    qtbot.keyClicks(form.pair.second, "papa1234")
    assert form.create_.isEnabled()


def test_wrong_passphrase_is_said_in_place_and_can_be_typed_again(qtbot, window, backend):
    window.start.show_open()
    form = window.start.open_form
    form.passphrase.setText("no")
    qtbot.keyClick(form.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(window.start.wrong.isVisible)
    assert "does not open" in window.start.wrong.words.text()
    form.passphrase.setText(backend.passphrase)
    qtbot.keyClick(form.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.work is not None)
    assert form.passphrase.text() == ""


def test_passphrase_is_hidden_unless_asked(window):
    window.start.show_open()
    form = window.start.open_form
    assert form.passphrase.echoMode() is QLineEdit.EchoMode.Password
    form.show_it.click()
    assert form.passphrase.echoMode() is QLineEdit.EchoMode.Normal


def test_recovery_code_opens_and_sets_a_new_passphrase(qtbot, window):
    window.start.show_recover()
    form = window.start.recover_form
    form.code.setText(CODE)
    form.pair.first.setText("another long phrase of mine")
    form.pair.second.setText("another long phrase of mine")
    form.open.click()
    qtbot.waitUntil(lambda: window.work is not None)


def test_what_is_lost_is_said_before_creating(window):
    texts = [w.text() for w in window.start.create_form.findChildren(type(window.start.title))]
    assert any("nobody can open the vault again" in t for t in texts)


def test_folder_of_a_cloud_service_is_noticed():
    assert looks_synced(Path("/home/x/OneDrive - Work/vault"))
    assert not looks_synced(Path("/home/x/Documents/vault"))
