"""``vault``: create, look at, check, change the passphrase, get back in with the recovery code."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evidence_kit.cli import words
from evidence_kit.cli.common import FAILED, Run, opened, passphrase, read_secret, stoppable, vault_options
from evidence_kit.cli.helping import t
from evidence_kit.errors import UsageError
from evidence_kit.language import _
from evidence_kit.workflow.session import Session


@click.group("vault", help=t("The encrypted store."))
@vault_options
def vault(_run: Run) -> None:
    """Group of the vault verbs."""


@vault.command("create", help=t("Create a vault and show its recovery code once."))
@vault_options
def create(run: Run) -> None:
    """Make a vault; the passphrase comes from a file or a prompt."""
    session, code = Session.create(run.vault_path(), passphrase(run, new=True), run.actor)
    with session:
        run.answer(
            {"vault": str(session.path), "vault_id": session.vault_id, "recovery_code": code},
            [
                _("The vault was created: {path}", path=session.path),
                _("Recovery code, to be written by hand and kept away from this computer:"),
                f"    {code}",
                _("Without the passphrase and without this code, nobody can open the vault again, not even us."),
            ],
        )


@vault.command("info", help=t("What the vault says of itself; no secret."))
@vault_options
def info(run: Run) -> None:
    """Show format, version, slots and counts."""
    with opened(run) as session:
        facts = session.info()
        run.answer(facts, words.vault_lines(facts))


@vault.command("check", help=t("Re-read and re-hash everything; --fast looks at the structure only."))
@click.option("--fast", is_flag=True, help=t("Structure only, without reading the content."))
@vault_options
def check(run: Run, fast: bool) -> int:
    """Exit 0 when sound, 1 when something is damaged."""
    with opened(run) as session, stoppable(run):
        report = session.check(fast=fast, progress=run.progress, cancel=run.cancel)
        lines = [report.sentence()]
        lines += [f"  {f['what']}  {f['subject']}  {f['detail']}" for f in report.findings]
        run.answer(report.as_json(), lines)
        return 0 if report.verdict == "sound" else FAILED


@vault.command("passphrase", help=t("Change the passphrase."))
@click.option("--new-passphrase-file", type=click.Path(path_type=Path), metavar="FILE")
@vault_options
def change(run: Run, new_passphrase_file: Path | None) -> None:
    """Older copies of the folder still open with the older passphrase."""
    new = _new_secret(new_passphrase_file) if new_passphrase_file or not sys.stdin.isatty() else None
    with opened(run) as session:
        session.change_passphrase(_new_secret(None) if new is None else new)
        run.answer(
            {"vault": str(session.path), "changed": True},
            _("The passphrase was changed. Older copies of the vault still open with the older one."),
        )


@vault.command("recover", help=t("Open with the recovery code and set a new passphrase."))
@click.option("--recovery-code-file", type=click.Path(path_type=Path), metavar="FILE", required=True)
@click.option("--new-passphrase-file", type=click.Path(path_type=Path), metavar="FILE")
@vault_options
def recover(run: Run, recovery_code_file: Path, new_passphrase_file: Path | None) -> None:
    """The new passphrase comes from its own file, else from --passphrase-file, else from a prompt."""
    code = read_secret(recovery_code_file)
    new = _new_secret(new_passphrase_file) if new_passphrase_file else passphrase(run, new=True)
    with Session.recover(run.vault_path(), code, new, run.actor) as session:
        run.answer(
            {"vault": str(session.path), "recovered": True},
            _("The vault is open again with the new passphrase: {path}", path=session.path),
        )


def _new_secret(file: Path | None) -> str:
    if file is not None:
        return read_secret(file)
    if not sys.stdin.isatty():
        raise UsageError(
            _("A new passphrase is needed."),
            hint=_("Give it with --new-passphrase-file FILE, or run this where you can type it."),
        )
    return str(click.prompt(_("New passphrase"), hide_input=True, err=True, confirmation_prompt=True))


COMMANDS = {"vault": vault}
