"""A page's markup as a flat list of elements, read within bounds: for identifiers, never for showing.

Written for hostile input. Every step goes forward through the text once, so that no page can make it slow; size,
number of elements, length of values and time are bounded, and what is beyond is left out (``whole`` says so). It
follows the HTML standard as far as a document needs that a browser wrote out itself, which is what it is given.
"""

from __future__ import annotations

import html
import re
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

MAX_BYTES = 8 << 20
MAX_ELEMENTS = 150_000
MAX_PIECES = 400_000
MAX_VALUE = 4096
"""What an attribute or a text is cut to."""
MAX_ATTRIBUTES = 100
MAX_SCRIPT = 4 << 20
_CHECK_EVERY = 512

_START = re.compile(r"<([A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"""[\s/]*(?:>|([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?)""")
_CLOSE = re.compile(r"</([A-Za-z][^\s/>]*)")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_RAW = {
    name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp")
}
_WITH_TEXT = frozenset({"title", "textarea"})
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "em", "font", "i", "ins", "kbd", "mark", "q", "s"}
    | {"samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var"}
)
_KEPT = frozenset(
    {
        "aria-label",
        "autocomplete",
        "class",
        "content",
        "datetime",
        "href",
        "id",
        "itemid",
        "itemprop",
        "itemscope",
        "itemtype",
    }
    | {"name", "property", "rel", "src", "title", "type"}
)


class OutOfTime(Exception):
    """The time for reading is over."""


def no_limit() -> None:
    """A check that never ends the reading."""


def until(seconds: float) -> Callable[[], None]:
    """A check that raises :class:`OutOfTime` once ``seconds`` have passed."""
    end = time.monotonic() + seconds

    def check() -> None:
        if time.monotonic() > end:
            raise OutOfTime

    return check


@dataclass(slots=True)
class Element:
    """One element. Its descendants are ``elements[index + 1 : end]``, its text ``texts[text_from : text_to]``."""

    tag: str
    attributes: dict[str, str]
    index: int
    parent: int
    text_from: int
    end: int = 0
    text_to: int = 0
    script: str = ""
    """The raw content of a script."""


@dataclass(slots=True)
class Page:
    """All elements in the order of the document."""

    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    whole: bool = True
    """False where a bound on size, number or time cut the reading short."""
    check: Callable[[], None] = no_limit
    """Raises :class:`OutOfTime`; called by whoever looks through the page."""
    found: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def text(self, element: Element, limit: int = MAX_VALUE) -> str:
        """The words inside an element, white space made single."""
        taken, size = [], 0
        for piece in self.texts[element.text_from : element.text_to]:
            taken.append(piece)
            size += len(piece)
            if size > 4 * limit:
                break
        return " ".join("".join(taken).split())[:limit]

    def descendants(self, element: Element | None) -> range:
        """The indices below an element, or all of them."""
        return range(len(self.elements)) if element is None else range(element.index + 1, element.end)

    def having(self, kind: str, value: str, within: Element | None = None) -> list[int]:
        """The indices of elements with this ``tag``, ``id``, ``class`` or attribute (``has``), in order."""
        key = (kind, value)
        if key not in self.found:
            self.found[key] = [e.index for e in self.elements if _has(e, kind, value)]
        every, span = self.found[key], self.descendants(within)
        return every if within is None else every[bisect_left(every, span.start) : bisect_left(every, span.stop)]

    def ancestors(self, element: Element) -> Iterator[Element]:
        """From the parent upwards; bounded."""
        at, left = element.parent, 300
        while at >= 0 and left:
            element = self.elements[at]
            yield element
            at, left = element.parent, left - 1


def _has(element: Element, kind: str, value: str) -> bool:
    if kind == "tag":
        return element.tag == value
    if kind == "id":
        return element.attributes.get("id") == value
    if kind == "class":
        names = element.attributes.get("class", "")
        return value in names and value in names.split()
    return value in element.attributes


def read_page(untrusted: bytes | str, check: Callable[[], None] = no_limit) -> Page:
    """Read at most :data:`MAX_BYTES` of markup. Never raises; what could not be read in time is left out."""
    reader = _Reader(check)
    cut = len(untrusted) > MAX_BYTES
    text = untrusted[:MAX_BYTES]
    try:
        finished = reader.read(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
    except OutOfTime:
        finished = False
    reader.close_all()
    reader.page.whole = finished and not cut
    return reader.page


class _Reader:
    """Goes through the markup once, forwards."""

    def __init__(self, check: Callable[[], None]) -> None:
        self.page = Page(check=check)
        self._check = check
        self._open: list[Element] = []
        self._names: dict[str, int] = {}
        self._rounds = 0

    def _tick(self) -> None:
        self._rounds += 1
        if self._rounds % _CHECK_EVERY == 0:
            self._check()

    def read(self, text: str) -> bool:
        """Whether all of it was read."""
        at, size = 0, len(text)
        while at < size:
            self._tick()
            if len(self.page.elements) >= MAX_ELEMENTS or len(self.page.texts) >= MAX_PIECES:
                return False
            mark = text.find("<", at)
            if mark < 0:
                mark = size
            if mark > at:
                self._words(text[at:mark])
            if mark == size:
                break
            at = self._tag(text, mark)
        return True

    def _words(self, raw: str) -> None:
        self.page.texts.append(html.unescape(raw[: 4 * MAX_VALUE]) if "&" in raw else raw[: 4 * MAX_VALUE])

    def _tag(self, text: str, mark: int) -> int:
        """Read what begins at a ``<`` and say where it ends."""
        if text.startswith("<!--", mark):
            end = text.find("-->", mark + 4)
            return len(text) if end < 0 else end + 3
        opening = _START.match(text, mark)
        if opening:
            return self._start(text, opening[1].lower(), opening.end())
        closing = _CLOSE.match(text, mark)
        if closing or text.startswith(("<!", "<?", "</"), mark):
            if closing:
                self._end(closing[1].lower())
            end = text.find(">", mark)
            return len(text) if end < 0 else end + 1
        self.page.texts.append("<")
        return mark + 1

    def _start(self, text: str, tag: str, at: int) -> int:
        attributes: dict[str, str] = {}
        while True:
            self._tick()
            found = _ATTRIBUTE.match(text, at)
            if found is None:  # the text ended inside the tag
                return len(text)
            at = found.end()
            name = found[1]
            if name is None:
                break
            name = name.lower()
            if (
                name not in attributes
                and (name in _KEPT or name.startswith("data-"))
                and len(attributes) < MAX_ATTRIBUTES
            ):
                raw = found[2] or found[3] or found[4] or ""
                value = html.unescape(raw[: 2 * MAX_VALUE]) if "&" in raw else raw
                attributes[name] = value[:MAX_VALUE]
        if tag not in _INLINE:
            self.page.texts.append(" ")
        page, above = self.page, self._open[-1].index if self._open else -1
        element = Element(tag, attributes, len(page.elements), above, len(page.texts))
        page.elements.append(element)
        if tag in _RAW:
            return self._raw(text, element, at)
        if tag in _VOID:
            self._finish(element)
        else:
            self._open.append(element)
            self._names[tag] = self._names.get(tag, 0) + 1
        return at

    def _raw(self, text: str, element: Element, at: int) -> int:
        """What browsers do not read as markup: up to the closing tag of the same name."""
        found = _RAW[element.tag].search(text, at)
        stop = found.start() if found else len(text)
        if element.tag in _WITH_TEXT:
            self._words(text[at : min(stop, at + 4 * MAX_VALUE)])
        elif element.tag == "script":
            element.script = text[at : min(stop, at + MAX_SCRIPT)]
        self._finish(element)
        end = text.find(">", stop) if found else -1
        return len(text) if end < 0 else end + 1

    def _end(self, tag: str) -> None:
        if self._names.get(tag):
            while self._open:
                element = self._open.pop()
                self._names[element.tag] -= 1
                self._finish(element)
                if element.tag == tag:
                    break
        if tag not in _INLINE:
            self.page.texts.append(" ")

    def _finish(self, element: Element) -> None:
        element.end, element.text_to = len(self.page.elements), len(self.page.texts)

    def close_all(self) -> None:
        """Close what the markup left open."""
        while self._open:
            self._finish(self._open.pop())
