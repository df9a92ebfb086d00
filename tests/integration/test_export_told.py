"""An export says what stayed behind and what is awaited, locks all that it locks, and writes where it was told."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import pyzipper

from evidence_kit import language

PASSWORD = "quiet-boats-at-noon"


@pytest.fixture
def three(run, case, tmp_path):
    for name in ("one", "two", "three"):
        (tmp_path / name).write_text(name)
        assert run("import", tmp_path / name, "--subject", "adult")[0] == 0
    return case


@pytest.fixture
def password_file(tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    return file


@pytest.mark.parametrize(("spoken", "name"), [("fr", "annexe-confidentielle"), ("en", "confidential-annex")])
def test_password_locks_the_annex_too(run, tell, case, tmp_path, password_file, monkeypatch, spoken, name):
    monkeypatch.setenv("EVIDENCE_KIT_LANG", spoken)
    language.choose(None)
    assert run("capture", "http://127.0.0.1:9/", "--subject", "adult")[1][0]["outcome"] == "failed"
    code, out, _err = tell("export", "--out", tmp_path / "p.zip", "--password-file", password_file)
    annex = tmp_path / f"p-{name}.zip"
    assert code == 0
    assert str(annex) in out
    assert {"fr": "même mot de passe", "en": "same password"}[spoken] in out
    with zipfile.ZipFile(annex) as plain:
        assert [i.flag_bits & 1 for i in plain.infolist()] == [1]
        with pytest.raises(RuntimeError):
            plain.read("annexe-001.json")
    with pyzipper.AESZipFile(annex) as locked:
        locked.setpassword(PASSWORD.encode())
        assert json.loads(locked.read("annexe-001.json"))["format"] == "evidence-kit/annex/1"
    assert run("verify", tmp_path / "p.zip", "--password-file", password_file)[1]["verdict"] == "intact"


def test_what_stays_in_the_vault_is_named(run, tell, three, tmp_path):
    assert run("exhibit", "withdraw", "2")[0] == run("exhibit", "flag-minor", "3")[0] == 0
    code, made = run("export", "--out", tmp_path / "p.zip")
    assert (code, made["exhibits"], made["withheld"], made["pending"]) == (0, 1, 2, 0)
    assert [(e["number"], e["state"]) for e in made["left_out"]] == [(2, "withdrawn"), (3, "locked")]
    _code, out, _err = tell("export", "--out", tmp_path / "q.zip")
    assert sum(any(f" {n} " in line for n in (2, 3)) for line in out.splitlines()) == 2


def test_awaited_stamp_is_said_and_is_exit_3(run, tell, three, authorities, tmp_path):
    authorities[0].mode = "500"
    code, made = run("export", "--out", tmp_path / "p.zip")
    assert (code, made["pending"]) == (3, 1)  # over the seal; the exhibits have theirs
    (tmp_path / "four").write_text("four")
    run("import", tmp_path / "four", "--subject", "adult")
    code, out, _err = tell("export", "--out", tmp_path / "q.zip")
    assert code == 3
    (said,) = [line for line in out.splitlines() if "awaited" in line and str(tmp_path) not in line]
    assert "2" in said
    assert "evidence-kit stamp" in out


def test_ending_is_added_and_the_path_is_told(run, three, tmp_path):
    code, made = run("export", "--out", tmp_path / "dossier")
    assert (code, made["package"]) == (0, str(tmp_path / "dossier.zip"))
    assert Path(made["package"]).is_file()
    assert run("export", "--out", tmp_path / "dossier")[1]["error"]["kind"] == "destination-exists"


def test_folder_that_does_not_exist_is_named_and_is_exit_2(run, three, tmp_path):
    nowhere = tmp_path / "nodir"
    for verb in (("extract", "1", "original", "-o", nowhere / "x.bin"), ("export", "--out", nowhere / "x.zip")):
        code, answer = run(*verb)
        assert (code, answer["error"]["kind"]) == (2, "destination-unwritable")
        assert str(nowhere) in answer["error"]["message"]
        assert "x.bin" not in answer["error"]["message"]
    assert not nowhere.exists()
