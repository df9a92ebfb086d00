"""``case``: open one, record a mandate, list, close."""

from __future__ import annotations

import click

from evidence_kit.canonical import JsonObject
from evidence_kit.cli import words
from evidence_kit.cli.common import Run, opened, vault_options
from evidence_kit.cli.helping import t
from evidence_kit.language import _
from evidence_kit.records import Case, Mandate


def _as_json(case: Case) -> JsonObject:
    return {
        "case": case.id,
        "name": case.name,
        "created_at": case.created_at,
        "closed_at": case.closed_at,
        "for_someone_else": case.for_someone_else,
        "mandate": _mandate(case.mandate),
    }


def _mandate(mandate: Mandate | None) -> JsonObject | None:
    return {"person": mandate.person, "scope": mandate.scope, "dated": mandate.dated} if mandate else None


@click.group("case", help=t("Matters that hold exhibits."))
@vault_options
def case(_run: Run) -> None:
    """Group of the case verbs."""


@case.command("add", help=t("Open a case."))
@click.argument("name")
@click.option("--for-someone-else", is_flag=True, help=t("The person concerned is somebody else; record her mandate."))
@vault_options
def add(run: Run, name: str, for_someone_else: bool) -> None:
    """Print the id that other verbs take."""
    with opened(run) as session:
        before = {c.id for c in session.cases()}
        made = session.add_case(name, for_someone_else=for_someone_else)
        if twins := [c.id for c in session.cases() if c.id in before and c.name == made.name]:
            run.say(_("Another case has this name: {ids}. Name each of them by its id.", ids=", ".join(twins)))
        run.answer(_as_json(made), f"{made.id}  {made.name}")


@case.command("consent", help=t("Record the mandate of the person for whom the case is kept."))
@click.argument("case_id", metavar="ID")
@click.option("--person", required=True, help=t("Who asked (name or alias)."))
@click.option("--scope", required=True, help=t("What for."))
@click.option("--dated", required=True, help=t("Date of the mandate, such as 2026-03-01."))
@vault_options
def consent(run: Run, case_id: str, person: str, scope: str, dated: str) -> None:
    """Needed before the first capture for someone else."""
    with opened(run) as session:
        before = session.case(case_id).mandate
        changed = session.set_mandate(case_id, Mandate(person=person, scope=scope, dated=dated))
        lines = [_("The mandate was recorded for “{name}”.", name=changed.name)]
        if before is not None:
            lines.append(
                _(
                    "It counts from now on. The one before stays in the log: {person}, {dated}.",
                    person=before.person,
                    dated=before.dated,
                )
            )
        run.answer(_as_json(changed) | {"mandate_before": _mandate(before)}, lines)


@case.command("list", help=t("All cases."))
@vault_options
def list_cases(run: Run) -> None:
    """Oldest first."""
    with opened(run) as session:
        cases = session.cases()
        lines = [words.case_line(c) for c in cases] or [_("There is no case yet.")]
        run.answer([_as_json(c) for c in cases], lines)


@case.command("close", help=t("Close a case; it stays readable."))
@click.argument("case_id", metavar="[ID]", required=False)
@vault_options
def close(run: Run, case_id: str | None) -> None:
    """Nothing is added to a closed case."""
    with opened(run) as session:
        closed = session.close_case(session.case(case_id).id)
        run.answer(_as_json(closed), _("The case “{name}” is closed.", name=closed.name))


COMMANDS = {"case": case}
