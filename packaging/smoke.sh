#!/usr/bin/env bash
# Builds the frozen program (unless --no-build), moves it to a folder with spaces in its name, and uses it there as a
# person would who has no Python: doctor, vault, capture of a local page, export, verify, and the window's start.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "${1:-}" != --no-build ]; then
  .venv/bin/python packaging/build.py
fi
PYTHONPATH=. exec .venv/bin/python packaging/smoke.py </dev/null
