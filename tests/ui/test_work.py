from __future__ import annotations

import threading

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from evidence_kit.errors import BrowserMissing
from evidence_kit.records import ExhibitState, Outcome, Subject
from ui.messages import ErrorDialog, parts
from ui.models import PREVIEW, RECORD, THIRD

from .fake_session import CODE, DIGEST


def _capture(qtbot, work, subject: Subject, url: str = "https://example.org/a") -> None:
    work.bar.address.setText(url)
    qtbot.keyClick(work.bar.address, Qt.Key.Key_Return)
    work.bar.dialog.question.choices[subject].click()


def _choose(qtbot, work, exhibit_id: str) -> None:
    work.list.setCurrentIndex(work.model.index(work.model.row_of(exhibit_id)))
    qtbot.waitUntil(lambda: work.details.files.lines.rowCount() > 0)


def test_list_says_number_title_site_outcome_and_stamp(qtbot, work):
    row = work.model.index(work.model.row_of("case-1-exhibit-1"))
    qtbot.waitUntil(lambda: "Timestamped" in (row.data(THIRD) or ""))
    assert row.data().startswith("Exhibit 1 · Profil")
    assert row.data(THIRD) == "Complete · Timestamped"
    qtbot.waitUntil(lambda: row.data(PREVIEW) is not None)
    assert "Complete" in row.data(Qt.ItemDataRole.AccessibleTextRole)


def test_nothing_is_loaded_before_the_question_is_answered(qtbot, work, backend):
    work.bar.address.setText("https://example.org/a")
    qtbot.keyClick(work.bar.address, Qt.Key.Key_Return)
    assert work.bar.dialog.isVisible()
    qtbot.keyClick(work.bar.dialog, Qt.Key.Key_Return)
    assert backend.session.calls == []
    qtbot.keyClick(work.bar.dialog, Qt.Key.Key_Escape)
    qtbot.wait(50)
    assert backend.session.calls == []


def test_each_answer_reaches_the_capture(qtbot, work, backend):
    for subject in Subject:
        before = work.model.rowCount()
        _capture(qtbot, work, subject)
        qtbot.waitUntil(lambda before=before: work.model.rowCount() == before + 1)
    assert [c.split(":")[1] for c in backend.session.calls] == [s.value for s in Subject]


def test_capture_says_what_it_does_and_can_be_stopped_while_the_list_stays_usable(qtbot, work, backend):
    backend.session.hold.clear()
    _capture(qtbot, work, Subject.ADULT)
    qtbot.waitUntil(lambda: "picture of the page" in work.bar.working.step.text())
    _choose(qtbot, work, "case-1-exhibit-2")
    assert work.details.title.text() == "Album partagé"
    work.bar.working.stop.click()
    qtbot.waitUntil(lambda: not work.bar.running)
    assert work.bar.ended.words.text() == "Stopped. Nothing had been recorded yet."


def test_capture_that_is_stopped_says_what_is_kept_of_it(qtbot, work, backend):
    backend.session.kept = "What was recorded so far is kept as exhibit 7."
    backend.session.hold.clear()
    _capture(qtbot, work, Subject.ADULT)
    qtbot.waitUntil(lambda: "picture of the page" in work.bar.working.step.text())
    work.bar.working.stop.click()
    qtbot.waitUntil(lambda: not work.bar.running)
    assert work.bar.ended.words.text() == "Stopped. What was recorded so far is kept as exhibit 7."


def test_partial_capture_names_what_is_missing_and_offers_to_try_again(qtbot, work, backend):
    backend.session.outcome, backend.session.missing = Outcome.PARTIAL, ("wacz", "pdf")
    _capture(qtbot, work, Subject.ADULT)
    qtbot.waitUntil(work.bar.ended.isVisible)
    assert "web archive and PDF of the page" in work.bar.ended.words.text()
    backend.session.outcome, backend.session.missing = Outcome.COMPLETE, ()
    work.bar.ended.do.click()
    qtbot.waitUntil(lambda: "complete" in work.bar.ended.words.text())
    assert len(backend.session.calls) == 2


def test_silent_address_is_kept_as_a_record(qtbot, work, backend):
    backend.session.outcome, backend.session.reason = Outcome.FAILED, "net::ERR_NAME_NOT_RESOLVED"
    _capture(qtbot, work, Subject.ADULT)
    qtbot.waitUntil(work.bar.ended.isVisible)
    happened, kept, todo = work.bar.ended.words.text().splitlines()
    assert happened.startswith("This address was not found")
    assert kept.startswith("Exhibit 7 keeps the address")
    assert "Check each letter" in todo
    assert work.bar.address.text() == "https://example.org/a"  # still there, to be put right
    qtbot.waitUntil(lambda: happened in [w.text() for w in work.details.about.findChildren(type(work.name))])


def test_certificate_that_is_not_valid_is_asked_about_and_accepted_once(qtbot, work, backend):
    backend.session.outcome, backend.session.reason = Outcome.FAILED, "net::ERR_CERT_DATE_INVALID"
    _capture(qtbot, work, Subject.SELECTED)
    qtbot.waitUntil(lambda: work.bar.certificate is not None and work.bar.certificate.isVisible())
    qtbot.waitUntil(lambda: not work.bar.running)
    asked = work.bar.certificate
    assert asked.leave.isDefault()
    asked.record.click()
    qtbot.waitUntil(lambda: "complete" in work.bar.ended.words.text())
    assert backend.session.calls == ["capture:selected:https://example.org/a"] * 2
    _capture(qtbot, work, Subject.ADULT)
    qtbot.waitUntil(lambda: work.bar.certificate is not asked)  # the next one is asked about again
    qtbot.waitUntil(lambda: not work.bar.running)
    work.bar.certificate.leave.click()
    assert len(backend.session.calls) == 3
    assert work.bar.ended.words.text().startswith("The site’s certificate is not valid: it has expired")


def test_details_name_platform_account_and_post(qtbot, work, backend):
    backend.session.identifiers = {"platform": "x", "from_url": {"post_id": "19"}, "from_page": {"account_id": "88"}}
    _capture(qtbot, work, Subject.ADULT)
    wanted = {"X (Twitter)", "88 (page)", "19 (address)", "Account number"}
    qtbot.waitUntil(lambda: wanted <= {w.text() for w in work.details.about.findChildren(type(work.name))})


def test_long_value_without_a_space_does_not_widen_the_details(qtbot, work, backend):
    number = "8f" * 40
    backend.session.identifiers = {"platform": "x", "from_page": {"account_id": number}}
    _capture(qtbot, work, Subject.ADULT)
    bar = work.details.about.parentWidget().parentWidget().horizontalScrollBar()
    shown = lambda: [w.text() for w in work.details.about.findChildren(type(work.name))]  # noqa: E731
    qtbot.waitUntil(lambda: any(number in text.replace("\u200b", "") for text in shown()))
    qtbot.wait(50)
    assert bar.maximum() == 0


def test_failed_capture_says_what_happened_what_is_kept_and_what_to_do(qtbot, window, work, backend):
    backend.session.error = BrowserMissing("No browser.", hint="Install one.", kept="Your vault is untouched.")
    _capture(qtbot, work, Subject.ADULT)
    qtbot.waitUntil(lambda: window.findChildren(ErrorDialog) != [])
    assert parts(backend.session.error) == [
        ("What happened", "No browser."),
        ("What is kept", "Your vault is untouched."),
        ("What you can do", "Install one."),
    ]


def test_first_capture_of_an_empty_vault_makes_its_case(qtbot, window, backend):
    window.desk.create("/nowhere/vault", "four quiet words here", "")
    qtbot.waitUntil(lambda: window.work is not None)
    _capture(qtbot, window.work, Subject.ADULT)
    qtbot.waitUntil(lambda: window.work.model.rowCount() == 1)
    assert [c.name for c in backend.session.cases()] == ["My case"]


def test_case_for_someone_else_needs_her_mandate(qtbot, work, backend):
    work.ask_case()
    dialog = work.dialog
    dialog.name.setText("N.")
    assert dialog.make.isEnabled()
    dialog.other.setChecked(True)
    assert not dialog.make.isEnabled()
    dialog.mandate.person.setText("N.")
    dialog.mandate.scope.setText("her complaint")
    dialog.mandate.dated.setText("on a Monday")
    assert not dialog.make.isEnabled()
    assert dialog.mandate.no_day.isVisible()
    dialog.mandate.dated.setText("2/11/2026")
    assert not dialog.mandate.no_day.isVisible()
    assert dialog.make.isEnabled()
    dialog.make.click()
    qtbot.waitUntil(lambda: len(backend.session.cases()) == 3)
    case = backend.session.cases()[-1]
    assert case.for_someone_else
    assert case.mandate.dated == "2026-11-02"
    qtbot.waitUntil(lambda: work.name.text() == "N.")


def test_picture_is_shown_only_while_held_and_the_look_is_noted_once_aloud(qtbot, window, work, backend):
    _choose(qtbot, work, "case-1-exhibit-1")
    preview = work.details.preview
    preview.hold.setFocus()
    qtbot.keyPress(preview.hold, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: preview._view is not None)
    assert preview._view.isVisible()
    assert preview.told.isVisible()
    view = preview._view
    qtbot.keyRelease(preview.hold, Qt.Key.Key_Space)
    assert not view.isVisible()
    assert view._image.isNull()
    assert backend.session.revealed == ["case-1-exhibit-1"]


def test_letting_go_before_the_picture_comes_shows_nothing(qtbot, work):
    _choose(qtbot, work, "case-1-exhibit-1")
    preview = work.details.preview
    preview.hold.held.emit()
    preview.hold.released_hold.emit()
    qtbot.wait(150)
    assert preview._view is None


def test_flagging_a_minor_locks_at_once_and_shows_contacts(qtbot, work, backend):
    _choose(qtbot, work, "case-1-exhibit-1")
    work.details.minor.click()
    work.details.dialog.lock.click()
    qtbot.waitUntil(lambda: work.details.exhibit.state is ExhibitState.LOCKED)
    qtbot.waitUntil(work.details.dialog.isVisible)
    assert not work.details.minor.isVisible()
    qtbot.waitUntil(lambda: work.details.files.lines.rowCount() > 0)
    assert not work.details.preview.hold.isVisible()
    work.details.files.list.setCurrentIndex(work.details.files.lines.index(0))
    assert not work.details.files.save.isEnabled()


def test_digest_goes_to_the_clipboard_only_when_asked(qtbot, work):
    QGuiApplication.clipboard().setText("before")
    _choose(qtbot, work, "case-1-exhibit-1")
    work.details.files.list.setCurrentIndex(work.details.files.lines.index(0))
    assert QGuiApplication.clipboard().text() == "before"
    work.details.files.copy.click()
    assert QGuiApplication.clipboard().text() == DIGEST


def test_pending_timestamps_are_asked_again_on_one_press(qtbot, work, backend):
    qtbot.waitUntil(work.stamp.isVisible)
    work.stamp.do.click()
    qtbot.waitUntil(lambda: "stamp" in backend.session.calls)
    qtbot.waitUntil(lambda: not work.stamp.isVisible())


def test_search_narrows_the_list(qtbot, work):
    work.search.setText("album")
    qtbot.waitUntil(lambda: work.model.rowCount() == 1)
    assert work.model.index(0).data(RECORD).title == "Album partagé"


def test_recovery_code_is_asked_back_and_then_forgotten(qtbot, window):
    window.desk.create("/nowhere/vault", "four quiet words here", "")
    qtbot.waitUntil(lambda: window.work is not None)
    window.work.recovery.do.click()
    dialog = window.work.dialog
    dialog.typed.setText("wrong")
    dialog.confirm.click()
    qtbot.waitUntil(dialog.answer.isVisible)
    dialog.typed.setText(CODE.lower().upper().replace("-", " "))
    dialog.confirm.click()
    qtbot.waitUntil(lambda: not window.work.recovery.isVisible())
    assert window.desk.recovery_code == ""


def test_every_control_has_a_name_for_screen_readers(window, work):
    from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListView

    for kind in (QAbstractButton, QLineEdit, QListView):
        for control in window.findChildren(kind):
            if (
                control.isVisible()
                and not control.objectName().startswith("qt_")
                and control.metaObject().className() not in {"QLineEditIconButton", "QToolButton"}
            ):
                assert control.accessibleName() or getattr(control, "text", str)(), control


def test_capture_does_not_block_the_window(qtbot, work, backend):
    backend.session.hold = threading.Event()
    _capture(qtbot, work, Subject.ADULT)
    qtbot.waitUntil(lambda: work.bar.running)
    work.search.setText("album")
    qtbot.waitUntil(lambda: work.model.rowCount() == 1)
    backend.session.hold.set()
    qtbot.waitUntil(lambda: not work.bar.running)


def test_lost_recovery_code_is_replaced_and_shown(qtbot, window, work):
    window.desk.recovery_confirmed, window.desk.recovery_code = False, ""
    work.ask_recovery()
    work.dialog.renew.click()
    qtbot.waitUntil(lambda: window.desk.recovery_code == CODE)
    qtbot.waitUntil(lambda: not hasattr(work.dialog, "renew"))
    assert work.dialog.isVisible()
    assert work.recovery.isVisible()
