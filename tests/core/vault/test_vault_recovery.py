"""After a crash: nothing recorded is lost, nothing unknown is deleted, removals come to their end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from vault_makers import CASE, PASSPHRASE, admit, artifact, new_vault

from evidence_kit.digest import sha256_hex
from evidence_kit.errors import (
    VaultCorrupt,
    VaultError,
)
from evidence_kit.records import ExhibitState
from evidence_kit.vault import BlobStore, Vault, open_vault
from evidence_kit.vault.index import Index

MIB = 1 << 20


def test_unknown_files_go_to_quarantine_and_are_reported(vault: Vault, folder: Path) -> None:
    kept = admit(vault)
    vault.index.begin_attempt("t", CASE.id, {}, CASE.created_at)
    journalled = artifact(vault, b"from an attempt")
    vault.index.attempt_artifact("t", journalled)
    stray = vault.blobs.put(b"nobody names me")
    (folder / "objects" / "tmp").mkdir(exist_ok=True)
    (folder / "objects" / "tmp" / "77.part").write_bytes(b"half")
    (folder / "objects" / "odd").write_bytes(b"odd")
    vault.close()
    with open_vault(folder, passphrase=PASSPHRASE) as again:
        moved = again.report.quarantined
        assert len(moved) == 3
        assert {name.rsplit("-", 1)[1] for name in moved} == {vault_name(again, stray.sha256), "77.part", "odd"}
        assert {path.name for path in (folder / "quarantine").iterdir()} == set(moved)
        assert again.blobs.read(journalled.sha256) == b"from an attempt"
        assert again.index.exhibits() == [kept]
        assert again.check() == []
    with open_vault(folder, passphrase=PASSPHRASE) as once_more:
        assert once_more.report.quarantined == ()


def vault_name(vault: Vault, sha256: str) -> str:
    return vault.blobs.name_of(sha256)


def test_nothing_is_set_aside_when_rows_cannot_be_read(
    vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibit = admit(vault)
    vault.close()

    def broken(_: Any) -> Any:
        raise VaultCorrupt("damaged")

    monkeypatch.setattr(Index, "blob_digests", broken)
    with open_vault(folder, passphrase=PASSPHRASE) as again:
        assert again.report.damaged == ("index.db",)
        assert again.report.quarantined == ()
        assert again.blobs.exists(sha256_hex(b"words of the page"))
        assert again.index.exhibits() == [exhibit]


CRASHING_WRITER = (
    "import os, sys, hashlib; from pathlib import Path\n"
    "sys.path.insert(0, sys.argv[2])\n"
    "from vault_makers import *\n"
    "from evidence_kit.vault import open_vault\n"
    "v = open_vault(Path(sys.argv[1]), passphrase=PASSPHRASE)\n"
    "n = 0\n"
    "while True:\n"
    "    e = admit(v, [os.urandom(2_500_000), os.urandom(3000)], text='du texte ' * 2000)\n"
    "    print(e.id, flush=True)\n"
)


@pytest.mark.parametrize("delay", [0.0, 0.013, 0.037, 0.071, 0.11])
def test_killed_writer_loses_nothing_that_was_recorded(folder: Path, delay: float) -> None:
    new_vault(folder)[0].close()
    here = str(Path(__file__).parent)
    with subprocess.Popen(
        [sys.executable, "-c", CRASHING_WRITER, str(folder), here], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as writer:
        assert writer.stdout
        said = [writer.stdout.readline().decode().strip() for _ in range(2)]
        time.sleep(delay)
        writer.kill()
        rest, errors = writer.communicate(timeout=20)
        assert errors == b""
        said += [line for line in rest.decode().split("\n")[:-1] if line]
    with open_vault(folder, passphrase=PASSPHRASE) as vault:
        found = [exhibit.id for exhibit in vault.index.exhibits()]
        assert found[: len(said)] == said
        assert len(found) - len(said) <= 1
        assert vault.check() == []
        assert len(vault.index.exhibits(search="texte")) == len(found)
        admit(vault)
    with open_vault(folder, passphrase=PASSPHRASE) as vault:
        assert vault.report.quarantined == ()


def test_files_that_an_older_index_did_not_know_are_taken_back(folder: Path) -> None:
    vault, _code = new_vault(folder)
    vault.close()
    older = (folder / "index.db").read_bytes()
    with open_vault(folder, passphrase=PASSPHRASE) as vault:
        exhibit = admit(vault, [b"written since", os.urandom(2 * MIB)])
    newer = (folder / "index.db").read_bytes()
    (folder / "index.db").write_bytes(older)
    with open_vault(folder, passphrase=PASSPHRASE) as vault:
        assert len(vault.report.quarantined) == 2
    (folder / "index.db").write_bytes(newer)
    with open_vault(folder, passphrase=PASSPHRASE) as vault:
        assert vault.index.exhibits() == [exhibit]
        assert vault.check() == []
        assert list((folder / "quarantine").iterdir()) == []


def test_withdrawn_file_that_cannot_be_removed_does_not_keep_the_vault_shut(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, _code = new_vault(folder)
    exhibit = admit(vault)
    vault.index.set_state(exhibit.id, ExhibitState.WITHDRAWN, "")
    (digest,) = vault.index.remove_artifacts(exhibit.id)
    vault.close()

    def refuse(*_: Any, **__: Any) -> Any:
        raise VaultError("in use")

    monkeypatch.setattr(BlobStore, "remove", refuse)
    monkeypatch.setattr(BlobStore, "set_aside", refuse)
    with open_vault(folder, passphrase=PASSPHRASE) as again:
        assert again.index.doomed() == [digest]
    monkeypatch.undo()
    with open_vault(folder, passphrase=PASSPHRASE) as again:
        assert again.report.quarantined == ()
        assert not again.blobs.exists(digest)
