"""What a visible browser leaves when this program is killed: noted while it runs, removed at the next start.

The browser keeps its own settings (no page: the context is off the record) in a temporary folder that it removes at
its end. A note in the program's home names process and folder; the note stays locked as long as its writer lives.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import uuid
from pathlib import Path
from typing import IO

from evidence_kit import paths, system

FOLDER = "visible"
PROFILE_PREFIX = "playwright_chromiumdev_profile-"
MAX_NOTE = 4096
MAX_NOTES = 100


class Note:
    """One running visible browser."""

    def __init__(self) -> None:
        self._handle: IO[bytes] | None = None
        self._path: Path | None = None

    def write(self, process: int, new_profiles: set[Path]) -> None:
        """Note the browser's process and the profile folder that came with it.

        Where two browsers started at once, the command line says which is whose, on systems that show it.
        """
        shown = system.command_line(process)
        own = [p for p in new_profiles if str(p) in shown] or (list(new_profiles) if len(new_profiles) == 1 else [])
        profile = str(own[0]) if own else ""
        folder = paths.home() / FOLDER
        system.private_folder(folder)
        self._path = folder / f"{uuid.uuid4().hex}.json"
        self._handle = self._path.open("xb")
        system.lock_exclusively(self._handle)
        self._handle.write(json.dumps({"process": process, "profile": profile}).encode())
        self._handle.flush()

    def remove(self) -> None:
        """After the browser's end: its folder, if it is still there, and the note."""
        if self._handle is None or self._path is None:
            return
        _clear(self._path.read_bytes()[:MAX_NOTE])
        self._handle.close()
        self._path.unlink(missing_ok=True)
        self._handle = self._path = None


def profiles() -> set[Path]:
    """The browsers' own temporary folders that are there now."""
    return set(system.temporary_folder().glob(f"{PROFILE_PREFIX}*"))


def remove() -> int:
    """Remove what killed runs left; gives how many were found. Those whose program still runs are left alone."""
    found = 0
    for path in sorted((paths.home() / FOLDER).glob("*.json"))[:MAX_NOTES]:
        with contextlib.suppress(OSError):
            with path.open("r+b") as handle:
                if not system.lock_exclusively(handle):
                    continue
                _clear(handle.read(MAX_NOTE))
            path.unlink(missing_ok=True)
            found += 1
    return found


def _clear(untrusted_note: bytes) -> None:
    try:
        note = json.loads(untrusted_note)
        process, profile = int(note["process"]), Path(str(note["profile"]))
    except (ValueError, KeyError, TypeError):
        return
    if not profile.name.startswith(PROFILE_PREFIX) or profile.is_symlink():
        return
    if profile.parent.resolve() != system.temporary_folder().resolve():
        return
    if str(profile) in system.command_line(process):
        system.end_process(process)
    shutil.rmtree(profile, ignore_errors=True)
