"""Proofs over the years: stamped, renewed, exported and verified while authorities come and go."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path

import pytest

from evidence_kit import clock
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import Cancelled
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.timestamp import evidence_record as ers
from evidence_kit.workflow import renewal, verifying
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE, take_in
from tests.kit.era_server import EraServer
from tests.kit.eras import Era, year

NAMES = ("a", "b")


class Years:
    """A vault that lives through the years, with authorities that follow one another behind the same names."""

    def __init__(self, home: Path, server: EraServer, folder: Path) -> None:
        self.home, self.server, self.folder = home, server, folder
        self.roots: dict[str, list[Era]] = {}
        self.exports = 0

    def now(self, moment: float) -> None:
        clock.set_source(lambda: year(moment))

    def runs(self, name: str, era: Era | None) -> None:
        """From now on ``era`` stands behind ``name``; its root is pinned beside the earlier ones."""
        self.server.eras[name] = era
        if era is not None:
            self.roots.setdefault(name, []).append(era)
            self.server.overlay(self.home, self.roots)

    def open(self) -> Session:
        return Session.open(self.folder, PASSPHRASE, actor="Mina")

    def package(self, session: Session) -> Path:
        self.exports += 1
        out = self.home / f"out-{self.exports}.zip"
        session.export(session.cases()[0].id, out, progress=no_progress, cancel=CancelToken())
        return out

    def details(self, package: Path, name: str) -> list[str]:
        report = verifying.verify_package(package, progress=no_progress, cancel=CancelToken())
        return [check.detail for check in report.checks if check.name == name]

    def verdict(self, package: Path) -> tuple[str, dict[str, list[str]]]:
        report = verifying.verify_package(package, progress=no_progress, cancel=CancelToken())
        bad: dict[str, list[str]] = {}
        for check in report.checks:
            if check.status != "passed":
                bad.setdefault(check.name, []).append(check.detail)
        return report.verdict, bad


@pytest.fixture
def years(tmp_path, cheap, warm):
    with EraServer() as server:
        made = Years(Path(os.environ["EVIDENCE_KIT_HOME"]), server, tmp_path / "vault")
        made.home.mkdir(parents=True, exist_ok=True)
        made.now(2026.1)
        for name in NAMES:
            made.runs(name, Era(f"{name} 2020", 2020, 2032))
        yield made


@pytest.fixture
def begun(years, tmp_path):
    """A vault with two exhibits that both authorities stamped in 2026."""
    session, _code = Session.create(years.folder, PASSPHRASE, "Mina")
    with session:
        session.add_case("Dossier A")
        for n in range(2):
            take_in(session, tmp_path / f"{n}.txt", b"%d" % n)
        session.stamp_pending(no_progress, CancelToken())
    return years


def renew(session: Session, **how: object):
    return session.renewals.renew(no_progress, CancelToken(), **how)


def records(session: Session) -> list[ers.EvidenceRecord]:
    index = session._context.vault.index
    return [ers.read(index.renewed_record(p.token_id) or b"") for p in index.proofs() if p.renewed]


def test_each_proof_grows_by_one_timestamp_and_each_authority_is_asked_once(begun):
    begun.now(2030.5)
    for name in NAMES:
        begun.runs(name, Era(f"{name} 2029", 2029, 2041))
    with begun.open() as session:
        assert session.renewals.state().renew_before.startswith("2032-01-01")
        begun.server.asked.clear()
        counts = renew(session)
        assert (counts.renewed, counts.ended, counts.failed) == (4, 0, 0)
        assert sorted(begun.server.asked) == ["a", "b"]
        assert [len(list(r.stamps())) for r in records(session)] == [2, 2, 2, 2]
        proofs = session._context.vault.index.proofs()
        assert {(p.authority, p.last_authority) for p in proofs} == {("a", "b"), ("b", "a")}
        assert session.renewals.state().renew_before.startswith("2041-01-01")
        package = begun.package(session)
        assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"
    begun.now(2045)
    verdict, bad = begun.verdict(package)
    assert (verdict, bad) == ("intact", {})


def test_thirty_years_with_changing_roots_and_a_stronger_hash(begun):
    """2026 to 2056: three generations of each authority, SHA-512 on the way, and every verdict without a network."""
    seen = []
    for moment, generation, algorithm in (
        (2031, (2030, 2042), None),
        (2040, (2039, 2050), "sha512"),
        (2049, (2048, 2060), None),
    ):
        begun.now(moment)
        for name in NAMES:
            begun.runs(name, Era(f"{name} {generation[0]}", *generation))
        with begun.open() as session:
            counts = renew(session, algorithm=algorithm)
            assert (counts.ended, counts.failed) == (0, 0)
            seen.append(counts.renewed)
            package = begun.package(session)
        assert begun.verdict(package) == ("intact", {})
    assert seen == [4, 4, 8]  # the documents of SHA-512 digests are renewed too
    with begun.open() as session:
        grown = {r.algorithms: [len(c) for c in r.chains] for r in records(session)}
        assert grown == {("sha256", "sha512"): [2, 2], ("sha512",): [2]}
        assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"
    begun.server.eras = dict.fromkeys(NAMES)
    begun.now(2056)
    assert begun.verdict(package) == ("intact", {})
    assert any("Renewed: 2031" in detail and ", 2040" in detail for detail in begun.details(package, "token"))
    with zipfile.ZipFile(package) as archive:
        names = {name.partition("/")[2]: name for name in archive.namelist()}
        base = "data/exhibits/001/"
        assert {n.removeprefix(base) for n in names if n.startswith(base) and n.endswith((".ers", ".tsr"))} == {
            f"{about}.{name}.{form}"
            for name in NAMES
            for about, form in (("manifest.json", "tsr"), ("manifest.json", "ers"), ("digests-sha512.json", "ers"))
        }
        told = json.loads(archive.read(names[base + "digests-sha512.json"]))
        listed = json.loads(archive.read(names[base + "files.json"]))
        manifest = archive.read(names[base + "manifest.json"])
        assert told["manifest"]["sha512"] == hashlib.sha512(manifest).hexdigest()
        by_name = {one["name"]: one["sha512"] for one in told["files"]}
        for one in listed["files"]:
            assert by_name[one["name"]] == hashlib.sha512(archive.read(names[base + one["path"]])).hexdigest()


def test_a_file_that_is_not_the_one_that_was_rehashed_is_found(begun, tmp_path):
    with begun.open() as session:
        renew(session, algorithm="sha512")
        package = begun.package(session)
    folder = tmp_path / "bag"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    (top,) = folder.iterdir()
    document = top / "data/exhibits/001/digests-sha512.json"
    good = document.read_bytes()
    file = next(one for one in json.loads(good)["files"] if one["role"] == "original")
    document.write_bytes(good.replace(file["sha512"].encode(), b"0" * 128))
    verdict, bad = begun.verdict(top)
    assert verdict == "altered"
    assert {"artifact", "payload", "token"} <= set(bad)
    document.write_bytes(good.replace(b'"original"', b'"whatever"'))
    assert any("names a file" in detail for detail in begun.verdict(top)[1]["artifact"])
    document.write_bytes(b"{}")
    assert any("does not have its form" in detail for detail in begun.verdict(top)[1]["artifact"])


def test_what_ended_before_is_left_alone_and_still_counts_as_of_its_own_time(begun):
    begun.now(2033)
    for name in NAMES:
        begun.runs(name, Era(f"{name} 2029", 2029, 2041))
    with begun.open() as session:
        state = session.renewals.state()
        assert (state.renew_before, state.ended) == ("", 4)
        counts = renew(session)
        assert (counts.renewed, counts.ended, counts.failed) == (0, 4, 0)
        package = begun.package(session)
    assert begun.verdict(package)[0] == "intact"


def test_who_is_away_is_stood_in_for_and_nobody_leaves_all_as_it_is(begun):
    begun.server.eras["a"] = None
    with begun.open() as session:
        counts = renew(session)
        assert (counts.renewed, counts.failed) == (4, 0)
        assert {p.last_authority for p in session._context.vault.index.proofs()} == {"b"}
        begun.server.eras["b"] = None
        before = records(session)
        counts = renew(session)
        assert (counts.renewed, counts.failed) == (0, 4)
        assert records(session) == before


def test_only_what_is_due_is_renewed_if_she_wants(begun, tmp_path):
    begun.now(2031.2)
    for name in NAMES:
        begun.runs(name, Era(f"{name} 2029", 2029, 2041))
    with begun.open() as session:
        take_in(session, tmp_path / "0.txt", b"later")
        session.stamp_pending(no_progress, CancelToken())
        assert renew(session, due_only=True).renewed == 0
        begun.now(2031.7)
        assert session.renewals.state().soon
        assert renew(session, due_only=True).renewed == 4
        assert not session.renewals.state().soon


def test_a_stop_keeps_what_was_renewed(begun, monkeypatch):
    monkeypatch.setattr(renewal, "AT_ONCE", 1)
    cancel = CancelToken()

    def stop(progress):
        if progress.done > 4:
            cancel.cancel()

    with begun.open() as session:
        with pytest.raises(Cancelled):
            session.renewals.renew(stop, cancel)
        kept = len(records(session))
        assert 0 < kept < 4
        assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"
        assert renew(session).renewed == 4 - kept
        assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"


def test_command_line_renews_and_gives_the_record(begun, run, tmp_path):
    begun.server.overlay(begun.home, begun.roots)
    code, told = run("stamp", "--renew", "--vault", begun.folder)
    assert (code, told["renewed"], told["ended"], told["failed"]) == (0, 4, 0, 0)
    assert told["renew_before"].startswith("2032-01-01")
    out = tmp_path / "one.ers"
    code, _made = run("extract", "1", "record:a", "-o", out, "--vault", begun.folder)
    assert code == 0
    assert [len(chain) for chain in ers.read(out.read_bytes()).chains] == [2]
    manifest = tmp_path / "manifest.json"
    run("extract", "1", "manifest", "-o", manifest, "--vault", begun.folder)
    roots = [part for era in begun.roots["a"] + begun.roots["b"] for part in ("--root", _file(tmp_path, era))]
    code, judged = run("verify", out, "--data", manifest, *roots)
    assert (code, judged["verdict"]) == (0, "intact")
    assert run("stamp", "--due", "--vault", begun.folder)[0] == 2


def _file(folder: Path, era: Era) -> Path:
    path = folder / f"{hashlib.sha256(era.root).hexdigest()}.der"
    path.write_bytes(era.root)
    return path


def test_damage_in_a_renewed_proof_is_named(begun):
    with begun.open() as session:
        renew(session, algorithm="sha512")
        index = session._context.vault.index
        index._run("DROP TRIGGER renewal_frozen")
        index._run("UPDATE renewal SET record = zeroblob(8) WHERE id = 1")
        index._run("UPDATE renewal SET record = zeroblob(8), sha256 = ? WHERE id = 2", (sha256_hex(bytes(8)),))
        found = session.check(fast=False, progress=no_progress, cancel=CancelToken()).findings
    assert [f["what"] for f in found] == ["token-invalid"] * 2
    assert {f["subject"] for f in found} <= {f"{n} ({name})" for n in (1, 2) for name in NAMES}


def test_renewing_again_and_again_brings_nothing_and_changes_nothing(begun):
    with begun.open() as session:
        assert renew(session).renewed == 4
        grown = records(session)
        counts = renew(session)
        assert (counts.renewed, counts.unneeded, counts.failed) == (0, 4, 0)
        assert records(session) == grown
        assert renew(session, algorithm="sha512").renewed == 4
        assert renew(session, algorithm="sha384").renewed == 4  # the documents, for the first time
        assert renew(session, algorithm="sha384").renewed == 0


def test_an_authority_whose_certificate_ends_sooner_is_not_made_use_of(begun):
    begun.runs("a", Era("a short", 2026, 2028))
    with begun.open() as session:
        counts = renew(session)
        assert (counts.renewed, counts.unneeded) == (2, 2)
        assert session.renewals.state().renew_before.startswith("2032")


def test_one_damaged_proof_does_not_keep_the_others_from_being_renewed(begun):
    with begun.open() as session:
        index = session._context.vault.index
        index._run("DROP TRIGGER token_frozen")
        index._run(
            "UPDATE token SET reply = zeroblob(9) WHERE id = (SELECT MIN(id) FROM token WHERE target = 'manifest')"
        )
        counts = renew(session)
        assert (counts.renewed, counts.damaged, counts.failed) == (3, 1, 0)


def test_a_record_that_cannot_grow_does_not_hold_up_the_others(begun, monkeypatch, tmp_path):
    with begun.open() as session:
        assert renew(session).renewed == 4
        monkeypatch.setattr(ers, "MAX_STAMPS", 2)
        begun.now(2030.5)
        for name in NAMES:
            begun.runs(name, Era(f"{name} 2029", 2029, 2041))
    with begun.open() as session:
        take_in(session, tmp_path / "0.txt", b"later")
        session.stamp_pending(no_progress, CancelToken())
        counts = renew(session)
        assert (counts.renewed, counts.ended, counts.failed) == (2, 0, 4)
        assert sorted(len(list(r.stamps())) for r in records(session)) == [2] * 6
        assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"


def test_documents_that_one_authority_stamped_are_brought_to_the_other_once_it_is_back(begun):
    away, begun.server.eras["b"] = begun.server.eras["b"], None
    with begun.open() as session:
        index = session._context.vault.index
        stamped = [
            lambda e=e: {t.authority: t.data_sha256 for t in index.tokens("digests", e.id)} for e in session.exhibits()
        ]
        renew(session, algorithm="sha512")
        assert [sorted(one()) for one in stamped] == [["a"], ["a"]]
        begun.server.eras["b"] = away
        renew(session, algorithm="sha512")
        assert [sorted(one()) for one in stamped] == [["a", "b"], ["a", "b"]]
        assert all(len(set(one().values())) == 1 for one in stamped)
        renew(session, algorithm="sha512")
        assert [len(index.tokens("digests", e.id)) for e in session.exhibits()] == [2, 2]
        assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"
        package = begun.package(session)
    assert begun.verdict(package) == ("intact", {})
