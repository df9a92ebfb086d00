"""The table of the first page: few rows, each cut to the lines it may take, so that one page holds the four answers.

What is cut here carries a mark and stands whole in section 3. Rows are counted in lines before anything is printed,
because the report is written once and must look the same in every browser and on paper.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from evidence_kit.export.templates import Translate
from evidence_kit.export.values import Row
from evidence_kit.export.views import ExhibitView

MAX_ROWS = 6
LINES = 35.5
"""Lines of text that the table's rows may take together on the first page, under the shortest heading."""
HEADING_LINES, HEADING_LINE, HEADING_COLUMNS = 3, 1.4, 92
"""How many lines the shortest heading has, what a line of it takes, in lines of the table, and its letters."""
MIN_LINES = 4
"""Title, address and the address asked for need so many to be told apart."""
EDGE = 0.7
"""What a row's own border and padding take, in lines."""
WHAT_COLUMNS, RESULT_COLUMNS = 44, 29
"""Letters of middling width to a line, in the column of titles and addresses and in that of results."""
MOST_LINES = 9
"""What a title, or an address, may take even where there is room."""
MAX_STAMPS = 2
NAME_COLUMNS = 12
CUT = " […] "
_WIDE_LETTERS = frozenset("mwMW@%—…")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRow:
    """One exhibit in the table of the first page."""

    number: int
    title: str
    title_lines: int
    """Where a letter turns out wider than it was counted, the browser cuts there."""
    url: str
    asked: str
    """The address that was typed, where it led to another."""
    kind: str
    """Said of imports only."""
    started: Row
    result: list[str]
    cut: bool


def columns(character: str) -> float:
    """How wide a character is on paper, in letters of middling width. Marks on another letter take no room."""
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf"} or "\U0001f3fb" <= character <= "\U0001f3ff":
        return 0.0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 2.2
    if character in _WIDE_LETTERS:
        return 1.8
    narrow = "\u0600" <= character <= "\u06ff"  # Arabic joins its letters
    return 1.45 if category in {"Lu", "Lo", "So", "Sm"} and not narrow else 1.0


def width(text: str) -> float:
    """The columns that ``text`` takes in one line."""
    return sum(map(columns, text))


def shortened(text: str, room: float, *, end: float = 0) -> str:
    """``text`` in at most about ``room`` columns, the cut marked by ``[…]``; about ``end`` columns of its end are kept.

    A letter is not parted from the marks that belong to it.
    """
    if not text or width(text) <= room:
        return text
    last = ""
    if end:
        at = len(text) - len(_beginning(text[::-1], end))
        while at < len(text) and _belongs(text, at):
            at += 1
        last = text[at:]
    return f"{_beginning(text, room - width(last) - width(CUT)).rstrip()}{CUT}{last}".rstrip()


def _beginning(text: str, room: float) -> str:
    used = 0.0
    for at, character in enumerate(text):
        used += columns(character)
        if used > room:
            while at and _belongs(text, at):
                at -= 1  # noqa: PLW2901 - the loop ends here
            return text[:at]
    return text


def _belongs(text: str, at: int) -> bool:
    """Whether the character at ``at`` is one with the one before it: a mark, or two joined by U+200D."""
    return not columns(text[at]) or text[at - 1] == "\u200d"


def _result(view: ExhibitView, t: Translate) -> list[str]:
    lines = [view.outcome, view.answer, "" if view.answer else view.wall_brief]
    lines += [t("about the connection, see 1.2") if view.findings else ""]
    lines += [f"{t('withdrawn:')} {view.withdrawn}" if view.withdrawn else ""]
    stamps = [t("{name}: {value}", name=shortened(k.authority, NAME_COLUMNS), value=k.utc) for k in view.tokens]
    stamps += [t("{name}: {value}", name=shortened(p, NAME_COLUMNS), value=t("awaited")) for p in view.pending]
    lines += stamps[:MAX_STAMPS] or [t("no timestamp")]
    if len(stamps) > MAX_STAMPS:
        lines.append(t("Others, in section 3: {count}", count=len(stamps) - MAX_STAMPS))
    return [shortened(line, RESULT_COLUMNS * 3) for line in lines if line]


def _lines(text: str, columns_in_line: int) -> int:
    return -(-int(width(text) + 0.999) // columns_in_line) if text else 0


def _shares(needed: list[int], lines: int) -> list[int]:
    """Lines for each text: one for whoever needs any, the rest in turns to those that need more."""
    given = [min(1, n) for n in needed]
    while sum(given) < lines and given != needed:
        for at, wanted in enumerate(needed):
            if given[at] < wanted and sum(given) < lines:
                given[at] += 1
    return given


def _row(view: ExhibitView, lines: int, t: Translate) -> FirstRow:
    final = view.url_final or view.url_requested
    asked = view.url_requested if view.url_requested != final else ""
    label = " " * round(width(t("Address asked for:")) + 1)
    needed = [min(MOST_LINES, _lines(text, WHAT_COLUMNS)) for text in (final, view.title, asked and label + asked)]
    for_final, for_title, for_asked = _shares(needed, lines - (0 if view.is_capture else 1))
    title = shortened(view.title, for_title * WHAT_COLUMNS)
    url = _address(final, for_final * WHAT_COLUMNS)
    asked_short = _address(asked, for_asked * WHAT_COLUMNS - len(label))
    return FirstRow(
        number=view.number,
        title=title,
        title_lines=max(1, for_title),
        url=url,
        asked=asked_short,
        kind="" if view.is_capture else view.kind,
        started=view.started,
        result=_result(view, t),
        cut=(title, url, asked_short) != (view.title, final, asked),
    )


def _address(address: str, room: float) -> str:
    """Where it leads, and its end, which tells one message from another."""
    return shortened(address, room, end=max(6.0, min(room / 4 - 4, 24.0)))


def first_rows(views: Sequence[ExhibitView], heading: Sequence[str], t: Translate) -> list[FirstRow]:
    """As many rows as fit on the first page under these lines of heading; at least one where there is an exhibit."""
    more = sum(max(1, _lines(line, HEADING_COLUMNS)) for line in heading) - HEADING_LINES
    room = LINES - max(0, more) * HEADING_LINE
    for shown in range(min(MAX_ROWS, len(views)), 0, -1):
        each = max(MIN_LINES, int(room / shown - EDGE))
        rows = [_row(view, each, t) for view in views[:shown]]
        heights = [max(each, sum(_lines(line, RESULT_COLUMNS) for line in row.result)) for row in rows]
        if shown == 1 or sum(heights) + EDGE * shown <= room:
            return rows
    return []
