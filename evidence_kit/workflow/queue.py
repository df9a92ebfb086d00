"""When an authority that did not answer is asked again by itself: later each time, and not all at one moment.

Pending tokens stand in the vault, so they survive a crash and months without a network; what is kept here beside them
is only how often each authority was asked in vain. Whoever asks by hand is never made to wait for it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from datetime import timedelta

from evidence_kit import clock
from evidence_kit.vault import Vault

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=6)
FRESH = timedelta(minutes=2)
"""A token wished for so lately is still being asked for by the capture that wished for it."""
_KEY = "stamp_queue"


class RetryPlan:
    """Failures and the next time for each authority, by name. Read once; :meth:`save` keeps it."""

    def __init__(self, vault: Vault, chance: Callable[[], float] = random.random) -> None:
        self._vault = vault
        self._chance = chance
        self._known = _read(vault.get_meta(_KEY))
        self._before = dict(self._known)

    def wait(self, authority: str) -> timedelta:
        """How long it is to be left alone; zero or less where it may be asked.

        A time that no pause reaches comes from a clock that was put back since: it holds nothing up.
        """
        failures, at = self._known.get(authority, (0, ""))
        if not failures:
            return timedelta()
        try:
            left = clock.parse(at) - clock.now()
            return left if left <= 2 * LONGEST else timedelta()
        except ValueError:
            return timedelta()

    def worked(self, authority: str) -> None:
        """It answered: from now on it is asked at once."""
        self._known.pop(authority, None)

    def failed(self, authority: str) -> None:
        """It did not: twice as long as last time, half as much more or less by chance."""
        failures = min(self._known.get(authority, (0, ""))[0] + 1, 30)
        pause = min(FIRST * 2 ** (failures - 1), LONGEST) * (0.5 + self._chance())
        self._known[authority] = (failures, clock.rfc3339(clock.now() + pause))

    def save(self) -> None:
        """Keep what changed."""
        if self._known != self._before:
            self._vault.set_meta(_KEY, json.dumps(self._known))
            self._before = dict(self._known)

    def soonest(self, authorities: Iterable[str]) -> timedelta | None:
        """How long until the first of these may be asked; None for none."""
        return min((max(self.wait(name), timedelta()) for name in authorities), default=None)


def _read(text: str | None) -> dict[str, tuple[int, str]]:
    try:
        found = json.loads(text or "{}")
        return {str(name): (int(failures), str(at)) for name, (failures, at) in found.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def is_fresh(requested_at: str) -> bool:
    """Whether a capture that is just ending may still be asking for it."""
    try:
        age = clock.now() - clock.parse(requested_at)
    except ValueError:
        return False
    return timedelta() <= age < FRESH
