"""All pages of a thread as one list: what the pager of an admitted page names becomes items of the list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_kit.canonical import JsonObject
from evidence_kit.capture import pager_rules
from evidence_kit.capture.pager import FoundPage, Pages, find_pages, place_keys, thread_of
from evidence_kit.errors import EvidenceError
from evidence_kit.language import _
from evidence_kit.records import Outcome, Subject
from evidence_kit.vault.index import CaptureList, ListItem, NewItem
from evidence_kit.workflow import capturing
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import CaptureRequest, ExhibitRecord

if TYPE_CHECKING:
    from evidence_kit.capture.sink import CaptureResult

MAX_PAGES = 100
"""How many pages a thread may have if nothing else is said."""
MOST_PAGES = 1000


class ThreadPages:
    """The pages of one list's threads; :meth:`look` and :meth:`note` may be called from several threads."""

    def __init__(self, context: Context, chosen: CaptureList, items: Iterable[ListItem]) -> None:
        self._context = context
        self._list = chosen
        self._limit = int(chosen.options.get("max_pages") or 0)
        self._rules = pager_rules.shipped()
        self._asked = {key for i in items if not i.led_by for key in (*place_keys(i.url, self._rules), i.key) if key}

    def look(self, item: ListItem, result: CaptureResult) -> Pages:
        """What the pager of a page of the list tells. A page that led to another thread tells nothing."""
        thread = thread_of(item.key) if item.led_by else ""
        return find_pages(result.url_final, result.markup, self._rules, thread=thread)

    def note(self, item: ListItem, record: ExhibitRecord, pages: Pages) -> list[ListItem]:
        """Write down what ``pages`` names beyond the list; inside the transaction that admits ``record``."""
        index = self._context.vault.index
        if pages.key and not item.key:
            index.name_item(self._list.id, item.position, pages.key)
        new = [
            NewItem(url=p.url, key=p.key, number=p.number, led_by=_led_by(record, p))
            for p in pages.pages
            if self._can_be_asked(p)
        ]
        return index.add_items(self._list.id, new, self._asked, self._limit)

    def _can_be_asked(self, page: FoundPage) -> bool:
        try:
            capturing.plan_for(self._context, CaptureRequest(url=page.url, subject=self._subject))
        except EvidenceError:
            return False
        return True

    @property
    def _subject(self) -> Subject:
        return Subject(self._list.subject)


def _led_by(record: ExhibitRecord, page: FoundPage) -> JsonObject:
    """The first entry of ``navigation`` in the manifest of the page that was found."""
    exhibit = record.exhibit
    return {
        "how": "pager",
        "url": exhibit.url_final,
        "exhibit_id": exhibit.id,
        "manifest_sha256": exhibit.manifest_sha256,
        "link": {"text": page.text, "kind": page.how, "url": page.url},
    }


def shortcoming(item: ListItem, result: CaptureResult, pages: Pages) -> str:
    """Why the list may lack pages after this one, or this one itself, in words; empty where all is well."""
    if item.key and result.redirects and item.key not in place_keys(result.url_final, pager_rules.shipped()):
        return _("The address of this page led to another one, which was kept in its place.")
    if pages.pages:
        return ""
    if result.outcome is Outcome.FAILED or not result.markup:
        return _("This page could not be read, so the pages that it leads to are not known.")
    return _("No link to another page of the thread was found on this page.")
