"""Rows of lists of addresses: what was asked, and how far it came, so that a list can be taken up at any time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from evidence_kit.canonical import JsonObject
from evidence_kit.vault.database import Database

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureList:
    """A list as it was begun."""

    id: str
    case_id: str
    subject: str
    options: JsonObject
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One address of a list. ``state`` is waiting, running, done or failed."""

    position: int
    url: str
    state: str
    exhibit_id: str | None
    """The exhibit of a finished item, or the attempt of a running one."""
    tries: int
    error: str


class ListRows(Database):
    """Lists and their items."""

    def add_list(self, made: CaptureList, urls: Sequence[str]) -> None:
        """Write a list down, before anything of it is loaded."""
        with self.transaction():
            self._insert(
                "capture_list",
                {
                    "id": made.id,
                    "case_id": made.case_id,
                    "subject": made.subject,
                    "options": json.dumps(made.options, ensure_ascii=False),
                    "created_at": made.created_at,
                },
            )
            for position, url in enumerate(urls):
                self._insert("capture_item", {"list_id": made.id, "position": position, "url": url, "state": WAITING})

    def unfinished_lists(self, case_id: str) -> list[CaptureList]:
        """Lists of a case of which something is still to be done, newest first."""
        rows = self._all(
            "SELECT id, case_id, subject, options, created_at FROM capture_list l WHERE case_id = ? AND EXISTS"
            " (SELECT 1 FROM capture_item i WHERE i.list_id = l.id AND i.state IN ('waiting', 'running'))"
            " ORDER BY rowid DESC",
            (case_id,),
        )
        return [
            CaptureList(id=r[0], case_id=r[1], subject=r[2], options=json.loads(r[3]), created_at=r[4]) for r in rows
        ]

    def list_items(self, list_id: str) -> list[ListItem]:
        """All items in the order asked."""
        rows = self._all(
            "SELECT position, url, state, exhibit_id, tries, error FROM capture_item WHERE list_id = ?"
            " ORDER BY position",
            (list_id,),
        )
        return [ListItem(position=r[0], url=r[1], state=r[2], exhibit_id=r[3], tries=r[4], error=r[5]) for r in rows]

    def begin_item(self, list_id: str, position: int, attempt_id: str) -> None:
        """One more try of an item begins; call it in the transaction that begins the attempt."""
        self._run(
            "UPDATE capture_item SET state = 'running', exhibit_id = ?, tries = tries + 1"
            " WHERE list_id = ? AND position = ?",
            (attempt_id, list_id, position),
        )

    def end_item(self, list_id: str, position: int, state: str, *, error: str = "") -> None:
        """Say how a try ended; call it with ``done`` in the transaction that admits the exhibit."""
        self._run(
            "UPDATE capture_item SET state = ?, error = ? WHERE list_id = ? AND position = ?",
            (state, error, list_id, position),
        )

    def reset_items(self, list_id: str) -> None:
        """What an earlier run left under way waits again, with all its tries before it."""
        self._run(
            "UPDATE capture_item SET state = 'waiting', tries = 0 WHERE list_id = ? AND state = 'running'", (list_id,)
        )
