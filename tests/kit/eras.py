"""Authorities of other years: roots and stampers with any period, and tokens of any time, without the real clock.

``openssl ts -reply`` knows only the present, so these tokens are put together here; a test has openssl judge them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools

from asn1crypto import algos, cms, core, crl, ocsp, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_serials = itertools.count(1)
_LONG = 2050


def year(number: float) -> dt.datetime:
    """The beginning of a year, or a day in it: 2030.5 is the second of July, 2030."""
    whole = int(number)
    return dt.datetime(whole, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=int((number - whole) * 365))


def _moment(when: dt.datetime | float) -> dt.datetime:
    return when if isinstance(when, dt.datetime) else year(when)


def _time(moment: dt.datetime) -> asn1_x509.Time:
    """As RFC 5280, 4.1.2.5 wants it: two digits for the year until 2049."""
    if moment.year < _LONG:
        return asn1_x509.Time({"utc_time": moment})
    return asn1_x509.Time({"general_time": moment})


def _name(text: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test"), x509.NameAttribute(NameOID.COMMON_NAME, text)]
    )


class Era:
    """One authority with a stamper that is valid from year ``begins`` to year ``ends``, below a root of its own."""

    def __init__(
        self,
        name: str,
        begins: float,
        ends: float,
        *,
        root_ends: float | None = None,
        root_of: Era | None = None,
        crl_url: str = "",
        key_of: Era | None = None,
    ) -> None:
        """``root_of``: below that one's root name and key; ``key_of``: with the same stamper's key."""
        self.begins, self.ends = year(begins), year(ends)
        self._root_key = root_of._root_key if root_of else ec.generate_private_key(ec.SECP256R1())
        self._key = key_of._key if key_of else ec.generate_private_key(ec.SECP256R1())
        root_name = root_of.root_name if root_of else _name(f"{name} root")
        self.root_name = root_name
        unused = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
        usage = dict.fromkeys((*unused, "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
        self._root = (
            self._builder(root_name, root_name, self._root_key, year(root_ends) if root_ends else self.ends)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**{**usage, "key_cert_sign": True, "crl_sign": True}), critical=True)
            .sign(self._root_key, hashes.SHA256())
        )
        stamper = (
            self._builder(_name(f"{name} stamper"), root_name, self._key, self.ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**{**usage, "digital_signature": True}), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        )
        if crl_url:
            place = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
            stamper = stamper.add_extension(x509.CRLDistributionPoints([place]), critical=False)
        self._stamper = stamper.sign(self._root_key, hashes.SHA256())
        self.root = self._root.public_bytes(serialization.Encoding.DER)
        self.stamper = self._stamper.public_bytes(serialization.Encoding.DER)

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, ends: dt.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.begins)
            .not_valid_after(ends)
        )

    def stamp(
        self,
        digest: bytes,
        when: dt.datetime | float,
        algorithm: str = "sha256",
        *,
        reply: bool = False,
        nonce: int | None = None,
    ) -> bytes:
        """A token (or a whole reply) over ``digest`` that names ``when``, whether or not the certificate was valid."""
        told: dict[str, object] = {
            "version": "v1",
            "policy": "1.3.6.1.4.1.55555.2",
            "message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest},
            "serial_number": next(_serials),
            "gen_time": _moment(when),
        }
        info = tsp.TSTInfo(told if nonce is None else told | {"nonce": nonce}).dump()
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
                {"type": "signing_certificate_v2", "values": [self._named()]},
            ]
        )
        stamper = asn1_x509.Certificate.load(self.stamper)
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number",
                    cms.IssuerAndSerialNumber({"issuer": stamper.issuer, "serial_number": stamper.serial_number}),
                ),
                "digest_algorithm": {"algorithm": "sha256"},
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": self._key.sign(attributes.untag().dump(), ec.ECDSA(hashes.SHA256())),
            }
        )
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
                "certificates": [stamper],
                "signer_infos": [signer],
            }
        )
        token = cms.ContentInfo({"content_type": "signed_data", "content": signed})
        if not reply:
            return bytes(token.dump())
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def crl(
        self,
        when: dt.datetime | float,
        *,
        revoked: bool = False,
        reason: str | None = None,
        at: dt.datetime | float | None = None,
        invalid: dt.datetime | float | None = None,
        days: float = 30,
    ) -> bytes:
        """The root's revocation list of ``when``, for ``days``; ``revoked``: with the stamper in it, from ``at`` on.

        ``reason`` is a name of RFC 5280 (``key_compromise``, ``superseded``, ...), ``invalid`` the time from which the
        key is said to have been in wrong hands.
        """
        moment = _moment(when)
        more: list[tuple[str, object]] = [("crl_reason", reason)] if reason else []
        more += [("invalidity_date", _moment(invalid))] if invalid is not None else []
        entry: dict[str, object] = {
            "user_certificate": asn1_x509.Certificate.load(self.stamper).serial_number,
            "revocation_date": _time(moment if at is None else _moment(at)),
        }
        if more:
            entry["crl_entry_extensions"] = [
                {"extn_id": name, "critical": False, "extn_value": value} for name, value in more
            ]
        body: dict[str, object] = {
            "version": "v2",
            "signature": {"algorithm": "sha256_ecdsa"},
            "issuer": asn1_x509.Certificate.load(self.root).subject,
            "this_update": _time(moment),
            "next_update": _time(moment + dt.timedelta(days=days)),
            "crl_extensions": [{"extn_id": "crl_number", "critical": False, "extn_value": next(_serials)}],
        }
        tbs = crl.TbsCertList({**body, "revoked_certificates": [entry]} if revoked else body)
        signed = {"tbs_cert_list": tbs, "signature_algorithm": {"algorithm": "sha256_ecdsa"}}
        return bytes(crl.CertificateList({**signed, "signature": self.by_root(tbs.dump())}).dump())

    def ocsp(
        self,
        when: dt.datetime | float,
        *,
        revoked: bool = False,
        reason: str | None = None,
        at: dt.datetime | float | None = None,
        days: float = 7,
        algorithm: str = "sha1",
    ) -> bytes:
        """The root's own OCSP answer about the stamper, of ``when``, for ``days``; else as :meth:`crl`."""
        moment = _moment(when)
        told: dict[str, object] = {"revocation_time": moment if at is None else _moment(at)}
        told |= {"revocation_reason": reason} if reason else {}
        status = ("revoked", told) if revoked else ("good", core.Null())
        root, stamper = (asn1_x509.Certificate.load(der) for der in (self.root, self.stamper))
        about = {
            "hash_algorithm": {"algorithm": algorithm},
            "issuer_name_hash": hashlib.new(algorithm, root.subject.dump()).digest(),
            "issuer_key_hash": hashlib.new(algorithm, bytes(root.public_key["public_key"])).digest(),
            "serial_number": stamper.serial_number,
        }
        single = {
            "cert_id": about,
            "cert_status": ocsp.CertStatus(name=status[0], value=status[1]),
            "this_update": moment,
            "next_update": moment + dt.timedelta(days=days),
        }
        body = ocsp.ResponseData(
            {
                "responder_id": ocsp.ResponderId(name="by_name", value=root.subject),
                "produced_at": moment,
                "responses": [single],
            }
        )
        basic = ocsp.BasicOCSPResponse(
            {
                "tbs_response_data": body,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": self.by_root(body.dump()),
                "certs": [root],
            }
        )
        answer = {"response_type": "basic_ocsp_response", "response": basic}
        return bytes(ocsp.OCSPResponse({"response_status": "successful", "response_bytes": answer}).dump())

    def by_root(self, signed: bytes) -> bytes:
        """The root's signature over anything."""
        return self._root_key.sign(signed, ec.ECDSA(hashes.SHA256()))

    def _named(self) -> tsp.SigningCertificateV2:
        return tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(self.stamper).digest()}]})
