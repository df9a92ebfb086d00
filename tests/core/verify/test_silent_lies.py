"""What an owner with every key could have the verifier pass over: withheld, contradicting, counted twice, rehashed."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from evidence_kit.records import CheckResult
from evidence_kit.timestamp import evidence_record as ers
from evidence_kit.verify.report import VerifyReport
from tests.core.verify.conftest import Verify, names
from tests.core.verify.test_revoked_stamps import Stamping
from tests.kit.eras import Era
from tests.vectors.build import Files, Workshop, assemble, canonical, pack, seal, sha256
from tests.vectors.registry import ONE, resealed

A, B = Era("Alpha", 2020, 2040), Era("Beta", 2020, 2040)
SAME = Era("Alpha's other name", 2020, 2040, root_of=A)
BOTH = (Stamping("a", A, 2026.5), Stamping("b", B, 2026.5))


@pytest.fixture
def judged(shop: Workshop, verify: Verify) -> Any:
    """Make a package by these authorities, bend its payload, seal it anew, and check it."""

    def run(
        *authorities: Stamping,
        bend: Callable[[Files], object] = lambda _files: None,
        sealed: tuple[Stamping, ...] = (),
        roots: tuple[Stamping, ...] = (),
    ) -> VerifyReport:
        plan = shop.plan(authorities=list(authorities), seal_authorities=list(sealed or authorities))
        files = assemble(plan)
        bend(files)
        return verify(pack(seal(files, plan)), [*authorities, *sealed, *roots])

    return run


def said(report: VerifyReport, name: str, subject: str = "") -> str:
    return " ".join(c.detail for c in report.checks if c.name == name and subject in c.subject)


def open_still(report: VerifyReport) -> list[CheckResult]:
    return [c for c in report.checks if c.status == "not-checked"]


@pytest.mark.parametrize(("variant", "verdict"), [("full", "incomplete"), ("lawyer", "intact")])
def test_log_that_withholds_what_it_tells_of_the_exhibits(
    shop: Workshop, verify: Verify, variant: str, verdict: str
) -> None:
    plan = shop.plan(withheld=(1, 2, 3, 4, 5, 6), variant=variant)
    report = verify(resealed(shop, lambda _files: None, plan))
    assert (report.verdict, names(report, "failed")) == (verdict, set())
    if variant == "full":
        assert [(c.name, c.subject) for c in open_still(report)] == [
            ("custody-chain", f"data/exhibits/{n:03d}/") for n in (1, 2)
        ]
    else:
        assert "Warning: of 2 exhibits it tells nothing." in said(report, "custody-chain")


def test_exhibit_of_which_everything_is_withheld_is_named(judged: Any) -> None:
    def bend(files: Files) -> None:
        value = json.loads(files[ONE + "files.json"])
        for one in value["files"]:
            del files[ONE + one.pop("path")]
        value["withheld"] += [one | {"reason": "withdrawn"} for one in value["files"]]
        files[ONE + "files.json"] = canonical(value | {"files": []})

    report = judged(*BOTH, bend=bend)
    assert report.verdict == "intact"
    assert "Warning: nothing of this exhibit but its manifest" in said(report, "artifact", "001")
    assert "Warning" not in said(report, "artifact", "002")


def test_stamp_over_a_digest_by_a_broken_hash_proves_nothing(judged: Any) -> None:
    def bend(files: Files) -> None:
        digest = hashlib.sha1(files[ONE + "manifest.json"]).digest()
        files[ONE + "manifest.json.a.tsr"] = A.stamp(digest, 2026.5, "sha1", reply=True)

    report = judged(*BOTH, bend=bend)
    assert (report.verdict, [c.subject for c in open_still(report)]) == ("incomplete", [ONE + "manifest.json.a.tsr"])
    assert "sha1" in said(report, "token", "001/manifest.json.a.tsr")


def test_one_authority_under_two_names_is_told(judged: Any) -> None:
    report = judged(BOTH[0], Stamping("police", SAME, 2026.5), roots=(Stamping("a", SAME, 2026.5),))
    assert report.verdict == "intact"
    for name, other in (("a", "police"), ("police", "a")):
        sentence = f"Warning: it rests on the same authority as the stamp of {other}: the two count as one."
        assert sentence in said(report, "authority-trusted", f"001/manifest.json.{name}.tsr")
    assert "Warning" not in said(judged(*BOTH), "authority-trusted")


def test_record_that_was_stamped_before_what_it_rests_on_is_not_believed(judged: Any) -> None:
    """The head that bounds exhibit 001 from below is stamped by the first of the authorities, a year late."""
    late, good = Stamping("a", A, 2027.5), BOTH[1]
    report = judged(late, good)
    assert (report.verdict, names(report, "failed")) == ("incomplete", set())
    assert [c.subject for c in open_still(report)] == [ONE + "manifest.json.b.tsr"]
    assert "one of the two times is false" in open_still(report)[0].detail


def test_record_that_says_it_is_younger_than_its_stamp_is_told(judged: Any) -> None:
    early = (Stamping("a", A, 2026.1), Stamping("b", B, 2026.1))
    report = judged(*early)
    assert report.verdict == "intact"
    assert said(report, "token").count("Warning: the record says that it was finished at 2026-03-01") == 4
    assert "Warning" not in said(judged(*BOTH), "token")


def test_seal_that_was_stamped_before_what_it_seals_is_told(judged: Any) -> None:
    report = judged(*BOTH, sealed=(Stamping("a", A, 2026.3), BOTH[1]))
    assert report.verdict == "intact"
    assert "one of the two times is false" in said(report, "authority-trusted", "tagmanifest-sha256.txt.a")
    assert "Warning" not in said(report, "authority-trusted", "tagmanifest-sha256.txt.b")


def test_record_of_another_stamp_does_not_renew_the_one_beside_it(judged: Any) -> None:
    """A stamp whose certificate ended, beside a record that is not its own."""
    ended = Era("Alpha of old", 2010, 2020)

    def bend(files: Files, when: float = 2015) -> None:
        manifest = files[ONE + "manifest.json"]
        digest = hashlib.sha256(manifest).digest()
        files[ONE + "manifest.json.a.tsr"] = ended.stamp(digest, 2015, reply=True)
        own = ers.new_record(
            files[ONE + "manifest.json.a.tsr"] if when else A.stamp(digest, 2026.5), algorithm="sha256", digest=digest
        )
        files[ONE + "manifest.json.a.ers"] = own

    roots = (Stamping("old", ended, 2015),)
    told = []
    for when in (0, 2015):
        report = judged(*BOTH, bend=functools.partial(bend, when=when), roots=roots)
        told.append("it was not renewed" in said(report, "token", "001/manifest.json.a.tsr"))
    assert told == [True, False]


def test_files_that_the_stronger_digests_leave_out_are_counted(judged: Any) -> None:
    def bend(files: Files, left_out: int) -> None:
        manifest = files[ONE + "manifest.json"]
        listed = json.loads(files[ONE + "files.json"])["files"][left_out:]
        told = [
            {
                **{key: one[key] for key in ("role", "name", "sha256")},
                "sha512": hashlib.sha512(files[ONE + one["path"]]).hexdigest(),
            }
            for one in listed
        ]
        about = {"sha256": sha256(manifest), "sha512": hashlib.sha512(manifest).hexdigest()}
        value = {"format": "evidence-kit/digests/1", "algorithm": "sha512", "exhibit_id": "exhibit-1"}
        files[ONE + "digests-sha512.json"] = canonical(value | {"manifest": about, "files": told})

    for left_out in (0, 2):
        report = judged(*BOTH, bend=lambda files, n=left_out: bend(files, n))
        assert report.verdict == "intact", open_still(report)
        warned = "that rest on SHA-256: 2." in said(report, "artifact", "001")
        assert warned is bool(left_out)
