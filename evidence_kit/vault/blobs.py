"""The vault's files: encrypted, named by what they hold, checked against it at every reading.

``objects/ab/<name>`` where the name is HMAC-SHA256(name key, SHA-256 of the content): the same content is stored
once, and the folder tells a stranger nothing. A file gets its name only when it is whole and on the disk.
"""

from __future__ import annotations

import contextlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyrage

from evidence_kit import clock, system
from evidence_kit.digest import Hasher
from evidence_kit.errors import EvidenceError, VaultCorrupt, VaultError
from evidence_kit.language import _
from evidence_kit.vault import lock, sealed

OBJECTS, QUARANTINE, TEMPORARY = "objects", "quarantine", "tmp"
PART, SCRATCH = ".part", ".scratch"
_NAME = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class BlobRef:
    """What was stored: lower hex SHA-256 of the content, and its length in bytes."""

    sha256: str
    size: int


def write_failed(exc: BaseException, folder: Path) -> EvidenceError:
    """Translate what stopped a file from being written."""
    if system.is_disk_full(exc):
        return system.storage_full(folder)
    if lock.is_read_only(exc):
        return lock.read_only(folder)
    return VaultError(
        _("A file could not be saved in the vault: {folder}", folder=folder),
        hint=_("Check that the disk is still connected and in order, then try again."),
    )


def _missing() -> VaultCorrupt:
    return VaultCorrupt(
        _("A file of the vault is missing."), hint=_("Check the vault, and look for the file in a backup.")
    )


def _damaged() -> VaultCorrupt:
    return VaultCorrupt(
        _("A file of the vault is damaged: it no longer holds what was saved."),
        hint=_("Check the vault, and look for the file in a backup."),
    )


class BlobWriter:
    """Takes in one content and stores it at :meth:`finish`. Use it in a ``with`` block: leaving without finish aborts.

    Thread safety is not promised. Every failure removes what was written and is an EvidenceError.
    """

    def __init__(self, folder: Path, file: sealed.SealedWriter, place: Callable[[str], Path]) -> None:
        self._folder, self._file, self._place = folder, file, place
        self._ref: BlobRef | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    def write(self, data: bytes) -> int:
        """Take in ``data``, return its length. Raises StorageFull, VaultReadOnly, VaultError."""
        try:
            return self._file.write(data)
        except (OSError, RuntimeError) as exc:
            raise write_failed(exc, self._folder) from exc

    def finish(self) -> BlobRef:
        """Bring the file to the disk and give it its name. A second call returns the same. Raises like write."""
        if self._ref:
            return self._ref
        part = self._file.path
        try:
            self._file.finish()
            sha256 = self._file.hasher.hex()
            final = self._place(sha256)
            # An equal file that is there already is replaced, not trusted: it might have been damaged since.
            try:
                part.replace(final)
            except PermissionError:  # Windows, while somebody reads the equal file
                if not final.is_file():
                    raise
                part.unlink()
            system.sync_folder(final.parent)
        except (OSError, RuntimeError) as exc:
            self._file.abort()
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise write_failed(exc, self._folder) from exc
        self._ref = BlobRef(sha256, self._file.hasher.size)
        return self._ref

    def abort(self) -> None:
        """Leave nothing behind. Does nothing after finish, and nothing the second time."""
        self._file.abort()


class Scratch:
    """Encrypted scratch room under a key that lives in memory only: after a crash nobody can read it again.

    Write, then read with :meth:`chunks` as often as wanted, then :meth:`discard`. It never becomes a blob.
    """

    def __init__(self, folder: Path, path: Path, threads: sealed.Threads) -> None:
        identity = pyrage.x25519.Identity.generate()
        self._folder, self._path, self._identity, self._threads = folder, path, identity, threads
        self._file = sealed.SealedWriter(path, identity.to_public(), threads)

    def __repr__(self) -> str:
        return "<Scratch>"

    def write(self, data: bytes) -> int:
        """Take in ``data``, return its length. Raises StorageFull, VaultReadOnly, VaultError."""
        try:
            return self._file.write(data)
        except (OSError, RuntimeError) as exc:
            raise write_failed(exc, self._folder) from exc

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._file.hasher.size

    def finish(self) -> BlobRef:
        """End writing and return digest and length; :meth:`chunks` does so by itself."""
        if self._file.is_open:
            try:
                self._file.finish(durable=False)
            except (OSError, RuntimeError) as exc:
                raise write_failed(exc, self._folder) from exc
        return BlobRef(self._file.hasher.hex(), self._file.hasher.size)

    def chunks(self) -> Iterator[bytes]:
        """What was written. Raises :class:`VaultCorrupt` if the file went missing or was changed meanwhile."""
        wanted, hasher = self.finish(), Hasher()
        try:
            for block in sealed.opened(self._path, self._identity, self._threads):
                hasher.update(block)
                yield block
        except (OSError, sealed.SealBroken) as exc:
            raise _damaged() from exc
        if hasher.hex() != wanted.sha256:
            raise _damaged()

    def discard(self) -> None:
        """Remove the file; a second call does nothing."""
        self._file.abort()
        with contextlib.suppress(OSError):  # in use on Windows, or gone: the next opening of the vault clears it
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self.discard()


class BlobStore:
    """The encrypted files of one open vault. Different blobs may be written and read from different threads."""

    def __init__(self, folder: Path, identity: str, name_key: bytes) -> None:
        """``identity`` is an age X25519 identity (AGE-SECRET-KEY-1...), ``name_key`` 32 bytes."""
        self._folder = folder
        self._identity: Any = pyrage.x25519.Identity.from_str(identity)
        self._name_key = name_key
        self._threads = sealed.Threads()

    def __repr__(self) -> str:
        return "<BlobStore>"

    def close(self) -> None:
        """Forget the keys; whatever still runs ends with an error."""
        self._identity, self._name_key = None, b""
        self._threads.stop_all()

    def _open_identity(self) -> Any:
        if self._identity is None:
            raise VaultError(_("The vault is closed."), hint=_("Open it again."))
        return self._identity

    def _temporary(self, suffix: str) -> Path:
        folder = self._folder / OBJECTS / TEMPORARY
        folder.mkdir(parents=True, exist_ok=True)
        return folder / (secrets.token_hex(16) + suffix)

    def writer(self) -> BlobWriter:
        """Begin a new blob. Raises StorageFull, VaultReadOnly, VaultError."""
        recipient = self._open_identity().to_public()
        try:
            file = sealed.SealedWriter(self._temporary(PART), recipient, self._threads)
            return BlobWriter(self._folder, file, self._ready_place)
        except OSError as exc:
            raise write_failed(exc, self._folder) from exc

    def put(self, data: bytes) -> BlobRef:
        """Store ``data`` in one go."""
        with self.writer() as writer:
            writer.write(data)
            return writer.finish()

    def scratch(self) -> Scratch:
        """Room for something big that may not become evidence. Raises like :meth:`writer`."""
        self._open_identity()
        try:
            return Scratch(self._folder, self._temporary(SCRATCH), self._threads)
        except OSError as exc:
            raise write_failed(exc, self._folder) from exc

    def name_of(self, sha256: str) -> str:
        """The file name of a content: 64 hex digits that say nothing without the name key."""
        self._open_identity()
        return hmac.digest(self._name_key, bytes.fromhex(sha256), "sha256").hex()

    def path_of(self, sha256: str) -> Path:
        """Where a content lies, whether or not it is there."""
        name = self.name_of(sha256)
        return self._folder / OBJECTS / name[:2] / name

    def _ready_place(self, sha256: str) -> Path:
        path = self.path_of(sha256)
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True)
            system.sync_folder(path.parent.parent)
        return path

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The content, block by block; re-hashed on the way.

        Raises :class:`VaultCorrupt` if the file is missing, damaged or holds something else. The last block comes
        only after the verdict, the earlier ones of a long content before it: trust them once the iterator has ended.
        """
        path, identity, hasher, held = self.path_of(sha256), self._open_identity(), Hasher(), b""
        try:
            for block in sealed.opened(path, identity, self._threads):
                hasher.update(block)
                if held:
                    yield held
                held = block
        except FileNotFoundError as exc:
            raise _missing() from exc
        except (OSError, sealed.SealBroken) as exc:
            raise _damaged() from exc
        if hasher.hex() != sha256:
            raise _damaged()
        if held:
            yield held

    def read(self, sha256: str, limit: int = 256 << 20) -> bytes:
        """The whole content, judged before it is returned. Raises :class:`VaultError` above ``limit`` bytes."""
        parts, size = [], 0
        for block in self.chunks(sha256):
            size += len(block)
            if size > limit:
                raise VaultError(
                    _("This file of the vault is too big to be shown at once."), hint=_("Extract it to a file instead.")
                )
            parts.append(block)
        return b"".join(parts)

    def exists(self, sha256: str) -> bool:
        """Whether a file for this content is there; says nothing about its state."""
        return self.path_of(sha256).is_file()

    def looks_whole(self, sha256: str, size: int) -> bool:
        """Whether the file is there with the outer form and length for ``size`` bytes; nothing is decrypted."""
        try:
            return sealed.looks_whole(self.path_of(sha256), size)
        except OSError:
            return False

    def remove(self, sha256: str) -> None:
        """Remove a content for good; nothing happens if it is not there. Raises :class:`VaultError`."""
        path = self.path_of(sha256)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                system.sync_folder(path.parent)
        except OSError as exc:
            raise write_failed(exc, self._folder) from exc

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every file under ``objects``: its name as a blob, or ``""`` if it cannot be one."""
        root = self._folder / OBJECTS
        for folder in sorted(root.iterdir()) if root.is_dir() else ():
            if not folder.is_dir():
                yield "", folder
                continue
            for path in sorted(folder.iterdir()):
                if path.name.startswith((".DS_Store", "._")):  # left by macOS wherever it looks
                    continue
                good = _NAME.match(path.name) and path.name.startswith(folder.name) and len(folder.name) == 2  # noqa: PLR2004 - two hex digits
                yield (path.name if good and path.is_file() else ""), path

    def names(self) -> Iterator[str]:
        """The names of all blobs on the disk."""
        return (name for name, _path in self.files() if name)

    def take_in(self, path: Path, sha256: str) -> None:
        """Move a file back to where the content ``sha256`` belongs. Raises OSError."""
        target = self._ready_place(sha256)
        path.replace(target)
        system.sync_folder(target.parent)

    def set_aside(self, path: Path) -> str:
        """Move a file that no row names to ``quarantine`` and return its new name there. Raises :class:`VaultError`."""
        stamp = clock.rfc3339().replace(":", "").replace("-", "").split(".")[0]
        target = self._folder / QUARANTINE / f"{stamp}-{secrets.token_hex(3)}-{path.name}"
        try:
            target.parent.mkdir(exist_ok=True)
            path.replace(target)
            system.sync_folder(target.parent)
        except OSError as exc:
            raise write_failed(exc, self._folder) from exc
        return target.name
