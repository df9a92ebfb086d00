"""What a page that was read tells of itself: whose it is, and whether something stood before it."""

from __future__ import annotations

import asyncio
from typing import Any

from evidence_kit.canonical import JsonObject
from evidence_kit.capture import walls
from evidence_kit.capture.exchange import Exchange
from evidence_kit.capture.identifying import note_identifiers
from evidence_kit.capture.reading import PageReader
from evidence_kit.capture.steps import Steps

MAX_RAW = 1 << 20
_WRONG = (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError, MemoryError)
"""Damaged rules, or a mistake of ours: no capture is lost for it."""


async def note_page(
    steps: Steps, url: str, requested: str, read: PageReader, document: Exchange | None, *, words_of_site: bool
) -> dict[str, Any]:
    """``identifiers`` and ``wall``; each empty where there is none. ``words_of_site``: the text came from the site."""
    identifiers = await note_identifiers(steps, url, read.markup, requested)
    seen = walls.Seen(requested=requested, final=url)
    if document is not None:
        seen.status, seen.headers = document.status, document.response_headers
    if words_of_site:
        seen.title, seen.text, seen.markup = read.title, read.text, read.markup
        if not seen.markup and document is not None and document.media_type == "text/html":
            seen.markup = document.body.read(MAX_RAW)
    return {"identifiers": identifiers, "wall": await note_wall(steps, seen)}


async def note_wall(steps: Steps, seen: walls.Seen) -> JsonObject:
    """What :func:`evidence_kit.capture.walls.find_wall` finds; empty if the step failed."""
    found: JsonObject = {}
    async with steps.step("wall", seen.seconds + 5, local=True) as step:
        try:
            rules = await asyncio.to_thread(walls.shipped)
            found = await asyncio.to_thread(walls.find_wall, seen, rules)
            step.facts["rules_sha256"] = rules.sha256
        except _WRONG as exc:
            step.result, step.detail = "failed", type(exc).__name__
    return found
