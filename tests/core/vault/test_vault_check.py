"""Checking a vault: every harm is found and named, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from vault_makers import CASE, PASSPHRASE, admit, artifact, new_vault

from evidence_kit.digest import sha256_hex
from evidence_kit.errors import (
    Cancelled,
)
from evidence_kit.jobs import CancelToken, Progress
from evidence_kit.vault import Vault, open_vault
from evidence_kit.vault.index import Index

MIB = 1 << 20


def harm_flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "what", "fast"),
    [
        ("missing", "blob-missing", True),
        ("missing", "blob-missing", False),
        ("flipped", "blob-damaged", False),
        ("cut", "blob-damaged", True),
        ("cut", "blob-damaged", False),
        ("swapped", "blob-damaged", False),
        ("junk", "blob-damaged", True),
    ],
)
@pytest.mark.parametrize("size", [2000, 3 * MIB])
def test_check_finds_harmed_files_and_names_the_exhibit(
    vault: Vault, harm: str, what: str, fast: bool, size: int
) -> None:
    contents = [os.urandom(size) for _ in range(3)]
    admit(vault, [contents[0]])
    hit = admit(vault, [contents[1]])
    admit(vault, [contents[2]])
    assert vault.check(fast=fast) == []
    path = vault.blobs.path_of(sha256_hex(contents[1]))
    if harm == "missing":
        path.unlink()
    elif harm == "flipped":
        harm_flip(path)
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:-70_000] if size > MIB else path.read_bytes()[:-1])
    elif harm == "swapped":
        path.write_bytes(vault.blobs.path_of(sha256_hex(contents[0])).read_bytes())
    else:
        path.write_bytes(os.urandom(path.stat().st_size))
    findings = vault.check(fast=fast)
    assert [(finding.what, finding.subject) for finding in findings] == [(what, hit.id)]
    assert findings[0].as_json()["detail"]


def test_check_names_every_exhibit_that_shares_a_harmed_file(vault: Vault) -> None:
    one, two = admit(vault, [b"same"]), admit(vault, [b"same"])
    vault.blobs.path_of(sha256_hex(b"same")).unlink()
    assert [finding.subject for finding in vault.check()] == [one.id, two.id]


def force(index: Index, *statements: str) -> None:
    """Change rows as somebody with the key and another tool could."""
    for (name,) in index._all("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        index._run(f"DROP TRIGGER {name}")
    for statement in statements:
        index._run(statement)


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE exhibit SET manifest = manifest || x'20'", "manifest-damaged"),
        ("UPDATE exhibit SET manifest_sha256 = 'x'", "manifest-damaged"),
        ("UPDATE exhibit SET manifest = x''", "manifest-damaged"),
        ("UPDATE exhibit SET title = 'other'", "row-mismatch"),
        ("UPDATE exhibit SET url_final = 'other'", "row-mismatch"),
        ("UPDATE exhibit SET outcome = 'partial'", "row-mismatch"),
        ("UPDATE exhibit SET started_at = 'other'", "row-mismatch"),
        ("UPDATE exhibit SET missing = '[\"pdf\"]'", "row-mismatch"),
        ("UPDATE exhibit SET annex = x'00'", "row-mismatch"),
        ("UPDATE artifact SET name = 'other'", "row-mismatch"),
        ("UPDATE artifact SET size = size + 1", "row-mismatch"),
        ("UPDATE artifact SET confidential = 1", "row-mismatch"),
        ("DELETE FROM artifact", "row-mismatch"),
        ("INSERT INTO kept_data VALUES ('00', x'01')", "row-mismatch"),
    ],
)
def test_check_finds_rows_that_differ_from_the_manifest(vault: Vault, sql: str, what: str) -> None:
    exhibit = admit(vault, annex=b"personal")
    force(vault.index, sql)
    found = [(finding.what, finding.subject) for finding in vault.check()]
    assert (what, "00" if "kept_data" in sql else exhibit.id) in found


def test_check_finds_an_unknown_file_and_a_changed_header(vault: Vault, folder: Path) -> None:
    admit(vault)
    stray = vault.blobs.put(b"stray")
    raw = (folder / "vault.json").read_text()
    (folder / "vault.json").write_text(raw.replace('"created_at": "2', '"created_at": "1'))
    found = {finding.what: finding.subject for finding in vault.check(fast=True)}
    name = vault.blobs.name_of(stray.sha256)
    assert found == {"header-damaged": "vault.json", "unknown-file": f"objects/{name[:2]}/{name}"}


def test_check_finds_a_damaged_index(folder: Path) -> None:
    vault, _code = new_vault(folder)
    for number in range(40):
        admit(vault, [b"same"], text=f"some words {number} " * 200)
    vault.close()
    path = folder / "index.db"
    data = bytearray(path.read_bytes())
    data[len(data) // 4096 * 4096 - 4096 * 6 + 100] ^= 1
    path.write_bytes(data)
    with open_vault(folder, passphrase=PASSPHRASE) as again:
        assert "index-damaged" in {finding.what for finding in again.check(fast=True)}


def test_check_includes_files_of_an_interrupted_capture(vault: Vault) -> None:
    vault.index.add_case(CASE)
    vault.index.begin_attempt("t", CASE.id, {}, CASE.created_at)
    thing = artifact(vault, b"half way")
    vault.index.attempt_artifact("t", thing)
    assert vault.check() == []
    vault.blobs.remove(thing.sha256)
    assert [(finding.what, finding.subject) for finding in vault.check()] == [("blob-missing", "t")]


def test_check_tells_progress_and_stops_when_asked(vault: Vault) -> None:
    admit(vault, [os.urandom(3000) for _ in range(4)])
    seen: list[Progress] = []
    assert vault.check(progress=seen.append) == []
    assert (seen[0].step, seen[-1].done, seen[-1].total) == ("check", 4, 4)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        vault.check(cancel=cancel)
