"""What OpenSSL asks of the inside of a timestamp, one small check each: signer, imprint, signature, names.

Every check raises :class:`Refused` with a sentence for a person, or returns (RFC 3161, 2.4.2; RFC 5652, 5.4;
RFC 5035; RFC 5816). Nothing here knows of roots or chains. pyHanko is loaded at the first judgement: it brings half a
second of other things with it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from asn1crypto import cms, core, tsp

from evidence_kit.language import _
from evidence_kit.timestamp import signature
from evidence_kit.timestamp.certificates import Certificate, read_many

MAX_CERTIFICATES = 100
QUALIFIED_STATEMENT = "0.4.0.19422.1.1"
"""esi4-qtstStatement-1 of ETSI EN 319 422."""
HASHES = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256"} | {
    f"sha3_{size}" for size in (224, 256, 384, 512)
}
_QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
_MAX_ACCURACY = 10**12


class Refused(ValueError):
    """OpenSSL would say no; the message is the reason, for a person."""


class _Statement(core.Sequence):  # type: ignore[misc]
    _fields = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]  # noqa: RUF012


class _Statements(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Statement


def only_signer(signed_data: cms.SignedData) -> cms.SignerInfo:
    """The one signer, named as PKCS #7 names it."""
    infos = signed_data["signer_infos"]
    if len(infos) != 1:
        raise Refused(_("A timestamp must have exactly one signature."))
    info = infos[0]
    named = {a["algorithm"].dotted for a in signed_data["digest_algorithms"]}
    if info["digest_algorithm"]["algorithm"].dotted not in named:
        raise Refused(_("The signature uses a hash that the timestamp does not name."))
    if info["sid"].name != "issuer_and_serial_number":
        raise Refused(_("The signature does not name its certificate in the way that timestamps do."))
    if isinstance(info["signed_attrs"], core.Void) or not len(info["signed_attrs"]):
        raise Refused(_("The signature does not name its certificate in the way that timestamps do."))
    return info


def embedded(signed_data: cms.SignedData) -> list[Certificate]:
    """The certificates inside, each once."""
    held = signed_data["certificates"]
    if isinstance(held, core.Void):
        return []
    if any(choice.name != "certificate" for choice in held):
        raise Refused(_("The timestamp carries something else than certificates."))
    return read_many([choice.chosen.dump() for choice in held][:MAX_CERTIFICATES])


def signer(signer_info: cms.SignerInfo, candidates: Sequence[Certificate]) -> Certificate:
    """The first certificate that the signature names, as OpenSSL finds it."""
    sid = signer_info["sid"].chosen
    issuer, serial = str(sid["issuer"].hashable), sid["serial_number"].native
    found = next((c for c in candidates if c.serial == serial and c.issuer == issuer), None)
    if found is None:
        raise Refused(_("The certificate that signed is neither in the timestamp nor among the given ones."))
    return found


def check_imprint(info: tsp.TSTInfo, digest: tuple[str, bytes] | None, data: bytes | None) -> None:
    """The timestamp is about this digest or data."""
    imprint = info["message_imprint"]
    algorithm, told = imprint["hash_algorithm"], imprint["hashed_message"].native
    name = str(algorithm["algorithm"].native)
    parameters = algorithm["parameters"]
    if not isinstance(parameters, core.Void | core.Null) and parameters.native is not None:
        raise Refused(_("The hash in the timestamp has parameters, which none has."))
    if data is not None:
        if name not in HASHES:
            raise Refused(_("The timestamp uses a hash that is not known here: {name}", name=name))
        if not hmac.compare_digest(hashlib.new(name, data, usedforsecurity=False).digest(), told):
            raise Refused(_("The timestamp is about other data."))
    if digest is not None and (digest[0] != name or not hmac.compare_digest(digest[1], told)):
        raise Refused(_("The timestamp is about other data."))


def check_signature(signed_data: cms.SignedData, signer_info: cms.SignerInfo, signer: Certificate) -> None:
    """The signature and the attributes that it covers are right, and made with the signer's certificate."""
    content = bytes(signed_data["encap_content_info"]["content"])
    name = str(signer_info["digest_algorithm"]["algorithm"].native)
    if name not in HASHES:
        raise Refused(_("The timestamp uses a hash that is not known here: {name}", name=name))
    actual = hashlib.new(name, content, usedforsecurity=False).digest()
    from pyhanko.sign.general import check_ess_certid
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    try:
        intact, valid = validate_sig_integrity(
            signer_info, signer.asn1, "tst_info", actual, sig_validator=signature.TokenSignature()
        )
    except Exception as exc:
        raise Refused(_("The signature of the timestamp is not made as it must be.")) from exc
    if not intact:
        raise Refused(_("The content of the timestamp was changed after it was signed."))
    if not valid:
        raise Refused(_("The signature of the timestamp is wrong."))
    if not all(check_ess_certid(signer.asn1, ids[0]) for ids in _id_lists(signer_info)):
        raise Refused(_("The timestamp was signed with another certificate than it names."))


def _id_lists(signer_info: cms.SignerInfo) -> list[list[Any]]:
    """The certificate identifiers of the signed attributes, v1 and v2 each for itself (RFC 2634, RFC 5816)."""
    lists = []
    for attribute in signer_info["signed_attrs"]:
        if attribute["type"].native in {"signing_certificate", "signing_certificate_v2"}:
            ids = list(attribute["values"][0]["certs"])
            if not ids:
                raise Refused(_("The timestamp does not say which certificate signed it."))
            lists.append(ids)
    if not lists:
        raise Refused(_("The timestamp does not say which certificate signed it."))
    return lists


def check_chain_ids(signer_info: cms.SignerInfo, path: Sequence[Certificate]) -> None:
    """Every identifier must be found in the chain: the first is the signer, no other one is (RFC 5035, 5.4)."""
    from pyhanko.sign.general import check_ess_certid

    for ids in _id_lists(signer_info):
        for position, one in enumerate(ids):
            among = path[:1] if position == 0 else path[1:]
            if not any(check_ess_certid(c.asn1, one) for c in among):
                raise Refused(_("The timestamp names a certificate that is not in its chain."))


def check_name(info: tsp.TSTInfo, signer: Certificate) -> None:
    """Where the timestamp names its authority, the certificate must name the same (ts_check_signer_name)."""
    told = info["tsa"]
    if isinstance(told, core.Void) or told.native is None:
        return
    if told.name == "directory_name" and str(told.chosen.hashable) == signer.subject:
        return
    if told.untag().dump() in signer.alt_names:
        return
    raise Refused(_("The timestamp names another authority than its certificate does."))


def accuracy(info: tsp.TSTInfo) -> int | None:
    """Microseconds, or None where none is named or the number makes no sense."""
    told = info["accuracy"]
    if isinstance(told, core.Void):
        return None
    micros = sum(
        (told[name].native or 0) * factor for name, factor in (("seconds", 10**6), ("millis", 1000), ("micros", 1))
    )
    return micros if 0 < micros <= _MAX_ACCURACY else None


def has_statement(info: tsp.TSTInfo) -> bool:
    """Whether the timestamp says of itself that it is a qualified one."""
    held = info["extensions"]
    for extension in () if isinstance(held, core.Void) else held:
        if extension["extn_id"].dotted != _QC_STATEMENTS:
            continue
        try:
            statements = _Statements.load(extension["extn_value"].contents, strict=True)
            if any(s["id"].dotted == QUALIFIED_STATEMENT for s in statements):
                return True
        except (ValueError, TypeError, KeyError):
            continue
    return False
