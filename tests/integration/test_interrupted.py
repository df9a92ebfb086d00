"""Killed, full, cut off: what was committed stays, what was finished is kept, and the next capture works."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys

import pytest

from evidence_kit.errors import StorageFull
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow.records import CaptureRequest
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE, take_in
from tests.kit.site import Site, data, page, png

KILLED_AT = """
import os, signal, sys
from pathlib import Path
from evidence_kit.jobs import CancelToken
from evidence_kit.records import Subject
from evidence_kit.workflow.records import CaptureRequest
from evidence_kit.workflow.session import Session

def die(progress):
    if progress.step == sys.argv[4]:
        os.kill(os.getpid(), signal.SIGKILL)

with Session.open(Path(sys.argv[1]), sys.argv[2]) as session:
    session.capture(CaptureRequest(url=sys.argv[3], subject=Subject.ADULT), die, CancelToken())
"""


@pytest.fixture
def site():
    pages = {
        "/": page("<!doctype html><title>t</title><img src=/p.png><p>hello"),
        "/p.png": data(png(40, 40, (9, 90, 200)), "image/png"),
    }
    with Site(pages) as made:
        yield made


LONG = [pytest.param(name, marks=pytest.mark.slow) for name in ("load", "pdf", "stamp")]


@pytest.mark.parametrize("step", ["screenshot", "manifest", *LONG])
def test_killed_capture_is_kept_and_nothing_committed_is_lost(session, site, tmp_path, step):
    before = take_in(session, tmp_path / "a.txt")
    session.close()
    done = subprocess.run([sys.executable, "-c", KILLED_AT, str(session.path), PASSPHRASE, site.url, step])
    assert done.returncode == -signal.SIGKILL
    with Session.open(session.path, PASSPHRASE) as again:
        exhibits = again.exhibits()
        assert exhibits[0].manifest_sha256 == before.exhibit.manifest_sha256
        kept = again.record(exhibits[1].id)
        if step == "stamp":
            assert kept.exhibit.outcome is Outcome.COMPLETE
        else:
            assert again.opened.recovered == (kept.exhibit.id,)
            assert kept.exhibit.outcome is Outcome.PARTIAL
            assert kept.exhibit.url_requested.startswith(site.url)
            assert "capture-log" in {a.role for a in kept.artifacts}
        if step in {"screenshot", "pdf"}:
            assert "first-view" in {a.role for a in kept.artifacts}
            assert "wacz" in kept.exhibit.missing
        report = again.check(fast=False, progress=no_progress, cancel=CancelToken())
        assert (report.verdict, report.findings) == ("sound", ())
        again.stamp_pending(no_progress, CancelToken())
        record = again.capture(CaptureRequest(url=site.url, subject=Subject.ADULT), no_progress, CancelToken())
        assert record.exhibit.outcome is Outcome.COMPLETE
        types = [json.loads(e.entry)["type"] for e in again.log(record.exhibit.case_id)[0]]
        assert types.count("capture.started") == 2


def test_full_disk_in_mid_capture_is_said_and_what_was_finished_is_kept(session, site, tmp_path, monkeypatch):
    take_in(session, tmp_path / "a.txt")
    written = {"files": 0}
    from evidence_kit.vault import sealed

    real_finish = sealed.SealedWriter.finish

    def full(self, *args, **kwargs):
        written["files"] += 1
        if written["files"] == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_finish(self, *args, **kwargs)

    monkeypatch.setattr(sealed.SealedWriter, "finish", full)
    with pytest.raises(StorageFull) as caught:
        session.capture(CaptureRequest(url=site.url, subject=Subject.ADULT), no_progress, CancelToken())
    assert caught.value.hint
    assert caught.value.kept
    kept = session.exhibits()[1]
    assert kept.outcome is Outcome.PARTIAL
    assert len(session.record(kept.id).artifacts) >= 2
    monkeypatch.undo()
    record = session.capture(CaptureRequest(url=site.url, subject=Subject.ADULT), no_progress, CancelToken())
    assert record.exhibit.outcome is Outcome.COMPLETE
    assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"


def test_disk_that_stays_full_is_said_and_what_was_finished_is_kept_at_the_next_opening(
    session, site, tmp_path, monkeypatch
):
    written = {"files": 0}
    from evidence_kit.vault import sealed

    real_finish = sealed.SealedWriter.finish

    def full(self, *args, **kwargs):
        written["files"] += 1
        if written["files"] >= 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_finish(self, *args, **kwargs)

    monkeypatch.setattr(sealed.SealedWriter, "finish", full)
    with pytest.raises(StorageFull) as caught:
        session.capture(CaptureRequest(url=site.url, subject=Subject.ADULT), no_progress, CancelToken())
    assert "opened next" in caught.value.kept
    assert session.exhibits() == []
    monkeypatch.undo()
    session.close()
    with Session.open(tmp_path / "vault", PASSPHRASE) as again:
        (kept,) = again.exhibits()
        assert again.opened.recovered == (kept.id,)
        assert kept.outcome is Outcome.PARTIAL
        assert len(again.record(kept.id).artifacts) >= 2
