"""The other pages of a thread, found by the pager of one of them (DOMAIN CAP-04).

:func:`find_pages` takes hostile markup, never raises for it and ends within its time. What it gives are addresses of
the same origin and of the same thread, as the page names them: none is made up, and a link that would change
anything but the page of the thread is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_plus, urljoin, urlsplit, urlunsplit

from evidence_kit.canonical import safe_text
from evidence_kit.capture.markup import Element, OutOfTime, Page, read_page, until
from evidence_kit.capture.pager_rules import Form, PagerRules

MAX_FOUND = 200
"""Pages that one page can name."""
MAX_LINKS = 5000
"""Links that are looked at."""
MAX_URL = 4096
MAX_TEXT = 60
SECONDS = 10.0
_NUMBER = re.compile(r"[0-9]{1,7}\Z")
_TRIM = " \t\u00a0…."


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """One page of the thread. ``number`` is for sorting; 0 where the address tells none."""

    url: str
    key: str
    """The same for every address of this page of this thread."""
    number: int
    how: str
    """``next``, ``previous``, ``number`` or ``link``."""
    text: str
    """What the link says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the pager of one page told."""

    thread: str = ""
    """The thread that its pages are of; empty where no pager was found."""
    key: str = ""
    """Of the page itself; empty where it is not known which page of the thread it is."""
    pages: tuple[FoundPage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """An address read by one form: which thread, which page of it. ``page`` is empty for the first."""

    thread: str
    page: str
    value: str = ""
    """The page as the address has it."""
    number_needed: bool = False
    """Whether only a link that says the same number may be believed."""


def find_pages(
    url: str, untrusted_html: bytes | str, rules: PagerRules, *, thread: str = "", seconds: float = SECONDS
) -> Pages:
    """What the pager of the page at ``url`` tells; with ``thread`` (of an earlier answer) of that thread alone."""
    try:
        page = read_page(untrusted_html, until(seconds))
        return _Finder(url, page, rules, thread).found()
    except (OutOfTime, ValueError):
        return Pages()


def thread_of(key: str) -> str:
    """The thread that a :attr:`FoundPage.key` is of."""
    return key.rpartition(" #")[0]


def place_keys(url: str, rules: PagerRules) -> tuple[str, ...]:
    """Every key that :class:`FoundPage` might have for this address."""
    return tuple(_key(p) for p in _places(url, rules))


def _key(place: _Place) -> str:
    return f"{place.thread} #{place.page}"


# -- addresses --------------------------------------------------------------------------------------------------------


def _places(url: str, rules: PagerRules) -> list[_Place]:
    """All readings of an address, those by a form of a forum's software first. Raises nothing."""
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.lower()}"
        query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)]
    except ValueError:
        return []
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or len(url) > MAX_URL:
        return []
    query = [(k, v) for k, v in query if k.lower() not in rules.ignored]
    path, text = parts.path or "/", parts.query
    found = [p for form in rules.forms if (p := _by_form(form, origin, path, query, text))]
    return found + list(_general(origin, path, query, rules))


def _by_form(form: Form, origin: str, path: str, query: list[tuple[str, str]], text: str) -> _Place | None:
    asked = dict(query)
    groups: dict[str, str | None] = {}
    if form.query_text:
        query = []
    for pattern, value in ((form.path, path), (form.query_text, text)):
        if pattern is not None:
            match = pattern.fullmatch(value)
            if match is None:
                return None
            groups |= match.groupdict()
    for name, pattern in form.query.items():
        match = pattern.fullmatch(asked.get(name, ""))
        if match is None:
            return None
        groups |= match.groupdict()
    for name, pattern in form.page.items():
        match = pattern.fullmatch(asked[name]) if name in asked else None
        if name in asked and match is None:
            return None
        groups |= match.groupdict() if match else {}
    if {k for k, _v in query} - {*form.query, *form.page, *form.also}:
        return None
    page = groups.get("page") or ""
    named = "" if not page or int(page) == int(form.first) else str(int(page))
    return _Place(f"{form.name} {origin}{groups.get('where') or ''} {groups['thread']}", named, page or form.first)


def _general(origin: str, path: str, query: list[tuple[str, str]], rules: PagerRules) -> Iterator[_Place]:
    """Any site: the address without the one part that tells the page; all else has to stay the same."""
    whole = _whole(origin, path.rstrip("/"), query)
    for pattern in rules.paths:
        match = pattern.fullmatch(path)
        if match:
            rest = match["where"].rstrip("/") + (match.groupdict().get("end") or "")
            yield _Place(_whole(origin, rest, query), f"page {int(match['page'])}", match["page"])
    for at, (name, value) in enumerate(query):
        low = name.lower()
        rest = _whole(origin, path.rstrip("/"), query[:at] + query[at + 1 :])
        if low in rules.parameters or low in rules.numbered:
            if _NUMBER.match(value):
                yield _Place(rest, f"{low} {int(value)}", value, low in rules.numbered)
        elif low in rules.cursors:
            yield _Place(rest, f"{low} {quote_plus(value)}")
    yield _Place(whole, "")


def _whole(origin: str, path: str, query: list[tuple[str, str]]) -> str:
    return f"any {origin}{path}?{'&'.join(f'{quote_plus(k)}={quote_plus(v)}' for k, v in sorted(query))}"


def _clean(url: str, rules: PagerRules) -> str:
    """The address as it is asked for: no fragment, and nothing that only names a visit."""
    parts = urlsplit(url)
    kept = [piece for piece in parts.query.split("&") if piece.partition("=")[0].lower() not in rules.ignored and piece]
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", "&".join(kept), ""))


# -- the page ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Link:
    url: str
    text: str
    how: str
    place: _Place


class _Finder:
    """Looks through one page."""

    def __init__(self, url: str, page: Page, rules: PagerRules, thread: str) -> None:
        self._page, self._rules = page, rules
        self._own = _clean(url, rules)
        parts = urlsplit(url)
        self._origin = (parts.scheme, parts.netloc.lower())
        base = next((page.elements[i].attributes.get("href", "") for i in page.having("tag", "base")), "")
        self._base = urljoin(url, base) if base else url
        self._here = _places(url, rules)
        if not thread:  # an address that names a post tells its thread only so
            canonical = self._joined(self._canonical())
            self._here += _places(canonical, rules) if canonical else []
        if thread:
            self._here = [p for p in self._here if p.thread == thread]

    def _canonical(self) -> str:
        for index in self._page.having("has", "rel"):
            element = self._page.elements[index]
            if element.tag == "link" and element.attributes["rel"].lower() == "canonical":
                return element.attributes.get("href", "")
        return ""

    def _joined(self, href: str) -> str:
        """The whole address of a link of the same origin; empty for any other."""
        href = href.strip()
        if not href or href.startswith("#") or len(href) > MAX_URL:
            return ""
        try:
            whole = urljoin(self._base, href)
            parts = urlsplit(whole)
            same = (parts.scheme, parts.netloc.lower()) == self._origin
            return _clean(whole, self._rules) if same and safe_text(whole) == whole and " " not in whole else ""
        except ValueError:
            return ""

    def found(self) -> Pages:
        """The pager's pages, each once; those of the first thread that has any."""
        links = self._in_areas() or self._beside_each_other()
        links += self._told_by_rel()
        for here in self._here:
            pages: dict[str, FoundPage] = {}
            for link in links:
                place = link.place
                if place.thread == here.thread and place.page != here.page and link.url != self._own:
                    number = int(link.text) if _NUMBER.match(link.text) else int(place.value or 0)
                    text = safe_text(link.text, MAX_TEXT)
                    made = FoundPage(url=link.url, key=_key(place), number=number, how=link.how, text=text)
                    pages.setdefault(made.key, made)
            if pages:
                some = sorted(pages.values(), key=lambda p: p.number)[:MAX_FOUND]
                return Pages(thread=here.thread, key=_key(here), pages=tuple(some))
        return Pages()

    def _links(self, elements: Iterable[Element]) -> list[_Link]:
        """Those among ``elements`` that lead to a page of a thread that this page may be of."""
        threads = {p.thread for p in self._here}
        made = []
        for element in elements:
            self._page.check()
            url = self._joined(element.attributes.get("href", ""))
            if not url:
                continue
            text = self._page.text(element, MAX_TEXT).strip(_TRIM)
            how = self._how(element, text)
            for place in _places(url, self._rules):
                if place.thread not in threads or not self._believed(place, text, how):
                    continue
                counted_from_one = place.thread.startswith("any ") and place.value == text == "1"
                made.append(_Link(url, text, how, _Place(place.thread, "", "1") if counted_from_one else place))
        return made

    @staticmethod
    def _believed(place: _Place, text: str, how: str) -> bool:
        if not place.page:
            return True
        if not place.value:
            return how in {"next", "previous"}
        return not place.number_needed or text == place.value

    def _how(self, element: Element, text: str) -> str:
        rel = element.attributes.get("rel", "").lower().split()
        words = {text.lower(), *(element.attributes.get(n, "").strip().lower() for n in ("title", "aria-label"))}
        for how, told in (("next", self._rules.next), ("previous", self._rules.previous)):
            if how in rel or (how == "previous" and "prev" in rel):
                return how
            if words & told or any(word.strip(" ‹›«»<>←→") in told for word in words if word):
                return how
        return "number" if _NUMBER.match(text) else "link"

    def _in_areas(self) -> list[_Link]:
        seen: dict[int, Element] = {}
        for area in self._rules.areas:
            for element in area.find(self._page):
                inside = [element] if element.tag == "a" else []
                inside += [self._page.elements[i] for i in self._page.having("tag", "a", element)]
                for anchor in inside:
                    self._page.check()
                    seen.setdefault(anchor.index, anchor)
                    if len(seen) >= MAX_LINKS:
                        return self._links(seen.values())
        return self._links(seen.values())

    def _beside_each_other(self) -> list[_Link]:
        """Where no area is marked: links that say “next”, and numbers of which at least two are near each other."""
        near: dict[int, list[Element]] = {}
        chosen: dict[int, Element] = {}
        for index in self._page.having("tag", "a")[:MAX_LINKS]:
            self._page.check()
            element = self._page.elements[index]
            how = self._how(element, self._page.text(element, MAX_TEXT).strip(_TRIM))
            if how == "link":
                continue
            if how != "number":
                chosen[index] = element
            for _step, above in zip(range(2), self._page.ancestors(element), strict=False):
                near.setdefault(above.index, []).append(element)
        chosen |= {e.index: e for group in near.values() if len(group) > 1 for e in group}
        return [link for link in self._links(chosen.values()) if link.place.page or link.text == "1"]

    def _told_by_rel(self) -> list[_Link]:
        told = []
        for index in self._page.having("has", "rel")[:MAX_LINKS]:
            element = self._page.elements[index]
            if element.tag in {"a", "link"} and {"next", "prev"} & set(element.attributes["rel"].lower().split()):
                told.append(element)
        return self._links(told)
