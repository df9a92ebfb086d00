"""One age file (age-encryption.org/v1) written or read as a stream, with flat memory and nothing in clear on the disk.

pyrage works in one call that pulls and pushes, so long contents pass through a thread and a bounded pipe; short
ones are done in memory. What went wrong inside the thread reaches the caller as the exception that it was.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pyrage

from evidence_kit import system
from evidence_kit.digest import Hasher
from evidence_kit.vault.pipe import Pipe, PipeClosed

BLOCK = 1 << 20
MAGIC = b"age-encryption.org/v1\n"
_HEADER_ROOM = 4096
_PIECE, _TAG, _NONCE = 1 << 16, 16, 16
_JOIN_SECONDS = 10.0


class SealBroken(Exception):
    """The file is not an age file for this identity, or not whole."""


_everywhere: weakref.WeakSet[Threads] = weakref.WeakSet()


class Threads:
    """The pipes at work for one vault, so that neither its closing nor the end of the process waits for one."""

    def __init__(self) -> None:
        self._running: weakref.WeakKeyDictionary[threading.Thread, Pipe] = weakref.WeakKeyDictionary()
        _everywhere.add(self)

    def start(self, pipe: Pipe, work: Callable[[], None], name: str) -> threading.Thread:
        """Run ``work``, which uses ``pipe``, in a thread of its own."""
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._running[thread] = pipe
        thread.start()
        return thread

    def stop_all(self) -> None:
        """Break every pipe and wait for the threads, which end at once."""
        running = list(self._running.items())
        for _thread, pipe in running:
            pipe.shatter()
        for thread, _pipe in running:
            thread.join(_JOIN_SECONDS)


@atexit.register
def _stop_everywhere() -> None:
    for threads in list(_everywhere):
        threads.stop_all()


class _FromPipe:
    """The reader that pyrage pulls from."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe, self._block, self._at = pipe, b"", 0

    def read(self, size: int = BLOCK) -> bytes:
        if self._at >= len(self._block):
            self._block, self._at = self._pipe.get(), 0
        piece = self._block[self._at : self._at + size]
        self._at += len(piece)
        return piece


class _IntoPipe:
    """The writer that pyrage pushes to; small pieces are gathered into blocks."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe, self._gathered = pipe, bytearray()

    def write(self, data: bytes) -> int:
        self._gathered += data
        if len(self._gathered) >= BLOCK:
            self._pass_on()
        return len(data)

    def flush(self) -> None:
        """Nothing to do, even if pyrage flushes: blocks are passed on when they are full."""

    def _pass_on(self) -> None:
        block = bytes(self._gathered)
        self._gathered.clear()
        self._pipe.put(block)

    def last(self) -> None:
        if self._gathered:
            self._pass_on()
        self._pipe.end()


class _Noting:
    """A file that remembers its own error, because pyrage passes exceptions on as text only."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self.error: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._handle.read(size)
        except OSError as exc:
            self.error = exc
            raise

    def write(self, data: bytes) -> int:
        try:
            return self._handle.write(data)
        except OSError as exc:
            self.error = exc
            raise

    def flush(self) -> None:
        """The caller syncs at the end."""


class SealedWriter:
    """Encrypts what is written to ``path`` for ``recipient`` and counts and hashes it on the way.

    Not for use from two threads at once. After any exception, and after :meth:`abort`, the file is gone.
    """

    def __init__(self, path: Path, recipient: Any, threads: Threads) -> None:
        """Make the file, which must not exist. Raises OSError."""
        self.path = path
        self.hasher = Hasher()
        self._recipient, self._threads = recipient, threads
        self._handle: IO[bytes] = path.open("xb", buffering=BLOCK)
        self._file = _Noting(self._handle)
        self._waiting = bytearray()
        self._pipe: Pipe | None = None
        self._thread: threading.Thread | None = None
        self._failure: list[BaseException] = []
        self._open = True

    @property
    def is_open(self) -> bool:
        """Whether more may be written."""
        return self._open

    def _start(self) -> Pipe:
        pipe, file, recipient, failure = Pipe(), self._file, self._recipient, self._failure

        def work() -> None:  # holds no reference to the writer, so that a forgotten writer can be collected
            try:
                pyrage.encrypt_io(_FromPipe(pipe), file, [recipient])
            except BaseException as exc:  # noqa: BLE001 - handed to the caller of write or finish
                failure.append(exc)
                pipe.shatter()

        self._thread = self._threads.start(pipe, work, "seal")
        return pipe

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Take in ``data``; raises what went wrong so far (OSError, RuntimeError), after which the file is gone."""
        if not self._open:
            msg = "this writer is closed"
            raise ValueError(msg)
        self.hasher.update(data)
        self._waiting += data
        try:
            while len(self._waiting) >= BLOCK:
                self._pipe = self._pipe or self._start()
                block = bytes(memoryview(self._waiting)[:BLOCK])
                del self._waiting[:BLOCK]
                self._pipe.put(block)
        except PipeClosed as exc:
            raise self._given_up() from exc
        except BaseException:
            self.abort()
            raise
        return len(data)

    def finish(self, *, durable: bool = True) -> None:
        """Write the rest and close; with ``durable`` the bytes are on the disk itself. Raises like :meth:`write`."""
        if not self._open:
            msg = "this writer is closed"
            raise ValueError(msg)
        try:
            if self._pipe and self._thread:
                if self._waiting:
                    self._pipe.put(bytes(self._waiting))
                self._pipe.end()
                self._thread.join()
                if self._failure:
                    raise self._given_up() from self._failure[0]
            else:
                self._handle.write(pyrage.encrypt(bytes(self._waiting), [self._recipient]))
            if durable:
                system.sync_file(self._handle)
            self._handle.close()
        except PipeClosed as exc:
            raise self._given_up() from exc
        except BaseException:
            self.abort()
            raise
        self._open = False
        self._waiting = bytearray()

    def _given_up(self) -> Exception:
        self.abort()
        if self._file.error:
            return self._file.error
        return RuntimeError("encryption broke off")

    def abort(self) -> None:
        """Drop everything; nothing stays on the disk. A second call, or one after :meth:`finish`, does nothing."""
        if not self._open:
            return
        self._open = False
        self._waiting = bytearray()
        if self._pipe:
            self._pipe.shatter()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(_JOIN_SECONDS)
        with contextlib.suppress(OSError):  # closing flushes, which fails once more on a full disk
            self._handle.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def __del__(self) -> None:
        if getattr(self, "_open", False):
            self.abort()


def opened(path: Path, identity: Any, threads: Threads) -> Iterator[bytes]:
    """The content of an age file, block by block, at most a few MiB in memory at a time.

    Raises :class:`SealBroken`, in the middle if need be, or OSError if the file cannot be read. A generator that
    is left alone holds one sleeping thread until it is closed, collected or the process ends.
    """
    if not path.is_file():  # a pipe or device put in its place would make us wait for ever
        raise FileNotFoundError
    with path.open("rb", buffering=BLOCK) as handle:
        head = handle.read(BLOCK + _HEADER_ROOM)
        if len(head) < BLOCK + _HEADER_ROOM:
            try:
                plain = pyrage.decrypt(head, [identity])
            except Exception as exc:
                raise SealBroken from exc
            if plain:
                yield plain
            return
        handle.seek(0)
        yield from _streamed(handle, identity, threads)


def _streamed(handle: IO[bytes], identity: Any, threads: Threads) -> Iterator[bytes]:
    pipe, file, failure = Pipe(), _Noting(handle), list[BaseException]()

    def work() -> None:
        into = _IntoPipe(pipe)
        try:
            pyrage.decrypt_io(file, into, [identity])
            into.last()
        except BaseException as exc:  # noqa: BLE001 - told to the one who reads the pipe
            failure.append(exc)
            pipe.shatter()

    thread = threads.start(pipe, work, "unseal")
    try:
        while block := pipe.get():
            yield block
    except PipeClosed as exc:
        thread.join(_JOIN_SECONDS)
        if file.error:
            raise file.error from exc
        raise SealBroken from (failure[0] if failure else exc)
    finally:
        pipe.shatter()
        thread.join(_JOIN_SECONDS)


def looks_whole(path: Path, size: int) -> bool:
    """Whether the file has the outer form and exact length of an age file that holds ``size`` bytes.

    Reads only the first bytes, so it finds a cut file but no changed one. Raises OSError.
    """
    with path.open("rb") as handle:
        head = handle.read(_HEADER_ROOM)
        length = handle.seek(0, 2)
    line = head.find(b"\n--- ")
    end = head.find(b"\n", line + 1) + 1
    if not head.startswith(MAGIC) or line < 0 or not end:
        return False
    pieces = max(1, -(-size // _PIECE))
    return length - end == _NONCE + size + pieces * _TAG
