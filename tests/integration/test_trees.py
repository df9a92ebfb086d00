"""Many pending exhibits: one question to each authority, a record of its own for each exhibit, judged alone."""

from __future__ import annotations

import subprocess
import zipfile

import pytest

from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import TokenStatus
from evidence_kit.timestamp.evidence_record import is_record
from evidence_kit.workflow import verifying
from tests.integration.conftest import take_in

MANY = 23


@pytest.fixture
def waiting(session, authorities, tmp_path):
    """A session with many exhibits that nobody has stamped yet."""
    for authority in authorities:
        authority.mode = "500"
    for n in range(MANY):
        take_in(session, tmp_path / f"{n}.txt", b"%d" % n)
    for authority in authorities:
        authority.mode = "fine"
        authority.requests.clear()
    return session


def test_one_question_to_each_authority_stamps_them_all(waiting, authorities):
    counts = waiting.stamp_pending(no_progress, CancelToken())
    assert (counts.granted, counts.pending, counts.refused) == (2 * MANY, 0, 0)
    assert [len(a.requests) for a in authorities] == [1, 1]
    for exhibit in waiting.exhibits():
        tokens = waiting.tokens(exhibit.id)
        assert {t.authority: t.status for t in tokens} == dict.fromkeys("ab", TokenStatus.GRANTED)
        assert all(t.details["form"] == "ers" and t.details["together"] == MANY for t in tokens)
    entries, _head = waiting.log(waiting.cases()[0].id)
    obtained = [e for e in entries if b'"timestamp.obtained"' in e.entry]
    assert len(obtained) == 2 * MANY
    assert waiting.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"


def test_few_are_asked_for_one_by_one(session, authorities, tmp_path):
    authorities[0].mode = "500"
    for n in range(20):
        take_in(session, tmp_path / f"{n}.txt", b"%d" % n)
    authorities[0].mode = "fine"
    authorities[0].requests.clear()
    assert session.stamp_pending(no_progress, CancelToken()).granted == 20
    assert len(authorities[0].requests) == 20


@pytest.mark.parametrize("mode", ["500", "rejection", "other-imprint", "wrong-chain"])
def test_bad_answer_about_the_root_leaves_each_exhibit_awaiting(waiting, authorities, mode):
    authorities[1].mode = mode
    counts = waiting.stamp_pending(no_progress, CancelToken())
    refused = MANY if mode == "rejection" else 0
    assert (counts.granted, counts.pending, counts.refused) == (MANY, MANY - refused, refused)
    assert all(t.last_error for e in waiting.exhibits() for t in waiting.tokens(e.id) if t.authority == "b")
    authorities[1].mode = "fine"
    assert waiting.stamp_pending(no_progress, CancelToken()).granted == MANY


def test_package_carries_the_records_and_each_is_judged_alone(waiting, authorities, tmp_path):
    waiting.stamp_pending(no_progress, CancelToken())
    out = tmp_path / "out.zip"
    chosen = [str(e.number) for e in waiting.exhibits()[:2]]
    waiting.export(waiting.cases()[0].id, out, exhibits=chosen, progress=no_progress, cancel=CancelToken())
    report = verifying.verify_package(out, progress=no_progress, cancel=CancelToken())
    assert report.verdict == "intact", [c for c in report.checks if c.status != "passed"]
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "bag")
    (top,) = (tmp_path / "bag").iterdir()
    records = sorted(top.rglob("*.ers"))
    assert [r.name for r in records] == ["manifest.json.a.ers", "manifest.json.b.ers"] * 2
    assert not list(top.rglob("manifest.json.*.tsr"))
    text = (top / "00-README.txt").read_text(encoding="utf-8")
    for record in records:
        assert record.relative_to(top).as_posix() in text
        assert not any(line.startswith("openssl") and ".ers" in line for line in text.splitlines())
    assert "RFC 4998" in (top / "data" / "report.html").read_text(encoding="utf-8")


def test_record_taken_out_is_judged_over_its_manifest_and_no_other(waiting, run, tmp_path):
    waiting.stamp_pending(no_progress, CancelToken())
    first, second = waiting.exhibits()[:2]
    waiting.extract(first.id, "token:a", tmp_path / "a.ers")
    waiting.extract(first.id, "manifest", tmp_path / "manifest.json")
    waiting.extract(second.id, "manifest", tmp_path / "other.json")
    assert is_record((tmp_path / "a.ers").read_bytes())
    judged = [run("verify", tmp_path / "a.ers", "--data", tmp_path / name) for name in ("manifest.json", "other.json")]
    assert [(code, answer["verdict"]) for code, answer in judged] == [(0, "intact"), (1, "altered")]
    code, answer = run("verify", tmp_path / "a.ers", "--digest", f"sha256:{first.manifest_sha256}")
    assert (code, answer["verdict"]) == (0, "intact")
    code, answer = run("verify", tmp_path / "a.ers", "--digest", "sha256:" + "0" * 64)
    assert (code, answer["verdict"]) == (1, "altered")
    openssl = ["openssl", "ts", "-reply", "-in", str(tmp_path / "a.ers"), "-text"]
    assert subprocess.run(openssl, capture_output=True).returncode != 0
