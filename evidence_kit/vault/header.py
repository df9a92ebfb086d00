"""``vault.json``: who may open the vault. It holds no evidence and no key in clear.

One random 256-bit master key is wrapped by each slot with AES-256-GCM; vault id, slot id, kind and key derivation
are bound as associated data, so that no slot can be moved or weakened. The whole header carries an HMAC-SHA256
made with a key derived from the master key (HKDF, RFC 5869), which also gives the other keys by named labels.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from evidence_kit import clock, system
from evidence_kit.canonical import JsonObject, NotCanonical, to_canonical
from evidence_kit.errors import DestinationUnwritable, VaultCorrupt, VaultNotFound, VaultReadOnly, VaultTooNew
from evidence_kit.language import _
from evidence_kit.records import VAULT_FORMAT, VAULT_VERSION
from evidence_kit.vault import kdf, recovery
from evidence_kit.vault.kdf import KEY_BYTES, SALT_BYTES, KdfParameters

FILE = "vault.json"
PASSPHRASE = "passphrase"  # noqa: S105 - the kind of a slot, no secret
RECOVERY = "recovery"
MAX_BYTES = 64 << 10
MAX_SLOTS = 8
_NONCE_BYTES = 12
_WRAPPED_BYTES = KEY_BYTES + 16
_RECOVERY_LABEL = b"evidence-kit/vault/1/recovery-slot"


def expand(secret: bytes, salt: bytes, label: bytes) -> bytes:
    """32 bytes for one named purpose: HKDF-SHA256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=label).derive(secret)


class MasterKey:
    """The one key of a vault. It never shows itself in text; :meth:`forget` overwrites it as well as Python can."""

    __slots__ = ("_bytes",)

    def __init__(self, secret: bytes) -> None:
        self._bytes = bytearray(secret)

    def __repr__(self) -> str:
        return "<MasterKey>"

    def __reduce__(self) -> str:
        msg = "a key is never copied or stored"
        raise TypeError(msg)

    def derive(self, vault_id: str, purpose: str) -> bytes:
        """The key for ``purpose`` (``header``, ``index``, ``names``) of this vault. ValueError once forgotten."""
        return expand(self.reveal(), vault_id.encode("ascii"), b"evidence-kit/vault/1/" + purpose.encode("ascii"))

    def reveal(self) -> bytes:
        """The raw bytes, for wrapping only."""
        if not self._bytes:
            msg = "the vault is closed"
            raise ValueError(msg)
        return bytes(self._bytes)

    def forget(self) -> None:
        """Overwrite and drop the key."""
        self._bytes[:] = bytes(len(self._bytes))
        self._bytes = bytearray()


def damaged() -> VaultCorrupt:
    """What is said when ``vault.json`` cannot be what this program wrote."""
    return VaultCorrupt(
        _("The file vault.json of this vault was changed or damaged."),
        hint=_("Try the recovery code. If that fails too, use a backup of the vault; leave this one as it is."),
    )


def _hex(untrusted: object, size: int) -> bytes:
    if not isinstance(untrusted, str) or len(untrusted) != 2 * size:
        raise damaged()
    try:
        return bytes.fromhex(untrusted)
    except ValueError as exc:
        raise damaged() from exc


def _whole(untrusted: object) -> int:
    if type(untrusted) is not int:
        raise damaged()
    return untrusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One way to the master key. ``parameters`` is None for a recovery code: 130 random bits need no slow KDF."""

    id: str
    kind: str
    salt: bytes
    nonce: bytes
    wrapped: bytes
    parameters: KdfParameters | None

    def kdf_json(self) -> JsonObject:
        """Name, cost and salt of the key derivation; no secret."""
        if self.parameters is None:
            return {"name": "hkdf-sha256", "salt": self.salt.hex()}
        cost = self.parameters
        return {
            "name": "argon2id",
            "memory_kib": cost.memory_kib,
            "iterations": cost.iterations,
            "lanes": cost.lanes,
            "salt": self.salt.hex(),
        }

    def as_json(self) -> JsonObject:
        """As it stands in ``vault.json``."""
        return {
            "id": self.id,
            "kind": self.kind,
            "kdf": self.kdf_json(),
            "nonce": self.nonce.hex(),
            "wrapped": self.wrapped.hex(),
        }

    @classmethod
    def from_json(cls, untrusted: Any) -> Self:
        """Read a slot and bound its cost. Raises :class:`VaultCorrupt`."""
        if not isinstance(untrusted, dict) or not isinstance(untrusted.get("kdf"), dict):
            raise damaged()
        how = untrusted["kdf"]
        kind, parameters = untrusted.get("kind"), None
        if (kind, how.get("name")) == (PASSPHRASE, "argon2id"):
            parameters = KdfParameters(
                memory_kib=_whole(how.get("memory_kib")),
                iterations=_whole(how.get("iterations")),
                lanes=_whole(how.get("lanes")),
            )
            parameters.check()
        elif (kind, how.get("name")) != (RECOVERY, "hkdf-sha256"):
            raise damaged()
        return cls(
            id=_hex(untrusted.get("id"), 8).hex(),
            kind=str(kind),
            salt=_hex(how.get("salt"), SALT_BYTES),
            nonce=_hex(untrusted.get("nonce"), _NONCE_BYTES),
            wrapped=_hex(untrusted.get("wrapped"), _WRAPPED_BYTES),
            parameters=parameters,
        )

    def _bound(self, vault_id: str) -> bytes:
        return to_canonical(
            {
                "format": VAULT_FORMAT,
                "version": VAULT_VERSION,
                "vault_id": vault_id,
                "slot": {"id": self.id, "kind": self.kind, "kdf": self.kdf_json()},
            }
        )

    def _key(self, secret: str) -> AESGCM:
        if self.parameters is None:
            return AESGCM(expand(recovery.read_code(secret), self.salt, _RECOVERY_LABEL))
        return AESGCM(kdf.derive(secret, self.salt, self.parameters))

    def unwrap(self, vault_id: str, secret: str) -> MasterKey | None:
        """The master key, or None if ``secret`` does not open this slot."""
        try:
            return MasterKey(self._key(secret).decrypt(self.nonce, self.wrapped, self._bound(vault_id)))
        except InvalidTag:
            return None

    @classmethod
    def wrap(cls, vault_id: str, master: MasterKey, secret: str, parameters: KdfParameters | None) -> Self:
        """A new slot for a passphrase (with ``parameters``) or a recovery code (without)."""
        slot = cls(
            id=secrets.token_hex(8),
            kind=RECOVERY if parameters is None else PASSPHRASE,
            salt=secrets.token_bytes(SALT_BYTES),
            nonce=secrets.token_bytes(_NONCE_BYTES),
            wrapped=b"",
            parameters=parameters,
        )
        sealed = slot._key(secret).encrypt(slot.nonce, master.reveal(), slot._bound(vault_id))
        return replace(slot, wrapped=sealed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The content of ``vault.json``. ``mac`` is what the file said; :meth:`genuine` judges it."""

    vault_id: str
    created_at: str
    slots: tuple[Slot, ...]
    mac: bytes = b""

    def _body(self) -> JsonObject:
        return {
            "format": VAULT_FORMAT,
            "version": VAULT_VERSION,
            "vault_id": self.vault_id,
            "created_at": self.created_at,
            "slots": [slot.as_json() for slot in self.slots],
        }

    def _expected_mac(self, master: MasterKey) -> bytes:
        return hmac.digest(master.derive(self.vault_id, "header"), to_canonical(self._body()), "sha256")

    def genuine(self, master: MasterKey) -> bool:
        """Whether the header is what a holder of the master key wrote."""
        return hmac.compare_digest(self.mac, self._expected_mac(master))

    def to_bytes(self, master: MasterKey) -> bytes:
        """The file, with a fresh MAC, indented for people who look at it."""
        body = self._body() | {"mac": self._expected_mac(master).hex()}
        return json.dumps(body, indent=2).encode("ascii") + b"\n"

    def unlock(self, kind: str, secret: str) -> tuple[MasterKey, Slot] | None:
        """Try every slot of ``kind``; with one slot this costs one key derivation."""
        for slot in self.slots:
            if slot.kind == kind and (master := slot.unwrap(self.vault_id, secret)):
                return master, slot
        return None

    def with_slot(self, new: Slot) -> Header:
        """The header with ``new`` in the place of every slot of its kind."""
        return replace(self, slots=(*(slot for slot in self.slots if slot.kind != new.kind), new))

    def facts(self) -> JsonObject:
        """What may be shown to anyone: no wrapped key, no salt."""
        slots = []
        for slot in self.slots:
            cost = {key: value for key, value in slot.kdf_json().items() if key != "salt"}
            slots.append({"kind": slot.kind, "kdf": cost})
        return {
            "format": VAULT_FORMAT,
            "version": VAULT_VERSION,
            "vault_id": self.vault_id,
            "created_at": self.created_at,
            "slots": slots,
        }


def _no_twins(pairs: list[tuple[str, Any]]) -> JsonObject:
    if len({key for key, _value in pairs}) != len(pairs):
        raise damaged()
    return dict(pairs)


def parse(untrusted: bytes) -> Header:
    """Read ``vault.json``. Raises :class:`VaultCorrupt`, or :class:`VaultTooNew` for a later version."""
    if len(untrusted) > MAX_BYTES:
        raise damaged()
    try:
        raw = json.loads(untrusted.decode("utf-8"), object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as exc:
        raise damaged() from exc
    if not isinstance(raw, dict) or raw.get("format") != VAULT_FORMAT:
        raise damaged()
    version = _whole(raw.get("version"))
    if version > VAULT_VERSION:
        raise VaultTooNew(
            _("This vault was written by a later version of this program."),
            hint=_("Install the current version of Evidence Kit, then open the vault again."),
        )
    known = {"format", "version", "vault_id", "created_at", "slots", "mac"}
    slots, created_at = raw.get("slots"), raw.get("created_at")
    if version != VAULT_VERSION or raw.keys() != known or not isinstance(slots, list) or len(slots) > MAX_SLOTS:
        raise damaged()
    if not isinstance(created_at, str):
        raise damaged()
    header = Header(
        vault_id=_hex(raw["vault_id"], 16).hex(),
        created_at=created_at,
        slots=tuple(Slot.from_json(slot) for slot in slots),
        mac=_hex(raw["mac"], 32),
    )
    try:
        to_canonical(header.facts())
    except NotCanonical as exc:
        raise damaged() from exc
    return header


def read(folder: Path) -> Header:
    """Read the header of the vault in ``folder``. Raises :class:`VaultNotFound` too."""
    try:
        if not (folder / FILE).is_file():
            raise FileNotFoundError
        with (folder / FILE).open("rb") as handle:
            untrusted = handle.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise VaultNotFound(
            _("There is no vault here: {folder}", folder=folder),
            hint=_("Choose the folder that holds the file vault.json, or create a new vault."),
        ) from exc
    except OSError as exc:
        raise VaultCorrupt(
            _("The file vault.json of this vault cannot be read."),
            hint=_("Check that this user may read the folder, and that the disk is in order."),
        ) from exc
    return parse(untrusted)


def write(folder: Path, header: Header, master: MasterKey) -> Header:
    """Write the header whole or not at all, and return it as it now stands. Raises :class:`VaultReadOnly`."""
    data = header.to_bytes(master)
    try:
        system.write_atomic(folder / FILE, data)
    except DestinationUnwritable as exc:
        raise VaultReadOnly(exc.message, hint=exc.hint) from exc
    return parse(data)


def make(master: MasterKey, passphrase: str, parameters: KdfParameters) -> tuple[Header, str]:
    """A header for a new vault, and its recovery code."""
    vault_id, code = secrets.token_hex(16), recovery.new_code()
    slots = (Slot.wrap(vault_id, master, passphrase, parameters), Slot.wrap(vault_id, master, code, None))
    return Header(vault_id=vault_id, created_at=clock.rfc3339(), slots=slots), code
