"""``export``: chosen exhibits leave the vault as a sealed package."""

from __future__ import annotations

from pathlib import Path

import click

from evidence_kit.cli.common import FINE, IN_PART, Run, opened, read_secret, stoppable, vault_options
from evidence_kit.cli.helping import t
from evidence_kit.export.package import VARIANTS
from evidence_kit.language import _


@click.command("export", help=t("Write a sealed package for police, a lawyer or a court."))
@click.option("--case", "case_id", metavar="ID", help=t("The only or last used case if absent."))
@click.option("--out", "-o", type=click.Path(path_type=Path), required=True, metavar="FILE.zip")
@click.option("--exhibits", multiple=True, metavar="N", help=t("Numbers or ids, repeated or separated by commas."))
@click.option("--variant", type=click.Choice(VARIANTS), default="full", show_default=True)
@click.option("--password-file", type=click.Path(path_type=Path), metavar="F", help=t("Encrypt with this password."))
@vault_options
def export(
    run: Run, case_id: str | None, out: Path, exhibits: tuple[str, ...], variant: str, password_file: Path | None
) -> int:
    """Never overwrites."""
    if not out.suffix and not out.is_dir():
        out = out.with_name(f"{out.name}.zip")
    chosen = [part.strip() for group in exhibits for part in group.split(",") if part.strip()]
    password = read_secret(password_file) if password_file else None
    with opened(run) as session, stoppable(run):
        made = session.export(
            session.case(case_id).id,
            out.absolute(),
            exhibits=chosen or None,
            variant=variant,
            password=password,
            progress=run.progress,
            cancel=run.cancel,
        )
        lines = [
            _("The package was written: {path}", path=made.package),
            _("SHA-256 of the package, to be written down at hand-over: {digest}", digest=made.sha256),
        ]
        lines += made.notes()
        if made.pending:
            lines.append(_("On the command line: {command}", command="evidence-kit stamp"))
        if made.annex:
            lines.append(
                _(
                    "Beside it lies {path}: private details of this computer and connection. Take it off before you"
                    " hand over the package; keep it for the police or a court.",
                    path=made.annex,
                )
            )
            lines += [_("It opens with the same password.")] if made.locked else []
        run.answer(made.as_json(), lines)
        return IN_PART if made.pending else FINE


COMMANDS = {"export": export}
