"""Rows of captures that are under way: a journal from which an interrupted one is mended at the next opening."""

from __future__ import annotations

import json
from dataclasses import dataclass

from evidence_kit.canonical import JsonObject
from evidence_kit.errors import VaultError
from evidence_kit.language import _
from evidence_kit.records import Artifact
from evidence_kit.vault.database import Database, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A capture that was begun: what was asked, the facts so far, the artifacts that are already safe."""

    id: str
    case_id: str
    request: JsonObject
    state: JsonObject
    artifacts: tuple[Artifact, ...]
    started_at: str


def artifact_of(row: Row) -> Artifact:
    """An artifact from its columns: role, name, media_type, size, sha256, confidential."""
    return Artifact(role=row[0], name=row[1], media_type=row[2], size=row[3], sha256=row[4], confidential=bool(row[5]))


def artifact_values(artifact: Artifact) -> JsonObject:
    """The columns of an artifact."""
    return {
        "role": artifact.role,
        "name": artifact.name,
        "media_type": artifact.media_type,
        "size": artifact.size,
        "sha256": artifact.sha256,
        "confidential": int(artifact.confidential),
    }


class AttemptRows(Database):
    """The journal of captures under way."""

    def begin_attempt(self, attempt_id: str, case_id: str, request: JsonObject, at: str) -> None:
        """Write down what is about to be captured, before anything is loaded."""
        self._insert(
            "attempt",
            {
                "id": attempt_id,
                "case_id": case_id,
                "request": json.dumps(request, ensure_ascii=False),
                "started_at": at,
            },
        )

    def update_attempt(self, attempt_id: str, state: JsonObject) -> None:
        """Replace the facts so far. Raises :class:`VaultError` if the attempt is over."""
        values = (json.dumps(state, ensure_ascii=False), attempt_id)
        if not self._run("UPDATE attempt SET state = ? WHERE id = ?", values):
            raise VaultError(_("This capture is already over."), hint=_("Start a new one."))

    def attempt_artifact(self, attempt_id: str, artifact: Artifact) -> None:
        """Name a stored blob, so that it counts as known. Raises :class:`VaultError` if the attempt is unknown."""
        with self.transaction():
            row = self._one(
                "SELECT COALESCE(MAX(position), -1) + 1 FROM attempt_artifact WHERE attempt_id = ?", (attempt_id,)
            )
            key = {"attempt_id": attempt_id, "position": row[0] if row else 0}
            self._insert("attempt_artifact", key | artifact_values(artifact))

    def open_attempts(self) -> list[Attempt]:
        """Captures that were begun and not ended, oldest first."""
        with self.transaction():
            rows = self._all("SELECT id, case_id, request, state, started_at FROM attempt ORDER BY started_at, rowid")
            return [
                Attempt(
                    id=row[0],
                    case_id=row[1],
                    request=json.loads(row[2]),
                    state=json.loads(row[3]),
                    artifacts=self._attempt_artifacts(row[0]),
                    started_at=row[4],
                )
                for row in rows
            ]

    def _attempt_artifacts(self, attempt_id: str) -> tuple[Artifact, ...]:
        rows = self._all(
            "SELECT role, name, media_type, size, sha256, confidential FROM attempt_artifact"
            " WHERE attempt_id = ? ORDER BY position",
            (attempt_id,),
        )
        return tuple(artifact_of(row) for row in rows)

    def drop_attempt(self, attempt_id: str) -> None:
        """Forget an attempt together with what it kept; its files go with the next removals."""
        with self.transaction():
            self._run(
                "INSERT INTO doomed (sha256) SELECT DISTINCT sha256 FROM attempt_artifact WHERE attempt_id = ?"
                " ON CONFLICT DO NOTHING",
                (attempt_id,),
            )
            self.end_attempt(attempt_id)

    def end_attempt(self, attempt_id: str) -> None:
        """Forget the journal of an attempt: its exhibit exists now, or it is given up. Nothing happens if unknown."""
        self._run("DELETE FROM attempt WHERE id = ?", (attempt_id,))
