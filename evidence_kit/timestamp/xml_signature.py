"""Who signed an XML list, and which bytes exactly: only those may be read (XML Signature 1.1; ETSI TS 119 612, B).

A trusted list holds one enveloped XAdES signature over the whole of itself. The form is checked here, strictly as the
standard asks for it, since signatures over a part, or over something else in the same file, are how readers of signed
XML are deceived. The arithmetic is signxml's. The key is never taken from the file: the file's certificate only
says which of the trusted ones it was, byte for byte.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509

from evidence_kit.canonical import safe_text, unbent
from evidence_kit.digest import sha256_hex
from evidence_kit.language import _
from evidence_kit.timestamp import safe_xml
from evidence_kit.timestamp.certificates import MAX_CERTIFICATE, BadCertificate, read

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_CANONICAL = {_EXCLUSIVE, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11"}
_MAX_REFERENCES = 8
_MAX_SIGNATURE = 2000
"""Elements inside the signature; real ones have about 40."""
_MAX_CERTIFICATES = 8
_HASHES = ("SHA256", "SHA384", "SHA512", "SHA3_256", "SHA3_384", "SHA3_512")


class NotSigned(ValueError):
    """No trusted certificate signed the whole document; the message is the reason, for a person."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Signed:
    """``root`` is the document as it was signed, without its signature; nothing else of the file may be used."""

    root: Any
    signer: bytes
    """DER of the trusted certificate whose key signed."""
    signer_subject: str
    not_before: datetime
    not_after: datetime


def verify(untrusted: bytes, trusted: Collection[str]) -> Signed:
    """The signed document, where one of the certificates with a SHA-256 (of the DER, hex) in ``trusted`` signed it.

    Raises :class:`NotSigned`, or :class:`~evidence_kit.timestamp.safe_xml.BadXml` for what cannot be read. When the
    certificate was valid is told, not judged: the caller knows when the list was issued. No revocation is consulted.
    """
    untrusted = safe_xml.plain(untrusted)
    root = safe_xml.read(untrusted)
    signature = _only_signature(root)
    place, count = _whole_reference(root, signature)
    wrong: Exception | None = None
    for der in _candidates(signature, trusted):
        try:
            signed = _signed_bytes(untrusted, der, place, count)
        except Exception as exc:  # noqa: BLE001 - hostile bytes: whatever the libraries stumble over, it proves nothing
            wrong = exc
            continue
        inner = safe_xml.read(signed)
        if inner.tag != root.tag or next(inner.iter(f"{_DS}Signature"), None) is not None:
            raise NotSigned(_("The signature is not over the whole list."))
        cert = read(der)
        return Signed(
            root=inner,
            signer=der,
            signer_subject=_shown(cert.subject_text),
            not_before=cert.not_before,
            not_after=cert.not_after,
        )
    raise NotSigned(_("The signature is wrong: the list was changed after it was signed, or damaged.")) from wrong


def _only_signature(root: Any) -> Any:
    found = list(root.iter(f"{_DS}Signature"))
    if not found:
        raise NotSigned(_("The list is not signed."))
    if len(found) > 1 or found[0].getparent() is not root:
        raise NotSigned(_("The list is not signed in the way that trusted lists are."))
    if sum(1 for _inner in found[0].iter()) > _MAX_SIGNATURE:
        raise NotSigned(_("The list is not signed in the way that trusted lists are."))
    return found[0]


def _whole_reference(root: Any, signature: Any) -> tuple[int, int]:
    """Which of the references is the one over the whole list, and how many there are."""
    unusual = NotSigned(_("The list is not signed in the way that trusted lists are."))
    infos = signature.findall(f"{_DS}SignedInfo")
    if len(infos) != 1:
        raise unusual
    methods = infos[0].findall(f"{_DS}CanonicalizationMethod")
    references = infos[0].findall(f"{_DS}Reference")
    if [m.get("Algorithm") for m in methods] != [_EXCLUSIVE] or not 1 <= len(references) <= _MAX_REFERENCES:
        raise unusual
    own_id = root.get("Id")
    whole = []
    for place, reference in enumerate(references):
        address = reference.get("URI")
        steps = [t.get("Algorithm") for t in reference.findall(f"{_DS}Transforms/{_DS}Transform")]
        if address == "" or (own_id and address == f"#{own_id}"):
            if steps != [_ENVELOPED, _EXCLUSIVE]:
                raise unusual
            whole.append(place)
        elif not _inside(signature, address) or not set(steps) <= _CANONICAL:
            raise unusual
    if len(whole) != 1:
        raise NotSigned(_("The signature is not over the whole list."))
    return whole[0], len(references)


def _inside(signature: Any, address: str | None) -> bool:
    """Whether the reference points at a part of the signature itself, such as its signed properties."""
    return bool(address) and any(
        f"#{part.get('Id')}" == address for part in signature.iter() if isinstance(part.tag, str)
    )


def _candidates(signature: Any, trusted: Collection[str]) -> list[bytes]:
    """The trusted ones among the certificates that the signature carries."""
    carried = []
    for element in signature.findall(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")[:_MAX_CERTIFICATES]:
        try:
            der = base64.b64decode("".join((element.text or "").split()), validate=True)
        except ValueError:
            continue
        if 0 < len(der) <= MAX_CERTIFICATE:
            carried.append(der)
    if not carried:
        raise NotSigned(_("The signature does not carry the certificate of who signed."))
    found = [der for der in carried if sha256_hex(der) in trusted]
    if not found:
        raise NotSigned(
            _(
                "The list is signed by somebody who is not trusted for it: {subject} (certificate SHA-256 {digest}).",
                subject=_subject(carried[0]),
                digest=sha256_hex(carried[0]),
            )
        )
    return found


def _shown(text: str) -> str:
    return unbent(safe_text(text, 300))


def _subject(untrusted_der: bytes) -> str:
    try:
        return _shown(read(untrusted_der).subject_text)
    except BadCertificate:
        return "?"


def _signed_bytes(untrusted: bytes, signer: bytes, place: int, count: int) -> bytes:
    """The canonical bytes under the reference at ``place``. Raises whatever signxml raises."""
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

    certificate = x509.load_der_x509_certificate(signer)
    config = XAdESSignatureConfiguration(
        location="./",
        expect_references=True,  # any number: it was counted before
        signature_methods=frozenset(
            method
            for prefix in ("RSA_{}", "{}_RSA_MGF1", "ECDSA_{}")
            for name in _HASHES
            if (method := getattr(SignatureMethod, prefix.format(name), None)) is not None
        ),
        digest_algorithms=frozenset(DigestAlgorithm[name] for name in _HASHES),
        verification_time=certificate.not_valid_before_utc,
    )
    results = XAdESVerifier().verify(
        untrusted, x509_cert=certificate, expect_config=config, parser=safe_xml.parser(), uri_resolver=None
    )
    if len(results) != count:
        msg = "another number of references"
        raise NotSigned(msg)
    return results[place].signed_data
