"""The things this program keeps, as frozen records. No behaviour beyond small readings of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from evidence_kit.canonical import JsonObject

MANIFEST_FORMAT = "evidence-kit/manifest/1"
SEAL_FORMAT = "evidence-kit/seal/1"
DIGESTS_FORMAT = "evidence-kit/digests/1"
CUSTODY_FORMAT = "evidence-kit/custody/1"
VAULT_FORMAT = "evidence-kit/vault"
VAULT_VERSION = 1


class Subject(StrEnum):
    """Who may be shown on a page, asked before anything is loaded (DOMAIN MIN-02)."""

    ADULT = "adult"
    SELECTED = "selected"
    """Adults alone, and loaded without a picture; only what she allows, one by one, is requested."""
    WAS_MINOR = "was-minor"
    MINOR = "minor"
    UNKNOWN = "unknown"

    @property
    def text_only(self) -> bool:
        """Whether only a written record may be made (DOMAIN MIN-03)."""
        return self not in {Subject.ADULT, Subject.SELECTED}


class Outcome(StrEnum):
    """How a capture ended; each of them is an exhibit."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


class Kind(StrEnum):
    """Where an exhibit comes from. An import stands lower than a capture, and says so."""

    CAPTURE = "capture"
    IMPORT = "import"


class ExhibitState(StrEnum):
    """``locked``: may show a minor, cannot be shown or exported. ``withdrawn``: a tombstone stays (LOG-07)."""

    NORMAL = "normal"
    LOCKED = "locked"
    WITHDRAWN = "withdrawn"


class TokenStatus(StrEnum):
    """``granted`` = a reply came and was judged good; ``pending`` = asked again later; ``refused`` = a rejection."""

    GRANTED = "granted"
    PENDING = "pending"
    REFUSED = "refused"


ROLES = (
    "first-view",
    "screenshot",
    "screenshot-tile",
    "response-html",
    "dom-html",
    "pdf",
    "wacz",
    "wacz-confidential",
    "text",
    "media",
    "capture-log",
    "original",
    "thumbnail",
)
"""Every role an artifact can have, in the order in which lists show them."""

CAPTURE_ROLES = ("first-view", "screenshot", "response-html", "dom-html", "pdf", "wacz", "text", "capture-log")
"""What a complete capture of an ordinary page holds at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file that a capture or an import produced. ``name`` is ours, ASCII, never taken from outside."""

    role: str
    name: str
    media_type: str
    size: int
    sha256: str
    confidential: bool = False

    def as_json(self) -> JsonObject:
        """As it stands in a manifest."""
        return {
            "role": self.role,
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
            "confidential": self.confidential,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """Why somebody may keep another person's evidence (DOMAIN LAW-16): who asked, for what, when (a date)."""

    person: str
    scope: str
    dated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A matter that holds exhibits."""

    id: str
    name: str
    created_at: str
    for_someone_else: bool = False
    mandate: Mandate | None = None
    closed_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A capture or an import admitted to a case: numbered, immutable. ``number`` counts from 1 within its case."""

    id: str
    case_id: str
    number: int
    kind: Kind
    subject: Subject
    outcome: Outcome
    missing: tuple[str, ...]
    url_requested: str
    url_final: str
    title: str
    started_at: str
    finished_at: str
    manifest_sha256: str
    annex_sha256: str | None = None
    state: ExhibitState = ExhibitState.NORMAL
    state_reason: str = ""
    seconds: JsonObject = field(default_factory=dict)
    """Milliseconds by step, for people who wait; the manifest's ``steps`` are what counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One authority's answer, or the wish for one, about the bytes whose digest is ``data_sha256``."""

    id: int
    target: str
    """``manifest``, ``digests``, ``head`` or ``seal``."""
    target_id: str
    """Exhibit id (of the first two), ``<chain>:<seq>``, or export id."""
    data_sha256: str
    authority: str
    status: TokenStatus
    requested_at: str
    gen_time: str | None = None
    qualified: bool = False
    reply_sha256: str | None = None
    attempts: int = 0
    last_error: str = ""
    details: JsonObject = field(default_factory=dict)
    """Judged facts: policy, serial, accuracy_us, signer, root_sha256; ``qualification``: why ``qualified`` is so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """One time that a token was stamped again. ``authority`` may be another than the token's own."""

    authority: str
    gen_time: str
    renew_before: str
    """When it has to be renewed in its turn; "" where that is not known."""
    algorithm: str

    def as_json(self) -> JsonObject:
        """For scripts."""
        return {"authority": self.authority, "gen_time": self.gen_time, "hash": self.algorithm}


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One link of a custody log. ``entry`` is the canonical JSON that was hashed; ``head`` binds all before it."""

    chain: str
    seq: int
    entry: bytes
    digest: str
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One finding of a check: a value, never an exception."""

    name: str
    status: str
    """``passed``, ``failed`` or ``not-checked``."""
    subject: str
    detail: str = ""

    def as_json(self) -> JsonObject:
        """As it stands in the answer of ``verify``."""
        return {"name": self.name, "status": self.status, "subject": self.subject, "detail": self.detail}
