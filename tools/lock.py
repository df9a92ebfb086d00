"""Writes requirements.lock: every package with the SHA-256 of each of its files, for all supported systems.

pip-compile leaves out what the machine it runs on does not need. So the few packages that only Windows or
macOS need are named here, given to it as if they were needed everywhere, and marked afterwards. Then the
packages' own requirements are read for each system and Python, and a name that the lock lacks is an error.
No registry's address goes into the lock.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
ELSEWHERE = {
    "colorama": "sys_platform == 'win32'",
    "macholib": "sys_platform == 'darwin'",
    "pefile": "sys_platform == 'win32'",
    "pywin32-ctypes": "sys_platform == 'win32'",
}
HEADER = """\
# What Evidence Kit is built and tested with: exact versions, and the SHA-256 of every file that may be installed.
# Made by `make lock`; not edited by hand. Install with: pip install --require-hashes -r requirements.lock
# For Python 3.11 to 3.13 on Linux, Windows and macOS.

"""
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "Windows": {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
        "platform_machine": "AMD64",
    },
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
}
PYTHONS = ("3.11", "3.12", "3.13")
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", re.MULTILINE)
_ADDRESS = re.compile(r"https?:|file:/|--(?:extra-)?index|--find-links|--trusted-host")


def compile_lock() -> str:
    """Run pip-compile and return its text, with markers on the packages of other systems."""
    with tempfile.TemporaryDirectory() as folder:
        extra = Path(folder) / "elsewhere.in"
        extra.write_text("".join(f"{name}\n" for name in ELSEWHERE), encoding="utf-8")
        out = Path(folder) / "requirements.lock"
        if LOCK.exists():  # pins that still hold are kept; `make lock UPGRADE=1` asks for the newest
            out.write_bytes(LOCK.read_bytes())
        wanted = ["--upgrade"] if "--upgrade" in sys.argv else []
        subprocess.run(
            [
                *(sys.executable, "-m", "piptools", "compile", "--quiet", "--generate-hashes", "--no-header"),
                *("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--no-emit-options"),
                *("--extra", "dev", "--strip-extras", "--allow-unsafe", "--no-annotate", *wanted),
                *("--output-file", str(out), "pyproject.toml", str(extra)),
            ],
            cwd=ROOT,
            check=True,
        )
        text = out.read_text(encoding="utf-8")
    for name, marker in ELSEWHERE.items():
        text = re.sub(rf"^({re.escape(name)}==\S+)", rf"\1 ; {marker}", text, flags=re.MULTILINE)
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return HEADER + "\n".join(lines) + "\n"


def needed_names(system: str, python: str) -> dict[str, str]:
    """Names that must be installed there -> who asks; read from pyproject.toml and the packages installed here."""
    environment: dict[str, Any] = {**default_environment(), **SYSTEMS[system], "python_version": python}
    environment["python_full_version"] = f"{python}.0"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [
        ("pyproject.toml", Requirement(line))
        for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    ]
    needed: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        asker, wanted = waiting.pop()
        if wanted.marker and not wanted.marker.evaluate({**environment, "extra": ""}):
            continue
        name = canonicalize_name(wanted.name)
        key = (name, frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        needed.setdefault(name, asker)
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # not installed here, so its own requirements cannot be read; its name is checked all the same
        for line in lines:
            part = Requirement(line)
            extras = ["", *wanted.extras]
            if part.marker is None or any(part.marker.evaluate({**environment, "extra": e}) for e in extras):
                part.marker = None
                waiting.append((name, part))
    return needed


def complaints(text: str) -> list[str]:
    """What is wrong with the text of a lock; empty when nothing is."""
    found = [f"the lock holds an address or an option: {line}" for line in text.splitlines() if _ADDRESS.search(line)]
    pinned = {canonicalize_name(name) for name, _version in _PIN.findall(text)}
    for system in SYSTEMS:
        for python in PYTHONS:
            missing = {n: by for n, by in needed_names(system, python).items() if n not in pinned}
            found += [f"{system}, Python {python}: {n} is missing, {by} needs it" for n, by in sorted(missing.items())]
    return found


def main() -> int:
    """Write the lock, or with ``--check`` only judge the one that is there."""
    text = LOCK.read_text(encoding="utf-8") if "--check" in sys.argv else compile_lock()
    found = complaints(text)
    print("\n".join(found) or f"requirements.lock: {len(_PIN.findall(text))} packages")
    if not found and "--check" not in sys.argv:
        LOCK.write_text(text, encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
