"""Trusted lists of countries that do not exist, and a list of these lists, with signers of their own.

They are signed here with nothing but canonicalisation and a private key, not with the library that the program checks
them with, so that a mistake common to both directions would show.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID
from lxml import etree

TL = "http://uri.etsi.org/02231/v2#"
MORE = "http://uri.etsi.org/02231/v2/additionaltypes#"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
URI = "http://uri.etsi.org/TrstSvc/"
QTST = f"{URI}Svctype/TSA/QTST"
TSA = f"{URI}Svctype/TSA"
CA_QC = f"{URI}Svctype/CA/QC"
GRANTED = f"{URI}TrustedList/Svcstatus/granted"
WITHDRAWN = f"{URI}TrustedList/Svcstatus/withdrawn"
ACCREDITED = f"{URI}TrustedList/Svcstatus/accredited"
EU_GENERIC = f"{URI}TrustedList/TSLType/EUgeneric"
EU_LOTL = f"{URI}TrustedList/TSLType/EUlistofthelists"
START = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(2045, 1, 1, tzinfo=dt.UTC)

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Holder:
    """A key and its certificate."""

    name: x509.Name
    key: Key
    cert: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.cert.public_bytes(serialization.Encoding.DER)

    def again(self, issuer: Holder | None = None) -> Holder:
        """Another certificate for the same key and name."""
        return holder(self.name.rfc4514_string().partition("=")[2], issuer=issuer, key=self.key)


def holder(
    name: str,
    *,
    issuer: Holder | None = None,
    kind: str = "P-256",
    key: Key | None = None,
    start: dt.datetime = START,
    end: dt.datetime = END,
) -> Holder:
    """A new key with a certificate, self-signed or signed by ``issuer``."""
    key = key or _key(kind)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.name if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Holder(subject, key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


def _key(kind: str) -> Key:
    if kind.startswith("rsa"):
        return _rsa_key()
    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "bp": ec.BrainpoolP256R1()}
    return ec.generate_private_key(curves[kind])


@functools.cache
def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def ski(one: Holder) -> str:
    return b64(x509.SubjectKeyIdentifier.from_public_key(one.key.public_key()).digest)


def identity(certs: Iterable[bytes] = (), *, key_ids: Iterable[str] = ()) -> str:
    parts = [f"<DigitalId><X509Certificate>{b64(der)}</X509Certificate></DigitalId>" for der in certs]
    parts += [f"<DigitalId><X509SKI>{key_id}</X509SKI></DigitalId>" for key_id in key_ids]
    return f"<ServiceDigitalIdentity>{''.join(parts)}</ServiceDigitalIdentity>"


def status(
    tag: str, certs: Iterable[bytes], since: str, value: str = GRANTED, kind: str = QTST, *, more: str = "",
    key_ids: Iterable[str] = (),
) -> str:  # fmt: skip
    """One ``ServiceInformation`` or ``ServiceHistoryInstance``."""
    return (
        f"<{tag}><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>"
        '<ServiceName><Name xml:lang="en">Stamps of Nowhere</Name></ServiceName>'
        f"{identity(certs, key_ids=key_ids)}<ServiceStatus>{value}</ServiceStatus>"
        f"<StatusStartingTime>{since}</StatusStartingTime>{more}</{tag}>"
    )


def service(
    certs: Iterable[bytes], since: str = "2016-06-30T22:00:00Z", value: str = GRANTED, kind: str = QTST, *,
    history: Sequence[str] = (), more: str = "",
) -> str:  # fmt: skip
    """One ``TSPService``; ``history`` holds instances made by :func:`past`."""
    told = f"<ServiceHistory>{''.join(history)}</ServiceHistory>" if history else ""
    return f"<TSPService>{status('ServiceInformation', certs, since, value, kind, more=more)}{told}</TSPService>"


def past(certs: Iterable[bytes], since: str, value: str = GRANTED, kind: str = QTST, **more: Any) -> str:
    return status("ServiceHistoryInstance", certs, since, value, kind, **more)


def extension(content: str, *, critical: bool) -> str:
    held = f'<Extension Critical="{str(critical).lower()}">{content}</Extension>'
    return f"<ServiceInformationExtensions>{held}</ServiceInformationExtensions>"


def document(
    inside: str = "", *, territory: str = "XX", sequence: object = 7, issued: str = "2026-01-01T00:00:00Z",
    next_update: str | None = "2026-06-01T00:00:00Z", kind: str = EU_GENERIC, version: str = "5", pointers: str = "",
    root_id: str = "list",
) -> str:  # fmt: skip
    """A list without signature."""
    update = f"<dateTime>{next_update}</dateTime>" if next_update else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<TrustServiceStatusList xmlns="{TL}" xmlns:more="{MORE}" '
        f'Id="{root_id}" TSLTag="http://uri.etsi.org/19612/TSLTag">\n<SchemeInformation>'
        f"<TSLVersionIdentifier>{version}</TSLVersionIdentifier><TSLSequenceNumber>{sequence}</TSLSequenceNumber>"
        f"<TSLType>{kind}</TSLType><SchemeTerritory>{territory}</SchemeTerritory>{pointers}"
        f"<ListIssueDateTime>{issued}</ListIssueDateTime><NextUpdate>{update}</NextUpdate></SchemeInformation>"
        f"{inside}</TrustServiceStatusList>"
    )


def national(*services: str, provider: str = "Trust Nowhere", **more: Any) -> str:
    """A country's list without signature."""
    return document(
        "<TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName>"
        f'<Name xml:lang="en">{provider}</Name></TSPName></TSPInformation>'
        f"<TSPServices>{''.join(services)}</TSPServices></TrustServiceProvider></TrustServiceProviderList>",
        **more,
    )


def pointer(
    territory: str, certs: Iterable[bytes], *, kind: str = EU_GENERIC, media: str = "application/vnd.etsi.tsl+xml"
) -> str:
    about = f"<TSLType>{kind}</TSLType>", f"<SchemeTerritory>{territory}</SchemeTerritory>"
    others = (*about, f"<more:MimeType>{media}</more:MimeType>")
    return (
        f"<OtherTSLPointer><ServiceDigitalIdentities>{identity(certs)}</ServiceDigitalIdentities>"
        "<TSLLocation>https://list.example/</TSLLocation><AdditionalInformation>"
        f"{''.join(f'<OtherInformation>{one}</OtherInformation>' for one in others)}</AdditionalInformation>"
        "</OtherTSLPointer>"
    )


def of_lists(signers: Mapping[str, Iterable[bytes]], *, more: str = "", **about: Any) -> str:
    """The list of lists without signature."""
    held = "".join(pointer(territory, certs) for territory, certs in signers.items()) + more
    return document(
        pointers=f"<PointersToOtherTSL>{held}</PointersToOtherTSL>",
        **{"territory": "EU", "kind": EU_LOTL, "sequence": 300, **about},
    )


def c14n(element: Any) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def reference(uri: str, data: bytes, transforms: Sequence[str], digest: str = SHA256, kind: str = "") -> str:
    steps = "".join(f'<ds:Transform Algorithm="{step}"/>' for step in transforms)
    value = hashlib.new("sha1" if digest == SHA1 else "sha256", data).digest()
    return (
        f'<ds:Reference URI="{uri}"{kind}><ds:Transforms>{steps}</ds:Transforms><ds:DigestMethod Algorithm="{digest}"/>'
        f"<ds:DigestValue>{b64(value)}</ds:DigestValue></ds:Reference>"
    )


def sign(
    text: str, signer: Holder, *, carried: Sequence[bytes] | None = None, method: str = "", uri: str = "",
    transforms: Sequence[str] = (ENVELOPED, EXCLUSIVE), digest: str = SHA256, over: str = ".", into: str = ".",
    more_references: str = "", properties: bool = True, canonical: str = EXCLUSIVE,
    old_properties: bool = False,
) -> bytes:  # fmt: skip
    """The list with an enveloped XAdES signature by ``signer``, made as asked, well or badly.

    ``over`` finds what is signed, ``into`` where the signature is put (XPath of the prefix t).
    """
    root = etree.fromstring(text.encode())
    find = functools.partial(root.find, namespaces={"t": TL})
    target, parent = (root if path == "." else find(path) for path in (over, into))
    references = reference(uri, c14n(target), transforms, digest)
    named = _signing_certificate(signer, old=old_properties)
    held = "".join(
        f"<ds:X509Certificate>{b64(der)}</ds:X509Certificate>" for der in ([signer.der] if carried is None else carried)
    )
    signature = etree.fromstring(
        f'<ds:Signature xmlns:ds="{DS}" Id="sig"><ds:SignedInfo/><ds:SignatureValue/>'
        f"<ds:KeyInfo><ds:X509Data>{held}</ds:X509Data></ds:KeyInfo><ds:Object>"
        f'<xades:QualifyingProperties xmlns:xades="{XADES}" Target="#sig"><xades:SignedProperties Id="props">'
        "<xades:SignedSignatureProperties><xades:SigningTime>2026-01-01T00:00:00Z</xades:SigningTime>"
        f"{named}"
        "</xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object>"
        "</ds:Signature>"
    )
    parent.append(signature)
    if properties:
        signed = signature.find(f".//{{{XADES}}}SignedProperties")
        kind = ' Type="http://uri.etsi.org/01903#SignedProperties"'
        references += reference("#props", c14n(signed), [EXCLUSIVE], digest, kind)
    info = etree.fromstring(
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{canonical}"/>'
        f'<ds:SignatureMethod Algorithm="{method or _method(signer.key)}"/>{references}{more_references}'
        "</ds:SignedInfo>"
    )
    signature.replace(signature[0], info)
    signature[1].text = b64(_value(signer.key, c14n(info), method))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _signing_certificate(signer: Holder, *, old: bool) -> str:
    """The signed property that names the certificate: as of EN 319 132, or with SHA-1 as older lists have it."""
    digest = b64(hashlib.sha1(signer.der).digest() if old else hashlib.sha256(signer.der).digest())
    tag = "SigningCertificate" if old else "SigningCertificateV2"
    issuer = (
        f"<xades:IssuerSerial><ds:X509IssuerName>{signer.cert.issuer.rfc4514_string()}</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{signer.cert.serial_number}</ds:X509SerialNumber></xades:IssuerSerial>"
    )
    return (
        f'<xades:{tag}><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="{SHA1 if old else SHA256}"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></xades:CertDigest>{issuer if old else ''}</xades:Cert>"
        f"</xades:{tag}>"
    )


def _method(key: Key) -> str:
    return f"http://www.w3.org/2001/04/xmldsig-more#{'rsa' if isinstance(key, rsa.RSAPrivateKey) else 'ecdsa'}-sha256"


def _value(key: Key, data: bytes, method: str) -> bytes:
    digest: hashes.HashAlgorithm = hashes.SHA1() if method.endswith("sha1") else hashes.SHA256()
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(mgf=padding.MGF1(digest), salt_length=32)
        return key.sign(data, pss if "MGF1" in method else padding.PKCS1v15(), digest)
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
    size = (key.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")
