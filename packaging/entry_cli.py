"""The frozen command line starts here."""

from __future__ import annotations

from evidence_kit.cli.main import main

main()
