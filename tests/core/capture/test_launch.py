"""How the browser is started: with its sandbox, and with nothing that writes pages to the disk or hides what it is."""

from __future__ import annotations

import asyncio
import types
from pathlib import Path

import pytest

from evidence_kit import system
from evidence_kit.capture import browser


@pytest.mark.parametrize("superuser", [False, True])
def test_sandbox_is_on_for_everybody_but_root(monkeypatch, tmp_path: Path, superuser: bool) -> None:
    asked: dict = {}

    async def launch(**options):
        asked.update(options)

    program = tmp_path / "browser"
    program.write_bytes(b"")
    monkeypatch.setattr(system, "is_superuser", lambda: superuser)
    playwright = types.SimpleNamespace(chromium=types.SimpleNamespace(launch=launch))
    asyncio.run(browser.launch(playwright, program))
    assert asked["chromium_sandbox"] is not superuser
    assert not [a for a in asked["args"] if "sandbox" in a or "web-security" in a or "user-agent" in a]
    assert asked["ignore_default_args"] == ["--disable-dev-shm-usage", "--disable-popup-blocking"]
