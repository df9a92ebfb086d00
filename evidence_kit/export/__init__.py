"""Making the sealed package that leaves the vault."""

from __future__ import annotations

from evidence_kit.export.encryption import encrypt_package, encrypting
from evidence_kit.export.material import (
    AuthorityFacts,
    ExportExhibit,
    ExportMaterial,
    HeadFile,
    PackageRecord,
)
from evidence_kit.export.package import VARIANTS, build_package

__all__ = [
    "VARIANTS",
    "AuthorityFacts",
    "ExportExhibit",
    "ExportMaterial",
    "HeadFile",
    "PackageRecord",
    "build_package",
    "encrypt_package",
    "encrypting",
]
