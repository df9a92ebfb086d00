"""Runs every check that a change has to pass, shows what each says, and stops at none of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent  # not resolved: a virtual environment is found through this very path

CHECKS: dict[str, list[str]] = {
    "ruff": [str(BIN / "ruff"), "check", "--quiet", "."],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "mypy": [str(BIN / "mypy")],
    "mypy of the tools": [str(BIN / "mypy"), "--strict", "tools", "packaging/build.py", "packaging/smoke.py"],
    "import-linter": [str(BIN / "lint-imports"), "--no-logo"],
    "system modules": [sys.executable, "tools/check_system_modules.py"],
    "files": [sys.executable, "tools/check_files.py"],
    "translations": [sys.executable, "tools/check_translations.py"],
    "lock": [sys.executable, "tools/lock.py", "--check"],
}


def main() -> int:
    """Run all checks, or those named on the command line; 1 if any fails."""
    failed = []
    for name, command in CHECKS.items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        start = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            text=True,
            check=False,
        )
        verdict = "fine" if done.returncode == 0 else "FAILED"
        print(f"{name}: {verdict} ({time.monotonic() - start:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout.rstrip(), flush=True)
    print(f"{len(failed)} failed: {', '.join(failed)}" if failed else "all checks are fine")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
