"""Real parts for whole paths: two real authorities, a vault with a cheap key derivation, a case."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import pytest

from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Subject
from evidence_kit.vault import KdfParameters, create_vault
from evidence_kit.workflow import session as session_module
from evidence_kit.workflow.records import Declared, ExhibitRecord
from evidence_kit.workflow.session import Session
from tests.kit.authority import Authority, write_overlay

PASSPHRASE = "a calm river at night 7"
CHEAP = KdfParameters(memory_kib=8192, iterations=1, lanes=1)


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
def session(tmp_path, authorities, cheap):
    made, _code = Session.create(tmp_path / "vault", PASSPHRASE, "Mina")
    made.add_case("Dossier A")
    with made:
        yield made


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
