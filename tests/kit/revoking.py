"""A real authority that can take its certificates back: ``openssl ca`` and ``openssl ocsp`` behind a local server."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.kit.authority import Authority, openssl

_CA = """
[ ca ]
default_ca = own
[ own ]
dir = .
database = index.txt
crlnumber = crlnumber.txt
certificate = root.pem
private_key = root.key
default_md = sha256
default_crl_days = 20
crl_extensions = list
[ list ]
authorityKeyIdentifier = keyid:always
"""

MODES = ("fine", "500", "rubbish", "empty", "redirect", "elsewhere", "inside", "huge", "slow", "other-name")


class Statuses:
    """Answers about one authority's stamper: a list for GET, OCSP for POST. ``asked`` keeps the methods that came.

    ``mode`` and ``ocsp`` (whether it answers POST at all) may be changed at any time.
    """

    def __init__(self) -> None:
        self.mode = "fine"
        self.ocsp = True
        self.asked: list[str] = []
        self.folder = Path()
        self.stranger: Statuses | None = None
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._answer(self, None)

            def do_POST(self) -> None:
                outer._answer(self, self.rfile.read(int(self.headers.get("Content-Length", "0"))))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def places(self) -> str:
        """For the stamper's certificate: where its list and its answers can be had."""
        return f"crlDistributionPoints = URI:{self.url}/root.crl\nauthorityInfoAccess = OCSP;URI:{self.url}/ocsp\n"

    def serve(self, authority: Authority) -> None:
        """Speak of this authority's stamper from now on."""
        self.folder = authority.folder
        (self.folder / "ca.cnf").write_text(_CA)
        (self.folder / "index.txt").write_text("")
        (self.folder / "crlnumber.txt").write_text("01\n")
        subject = f"/O=Test/CN={authority.name} responder"
        self._run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "responder.key")
        self._run(
            "req", "-new", "-key", "responder.key", "-subj", subject, "-out", "responder.csr", "-config", "x509.cnf"
        )
        self._run(
            "x509", "-req", "-in", "responder.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "3000",
            "-CAcreateserial", "-extfile", "x509.cnf", "-extensions", "responder", "-sha256", "-out", "responder.pem",
        )  # fmt: skip
        self._run("ca", "-config", "ca.cnf", "-valid", "stamper.pem")

    def revoke(self, reason: str = "keyCompromise") -> None:
        """Take the stamper's certificate back, now."""
        with self._lock:
            self._run("ca", "-config", "ca.cnf", "-revoke", "stamper.pem", "-crl_reason", reason)

    def crl(self) -> bytes:
        """Today's list (DER)."""
        with self._lock:
            self._run("ca", "-config", "ca.cnf", "-gencrl", "-out", "root.crl")
            return self._run("crl", "-in", "root.crl", "-outform", "DER")

    def answer(self, asked: bytes) -> bytes:
        """The answer to an OCSP request (both DER)."""
        with self._lock:
            (self.folder / "asked.der").write_bytes(asked)
            self._run(
                "ocsp", "-index", "index.txt", "-CA", "root.pem", "-rsigner", "responder.pem", "-rkey",
                "responder.key", "-reqin", "asked.der", "-respout", "answer.der", "-ndays", "7",
            )  # fmt: skip
            return (self.folder / "answer.der").read_bytes()

    def stop(self) -> None:
        """Close the port; a later request finds nobody."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def _run(self, *arguments: str) -> bytes:
        return openssl(self.folder, *arguments)

    def _answer(self, handler: BaseHTTPRequestHandler, asked: bytes | None) -> None:
        self.asked.append(handler.command)
        try:
            if self.mode == "500" or (asked is not None and not self.ocsp):
                handler.send_error(500)
                return
            if self.mode in {"redirect", "elsewhere", "inside"} and "moved" not in handler.path:
                handler.send_response(302)
                moved = self.url + handler.path + "-moved"
                where = {"elsewhere": ("http:", "ftp:"), "inside": ("127.0.0.1", "localhost")}.get(self.mode, ("", ""))
                handler.send_header("Location", moved.replace(*where))
                handler.send_header("Content-Length", "0")
                handler.end_headers()
                return
            if self.mode == "slow":
                self._stopped.wait(30)
            body = self._body(asked)
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            handler.close_connection = True

    def _body(self, asked: bytes | None) -> bytes:
        if self.mode == "rubbish":
            return b"<!doctype html><html><body>Welcome to the hotel network</body></html>"
        if self.mode == "empty":
            return b""
        if self.mode == "huge":
            return bytes(12 << 20)
        speaker = self.stranger if self.mode == "other-name" and self.stranger else self
        return speaker.crl() if asked is None else speaker.answer(asked)


def revoking_authority(folder: Path, name: str, key: str = "P-256") -> tuple[Authority, Statuses]:
    """An authority whose stamper's certificate says where statements about it can be had, and who gives them."""
    statuses = Statuses()
    authority = Authority(folder, name, key, places=statuses.places)
    statuses.serve(authority)
    return authority, statuses
