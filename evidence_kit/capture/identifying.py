"""The step that reads the identifiers of a page: beside the page, within its time, and never at a capture's cost."""

from __future__ import annotations

import asyncio

from evidence_kit.canonical import JsonObject
from evidence_kit.capture import platforms
from evidence_kit.capture.identifiers import SECONDS, identify
from evidence_kit.capture.steps import Steps

_WRONG = (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError, MemoryError)
"""Damaged rules, or a mistake of ours: the page is kept all the same, and can be read again later."""


async def note_identifiers(steps: Steps, url: str, untrusted_html: bytes, requested: str) -> JsonObject:
    """What :func:`evidence_kit.capture.identifiers.identify` finds; empty if the step failed."""
    found: JsonObject = {}
    async with steps.step("identifiers", SECONDS + 5, local=True) as step:
        try:
            rules = await asyncio.to_thread(platforms.shipped)
            found = await asyncio.to_thread(identify, url, untrusted_html, rules, requested=requested)
        except _WRONG as exc:
            step.result, step.detail = "failed", type(exc).__name__
        used = next((r for r in rules if r.rule == found.get("rule")), None) if found else None
        step.facts |= {"rule": used.rule, "rule_sha256": used.sha256} if used else {}
        step.detail = "ended at its bound on size or time" if found.get("cut") else step.detail
    return found
