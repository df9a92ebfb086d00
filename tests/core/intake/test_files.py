"""Reading foreign files: type by content, names as facts only, nothing but ordinary files."""

from __future__ import annotations

import os

import pytest

from evidence_kit.errors import Cancelled, ImportRefused
from evidence_kit.intake import files
from evidence_kit.jobs import CancelToken


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n....", "photo.txt", ("image/png", "png")),
        (b"\xff\xd8\xff\xe0", "../../etc/passwd", ("image/jpeg", "jpg")),
        (b"RIFF....WEBPVP8 ", "x", ("image/webp", "webp")),
        (b"....ftypheic....", "IMG.HEIC", ("image/heic", "heic")),
        (b"....ftypisom....", "v.bin", ("video/mp4", "mp4")),
        (
            b"PK\x03\x04....",
            "letter.docx",
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ),
        (b"PK\x03\x04....", "chat.zip", ("application/zip", "zip")),
        (b"hello", "chat.txt", ("text/plain", "txt")),
        (b"hello", "evil.exe", ("application/octet-stream", "bin")),
        (b"", "", ("application/octet-stream", "bin")),
    ],
)
def test_type_comes_from_the_content_first(head, name, expected):
    assert files.sniff(head, name) == expected


def test_folder_missing_file_and_pipe_are_refused(tmp_path):
    with pytest.raises(ImportRefused, match="not a file"):
        files.look_at(tmp_path)
    with pytest.raises(ImportRefused, match="cannot be read"):
        files.look_at(tmp_path / "gone.jpg")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImportRefused, match="not a file"):
        files.look_at(tmp_path / "pipe")


def test_name_that_is_no_text_is_kept_readable(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    path.write_bytes(b"x")
    found = files.look_at(path)
    assert found.file_name == "caf�.txt"
    assert found.size == 1


def test_chunks_are_the_bytes_and_stop_when_asked(tmp_path):
    path = tmp_path / "big"
    path.write_bytes(os.urandom(3 << 20))
    assert b"".join(files.chunks(path, CancelToken())) == path.read_bytes()
    token = CancelToken()
    reader = files.chunks(path, token)
    next(reader)
    token.cancel()
    with pytest.raises(Cancelled):
        next(reader)
