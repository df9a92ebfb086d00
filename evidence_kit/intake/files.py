"""Reading a file that came from elsewhere, byte for byte and without believing a word of it.

The name that a file brings is kept as a fact and never used as a path. Its type is told from its first
bytes; its ending is only a hint for formats without a mark of their own.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evidence_kit import clock
from evidence_kit.canonical import safe_text
from evidence_kit.digest import CHUNK
from evidence_kit.errors import ImportRefused
from evidence_kit.jobs import CancelToken
from evidence_kit.language import _

_MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (0, b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (0, b"GIF87a", "image/gif", "gif"),
    (0, b"GIF89a", "image/gif", "gif"),
    (8, b"WEBP", "image/webp", "webp"),
    (4, b"ftypheic", "image/heic", "heic"),
    (4, b"ftypavif", "image/avif", "avif"),
    (4, b"ftyp", "video/mp4", "mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm", "webm"),
    (0, b"OggS", "audio/ogg", "ogg"),
    (0, b"ID3", "audio/mpeg", "mp3"),
    (8, b"WAVE", "audio/wav", "wav"),
    (0, b"%PDF-", "application/pdf", "pdf"),
    (0, b"PK\x03\x04", "application/zip", "zip"),
)
_BY_ENDING = {
    "txt": "text/plain",
    "json": "application/json",
    "eml": "message/rfc822",
    "html": "text/html",
    "htm": "text/html",
    "csv": "text/csv",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "mov": "video/quicktime",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_SNIFF_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a file says of itself before it is read: facts, not proof."""

    path: Path
    file_name: str
    size: int
    modified_at: str
    media_type: str
    ending: str
    """Ours, from a fixed list; never the text after the last dot of a foreign name unless that is in the list."""


def sniff(untrusted_head: bytes, file_name: str) -> tuple[str, str]:
    """Media type and a safe ending for content that begins with ``untrusted_head``."""
    for offset, mark, media_type, ending in _MAGIC:
        if untrusted_head[offset : offset + len(mark)] == mark:
            own = file_name.rpartition(".")[2].lower()
            if media_type == "application/zip" and own == "docx":
                return _BY_ENDING[own], own
            return media_type, ending
    own = file_name.rpartition(".")[2].lower()
    if own in _BY_ENDING:
        return _BY_ENDING[own], own
    return "application/octet-stream", "bin"


def look_at(path: Path) -> Found:
    """Examine one file. Raises :class:`ImportRefused` for what is no ordinary file or cannot be read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ImportRefused(
                _("This is not a file: {name}", name=safe_text(path.name, 120)),
                hint=_("Choose single files; folders are not taken in."),
            )
        with path.open("rb") as handle:
            head = handle.read(_SNIFF_BYTES)
    except OSError as exc:
        raise ImportRefused(
            _("This file cannot be read: {name}", name=safe_text(path.name, 120)),
            hint=_("Check that it is still there and that you may read it."),
            kept=_("Nothing was changed."),
        ) from exc
    media_type, ending = sniff(head, path.name)
    return Found(
        path=path,
        file_name=safe_text(os.fsencode(path.name).decode("utf-8", "replace"), 255),
        size=status.st_size,
        modified_at=clock.rfc3339(datetime.fromtimestamp(status.st_mtime, UTC)),
        media_type=media_type,
        ending=ending,
    )


def chunks(path: Path, cancel: CancelToken) -> Iterator[bytes]:
    """The file's bytes as they are. Raises :class:`ImportRefused` if reading fails half way, or Cancelled."""
    try:
        with path.open("rb") as handle:
            while chunk := handle.read(CHUNK):
                cancel.check()
                yield chunk
    except OSError as exc:
        raise ImportRefused(
            _("Reading stopped in the middle of {name}.", name=safe_text(path.name, 120)),
            hint=_("If it is on a phone or stick, connect it again and repeat the import."),
            kept=_("Nothing of this file was kept."),
        ) from exc
