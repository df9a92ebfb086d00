"""Which platform, account, post and time a page is of, read from its address and from its markup (DOMAIN CAP-03).

Platforms answer requests by number, because names change: so the numbers are read while the page is there. The
result says for each value whether it stood in the address or on the page, and by which rule it was read. It helps to
ask; what counts is the page itself, which is kept beside it.

:func:`identify` takes hostile input, never raises for it and ends within its time. Its result holds texts only
(numbers as they are written), so that no number loses a digit:

``platform`` (a short name), ``known_by`` (``host``; ``page``: the markup of a forum's software; ``address``: its form
alone), ``rule`` and ``checked`` (which rule read it, and the day on which that rule was last revised), ``from_url``
(the final address), ``from_url_requested`` (what the address asked for says beyond that), ``from_page``, ``item``
(``named``: the post that the address names; ``first``: the first on the page, because the address names none;
``absent``: the address names one that is not on the page), ``published`` (``shown``, ``machine``, ``utc``),
``counters`` (as they are shown), ``opengraph``, ``json_ld``, ``microdata``, and ``cut`` where a bound on size or time
ended the reading. Empty groups are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, to_canonical
from evidence_kit.capture import metadata
from evidence_kit.capture.markup import Element, OutOfTime, Page, read_page, until
from evidence_kit.capture.metadata import clean
from evidence_kit.capture.platforms import COUNTERS, IDENTIFIERS, Item, Reading, Rule, UrlRule

MAX_URL = 8192
MAX_SHOWN = 200
MAX_RESULT = 64 << 10
"""The whole result in canonical bytes; above that the descriptions that the page gives of itself are left out."""
SECONDS = 5.0
GENERAL = "general/1"
CHECKED = "2026-11-22"
_EPOCH = re.compile(r"[0-9]{9,11}\Z")
_EPOCH_MS = re.compile(r"[0-9]{12,14}\Z")


def identify(
    url: str, untrusted_html: bytes | str, rules: Sequence[Rule], *, requested: str = "", seconds: float = SECONDS
) -> JsonObject:
    """The identifiers of the page at ``url``; with no markup those of its address alone. Empty if there are none."""
    final, first = _split(url), _split(requested)
    rule = next((r for parts in (final, first) if parts for r in rules if r.owns(_host(parts))), None)
    known_by = "host"
    check = until(seconds)
    page = read_page(untrusted_html, check)
    found = _Found()
    complete = page.whole
    try:
        if rule is None:
            rule, known_by = _without_host(rules, page, final)
        if rule:
            found.from_url = _from_address(rule, final)
            asked = _from_address(rule, first)
            found.asked = {k: v for k, v in asked.items() if found.from_url.get(k) != v}
        if page.elements:
            _from_page(rule, page, found)
    except OutOfTime:
        complete = False
    head = {"platform": rule.platform, "known_by": known_by, "rule": rule.rule, "checked": rule.checked} if rule else {}
    return _result(head, found, complete=complete)


def _without_host(rules: Sequence[Rule], page: Page, final: SplitResult | None) -> tuple[Rule | None, str]:
    """The software of a forum on any host: by its page; with no page to look at, by an address that names a thread."""
    if page.elements:
        return next((r for r in rules if any(m.first(page) for m in r.markers)), None), "page"
    return next((r for r in rules if not r.hosts and "thread_id" in _from_address(r, final)), None), "address"


class _Found:
    """What has been read so far."""

    def __init__(self) -> None:
        self.from_url: dict[str, str] = {}
        self.asked: dict[str, str] = {}
        self.values: dict[str, str] = {}
        """From the page, by target."""
        self.item = ""
        self.opengraph: dict[str, str] = {}
        self.json_ld: list[JsonObject] = []
        self.microdata: list[JsonObject] = []

    def named(self, name: str) -> str:
        """What the address, or else the one asked for, says."""
        return self.from_url.get(name) or self.asked.get(name, "")

    def keep(self, target: str, value: str, limit: int = MAX_SHOWN) -> None:
        """The first value of a target stays."""
        if value and target not in self.values:
            self.values[target] = clean(value, limit)


# -- the address ------------------------------------------------------------------------------------------------------


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url[:MAX_URL])
        return parts if parts.scheme in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".")


def _from_address(rule: Rule, parts: SplitResult | None) -> dict[str, str]:
    """Everything that the rule's forms find in an address; the first one that names something wins."""
    found: dict[str, str] = {}
    if parts is None or (rule.hosts and not rule.owns(_host(parts))):
        return found
    try:
        query = dict(reversed(parse_qsl(parts.query, max_num_fields=200)))
    except ValueError:
        query = {}
    for form in rule.urls:
        groups = _fit(form, parts, query)
        if groups is None or any(name == "handle" and value.lower() in rule.reserved for name, value in groups):
            continue
        if form.kind:
            found.setdefault("kind", form.kind)
        for name, value in groups:
            if value:
                found.setdefault(name, clean(unquote(value), MAX_SHOWN))
    return {name: found[name] for name in IDENTIFIERS if name in found}


def _fit(form: UrlRule, parts: SplitResult, query: dict[str, str]) -> list[tuple[str, str]] | None:
    asked = [
        (form.host, _host(parts)),
        (form.path, parts.path or "/"),
        (form.query_text, parts.query),
        (form.fragment, parts.fragment),
        *((pattern, query.get(name, "")) for name, pattern in form.query.items()),
    ]
    groups: list[tuple[str, str]] = []
    for pattern, text in asked:
        if pattern is not None:
            match = pattern.fullmatch(text)
            if match is None:
                return None
            groups += [(k, v or "") for k, v in match.groupdict().items()]
    return groups


# -- the page ---------------------------------------------------------------------------------------------------------


def _from_page(rule: Rule | None, page: Page, found: _Found) -> None:
    names = metadata.meta(page)
    found.opengraph = metadata.opengraph(page, names)
    if rule:
        item = _choose(rule.items, page, found)
        reader = _PageReader(page, names, item)
        for reading in rule.readings:
            if reading.of_item and item is None:
                continue
            if reading.when and found.named("kind") not in reading.when:
                continue
            for target, value in reader.read(reading):
                found.keep(target, value)
    found.json_ld = metadata.json_ld(page)
    found.microdata = metadata.microdata(page)
    if not found.item:  # else it may speak of another post than the one that was chosen
        _general(page, names, found, known=rule is not None)


def _choose(items: Iterable[Item], page: Page, found: _Found) -> Element | None:
    """The post that the address names; where it names none, the first."""
    for item in items:
        wanted = found.named(item.names).casefold()
        some = False
        for element in item.select.find(page):
            number = next((v for _t, v in _PageReader(page, {}, element).read(item.number)), "")
            if not number:
                continue
            some = True
            if not wanted or number.casefold() == wanted:
                found.item = "named" if wanted else "first"
                found.keep(item.names, number)
                return element
        if wanted and some:
            found.item = "absent"
            return None
    return None


class _PageReader:
    """Does one reading after the other."""

    def __init__(self, page: Page, names: dict[str, str], item: Element | None) -> None:
        self._page = page
        self._names = names
        self._item = item
        self._scripts: list[Element] | None = None
        self._json: dict[int, Any] = {}

    def read(self, reading: Reading) -> Iterator[tuple[str, str]]:
        """What the reading finds: target and value."""
        if reading.pairs:
            yield from self._pairs(reading)
            return
        for text in self._texts(reading):
            value = _kept(reading, text)
            if value:
                yield reading.to, value
                return

    def _texts(self, reading: Reading) -> Iterator[str]:
        if reading.meta:
            yield self._names.get(reading.meta, "")
        elif reading.script:
            for element in self._all_scripts():
                self._page.check()
                match = reading.script.search(element.script)
                if match:
                    yield _json_text(match[1])
        elif reading.json:
            for element in reading.json.find(self._page):
                if element.index not in self._json:
                    self._json[element.index] = metadata.parsed(element.script)
                yield _follow(self._json[element.index], reading.path)
        elif reading.select:
            scope = self._item if reading.of_item else None
            for element in reading.select.find(self._page, scope):
                yield self._of(element, reading.take)
        elif self._item is not None:
            yield self._of(self._item, reading.take)

    def _of(self, element: Element, take: str) -> str:
        return element.attributes.get(take[1:], "") if take.startswith("@") else self._page.text(element)

    def _all_scripts(self) -> list[Element]:
        if self._scripts is None:
            self._scripts = [self._page.elements[i] for i in self._page.having("tag", "script")]
        return self._scripts

    def _pairs(self, reading: Reading) -> Iterator[tuple[str, str]]:
        if reading.select is None or reading.pairs is None:
            return
        name_at, value_at = reading.pairs
        for element in reading.select.find(self._page, self._item if reading.of_item else None):
            name, value = name_at.first(self._page, element), value_at.first(self._page, element)
            if name and value:
                to = reading.names.get(self._page.text(name, 80).strip(" :\u00a0").lower())
                if to:
                    yield f"counters.{to}", self._page.text(value, MAX_SHOWN)


def _kept(reading: Reading, text: str) -> str:
    if reading.match:
        match = reading.match.search(text[:4096])
        text = (match[1] if match.groups() else match[0]) if match else ""
    if reading.value:
        return reading.value if text or reading.take == "text" else ""
    return clean(text, MAX_SHOWN)


def _json_text(raw: str) -> str:
    """What stands between the quotes of a JSON text."""
    value = metadata.parsed(f'"{raw}"') if "\\" in raw else raw
    return value if isinstance(value, str) else raw


def _follow(value: Any, path: tuple[Any, ...]) -> str:
    for step in path:
        if isinstance(step, dict):
            some = value if isinstance(value, list) else []
            value = next((v for v in some if isinstance(v, dict) and all(v.get(k) == w for k, w in step.items())), None)
        elif isinstance(value, dict):
            choice = step if isinstance(step, list) else [step]
            value = next((value[name] for name in choice if name in value), None)
        else:
            return ""
    return value if isinstance(value, str) else ""


def _general(page: Page, names: dict[str, str], found: _Found, *, known: bool) -> None:
    """Fill what no rule has read from what the page says in the ways that any site may use."""
    for target, value in [*metadata.told(found.json_ld).items(), *metadata.told(found.microdata).items()]:
        if not known or not target.startswith("counters."):  # a platform counts in ways of its own
            found.keep(target, value)
    for name in ("article:published_time", "og:published_time", "date", "pubdate"):
        found.keep("published.machine", names.get(name, ""))
    if not known:
        found.keep("author", names.get("article:author", "") or names.get("author", ""))
        found.keep("handle", names.get("profile:username", "") or names.get("twitter:creator", ""))
        shown, machine = metadata.time_shown(page, found.values.get("published.machine", ""))
        found.keep("published.shown", shown)
        found.keep("published.machine", machine)


# -- the record -------------------------------------------------------------------------------------------------------


def _result(head: JsonObject, found: _Found, *, complete: bool) -> JsonObject:
    values = found.values
    published = {k: v for k in ("shown", "machine") if (v := values.get(f"published.{k}"))}
    if utc := _utc(published.get("machine", "")):
        published["utc"] = utc
    groups: JsonObject = {
        "from_url": found.from_url,
        "from_url_requested": found.asked,
        "from_page": {k: values[k] for k in IDENTIFIERS if k in values},
        "item": found.item,
        "published": published,
        "counters": {k: v for k in COUNTERS if (v := values.get(f"counters.{k}"))},
        "opengraph": found.opengraph,
        "json_ld": found.json_ld,
        "microdata": found.microdata,
    }
    kept = {k: v for k, v in groups.items() if v}
    if not head and not kept:
        return {}
    result: JsonObject = (head or {"rule": GENERAL, "checked": CHECKED}) | kept
    for name in ("microdata", "json_ld", "opengraph"):
        if len(to_canonical(result)) > MAX_RESULT and result.pop(name, None):
            complete = False
    return result if complete else result | {"cut": True}


def _utc(machine: str) -> str:
    """A machine value as RFC 3339 in UTC, where it says which zone it is in."""
    try:
        if _EPOCH.match(machine):
            return clock.rfc3339(datetime.fromtimestamp(int(machine), UTC))
        if _EPOCH_MS.match(machine):
            return clock.rfc3339(datetime.fromtimestamp(int(machine) / 1000, UTC))
        moment = datetime.fromisoformat(machine)
        return clock.rfc3339(moment.astimezone(UTC)) if moment.tzinfo else ""
    except (ValueError, OverflowError, OSError):
        return ""
