"""How moments, durations and sizes are written for a reader: UTC first, then the hour in Paris with its offset."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta, timezone

from evidence_kit import clock

_SUNDAY_FROM_MONDAY = 6


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() - _SUNDAY_FROM_MONDAY) % 7)


def in_paris(moment: datetime) -> datetime:
    """``moment`` as a clock in Paris shows it; by the rule of Directive 2000/84/EC where no zone data is installed."""
    try:
        return moment.astimezone(zoneinfo.ZoneInfo("Europe/Paris"))
    except zoneinfo.ZoneInfoNotFoundError:
        return by_rule(moment)


def by_rule(moment: datetime) -> datetime:
    """Central European time from the last Sunday of March and of October, 01:00 UTC."""
    utc = moment.astimezone(UTC)
    summer = _last_sunday(utc.year, 3) <= utc < _last_sunday(utc.year, 10)
    return utc.astimezone(timezone(timedelta(hours=2 if summer else 1)))


def _read(text: str | datetime) -> datetime | None:
    if isinstance(text, datetime):
        return text.astimezone(UTC)
    try:
        return clock.parse(text)
    except (ValueError, TypeError):
        return None


def utc(text: str | datetime, language: str) -> str:
    """``22/11/2026 17:34:19 UTC`` or ``2026-11-22 17:34:19 UTC``; the text itself if it is no time."""
    moment = _read(text)
    if moment is None:
        return str(text)
    return moment.strftime("%d/%m/%Y %H:%M:%S UTC" if language == "fr" else "%Y-%m-%d %H:%M:%S UTC")


def paris(text: str | datetime, language: str) -> str:
    """The same moment in Paris, with its offset: ``22/11/2026 18:34:19 (UTC+01:00)``."""
    moment = _read(text)
    if moment is None:
        return ""
    local = in_paris(moment)
    offset = local.strftime("%z")
    shape = "%d/%m/%Y %H:%M:%S" if language == "fr" else "%Y-%m-%d %H:%M:%S"
    return f"{local.strftime(shape)} (UTC{offset[:3]}:{offset[3:5]})"


def day(text: str, language: str) -> str:
    """The day in Paris of a moment, or a plain date as it is; any other text unchanged."""
    try:
        moment = _read(text) or datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC)
    except ValueError:
        moment = None
    if moment is None:
        return str(text)
    return in_paris(moment).strftime("%d/%m/%Y" if language == "fr" else "%Y-%m-%d")


def span(seconds: float) -> str:
    """A duration in units that need no translation: ``4 s``, ``3 min 12 s``, ``2 h 05 min``, ``147 h 05 min``."""
    sign, whole = ("-" if seconds < 0 else ""), abs(round(seconds))
    minutes, hours = whole // 60, whole // 3600
    if hours:
        return f"{sign}{hours} h {minutes % 60:02d} min"
    return f"{sign}{minutes} min {whole % 60:02d} s" if minutes else f"{sign}{whole} s"


def grouped(number: int, language: str) -> str:
    """A whole number with its thousands set apart."""
    return f"{number:,}".replace(",", "\u202f" if language == "fr" else ",")
