"""A wall goes with its exhibit: manifest, record, list and report; the outcome is that of the page."""

from __future__ import annotations

import json
import zipfile

import pytest

from evidence_kit import language, walls
from evidence_kit.capture import walls as engine
from evidence_kit.cli.common import wall_lines
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow import verifying
from evidence_kit.workflow.records import CaptureRequest
from tests.kit.site import HTML, Reply, Site, page

FORM = "<title>Sign in</title><form><input name=user><input type=password><button>Sign in</button></form>"
ARTICLE = (
    f"<title>News</title><header>{FORM}</header><h1>Of captchas</h1><p>verify you are human</p>" + "<p>word</p>" * 500
)


@pytest.fixture
def site():
    pages = {
        "/members": Reply(b"", status=302, headers={"Location": "/login?next=/members"}),
        "/login": page(FORM),
        "/gone": Reply(b"<title>Gone</title><p>nothing", status=410, headers={"Content-Type": HTML}),
        "/forbidden": Reply(b"", status=403, headers={"Content-Type": HTML}),
        "/soft": page("<title>Page introuvable</title><p>Oups"),
        "/article": page(ARTICLE),
        "/check": Reply(
            b"<title>Just a moment...</title>", status=403, headers={"Content-Type": HTML, "cf-mitigated": "challenge"}
        ),
    }
    with Site(pages) as made:
        yield made


def capture(session, url, subject=Subject.ADULT):
    return session.capture(CaptureRequest(url=url, subject=subject, stamp=False), no_progress, CancelToken())


@pytest.mark.parametrize(
    ("path", "kind", "openable"),
    [
        ("/members", "sign-in", True),
        ("/gone", "removed", False),
        ("/forbidden", "refused", True),
        ("/soft", "removed", False),
        ("/check", "bot-check", True),
        ("/article", "", False),
        ("/login", "", False),
    ],
)
def test_page_is_complete_whatever_stood_before_it(session, site, path, kind, openable):
    record = capture(session, site.url + path)
    assert record.exhibit.outcome is Outcome.COMPLETE, record.exhibit.missing
    assert walls.kind(record.wall) == kind
    assert record.openable is openable
    assert session.record(record.exhibit.id).wall == record.wall
    manifest = json.loads(session._context.vault.index.manifest(record.exhibit.id))
    assert manifest.get("wall", {}) == record.wall
    assert ("wall" in record.as_json(artifacts=False)) is bool(kind)
    assert len(wall_lines(record)) == bool(kind) + openable
    assert not any(site.url in line for line in wall_lines(record))


def test_wall_is_in_the_report_and_the_package_is_intact(session, site, tmp_path):
    record = capture(session, f"{site.url}/members")
    out = tmp_path / "out.zip"
    session.export(session.case(None).id, out, progress=no_progress, cancel=CancelToken())
    report = verifying.verify_package(out, progress=no_progress, cancel=CancelToken())
    assert report.verdict in {"intact", "incomplete"}, [c for c in report.checks if c.status == "failed"]
    with zipfile.ZipFile(out) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith("data/report.html")]
        told = archive.read(name).decode()
    assert walls.sentence(record.wall, language._) in told
    assert "the site showed a sign-in instead" in told.partition("2. Limits")[0]  # the first page says it too


@pytest.mark.parametrize("subject", [Subject.UNKNOWN, Subject.SELECTED])
def test_no_window_is_offered_where_pictures_are_withheld(session, site, subject):
    record = capture(session, f"{site.url}/forbidden", subject)
    assert walls.kind(record.wall) == "refused"
    assert not record.openable


def test_damaged_rules_never_cost_the_capture(session, site, monkeypatch):
    def broken():
        raise engine.WallRuleWrong("broken")

    monkeypatch.setattr(engine, "shipped", broken)
    record = capture(session, f"{site.url}/members")
    assert (record.exhibit.outcome, record.wall) == (Outcome.COMPLETE, {})
