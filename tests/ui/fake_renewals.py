"""The renewal of timestamps, as far as the window can see."""

from __future__ import annotations

from evidence_kit.jobs import Progress
from evidence_kit.workflow.records import RenewalCounts, RenewalState

SOON = RenewalState(renew_before="2032-01-01T12:00:00Z", soon=True)
WELL = RenewalState(renew_before="2041-01-01T12:00:00Z")


class FakeRenewals:
    """Behaves like workflow.renewal.Renewals; the tests say how things stand and how a renewal ends."""

    def __init__(self, session) -> None:
        self._session = session
        self.now = RenewalState()
        self.counts = RenewalCounts(renewed=4, ended=0, failed=0, state=WELL)
        self.due_only: list[bool] = []
        self.calls: list[str] = []

    def state(self) -> RenewalState:
        self.calls.append("state")
        return self.now

    def renew(self, progress, cancel, *, algorithm=None, due_only=False) -> RenewalCounts:
        self.calls.append("renew")
        self.due_only.append(due_only)
        progress(Progress("renew", 1, 4))
        while not self._session.hold.is_set():
            cancel.check()
            cancel.wait(0.01)
        if self._session.error is not None:
            raise self._session.error
        self.now = self.counts.state
        return self.counts


class FakeReminder:
    """Behaves like workflow.reminding.Reminder."""

    def __init__(self, session) -> None:
        self._session = session
        self.put_off = 0

    def due(self) -> RenewalState | None:
        self._session.renewals.calls.append("due")
        state = self._session.renewals.now
        return state if (state.soon or state.ended) and not self.put_off else None

    def later(self, days: int = 1) -> None:
        self.put_off = days
