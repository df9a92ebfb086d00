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
import uuid
from pathlib import Path
from typing import IO

from evidence_kit import paths, system

FOLDER = "browsers"
PROFILE_PREFIX = "playwright_chromiumdev_profile-"
OTHER_PREFIX = "playwright-artifacts-"
MAX_NOTE = 4096
MAX_NOTES = 100


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
        _clear(self._path.read_bytes()[:MAX_NOTE])
        self._handle.close()
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
                _clear(handle.read(MAX_NOTE))
            path.unlink(missing_ok=True)
            found += 1
    return found


def _clear(untrusted_note: bytes) -> None:
    try:
        note = json.loads(untrusted_note)
        process, profile, other = int(note["process"]), Path(str(note["profile"])), Path(str(note["other"]))
    except (ValueError, KeyError, TypeError):
        return
    if _is_ours(profile, PROFILE_PREFIX):
        if str(profile) in system.command_line(process):
            system.end_process(process)
        shutil.rmtree(profile, ignore_errors=True)
    if _is_ours(other, OTHER_PREFIX):
        shutil.rmtree(other, ignore_errors=True)


def _is_ours(untrusted: Path, prefix: str) -> bool:
    """Whether it has the form of what a note may name: a folder of that name, right in the temporary folder."""
    if not untrusted.name.startswith(prefix) or untrusted.is_symlink():
        return False
    return untrusted.parent.resolve() == system.temporary_folder().resolve()
