"""``python -m evidence_kit`` is the command line."""

from __future__ import annotations

from evidence_kit.cli.main import main

if __name__ == "__main__":
    main()
