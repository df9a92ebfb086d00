"""``doctor``: what this machine has and lacks, each with the mend."""

from __future__ import annotations

import click

from evidence_kit.cli.common import FAILED, FINE, Run, plain
from evidence_kit.cli.helping import t
from evidence_kit.workflow import doctor as work


@click.command("doctor", help=t("Browser, fonts, clock, disk, authorities: fine or not, and what to do."))
@plain
def doctor(run: Run) -> int:
    """Exit 1 when something needed is missing."""
    lines = work.run()
    marks = {"fine": "  ok ", "warning": "  !  ", "missing": " BAD "}
    said = [f"{marks[line.status]} {line.name:<12} {line.detail}  {line.mend}".rstrip() for line in lines]
    run.answer([line.as_json() for line in lines], said)
    return FAILED if any(line.status == "missing" for line in lines) else FINE


COMMANDS = {"doctor": doctor}
