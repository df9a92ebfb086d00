"""Withdrawing, closing, the history after a look: what is lost is said first, and nothing needs a mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from evidence_kit.records import ExhibitState
from ui.messages import ErrorDialog


def _choose(qtbot, work, exhibit_id: str) -> None:
    work.list.setCurrentIndex(work.model.index(work.model.row_of(exhibit_id)))
    qtbot.waitUntil(lambda: work.details.files.lines.rowCount() > 0)


def _texts(widget) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(w.text() for w in widget.findChildren(QLabel))


def _events(work) -> list[str]:
    events = work.details.events
    return [events.index(n).data() for n in range(events.rowCount())]


def test_look_and_copy_stand_in_the_history_at_once(qtbot, work, monkeypatch):
    _choose(qtbot, work, "case-1-exhibit-1")
    assert not any("looked at" in e for e in _events(work))
    preview = work.details.preview
    preview.hold.held.emit()
    qtbot.waitUntil(lambda: preview._view is not None)
    preview.hold.released_hold.emit()
    qtbot.waitUntil(lambda: any("looked at" in e for e in _events(work)))
    work.details.files.list.setCurrentIndex(work.details.files.lines.index(0))
    monkeypatch.setattr("ui.pickers.save_file", lambda *_a: Path("/nowhere/copy"))
    work.details.files.save.click()
    qtbot.waitUntil(lambda: any("saved outside" in e for e in _events(work)))


def test_look_that_was_let_go_while_it_waited_is_not_noted(qtbot, window, work, backend):
    _choose(qtbot, work, "case-1-exhibit-1")
    backend.session.hold.clear()
    window.desk.act("x", lambda s, p, c: s._steps(p, c, "load"))
    work.details.preview.hold.held.emit()
    work.details.preview.hold.released_hold.emit()
    backend.session.hold.set()
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert backend.session.revealed == []


def test_withdrawing_says_what_is_lost_and_needs_a_reason(qtbot, work, backend):
    _choose(qtbot, work, "case-1-exhibit-2")
    work.details.withdraw.click()
    dialog = work.details.dialog
    said = _texts(dialog)
    assert "nobody can bring them back" in said
    assert "What stays" in said
    assert "police" not in said
    assert not dialog.withdraw.isEnabled()
    dialog.reason.setText("  ")
    assert not dialog.withdraw.isEnabled()
    dialog.reason.setText("recorded twice")
    qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)  # never by Enter alone
    assert dialog.isVisible()
    assert not [c for c in backend.session.calls if c.startswith("withdraw")]
    dialog.withdraw.click()
    qtbot.waitUntil(lambda: "withdraw:case-1-exhibit-2:recorded twice" in backend.session.calls)
    qtbot.waitUntil(lambda: work.details.exhibit.state is ExhibitState.WITHDRAWN)
    qtbot.waitUntil(lambda: "recorded twice" in _texts(work.details.about))
    qtbot.waitUntil(lambda: "Withdrawn" in _events(work))
    assert not work.details.withdraw.isVisible()
    assert work.model.row_of("case-1-exhibit-2") >= 0


def test_leaving_the_page_withdraws_nothing(qtbot, work, backend):
    _choose(qtbot, work, "case-1-exhibit-2")
    work.details.withdraw.click()
    work.details.dialog.reason.setText("x")
    qtbot.keyClick(work.details.dialog, Qt.Key.Key_Escape)
    qtbot.wait(50)
    assert backend.session.calls == []


def test_locked_exhibit_cannot_be_withdrawn_and_sends_to_the_police(qtbot, window, work):
    _choose(qtbot, work, "case-1-exhibit-5")
    assert not work.details.withdraw.isVisible()
    window.exhibit_menu.aboutToShow.emit()
    assert not window.withdraw_action.isEnabled()
    assert "Ask the police or the 3018 first" in _texts(work.details.about)


def test_exhibit_menu_offers_what_can_be_done_with_the_chosen_one(qtbot, window, work):
    window.exhibit_menu.aboutToShow.emit()
    assert not window.withdraw_action.isEnabled()
    _choose(qtbot, work, "case-1-exhibit-3")  # a written record
    window.exhibit_menu.aboutToShow.emit()
    assert window.withdraw_action.isEnabled()
    assert not window.minor_action.isEnabled()
    window.withdraw_action.trigger()
    assert work.details.dialog.isVisible()


def test_case_is_closed_after_words_and_takes_nothing_more(qtbot, window, work, backend):
    window.case_menu.aboutToShow.emit()
    window.close_action.trigger()
    dialog = work.dialog
    assert "Nothing is deleted" in _texts(dialog)
    assert "cannot be opened again" in _texts(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.close_.click()
    qtbot.waitUntil(work.bar.closed.isVisible)
    assert not work.bar.address.isEnabled()
    assert not work.side.take.isEnabled()
    assert work.model.rowCount() == 6
    window.case_menu.aboutToShow.emit()
    assert not window.close_action.isEnabled()
    work.ask_import()
    qtbot.waitUntil(lambda: window.findChildren(ErrorDialog) != [])
    window.findChildren(ErrorDialog)[0].close()
    work.side.list.setCurrentIndex(work.side.lines.index(0))
    qtbot.waitUntil(lambda: not work.bar.closed.isVisible())
    assert work.bar.address.isEnabled()
    assert work.side.take.isEnabled()


def test_agreement_can_be_noted_for_a_case_of_someone_else_only(qtbot, window, work, backend):
    window.case_menu.aboutToShow.emit()
    assert not window.mandate_action.isEnabled()
    backend.session.add_case("N.", for_someone_else=True)
    work.refresh()
    qtbot.waitUntil(lambda: work.side.lines.rowCount() == 3)
    work.side.list.setCurrentIndex(work.side.lines.index(2))
    window.case_menu.aboutToShow.emit()
    assert window.mandate_action.isEnabled()
    window.mandate_action.trigger()
    form = work.dialog.mandate
    assert not work.dialog.keep.isEnabled()
    form.person.setText("N.")
    form.scope.setText("her complaint")
    form.dated.setText("2/11/2026")
    work.dialog.keep.click()
    qtbot.waitUntil(lambda: backend.session.cases()[2].mandate is not None)
    assert backend.session.cases()[2].mandate.dated == "2026-11-02"


@pytest.mark.parametrize("name", ["ask_close", "ask_mandate"])
def test_nothing_is_asked_of_a_vault_without_cases(qtbot, window, backend, name):
    window.desk.create("/nowhere/vault", "four quiet words here", "")
    qtbot.waitUntil(lambda: window.work is not None)
    getattr(window.work, name)()
    assert window.work.dialog is None
