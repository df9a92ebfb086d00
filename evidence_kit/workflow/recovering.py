"""What an interrupted attempt leaves is kept: its finished artifacts become a partial exhibit (ARCHITECTURE)."""

from __future__ import annotations

from dataclasses import dataclass

from evidence_kit import clock, paths
from evidence_kit.canonical import JsonObject, to_canonical
from evidence_kit.errors import EvidenceError
from evidence_kit.language import _
from evidence_kit.records import CAPTURE_ROLES, Artifact, Kind, Outcome, Subject
from evidence_kit.vault import Attempt
from evidence_kit.workflow.admitting import admit
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import ExhibitRecord

_FACTS = (
    *("url_final", "redirects", "title", "finished_at", "clock", "browser", "environment", "network", "steps"),
    "selection",
)


def _log_artifact(context: Context, attempt: Attempt, why: str, steps: list[JsonObject]) -> Artifact:
    """A capture log that says that, and why, the attempt did not come to its end."""
    body = to_canonical({"interrupted": why, "noticed_at": clock.rfc3339(), "steps": steps})
    ref = context.vault.blobs.put(body)
    made = Artifact(
        role="capture-log",
        name="capture-log.json",
        media_type="application/json",
        size=ref.size,
        sha256=ref.sha256,
    )
    context.vault.index.attempt_artifact(attempt.id, made)
    return made


def keep_attempt(context: Context, attempt: Attempt, why: str) -> ExhibitRecord:
    """Make an exhibit of what ``attempt`` finished. ``why`` is ``killed``, ``cancelled`` or ``error``."""
    subject = Subject(attempt.request.get("subject", Subject.UNKNOWN))
    wanted = ("text", "capture-log") if subject.text_only else CAPTURE_ROLES
    state = attempt.state
    steps = [*state.get("steps", []), {"name": "interrupted", "at": clock.rfc3339(), "result": "failed", "detail": why}]
    artifacts = list(attempt.artifacts)
    if not any(a.role == "capture-log" for a in artifacts):
        artifacts.append(_log_artifact(context, attempt, why, steps))
    present = {a.role for a in artifacts}
    facts: JsonObject = {k: state[k] for k in _FACTS if k in state} | {
        "url_requested": attempt.request.get("url_requested", ""),
        "started_at": attempt.started_at,
        "navigation": attempt.request.get("navigation", []),
        "steps": steps,
    }
    facts.setdefault("finished_at", clock.rfc3339())
    return admit(
        context,
        exhibit_id=attempt.id,
        case_id=attempt.case_id,
        kind=Kind.CAPTURE,
        subject=subject,
        outcome=Outcome.PARTIAL,
        missing=[role for role in wanted if role not in present],
        artifacts=artifacts,
        facts=facts,
        event="capture.interrupted",
        not_before=state.get("not_before"),
        personal=state.get("annex"),
        text=str(state.get("title", "")),
        detail={"why": why},
        attempt=True,
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an attempt that did not come to its end, and the sentence that says so."""

    record: ExhibitRecord | None
    sentence: str
    nothing: bool = False
    """Whether there was nothing to keep, so that what the error says of earlier work is worth more."""


def keep_interrupted(context: Context, attempt_id: str, why: str) -> Kept:
    """Keep what a cancelled or failed attempt finished; no record if there was nothing, or if it cannot be written.

    In the second case the attempt stays journalled and is taken up when the vault is opened next.
    """
    index = context.vault.index
    try:
        for attempt in index.open_attempts():
            if attempt.id != attempt_id:
                continue
            if attempt.artifacts:
                made = keep_attempt(context, attempt, why)
                number = made.exhibit.number
                return Kept(made, _("What was recorded so far is kept as exhibit {number}.", number=number))
            with index.transaction():
                context.log.append(attempt.case_id, "capture.abandoned", subject=attempt_id, detail={"why": why})
                index.end_attempt(attempt_id)
    except (EvidenceError, OSError):
        return Kept(None, _("What was recorded so far is taken up when the vault is opened next."))
    return Kept(None, _("Nothing had been recorded yet."), nothing=True)


def recover(context: Context) -> tuple[str, ...]:
    """Take up every attempt that an earlier run left open. Returns the ids of the new exhibits."""
    return tuple(keep_attempt(context, attempt, "killed").exhibit.id for attempt in context.vault.index.open_attempts())


def remove_leftovers() -> None:
    """Remove what a killed browser left, without loading anything where there is nothing."""
    if any((paths.home() / "browsers").glob("*.json")):
        from evidence_kit.capture import leftovers

        leftovers.remove()
