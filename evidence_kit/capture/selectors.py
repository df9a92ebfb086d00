"""The few selectors that a platform's rules need: tag, #id, .class, [attribute], one inside the other.

Not CSS: there are no commas, no siblings and no pseudo classes, so that finding stays cheap on any page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evidence_kit.capture.markup import Element, Page

_PART = re.compile(r"""([A-Za-z][A-Za-z0-9]*)|\#([\w-]+)|\.([\w-]+)|\[([\w:-]+)(?:([\^$*]?=)"([^"\\]*)")?\]""")


@dataclass(frozen=True, slots=True)
class _Test:
    """One condition on one element."""

    kind: str
    name: str
    sign: str = ""
    value: str = ""

    def holds(self, element: Element) -> bool:
        if self.kind == "tag":
            return element.tag == self.name
        if self.kind == "id":
            return element.attributes.get("id") == self.name
        if self.kind == "class":
            return self.name in element.attributes.get("class", "").split()
        have = element.attributes.get(self.name)
        if have is None:
            return False
        if self.sign == "=":
            return have == self.value
        if self.sign == "^=":
            return have.startswith(self.value)
        if self.sign == "$=":
            return have.endswith(self.value)
        return self.value in have


_ORDER = {"id": 0, "class": 1, "has": 2, "tag": 3}


@dataclass(frozen=True, slots=True)
class Selector:
    """Tests for the element itself (last) and, before it, for elements around it."""

    steps: tuple[tuple[_Test, ...], ...]

    def find(self, page: Page, within: Element | None = None) -> Iterator[Element]:
        """The elements that fit, in the order of the document; all that is around may lie outside ``within``."""
        own, around = self.steps[-1], self.steps[:-1]
        rarest = min(own, key=lambda test: _ORDER[test.kind])
        for index in page.having(rarest.kind, rarest.name, within):
            page.check()
            element = page.elements[index]
            if _fits(own, element) and (not around or _inside(page, element, around)):
                yield element

    def words(self) -> Iterator[str]:
        """Names and values without which a document cannot hold such an element, as written in our selector."""
        for test in self.steps[-1]:
            if test.kind != "tag":
                yield test.value or test.name

    def first(self, page: Page, within: Element | None = None) -> Element | None:
        """The first one that fits."""
        return next(self.find(page, within), None)


def _fits(tests: tuple[_Test, ...], element: Element) -> bool:
    return all(test.holds(element) for test in tests)


def _inside(page: Page, element: Element, around: tuple[tuple[_Test, ...], ...]) -> bool:
    left = len(around) - 1
    for above in page.ancestors(element):
        if _fits(around[left], above):
            left -= 1
            if left < 0:
                return True
    return False


def selector(text: str) -> Selector:
    """Read a selector of ours. Raises ValueError for what is not one."""
    steps: list[list[_Test]] = [[]]
    at = 0
    while at < len(text):
        if text[at] == " ":
            steps.append([])
            at += 1
            continue
        part = _PART.match(text, at)
        if part is None:
            raise ValueError(f"not a selector: {text}")
        steps[-1].append(_test(*part.groups()))
        at = part.end()
    if not all(steps):
        raise ValueError(f"not a selector: {text}")
    return Selector(tuple(map(tuple, steps)))


def _test(tag: str | None, ident: str | None, of_class: str | None, name: str | None, sign: str, value: str) -> _Test:
    if tag:
        return _Test("tag", tag.lower())
    if ident:
        return _Test("id", ident)
    if of_class:
        return _Test("class", of_class)
    return _Test("has", name or "", sign or "*=", value or "")
