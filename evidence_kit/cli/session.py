"""``session``: the sign-ins that are kept, and forgetting them."""

from __future__ import annotations

import click

from evidence_kit.cli.common import Run, opened, vault_options
from evidence_kit.cli.helping import t
from evidence_kit.language import _


@click.group("session", help=t("Sign-ins that you chose to keep (capture --visible --keep-session)."))
@vault_options
def session(_run: Run) -> None:
    """Group of the verbs about kept sign-ins."""


@session.command("list", help=t("Which sign-ins are kept, and for which sites; never what signs in."))
@vault_options
def list_sessions(run: Run) -> None:
    """By label."""
    with opened(run) as vault:
        found = vault.sign_ins.all()
        lines = [
            _(
                "{label}: {sites}. Kept {kept}, used {used}.",
                label=s.label,
                sites=", ".join(s.sites),
                kept=s.kept_at[:16],
                used=s.used_at[:16] or _("never"),
            )
            for s in found
        ] or [_("No sign-in is kept.")]
        run.answer(
            [
                {"label": s.label, "sites": list(s.sites), "kept_at": s.kept_at, "used_at": s.used_at or None}
                for s in found
            ],
            lines,
        )


@session.command("forget", help=t("Remove a kept sign-in for good."))
@click.argument("label")
@vault_options
def forget(run: Run, label: str) -> None:
    """The site itself is told nothing."""
    with opened(run) as vault:
        gone = vault.sign_ins.forget(label)
        run.answer(
            {"label": gone.label, "forgotten": True},
            [
                _("The sign-in “{label}” is forgotten.", label=gone.label),
                _("The site may let it go on until you sign out there, or change the password."),
            ],
        )


COMMANDS = {"session": session}
