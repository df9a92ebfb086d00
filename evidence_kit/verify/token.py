"""One timestamp against its data, for anyone who holds both: no vault, no package, no passphrase.

The verdict is what ``openssl ts -verify`` says at the time that the timestamp names; everything else that a careful
reader wants to know stands beside it and never changes it (COMMANDS).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from evidence_kit.canonical import JsonObject
from evidence_kit.clock import rfc3339
from evidence_kit.digest import CHUNK
from evidence_kit.errors import UsageError
from evidence_kit.language import _
from evidence_kit.records import CheckResult
from evidence_kit.timestamp.authorities import AuthorityList
from evidence_kit.timestamp.certificates import BadCertificate, from_file
from evidence_kit.timestamp.evidence_record import is_record
from evidence_kit.timestamp.form import MAX_REPLY
from evidence_kit.timestamp.proof import of_record, stamps_of
from evidence_kit.timestamp.record_judge import RecordJudgement, judge_record, record_algorithms
from evidence_kit.timestamp.revocation import Statements
from evidence_kit.timestamp.revocation_form import MAX_LIST, BadStatement
from evidence_kit.timestamp.revocation_form import from_file as statements_in
from evidence_kit.timestamp.verify import Judgement, imprint_algorithm, judge
from evidence_kit.verify.container import opened
from evidence_kit.verify.names import shown
from evidence_kit.verify.report import VerifyReport

MAX_PEM = 4 << 20
_DIGEST = re.compile(r"(sha1|sha256|sha384|sha512):([0-9A-Fa-f]+)\Z")
_VERDICTS = {"valid": "intact", "untrusted": "incomplete", "invalid": "altered"}
_NOTHING = ("", b"")


def verify_token(
    path: Path,
    *,
    data: Path | None,
    digest: str | None,
    roots: Sequence[Path] = (),
    chain: Sequence[Path] = (),
    statements: Sequence[Path] = (),
    authorities: AuthorityList,
) -> VerifyReport:
    """Judge a reply, a bare token or an evidence record (RFC 4998) over the file ``data`` or over ``digest``.

    ``digest`` is "sha256:HEX", also sha1, 384, 512.
    ``roots`` (PEM or DER files) are trusted beside those of ``authorities``; certificates in ``chain`` only help
    to build. ``statements`` (revocation lists and OCSP answers, PEM or DER) change the check ``revocation`` and nothing
    else: ``openssl ts`` looks at none. Verdicts: ``intact``; ``altered`` (a wrong signature, other data, no timestamp
    in the reply ...); ``incomplete`` (sound, but no root found); ``unreadable`` (never was a timestamp). Raises
    :class:`UsageError` where data, digest or a certificate file is missing or makes no sense.
    """
    if data is None and digest is None:
        raise UsageError(
            _("A timestamp can only be checked together with what was stamped."),
            hint=_("Name the file that was stamped, or its digest."),
            command="--data FILE; --digest sha256:HEX",
        )
    asked = _parse_digest(digest) if digest is not None else None
    trusted = [*(der for file in roots for der in _certificates(file)), *authorities.root_ders]
    extra = [der for file in chain for der in _certificates(file)]
    said = Statements((der for file in statements for der in read_statements(file)), extra)
    try:
        with opened(path) as handle:
            untrusted = handle.read(MAX_REPLY + 1)
    except OSError:
        return _unreadable(path, _("The file cannot be opened."))
    if is_record(untrusted):
        found = _judged_record(untrusted, data, asked, trusted, extra)
        return _report(path, of_record(found), authorities, said.check_of(stamps_of(found)))
    hashed = _hash_file(data, imprint_algorithm(untrusted)) if data is not None else None
    given = hashed or asked or _NOTHING
    judgement = judge(untrusted, digest=given, roots=trusted, extra=extra)
    if judgement.verdict != "invalid" and asked is not None and given != asked:
        judgement = judge(untrusted, digest=asked, roots=trusted, extra=extra)
    if not judgement.readable:
        return _unreadable(path, judgement.reason)
    return _report(path, judgement, authorities, said.check(judgement))


def _judged_record(
    untrusted: bytes, data: Path | None, asked: tuple[str, bytes] | None, roots: Sequence[bytes], extra: Sequence[bytes]
) -> RecordJudgement:
    digests = {asked[0]: asked[1]} if asked else {}
    for name in record_algorithms(untrusted) if data is not None else ():
        hashed = _hash_file(data, name) if data is not None else None
        if hashed and digests.setdefault(name, hashed[1]) != hashed[1]:
            digests = {name: digests[name]}  # the digest that was named is not that of the file: it cannot hold
            break
    return judge_record(untrusted, data=digests.get, roots=roots, extra=extra)


def _parse_digest(text: str) -> tuple[str, bytes]:
    found = _DIGEST.match(text)
    if not found or len(found.group(2)) != hashlib.new(found.group(1), usedforsecurity=False).digest_size * 2:
        raise UsageError(
            _("This is not a digest: {text}", text=shown(text, 80)),
            hint=_("Write it as sha256: and 64 hex digits; sha1, sha384 and sha512 are known too."),
        )
    return found.group(1), bytes.fromhex(found.group(2))


def _certificates(file: Path) -> list[bytes]:
    try:
        with file.open("rb") as handle:
            return from_file(handle.read(MAX_PEM))
    except OSError as exc:
        raise UsageError(_("This certificate file cannot be read: {path}", path=file)) from exc
    except BadCertificate as exc:
        raise UsageError(_("This file holds no certificate: {path}", path=file)) from exc


def read_statements(file: Path) -> list[bytes]:
    """The revocation lists and OCSP answers (DER) in a file. Raises :class:`UsageError` where it holds none."""
    try:
        with file.open("rb") as handle:
            return statements_in(handle.read(2 * MAX_LIST))
    except OSError as exc:
        raise UsageError(_("This revocation list cannot be read: {path}", path=file)) from exc
    except BadStatement as exc:
        raise UsageError(
            _("This file holds no revocation list and no OCSP answer that is understood: {path}", path=file)
        ) from exc


def _hash_file(file: Path, algorithm: str | None) -> tuple[str, bytes] | None:
    """The digest with the token's own algorithm; None where it has none that is known, and then it cannot fit."""
    try:
        with opened(file) as handle:
            if algorithm is None:
                return None
            state = hashlib.new(algorithm, usedforsecurity=False)
            while chunk := handle.read(CHUNK):
                state.update(chunk)
    except OSError as exc:
        raise UsageError(_("The stamped file cannot be read: {path}", path=file)) from exc
    return algorithm, state.digest()


def _unreadable(path: Path, reason: str) -> VerifyReport:
    check = CheckResult(name="container", status="failed", subject=shown(path.name), detail=reason)
    return VerifyReport(verdict="unreadable", checks=(check,))


def _report(path: Path, judgement: Judgement, authorities: AuthorityList, revocation: CheckResult) -> VerifyReport:
    subject = shown(path.name)
    names = [authority.name for authority in authorities.of_root(judgement.root_sha256)]
    token = CheckResult(
        name="token",
        status="failed" if judgement.verdict == "invalid" else "passed",
        subject=subject,
        detail=judgement.reason,
    )
    if judgement.verdict == "valid":
        known = ", ".join(names) or _("a root that was named for this check")
        trusted = CheckResult(name="authority-trusted", status="passed", subject=subject, detail=known)
    else:
        detail = _("No known root vouches for this authority. Get the root from the authority itself.")
        trusted = CheckResult(name="authority-trusted", status="not-checked", subject=subject, detail=detail)
    checks = [token, trusted, *(revocation if c.name == "revocation" else c for c in judgement.checks)]
    if judgement.trailing:
        detail = _("{count} bytes after the end of the timestamp were ignored.", count=judgement.trailing)
        checks.append(CheckResult(name="form", status="not-checked", subject=subject, detail=detail))
    return VerifyReport(verdict=_VERDICTS[judgement.verdict], checks=tuple(checks), facts=_facts(judgement, names))


def _facts(judgement: Judgement, names: list[str]) -> JsonObject:
    return {
        "reason": judgement.reason,
        "status": judgement.status,
        "gen_time": rfc3339(judgement.gen_time) if judgement.gen_time else None,
        "policy": judgement.policy,
        "serial": judgement.serial,
        "accuracy_us": judgement.accuracy_us,
        "hash_algorithm": judgement.hash_algorithm,
        "imprint": judgement.imprint,
        "signer": judgement.signer_subject,
        "issuer": judgement.issuer_subject,
        "signer_sha256": judgement.signer_sha256,
        "root_sha256": judgement.root_sha256,
        "authorities": list(names),
        "qualified_statement": judgement.qualified_statement,
    }
