"""What opening puts in order after a crash: removals are finished, strangers set aside, lost files taken back.

Nothing that could be evidence is ever deleted here. Files are judged by name only; reading judges their content.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from evidence_kit.errors import EvidenceError
from evidence_kit.vault.blobs import QUARANTINE, SCRATCH, TEMPORARY, BlobStore
from evidence_kit.vault.index import Index


def tidy(folder: Path, index: Index, blobs: BlobStore) -> tuple[str, ...]:
    """Put the vault's files in order; the names of those that were moved to ``quarantine``.

    Only right after opening, when nobody writes. A file that cannot be moved stays where it is, and the check names
    it. Raises :class:`VaultCorrupt` if the rows cannot be read, before anything is touched.
    """
    known = {blobs.name_of(digest): digest for digest in index.blob_digests()}
    finish_removals(index, blobs)
    moved, seen = [], set()
    for name, path in blobs.files():
        if name in known:
            seen.add(name)
            continue
        with contextlib.suppress(EvidenceError, OSError):
            if path.suffix == SCRATCH and path.parent.name == TEMPORARY:
                path.unlink()  # its key died with the process that wrote it
            else:
                moved.append(blobs.set_aside(path))
    lost = {name: known[name] for name in known.keys() - seen}
    if lost:
        _take_back(folder / QUARANTINE, blobs, lost)
    return tuple(moved)


def finish_removals(index: Index, blobs: BlobStore) -> None:
    """Delete what was withdrawn (LOG-07) or given up; whatever fails is tried again at the next opening."""
    with contextlib.suppress(EvidenceError):
        if doomed := index.doomed():
            for digest in doomed:
                blobs.remove(digest)
            index.forget_doomed()


def _take_back(quarantine: Path, blobs: BlobStore, lost: dict[str, str]) -> None:
    """Files that an older index did not know and that the present one misses return to their place."""
    for path in sorted(quarantine.iterdir()) if quarantine.is_dir() else ():
        digest = lost.get(path.name.rpartition("-")[2])
        if digest and path.is_file() and not blobs.exists(digest):
            with contextlib.suppress(EvidenceError, OSError):
                blobs.take_in(path, digest)
