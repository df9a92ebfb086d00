"""From the signer's certificate to a given root: bounded search, then what OpenSSL asks of each certificate in it.

Where names are constrained, pyHanko's validator is asked as well (RFC 5280, 6).

The roots are only those that the caller gives; nothing is fetched, the machine's own list is never asked, and
revocation is not checked (there is no list at hand years later, and ``openssl ts`` does not check it either).
The search is our own because it must end: a hostile token may hold many certificates that all sign each other.
"""

from __future__ import annotations

import functools
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko_certvalidator.authority import CertTrustAnchor, TrustQualifiers
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.name_trees import process_general_subtrees
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    AcceptAllAlgorithms,
    CertRevTrustPolicy,
    PKIXValidationParams,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.validate import async_validate_path

from evidence_kit.language import _
from evidence_kit.timestamp.certificates import Certificate, read_many
from evidence_kit.timestamp.signature import CertificateSignature, signed_by

MAX_LENGTH = 30
MAX_STEPS = 300
"""How many (certificate, possible issuer) pairs one search looks at; a real token needs fewer than ten."""
MAX_PATHS = 16

_NO_REVOCATION = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
)
_ALL_ALGORITHMS = AcceptAllAlgorithms()


class ChainRefused(ValueError):
    """A chain leads to a given root, but OpenSSL would not accept it."""


@dataclass(frozen=True, slots=True, eq=False)
class Trust:
    """The given roots: self-signed ones are anchors; the others only help to build, as in OpenSSL."""

    anchors: frozenset[str]
    certificates: tuple[Certificate, ...]


@functools.lru_cache(maxsize=32)
def _trust(roots: tuple[bytes, ...]) -> Trust:
    certificates = tuple(read_many(roots))
    return Trust(frozenset(c.sha256 for c in certificates if c.self_issued), certificates)


def trust(roots: Sequence[bytes]) -> Trust:
    """The given roots (DER), read once for each set of them."""
    return _trust(tuple(roots))


def _signed(cert: Certificate, issuer: Certificate) -> bool:
    if not cert.algorithms_agree:
        return False
    asn1 = cert.asn1
    return signed_by(
        asn1["signature_value"].native,
        asn1["tbs_certificate"].dump(),
        issuer.asn1.public_key.dump(),
        asn1["signature_algorithm"].dump(),
    )


def paths(signer: Certificate, trusted: Trust, others: Sequence[Certificate]) -> Iterator[tuple[Certificate, ...]]:
    """Chains from ``signer`` to an anchor whose signatures all fit; trusted certificates are tried first."""
    pool = (*trusted.certificates, *others)
    steps = 0
    waiting: list[tuple[Certificate, ...]] = [(signer,)]
    while waiting:
        path = waiting.pop()
        last = path[-1]
        if last.sha256 in trusted.anchors:
            yield path
            continue
        if last.self_issued or len(path) >= MAX_LENGTH:
            continue
        further = []
        for issuer in pool:
            if not last.may_be_issued_by(issuer) or any(issuer.sha256 == c.sha256 for c in path):
                continue
            steps += 1
            if steps > MAX_STEPS:
                return
            if _signed(last, issuer):
                further.append((*path, issuer))
        waiting.extend(reversed(further))


def check(path: tuple[Certificate, ...], moment: datetime) -> None:
    """Raise :class:`ChainRefused` where OpenSSL would not accept ``path`` for a timestamp made at ``moment``."""
    for depth, cert in enumerate(path):
        if not cert.valid_at(moment):
            raise ChainRefused(_("A certificate of the authority was not valid at the time of the timestamp."))
        if cert.unknown_critical:
            raise ChainRefused(_("A certificate of the authority holds a critical extension that is not understood."))
        if depth == 0:
            continue
        between_two = depth < len(path) - 1  # there OpenSSL wants it said outright; a root may be older than that
        if not (cert.basic_ca if between_two else cert.is_ca):
            raise ChainRefused(_("A certificate in the chain must not sign other certificates."))
        between = sum(1 for c in path[1:depth] if c.subject != c.issuer)
        if cert.path_length is not None and between > cert.path_length:
            raise ChainRefused(_("The chain of certificates is longer than one of them allows."))
    if any(cert.names_constrained for cert in path[1:]) and not _holds(path):
        raise ChainRefused(_("The chain of certificates does not hold."))


@functools.lru_cache(maxsize=256)
def _holds(path: tuple[Certificate, ...]) -> bool:
    """Whether PKIX validation (RFC 5280, 6) accepts the path: asked where names are constrained, in its own rules.

    Everything else that OpenSSL asks of a path stands in :func:`check` and :func:`paths`. Policies it does not look at
    unless told to, so that one who validates them would say no where it says yes.

    It is asked once for each path, for a time at which all its certificates were valid: the caller has compared
    each period with the time of the timestamp, by the second as OpenSSL does.
    """
    context = ValidationContext(
        trust_roots=[path[-1].asn1],
        moment=max(c.not_before for c in path),
        revinfo_policy=_NO_REVOCATION,
        algorithm_usage_policy=_ALL_ALGORITHMS,
        signature_validator=CertificateSignature(),
        allow_fetching=False,
    )
    try:
        whole = ValidationPath(_anchor(path[-1].asn1), [c.asn1 for c in reversed(path[1:-1])], path[0].asn1)
        _drive(async_validate_path(context, whole))
    except Exception:  # noqa: BLE001 - any trouble of the validator means that the chain does not hold
        return False
    return True


def _anchor(root: x509.Certificate) -> CertTrustAnchor:
    """A root whose own name constraints count, as they do in OpenSSL; RFC 5280 leaves that to whoever trusts it."""
    told = root.name_constraints_value
    if told is None:
        return CertTrustAnchor(root)
    permitted, excluded = (
        process_general_subtrees(told[which]) if told[which].native else None
        for which in ("permitted_subtrees", "excluded_subtrees")
    )
    limits = PKIXValidationParams(initial_permitted_subtrees=permitted, initial_excluded_subtrees=excluded)
    return CertTrustAnchor(root, quals=TrustQualifiers(standard_parameters=limits))


def _drive(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that never waits (there is nothing to fetch) without an event loop."""
    try:
        work.send(None)
    except StopIteration as stop:
        return stop.value
    work.close()
    msg = "the validator wanted to wait"
    raise RuntimeError(msg)
