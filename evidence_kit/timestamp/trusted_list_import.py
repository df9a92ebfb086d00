"""Making lists of files: who signed, whether that counts for this list, and what is kept to read it again.

A country's list counts under a certificate that the list of lists names for that country, or that the person named;
the list of lists under one that was given (ETSI TS 119 612; Regulation (EU) No 910/2014, Article 22). What a list then
says is answered in :mod:`evidence_kit.timestamp.trusted_list`. Nothing is fetched, no revocation is consulted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from evidence_kit.canonical import JsonObject
from evidence_kit.digest import is_sha256_hex, sha256_hex
from evidence_kit.errors import TrustedListRefused
from evidence_kit.language import _
from evidence_kit.timestamp import safe_xml, trusted_list_form, xml_signature
from evidence_kit.timestamp.certificates import read_many
from evidence_kit.timestamp.trusted_list import LIST_FORMAT, ListOfLists, TrustedList, day
from evidence_kit.timestamp.trusted_list_form import Head

MAX_BYTES = safe_xml.MAX_BYTES
"""A file larger than this is refused, so nobody needs to read more of it."""
_TERRITORY_OF_ALL = "EU"


def read_lotl(untrusted_xml: bytes, *, signers: Sequence[bytes]) -> ListOfLists:
    """Read the list of lists, signed by one of ``signers`` (DER certificates, pinned or named by the person).

    Those may be :attr:`ListOfLists.own_signers` of the one that is kept: that is how each list of lists names who
    signs the next. Raises :class:`TrustedListRefused`.
    """
    return _read_lotl(untrusted_xml, _digests(signers))


def read_list(untrusted_xml: bytes, *, lotl: ListOfLists | None = None, signers: Sequence[bytes] = ()) -> TrustedList:
    """Read a country's list, signed by a certificate that ``lotl`` names for it, or by one of ``signers`` (DER).

    Raises :class:`TrustedListRefused` with the reason. A list that is out of date is read: see
    :attr:`TrustedList.overdue`. One that is newer than ``lotl`` may be is refused where only ``lotl`` vouches for it.
    """
    named = _digests(signers)
    by_lotl = {} if lotl is None else {t: _digests(ders) for t, ders in lotl.signers.items()}
    signed, head = _signed(untrusted_xml, named.union(*by_lotl.values()), trusted_list_form.NATIONAL)
    signer = sha256_hex(signed.signer)
    vouched = None
    if signer not in named and lotl is not None:
        if signer not in by_lotl.get(head.territory, frozenset()):
            raise _refused(
                _(
                    "The list is the one of {territory}, but is signed by somebody whom the list of lists names for"
                    " another country.",
                    territory=head.territory,
                )
            )
        if head.issued > (lotl.next_update or lotl.issued):
            raise _refused(
                _(
                    "The list was issued on {date}, after the list of lists that is kept here had to be replaced by a"
                    " newer one.",
                    date=day(head.issued),
                ),
                _("Import the current list of lists first, then this list."),
            )
        vouched = lotl.sha256
    return _trusted_list(untrusted_xml, signed, head, vouched)


def stored_list(untrusted_xml: bytes, record: JsonObject) -> TrustedList:
    """Read a list again from its bytes and what :meth:`TrustedList.to_json` gave; the signature is checked again.

    The signer is the one that was believed when the list was imported: the record's own integrity is the caller's to
    keep. Raises :class:`TrustedListRefused` where bytes and record do not belong together.
    """
    signed, head = _signed(untrusted_xml, _recorded(untrusted_xml, record), trusted_list_form.NATIONAL)
    vouched = record.get("lotl_sha256")
    return _trusted_list(untrusted_xml, signed, head, vouched if is_sha256_hex(vouched) else None)


def stored_lotl(untrusted_xml: bytes, record: JsonObject) -> ListOfLists:
    """The same for a list of lists and what its ``to_json`` gave."""
    return _read_lotl(untrusted_xml, _recorded(untrusted_xml, record))


def _digests(ders: Iterable[bytes]) -> frozenset[str]:
    return frozenset(certificate.sha256 for certificate in read_many(ders))


def _refused(reason: str, hint: str = "") -> TrustedListRefused:
    return TrustedListRefused(
        reason,
        hint=hint
        or _("Nothing was changed. Take the list again from where its country publishes it, or name who signs it."),
    )


def _recorded(untrusted_xml: bytes, record: JsonObject) -> frozenset[str]:
    signer = record.get("signer_sha256")
    if (
        record.get("format") != LIST_FORMAT
        or record.get("sha256") != sha256_hex(untrusted_xml)
        or not isinstance(signer, str)
        or not is_sha256_hex(signer)
    ):
        raise _refused(_("The trusted list that is kept here is not the one that was imported."))
    return frozenset({signer})


def _signed(untrusted_xml: bytes, trusted: frozenset[str], kind: str) -> tuple[xml_signature.Signed, Head]:
    try:
        signed = xml_signature.verify(untrusted_xml, trusted)
        head = trusted_list_form.head(signed.root)
    except (safe_xml.BadXml, xml_signature.NotSigned, trusted_list_form.NotAList) as exc:
        raise _refused(str(exc)) from exc
    if head.kind != kind:
        raise _refused(
            _("This is the list of lists, not the list of a country.")
            if kind == trusted_list_form.NATIONAL
            else _("This is not the list of lists.")
        )
    if not signed.not_before <= head.issued <= signed.not_after:
        raise _refused(_("The certificate of who signed was not valid when the list was issued."))
    return signed, head


def _common(untrusted_xml: bytes, signed: xml_signature.Signed, head: Head) -> dict[str, Any]:
    return {
        "territory": head.territory,
        "sequence": head.sequence,
        "issued": head.issued,
        "next_update": head.next_update,
        "sha256": sha256_hex(untrusted_xml),
        "size": len(untrusted_xml),
        "signer_sha256": sha256_hex(signed.signer),
        "signer_subject": signed.signer_subject,
    }


def _trusted_list(
    untrusted_xml: bytes, signed: xml_signature.Signed, head: Head, lotl_sha256: str | None
) -> TrustedList:
    services, others = trusted_list_form.services(signed.root)
    return TrustedList(
        **_common(untrusted_xml, signed, head),
        services=services,
        named=trusted_list_form.index(services),
        other_certificates=others,
        lotl_sha256=lotl_sha256,
    )


def _read_lotl(untrusted_xml: bytes, trusted: frozenset[str]) -> ListOfLists:
    signed, head = _signed(untrusted_xml, trusted, trusted_list_form.OF_LISTS)
    if head.territory != _TERRITORY_OF_ALL:
        raise _refused(_("This is not the list of lists."))
    named = trusted_list_form.pointers(signed.root)
    return ListOfLists(
        **_common(untrusted_xml, signed, head),
        signers={place: ders for (kind, place), ders in named.items() if kind == trusted_list_form.NATIONAL},
        own_signers=named.get((trusted_list_form.OF_LISTS, _TERRITORY_OF_ALL), frozenset()),
    )
