"""How a recording ended, in a sentence: the same beside the address and beside the visible window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from evidence_kit import walls
from evidence_kit.language import _
from evidence_kit.records import Outcome
from ui import words

if TYPE_CHECKING:
    from evidence_kit.workflow.failures import Failure
    from evidence_kit.workflow.records import ExhibitRecord

translate = QCoreApplication.translate


def ended(record: ExhibitRecord, failure: Failure | None) -> tuple[str, bool]:
    """What is kept and what stood before it, and whether trying again may bring more."""
    text, more = _ended(record, failure)
    return (f"{text}\n{record.sign_in_said}" if record.sign_in_said else text), more


def _ended(record: ExhibitRecord, failure: Failure | None) -> tuple[str, bool]:
    exhibit = record.exhibit
    name = words.numbered(exhibit)
    if failure is not None:
        return f"{failure.happened}\n{failure.kept}\n{failure.todo}", True
    wall, partial = walls.sentence(record.wall, _), exhibit.outcome is Outcome.PARTIAL
    if wall or words.refused(record.status):
        answer = wall or f"{words.refused(record.status)}."
        kept = translate("Outcomes", "This is kept: {exhibit}.").format(exhibit=name)
        return f"{answer} {kept}", partial
    if partial:
        missing = words.missing(exhibit.missing)
        text = translate("Outcomes", "Kept in part: {exhibit}. Missing: {missing}.")
        return text.format(exhibit=name, missing=missing), True
    if exhibit.subject.text_only:
        kept = translate("Outcomes", "It is kept: {exhibit}, the text only, without pictures.").format(exhibit=name)
        return f"{kept}\n{words.where_to_report()}", False
    return translate("Outcomes", "It is kept: {exhibit}, complete.").format(exhibit=name), False
