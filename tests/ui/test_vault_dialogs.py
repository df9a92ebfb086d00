"""Changing the passphrase and checking the vault from the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from evidence_kit.workflow.records import OpenSummary

NEW = "another long phrase of mine"


@pytest.fixture
def change(window, work):
    window.passphrase_action.trigger()
    return window.dialog


def _fill(dialog, present: str, new: str, again: str = "") -> None:
    dialog.present.setText(present)
    dialog.pair.first.setText(new)
    dialog.pair.second.setText(again or new)


def test_passphrase_is_changed_with_the_keyboard_alone(qtbot, change, backend):
    qtbot.keyClicks(change.present, backend.session.passphrase)
    qtbot.keyClick(change.present, Qt.Key.Key_Tab)
    assert change.pair.first.hasFocus()
    qtbot.keyClicks(change.pair.first, NEW)
    assert not change.change.isEnabled()
    qtbot.keyClicks(change.pair.second, NEW)
    qtbot.keyClick(change.pair.second, Qt.Key.Key_Return)
    qtbot.waitUntil(change.done_.isVisible)
    assert backend.session.passphrase == NEW
    assert change.present.text() == change.pair.text() == ""
    assert not change.change.isVisible()
    assert change.leave.text() == "Close"


def test_who_does_not_know_the_present_passphrase_changes_nothing(qtbot, change, backend):
    _fill(change, "not this one", NEW)
    change.change.click()
    qtbot.waitUntil(change.wrong.isVisible)
    assert "does not open" in change.wrong.words.text()
    assert change.isVisible()
    assert backend.session.passphrase != NEW
    qtbot.waitUntil(change.present.hasFocus)
    _fill(change, backend.session.passphrase, NEW)
    change.change.click()
    qtbot.waitUntil(change.done_.isVisible)


def test_passphrase_that_is_too_short_is_said_in_place(qtbot, change, backend):
    _fill(change, backend.session.passphrase, "short")
    change.change.click()
    qtbot.waitUntil(change.wrong.isVisible)
    assert "at least" in change.wrong.words.text()
    qtbot.waitUntil(change.pair.first.hasFocus)


def test_copies_made_before_are_named(change):
    assert any("still open with the present" in w.text() for w in change.findChildren(QLabel))


def test_leaving_forgets_what_was_typed(qtbot, change):
    _fill(change, "a secret", NEW)
    qtbot.keyClick(change, Qt.Key.Key_Escape)
    assert change.present.text() == change.pair.first.text() == change.pair.second.text() == ""


def test_sound_vault_is_said_to_be_sound(qtbot, window, work, backend):
    window.check_action.trigger()
    dialog = window.dialog
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.findings.isVisible)
    assert dialog.verdict.text() == "Sound. Exhibits: 6. Files: 40."
    assert not dialog.list.isVisible()
    assert not dialog.todo.isVisible()
    dialog.quick.setChecked(True)
    dialog.go.click()
    qtbot.waitUntil(lambda: backend.session.calls == ["check:full", "check:fast"])


def test_damage_is_named_in_words_and_says_what_not_to_do(qtbot, window, work, backend):
    backend.session.findings = (
        {"what": "blob-damaged", "subject": "case-1-exhibit-2", "detail": "page.pdf (pdf): The file is cut."},
        {"what": "log-broken", "subject": "case-1", "detail": "Entry 3 does not follow."},
    )
    window.ask_check()
    dialog = window.dialog
    dialog.go.click()
    qtbot.waitUntil(dialog.list.isVisible)
    assert dialog.lines.rowCount() == 2
    assert dialog.lines.index(0).data() == "A file is damaged · Exhibit 2 (Mon dossier)"
    assert dialog.lines.index(1).data() == "The history was changed · Mon dossier"
    dialog.list.setCurrentIndex(dialog.lines.index(0))
    assert dialog.whole.text() == "page.pdf (pdf): The file is cut."
    assert dialog.todo.isVisible()


def test_check_lies_beside_the_window_and_can_be_stopped(qtbot, window, work, backend):
    backend.session.hold.clear()
    window.ask_check()
    dialog = window.dialog
    dialog.go.click()
    qtbot.waitUntil(dialog.working.isVisible)
    assert not dialog.isModal()
    work.search.setText("album")
    qtbot.waitUntil(lambda: work.model.rowCount() == 1)
    dialog.working.stop.click()
    qtbot.waitUntil(dialog.findings.isVisible)
    assert dialog.verdict.text() == "Stopped. Nothing was changed."
    qtbot.waitUntil(dialog.go.isEnabled)


def test_locking_closes_the_check(qtbot, window, work, backend):
    backend.session.hold.clear()
    window.ask_check()
    window.dialog.go.click()
    qtbot.waitUntil(window.dialog.working.isVisible)
    window.lock()
    qtbot.waitUntil(lambda: backend.session.closed)


def test_vault_that_opened_with_damage_offers_the_check(qtbot, window, backend):
    backend.session.opened = OpenSummary(damaged=("index.db",))
    window.desk.open("/nowhere/vault", backend.passphrase, "me")
    qtbot.waitUntil(lambda: window.work is not None and window.work.harm.isVisible())
    assert "damaged" in window.work.harm.words.text()
    window.work.harm.do.click()
    assert window.dialog.isVisible()
    assert window.dialog.go.isVisible()


def test_vault_actions_wait_for_an_open_vault(window):
    assert not window.passphrase_action.isEnabled()
    assert not window.check_action.isEnabled()
    window.ask_check()
    window.ask_passphrase()
    assert window.dialog is None


def test_row_that_has_the_focus_is_framed_once(qtbot, window, work):
    from ui import theme

    lists = (work.list, work.side.list, work.details.files.list)
    assert all(view.property("rows") for view in lists)
    sheet = theme.stylesheet(theme.LIGHT)
    assert 'QListView[rows="true"]:focus' in sheet
    work.side.list.setFocus()
    edge = work.side.list.grab().toImage()
    for x in range(2, edge.width() - 2, 7):  # the list's own edge stays as it was; the row has the frame
        assert edge.pixelColor(x, 0).name() != theme.colours().accent.lower()


def test_empty_list_is_no_stop_for_tab(qtbot, window, work):
    assert not work.details.files.list.focusPolicy() & Qt.FocusPolicy.TabFocus
    work.list.setCurrentIndex(work.model.index(0))
    qtbot.waitUntil(lambda: work.details.files.lines.rowCount() > 0)
    assert work.details.files.list.focusPolicy() & Qt.FocusPolicy.TabFocus
