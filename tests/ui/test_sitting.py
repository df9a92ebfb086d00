"""The bar beside a visible browser: nothing without a press, one thing at a time, gone at once when the vault locks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from evidence_kit.errors import CaptureError, UsageError
from evidence_kit.jobs import Progress
from evidence_kit.records import ExhibitState, Outcome, Subject
from ui import sitting as sitting_module
from ui.widgets import QPushButton

PLACE = "https://example.org/private"


class FakeSitting:
    """Behaves like workflow.visible.VisibleSitting as far as the window can see."""

    def __init__(self, session, request, cancel) -> None:
        self.session, self.request, self.cancel = session, request, cancel
        self.address = PLACE
        self.vanished = self.closed = False
        cancel.on_cancel(self._vanish)

    def _vanish(self) -> None:
        self.vanished = not self.session.closed  # before the keys

    def capture(self, progress, cancel, *, keep):
        self.session.calls.append(f"sitting:{'keep' if keep else 'again'}")
        progress(Progress("screenshot"))
        while not self.session.hold.is_set():
            cancel.check()
            cancel.wait(0.01)
        if self.session.error is not None:
            raise self.session.error
        return self.session.add_exhibit(
            self.request.case_id, title="Private", outcome=Outcome.PARTIAL if keep else Outcome.COMPLETE
        )

    def keep_sign_in(self, label):
        if self.session.error is not None:
            raise self.session.error
        return self.session.sign_ins.put(label)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def sittings(backend, monkeypatch):
    """The windows that were opened."""
    made: list[FakeSitting] = []

    def open_visibly(request, cancel):
        if backend.session.error is not None:
            raise backend.session.error
        cancel.check()
        made.append(FakeSitting(backend.session, request, cancel))
        return made[-1]

    backend.session.open_visibly = open_visibly
    monkeypatch.setattr(sitting_module, "LOOK_MS", 30)
    return made


def ask(work, subject: Subject = Subject.ADULT) -> None:
    work.bar.address.setText("https://example.org/a")
    work.bar.visibly.click()
    work.bar.dialog.question.choices[subject].click()


@pytest.fixture
def bar(qtbot, work, sittings):
    """A bar beside an open window."""
    ask(work)
    made = work.bar.sitting
    qtbot.waitUntil(lambda: made.page.text() == PLACE)
    return made


def test_question_comes_before_the_window(qtbot, work, sittings):
    work.bar.address.setText("https://example.org/a")
    work.bar.visibly.click()
    assert work.bar.dialog.isVisible()
    assert "in your name" in work.bar.dialog.findChildren(type(work.name))[-1].text()
    qtbot.keyClick(work.bar.dialog, Qt.Key.Key_Escape)
    qtbot.wait(50)
    assert sittings == []


@pytest.mark.parametrize("subject", [s for s in Subject if s is not Subject.ADULT])
def test_window_opens_for_adults_only_and_says_why(qtbot, work, sittings, backend, subject):
    ask(work, subject)
    assert work.bar.sitting is None
    assert "only where all shown are adults" in work.bar.ended.words.text()
    work.bar.ended.do.click()
    qtbot.waitUntil(lambda: backend.session.calls != [])
    assert backend.session.calls == [f"capture:{subject.value}:https://example.org/a"]
    assert sittings == []
    qtbot.waitUntil(lambda: not work.bar.running)


def test_nothing_is_recorded_before_a_press(qtbot, work, bar, backend):
    qtbot.wait(100)
    assert backend.session.calls == []
    before = work.model.rowCount()
    bar.capture.click()
    qtbot.waitUntil(lambda: "complete" in bar.told.text())
    qtbot.waitUntil(lambda: work.model.rowCount() == before + 1)
    bar.keep.click()
    qtbot.waitUntil(lambda: "in part" in bar.told.text())
    assert backend.session.calls == ["sitting:again", "sitting:keep"]
    assert bar.isVisible()


def test_bar_is_in_front_and_the_address_follows_her(qtbot, bar, sittings):
    assert bar.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    sittings[0].address = "about:blank"
    qtbot.waitUntil(lambda: not bar.capture.isEnabled())
    assert not bar.keep.isEnabled()
    sittings[0].address = "https://example.org/other"
    qtbot.waitUntil(bar.capture.isEnabled)
    assert bar.page.text() == "https://example.org/other"


def test_recording_can_be_stopped_and_the_window_stays(qtbot, work, bar, backend, sittings):
    backend.session.hold.clear()
    bar.capture.click()
    qtbot.waitUntil(lambda: "picture of the page" in bar.working.step.text())
    assert not bar.buttons.isVisible()
    bar.working.stop.click()
    qtbot.waitUntil(lambda: bar.told.text() == "Stopped. Nothing had been recorded yet.")
    assert bar.buttons.isVisible()
    assert not sittings[0].closed
    assert not sittings[0].vanished


def test_failure_is_said_in_the_bar(qtbot, bar, backend):
    backend.session.error = CaptureError("It broke.", hint="Try again.")
    bar.capture.click()
    qtbot.waitUntil(lambda: bar.told.text() == "It broke.\nTry again.")
    assert bar.capture.isVisible()


def test_done_closes_the_window_and_another_can_be_opened(qtbot, work, bar, sittings, backend):
    assert not work.bar.visibly.isEnabled()
    bar.done.click()
    assert bar.end.isVisible()
    assert not bar.keep_it.isEnabled()
    bar.leave.click()
    qtbot.waitUntil(lambda: sittings[0].closed)
    assert work.bar.sitting is None
    assert work.bar.visibly.isEnabled()
    assert backend.session.sign_ins.all() == []


def test_sign_in_is_kept_under_a_name_only(qtbot, work, bar, sittings, backend):
    bar.done.click()
    bar.name.setText("lola at the forum")
    backend.session.error = UsageError("There is nothing to keep.")
    bar.keep_it.click()
    qtbot.waitUntil(lambda: bar.unkept.text() == "There is nothing to keep.")
    backend.session.error = None
    bar.keep_it.click()
    qtbot.waitUntil(lambda: sittings[0].closed)
    assert [s.label for s in backend.session.sign_ins.all()] == ["lola at the forum"]
    qtbot.waitUntil(lambda: "kept as “lola at the forum”" in work.bar.ended.words.text())


def test_kept_sign_in_is_offered_with_the_question_and_goes_with_adults_only(qtbot, work, backend, sittings):
    backend.session.sign_ins.put("lola at the forum")
    for subject, wanted in ((Subject.ADULT, "lola at the forum"), (Subject.UNKNOWN, "")):
        work.bar.address.setText("https://example.org/a")
        work.bar.capture.click()
        dialog = work.bar.dialog
        qtbot.waitUntil(dialog.kept.isVisible)
        assert dialog.kept.currentData() == ""
        dialog.kept.setCurrentIndex(1)
        assert "with your account" in dialog.visit.text()
        dialog.question.choices[subject].click()
        assert dialog.sign_in == wanted
        qtbot.waitUntil(lambda: not work.bar.running)


def test_kept_sign_ins_are_seen_and_forgotten(qtbot, window, work, backend):
    backend.session.sign_ins.put("lola at the forum")
    window.ask_sign_ins()
    dialog = window.dialog
    qtbot.waitUntil(lambda: "lola at the forum" in dialog.rows)
    dialog.rows["lola at the forum"].findChild(QPushButton, "forget").click()
    qtbot.waitUntil(lambda: dialog.told.text() == "No sign-in is kept.")
    assert backend.session.sign_ins.all() == []


def test_closing_the_bar_is_done(qtbot, work, bar, sittings):
    bar.close()
    qtbot.waitUntil(lambda: sittings[0].closed)


def test_window_that_she_closed_herself_ends_the_bar(qtbot, work, bar, sittings):
    sittings[0].address = ""
    qtbot.waitUntil(lambda: work.bar.sitting is None)
    qtbot.waitUntil(lambda: sittings[0].closed)


def test_window_that_would_not_open_says_why(qtbot, work, backend, sittings):
    backend.session.error = UsageError("There is no screen here.", hint="Use another computer.")
    ask(work)
    made = work.bar.sitting
    qtbot.waitUntil(lambda: made.told.text() == "There is no screen here.\nUse another computer.")
    assert not made.capture.isVisible()
    made.done.click()
    assert work.bar.sitting is None


@pytest.mark.parametrize("recording", [False, True])
def test_lock_takes_the_window_off_first(qtbot, window, bar, backend, sittings, recording):
    if recording:
        backend.session.hold.clear()
        bar.capture.click()
        qtbot.waitUntil(lambda: "sitting:again" in backend.session.calls)
    window.lock()
    assert sittings[0].vanished
    assert not bar.isVisible()
    qtbot.waitUntil(lambda: backend.session.closed)


def test_quick_exit_takes_the_window_off_first(qtbot, window, bar, backend, sittings, monkeypatch):
    monkeypatch.setattr("PySide6.QtWidgets.QApplication.quit", lambda: None)
    window.quick_exit()
    assert sittings[0].vanished
    assert backend.session.closed


def test_vault_does_not_lock_by_itself_beside_a_window_but_a_forgotten_window_closes(qtbot, window, bar, sittings):
    assert not window.idle.watching
    assert bar._patience.isActive()
    bar._patience.timeout.emit()
    qtbot.waitUntil(lambda: sittings[0].closed)
    qtbot.waitUntil(lambda: window.idle.watching)


def test_wall_offers_the_window_beside_the_address_and_in_the_details(qtbot, work, backend, sittings):
    session = backend.session
    ordinary = session.capture

    def walled(request, progress, cancel):
        record = ordinary(request, progress, cancel)
        object.__setattr__(record, "wall", {"kind": "sign-in"})
        return record

    session.capture = walled
    work.bar.address.setText("https://example.org/a")
    qtbot.keyClick(work.bar.address, Qt.Key.Key_Return)
    work.bar.dialog.question.choices[Subject.ADULT].click()
    qtbot.waitUntil(work.bar.ended.isVisible)
    assert "asks for a sign-in" in work.bar.ended.words.text()
    qtbot.waitUntil(work.details.visibly.isVisible)
    for press in (work.bar.ended.do, work.details.visibly):
        assert isinstance(press, QPushButton)
        press.click()
        assert work.bar.dialog.visibly
        assert work.bar.dialog.url == "https://example.org/a"
        work.bar.dialog.reject()
    session._replace(work.details.exhibit.id, state=ExhibitState.LOCKED)
    work.details.show_exhibit(session.record(work.details.exhibit.id).exhibit)
    qtbot.wait(100)
    assert not work.details.visibly.isVisible()
