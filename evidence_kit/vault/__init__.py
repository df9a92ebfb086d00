"""The vault: an encrypted folder on the person's own disk; header (keys), blobs (files), index (rows), lock."""

from __future__ import annotations

from evidence_kit.vault.blobs import BlobRef, BlobStore, BlobWriter, Scratch
from evidence_kit.vault.check import Finding
from evidence_kit.vault.index import Attempt, ExportRow, Index
from evidence_kit.vault.kdf import KdfParameters
from evidence_kit.vault.store import OpenReport, Vault, check_passphrase, create_vault, open_vault

__all__ = [
    "Attempt",
    "BlobRef",
    "BlobStore",
    "BlobWriter",
    "ExportRow",
    "Finding",
    "Index",
    "KdfParameters",
    "OpenReport",
    "Scratch",
    "Vault",
    "check_passphrase",
    "create_vault",
    "open_vault",
]
