"""Where a chain leads: judged against the shipped list, and never by what the computer trusts."""

from __future__ import annotations

import itertools
import ssl
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from evidence_kit.capture.roots import PublicRoots, judge_chain, public_roots

NOW = datetime.now(UTC)


def der(pem: trustme.Blob) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem.bytes().decode())


def listed(*roots: bytes) -> PublicRoots:
    loaded = [x509.load_der_x509_certificate(r) for r in roots]
    return PublicRoots({c.subject.public_bytes(): (c,) for c in loaded}, {"source": "test"})


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(organization_name="Corporate Inspection")


def test_leads_to_a_listed_root_named_with_its_digest(authority) -> None:
    middle = authority.create_child_ca()
    leaf = middle.issue_cert("site.example")
    chain = [der(p) for p in leaf.cert_chain_pems]
    found = judge_chain(chain, "site.example", NOW, accepted=True, roots=listed(der(authority.cert_pem)))
    assert (found["verdict"], found["problems"]) == ("public-root", [])
    assert "Corporate Inspection" in found["root"]["name"]
    assert len(found["root"]["sha256"]) == 64


def test_root_of_the_computer_is_local_and_named(authority) -> None:
    leaf = authority.issue_cert("site.example")
    chain = [der(leaf.cert_chain_pems[0]), der(authority.cert_pem)]
    found = judge_chain(chain, "site.example", NOW, accepted=True)
    assert found["verdict"] == "local-root"
    assert "Corporate Inspection" in found["root"]["name"]
    assert found["root"]["sha256"]
    assert found["public_list"]["roots"] > 50


@pytest.mark.parametrize(("accepted", "verdict"), [(True, "local-root"), (False, "incomplete")])
def test_root_outside_the_chain_named_by_its_issuer(authority, accepted: bool, verdict: str) -> None:
    chain = [der(authority.issue_cert("site.example").cert_chain_pems[0])]
    found = judge_chain(chain, "site.example", NOW, accepted=accepted)
    assert found["verdict"] == verdict
    assert "Corporate Inspection" in found["root"]["name"]
    assert found["root"]["sha256"] == ""


def test_name_of_a_public_root_without_its_key_is_local() -> None:
    subject = next(iter(public_roots().by_subject.values()))[0].subject
    key = ec.generate_private_key(ec.SECP256R1())
    false_root = certificate(subject, subject, key, key, ca=True)
    leaf = certificate(name("site.example"), subject, ec.generate_private_key(ec.SECP256R1()), key)
    found = judge_chain([leaf, false_root], "site.example", NOW, accepted=True)
    assert found["verdict"] == "local-root"


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, issuer, key, signer, *, ca=False, begin=NOW - timedelta(days=2), end=NOW + timedelta(days=2)):
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), 7, begin, end)
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("site.example")]), critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


def test_self_signed_expired_and_wrong_name_are_told_apart() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    own = certificate(name("me"), name("me"), key, key)
    found = judge_chain([own], "other.example", NOW, accepted=False)
    assert (found["verdict"], found["problems"]) == ("self-signed", ["wrong-name"])
    root = certificate(name("root"), name("root"), key, key, ca=True, end=NOW + timedelta(days=99))
    leaf = certificate(name("site"), name("root"), ec.generate_private_key(ec.SECP256R1()), key, end=NOW)
    late = NOW + timedelta(days=1)
    found = judge_chain([leaf], "site.example", late, accepted=False, roots=listed(root))
    assert (found["verdict"], found["problems"]) == ("expired", ["expired"])
    early = NOW - timedelta(days=9)
    assert judge_chain([leaf], "site.example", early, accepted=False, roots=listed(root))["verdict"] == "not-yet-valid"


def test_certificate_of_a_site_cannot_issue_another() -> None:
    key, site_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate(name("root"), name("root"), key, key, ca=True)
    site = certificate(name("site"), name("root"), site_key, key)
    forged = certificate(name("bank"), name("site"), ec.generate_private_key(ec.SECP256R1()), site_key)
    found = judge_chain([forged, site], "site.example", NOW, accepted=True, roots=listed(root))
    assert found["verdict"] == "local-root"


def test_wildcards_cover_one_label_only() -> None:
    authority = trustme.CA()
    chain = [der(authority.issue_cert("*.site.example").cert_chain_pems[0])]
    roots = listed(der(authority.cert_pem))
    for host, verdict in (("a.site.example", "public-root"), ("a.b.site.example", "wrong-name"),
                          ("site.example", "wrong-name")):  # fmt: skip
        assert judge_chain(chain, host, NOW, accepted=True, roots=roots)["verdict"] == verdict


@pytest.mark.parametrize("untrusted", [[], [b"nonsense"], [b"0\x80"]])
def test_what_is_no_certificate_is_unreadable(untrusted: list[bytes]) -> None:
    assert judge_chain(untrusted, "x.example", NOW, accepted=False)["verdict"] == "unreadable"


def test_many_certificates_of_one_name_end_soon() -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(11)]
    chain = [certificate(name("same"), name("same"), k, s, ca=True) for k, s in itertools.pairwise(keys)]
    assert judge_chain(chain, "site.example", NOW, accepted=False)["verdict"] in {"incomplete", "local-root"}
