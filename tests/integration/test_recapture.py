"""An address captured again: the new record names the earlier one and says whether its words are the same."""

from __future__ import annotations

import json

from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow.records import CaptureRequest
from tests.kit.site import Site, page


def captured(session, url):
    request = CaptureRequest(url=url, subject=Subject.ADULT, case_id=None, stamp=False)
    return session.capture(request, no_progress, CancelToken())


def test_recapture_names_the_earlier_record_and_what_became_of_its_words(session):
    with Site({"/a": page("<!doctype html><title>a</title><p>first words"), "/b": page("<p>another")}) as site:
        first = captured(session, f"{site.url}/a")
        other = captured(session, f"{site.url}/b")
        same = captured(session, f"{site.url}/a")
        site.pages["/a"] = page("<!doctype html><title>a</title><p>other words")
        changed = captured(session, f"{site.url}/a")
    gone = captured(session, f"{site.url}/a")
    assert gone.exhibit.outcome == Outcome.FAILED

    def before(record):
        return session.record(record.exhibit.id).recapture_of

    assert before(first) == {}
    assert before(other) == {}
    assert before(same)["exhibit_id"] == first.exhibit.id
    assert before(same)["manifest_sha256"] == first.exhibit.manifest_sha256
    assert before(same)["text"] == "same"
    assert (before(changed)["exhibit_id"], before(changed)["text"]) == (same.exhibit.id, "changed")
    assert (before(gone)["exhibit_id"], before(gone)["text"]) == (changed.exhibit.id, "not-compared")
    assert session.record(same.exhibit.id).as_json()["recapture_of"] == before(same)
    entries, _head = session.log(first.exhibit.case_id)
    named = [json.loads(e.entry).get("detail", {}).get("recapture_of") for e in entries]
    assert [n for n in named if n] == [first.exhibit.id, same.exhibit.id, changed.exhibit.id]
