"""Small vaults, cases and exhibits for the tests of the vault, with a key derivation that costs next to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evidence_kit.canonical import JsonObject, to_canonical
from evidence_kit.digest import sha256_hex
from evidence_kit.records import Artifact, Case, Exhibit, ExhibitState, Kind, Outcome, Subject
from evidence_kit.vault import KdfParameters, Vault, create_vault

CHEAP = KdfParameters(memory_kib=8 * 1024, iterations=1, lanes=1)
PASSPHRASE = "tulipe wagon brume 42"
CASE = Case(id="case-a", name="Affaire A", created_at="2026-03-01T10:00:00.000Z")


def new_vault(path: Path) -> tuple[Vault, str]:
    return create_vault(path, PASSPHRASE, kdf=CHEAP)


def artifact(vault: Vault, content: bytes, *, role: str = "text", name: str = "page.txt") -> Artifact:
    ref = vault.blobs.put(content)
    return Artifact(role=role, name=name, media_type="text/plain", size=ref.size, sha256=ref.sha256)


def exhibit_of(
    number: int,
    artifacts: Sequence[Artifact] = (),
    *,
    case_id: str = CASE.id,
    title: str = "A page",
    url: str = "https://example.test/page",
    annex: bytes | None = None,
    exhibit_id: str = "",
) -> tuple[Exhibit, bytes]:
    exhibit_id = exhibit_id or f"{case_id}-{number:04d}"
    facts: JsonObject = {
        "format": "evidence-kit/manifest/1",
        "exhibit_id": exhibit_id,
        "case_id": case_id,
        "kind": "capture",
        "url_requested": url,
        "url_final": url,
        "title": title,
        "started_at": "2026-03-01T10:00:00.000Z",
        "finished_at": "2026-03-01T10:00:09.000Z",
        "outcome": "complete",
        "missing": [],
        "artifacts": [a.as_json() for a in artifacts],
        "annex_sha256": None if annex is None else sha256_hex(annex),
    }
    manifest = to_canonical(facts)
    exhibit = Exhibit(
        id=exhibit_id,
        case_id=case_id,
        number=number,
        kind=Kind.CAPTURE,
        subject=Subject.ADULT,
        outcome=Outcome.COMPLETE,
        missing=(),
        url_requested=url,
        url_final=url,
        title=title,
        started_at="2026-03-01T10:00:00.000Z",
        finished_at="2026-03-01T10:00:09.000Z",
        manifest_sha256=sha256_hex(manifest),
        annex_sha256=None if annex is None else sha256_hex(annex),
        state=ExhibitState.NORMAL,
        seconds={"load": 900},
    )
    return exhibit, manifest


def admit(
    vault: Vault,
    contents: Sequence[bytes] = (b"words of the page",),
    *,
    case_id: str = CASE.id,
    title: str = "A page",
    url: str = "https://example.test/page",
    text: str = "",
    annex: bytes | None = None,
) -> Exhibit:
    """One more exhibit with one artifact per content."""
    artifacts = [artifact(vault, content, name=f"part-{n}.txt") for n, content in enumerate(contents)]
    with vault.index.transaction():
        if vault.index.case(case_id) is None:
            vault.index.add_case(Case(id=case_id, name=case_id, created_at=CASE.created_at))
        number = vault.index.next_number(case_id)
        exhibit, manifest = exhibit_of(number, artifacts, case_id=case_id, title=title, url=url, annex=annex)
        vault.index.add_exhibit(exhibit, manifest=manifest, artifacts=artifacts, annex=annex, text=text)
    return exhibit
