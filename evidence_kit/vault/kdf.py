"""From a passphrase to a key: Argon2id (RFC 9106), strong enough to cost about one second, bounded when read.

The floor is 256 MiB, three passes, four lanes; a fast machine gets more at creation. A stranger's ``vault.json``
may ask for anything, so absurd costs are refused before any memory is taken.
"""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from evidence_kit.errors import VaultCorrupt, VaultError
from evidence_kit.language import _

MIB = 1024
KEY_BYTES = 32
SALT_BYTES = 16
TARGET_SECONDS = 1.0
MAX_CALIBRATED_KIB = 1024 * MIB
MAX_CALIBRATED_ITERATIONS = 10
READ_MEMORY_KIB = (8 * MIB, 2048 * MIB)
READ_ITERATIONS = (1, 20)
READ_LANES = (1, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class KdfParameters:
    """Argon2id's cost: memory in KiB, passes, lanes. The defaults are the floor for real vaults."""

    memory_kib: int = 256 * MIB
    iterations: int = 3
    lanes: int = 4

    def check(self) -> None:
        """Raise :class:`VaultCorrupt` if the cost lies outside what any honest vault would ask for."""
        pairs = ((self.memory_kib, READ_MEMORY_KIB), (self.iterations, READ_ITERATIONS), (self.lanes, READ_LANES))
        if any(not low <= value <= high for value, (low, high) in pairs):
            raise VaultCorrupt(
                _("The vault asks for a key computation that no vault of this program would ask for."),
                hint=_("Its file vault.json was changed or damaged. Use a backup of the vault."),
            )


FLOOR = KdfParameters()


def normalised(passphrase: str) -> bytes:
    """The bytes that are derived from: Unicode NFC, then UTF-8.

    NFC makes an accent typed on two keyboards one and the same; NFKC would merge characters that people tell apart.
    """
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def derive(passphrase: str, salt: bytes, parameters: KdfParameters) -> bytes:
    """32 bytes from a passphrase. Raises :class:`VaultCorrupt` for absurd costs, :class:`VaultError` out of memory."""
    parameters.check()
    try:
        return Argon2id(
            salt=salt,
            length=KEY_BYTES,
            iterations=parameters.iterations,
            lanes=parameters.lanes,
            memory_cost=parameters.memory_kib,
        ).derive(normalised(passphrase))
    except MemoryError as exc:
        raise VaultError(
            _("This computer has not enough free memory to open the vault."),
            hint=_("Close other programs, then try again."),
        ) from exc


def calibrate() -> KdfParameters:
    """Parameters that cost about a second here: never below the floor, at most 1 GiB and ten passes."""
    started = time.perf_counter()
    derive("calibration", bytes(SALT_BYTES), FLOOR)
    room = TARGET_SECONDS / max(time.perf_counter() - started, 0.001)
    step = 64 * MIB
    memory = min(MAX_CALIBRATED_KIB, max(FLOOR.memory_kib, int(FLOOR.memory_kib * room) // step * step))
    room /= memory / FLOOR.memory_kib
    iterations = min(MAX_CALIBRATED_ITERATIONS, max(FLOOR.iterations, int(FLOOR.iterations * room)))
    return KdfParameters(memory_kib=memory, iterations=iterations, lanes=FLOOR.lanes)
