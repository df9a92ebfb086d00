"""The outer shell of what is verified: a ZIP, a locked ZIP around a ZIP, or a folder; read-only and bounded.

Every kind gives the same view: paths with declared sizes, and a stream of bytes per path that never gives
more than declared. Evidence never touches the disk here; the inner ZIP of a locked one stays in memory.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Protocol

from evidence_kit.errors import PackageUnreadable
from evidence_kit.jobs import CancelToken
from evidence_kit.language import _
from evidence_kit.verify.names import is_safe
from evidence_kit.verify.zipform import (
    AES,
    DEFLATED,
    MAX_ENTRIES,
    STORED,
    NotAZip,
    ZipEntry,
    ZipShape,
    parents_of,
    read_shape,
)

CHUNK = 1 << 20
SMALL = 1 << 16
MAX_LOCKED = 512 << 20
_WINDOWS_LINK = 0x20000000  # the bit by which a reparse tag says that it stands for another place (a junction)
_NO_WAIT = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_LINK_GUARD = getattr(os, "O_NOFOLLOW", 0) | _NO_WAIT


def opened(path: Path) -> BinaryIO:
    """A plain file, open for reading. Raises OSError for anything else: a pipe would be waited for without end."""
    handle = os.fdopen(os.open(path, os.O_RDONLY | _NO_WAIT), "rb")
    if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
        handle.close()
        raise OSError(errno.EINVAL, "not a plain file")
    return handle


class EntryBroken(Exception):
    """The bytes of one file end too early or cannot be unpacked."""


class Container(Protocol):
    """A closed set of files. ``problems`` are findings about the shell itself: (path, sentence).

    ``empty`` are folders, with their slash, in which no file lies: nothing else of them would ever be seen.
    """

    kind: str
    problems: list[tuple[str, str]]
    empty: list[str]
    closed: bool

    @property
    def sizes(self) -> Mapping[str, int]:
        """Declared size by path, in the order in which reading is fastest."""

    def chunks(self, path: str) -> Iterator[bytes]:
        """The bytes of one file. Raises :class:`EntryBroken`."""

    def close(self) -> None:
        """Let go of the file."""


class ZipContainer:
    """A ZIP without encryption, read through :mod:`zipform` alone."""

    kind = "zip"

    def __init__(self, handle: BinaryIO, shape: ZipShape) -> None:
        self._handle = handle
        self._helper = ThreadPoolExecutor(1, "crc")
        self.problems = shape.problems
        self.empty = shape.empty
        self.closed = shape.closed
        safe = [] if shape.closed else [e for e in shape.entries if is_safe(e.name)]
        self._entries: dict[str, ZipEntry] = {e.name: e for e in safe}
        self._sizes = {e.name: e.size for e in self._entries.values()}

    @property
    def sizes(self) -> Mapping[str, int]:
        """Declared size by path, in file order."""
        return self._sizes

    def _packed(self, entry: ZipEntry) -> Iterator[bytes]:
        self._handle.seek(entry.data_at)
        left = entry.packed
        while left:
            data = self._handle.read(min(CHUNK, left))
            if not data:
                raise EntryBroken(_("The file ends too early."))
            left -= len(data)
            yield data

    def _inflated(self, entry: ZipEntry) -> Iterator[bytes]:
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for data in self._packed(entry):
                rest = data
                while rest and not engine.eof:
                    out = engine.decompress(rest, CHUNK)
                    rest = engine.unconsumed_tail
                    if out:
                        yield out
                if engine.eof and (rest or engine.unused_data):
                    raise EntryBroken(_("There are bytes behind the packed content of this file."))
            while not engine.eof:
                out = engine.decompress(b"", CHUNK)
                if not out:
                    raise EntryBroken(_("The file ends too early."))
                yield out
        except zlib.error as exc:
            raise EntryBroken(_("The content of this file cannot be unpacked.")) from exc

    def chunks(self, path: str) -> Iterator[bytes]:
        """The bytes of one file; its checksum is computed beside the reader, in a thread of its own."""
        entry = self._entries[path]
        source = self._packed(entry) if entry.method == STORED else self._inflated(entry)
        given = crc = 0
        for data in source:
            given += len(data)
            if given > entry.size:
                raise EntryBroken(_("The file is longer than it says."))
            if len(data) <= SMALL:
                crc = zlib.crc32(data, crc)
                yield data
                continue
            beside = self._helper.submit(zlib.crc32, data, crc)
            yield data
            crc = beside.result()
        if given != entry.size:
            raise EntryBroken(_("The file is shorter than it says."))
        if crc != entry.crc:
            self.problems.append((path, _("The checksum of this file in the ZIP does not match its content.")))

    def close(self) -> None:
        """Let go of the file."""
        self._helper.shutdown(wait=True)
        self._handle.close()


class FolderContainer:
    """A package that was unpacked. Links are refused, never followed."""

    kind = "folder"

    def __init__(self, folder: Path) -> None:
        self.problems: list[tuple[str, str]] = []
        self.empty: list[str] = []
        self.closed = False
        self._folder = folder
        self._sizes: dict[str, int] = {}
        self._walk(folder, "")

    def _walk(self, folder: Path, prefix: str) -> None:
        waiting = [(folder, prefix)]
        folders: list[str] = []
        while waiting:
            here, before = waiting.pop()
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda e: e.name)
            for entry in entries:
                path = before + entry.name
                info = entry.stat(follow_symlinks=False)
                if getattr(info, "st_reparse_tag", 0) & _WINDOWS_LINK:
                    self.problems.append((path, _("This entry is a link or a device, not a file.")))
                elif stat.S_ISDIR(info.st_mode):
                    waiting.append((Path(entry.path), path + "/"))
                    folders.append(path + "/")
                elif not stat.S_ISREG(info.st_mode):
                    self.problems.append((path, _("This entry is a link or a device, not a file.")))
                elif not _encodable(path):
                    self.problems.append((path, _("The name of this file cannot be read.")))
                else:
                    self._sizes[path] = info.st_size
                if max(len(self._sizes), len(self.problems), len(folders)) > MAX_ENTRIES:
                    raise PackageUnreadable(_("The folder holds more files than any package does."))
        held = parents_of(self._sizes)
        self.empty = [path for path in folders if path not in held]

    @property
    def sizes(self) -> Mapping[str, int]:
        """Size by path, as it was when the folder was listed."""
        return self._sizes

    def chunks(self, path: str) -> Iterator[bytes]:
        """The bytes of one file, no more than it had when it was listed."""
        left = self._sizes[path]
        try:
            handle = os.fdopen(os.open(self._folder / path, os.O_RDONLY | _LINK_GUARD), "rb", buffering=0)
        except OSError as exc:
            raise EntryBroken(_("The file cannot be read.")) from exc
        with handle:
            while True:
                try:
                    data = handle.read(min(CHUNK, left + 1))
                except OSError as exc:
                    raise EntryBroken(_("The file cannot be read.")) from exc
                if len(data or b"") > left:
                    raise EntryBroken(_("The file changed while it was read."))
                if not data:
                    break
                left -= len(data)
                yield data
        if left:
            raise EntryBroken(_("The file changed while it was read."))

    def close(self) -> None:
        """Nothing is held open."""


def _encodable(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unreadable(reason: str, hint: str = "", command: str = "") -> PackageUnreadable:
    return PackageUnreadable(reason, hint=hint, command=command)


def _not_a_zip() -> PackageUnreadable:
    return _unreadable(
        _("This file is not a package: it is no ZIP, or its end is missing."),
        hint=_("Ask for a fresh copy; a copy that was cut short cannot be checked."),
    )


def open_container(path: Path, password: str | None, cancel: CancelToken) -> Container:
    """Open what is to be verified. Raises PackageUnreadable when there is nothing that could be checked.

    With a password, the locked outer ZIP must hold exactly one ZIP of at most 512 MB, which is unlocked in
    memory: evidence in clear must not touch the disk.
    """
    try:
        if path.is_dir():
            return FolderContainer(path)
        handle = opened(path)
    except (OSError, ValueError) as exc:
        raise _unreadable(_("The file or folder cannot be opened: {path}", path=path)) from exc
    try:
        shape = read_shape(handle, os.fstat(handle.fileno()).st_size)
        if not shape.encrypted:
            return ZipContainer(handle, shape)
        inner = _unlock(path, shape, password, cancel)
    except (NotAZip, OSError) as exc:
        handle.close()
        raise _not_a_zip() from exc
    except BaseException:
        handle.close()
        raise
    handle.close()
    try:
        within = read_shape(io.BytesIO(inner), len(inner))
    except NotAZip as exc:
        raise _not_a_zip() from exc
    if within.encrypted:
        raise _unreadable(_("There is another lock inside the locked ZIP. Unlock it first."))
    within.problems[:0] = shape.problems
    within.empty[:0] = shape.empty
    return ZipContainer(io.BytesIO(inner), within)


def _unlock(path: Path, shape: ZipShape, password: str | None, cancel: CancelToken) -> bytes:
    if password is None:
        raise _unreadable(
            _("This package is locked with a password."), hint=_("Give its password."), command="--password-file F"
        )
    wanted = [e for e in shape.entries if e.name.lower().endswith(".zip")]
    if shape.closed or len(shape.entries) != 1 or len(wanted) != 1 or wanted[0].method != AES:
        raise _unreadable(
            _("The locked ZIP is not of the kind that packages use."),
            hint=_("Unlock it with 7-Zip or Keka and verify the ZIP that is inside."),
        )
    if wanted[0].size > MAX_LOCKED:
        raise _unreadable(
            _("The locked package is too large to be unlocked in memory."),
            hint=_("Unlock it with 7-Zip or Keka and verify the ZIP that is inside."),
        )
    import pyzipper  # slow to import, rarely needed

    kept = io.BytesIO()
    try:
        with pyzipper.AESZipFile(path) as outer:
            outer.setpassword(password.encode())
            inside = next(one for one in outer.infolist() if not one.is_dir())
            if inside.compress_type not in {STORED, DEFLATED}:
                raise _unreadable(_("The locked ZIP is not of the kind that packages use."))
            with outer.open(inside) as source:
                while data := source.read(CHUNK):
                    cancel.check()
                    kept.write(data)
                    if kept.tell() > MAX_LOCKED:
                        raise _not_a_zip()
    except (RuntimeError, NotImplementedError, zlib.error, EOFError, ValueError, pyzipper.BadZipFile) as exc:
        raise _unreadable(_("The password is wrong, or the locked package is damaged.")) from exc
    return kept.getvalue()
