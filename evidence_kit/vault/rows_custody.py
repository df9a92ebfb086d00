"""Rows of the custody chains: appended in order, never changed, never removed (triggers see to it)."""

from __future__ import annotations

from collections.abc import Sequence

from evidence_kit.records import CustodyEntry
from evidence_kit.vault.database import Database, Row, as_bytes

_ENTRY = "SELECT chain, seq, entry, digest, head FROM custody_entry"


def _entry(row: Row) -> CustodyEntry:
    return CustodyEntry(chain=row[0], seq=row[1], entry=as_bytes(row[2]), digest=row[3], head=row[4])


class CustodyRows(Database):
    """Custody entries. Whether they link is judged by the chain's own check, not here."""

    def append_entries(self, entries: Sequence[CustodyEntry]) -> None:
        """Add the next entries of their chains, all or none.

        Raises :class:`VaultError` if a ``seq`` is not the next number.
        """
        rows = [(e.chain, e.seq, e.entry, e.digest, e.head) for e in entries]
        self._many("INSERT INTO custody_entry (chain, seq, entry, digest, head) VALUES (?, ?, ?, ?, ?)", rows)

    def last_entry(self, chain: str) -> CustodyEntry | None:
        """The newest entry of a chain."""
        row = self._one(f"{_ENTRY} WHERE chain = ? ORDER BY seq DESC LIMIT 1", (chain,))
        return _entry(row) if row else None

    def entries(self, chain: str, *, after: int = -1, limit: int | None = None) -> list[CustodyEntry]:
        """Entries with a number above ``after``, in order, at most ``limit``."""
        rows = self._all(
            f"{_ENTRY} WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?",
            (chain, after, -1 if limit is None else limit),
        )
        return [_entry(row) for row in rows]

    def chains(self) -> list[str]:
        """The names of all chains that have an entry."""
        return [row[0] for row in self._all("SELECT DISTINCT chain FROM custody_entry ORDER BY chain")]
