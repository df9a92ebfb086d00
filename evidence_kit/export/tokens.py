"""Reads from a stored reply what the report and the README print about it.

It judges nothing: replies were judged when they came, and whoever receives the package judges them again.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, pem, tsp

from evidence_kit.digest import sha256_hex
from evidence_kit.timestamp.evidence_record import is_record, read


@dataclass(frozen=True, slots=True)
class Renewal:
    """One later timestamp of an evidence record, which covers the ones before it."""

    gen_time: datetime
    signer: str
    algorithm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """What one token says of itself. ``accuracy_us`` None = it states none."""

    authority: str
    gen_time: datetime
    policy: str
    serial: str
    accuracy_us: int | None
    signer: str
    certificates: tuple[bytes, ...]
    """Embedded certificates, DER."""
    sha256: str
    """Of the whole reply."""
    is_record: bool = False
    """It is the first token of an evidence record (RFC 4998)."""
    by_tree: bool = False
    """It is over the root of a hash tree, not over the file."""
    renewals: tuple[Renewal, ...] = ()

    @property
    def epoch(self) -> int:
        """Seconds since 1970, as ``openssl -attime`` wants them."""
        return int(self.gen_time.timestamp())


def _accuracy(info: Any) -> int | None:
    accuracy = info["accuracy"].native
    if not accuracy:
        return None
    return (
        int(accuracy["seconds"] or 0) * 1_000_000 + int(accuracy["millis"] or 0) * 1000 + int(accuracy["micros"] or 0)
    )


def _signer(signed: Any, certificates: list[Any]) -> str:
    with contextlib.suppress(Exception):  # a name is only shown; a token without one is still shown
        sid = signed["signer_infos"][0]["sid"]
        for certificate in certificates:
            if (
                sid.name != "issuer_and_serial_number"
                or certificate.serial_number == sid.chosen["serial_number"].native
            ):
                names = certificate.subject.native
                return str(names.get("common_name") or certificate.subject.human_friendly)[:200]
    return ""


def read_reply(authority: str, reply: bytes) -> TokenFacts | None:
    """The facts in a TimeStampResp, a bare token or an evidence record; None if it cannot be read as one."""
    if is_record(reply):
        with contextlib.suppress(ValueError):
            return _read_record(authority, reply)
        return None
    try:
        try:
            token: Any = tsp.TimeStampResp.load(reply, strict=True)["time_stamp_token"]
            signed: Any = token["content"]
            info: Any = signed["encap_content_info"]["content"].parsed
        except (ValueError, TypeError, KeyError):
            signed = cms.ContentInfo.load(reply, strict=True)["content"]
            info = signed["encap_content_info"]["content"].parsed
        certificates = [c.chosen for c in signed["certificates"] if c.name == "certificate"]
        gen_time = info["gen_time"].native
        return TokenFacts(
            authority=authority,
            gen_time=gen_time.astimezone(UTC),
            policy=info["policy"].dotted,
            serial=format(info["serial_number"].native, "X"),
            accuracy_us=_accuracy(info),
            signer=_signer(signed, certificates),
            certificates=tuple(c.dump() for c in certificates),
            sha256=sha256_hex(reply),
        )
    except Exception:  # noqa: BLE001 - hostile bytes: asn1crypto raises whatever it likes
        return None


def _read_record(authority: str, record: bytes) -> TokenFacts | None:
    stamps = list(read(record).stamps())
    told = [read_reply(authority, stamp.token) for stamp in stamps]
    known = [facts for facts in told if facts is not None]
    if len(known) != len(stamps):
        return None
    return replace(
        known[0],
        is_record=True,
        by_tree=bool(stamps[0].tree),
        renewals=tuple(
            Renewal(facts.gen_time, facts.signer, stamp.algorithm)
            for facts, stamp in zip(known[1:], stamps[1:], strict=True)
        ),
        certificates=tuple(dict.fromkeys(der for facts in known for der in facts.certificates)),
        sha256=sha256_hex(record),
    )


def chain_pem(certificates: list[bytes]) -> bytes:
    """The given DER certificates as one PEM text, each once, in a fixed order."""
    unique = sorted({sha256_hex(der): der for der in certificates}.items())
    return b"".join(pem.armor("CERTIFICATE", der) for _, der in unique)


def root_digests(roots_pem: bytes) -> list[str]:
    """SHA-256 of each certificate (DER) in a PEM text; what an authority's own site publishes as fingerprint."""
    try:
        return [sha256_hex(der) for _, _, der in pem.unarmor(roots_pem, multiple=True)]
    except ValueError:
        return []
