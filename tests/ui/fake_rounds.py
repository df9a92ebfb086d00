"""What is asked of authorities by itself, as far as the window can see."""

from __future__ import annotations

from evidence_kit.workflow.records import StampCounts


class FakeRounds:
    """Behaves like workflow.rounds.Rounds; ``after`` is when something is due."""

    def __init__(self, session) -> None:
        self._session = session
        self.after: float | None = None

    def next(self) -> float | None:
        self._session.calls.append("next-stamp")
        return self.after

    def due(self, cancel) -> StampCounts:
        self._session.calls.append("stamp-due")
        while not self._session.hold.is_set():
            cancel.check()
            cancel.wait(0.01)
        self.after = None
        return StampCounts(granted=1)

    def rest(self, cancel) -> None:
        assert not self._session.closed
        self._session.calls.append("rest")
