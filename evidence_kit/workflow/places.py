"""Where something may be written outside the vault: a new file in a folder that exists."""

from __future__ import annotations

import os
from pathlib import Path

from evidence_kit.errors import DestinationExists, FolderMissing
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
