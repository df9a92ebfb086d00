"""When she is reminded that proofs have to be renewed: while it is time, once a day at most, and calmly.

What can no longer be renewed is told once and not every day: there is nothing to be done about it, and nothing is lost.
"""

from __future__ import annotations

import json
from datetime import timedelta

from evidence_kit import clock
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import RenewalState
from evidence_kit.workflow.renewal import Renewals

_KEPT = "renewal_reminder"


class Reminder:
    """The reminder of one open vault. What she put off is kept in the vault, so that a lock does not bring it back."""

    def __init__(self, context: Context) -> None:
        self._vault, self._renewals = context.vault, Renewals(context)

    def due(self) -> RenewalState | None:
        """What to tell her now; None where all is well, or where she has put it off for today."""
        state = self._renewals.state()
        until, told = self._put_off()
        if (state.soon and until <= _day()) or state.ended > told:
            return state
        return None

    def later(self, days: int = 1) -> None:
        """Say nothing for so many days; of what has ended by now, never again."""
        kept = {"until": _day(days), "ended": self._renewals.state().ended}
        self._vault.set_meta(_KEPT, json.dumps(kept))

    def _put_off(self) -> tuple[str, int]:
        try:
            kept = json.loads(self._vault.get_meta(_KEPT) or "{}")
            return str(kept.get("until", "")), int(kept.get("ended", 0))
        except (ValueError, TypeError, AttributeError):
            return "", 0


def _day(after: int = 0) -> str:
    return (clock.now().astimezone().date() + timedelta(days=after)).isoformat()
