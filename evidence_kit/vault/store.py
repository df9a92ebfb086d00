"""The vault as a whole: made, opened, closed; keys, files and rows brought together.

A vault is a folder that one process opens at a time. Keys live in this object's parts and nowhere else, and are
dropped at :meth:`Vault.close`. What Python copied meanwhile cannot be wiped; the threat model says so.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidence_kit import system
from evidence_kit.canonical import JsonObject
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import UsageError, VaultCorrupt, VaultError, WrongPassphrase
from evidence_kit.jobs import CancelToken, ProgressSink, no_progress
from evidence_kit.language import _
from evidence_kit.vault import database, header, kdf, lock, recovery
from evidence_kit.vault.blobs import OBJECTS, PART, QUARANTINE, SCRATCH, TEMPORARY, BlobStore, write_failed
from evidence_kit.vault.check import Checker, Finding
from evidence_kit.vault.header import PASSPHRASE, RECOVERY, Header, MasterKey, Slot
from evidence_kit.vault.index import Index
from evidence_kit.vault.kdf import KdfParameters
from evidence_kit.vault.lock import VaultLock
from evidence_kit.vault.rows_cases import RESERVED
from evidence_kit.vault.tidying import tidy

MIN_PASSPHRASE = 8
_SIGNING_KEY, _AGE_IDENTITY = RESERVED + "signing_key", RESERVED + "age_identity"
_CREATING = ".creating"
_DROPPINGS = {".DS_Store", "desktop.ini", "Thumbs.db", "lost+found", "System Volume Information", "$RECYCLE.BIN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """What opening found: files set aside (names in ``quarantine``), an older format, unlocks that failed before.

    ``damaged`` names files of the vault that were not as they should be and that the vault opened in spite of.
    """

    quarantined: tuple[str, ...] = ()
    migrated_from: int | None = None
    failed_unlocks: int = 0
    damaged: tuple[str, ...] = ()


def check_passphrase(passphrase: str) -> None:
    """Raise :class:`UsageError` for a passphrase that is too short to protect anything."""
    if len(kdf.normalised(passphrase).decode("utf-8", "surrogatepass").strip()) < MIN_PASSPHRASE:
        raise UsageError(
            _("The passphrase needs at least {count} characters.", count=MIN_PASSPHRASE),
            hint=_("Four or five words that do not belong together are easy to remember and hard to guess."),
        )


class Vault:
    """One open vault. Made by :func:`create_vault` and :func:`open_vault`; close it, or use it in a ``with`` block."""

    def __init__(
        self, path: Path, held: VaultLock, head: Header, master: MasterKey, index: Index, opened_by: Slot | None = None
    ) -> None:
        """For this module only: everything is open already. Raises :class:`VaultCorrupt` if keys are missing."""
        self.path, self.index, self.report = path, index, OpenReport()
        self._held, self._header, self._master = held, head, master
        self._only_trusted = opened_by
        seed, identity = index.meta(_SIGNING_KEY), index.meta(_AGE_IDENTITY)
        if seed is None or identity is None:
            raise database.index_damaged()
        self._signer: Ed25519PrivateKey | None = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        self.public_key = self._signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.vault_key = sha256_hex(self.public_key)
        self.blobs = BlobStore(path, identity, master.derive(head.vault_id, "names"))

    def __repr__(self) -> str:
        return "<Vault>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def vault_id(self) -> str:
        """32 hex digits, random."""
        return self._header.vault_id

    def _live_signer(self) -> Ed25519PrivateKey:
        if self._signer is None:
            raise VaultError(_("The vault is closed."), hint=_("Open it again."))
        return self._signer

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature (RFC 8032, 64 bytes) of this vault over exactly ``data``."""
        return self._live_signer().sign(data)

    def info(self) -> JsonObject:
        """What may be shown of ``vault.json``: format, version, vault id, time of creation, slots and their cost."""
        return self._header.facts()

    def set_meta(self, key: str, value: str) -> None:
        """Keep a small value that is no evidence. ValueError for names that begin with ``vault.``."""
        if key.startswith(RESERVED):
            msg = "this name is the vault's own"
            raise ValueError(msg)
        self.index.write_meta(key, value)

    def get_meta(self, key: str) -> str | None:
        """A small value, or None; the vault's own keys are never given out."""
        return None if key.startswith(RESERVED) else self.index.meta(key)

    def _replace_slot(self, slot: Slot) -> None:
        head = self._header
        if self._only_trusted:  # the header was damaged: nothing of it is kept but the slot that opened
            kept = (self._only_trusted,) if self._only_trusted.kind != slot.kind else ()
            head = Header(vault_id=head.vault_id, created_at=head.created_at, slots=kept)
        self._header = header.write(self.path, head.with_slot(slot), self._master)
        self._only_trusted = None

    def change_passphrase(self, new: str) -> None:
        """Put ``new`` in the place of every passphrase; the old one opens nothing from then on.

        Copies of the old ``vault.json`` still open with the old passphrase. Raises :class:`UsageError` for a weak
        one, :class:`VaultReadOnly`, :class:`StorageFull`.
        """
        self._live_signer()
        check_passphrase(new)
        known = None if self._only_trusted else next((s for s in self._header.slots if s.kind == PASSPHRASE), None)
        cost = known.parameters if known and known.parameters else kdf.calibrate()
        self._replace_slot(Slot.wrap(self.vault_id, self._master, new, cost))

    def check_present(self, passphrase: str) -> None:
        """Raise :class:`WrongPassphrase` unless this is the passphrase in use; the miss counts as a failed unlock."""
        self._live_signer()
        if self._header.unlock(PASSPHRASE, passphrase) is None:
            self._held.note_failed_unlock()
            raise _wrong_passphrase()

    def new_recovery_code(self) -> str:
        """Put a new recovery code in the place of the old one, and return it. Raises like :meth:`change_passphrase`."""
        self._live_signer()
        code = recovery.new_code()
        self._replace_slot(Slot.wrap(self.vault_id, self._master, code, None))
        return code

    def recovery_code_fits(self, code: str) -> bool:
        """Whether ``code`` opens this vault, for asking a person to type it once. Raises for a mistyped one."""
        self._live_signer()
        return self._header.unlock(RECOVERY, code) is not None

    def _header_genuine(self) -> bool:
        try:
            on_disk = header.read(self.path)
        except VaultError:
            return False
        return on_disk.vault_id == self.vault_id and on_disk.genuine(self._master)

    def check(
        self, *, fast: bool = False, progress: ProgressSink = no_progress, cancel: CancelToken | None = None
    ) -> list[Finding]:
        """Re-read everything (``fast``: presence, form and length only). Empty if sound. Raises Cancelled."""
        self._live_signer()
        checker = Checker(self.index, self.blobs, fast=fast, progress=progress, cancel=cancel or CancelToken())
        return checker.run(self._header_genuine)

    def close(self) -> None:
        """Drop the keys and let others in; a second call does nothing."""
        self._signer = None
        self.blobs.close()
        self.index.close()
        self._master.forget()
        self._held.release()


def _refuse_used(path: Path) -> None:
    """Raise unless ``path`` is absent, an empty folder, or holds only what a failed creation left."""
    if not path.exists():
        return
    entries = {entry.name for entry in path.iterdir()} - _DROPPINGS if path.is_dir() else {""}
    if header.FILE in entries:
        raise UsageError(
            _("There is a vault here already: {folder}", folder=path), hint=_("Open it, or choose another folder.")
        )
    half_made = {_CREATING, OBJECTS, QUARANTINE, database.FILE, f"{database.FILE}-journal", lock.FILE}
    leftovers = _CREATING in entries and all(
        name in half_made or (name.startswith(f".{header.FILE}.") and name.endswith(PART)) for name in entries
    )
    if entries - {lock.FILE} and not leftovers:
        raise UsageError(
            _("This folder is not empty: {folder}", folder=path), hint=_("A new vault needs a new or empty folder.")
        )


def _clear(path: Path) -> None:
    """Take away the parts of a creation that did not come to its end; they hold nothing."""
    for name in (database.FILE, f"{database.FILE}-journal"):
        (path / name).unlink(missing_ok=True)
    for part in path.glob(f".{header.FILE}.*{PART}"):
        part.unlink(missing_ok=True)
    for folder in (OBJECTS, QUARANTINE):
        shutil.rmtree(path / folder, ignore_errors=True)


def create_vault(path: Path, passphrase: str, *, kdf: KdfParameters | None = None) -> tuple[Vault, str]:
    """Make a vault in ``path`` and open it; also returns its recovery code, which is shown once and kept nowhere.

    ``kdf`` below the floor is for tests; without it the cost is calibrated to about a second on this machine.
    Raises :class:`UsageError` for a weak passphrase or a used folder, :class:`VaultReadOnly`, :class:`StorageFull`,
    :class:`VaultBusy`. A creation that fails leaves nothing that hinders the next try.
    """
    check_passphrase(passphrase)
    path = path.absolute()
    _refuse_used(path)
    cost = kdf or _calibrated()
    cost.check()
    new_folder = not path.exists()
    held: VaultLock | None = None
    index: Index | None = None
    try:
        system.private_folder(path)
        held = VaultLock(path)
        _refuse_used(path)
        (path / _CREATING).touch()
        _clear(path)
        (path / OBJECTS).mkdir()
        (path / QUARANTINE).mkdir()
        master = MasterKey(secrets.token_bytes(32))
        head, code = header.make(master, passphrase, cost)
        index = Index(path, master.derive(head.vault_id, "index"), create=True)
        with index.transaction():
            index.write_meta(_SIGNING_KEY, Ed25519PrivateKey.generate().private_bytes_raw().hex())
            index.write_meta(_AGE_IDENTITY, str(pyrage.x25519.Identity.generate()))
        vault = Vault(path, held, head, master, index)
        vault._header = header.write(path, head, master)  # noqa: SLF001 - the last step makes it a vault
        with contextlib.suppress(OSError):  # done: a marker that stays is harmless, and opening removes it
            system.sync_folder(path.parent)
            (path / _CREATING).unlink()
        return vault, code
    except BaseException as exc:
        _undo(path, held, index, new_folder=new_folder)
        if isinstance(exc, OSError):
            raise write_failed(exc, path) from exc
        raise


def _calibrated() -> KdfParameters:
    return kdf.calibrate()


def _undo(path: Path, held: VaultLock | None, index: Index | None, *, new_folder: bool) -> None:
    if index:
        index.close()
    if held is None:  # somebody else's folder, or none: only what we made goes
        if new_folder:
            with contextlib.suppress(OSError):
                path.rmdir()
        return
    with contextlib.suppress(OSError):
        if (path / _CREATING).exists():
            (path / header.FILE).unlink(missing_ok=True)
            _clear(path)
            (path / _CREATING).unlink()
    held.release()
    with contextlib.suppress(OSError):
        if not any((path / name).exists() for name in (header.FILE, database.FILE)):
            (path / lock.FILE).unlink(missing_ok=True)
    if new_folder:
        with contextlib.suppress(OSError):
            path.rmdir()


def open_vault(path: Path, *, passphrase: str | None = None, recovery_code: str | None = None) -> Vault:
    """Open the vault in ``path`` with a passphrase or a recovery code, and tidy up after a crash.

    A damaged ``vault.json`` still opens with the recovery code, as long as that slot is whole; a new passphrase then
    mends it. Raises :class:`VaultNotFound`, :class:`VaultTooNew`, :class:`VaultCorrupt`, :class:`VaultReadOnly`,
    :class:`VaultBusy`, :class:`WrongPassphrase`, and ValueError unless exactly one secret is given.
    """
    if (passphrase is None) == (recovery_code is None):
        msg = "give either a passphrase or a recovery code"
        raise ValueError(msg)
    path = path.absolute()
    header.read(path)
    if recovery_code is not None:
        recovery.read_code(recovery_code)
    held = VaultLock(path)
    index: Index | None = None
    master: MasterKey | None = None
    try:
        _refuse_read_only(path)
        head = header.read(path)  # once more: it may have changed while another process held the lock
        master, slot, genuine = _unlocked(head, held, passphrase, recovery_code)
        index = Index(path, master.derive(head.vault_id, "index"))
        vault = Vault(path, held, head, master, index, None if genuine else slot)
        vault.report = _settle(vault, held, genuine=genuine)
        return vault
    except BaseException:
        if index:
            index.close()
        if master:
            master.forget()
        held.release()
        raise


def _unlocked(
    head: Header, held: VaultLock, passphrase: str | None, recovery_code: str | None
) -> tuple[MasterKey, Slot, bool]:
    kind, secret = (PASSPHRASE, passphrase) if recovery_code is None else (RECOVERY, recovery_code)
    opened = head.unlock(kind, secret or "")
    if opened is None:
        held.note_failed_unlock()
        if kind == RECOVERY:
            raise WrongPassphrase(
                _("This recovery code does not open this vault."),
                hint=_("It is well formed, but belongs to another vault or was replaced by a newer one."),
            )
        raise _wrong_passphrase()
    master, slot = opened
    genuine = head.genuine(master)
    if not genuine and kind == PASSPHRASE:
        raise header.damaged()
    return master, slot, genuine


def _wrong_passphrase() -> WrongPassphrase:
    return WrongPassphrase(
        _("The passphrase does not open this vault."),
        hint=_("Check capital letters and the keyboard's language, or use the recovery code."),
    )


def _refuse_read_only(path: Path) -> None:
    """Raise :class:`VaultReadOnly` now rather than in the middle of a capture. A full disk is no obstacle yet."""
    try:
        folder = path / OBJECTS / TEMPORARY
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f"{secrets.token_hex(8)}{SCRATCH}"
        probe.touch()
        probe.unlink()
        with contextlib.suppress(FileNotFoundError), (path / database.FILE).open("r+b"):
            pass
    except OSError as exc:
        if not system.is_disk_full(exc):
            raise write_failed(exc, path) from exc


def _settle(vault: Vault, held: VaultLock, *, genuine: bool) -> OpenReport:
    with contextlib.suppress(OSError):
        (vault.path / _CREATING).unlink(missing_ok=True)
    damaged = [] if genuine else [header.FILE]
    quarantined: tuple[str, ...] = ()
    try:
        quarantined = tidy(vault.path, vault.index, vault.blobs)
    except VaultCorrupt:  # rows that cannot be read name nothing: then no file may be called unknown
        damaged.append(database.FILE)
    report = OpenReport(
        quarantined=quarantined,
        migrated_from=vault.index.migrated_from,
        failed_unlocks=held.failed_unlocks,
        damaged=tuple(damaged),
    )
    held.forget_failed_unlocks()
    return report
