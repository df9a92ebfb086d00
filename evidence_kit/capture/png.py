"""PNG as a stream: tiles become one tall lossless picture, and a tall picture is read as strips.

Neither side ever holds the whole picture, whatever its height. Rows are passed on as the browser filtered them;
only the first row of a tile can refer to the row above it and is written anew (PNG 1.2, section 6).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_SIDE = 1 << 20
MAX_PIXELS = 1 << 30
MAX_STRIP_BYTES = 64 << 20
MAX_OVERVIEW_PIXELS = 24_000_000
_FACTORS = (1, 2, 4, 5, 8, 10, 16, 20, 25, 40, 50, 80, 100)
"""By which a tile of 4,000 rows can be divided without a rest."""
_IDAT_BYTES = 1 << 18
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGBA = 0, 2, 3, 4, 6
_CHANNELS = {_GREY: 1, _RGB: 3, _PALETTE: 1, _GREY_ALPHA: 2, _RGBA: 4}
_NONE, _SUB, _UP, _AVERAGE, _PAETH = range(5)


class PngError(ValueError):
    """Not a PNG that can be read here, or one beyond the bounds."""


@dataclass(frozen=True, slots=True)
class PngHead:
    """What stands in IHDR."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def channels(self) -> int:
        """Samples per pixel."""
        return _CHANNELS[self.colour]

    @property
    def row_bytes(self) -> int:
        """Bytes of a raw row without its filter byte, at 8 bits a sample."""
        return self.width * self.channels


def read_head(untrusted: bytes) -> PngHead:
    """IHDR from the first 33 bytes of a file. Raises PngError."""
    if len(untrusted) < 33 or untrusted[:8] != SIGNATURE or untrusted[12:16] != b"IHDR":  # noqa: PLR2004
        raise PngError("not a PNG")
    width, height, depth, colour, method, filtering, interlace = struct.unpack(">IIBBBBB", untrusted[16:29])
    if colour not in _CHANNELS or method or filtering or interlace > 1:
        raise PngError("a PNG of an unknown kind")
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise PngError("a PNG of absurd size")
    return PngHead(width, height, depth, colour, bool(interlace))


def size_of(head: bytes) -> tuple[int, int]:
    """Width and height from the first 33 bytes of a PNG. Raises PngError."""
    found = read_head(head)
    return found.width, found.height


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def _parse_chunks(untrusted: bytes) -> Iterator[tuple[bytes, memoryview]]:
    view, position = memoryview(untrusted), 8
    while position + 12 <= len(untrusted):
        length, kind = struct.unpack_from(">I4s", untrusted, position)
        if position + 12 + length > len(untrusted):
            raise PngError("a PNG that ends too early")
        yield kind, view[position + 8 : position + 8 + length]
        position += 12 + length


def _inflate(untrusted: bytes, head: PngHead) -> bytearray:
    expected = (head.row_bytes + 1) * head.height
    inflater, raw = zlib.decompressobj(), bytearray()
    try:
        for kind, data in _parse_chunks(untrusted):
            if kind == b"IDAT":
                raw += inflater.decompress(data, expected - len(raw) + 1)
                if len(raw) > expected:
                    break
    except zlib.error as exc:
        raise PngError("a PNG whose data cannot be inflated") from exc
    if len(raw) != expected:
        raise PngError("a PNG with a wrong amount of data")
    return raw


def _free_first_row(raw: bytearray, head: PngHead) -> None:
    """Filter the first row anew so that it does not refer to a row above."""
    kind, channels = raw[0], head.channels
    if kind == _UP:  # above the first row all is zero
        raw[0] = _NONE
    elif kind == _PAETH:  # with zeros above, Paeth predicts the left neighbour
        raw[0] = _SUB
    elif kind == _AVERAGE:
        for i in range(1 + channels, 1 + head.row_bytes):
            raw[i] = (raw[i] + (raw[i - channels] >> 1)) & 0xFF
        raw[0] = _NONE


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile, inflated: ``raw`` holds filter bytes and rows, of which the first refers to nothing above it."""

    head: PngHead
    raw: bytearray
    blank: bool
    """Whether all its pixels have one colour."""
    png: bytes = b""
    """The file that it came as."""


def _one_colour(raw: bytearray, head: PngHead) -> bool:
    """Whether every pixel is the same, judged without decoding where the filters make it plain."""
    stride, channels = head.row_bytes + 1, head.channels
    middle = raw[stride * (head.height // 2) : stride * (head.height // 2) + stride]
    if middle[0] == _UP and any(middle[1:]):
        return False
    if middle[0] in {_SUB, _PAETH} and any(middle[1 + channels :]):
        return False
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels]
    image = Image.open(io.BytesIO(_mini_png(head, head.height, bytes(raw))))
    image.load()
    extrema = image.convert(mode).getextrema()
    pairs = extrema if isinstance(extrema[0], tuple) else (extrema,)
    return all(low == high for low, high in pairs)


def _mini_png(head: PngHead, height: int, raw: bytes, extra: bytes = b"") -> bytes:
    ihdr = struct.pack(">IIBBBBB", head.width, height, 8, head.colour, 0, 0, 0)
    return b"".join(
        (SIGNATURE, _chunk(b"IHDR", ihdr), extra, _chunk(b"IDAT", zlib.compress(raw, 0)), _chunk(b"IEND", b""))
    )


def open_tile(png: bytes, *, colour: int | None = None) -> Tile:
    """Inflate one tile; with ``colour`` given, convert it if it has another colour type. Raises PngError."""
    head = read_head(png)
    if head.depth != 8 or head.interlaced or (colour is not None and head.colour != colour):  # noqa: PLR2004
        mode = "RGBA" if colour == _RGBA else "RGB"
        buffer = io.BytesIO()
        Image.open(io.BytesIO(png)).convert(mode).save(buffer, "PNG", compress_level=1)
        png = buffer.getvalue()
        head = read_head(png)
    raw = _inflate(png, head)
    _free_first_row(raw, head)
    return Tile(head, raw, _one_colour(raw, head), png)


@dataclass(slots=True)
class Plain:
    """A part of a tile that has one colour over its whole width. Rows in pixels from the tile's first."""

    top: int
    rows: int
    colour: tuple[int, ...]


def plain_parts(tiles: list[Tile], strip: int) -> list[Plain]:
    """Where strips of ``strip`` rows have one colour; strips of the same are joined.

    A tile is decoded only where its filtered rows do not show already that every strip has two colours.
    """
    found, row = list[Plain](), 0
    for tile in tiles:
        image: Image.Image | None = None
        for top in range(0, tile.head.height - strip + 1, strip):
            if not _may_be_plain(tile, top, strip):
                continue
            image = image or _decoded(tile)
            extrema: Any = image.crop((0, top, tile.head.width, top + strip)).getextrema()
            bands = extrema if isinstance(extrema[0], tuple) else (extrema,)
            if any(low != high for low, high in bands):
                continue
            colour = tuple(int(low) for low, _high in bands)[:3]
            last = found[-1] if found else None
            if last and last.top + last.rows == row + top and last.colour == colour:
                last.rows += strip
            else:
                found.append(Plain(row + top, strip, colour))
        row += tile.head.height
    return found


def _may_be_plain(tile: Tile, top: int, rows: int) -> bool:
    """Whether no row shows by its filter and its bytes that it has two colours or differs from the row above."""
    stride, channels, raw = tile.head.row_bytes + 1, tile.head.channels, tile.raw
    nothing = bytes(tile.head.row_bytes)
    for row in range(top, top + rows):
        kind, line = raw[row * stride], raw[row * stride + 1 : (row + 1) * stride]
        if kind == _UP and row > top and line != nothing:
            return False
        if kind == _NONE and line[channels:] != line[:-channels]:
            return False
        if kind == _SUB and any(line[channels:]):
            return False
    return True


def same_pixels(one: list[Tile], other: list[Tile]) -> bool:
    """Whether two rows of tiles show the same, however each is cut. Pictures of one encoder are compared undecoded."""
    if [t.head for t in one] == [t.head for t in other]:
        return all(a.raw == b.raw for a, b in zip(one, other, strict=True))
    if {t.head.width for t in one} != {t.head.width for t in other}:
        return False
    if sum(t.head.height for t in one) != sum(t.head.height for t in other):
        return False
    return b"".join(_decoded(t).tobytes() for t in one) == b"".join(_decoded(t).tobytes() for t in other)


def _decoded(tile: Tile) -> Image.Image:
    return Image.open(io.BytesIO(_mini_png(tile.head, tile.head.height, bytes(tile.raw))))


class PngWriter:
    """Tiles of one width, from the top down, to one PNG of a height known before. Not thread-safe."""

    def __init__(self, write: Callable[[bytes], object], width: int, height: int, *, level: int = 1) -> None:
        self._write = write
        self.width, self.height = width, height
        self._rows = 0
        self._deflater = zlib.compressobj(level)
        self._pending = bytearray()
        self._whole = False
        self.colour: int | None = None

    def add(self, tile: Tile) -> None:
        """The next tile. Raises PngError if its width or colour type differs or it reaches too far down."""
        first = self.colour is None
        self.colour = tile.head.colour if first else self.colour
        if tile.head.width != self.width or tile.head.colour != self.colour:
            raise PngError("a tile of another width or kind")
        if self._rows + tile.head.height > self.height:
            raise PngError("more tiles than the picture is high")
        self._rows += tile.head.height
        if tile.head.height == self.height:  # the picture itself
            self._whole = True
            self._write(tile.png)
            return
        if first:
            ihdr = struct.pack(">IIBBBBB", self.width, self.height, 8, self.colour, 0, 0, 0)
            self._write(SIGNATURE + _chunk(b"IHDR", ihdr))
        self._emit(self._deflater.compress(tile.raw))

    def finish(self) -> None:
        """Close the picture. Raises PngError if rows are missing."""
        if self._rows != self.height:
            raise PngError("fewer tiles than the picture is high")
        if self._whole:
            return
        self._emit(self._deflater.flush(), last=True)
        self._write(_chunk(b"IEND", b""))

    def _emit(self, data: bytes, *, last: bool = False) -> None:
        self._pending += data
        if len(self._pending) >= _IDAT_BYTES or (last and self._pending):
            self._write(_chunk(b"IDAT", bytes(self._pending)))
            self._pending.clear()


class Overview:
    """A whole picture made smaller as its tiles pass by; at most ``pixels`` of it are held. Not thread-safe."""

    def __init__(self, width: int, height: int, pixels: int = MAX_OVERVIEW_PIXELS) -> None:
        self.factor = next((f for f in _FACTORS if width * height <= pixels * f * f), _FACTORS[-1])
        self._image = Image.new("RGB", (-(-width // self.factor), -(-height // self.factor)), "white")
        self._row = 0

    def add(self, tile: Tile) -> None:
        """The next tile from the top."""
        small = _decoded(tile).convert("RGB").reduce(self.factor)
        self._image.paste(small, (0, self._row // self.factor))
        self._row += tile.head.height

    def png(self, rows: int) -> bytes:
        """The small picture of the first ``rows`` of the whole one."""
        out = io.BytesIO()
        self._image.crop((0, 0, self._image.width, -(-rows // self.factor))).save(out, "PNG", compress_level=1)
        return out.getvalue()


class _ChunkReader:
    """PNG chunks from an iterator of byte strings cut anywhere."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self._buffer = bytearray()

    def take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            more = next(self._source, None)
            if more is None:
                raise PngError("a PNG that ends too early")
            self._buffer += more
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def pieces(self, count: int) -> Iterator[bytes]:
        while count:
            piece = self.take(min(count, 1 << 16))
            count -= len(piece)
            yield piece


class PngStrips:
    """An 8-bit, not interlaced PNG of any height as horizontal strips (PIL pictures), in bounded memory.

    ``untrusted`` are the file's bytes in order. Raises PngError for other kinds and for broken files. A strip
    needs the row above it for its filters: it is rebuilt as a small PNG that begins with that row, raw.
    """

    def __init__(self, untrusted: Iterable[bytes], strip_height: int) -> None:
        self._reader = _ChunkReader(untrusted)
        self.head = read_head(self._reader.take(33))
        if self.head.depth != 8:  # noqa: PLR2004
            raise PngError("a PNG with other than 8 bits a sample")
        if self.head.interlaced:
            raise PngError("an interlaced PNG")
        most = max(1, MAX_STRIP_BYTES // (self.head.row_bytes + 1))
        self.strip_height = max(1, min(strip_height, most))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.head.width, self.head.height

    def __iter__(self) -> Iterator[Image.Image]:
        """The strips from the top down; can be walked once."""
        stride, rows_left = self.head.row_bytes + 1, self.head.height
        raw, previous = bytearray(), b""
        inflated = self._inflated()
        while rows_left:
            rows = min(self.strip_height, rows_left)
            while len(raw) < rows * stride:
                more = next(inflated, None)
                if more is None:
                    raise PngError("a PNG with too little data")
                raw += more
            strip, previous = self._strip(bytes(raw[: rows * stride]), rows, previous)
            del raw[: rows * stride]
            rows_left -= rows
            yield strip

    def _inflated(self) -> Iterator[bytes]:
        inflater, self._extra = zlib.decompressobj(), b""
        while True:
            length, kind = struct.unpack(">I4s", self._reader.take(8))
            if kind == b"IEND" or length > 1 << 31:
                return
            if kind == b"IDAT":
                try:
                    for piece in self._reader.pieces(length):
                        yield inflater.decompress(piece, 1 << 22)
                        while inflater.unconsumed_tail:
                            yield inflater.decompress(inflater.unconsumed_tail, 1 << 22)
                except zlib.error as exc:
                    raise PngError("a PNG whose data cannot be inflated") from exc
            elif kind in {b"PLTE", b"tRNS"} and length <= 1024:  # noqa: PLR2004
                self._extra += _chunk(kind, self._reader.take(length))
            else:
                for _piece in self._reader.pieces(length):
                    pass
            self._reader.take(4)

    def _strip(self, raw: bytes, rows: int, previous: bytes) -> tuple[Image.Image, bytes]:
        above = 1 if previous else 0
        data = (b"\0" + previous + raw) if above else raw
        try:
            image = Image.open(io.BytesIO(_mini_png(self.head, rows + above, data, self._extra)))
            image.load()
        except (OSError, SyntaxError, ValueError) as exc:
            raise PngError("a PNG whose rows cannot be read") from exc
        last = image.crop((0, rows + above - 1, self.head.width, rows + above)).tobytes()
        return (image.crop((0, above, self.head.width, rows + above)) if above else image), last
