"""What lies outside the vault: a place for a new file, and a small file that a person names."""

from __future__ import annotations

import os
from pathlib import Path

from evidence_kit.errors import DestinationExists, FolderMissing, UsageError
from evidence_kit.language import _


def taken(out: Path) -> DestinationExists:
    """The error for a name that is taken."""
    return DestinationExists(
        _("This file is there already: {path}", path=out), hint=_("Choose another name; nothing is overwritten.")
    )


def check_free(out: Path) -> None:
    """Raise DestinationExists for a name that is taken, FolderMissing where its folder is not there."""
    if os.path.lexists(out):  # a link that leads nowhere is there too
        raise taken(out)
    if not out.parent.is_dir():
        raise FolderMissing(
            _("This folder does not exist: {path}", path=out.parent), hint=_("Create it, or choose another one.")
        )


def read_bounded(path: Path, most: int) -> bytes:
    """A file that a person names. Raises UsageError where it cannot be read or holds more than ``most`` bytes."""
    try:
        with path.expanduser().open("rb") as handle:
            found = handle.read(most + 1)
    except OSError as exc:
        raise UsageError(_("The file cannot be read: {path}", path=path)) from exc
    if len(found) > most:
        raise UsageError(_("The file is too large to be what it should be: {path}", path=path))
    return found
