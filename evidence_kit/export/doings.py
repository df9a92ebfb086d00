"""What was done to record a page, and what was left out on purpose, in the words of the report."""

from __future__ import annotations

from dataclasses import dataclass

from evidence_kit.canonical import JsonObject
from evidence_kit.export import labels, notes, times
from evidence_kit.export.templates import Translate, visible
from evidence_kit.export.values import Row, told

MAX_SHOWN = 30
_DIGESTS = ("script_sha256", "scripts_sha256", "rules_sha256")
"""Told as a count: the digests themselves fill pages that nobody reads and stand in the manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of the capture."""

    at: str
    what: str
    result: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was allowed and what was withheld of a page that was loaded without its pictures."""

    allowed: list[Row]
    """Address, and whether the page asked for it."""
    withheld: list[Row]
    """Address or kind, and the words that the page gives for it."""
    sentence: str
    more: str
    """How many further ones stand in the manifest only; empty if none."""


def step_rows(manifest: JsonObject, language: str, t: Translate) -> list[StepRow]:
    """The steps of a capture, in order."""
    rows = []
    for item in manifest.get("steps") or []:
        if not isinstance(item, dict):
            continue
        step = dict(item)
        name, at, result = (str(step.pop(key, "")) for key in ("name", "at", "result"))
        detail = str(step.pop("detail", ""))
        milliseconds = step.pop("ms", None)
        words = [f"{times.grouped(milliseconds, language)} ms"] if isinstance(milliseconds, int) else []
        words += [note] if (note := notes.note(detail, t)) else []
        scripts = step.get("scripts_sha256")
        words += _consent(step.pop("consent", None), t)
        shown = {key: value for key, value in step.items() if key not in _DIGESTS and value not in (0, [], {})}
        words += told(shown, t)
        if isinstance(scripts, list) and scripts:
            words.append(t("scripts of the program, by SHA-256 in manifest.json: {count}", count=len(scripts)))
        rows.append(
            StepRow(
                at=times.utc(at, language) if at else "",
                what=labels.step(name, t),
                result=labels.result(result, t) if result else "",
                detail=visible(t("; ").join(words), 700),
            )
        )
    return rows[:120]


def _consent(value: object, t: Translate) -> list[str]:
    """What was found of a cookie banner and what was pressed in it."""
    if not isinstance(value, dict):
        return []
    banner = str(value.get("banner", ""))
    if banner == "none":
        return [t("no cookie banner was found")]
    named = t("known by its words") if banner == "words" else visible(banner, 60)
    words = [t("cookie banner: {name}", name=named)]
    clicks = [c for c in value.get("clicks") or [] if isinstance(c, dict)]
    words += [t("pressed: “{words}”", words=visible(str(c.get("text", "")), 120)) for c in clicks[:10]]
    rest = {key: inner for key, inner in value.items() if key not in {"banner", "clicks"} and inner not in (0, [], {})}
    return words + told(rest, t)


def selection(manifest: JsonObject, t: Translate) -> Selection | None:
    """What the subject ``selected`` let through; None for every other capture."""
    found = manifest.get("selection")
    if not isinstance(found, dict):
        return None
    allowed = [i for i in found.get("allowed") or [] if isinstance(i, dict)]
    withheld = [i for i in found.get("withheld") or [] if isinstance(i, dict)]
    count = found.get("withheld_count")
    total = count if isinstance(count, int) and not isinstance(count, bool) else len(withheld)
    more = total - min(len(withheld), MAX_SHOWN)
    return Selection(
        sentence=t(
            "The page was loaded without pictures and media. Allowed one by one: {allowed}. Withheld: {withheld}.",
            allowed=len(allowed),
            withheld=total,
        ),
        allowed=[
            (
                _place(i, t),
                t("loaded") if i.get("requested") else t("the page never asked for it"),
            )
            for i in allowed[:MAX_SHOWN]
        ],
        withheld=[(_place(i, t), visible(str(i.get("alt", "")), 200)) for i in withheld[:MAX_SHOWN]],
        more=t("Further ones, in manifest.json: {count}", count=more) if more > 0 else "",
    )


def _place(item: JsonObject, t: Translate) -> str:
    url, kind = str(item.get("url", "")), str(item.get("kind", ""))
    if url.startswith("made:"):
        return t("a picture made by the page itself, by its content: {name}", name=visible(url, 80))
    if url and not url.startswith("data:"):
        return visible(url, 400)
    return t("made by the page itself ({kind})", kind=visible(kind, 40))
