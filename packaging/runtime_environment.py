"""Runs first in the frozen program: what PyInstaller set for our own libraries must not reach the browser.

The system's browser would otherwise load our copies of libraries in the place of its own.
"""

from __future__ import annotations

import os

for _name in ("LD_LIBRARY_PATH", "LIBPATH"):
    _before = os.environ.pop(f"{_name}_ORIG", None)
    if _before is not None:
        os.environ[_name] = _before
    else:
        os.environ.pop(_name, None)
