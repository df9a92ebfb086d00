"""Dates that a person types: what looks like one must be one, and words stay words."""

from __future__ import annotations

import re
from datetime import date, time

from evidence_kit.errors import UsageError
from evidence_kit.language import _

_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\D?.*)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def refuse_impossible(text: str) -> None:
    """Raise UsageError for what has the form of a date (``2025-13-45``) and is none; words are left alone."""
    found = _ISO.fullmatch(text.strip())
    if found is None:
        return
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    try:
        date(year, month, day if found[3] else 1)
        time(hour, minute, second)
    except ValueError as exc:
        raise UsageError(
            _("There is no such date: {text}.", text=text.strip()[:40]),
            hint=_("Write it as year-month-day, such as 2026-03-01, or in words."),
        ) from exc


def day(text: str) -> str:
    """The calendar day that ``text`` names as ``YYYY-MM-DD``. Raises UsageError for anything else."""
    clean = text.strip()
    try:
        if not _DAY.fullmatch(clean):
            raise ValueError(clean)
        return date.fromisoformat(clean).isoformat()
    except ValueError as exc:
        raise UsageError(
            _("A date is needed here, not “{text}”.", text=clean[:40]),
            hint=_("Write it as year-month-day, such as 2026-03-01."),
        ) from exc
