"""``gui``: start the window."""

from __future__ import annotations

import importlib

import click

from evidence_kit import system
from evidence_kit.cli.common import Run, plain
from evidence_kit.cli.helping import t
from evidence_kit.errors import UsageError
from evidence_kit.language import _


@click.command("gui", help=t("Start the window."))
@plain
def gui(run: Run) -> int:  # noqa: ARG001 - the window takes nothing from here
    """Only where there is a screen."""
    if not system.has_screen():
        raise UsageError(
            _("There is no screen here, so the window cannot be shown."),
            hint=_("The command line does the same job: “evidence-kit --help”."),
        )
    window = importlib.import_module("ui.app")
    return int(window.main([]))


COMMANDS = {"gui": gui}
