"""Only a list that the right one signed, and only what that signature covers, is ever believed."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from evidence_kit import language
from evidence_kit.errors import TrustedListRefused
from evidence_kit.timestamp.certificates import from_file
from evidence_kit.timestamp.trusted_list import ListOfLists
from evidence_kit.timestamp.trusted_list_import import read_list, read_lotl
from tests.kit import trusted_lists as kit

SIGNER = kit.holder("List of Nowhere")
OTHER = kit.holder("List of Elsewhere")
COMMISSION = kit.holder("List of lists")
ISSUER = kit.holder("Stamps issuer")
LIST = kit.national(kit.service([ISSUER.der]))
SIGNED = kit.sign(LIST, SIGNER)
FORGED = kit.service([kit.holder("Forger").der])


def refused(untrusted: bytes, expected: str, **trust: object) -> None:
    with pytest.raises(TrustedListRefused) as caught:
        read_list(untrusted, **(trust or {"signers": [SIGNER.der]}))
    assert expected in caught.value.message
    assert caught.value.hint


def lotl(signers: dict[str, list[bytes]], **more: object) -> ListOfLists:
    return read_lotl(kit.sign(kit.of_lists(signers, **more), COMMISSION), signers=[COMMISSION.der])


# --- who signed ---


@pytest.mark.parametrize("kind", ["P-256", "P-384", "P-521", "bp", "rsa"])
def test_list_signed_by_the_named_certificate_is_read(kind: str) -> None:
    signer = kit.holder("Signer", kind=kind)
    assert read_list(kit.sign(LIST, signer), signers=[OTHER.der, signer.der]).territory == "XX"


def test_list_signed_with_pss_is_read() -> None:
    signer = kit.holder("Signer", kind="rsa")
    method = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
    assert read_list(kit.sign(LIST, signer, method=method), signers=[signer.der]).territory == "XX"


def test_list_whose_properties_are_of_the_older_form_is_read() -> None:
    """Most lists name their signer's certificate by SHA-1; who signed is decided by its bytes, not by that."""
    assert read_list(kit.sign(LIST, SIGNER, old_properties=True), signers=[SIGNER.der]).territory == "XX"


def test_signer_is_named_by_a_file() -> None:
    file = SIGNER.cert.public_bytes(serialization.Encoding.PEM)
    assert read_list(SIGNED, signers=from_file(file)).territory == "XX"


def test_reference_by_the_identifier_of_the_whole_list_is_read() -> None:
    assert read_list(kit.sign(LIST, SIGNER, uri="#list"), signers=[SIGNER.der]).territory == "XX"


def test_list_that_carries_the_chain_of_its_signer_is_read() -> None:
    signer = kit.holder("Signer", issuer=COMMISSION)
    carried = kit.sign(LIST, signer, carried=[COMMISSION.der, signer.der])
    assert read_list(carried, signers=[signer.der]).territory == "XX"


def test_list_with_a_byte_order_mark_is_read() -> None:
    assert read_list(b"\xef\xbb\xbf" + SIGNED, signers=[SIGNER.der]).territory == "XX"


def test_list_without_signature_is_refused() -> None:
    refused(LIST.encode(), "The list is not signed.")


def test_list_signed_by_another_is_refused_and_names_who() -> None:
    refused(kit.sign(LIST, OTHER), "List of Elsewhere")
    refused(SIGNED, "not trusted for it", signers=[])
    refused(SIGNED, "not trusted for it", signers=[b"no certificate"])


def test_list_signed_by_an_issuer_or_child_of_the_named_one_is_refused() -> None:
    child = kit.holder("Child", issuer=SIGNER)
    refused(kit.sign(LIST, child), "not trusted for it")
    refused(kit.sign(LIST, child, carried=[child.der, SIGNER.der]), "The signature is wrong")


def test_trusted_certificate_inside_with_a_signature_of_another_key_is_refused() -> None:
    refused(kit.sign(LIST, OTHER, carried=[SIGNER.der]), "The signature is wrong")


def test_another_certificate_of_the_signers_key_is_refused() -> None:
    """The certificate inside must be the trusted one byte for byte."""
    refused(kit.sign(LIST, SIGNER.again()), "not trusted for it")


def test_key_value_instead_of_a_certificate_is_refused() -> None:
    refused(kit.sign(LIST, SIGNER, carried=[]), "does not carry the certificate")


def test_certificate_that_was_not_valid_when_the_list_was_issued_is_refused() -> None:
    late = kit.holder("Signer", start=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    gone = kit.holder("Signer", end=dt.datetime(2025, 12, 31, tzinfo=dt.UTC))
    for signer in (late, gone):
        refused(kit.sign(LIST, signer), "was not valid when the list was issued", signers=[signer.der])


def test_certificate_that_ended_since_changes_nothing() -> None:
    signer = kit.holder("Signer", end=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    assert read_list(kit.sign(LIST, signer), signers=[signer.der]).territory == "XX"


# --- what was signed ---


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"granted", b"Granted"),
        (b">XX<", b">YY<"),
        (b">7<", b">8<"),
        (b"2026-06-01", b"2036-06-01"),
        (b"</Sch", b" </Sch"),
    ],
)
def test_list_that_was_changed_after_it_was_signed_is_refused(old: bytes, new: bytes) -> None:
    assert SIGNED.count(old) >= 1
    refused(SIGNED.replace(old, new, 1), "The signature is wrong")


def test_changed_signed_properties_are_refused() -> None:
    refused(SIGNED.replace(b"SigningTime>2026", b"SigningTime>2025", 1), "The signature is wrong")


def test_signature_over_a_part_is_refused() -> None:
    part = LIST.replace("<SchemeInformation>", '<SchemeInformation Id="part">')
    steps = [kit.EXCLUSIVE]
    signed = kit.sign(part, SIGNER, uri="#part", over="t:SchemeInformation", transforms=steps)
    refused(signed, "not signed in the way that trusted lists are")


def test_signature_moved_into_a_forged_list_around_it_is_refused() -> None:
    """The signed list stands whole inside another one, to which the reader's eye is drawn."""
    genuine = etree.fromstring(kit.sign(LIST, SIGNER, uri="#list"))
    forged = etree.fromstring(kit.national(FORGED, root_id="forged").encode())
    signature = genuine.find(f"{{{kit.DS}}}Signature")
    forged.append(signature)
    wrapper = etree.SubElement(forged, f"{{{kit.TL}}}Wrapper")
    wrapper.append(genuine)
    refused(etree.tostring(forged), "not signed in the way that trusted lists are")
    genuine.append(signature)
    refused(etree.tostring(forged), "not signed in the way that trusted lists are")


def test_forged_list_that_takes_the_identifier_of_the_signed_one_is_refused() -> None:
    genuine = etree.fromstring(kit.sign(LIST, SIGNER, uri="#list"))
    forged = etree.fromstring(kit.national(FORGED).encode())
    forged.append(genuine.find(f"{{{kit.DS}}}Signature"))
    forged.append(genuine)
    refused(etree.tostring(forged), "The signature is wrong")


def test_signed_list_hidden_inside_the_signature_of_a_forged_one_is_refused() -> None:
    genuine = etree.fromstring(kit.sign(LIST, SIGNER, uri="#list"))
    signature = genuine.find(f"{{{kit.DS}}}Signature")
    forged = etree.fromstring(kit.national(FORGED, root_id="forged").encode())
    forged.append(signature)
    etree.SubElement(signature, f"{{{kit.DS}}}Object").append(genuine)
    refused(etree.tostring(forged), "not signed in the way that trusted lists are")


def test_two_signatures_are_refused() -> None:
    refused(kit.sign(SIGNED.decode(), SIGNER), "not signed in the way that trusted lists are")
    refused(kit.sign(SIGNED.decode(), OTHER), "not signed in the way that trusted lists are")


def test_signature_that_does_not_stand_at_the_top_is_refused() -> None:
    refused(kit.sign(LIST, SIGNER, into="t:SchemeInformation"), "not signed in the way that trusted lists are")


@pytest.mark.parametrize(
    "steps",
    [
        [kit.EXCLUSIVE],
        [kit.ENVELOPED],
        [kit.EXCLUSIVE, kit.ENVELOPED],
        [kit.ENVELOPED, kit.EXCLUSIVE, kit.EXCLUSIVE],
        [kit.ENVELOPED, "http://www.w3.org/TR/1999/REC-xpath-19991116", kit.EXCLUSIVE],
        [kit.ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116"],
        ["http://www.w3.org/2000/09/xmldsig#base64"],
        [],
    ],
)
def test_other_transforms_are_refused(steps: list[str]) -> None:
    refused(kit.sign(LIST, SIGNER, transforms=steps), "not signed in the way that trusted lists are")


def test_other_canonicalization_of_what_was_signed_is_refused() -> None:
    inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    refused(kit.sign(LIST, SIGNER, canonical=inclusive), "not signed in the way that trusted lists are")


@pytest.mark.parametrize("uri", ["https://list.example/", "file:///etc/passwd", "#nothing", "#xpointer(/)", "list"])
def test_reference_to_something_else_is_refused(uri: str) -> None:
    more = kit.reference(uri, b"", [kit.EXCLUSIVE])
    refused(kit.sign(LIST, SIGNER, more_references=more), "not signed in the way that trusted lists are")
    refused(kit.sign(LIST, SIGNER, uri=uri), "not signed in the way that trusted lists are")


def test_reference_without_address_is_refused() -> None:
    more = kit.reference("", b"", [kit.EXCLUSIVE]).replace(' URI=""', "")
    refused(kit.sign(LIST, SIGNER, more_references=more), "not signed in the way that trusted lists are")


def test_list_without_any_reference_to_the_whole_is_refused() -> None:
    signed = kit.sign(LIST, SIGNER, uri="#props", transforms=[kit.EXCLUSIVE])
    refused(signed, "not over the whole list")


def test_signature_without_signed_properties_is_refused() -> None:
    refused(kit.sign(LIST, SIGNER, properties=False), "The signature is wrong")


def test_weak_means_are_refused() -> None:
    refused(kit.sign(LIST, SIGNER, digest=kit.SHA1), "The signature is wrong")
    signer = kit.holder("Signer", kind="rsa")
    weak = kit.sign(LIST, signer, method="http://www.w3.org/2000/09/xmldsig#rsa-sha1")
    refused(weak, "The signature is wrong", signers=[signer.der])


def test_secret_shared_as_a_key_is_refused() -> None:
    """The certificate's own bytes, which everybody has, must not work as the key of an HMAC."""
    refused(
        kit.sign(LIST, SIGNER, method="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"), "The signature is wrong"
    )


def test_comment_cannot_cut_what_was_signed() -> None:
    """Comments are not signed: one put into a text afterwards must not change what is read."""
    commented = SIGNED.replace(b"Svcstatus/granted<", b"Svcstatus/<!-- -->granted<").replace(b">XX<", b">X<!--Y-->X<")
    assert commented != SIGNED
    found = read_list(commented, signers=[SIGNER.der])
    assert found.territory == "XX"
    assert found.services == read_list(SIGNED, signers=[SIGNER.der]).services


def test_processing_instruction_put_in_afterwards_is_refused() -> None:
    refused(SIGNED.replace(b">XX<", b">X<?y?>X<"), "The signature is wrong")


@settings(max_examples=300, database=None)
@given(place=st.integers(0, len(SIGNED) - 1), value=st.integers(0, 255))
def test_one_changed_byte_never_changes_what_is_believed(place: int, value: int) -> None:
    changed = SIGNED[:place] + bytes([value]) + SIGNED[place + 1 :]
    try:
        found = read_list(changed, signers=[SIGNER.der])
    except TrustedListRefused:
        return
    genuine = read_list(SIGNED, signers=[SIGNER.der])
    assert found.services == genuine.services
    assert (found.territory, found.sequence, found.issued) == (genuine.territory, genuine.sequence, genuine.issued)


def test_signature_with_very_many_parts_is_refused_soon() -> None:
    many = SIGNED.replace(b"</ds:Object>", b"</ds:Object>" + b"<ds:Object/>" * 100_000)
    start = time.monotonic()
    refused(many, "not signed in the way that trusted lists are")
    assert time.monotonic() - start < 5


# --- which list it is ---


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"kind": f"{kit.URI}TrustedList/TSLType/CClist"}, "not one of the European Union’s trusted lists"),
        ({"version": "4"}, "version that is not read here"),
        ({"version": ""}, "version that is not read here"),
        ({"sequence": "0"}, "does not say properly"),
        ({"sequence": "x"}, "does not say properly"),
        ({"sequence": "9" * 30}, "does not say properly"),
        ({"territory": "xx"}, "does not say properly"),
        ({"territory": "XX</SchemeTerritory><SchemeTerritory>YY"}, "does not say properly"),
        ({"issued": "2026-01-01"}, "does not say properly"),
        ({"issued": "2026-02-30T00:00:00Z"}, "does not say properly"),
        ({"next_update": "soon"}, "does not say properly"),
        ({"kind": kit.EU_LOTL}, "This is the list of lists"),
    ],
)
def test_signed_document_that_is_no_list_of_a_country_is_refused(about: dict[str, str], expected: str) -> None:
    refused(kit.sign(kit.national(kit.service([ISSUER.der]), **about), SIGNER), expected)


def test_signed_document_that_is_something_else_is_refused() -> None:
    refused(kit.sign("<a/>", SIGNER), "The file is not a trusted list.")


def test_newer_version_of_the_form_is_read() -> None:
    assert read_list(kit.sign(kit.national(version="6"), SIGNER), signers=[SIGNER.der]).sequence == 7


# --- the list of lists ---


def test_list_of_lists_vouches_for_the_signer_of_a_list() -> None:
    of_lists = lotl({"XX": [OTHER.der, SIGNER.der], "YY": [OTHER.der]})
    assert of_lists.signers == {"XX": {OTHER.der, SIGNER.der}, "YY": {OTHER.der}}
    found = read_list(SIGNED, lotl=of_lists)
    assert (found.territory, found.lotl_sha256) == ("XX", of_lists.sha256)


def test_signer_of_another_territory_is_refused() -> None:
    of_lists = lotl({"XX": [OTHER.der], "YY": [SIGNER.der]})
    refused(SIGNED, "names for another country", lotl=of_lists)


def test_signer_whom_the_person_names_counts_beside_the_list_of_lists() -> None:
    found = read_list(SIGNED, lotl=lotl({"YY": [SIGNER.der]}), signers=[SIGNER.der])
    assert found.lotl_sha256 is None


def test_signer_whom_nobody_names_is_refused() -> None:
    refused(SIGNED, "not trusted for it", lotl=lotl({"XX": [OTHER.der]}))


@pytest.mark.parametrize(
    "more",
    [
        kit.pointer("XX", [SIGNER.der], media="application/pdf"),
        kit.pointer("XX", [SIGNER.der], kind=f"{kit.URI}TrustedList/TSLType/CClist"),
        kit.pointer("XX", [SIGNER.der], kind=kit.EU_LOTL),
        kit.pointer("XX", [SIGNER.der]).replace("<SchemeTerritory>XX</SchemeTerritory>", ""),
        kit.pointer("XX</SchemeTerritory><SchemeTerritory>YY", [SIGNER.der]),
    ],
)
def test_pointer_to_something_else_vouches_for_nobody(more: str) -> None:
    refused(SIGNED, "not trusted for it", lotl=lotl({}, more=more))


def test_list_that_is_newer_than_the_list_of_lists_may_be_is_refused() -> None:
    old = lotl({"XX": [SIGNER.der]}, issued="2025-01-01T00:00:00Z", next_update="2025-07-01T00:00:00Z")
    refused(SIGNED, "had to be replaced by a newer one", lotl=old)
    assert read_list(SIGNED, lotl=old, signers=[SIGNER.der]).territory == "XX"


def test_list_of_lists_by_another_is_refused() -> None:
    for signers in ([OTHER.der], [SIGNER.der], []):
        with pytest.raises(TrustedListRefused, match="not trusted for it"):
            read_lotl(kit.sign(kit.of_lists({"XX": [SIGNER.der]}), COMMISSION), signers=signers)


def test_list_of_lists_that_was_changed_is_refused() -> None:
    signed = kit.sign(kit.of_lists({"XX": [OTHER.der]}), COMMISSION)
    forged = signed.replace(kit.b64(OTHER.der).encode(), kit.b64(SIGNER.der).encode(), 1)
    with pytest.raises(TrustedListRefused, match="The signature is wrong"):
        read_lotl(forged, signers=[COMMISSION.der])


@pytest.mark.parametrize("about", [{"kind": kit.EU_GENERIC}, {"territory": "XX"}])
def test_list_of_a_country_is_no_list_of_lists(about: dict[str, str]) -> None:
    with pytest.raises(TrustedListRefused, match="This is not the list of lists"):
        lotl({"XX": [SIGNER.der]}, **about)


def test_list_of_lists_names_who_signs_the_next_one() -> None:
    following = kit.holder("List of lists, next")
    first = lotl({"XX": [SIGNER.der]}, more=kit.pointer("EU", [following.der], kind=kit.EU_LOTL))
    assert first.own_signers == {following.der}
    second = kit.sign(kit.of_lists({"XX": [SIGNER.der]}, sequence=301), following)
    assert read_lotl(second, signers=sorted(first.own_signers)).sequence == 301


def test_refusal_is_in_the_language_of_the_person() -> None:
    language.choose("fr")
    refused(LIST.encode(), "La liste n’est pas signée.")
