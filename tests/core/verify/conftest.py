"""One workshop for all tests of the verifier: making authorities takes a second each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from evidence_kit.timestamp.authorities import AuthorityList
from evidence_kit.verify.checks_tokens import pem_certificates
from evidence_kit.verify.report import VerifyReport
from evidence_kit.verify.verifier import verify_package
from tests.vectors.build import TinyAuthority, Workshop

Verify = Callable[..., VerifyReport]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("workshop"))


def known(authorities: Sequence[TinyAuthority]) -> AuthorityList:
    """A list of authorities as the program loads it, with the roots of ``authorities`` alone."""
    listed: dict[str, Any] = {}
    for one in authorities:
        roots = tuple(SimpleNamespace(der=der) for der in pem_certificates(one.root_pem))
        listed[one.name] = SimpleNamespace(name=one.name, roots=roots)
    return cast("AuthorityList", SimpleNamespace(default=tuple(listed.values()), all=listed))


@pytest.fixture
def verify(shop: Workshop, tmp_path: Path) -> Verify:
    """Verify bytes as a file, with the roots of a and b unless told otherwise."""

    def run(package: bytes | Path, authorities: Sequence[TinyAuthority] | None = None, **more: Any) -> VerifyReport:
        path = package if isinstance(package, Path) else tmp_path / "package.zip"
        if isinstance(package, bytes):
            path.write_bytes(package)
        before = sorted(p.name for p in tmp_path.rglob("*"))
        report = verify_package(path, authorities=known(shop.known if authorities is None else authorities), **more)
        assert sorted(p.name for p in tmp_path.rglob("*")) == before, "the verifier wrote a file"
        return report

    return run


def names(report: VerifyReport, status: str) -> set[str]:
    return {check.name for check in report.checks if check.status == status}
