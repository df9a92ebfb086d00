"""What stood between the visitor and the page: a sign-in, a puzzle, a check of programs, a question of age, a removal.

Which walls there are is data, ``resources/walls/rules.json``; the first rule whose every condition holds counts. A rule
looks at what the page *is*, never at what it merely has: a sign-in form in a header or a text about captchas is no
wall. Nothing is promised: sites change, and a wall that no rule knows is not named.

The evidence names the condition by which a rule held: our own selector or header, a status, or the place and the
digest of the words in the title or the text; never the words themselves.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from evidence_kit import paths
from evidence_kit.canonical import JsonObject
from evidence_kit.capture.exchange import Headers
from evidence_kit.capture.markup import OutOfTime, Page, read_page, until
from evidence_kit.capture.selectors import Selector, selector
from evidence_kit.digest import sha256_hex

KINDS = (
    *("sign-in", "captcha", "bot-check", "age-gate", "private", "refused", "too-many", "legal", "region"),
    "removed",
)
SECONDS = 5.0
MAX_WORDS = 6000
"""How much of the visible text is looked at, in characters."""
MAX_TITLE, MAX_ADDRESS = 500, 2048
MAX_EVIDENCE = 8
_TESTS = frozenset(
    {"status", "header", "host", "address", "asked", "moved_to", "title", "words", "few_words", "select"}
)


class WallRuleWrong(ValueError):
    """A rule that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One test, or several of which one (``any``) or each (``all``) has to hold."""

    test: str
    shown: str = ""
    """How the evidence names it: the selector or the header."""
    pattern: re.Pattern[str] | None = None
    numbers: tuple[int, ...] = ()
    selector: Selector | None = None
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class WallRule:
    """All of ``when`` and none of ``unless``."""

    rule: str
    kind: str
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class WallRules:
    """The rules of one file."""

    checked: str
    sha256: str
    rules: tuple[WallRule, ...]


@dataclass(slots=True, kw_only=True)
class Seen:
    """What is known of a page that was recorded. Everything comes from outside."""

    requested: str
    final: str
    status: int = 0
    headers: Headers = field(default_factory=list)
    title: str = ""
    text: str = ""
    markup: bytes = b""
    seconds: float = SECONDS
    _page: Page | None = None

    def page(self) -> Page:
        """The document, read at the first question about it."""
        if self._page is None:
            self._page = read_page(self.markup, until(self.seconds))
        return self._page


@functools.cache
def shipped() -> WallRules:
    """The rules that come with the program. Raises OSError or WallRuleWrong if they are damaged."""
    return load(paths.resource("walls", "rules.json").read_bytes())


def load(data: bytes) -> WallRules:
    """Read one rule file. Raises WallRuleWrong."""
    try:
        value = json.loads(data)
        rules = tuple(map(_rule, value["rules"]))
        return WallRules(str(value["checked"]), sha256_hex(data), rules)
    except (ValueError, TypeError, KeyError, AttributeError, re.error) as exc:
        raise WallRuleWrong(str(exc)) from exc


def _rule(value: Mapping[str, Any]) -> WallRule:
    if value["kind"] not in KINDS or set(value) - {"rule", "kind", "when", "unless"}:
        raise WallRuleWrong(f"not a rule: {value['rule']}")
    when, unless = (tuple(map(_condition, value.get(part, ()))) for part in ("when", "unless"))
    return WallRule(str(value["rule"]), value["kind"], when, unless)


def _condition(value: Mapping[str, Any]) -> Condition:
    (test,) = set(value) - {"match"}
    given = value[test]
    if test in {"any", "all"}:
        return Condition(test, parts=tuple(map(_condition, given)))
    if test not in _TESTS:
        raise WallRuleWrong(f"not a condition: {test}")
    if test == "status":
        return Condition(test, numbers=tuple(map(int, given)))
    if test == "few_words":
        return Condition(test, numbers=(int(given),))
    if test == "select":
        return Condition(test, shown=given, selector=selector(given))
    if test == "header":
        return Condition(test, shown=given, pattern=re.compile(value.get("match", ""), re.IGNORECASE))
    return Condition(test, pattern=re.compile(given, re.IGNORECASE))


def find_wall(seen: Seen, rules: WallRules) -> JsonObject:
    """``{"kind", "rule", "checked", "rules_sha256", "evidence"}`` of the wall that was met; empty where none was."""
    for rule in rules.rules:
        evidence: list[JsonObject] = []
        try:
            held = _each(rule.when, seen, evidence) and not any(_holds(c, seen, []) for c in rule.unless)
        except OutOfTime:
            held = False
        if held:
            return {
                "kind": rule.kind,
                "rule": rule.rule,
                "checked": rules.checked,
                "rules_sha256": rules.sha256,
                "evidence": evidence[:MAX_EVIDENCE],
            }
    return {}


def _each(conditions: Sequence[Condition], seen: Seen, evidence: list[JsonObject]) -> bool:
    return all(_holds(c, seen, evidence) for c in conditions)


def _holds(condition: Condition, seen: Seen, evidence: list[JsonObject]) -> bool:
    """Whether it holds; by what is added to ``evidence``."""
    test = condition.test
    if condition.parts:
        if test == "all":
            return _each(condition.parts, seen, evidence)
        return any(_holds(c, seen, evidence) for c in condition.parts)
    if test == "few_words":
        return len(seen.text) <= condition.numbers[0]
    if test == "status":
        if seen.status not in condition.numbers:
            return False
        evidence.append({"by": "status", "found": str(seen.status)})
        return True
    if test == "select":
        return _selects(condition, seen, evidence)
    if test == "header":
        return _header(condition, seen, evidence)
    return _matches(condition, seen, evidence)


def _selects(condition: Condition, seen: Seen, evidence: list[JsonObject]) -> bool:
    assert condition.selector is not None  # noqa: S101 - see _condition
    if not all(word.encode() in seen.markup for word in condition.selector.words()):
        return False  # most pages end here, unread
    if condition.selector.first(seen.page()) is None:
        return False
    evidence.append({"by": "selector", "found": condition.shown})
    return True


def _header(condition: Condition, seen: Seen, evidence: list[JsonObject]) -> bool:
    assert condition.pattern is not None  # noqa: S101 - see _condition
    for name, value in seen.headers:
        if name.lower() == condition.shown and condition.pattern.search(value[:200]):
            evidence.append({"by": "header", "found": condition.shown})
            return True
    return False


def _matches(condition: Condition, seen: Seen, evidence: list[JsonObject]) -> bool:
    pattern, test = condition.pattern, condition.test
    assert pattern is not None  # noqa: S101 - see _condition
    if test in {"title", "words"}:
        text = " ".join(seen.title[:MAX_TITLE].split()) if test == "title" else seen.text[:MAX_WORDS]
        found = pattern.search(text)
        if found is None:
            return False
        words = found[0].encode("utf-8", "surrogatepass")
        evidence.append({"by": test, "at": found.start(), "characters": len(found[0]), "sha256": sha256_hex(words)})
        return True
    if test == "host":
        return bool(pattern.search(_host(seen.final)))
    if test == "asked":
        return bool(pattern.search(_place(seen.requested)))
    if not pattern.search(_place(seen.final)) or (test == "moved_to" and pattern.search(_place(seen.requested))):
        return False
    evidence.append({"by": "address", "found": test})
    return True


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _place(url: str) -> str:
    """Path, query and fragment."""
    try:
        parts = urlsplit(url[:MAX_ADDRESS])
    except ValueError:
        return ""
    return (
        (parts.path or "/")
        + (f"?{parts.query}" if parts.query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )
