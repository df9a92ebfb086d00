"""The confidential annexes: a ZIP beside the package and never inside it, locked where the package is locked."""

from __future__ import annotations

import contextlib
import os
import secrets
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyzipper

from evidence_kit import system
from evidence_kit.export.material import ExportExhibit
from evidence_kit.language import _


def write_annexes(package: Path, exhibits: Sequence[ExportExhibit], password: str | None) -> Path | None:
    """Write the annexes of ``exhibits`` beside ``package`` and give the file; None where there is none.

    With ``password`` each is an AES-256 entry (WinZip form), as the package is. The file's name is a new one, in the
    language in use. Raises OSError; then no file is left.
    """
    with_annex = [(e.exhibit.number, e.annex) for e in exhibits if e.annex is not None]
    if not with_annex:
        return None
    stem = f"{package.stem}-{_('confidential-annex')}"
    path = package.with_name(f"{stem}.zip")
    if os.path.lexists(path):
        path = package.with_name(f"{stem}-{secrets.token_hex(3)}.zip")
    try:
        with path.open("xb") as handle:
            with _archive(handle, password) as archive:
                for number, annex in with_annex:
                    archive.writestr(f"annexe-{number:03d}.json", annex)
            system.sync_file(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise
    return path


def _archive(handle: Any, password: str | None) -> Any:
    if not password:
        return zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED)
    made: Any = pyzipper.AESZipFile(handle, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES)
    made.setpassword(password.encode("utf-8"))
    made.setencryption(pyzipper.WZ_AES, nbits=256)
    return made
