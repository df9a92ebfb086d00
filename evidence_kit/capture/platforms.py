"""The rules by which a platform's identifiers are read: data in resources/platforms/*.json, checked when loaded.

A rule says which addresses and pages are the platform's, which part of an address is which number, and where the
page holds the rest. Platforms change their pages without notice: every rule names the day on which it was checked.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence_kit import paths
from evidence_kit.capture.selectors import Selector, selector
from evidence_kit.digest import sha256_hex

KINDS = (
    *("post", "comment", "thread", "forum", "channel", "group", "chat", "account", "invite", "media", "album"),
    *("event", "story", "share"),
)
"""What an address, or a page, can be of."""
IDENTIFIERS = (
    *("kind", "account_id", "post_id", "comment_id", "thread_id", "channel_id", "group_id", "chat_id", "forum_id"),
    *("media_id", "album_id", "event_id", "story_id", "share_id", "handle", "display_name", "phone", "invite", "group"),
    *("author", "author_url", "forwarded_from", "title"),
)
"""Every name that an identifier can have, in the order in which they are shown."""
COUNTERS = (
    *("views", "likes", "dislikes", "reactions", "comments", "replies", "shares", "reposts", "quotes", "bookmarks"),
    *("members", "online", "subscribers", "followers", "following", "posts", "photos", "videos", "files", "links"),
)
"""Every name that a counter can have, in the order in which they are shown."""
MAX_PATTERN = 400
MAX_FILE = 1 << 20
_TARGET = re.compile(r"(?:published\.(?:shown|machine)|counters\.([a-z]+)|([a-z_]+))\Z")
_URL_PARTS = frozenset({"kind", "host", "path", "query", "query_text", "fragment"})
_READING_PARTS = frozenset(
    {"to", "in", "when", "select", "take", "match", "value", "meta", "script", "json", "path"}
    | {"pairs", "name", "names"}
)


class RuleWrong(ValueError):
    """A rule file that cannot be used; the message names file and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlRule:
    """One form of address. What its patterns name is read where all of them fit; ``query`` is by parameter."""

    kind: str = ""
    host: re.Pattern[str] | None = None
    path: re.Pattern[str] | None = None
    query: Mapping[str, re.Pattern[str]]
    query_text: re.Pattern[str] | None = None
    fragment: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where a page holds one value. The first reading of a target that finds something counts."""

    to: str
    """``account_id``, ``published.machine``, ``counters.views`` ...; ``counters`` for ``pairs``."""
    of_item: bool = False
    """Whether it is looked for in the chosen item rather than in the whole page."""
    when: tuple[str, ...] = ()
    """Only where the address is of one of these kinds."""
    select: Selector | None = None
    take: str = "text"
    """``text`` or ``@attribute``."""
    match: re.Pattern[str] | None = None
    """What of it is kept: its first group."""
    value: str = ""
    """What is written down where the element is there at all."""
    meta: str = ""
    script: re.Pattern[str] | None = None
    json: Selector | None = None
    path: tuple[Any, ...] = ()
    """Keys one after the other; a list is a choice of keys, an object picks from a list what has these values."""
    pairs: tuple[Selector, Selector] | None = None
    """Within each element that ``select`` finds: where the name of a counter stands, and where its value."""
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One post among others on a page, and where it says its own number."""

    select: Selector
    number: Reading
    names: str
    """The identifier in the address that has to be the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One platform."""

    rule: str
    platform: str
    name: str
    checked: str
    sha256: str
    """Of the file."""
    hosts: tuple[str, ...]
    reserved: frozenset[str]
    """Words in the place of a handle that are none."""
    markers: tuple[Selector, ...]
    urls: tuple[UrlRule, ...]
    items: tuple[Item, ...]
    readings: tuple[Reading, ...]

    def owns(self, host: str) -> bool:
        """Whether ``host`` is the platform's, or below one that is."""
        return any(host == own or host.endswith(f".{own}") for own in self.hosts)


@functools.cache
def shipped() -> tuple[Rule, ...]:
    """The rules that come with the program. Raises OSError or RuleWrong if they are damaged."""
    return tuple(load(path) for path in sorted(paths.resource("platforms").glob("*.json")))


def load(path: Path) -> Rule:
    """One rule file. Raises OSError or RuleWrong."""
    with path.open("rb") as handle:
        raw = handle.read(MAX_FILE + 1)
    try:
        value = json.loads(raw)
        rule = Rule(
            rule=_text(value, "rule"),
            platform=_text(value, "platform"),
            name=_text(value, "name"),
            checked=_text(value, "checked"),
            sha256=sha256_hex(raw),
            hosts=tuple(map(str, value.get("hosts", ()))),
            reserved=frozenset(map(str, value.get("reserved", ()))),
            markers=tuple(map(selector, value.get("markers", ()))),
            urls=tuple(map(_url_rule, value.get("urls", ()))),
            items=tuple(map(_item, value.get("items", ()))),
            readings=tuple(map(_reading, value.get("page", ()))),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise RuleWrong(f"{path.name}: {exc}") from exc
    return rule


def _text(value: Mapping[str, Any], key: str) -> str:
    found = value[key]
    if not isinstance(found, str) or not found:
        raise RuleWrong(f"{key}: a text is needed")
    return found


def pattern(text: str | None) -> re.Pattern[str] | None:
    """A pattern of a rule, which no text can make slow. Raises RuleWrong."""
    if text is None:
        return None
    if len(text) > MAX_PATTERN or re.search(r"(?<!\\)[*+]", re.sub(r"\[(?:[^\]\\]|\\.)*\]", "", text)):
        raise RuleWrong(f"a pattern must be short and say how often, without * and +: {text}")
    return re.compile(text)


def _only(value: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := set(value) - known:
        raise RuleWrong(f"not known: {', '.join(sorted(unknown))}")


def _url_rule(value: Mapping[str, Any]) -> UrlRule:
    _only(value, _URL_PARTS)
    query = {name: p for name, text in value.get("query", {}).items() if (p := pattern(text))}
    single = {name: pattern(value.get(name)) for name in ("host", "path", "query_text", "fragment")}
    made = UrlRule(kind=value.get("kind", ""), query=query, **single)
    groups = [g for p in (*query.values(), *single.values()) if p for g in p.groupindex]
    if made.kind not in (*KINDS, "") or set(groups) - set(IDENTIFIERS):
        raise RuleWrong(f"not a kind or an identifier: {made.kind} {groups}")
    return made


def _reading(value: Mapping[str, Any]) -> Reading:
    _only(value, _READING_PARTS)
    to = _text(value, "to")
    target = _TARGET.match(to)
    if to != "counters" and (
        target is None or (target[1] and target[1] not in COUNTERS) or (target[2] and target[2] not in IDENTIFIERS)
    ):
        raise RuleWrong(f"not a target: {to}")
    if to == "counters" and set(value["names"].values()) - set(COUNTERS):
        raise RuleWrong("names: not a counter")
    when: Sequence[str] = value.get("when", ())
    if set(when) - set(KINDS):
        raise RuleWrong(f"not a kind: {when}")
    chosen = {name: selector(value[name]) if name in value else None for name in ("select", "json")}
    pairs = (selector(value["name"]), selector(value["pairs"])) if "pairs" in value else None
    return Reading(
        to=to,
        of_item=value.get("in") == "item",
        when=tuple(when),
        take=value.get("take", "text"),
        match=pattern(value.get("match")),
        value=value.get("value", ""),
        meta=value.get("meta", ""),
        script=pattern(value.get("script")),
        path=tuple(value.get("path", ())),
        pairs=pairs,
        names=value.get("names", {}),
        **chosen,
    )


def _item(value: Mapping[str, Any]) -> Item:
    number = {"to": value["names"]} | value["number"]
    return Item(select=selector(_text(value, "select")), number=_reading(number), names=_text(value, "names"))
