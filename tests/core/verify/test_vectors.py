"""Every bent package gets its verdict, and exactly the checks that see the bend fail."""

from __future__ import annotations

import pytest

from evidence_kit.verify.verifier import CHECK_NAMES
from tests.vectors.build import Workshop
from tests.vectors.tampering import VECTORS, Vector

from .conftest import Verify, names


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v.name)
def test_package_gets_the_verdict_and_the_failures_of_its_vector(vector: Vector, shop: Workshop, verify: Verify):
    report = verify(vector.make(shop))
    story = [(c.name, c.status, c.subject, c.detail) for c in report.checks if c.status != "passed"]
    assert (report.verdict, names(report, "failed")) == (vector.verdict, vector.failed), story
    assert names(report, "not-checked") == vector.unchecked, story
    if vector.verdict != "unreadable":
        assert {c.name for c in report.checks} == set(CHECK_NAMES)
        assert all(c.detail for c in report.checks)


def test_every_check_has_a_vector_that_makes_it_fail_alone():
    alone = {next(iter(v.failed)) for v in VECTORS if len(v.failed) == 1}
    assert set(CHECK_NAMES) - alone == {"authority-trusted"}


def test_there_are_more_than_twenty_five_vectors():
    assert len(VECTORS) > 50
