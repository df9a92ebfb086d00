"""The certificates that the browser saw, compared with a public list of roots that was shipped with the program.

The browser itself trusts whatever the computer trusts, and whoever has the computer can add a root: a security
program, an employer, an attacker. The public list does not know such a root, so it shows here. This judges where a
chain leads to and when it is valid; revocation is not asked for.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import ipaddress
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.digest import sha256_hex

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
MAX_DEPTH = 10
MAX_CHECKS = 100
"""Signatures looked at for one chain: a made-up chain of equal names never takes long."""


@dataclass(frozen=True, slots=True)
class PublicRoots:
    """The public list: certificates by subject, and which edition of it this is."""

    by_subject: Mapping[bytes, tuple[x509.Certificate, ...]]
    edition: JsonObject


@functools.cache
def public_roots() -> PublicRoots:
    """The list that certifi ships: Mozilla's roots for web sites."""
    import certifi

    data = Path(certifi.where()).read_bytes()
    roots = _loaded(base64.b64decode(text) for text in _PEM.findall(data))
    found: dict[bytes, tuple[x509.Certificate, ...]] = {}
    for root in roots:
        subject = root.subject.public_bytes()
        found[subject] = (*found.get(subject, ()), root)
    edition = {"source": "certifi (Mozilla)", "edition": certifi.__version__}
    return PublicRoots(found, edition | {"sha256": sha256_hex(data), "roots": len(roots)})


def _loaded(certificates: Iterable[bytes]) -> list[x509.Certificate]:
    """Those that can be read; a root with a serial number of zero is told of by a warning, or refused."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for der in certificates:
            with contextlib.suppress(ValueError):
                found.append(x509.load_der_x509_certificate(der))
    return found


def judge_chain(
    untrusted_chain: Sequence[bytes], host: str, at: datetime, *, accepted: bool, roots: PublicRoots | None = None
) -> JsonObject:
    """Where the chain leads and what is wrong with it. The first certificate is the site's; the others in any order.

    ``verdict``: ``public-root``; ``local-root`` (a root that the public list does not know); ``self-signed`` (the site
    vouches for itself); ``incomplete`` (no path to any root); ``unreadable``; or, where it leads to a public root but
    is wrong otherwise, the first of ``problems``: ``expired``, ``not-yet-valid``, ``wrong-name``.
    ``accepted`` says that the browser itself found a root: one that is not in the chain is then local by its name.
    """
    roots = roots or public_roots()
    chain = _loaded(untrusted_chain[: MAX_DEPTH + 2])
    if not chain or chain[0].public_bytes(Encoding.DER) != untrusted_chain[0]:
        return {"verdict": "unreadable", "problems": [], "root": {}, "public_list": roots.edition}
    path = _Search(chain, roots).path()
    leaf, top = chain[0], path[-1]
    if _is_public(top, roots):
        verdict, root = "public-root", _named(top)
    elif _signed_by(top, top) and top is not leaf:
        verdict, root = "local-root", _named(top)
    elif _signed_by(top, top):
        verdict, root = "self-signed", _named(top)
    else:
        verdict = "local-root" if accepted else "incomplete"
        root = {"name": safe_text(top.issuer.rfc4514_string(), 500), "sha256": ""}
    problems = _problems(path, host, at)
    if verdict == "public-root" and problems:
        verdict = problems[0]
    return {"verdict": verdict, "problems": problems, "root": root, "public_list": roots.edition}


def _named(certificate: x509.Certificate) -> JsonObject:
    digest = sha256_hex(certificate.public_bytes(Encoding.DER))
    return {"name": safe_text(certificate.subject.rfc4514_string(), 500), "sha256": digest}


def _is_public(certificate: x509.Certificate, roots: PublicRoots) -> bool:
    return certificate in roots.by_subject.get(certificate.subject.public_bytes(), ())


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, ValueError):
        return certificate.version is x509.Version.v1  # roots of before 1999 say nothing


class _Search:
    """The best path from the site's certificate upwards: to a public root if there is one, else the longest."""

    def __init__(self, chain: Sequence[x509.Certificate], roots: PublicRoots) -> None:
        self._chain = chain
        self._roots = roots
        self._checks = 0
        self._longest: list[x509.Certificate] = [chain[0]]

    def path(self) -> list[x509.Certificate]:
        """From the site's certificate to where it leads."""
        return self._from([self._chain[0]]) or self._longest

    def _from(self, path: list[x509.Certificate]) -> list[x509.Certificate] | None:
        here = path[-1]
        if _is_public(here, self._roots):
            return path
        if len(path) > len(self._longest):
            self._longest = path
        if len(path) > MAX_DEPTH:
            return None
        name = here.issuer.public_bytes()
        given = [c for c in self._chain if c.subject.public_bytes() == name and c not in path]
        for issuer in (*self._roots.by_subject.get(name, ()), *given):
            self._checks += 1
            if self._checks > MAX_CHECKS:
                return None
            if _may_issue(issuer) and _signed_by(here, issuer):
                found = self._from([*path, issuer])
                if found:
                    return found
        return None


def _problems(path: Sequence[x509.Certificate], host: str, at: datetime) -> list[str]:
    found = []
    if any(at > c.not_valid_after_utc for c in path):
        found.append("expired")
    if any(at < c.not_valid_before_utc for c in path):
        found.append("not-yet-valid")
    if not _covers(path[0], host):
        found.append("wrong-name")
    return found


def _covers(certificate: x509.Certificate, host: str) -> bool:
    """Whether the certificate is for that host; only its list of alternative names counts, as in browsers."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    host = host.strip("[]").rstrip(".").lower()
    try:
        return ipaddress.ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        pass
    wider = f"*.{host.partition('.')[2]}"
    return any(n.rstrip(".").lower() in {host, wider} for n in names.get_values_for_type(x509.DNSName))
