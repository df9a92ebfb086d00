"""Stopping, closing, changing the passphrase: what the session answers, and what is true afterwards."""

from __future__ import annotations

import pytest

from evidence_kit.errors import Cancelled, UsageError, WrongPassphrase
from evidence_kit.jobs import CancelToken, Progress, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow.failures import explain
from evidence_kit.workflow.records import CaptureRequest, Declared
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE, take_in
from tests.kit.site import Site, page

NEW = "another long phrase of mine"


def test_passphrase_is_changed_only_by_who_knows_the_present_one(session):
    with pytest.raises(WrongPassphrase):
        session.change_passphrase(NEW, present="not this one")
    with pytest.raises(UsageError):
        session.change_passphrase("short", present=PASSPHRASE)
    session.change_passphrase(NEW, present=PASSPHRASE)
    session.close()
    with pytest.raises(WrongPassphrase):
        Session.open(session.path, PASSPHRASE)
    with Session.open(session.path, NEW) as again:
        types = [e.entry for e in again.log(None)[0]]
        assert any(b"vault.passphrase-changed" in e for e in types)
        assert any(b"vault.unlock-failed" in e for e in types)


def test_closed_case_takes_no_description_either(session):
    case = session.close_case(session.case(None).id)
    with pytest.raises(UsageError, match=r"closed|fermé"):
        session.written_record(
            "words", case_id=case.id, subject=Subject.MINOR, progress=no_progress, cancel=CancelToken()
        )
    assert session.exhibits() == []


def test_import_stopped_while_it_is_stamped_is_kept_and_says_so(session, tmp_path):
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.step == "stamp":
            cancel.cancel()

    (tmp_path / "a.txt").write_bytes(b"x")
    with pytest.raises(Cancelled) as stopped:
        session.import_file(
            tmp_path / "a.txt", case_id=None, subject=Subject.ADULT, declared=Declared(), progress=stop, cancel=cancel
        )
    assert "1" in stopped.value.kept
    assert len(session.exhibits()) == 1


def test_withdrawn_exhibit_leaves_the_vault_sound(session, tmp_path):
    made = take_in(session, tmp_path / "a.txt")
    gone = session.withdraw(made.exhibit.id, "recorded twice")
    assert gone.state_reason == "recorded twice"
    assert session.record(gone.id).artifacts == ()
    report = session.check(fast=False, progress=no_progress, cancel=CancelToken())
    assert (report.verdict, report.findings) == ("sound", ())
    assert "1" in report.sentence()


@pytest.mark.browser
def test_capture_stopped_at_once_keeps_nothing_and_says_so(session):
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.step == "browser":
            cancel.cancel()

    with Site({"/": page("<title>t</title>")}) as site, pytest.raises(Cancelled) as stopped:
        session.capture(CaptureRequest(url=site.url, subject=Subject.ADULT), stop, cancel)
    assert session.exhibits() == []
    assert stopped.value.kept in {"Nothing had been recorded yet.", "Rien n’avait encore été enregistré."}


@pytest.mark.browser
def test_address_that_nobody_answers_says_why(session):
    record = session.capture(
        CaptureRequest(url="http://127.0.0.1:9/", subject=Subject.ADULT, stamp=False), no_progress, CancelToken()
    )
    assert record.exhibit.outcome is Outcome.FAILED
    again = session.record(record.exhibit.id)
    assert again.reason == record.reason != ""
    assert explain(again) == explain(record) is not None
    assert record.as_json()["reason"] == record.reason
