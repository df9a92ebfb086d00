"""Proofs over the years: stamped, renewed, exported and verified while authorities come and go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evidence_kit import clock
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.timestamp import evidence_record as ers
from evidence_kit.workflow import verifying
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
