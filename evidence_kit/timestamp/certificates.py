"""X.509 certificates as a judge of timestamps needs them: read once, eagerly, into plain values.

What OpenSSL asks of every certificate in a chain (``X509_verify_cert`` with the purpose of time-stamping) is
answered here for one certificate alone, so that the chain's own module only walks.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, pem, x509

from evidence_kit.digest import sha256_hex
from evidence_kit.timestamp.form import endless_number, generalized_time

MAX_CERTIFICATE = 1 << 16
_UTC_TIME = re.compile(rb"(\d\d)(\d{10}Z)\Z")
_CENTURY = 50
_KNOWN_CRITICAL = {
    "2.5.29.15",  # keyUsage
    "2.5.29.17",  # subjectAltName
    "2.5.29.19",  # basicConstraints
    "2.5.29.30",  # nameConstraints
    "2.5.29.31",  # cRLDistributionPoints
    "2.5.29.32",  # certificatePolicies
    "2.5.29.33",  # policyMappings
    "2.5.29.36",  # policyConstraints
    "2.5.29.37",  # extKeyUsage
    "2.5.29.54",  # inhibitAnyPolicy
    "1.3.6.1.5.5.7.1.7",  # RFC 3779 addresses
    "1.3.6.1.5.5.7.1.8",  # RFC 3779 autonomous systems
    "1.3.6.1.5.5.7.48.1.5",  # OCSP no check
    "2.16.840.1.113730.1.1",  # Netscape certificate type
}
"""Critical extensions that OpenSSL knows how to handle; any other one makes a certificate useless."""
_KNOWN_PURPOSES = {f"1.3.6.1.5.5.7.3.{n}" for n in (1, 2, 3, 4, 8, 9, 10)} | {
    "1.3.6.1.4.1.311.10.3.3",
    "2.16.840.1.113730.4.1",
    "2.5.29.37.0",
}
"""Purposes that OpenSSL counts; others it does not see."""
_KEY_ID, _KEY_USAGE, _ALT_NAME, _BASIC, _NAMES, _LISTS, _ISSUER_KEY_ID, _PURPOSES = (
    f"2.5.29.{n}" for n in (14, 15, 17, 19, 30, 31, 35, 37)
)
_PROXY = "1.3.6.1.5.5.7.1.14"
"""Proxy certificates, which OpenSSL refuses unless it is told to allow them."""
_PARSED = {_KEY_ID, _KEY_USAGE, _ALT_NAME, _BASIC, _NAMES, _LISTS, _ISSUER_KEY_ID, _PURPOSES}
"""Extensions that OpenSSL reads of every certificate; what stands in others, well or badly, is not looked at."""
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
one_at_a_time = threading.RLock()
"""asn1crypto reads lazily, and certificates are shared: whoever looks into ``asn1`` holds this."""


class BadCertificate(ValueError):
    """The bytes are not a certificate that can be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """One certificate. ``asn1`` is for the libraries; everything else was read from it once."""

    der: bytes
    sha256: str
    asn1: x509.Certificate
    subject: str
    issuer: str
    subject_text: str
    issuer_text: str
    subject_der: bytes
    spki: bytes
    """The public key with its algorithm (DER)."""
    serial: int
    key_id: bytes | None
    authority_key_id: bytes | None
    authority_issuer: str | None
    authority_serial: int | None
    not_before: datetime
    not_after: datetime
    alt_names: frozenset[bytes]
    """Its other names (subjectAltName), each a GeneralName in DER."""
    names_constrained: bool
    key_usage: frozenset[str] | None
    purposes: frozenset[str] | None
    purposes_critical: bool
    basic_ca: bool | None
    path_length: int | None
    version_1: bool
    unknown_critical: bool
    algorithms_agree: bool

    @property
    def self_issued(self) -> bool:
        """Whether it names itself as its issuer, and its key identifiers do not say otherwise."""
        return self._names_as_issuer(self)

    @property
    def is_ca(self) -> bool:
        """Whether OpenSSL lets it sign certificates (``check_ca``)."""
        if self.key_usage is not None and "key_cert_sign" not in self.key_usage:
            return False
        if self.basic_ca is not None:
            return self.basic_ca
        return (self.version_1 and self.self_issued) or self.key_usage is not None

    @property
    def may_stamp(self) -> bool:
        """Whether OpenSSL lets it sign timestamps: time-stamping as its only purpose, and critical (RFC 3161, 2.3)."""
        if self.key_usage is not None and (
            self.key_usage - {"digital_signature", "non_repudiation"} or not self.key_usage
        ):
            return False
        if self.purposes is None or not self.purposes_critical:
            return False
        return self.purposes & _KNOWN_PURPOSES == {TIME_STAMPING}

    def valid_at(self, moment: datetime) -> bool:
        """Whether ``moment`` lies in its period; as in OpenSSL by whole seconds, the last one excluded."""
        return self.not_before <= moment.replace(microsecond=0) < self.not_after

    def may_be_issued_by(self, other: Certificate) -> bool:
        """Whether ``other`` may have signed this one, by names, identifiers and key usage; no signature is checked."""
        return self._names_as_issuer(other) and (other.key_usage is None or "key_cert_sign" in other.key_usage)

    def _names_as_issuer(self, other: Certificate) -> bool:
        if self.issuer != other.subject:
            return False
        if self.authority_key_id and other.key_id and self.authority_key_id != other.key_id:
            return False
        if self.authority_serial is not None and self.authority_serial != other.serial:
            return False
        return self.authority_issuer is None or self.authority_issuer == other.issuer


def _moment(value: x509.Time) -> datetime:
    chosen = value.chosen
    short = _UTC_TIME.match(chosen.contents)
    if short:
        century = b"19" if int(short.group(1)) >= _CENTURY else b"20"
        return generalized_time(core.GeneralizedTime(contents=century + chosen.contents))
    return generalized_time(chosen)


def _directory_name(names: x509.GeneralNames) -> str | None:
    found = [n.chosen.hashable for n in names if n.name == "directory_name"]
    return str(found[0]) if found else None


@functools.lru_cache(maxsize=256)
def read(untrusted_der: bytes) -> Certificate:
    """Read one DER certificate. Raises :class:`BadCertificate`; the result is shared, so it is never changed."""
    if len(untrusted_der) > MAX_CERTIFICATE or endless_number(untrusted_der):
        msg = "too large, or holds a number without end"
        raise BadCertificate(msg)
    try:
        return _read(untrusted_der)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as exc:
        msg = "not a certificate"
        raise BadCertificate(msg) from exc


def _read(der: bytes) -> Certificate:
    cert = x509.Certificate.load(der, strict=True)
    body = cert["tbs_certificate"]
    extensions = body["extensions"] if not isinstance(body["extensions"], core.Void) else ()
    critical = {e["extn_id"].dotted for e in extensions if e["critical"].native}
    told = {e["extn_id"].dotted: e["extn_value"].parsed for e in extensions if e["extn_id"].dotted in _PARSED}
    usage, purposes, basic = told.get(_KEY_USAGE), told.get(_PURPOSES), told.get(_BASIC)
    own, aki = told.get(_KEY_ID), told.get(_ISSUER_KEY_ID)
    aki_issuer = aki["authority_cert_issuer"] if aki is not None else core.Void()
    path_length = basic["path_len_constraint"].native if basic is not None and basic["ca"].native else None
    return Certificate(
        der=der,
        sha256=sha256_hex(der),
        asn1=cert,
        subject=str(cert.subject.hashable),
        issuer=str(cert.issuer.hashable),
        subject_text=str(cert.subject.human_friendly),
        issuer_text=str(cert.issuer.human_friendly),
        subject_der=bytes(cert.subject.dump()),
        spki=bytes(cert.public_key.dump()),
        serial=int(cert.serial_number),
        key_id=own.native if own is not None else None,
        authority_key_id=aki["key_identifier"].native if aki is not None else None,
        authority_issuer=None if isinstance(aki_issuer, core.Void) else _directory_name(aki_issuer),
        authority_serial=aki["authority_cert_serial_number"].native if aki is not None else None,
        not_before=_moment(body["validity"]["not_before"]),
        not_after=_moment(body["validity"]["not_after"]),
        alt_names=frozenset(bytes(name.dump()) for name in told.get(_ALT_NAME, ())),
        names_constrained=_NAMES in told,
        key_usage=frozenset(usage.native) if usage is not None else None,
        purposes=frozenset(p.dotted for p in purposes) if purposes is not None else None,
        purposes_critical="2.5.29.37" in critical,
        basic_ca=bool(basic["ca"].native) if basic is not None else None,
        path_length=path_length,
        version_1=body["version"].native == "v1",
        unknown_critical=bool(critical - _KNOWN_CRITICAL) or any(e["extn_id"].dotted == _PROXY for e in extensions),
        algorithms_agree=cert["signature_algorithm"].dump() == body["signature"].dump(),
    )


def read_many(untrusted_ders: Iterable[bytes]) -> list[Certificate]:
    """Read what can be read, each certificate once, in the same order; what cannot be read is left out."""
    found: dict[str, Certificate] = {}
    for der in untrusted_ders:
        try:
            cert = read(bytes(der))
        except BadCertificate:
            continue
        found.setdefault(cert.sha256, cert)
    return list(found.values())


def from_file(untrusted: bytes) -> list[bytes]:
    """The DER certificates of a PEM file (one or several) or a DER file. Raises :class:`BadCertificate`."""
    try:
        if pem.detect(untrusted):
            ders = [body for kind, _, body in pem.unarmor(untrusted, multiple=True) if kind == "CERTIFICATE"]
        else:
            ders = [untrusted]
    except (ValueError, TypeError) as exc:
        msg = "not a certificate"
        raise BadCertificate(msg) from exc
    for der in ders:
        read(der)
    if not ders:
        msg = "no certificate"
        raise BadCertificate(msg)
    return ders
