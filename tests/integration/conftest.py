"""Real parts for whole paths: two real authorities, a vault with a cheap key derivation, a case."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path

import pytest

from evidence_kit.capture import BrowserHost
from evidence_kit.cli.main import main
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Subject
from evidence_kit.vault import KdfParameters, create_vault
from evidence_kit.workflow import session as session_module
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import Declared, ExhibitRecord
from evidence_kit.workflow.session import Session
from tests.kit.authority import Authority, write_overlay

PASSPHRASE = "a calm river at night 7"
CHEAP = KdfParameters(memory_kib=8192, iterations=1, lanes=1)


@pytest.fixture(scope="session")
def _browser():
    with BrowserHost() as made:
        yield made


@pytest.fixture
def warm(_browser, monkeypatch):
    """Sessions of this test share one browser that is warm already; to start another takes as long as a capture."""
    monkeypatch.setattr(Context, "browser", lambda _self: _browser)


@pytest.fixture(scope="session")
def _authorities(tmp_path_factory):
    made = (
        Authority(tmp_path_factory.mktemp("tsa-a"), "a"),
        Authority(tmp_path_factory.mktemp("tsa-b"), "b", "P-256"),
    )
    yield made
    for authority in made:
        authority.stop()


@pytest.fixture
def authorities(_authorities):
    """Two working authorities, listed in this test's home."""
    for authority in _authorities:
        authority.mode = "fine"
    write_overlay(Path(os.environ["EVIDENCE_KIT_HOME"]), _authorities)
    return _authorities


@pytest.fixture
def cheap(monkeypatch):
    """Vaults of this test are made with a key derivation that takes no time."""
    monkeypatch.setattr(session_module, "create_vault", functools.partial(create_vault, kdf=CHEAP))


@pytest.fixture
def session(tmp_path, authorities, cheap, warm):
    made, _code = Session.create(tmp_path / "vault", PASSPHRASE, "Mina")
    made.add_case("Dossier A")
    with made:
        yield made


@pytest.fixture
def passphrase(tmp_path, monkeypatch):
    file = tmp_path / "pass"
    file.write_text(PASSPHRASE + "\n")
    monkeypatch.setenv("EVIDENCE_KIT_PASSPHRASE_FILE", str(file))
    return file


@pytest.fixture
def run(capsys, passphrase, authorities, cheap, warm):
    """Call the command line with --json; gives (exit code, document)."""

    def call(*arguments: object):
        with pytest.raises(SystemExit) as left:
            main([*map(str, arguments), "--json"])
        out = capsys.readouterr().out
        return left.value.code, json.loads(out)

    return call


@pytest.fixture
def tell(capsys, run):
    """Call the command line as a person does; gives (exit code, stdout, stderr)."""

    def call(*arguments: object):
        with pytest.raises(SystemExit) as left:
            main([*map(str, arguments)])
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    return call


@pytest.fixture
def vault(run):
    code, made = run("vault", "create")
    assert code == 0
    assert set(made) >= {"vault", "vault_id", "recovery_code"}
    return made


@pytest.fixture
def case(run, vault):
    return run("case", "add", "Dossier A")[1]["case"]


def take_in(session: Session, path: Path, data: bytes = b"hello") -> ExhibitRecord:
    """Import one small file: the shortest way to an exhibit."""
    path.write_bytes(data)
    return session.import_file(
        path,
        case_id=None,
        subject=Subject.ADULT,
        declared=Declared(date="hier", device="téléphone", giver="Léa"),
        progress=no_progress,
        cancel=CancelToken(),
    )
