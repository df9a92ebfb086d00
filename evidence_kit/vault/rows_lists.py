"""Rows of lists of addresses: what was asked, and how far it came, so that a list can be taken up at any time."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from evidence_kit.canonical import JsonObject
from evidence_kit.vault.database import Database, Row

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
BEYOND = "beyond"
"""A page that was named when its list held as many as it may: not asked for unless the list is gone on with."""
MAX_BEYOND = 1000
"""How many of those are written down; what they lead to is found when they are recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureList:
    """A list as it was begun."""

    id: str
    case_id: str
    subject: str
    options: JsonObject
    created_at: str
    beyond: bool = False
    """Whether pages were named that were more than the list may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One address of a list. ``state`` is waiting, running, done, failed or beyond."""

    position: int
    url: str
    state: str
    exhibit_id: str | None
    """The exhibit of a finished item, or the attempt of a running one."""
    tries: int
    error: str
    key: str = ""
    """Which page of which thread it is, where that is known."""
    number: int = 0
    """Of the page, for sorting."""
    led_by: JsonObject = field(default_factory=dict)
    """Which page named it, and how; empty for what a person asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A page that a page of the list led to."""

    url: str
    key: str
    number: int
    led_by: JsonObject


_LIST = "id, case_id, subject, options, created_at, beyond"
_ITEM = "position, url, state, exhibit_id, tries, error, page_key, number, led_by"


def _list(row: Row) -> CaptureList:
    return CaptureList(
        id=row[0],
        case_id=row[1],
        subject=row[2],
        options=json.loads(row[3]),
        created_at=row[4],
        beyond=bool(row[5]),
    )


def _item(row: Row) -> ListItem:
    return ListItem(
        position=row[0],
        url=row[1],
        state=row[2],
        exhibit_id=row[3],
        tries=row[4],
        error=row[5],
        key=row[6],
        number=row[7],
        led_by=json.loads(row[8]),
    )


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
            f"SELECT {_LIST} FROM capture_list l WHERE case_id = ? AND left_at IS NULL AND EXISTS"  # noqa: S608
            " (SELECT 1 FROM capture_item i WHERE i.list_id = l.id AND i.state IN ('waiting', 'running'))"
            " ORDER BY rowid DESC",
            (case_id,),
        )
        return [_list(r) for r in rows]

    def lists_at_bound(self, case_id: str) -> list[CaptureList]:
        """Lists of a case that came to their bound on pages while more were named, newest first."""
        rows = self._all(
            f"SELECT {_LIST} FROM capture_list l WHERE case_id = ? AND left_at IS NULL AND"  # noqa: S608
            " EXISTS (SELECT 1 FROM capture_item i WHERE i.list_id = l.id AND i.state = 'beyond') AND NOT EXISTS"
            " (SELECT 1 FROM capture_item i WHERE i.list_id = l.id AND i.state IN ('waiting', 'running'))"
            " ORDER BY rowid DESC",
            (case_id,),
        )
        return [_list(r) for r in rows]

    def raise_bound(self, list_id: str, limit: int) -> None:
        """Let a list hold ``limit`` pages: those named beyond its bound wait now, the lowest numbers first."""
        with self.transaction():
            options = self.capture_list(list_id).options | {"max_pages": limit}
            self._run("UPDATE capture_list SET options = ? WHERE id = ?", (json.dumps(options), list_id))
            self._run(
                "UPDATE capture_item SET state = 'waiting' WHERE list_id = ? AND position IN (SELECT position FROM"
                " capture_item WHERE list_id = ? AND state = 'beyond' ORDER BY number, position LIMIT ?)",
                (list_id, list_id, max(0, limit - self._held(list_id))),
            )
            self._run(
                "UPDATE capture_list SET beyond = EXISTS"
                " (SELECT 1 FROM capture_item WHERE list_id = ? AND state = 'beyond') WHERE id = ?",
                (list_id, list_id),
            )

    def _held(self, list_id: str) -> int:
        found = self._all("SELECT COUNT(*) FROM capture_item WHERE list_id = ? AND state <> 'beyond'", (list_id,))
        return int(found[0][0])

    def capture_list(self, list_id: str) -> CaptureList:
        """A list as it stands now."""
        row = self._one(f"SELECT {_LIST} FROM capture_list WHERE id = ?", (list_id,))  # noqa: S608
        assert row is not None  # noqa: S101 - lists are never removed
        return _list(row)

    def leave_list(self, list_id: str, at: str) -> None:
        """It is not to be gone on with; what it recorded stays."""
        self._run("UPDATE capture_list SET left_at = ? WHERE id = ?", (at, list_id))

    def list_items(self, list_id: str) -> list[ListItem]:
        """All items in the order asked."""
        rows = self._all(
            f"SELECT {_ITEM} FROM capture_item WHERE list_id = ? ORDER BY position",  # noqa: S608
            (list_id,),
        )
        return [_item(r) for r in rows]

    def item(self, list_id: str, position: int) -> ListItem:
        """One item."""
        row = self._one(
            f"SELECT {_ITEM} FROM capture_item WHERE list_id = ? AND position = ?",  # noqa: S608
            (list_id, position),
        )
        assert row is not None  # noqa: S101 - items are never removed
        return _item(row)

    def name_item(self, list_id: str, position: int, key: str) -> None:
        """Say which page an item turned out to be, unless another one is that page."""
        self._run(
            "UPDATE OR IGNORE capture_item SET page_key = ? WHERE list_id = ? AND position = ? AND page_key = ''",
            (key, list_id, position),
        )

    def add_items(self, list_id: str, new: Sequence[NewItem], known: Collection[str], limit: int) -> list[ListItem]:
        """Add the pages that are neither in the list nor among the keys ``known``; those above ``limit`` as beyond it.

        Call it in the transaction that admits the exhibit which names them. Gives those that are to be asked for.
        """
        rows = int(self._all("SELECT COUNT(*) FROM capture_item WHERE list_id = ?", (list_id,))[0][0])
        held = self._held(list_id)
        made = []
        for one in new:
            there = "SELECT 1 FROM capture_item WHERE list_id = ? AND (page_key = ? OR url = ?)"
            if one.key in known or self._one(there, (list_id, one.key, one.url)):
                continue
            above = held >= limit
            if above:
                self._run("UPDATE capture_list SET beyond = 1 WHERE id = ?", (list_id,))
                if rows - held >= MAX_BEYOND:
                    break
            self._insert(
                "capture_item",
                {
                    "list_id": list_id,
                    "position": rows,
                    "url": one.url,
                    "state": BEYOND if above else WAITING,
                    "page_key": one.key,
                    "number": one.number,
                    "led_by": json.dumps(one.led_by, ensure_ascii=False),
                },
            )
            made += [] if above else [self.item(list_id, rows)]
            rows, held = rows + 1, held + (not above)
        return made

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
