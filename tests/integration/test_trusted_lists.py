"""A timestamp is shown as qualified only by a signed trusted list, whether the list or the token came first."""

from __future__ import annotations

import datetime as dt
import json
import zipfile

import pytest
from cryptography.hazmat.primitives import serialization

from evidence_kit import clock
from evidence_kit.errors import TrustedListRefused, UsageError
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.vault import open_vault
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE, take_in
from tests.kit import trusted_lists as kit
from tests.kit.authority import der_of

SIGNER = kit.holder("List of Nowhere")
COMMISSION = kit.holder("List of lists")


def times():
    now = dt.datetime.now(dt.UTC)
    return {"issued": clock.rfc3339(now), "next_update": clock.rfc3339(now + dt.timedelta(days=90))}


@pytest.fixture
def made(tmp_path, authorities):
    """Makes a list file that names the first authority."""

    def write(name="list.xml", *, value=kit.GRANTED, signer=SIGNER, **about):
        told = kit.service([der_of(authorities[0].root)], value=value)
        file = tmp_path / name
        file.write_bytes(kit.sign(kit.national(told, **{**times(), **about}), signer))
        return file

    return write


@pytest.fixture
def signer(tmp_path):
    return pem_of(SIGNER, tmp_path / "signer.pem")


def pem_of(one, file):
    file.write_bytes(one.cert.public_bytes(serialization.Encoding.PEM))
    return file


def imported(session, file, **named):
    return session.trusted_lists.import_file(file, **named, progress=no_progress, cancel=CancelToken())


def said(session, record):
    tokens = session.record(record.exhibit.id).tokens
    judged = [t for t in tokens if "qualification" in t.details]
    return {t.authority: (t.qualified, t.details["qualification"]["why"]) for t in judged}


def events(session):
    entries, _head = session.log(None)
    return [json.loads(e.entry) for e in entries]


def test_token_is_not_qualified_without_a_list_and_becomes_so_with_one(session, authorities, made, signer, tmp_path):
    authorities[0].mode = "qualified"
    record = take_in(session, tmp_path / "a.txt")
    assert said(session, record) == {"a": (False, "no-list"), "b": (False, "no-statement")}
    before = session.record(record.exhibit.id).tokens
    done = imported(session, made(), signer=signer)
    assert (done.territory, done.number, done.overdue) == ("XX", 7, False)
    assert (done.tokens, done.qualified) == (2, 1)
    assert said(session, record) == {"a": (True, "listed"), "b": (False, "no-statement")}
    after = session.record(record.exhibit.id).tokens
    for old, new in zip(before, after, strict=True):
        facts = {name: value for name, value in old.details.items() if name != "qualification"}
        assert facts == {name: value for name, value in new.details.items() if name != "qualification"}
        assert (old.gen_time, old.reply_sha256, old.attempts) == (new.gen_time, new.reply_sha256, new.attempts)
    by = after[0].details["qualification"]
    assert by["list"]["territory"] == "XX"
    assert "names this service of Trust Nowhere as one for qualified timestamps" in by["reason"]


def test_token_that_comes_after_the_list_is_judged_when_it_comes(session, authorities, made, signer, tmp_path):
    imported(session, made(), signer=signer)
    authorities[0].mode = authorities[1].mode = "qualified"
    record = take_in(session, tmp_path / "a.txt")
    assert said(session, record) == {"a": (True, "listed"), "b": (False, "not-listed")}


def test_list_is_there_when_the_vault_is_opened_again(session, authorities, made, signer, tmp_path):
    imported(session, made(), signer=signer)
    session.close()
    with Session.open(session.path, PASSPHRASE) as again:
        (kept,) = again.trusted_lists.all()
        assert (kept.kind, kept.territory, kept.record["sequence"]) == ("national", "XX", 7)
        authorities[0].mode = "qualified"
        assert said(again, take_in(again, tmp_path / "a.txt"))["a"] == (True, "listed")


def test_newer_list_takes_the_status_away_and_an_older_one_never_comes_back(
    session, authorities, made, signer, tmp_path
):
    authorities[0].mode = "qualified"
    record = take_in(session, tmp_path / "a.txt")
    imported(session, made(), signer=signer)
    imported(session, made("newer.xml", sequence=8, value=kit.WITHDRAWN), signer=signer)
    assert said(session, record)["a"] == (False, "not-listed")
    with pytest.raises(TrustedListRefused, match="not newer"):
        imported(session, made("list.xml"), signer=signer)
    assert said(session, record)["a"] == (False, "not-listed")


def test_import_stands_in_the_log_with_digests_territory_number_and_signer(session, made, signer):
    file = made()
    imported(session, file, signer=signer)
    (event,) = [e for e in events(session) if e["type"] == "trusted-list.imported"]
    (kept,) = session.trusted_lists.all()
    assert event["digests"] == {"list": kept.record["sha256"], "signer": kept.record["signer_sha256"]}
    assert (event["detail"]["territory"], event["detail"]["number"]) == ("XX", 7)
    assert "List of Nowhere" in event["detail"]["signer"]


def test_list_of_lists_vouches_and_then_names_the_signers_of_the_next(session, made, tmp_path):
    lotl = tmp_path / "lotl.xml"
    lotl.write_bytes(kit.sign(kit.of_lists({"XX": [SIGNER.der], "YY": [SIGNER.der]}, **times()), COMMISSION))
    commission = pem_of(COMMISSION, tmp_path / "commission.pem")
    imported(session, made(), lotl=lotl, signer=commission)
    imported(session, made("yy.xml", territory="YY"), lotl=lotl, signer=commission)
    imported(session, made("more.xml", sequence=8))
    kept = [(one.kind, one.territory) for one in session.trusted_lists.all()]
    assert kept == [("national", "XX"), ("national", "YY"), ("lotl", "EU")]
    assert [e["detail"]["territory"] for e in events(session) if e["type"] == "trusted-list.imported"] == [
        "EU", "XX", "YY", "XX",
    ]  # fmt: skip
    index = session._context.vault.index
    (kept,) = (one for one in index.trusted_lists() if one.kind == "lotl")
    index.keep_trusted_list(kept, index.trusted_list_xml("lotl", kept.territory) + b"\n")
    report = session.check(fast=False, progress=no_progress, cancel=CancelToken())
    assert [(f["what"], f["subject"]) for f in report.findings] == [("trusted-list-damaged", kept.territory)]


def test_list_that_nobody_vouches_for_changes_nothing(session, authorities, made, signer, tmp_path):
    authorities[0].mode = "qualified"
    record = take_in(session, tmp_path / "a.txt")
    other = kit.holder("Somebody")
    for file, named in ((made(), {}), (made("x.xml", signer=other), {"signer": signer})):
        with pytest.raises(TrustedListRefused):
            imported(session, file, **named)
    with pytest.raises(UsageError, match="holds no certificate"):
        imported(session, made(), signer=made())
    with pytest.raises(UsageError, match="cannot be read"):
        imported(session, tmp_path / "nowhere.xml", signer=signer)
    assert session.trusted_lists.all() == []
    assert said(session, record)["a"] == (False, "no-list")
    assert "trusted-list.imported" not in {e["type"] for e in events(session)}


def test_list_that_was_changed_in_the_vault_shows_nothing(session, authorities, made, signer, tmp_path):
    imported(session, made(), signer=signer)
    session.close()
    with open_vault(session.path, passphrase=PASSPHRASE) as vault:
        (kept,) = vault.index.trusted_lists()
        vault.index.keep_trusted_list(kept, vault.index.trusted_list_xml("national", "XX") + b"\n")
    with Session.open(session.path, PASSPHRASE) as again:
        authorities[0].mode = "qualified"
        assert said(again, take_in(again, tmp_path / "a.txt"))["a"] == (False, "no-list")
        report = again.check(fast=False, progress=no_progress, cancel=CancelToken())
        assert [(f["what"], f["subject"]) for f in report.findings] == [("trusted-list-damaged", "XX")]


def test_report_names_the_list_or_says_why_not(session, authorities, made, signer, tmp_path):
    authorities[0].mode = "qualified"
    record = take_in(session, tmp_path / "a.txt")
    imported(session, made(), signer=signer)
    package = tmp_path / "p.zip"
    session.export(record.exhibit.case_id, package, progress=no_progress, cancel=CancelToken())
    with zipfile.ZipFile(package) as held:
        report = next(held.read(n).decode() for n in held.namelist() if n.endswith("/report.html"))
    assert f"shown to be qualified by the EU trusted list of XX, no. 7 of {times()['issued'][:10]}" in report
    assert "not shown to be qualified: it does not say so of itself" in report


@pytest.mark.parametrize("first", ["list", "tokens"])
def test_exhibits_under_one_hash_tree_are_all_judged_by_its_token(session, authorities, made, signer, tmp_path, first):
    authorities[0].mode = authorities[1].mode = "500"
    records = [take_in(session, tmp_path / f"{n}.txt", b"%d" % n) for n in range(21)]
    authorities[0].mode = "qualified"
    if first == "list":
        imported(session, made(), signer=signer)
    assert session.stamp_pending(no_progress, CancelToken()).granted == 21
    if first == "tokens":
        assert {said(session, record)["a"] for record in records} == {(False, "no-list")}
        done = imported(session, made(), signer=signer)
        assert (done.tokens, done.qualified) == (21, 21)
    assert {said(session, record)["a"] for record in records} == {(True, "listed")}
    package = tmp_path / "p.zip"
    session.export(records[0].exhibit.case_id, package, progress=no_progress, cancel=CancelToken())
    with zipfile.ZipFile(package) as held:
        report = next(held.read(n).decode() for n in held.namelist() if n.endswith("/report.html"))
    assert report.count("shown to be qualified by the EU trusted list of XX, no. 7") >= 21
