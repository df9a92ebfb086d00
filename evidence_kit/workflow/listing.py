"""Many addresses as one job that can be stopped, killed and taken up again without a double or a loss.

A list is rows in the vault. An item is done in the transaction that admits its exhibit, and not before. Pages are
captured side by side in threads that share one browser; their time proofs are asked for in one more thread.
"""

from __future__ import annotations

import math
import queue
import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from evidence_kit import clock
from evidence_kit.errors import BrowserMissing, Cancelled, CaptureError, EvidenceError
from evidence_kit.jobs import CancelToken, Progress, ProgressSink, no_progress
from evidence_kit.language import _
from evidence_kit.records import Case, Outcome, Subject
from evidence_kit.vault.index import CaptureList, ListItem
from evidence_kit.vault.tidying import finish_removals
from evidence_kit.workflow import capturing, stamping
from evidence_kit.workflow.alone import alone
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import CaptureRequest, ExhibitRecord, status_of
from evidence_kit.workflow.threads import ThreadPages, shortcoming

if TYPE_CHECKING:
    from evidence_kit.capture.pager import Pages
    from evidence_kit.capture.sink import CaptureResult

CONCURRENCY = 2
MAX_CONCURRENCY = 8
TRIES = 3
BACKOFF_SECONDS = 1.0
MAX_WAIT_SECONDS = 60.0
"""The longest wait between two tries, whatever the site asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """How far a list came. ``said`` names the pages that a person should know about: address and words."""

    list: CaptureList
    total: int
    kept: int
    left: int
    said: tuple[tuple[str, str], ...]

    @property
    def beyond(self) -> bool:
        """Whether a thread has more pages than its list may hold."""
        return self.list.beyond


class Lists:
    """The lists of one case."""

    def __init__(self, context: Context, case: Case) -> None:
        self._context = context
        self._case = case

    def begin(self, urls: Sequence[str], subject: Subject, *, stamp: bool, thread_pages: int = 0) -> CaptureList:
        """Write a new list down; nothing is loaded yet. Raises AddressRefused or UsageError for any bad address.

        With ``thread_pages`` the pages that their pagers lead to are added, until the list holds that many.
        """
        for url in urls:
            capturing.plan_for(self._context, CaptureRequest(url=url, subject=subject, case_id=self._case.id))
        made = CaptureList(
            id=str(uuid.uuid4()),
            case_id=self._case.id,
            subject=subject.value,
            options={"stamp": stamp} | ({"max_pages": thread_pages} if thread_pages else {}),
            created_at=clock.rfc3339(),
        )
        self._context.vault.index.add_list(made, urls)
        return made

    def unfinished(self, urls: Sequence[str] = (), subject: Subject | None = None) -> CaptureList | None:
        """The last list of which something is still to be done; with ``urls`` the last with these same ones."""
        return self._last(self._context.vault.index.unfinished_lists(self._case.id), urls, subject)

    def at_bound(self, urls: Sequence[str] = (), subject: Subject | None = None) -> CaptureList | None:
        """The last list that came to its bound while its thread has more pages; :meth:`go_on` takes it further."""
        return self._last(self._context.vault.index.lists_at_bound(self._case.id), urls, subject)

    def go_on(self, chosen: CaptureList, pages: int) -> CaptureList:
        """Let a thread that came to its bound have ``pages`` more: it goes on after the last one that it holds."""
        index = self._context.vault.index
        index.raise_bound(chosen.id, len(self.items(chosen)) + pages)
        return index.capture_list(chosen.id)

    def _last(self, lists: Sequence[CaptureList], urls: Sequence[str], subject: Subject | None) -> CaptureList | None:
        index = self._context.vault.index
        for known in lists:
            if subject is not None and known.subject != subject.value:
                continue
            if not urls or [i.url for i in index.list_items(known.id) if not i.led_by] == list(urls):
                return known
        return None

    def items(self, chosen: CaptureList) -> list[ListItem]:
        """All items of a list: those that were asked for in that order, then the pages found, by their number.

        Pages that were named beyond its bound are not of the list.
        """
        items = [i for i in self._context.vault.index.list_items(chosen.id) if i.state != "beyond"]
        return sorted(items, key=lambda i: (i.number if i.led_by else 0, i.position))

    def beyond(self, chosen: CaptureList) -> bool:
        """Whether a thread has more pages than its list may hold."""
        return self._context.vault.index.capture_list(chosen.id).beyond

    def state(self, chosen: CaptureList) -> ListState:
        """How far ``chosen`` came by now, in words for a person."""
        items = self.items(chosen)
        outcomes = {e.id: e.outcome for e in self._context.vault.index.exhibits(chosen.case_id)}
        said = []
        for item in items:
            words = item.error if item.state in {"done", "failed"} else ""
            if item.state == "done" and outcomes.get(item.exhibit_id or "") is Outcome.FAILED:
                words = _("Nothing could be loaded; that is kept.")
            elif item.state == "done" and outcomes.get(item.exhibit_id or "") is Outcome.PARTIAL:
                words = _("Kept in part.")
            said += [(item.url, words)] if words else []
        return ListState(
            list=self._context.vault.index.capture_list(chosen.id),
            total=len(items),
            kept=sum(i.state == "done" for i in items),
            left=sum(i.state in {"waiting", "running"} for i in items),
            said=tuple(said),
        )

    def leave(self, chosen: CaptureList) -> None:
        """Do not go on with a list any more; what it recorded stays."""
        self._context.vault.index.leave_list(chosen.id, clock.rfc3339())

    def run(
        self,
        chosen: CaptureList,
        progress: ProgressSink,
        cancel: CancelToken,
        *,
        concurrency: int = CONCURRENCY,
        accept_certificate: bool = False,
        paused: Callable[[], bool] = lambda: False,
    ) -> None:
        """Capture what is still to be done of ``chosen``; :meth:`items` says how each ended.

        ``accept_certificate`` holds for this run and is kept nowhere. While ``paused`` says so no further page
        begins; those under way come to their end. ``progress`` is called from several threads. Raises Cancelled,
        UsageError where the list is being run, and what would stop every other page as well (no browser, no room, no
        mandate): the list stays as it is, to be taken up.
        """
        with alone(chosen.id):
            self._context.vault.index.reset_items(chosen.id)
            run = _Run(self._context, chosen, self.items(chosen), progress, cancel, paused)
            run.accept_certificate = accept_certificate
            run.all(min(concurrency, MAX_CONCURRENCY))


@dataclass(slots=True)
class _Waiting:
    item: ListItem
    host: str
    tries: int = 0
    ready: float = 0.0


class _Run:
    """One run over what is left of a list."""

    accept_certificate = False

    def __init__(
        self,
        context: Context,
        chosen: CaptureList,
        items: Sequence[ListItem],
        progress: ProgressSink,
        cancel: CancelToken,
        paused: Callable[[], bool],
    ) -> None:
        self._context = context
        self._list = chosen
        self._paused = paused
        self._progress = progress
        self._cancel = CancelToken()
        self._asked = cancel
        self._subject = Subject(chosen.subject)
        self._stamps: queue.Queue[ExhibitRecord | None] = queue.Queue()
        self._changed = threading.Condition()
        self._next_load: dict[str, float] = {}
        self._threads = ThreadPages(context, chosen, items) if chosen.options.get("max_pages") else None
        self._waiting = [_Waiting(i, self._host(i)) for i in items if i.state == "waiting"]
        self._total, self._done = len(items), len(items) - len(self._waiting)
        self._busy = 0
        self._fatal: BaseException | None = None

    def _request(self, item: ListItem) -> CaptureRequest:
        stamp = self._list.options.get("stamp") is not False
        return CaptureRequest(
            url=item.url,
            subject=self._subject,
            case_id=self._list.case_id,
            stamp=stamp,
            led_by=item.led_by,
            accept_certificate=self.accept_certificate,
        )

    def _host(self, item: ListItem) -> str:
        return capturing.plan_for(self._context, self._request(item)).host

    def all(self, concurrency: int) -> None:
        """Raises what :meth:`Lists.run` raises."""
        forget = self._asked.on_cancel(self._cancel.cancel)
        stamper = threading.Thread(target=self._stamp_all, name="list-stamps", daemon=True)
        workers = [threading.Thread(target=self._work, name=f"list-{n}", daemon=True) for n in range(concurrency)]
        try:
            for thread in (stamper, *workers):
                thread.start()
            for thread in workers:
                thread.join()
            self._stamps.put(None)
            stamper.join()
        finally:
            forget()
            # Not sooner: two tries may share a content, and only now none is under way.
            finish_removals(self._context.vault.index, self._context.vault.blobs)
        self._asked.check()
        if self._fatal is not None:
            raise self._fatal

    def _work(self) -> None:
        try:
            while (chosen := self._take()) is not None:
                try:
                    self._one(chosen)
                finally:
                    self._loading(chosen.host, over=True)
                    with self._changed:
                        self._busy -= 1
                        self._changed.notify_all()
        except BaseException as exc:  # noqa: BLE001 - handed to the thread that asked for the list
            with self._changed:
                if self._fatal is None and not isinstance(exc, Cancelled):
                    self._fatal = exc
            self._cancel.cancel()

    def _take(self) -> _Waiting | None:
        """The next item whose site may be asked now; None when nothing is left or all is to stop."""
        with self._changed:
            while not self._cancel.cancelled and (self._waiting or self._busy):
                now = time.monotonic()
                for chosen in () if self._paused() else self._waiting:
                    if max(chosen.ready, self._next_load.get(chosen.host, 0.0)) <= now:
                        self._waiting.remove(chosen)
                        if self._pause(chosen.host):  # it counts from the load, which what comes first may delay
                            self._next_load[chosen.host] = math.inf
                        self._busy += 1
                        self._progress(Progress("list", self._done, self._total, chosen.item.url))
                        return chosen
                self._changed.wait(0.1)
            return None

    def _loading(self, host: str, *, over: bool = False) -> None:
        """A load from ``host`` begins; or its try is ``over``, and it may never have begun."""
        with self._changed:
            if not over or self._next_load.get(host) == math.inf:
                self._next_load[host] = time.monotonic() + self._pause(host)
                self._changed.notify_all()

    def _pause(self, host: str) -> float:
        from evidence_kit.capture.plan import host_kind

        chosen = self._context.settings.host_pause_seconds
        if chosen >= 0:
            return float(min(chosen, 3600))
        return 0.0 if host_kind(host) == "loopback" else 1.0

    def _one(self, chosen: _Waiting) -> None:
        index, list_id, position = self._context.vault.index, self._list.id, chosen.item.position
        chosen.tries += 1
        last = chosen.tries >= TRIES
        read: list[Pages] = []
        added: list[ListItem] = []

        def again(result: CaptureResult) -> tuple[str, float] | None:
            asked = None if last else _asks_again(result)
            if asked is None and self._threads:  # not later: reading a hostile page may take seconds
                read.append(self._threads.look(chosen.item, result))
            return asked

        def admitted(record: ExhibitRecord, result: CaptureResult) -> None:
            said = ""
            for pages in read:
                added.extend(self._threads.note(chosen.item, record, pages) if self._threads else ())
                said = shortcoming(chosen.item, result, pages)
            index.end_item(list_id, position, "done", error=said)

        watch = capturing.Watch(
            begun=lambda attempt_id: index.begin_item(list_id, position, attempt_id),
            admitted=admitted,
            again=again,
            stamp=self._stamps.put,
        )

        def progress(told: Progress) -> None:
            if told.step == "load":
                self._loading(chosen.host)

        try:
            capturing.capture(self._context, self._request(chosen.item), progress, self._cancel, watch)
        except capturing.TryAgain as exc:
            self._put_back(chosen, str(exc), exc.wait)
            return
        except BrowserMissing:
            index.end_item(list_id, position, "waiting")
            raise
        except CaptureError as exc:
            if not last:
                self._put_back(chosen, exc.message, 0.0)
                return
            index.end_item(list_id, position, "failed", error=exc.message)
        except (Cancelled, EvidenceError):
            if not self._settled(position):
                index.end_item(list_id, position, "waiting")
            raise
        with self._changed:
            if added:
                self._waiting += [_Waiting(i, self._host(i)) for i in added]
                self._waiting.sort(key=lambda w: (w.item.number, w.item.position))
                self._total += len(added)
            self._done += 1
            self._progress(Progress("list", self._done, self._total))

    def _settled(self, position: int) -> bool:
        return self._context.vault.index.item(self._list.id, position).state == "done"

    def _put_back(self, chosen: _Waiting, why: str, wait: float) -> None:
        self._context.vault.index.end_item(self._list.id, chosen.item.position, "waiting", error=why)
        pause = max(BACKOFF_SECONDS * 2 ** (chosen.tries - 1) * (1 + random.random() / 2), wait)  # noqa: S311
        with self._changed:
            chosen.ready = time.monotonic() + min(pause, MAX_WAIT_SECONDS)
            self._waiting.append(chosen)
            self._changed.notify_all()

    def _stamp_all(self) -> None:
        """What cannot be asked for now stays pending, as after a single capture."""
        while (record := self._stamps.get()) is not None:
            try:
                stamping.settle(self._context, record.tokens, no_progress, self._cancel, seconds=stamping.STAMP_SECONDS)
            except (Cancelled, EvidenceError):
                continue


def _asks_again(result: CaptureResult) -> tuple[str, float] | None:
    status = status_of(result.network)
    if result.outcome is Outcome.FAILED:
        return "no answer; asked again", 0.0
    if status in {429, 503}:
        return f"status {status}; asked again", _retry_after(result)
    if "load" in result.missing:
        return "the page did not come to its end; asked again", 0.0
    return None


def _retry_after(result: CaptureResult) -> float:
    headers = result.network.get("response", {}).get("headers", [])
    told = next((h["value"] for h in headers if h["name"].lower() == "retry-after"), "")
    if told.isascii() and told.isdigit():
        return min(float(told[:9]), MAX_WAIT_SECONDS)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return 0.0
    left = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(left, 0.0), MAX_WAIT_SECONDS)
