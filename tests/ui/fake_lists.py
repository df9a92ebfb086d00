"""Lists of addresses in memory, with the methods of workflow.listing.Lists that the window uses."""

from __future__ import annotations

import functools

from evidence_kit import clock
from evidence_kit.jobs import Progress
from evidence_kit.records import Outcome
from evidence_kit.vault.index import CaptureList
from evidence_kit.workflow.listing import ListState
from ui.backend import Workflow


class FakeLists:
    """All lists of one session; an address with ``refuses`` in it gets no answer."""

    def __init__(self, session) -> None:
        self.session = session
        self.urls: dict[str, list[str]] = {}
        self.done: dict[str, list[str]] = {}
        self.all: list[CaptureList] = []
        self.left: set[str] = set()
        self.one_at_a_time = None
        """A semaphore that lets the next page go; None lets all go."""
        self.beyond = False

    def begin(self, urls, subject, *, stamp, thread_pages=0):
        self.session.calls.append(f"list:{subject.value}:{len(urls)}:{thread_pages}")
        case_id = self.session.cases()[0].id
        options = {"stamp": stamp, "max_pages": thread_pages}
        made = CaptureList(
            id=str(len(self.all)), case_id=case_id, subject=subject.value, options=options, created_at=clock.rfc3339()
        )
        self.all.append(made)
        self.urls[made.id], self.done[made.id] = list(urls), []
        return made

    def unfinished(self):
        return next((c for c in reversed(self.all) if self.state(c).left and c.id not in self.left), None)

    def at_bound(self):
        known = reversed(self.all)
        return next((c for c in known if self.beyond and not self.state(c).left and c.id not in self.left), None)

    def go_on(self, chosen, pages):
        self.session.calls.append(f"go-on:{pages}")
        self.urls[chosen.id] += [f"{self.urls[chosen.id][0]}?page={n}" for n in (2, 3)]
        self.beyond = False
        return chosen

    def run(self, chosen, progress, cancel, *, paused):
        urls, done = self.urls[chosen.id], self.done[chosen.id]
        for url in urls[len(done) :]:
            while paused() or (self.one_at_a_time is not None and not self.one_at_a_time.acquire(timeout=0.01)):
                cancel.check()
                cancel.wait(0.005)
            cancel.check()
            if self.session.error is not None:
                raise self.session.error
            progress(Progress("list", len(done), len(urls), url))
            outcome = Outcome.FAILED if "refuses" in url else Outcome.COMPLETE
            self.session.add_exhibit(chosen.case_id, url_requested=url, url_final=url, outcome=outcome)
            done.append(url)
            progress(Progress("list", len(done), len(urls)))

    def state(self, chosen):
        urls, done = self.urls[chosen.id], self.done[chosen.id]
        said = tuple((u, "Nothing could be loaded; that is kept.") for u in done if "refuses" in u)
        shown = CaptureList(
            id=chosen.id,
            case_id=chosen.case_id,
            subject=chosen.subject,
            options=chosen.options,
            created_at=chosen.created_at,
            beyond=self.beyond,
        )
        return ListState(list=shown, total=len(urls), kept=len(done), left=len(urls) - len(done), said=said)

    def leave(self, chosen):
        self.left.add(chosen.id)


class WithLists:
    """A session that has lists."""

    @functools.cached_property
    def list_of(self) -> FakeLists:
        return FakeLists(self)

    def lists(self, _case_id) -> FakeLists:
        return self.list_of


class WithAddresses:
    """A backend that judges addresses as the real one does."""

    refused = Workflow.refused
