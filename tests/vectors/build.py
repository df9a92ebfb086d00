"""Makes small packages from nothing but the standard library, openssl and the words of FORMAT.md.

It shares no code with the program: were the writer and the verifier wrong in the same way, these packages would
not be. ``python -m tests.vectors.build FOLDER`` writes the good package, every tampered one and the roots.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TOP = "dossier-2026"
TSA_CONFIG = """
[tsa]
default_tsa = t
[t]
dir = .
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ext]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[caext]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[req]
distinguished_name = dn
[dn]
"""

Json = dict[str, object]
Files = dict[str, bytes]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """RFC 8785 for the values used here: no floats, keys in ASCII (so UTF-16 order is byte order)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def png(width: int, height: int, rgb: tuple[int, int, int]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    raw = b"".join(b"\0" + bytes(rgb) * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


class TinyAuthority:
    """``openssl ts -reply`` with a root of its own, in a folder. The same bytes get the same token."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self._given: dict[bytes, bytes] = {}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ts.cnf").write_text(TSA_CONFIG)
        (folder / "serial").write_text("01\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        self._openssl("req", "-x509", "-nodes", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650",
                      "-subj", f"/CN={name} root", "-config", "ts.cnf", "-extensions", "caext")  # fmt: skip
        self._openssl("req", "-new", "-nodes", *key, "-keyout", "tsa.key", "-out", "tsa.csr",
                      "-subj", f"/CN={name} authority", "-config", "ts.cnf")  # fmt: skip
        self._openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                      "-out", "tsa.pem", "-days", "3000", "-extfile", "ts.cnf", "-extensions", "ext")  # fmt: skip

    def _openssl(self, *args: str) -> None:
        subprocess.run(["openssl", *args], cwd=self.folder, check=True, capture_output=True)

    def stamp(self, data: bytes) -> bytes:
        if data not in self._given:
            (self.folder / "d").write_bytes(data)
            self._openssl("ts", "-query", "-data", "d", "-sha256", "-cert", "-out", "q")
            self._openssl("ts", "-reply", "-config", "ts.cnf", "-section", "t", "-queryfile", "q", "-out", "r")
            self._given[data] = (self.folder / "r").read_bytes()
        return self._given[data]

    @property
    def root_pem(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()


@dataclass
class Signer:
    """A vault's key."""

    key: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, seed: str) -> Signer:
        return cls(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest()))

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def vault_key(self) -> str:
        return sha256(self.public)


def entry(chain: str, seq: int, kind: str, vault_key: str, **more: object) -> Json:
    value: Json = {
        "format": "evidence-kit/custody/1", "chain": chain, "seq": seq, "type": kind,
        "at": f"2026-03-01T10:00:{seq:02d}.000Z", "zone": "CET +01:00", "actor": "A",
        "salt": hashlib.md5(f"{chain}{seq}".encode()).hexdigest(), "subject": "", "digests": {}, "purpose": "",
        "detail": {"note": "Pièce — 한국어"}, "software": "Evidence Kit 0.1.0", **more,
    }  # fmt: skip
    if seq == 0:
        value["vault_key"] = vault_key
    return value


def heads_of(entries: Iterable[Json]) -> list[str]:
    head, found = bytes(32), []
    for one in entries:
        head = hashlib.sha256(head + hashlib.sha256(canonical(one)).digest()).digest()
        found.append(head.hex())
    return found


def log_lines(entries: list[Json], withheld: Iterable[int] = ()) -> list[bytes]:
    lines = []
    for seq, one in enumerate(entries):
        shown: Json = (
            {"seq": seq, "digest": sha256(canonical(one))} if seq in set(withheld) else {"seq": seq, "entry": one}
        )
        lines.append(canonical(shown))
    return [*lines, canonical({"seq": len(entries) - 1, "head": heads_of(entries)[-1]})]


def artifact(role: str, name: str, media_type: str, data: bytes, *, confidential: bool = False) -> Json:
    return {"role": role, "name": name, "media_type": media_type, "size": len(data), "sha256": sha256(data),
            "confidential": confidential}  # fmt: skip


def manifest(number: int, signer: Signer, artifacts: list[Json], custody: Json, not_before: str | None) -> Json:
    url = f"https://example.org/{number}"
    return {
        "format": "evidence-kit/manifest/1", "digest_algorithm": "sha256", "exhibit_id": f"exhibit-{number}",
        "case_id": "case-1", "kind": "capture", "vault_key": signer.vault_key, "url_requested": url, "url_final": url,
        "redirects": [], "title": "Un fil — 한국어 😀", "started_at": "2026-03-01T10:00:03.000Z",
        "finished_at": "2026-03-01T10:00:09.000Z", "monotonic_ms": 6000, "clock": {"status": "unverified"},
        "software": {"name": "Evidence Kit", "version": "0.1.0"}, "browser": {}, "environment": {}, "network": {},
        "navigation": [], "subject": "adult", "outcome": "complete", "missing": [], "steps": [],
        "artifacts": artifacts, "custody": custody, "not_before": not_before, "annex_sha256": None,
    }  # fmt: skip


@dataclass
class Plan:
    """What goes into a package, to be bent before it is assembled."""

    signer: Signer
    authorities: list[TinyAuthority]
    seal_authorities: list[TinyAuthority]
    entries: list[Json] = field(default_factory=list)
    withheld: tuple[int, ...] = (2,)
    variant: str = "full"

    def __post_init__(self) -> None:
        kinds = ["case.created", "capture.started", "exhibit.viewed", "capture.completed", "capture.started",
                 "capture.completed", "export.started"]  # fmt: skip
        if not self.entries:
            about = ["case-1", "exhibit-1", "exhibit-1", "exhibit-1", "exhibit-2", "exhibit-2", "case-1"]
            self.entries = [
                entry("case-1", n, kind, self.signer.vault_key, subject=subject)
                for n, (kind, subject) in enumerate(zip(kinds, about, strict=True))
            ]


FILES: tuple[tuple[str, str, str, str, bytes], ...] = (
    ("first-view", "first-view.png", "image/png", "contenu-sensible/first-view.png", png(8, 8, (200, 30, 30))),
    ("screenshot", "screenshot.png", "image/png", "contenu-sensible/screenshot.png", png(40, 90, (30, 200, 30))),
    ("dom-html", "dom.html", "text/html", "technique/dom.html.txt", b"<!doctype html><p>bonjour" * 40),
    ("text", "text.txt", "text/plain", "text.txt", "Bonjour à tous\n".encode() * 30),
    ("capture-log", "capture-log.json", "application/json", "capture-log.json", b'{"events":[]}'),
)


def add_exhibit(files: Files, plan: Plan, number: int, seq: int, lower: tuple[int, TinyAuthority] | None) -> None:
    """One exhibit with its manifest, its list, its tokens, and the head that was stamped before it."""
    heads = heads_of(plan.entries)
    base = f"data/exhibits/{number:03d}/"
    not_before = None
    if lower:
        head = canonical({"format": "evidence-kit/head/1", "chain": "case-1", "seq": lower[0], "head": heads[lower[0]]})
        files[f"data/custody/heads/{lower[0]}.json"] = head
        reply = lower[1].stamp(head)
        files[f"data/custody/heads/{lower[0]}.json.{lower[1].name}.tsr"] = reply
        not_before = sha256(reply)
    artifacts, listed = [], []
    for role, name, media_type, path, data in FILES:
        own = data + (b"" if media_type == "image/png" else str(number).encode())
        files[base + path] = own
        artifacts.append(artifact(role, name, media_type, own))
        listed.append({"role": role, "name": name, "path": path, "sha256": sha256(own)})
    hidden = artifact("wacz-confidential", "full.wacz", "application/zip", b"never leaves", confidential=True)
    artifacts.append(hidden)
    custody: Json = {"chain": "case-1", "seq": seq, "head": heads[seq],
                     "vault": {"chain": "vault", "seq": 3, "head": sha256(b"vault")}}  # fmt: skip
    text = canonical(manifest(number, plan.signer, artifacts, custody, not_before))
    files[base + "manifest.json"] = text
    note = {"role": hidden["role"], "name": hidden["name"], "sha256": hidden["sha256"], "reason": "confidential"}
    files[base + "files.json"] = canonical(
        {"format": "evidence-kit/files/1", "files": listed, "withheld": [note], "pending": []}
    )
    for authority in plan.authorities:
        files[f"{base}manifest.json.{authority.name}.tsr"] = authority.stamp(text)


def assemble(plan: Plan) -> Files:
    """The payload of a package."""
    files: Files = {
        "data/report.html": b"<!doctype html><title>Rapport</title>",
        "data/urls.csv": b"\xef\xbb\xbfa;b\r\n",
    }
    add_exhibit(files, plan, 1, 3, (1, plan.authorities[0]))
    add_exhibit(files, plan, 2, 5, (4, plan.authorities[-1]))
    files["data/custody/log.jsonl"] = b"".join(line + b"\n" for line in log_lines(plan.entries, plan.withheld))
    for authority in plan.authorities:
        files[f"data/authorities/{authority.name}.pem"] = authority.root_pem
    return files


def lists(files: Mapping[str, bytes]) -> Files:
    """The files with the bag's own texts made anew around them; seal and seal tokens are left as they are."""
    payload = {path: data for path, data in files.items() if path.startswith("data/")}
    kept = {p: d for p, d in files.items() if p == "seal.json" or p.startswith("tagmanifest-sha256.txt.")}
    info = files.get("bag-info.txt", b"")
    tags = [line for line in info.decode().splitlines() if line and not line.startswith("Payload-Oxum")]
    oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}"
    out: Files = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{line}\n" for line in [oxum, *tags]).encode(),
        "00-LISEZ-MOI.txt": b"Lisez-moi.\n",
        "00-README.txt": b"Read me.\n",
        "verify.html": files.get("verify.html", b"<!doctype html><title>verify</title>"),
        **payload,
    }
    out["manifest-sha256.txt"] = "".join(f"{sha256(payload[p])}  {p}\n" for p in sorted(payload)).encode()
    sealed = ("00-LISEZ-MOI.txt", "00-README.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "verify.html")
    out["tagmanifest-sha256.txt"] = "".join(f"{sha256(out[p])}  {p}\n" for p in sealed).encode()
    return out | kept


def seal(files: Mapping[str, bytes], plan: Plan, *, tags: bool = True) -> Files:
    """The files with lists, signature and seal tokens made anew."""
    created = "2026-03-02T09:00:00.000Z"
    names = [a.name for a in plan.seal_authorities]
    said = {"External-Identifier": TOP, "Evidence-Kit-Sealed-At": created, "Evidence-Kit-Variant": plan.variant,
            "Evidence-Kit-Authorities": ", ".join(names)}  # fmt: skip
    info = "Bag-Software-Agent: Evidence Kit 0.1.0\n" + (
        "".join(f"{k}: {v}\n" for k, v in said.items()) if tags else ""
    )
    out = lists({**files, "bag-info.txt": info.encode()})
    out = {p: d for p, d in out.items() if not p.startswith("tagmanifest-sha256.txt.")}
    listed = out["tagmanifest-sha256.txt"]
    out["seal.json"] = canonical(
        {
            "format": "evidence-kit/seal/1",
            "vault_key": plan.signer.vault_key,
            "public_key": base64.b64encode(plan.signer.public).decode(),
            "signature": base64.b64encode(plan.signer.key.sign(listed)).decode(),
            "tagmanifest_sha256": sha256(listed),
            "created_at": created,
            "expected_tokens": names,
            "variant": plan.variant,
        }
    )
    for authority in plan.seal_authorities:
        out[f"tagmanifest-sha256.txt.{authority.name}.tsr"] = authority.stamp(listed)
    return out


def pack(files: Mapping[str, bytes], top: str = TOP) -> bytes:
    """A ZIP of one folder: pictures stored, the rest deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in files.items():
            info = zipfile.ZipInfo(f"{top}/{path}", (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_STORED if path.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


class Workshop:
    """Authorities ``a`` and ``b`` that the reader knows, ``stranger`` that he does not, and a vault's key."""

    def __init__(self, folder: Path) -> None:
        self.a = TinyAuthority(folder / "a", "a")
        self.b = TinyAuthority(folder / "b", "b")
        self.stranger = TinyAuthority(folder / "stranger", "stranger")
        self.signer = Signer.from_seed("the vault")
        self.known = [self.a, self.b]
        self.good = seal(assemble(self.plan()), self.plan())

    def plan(self, **more: object) -> Plan:
        given: dict[str, object] = {"signer": self.signer, "authorities": self.known, "seal_authorities": self.known}
        return Plan(**(given | more))  # type: ignore[arg-type]


def main(folder: Path) -> None:
    from .tampering import VECTORS

    workshop = Workshop(folder / "authorities")
    for one in VECTORS:
        (folder / f"{one.name}.zip").write_bytes(one.make(workshop))
    expected = {
        one.name: {"verdict": one.verdict, "failed": sorted(one.failed), "unchecked": sorted(one.unchecked)}
        for one in VECTORS
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
