"""A small web site on loopback, over HTTP or HTTPS, that records what it was asked for."""

from __future__ import annotations

import base64
import hashlib
import http.server
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HTML = "text/html; charset=utf-8"


@dataclass
class Reply:
    """What a path answers. ``stream`` (called with a write function) takes the place of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str | list[str]] = field(default_factory=lambda: {"Content-Type": HTML})
    stream: Callable[[Callable[[bytes], None]], None] | None = None


@dataclass(frozen=True)
class Certified:
    """What the certificate of a site says; signed by an authority that nobody trusts."""

    names: tuple[str, ...] = ("127.0.0.1", "localhost")
    until: datetime | None = None


def page(html: str, **headers: str) -> Reply:
    return Reply(html.encode(), headers={"Content-Type": HTML} | {k.replace("_", "-"): v for k, v in headers.items()})


def data(body: bytes, media_type: str, **headers: str) -> Reply:
    return Reply(body, headers={"Content-Type": media_type} | {k.replace("_", "-"): v for k, v in headers.items()})


def png(width: int, height: int, rgb: tuple[int, int, int]) -> bytes:
    raw = b"".join(b"\0" + bytes(rgb) * width for _ in range(height))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b"")


class Site:
    """Answers ``pages`` (path -> Reply); ``asked`` lists (method, path), ``bodies`` what was posted."""

    def __init__(self, pages: dict[str, Reply], *, tls: bool | Certified = False) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.spki: tuple[str, ...] = ()
        self.closing = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.headers.append(dict(self.headers.items()))
                length = int(self.headers.get("Content-Length") or 0)
                if length:
                    outer.bodies.append(self.rfile.read(length))
                found = outer.pages.get(self.path) or outer.pages.get(urlsplit(self.path).path)
                reply = found or data(b"nothing here", "text/plain")
                status = reply.status if found else 404
                self.send_response(status)
                for name, value in reply.headers.items():
                    for one in value if isinstance(value, list) else [value]:
                        self.send_header(name, one)
                try:
                    if reply.stream:
                        self.send_header("Connection", "close")
                        self.end_headers()
                        reply.stream(self._push)
                        self.close_connection = True
                        return
                    self.send_header("Content-Length", str(len(reply.body)))
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(reply.body)
                except OSError:
                    self.close_connection = True

            do_POST = do_HEAD = do_GET  # noqa: N815

            def _push(self, piece: bytes) -> None:
                if outer.closing.is_set():
                    raise OSError("closing")
                self.wfile.write(piece)
                self.wfile.flush()

            def log_message(self, *_args: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        if tls:
            certified = tls if isinstance(tls, Certified) else Certified()
            authority = trustme.CA()
            certificate = authority.issue_cert(*certified.names, not_after=certified.until)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            leaf = x509.load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes())
            key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            self.spki = (base64.b64encode(hashlib.sha256(key).digest()).decode(),)
        self.scheme = "https" if tls else "http"
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self.other = f"{self.scheme}://localhost:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


def never_ending(first: bytes) -> Reply:
    """A document that begins and then drips for a minute."""

    def stream(write: Callable[[bytes], None]) -> None:
        write(first)
        for _ in range(300):
            time.sleep(0.2)
            write(b"<!-- more -->")

    return Reply(headers={"Content-Type": HTML}, stream=stream)
