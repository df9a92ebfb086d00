"""Sentences for people, in their language.

The English sentence is the key; ``resources/translations/core.<lang>.json`` holds the others, and
``make check`` fails when one is missing. Placeholders are named (``{name}``), so that a translation may
order them as its grammar wants.
"""

from __future__ import annotations

import functools
import os

from evidence_kit import paths

LANGUAGES = ("fr", "en")
_chosen: str | None = None


def choose(language: str | None) -> None:
    """Fix the language for this process; ``None`` goes back to what the system says."""
    global _chosen  # noqa: PLW0603 - one language for the process
    _chosen = language if language in LANGUAGES else None


def current() -> str:
    """The language in use: chosen, else EVIDENCE_KIT_LANG, else the system's; French where the system says none."""
    if _chosen:
        return _chosen
    asked = os.environ.get("EVIDENCE_KIT_LANG", "")
    if asked in LANGUAGES:
        return asked
    system = next((v for k in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(k))), "")
    if not system:
        import locale

        system = locale.getlocale()[0] or ""
    if system.startswith(("fr", "French")) or system.split(".")[0] in {"", "C", "POSIX"}:
        return "fr"
    return "en"


@functools.cache
def _catalogue(language: str) -> dict[str, str]:
    if language == "en":
        return {}
    import json

    path = paths.resource("translations", f"core.{language}.json")
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return loaded


def translate(sentence: str, language: str, /, **values: object) -> str:
    """``sentence`` in ``language`` with its placeholders filled."""
    text = _catalogue(language).get(sentence, sentence)
    return text.format(**values) if values else text


def _(sentence: str, /, **values: object) -> str:
    """``sentence`` in the language in use."""
    return translate(sentence, current(), **values)
