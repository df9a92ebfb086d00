"""The two texts that tell a stranger how to check the package with tools that are not ours.

Each command is printed so that it works as it stands from the package's top folder; the tests run them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidence_kit.export import times
from evidence_kit.export.bag import TAG_MANIFEST
from evidence_kit.export.layout import safe_authority, token_path
from evidence_kit.export.material import ExportMaterial
from evidence_kit.export.statuses import FOLDER
from evidence_kit.export.templates import text_page

KEY_PEM = "data/authorities/vault-public-key.pem"


@dataclass(frozen=True, slots=True)
class StampedFile:
    """One token in the package: the file that it is about, who made it, when its chain is to be judged."""

    path: str
    authority: str
    epoch: int
    record: bool = False
    """Whether it stands inside an evidence record, which openssl alone cannot check (RFC 4998)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityFile:
    """What the package carries for openssl about one authority."""

    name: str
    operator: str
    root_sha256: tuple[str, ...]
    has_chain: bool


def roots_path(authority: str) -> str:
    """The pinned roots of an authority, as PEM."""
    return f"data/authorities/{safe_authority(authority)}.pem"


def chain_path(authority: str) -> str:
    """The certificates that came inside its tokens, as PEM."""
    return f"data/authorities/{safe_authority(authority)}-chain.pem"


def openssl_line(stamped: StampedFile, authorities: Sequence[AuthorityFile]) -> str | None:
    """The ``openssl ts -verify`` command for one token; None where the package holds no root for it."""
    known = next((a for a in authorities if a.name == stamped.authority and a.root_sha256), None)
    if known is None or stamped.record:
        return None
    chain = f" -untrusted {chain_path(known.name)}" if known.has_chain else ""
    return (
        f"openssl ts -verify -data {stamped.path} -in {token_path(stamped.path, stamped.authority)}"
        f" -CAfile {roots_path(known.name)}{chain} -attime {stamped.epoch}"
    )


def record_line(stamped: StampedFile) -> str | None:
    """The ``evidence-kit verify`` command for one evidence record; None for a reply."""
    if not stamped.record:
        return None
    return f"evidence-kit verify {token_path(stamped.path, stamped.authority, record=True)} --data {stamped.path}"


def readme(
    language: str,
    material: ExportMaterial,
    stamped: Sequence[StampedFile],
    authorities: Sequence[AuthorityFile],
    seal_epoch: int,
    statuses: bool = False,
) -> bytes:
    """``00-LISEZ-MOI.txt`` (fr) or ``00-README.txt`` (en). Names no person, no address and no case."""
    seal = [StampedFile(TAG_MANIFEST, a, seal_epoch) for a in material.seal_authorities]
    with_root = [a for a in authorities if a.root_sha256]
    return text_page(
        f"readme.{language}.txt",
        name=material.name,
        exhibits=len(material.exhibits),
        created_at=times.paris(material.created_at, language),
        vault_key=material.vault_key,
        key_pem=KEY_PEM,
        authorities=[(a, roots_path(a.name)) for a in authorities],
        lines=[line for s in stamped if (line := openssl_line(s, authorities))],
        records=[line for s in stamped if (line := record_line(s))],
        documents=sorted({d.algorithm for e in material.exhibits for d in e.documents}),
        unknown=sorted({s.authority for s in stamped if not any(a.name == s.authority for a in with_root)}),
        statuses=FOLDER if statuses else "",
        seal_lines=[line for s in seal if (line := openssl_line(s, authorities))],
    )
