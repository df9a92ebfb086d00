"""She is reminded in time, once a day, can renew with the keyboard alone, and is never left with a riddle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from evidence_kit import clock, language
from evidence_kit.errors import SettingsError
from evidence_kit.workflow.records import RenewalCounts, RenewalState

from .fake_renewals import SOON, WELL


@pytest.fixture
def day(monkeypatch):
    """The calendar, to be turned."""
    monkeypatch.setattr("ui.renew_strip.FIRST_LOOK", 0)
    now = [datetime(2031, 9, 1, 12, tzinfo=UTC)]
    clock.set_source(lambda: now[0])
    yield lambda days: now.__setitem__(0, now[0] + timedelta(days=days))
    clock.set_source(None)


@pytest.fixture
def due(day, backend):
    """It is time to renew when the vault is opened."""
    backend.session.renewals.now = SOON


def shown(strip) -> list[str]:
    return [b.text() for b in strip._buttons if not b.isHidden()]


def test_nothing_is_said_where_all_is_well(qtbot, day, backend, work):
    backend.session.renewals.now = WELL
    qtbot.waitUntil(lambda: "due" in backend.session.renewals.calls)
    qtbot.wait(50)
    assert work.renewal.isHidden()


def test_she_is_reminded_when_the_vault_opens_and_renews_with_the_keyboard(qtbot, due, backend, window, work):
    strip, session = work.renewal, backend.session
    qtbot.waitUntil(strip.isVisible)
    assert "before 1 January 2032" in strip.words.text()
    assert shown(strip) == ["Renew now", "Remind me tomorrow"]
    assert strip.go.accessibleDescription() == strip.words.text()
    strip.go.setFocus()
    session.hold.clear()
    qtbot.keyClick(strip.go, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: strip.bar.maximum() == 4)
    assert shown(strip) == ["Stop"]
    assert window.focusWidget() is strip.stop
    assert not window.desk.busy, "a capture does not wait for it"
    session.hold.set()
    with qtbot.waitSignal(strip.renewed):
        pass
    assert strip.words.text() == "Timestamps renewed: 4. The next time is before 1 January 2041."
    assert window.focusWidget() is strip.fine
    assert session.renewals.due_only == [True]
    qtbot.keyClick(strip.fine, Qt.Key.Key_Space)
    assert strip.isHidden()


def test_put_off_it_comes_back_the_next_day_and_not_before(qtbot, due, day, backend, work):
    strip, session = work.renewal, backend.session
    qtbot.waitUntil(strip.isVisible)
    strip.later.click()
    qtbot.waitUntil(lambda: session.reminder.put_off == 1)
    asked = session.renewals.calls.count("due")
    strip.look()
    qtbot.wait(50)
    assert session.renewals.calls.count("due") == asked, "the vault is asked once a day"
    session.reminder.put_off = 0
    day(1)
    strip._calendar.timeout.emit()
    qtbot.waitUntil(strip.isVisible)


def test_stopped_it_says_what_is_kept_and_can_be_gone_on_with(qtbot, due, backend, work):
    strip, session = work.renewal, backend.session
    qtbot.waitUntil(strip.isVisible)
    session.hold.clear()
    strip.go.click()
    qtbot.waitUntil(lambda: "renew" in session.renewals.calls)
    with qtbot.waitSignal(strip.renewed):
        strip.stop.click()
    assert "What was renewed by then is kept" in strip.words.text()
    assert shown(strip) == ["Renew now", "Remind me tomorrow"]
    session.hold.set()
    with qtbot.waitSignal(strip.renewed):
        strip.go.click()


def test_where_nobody_answered_she_may_ask_again(qtbot, due, backend, work):
    strip, session = work.renewal, backend.session
    qtbot.waitUntil(strip.isVisible)
    session.renewals.counts = RenewalCounts(renewed=0, ended=0, failed=4, state=SOON)
    strip.go.click()
    qtbot.waitUntil(lambda: "no authority gave a good answer: 4. Nothing is lost" in strip.words.text())
    assert shown(strip) == ["Ask again", "Remind me tomorrow"]
    session.renewals.counts = RenewalCounts(renewed=4, ended=0, failed=0, state=WELL)
    strip.again.click()
    qtbot.waitUntil(lambda: "renewed: 4" in strip.words.text())


def test_where_authorities_have_no_newer_certificates_yet_she_is_left_in_peace_for_a_week(qtbot, due, backend, work):
    strip, session = work.renewal, backend.session
    qtbot.waitUntil(strip.isVisible)
    session.renewals.counts = RenewalCounts(renewed=4, ended=0, failed=0, state=SOON)
    strip.go.click()
    qtbot.waitUntil(lambda: "still use certificates that end before 1 January 2032" in strip.words.text())
    strip.fine.click()
    qtbot.waitUntil(lambda: session.reminder.put_off == 7)


def test_a_failure_is_told_and_leaves_the_way_to_ask_again(qtbot, due, backend, work, monkeypatch):
    told = []
    monkeypatch.setattr("ui.renew_strip.show_error", lambda error, _parent: told.append(error))
    strip, session = work.renewal, backend.session
    qtbot.waitUntil(strip.isVisible)
    session.error = SettingsError("The list of authorities cannot be read.")
    strip.go.click()
    qtbot.waitUntil(lambda: bool(told))
    assert "Nothing is lost" in strip.words.text()
    assert shown(strip) == ["Ask again", "Remind me tomorrow"]


def test_what_ended_is_told_without_an_act_that_would_change_nothing(qtbot, due, backend, work):
    work.renewal.hide()
    backend.session.renewals.now = RenewalState(renew_before=WELL.renew_before, ended=3)
    work.renewal._day = None
    work.renewal.look()
    qtbot.waitUntil(lambda: "without being renewed: 3. They stay" in work.renewal.words.text())
    assert shown(work.renewal) == ["Fine"]


def test_the_menu_leads_there_before_it_is_time_and_without_any_timestamp(qtbot, day, backend, window, work):
    strip, session = work.renewal, backend.session
    window.renew_action.trigger()
    qtbot.waitUntil(strip.isVisible)
    assert strip.words.text() == "There is no timestamp yet that could be renewed."
    session.renewals.now = WELL
    window.renew_action.trigger()
    qtbot.waitUntil(lambda: "before 1 January 2041. There is no hurry." in strip.words.text())
    assert window.focusWidget() is strip.go
    with qtbot.waitSignal(strip.renewed):
        strip.go.click()
    assert session.renewals.due_only == [False]


def test_another_language_does_not_lose_the_renewal_under_way(qtbot, due, backend, window, work):
    qtbot.waitUntil(work.renewal.isVisible)
    backend.session.hold.clear()
    work.renewal.go.click()
    qtbot.waitUntil(lambda: "renew" in backend.session.renewals.calls)
    qtbot.waitUntil(lambda: not window.desk.busy)
    window.use_language("fr")
    try:
        strip = window.work.renewal
        assert strip is not work.renewal
        assert shown(strip) == ["Arrêter"]
        backend.session.hold.set()
        qtbot.waitUntil(lambda: "La prochaine fois\u00a0: avant le 1er\u00a0janvier 2041." in strip.words.text())
    finally:
        window.use_language("en")
    assert language.current() == "en"


def test_a_lock_stops_it(qtbot, due, backend, window, work):
    qtbot.waitUntil(work.renewal.isVisible)
    backend.session.hold.clear()
    work.renewal.go.click()
    qtbot.waitUntil(lambda: "renew" in backend.session.renewals.calls)
    window.lock()
    qtbot.waitUntil(lambda: backend.session.closed, timeout=5000)
