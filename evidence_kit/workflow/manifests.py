"""Composing a manifest: what was recorded, when, how and by what, in canonical bytes (FORMAT)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from evidence_kit import __version__
from evidence_kit.canonical import JsonObject, to_canonical
from evidence_kit.digest import ALGORITHM, sha256_hex
from evidence_kit.records import MANIFEST_FORMAT, Artifact, Kind, Outcome, Subject
from evidence_kit.workflow.context import Context

ANNEX_FORMAT = "evidence-kit/annex/1"


def compose_annex(exhibit_id: str, personal: JsonObject) -> bytes:
    """The confidential annex: personal values, with 32 random bytes so that its digest gives nothing away."""
    return to_canonical(
        {"format": ANNEX_FORMAT, "exhibit_id": exhibit_id, "salt": secrets.token_hex(32), "values": personal}
    )


def custody_state(context: Context, case_id: str) -> JsonObject:
    """Heads of the case's log and of the vault's log at this moment."""
    case, vault = context.last_entry(case_id), context.last_entry(context.vault_chain)
    return {
        "chain": case.chain,
        "seq": case.seq,
        "head": case.head,
        "vault": {"chain": vault.chain, "seq": vault.seq, "head": vault.head},
    }


def compose(
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
    not_before: str | None,
    annex: bytes | None,
) -> bytes:
    """The manifest's bytes. ``facts`` holds what the engine measured; absent keys get an empty value."""
    empty: JsonObject = {
        "url_requested": "",
        "url_final": "",
        "redirects": [],
        "title": "",
        "started_at": "",
        "finished_at": "",
        "monotonic_ms": 0,
        "clock": {"status": "unverified"},
        "browser": {},
        "environment": {},
        "network": {},
        "navigation": [],
        "steps": [],
    }
    return to_canonical(
        empty
        | facts
        | {
            "format": MANIFEST_FORMAT,
            "digest_algorithm": ALGORITHM,
            "exhibit_id": exhibit_id,
            "case_id": case_id,
            "kind": kind.value,
            "vault_key": context.vault.vault_key,
            "software": {"name": "Evidence Kit", "version": __version__},
            "subject": subject.value,
            "outcome": outcome.value,
            "missing": list(missing),
            "artifacts": [a.as_json() for a in artifacts],
            "custody": custody_state(context, case_id),
            "not_before": not_before,
            "annex_sha256": sha256_hex(annex) if annex is not None else None,
        }
    )
