"""What is asked of authorities without anybody asking for it: what is pending and due, and the logs' heads."""

from __future__ import annotations

from datetime import timedelta

from evidence_kit.errors import EvidenceError
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Token
from evidence_kit.workflow import heads, stamping, statuses
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.queue import RetryPlan, is_fresh
from evidence_kit.workflow.records import StampCounts


class Rounds:
    """The rounds of one open vault. May be used from a thread of its own."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def due(self, cancel: CancelToken) -> StampCounts:
        """Ask for what is pending: only those authorities whose pause is over.

        Once a day also for the logs' heads, and for what authorities say of the certificates that kept timestamps rest
        on.
        """
        heads.stamp_daily(self._context, cancel)
        plan, pending = RetryPlan(self._context.vault), self._waiting()
        due = [t for t in pending if plan.wait(t.authority) <= timedelta()]
        counts = stamping.settle(self._context, due, no_progress, cancel)
        statuses.refresh(self._context, cancel)
        return StampCounts(granted=counts.granted, pending=len(pending) - counts.granted, refused=counts.refused)

    def next(self) -> float | None:
        """Seconds until :meth:`due` has something to do; None where nothing is."""
        soonest = RetryPlan(self._context.vault).soonest({t.authority for t in self._waiting()})
        daily = heads.until_daily(self._context)
        found = min(
            (wait for wait in (soonest, daily, statuses.until_due(self._context)) if wait is not None), default=None
        )
        return None if found is None else found.total_seconds()

    def rest(self, cancel: CancelToken) -> None:
        """Before locking: fix the heads of the logs that this session changed, within three seconds.

        Nothing that goes wrong here holds the locking up.
        """
        try:
            heads.stamp_heads(self._context, cancel)
        except EvidenceError:
            return

    def after_command(self, cancel: CancelToken) -> None:
        """The same at the end of one command: once a day. Nothing that goes wrong here changes what the command did."""
        try:
            heads.stamp_after_command(self._context, cancel)
        except EvidenceError:
            return

    def _waiting(self) -> list[Token]:
        """What is pending, and not just being asked for; of an authority that is not known any more nothing comes."""
        known, tokens = self._context.authorities().all, self._context.vault.index.pending_tokens()
        return [t for t in tokens if t.authority in known and not is_fresh(t.requested_at)]
