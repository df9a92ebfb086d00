"""``stamp``: ask again for the time proofs that are still missing."""

from __future__ import annotations

import click

from evidence_kit.cli.common import FINE, IN_PART, Run, opened, stoppable, vault_options
from evidence_kit.cli.helping import t
from evidence_kit.language import _


@click.command("stamp", help=t("Ask the authorities for every time proof that is still missing."))
@vault_options
def stamp(run: Run) -> int:
    """Exit 3 while something is still pending."""
    with opened(run) as session, stoppable(run):
        counts = session.stamp_pending(run.progress, run.cancel)
        run.answer(
            counts.as_json(),
            _(
                "Time proofs: {granted} obtained, {pending} still awaited, {refused} refused.",
                granted=counts.granted,
                pending=counts.pending,
                refused=counts.refused,
            ),
        )
        return IN_PART if counts.pending or counts.refused else FINE


COMMANDS = {"stamp": stamp}
