"""What a verification answers: a verdict, every check that was made, and facts for people who read on."""

from __future__ import annotations

from dataclasses import dataclass, field

from evidence_kit.canonical import JsonObject
from evidence_kit.records import CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """``verdict`` is ``intact``, ``altered``, ``incomplete`` or ``unreadable`` (COMMANDS)."""

    verdict: str
    checks: tuple[CheckResult, ...]
    facts: JsonObject = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """The answer of ``verify --json``."""
        return {"verdict": self.verdict, "checks": [check.as_json() for check in self.checks], "facts": self.facts}
