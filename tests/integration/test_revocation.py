"""From the stamp to the check: what authorities say of their certificates is fetched, kept, handed on and heard."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import time
import zipfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from evidence_kit import clock
from evidence_kit.digest import sha256_hex
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.timestamp import revocation_client
from evidence_kit.timestamp.certificates import read
from evidence_kit.workflow import statuses as workflow_statuses
from evidence_kit.workflow import verifying
from tests.integration.conftest import take_in
from tests.kit.authority import der_of, write_overlay
from tests.kit.revoking import revoking_authority


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    numbers = itertools.count()
    stopped = []

    def make(*names):
        pairs = [revoking_authority(tmp_path_factory.mktemp(f"ca{next(numbers)}"), name) for name in names]
        stopped.extend(one for pair in pairs for one in pair)
        return pairs

    yield make
    for one in stopped:
        one.stop()


@pytest.fixture
def authorities(made):
    """Two new authorities that say where their statements are, listed in this test's home."""
    pairs = made("a", "b")
    write_overlay(Path(os.environ["EVIDENCE_KIT_HOME"]), [authority for authority, _statuses in pairs])
    return pairs


def kept(session):
    """What the vault holds of statements: (kind, DER)."""
    rows = session._context.vault.index._all("SELECT kind, der FROM status_statement ORDER BY rowid")
    return [(kind, bytes(der)) for kind, der in rows]


def export(session, out):
    session.export(session.cases()[0].id, out, progress=no_progress, cancel=CancelToken())
    return out


def verified(package, **given):
    report = verifying.verify_package(package, progress=no_progress, cancel=CancelToken(), **given)
    return report.verdict, [c for c in report.checks if c.name == "authority-trusted"], report


def later(monkeypatch, **by):
    now = clock.now()
    begun = time.monotonic()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(**by) + timedelta(seconds=time.monotonic() - begun))


def test_statements_are_kept_once_a_day_and_go_out_with_the_package(session, authorities, tmp_path):
    for n in range(3):
        take_in(session, tmp_path / f"{n}.txt", b"%d" % n)
    assert [kind for kind, _der in kept(session)] == ["ocsp", "ocsp"]
    assert [s.asked for _a, s in authorities] == [["POST"], ["POST"]]  # for a certificate, not for a timestamp
    entries, _head = session.log(None)
    (event,) = [json.loads(e.entry) for e in entries if b'"revocation.kept"' in e.entry]
    assert event["detail"] == {"good": 2}
    assert sorted(event["digests"].values()) == sorted(sha256_hex(der) for _kind, der in kept(session))
    out = export(session, tmp_path / "out.zip")
    verdict, _trusted, report = verified(out)
    assert verdict == "intact", [c for c in report.checks if c.status != "passed"]
    assert all(t["revocation"].startswith("Not revoked as of") for t in report.facts["tokens"])
    with zipfile.ZipFile(out) as archive:
        names = [n.split("/", 1)[1] for n in archive.namelist() if "/status/" in n]
        top = archive.namelist()[0].split("/")[0]
        texts = [archive.read(f"{top}/{n}").decode() for n in ("00-README.txt", "data/report.html")]
    assert sorted(names) == sorted(f"data/authorities/status/{sha256_hex(d)[:16]}.ocsp" for _k, d in kept(session))
    assert "data/authorities/status" in texts[0]
    assert all(name in texts[1] for name in names)
    assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"


def test_list_is_taken_where_nobody_answers_and_openssl_reads_both(session, authorities, tmp_path):
    authorities[0][1].ocsp = False
    take_in(session, tmp_path / "a.txt")
    assert sorted(kind for kind, _der in kept(session)) == ["crl", "ocsp"]
    for kind, der in kept(session):
        authority = authorities[0 if kind == "crl" else 1][0]
        (tmp_path / "it").write_bytes(der)
        wanted = {
            "crl": ["crl", "-inform", "DER", "-in", "it", "-noout", "-CAfile", str(authority.root)],
            "ocsp": [
                "ocsp", "-respin", "it", "-CAfile", str(authority.root), "-issuer", str(authority.root), "-cert",
                str(authority.stamper), "-no_nonce",
            ],
        }[kind]  # fmt: skip
        done = subprocess.run(["openssl", *wanted], cwd=tmp_path, capture_output=True)
        assert b"verify OK" in done.stderr, done.stderr
        token = tmp_path / "it.tsr"
        data = tmp_path / "manifest.json"
        for one in session.exhibits():
            session.extract(one.id, f"token:{authority.name}", token)
            session.extract(one.id, "manifest", data)
        report = verifying.verify_token(
            token, data=data, digest=None, roots=[authority.root], statements=[tmp_path / "it"]
        )
        assert [c.status for c in report.checks if c.name == "revocation"] == ["passed"]
        token.unlink()
        data.unlink()


@pytest.mark.parametrize("mode", ["500", "rubbish", "empty", "elsewhere", "inside", "huge", "other-name"])
def test_bad_server_costs_nothing_but_its_statement(session, authorities, made, tmp_path, mode, monkeypatch):
    statuses = authorities[0][1]
    statuses.mode = mode
    if mode == "other-name":
        statuses.stranger = made("a")[0][1]
    record = take_in(session, tmp_path / "a.txt")
    assert {t.status.value for t in record.tokens} == {"granted"}
    assert len(kept(session)) == 1
    statuses.mode = "fine"
    take_in(session, tmp_path / "b.txt", b"b")
    assert len(kept(session)) == 1  # it is left alone for a while
    later(monkeypatch, hours=2)
    assert session.rounds.next() == 0
    session.rounds.due(CancelToken())
    assert len(kept(session)) == 2


def test_redirect_to_the_same_scheme_is_followed(session, authorities, tmp_path):
    for _authority, statuses in authorities:
        statuses.mode = "redirect"
    take_in(session, tmp_path / "a.txt")
    assert [kind for kind, _der in kept(session)] == ["ocsp", "ocsp"]


@pytest.mark.parametrize(
    ("to", "followed"),
    [
        ("http://crl.example.org/b", True),
        ("http://cdn.example.com/a", True),
        ("http://93.184.216.34/a", True),
        ("http://192.168.1.1/reboot", False),
        ("http://169.254.169.254/latest", False),
        ("http://[::1]:631/", False),
        ("http://[::ffff:127.0.0.1]/", False),
        ("http://127.1/", False),
        ("http://2130706433/", False),
        ("http://localhost/", False),
        ("http://router.lan./", False),
        ("http://user@cdn.example.com/", False),
    ],
)
def test_redirect_does_not_lead_into_her_own_network(to, followed):
    assert revocation_client._may_lead(urlsplit("http://crl.example.org/a"), urlsplit(to)) is followed


def test_slow_server_holds_nobody_up_for_longer_and_a_stop_is_heard(session, authorities, tmp_path, monkeypatch):
    monkeypatch.setattr(workflow_statuses.refresh, "__defaults__", (1.0,))
    authorities[0][1].mode = "slow"
    begun = time.monotonic()
    record = take_in(session, tmp_path / "a.txt")
    assert time.monotonic() - begun < 20
    assert {t.status.value for t in record.tokens} == {"granted"}
    assert len(kept(session)) == 1
    certificate, issuer = (read(der_of(p)) for p in (authorities[0][0].stamper, authorities[0][0].root))
    question = revocation_client.Question(certificate=certificate, issuer=issuer, chain=())
    stopped = CancelToken()
    stopped.cancel()
    assert not list(revocation_client.ask_all([question], 30, stopped))


def test_revocation_is_heard_of_a_day_later_and_the_other_authority_stands_in(
    session, authorities, tmp_path, monkeypatch
):
    take_in(session, tmp_path / "a.txt")
    before = export(session, tmp_path / "before.zip")
    time.sleep(1.1)  # times in lists have whole seconds
    authorities[0][1].revoke()
    assert not session.revoked()
    session.rounds.due(CancelToken())
    assert not session.revoked()  # not asked again on the same day
    later(monkeypatch, days=1, minutes=1)
    session.rounds.due(CancelToken())
    (gone,) = session.revoked()
    assert gone.reason == "keyCompromise"
    assert "a stamper" in gone.sentence
    out = export(session, tmp_path / "after.zip")
    with zipfile.ZipFile(out) as archive:
        (told,) = [archive.read(n).decode() for n in archive.namelist() if n.endswith("/data/report.html")]
    assert "a stamper" in told.split("6. ")[-1]
    verdict, trusted, report = verified(out)
    first = [c for c in trusted if c.subject.startswith("data/exhibits/001/manifest.json.a.")]
    assert [c.status for c in first] == ["passed"]
    assert "Warning" in first[0].detail
    assert "a stamper" in first[0].detail
    assert "b stamper" in first[0].detail
    # what both stamped after the revocation is proved by b alone, which is too late to stand in for a
    late = [c for c in trusted if c.status == "not-checked"]
    assert verdict == "incomplete"
    assert {c.subject.rsplit(".", 2)[-2] for c in late} == {"a"}
    assert not [c for c in report.checks if c.status == "failed"]
    # a package of before knows nothing; who checks it can bring the list
    assert verified(before)[0] == "intact"
    (tmp_path / "today.crl").write_bytes(authorities[0][1].crl())
    verdict, trusted, _report = verified(before, statements=[tmp_path / "today.crl"])
    assert verdict == "intact"
    assert sum("Warning" in c.detail for c in trusted) >= 2


def test_alone_a_revoked_authority_proves_nothing_and_nothing_was_altered(session, authorities, tmp_path):
    write_overlay(Path(os.environ["EVIDENCE_KIT_HOME"]), [authorities[0][0]])
    session._context.forget_authorities()
    take_in(session, tmp_path / "a.txt")
    out = export(session, tmp_path / "out.zip")
    time.sleep(1.1)
    authorities[0][1].revoke("superseded")
    (tmp_path / "orderly.crl").write_bytes(authorities[0][1].crl())
    assert verified(out, statements=[tmp_path / "orderly.crl"])[0] == "intact"
    other = authorities[1][1]
    other.revoke()
    (tmp_path / "other.crl").write_bytes(other.crl())
    assert verified(out, statements=[tmp_path / "other.crl"])[0] == "intact"  # another authority's list


def test_command_line_keeps_hands_on_and_hears(run, passphrase, cheap, warm, authorities, tmp_path):
    (tmp_path / "note.txt").write_text("words")
    run("vault", "create")
    run("case", "add", "Dossier A")
    code, answer = run("import", tmp_path / "note.txt", "--subject", "adult")
    assert code == 0, answer
    code, answer = run("export", "--out", tmp_path / "out.zip")
    assert code == 0, answer
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert sum("/status/" in name for name in archive.namelist()) == 2
    assert run("verify", tmp_path / "out.zip")[1]["verdict"] == "intact"
    time.sleep(1.1)
    for _authority, statuses in authorities:
        statuses.revoke()
    lists = []
    for number, (_authority, statuses) in enumerate(authorities):
        (tmp_path / f"{number}.crl").write_bytes(statuses.crl())
        lists += ["--crl", tmp_path / f"{number}.crl"]
    code, answer = run("verify", tmp_path / "out.zip", *lists)
    assert (code, answer["verdict"]) == (3, "incomplete")
    code, answer = run("verify", tmp_path / "out.zip", *lists[:2])
    assert (code, answer["verdict"]) == (0, "intact")
