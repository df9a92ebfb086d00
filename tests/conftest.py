"""What every test stands on: a home of its own, a language, and no reach into the user's folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from evidence_kit import clock, language

settings.register_profile("any computer", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any computer")


def shared_data() -> Path | None:
    """Real tokens, archives and pages that are not part of the project; None where they are absent."""
    named = os.environ.get("EVIDENCE_KIT_SHARED")
    here = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return here if here.is_dir() else None


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("EVIDENCE_KIT_HOME", str(home))
    monkeypatch.setenv("EVIDENCE_KIT_LANG", "en")
    monkeypatch.delenv("EVIDENCE_KIT_PASSPHRASE_FILE", raising=False)
    language.choose(None)
    yield
    clock.set_source(None)
    language.choose(None)
