"""The vault as a whole: making, opening, sharing, telling nothing."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from vault_makers import CASE, CHEAP, PASSPHRASE, admit, exhibit_of, new_vault

from evidence_kit import system
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import (
    EvidenceError,
    StorageFull,
    UsageError,
    VaultBusy,
    VaultCorrupt,
    VaultError,
    VaultNotFound,
    VaultReadOnly,
    WrongPassphrase,
)
from evidence_kit.vault import Vault, create_vault, header, lock, open_vault
from evidence_kit.vault.index import Index

MIB = 1 << 20


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_new_vault_has_the_agreed_parts(folder: Path) -> None:
    vault, _code = new_vault(folder)
    admit(vault)
    vault.close()
    assert {path.name for path in folder.iterdir()} == {"vault.json", "index.db", "objects", "quarantine", "lock"}
    if not system.WINDOWS:
        assert folder.stat().st_mode & 0o077 == 0


def test_empty_folder_and_system_droppings_are_no_obstacle(folder: Path) -> None:
    (folder / "System Volume Information").mkdir(parents=True)
    (folder / ".DS_Store").touch()
    new_vault(folder)[0].close()
    open_vault(folder, passphrase=PASSPHRASE).close()


@pytest.mark.parametrize("name", ["letter.odt", "index.db", "objects/x", ".hidden"])
def test_used_folder_is_refused_and_left_alone(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(b"theirs")
    with pytest.raises(UsageError):
        new_vault(folder)
    assert tree(folder) == {name}
    assert (folder / name).read_bytes() == b"theirs"


def test_file_in_the_place_of_the_folder_is_refused(folder: Path) -> None:
    folder.write_bytes(b"a file")
    with pytest.raises(UsageError):
        new_vault(folder)
    with pytest.raises(VaultNotFound):
        open_vault(folder, passphrase=PASSPHRASE)


def test_existing_vault_is_never_made_anew(folder: Path) -> None:
    new_vault(folder)[0].close()
    before = (folder / "vault.json").read_bytes()
    with pytest.raises(UsageError):
        new_vault(folder)
    (folder / ".creating").touch()
    with pytest.raises(UsageError):
        new_vault(folder)
    assert (folder / "vault.json").read_bytes() == before
    with open_vault(folder, passphrase=PASSPHRASE):
        assert not (folder / ".creating").exists()


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize("stage", ["index", "header", "sync", "meta"])
@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), OSError(errno.EROFS, "ro")])
def test_failed_creation_hinders_no_second_try(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stage: str, fault: BaseException, existing: bool
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise fault

    if existing:
        folder.mkdir()
    target: tuple[Any, str] = {
        "index": (Index, "__init__"),
        "header": (header, "write"),
        "sync": (system, "sync_folder"),
        "meta": (Index, "write_meta"),
    }[stage]
    monkeypatch.setattr(*target, fail)
    with pytest.raises((StorageFull, VaultReadOnly, KeyboardInterrupt)):
        new_vault(folder)
    monkeypatch.undo()
    assert folder.exists() == existing
    assert not existing or tree(folder) == set()
    new_vault(folder)[0].close()
    open_vault(folder, passphrase=PASSPHRASE).close()


def test_creation_killed_at_any_moment_can_be_repeated(folder: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from evidence_kit.vault import create_vault, KdfParameters, header, store\n"
        "header.write = lambda *a: os.kill(os.getpid(), 9)\n"
        "create_vault(Path(sys.argv[1]), 'long enough', kdf=KdfParameters(memory_kib=8192, iterations=1, lanes=1))\n"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, timeout=60)
        assert done.returncode == -signal.SIGKILL
        assert (folder / "index.db").exists()
    with pytest.raises(VaultNotFound):
        open_vault(folder, passphrase="long enough")
    new_vault(folder)[0].close()
    open_vault(folder, passphrase=PASSPHRASE).close()


def test_missing_vault_is_not_found(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(VaultNotFound) as refused:
            open_vault(path, passphrase=PASSPHRASE)
        assert refused.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_missing_index_is_damage_and_never_made_anew(folder: Path) -> None:
    new_vault(folder)[0].close()
    (folder / "index.db").unlink()
    with pytest.raises(VaultCorrupt):
        open_vault(folder, passphrase=PASSPHRASE)
    assert not (folder / "index.db").exists()


def test_second_opening_is_busy_and_says_who(vault: Vault, folder: Path) -> None:
    with pytest.raises(VaultBusy) as busy:
        open_vault(folder, passphrase=PASSPHRASE)
    assert str(os.getpid()) in busy.value.message
    vault.close()
    open_vault(folder, passphrase=PASSPHRASE).close()


OPEN_AND_WAIT = (
    "import sys, time; from pathlib import Path; from evidence_kit.vault import open_vault\n"
    f"v = open_vault(Path(sys.argv[1]), passphrase={PASSPHRASE!r}); print('open', flush=True); time.sleep(60)\n"
)


def test_lock_holds_between_processes_and_dies_with_its_holder(folder: Path) -> None:
    new_vault(folder)[0].close()
    with subprocess.Popen([sys.executable, "-c", OPEN_AND_WAIT, str(folder)], stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(VaultBusy) as busy:
            open_vault(folder, passphrase=PASSPHRASE)
        assert str(other.pid) in busy.value.message
        other.kill()
        other.wait(10)
    assert (folder / "lock").read_bytes().startswith(b"process %d" % other.pid)
    open_vault(folder, passphrase=PASSPHRASE).close()


@pytest.mark.parametrize("text", [b"", b"junk", b"\xff" * 5000, b"process 1\nfailed 3\n"])
def test_stale_lock_text_is_no_obstacle(folder: Path, text: bytes) -> None:
    new_vault(folder)[0].close()
    (folder / "lock").write_bytes(text)
    open_vault(folder, passphrase=PASSPHRASE).close()
    (folder / "lock").unlink()
    open_vault(folder, passphrase=PASSPHRASE).close()


def test_failed_opening_gives_the_lock_back(folder: Path) -> None:
    new_vault(folder)[0].close()
    with pytest.raises(WrongPassphrase):
        open_vault(folder, passphrase="wrong passphrase")
    open_vault(folder, passphrase=PASSPHRASE).close()


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("where", ["lock", "folder"])
def test_vault_that_cannot_be_written_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, where: str
) -> None:
    new_vault(folder)[0].close()

    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(code, "no")

    monkeypatch.setattr(*((lock.os, "open") if where == "lock" else (Path, "touch")), refuse)
    with pytest.raises(VaultReadOnly):
        open_vault(folder, passphrase=PASSPHRASE)
    monkeypatch.undo()
    open_vault(folder, passphrase=PASSPHRASE).close()


@pytest.mark.skipif(system.is_superuser() or system.WINDOWS, reason="permission bits do not bind here")
def test_folder_without_write_permission_is_read_only(folder: Path) -> None:
    new_vault(folder)[0].close()
    folder.chmod(0o500)
    (folder / "lock").chmod(0o400)
    try:
        with pytest.raises(VaultReadOnly):
            open_vault(folder, passphrase=PASSPHRASE)
    finally:
        folder.chmod(0o700)


def test_full_disk_still_opens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault, _code = new_vault(folder)
    exhibit = admit(vault)
    vault.close()

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "touch", full)
    with open_vault(folder, passphrase=PASSPHRASE) as again:
        assert again.index.exhibits() == [exhibit]


def test_place_without_locks_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Any) -> bool:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(system, "lock_exclusively", refuse)
    with pytest.raises(VaultError):
        new_vault(folder)
    monkeypatch.undo()
    new_vault(folder)[0].close()


def test_nothing_in_clear_on_the_disk(folder: Path) -> None:
    marker = "MARKIERUNG-7f3a-été"
    vault, code = new_vault(folder)
    exhibit = admit(
        vault,
        [marker.encode() * 3, marker.encode() * 200_000],
        title=marker,
        url=f"https://{marker}.test",
        text=marker,
        annex=marker.encode(),
    )
    vault.index.begin_attempt("t", CASE.id, {"url": marker}, CASE.created_at)
    vault.set_meta("last_case", marker)
    identity = str(vault.index.meta("vault.age_identity"))
    seed = bytes.fromhex(str(vault.index.meta("vault.signing_key")))
    recipient = identity.encode()
    writer = vault.blobs.writer()
    writer.write(marker.encode() * 200_000)
    with vault.blobs.scratch() as scratch, vault.index.transaction():
        scratch.write(marker.encode() * 200_000)
        scratch.finish()
        vault.set_meta("more", marker * 50_000)
        everything = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert any(path.name == "index.db-journal" for path in everything)
    assert any(path.suffix == ".scratch" for path in everything)
    writer.abort()
    vault.close()
    everything |= {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    secrets = [marker.encode(), PASSPHRASE.encode(), code.encode(), code.replace("-", "").encode(), recipient, seed]
    secrets += [seed.hex().encode(), exhibit.manifest_sha256.encode(), sha256_hex(marker.encode() * 3).encode()]
    for path, data in everything.items():
        for secret in secrets:
            assert secret not in data, path
            assert secret.decode("latin-1") not in str(path)


def test_errors_hold_no_secret_and_a_way_out(folder: Path) -> None:
    vault, code = new_vault(folder)
    raised: list[EvidenceError] = []
    for ask in (
        lambda: open_vault(folder, passphrase="a wrong passphrase"),
        lambda: (vault.close(), open_vault(folder, passphrase="a wrong passphrase")),
        lambda: open_vault(folder, recovery_code=code[:-1]),
        lambda: create_vault(folder, "another passphrase", kdf=CHEAP),
        lambda: create_vault(folder, "weakpw", kdf=CHEAP),
    ):
        with pytest.raises(EvidenceError) as refused:
            ask()
        raised.append(refused.value)
    for error in raised:
        assert error.message
        assert error.hint
        said = repr(error) + str(error.as_json())
        assert not any(secret in said for secret in ("a wrong passphrase", code[:-1], "another passphrase", "weakpw"))


def test_manifest_helpers_agree() -> None:
    exhibit, manifest = exhibit_of(1)
    assert exhibit.manifest_sha256 == sha256_hex(manifest)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipe_in_the_place_of_a_file_does_not_hang(folder: Path) -> None:
    vault, _code = new_vault(folder)
    admit(vault)
    path = vault.blobs.path_of(sha256_hex(b"words of the page"))
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(VaultCorrupt):
        vault.blobs.read(sha256_hex(b"words of the page"))
    assert "blob-missing" in {finding.what for finding in vault.check()}
    vault.close()
    (folder / "vault.json").unlink()
    os.mkfifo(folder / "vault.json")
    with pytest.raises(VaultNotFound):
        open_vault(folder, passphrase=PASSPHRASE)


def test_nothing_is_printed_by_the_database_on_a_wrong_key(tmp_path: Path) -> None:
    for name in ("a", "b"):
        new_vault(tmp_path / name)[0].close()
    (tmp_path / "a" / "vault.json").write_bytes((tmp_path / "b" / "vault.json").read_bytes())
    script = (
        "import sys; from pathlib import Path; from evidence_kit.vault import open_vault\n"
        f"try: open_vault(Path(sys.argv[1]), passphrase={PASSPHRASE!r})\n"
        "except Exception as exc: print(exc.kind)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "a")], capture_output=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == (b"vault-corrupt", b"")
