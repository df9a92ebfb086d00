"""One writer at a time: an operating system lock on the file ``lock``, which dies with the process that holds it.

The file's text (number of the holder, failed unlocks since the last good one) is only for people; a stale text
without the system's lock holds nobody back. Anyone who may write the folder can reset the count.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from pathlib import Path
from typing import IO

from evidence_kit import system
from evidence_kit.errors import VaultBusy, VaultError, VaultReadOnly
from evidence_kit.language import _

FILE = "lock"
_MAX_BYTES = 200
_TEXT = re.compile(rb"process (\d{1,10})\nfailed (\d{1,9})\n")
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


def is_read_only(exc: BaseException) -> bool:
    """Whether an OSError says that nothing may be written here."""
    return isinstance(exc, OSError) and exc.errno in _READ_ONLY


def read_only(folder: Path) -> VaultReadOnly:
    """The error for a vault that cannot be written to."""
    return VaultReadOnly(
        _("The vault cannot be written to: {folder}", folder=folder),
        hint=_(
            "Every opening is recorded in it. Copy the folder to a place that can be written, or free it for writing."
        ),
    )


class VaultLock:
    """Holds the lock of one vault from construction until :meth:`release`."""

    def __init__(self, folder: Path) -> None:
        """Take the lock. Raises :class:`VaultBusy`, :class:`VaultReadOnly`, :class:`VaultError`."""
        path = folder / FILE
        try:
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
            self._handle: IO[bytes] | None = os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0)
        except OSError as exc:
            if is_read_only(exc):
                raise read_only(folder) from exc
            if system.is_disk_full(exc):
                raise system.storage_full(folder) from exc
            raise VaultError(
                _("The vault's lock file cannot be opened: {path}", path=path), hint=_("Check the disk of the vault.")
            ) from exc
        try:
            taken = system.lock_exclusively(self._handle)
        except OSError as exc:
            self._drop()
            raise VaultError(
                _("This place cannot hold a vault, because files cannot be locked here."),
                hint=_("Keep the vault on a disk of this computer or on a USB stick."),
            ) from exc
        holder, self.failed_unlocks = self._read()
        if not taken:
            self._drop()
            raise VaultBusy(
                _("The vault is open in another window or program (process {number}).", number=holder or "?"),
                hint=_("Close it there, then try again. If nothing seems to be open, restart the computer."),
            )
        self._write(os.getpid(), self.failed_unlocks)

    def _drop(self) -> None:
        if self._handle:
            self._handle.close()
            self._handle = None

    def _read(self) -> tuple[int, int]:
        if not self._handle:
            return 0, 0
        try:
            self._handle.seek(0)
            found = _TEXT.match(self._handle.read(_MAX_BYTES))
        except OSError:
            return 0, 0
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def _write(self, holder: int, failed: int) -> None:
        if self._handle:
            with contextlib.suppress(OSError):  # the text is a courtesy; the lock itself is held all the same
                self._handle.seek(0)
                self._handle.write(f"process {holder}\nfailed {failed}\n".encode("ascii"))
                self._handle.truncate()

    def note_failed_unlock(self) -> None:
        """Count one more wrong passphrase."""
        self.failed_unlocks += 1
        self._write(os.getpid(), min(self.failed_unlocks, 999_999_999))

    def forget_failed_unlocks(self) -> None:
        """Start counting anew, once the number was reported."""
        self._write(os.getpid(), 0)
        self.failed_unlocks = 0

    def release(self) -> None:
        """Let others in; a second call does nothing. The file stays, because removing it would be a race."""
        self._write(0, self.failed_unlocks)
        self._drop()
