"""What a page says of itself in the ways that any site may use: OpenGraph, JSON-LD and microdata.

Trimmed to what names, dates and counts; texts of posts stay in the page's own files. Everything here was written by
the site or by whoever could write on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.markup import Element, Page
from evidence_kit.capture.selectors import Selector, selector

TEXT_LIMIT = 500
MAX_META = 40
MAX_SCRIPTS = 20
MAX_JSON_LD = 512 << 10
MAX_DEPTH = 6
MAX_LIST = 12
MAX_NODES = 150
MAX_THINGS = 12
_META_KINDS = ("og:", "article:", "profile:", "video:", "music:", "book:", "twitter:", "al:", "fb:", "instapp:")
_META_NAMES = frozenset({"author", "date", "generator", "pubdate", "application-name"})
_KEYS = frozenset(
    {"@type", "@id", "@graph", "url", "name", "headline", "alternateName", "additionalName", "givenName", "identifier"}
    | {"datePublished", "dateCreated", "dateModified", "uploadDate", "author", "creator", "publisher", "mainEntity"}
    | {
        "mainEntityOfPage",
        "interactionStatistic",
        "interactionType",
        "userInteractionCount",
        "agentInteractionStatistic",
    }
    | {"commentCount", "sameAs", "contentUrl", "embedUrl", "isPartOf", "position", "itemReviewed", "memberOf"}
)
_ITEMSCOPE, _ITEMPROP = selector("[itemscope]"), selector("[itemprop]")
_JSON_LD, _META = selector('script[type="application/ld+json"]'), selector("meta[content]")
_CANONICAL = selector('link[rel="canonical"]')
_WORKS = (
    "posting",
    "article",
    "video",
    "image",
    "photograph",
    "comment",
    "question",
    "answer",
    "creativework",
    "audio",
)
_ACTIONS = {
    "likeaction": "likes",
    "dislikeaction": "dislikes",
    "commentaction": "comments",
    "replyaction": "replies",
    "watchaction": "views",
    "viewaction": "views",
    "readaction": "views",
    "shareaction": "shares",
    "followaction": "followers",
    "subscribeaction": "subscribers",
    "joinaction": "members",
    "writeaction": "posts",
    "bookmarkaction": "bookmarks",
}


def clean(untrusted: object, limit: int = TEXT_LIMIT) -> str:
    """A value from outside as one line of text fit for the record."""
    return safe_text(" ".join(str(untrusted)[: 4 * limit].split()), limit)


def parsed(untrusted: str) -> Any:
    """JSON from a page; numbers stay as they are written. None for what is no JSON."""
    try:
        return json.loads(untrusted, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None


def meta(page: Page) -> dict[str, str]:
    """Every named meta element, the first of each name."""
    found: dict[str, str] = {}
    for element in _META.find(page):
        name = (element.attributes.get("property") or element.attributes.get("name") or "").strip().lower()
        if name and name not in found:
            found[name] = clean(element.attributes["content"], 2000)
    return found


def opengraph(page: Page, names: dict[str, str]) -> dict[str, str]:
    """OpenGraph and its kin, bounded; ``canonical`` is the address that the page gives as its own."""
    kept: dict[str, str] = {}
    for name, value in names.items():
        if value and (name.startswith(_META_KINDS) or name in _META_NAMES) and not value.startswith("data:"):
            kept[clean(name, 80)] = clean(value)
        if len(kept) >= MAX_META:
            break
    link = _CANONICAL.first(page)
    if link and link.attributes.get("href"):
        kept["canonical"] = clean(link.attributes["href"], 2000)
    return kept


def json_ld(page: Page) -> list[JsonObject]:
    """The objects of all JSON-LD scripts, trimmed."""
    found: list[JsonObject] = []
    nodes = [MAX_NODES]
    for element in list(_JSON_LD.find(page))[:MAX_SCRIPTS]:
        if len(element.script) > MAX_JSON_LD:
            continue
        page.check()
        value = parsed(element.script)
        for one in (value if isinstance(value, list) else [value])[:MAX_LIST]:
            kept = _trimmed(one, 0, nodes)
            if isinstance(kept, dict):
                found.append(kept)
    return found[:MAX_THINGS]


def _trimmed(value: Any, depth: int, nodes: list[int]) -> Any:
    """``value`` without what is empty, too deep, too long or not of interest."""
    if nodes[0] <= 0 or depth > MAX_DEPTH:
        return None
    if isinstance(value, dict):
        nodes[0] -= 1
        kept = {k: t for k, v in value.items() if k in _KEYS and (t := _trimmed(v, depth + 1, nodes)) is not None}
        return kept or None
    if isinstance(value, list):
        some = [t for v in value[:MAX_LIST] if (t := _trimmed(v, depth + 1, nodes)) is not None]
        return some or None
    if isinstance(value, bool):
        return value
    text = clean(value) if isinstance(value, str) else ""
    return None if not text or text.startswith("data:") else text


def microdata(page: Page) -> list[JsonObject]:
    """The outermost things described by microdata, in the form that JSON-LD would have."""
    found: list[JsonObject] = []
    nodes = [MAX_NODES]
    after = -1
    for element in _ITEMSCOPE.find(page):
        if element.index < after or "itemprop" in element.attributes:
            continue
        after = element.end
        if thing := _thing(page, element, 0, nodes):
            found.append(thing)
        if len(found) >= MAX_THINGS or nodes[0] <= 0:
            break
    return found


def _thing(page: Page, scope: Element, depth: int, nodes: list[int]) -> JsonObject:
    nodes[0] -= 1
    made: JsonObject = {}
    kind = scope.attributes.get("itemtype", "").split()
    after = -1
    for element in _ITEMPROP.find(page, scope):
        if nodes[0] <= 0:
            break
        if element.index < after:
            continue
        nested = "itemscope" in element.attributes
        names = [n for n in element.attributes["itemprop"].split()[:3] if n in _KEYS]
        if nested:
            after = element.end
        if not names:
            continue
        value = _thing(page, element, depth + 1, nodes) if nested and depth < MAX_DEPTH else _value(page, element)
        for name in names:
            if value and name not in made:
                made[name] = value
            elif value and name == "interactionStatistic":
                made[name] = [*_listed(made[name]), value][:MAX_LIST]
    if made and kind:
        made["@type"] = clean(kind[0].rpartition("/")[2], 60)
    if made and scope.attributes.get("itemid"):
        made["@id"] = clean(scope.attributes["itemid"])
    return made


def _value(page: Page, element: Element) -> str:
    for name in ("content", "datetime", "href", "src"):
        if element.attributes.get(name):
            value = clean(element.attributes[name])
            return "" if value.startswith("data:") else value
    return clean(page.text(element, TEXT_LIMIT))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _things(values: list[JsonObject], depth: int = 0) -> Iterator[JsonObject]:
    """Every object in the order of the page: itself, then what it is about."""
    for value in values:
        if isinstance(value, dict):
            yield value
            if depth < MAX_DEPTH:
                for key in ("@graph", "mainEntity"):
                    yield from _things(_listed(value.get(key)), depth + 1)


def _types(value: JsonObject) -> str:
    return " ".join(str(t).rpartition("/")[2].lower() for t in _listed(value.get("@type", "")))


def told(values: list[JsonObject]) -> dict[str, str]:
    """What the first work or person among JSON-LD or microdata objects says, under the names of the record."""
    found: dict[str, str] = {}
    things = list(_things(values))
    work = next((x for x in things if any(name in _types(x) for name in _WORKS)), None)
    person: Any = next((x for x in things if _types(x) in {"person", "organization"}), None)
    about = work or person
    if work is not None:
        found |= _texts(work, {"published.machine": ("datePublished", "uploadDate", "dateCreated")})
        found |= _texts(work, {"title": ("headline", "name"), "counters.comments": ("commentCount",)})
        person = next((x for x in _listed(work.get("author") or work.get("creator")) if x), None)
    if isinstance(person, str):
        found["author"] = person
    elif isinstance(person, dict):
        found |= _texts(person, {"author": ("name",), "handle": ("alternateName", "additionalName")})
        found |= _texts(person, {"author_url": ("url", "sameAs"), "account_id": ("identifier",)})
    for one in _listed(about.get("interactionStatistic")) if about else []:
        if isinstance(one, dict):
            action = one.get("interactionType")
            action = action.get("@type") if isinstance(action, dict) else action
            name = _ACTIONS.get(str(action).rpartition("/")[2].lower())
            count = one.get("userInteractionCount")
            if name and isinstance(count, str):
                found.setdefault(f"counters.{name}", clean(count, 60))
    return found


def _texts(value: JsonObject, wanted: dict[str, tuple[str, ...]]) -> dict[str, str]:
    found = {}
    for to, names in wanted.items():
        for name in names:
            first = next(iter(_listed(value.get(name))), None)
            if isinstance(first, str) and first:
                found[to] = first
                break
    return found


def time_shown(page: Page, machine: str) -> tuple[str, str]:
    """The words of the time element that says ``machine``, else those of the first in an article, with its value."""
    if machine:
        for element in _TIME.find(page):
            if element.attributes["datetime"] == machine:
                return clean(page.text(element, 200), 200), machine
        return "", machine
    element_or_none = _ARTICLE_TIME.first(page)
    if element_or_none is None:
        return "", ""
    return clean(page.text(element_or_none, 200), 200), clean(element_or_none.attributes["datetime"], 60)


_TIME: Selector = selector("time[datetime]")
_ARTICLE_TIME: Selector = selector("article time[datetime]")
