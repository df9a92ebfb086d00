"""Looks at the files themselves: length, merge markers, addresses and words that do not belong into the project."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 400
LENGTH_JUDGED = {".py", ".js", ".css", ".sh", ".jinja", ".j2"}
LONGER_FOR_A_REASON: dict[str, str] = {}
"""Path -> why one file longer than LIMIT is easier to understand than two shorter ones."""

SKIPPED = {
    *(".git", ".venv", "build", "dist", "out", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"),
    *(".import_linter_cache", ".hypothesis", "node_modules"),
}
# Written in two halves, so that this file does not find itself.
UNWANTED = {
    "a registry's address": [
        *("pypi" + ".org", "python" + "hosted", "npmjs" + ".org", "npmjs" + ".com", "deb.debian" + ".org"),
        *("security.debian" + ".org", "archive.ubuntu" + ".com", "crates" + ".io", "proxy.golang" + ".org"),
    ],
    "work that was left": ["TO" + "DO", "FIX" + "ME", "XX" + "X:"],
}
_MARKER = re.compile(r"^(?:<{7} |>{7} |\|{7} )", re.MULTILINE)


def files() -> list[Path]:
    """What belongs to the project: what git would take, or, without git, what lies here and is not a cache."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        if listed.returncode == 0:
            return sorted(p for name in listed.stdout.decode().split("\0") if name and (p := ROOT / name).is_file())
    return sorted(
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts) and ".egg-info" not in str(path)
    )


def complaints(path: Path) -> list[str]:
    """What is wrong with one file."""
    name = path.relative_to(ROOT).as_posix()
    raw = path.read_bytes()
    if b"\0" in raw[:8192]:
        return []
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return [] if "tests" in path.parts else [f"{name}: is not UTF-8"]
    found = []
    if _MARKER.search(text):
        found.append(f"{name}: holds a merge marker")
    lines = text.count("\n")
    if path.suffix in LENGTH_JUDGED and lines > LIMIT and name not in LONGER_FOR_A_REASON:
        found.append(f"{name}: {lines} lines; {LIMIT} at most, or a reason in tools/check_files.py")
    if path.name == "LICENSE":
        return found
    for what, words in UNWANTED.items():
        found += [f"{name}: names {what}: {word}" for word in words if word in text]
    return found


def main() -> int:
    """Look at every file; 1 if anything is found."""
    found = [line for path in files() for line in complaints(path)]
    found += [
        f"{name}: no longer needs its entry in tools/check_files.py"
        for name in LONGER_FOR_A_REASON
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8").count("\n") <= LIMIT
    ]
    print("\n".join(found) or "files: fine")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
