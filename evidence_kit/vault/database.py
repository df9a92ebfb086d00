"""The encrypted database under the index: one connection, one lock, transactions that nest.

SQLCipher with a raw key; a rollback journal (no WAL: after each transaction everything stands in one file, which
suits USB sticks, copies and sudden death) and ``synchronous=EXTRA``. The driver's errors are translated here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from evidence_kit import system
from evidence_kit.errors import EvidenceError, VaultBusy, VaultCorrupt, VaultError, VaultTooNew
from evidence_kit.language import _
from evidence_kit.vault import lock, schema

FILE = "index.db"
Row = tuple[Any, ...]
_PRIMARY = 0xFF
_FULL, _READONLY, _BUSY, _LOCKED, _CANTOPEN, _IOERR = 13, 8, 5, 6, 14, 10
_DAMAGE = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB
_SETTINGS = (
    "PRAGMA cipher_memory_security = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA mmap_size = 0",
)


def index_damaged() -> VaultCorrupt:
    """What is said when the database cannot be what this program wrote."""
    return VaultCorrupt(
        _("The vault's index (index.db) is damaged or belongs to another vault."),
        hint=_("Leave this vault as it is and use a backup of it."),
    )


def _translated(exc: Any, folder: Path) -> EvidenceError:
    code = getattr(exc, "sqlite_errorcode", 0) & _PRIMARY
    text = str(exc)
    if code == _FULL:
        return system.storage_full(folder)
    if code == _READONLY or "readonly database" in text:
        return lock.read_only(folder)
    if code in _DAMAGE or "vtable constructor failed" in text:
        return index_damaged()
    if code in {_BUSY, _LOCKED}:
        return VaultBusy(
            _("Another program is using the vault's index (index.db)."), hint=_("Close that program, then try again.")
        )
    if text.startswith("frozen: "):
        return VaultError(
            _("What was once recorded cannot be changed or removed."),
            hint=_("Add a new record that corrects the old one."),
        )
    if isinstance(exc, sqlcipher.IntegrityError):
        return VaultError(
            _("This record does not fit what the vault already holds."),
            hint=_("Nothing was changed. Please report this."),
        )
    if code in {_CANTOPEN, _IOERR}:
        return VaultError(
            _("The vault's index (index.db) could not be read or written."),
            hint=_("Check that the disk is still connected and in order, then try again."),
        )
    return VaultError(_("The vault's index (index.db) could not do what was asked."), hint=_("Please report this."))


def as_bytes(value: bytes | str) -> bytes:
    """A BLOB column's bytes; text, which only a stranger's hand can have put there, fails the digest check later."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else bytes(value)


class Database:
    """One open ``index.db``. Every call may come from any thread; a transaction keeps the others out meanwhile."""

    def __init__(self, folder: Path, key: bytes, *, create: bool = False) -> None:
        """Open (or with ``create`` make) the index with a raw 256-bit key and bring its tables up to date.

        Raises :class:`VaultCorrupt` if it is missing, damaged or made for another key, :class:`VaultTooNew`,
        and what writing can raise.
        """
        self._folder = folder
        self._lock = threading.RLock()
        self._depth = 0
        self._connection: Any = None
        path = folder / FILE
        if not create and not path.is_file():
            raise VaultCorrupt(
                _("The vault's index (index.db) is missing; without it nothing in the vault can be found."),
                hint=_("Look whether the file was moved, or use a backup of the vault."),
            )
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        with self._lock, self._translating():
            # few statements are kept: many fill SQLite's small pool, and all else then costs locking memory each time
            self._connection = sqlcipher.connect(
                uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=4
            )
            try:
                self._connection.execute("PRAGMA cipher_log_level = NONE")
                self._connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
                for setting in _SETTINGS:
                    self._connection.execute(setting)
                self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                self.migrated_from = self._migrate(create=create)
            except BaseException:
                self.close()
                raise

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _migrate(self, *, create: bool) -> int | None:
        """Take the steps that are missing, each in its own transaction; the version from before, or None."""
        before = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        if before > len(schema.MIGRATIONS):
            raise VaultTooNew(
                _("This vault was written by a later version of this program."),
                hint=_("Install the current version of Evidence Kit, then open the vault again."),
            )
        if before == 0 and not create:
            raise index_damaged()
        for version, steps in enumerate(schema.MIGRATIONS[before:], start=before + 1):
            with self.transaction():
                for statement in steps:
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {version}")
        return before if 0 < before < len(schema.MIGRATIONS) else None

    @contextlib.contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except sqlcipher.Error as exc:
            raise _translated(exc, self._folder) from exc

    def _live(self) -> Any:
        if self._connection is None:
            raise VaultError(_("The vault is closed."), hint=_("Open it again."))
        return self._connection

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing for what happens inside, durable when it ends. Nested ones roll back on their own."""
        with self._lock:
            connection, depth = self._live(), self._depth
            begin, end, undo = "BEGIN IMMEDIATE", "COMMIT", ["ROLLBACK"]
            if depth:
                name = f"nested_{depth}"
                begin, end, undo = f"SAVEPOINT {name}", f"RELEASE {name}", [f"ROLLBACK TO {name}", f"RELEASE {name}"]
            with self._translating():
                connection.execute(begin)
            self._depth = depth + 1
            try:
                yield
                with self._translating():
                    connection.execute(end)
            except BaseException:
                # A full disk makes SQLite roll back by itself; there is nothing left to undo then.
                with contextlib.suppress(sqlcipher.Error):
                    for statement in undo if connection.in_transaction else ():
                        connection.execute(statement)
                raise
            finally:
                self._depth = depth

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._lock, self._translating():
            rows: list[Row] = self._live().execute(sql, values).fetchall()
            return rows

    def _one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        with self._lock, self._translating():
            cursor = self._live().execute(sql, values)
            row: Row | None = cursor.fetchone()
            cursor.close()
            return row

    def _run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one writing statement in a transaction; how many rows it changed."""
        with self.transaction(), self._translating():
            return int(self._live().execute(sql, values).rowcount)

    def _many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one writing statement for each of ``rows``, all or nothing."""
        with self.transaction(), self._translating():
            self._live().executemany(sql, rows)

    def _insert(self, table: str, values: dict[str, Any]) -> int:
        """Insert one row of fixed column names; its row number."""
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        with self.transaction(), self._translating():
            sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names come from our own code only
            return int(self._live().execute(sql, tuple(values.values())).lastrowid)

    def damage(self, *, fast: bool) -> list[str]:
        """What SQLCipher and SQLite find wrong with the file; empty if nothing. ``fast`` compares no indexes."""
        found: list[str] = []
        for question in ("cipher_integrity_check", "quick_check" if fast else "integrity_check", "foreign_key_check"):
            try:
                rows = self._all(f"PRAGMA {question}")
            except EvidenceError as exc:
                found.append(f"{question}: {exc.message}")
                continue
            found += [f"{question}: {row[0]}" for row in rows if row[0] != "ok"]
        return found

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                with contextlib.suppress(sqlcipher.Error):
                    connection.close()
