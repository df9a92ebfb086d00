"""Finds the verb, runs it, and turns every failure into a sentence and an exit code.

With --json whatever a verb or a library prints is held back, so that stdout carries one document and nothing else.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
import traceback
from pathlib import Path

import click

from evidence_kit import __version__, system
from evidence_kit.cli.common import CANCELLED, FAILED, WRONG_USE, Run, echo
from evidence_kit.cli.helping import Formatter, spoken, t
from evidence_kit.cli.usage import usage_error
from evidence_kit.errors import Cancelled, EvidenceError
from evidence_kit.language import _

VERBS = {
    "vault": "vault",
    "case": "case",
    "capture": "capture",
    "session": "session",
    "import": "intake",
    "list": "reading",
    "show": "reading",
    "extract": "reading",
    "exhibit": "reading",
    "log": "reading",
    "stamp": "stamp",
    "authority": "authority",
    "export": "export",
    "verify": "verify",
    "doctor": "doctor",
    "gui": "gui",
}
"""Verb -> module; loaded only when it is asked for, so that each verb starts quickly."""


class Verbs(click.Group):
    """Loads a verb's module at its first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All verbs, in the order of the main job."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command behind ``cmd_name``."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"evidence_kit.cli.{VERBS[cmd_name]}")
        command: click.Command = module.COMMANDS[cmd_name]
        return spoken(command)


@click.command(
    cls=Verbs,
    name="evidence-kit",
    help=t(
        "Record a page so that police, lawyers and courts can check it later. Nothing is ever uploaded.\n\n"
        "Every verb takes --json: then stdout is exactly one JSON document."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="evidence-kit")
@click.option("--vault", type=click.Path(path_type=Path), metavar="DIR", help=t("Another vault than the default one."))
@click.option("--actor", metavar="ALIAS", help=t("Who is at the keyboard, for the log."))
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), metavar="FILE", help=t("Read the passphrase from FILE.")
)
@click.pass_context
def root(ctx: click.Context, vault: Path | None, actor: str | None, passphrase_file: Path | None) -> None:
    """What may stand before the verb."""
    run = ctx.obj
    run.vault = vault
    run.actor = actor or ""
    run.passphrase_file = passphrase_file


click.Context.formatter_class = Formatter  # of all verbs: each makes its own context


def split_json(arguments: list[str]) -> tuple[list[str], bool]:
    """``--json`` may stand anywhere before a bare ``--``."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept = [a for a in arguments[:end] if a != "--json"]
    return kept + arguments[end:], len(kept) != end


def _report(run: Run, error: dict[str, str], exit_code: int) -> int:
    if run.json:
        run.document = {"error": error}
    else:
        for line in (error["message"], error["kept"], error["hint"]):
            if line:
                echo(line, err=True)
    return exit_code


def run_verb(arguments: list[str]) -> int:
    """Run one verb and give its exit code; what it answered has been printed."""
    system.limit_core_dumps()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    rest, as_json = split_json(arguments)
    run = Run(json=as_json)
    if not as_json:
        return _run(run, rest)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = _run(run, rest)
    document = {"text": printed.getvalue()} if run.document is None else run.document
    try:
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    except BrokenPipeError:
        return FAILED
    return code


def _run(run: Run, arguments: list[str]) -> int:
    try:
        result = spoken(root).main(args=arguments, prog_name="evidence-kit", standalone_mode=False, obj=run)
        return result if isinstance(result, int) and not isinstance(result, bool) else run.exit_code
    except click.UsageError as exc:
        if isinstance(exc, click.exceptions.NoArgsIsHelpError) and not run.json:
            click.echo(exc.format_message(), err=True)
            return WRONG_USE
        return _report(run, usage_error(exc), WRONG_USE)
    except (click.Abort, KeyboardInterrupt, Cancelled) as exc:
        kept = exc.kept if isinstance(exc, Cancelled) else ""
        return _report(
            run,
            {
                "kind": "cancelled",
                "message": _("Stopped, as asked."),
                "hint": "",
                "kept": kept or _("What was finished before is kept."),
            },
            CANCELLED,
        )
    except EvidenceError as exc:
        error = exc.as_json()
        if exc.command:
            error["hint"] = f"{exc.hint} {_('On the command line: {command}', command=exc.command)}".strip()
        return _report(run, error, exc.exit_code)
    except BrokenPipeError:
        return FAILED
    except Exception as exc:  # noqa: BLE001 - the last door: no traceback may show evidence to whoever watches
        if "EVIDENCE_KIT_DEBUG" in os.environ:
            traceback.print_exc()
        where = traceback.extract_tb(exc.__traceback__)[-1]
        return _report(
            run,
            {
                "kind": "internal",
                "message": _(
                    "Something went wrong inside the program: {kind} at {place}.",
                    kind=type(exc).__name__,
                    place=f"{Path(where.filename).name}:{where.lineno}",
                ),
                "hint": _("Please report this line; it holds nothing of your evidence."),
                "kept": _("What was saved before is whole."),
            },
            FAILED,
        )
