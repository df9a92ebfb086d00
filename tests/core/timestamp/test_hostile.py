"""No bytes whatever make the judge crash, hang, or believe something that was not signed."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_kit.timestamp import certificates, form
from evidence_kit.timestamp.verify import imprint_algorithm, judge
from tests.kit.authority import Maker, der_of

DATA = b"what was on the screen\n"
QUIET = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)


@dataclass(frozen=True)
class Made:
    reply: bytes
    roots: tuple[bytes, ...]
    signed: tuple[tuple[int, int], ...]
    """Where the signed content, the signed attributes and the signature stand in the reply."""
    folder: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    maker = Maker(tmp_path_factory.mktemp("maker"), "Stamps", "P-256")
    reply = maker.stamp(DATA)
    signed_data = tsp.TimeStampResp.load(reply)["time_stamp_token"]["content"]
    signer = signed_data["signer_infos"][0]
    parts = (
        bytes(signed_data["encap_content_info"]["content"]),
        signer["signed_attrs"].contents,
        signer["signature"].native,
    )
    places = tuple((reply.index(part), reply.index(part) + len(part)) for part in parts)
    return Made(reply, (der_of(maker.root),), places, maker.folder)


def _judge(made: Made, untrusted: bytes) -> str:
    return judge(untrusted, data=DATA, roots=made.roots).verdict


def test_the_untouched_reply_is_valid(made: Made) -> None:
    assert _judge(made, made.reply) == "valid"


@QUIET
@given(place=st.integers(0, 1 << 30), bit=st.integers(0, 7), which=st.integers(0, 2))
def test_changed_signed_byte_is_never_valid(made: Made, place: int, bit: int, which: int) -> None:
    begin, end = made.signed[which]
    changed = bytearray(made.reply)
    changed[begin + place % (end - begin)] ^= 1 << bit
    assert _judge(made, bytes(changed)) == "invalid"


@QUIET
@given(changes=st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 255)), min_size=1, max_size=6))
def test_changed_bytes_anywhere_never_crash(made: Made, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(made.reply)
    for place, value in changes:
        changed[place % len(changed)] = value
    touched = any(made.reply[n] != changed[n] for begin, end in made.signed for n in range(begin, end))
    verdict = _judge(made, bytes(changed))
    assert verdict == "invalid" or not touched


def test_each_cut_is_invalid(made: Made) -> None:
    for length in range(len(made.reply)):
        assert _judge(made, made.reply[:length]) == "invalid"


@QUIET
@given(untrusted=st.binary(max_size=300))
def test_random_bytes_are_no_timestamp(made: Made, untrusted: bytes) -> None:
    found = judge(untrusted, data=DATA, roots=made.roots)
    assert found.verdict == "invalid"
    assert imprint_algorithm(untrusted) is None


_der = st.recursive(
    st.one_of(
        st.integers(-(1 << 70), 1 << 70).map(lambda n: core.Integer(n).dump()),
        st.binary(max_size=20).map(lambda b: core.OctetString(b).dump()),
        st.sampled_from(["1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4", "2.16.840.1.101.3.4.2.1"]).map(
            lambda o: core.ObjectIdentifier(o).dump()
        ),
    ),
    lambda inner: st.tuples(st.sampled_from([0x30, 0x31, 0xA0, 0xA1]), st.lists(inner, max_size=5)).map(
        lambda t: _wrapped(t[0], b"".join(t[1]))
    ),
    max_leaves=25,
)


def _wrapped(tag: int, inside: bytes) -> bytes:
    size = len(inside)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + inside


@QUIET
@given(untrusted=_der)
def test_random_structures_never_crash(made: Made, untrusted: bytes) -> None:
    assert _judge(made, untrusted) == "invalid"


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80" * 5000,
        _wrapped(0x30, b"\x30\x00"),
        b"<html></html>",
        b"-----BEGIN CERTIFICATE-----",
        bytes(form.MAX_REPLY + 1),
        _wrapped(0x30, _wrapped(0x06, b"\xff" * 60_000 + b"\x01")),
    ],
)
def test_what_never_was_a_timestamp_is_called_so(made: Made, untrusted: bytes) -> None:
    found = judge(untrusted, data=DATA, roots=made.roots)
    assert (found.verdict, found.readable) == ("invalid", False)


def test_damaged_timestamp_is_told_from_a_wrong_file(made: Made) -> None:
    found = judge(made.reply[:-40], data=DATA, roots=made.roots)
    assert (found.verdict, found.readable) == ("invalid", True)


def test_numbers_without_end_do_not_hold_anyone_up(made: Made) -> None:
    """An object identifier of a megabyte takes minutes to turn into numbers."""
    endless = core.ObjectIdentifier(contents=b"\xff" * 900_000 + b"\x01").dump()
    begun = time.process_time()
    assert judge(core.SequenceOf([core.Any.load(endless)], spec=core.Any).dump(), data=DATA, roots=()).readable is False
    changed = made.reply.replace(core.ObjectIdentifier("1.3.6.1.4.1.55555.1").dump(), endless[:60_000], 1)
    assert judge(changed, data=DATA, roots=made.roots).verdict == "invalid"
    certificate = asn1_x509.Certificate.load(der_of(made.folder / "stamper.pem"))
    assert certificates.read(certificate.dump()).may_stamp
    extension = certificate["tbs_certificate"]["extensions"][0]
    extension["extn_id"] = asn1_x509.ExtensionId(contents=b"\xff" * 60_000 + b"\x01")
    with pytest.raises(certificates.BadCertificate):
        certificates.read(certificate.dump())
    assert time.process_time() - begun < 0.5


def test_many_certificates_that_sign_each_other_do_not_hold_anyone_up(made: Made) -> None:
    """Sixty authorities of one name, each of which could have issued each other, none of them a root."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer = x509.load_pem_x509_certificate((made.folder / "stamper.pem").read_bytes())
    crowd = [_cross(signer.issuer, key) for _ in range(60)]
    token = tsp.TimeStampResp.load(made.reply)["time_stamp_token"]
    signed_data = token["content"]
    held = [cms.CertificateChoices.load(der) for der in crowd]
    held += [c for c in signed_data["certificates"] if c.chosen.subject != c.chosen.issuer]
    signed_data["certificates"] = cms.CertificateSet(held)
    crowded = token.dump(force=True)
    begun = time.monotonic()
    assert judge(crowded, data=DATA, roots=made.roots).verdict == "valid"
    other = Maker(made.folder / "other", "Stamps", "P-256").root
    assert judge(crowded, data=DATA, roots=(der_of(other),)).verdict == "untrusted"
    assert judge(crowded, data=DATA, roots=()).verdict == "untrusted"
    assert time.monotonic() - begun < 5


def _cross(name: x509.Name, key: ec.EllipticCurvePrivateKey) -> bytes:
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=20000))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier(key_identifier=b"somebody else", authority_cert_issuer=None,
                                        authority_cert_serial_number=None),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return built.public_bytes(serialization.Encoding.DER)
