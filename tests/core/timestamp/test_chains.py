"""Chains of every shape, good and bad, against the openssl program."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence_kit.timestamp import certificates
from evidence_kit.timestamp.verify import judge
from tests.kit.authority import Maker, openssl, openssl_accepts

DATA = b"what was on the screen\n"
CA = "basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\nsubjectKeyIdentifier = hash\n"
STAMPER = "basicConstraints = CA:FALSE\nextendedKeyUsage = critical, timeStamping\n"

SHAPES: dict[str, tuple[str, str, str, str]] = {
    # name: (root extensions, intermediate extensions, stamper extensions, verdict)
    "plain": (CA, CA, STAMPER, "valid"),
    "no key usage anywhere": ("basicConstraints = CA:TRUE\n", "basicConstraints = CA:TRUE\n", STAMPER, "valid"),
    "root of version 1": ("", CA, STAMPER, "valid"),
    "intermediate that is no authority": (CA, "basicConstraints = critical, CA:FALSE\n", STAMPER, "invalid"),
    "intermediate without any extension": (CA, "", STAMPER, "invalid"),
    "intermediate that must not sign": (CA, CA.replace("keyCertSign", "cRLSign"), STAMPER, "untrusted"),
    "root too short for it": (CA.replace("CA:TRUE", "CA:TRUE, pathlen:0"), CA, STAMPER, "invalid"),
    "intermediate of length nought": (CA, CA.replace("CA:TRUE", "CA:TRUE, pathlen:0"), STAMPER, "valid"),
    "unknown critical extension on top": (CA + "1.2.3.4 = critical, DER:0500\n", CA, STAMPER, "invalid"),
    "unknown critical extension between": (CA, CA + "1.2.3.4 = critical, DER:0500\n", STAMPER, "invalid"),
    "unknown critical extension below": (CA, CA, STAMPER + "1.2.3.4 = critical, DER:0500\n", "invalid"),
    "unknown extension": (CA, CA, STAMPER + "1.2.3.4 = DER:0500\n", "valid"),
    "name outside": (CA, CA + "nameConstraints = critical, permitted;dirName:other\n", STAMPER, "invalid"),
    "name inside": (CA, CA + "nameConstraints = critical, permitted;dirName:ours\n", STAMPER, "valid"),
    "intermediate by its key usage alone": (CA, "keyUsage = critical, keyCertSign\n", STAMPER, "invalid"),
    "root by its key usage alone": ("keyUsage = critical, keyCertSign\n", CA, STAMPER, "valid"),
    "policies that nobody can read": (CA, CA, STAMPER + "2.5.29.32 = DER:010203\n", "valid"),
    "policies that must be explicit": (
        CA,
        CA + "policyConstraints = critical, requireExplicitPolicy:0\n",
        STAMPER,
        "valid",
    ),
    "proxy": (CA, CA, STAMPER + "1.3.6.1.5.5.7.1.14 = critical, DER:300c300a06082b06010505071501\n", "invalid"),
    "name outside of what the root allows": (
        CA + "nameConstraints = critical, permitted;dirName:other\n",
        CA,
        STAMPER,
        "invalid",
    ),
    "name that the root excludes": (CA + "nameConstraints = excluded;dirName:ours\n", CA, STAMPER, "invalid"),
    "name that the root allows": (CA + "nameConstraints = permitted;dirName:ours\n", CA, STAMPER, "valid"),
    "unknown purpose beside": (CA, CA, STAMPER.replace("timeStamping", "timeStamping, 1.2.3.4"), "valid"),
    "any purpose beside": (CA, CA, STAMPER.replace("timeStamping", "timeStamping, anyExtendedKeyUsage"), "invalid"),
    "signs messages too": (CA, CA, STAMPER + "keyUsage = digitalSignature, nonRepudiation\n", "valid"),
    "encrypts too": (CA, CA, STAMPER + "keyUsage = digitalSignature, keyEncipherment\n", "invalid"),
    "no purpose named": (CA, CA, "basicConstraints = CA:FALSE\n", "invalid"),
    "names its issuer's key wrongly": (
        CA,
        CA,
        STAMPER + "authorityKeyIdentifier = DER:3006800401020304\n",
        "untrusted",
    ),
}


def _issue(folder: Path, name: str, issuer: str, extensions: str, *, days: int = 3000) -> None:
    (folder / f"{name}.cnf").write_text(
        f"[e]\n{extensions}[other]\nO = Somebody\n[ours]\nO = Test\n[req]\ndistinguished_name = n\n[n]\n"
    )
    common = ["-config", f"{name}.cnf"]
    openssl(folder, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")
    openssl(folder, "req", "-new", "-key", f"{name}.key", "-subj", f"/O=Test/CN={name}", "-out", f"{name}.csr", *common)
    signer = ["-key", f"{name}.key"] if name == issuer else ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"]
    signer = ["-signkey", f"{name}.key"] if name == issuer else [*signer, "-CAcreateserial"]
    shaped = ["-extfile", f"{name}.cnf", "-extensions", "e"] if extensions else []
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", "-days", str(days), *signer, *shaped)


def _maker(folder: Path, root: str, middle: str, stamper: str, *, root_days: int = 3000) -> Maker:
    maker = Maker(folder, "Chain", "P-256")
    _issue(folder, "top", "top", root, days=root_days)
    _issue(folder, "middle", "top", middle)
    _issue(folder, "stamper", "middle", stamper)
    (folder / "chain.pem").write_bytes((folder / "middle.pem").read_bytes())
    return maker


def _compare(maker: Maker, reply: bytes, roots: list[str], chain: list[str]) -> str:
    trusted, helping = maker.folder / "given-roots.pem", maker.folder / "given-chain.pem"
    trusted.write_bytes(b"".join((maker.folder / r).read_bytes() for r in roots))
    helping.write_bytes(b"".join((maker.folder / c).read_bytes() for c in chain))
    extra = certificates.from_file(helping.read_bytes()) if chain else []
    found = judge(reply, data=DATA, roots=certificates.from_file(trusted.read_bytes()), extra=extra)
    at = int(found.gen_time.timestamp()) if found.gen_time else None
    said = openssl_accepts(maker.folder, reply, DATA, trusted, chain=helping if chain else None, at=at)
    assert (found.verdict == "valid") == said, (found.verdict, found.reason, said)
    return found.verdict


def _reply(maker: Maker) -> bytes:
    """Signed by openssl's CMS program, which does not refuse the odd certificates that are wanted here."""
    good = Maker(maker.folder / "good", "Good", "P-256")
    from asn1crypto import tsp

    held = tsp.ContentInfo.load(good.stamp(DATA, token=True))["content"]["encap_content_info"]["content"]
    info = tsp.TSTInfo.load(bytes(held))
    kept = {name: info[name] for name in ("version", "policy", "message_imprint", "serial_number", "gen_time")}
    return maker.sign_info(tsp.TSTInfo(kept).dump(), "-cades", "-certfile", "middle.pem")


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_chain_gets_the_verdict_of_openssl(tmp_path: Path, shape: str) -> None:
    root, middle, stamper, verdict = SHAPES[shape]
    maker = _maker(tmp_path / "made", root, middle, stamper)
    assert _compare(maker, _reply(maker), ["top.pem"], []) == verdict


def test_intermediate_is_taken_from_the_token_from_the_chain_or_from_the_roots(tmp_path: Path) -> None:
    maker = _maker(tmp_path / "made", CA, CA, STAMPER)
    reply = _reply(maker)
    assert _compare(maker, reply, ["top.pem"], []) == "valid"
    assert _compare(maker, reply, ["middle.pem"], []) == "untrusted"
    assert _compare(maker, reply, ["root.pem"], ["top.pem", "middle.pem"]) == "untrusted"
    bare = maker.stamp(DATA, certificates=False)
    assert _compare(maker, bare, ["top.pem"], ["stamper.pem"]) == "untrusted"
    assert _compare(maker, bare, ["top.pem"], ["stamper.pem", "middle.pem"]) == "valid"
    assert _compare(maker, bare, ["top.pem", "middle.pem"], ["stamper.pem"]) == "valid"


def test_self_signed_stamper_is_valid_only_as_a_root(tmp_path: Path) -> None:
    maker = _maker(tmp_path / "made", CA, CA, STAMPER)
    _issue(maker.folder, "stamper", "stamper", STAMPER)
    reply = _reply(maker)
    assert _compare(maker, reply, ["stamper.pem"], []) == "valid"
    assert _compare(maker, reply, ["top.pem"], []) == "untrusted"
