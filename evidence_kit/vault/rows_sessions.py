"""Rows of sign-ins that she chose to keep. Who reads the index can use them; they stand nowhere else."""

from __future__ import annotations

import json
from dataclasses import dataclass

from evidence_kit import clock
from evidence_kit.canonical import JsonObject
from evidence_kit.vault.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSession:
    """One kept sign-in, without what signs in."""

    id: str
    label: str
    """Her own name for it, such as that of the account."""
    sites: tuple[str, ...]
    kept_at: str
    used_at: str
    """When it was used last; empty for never."""


class SessionRows(Database):
    """Kept sign-ins, one for each label."""

    def keep_session(self, made: KeptSession, state: JsonObject) -> None:
        """Write one down; an earlier one with the same label is gone then."""
        with self.transaction():
            self._run("DELETE FROM kept_session WHERE label = ?", (made.label,))
            self._insert(
                "kept_session",
                {
                    "id": made.id,
                    "label": made.label,
                    "sites": json.dumps(made.sites),
                    "state": json.dumps(state, ensure_ascii=False),
                    "kept_at": made.kept_at,
                    "used_at": made.used_at,
                },
            )

    def kept_sessions(self) -> list[KeptSession]:
        """All of them, by label."""
        rows = self._all("SELECT id, label, sites, kept_at, used_at FROM kept_session ORDER BY label")
        return [
            KeptSession(id=r[0], label=r[1], sites=tuple(json.loads(r[2])), kept_at=r[3], used_at=r[4]) for r in rows
        ]

    def session_state(self, session_id: str) -> JsonObject:
        """What signs in, of one that is there; noted as used now. Empty for one that is not."""
        with self.transaction():
            self._run("UPDATE kept_session SET used_at = ? WHERE id = ?", (clock.rfc3339(), session_id))
            row = self._one("SELECT state FROM kept_session WHERE id = ?", (session_id,))
        state: JsonObject = json.loads(row[0]) if row else {}
        return state

    def renew_session(self, session_id: str, state: JsonObject) -> bool:
        """Put what it has become in the place of what was kept; False where it is gone by now, or was replaced."""
        with self.transaction():
            if self._one("SELECT 1 FROM kept_session WHERE id = ?", (session_id,)) is None:
                return False
            packed = json.dumps(state, ensure_ascii=False)
            self._run("UPDATE kept_session SET state = ? WHERE id = ?", (packed, session_id))
        return True

    def forget_session(self, session_id: str) -> None:
        """Remove it; the file keeps nothing of it (secure_delete)."""
        self._run("DELETE FROM kept_session WHERE id = ?", (session_id,))
