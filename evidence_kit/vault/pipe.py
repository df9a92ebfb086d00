"""A small bounded pipe between two threads of one process, which nobody can be left waiting on.

pyrage pulls from a reader and pushes to a writer; this turns either side round. Memory stays flat because a full
pipe makes the giver wait; a giver or taker that goes away wakes the other side at once.
"""

from __future__ import annotations

import threading
from collections import deque


class PipeClosed(Exception):
    """The other side has gone: a signal between two threads, which people never see."""


class Pipe:
    """Blocks of bytes, first in first out, at most ``depth`` at a time."""

    def __init__(self, depth: int = 4) -> None:
        self._blocks: deque[bytes] = deque()
        self._depth = depth
        self._state = threading.Condition()
        self._ended = False
        self._broken = False

    def put(self, block: bytes) -> None:
        """Hand over a block; waits while the pipe is full. Raises :class:`PipeClosed` if nobody will take it."""
        with self._state:
            self._state.wait_for(lambda: self._broken or len(self._blocks) < self._depth)
            if self._broken:
                raise PipeClosed
            self._blocks.append(block)
            self._state.notify_all()

    def get(self) -> bytes:
        """The next block, ``b""`` after the last. Raises :class:`PipeClosed` if the giver broke off."""
        with self._state:
            self._state.wait_for(lambda: self._broken or self._ended or self._blocks)
            if self._broken:
                raise PipeClosed
            if not self._blocks:
                return b""
            block = self._blocks.popleft()
            self._state.notify_all()
            return block

    def end(self) -> None:
        """No more blocks will come."""
        with self._state:
            self._ended = True
            self._state.notify_all()

    def shatter(self) -> None:
        """Break off: both sides wake up and get :class:`PipeClosed`; what was in the pipe is dropped."""
        with self._state:
            self._broken = True
            self._blocks.clear()
            self._state.notify_all()
