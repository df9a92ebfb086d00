"""What a browser leaves when this program is killed: noted while it runs, removed at the next start.

The browser keeps its own settings (no page: the context is off the record) in a temporary folder that it removes at
its end, and the part that drives it an empty one. A note in the program's home names the browser's process and both
folders; the note stays locked as long as its writer lives. Where several browsers start at once and it is not sure
which folder is whose, it is not noted, and nothing that is not noted is ever removed.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
import uuid
from pathlib import Path
from typing import IO

from evidence_kit import paths, system

FOLDER = "browsers"
PROFILE_PREFIX = "playwright_chromiumdev_profile-"
OTHER_PREFIX = "playwright-artifacts-"
MAX_NOTE = 4096
MAX_NOTES = 100
LINGER_SECONDS = 3.0


class Note:
    """One running browser."""

    def __init__(self) -> None:
        self._handle: IO[bytes] | None = None
        self._path: Path | None = None

    def write(self, process: int, new: set[Path]) -> None:
        """Note the browser's process and the folders that came with it.

        Where two browsers started at once, the command line says which profile is whose, on systems that show it.
        """
        shown = system.command_line(process)
        profiles, others = ({p for p in new if p.name.startswith(x)} for x in (PROFILE_PREFIX, OTHER_PREFIX))
        own = [p for p in profiles if str(p) in shown] or profiles
        profile, other = (str(next(iter(found))) if len(found) == 1 else "" for found in (own, others))
        folder = paths.home() / FOLDER
        system.private_folder(folder)
        self._path = folder / f"{uuid.uuid4().hex}.json"
        self._handle = self._path.open("xb")
        system.lock_exclusively(self._handle)
        self._handle.write(json.dumps({"process": process, "profile": profile, "other": other}).encode())
        self._handle.flush()

    def remove(self) -> None:
        """After the browser's end: its folders, if they are still there, and the note."""
        if self._handle is None or self._path is None:
            return
        cleared = _clear(self._path.read_bytes()[:MAX_NOTE])
        self._handle.close()
        if cleared:
            self._path.unlink(missing_ok=True)
        self._handle = self._path = None


def folders() -> set[Path]:
    """The browsers' own temporary folders that are there now."""
    return {p for x in (PROFILE_PREFIX, OTHER_PREFIX) for p in system.temporary_folder().glob(f"{x}*")}


def remove() -> int:
    """Remove what killed runs left; gives how many were found. Those whose program still runs are left alone."""
    found = 0
    for path in sorted((paths.home() / FOLDER).glob("*.json"))[:MAX_NOTES]:
        with contextlib.suppress(OSError):
            with path.open("r+b") as handle:
                if not system.lock_exclusively(handle):
                    continue
                cleared = _clear(handle.read(MAX_NOTE))
            if cleared:
                path.unlink(missing_ok=True)
            found += 1
    return found


def _clear(untrusted_note: bytes) -> bool:
    """End what still runs and remove its folders; False if one would not go yet, so that the note is kept."""
    try:
        note = json.loads(untrusted_note)
        process, profile, other = int(note["process"]), Path(str(note["profile"])), Path(str(note["other"]))
    except (ValueError, KeyError, TypeError):
        return True
    if _is_ours(profile, PROFILE_PREFIX) and str(profile) in system.command_line(process):
        system.end_process(process)
    ours = [f for f, prefix in ((profile, PROFILE_PREFIX), (other, OTHER_PREFIX)) if _is_ours(f, prefix)]
    return not [folder for folder in ours if not _gone(folder)]


def _gone(folder: Path) -> bool:
    """Remove a folder. The helpers of a browser that was just ended may write to it for a moment longer."""
    end = time.monotonic() + LINGER_SECONDS
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return True
        if time.monotonic() >= end:
            return False
        time.sleep(0.05)


def _is_ours(untrusted: Path, prefix: str) -> bool:
    """Whether it has the form of what a note may name: a folder of that name, right in the temporary folder."""
    if not untrusted.name.startswith(prefix) or untrusted.is_symlink():
        return False
    return untrusted.parent.resolve() == system.temporary_folder().resolve()
