"""RFC 8785 in and out: the only place where bytes that get signed or stamped are made.

Canonical bytes are what makes a manifest or a custody entry checkable by a stranger: the same values
give the same bytes on every machine. Floats are refused: use integers with their unit in the name
(``offset_us``), so that no rounding can ever come between two readers.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import rfc8785

JsonObject = dict[str, Any]
"""A JSON object of str, int, bool, None, list and dict; checked when it is written, not by the type."""

MAX_DEPTH = 64
_BENDING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")


class NotCanonical(ValueError):
    """The bytes are not exactly the canonical form of one JSON object."""


def _refuse_floats(value: object, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        msg = "nested too deeply"
        raise NotCanonical(msg)
    if isinstance(value, float):
        msg = "a float has no place in signed bytes"
        raise NotCanonical(msg)
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_floats(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner, depth + 1)


def to_canonical(value: JsonObject) -> bytes:
    """The RFC 8785 bytes of ``value``. Raises :class:`NotCanonical` for floats, huge integers, lone surrogates."""
    _refuse_floats(value)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as exc:
        raise NotCanonical(str(exc)) from exc


def _no_twins(pairs: list[tuple[str, Any]]) -> JsonObject:
    found: JsonObject = {}
    for key, value in pairs:
        if key in found:
            msg = f"key {key!r} stands twice"
            raise NotCanonical(msg)
        found[key] = value
    return found


def from_canonical(untrusted_bytes: bytes) -> JsonObject:
    """Read one JSON object and insist that the bytes are its canonical form; else :class:`NotCanonical`."""
    try:
        value = json.loads(untrusted_bytes.decode("utf-8"), object_pairs_hook=_no_twins)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as exc:
        raise NotCanonical(str(exc)) from exc
    if not isinstance(value, dict):
        msg = "not a JSON object"
        raise NotCanonical(msg)
    if to_canonical(value) != untrusted_bytes:
        msg = "not in canonical form (RFC 8785)"
        raise NotCanonical(msg)
    return value


def safe_text(untrusted: str, limit: int = 4096) -> str:
    """Text from outside made fit for a canonical record: lone surrogates replaced, NUL removed, cut at ``limit``."""
    clean = untrusted.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def unbent(untrusted: str, kept: str = "") -> str:
    """Text from outside for a line that a person reads: direction marks made visible, controls but ``kept`` spaces.

    For showing only; a record keeps the text as it was. Never longer than eight times the text.

    >>> unbent("a\u202egnp.exe")
    'a⟨U+202E⟩gnp.exe'
    """
    text = _BENDING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", untrusted)
    return "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} and c not in kept else c for c in text)
