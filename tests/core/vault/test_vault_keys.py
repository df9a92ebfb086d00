"""Who gets in and who does not: passphrases, recovery codes, tampered headers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from vault_makers import CHEAP, PASSPHRASE, admit, new_vault

from evidence_kit.errors import UsageError, VaultCorrupt, VaultTooNew, WrongPassphrase
from evidence_kit.vault import KdfParameters, Vault, create_vault, header, kdf, open_vault, recovery


def change(folder: Path, *where: str | int, value: Any) -> None:
    path = folder / "vault.json"
    raw = json.loads(path.read_text())
    at = raw
    for step in where[:-1]:
        at = at[step]
    at[where[-1]] = value
    path.write_text(json.dumps(raw))


@pytest.fixture
def closed(folder: Path) -> tuple[Path, str]:
    vault, code = new_vault(folder)
    vault.close()
    return folder, code


def test_right_passphrase_opens_same_vault(folder: Path) -> None:
    vault, _code = new_vault(folder)
    facts = (vault.vault_id, vault.public_key, vault.vault_key, vault.info())
    vault.close()
    with open_vault(folder, passphrase=PASSPHRASE) as again:
        assert (again.vault_id, again.public_key, again.vault_key, again.info()) == facts


def test_wrong_passphrase_is_refused_and_counted(closed: tuple[Path, str]) -> None:
    folder, _code = closed
    for wrong in ("not this one", PASSPHRASE + " ", PASSPHRASE.upper(), ""):
        with pytest.raises(WrongPassphrase):
            open_vault(folder, passphrase=wrong)
    with open_vault(folder, passphrase=PASSPHRASE) as vault:
        assert vault.report.failed_unlocks == 4
    with open_vault(folder, passphrase=PASSPHRASE) as vault:
        assert vault.report.failed_unlocks == 0


def test_composed_and_decomposed_accents_are_one_passphrase(folder: Path) -> None:
    vault, _code = create_vault(folder, "été à Évreux", kdf=CHEAP)
    vault.close()
    open_vault(folder, passphrase="e\u0301te\u0301 a\u0300 E\u0301vreux").close()
    with pytest.raises(WrongPassphrase):
        open_vault(folder, passphrase="ete a Evreux")
    assert kdf.normalised("ﬁ") != kdf.normalised("fi")


@pytest.mark.parametrize("weak", ["", "short", "1234567", " " * 20, "e\u0301" * 7])
def test_weak_passphrase_is_refused_before_anything_is_made(folder: Path, weak: str) -> None:
    with pytest.raises(UsageError):
        create_vault(folder, weak, kdf=CHEAP)
    assert not folder.exists()


def test_exactly_one_secret_is_asked_for(closed: tuple[Path, str]) -> None:
    folder, code = closed
    with pytest.raises(ValueError):
        open_vault(folder)
    with pytest.raises(ValueError):
        open_vault(folder, passphrase=PASSPHRASE, recovery_code=code)


def sloppy_versions(code: str) -> list[str]:
    plain = code.replace("-", "")
    return [
        code.lower(),
        plain,
        " ".join(plain),
        code.replace("0", "o").replace("1", "l"),
        code.replace("0", "O").replace("1", "I"),
        code.replace("-", " – "),
        f"\n{code}\r\n",
        "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in code),
    ]


def test_recovery_code_is_read_forgivingly(closed: tuple[Path, str]) -> None:
    folder, code = closed
    assert {recovery.read_code(sloppy) for sloppy in sloppy_versions(code)} == {recovery.read_code(code)}
    open_vault(folder, recovery_code=sloppy_versions(code)[3]).close()


def test_every_mistyped_character_of_a_recovery_code_is_noticed() -> None:
    code = recovery.new_code()
    for at, right in enumerate(code):
        if right == "-":
            continue
        wrong = "7" if right != "7" else "8"
        with pytest.raises(WrongPassphrase):
            recovery.read_code(code[:at] + wrong + code[at + 1 :])
    for cut in (code[:-1], code + "7", "", "-" * 30, "é" * 30, "U" * 30, "7" * 100_000):
        with pytest.raises(WrongPassphrase):
            recovery.read_code(cut)


def test_mistyped_code_and_other_code_are_told_apart(closed: tuple[Path, str]) -> None:
    folder, code = closed
    with pytest.raises(WrongPassphrase) as mistyped:
        open_vault(folder, recovery_code=code[:-1] + ("7" if code[-1] != "7" else "8"))
    with pytest.raises(WrongPassphrase) as other:
        open_vault(folder, recovery_code=recovery.new_code())
    assert mistyped.value.message != other.value.message


def test_recovery_codes_hold_130_bits_and_differ() -> None:
    codes = {recovery.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code.replace("-", "")) == 30 and not set(code) & set("ILOU") for code in codes)
    assert set("".join(codes)) == set(recovery.ALPHABET) | {"-"}


def test_passphrase_reset_with_recovery_code_works(closed: tuple[Path, str]) -> None:
    folder, code = closed
    with open_vault(folder, recovery_code=code) as vault:
        vault.change_passphrase("a quite new phrase")
        assert vault.info()["slots"][-1]["kdf"]["memory_kib"] == CHEAP.memory_kib
    with pytest.raises(WrongPassphrase):
        open_vault(folder, passphrase=PASSPHRASE)
    open_vault(folder, passphrase="a quite new phrase").close()
    open_vault(folder, recovery_code=code).close()


def test_new_recovery_code_replaces_the_old_one(closed: tuple[Path, str]) -> None:
    folder, code = closed
    with open_vault(folder, passphrase=PASSPHRASE) as vault:
        new = vault.new_recovery_code()
        assert vault.recovery_code_fits(new.lower())
        assert not vault.recovery_code_fits(code)
    with pytest.raises(WrongPassphrase):
        open_vault(folder, recovery_code=code)
    open_vault(folder, recovery_code=new).close()
    open_vault(folder, passphrase=PASSPHRASE).close()


def test_weak_new_passphrase_changes_nothing(vault: Vault, folder: Path) -> None:
    before = (folder / "vault.json").read_bytes()
    with pytest.raises(UsageError):
        vault.change_passphrase("short")
    assert (folder / "vault.json").read_bytes() == before


OTHER = "00" * 32
TAMPERED: list[tuple[tuple[str | int, ...], Any]] = [
    (("format",), "other/vault"),
    (("version",), 0),
    (("version",), "1"),
    (("version",), True),
    (("vault_id",), "00" * 16),
    (("vault_id",), 7),
    (("created_at",), "2020-01-01T00:00:00.000Z"),
    (("created_at",), None),
    (("mac",), OTHER),
    (("mac",), "00"),
    (("slots",), []),
    (("slots",), {}),
    (("slots", 0, "id"), "00" * 8),
    (("slots", 0, "kind"), "recovery"),
    (("slots", 0, "kind"), "backdoor"),
    (("slots", 0, "nonce"), "00" * 12),
    (("slots", 0, "wrapped"), "00" * 48),
    (("slots", 0, "wrapped"), "zz" * 48),
    (("slots", 0, "kdf"), None),
    (("slots", 0, "kdf", "salt"), "00" * 16),
    (("slots", 0, "kdf", "name"), "none"),
    (("slots", 0, "kdf", "iterations"), 2),
    (("slots", 0, "kdf", "lanes"), 2),
    (("slots", 0, "kdf", "memory_kib"), 16 * 1024),
    (("slots", 1, "id"), "00" * 8),
    (("slots", 1, "wrapped"), "00" * 48),
    (("slots", 1, "kdf", "salt"), "00" * 16),
    (("extra",), "field"),
]


@pytest.mark.parametrize(("where", "value"), TAMPERED)
def test_tampered_header_does_not_open(closed: tuple[Path, str], where: tuple[str | int, ...], value: Any) -> None:
    folder, _code = closed
    change(folder, *where, value=value)
    with pytest.raises((VaultCorrupt, WrongPassphrase)):
        open_vault(folder, passphrase=PASSPHRASE)


@pytest.mark.parametrize("where", [("created_at",), ("mac",), ("slots", 1, "wrapped")])
def test_header_that_unlocks_but_fails_its_mac_is_called_damaged(closed: tuple[Path, str], where: Any) -> None:
    folder, _code = closed
    raw: Any = json.loads((folder / "vault.json").read_text())
    for step in where:
        raw = raw[step]
    change(folder, *where, value=raw[:-1] + ("0" if raw[-1] != "0" else "1"))
    with pytest.raises(VaultCorrupt):
        open_vault(folder, passphrase=PASSPHRASE)


def test_removed_slot_is_noticed(closed: tuple[Path, str]) -> None:
    folder, _code = closed
    slots = json.loads((folder / "vault.json").read_text())["slots"]
    change(folder, "slots", value=slots[:1])
    with pytest.raises(VaultCorrupt):
        open_vault(folder, passphrase=PASSPHRASE)


def test_damaged_passphrase_slot_is_mended_with_the_recovery_code(closed: tuple[Path, str]) -> None:
    folder, code = closed
    change(folder, "slots", 0, "wrapped", value="00" * 48)
    with pytest.raises(WrongPassphrase):
        open_vault(folder, passphrase=PASSPHRASE)
    with open_vault(folder, recovery_code=code) as vault:
        assert vault.report.damaged == ("vault.json",)
        assert [finding.what for finding in vault.check(fast=True)] == ["header-damaged"]
        vault.new_recovery_code()
        assert [slot["kind"] for slot in vault.info()["slots"]] == ["recovery"]
    with pytest.raises(WrongPassphrase):
        open_vault(folder, recovery_code=code)


def test_reset_after_damage_takes_no_cost_from_the_damaged_header(
    closed: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, code = closed
    change(folder, "slots", 0, "kdf", "lanes", value=2)
    fresh = KdfParameters(memory_kib=9 * 1024, iterations=1, lanes=1)
    monkeypatch.setattr(kdf, "calibrate", lambda: fresh)
    with open_vault(folder, recovery_code=code) as vault:
        vault.change_passphrase("mended passphrase")
    with open_vault(folder, passphrase="mended passphrase") as vault:
        assert vault.report.damaged == ()
        assert vault.info()["slots"][-1]["kdf"]["memory_kib"] == 9 * 1024
        assert vault.check(fast=True) == []
    open_vault(folder, recovery_code=code).close()


def test_later_version_is_not_opened(closed: tuple[Path, str]) -> None:
    folder, _code = closed
    change(folder, "version", value=2)
    with pytest.raises(VaultTooNew) as refused:
        open_vault(folder, passphrase=PASSPHRASE)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory_kib", 1024),
        ("memory_kib", 3 * 1024 * 1024),
        ("memory_kib", 2**40),
        ("memory_kib", -1),
        ("memory_kib", 1e9),
        ("iterations", 0),
        ("iterations", 21),
        ("iterations", 2**31),
        ("lanes", 0),
        ("lanes", 17),
        ("lanes", "4"),
    ],
)
def test_absurd_cost_is_refused_without_being_paid(
    closed: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, field: str, value: Any
) -> None:
    folder, _code = closed
    monkeypatch.setattr(kdf, "Argon2id", lambda **_: pytest.fail("the cost was paid"))
    change(folder, "slots", 0, "kdf", field, value=value)
    with pytest.raises(VaultCorrupt):
        open_vault(folder, passphrase=PASSPHRASE)


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format":"evidence-kit/vault"}',
        b"[" * 60_000,
        b" " * 70_000,
        b'{"format":"evidence-kit/vault","format":"evidence-kit/vault","version":1}',
        b'{"format":"evidence-kit/vault","version":1' + b"0" * 5000 + b"}",
    ],
)
def test_junk_instead_of_a_header_is_called_damaged(closed: tuple[Path, str], junk: bytes) -> None:
    folder, _code = closed
    (folder / "vault.json").write_bytes(junk)
    with pytest.raises((VaultCorrupt, VaultTooNew)):
        open_vault(folder, passphrase=PASSPHRASE)


def test_header_of_another_vault_does_not_fit_this_index(tmp_path: Path) -> None:
    for name in ("a", "b"):
        new_vault(tmp_path / name)[0].close()
    (tmp_path / "a" / "vault.json").write_bytes((tmp_path / "b" / "vault.json").read_bytes())
    with pytest.raises(VaultCorrupt):
        open_vault(tmp_path / "a", passphrase=PASSPHRASE)


def test_real_vaults_start_at_the_floor_and_stay_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (kdf.FLOOR.memory_kib, kdf.FLOOR.iterations, kdf.FLOOR.lanes) == (256 * 1024, 3, 4)
    for seconds in (0.00001, 0.01, 0.1, 0.3, 0.9, 5.0):
        ticks = iter([0.0, seconds])
        monkeypatch.setattr(kdf.time, "perf_counter", lambda ticks=ticks: next(ticks))
        monkeypatch.setattr(kdf, "derive", lambda *_: b"")
        cost = kdf.calibrate()
        cost.check()
        assert 256 * 1024 <= cost.memory_kib <= 1024 * 1024
        assert 3 <= cost.iterations <= 10
        if seconds >= 1:
            assert cost == kdf.FLOOR


def test_unlocking_runs_the_key_derivation_once(closed: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, code = closed
    runs = []
    real = kdf.derive
    monkeypatch.setattr(kdf, "derive", lambda *a: runs.append(1) or real(*a))
    open_vault(folder, passphrase=PASSPHRASE).close()
    assert len(runs) == 1
    open_vault(folder, recovery_code=code).close()
    assert len(runs) == 1


def test_keys_never_show_in_text(vault: Vault) -> None:
    admit(vault)
    seed = vault.index.meta("vault.signing_key")
    identity = vault.index.meta("vault.age_identity")
    assert seed
    assert identity
    shown = "".join(map(repr, (vault, vault.blobs, vault.index, vault._master, vault._header.facts(), vault.report)))
    shown += "".join(map(str, (vault, vault.blobs, vault.index, vault._master)))
    for secret in (seed, identity, vault._master.reveal().hex(), vault.blobs._name_key.hex()):
        assert secret not in shown
    assert vault.get_meta("vault.signing_key") is None
    with pytest.raises(ValueError):
        vault.set_meta("vault.signing_key", "x")
    with pytest.raises(TypeError):
        __import__("pickle").dumps(vault._master)


def test_closed_vault_gives_nothing_more(vault: Vault) -> None:
    ref = vault.blobs.put(b"x")
    vault.close()
    vault.close()
    for ask in (
        lambda: vault.sign(b""),
        lambda: vault.blobs.read(ref.sha256),
        lambda: vault.blobs.put(b"y"),
        vault.index.cases,
        lambda: vault.change_passphrase("long enough one"),
        vault.check,
    ):
        with pytest.raises(Exception) as refused:
            ask()
        assert getattr(refused.value, "kind", "") == "vault"
    assert not vault._master._bytes


def test_signature_is_checked_by_the_public_key(vault: Vault) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(vault.public_key)
    key.verify(vault.sign(b"the tag manifest"), b"the tag manifest")
    with pytest.raises(InvalidSignature):
        key.verify(vault.sign(b"the tag manifest"), b"another")


def test_derived_keys_differ_by_purpose_and_vault() -> None:
    master = header.MasterKey(bytes(32))
    keys = {master.derive(vault_id, purpose) for vault_id in ("a", "b") for purpose in ("header", "index", "names")}
    assert len(keys) == 6
