"""What every verb shares: options, the JSON answer, the passphrase, the open vault, a stop by Ctrl+C.

With ``--json`` stdout carries exactly one JSON document and everything else goes to stderr (COMMANDS).
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from evidence_kit import paths, walls
from evidence_kit.canonical import unbent
from evidence_kit.cli.helping import t
from evidence_kit.errors import UsageError
from evidence_kit.jobs import CancelToken, Progress
from evidence_kit.language import _
from evidence_kit.workflow.records import ExhibitRecord
from evidence_kit.workflow.session import Session

PASSPHRASE_LIMIT = 4096
FINE, FAILED, WRONG_USE, IN_PART, CANCELLED = 0, 1, 2, 3, 130


def echo(line: str, *, err: bool = False) -> None:
    """Print lines for a person: what a page named itself neither turns them around nor speaks to the terminal."""
    click.echo(unbent(line, "\n\t"), err=err)


@dataclass
class Run:
    """How this invocation was asked to behave."""

    json: bool = False
    vault: Path | None = None
    actor: str = ""
    passphrase_file: Path | None = None
    cancel: CancelToken = field(default_factory=CancelToken)
    may_stamp: bool = True
    """Whether authorities may be asked for anything."""
    exit_code: int = FINE
    document: Any = None
    """What --json prints, once, when the verb has ended."""

    def answer(self, document: Any, lines: str | list[str]) -> None:
        """Print the result: the document with --json, else the lines for a person."""
        if self.json:
            self.document = document
            return
        for line in [lines] if isinstance(lines, str) else lines:
            echo(line)

    def say(self, line: str) -> None:
        """Something on the side, to stderr."""
        echo(line, err=True)

    def progress(self, progress: Progress) -> None:
        """One line that rewrites itself, where a person watches."""
        if sys.stderr.isatty():
            share = f" {progress.done}/{progress.total}" if progress.total else ""
            click.echo(f"\r\x1b[K… {progress.step}{share}", err=True, nl=False)

    def vault_path(self) -> Path:
        """The vault that is meant."""
        return (self.vault or paths.default_vault()).expanduser().absolute()


def read_secret(path: Path) -> str:
    """A secret from a file; one trailing newline is stripped. Raises UsageError."""
    try:
        with path.open("rb") as handle:
            raw = handle.read(PASSPHRASE_LIMIT + 1)
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(
            _("The file with the secret cannot be read: {path}", path=path),
            hint=_("It must be a UTF-8 text file that holds nothing but the secret."),
        ) from exc
    if len(raw) > PASSPHRASE_LIMIT:
        raise UsageError(_("The file with the secret is too long to be one: {path}", path=path))
    return text.removesuffix("\n").removesuffix("\r")


def passphrase(run: Run, *, new: bool = False) -> str:
    """From --passphrase-file, else EVIDENCE_KIT_PASSPHRASE_FILE, else asked for; never an argument."""
    file = run.passphrase_file or (
        Path(named) if (named := os.environ.get("EVIDENCE_KIT_PASSPHRASE_FILE", "")) else None
    )
    if file is not None:
        return read_secret(file)
    if not sys.stdin.isatty():
        raise UsageError(
            _("A passphrase is needed."),
            hint=_("Give it with --passphrase-file FILE, or run this where you can type it."),
        )
    return str(click.prompt(_("Passphrase"), hide_input=True, err=True, confirmation_prompt=new))


@contextlib.contextmanager
def opened(run: Run) -> Iterator[Session]:
    """The vault, open; what was found on opening is said on stderr."""
    with Session.open(run.vault_path(), passphrase(run), run.actor) as session:
        for name in session.opened.quarantined:
            run.say(_("A file that nothing names was set aside, not deleted: quarantine/{name}", name=name))
        for name in session.opened.damaged:
            run.say(_("Part of the vault is damaged: {name}. “evidence-kit vault check” says more.", name=name))
        for exhibit_id in session.opened.recovered:
            number = session.exhibit(exhibit_id).number
            run.say(_("An interrupted capture was kept as exhibit {number} (partial).", number=number))
        yield session
        if run.may_stamp:
            session.rounds.after_command(run.cancel)


def _take(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value:
            setattr(ctx.find_object(Run), name, value)

    return callback


_SHARED = (
    click.option(
        "--vault",
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_take("vault"),
        help=t("Another vault than the default one."),
    ),
    click.option(
        "--actor",
        metavar="ALIAS",
        expose_value=False,
        callback=_take("actor"),
        help=t("Who is at the keyboard, for the log."),
    ),
    click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=_take("passphrase_file"),
        help=t("Read the passphrase from FILE."),
    ),
)


def vault_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every verb that opens a vault; also gives the :class:`Run` as first argument."""

    @click.pass_context
    @functools.wraps(function)
    def wrapped(ctx: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        run = ctx.find_object(Run)
        return function(run, *args, **kwargs)

    for option in reversed(_SHARED):
        wrapped = option(wrapped)
    return wrapped


def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """For verbs without a vault: only gives the :class:`Run`."""

    @click.pass_context
    @functools.wraps(function)
    def wrapped(ctx: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        return function(ctx.find_object(Run), *args, **kwargs)

    return wrapped


def wall_lines(record: ExhibitRecord) -> list[str]:
    """What stood before the page, and how to go past it."""
    said, sign_in = walls.sentence(record.wall, _), [record.sign_in_said] if record.sign_in_said else []
    if not said or not record.openable:
        return ([said] if said else []) + sign_in
    how = _("Open it in a window to go past it yourself: evidence-kit capture --visible --subject adult URL")
    return [said, how, *sign_in]  # the address itself is a stranger's text, and no part of a command to be pasted


@contextlib.contextmanager
def stoppable(run: Run) -> Iterator[None]:
    """Ctrl+C and a polite kill ask the job to stop; what is finished is kept."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)}

    def stop(_number: int, _frame: Any) -> None:
        threading.Thread(target=run.cancel.cancel, daemon=True).start()

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
