"""Kept sign-ins in memory, as far as the window can see."""

from __future__ import annotations

from evidence_kit import clock
from evidence_kit.vault.index import KeptSession


class FakeSignIns:
    """Behaves like workflow.sign_ins.SignIns."""

    def __init__(self) -> None:
        self.kept: dict[str, KeptSession] = {}

    def put(self, label: str) -> KeptSession:
        self.kept[label] = KeptSession(
            id=label, label=label, sites=("forum.example",), kept_at=clock.rfc3339(), used_at=""
        )
        return self.kept[label]

    def all(self) -> list[KeptSession]:
        return list(self.kept.values())

    def forget(self, label: str) -> KeptSession:
        return self.kept.pop(label)
