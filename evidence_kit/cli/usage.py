"""What was typed wrongly, in one line of the person's own language, and how the command is written."""

from __future__ import annotations

import re

import click

from evidence_kit.canonical import safe_text
from evidence_kit.language import _

SHOWN = 60
_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)\Z", re.DOTALL)
"""Click has no kind of its own for this one; it speaks English, for no catalogue of its own is installed."""


def usage_error(exc: click.UsageError) -> dict[str, str]:
    """The error's parts, as every other error has them. Unforeseen kinds keep click's own words, in one line."""
    ctx = exc.ctx
    form = " ".join(ctx.get_usage().split()).removeprefix(_("Usage:")).strip() if ctx else ""
    hint = _("It is written so: {form}", form=form) if form else ""
    if isinstance(exc, click.exceptions.NoSuchCommand) and ctx and isinstance(ctx.command, click.Group):
        hint = _("There are: {names}.", names=", ".join(ctx.command.list_commands(ctx)))
    return {"kind": "usage", "message": _message(exc), "hint": hint, "kept": ""}


def _message(exc: click.UsageError) -> str:
    if isinstance(exc, click.exceptions.NoArgsIsHelpError):
        return _("No verb was given.")
    if isinstance(exc, click.exceptions.NoSuchCommand):
        return _("There is no command “{name}”.", name=safe_text(exc.command_name, SHOWN))
    if isinstance(exc, click.NoSuchOption):
        return _("There is no option “{name}” here.", name=safe_text(exc.option_name, SHOWN))
    if isinstance(exc, click.MissingParameter):
        choices = _choices(exc)
        if choices:
            return _("{name} is missing; it is one of: {choices}.", name=_name(exc), choices=choices)
        return _("{name} is missing.", name=_name(exc))
    if isinstance(exc, click.BadParameter):
        choices = _choices(exc)
        if choices:
            return _("{name} must be one of: {choices}.", name=_name(exc), choices=choices)
        kind = exc.param.type if exc.param is not None else None
        if isinstance(kind, click.IntRange | click.FloatRange) and None not in (kind.min, kind.max):
            return _("{name} must be a number from {least} to {most}.", name=_name(exc), least=kind.min, most=kind.max)
        return _("{name} cannot be read as it was given.", name=_name(exc))
    if isinstance(exc, click.BadOptionUsage):
        name = safe_text(exc.option_name, SHOWN)
        if "does not take" in exc.message:
            return _("The option “{name}” takes no value.", name=name)
        return _("The option “{name}” needs a value.", name=name)
    extra = _EXTRA.match(exc.message)
    if extra:
        return _("This is too much here: {words}.", words=safe_text(extra[1], SHOWN))
    return " ".join(exc.format_message().split())


def _name(exc: click.BadParameter) -> str:
    if exc.param is None:
        return _("A value")
    if isinstance(exc.param, click.Option):
        return max(exc.param.opts, key=len)
    return exc.param.make_metavar(exc.ctx) if exc.ctx else exc.param.human_readable_name


def _choices(exc: click.BadParameter) -> str:
    kind = exc.param.type if exc.param is not None else None
    return ", ".join(str(c) for c in kind.choices) if isinstance(kind, click.Choice) else ""
