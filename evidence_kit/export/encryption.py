"""The package inside an outer ZIP with a password (AES-256, WinZip form), for the way to the person who receives it.

7-Zip, WinRAR and Keka open it. The inner package streams through: nothing is held whole and no temporary file is made.
Only the content is hidden; the neutral inner name and the size are not.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, cast

import pyzipper

from evidence_kit.errors import UsageError
from evidence_kit.export.writer import destination
from evidence_kit.language import _

INNER_NAME = "package.zip"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class _Through(io.RawIOBase):
    """A plain, unseekable writer over the encrypting entry."""

    def __init__(self, entry: Any) -> None:
        self._entry = entry

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._entry.write(bytes(data))
        return len(data)


@contextlib.contextmanager
def encrypting(out: BinaryIO, password: str) -> Iterator[BinaryIO]:
    """What is written to the yielded file arrives in ``out`` as the encrypted ``package.zip``.

    Raises :class:`UsageError` for an empty password. Left by an exception, ``out`` holds no usable ZIP.
    """
    if not password:
        raise UsageError(_("A password is needed to lock the package."))
    outer: Any = pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES)
    outer.setpassword(password.encode("utf-8"))
    outer.setencryption(pyzipper.WZ_AES, nbits=256)
    info: Any = outer.zipinfo_cls(INNER_NAME, _FIXED_TIME)
    info.compress_type = pyzipper.ZIP_STORED
    info.external_attr = 0o100644 << 16
    entry = outer.open(info, "w", force_zip64=True)
    try:
        with destination(out):
            yield cast("BinaryIO", _Through(entry))
            entry.close()
            outer.close()
    except BaseException:
        _abandon(outer, entry)
        raise


def _abandon(outer: Any, entry: Any) -> None:
    with contextlib.suppress(Exception):
        entry.close()
    outer.fp = None


def encrypt_package(chunks: Iterable[bytes], out: BinaryIO, password: str) -> None:
    """Write the package whose bytes are ``chunks`` to ``out``, locked with ``password``."""
    with encrypting(out, password) as inner:
        for chunk in chunks:
            inner.write(chunk)
