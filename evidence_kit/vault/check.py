"""Is everything in the vault what was put there? Every file re-read, every row held against its manifest.

A finding is a value, never an exception: one damaged file must not hide the next. Custody chains and tokens are
judged elsewhere; somebody who has the keys can make a vault that is sound and untrue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence_kit.canonical import JsonObject, NotCanonical, from_canonical
from evidence_kit.errors import VaultCorrupt
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import Artifact, Exhibit, ExhibitState
from evidence_kit.vault.blobs import OBJECTS, PART, SCRATCH, TEMPORARY, BlobStore
from evidence_kit.vault.database import FILE as INDEX_FILE
from evidence_kit.vault.header import FILE as HEADER_FILE
from evidence_kit.vault.index import Index

BLOB_MISSING, BLOB_DAMAGED = "blob-missing", "blob-damaged"
MANIFEST_DAMAGED, ROW_MISMATCH = "manifest-damaged", "row-mismatch"
UNKNOWN_FILE, INDEX_DAMAGED, HEADER_DAMAGED = "unknown-file", "index-damaged", "header-damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not right: ``what`` is a stable name, ``subject`` an exhibit's id or a file's name."""

    what: str
    subject: str
    detail: str

    def as_json(self) -> dict[str, str]:
        """As it stands in the answer of ``vault check``."""
        return {"what": self.what, "subject": self.subject, "detail": self.detail}


class Checker:
    """One run over one open vault."""

    def __init__(
        self, index: Index, blobs: BlobStore, *, fast: bool, progress: ProgressSink, cancel: CancelToken
    ) -> None:
        self._index, self._blobs = index, blobs
        self._fast, self._progress, self._cancel = fast, progress, cancel
        self._judged: dict[tuple[str, int], tuple[str, str] | None] = {}
        self._done, self._total = 0, 0

    def run(self, header_genuine: Callable[[], bool]) -> list[Finding]:
        """Everything that was found; empty if the vault is sound. Raises Cancelled."""
        found = []
        if not header_genuine():
            found.append(
                Finding(
                    what=HEADER_DAMAGED,
                    subject=HEADER_FILE,
                    detail=_("The file vault.json is not as this program wrote it; a new passphrase writes it anew."),
                )
            )
        found += [
            Finding(what=INDEX_DAMAGED, subject=INDEX_FILE, detail=text) for text in self._index.damage(fast=self._fast)
        ]
        try:
            for finding in self._rows():
                found.append(finding)
        except VaultCorrupt as exc:
            found.append(Finding(what=INDEX_DAMAGED, subject=INDEX_FILE, detail=exc.message))
        return found

    def _rows(self) -> Iterator[Finding]:
        exhibits = self._index.exhibits()
        attempts = self._index.open_attempts()
        artifacts = {exhibit.id: self._index.artifacts(exhibit.id) for exhibit in exhibits}
        self._total = sum(map(len, artifacts.values())) + sum(len(attempt.artifacts) for attempt in attempts)
        for exhibit in exhibits:
            self._cancel.check()
            yield from self._record(exhibit, artifacts[exhibit.id])
            for artifact in artifacts[exhibit.id]:
                yield from self._artifact(exhibit.id, artifact)
        for attempt in attempts:
            for artifact in attempt.artifacts:
                yield from self._artifact(attempt.id, artifact)
        for digest in self._index.kept_digests():
            try:
                self._index.data(digest)
            except VaultCorrupt as exc:
                yield Finding(what=ROW_MISMATCH, subject=digest, detail=exc.message)
        yield from self._strangers()

    def _record(self, exhibit: Exhibit, artifacts: list[Artifact]) -> Iterator[Finding]:
        number = exhibit.number
        try:
            manifest = from_canonical(self._index.manifest(exhibit.id))
        except (VaultCorrupt, NotCanonical):
            yield Finding(
                what=MANIFEST_DAMAGED,
                subject=exhibit.id,
                detail=_("The manifest of exhibit {number} is not the one that was recorded.", number=number),
            )
            return
        try:
            self._index.annex(exhibit.id)
        except VaultCorrupt:
            yield Finding(
                what=ROW_MISMATCH,
                subject=exhibit.id,
                detail=_("The confidential annex of exhibit {number} is not the one recorded.", number=number),
            )
        wrong = sorted(_differences(exhibit, manifest))
        removed = exhibit.state is not ExhibitState.NORMAL and not artifacts
        if not removed and not _same_artifacts(manifest.get("artifacts", []), artifacts):
            wrong.append("artifacts")
        if wrong:
            yield Finding(
                what=ROW_MISMATCH,
                subject=exhibit.id,
                detail=_(
                    "Exhibit {number}: the index says something else than the manifest about {fields}.",
                    number=number,
                    fields=", ".join(wrong),
                ),
            )

    def _artifact(self, subject: str, artifact: Artifact) -> Iterator[Finding]:
        self._progress(Progress("check", self._done, self._total))
        key = (artifact.sha256, artifact.size)
        if key not in self._judged:
            self._judged[key] = self._fast_verdict(artifact) if self._fast else self._full_verdict(artifact)
        self._done += 1
        self._progress(Progress("check", self._done, self._total))
        verdict = self._judged[key]
        if verdict:
            what, detail = verdict
            yield Finding(what=what, subject=subject, detail=f"{artifact.name} ({artifact.role}): {detail}")

    def _fast_verdict(self, artifact: Artifact) -> tuple[str, str] | None:
        self._cancel.check()
        if not self._blobs.exists(artifact.sha256):
            return BLOB_MISSING, _("The file is missing from the vault.")
        if not self._blobs.looks_whole(artifact.sha256, artifact.size):
            return BLOB_DAMAGED, _("The file in the vault is cut or is not of the right form.")
        return None

    def _full_verdict(self, artifact: Artifact) -> tuple[str, str] | None:
        if not self._blobs.exists(artifact.sha256):
            return BLOB_MISSING, _("The file is missing from the vault.")
        size = 0
        try:
            for block in self._blobs.chunks(artifact.sha256):
                self._cancel.check()
                size += len(block)
        except VaultCorrupt:
            return BLOB_DAMAGED, _("The file in the vault does not hold what was saved.")
        if size != artifact.size:
            return ROW_MISMATCH, _("The index gives another size than the file has.")
        return None

    def _strangers(self) -> Iterator[Finding]:
        files = list(self._blobs.files())  # before the rows, so that a blob being recorded now is not a stranger
        known = {self._blobs.name_of(digest) for digest in self._index.blob_digests()}
        for name, path in files:
            being_written = path.parent.name == TEMPORARY and path.suffix in {PART, SCRATCH}
            if name not in known and not being_written:
                yield Finding(
                    what=UNKNOWN_FILE,
                    subject=f"{OBJECTS}/{path.parent.name}/{path.name}" if path.parent.name != OBJECTS else path.name,
                    detail=_("No row of the index names this file; the next opening sets it aside in quarantine."),
                )


def _differences(exhibit: Exhibit, manifest: JsonObject) -> Iterator[str]:
    """Fields that both know and that differ; what a manifest does not say in plain text is left out."""
    rows: JsonObject = {
        "exhibit_id": exhibit.id,
        "case_id": exhibit.case_id,
        "kind": exhibit.kind.value,
        "subject": exhibit.subject.value,
        "outcome": exhibit.outcome.value,
        "url_requested": exhibit.url_requested,
        "url_final": exhibit.url_final,
        "title": exhibit.title,
        "started_at": exhibit.started_at,
        "finished_at": exhibit.finished_at,
        "annex_sha256": exhibit.annex_sha256,
    }
    for name, value in rows.items():
        said = manifest.get(name, value)
        if (said is None or isinstance(said, str)) and (said or "") != (value or ""):
            yield name
    missing = manifest.get("missing", list(exhibit.missing))
    if not isinstance(missing, list) or sorted(map(repr, missing)) != sorted(map(repr, exhibit.missing)):
        yield "missing"


def _same_artifacts(said: object, artifacts: list[Artifact]) -> bool:
    """Whether manifest and rows list the same artifacts, in any order; more facts in the manifest do not matter."""
    if not isinstance(said, list) or len(said) != len(artifacts):
        return False
    wanted = [artifact.as_json() for artifact in artifacts]
    listed = [{key: entry.get(key) for key in wanted[0]} for entry in said if isinstance(entry, dict)] if wanted else []
    return sorted(map(repr, listed)) == sorted(map(repr, wanted))
