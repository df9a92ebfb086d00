"""The rules by which a thread's pages are known: data in resources/pagers/pagers.json, checked when loaded."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence_kit import paths
from evidence_kit.capture.platforms import RuleWrong, pattern
from evidence_kit.capture.selectors import Selector, selector

_FORM_PARTS = frozenset({"name", "path", "query_text", "query", "page", "also", "first"})
_GROUPS = frozenset({"where", "thread", "page", "end"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one forum's software names the pages of its threads. A parameter that no part names is not its own."""

    name: str
    path: re.Pattern[str]
    query_text: re.Pattern[str] | None
    query: Mapping[str, re.Pattern[str]]
    """Parameters that have to be there."""
    page: Mapping[str, re.Pattern[str]]
    """Parameters that may be there and tell the page."""
    also: frozenset[str]
    """Parameters that may be there and tell neither."""
    first: str
    """How the first page is numbered, where an address says no page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerRules:
    """All of the file; names of parameters in lower case."""

    checked: str
    forms: tuple[Form, ...]
    paths: tuple[re.Pattern[str], ...]
    parameters: frozenset[str]
    numbered: frozenset[str]
    """Parameters with many meanings: believed only where the link says the same number."""
    cursors: frozenset[str]
    """Parameters that name a place without a number: believed only of what is called next or previous."""
    ignored: frozenset[str]
    areas: tuple[Selector, ...]
    next: frozenset[str]
    previous: frozenset[str]


@functools.cache
def shipped() -> PagerRules:
    """The rules that come with the program. Raises OSError or RuleWrong if they are damaged."""
    return load(paths.resource("pagers", "pagers.json"))


def load(path: Path) -> PagerRules:
    """A file of rules. Raises OSError or RuleWrong."""
    try:
        value = json.loads(path.read_bytes())
        words = {
            name: frozenset(str(w).lower() for w in value[name])
            for name in ("parameters", "numbered", "cursors", "ignored", "next", "previous")
        }
        return PagerRules(
            checked=str(value["checked"]),
            forms=tuple(map(_form, value["forms"])),
            paths=tuple(map(_checked, value["paths"])),
            areas=tuple(map(selector, value["areas"])),
            **words,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise RuleWrong(f"{path.name}: {exc}") from exc


def _form(value: Mapping[str, Any]) -> Form:
    if unknown := set(value) - _FORM_PARTS:
        raise RuleWrong(f"not known: {', '.join(sorted(unknown))}")
    made = Form(
        name=str(value["name"]),
        path=_checked(value["path"]),
        query_text=_checked(value["query_text"]) if "query_text" in value else None,
        query={name: _checked(text) for name, text in value.get("query", {}).items()},
        page={name: _checked(text) for name, text in value.get("page", {}).items()},
        also=frozenset(value.get("also", ())),
        first=str(int(value["first"])),
    )
    every = (made.path, *([made.query_text] if made.query_text else []), *made.query.values(), *made.page.values())
    groups = {name for p in every for name in p.groupindex}
    if not {"thread", "page"} <= groups:
        raise RuleWrong(f"{made.name}: a form needs the thread and the page")
    return made


def _checked(text: str) -> re.Pattern[str]:
    made = pattern(text)
    if made is None or set(made.groupindex) - _GROUPS:
        raise RuleWrong(f"not a pattern of a pager: {text}")
    return made
