"""The help of the command line in the person's language, translated when it is shown: verbs are loaded before that."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

import click

from evidence_kit.language import _
from evidence_kit.language import _ as said

_written: WeakKeyDictionary[click.Command | click.Parameter, str] = WeakKeyDictionary()


def t(sentence: str) -> str:
    """Marks a sentence of the help for the catalogue; :func:`spoken` translates it."""
    return sentence


def spoken(command: click.Command) -> click.Command:
    """The command with its help, and that of its options and commands, in the language in use."""
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    for part in (command, *command.params):
        if isinstance(part, click.Command | click.Option) and part.help:
            part.help = said(_written.setdefault(part, part.help))
    for one in inner:
        spoken(one)
    return command


class Formatter(click.HelpFormatter):
    """Click's own headings and lines, in the language in use."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        super().write_usage(prog, args, prefix or _("Usage:") + " ")

    def write_heading(self, heading: str) -> None:
        """The name of a section."""
        known = {"Options": _("Options"), "Commands": _("Commands"), "Positional arguments": _("Arguments")}
        super().write_heading(known.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options or commands, each with its help."""
        known = {
            "Show this message and exit.": _("Show this message and exit."),
            "Show the version and exit.": _("Show the version and exit."),
        }
        shown = []
        for name, text in rows:
            words = known.get(text, text)
            words = words.replace("[required]", f"[{_('required')}]").replace("[default: ", f"[{_('default')}: ")
            shown.append((name, words))
        super().write_dl(shown, col_max, col_spacing)
