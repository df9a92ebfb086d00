"""Uses the frozen program from outside. Run by smoke.sh; only this watcher and its local servers need Python.

The program itself gets an empty environment and a PATH without any Python.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.kit.authority import Authority, write_overlay

ROOT = Path(__file__).resolve().parent.parent
PAGE = "<!doctype html><title>Essai — 한국어</title><h1>smoke</h1><p style='height:3000px'>tall</p>".encode()
VERSION_SECONDS = 3.0


class Site(BaseHTTPRequestHandler):
    """One page."""

    def do_GET(self) -> None:
        """Answer every path with it."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def path_without_python(folder: Path) -> str:
    """A folder of links to the system's programs, except every Python."""
    folder.mkdir()
    for program in Path("/usr/bin").iterdir():
        if "python" not in program.name and not program.name.startswith(("pip", "pydoc")):
            (folder / program.name).symlink_to(program)
    return str(folder)


class Frozen:
    """The program in its new place; every call is timed."""

    def __init__(self, work: Path) -> None:
        self.place = work / "Evidence Kit à essayer"
        shutil.copytree(ROOT / "dist" / "evidence-kit", self.place, symlinks=True)
        self.environment = {
            "PATH": path_without_python(work / "bin"),
            "HOME": str(work / "home"),
            "TMPDIR": str(work / "tmp"),
            "EVIDENCE_KIT_HOME": str(work / "kit home"),
            "EVIDENCE_KIT_PASSPHRASE_FILE": str(work / "passphrase.txt"),
            "LANG": "C.UTF-8",
        }
        for name in ("home", "tmp", "kit home"):
            (work / name).mkdir()
        (work / "passphrase.txt").write_text("correct horse battery staple 42\n", encoding="utf-8")

    def __call__(self, *arguments: str, fine: tuple[int, ...] = (0,)) -> Any:
        """Run one command; its JSON, or the text where it gives none."""
        start = time.monotonic()
        done = subprocess.run(
            [str(self.place / "evidence-kit"), *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        print(
            f"{time.monotonic() - start:6.1f} s  exit {done.returncode}  evidence-kit {' '.join(arguments)}", flush=True
        )
        if done.returncode not in fine:
            print(done.stdout, done.stderr, file=sys.stderr)
            sys.exit(f"evidence-kit {arguments[0]} ended with {done.returncode}")
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    def seconds(self, *arguments: str) -> float:
        """How long one command takes."""
        start = time.monotonic()
        self(*arguments)
        return time.monotonic() - start

    def window(self, seconds: float) -> None:
        """The window must come up and stay up until it is asked to go."""
        with subprocess.Popen(
            [str(self.place / "evidence-kit-gui")],
            env=self.environment | {"QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as shown:
            try:
                _out, said = shown.communicate(timeout=seconds)
                sys.exit(f"the window went away by itself ({shown.returncode}): {said}")
            except subprocess.TimeoutExpired:
                print(f"{seconds:6.1f} s  the window is up", flush=True)
                shown.terminate()


def main() -> int:
    """Everything once; an exception or a wrong exit ends it."""
    work = Path(tempfile.mkdtemp(prefix="kit smoke "))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        kit = Frozen(work)
        with Authority(work / "tsa a", "a") as one, Authority(work / "tsa b", "b") as two:
            write_overlay(work / "kit home", [one, two], pause_seconds=0)
            seconds = min(kit.seconds("--version") for _ in range(3))
            if seconds > VERSION_SECONDS:
                sys.exit(f"the start took {seconds:.1f} s")
            for line in kit("doctor", "--json", fine=(0, 1)):
                print(f"          {line['check']}: {line['status']} {line['detail']}")
            kit("vault", "create", "--json")
            case = str(kit("case", "add", "Smoke", "--json")["case"])
            address = f"http://127.0.0.1:{server.server_address[1]}/page"
            [record] = kit("capture", address, "--case", case, "--subject", "adult", "--json")
            print(f"          {record['outcome']}, missing {record['missing']}, tokens {record['tokens']}")
            package = work / "le dossier.zip"
            kit("export", "--case", case, "--out", str(package), "--json")
            report = kit("verify", str(package), "--json")
            print(f"          {report['verdict']}, {package.stat().st_size / 1e3:.0f} kB")
            left = [str(p) for p in (work / "tmp").rglob("*") if p.is_file()]
            if left:
                sys.exit(f"files left in the temp folder: {left}")
            kit.window(6.0)
    finally:
        server.shutdown()
        shutil.rmtree(work, ignore_errors=True)
    print("smoke: fine")
    return 0


if __name__ == "__main__":
    sys.exit(main())
