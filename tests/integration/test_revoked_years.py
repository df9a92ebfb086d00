"""Thirty years in which authorities are revoked in each way: the verdict that each history deserves, offline."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE, take_in
from tests.integration.test_renewal import NAMES, Years, renew
from tests.kit.era_server import EraServer
from tests.kit.eras import Era

FIRST, SECOND = (2020, 2032), (2026, 2038)


@pytest.fixture
def begun(tmp_path, cheap, warm):
    """A vault with one exhibit, stamped in 2026 by both authorities, whose revocation lists can be had."""
    with EraServer() as server:
        years = Years(Path(os.environ["EVIDENCE_KIT_HOME"]), server, tmp_path / "vault")
        years.home.mkdir(parents=True, exist_ok=True)
        years.now(2026.1)
        generation(years, FIRST)
        session, _code = Session.create(years.folder, PASSPHRASE, "Mina")
        with session:
            session.add_case("Dossier A")
            take_in(session, tmp_path / "0.txt", b"0")
            session.stamp_pending(no_progress, CancelToken())
        yield years


def generation(years: Years, span: tuple[float, float]) -> dict[str, Era]:
    made = {name: years.server.era(f"{name} {span[0]}", *span) for name in NAMES}
    for name, era in made.items():
        years.runs(name, era)
    return made


def first(years: Years) -> dict[str, Era]:
    return {name: years.roots[name][0] for name in NAMES}


def handed_over(years: Years, moment: float) -> Path:
    """What was heard by then is in the package, whose own seal comes from authorities in good standing."""
    years.now(moment)
    with years.open() as session:
        session.rounds.due(CancelToken())
        return years.package(session)


@pytest.mark.parametrize(
    ("revoked", "reason", "at", "renewed", "verdict", "said"),
    [
        # a key in wrong hands, or no word of why: it takes another authority, or a renewal before
        (NAMES, "key_compromise", 2028, None, "incomplete", "was revoked at"),
        (NAMES, None, 2028, None, "incomplete", "was revoked at"),
        (NAMES, "unspecified", 2028, None, "incomplete", "was revoked at"),
        (NAMES, "key_compromise", 2028, 2027, "intact", ""),
        (NAMES, None, 2028, 2027, "intact", ""),
        (NAMES, "key_compromise", 2028, 2029, "incomplete", "was revoked at"),
        (("a",), "key_compromise", 2028, None, "intact", "another authority"),
        (("a",), None, 2028, 2029, "intact", "another authority"),
        # replaced or closed down: what was stamped before stays
        (NAMES, "superseded", 2028, None, "intact", ""),
        (NAMES, "cessation_of_operation", 2028, None, "intact", ""),
        (NAMES, "superseded", 2028, 2029, "intact", ""),
        # not even in time for the stamp itself
        (NAMES, "superseded", 2025, None, "incomplete", "was revoked at"),
        (NAMES, "key_compromise", 2025, 2027, "incomplete", "was revoked at"),
    ],
)
def test_each_kind_of_revocation(begun, revoked, reason, at, renewed, verdict, said):
    old = first(begun)
    begun.now(2026.5)
    generation(begun, SECOND)
    happening = sorted([(at, "revoked"), *([(renewed, "renewed")] if renewed else [])])
    for moment, what in happening:
        begun.now(max(moment, 2026.6))
        if what == "revoked":
            for name in revoked:
                begun.server.revoke(old[name], at, reason)
        else:
            with begun.open() as session:
                assert renew(session).renewed == 2
    package = handed_over(begun, 2030.5)
    begun.server.eras = dict.fromkeys(NAMES)
    begun.now(2031)
    found, report = begun.verdict(package)
    assert (found, set(report)) == (verdict, {"authority-trusted"} if verdict == "incomplete" else set()), report
    trusted = begun.details(package, "authority-trusted")
    assert any(said in detail for detail in trusted), trusted


def test_thirty_years_with_all_of_it(begun):
    """Expired, superseded, stolen, closed down, other roots, SHA-512: what was renewed in time still counts in 2056."""
    old = first(begun)
    begun.now(2029)
    begun.server.revoke(old["a"], 2029, "superseded")
    begun.now(2031)
    second = generation(begun, (2028, 2043))
    with begun.open() as session:
        assert renew(session).renewed == 2
    begun.server.revoke(old["b"], 2031.5, None)
    begun.now(2033)
    begun.server.revoke(second["a"], 2033, "key_compromise")  # what b had stamped rests on it since 2031
    generation(begun, (2033, 2046))
    with begun.open() as session:
        session.rounds.due(CancelToken())
        assert [(r.at[:4], r.reason) for r in session.revoked()] == [
            ("2029", "superseded"),
            ("2031", "unspecified"),
            ("2033", "keyCompromise"),
        ]
    begun.now(2040)
    third = generation(begun, (2039, 2051))
    with begun.open() as session:
        assert renew(session, algorithm="sha512").failed == 0
    begun.now(2045)
    begun.server.revoke(third["b"], 2045, "cessation_of_operation")
    begun.now(2049)
    generation(begun, (2048, 2060))
    with begun.open() as session:
        assert renew(session).failed == 0
        assert session.check(fast=False, progress=no_progress, cancel=CancelToken()).verdict == "sound"
    package = handed_over(begun, 2050)
    begun.server.eras = dict.fromkeys(NAMES)
    begun.now(2056)
    assert begun.verdict(package) == ("intact", {})
    trusted = begun.details(package, "authority-trusted")
    doubled = [d for d in trusted if "another authority" in d]
    assert sorted(year for d in doubled for year in ("2031", "2033") if f"revoked at {year}" in d) == ["2031", "2033"]
