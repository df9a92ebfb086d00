"""What ``list``, ``show``, ``case list`` and ``vault info`` say to a person; scripts read the JSON answers instead."""

from __future__ import annotations

from evidence_kit import clock, walls
from evidence_kit.canonical import JsonObject
from evidence_kit.language import _
from evidence_kit.records import Case, Exhibit, ExhibitState, Outcome, TokenStatus
from evidence_kit.workflow import failures
from evidence_kit.workflow.records import ExhibitRecord

_GONE = (404, 410)


def outcome(exhibit: Exhibit) -> str:
    """How it ended, in a word or two."""
    return {
        Outcome.COMPLETE: _("complete"),
        Outcome.PARTIAL: _("in part"),
        Outcome.FAILED: _("nothing loaded"),
    }[exhibit.outcome]


def state(exhibit: Exhibit) -> str:
    """Whether it was set aside; empty where it was not."""
    return {
        ExhibitState.LOCKED: _("locked: may show a minor"),
        ExhibitState.WITHDRAWN: _("withdrawn"),
    }.get(exhibit.state, "")


def line(record: ExhibitRecord) -> str:
    """One line of ``list``."""
    exhibit = record.exhibit
    met = walls.brief(record.wall, _)
    if record.status in _GONE:
        met = _("page gone: {status}", status=record.status)
    marks = "".join(f"  [{mark}]" for mark in (state(exhibit), met) if mark)
    address = exhibit.url_final or exhibit.url_requested or exhibit.title
    return f"{exhibit.number:>4}  {outcome(exhibit):<12} {exhibit.started_at[:16]}  {address}{marks}"


def exhibit_lines(record: ExhibitRecord, case: Case) -> list[str]:
    """The facts at the head of ``show``."""
    from evidence_kit.export import labels  # loads the templates of the report

    e = record.exhibit
    failure = failures.explain(record)
    withdrawn = e.state is ExhibitState.WITHDRAWN
    rows = (
        (_("Exhibit"), str(e.number)),
        (_("Id"), e.id),
        (_("Case"), f"{case.name} ({case.id})"),
        (_("State"), f"{state(e)}: {e.state_reason}" if withdrawn and e.state_reason else state(e)),
        (_("Kind"), labels.kind(e.kind, _)),
        (_("Who is shown"), labels.subject(e.subject, _)),
        (_("Address asked for"), e.url_requested),
        (_("Address shown"), e.url_final if e.url_final != e.url_requested else ""),
        (_("Title"), e.title),
        (_("Begun"), e.started_at),
        (_("Ended"), e.finished_at),
        (_("Outcome"), outcome(e)),
        (_("Why"), f"{failure.happened} ({record.reason})" if failure else ""),
        (_("Not there"), ", ".join(e.missing)),
        (_("Digest of the record"), e.manifest_sha256),
    )
    return [_("{name}: {value}", name=name, value=value) for name, value in rows if value]


def selection_lines(record: ExhibitRecord) -> list[str]:
    """What was allowed and withheld, each by the name that ``--allow`` takes, with the page's words for it."""
    lines = []
    for item in record.selection.get("allowed") or []:
        what = _("allowed") if item.get("requested") else _("allowed, but the page did not ask for it")
        lines.append(f"  {what}: {item.get('url', '')}")
    for item in record.selection.get("withheld") or []:
        name, about = item.get("item") or item.get("url", ""), item.get("alt") or item.get("kind", "")
        lines.append(f"  {_('withheld')}: {name}" + (f"  ({about})" if about else ""))
    return lines


def token_lines(record: ExhibitRecord) -> list[str]:
    """What each authority answered."""
    said = {
        TokenStatus.GRANTED: _("timestamp of"),
        TokenStatus.PENDING: _("timestamp still awaited"),
        TokenStatus.REFUSED: _("timestamp refused"),
    }
    lines = []
    for token in record.tokens:
        lines.append(f"  {token.authority}: {said[token.status]} {token.gen_time or token.last_error}".rstrip())
        if token.qualified:
            lines.append(f"    {token.details['qualification']['reason']}")
        for again in record.renewals.get(token.id, ()):
            said_again = _(
                "renewed {time} by {authority} ({hash})",
                time=again.gen_time,
                authority=again.authority,
                hash=again.algorithm,
            )
            lines.append(f"    {said_again}")
        if ends := record.stands_until(token):
            lines.append(f"    {_until(ends)}")
    return lines


def _until(ends: str) -> str:
    if ends <= clock.rfc3339():
        return _("ended {day} without being renewed: it counts for its own time", day=ends[:10])
    return _("to be renewed before {day}", day=ends[:10])


def case_line(case: Case) -> str:
    """One line of ``case list``."""
    return f"{case.id}  {case.name}" + (f"  [{_('closed')}]" if case.closed_at else "")


def vault_lines(facts: JsonObject) -> list[str]:
    """What the vault says of itself."""
    kinds = {"passphrase": _("passphrase"), "recovery": _("recovery code")}
    names = [kinds.get(str(slot["kind"]), str(slot["kind"])) for slot in facts["slots"]]
    rows = (
        (_("Vault"), facts["vault"]),
        (_("Id"), facts["vault_id"]),
        (_("Format"), f"{facts['format']}/{facts['version']}"),
        (_("Created"), facts["created_at"]),
        (_("Opens with"), ", ".join(names)),
        (_("Recovery code typed back once"), _("yes") if facts["recovery_confirmed"] else _("no")),
        (_("Cases"), facts["cases"]),
        (_("Exhibits"), facts["exhibits"]),
        (_("Timestamps still awaited"), facts["pending"]),
        (_("Timestamps to be renewed before"), (facts["renew_before"] or "")[:10]),
        (_("Timestamps that ended without being renewed"), facts["ended"] or ""),
    )
    return [_("{name}: {value}", name=name, value=value) for name, value in rows if value != ""]
