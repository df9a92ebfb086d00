"""Checks of the seal: seal-signature, seal-key. Who sealed, what exactly, and whether it is one and the same key."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evidence_kit.canonical import NotCanonical, from_canonical
from evidence_kit.digest import is_sha256_hex, sha256_hex
from evidence_kit.language import _
from evidence_kit.records import SEAL_FORMAT, CheckResult
from evidence_kit.verify.custody import LogFacts
from evidence_kit.verify.exhibits import ExhibitFacts
from evidence_kit.verify.findings import Findings
from evidence_kit.verify.reading import LOG, SEAL, TAGMANIFEST, Package

KEY_BYTES, SIGNATURE_BYTES = 32, 64
_FIELDS = {
    "format", "vault_key", "public_key", "signature", "tagmanifest_sha256", "created_at", "expected_tokens", "variant"
}  # fmt: skip
VARIANTS = ("full", "redacted", "urls", "lawyer")
"""What a package may say that it was made for (FORMAT section 7)."""
_REPEATED = ("evidence-kit-sealed-at", "evidence-kit-variant", "evidence-kit-authorities")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFacts:
    """What seal.json says. ``problem`` empty = it has its form."""

    present: bool = False
    problem: str = ""
    vault_key: str = ""
    public_key: bytes = b""
    signature: bytes = b""
    tagmanifest_sha256: str = ""
    created_at: str = ""
    expected: tuple[str, ...] = ()
    variant: str = ""


def _base64(text: object, size: int) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    raw = base64.b64decode(text, validate=True)
    if len(raw) != size or base64.b64encode(raw).decode() != text:
        raise ValueError
    return raw


def read_seal(package: Package) -> SealFacts:
    """Parse seal.json; never raises."""
    if SEAL not in package.sizes:
        return SealFacts()
    try:
        value = from_canonical(package.texts[SEAL])
        expected = value["expected_tokens"]
        texts = (value["created_at"], value["variant"], *expected)
        digests = (value["vault_key"], value["tagmanifest_sha256"])
        formed = (
            value["format"] == SEAL_FORMAT
            and set(value) == _FIELDS
            and isinstance(expected, list)
            and all(isinstance(one, str) for one in texts)
            and all(is_sha256_hex(one) for one in digests)
        )
        if not formed:
            raise ValueError
        return SealFacts(
            present=True,
            vault_key=value["vault_key"],
            public_key=_base64(value["public_key"], KEY_BYTES),
            signature=_base64(value["signature"], SIGNATURE_BYTES),
            tagmanifest_sha256=value["tagmanifest_sha256"],
            created_at=value["created_at"],
            expected=tuple(expected),
            variant=value["variant"],
        )
    except (NotCanonical, KeyError, TypeError, ValueError, binascii.Error):
        return SealFacts(present=True, problem=_("The seal does not have its form."))


def check_signature(package: Package, seal: SealFacts, info: Mapping[str, list[str]]) -> list[CheckResult]:
    """The seal's signature holds over exactly the bytes of the tag manifest."""
    found = Findings("seal-signature")
    sealed = package.texts.get(TAGMANIFEST)
    if not seal.present:
        found.skip(SEAL, _("There is no seal."))
        return found.results()
    if seal.problem:
        found.fail(SEAL, seal.problem)
        return found.results()
    if sealed is None:
        found.fail(TAGMANIFEST, _("The list of sealed files is not there."))
        return found.results()
    if sha256_hex(sealed) != seal.tagmanifest_sha256:
        found.fail(TAGMANIFEST, _("The list of sealed files is not the one that was sealed."))
    if seal.variant not in VARIANTS:
        found.fail(SEAL, _("The seal names a variant of the package that there is not."))
    try:
        Ed25519PublicKey.from_public_bytes(seal.public_key).verify(seal.signature, sealed)
    except (InvalidSignature, ValueError):
        found.fail(SEAL, _("The signature of the seal does not hold: the package was changed after it was sealed."))
    said = (seal.created_at, seal.variant, ", ".join(seal.expected))
    for tag, value in zip(_REPEATED, said, strict=True):
        if info.get(tag, [value]) != [value]:
            found.fail(SEAL, _("The seal says something else about itself than the sealed description of the package."))
    if all(tag in info for tag in _REPEATED):
        return found.results(SEAL, _("The signature over the list of sealed files holds."))
    return found.results(
        SEAL, _("The signature over the list of sealed files holds. The seal's own date and variant are not signed.")
    )


def check_key(seal: SealFacts, exhibits: Sequence[ExhibitFacts], log: LogFacts | None) -> list[CheckResult]:
    """The seal, every manifest and the log's first entry name one and the same key."""
    found = Findings("seal-key")
    named = [(one.manifest_path, one.vault_key) for one in exhibits if one.vault_key and not one.problem]
    if log is not None and log.vault_key is not None:
        named.append((f"{LOG}:0", log.vault_key))
    usable = seal.present and not seal.problem
    key = seal.vault_key if usable else named[0][1] if named else None
    if usable and sha256_hex(seal.public_key) != seal.vault_key:
        found.fail(SEAL, _("The key in the seal is not the one whose digest stands beside it."))
    for subject, vault_key in named:
        if vault_key != key:
            found.fail(
                subject, _("It names another key than the rest of the package: the parts come from different vaults.")
            )
    if not usable:
        found.skip(SEAL, _("Without a usable seal its key cannot be compared."))
    elif log is not None and log.vault_key is None and log.first_withheld:
        found.skip(LOG, _("The first entry of the log, which names the key, is withheld."))
    elif not named:
        found.skip(SEAL, _("Nothing in the package names a key that could be compared with the seal's."))
    return found.results(SEAL, _("The seal, the manifests and the log name the same key: {key}", key=key or ""))
