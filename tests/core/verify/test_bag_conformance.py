"""The Library of Congress's suite of good and bad bags, judged by our own checks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import shared_data

from .conftest import Verify, names

SUITE = (shared_data() or Path("absent")) / "archives" / "bagit-conformance-suite"
BAGS = sorted(p for p in SUITE.glob("v*/*/*") if p.is_dir())
BAG_CHECKS = {"container", "bag", "payload", "extra-file"}

pytestmark = pytest.mark.skipif(not BAGS, reason="the BagIt conformance suite is not beside the project")


def ident(bag: Path) -> str:
    return "-".join(bag.relative_to(SUITE).parts)


@pytest.mark.parametrize("bag", [b for b in BAGS if b.parent.name == "valid"], ids=ident)
def test_valid_bag_of_somebody_else_is_incomplete_and_passes_the_bag_checks(bag: Path, verify: Verify):
    report = verify(bag)
    assert report.verdict == "incomplete"
    assert not names(report, "failed")
    assert names(report, "passed") == BAG_CHECKS
    assert {"seal-signature", "seal-key", "seal-token"} <= names(report, "not-checked")


@pytest.mark.parametrize("bag", [b for b in BAGS if b.parent.name == "invalid"], ids=ident)
def test_invalid_bag_is_altered_and_says_so_in_a_bag_check(bag: Path, verify: Verify):
    report = verify(bag)
    assert report.verdict == "altered"
    assert names(report, "failed") <= BAG_CHECKS


@pytest.mark.parametrize("bag", [b for b in BAGS if b.parent.name == "valid"], ids=ident)
def test_valid_bag_in_a_zip_is_incomplete_too(bag: Path, verify: Verify, tmp_path_factory: pytest.TempPathFactory):
    packed = shutil.make_archive(str(tmp_path_factory.mktemp("z") / "bag"), "zip", bag.parent, bag.name)
    report = verify(Path(packed))
    assert (report.verdict, names(report, "failed")) == ("incomplete", set())
