"""The main job with real parts: a page becomes an exhibit, the exhibit a package, and a stranger checks it."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import bagit
import pytest

from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import CAPTURE_ROLES, Outcome, Subject, TokenStatus
from evidence_kit.vault import create_vault
from evidence_kit.workflow import session as session_module
from evidence_kit.workflow import verifying
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import CaptureRequest
from evidence_kit.workflow.session import Session
from tests.integration.conftest import CHEAP, PASSPHRASE
from tests.kit.authority import write_overlay
from tests.kit.site import Reply, Site, data, page, png

MARKER = "grebe-lantern-5512"
ARTICLE = f"""<!doctype html><html lang=fr><meta charset=utf-8><title>Un fil — 한국어</title>
<h1>{MARKER}</h1><img src=/picture.png width=60 height=60><p>Texte de la page.</p>"""


PAGES = {
    "/": page(ARTICLE),
    "/picture.png": data(png(60, 60, (200, 30, 30)), "image/png"),
    "/moved": Reply(status=302, headers={"Location": "/"}),
}


@pytest.fixture
def site():
    with Site(PAGES) as made:
        yield made


def capture(session, url, subject=Subject.ADULT, **more):
    return session.capture(CaptureRequest(url=url, subject=subject, **more), no_progress, CancelToken())


@pytest.fixture(scope="module")
def made_package(_authorities, _browser, tmp_path_factory):
    """One package, made once, by which all that only read it are served."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch, Site(PAGES) as site:
        patch.setenv("EVIDENCE_KIT_HOME", str(folder / "home"))
        patch.setattr(Context, "browser", lambda _self: _browser)
        for authority in _authorities:
            authority.mode = "fine"
        write_overlay(folder / "home", _authorities)
        patch.setattr(session_module, "create_vault", functools.partial(create_vault, kdf=CHEAP))
        with Session.create(folder / "vault", PASSPHRASE, "Mina")[0] as session:
            session.add_case("Dossier A")
            record = capture(session, f"{site.url}/moved")
            assert record.exhibit.outcome is Outcome.COMPLETE, record.exhibit.missing
            assert set(CAPTURE_ROLES) <= {a.role for a in record.artifacts}
            out = folder / "out" / "out.zip"
            out.parent.mkdir()
            made = session.export(session.case(None).id, out, progress=no_progress, cancel=CancelToken())
            assert made.exhibits == 1
    return out


@pytest.fixture
def package(made_package, authorities, tmp_path):
    """A copy of it and its annex; its authorities are known here."""
    shutil.copytree(made_package.parent, tmp_path / "given")
    return tmp_path / "given" / "out.zip"


def verify(path: Path, **more):
    return verifying.verify_package(path, progress=no_progress, cancel=CancelToken(), **more)


def unpack(package: Path, where: Path) -> Path:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(where)
    (top,) = where.iterdir()
    return top


def test_package_is_intact_for_us_and_for_public_tools(package, authorities, tmp_path):
    report = verify(package)
    assert report.verdict == "intact", [c for c in report.checks if c.status != "passed"]
    top = unpack(package, tmp_path / "bag")
    bagit.Bag(str(top)).validate()
    for listing in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "-c", "--quiet", listing], cwd=top, check=True)
    roots = {a.name: a.root for a in authorities}
    replies = list(top.rglob("*.tsr"))
    assert len(replies) >= 6
    for reply in replies:
        data, name = reply.name.rsplit(".", 2)[:2]
        subprocess.run(
            ["openssl", "ts", "-verify", "-data", reply.with_name(data), "-in", reply, "-CAfile", roots[name]],
            check=True,
            capture_output=True,
        )
    for pdf in top.rglob("*.pdf"):
        subprocess.run(["qpdf", "--check", pdf], check=True, capture_output=True)


@pytest.mark.parametrize("years", [0, 5, 11])
def test_printed_openssl_lines_work_as_printed_also_in_years(package, tmp_path, years):
    ahead = ["faketime", "-f", f"+{years}y"] if years else []
    if years and not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    top = unpack(package, tmp_path / "bag")
    text = (top / "00-README.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("openssl ts -verify")]
    assert len(lines) >= 6
    for line in lines:
        assert "-attime" in line
        done = subprocess.run([*ahead, "bash", "-c", line], cwd=top, capture_output=True, text=True)
        assert done.returncode == 0, (line, done.stderr)
        if years > 10:  # the clock is ahead indeed: judged at its time the certificates have ended
            without = re.sub(r" -attime \d+", "", line)
            assert subprocess.run([*ahead, "bash", "-c", without], cwd=top, capture_output=True).returncode != 0


def test_lower_bound_and_manifest_agree_with_the_log(package, tmp_path):
    top = unpack(package, tmp_path / "bag")
    manifest = json.loads((top / "data/exhibits/001/manifest.json").read_bytes())
    assert manifest["not_before"]
    lines = [json.loads(line) for line in (top / "data/custody/log.jsonl").read_text().splitlines()]
    started = next(e for e in lines if e.get("entry", {}).get("type") == "capture.started")
    assert started["seq"] <= manifest["custody"]["seq"]
    assert manifest["url_requested"].endswith("/moved")
    assert [r["status"] for r in manifest["redirects"]] == [302]


def test_package_of_unknown_authorities_is_incomplete_never_intact(package, tmp_path, monkeypatch):
    monkeypatch.setenv("EVIDENCE_KIT_HOME", str(tmp_path / "stranger"))
    assert verify(package).verdict == "incomplete"


def test_package_with_root_given_by_hand_is_intact(package, authorities, tmp_path, monkeypatch):
    monkeypatch.setenv("EVIDENCE_KIT_HOME", str(tmp_path / "stranger"))
    assert verify(package, roots=[a.root for a in authorities]).verdict == "intact"


def test_annex_lies_beside_the_package_and_matches_its_digest(package, tmp_path):
    import hashlib

    top = unpack(package, tmp_path / "bag")
    manifest = json.loads((top / "data/exhibits/001/manifest.json").read_bytes())
    annex = package.with_name("out-annexe-confidentielle.zip")
    with zipfile.ZipFile(annex) as archive:
        annexed = archive.read("annexe-001.json")
    assert hashlib.sha256(annexed).hexdigest() == manifest["annex_sha256"]
    assert not [p for p in top.rglob("*") if "annex" in p.name]
    personal = json.loads(annexed)["values"]
    assert personal
    everything = "\n".join(p.read_text(encoding="utf-8") for p in top.rglob("*.json"))
    for name in (
        "host_name",
        "user_name",
    ):  # short ones occur by chance inside keys and digests: only whole words count
        value = re.escape(str(personal.get(name) or "\0"))
        assert not re.search(rf"(?<![\w+/=.-]){value}(?![\w+/=.-])", everything)


def test_encrypted_package_opens_with_its_password_only(session, site, tmp_path):
    capture(session, site.url)
    out = tmp_path / "locked.zip"
    session.export(
        session.case(None).id, out, password="river-stone-42-violet", progress=no_progress, cancel=CancelToken()
    )
    assert MARKER.encode() not in out.read_bytes()
    assert verify(out, password="river-stone-42-violet").verdict == "intact"
    assert verify(out, password="another").verdict == "unreadable"
    assert verify(out).verdict == "unreadable"


def test_export_never_overwrites_and_a_stopped_one_leaves_nothing(session, site, tmp_path):
    from evidence_kit.errors import Cancelled, DestinationExists

    capture(session, site.url)
    taken = tmp_path / "taken.zip"
    taken.write_bytes(b"mine")
    case = session.case(None).id
    with pytest.raises(DestinationExists):
        session.export(case, taken, progress=no_progress, cancel=CancelToken())
    assert taken.read_bytes() == b"mine"
    token = CancelToken()
    before = set(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        session.export(case, tmp_path / "new.zip", progress=lambda _p: token.cancel(), cancel=token)
    assert set(tmp_path.iterdir()) == before


def test_locked_exhibit_is_not_shown_copied_or_exported(session, site, tmp_path):
    from evidence_kit.errors import UsageError

    record = capture(session, site.url)
    session.flag_minor(record.exhibit.id)
    for forbidden in (
        lambda: session.reveal(record.exhibit.id),
        lambda: session.extract(record.exhibit.id, "screenshot", tmp_path / "x.png"),
        lambda: session.export(session.case(None).id, tmp_path / "x.zip", progress=no_progress, cancel=CancelToken()),
    ):
        with pytest.raises(UsageError):
            forbidden()
    assert session.thumbnail(record.exhibit.id) is None
    assert not (tmp_path / "x.png").exists()


def test_minor_record_is_text_only_and_exportable(session, site, tmp_path):
    record = capture(session, site.url, Subject.WAS_MINOR)
    assert {a.role for a in record.artifacts} == {"text", "capture-log"}
    assert (record.exhibit.outcome, record.exhibit.missing) == (Outcome.COMPLETE, ())
    assert "/picture.png" not in site.asked
    out = tmp_path / "m.zip"
    session.export(session.case(None).id, out, progress=no_progress, cancel=CancelToken())
    assert verify(out).verdict == "intact"


def test_page_that_does_not_answer_is_kept_as_failed(session):
    record = capture(session, "http://127.0.0.1:9/")
    assert record.exhibit.outcome is Outcome.FAILED
    assert {a.role for a in record.artifacts} == {"capture-log"}
    assert all(t.status is TokenStatus.GRANTED for t in record.tokens)


def test_capture_without_authorities_is_pending_and_complete(session, authorities, site):
    for authority in authorities:
        authority.mode = "500"
    record = capture(session, site.url)
    assert record.exhibit.outcome is Outcome.COMPLETE
    assert {t.status for t in record.tokens} == {TokenStatus.PENDING}


def test_cancelled_capture_keeps_what_was_finished(session, site):
    from evidence_kit.errors import Cancelled

    token = CancelToken()

    def stop_at_screenshot(progress):
        if progress.step == "screenshot":
            token.cancel()

    with pytest.raises(Cancelled):
        session.capture(CaptureRequest(url=site.url, subject=Subject.ADULT), stop_at_screenshot, token)
    (kept,) = session.exhibits()
    assert kept.outcome is Outcome.PARTIAL
    assert "first-view" in {a.role for a in session.record(kept.id).artifacts}
    assert "wacz" in kept.missing
    assert capture(session, site.url).exhibit.outcome is Outcome.COMPLETE
