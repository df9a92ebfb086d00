"""The numbers of account and post go with an exhibit: manifest, report, command line; the package stays intact."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from evidence_kit import identified, language
from evidence_kit.capture import platforms
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow import verifying
from evidence_kit.workflow.records import CaptureRequest
from tests.kit.site import Site, page

FORUM = (Path(__file__).parents[1] / "fixtures" / "platforms" / "xenforo-thread.html").read_text(encoding="utf-8")
ADDRESS = "/threads/un-fil.3051/page-2#post-88044"


@pytest.fixture
def site():
    with Site({"/threads/un-fil.3051/page-2": page(FORUM), "/plain": page("<p>Bonjour.</p>")}) as made:
        yield made


def capture(session, url, subject=Subject.ADULT):
    return session.capture(CaptureRequest(url=url, subject=subject, stamp=True), no_progress, CancelToken())


def test_captured_post_carries_its_numbers_and_the_package_is_intact(session, site, tmp_path):
    record = capture(session, site.url + ADDRESS)
    assert record.exhibit.outcome is Outcome.COMPLETE, record.exhibit.missing
    assert record.identifiers["platform"] == "xenforo"
    assert record.identifiers["item"] == "named"
    assert record.identifiers["from_page"]["account_id"] == "207"
    assert session.record(record.exhibit.id).identifiers == record.identifiers
    out = tmp_path / "out.zip"
    session.export(session.case(None).id, out, progress=no_progress, cancel=CancelToken())
    report = verifying.verify_package(out, progress=no_progress, cancel=CancelToken())
    assert report.verdict == "intact", [c for c in report.checks if c.status != "passed"]
    with zipfile.ZipFile(out) as archive:
        (top,) = {name.split("/")[0] for name in archive.namelist()}
        manifest = json.loads(archive.read(f"{top}/data/exhibits/001/manifest.json"))
        html = archive.read(f"{top}/data/report.html").decode()
    assert manifest["identifiers"] == record.identifiers
    step = next(s for s in manifest["steps"] if s["name"] == "identifiers")
    assert (step["result"], step["rule"]) == ("done", "xenforo/1")
    assert len(step["rule_sha256"]) == 64
    for label, text in identified.rows(record.identifiers, language._, brief=True):
        assert label in html
        assert text in html


def test_record_of_a_minors_page_has_what_the_address_says_and_no_more(session, site):
    record = capture(session, site.url + ADDRESS, Subject.UNKNOWN)
    assert {a.role for a in record.artifacts} == {"text", "capture-log"}
    assert record.identifiers["from_url"] == {"kind": "thread", "thread_id": "3051"}
    assert record.identifiers["from_url_requested"] == {"kind": "post", "post_id": "88044"}
    assert record.identifiers["known_by"] == "address"
    assert not {"from_page", "opengraph", "json_ld", "microdata", "published"} & set(record.identifiers)


def test_page_that_names_nothing_has_no_such_field(session, site):
    record = capture(session, f"{site.url}/plain")
    assert record.identifiers == {}
    assert "identifiers" not in record.as_json()
    assert "identifiers" not in json.loads(session._context.vault.index.manifest(record.exhibit.id))


def test_damaged_rules_never_cost_the_capture(session, site, monkeypatch):
    def broken():
        raise platforms.RuleWrong("telegram.json: broken")

    monkeypatch.setattr(platforms, "shipped", broken)
    record = capture(session, site.url + ADDRESS)
    assert (record.exhibit.outcome, record.exhibit.missing) == (Outcome.COMPLETE, ())
    steps = json.loads(session._context.vault.index.manifest(record.exhibit.id))["steps"]
    assert next(s["result"] for s in steps if s["name"] == "identifiers") == "failed"
