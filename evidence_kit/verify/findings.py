"""Collecting what one check found, bounded: a million broken lines give forty findings and a count."""

from __future__ import annotations

from evidence_kit.language import _
from evidence_kit.records import CheckResult
from evidence_kit.verify.names import shown

PASSED, FAILED, NOT_CHECKED = "passed", "failed", "not-checked"
LIMIT = 40


class Findings:
    """What one named check found. Failures and what stayed unchecked are kept up to :data:`LIMIT` each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._kept: list[CheckResult] = []
        self._count = {FAILED: 0, NOT_CHECKED: 0}

    @property
    def clean(self) -> bool:
        """Whether nothing failed and nothing stayed unchecked so far."""
        return not any(self._count.values())

    @property
    def failures(self) -> int:
        """How many failures there were, also those that were not kept."""
        return self._count[FAILED]

    def _add(self, status: str, subject: str, detail: str) -> None:
        self._count[status] += 1
        if self._count[status] <= LIMIT:
            self._kept.append(CheckResult(name=self.name, status=status, subject=shown(subject), detail=detail))

    def fail(self, subject: str, detail: str) -> None:
        """Something is not as it must be."""
        self._add(FAILED, subject, detail)

    def skip(self, subject: str, detail: str) -> None:
        """Something could not be checked, or is not there."""
        self._add(NOT_CHECKED, subject, detail)

    def accept(self, subject: str, detail: str) -> None:
        """One subject of several is as it must be."""
        self._kept.append(CheckResult(name=self.name, status=PASSED, subject=shown(subject), detail=detail))

    def results(self, subject: str = "", detail: str = "") -> list[CheckResult]:
        """Everything found. ``subject`` and ``detail`` make one passed line where nothing at all was noted."""
        found = list(self._kept)
        for status, count in self._count.items():
            if count > LIMIT:
                more = _("Further findings of this kind, not listed: {count}.", count=count - LIMIT)
                found.append(CheckResult(name=self.name, status=status, subject="", detail=more))
        if not found and detail:
            found.append(CheckResult(name=self.name, status=PASSED, subject=shown(subject), detail=detail))
        return found


def not_checked(name: str, subject: str, detail: str) -> CheckResult:
    """One line that says why a check could not be made."""
    return CheckResult(name=name, status=NOT_CHECKED, subject=shown(subject), detail=detail)
