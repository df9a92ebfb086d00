"""Keeps ``None``, ``True`` and ``False`` alive under Python 3.11.

PySide6 6.12 is built as if they could not die (true from Python 3.12 on): under 3.11 every emitted signal and many
setters take a reference to them away, and after some minutes the interpreter aborts with "deallocating None".
So they are given more references than any session can use up.
"""

from __future__ import annotations

import ctypes
import sys

PLENTY = 1 << 40
_done: list[bool] = []


def hold() -> None:
    """Do it once per process; nothing on Pythons where it is not needed."""
    if _done or sys.version_info >= (3, 12):
        return
    _done.append(True)
    for value in (None, True, False):
        ctypes.c_ssize_t.from_address(id(value)).value += PLENTY
