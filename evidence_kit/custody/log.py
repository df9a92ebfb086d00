"""The append-only writer of a custody log (DOMAIN LOG-01, LOG-02)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.custody.chain import ZERO_HEAD, compose_entry, link
from evidence_kit.custody.clockwatch import ClockWatch
from evidence_kit.records import CustodyEntry

WITHHELD_BY_DEFAULT = frozenset(
    {"exhibit.viewed", "exhibit.extracted", "vault.unlocked", "vault.unlock-failed", "vault.locked", "log.viewed"}
)
"""Events that stay with her: in a package they stand as salted digests only (FORMAT)."""


CLOCK_ANOMALY = "clock.anomaly"


@dataclass(frozen=True, slots=True)
class Event:
    """What is to be written: ``type`` such as ``capture.started``, what it is about, and what is known of it."""

    type: str
    subject: str = ""
    digests: JsonObject = field(default_factory=dict)
    purpose: str = ""
    detail: JsonObject = field(default_factory=dict)


class EntryStore(Protocol):
    """Where entries are kept. Appending must be atomic with whatever transaction surrounds it."""

    def transaction(self) -> AbstractContextManager[None]:
        """Hold off every other writer, and keep all of what happens inside or nothing."""

    def last_entry(self, chain: str) -> CustodyEntry | None:
        """The newest entry of ``chain``."""

    def append_entries(self, entries: Sequence[CustodyEntry]) -> None:
        """Keep ``entries``, each of which must be the next of its chain."""


class CustodyLog:
    """Writes entries for one actor. Threads may share it: reading the last head and adding to it are one step."""

    def __init__(
        self, store: EntryStore, *, software: str, vault_key: str, actor: str, watch: ClockWatch | None = None
    ) -> None:
        self._store = store
        self._watch = watch
        self._software = software
        self._vault_key = vault_key
        self.actor = safe_text(actor, 120)
        self.changed: set[str] = set()
        """Chains to which more was added than that somebody looked or opened."""

    def append(
        self,
        chain: str,
        event: str,
        *,
        subject: str = "",
        digests: JsonObject | None = None,
        purpose: str = "",
        detail: JsonObject | None = None,
    ) -> CustodyEntry:
        """Add one event, such as ``capture.started``, and give it back with its head.

        What happened to the clock since the last entry is added before it.
        """
        return self.append_all(chain, [Event(event, subject, digests or {}, purpose, detail or {})])[-1]

    def append_all(self, chain: str, events: Sequence[Event]) -> list[CustodyEntry]:
        """Add many events to one chain in one step, in order. What happened to the clock stands first in the list."""
        with self._store.transaction():
            last = self._store.last_entry(chain)
            facts = self._watch.untold(chain, last) if self._watch else []
            made: list[CustodyEntry] = []
            for event in (*(Event(CLOCK_ANOMALY, detail=fact) for fact in facts), *events):
                last = self._next(chain, last, event)
                made.append(last)
            self._store.append_entries(made)
        if any(event.type not in WITHHELD_BY_DEFAULT for event in events):
            self.changed.add(chain)
        return made

    def _next(self, chain: str, last: CustodyEntry | None, event: Event) -> CustodyEntry:
        seq, previous = (last.seq + 1, last.head) if last else (0, ZERO_HEAD)
        entry = compose_entry(
            chain=chain,
            seq=seq,
            event=event.type,
            at=clock.rfc3339(),
            zone=clock.zone_name(),
            actor=self.actor,
            subject=event.subject,
            digests=event.digests,
            purpose=event.purpose,
            detail=event.detail,
            software=self._software,
            vault_key=self._vault_key,
        )
        digest, head = link(previous, entry)
        return CustodyEntry(chain=chain, seq=seq, entry=entry, digest=digest, head=head)
