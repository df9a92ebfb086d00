"""Fetches the viewer that judges our archives in one test: ReplayWeb.page, one pinned version, checked by its digest.

    python3 tools/replay_viewer.py      into build/replay-viewer, where the test looks for it

The package is AGPL and stays outside the project: it is run by the test and nothing of it is shipped. Needs npm and
the network; without them the test is skipped and says so. EVIDENCE_KIT_REPLAY_VIEWER names another folder.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "replay-viewer"
PACKAGE = "replaywebpage@2.5.3"
SHA256 = "b7d35c39c4da9b7121c5a393911d8675d4cc6f19513c380191e16b086bea812c"
WANTED = ("index.html", "ui.js", "sw.js", "LICENSE")


def main() -> int:
    """Fetch, check, unpack; 0 where the viewer is there."""
    if all((FOLDER / name).is_file() for name in WANTED):
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not installed: the viewer cannot be fetched", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [npm, "pack", "--silent", "--ignore-scripts", PACKAGE], cwd=scratch, capture_output=True, check=False
        )
        packed = next(Path(scratch).glob("*.tgz"), None)
        if done.returncode or packed is None:
            print(f"npm could not fetch {PACKAGE}", file=sys.stderr)
            return 1
        if hashlib.sha256(packed.read_bytes()).hexdigest() != SHA256:
            print(f"{PACKAGE} is not the package that was looked at: nothing was unpacked", file=sys.stderr)
            return 1
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tarfile.open(packed) as archive:
            for name in WANTED:
                content = archive.extractfile(f"package/{name}")
                assert content is not None
                (FOLDER / name).write_bytes(content.read())
    print(f"{PACKAGE}: {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
