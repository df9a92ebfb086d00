from __future__ import annotations

import zipfile

import pytest

from tests.core.export.material_maker import make_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    return make_shop(tmp_path_factory.mktemp("authorities"))


@pytest.fixture(scope="session")
def built(shop, tmp_path_factory):
    """The package of the little case: path of the ZIP, unpacked top folder, record."""
    folder = tmp_path_factory.mktemp("package")
    data, record = shop.build()
    (folder / "package.zip").write_bytes(data)
    with zipfile.ZipFile(folder / "package.zip") as archive:
        archive.extractall(folder / "out")
    return folder / "package.zip", folder / "out" / "dossier-2026-11-22-ab12", record
