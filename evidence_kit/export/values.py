"""Values of a manifest as rows of text: bounded, each with a label that a reader understands."""

from __future__ import annotations

import re
from typing import Any

from evidence_kit.export import labels
from evidence_kit.export.templates import Translate, visible
from evidence_kit.numbers import decimal

Row = tuple[str, str]
MAX_ROWS = 60
MAX_DEPTH = 5
MAX_LISTED = 12
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z")
_LEFT_OUT = frozenset({"pem", "limit"})
"""Long certificates, and a caution that the report gives in its own words."""


def flatten(value: object, t: Translate, prefix: str = "", depth: int = 0) -> list[Row]:
    """Nested values of a manifest as rows of label and text; bounded in number, depth and length."""
    if isinstance(value, dict) and depth < MAX_DEPTH and value:
        rows: list[Row] = []
        for name, inner in value.items():
            if name in _LEFT_OUT:
                continue
            label = labels.key(str(name), t)
            rows += flatten(inner, t, f"{prefix} – {label}" if prefix else label, depth + 1)
        return rows[:MAX_ROWS]
    if isinstance(value, list) and any(isinstance(v, dict) for v in value):
        return _listed(value, t, prefix)
    return [(prefix, scalar(value, t))]


def _listed(items: list[Any], t: Translate, prefix: str) -> list[Row]:
    """One row for each object of a list; pairs of name and value (headers) share one row."""
    if all(isinstance(v, dict) and set(v) == {"name", "value"} for v in items):
        return [(prefix, visible("; ".join(f"{v['name']}: {v['value']}" for v in items), 3000))]
    rows = [
        (f"{prefix} {number}", visible(t("; ").join(told(inner, t)), 900))
        for number, inner in enumerate(items[:MAX_LISTED], 1)
    ]
    if len(items) > MAX_LISTED:
        rows.append((prefix, t("Further ones, in manifest.json: {count}", count=len(items) - MAX_LISTED)))
    return rows


def told(value: object, t: Translate) -> list[str]:
    """The values of one object in a line: ``label: value``; what is empty is passed over."""
    nothing = scalar(None, t)
    return [
        t("{name}: {value}", name=name, value=text) if name else text
        for name, text in flatten(value, t, "", 1)
        if text != nothing
    ]


def scalar(value: object, t: Translate) -> str:
    """One value as a reader understands it."""
    if value is None or value in ("", [], {}):
        return t("none recorded")
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, float):
        return decimal(str(value), t)
    if isinstance(value, list):
        return ", ".join(labels.value(visible(v, 300), t) for v in value[:40])
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found:
        year, month, day, clock = found.groups()
        return t("{year}-{month}-{day} {clock} UTC", year=year, month=month, day=day, clock=clock)
    return labels.value(visible(value, 800), t)
