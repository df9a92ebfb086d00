"""What the use cases take and give: requests and results, as the command line and the window see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evidence_kit import walls
from evidence_kit.canonical import JsonObject
from evidence_kit.language import _
from evidence_kit.notices import notices
from evidence_kit.records import Artifact, Exhibit, ExhibitState, Outcome, Renewal, Subject, Token, TokenStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRequest:
    """One address to be captured into a case."""

    url: str
    subject: Subject
    case_id: str | None = None
    stamp: bool = True
    accept_certificate: bool = False
    """Record the page although the browser does not hold the site's certificate for valid; for this capture alone."""
    allowed: tuple[str, ...] = ()
    """With the subject ``selected``: the addresses of the pictures and media that may be loaded."""
    sign_in: str = ""
    """The label of a kept sign-in to open the page with."""
    url_shown: str = ""
    """What the record calls the address, where the address itself holds what signs somebody in."""
    led_by: JsonObject = field(default_factory=dict)
    """The page that led to this address, as the first entry of the manifest's ``navigation``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the person says of an imported file: declared, never proven."""

    date: str = ""
    device: str = ""
    giver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitRecord:
    """An exhibit with its artifacts and tokens."""

    exhibit: Exhibit
    artifacts: tuple[Artifact, ...]
    tokens: tuple[Token, ...]
    status: int | None = None
    """The HTTP status with which the page answered; None where nothing answered or nothing was asked."""
    reason: str = ""
    """The browser's own word for why nothing answered; :mod:`evidence_kit.workflow.failures` says it in words."""
    identifiers: JsonObject = field(default_factory=dict)
    """Platform, account and post as the manifest names them; :mod:`evidence_kit.identified` says it in words."""

    network: JsonObject = field(default_factory=dict)
    """The connection as the manifest names it; :mod:`evidence_kit.notices` says in words what was unusual."""

    selection: JsonObject = field(default_factory=dict)
    """With the subject ``selected``: what was allowed and what was withheld, as the manifest has it."""

    recapture_of: JsonObject = field(default_factory=dict)
    """The earlier capture of the same address, as the manifest names it."""

    led_by: JsonObject = field(default_factory=dict)
    """The page whose pager led to this one, as the manifest names it."""

    wall: JsonObject = field(default_factory=dict)
    """What stood between the visitor and the page; :mod:`evidence_kit.walls` says it in words."""

    sign_in: str = ""
    """What became of the kept sign-in that was used: ``renewed``, ``ended`` as far as can be told, or empty."""

    renewals: Mapping[int, tuple[Renewal, ...]] = field(default_factory=dict)
    """How each token was renewed, by its id, oldest first; nothing for those that never were."""

    visible: bool = False
    """Whether she opened the page herself, in a window."""

    @property
    def sign_in_said(self) -> str:
        """What a person should know of the kept sign-in that was used; empty where there is nothing."""
        if self.sign_in != "ended":
            return ""
        return _(
            "The kept sign-in seems to have ended at the site. What is kept of it was not changed; sign in again in a"
            " window and keep it under the same name."
        )

    @property
    def openable(self) -> bool:
        """Whether a visible window may show more than was recorded."""
        return not self.visible and walls.openable(self.wall, adult=self.exhibit.subject is Subject.ADULT)

    def stands_until(self, token: Token) -> str:
        """Before when a granted token has to be renewed; "" where that is not known."""
        if token.status is not TokenStatus.GRANTED:
            return ""
        renewed = self.renewals.get(token.id)
        return renewed[-1].renew_before if renewed else str(token.details.get("renew_before") or "")

    def as_json(self, *, artifacts: bool = True) -> JsonObject:
        """The shape that scripts rely on (COMMANDS); more keys may come, these stay."""
        e = self.exhibit
        value: JsonObject = {
            "exhibit": e.id,
            "number": e.number,
            "case": e.case_id,
            "kind": e.kind.value,
            "subject": e.subject.value,
            "state": e.state.value,
            "url_requested": e.url_requested,
            "url_final": e.url_final,
            "title": e.title,
            "started_at": e.started_at,
            "finished_at": e.finished_at,
            "outcome": e.outcome.value,
            "reason": self.reason if e.outcome is Outcome.FAILED else "",
            "missing": list(e.missing),
            "manifest_sha256": e.manifest_sha256,
            "tokens": [
                {
                    "authority": t.authority,
                    "status": t.status.value,
                    "gen_time": t.gen_time,
                    "qualified": t.qualified,
                    "qualified_reason": str(t.details.get("qualification", {}).get("reason", "")),
                    "error": t.last_error,
                    "renew_before": self.stands_until(t) or None,
                    "renewals": [r.as_json() for r in self.renewals.get(t.id, ())],
                }
                for t in self.tokens
            ],
            "seconds": {step: ms / 1000 for step, ms in e.seconds.items()},
        }
        if said := walls.sentence(self.wall, _):
            value["wall"] = self.wall | {"text": said, "open_visibly": self.openable}
        value |= {"sign_in": self.sign_in} if self.sign_in else {}
        if artifacts:
            value["artifacts"] = [a.as_json() for a in self.artifacts]
            value["notices"] = [n.as_json() for n in notices(self.network, _)]
            value |= {"identifiers": self.identifiers} if self.identifiers else {}
            value |= {"selection": self.selection} if self.selection else {}
            value |= {"recapture_of": self.recapture_of} if self.recapture_of else {}
            value |= {"led_by": self.led_by} if self.led_by else {}
        return value


def status_of(network: object) -> int | None:
    """The status of the page's own answer, from a manifest's ``network``; None where it tells none."""
    response = network.get("response") if isinstance(network, dict) else None
    status = response.get("status") if isinstance(response, dict) else None
    return status if isinstance(status, int) else None


def led_by_of(navigation: object) -> JsonObject:
    """The page whose pager led to a page, from a manifest's ``navigation``; empty where none did."""
    first = navigation[0] if isinstance(navigation, list) and navigation else None
    return first if isinstance(first, dict) and first.get("how") == "pager" else {}


def reason_of(network: object) -> str:
    """Why nothing answered, from a manifest's ``network``, in the browser's own word; empty where it tells none."""
    reason = network.get("error") if isinstance(network, dict) else None
    return reason if isinstance(reason, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StampCounts:
    """How a round of stamping ended."""

    granted: int = 0
    pending: int = 0
    refused: int = 0

    def as_json(self) -> JsonObject:
        """The shape that scripts rely on (COMMANDS)."""
        return {"granted": self.granted, "pending": self.pending, "refused": self.refused}


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalState:
    """When proofs have to be stamped again, so that they go on counting."""

    renew_before: str = ""
    """When the first of those that still stand ends; "" where there is none."""
    ended: int = 0
    """How many have ended without being renewed: they count as of their own time, and say so."""
    soon: bool = False
    """Whether it is time to renew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalCounts:
    """How a renewal ended."""

    renewed: int
    ended: int
    """Left as they are, since their certificates had ended before."""
    failed: int
    """Left as they are, since no authority gave a good answer."""
    unneeded: int = 0
    """Left as they are, since the authorities' certificates end no later than theirs."""
    damaged: int = 0
    """In the vault; looking through it names them."""
    state: RenewalState

    def as_json(self) -> JsonObject:
        """For scripts."""
        return {
            "renewed": self.renewed,
            "ended": self.ended,
            "failed": self.failed,
            "unneeded": self.unneeded,
            "damaged": self.damaged,
            "renew_before": self.state.renew_before or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportResult:
    """A package that left the vault. ``annex`` lies beside it and is for the authorities only."""

    package: Path
    sha256: str
    exhibits: int
    withheld: int
    withheld_entries: int
    annex: Path | None
    locked: bool = False
    """Whether package and annex open with a password only."""
    left_out: tuple[Exhibit, ...] = ()
    """What was asked for and stayed in the vault."""
    pending: int = 0
    """How many timestamps of the exhibits and over the seal are still awaited."""

    def notes(self) -> list[str]:
        """What a person should know of what is, and what is not, in the package."""
        said = {
            ExhibitState.LOCKED: _("it is locked, because it may show a minor"),
            ExhibitState.WITHDRAWN: _("it was withdrawn"),
        }
        lines = [
            _("Exhibit {number} is not in the package: {why}.", number=e.number, why=said.get(e.state, e.state.value))
            for e in self.left_out
        ]
        if self.pending:
            lines.append(
                _(
                    "Timestamps still awaited: {count}. The package holds all the rest and says so. Ask for them"
                    " again later, then export anew.",
                    count=self.pending,
                )
            )
        return lines

    def as_json(self) -> JsonObject:
        """The shape that scripts rely on (COMMANDS)."""
        return {
            "package": str(self.package),
            "sha256": self.sha256,
            "exhibits": self.exhibits,
            "withheld": self.withheld,
            "withheld_entries": self.withheld_entries,
            "annex": str(self.annex) if self.annex else None,
            "left_out": [{"exhibit": e.id, "number": e.number, "state": e.state.value} for e in self.left_out],
            "pending": self.pending,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a look through the whole vault found."""

    verdict: str
    findings: tuple[JsonObject, ...]
    exhibits: int
    blobs: int

    def sentence(self) -> str:
        """The verdict for a person."""
        if self.verdict == "sound":
            return _("Sound. Exhibits: {exhibits}. Files: {blobs}.", exhibits=self.exhibits, blobs=self.blobs)
        return _("Damaged: what is listed here cannot be relied on; everything else is whole.")

    def as_json(self) -> JsonObject:
        """The shape that scripts rely on (COMMANDS)."""
        return {
            "verdict": self.verdict,
            "findings": list(self.findings),
            "exhibits": self.exhibits,
            "blobs": self.blobs,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSummary:
    """What was found when the vault was opened."""

    recovered: tuple[str, ...] = ()
    """Exhibits made from attempts that had been interrupted."""
    quarantined: tuple[str, ...] = ()
    """Files that nothing names; set aside, never deleted."""
    damaged: tuple[str, ...] = ()
    """Parts of the vault that could not be read as they should; the rest works."""
