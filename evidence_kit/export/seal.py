"""The seal: one signature of the vault's key over the tag manifest, which covers every other byte of the package."""

from __future__ import annotations

import base64
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidence_kit.canonical import to_canonical
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import ExportError
from evidence_kit.export.layout import safe_authority
from evidence_kit.export.material import ExportMaterial
from evidence_kit.language import _
from evidence_kit.records import SEAL_FORMAT

SEAL = "seal.json"


def public_key_pem(raw: bytes) -> bytes:
    """The vault's Ed25519 key (32 bytes) as SubjectPublicKeyInfo PEM, for people with openssl."""
    return Ed25519PublicKey.from_public_bytes(raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def seal_json(material: ExportMaterial, tagmanifest: bytes, variant: str, sign: Callable[[bytes], bytes]) -> bytes:
    """``seal.json`` over exactly the bytes of the tag manifest.

    Raises :class:`ExportError` if the signature does not verify with the material's own key: a package that its own
    verifier refuses must never leave. ``expected_tokens`` names the authorities asked, not those that answered.
    """
    signature = sign(tagmanifest)
    try:
        Ed25519PublicKey.from_public_bytes(material.public_key).verify(signature, tagmanifest)
    except Exception as exc:
        raise ExportError(_("The seal could not be made: the vault's key does not fit its own signature.")) from exc
    return to_canonical(
        {
            "format": SEAL_FORMAT,
            "vault_key": material.vault_key,
            "public_key": base64.b64encode(material.public_key).decode(),
            "signature": base64.b64encode(signature).decode(),
            "tagmanifest_sha256": sha256_hex(tagmanifest),
            "created_at": material.created_at,
            "expected_tokens": [safe_authority(name) for name in material.seal_authorities],
            "variant": variant,
        }
    )
