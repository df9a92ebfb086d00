"""Addresses that are files, and answers that there is nothing: each kept as what it is, byte for byte."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from tests.kit.site import Reply, Site, data

BIN = Path(sys.executable).parent
NOISE = random.Random(7).randbytes(60_000)


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((120, 80), 80).convert("RGB").save(out, kind)
    return out.getvalue()


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../a.txt", "x" * 1000)
    return out.getvalue()


SHOWN = {
    "png": data(picture("PNG"), "image/png"),
    "jpg": data(picture("JPEG"), "image/jpeg"),
    "webp": data(picture("WEBP"), "image/webp"),
    "gif": data(picture("GIF"), "image/gif"),
    "svg": data(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>', "image/svg+xml"),
}
PART = {"Content-Type": "video/mp4", "Content-Range": "bytes 0-59999/60000"}
FILES = {
    "mp4": data(b"\0\0\0\x20ftypisom" + NOISE, "video/mp4"),
    "webm": data(b"\x1aE\xdf\xa3" + NOISE, "video/webm"),
    "mp3": data(b"ID3\3\0" + NOISE, "audio/mpeg"),
    "pdf": data(b"%PDF-1.4\n%%EOF", "application/pdf"),
    "zip": data(packed(), "application/zip", Content_Disposition='attachment; filename="../../evil.exe"'),
    "bin": data(NOISE, "application/octet-stream"),
    "bin csv": data(b"a;b\n1;2\n", "text/csv"),
    "bin tiff": data(picture("TIFF"), "image/tiff"),
    "bin heic": data(NOISE, "image/heic"),
    "bin no type": Reply(b"MZ\x90\0" + NOISE, headers={}),
    "bin called text": data(b"\0\0\0\x20ftypisom" + NOISE, "text/plain"),
    "bin bad type": data(b"words", "nonsense/../../x"),
    "pdf that is none": data(b"MZ" + NOISE, "application/pdf"),
    "mp4 whole as a part": Reply(NOISE, status=206, headers=PART),
    "mp4 removed": Reply(NOISE, status=404, headers={"Content-Type": "video/mp4"}),
    "bin gone": Reply(b"gone", status=410, headers={"Content-Type": "application/octet-stream"}),
    "bin of nothing": data(b"", "application/octet-stream"),
}


def valid(wacz: bytes, folder: Path) -> None:
    (folder / "archive.wacz").write_bytes(wacz)
    subprocess.run([BIN / "wacz", "validate", "-f", folder / "archive.wacz"], check=True, capture_output=True)


@pytest.mark.parametrize("name", SHOWN)
def test_picture_is_shown_and_kept_byte_for_byte(take, name: str) -> None:
    with Site({"/x": SHOWN[name]}) as site:
        result, sink = take(site.url + "/x")
    assert (result.outcome, result.missing) == ("complete", ())
    assert sink.data[f"media-001.{name}"] == SHOWN[name].body
    assert {"screenshot", "thumbnail", "wacz"} <= sink.roles()


@pytest.mark.parametrize("name", FILES)
def test_file_is_kept_byte_for_byte_under_a_name_of_ours(take, tmp_path: Path, name: str) -> None:
    reply = FILES[name]
    with Site({"/x": reply}) as site:
        result, sink = take(site.url + "/x")
    assert (result.outcome, result.missing) == ("complete", ())
    assert sink.data[f"media-001.{name.partition(' ')[0]}"] == reply.body
    assert result.network["response"]["status"] == reply.status
    assert sink.roles() == {"media", "wacz", "wacz-confidential", "capture-log"}
    valid(sink.data["archive.wacz"], tmp_path)


def test_file_that_broke_off_is_partial_as_far_as_it_came(take) -> None:
    headers = {"Content-Type": "video/mp4", "Content-Length": "900000"}
    with Site({"/x": Reply(headers=headers, stream=lambda write: write(NOISE))}) as site:
        result, sink = take(site.url + "/x")
    assert (result.outcome, result.missing) == ("partial", ("media",))
    assert sink.data["media-001.mp4"] == NOISE


def test_part_of_a_file_that_was_asked_for_whole_is_partial(take) -> None:
    reply = data(NOISE, "video/mp4", Content_Range=f"bytes 0-{len(NOISE) - 1}/9999999")
    reply.status = 206
    with Site({"/x": reply}) as site:
        result, sink = take(site.url + "/x")
    assert (result.outcome, result.missing) == ("partial", ("media",))
    assert sink.data["media-001.mp4"] == NOISE
    assert b"of 9999999 only" in sink.data["capture-log.json"]


@pytest.mark.parametrize("status", [204, 205, 304])
def test_answer_without_content_is_complete(take, tmp_path: Path, status: int) -> None:
    with Site({"/x": Reply(b"", status=status, headers={})}) as site:
        result, sink = take(site.url + "/x")
    assert (result.outcome, result.missing) == ("complete", ())
    assert result.network["response"]["status"] == status
    assert sink.data["response.html"] == b""
    assert any("nothing to show" in s["detail"] for s in result.steps)
    valid(sink.data["archive.wacz"], tmp_path)


@pytest.mark.parametrize(
    ("status", "body"), [(403, b""), (404, b"<h1>no</h1>"), (410, b""), (451, b"<h1>blocked</h1>")]
)
def test_removed_or_blocked_page_is_a_whole_exhibit(take, status: int, body: bytes) -> None:
    with Site({"/x": Reply(body, status=status)}) as site:
        result, sink = take(site.url + "/x")
    assert (result.outcome, result.missing) == ("complete", ())
    assert (result.network["response"]["status"], sink.data["response.html"]) == (status, body)
    assert {"screenshot", "thumbnail", "wacz"} <= sink.roles()


@pytest.mark.parametrize("kind", ["application/json", "application/xml", "text/plain"])
def test_data_that_the_browser_shows_is_a_page(take, kind: str) -> None:
    body = b"<r>words</r>" if kind.endswith("xml") else b'{"words": 1}'
    with Site({"/x": data(body, kind)}) as site:
        result, sink = take(site.url + "/x")
    assert (result.outcome, result.missing) == ("complete", ())
    assert sink.data["response.html"] == body
    assert "words" in result.text


@pytest.mark.slow
def test_long_plain_text_is_seen_window_by_window(take) -> None:
    with Site({"/x": data(b"line of text\n" * 9000, "text/plain")}) as site:
        result, sink = take(site.url + "/x")
    shot = next(s for s in result.steps if s["name"] == "screenshot")
    assert (result.outcome, shot["way"]) == ("complete", "window")
    assert shot["tiles"] == -(-shot["size"]["height"] // 4000), "in windows as high as a tile"
    assert shot["retried_count"] == 0
    assert result.text.count("line of text") == 9000
    assert "screenshot" in sink.roles()
