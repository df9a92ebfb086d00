"""Packages whose stamps rest on certificates that were taken back, made by an owner who would rather not say so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import pytest
from asn1crypto import pem

from evidence_kit.records import CheckResult
from evidence_kit.verify.report import VerifyReport
from tests.kit.eras import Era, year
from tests.vectors.build import Workshop, assemble, pack, seal


@dataclass
class Stamping:
    """An authority of another year, as packages are built with it."""

    name: str
    era: Era
    when: float

    def stamp(self, data: bytes) -> bytes:
        return self.era.stamp(hashlib.sha256(data).digest(), self.when, reply=True)

    @property
    def root_pem(self) -> bytes:
        return pem.armor("CERTIFICATE", self.era.root)


A, B = Era("Alpha", 2020, 2040), Era("Beta", 2020, 2040)
TWIN = Era("Gamma", 2020, 2040, key_of=A)
"""Beside A's own certificate another one for the same key, under another root."""
STOLEN = A.crl(2027, revoked=True, reason="key_compromise", at=2026)


@pytest.fixture
def judged(shop: Workshop, verify: Any) -> Any:
    """Make a package by these authorities with these statements in it, and check it."""

    def run(*authorities: Stamping, statements: dict[str, bytes] | None = None, **more: Any) -> VerifyReport:
        plan = shop.plan(authorities=list(authorities), seal_authorities=list(authorities))
        told = {f"data/authorities/status/{name}": der for name, der in (statements or {}).items()}
        report = verify(pack(seal(assemble(plan) | told, plan)), authorities, **more)
        assert isinstance(report, VerifyReport)
        return report

    return run


def named(der: bytes, kind: str = "crl") -> dict[str, bytes]:
    return {f"{hashlib.sha256(der).hexdigest()[:16]}.{kind}": der}


def trusted(report: VerifyReport) -> list[CheckResult]:
    assert not [c for c in report.checks if c.status == "failed"], "nothing was altered"
    return [c for c in report.checks if c.name == "authority-trusted"]


def test_stamp_of_a_stolen_key_is_not_trusted_and_not_altered(judged: Any) -> None:
    assert judged(Stamping("a", A, 2025)).verdict == "intact"
    report = judged(Stamping("a", A, 2025), statements=named(STOLEN))
    assert report.verdict == "incomplete"
    assert {c.status for c in trusted(report)} == {"not-checked"}
    assert all("revoked" in c.detail for c in trusted(report))
    assert judged(Stamping("a", A, 2025), extra_statements=[STOLEN]).verdict == "incomplete"
    orderly = A.ocsp(2027, revoked=True, reason="superseded", at=2026)
    assert judged(Stamping("a", A, 2025), statements=named(orderly, "ocsp")).verdict == "intact"
    assert judged(Stamping("a", A, 2026.5), statements=named(orderly, "ocsp")).verdict == "incomplete"


def of_exhibits(report: VerifyReport) -> set[str]:
    """What is said of the stamps over exhibits and seal; the heads of these packages have one stamp each."""
    return {c.status for c in trusted(report) if "heads/" not in c.subject}


def test_other_authority_stands_in_only_before_the_revocation(judged: Any) -> None:
    report = judged(Stamping("a", A, 2025), Stamping("b", B, 2025.5), statements=named(STOLEN))
    assert of_exhibits(report) == {"passed"}
    assert any("Warning" in c.detail and "Alpha" in c.detail and "Beta" in c.detail for c in trusted(report))
    late = judged(Stamping("a", A, 2025), Stamping("b", B, 2026.5), statements=named(STOLEN))
    assert of_exhibits(late) == {"passed", "not-checked"}
    both = named(STOLEN) | named(B.crl(2027, revoked=True, at=2026))
    report = judged(Stamping("a", A, 2025), Stamping("b", B, 2025.5), statements=both)
    assert of_exhibits(report) == {"not-checked"}


def test_same_stolen_key_under_another_root_is_no_second_witness(judged: Any) -> None:
    report = judged(Stamping("a", A, 2025), Stamping("c", TWIN, 2025.5), statements=named(STOLEN))
    assert of_exhibits(report) == {"passed", "not-checked"}


@pytest.mark.parametrize("path", ["junk.crl", "0123456789abcdef.crl", "deep/0123456789abcdef.ocsp", "x.txt"])
def test_statements_of_nobody_change_nothing(judged: Any, path: str) -> None:
    stranger = Era("Alpha", 2020, 2040)
    for der in (stranger.crl(2027, revoked=True), b"\x30\x84\xff\xff\xff\xff", b"", bytes(11 << 20)):
        assert judged(Stamping("a", A, 2025), statements={path: der}).verdict == "intact"


def test_good_word_of_later_takes_no_revocation_back(judged: Any) -> None:
    told = named(STOLEN) | named(A.ocsp(2028), "ocsp") | named(A.crl(2029))
    assert judged(Stamping("a", A, 2025), statements=told).verdict == "incomplete"


def test_certificate_that_only_ended_passes_with_a_warning(judged: Any) -> None:
    old = Era("Olim", 2010, 2020)
    report = judged(Stamping("a", old, 2015))
    assert report.verdict == "intact"
    stamps = [c for c in report.checks if c.name in {"token", "seal-token"} and c.subject.endswith(".tsr")]
    assert stamps
    assert all("ended at 2020-01-01" in c.detail for c in stamps)
    assert year(2020) == old.ends
