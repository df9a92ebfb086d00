"""Rows about cases, exports and small state."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from evidence_kit.canonical import JsonObject
from evidence_kit.errors import UsageError
from evidence_kit.language import _
from evidence_kit.records import Case, Mandate
from evidence_kit.vault.database import Database, Row

RESERVED = "vault."
"""Names in ``meta`` that begin so are the vault's own; two of them are keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One package that left the vault: what, when, which exhibits, how many files were withheld."""

    id: str
    case_id: str
    created_at: str
    name: str
    variant: str
    sha256: str
    size: int
    exhibits: tuple[str, ...] = ()
    withheld: int = 0
    details: JsonObject = field(default_factory=dict)


def _case(row: Row) -> Case:
    mandate = json.loads(row[4]) if row[4] else None
    return Case(
        id=row[0],
        name=row[1],
        created_at=row[2],
        for_someone_else=bool(row[3]),
        mandate=Mandate(**mandate) if mandate else None,
        closed_at=row[5],
    )


def _mandate(mandate: Mandate | None) -> str | None:
    if mandate is None:
        return None
    return json.dumps({"person": mandate.person, "scope": mandate.scope, "dated": mandate.dated}, ensure_ascii=False)


_CASE = "SELECT id, name, created_at, for_someone_else, mandate, closed_at FROM case_file"


def unknown_case() -> UsageError:
    """The error for a case id that is not in the vault."""
    return UsageError(_("There is no such case in the vault."), hint=_("List the cases to see their names and ids."))


class CaseRows(Database):
    """Cases, exports, meta."""

    def meta(self, key: str) -> str | None:
        """A small value of the vault, or None."""
        row = self._one("SELECT value FROM meta WHERE key = ?", (key,))
        return str(row[0]) if row else None

    def write_meta(self, key: str, value: str) -> None:
        """Set a small value of the vault."""
        self._run(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = ?", (key, value, value)
        )

    def add_case(self, case: Case) -> None:
        """Add a case. Raises :class:`VaultError` if its id is taken."""
        self._insert(
            "case_file",
            {
                "id": case.id,
                "name": case.name,
                "created_at": case.created_at,
                "for_someone_else": int(case.for_someone_else),
                "mandate": _mandate(case.mandate),
                "closed_at": case.closed_at,
            },
        )

    def case(self, case_id: str) -> Case | None:
        """The case with this id."""
        row = self._one(f"{_CASE} WHERE id = ?", (case_id,))
        return _case(row) if row else None

    def cases(self) -> list[Case]:
        """All cases, oldest first."""
        return [_case(row) for row in self._all(f"{_CASE} ORDER BY created_at, rowid")]

    def set_mandate(self, case_id: str, mandate: Mandate) -> None:
        """Record on whose behalf the case is kept (DOMAIN LAW-16). Raises :class:`UsageError` for an unknown case."""
        if not self._run("UPDATE case_file SET mandate = ? WHERE id = ?", (_mandate(mandate), case_id)):
            raise unknown_case()

    def close_case(self, case_id: str, at: str) -> None:
        """Mark the case as closed at the RFC 3339 time ``at``. Raises :class:`UsageError` for an unknown case."""
        if not self._run("UPDATE case_file SET closed_at = ? WHERE id = ?", (at, case_id)):
            raise unknown_case()

    def add_export(self, export: ExportRow) -> None:
        """Record a package that was made."""
        self._insert(
            "export",
            {
                "id": export.id,
                "case_id": export.case_id,
                "created_at": export.created_at,
                "name": export.name,
                "variant": export.variant,
                "sha256": export.sha256,
                "size": export.size,
                "exhibits": json.dumps(export.exhibits),
                "withheld": export.withheld,
                "details": json.dumps(export.details, ensure_ascii=False),
            },
        )

    def exports(self, case_id: str) -> list[ExportRow]:
        """The packages made of a case, oldest first."""
        rows = self._all(
            "SELECT id, case_id, created_at, name, variant, sha256, size, exhibits, withheld, details FROM export"
            " WHERE case_id = ? ORDER BY created_at, rowid",
            (case_id,),
        )
        return [
            ExportRow(
                id=row[0],
                case_id=row[1],
                created_at=row[2],
                name=row[3],
                variant=row[4],
                sha256=row[5],
                size=row[6],
                exhibits=tuple(json.loads(row[7])),
                withheld=row[8],
                details=json.loads(row[9]),
            )
            for row in rows
        ]
