"""What a person reads of an exhibit without asking: in its row, and first in its details."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from evidence_kit.records import Outcome, Subject
from ui.models import SECOND, THIRD


def _row(qtbot, work, exhibit_id: str) -> str:
    qtbot.waitUntil(lambda: work.model.row_of(exhibit_id) >= 0)
    row = work.model.index(work.model.row_of(exhibit_id))
    work.list.scrollTo(row)
    qtbot.waitUntil(lambda: " · " in (row.data(THIRD) or ""))
    return row.data(THIRD)


def _facts(qtbot, work, exhibit_id: str) -> str:
    qtbot.waitUntil(lambda: work.model.row_of(exhibit_id) >= 0)
    work.list.setCurrentIndex(work.model.index(work.model.row_of(exhibit_id)))
    qtbot.waitUntil(lambda: work.details.files.lines.rowCount() > 0)
    return "\n".join(one.text().replace("\u200b", "") for one in work.details.about.findChildren(QLabel))


def _add(work, backend, **changed) -> str:
    made = backend.session.add_exhibit("case-1", **changed).exhibit.id
    work.refresh()
    return made


def test_row_says_what_stood_in_the_place_of_the_page(qtbot, work, backend):
    gone = _add(work, backend, wall={"kind": "removed"}, status=410)
    assert _row(qtbot, work, gone) == "Complete · the site says that this is gone · Timestamped"
    told = _facts(qtbot, work, gone)
    assert "What the site says" in told
    assert "What stood before the page" not in told
    barred = _add(work, backend, wall={"kind": "sign-in"})
    assert "What stood before the page" in _facts(qtbot, work, barred)


def test_earlier_capture_is_named_by_its_number_not_by_a_digest(qtbot, work, backend):
    before = {
        "exhibit_id": "case-1-exhibit-2",
        "started_at": "2026-11-02T10:00:00.000Z",
        "text": "same",
        "manifest_sha256": "ab" * 32,
    }
    told = _facts(qtbot, work, _add(work, backend, recapture_of=before))
    assert "exhibit 2; the words of the page are the same" in told
    assert "abab" not in told


def test_where_only_text_may_be_kept_it_is_said_who_goes_on(qtbot, work, backend):
    told = _facts(qtbot, work, _add(work, backend, subject=Subject.MINOR))
    assert "Pharos (internet-signalement.gouv.fr)" in told
    assert "3018" in told


def test_why_something_is_in_part_or_awaited_is_told(qtbot, work, backend):
    made = _add(
        work,
        backend,
        outcome=Outcome.PARTIAL,
        missing=("pdf",),
        pending=True,
        error="The authority digicert answered with HTTP 500.",
        events=("capture.started", "capture.interrupted"),
    )
    told = _facts(qtbot, work, made)
    assert "This capture was interrupted." in told
    assert "The authority digicert answered with HTTP 500." in told
    assert work.details.tokens.index(0).data(SECOND) == "Not yet: it will be asked again"


def test_list_that_begins_takes_away_what_was_said_of_a_page_before(qtbot, work):
    work.bar.ended.say("It is kept: Exhibit 9, complete.")
    work.bar.hold_several(running=True)
    assert not work.bar.ended.isVisible()


def test_export_is_not_offered_where_there_is_no_case(qtbot, window, backend):
    window.desk.open("/nowhere/vault", backend.passphrase, "me")
    qtbot.waitUntil(lambda: window.work is not None)
    window.case_menu.aboutToShow.emit()
    assert not window.export_action.isEnabled()
    backend.session.add_case("A case")
    window.work.refresh()
    qtbot.waitUntil(lambda: window.work.case is not None)
    window.case_menu.aboutToShow.emit()
    assert window.export_action.isEnabled()
