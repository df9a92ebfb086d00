"""The printable exhibits: a cartouche page that names address, time and digests, then the picture cut over A4 pages.

The address never gets burned into the picture; it stands on the cartouche (DOMAIN CAP-31). Long pictures become
several PDFs, so that neither we nor the browser that prints them ever hold too much.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence_kit.export import labels, times
from evidence_kit.export.layout import Placed
from evidence_kit.export.material import ExportMaterial
from evidence_kit.export.pictures import Plan, Slice, cut, foreign_picture, own_png, plan_cut
from evidence_kit.export.templates import Translate, html_page, visible
from evidence_kit.export.views import ExhibitView
from evidence_kit.records import Kind

SHEETS_PER_PDF = 80
JPEG_BYTES_PER_PDF = 24 << 20

OpenBlob = Callable[[str], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed page of a picture."""

    what: str
    part: int
    total: int
    top: str
    bottom: str
    width_mm: float
    height_mm: float
    jpeg: str


def _chosen(placed: list[Placed], kind: Kind) -> list[Placed]:
    """What is printed: the page's parts, else the whole page, else the first view; for an import every file."""
    leaving = [p for p in placed if p.path is not None]
    if kind is Kind.IMPORT:
        return [p for p in leaving if p.role == "original"]
    tiles = [p for p in leaving if p.role == "screenshot-tile"]
    whole = [p for p in leaving if p.role == "screenshot"]
    if any(p.name.startswith("screenshot-") for p in tiles):
        return tiles  # the parts of the page come first by name, then what scrolls inside it
    return whole + tiles or [p for p in leaving if p.role == "first-view"]


def _sheets(
    item: Placed, kind: Kind, open_blob: OpenBlob, what: str, language: str
) -> tuple[Plan | None, Iterator[Sheet]]:
    if not item.media_type.startswith("image/"):
        return None, iter(())
    read = foreign_picture if kind is Kind.IMPORT else own_png
    found = read(open_blob(item.sha256))
    plan = plan_cut(found[0], found[1]) if found else None
    if found is None or plan is None:
        return None, iter(())
    return plan, (_sheet(s, n, plan.pages, what, language) for n, s in enumerate(cut(found[2], plan), 1))


def _sheet(part: Slice, number: int, total: int, what: str, language: str) -> Sheet:
    return Sheet(
        what=what,
        part=number,
        total=total,
        top=times.grouped(part.top, language),
        bottom=times.grouped(part.bottom, language),
        width_mm=part.width_mm,
        height_mm=part.height_mm,
        jpeg=base64.b64encode(part.jpeg).decode(),
    )


def _letters(number: int) -> str:
    """a, b, ... z, aa, ab, ..."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(97 + number % 26)  # noqa: PLR2004 - the alphabet


def _batches(sheets: Iterator[Sheet]) -> Iterator[list[Sheet]]:
    """Sheets in groups that one PDF can hold; the first one leaves room for the cartouche. At least one group."""
    batch: list[Sheet] = []
    room, held = SHEETS_PER_PDF - 1, 0
    for sheet in sheets:
        if batch and (len(batch) >= room or held + len(sheet.jpeg) > JPEG_BYTES_PER_PDF):
            yield batch
            batch, room, held = [], SHEETS_PER_PDF, 0
        batch.append(sheet)
        held += len(sheet.jpeg)
    yield batch


def piece_pages(
    material: ExportMaterial,
    view: ExhibitView,
    kind: Kind,
    placed: list[Placed],
    open_blob: OpenBlob,
    t: Translate,
) -> Iterator[tuple[str, str]]:
    """File name and HTML of each PDF of one exhibit, in order; one batch is held ahead to know whether more follow."""
    pictures: list[dict[str, object]] = []
    streams: list[Iterator[Sheet]] = []
    for item in _chosen(placed, kind):
        what = labels.role(item.role, t, item.name)[0]
        plan, sheets = _sheets(item, kind, open_blob, what, material.language)
        streams.append(sheets)
        pictures.append(
            {
                "what": what,
                "path": f"{view.folder}/{item.path}",
                "media_type": item.media_type,
                "size": times.grouped(item.size, material.language),
                "sha256": item.sha256,
                "pixels": f"{plan.width} × {plan.height}" if plan else "",
                "pages": plan.pages if plan else 0,
            }
        )

    def page(batch: list[Sheet], *, cartouche: bool) -> str:
        return html_page(
            "piece.html",
            material.language,
            number=view.number,
            case_name=visible(material.case.name, 120),
            package=material.name,
            view=view,
            pictures=pictures,
            sheets=batch,
            cartouche=cartouche,
        )

    batches = _batches(sheet for stream in streams for sheet in stream)
    current, index = next(batches), 0
    stem = f"Piece-{view.number:03d}"
    while True:
        following = next(batches, None)
        several = following is not None or index > 0
        yield f"{stem}-{_letters(index)}.pdf" if several else f"{stem}.pdf", page(current, cartouche=index == 0)
        if following is None:
            return
        current, index = following, index + 1
