"""Cuts a picture into pieces that fit on paper, from top to bottom, without ever holding a tall one whole."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

from evidence_kit.capture.png import PngError, PngStrips
from evidence_kit.errors import ExportError
from evidence_kit.language import _

PAGE_WIDTH_MM = 172.0
PAGE_HEIGHT_MM = 228.0
NATURAL_MM = 25.4 / 96
"""Size of a pixel on paper when nothing forces it smaller."""
SMALLEST_MM = 0.09
"""Below this a picture is cut over several pages rather than shrunk onto one."""
MAX_WIDTH = 2600
STRIP_ROWS = 512
MAX_PIXELS_OF_IMPORT = 60_000_000
MAX_BYTES_OF_IMPORT = 64 << 20
MAX_PAGES = 600
JPEG_QUALITY = 85
_OVERLAP = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """How a picture of ``width`` x ``height`` pixels is cut: ``rows`` per page, of which ``overlap`` are repeated."""

    width: int
    height: int
    rows: int
    overlap: int
    mm_per_pixel: float

    @property
    def pages(self) -> int:
        """How many pages it takes."""
        if self.height <= self.rows:
            return 1
        step = self.rows - self.overlap
        return 1 + -(-(self.height - self.rows) // step)


@dataclass(frozen=True, slots=True)
class Slice:
    """One page's part: JPEG bytes and the rows of the picture that it shows, counted from 1, both included."""

    jpeg: bytes
    top: int
    bottom: int
    width_mm: float
    height_mm: float


def plan_cut(width: int, height: int) -> Plan | None:
    """Decide how to cut; None for what cannot sensibly be printed."""
    if width < 1 or height < 1:
        return None
    whole = min(PAGE_WIDTH_MM / width, PAGE_HEIGHT_MM / height)
    if whole >= SMALLEST_MM:
        return Plan(width, height, height, 0, min(whole, NATURAL_MM))
    scale = min(PAGE_WIDTH_MM / width, NATURAL_MM)
    rows = max(2, int(PAGE_HEIGHT_MM / scale))
    plan = Plan(width, height, rows, min(_OVERLAP, rows // 10), scale)
    return plan if plan.pages <= MAX_PAGES else None


def own_png(chunks: Iterable[bytes]) -> tuple[int, int, Iterator[Image.Image]] | None:
    """A PNG of our own making as strips; None if it is of a kind that cannot be read strip by strip."""
    try:
        strips = PngStrips(chunks, STRIP_ROWS)
    except PngError:
        return None
    return *strips.size, _guarded(strips)


def _guarded(strips: PngStrips) -> Iterator[Image.Image]:
    try:
        yield from strips
    except PngError as exc:
        raise ExportError(_("A picture of an exhibit could not be read for printing.")) from exc


def foreign_picture(chunks: Iterable[bytes]) -> tuple[int, int, Iterator[Image.Image]] | None:
    """A picture from outside, decoded whole within bounds; None if it is too big or cannot be read."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_BYTES_OF_IMPORT:
            return None
    try:
        untrusted = Image.open(io.BytesIO(data))
        if untrusted.width * untrusted.height > MAX_PIXELS_OF_IMPORT:
            return None
        upright = ImageOps.exif_transpose(untrusted)
        upright.load()
        picture = _on_white(upright)
    except Exception:  # noqa: BLE001 - decoders of foreign formats raise whatever they like; the file itself is exported
        return None
    return picture.width, picture.height, iter([picture])


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        paper = Image.new("RGB", clear.size, "white")
        paper.paste(clear, mask=clear.getchannel("A"))
        return paper
    return picture.convert("RGB")


def cut(strips: Iterator[Image.Image], plan: Plan) -> Iterator[Slice]:
    """The pages' parts in order. Holds one page and one strip at a time."""
    held = Image.new("RGB", (plan.width, plan.rows), "white")
    filled = top = 0
    for strip in strips:
        taken = 0
        source = _on_white(strip)
        while taken < source.height:
            count = min(source.height - taken, plan.rows - filled)
            held.paste(source.crop((0, taken, plan.width, taken + count)), (0, filled))
            filled += count
            taken += count
            if filled == plan.rows and top + filled < plan.height:
                yield _slice(held, filled, top, plan)
                keep = held.crop((0, plan.rows - plan.overlap, plan.width, plan.rows))
                held.paste(keep, (0, 0))
                top += plan.rows - plan.overlap
                filled = plan.overlap
    if filled:
        yield _slice(held, filled, top, plan)


def _slice(held: Image.Image, filled: int, top: int, plan: Plan) -> Slice:
    part = held.crop((0, 0, plan.width, filled))
    if plan.width > MAX_WIDTH:
        part = part.resize((MAX_WIDTH, max(1, filled * MAX_WIDTH // plan.width)))
    out = io.BytesIO()
    part.save(out, "JPEG", quality=JPEG_QUALITY)
    scale = plan.mm_per_pixel
    return Slice(out.getvalue(), top + 1, top + filled, round(plan.width * scale, 2), round(filled * scale, 2))
