"""Rows of imported EU trusted lists: the file's own bytes, and what was believed when it was imported."""

from __future__ import annotations

import json
from dataclasses import dataclass

from evidence_kit.canonical import JsonObject
from evidence_kit.vault.database import Database, as_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTrustedList:
    """One imported list, without its bytes."""

    kind: str
    """``national``, or ``lotl`` for the list of lists."""
    territory: str
    record: JsonObject
    """Number, times, digests and signer, as they were when its signature was checked."""
    imported_at: str


class TrustedListRows(Database):
    """Trusted lists: of each kind and territory the one that was imported last."""

    def keep_trusted_list(self, made: KeptTrustedList, xml: bytes) -> None:
        """Write one down; the earlier one of its territory is gone then."""
        with self.transaction():
            self._run("DELETE FROM trusted_list WHERE kind = ? AND territory = ?", (made.kind, made.territory))
            self._insert(
                "trusted_list",
                {
                    "kind": made.kind,
                    "territory": made.territory,
                    "record": json.dumps(made.record, ensure_ascii=False),
                    "imported_at": made.imported_at,
                    "xml": xml,
                },
            )

    def trusted_lists(self) -> list[KeptTrustedList]:
        """All of them, by kind and territory."""
        rows = self._all("SELECT kind, territory, record, imported_at FROM trusted_list ORDER BY kind DESC, territory")
        return [KeptTrustedList(kind=r[0], territory=r[1], record=json.loads(r[2]), imported_at=r[3]) for r in rows]

    def trusted_list_xml(self, kind: str, territory: str) -> bytes:
        """The file as it was imported; empty where there is none. Its digest is in the record, for the reader."""
        row = self._one("SELECT xml FROM trusted_list WHERE kind = ? AND territory = ?", (kind, territory))
        return as_bytes(row[0]) if row else b""
