"""Authorities of other years behind a local HTTP server, which stamp with the time that the test has set."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from asn1crypto import pem, tsp

from evidence_kit import clock
from tests.kit.eras import Era


class EraServer:
    """Each authority by its name; who is behind a name can change, and one may be away (None)."""

    def __init__(self) -> None:
        self.eras: dict[str, Era | None] = {}
        self.asked: list[str] = []
        """The names, in the order of the requests."""
        self._lists: list[tuple[Era, dict[str, object]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                name = self.path.strip("/")
                asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(name)
                era = outer.eras.get(name)
                if era is None:
                    self.send_error(503)
                    return
                imprint = asked["message_imprint"]
                answer = era.stamp(
                    imprint["hashed_message"].native,
                    clock.now(),
                    imprint["hash_algorithm"]["algorithm"].native,
                    reply=True,
                    nonce=asked["nonce"].native,
                )
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def do_GET(self) -> None:
                era, told = outer._lists[int(self.path.removeprefix("/crl/"))]
                answer = era.crl(clock.now(), revoked=bool(told), **told)
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def era(self, name: str, begins: float, ends: float) -> Era:
        """An authority that publishes a revocation list here."""
        url = f"http://127.0.0.1:{self._server.server_port}/crl/{len(self._lists)}"
        made = Era(name, begins, ends, root_ends=ends + 20, crl_url=url)
        self._lists.append((made, {}))
        return made

    def revoke(self, era: Era, at: float, reason: str | None) -> None:
        """From now on its list says that the stamper was revoked at ``at``."""
        next(told for one, told in self._lists if one is era).update(at=at, reason=reason)

    def overlay(self, home: Path, roots: dict[str, list[Era]]) -> None:
        """An ``authorities.toml`` with these names in order, each with the roots of all these eras pinned."""
        lines = ["default = [" + ", ".join(f'"{name}"' for name in self.eras) + "]", ""]
        for name, pinned in roots.items():
            file = home / f"{name}.pem"
            file.write_bytes(b"".join(pem.armor("CERTIFICATE", era.root) for era in pinned))
            lines += ["[[authority]]", f'name = "{name}"', f"roots = ['{file}']"]
            lines += [f'url = "http://127.0.0.1:{self._server.server_port}/{name}"', ""]
        (home / "authorities.toml").write_text("\n".join(lines), encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
