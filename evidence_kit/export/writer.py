"""Streams files into the package's ZIP, hashing each on its way out.

Nothing is ever held whole but what was made whole by us; nothing touches a temporary file. The ZIP carries no dates
and no folders of its own, so that the same files give the same entries whoever exports them and when.
"""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Self

from evidence_kit import system
from evidence_kit.digest import Hasher
from evidence_kit.errors import DestinationUnwritable, ExportError, VaultCorrupt
from evidence_kit.export.layout import MAX_PATH, is_stored
from evidence_kit.jobs import CancelToken
from evidence_kit.language import _

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16


@contextlib.contextmanager
def destination(out: object) -> Iterator[None]:
    """Translate what a disk says while ``out`` is written: StorageFull or DestinationUnwritable."""
    try:
        yield
    except OSError as exc:
        if system.is_disk_full(exc):
            name = getattr(out, "name", None)
            raise system.storage_full(Path(name if isinstance(name, str) else "package.zip")) from exc
        raise DestinationUnwritable(
            _("The package could not be written: the disk or folder refused it."),
            hint=_("Choose another folder or another disk, then export again."),
            kept=_("Everything in the vault is unchanged."),
        ) from exc


class PackageWriter:
    """Writes ``<top>/...`` entries to ``out``, which need not be seekable. Not thread-safe.

    Leaving the context normally writes the ZIP's directory; leaving it by an exception writes nothing more, and the
    caller removes the unfinished file.
    """

    def __init__(self, out: BinaryIO, top: str, cancel: CancelToken, written: Callable[[int], None]) -> None:
        self._out = out
        self._zip = zipfile.ZipFile(out, "w", allowZip64=True)
        self._top = top
        self._cancel = cancel
        self._written = written
        self._taken: set[str] = set()
        self.payload: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.payload_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is not None:
            self._zip.fp = None  # a finished directory would make an unfinished package look like one
            return
        with destination(self._out):
            self._zip.close()

    @property
    def files(self) -> int:
        """Entries written so far."""
        return len(self._taken)

    def _entry(self, path: str, size: int) -> zipfile.ZipInfo:
        full = f"{self._top}/{path}"
        if not full.isascii() or len(full) > MAX_PATH or full.lower() in self._taken:
            raise ExportError(_("A file in the package would have a name that is too long or stands there twice."))
        self._taken.add(full.lower())
        info = zipfile.ZipInfo(full, _FIXED_TIME)
        info.create_system = 3
        info.external_attr = _REGULAR_FILE
        info.compress_type = zipfile.ZIP_STORED if is_stored(path) else zipfile.ZIP_DEFLATED
        info.file_size = size
        return info

    def stream(self, path: str, chunks: Iterable[bytes], *, size: int, sha256: str | None = None) -> str:
        """Write one file and return its digest.

        Raises :class:`VaultCorrupt` if the bytes are not those of ``size`` and ``sha256``; StorageFull,
        DestinationUnwritable, Cancelled.
        """
        hasher = Hasher()
        info = self._entry(path, size)
        with destination(self._out):
            entry = self._zip.open(info, "w")
        try:
            for chunk in chunks:
                self._cancel.check()
                hasher.update(chunk)
                if sha256 is not None and hasher.size > size:
                    break
                with destination(self._out):
                    entry.write(chunk)
                self._written(len(chunk))
            if sha256 is not None and (hasher.size, hasher.hex()) != (size, sha256):
                raise VaultCorrupt(
                    _("A file came out of the vault different from what was recorded. The export was stopped."),
                    hint=_("Check the vault, and restore this exhibit from a backup."),
                    kept=_("Nothing was changed; no package was made."),
                )
            with destination(self._out):
                entry.close()
        except BaseException:
            with contextlib.suppress(Exception):
                entry.close()
            raise
        digest = hasher.hex()
        if path.startswith("data/"):
            self.payload[path] = digest
            self.payload_bytes += hasher.size
        else:
            self.tags[path] = digest
        return digest

    def add(self, path: str, data: bytes) -> str:
        """Write one file that is at hand whole; returns its digest."""
        return self.stream(path, [data], size=len(data))
