"""A real time-stamping authority for tests: ``openssl ts -reply`` behind a local HTTP server, with its own root.

It can be told to misbehave in every way that a client must survive.
"""

from __future__ import annotations

import base64
import os
import ssl
import subprocess
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

MODES = (
    "fine",
    "500",
    "redirect",
    "rubbish",
    "empty",
    "rejection",
    "other-nonce",
    "other-imprint",
    "wrong-chain",
    "slow",
    "drip",
    "huge",
    "cut",
    "trailing",
    "text-type",
    "qualified",
    "stuffed",
)

_EXTENSIONS = """
[ root ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ stamper ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ responder ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
[ loose ]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = timeStamping
[ shared ]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = critical, timeStamping, codeSigning
[ req ]
distinguished_name = names
prompt = no
[ names ]
CN = unused
"""

_SETTINGS = """
[ stamping ]
dir = .
serial = serial.txt
signer_cert = stamper.pem
signer_key = stamper.key
certs = chain.pem
signer_digest = {digest}
default_policy = 1.3.6.1.4.1.55555.1
digests = sha1, sha256, sha384, sha512
accuracy = secs:1, millisecs:500
clock_precision_digits = 3
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
"""


def openssl(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """Run the program in ``folder``; an error of it is an error of the test."""
    done = subprocess.run(["openssl", *arguments], cwd=folder, input=stdin, capture_output=True, timeout=60)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


def _make_key(folder: Path, file: str, kind: str) -> None:
    name, _, size = kind.partition(":")
    if name in {"rsa", "rsa-pss"}:
        options = ["-algorithm", "RSA-PSS" if name == "rsa-pss" else "RSA", "-pkeyopt", f"rsa_keygen_bits:{size}"]
    else:
        options = ["-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{name}"]
    openssl(folder, "genpkey", *options, "-out", file)


class Maker:
    """Keys and certificates of one authority in a folder, and replies made with them, without any server."""

    def __init__(
        self,
        folder: Path,
        name: str,
        key: str = "rsa:2048",
        *,
        profile: str = "stamper",
        ess: str = "sha256",
        digest: str = "sha256",
        days: int = 3000,
        sign_options: Sequence[str] = (),
        places: str = "",
    ) -> None:
        """``places``: lines of the stamper's certificate that say where statements about it can be had."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        (folder / "x509.cnf").write_text(_EXTENSIONS.replace("[ stamper ]\n", f"[ stamper ]\n{places}"))
        (folder / "ts.cnf").write_text(_SETTINGS.format(digest=digest, ess=ess))
        (folder / "serial.txt").write_text("1000\n")
        _make_key(folder, "root.key", key)
        _make_key(folder, "stamper.key", key)
        subject = f"/O=Test/CN={name}"
        common = ["-config", "x509.cnf", "-sha256", *sign_options]
        openssl(
            folder, "req", "-x509", "-new", "-key", "root.key", "-subj", f"{subject} root", "-days", "3650",
            "-extensions", "root", "-out", "root.pem", *common,
        )  # fmt: skip
        openssl(
            folder, "req", "-new", "-key", "stamper.key", "-subj", f"{subject} stamper", "-out", "stamper.csr",
            *common,
        )  # fmt: skip
        openssl(
            folder, "x509", "-req", "-in", "stamper.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", str(days),
            "-CAcreateserial", "-extfile", "x509.cnf", "-extensions", profile, "-sha256", "-out", "stamper.pem",
            *sign_options,
        )  # fmt: skip
        (folder / "chain.pem").write_bytes((folder / "root.pem").read_bytes())
        self.root = folder / "root.pem"
        self.stamper = folder / "stamper.pem"

    def reply(self, query: bytes, *, token: bool = False) -> bytes:
        """The reply (or the bare token) to a query."""
        asked = f"query-{threading.get_ident()}.tsq"
        (self.folder / asked).write_bytes(query)
        more = ["-token_out"] if token else []
        return openssl(
            self.folder, "ts", "-reply", "-queryfile", asked, "-config", "ts.cnf", "-section", "stamping", *more
        )

    def stamp(self, data: bytes, algorithm: str = "sha256", *, certificates: bool = True, token: bool = False) -> bytes:
        """A reply over ``data``."""
        return self.reply(query(self.folder, data, algorithm, certificates=certificates), token=token)

    def sign_info(self, info: bytes, *options: str) -> bytes:
        """A bare token over any TSTInfo (DER), signed by openssl's CMS program with the given options."""
        (self.folder / "info.der").write_bytes(info)
        return openssl(
            self.folder, "cms", "-sign", "-binary", "-nodetach", "-in", "info.der", "-outform", "DER", "-md", "sha256",
            "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-signer", "stamper.pem", "-inkey", "stamper.key", *options,
        )  # fmt: skip


def rejection(text: str, reason: str = "bad_request") -> bytes:
    """A well-made reply that grants nothing."""
    from asn1crypto import core, tsp

    told = tsp.PKIStatusInfo({"status": "rejection", "status_string": [text], "fail_info": {reason}})
    return bytes(core.SequenceOf([told], spec=tsp.PKIStatusInfo).dump())


def query(folder: Path, data: bytes, algorithm: str = "sha256", *, certificates: bool = True) -> bytes:
    """A request over ``data``, made by openssl."""
    more = ["-cert"] if certificates else []
    (folder / "data.bin").write_bytes(data)
    return openssl(folder, "ts", "-query", "-data", "data.bin", f"-{algorithm}", *more)


def openssl_accepts(
    folder: Path, reply: bytes, data: bytes, root: Path, *, chain: Path | None = None, at: int | None = None
) -> bool:
    """What ``openssl ts -verify`` says about ``reply`` over ``data``."""
    (folder / "judged.tsr").write_bytes(reply)
    (folder / "judged.bin").write_bytes(data)
    token = ["-token_in"] if reply[:1] == b"\x30" and _starts_with_oid(reply) else []
    arguments = ["ts", "-verify", "-in", "judged.tsr", "-data", "judged.bin", "-CAfile", str(root), *token]
    arguments += ["-untrusted", str(chain)] if chain else []
    arguments += ["-attime", str(at)] if at is not None else []
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, timeout=60)
    return done.returncode == 0 and b"Verification: OK" in done.stdout + done.stderr


def _starts_with_oid(der: bytes) -> bool:
    skip = 2 + (der[1] & 0x7F if der[1] & 0x80 else 0)
    return der[skip : skip + 1] == b"\x06"


class Authority(Maker):
    """The same behind HTTP. ``mode`` may be changed at any time; ``requests`` keeps every body that came."""

    def __init__(self, folder: Path, name: str, key: str = "rsa:2048", *, places: str = "") -> None:
        super().__init__(folder, name, key, places=places)
        self.name = name
        self.mode = "fine"
        self.slow_seconds = 30.0
        self.requests: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self._stopped = threading.Event()
        self._other: Maker | None = None
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                outer.requests.append(body)
                outer.headers.append({key.lower(): value for key, value in self.headers.items()})
                try:
                    outer._answer(self, body)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def over_tls(self, context: ssl.SSLContext) -> None:
        """From now on answer by https, as localhost; before the first request."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_address[1]}/"

    def stop(self) -> None:
        """Close the port; a later request finds nobody."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _impostor(self) -> Maker:
        if self._other is None:
            self._other = Maker(self.folder / "impostor", self.name)
        return self._other

    def _body(self, asked: bytes) -> bytes:
        if self.mode == "rubbish":
            return b"<!doctype html><html><body>Welcome to the hotel network</body></html>"
        if self.mode == "empty":
            return b""
        if self.mode == "rejection":
            return rejection("we do not stamp today")
        if self.mode == "other-nonce":
            other = query(self.folder, b"")
            return self.reply(_with_imprint_of(asked, other))
        if self.mode == "other-imprint":
            return self.reply(query(self.folder, b"something else"))
        if self.mode == "wrong-chain":
            return self._impostor().reply(asked)
        good = self.reply(asked)
        if self.mode == "qualified":
            return self._with_statement(good)
        if self.mode == "cut":
            return good[: len(good) // 2]
        if self.mode == "trailing":
            return good + b"more"
        if self.mode == "stuffed":
            return _with_certificates(good, 100)
        if self.mode == "huge":
            return good + bytes(4 << 20)
        return good

    def _with_statement(self, reply: bytes) -> bytes:
        """The same answer, whose token says of itself that it is a qualified one (ETSI EN 319 422, 9)."""
        from asn1crypto import cms, core, tsp

        answer = tsp.TimeStampResp.load(reply)
        info = tsp.TSTInfo.load(bytes(answer["time_stamp_token"]["content"]["encap_content_info"]["content"]))
        names = ("version", "policy", "message_imprint", "serial_number", "gen_time", "accuracy", "nonce")
        statement = _sequence(_sequence(core.ObjectIdentifier("0.4.0.19422.1.1").dump()))
        extension = _sequence(core.ObjectIdentifier("1.3.6.1.5.5.7.1.3").dump() + core.OctetString(statement).dump())
        extensions = tsp.Extensions.load(_sequence(extension))
        said = tsp.TSTInfo({**{name: info[name] for name in names}, "extensions": extensions})
        token = cms.ContentInfo.load(self.sign_info(said.dump(), "-cades"))
        return bytes(tsp.TimeStampResp({"status": answer["status"], "time_stamp_token": token}).dump())

    def _answer(self, handler: BaseHTTPRequestHandler, asked: bytes) -> None:
        if self.mode == "500":
            handler.send_error(500)
            return
        if self.mode == "redirect":
            handler.send_response(302)
            handler.send_header("Location", self.url + "elsewhere")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        if self.mode == "slow":
            self._stopped.wait(self.slow_seconds)
        with self._lock:
            body = self._body(asked)
        handler.send_response(200)
        kind = "text/plain" if self.mode == "text-type" else "application/timestamp-reply"
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if self.mode == "drip":
            for one in body:
                handler.wfile.write(bytes([one]))
                if self._stopped.wait(0.2):
                    return
            return
        handler.wfile.write(body)


def _with_certificates(reply: bytes, count: int) -> bytes:
    """The same answer with its certificates so many times over, beside what is signed."""
    from asn1crypto import cms, tsp

    answer = tsp.TimeStampResp.load(reply)
    signed = answer["time_stamp_token"]["content"]
    signed["certificates"] = cms.CertificateSet([choice.chosen for choice in signed["certificates"]] * count)
    return bytes(answer.dump(force=True))


def _sequence(inside: bytes) -> bytes:
    assert len(inside) < 128
    return b"\x30" + bytes([len(inside)]) + inside


def _with_imprint_of(asked: bytes, template: bytes) -> bytes:
    """The request ``template`` (with its own nonce) about the digest that ``asked`` is about."""
    from asn1crypto import tsp

    ours, theirs = tsp.TimeStampReq.load(template), tsp.TimeStampReq.load(asked)
    ours["message_imprint"] = theirs["message_imprint"]
    return bytes(ours.dump(force=True))


def write_overlay(home: Path, authorities: Sequence[Authority], **fields: object) -> Path:
    """An ``authorities.toml`` in ``home`` that makes these authorities the only ones that are asked."""
    home.mkdir(parents=True, exist_ok=True)
    lines = ["default = [" + ", ".join(f'"{a.name}"' for a in authorities) + "]", ""]
    for authority in authorities:
        lines += ["[[authority]]", f'name = "{authority.name}"', f'url = "{authority.url}"']
        lines += [f"roots = ['{authority.root}']"]
        lines += [f"{key} = {value}" for key, value in fields.items()]
        lines += [""]
    path = home / "authorities.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def der_of(pem: Path) -> bytes:
    """The first certificate of a PEM file as DER."""
    text = pem.read_text()
    inside = text.split("-----BEGIN CERTIFICATE-----", 1)[1].split("-----END CERTIFICATE-----", 1)[0]
    return base64.b64decode("".join(inside.split()))


def clean_environment() -> dict[str, str]:
    """This process's environment without proxies, for programs that must reach loopback."""
    return {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
