"""An address that the case holds already: the new record names the earlier one (DOMAIN CAP-29)."""

from __future__ import annotations

from collections.abc import Sequence

from evidence_kit.canonical import JsonObject
from evidence_kit.records import Artifact
from evidence_kit.vault.index import Index


def earlier(index: Index, case_id: str, url_requested: str, artifacts: Sequence[Artifact]) -> JsonObject:
    """The latest capture of exactly that address in the case, for the manifest's ``recapture_of``; empty if none.

    ``text`` says whether the words of the page are those of then, byte for byte; it does not say why they differ.
    """
    found = index.latest_capture(case_id, url_requested)
    if found is None:
        return {}
    now, then = _text(artifacts), _text(index.artifacts(found.id))
    compared = ("same" if now == then else "changed") if now and then else "not-compared"
    return {
        "exhibit_id": found.id,
        "manifest_sha256": found.manifest_sha256,
        "started_at": found.started_at,
        "outcome": found.outcome.value,
        "text": compared,
    }


def _text(artifacts: Sequence[Artifact]) -> str:
    return next((a.sha256 for a in artifacts if a.role == "text"), "")
