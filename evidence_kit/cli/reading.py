"""``list``, ``show``, ``extract``, ``exhibit``, ``log``: looking at what is kept, and setting it aside."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import click

from evidence_kit import identified
from evidence_kit.cli import words
from evidence_kit.cli.common import Run, opened, vault_options, wall_lines
from evidence_kit.cli.helping import t
from evidence_kit.errors import EvidenceError
from evidence_kit.language import _
from evidence_kit.notices import notices
from evidence_kit.records import Exhibit
from evidence_kit.workflow.records import ExhibitRecord
from evidence_kit.workflow.session import Session


@click.command("list", help=t("The exhibits of a case, or of all."))
@click.option("--case", "case_id", metavar="ID")
@click.option("--search", default="", metavar="TEXT", help=t("In address, title and text."))
@vault_options
def list_exhibits(run: Run, case_id: str | None, search: str) -> None:
    """By number."""
    with opened(run) as session:
        records = [session.record(e.id) for e in session.exhibits(case_id, search=search)]
        lines = [words.line(r) for r in records] or [_("There is no exhibit yet.")]
        run.answer([r.as_json(artifacts=False) for r in records], lines)


@click.command("show", help=t("One exhibit, by id or by number."))
@click.argument("exhibit")
@click.option("--case", "case_id", metavar="ID")
@vault_options
def show(run: Run, exhibit: str, case_id: str | None) -> None:
    """Facts, artifacts and tokens; never the content itself."""
    with opened(run) as session:
        record = session.record(session.exhibit(exhibit, case_id).id)
        value = record.as_json()
        lines = words.exhibit_lines(record, session.case(record.exhibit.case_id))
        lines += [f"{name}: {text}" for name, text in identified.rows(record.identifiers, _)]
        earlier = earlier_number(session, record)
        lines += [f"{name}: {text}" for name, text in identified.recapture(record.recapture_of, _, number=earlier)]
        lines += [f"{name}: {text}" for name, text in identified.led_by(record.led_by, _)]
        lines += wall_lines(record)
        lines += [n.text for n in notices(record.network, _)]
        lines += [f"  {a.role:<18} {a.size:>10}  {a.sha256}  {a.name}" for a in record.artifacts]
        lines += words.selection_lines(record)
        lines += words.token_lines(record)
        run.answer(value, lines)


def earlier_number(session: Session, record: ExhibitRecord) -> str:
    """The number of the exhibit that this one captured again; empty where there is none."""
    if not record.recapture_of:
        return ""
    with contextlib.suppress(EvidenceError):  # a damaged earlier one must not hide this one
        return str(session.record(str(record.recapture_of.get("exhibit_id", ""))).exhibit.number)
    return ""


def _named(session: Session, exhibit: Exhibit) -> dict[str, object]:
    """What tells an exhibit from every other one of the vault, for a person."""
    address = exhibit.url_final or exhibit.url_requested or exhibit.title
    return {"number": exhibit.number, "case": session.case(exhibit.case_id).name, "address": address}


@click.command(
    "extract",
    help=t("Write one artifact, “manifest”, “token:AUTHORITY” or “record:AUTHORITY” to a new file, in clear."),
)
@click.argument("exhibit")
@click.argument("role", metavar="ROLE[:NAME]")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, metavar="FILE")
@click.option("--case", "case_id", metavar="ID")
@vault_options
def extract(run: Run, exhibit: str, role: str, out: Path, case_id: str | None) -> None:
    """Never overwrites."""
    with opened(run) as session:
        source = session.exhibit(exhibit, case_id)
        made = session.extract(source.id, role, out.absolute())
        run.answer(
            made,
            [
                _("From exhibit {number} of the case “{case}”: {address}", **_named(session, source)),
                _("Written in clear: {path}", path=made["file"]),
                _("Anyone who can use this computer can open that file. Delete it when it is no longer needed."),
            ],
        )


@click.group("exhibit", help=t("Setting one exhibit aside."))
@vault_options
def exhibit(_run: Run) -> None:
    """Group of the exhibit verbs."""


@exhibit.command("flag-minor", help=t("This may show a minor: lock it at once."))
@click.argument("exhibit")
@click.option("--case", "case_id", metavar="ID")
@vault_options
def flag_minor(run: Run, exhibit: str, case_id: str | None) -> None:
    """It can then not be shown, copied or exported."""
    with opened(run) as session:
        flagged = session.flag_minor(session.exhibit(exhibit, case_id).id)
        run.answer(
            session.record(flagged.id).as_json(),
            [
                _("Exhibit {number} of the case “{case}” is locked: {address}", **_named(session, flagged)),
                _("It cannot be shown, copied or exported."),
                _("In France: 3018 (every day, 9 to 23 h), Pharos (internet-signalement.gouv.fr), 17 in an emergency."),
            ],
        )


@exhibit.command("withdraw", help=t("Remove an exhibit's content; its entry in the log stays."))
@click.argument("exhibit")
@click.option("--reason", default="", help=t("Why, for the log."))
@click.option("--case", "case_id", metavar="ID")
@vault_options
def withdraw(run: Run, exhibit: str, reason: str, case_id: str | None) -> None:
    """What is removed cannot be brought back."""
    with opened(run) as session:
        gone = session.withdraw(session.exhibit(exhibit, case_id).id, reason)
        run.answer(
            session.record(gone.id).as_json(),
            [
                _("Exhibit {number} of the case “{case}” was withdrawn: {address}", **_named(session, gone)),
                _("Its digest and the reason stay in the log."),
            ],
        )


@click.command("log", help=t("The custody log of a case; with no case, the vault's own."))
@click.option("--case", "case_id", metavar="ID")
@vault_options
def log(run: Run, case_id: str | None) -> None:
    """Every entry with its head."""
    with opened(run) as session:
        entries, head = session.log(case_id)
        values = [json.loads(e.entry) | {"digest": e.digest, "head": e.head} for e in entries]
        lines = [f"{v['seq']:>5}  {v['at']}  {v['type']:<24} {v['actor']}" for v in values]
        run.answer({"entries": values, "head": head}, [*lines, head])


COMMANDS = {"list": list_exhibits, "show": show, "extract": extract, "exhibit": exhibit, "log": log}
