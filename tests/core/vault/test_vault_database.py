"""The encrypted database: transactions, migrations, full disks, wrong keys."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher
from vault_makers import CASE, PASSPHRASE, new_vault

from evidence_kit.errors import (
    StorageFull,
    VaultCorrupt,
    VaultError,
    VaultReadOnly,
    VaultTooNew,
)
from evidence_kit.records import Case, CustodyEntry
from evidence_kit.vault import database, open_vault, schema
from evidence_kit.vault.index import Index

KEY = bytes(range(32))
AT = "2026-03-01T10:00:00.000Z"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path, KEY, create=True)


def raw(index: Index, sql: str, *values: object) -> object:
    return index._run(sql, values)


def test_failed_transaction_undoes_everything(index: Index) -> None:
    def broken_off() -> None:
        with index.transaction():
            index.add_case(CASE)
            index.write_meta("inner", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert index.cases() == []
    with index.transaction():
        index.write_meta("outer", "1")
        with pytest.raises(ZeroDivisionError):
            broken_off()
        with pytest.raises(VaultError):
            index.append_entries([CustodyEntry(chain="c", seq=5, entry=b"", digest="", head="")])
        index.add_case(CASE)
    assert (index.meta("outer"), index.meta("inner")) == ("1", None)
    assert index.cases() == [CASE]


def test_other_threads_wait_for_a_transaction(index: Index) -> None:
    seen: list[str | None] = []
    with index.transaction():
        index.write_meta("a", "half")
        thread = threading.Thread(target=lambda: seen.append(index.meta("a")))
        thread.start()
        thread.join(0.2)
        assert seen == []
        index.write_meta("a", "whole")
    thread.join(5)
    assert seen == ["whole"]


def test_full_disk_is_said_and_rolled_back(index: Index) -> None:
    pages = index._one("PRAGMA page_count")
    assert pages
    raw(index, "INSERT INTO meta VALUES ('a', '1')")
    index._one(f"PRAGMA max_page_count = {pages[0] + 4}")

    def too_much() -> None:
        with index.transaction():
            index.write_meta("a", "2")
            index.write_meta("big", "x" * 1_000_000)

    with pytest.raises(StorageFull):
        too_much()
    assert index.meta("a") == "1"
    index.write_meta("a", "3")
    assert index.meta("a") == "3"


def test_readonly_index_is_said(index: Index) -> None:
    index._one("PRAGMA query_only = ON")
    with pytest.raises(VaultReadOnly):
        index.write_meta("a", "1")


def test_wrong_key_or_damage_is_called_damage(index: Index, tmp_path: Path) -> None:
    index.close()
    with pytest.raises(VaultCorrupt):
        Index(tmp_path, bytes(32))
    path = tmp_path / database.FILE
    whole = path.read_bytes()
    for broken in (b"", b"x" * 4096, whole[:1000], whole[:16] + b"\0" * 200 + whole[216:]):
        path.write_bytes(broken)
        with pytest.raises(VaultCorrupt):
            Index(tmp_path, KEY)
    path.unlink()
    with pytest.raises(VaultCorrupt):
        Index(tmp_path, KEY)
    assert not path.exists()


def test_settings_are_in_force(index: Index) -> None:
    wanted = {"journal_mode": "delete", "synchronous": 3, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2}
    assert {name: (index._one(f"PRAGMA {name}") or (None,))[0] for name in wanted} == wanted


def test_migrations_run_forward_once_each(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index.add_case(CASE)
    index.close()
    steps = (("CREATE TABLE second (x)",), ("CREATE TABLE third (x)", "INSERT INTO third VALUES (1)"))
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *steps))
    again = Index(tmp_path, KEY)
    assert again.migrated_from == len(schema.MIGRATIONS) - len(steps)
    assert again.cases() == [CASE]
    assert again._all("SELECT x FROM third") == [(1,)]
    again.close()
    once_more = Index(tmp_path, KEY)
    assert once_more.migrated_from is None
    assert once_more._all("SELECT x FROM third") == [(1,)]
    once_more.close()
    monkeypatch.undo()
    with pytest.raises(VaultTooNew):
        Index(tmp_path, KEY)


def test_failed_migration_leaves_the_old_version_whole(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add_case(CASE)
    index.close()
    bad = ("CREATE TABLE second (x)", "INSERT INTO nowhere VALUES (1)")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, bad))
    with pytest.raises(VaultError):
        Index(tmp_path, KEY)
    monkeypatch.undo()
    again = Index(tmp_path, KEY)
    assert again.cases() == [CASE]
    assert again._one("SELECT 1 FROM sqlite_master WHERE name = 'second'") is None


def test_migration_is_reported_at_opening(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_vault(folder)[0].close()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE second (x)",)))
    with open_vault(folder, passphrase=PASSPHRASE) as vault:
        assert vault.report.migrated_from == len(schema.MIGRATIONS) - 1


def test_index_is_not_readable_without_the_key(index: Index, tmp_path: Path) -> None:
    index.add_case(Case(id="a", name="MARKERNAME", created_at=AT))
    index.close()
    assert b"MARKERNAME" not in (tmp_path / database.FILE).read_bytes()
    with sqlcipher.connect(str(tmp_path / database.FILE)) as plain, pytest.raises(sqlcipher.DatabaseError):
        plain.execute("SELECT * FROM case_file")
    plain.close()
