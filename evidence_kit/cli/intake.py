"""``import``: files that came from elsewhere, or a description of what must not be copied."""

from __future__ import annotations

from pathlib import Path

import click

from evidence_kit.cli.capture import subject_option
from evidence_kit.cli.common import IN_PART, Run, opened, stoppable, vault_options
from evidence_kit.cli.helping import t
from evidence_kit.errors import EvidenceError, UsageError
from evidence_kit.language import _
from evidence_kit.records import Subject
from evidence_kit.workflow.dates import refuse_impossible
from evidence_kit.workflow.importing import refuse_unless_adult
from evidence_kit.workflow.records import Declared, ExhibitRecord


@click.command("import", help=t("Take in files byte for byte; provenance is shown lower than a capture."))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--case", "case_id", metavar="ID", help=t("The only or last used case if absent."))
@subject_option()
@click.option("--date", default="", help=t("When it was made or received, as you say."))
@click.option("--device", default="", help=t("Which device it comes from, as you say."))
@click.option("--giver", default="", help=t("Who gave it to you, as you say."))
@click.option("--describe", default="", metavar="TEXT", help=t("Keep this description instead of a file."))
@click.option("--url", default="", help=t("With --describe: where it is."))
@vault_options
def import_(
    run: Run,
    files: tuple[Path, ...],
    case_id: str | None,
    subject: str,
    date: str,
    device: str,
    giver: str,
    describe: str,
    url: str,
) -> int:
    """For minor, was-minor and unknown nothing is read."""
    who = Subject(subject)
    if describe:
        if files:
            raise UsageError(_("Give files or a description, not both."))
        with opened(run) as session, stoppable(run):
            record = session.written_record(
                describe, case_id=case_id, subject=who, url=url, progress=run.progress, cancel=run.cancel
            )
            run.answer([record.as_json()], _("Kept as exhibit {number}.", number=record.exhibit.number))
        return 0
    if not files:
        raise UsageError(_("No file was given."), hint=_("Give at least one file, or --describe TEXT."))
    refuse_unless_adult(who)
    refuse_impossible(date)
    records: list[ExhibitRecord] = []
    code = 0
    with opened(run) as session, stoppable(run):
        case = session.case(case_id)
        for file in files:
            try:
                records.append(
                    session.import_file(
                        file,
                        case_id=case.id,
                        subject=who,
                        declared=Declared(date=date, device=device, giver=giver),
                        progress=run.progress,
                        cancel=run.cancel,
                    )
                )
            except EvidenceError as exc:
                if len(files) == 1:
                    raise
                run.say(exc.message)
                code = IN_PART
        if not records:
            raise UsageError(_("None of these files could be taken in."))
        run.answer(
            [r.as_json() for r in records],
            [_("Kept as exhibit {number}.", number=r.exhibit.number) for r in records],
        )
    return code


COMMANDS = {"import": import_}
