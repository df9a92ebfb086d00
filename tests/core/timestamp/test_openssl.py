"""The judge against the openssl program itself, on freshly made timestamps of every kind, good and bad."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import core, tsp, x509

from evidence_kit.timestamp import certificates
from evidence_kit.timestamp.verify import Judgement, judge
from tests.kit.authority import Maker, der_of, openssl, openssl_accepts

DATA = b"what was on the screen\n"
_makers: dict[str, Maker] = {}


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Maker]:
    def one(kind: str = "rsa:2048", **more: object) -> Maker:
        key = repr((kind, sorted(more.items())))
        if key not in _makers:
            _makers[key] = Maker(tmp_path_factory.mktemp("maker"), "Stamps", kind, **more)  # type: ignore[arg-type]
        return _makers[key]

    return one


def _info(maker: Maker, **changes: object) -> tsp.TSTInfo:
    info = tsp.TSTInfo.load(
        bytes(tsp.ContentInfo.load(maker.stamp(DATA, token=True))["content"]["encap_content_info"]["content"])
    )
    kept = {name: info[name] for name in ("version", "policy", "message_imprint", "serial_number", "gen_time")}
    return tsp.TSTInfo({**kept, **changes})


def _sequence(inside: bytes) -> bytes:
    return b"\x30" + bytes([len(inside)]) + inside


def _at(judgement: Judgement) -> int | None:
    return int(judgement.gen_time.timestamp()) if judgement.gen_time else None


def _same_as_openssl(
    maker: Maker, reply: bytes, *, data: bytes = DATA, root: Path | None = None, extra: Path | None = None
) -> Judgement:
    trusted = root or maker.root
    helping = certificates.from_file(extra.read_bytes()) if extra else []
    found = judge(reply, data=data, roots=certificates.from_file(trusted.read_bytes()), extra=helping)
    said = openssl_accepts(maker.folder, reply, data, trusted, chain=extra, at=_at(found))
    assert (found.verdict == "valid") == said, (found.verdict, found.reason, said)
    return found


@pytest.mark.parametrize("kind", ["rsa:2048", "rsa:1024", "P-256", "P-384", "P-521"])
@pytest.mark.parametrize("token", [False, True])
def test_fresh_timestamp_is_valid_whatever_the_key(make: Callable[..., Maker], kind: str, token: bool) -> None:
    maker = make(kind)
    found = _same_as_openssl(maker, maker.stamp(DATA, token=token))
    assert found.verdict == "valid"
    assert found.root_sha256 == certificates.read(der_of(maker.root)).sha256
    assert found.accuracy_us == 1_500_000
    assert found.policy == "1.3.6.1.4.1.55555.1"
    weak = [c.status for c in found.checks if c.name == "strength"]
    assert weak == ["failed" if kind == "rsa:1024" else "passed"]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_each_hash_is_read_and_weak_ones_are_named(make: Callable[..., Maker], algorithm: str) -> None:
    maker = make()
    found = _same_as_openssl(maker, maker.stamp(DATA, algorithm))
    assert found.verdict == "valid"
    assert found.hash_algorithm == algorithm
    assert [c.status for c in found.checks if c.name == "strength"] == ["failed" if algorithm == "sha1" else "passed"]


@pytest.mark.parametrize("ess", ["sha1", "sha256", "sha512"])
def test_both_kinds_of_certificate_identifier_are_accepted(make: Callable[..., Maker], ess: str) -> None:
    maker = make(ess=ess)
    assert _same_as_openssl(maker, maker.stamp(DATA)).verdict == "valid"


def test_chain_signed_with_pss_is_valid(make: Callable[..., Maker]) -> None:
    maker = make(sign_options=("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"))
    assert _same_as_openssl(maker, maker.stamp(DATA)).verdict == "valid"


def test_chain_signed_with_sha3_is_valid(make: Callable[..., Maker]) -> None:
    maker = make(sign_options=("-sha3-256",))
    assert "sha3" in openssl(maker.folder, "x509", "-in", "stamper.pem", "-noout", "-text").decode().lower()
    assert _same_as_openssl(maker, maker.stamp(DATA)).verdict == "valid"


def test_pss_only_key_is_judged_as_openssl_does(make: Callable[..., Maker]) -> None:
    maker = make("rsa-pss:2048")
    reply = maker.sign_info(_info(make()).dump(), "-cades")
    assert _same_as_openssl(maker, reply).verdict == "valid"


def test_pss_signature_of_an_ordinary_key_is_judged_as_openssl_does(make: Callable[..., Maker]) -> None:
    maker = make()
    reply = maker.sign_info(_info(maker).dump(), "-cades", "-keyopt", "rsa_padding_mode:pss")
    assert _same_as_openssl(maker, reply).verdict == "invalid"


@pytest.mark.parametrize("profile", ["loose", "shared", "root"])
def test_certificate_for_other_purposes_is_invalid(make: Callable[..., Maker], profile: str) -> None:
    good, odd = make(), make(profile=profile)
    reply = odd.sign_info(_info(good).dump(), "-cades")
    assert _same_as_openssl(odd, reply).verdict == "invalid"


def test_without_certificate_identifier_is_invalid(make: Callable[..., Maker]) -> None:
    maker = make()
    assert _same_as_openssl(maker, maker.sign_info(_info(maker).dump())).verdict == "invalid"


def test_without_signed_attributes_is_invalid(make: Callable[..., Maker]) -> None:
    maker = make()
    assert _same_as_openssl(maker, maker.sign_info(_info(maker).dump(), "-noattr")).verdict == "invalid"


def test_signer_named_by_key_identifier_is_invalid(make: Callable[..., Maker]) -> None:
    maker = make()
    assert _same_as_openssl(maker, maker.sign_info(_info(maker).dump(), "-cades", "-keyid")).verdict == "invalid"


def test_two_signers_are_invalid(make: Callable[..., Maker]) -> None:
    maker, other = make(), make("P-256")
    both = ("-cades", "-signer", str(other.stamper), "-inkey", str(other.folder / "stamper.key"))
    assert _same_as_openssl(maker, maker.sign_info(_info(maker).dump(), *both)).verdict == "invalid"


def test_unknown_version_is_invalid(make: Callable[..., Maker]) -> None:
    maker = make()
    info = bytearray(_info(maker).dump())
    place = info.index(b"\x02\x01\x01")
    info[place + 2] = 2
    assert _same_as_openssl(maker, maker.sign_info(bytes(info), "-cades")).verdict == "invalid"


def _name(common: str) -> x509.GeneralName:
    return x509.GeneralName("directory_name", x509.Name.build({"common_name": common}))


def test_name_of_another_authority_is_invalid(make: Callable[..., Maker]) -> None:
    maker = make()
    reply = maker.sign_info(_info(maker, tsa=_name("Somebody else")).dump(), "-cades")
    assert _same_as_openssl(maker, reply).verdict == "invalid"


def test_other_name_of_the_certificate_is_heard(make: Callable[..., Maker]) -> None:
    maker = make(places="subjectAltName = DNS:time.example.org\n")
    for told, verdict in (("time.example.org", "valid"), ("time.example.com", "invalid")):
        info = _info(maker, tsa=x509.GeneralName("dns_name", told)).dump()
        assert _same_as_openssl(maker, maker.sign_info(info, "-cades")).verdict == verdict


def test_content_that_is_no_timestamp_is_invalid(make: Callable[..., Maker]) -> None:
    maker = make()
    assert _same_as_openssl(maker, maker.sign_info(core.OctetString(b"x").dump(), "-cades")).verdict == "invalid"


def test_other_data_is_invalid(make: Callable[..., Maker]) -> None:
    maker = make()
    assert _same_as_openssl(maker, maker.stamp(DATA), data=b"other").verdict == "invalid"


def test_other_root_is_untrusted(make: Callable[..., Maker]) -> None:
    maker, other = make(), make("P-256")
    assert _same_as_openssl(maker, maker.stamp(DATA), root=other.root).verdict == "untrusted"


def test_other_root_of_the_same_name_is_untrusted(make: Callable[..., Maker]) -> None:
    maker, other = make(), make(days=2999)
    assert _same_as_openssl(maker, maker.stamp(DATA), root=other.root).verdict == "untrusted"


def test_intermediate_alone_is_no_root(make: Callable[..., Maker]) -> None:
    maker = make()
    assert _same_as_openssl(maker, maker.stamp(DATA), root=maker.stamper).verdict == "untrusted"


def test_signer_that_is_not_embedded_is_taken_from_the_given_ones(make: Callable[..., Maker]) -> None:
    maker = make()
    bare = maker.stamp(DATA, certificates=False)
    assert _same_as_openssl(maker, bare, extra=maker.stamper).verdict == "valid"
    assert _same_as_openssl(maker, bare).verdict == "invalid"


@pytest.mark.parametrize(
    ("days", "verdict"), [(-3, "invalid"), (1, "valid"), (2999, "valid"), (3001, "invalid"), (40000, "invalid")]
)
def test_certificate_must_be_valid_at_the_time_named(make: Callable[..., Maker], days: int, verdict: str) -> None:
    maker = make()
    start = certificates.read(der_of(maker.stamper)).not_before
    info = _info(maker, gen_time=core.GeneralizedTime(start + dt.timedelta(days=days)))
    found = _same_as_openssl(maker, maker.sign_info(info.dump(), "-cades"))
    assert found.verdict == verdict


def test_edges_of_the_period_are_those_of_openssl(make: Callable[..., Maker]) -> None:
    maker = make()
    cert = certificates.read(der_of(maker.stamper))
    one = dt.timedelta(seconds=1)
    for moment in (cert.not_before - one, cert.not_before, cert.not_after - one, cert.not_after, cert.not_after + one):
        info = _info(maker, gen_time=core.GeneralizedTime(moment))
        _same_as_openssl(maker, maker.sign_info(info.dump(), "-cades"))


def test_far_future_is_judged_and_flagged(make: Callable[..., Maker]) -> None:
    maker = make()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=900)
    reply = maker.sign_info(_info(maker, gen_time=core.GeneralizedTime(later.replace(microsecond=0))).dump(), "-cades")
    found = _same_as_openssl(maker, reply)
    assert found.verdict == "valid"
    assert [c.status for c in found.checks if c.name == "gen-time"] == ["failed"]


def test_fraction_of_a_second_is_read(make: Callable[..., Maker]) -> None:
    maker = make()
    now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    told = core.GeneralizedTime(contents=now.strftime("%Y%m%d%H%M%S").encode() + b".1234567Z")
    found = _same_as_openssl(maker, maker.sign_info(_info(maker, gen_time=told).dump(), "-cades"))
    assert found.gen_time == now.replace(microsecond=123456)


def test_qualified_statement_is_seen(make: Callable[..., Maker]) -> None:
    maker = make()
    statement = _sequence(_sequence(core.ObjectIdentifier("0.4.0.19422.1.1").dump()))
    extension = _sequence(core.ObjectIdentifier("1.3.6.1.5.5.7.1.3").dump() + core.OctetString(statement).dump())
    held = tsp.Extensions.load(_sequence(extension))
    found = _same_as_openssl(maker, maker.sign_info(_info(maker, extensions=held).dump(), "-cades"))
    assert found.verdict == "valid"
    assert found.qualified_statement
    assert not judge(maker.stamp(DATA), data=DATA, roots=[der_of(maker.root)]).qualified_statement


def test_bytes_after_the_end_are_ignored_as_openssl_does(make: Callable[..., Maker]) -> None:
    maker = make()
    found = _same_as_openssl(maker, maker.stamp(DATA) + b"\n")
    assert found.verdict == "valid"
    assert found.trailing == 1


def test_nonce_is_compared_but_does_not_change_the_verdict(make: Callable[..., Maker]) -> None:
    maker = make()
    reply = maker.stamp(DATA)
    info = tsp.TSTInfo.load(
        bytes(tsp.TimeStampResp.load(reply)["time_stamp_token"]["content"]["encap_content_info"]["content"])
    )
    right = info["nonce"].native
    root = [der_of(maker.root)]
    assert judge(reply, data=DATA, roots=root, nonce=right).nonce_matches is True
    other = judge(reply, data=DATA, roots=root, nonce=right + 1)
    assert (other.verdict, other.nonce_matches) == ("valid", False)


def test_judging_without_data_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="data or a digest"):
        judge(b"", roots=())


def test_damage_anywhere_gets_the_verdict_of_openssl(make: Callable[..., Maker]) -> None:
    maker = make("P-256")
    reply = maker.stamp(DATA)
    at = _at(judge(reply, data=DATA, roots=[der_of(maker.root)]))
    for place in range(3, len(reply), 29):
        changed = reply[:place] + bytes([reply[place] ^ 0x41]) + reply[place + 1 :]
        found = judge(changed, data=DATA, roots=[der_of(maker.root)])
        said = openssl_accepts(maker.folder, changed, DATA, maker.root, at=at)
        assert (found.verdict == "valid") == said, (place, found.reason, said)
