"""``stamp``: ask again for the time proofs that are still missing, and have those that are there renewed."""

from __future__ import annotations

import click

from evidence_kit.cli.common import FINE, IN_PART, Run, opened, stoppable, vault_options
from evidence_kit.cli.helping import t
from evidence_kit.errors import UsageError
from evidence_kit.language import _
from evidence_kit.workflow.records import RenewalState


@click.command("stamp", help=t("Ask the authorities for every time proof that is still missing."))
@click.option(
    "--renew", is_flag=True, help=t("Also have every proof stamped again, so that it goes on counting for years.")
)
@click.option("--due", is_flag=True, help=t("With --renew: only those that have to be renewed within half a year."))
@click.option(
    "--hash",
    "algorithm",
    type=click.Choice(["sha256", "sha384", "sha512"]),
    help=t("With --renew: the hash to renew with, should the one in use grow weak."),
)
@vault_options
def stamp(run: Run, renew: bool, due: bool, algorithm: str | None) -> int:
    """Exit 3 while something is still pending, or could not be renewed because nobody answered."""
    if (due or algorithm) and not renew:
        raise UsageError(_("--due and --hash say what is to be renewed."), command="evidence-kit stamp --renew")
    with opened(run) as session, stoppable(run):
        counts = session.stamp_pending(run.progress, run.cancel)
        said = [
            _(
                "Time proofs: {granted} obtained, {pending} still awaited, {refused} refused.",
                granted=counts.granted,
                pending=counts.pending,
                refused=counts.refused,
            )
        ]
        told, failed = counts.as_json(), 0
        if renew:
            renewed = session.renewals.renew(run.progress, run.cancel, algorithm=algorithm, due_only=due)
            told, failed, state = told | renewed.as_json(), renewed.failed, renewed.state
            if renewed.renewed or not failed:
                none = _("There was nothing to renew.")
                said.append(_("Renewed: {count}.", count=renewed.renewed) if renewed.renewed else none)
            if renewed.damaged:
                said.append(
                    _("Damaged in the vault: {count}. “evidence-kit vault check” names them.", count=renewed.damaged)
                )
            if failed:
                said.append(
                    _(
                        "Not renewed, because no authority gave a good answer: {count}. Nothing is lost; ask again"
                        " later.",
                        count=failed,
                    )
                )
            elif state.soon and renewed.renewed:
                said.append(_("The authorities still use certificates that end soon; ask again in some weeks."))
        else:
            state = session.renewals.state()
            told |= {"renew_before": state.renew_before or None}
            if state.soon:
                said.append(_("It is time to renew: evidence-kit stamp --renew"))
        run.answer(told, " ".join([*said, *renewal_sentences(state)]))
        return IN_PART if counts.pending or counts.refused or failed or told.get("damaged") else FINE


def renewal_sentences(state: RenewalState) -> list[str]:
    """Until when the proofs stand, and what to do."""
    said = []
    if state.renew_before:
        said.append(_("To be renewed before {day}.", day=state.renew_before[:10]))
    if state.ended:
        said.append(
            _("Ended without having been renewed: {count}. They count as of their own time.", count=state.ended)
        )
    return said


COMMANDS = {"stamp": stamp}
