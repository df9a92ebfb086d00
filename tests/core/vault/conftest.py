from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from vault_makers import new_vault

from evidence_kit.vault import Vault


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def vault(folder: Path) -> Iterator[Vault]:
    made, _code = new_vault(folder)
    yield made
    made.close()
