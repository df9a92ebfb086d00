"""Judging a package or a token from outside: no vault, no passphrase, no trust in what only the package brings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import evidence_kit.verify.token as token_check
from evidence_kit.errors import EvidenceError, UsageError
from evidence_kit.jobs import CancelToken, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import CheckResult
from evidence_kit.timestamp import authorities
from evidence_kit.verify import checks_tokens, verifier
from evidence_kit.verify.report import VerifyReport

PEM_LIMIT = 4 << 20


def _read_pem(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            data = handle.read(PEM_LIMIT)
    except OSError as exc:
        raise UsageError(_("This certificate file cannot be read: {path}", path=path)) from exc
    if not checks_tokens.pem_certificates(data):
        raise UsageError(_("This file holds no certificate: {path}", path=path))
    return data


def verify_package(
    path: Path,
    *,
    password: str | None = None,
    roots: Sequence[Path] = (),
    statements: Sequence[Path] = (),
    progress: ProgressSink,
    cancel: CancelToken,
) -> VerifyReport:
    """All checks of a package; see :mod:`evidence_kit.verify.verifier`. Raises UsageError only for the options."""
    return verifier.verify_package(
        path,
        password=password,
        authorities=authorities.load(),
        extra_roots=[_read_pem(r) for r in roots],
        extra_statements=[der for file in statements for der in token_check.read_statements(file)],
        progress=progress,
        cancel=cancel,
    )


def verify_token(
    path: Path,
    *,
    data: Path | None,
    digest: str | None,
    roots: Sequence[Path] = (),
    chain: Sequence[Path] = (),
    statements: Sequence[Path] = (),
) -> VerifyReport:
    """One token against its data or digest, at its own time; see :mod:`evidence_kit.verify.token`."""
    return token_check.verify_token(
        path,
        data=data,
        digest=digest,
        roots=roots,
        chain=chain,
        statements=statements,
        authorities=authorities.load(),
    )


def unreadable(exc: EvidenceError) -> VerifyReport:
    """The verdict when what was given beside the subject (data, root, password) could not be used."""
    detail = f"{exc.message} {exc.hint}".strip()
    return VerifyReport(
        verdict="unreadable",
        checks=(CheckResult(name="container", status="not-checked", subject="", detail=detail),),
        facts={},
    )
