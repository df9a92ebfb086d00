"""What an export is made from, gathered by the workflow, so that making a package needs no vault and no network.

Everything here is plain data: the package writer opens blobs, signs and stamps through the functions it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence_kit.records import Artifact, Case, Exhibit

TagManifest = bytes
Reply = tuple[str, bytes]
"""Name of an authority and its whole reply (RFC 3161 TimeStampResp)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityFacts:
    """What the report says of an authority beside what its tokens say themselves."""

    name: str
    operator: str = ""
    country: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """What the EU trusted lists in the vault say of one token.

    ``shown`` with ``territory``, ``number`` and ``date`` of the list that says so; else ``why`` as the vault keeps it:
    ``invalid``, ``no-statement``, ``no-list``, ``not-listed``.
    """

    shown: bool
    why: str
    territory: str = ""
    number: int = 0
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDocument:
    """The files' digests by another hash, which a renewal with it stamped: exact bytes, and the replies over them."""

    algorithm: str
    data: bytes
    tokens: tuple[Reply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFile:
    """A revocation list or an OCSP answer (DER), and whom it is about."""

    certificate: str
    """SHA-256 of the certificate."""
    issuer: str
    """SHA-256 of its issuer's certificate."""
    kind: str
    """``crl`` or ``ocsp``."""
    der: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportExhibit:
    """One exhibit with all that goes out with it.

    ``manifest`` is exact bytes; its artifact list decides what is exported, ``artifacts`` is only the vault's view.
    ``annex`` is carried for the workflow, which writes it beside the package; it never enters the package.
    """

    exhibit: Exhibit
    manifest: bytes
    artifacts: tuple[Artifact, ...] = ()
    tokens: tuple[Reply, ...] = ()
    pending: tuple[str, ...] = ()
    documents: tuple[DigestDocument, ...] = ()
    annex: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadFile:
    """A head of the custody log as canonical bytes, and the replies over exactly these bytes."""

    seq: int
    data: bytes
    tokens: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMaterial:
    """One export. ``name`` is the package's top folder: neutral ASCII that says nothing of the case."""

    name: str
    case: Case
    exhibits: tuple[ExportExhibit, ...]
    custody: bytes
    """``log.jsonl`` as it leaves, withheld entries already reduced to their digests."""
    heads: tuple[HeadFile, ...]
    roots: tuple[tuple[str, bytes], ...]
    """Name of an authority and one pinned root as PEM; an authority may have several."""
    authorities: tuple[AuthorityFacts, ...] = ()
    qualifications: Mapping[str, Qualification] = field(default_factory=dict)
    """SHA-256 of a reply -> what the trusted lists say of it."""
    statuses: tuple[StatusFile, ...] = ()
    """What authorities said of their certificates; those go out on which a stamp here rests."""
    revoked: tuple[tuple[str, str], ...] = ()
    """(SHA-256 of a certificate, a sentence) for each that was taken back."""
    seal_authorities: tuple[str, ...] = ()
    """Who is asked to stamp the seal, whether or not they answer."""
    actor: str = ""
    software: str = ""
    language: str = "fr"
    created_at: str
    public_key: bytes
    vault_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRecord:
    """What was made: files in the package, artifacts left out, bytes of payload, the seal's tokens that came."""

    files: int
    withheld: int
    bytes: int
    seal_tokens: tuple[Reply, ...] = ()
    tagmanifest: TagManifest = b""
    """Exact stamped bytes, so that a missing seal token can be asked for later."""
