"""Builds dist/evidence-kit, the program with its own Python, and on Linux a .tar.gz of it with its SHA-256.

Built from the pinned libraries of .venv, for the system it runs on. Dates and hash seeds are fixed, so that two
builds of one commit on one system differ as little as PyInstaller allows.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
BUILT = DIST / "evidence-kit"
SPEC = ROOT / "packaging" / "evidence-kit.spec"
LICENCE_NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
EPOCH = "1767225600"  # 2026-01-01; any fixed day will do


def freeze() -> None:
    """Run PyInstaller."""
    subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
            *("--distpath", str(DIST), "--workpath", str(ROOT / "build" / "pyinstaller"), str(SPEC)),
        ],
        cwd=ROOT,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "PYTHONHASHSEED": "1"},
        check=True,
    )


def needed_libraries() -> list[str]:
    """Names of the libraries that the program depends on, and theirs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(line) for line in project["dependencies"]]
    found: dict[str, None] = {}
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        found[name] = None
        waiting += [Requirement(line) for line in metadata.requires(wanted.name) or []]
    return sorted(found)


def third_party() -> str:
    """Who wrote what we ship, under which licence, with the licence texts that the libraries bring along."""
    parts = ["Evidence Kit contains the following libraries. Their licences, as they state them:\n"]
    for name in needed_libraries():
        about: Any = metadata.metadata(name)
        stated = about.get("License-Expression") or about.get("License") or ""
        classifiers = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or [] if c.startswith("License")]
        short = stated.splitlines()[0] if stated else ", ".join(classifiers)
        parts.append(f"\n{'=' * 100}\n{about['Name']} {about['Version']}: {short}\n{'=' * 100}\n")
        named = [f for f in metadata.files(name) or [] if f.name.upper().startswith(LICENCE_NAMES)]
        texts = [path for f in named if (path := Path(str(f.locate()))).is_file()]
        parts += [path.read_text(encoding="utf-8", errors="replace") for path in texts]
    return "\n".join(parts)


def same_for_everyone(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """No owner, no date of ours in the archive."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = int(EPOCH)
    return entry


def pack() -> Path:
    """Make the .tar.gz and write its digest beside it."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    name = f"evidence-kit-{version}-linux-{platform.machine()}"
    path = DIST / f"{name}.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=6) as archive:
        for file in sorted(BUILT.rglob("*")):
            arcname = f"{name}/{file.relative_to(BUILT)}"
            archive.add(file, arcname, recursive=False, filter=same_for_everyone)
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", encoding="utf-8")
    return path


def main() -> int:
    """Build, describe, pack."""
    shutil.rmtree(BUILT, ignore_errors=True)
    freeze()
    (BUILT / "THIRD-PARTY.txt").write_text(third_party(), encoding="utf-8")
    shutil.copyfile(ROOT / "README.md", BUILT / "README.md")
    shutil.copyfile(ROOT / "LICENSE", BUILT / "LICENSE")
    size = sum(f.stat().st_size for f in BUILT.rglob("*") if f.is_file() and not f.is_symlink())
    print(f"{BUILT}: {size / 1e6:.0f} MB")
    if sys.platform == "linux" and "--no-archive" not in sys.argv:
        path = pack()
        print(f"{path}: {path.stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
