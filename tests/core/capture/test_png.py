# ruff: noqa: E501 - pages and pictures stand on one line
from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from PIL import Image

from evidence_kit.capture.png import PngError, PngStrips, PngWriter, open_tile, plain_parts, same_pixels, size_of
from evidence_kit.capture.thumbnail import blurred_thumbnail


def filtered(rows: list[bytes], channels: int, kind: int) -> bytes:
    """A PNG whose every row uses one filter, written out by the standard's formulas."""
    out, prior = bytearray(), bytes(len(rows[0]))
    for row in rows:
        out.append(kind)
        for i, x in enumerate(row):
            a = row[i - channels] if i >= channels else 0
            b, c = prior[i], prior[i - channels] if i >= channels else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            out.append((x - (0, a, b, (a + b) // 2, paeth)[kind]) & 255)
        prior = row
    colour = {1: 0, 3: 2, 4: 6}[channels]

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", len(rows[0]) // channels, len(rows), 8, colour, 0, 0, 0)
    body = zlib.compress(bytes(out))
    half = len(body) // 2
    parts = chunk(b"IDAT", body[:half]) + chunk(b"IDAT", body[half:])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + parts + chunk(b"IEND", b"")


def noise(width: int, height: int, channels: int, seed: int) -> list[bytes]:
    return [random.Random(seed * 1000 + y).randbytes(width * channels) for y in range(height)]


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("kind", range(5))
def test_tiles_joined_keep_every_pixel(kind: int, channels: int) -> None:
    tiles = [noise(33, height, channels, i) for i, height in enumerate((7, 5, 1))]
    out = bytearray()
    writer = PngWriter(out.extend, 33, 13)
    for rows in tiles:
        writer.add(open_tile(filtered(rows, channels, kind)))
    writer.finish()
    image = Image.open(io.BytesIO(bytes(out)))
    assert image.size == size_of(bytes(out[:33])) == (33, 13)
    assert image.tobytes() == b"".join(b"".join(rows) for rows in tiles)


def test_a_tile_that_is_the_whole_picture_stays_as_the_browser_made_it() -> None:
    png, out = filtered(noise(33, 7, 3, 1), 3, 2), bytearray()
    writer = PngWriter(out.extend, 33, 7)
    writer.add(open_tile(png))
    writer.finish()
    assert bytes(out) == png


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("kind", range(5))
def test_strips_give_every_pixel(kind: int, channels: int) -> None:
    rows = noise(21, 23, channels, 5)
    png = filtered(rows, channels, kind)
    pieces = (png[i : i + 17] for i in range(0, len(png), 17))
    strips = PngStrips(pieces, 4)
    images = list(strips)
    assert [i.height for i in images] == [4, 4, 4, 4, 4, 3]
    assert b"".join(i.tobytes() for i in images) == b"".join(rows)


def test_palette_strips_give_colours() -> None:
    source = Image.new("P", (20, 30))
    source.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    source.putdata([i % 3 for i in range(600)])
    buffer = io.BytesIO()
    source.save(buffer, "PNG")
    if source.mode == "P" and buffer.getvalue()[24] == 8:
        got = b"".join(s.convert("RGB").tobytes() for s in PngStrips([buffer.getvalue()], 7))
        assert got == source.convert("RGB").tobytes()


def test_tile_of_other_colour_type_converted() -> None:
    out = bytearray()
    writer = PngWriter(out.extend, 8, 8)
    writer.add(open_tile(filtered(noise(8, 4, 3, 1), 3, 1)))
    writer.add(open_tile(filtered([b"\x01\x02\x03\xff" * 8] * 4, 4, 2), colour=writer.colour))
    writer.finish()
    assert Image.open(io.BytesIO(bytes(out))).getpixel((3, 7)) == (1, 2, 3)


@pytest.mark.parametrize("kind", range(5))
def test_blank_tile_told_from_others(kind: int) -> None:
    blank, one_dot = [b"\x07\x08\x09" * 40] * 30, [b"\x07\x08\x09" * 40] * 30
    one_dot[29] = b"\x07\x08\x09" * 39 + b"\x07\x08\x0a"
    assert open_tile(filtered(blank, 3, kind)).blank
    assert not open_tile(filtered(one_dot, 3, kind)).blank


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("kind", range(5))
def test_plain_parts_found_by_filter_and_by_pixels(kind: int, channels: int) -> None:
    red, blue = bytes([200, 0, 0, 255])[:channels], bytes([0, 0, 200, 255])[:channels]
    dotted = red * 9 + blue + red * 10
    rows = [red * 20] * 10 + [blue * 20] * 5 + [red * 20] * 4 + [dotted] + [dotted] * 5 + [blue * 20] * 5
    found = plain_parts([open_tile(filtered(rows, channels, kind))], 5)
    assert [(p.top, p.rows, p.colour) for p in found] == [
        (0, 10, (200, 0, 0)),
        (10, 5, (0, 0, 200)),
        (25, 5, (0, 0, 200)),
    ]


@pytest.mark.parametrize("kind", range(5))
def test_columns_of_two_colours_are_not_plain(kind: int) -> None:
    striped = [b"\x01\x02\x03" * 10 + b"\x04\x05\x06" * 10] * 12
    assert plain_parts([open_tile(filtered(striped, 3, kind))], 4) == []


@pytest.mark.parametrize("kind", range(5))
def test_the_same_pixels_are_known_however_they_are_cut(kind: int) -> None:
    rows = noise(30, 20, 3, 4)
    whole = [open_tile(filtered(rows, 3, kind))]
    halves = [open_tile(filtered(rows[:9], 3, kind)), open_tile(filtered(rows[9:], 3, kind))]
    other = [*rows[:19], bytes(30 * 3)]
    assert same_pixels(whole, [open_tile(filtered(rows, 3, kind))])
    assert same_pixels(whole, halves)
    assert same_pixels(halves, whole)
    assert not same_pixels(whole, [open_tile(filtered(other, 3, kind))])
    assert not same_pixels(halves, [open_tile(filtered(other, 3, kind))])
    assert not same_pixels(whole, [open_tile(filtered(rows[:19], 3, kind))])
    assert not same_pixels(whole, [])


def _with_head(width: int, height: int, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    png = bytearray(filtered(noise(4, 4, 3, 1), 3, 0))
    png[16:29] = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return bytes(png)


@pytest.mark.parametrize(
    "bad",
    [
        b"", b"GIF89a" + b"\0" * 60, _with_head(0, 4), _with_head(1 << 24, 1 << 24), _with_head(4, 4, colour=5),
        _with_head(4, 4, depth=16), _with_head(4, 4, interlace=1), _with_head(4, 4000), filtered(noise(4, 4, 3, 1), 3, 0)[:60],
    ],
)  # fmt: skip
def test_hostile_png_refused(bad: bytes) -> None:
    with pytest.raises(PngError):
        list(PngStrips([bad], 2))


def test_writer_refuses_wrong_amounts() -> None:
    writer = PngWriter(lambda _: None, 8, 8)
    writer.add(open_tile(filtered(noise(8, 4, 3, 1), 3, 0)))
    with pytest.raises(PngError):
        writer.finish()
    with pytest.raises(PngError):
        writer.add(open_tile(filtered(noise(8, 5, 3, 1), 3, 0)))
    with pytest.raises(PngError):
        writer.add(open_tile(filtered(noise(7, 4, 3, 1), 3, 0)))


def test_thumbnail_small_grey_and_blurred() -> None:
    fine = Image.new("RGB", (1280, 800))
    fine.putdata([(255, 0, 0) if (x // 2 + y // 2) % 2 else (0, 0, 255) for y in range(800) for x in range(1280)])
    buffer = io.BytesIO()
    fine.save(buffer, "PNG")
    small = Image.open(io.BytesIO(blurred_thumbnail(buffer.getvalue())))
    assert small.mode == "L"
    assert small.size == (320, 200)
    low, high = small.getextrema()
    assert high - low < 20
    with pytest.raises(PngError):
        blurred_thumbnail(b"not a picture")
