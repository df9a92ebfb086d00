"""CSV files that a spreadsheet opens as they are and in which no cell from a page can become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral_cell(untrusted: str) -> str:
    """A cell that begins like a formula gets an apostrophe in front; everything else stays as it is."""
    return f"'{untrusted}" if untrusted.startswith(_FORMULA) else untrusted


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> bytes:
    """UTF-8 with BOM; semicolons where the spreadsheet speaks French, commas elsewhere; CRLF (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if language == "fr" else ",", lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([neutral_cell(str(cell).replace("\0", "")) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")
