"""What authorities say of their certificates: who is heard, what a revocation leaves of a timestamp, hostile bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.timestamp import revocation_form as form
from evidence_kit.timestamp.certificates import read
from evidence_kit.timestamp.der_walk import BadStatement
from evidence_kit.timestamp.revocation import Statements, Status
from evidence_kit.timestamp.verify import Judgement, judge
from tests.kit.eras import Era, year
from tests.kit.evidence_records import tlv

ERA = Era("Tempus", 2020, 2030)
STRANGER = Era("Tempus", 2020, 2030)
"""Another authority of the same name: it can sign whatever it likes."""
DIGEST = hashlib.sha256(b"data").digest()
MADE = 2025.0


def judged(era: Era = ERA, when: float = MADE) -> Judgement:
    found = judge(era.stamp(DIGEST, when), digest=("sha256", DIGEST), roots=[era.root])
    assert found.verdict == "valid"
    return found


def about(*ders: bytes, era: Era = ERA, certificates: tuple[bytes, ...] = ()) -> Status:
    return Statements(ders, certificates).about(read(era.stamper), read(era.root))


def trouble(*ders: bytes, moment: float | None = None) -> str:
    return Statements(ders).trouble(judged(), year(moment) if moment else None)


@pytest.mark.parametrize("kind", ["crl", "ocsp"])
def test_statement_says_good_or_revoked_as_of_its_time(kind: str) -> None:
    make = getattr(ERA, kind)
    assert about(make(2026)).state == "good"
    assert about(make(2026)).at == year(2026)
    gone = about(make(2026, revoked=True, reason="superseded", at=2025.5))
    assert (gone.state, gone.at, gone.reason) == ("revoked", year(2025.5), "superseded")
    assert about(make(2026, revoked=True)).reason == "unspecified"


@pytest.mark.parametrize("kind", ["crl", "ocsp"])
def test_authority_of_the_same_name_is_not_heard(kind: str) -> None:
    other = getattr(STRANGER, kind)
    assert about(other(2026), other(2026, revoked=True)).state == "unknown"


def test_good_is_heard_only_before_the_certificate_ends() -> None:
    assert about(ERA.crl(2029.5)).state == "good"
    root_lives = Era("Vivus", 2020, 2030, root_ends=2040)
    assert about(root_lives.crl(2031), root_lives.ocsp(2031), era=root_lives).state == "unknown"
    assert about(root_lives.crl(2031, revoked=True, at=2029), era=root_lives).state == "revoked"


def test_revocation_is_for_ever_and_outlives_later_and_longer_lists() -> None:
    gone = ERA.crl(2026, revoked=True, reason="key_compromise", days=1)
    assert about(gone, ERA.crl(2028), ERA.ocsp(2029)).state == "revoked"


def test_hold_is_lifted_by_a_later_statement_only() -> None:
    held = ERA.crl(2026, revoked=True, reason="certificate_hold")
    assert about(ERA.crl(2025), held).reason == "certificateHold"
    assert about(held, ERA.ocsp(2026)).state == "revoked"  # at the same time: in doubt it is held
    assert about(held, ERA.ocsp(2026.5)).state == "good"
    assert about(held, ERA.ocsp(2026.5), ERA.crl(2027, revoked=True, reason="key_compromise")).state == "revoked"


def test_of_disagreeing_revocations_the_newest_counts_with_the_earliest_time_of_theft() -> None:
    orderly = ERA.crl(2026, revoked=True, reason="superseded", at=2025.5)
    theft = ERA.crl(2027, revoked=True, reason="key_compromise", at=2025.5, invalid=2024)
    bare = ERA.ocsp(2028, revoked=True, at=2025.5)
    assert about(orderly, theft).at == year(2024)
    assert about(orderly, theft, bare).at == year(2024)  # an answer that tells less does not make the theft later
    assert about(ERA.crl(2026, revoked=True, reason="superseded", at=2025.5, invalid=2024)).at == year(2025.5)


@pytest.mark.parametrize("reason", ["superseded", "cessation_of_operation", "affiliation_changed"])
def test_orderly_revocation_leaves_earlier_timestamps(reason: str) -> None:
    assert not trouble(ERA.crl(2026, revoked=True, reason=reason, at=2025.5))
    assert not trouble(ERA.crl(2026, revoked=True, reason=reason, at=2025.5), moment=2029)
    assert "before this timestamp" in trouble(ERA.crl(2026, revoked=True, reason=reason, at=2024.5))


@pytest.mark.parametrize(
    "reason",
    [
        "key_compromise",
        "ca_compromise",
        "aa_compromise",
        "privilege_withdrawn",
        "unspecified",
        "certificate_hold",
        None,
    ],
)
@pytest.mark.parametrize("kind", ["crl", "ocsp"])
def test_other_revocations_leave_only_what_was_renewed_before(reason: str | None, kind: str) -> None:
    gone = getattr(ERA, kind)(2027, revoked=True, reason=reason, at=2026)
    assert "not renewed" in trouble(gone)
    assert "not renewed" in trouble(gone, moment=2026)
    assert "not renewed" in trouble(gone, moment=2026.5)
    assert not trouble(gone, moment=2025.5)


def test_theft_that_became_known_later_reaches_back() -> None:
    gone = ERA.crl(2027, revoked=True, reason="key_compromise", at=2026, invalid=2025.2)
    assert trouble(gone, moment=2025.5)
    assert not trouble(gone, moment=2025.1)


def test_check_says_good_as_of_or_why_not() -> None:
    def check(*ders: bytes) -> tuple[str, str]:
        found = Statements(ders).check(judged())
        assert found.name == "revocation"
        return found.status, found.detail

    assert check()[0] == "not-checked"
    assert check(ERA.crl(2025.1)) == ("passed", "Not revoked as of 2025-02-06T00:00:00.000Z.")
    assert check(ERA.crl(year(MADE) - dt.timedelta(days=2)))[0] == "passed"  # it was the newest list then
    assert check(ERA.crl(2023))[0] == "not-checked"
    assert check(ERA.crl(2026, revoked=True, at=2025.5))[0] == "failed"
    assert check(ERA.crl(2026, revoked=True, reason="superseded", at=2025.5))[0] == "passed"


def crl_by(issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *extensions: tuple[x509.ExtensionType, bool]) -> bytes:
    made = x509.CertificateRevocationListBuilder().issuer_name(issuer)
    made = made.last_update(year(2026)).next_update(year(2026.5))
    for extension, critical in extensions:
        made = made.add_extension(extension, critical=critical)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def uri(*texts: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(text) for text in texts]


def point(**flags: object) -> tuple[x509.ExtensionType, bool]:
    held: dict[str, object] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**(held | flags)), True  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("extensions", "heard"),
    [
        ([], True),
        ([(x509.CRLNumber(7), True)], True),
        ([(x509.DeltaCRLIndicator(6), True)], False),
        ([(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)], False),
        ([(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), False)], True),
        ([point(indirect_crl=True)], False),
        ([point(only_some_reasons=frozenset([x509.ReasonFlags.key_compromise]))], False),
        ([point(only_contains_attribute_certs=True)], False),
        ([point(only_contains_user_certs=True)], True),
        ([point(only_contains_ca_certs=True)], False),
        ([point(full_name=uri("http://crl.example/other.crl"))], False),
    ],
)
def test_lists_of_a_part_are_heard_only_where_the_part_is_understood(
    extensions: list[tuple[x509.ExtensionType, bool]], heard: bool
) -> None:
    made = crl_by(ERA.root_name, ERA._root_key, *extensions)
    assert (about(made).state == "good") is heard


def certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    *,
    usage: str = "crl_sign",
    purpose: x509.ObjectIdentifier | None = None,
    ends: float = 2090,
) -> x509.Certificate:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ERA.root_name)
        .public_key(key.public_key())
        .serial_number(77)
        .not_valid_before(year(2020))
        .not_valid_after(year(ends))
        .add_extension(x509.KeyUsage(**{name: name == usage for name in names}), critical=True)
    )
    if purpose:
        built = built.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return built.sign(by, hashes.SHA256())


def der(one: x509.Certificate) -> bytes:
    return one.public_bytes(serialization.Encoding.DER)


def test_list_signer_of_the_same_name_needs_the_issuers_word_and_the_right_usage() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    made = crl_by(ERA.root_name, key)
    assert about(made).state == "unknown"
    for signer, state in (
        (certificate(ERA.root_name, key, ERA._root_key), "good"),
        (certificate(ERA.root_name, key, ERA._root_key, usage="digital_signature"), "unknown"),
        (certificate(ERA.root_name, key, STRANGER._root_key), "unknown"),
        (certificate(ERA.root_name, key, key), "unknown"),
        (certificate(ERA.root_name, key, ERA._root_key, ends=2025), "unknown"),
    ):
        assert about(made, certificates=(der(signer),)).state == state


def answered_by(responder: x509.Certificate, key: ec.EllipticCurvePrivateKey, era: Era = ERA) -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        era._stamper, era._root, hashes.SHA256(), ocsp.OCSPCertStatus.GOOD, year(2026), None, None, None
    )
    named = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder).certificates([responder])
    return named.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_responder_needs_the_purpose_the_issuers_word_and_a_period_that_fits() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name, signing = ERA._stamper.subject, ExtendedKeyUsageOID.OCSP_SIGNING
    usage = "digital_signature"
    good = certificate(name, key, ERA._root_key, usage=usage, purpose=signing)
    assert about(answered_by(good, key)).state == "good"
    for bad in (
        certificate(name, key, ERA._root_key, usage=usage),
        certificate(name, key, ERA._root_key, usage=usage, purpose=ExtendedKeyUsageOID.TIME_STAMPING),
        certificate(name, key, STRANGER._root_key, usage=usage, purpose=signing),
        certificate(name, key, ERA._root_key, usage=usage, purpose=signing, ends=2025),
    ):
        assert about(answered_by(bad, key)).state == "unknown"
    assert about(answered_by(ERA._stamper, ERA._key)).state == "unknown"  # nobody vouches for himself


def test_answer_for_another_certificate_says_nothing() -> None:
    sibling = Era("Frater", 2020, 2030, root_of=ERA)
    assert about(sibling.ocsp(2026), era=sibling).state == "good"
    assert about(sibling.ocsp(2026), sibling.ocsp(2026, revoked=True)).state == "unknown"


def test_openssl_agrees(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(ERA._root.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "stamper.pem").write_bytes(ERA._stamper.public_bytes(serialization.Encoding.PEM))
    broken = bytearray(ERA.crl(2026))
    broken[-3] ^= 1
    for made in (ERA.crl(2026), ERA.crl(2026, revoked=True), STRANGER.crl(2026), bytes(broken)):
        (tmp_path / "a.crl").write_bytes(made)
        arguments = ["openssl", "crl", "-inform", "DER", "-in", "a.crl", "-CAfile", "root.pem", "-noout", "-verify"]
        done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, timeout=60)
        assert (b"verify OK" in done.stderr) is (about(made).state != "unknown")
    broken = bytearray(ERA.ocsp(2026))
    broken[-len(ERA.root) - 20] ^= 1
    for made in (ERA.ocsp(2026), ERA.ocsp(2026, revoked=True), STRANGER.ocsp(2026), bytes(broken)):
        (tmp_path / "a.ocsp").write_bytes(made)
        at = str(int(year(2026).timestamp()))
        arguments = [
            "openssl",
            "ocsp",
            "-respin",
            "a.ocsp",
            "-CAfile",
            "root.pem",
            "-attime",
            at,
            "-issuer",
            "root.pem",
        ]
        done = subprocess.run(
            [*arguments, "-cert", "stamper.pem", "-no_nonce"], cwd=tmp_path, capture_output=True, timeout=60
        )
        assert (b"Response verify OK" in done.stderr) is (about(made).state != "unknown")


def listed(entries: bytes) -> bytes:
    """The root's list with these entries, whatever they are, well signed."""
    one = asn1_crl.CertificateList.load(ERA.crl(2026))
    tbs = one["tbs_cert_list"]
    before = b"".join(tbs[name].dump() for name in ("version", "signature", "issuer", "this_update", "next_update"))
    body = tlv(0x30, before + tlv(0x30, entries) + tbs["crl_extensions"].dump())
    return tlv(0x30, body + one["signature_algorithm"].dump() + tlv(3, b"\0" + ERA.by_root(body)))


def entry(serial: int, more: bytes = b"") -> bytes:
    content = serial.to_bytes(serial.bit_length() // 8 + 1, "big")
    return tlv(0x30, tlv(2, content) + tlv(0x17, b"250101000000Z") + more)


def test_huge_list_is_followed_to_its_last_entry_and_only_on_entries() -> None:
    own = read(ERA.stamper).serial
    many = b"".join(entry(n) for n in range(1 << 40, (1 << 40) + 100_000))
    assert about(listed(many)).state == "good"
    assert about(listed(many + entry(own))).state == "revoked"
    inside = tlv(0x30, tlv(0x30, tlv(6, b"\x2a\x03") + tlv(4, entry(own))))  # the same bytes, but not as an entry
    assert about(listed(entry(5, inside))).state == "good"
    unknown = tlv(0x30, tlv(0x30, tlv(6, b"\x2a\x03") + b"\x01\x01\xff" + tlv(4, b"\x05\x00")))
    assert about(listed(entry(5, unknown))).state == "unknown"  # another entry's, but it may change what this one says


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30" * 100_000,
        b"\xa0\x03" * 100_000,
        tlv(0x30, b"\x30\x80" * 50_000),
        tlv(0x30, tlv(0x0A, b"\0") + tlv(0xA0, b"\x30\x04" * 50_000)),
        bytes(11 << 20),
        ERA.crl(2026) + b"\0",
        ERA.ocsp(2026) + b"\0",
    ],
)
def test_bytes_that_are_none_are_refused(hostile: bytes) -> None:
    with pytest.raises(BadStatement):
        form.read(hostile)
    assert len(Statements([hostile])) == 0


@pytest.mark.parametrize(
    "entries", [b"\x30\x00" * 9, b"\x30\x80\x02\x01", b"\x02\x01\x05" * 9, tlv(0x30, b"\xff" * 9) * 9]
)
def test_entries_that_cannot_be_followed_make_a_list_silent(entries: bytes) -> None:
    found = about(listed(entries))
    assert found.state == "unknown" or entries.startswith(b"\x30\x09")  # the last has entries of nobody


GENUINE = [ERA.crl(2026, revoked=True, reason="key_compromise", invalid=2025), ERA.ocsp(2026), ERA.crl(2026)]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_changed_statement_is_never_believed_to_say_something_else(data: st.DataObject) -> None:
    genuine = data.draw(st.sampled_from(GENUINE))
    changed = bytearray(genuine)
    for _n in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))
    before, after = about(genuine), about(bytes(changed))
    assert (after.state, after.at, after.reason) in [(before.state, before.at, before.reason), ("unknown", None, "")]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_survived(untrusted: bytes) -> None:
    assert about(untrusted, b"\x30" + bytes([min(len(untrusted), 127)]) + untrusted).state == "unknown"
    judged_ones = Statements([untrusted]).check(judged())
    assert judged_ones.status == "not-checked"
