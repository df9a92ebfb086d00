"""Numbers for people: with the decimal mark of their language."""

from __future__ import annotations

from collections.abc import Callable

from evidence_kit.language import _


def decimal(number: str, t: Callable[..., str] = _) -> str:
    """``number`` with the decimal mark of the language that ``t`` speaks: ``1.5``, in French ``1,5``."""
    whole, mark, part = number.partition(".")
    return t("{whole}.{part}", whole=whole, part=part) if mark else number
