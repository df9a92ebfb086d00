"""A screen of our own, so that no window appears on anybody's desk."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_numbers = iter(range(90 + os.getpid() % 900, 100_000, 1000))


@contextlib.contextmanager
def virtual_screen() -> Iterator[str]:
    """Its name, which stands in DISPLAY meanwhile; skips the test where there is no Xvfb."""
    number = next(_numbers)
    try:
        served = subprocess.Popen(
            ["Xvfb", f":{number}", "-screen", "0", "1400x900x24", "-nolisten", "tcp"], stderr=subprocess.DEVNULL
        )
    except OSError:
        pytest.skip("Xvfb is not installed, so that no window can be shown")
    end = time.monotonic() + 10
    while not Path(f"/tmp/.X11-unix/X{number}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    before = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = f":{number}"
    try:
        yield f":{number}"
    finally:
        if before is None:
            os.environ.pop("DISPLAY")
        else:
            os.environ["DISPLAY"] = before
        served.terminate()
        served.wait()
