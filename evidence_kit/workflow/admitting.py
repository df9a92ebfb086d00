"""Admitting an exhibit to its case: one transaction, after which nothing can lose it (ARCHITECTURE)."""

from __future__ import annotations

from collections.abc import Sequence

from evidence_kit import clock
from evidence_kit.canonical import JsonObject
from evidence_kit.digest import sha256_hex
from evidence_kit.records import ROLES, Artifact, Exhibit, Kind, Outcome, Subject
from evidence_kit.workflow import manifests
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import ExhibitRecord


def admit(
    context: Context,
    *,
    exhibit_id: str,
    case_id: str,
    kind: Kind,
    subject: Subject,
    outcome: Outcome,
    missing: Sequence[str],
    artifacts: Sequence[Artifact],
    facts: JsonObject,
    event: str,
    not_before: str | None = None,
    personal: JsonObject | None = None,
    text: str = "",
    seconds: JsonObject | None = None,
    detail: JsonObject | None = None,
    attempt: bool = False,
) -> ExhibitRecord:
    """Write exhibit, artifacts, custody event and the wish for tokens at once. Returns the new record."""
    index = context.vault.index
    ordered = sorted(artifacts, key=lambda a: (ROLES.index(a.role), a.name))
    annex = manifests.compose_annex(exhibit_id, personal) if personal else None
    with index.transaction():
        manifest = manifests.compose(
            context,
            exhibit_id=exhibit_id,
            case_id=case_id,
            kind=kind,
            subject=subject,
            outcome=outcome,
            missing=missing,
            artifacts=ordered,
            facts=facts,
            not_before=not_before,
            annex=annex,
        )
        digest = sha256_hex(manifest)
        exhibit = Exhibit(
            id=exhibit_id,
            case_id=case_id,
            number=index.next_number(case_id),
            kind=kind,
            subject=subject,
            outcome=outcome,
            missing=tuple(missing),
            url_requested=str(facts.get("url_requested", "")),
            url_final=str(facts.get("url_final", "")),
            title=str(facts.get("title", "")),
            started_at=str(facts.get("started_at", "")),
            finished_at=str(facts.get("finished_at", "")),
            manifest_sha256=digest,
            annex_sha256=sha256_hex(annex) if annex is not None else None,
            seconds=seconds or {},
        )
        index.add_exhibit(exhibit, manifest=manifest, artifacts=ordered, annex=annex, text=text)
        context.log.append(
            case_id,
            event,
            subject=exhibit_id,
            digests={"manifest": digest},
            detail={"outcome": outcome.value, "missing": list(missing)} | (detail or {}),
        )
        for authority in context.authorities().default:
            index.add_token("manifest", exhibit_id, digest, authority.name, clock.rfc3339())
        if attempt:
            index.end_attempt(exhibit_id)
    context.vault.set_meta("last_case", case_id)
    return ExhibitRecord(exhibit=exhibit, artifacts=tuple(ordered), tokens=tuple(index.tokens("manifest", exhibit_id)))
