"""Certificates that a browser does not accept: told of, and recorded when the person asks for it, once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from evidence_kit import system
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.language import _
from evidence_kit.notices import notices
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow.failures import explain
from evidence_kit.workflow.records import CaptureRequest
from tests.kit.site import Certified, Site, data, page, png

pytestmark = pytest.mark.skipif(not list(system.browser_candidates()), reason="no browser on this machine")
PICTURE = data(png(9, 9, (1, 2, 3)), "image/png")
PAGES = {"/": page("<!doctype html><title>tls</title><h1>words</h1><img src=/a.png>"), "/a.png": PICTURE}
EXPIRED = Certified(until=datetime.now(UTC) - timedelta(days=3))
ELSEWHERE = Certified(names=("elsewhere.example",))


def take(session, url, subject=Subject.ADULT, **more):
    request = CaptureRequest(url=url, subject=subject, stamp=False, **more)
    return session.capture(request, no_progress, CancelToken())


@pytest.mark.parametrize(
    ("certified", "problem"), [(EXPIRED, "expired"), (ELSEWHERE, "wrong-name"), (Certified(), None)]
)
def test_certificate_that_is_not_valid_is_told_and_recorded_when_asked(session, certified, problem) -> None:
    with Site(PAGES, tls=certified) as site:
        refused = take(session, site.url + "/")
        assert not site.asked
        assert refused.exhibit.outcome is Outcome.FAILED
        failure = explain(refused)
        assert failure is not None
        assert failure.certificate
        assert "not valid" in failure.happened
        assert failure.command == "--accept-certificate"
        kept = take(session, site.url + "/", accept_certificate=True)
        again = take(session, site.url + "/")
    assert kept.exhibit.outcome is Outcome.COMPLETE
    network = kept.network
    assert network["certificate_accepted"] is True
    assert network["certificates"][0]["pem"].startswith("-----BEGIN CERTIFICATE")
    assert network["chain"]["verdict"] == "incomplete"
    assert network["chain"]["problems"] == ([problem] if problem else [])
    assert {s["certificate"] for s in network["servers"]} == {"not held for valid by the browser"}
    kinds = [n.kind for n in notices(network, _)]
    assert kinds[:2] == ["certificate-accepted", "incomplete"]
    assert again.exhibit.outcome is Outcome.FAILED
    (started,) = [
        e
        for e in session.log(kept.exhibit.case_id)[0]
        if json.loads(e.entry)["type"] == "capture.started" and b"accepted" in e.entry
    ]
    assert json.loads(started.entry)["subject"] == kept.exhibit.id


@pytest.mark.parametrize("subject", [Subject.MINOR, Subject.SELECTED])
def test_accepted_certificate_is_told_of_whatever_may_be_kept(session, subject) -> None:
    with Site(PAGES, tls=EXPIRED) as site:
        record = take(session, site.url + "/", subject, accept_certificate=True)
    assert record.exhibit.outcome is Outcome.COMPLETE
    assert record.network["certificate_accepted"] is True


def test_certificate_of_a_part_of_the_page_is_told_of(session) -> None:
    with Site({"/far.png": PICTURE}, tls=EXPIRED) as other, Site({}) as site:
        site.pages["/"] = page(f"<!doctype html><h1>words</h1><img src={other.other}/far.png>")
        plain = take(session, site.url + "/")
        record = take(session, site.url + "/", accept_certificate=True)
    assert plain.exhibit.outcome is record.exhibit.outcome is Outcome.COMPLETE
    assert "certificate_accepted" not in record.network
    assert [s.get("certificate") for s in record.network["servers"]] == [None, "not held for valid by the browser"]
    assert "certificate-of-a-part" in [n.kind for n in notices(record.network, _)]


def test_command_line_says_how_to_record_it_and_does(run, case) -> None:
    with Site(PAGES, tls=EXPIRED) as site:
        ask = ("capture", site.url + "/", "--subject", "adult", "--no-stamp")
        code, (refused,) = run(*ask)
        assert (code, refused["outcome"]) == (1, "failed")
        code, (kept,) = run(*ask, "--accept-certificate")
        assert (code, kept["outcome"]) == (0, "complete")
        assert "did not hold the site’s certificate for valid" in str(kept["notices"][0])
        addresses = [site.url + "/?1", site.url + "/?2"]
        code, found = run("capture", *addresses, "--subject", "adult", "--no-stamp", "--accept-certificate")
        assert (code, [r["outcome"] for r in found]) == (0, ["complete", "complete"])
    code, answer = run("capture", site.url + "/", "--subject", "adult", "--visible", "--accept-certificate")
    assert code == 2
    assert "certificate" in answer["error"]["message"]
