"""The report, the list of exhibits and the CSV files: what a court reads first.

One look on screen and on paper: the same HTML is shipped and printed. It has no script, loads nothing, and shows
pictures only as small blurred previews.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evidence_kit.export import labels, times
from evidence_kit.export.csvfiles import csv_bytes
from evidence_kit.export.material import ExportMaterial
from evidence_kit.export.readme import AuthorityFile, roots_path
from evidence_kit.export.summary import first_rows
from evidence_kit.export.templates import Translate, html_page, visible
from evidence_kit.export.values import Row
from evidence_kit.export.views import TITLE_LIMIT, ExhibitView, TokenRow, http_status, neutral_title, signed_seconds
from evidence_kit.records import Kind

MAX_LOG_ROWS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One entry of the custody log that is not withheld."""

    seq: int
    at: str
    event: str
    about: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogView:
    """The extract of the custody log; ``omitted`` counts rows left out for length only."""

    facts: list[Row]
    rows: list[LogRow]
    omitted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What the report is made from beside the material."""

    views: Sequence[ExhibitView]
    manifests: Sequence[Mapping[str, object]]
    authorities: Sequence[AuthorityFile]
    head_tokens: Sequence[tuple[int, TokenRow]] = ()
    statuses: Sequence[str] = ()
    """Paths of what authorities said of their certificates."""
    revoked: Sequence[str] = ()
    """Sentences about those that were taken back."""
    example: str = ""
    record_example: str = ""
    t: Translate = field(repr=False)


def _about(subject: str, numbers: Mapping[str, int], chain: str, t: Translate) -> str:
    if subject in numbers:
        return t("Exhibit no. {number}", number=numbers[subject])
    if subject and subject == chain:
        return t("The whole case")
    start, _colon, seq = subject.rpartition(":")
    return t("Entry {seq} of the log", seq=seq) if start and start == chain else visible(subject, 60)


def _event(entry: Mapping[str, object], t: Translate) -> str:
    """What happened; for the clock and for a token also what the two clocks said."""
    name = labels.event(str(entry.get("type", "")), t)
    detail = entry.get("detail")
    detail = detail if isinstance(detail, dict) else {}
    jump, ahead = detail.get("jump_ms"), detail.get("clock_ahead_ms")
    if isinstance(jump, int) and not isinstance(jump, bool):
        return t("{event} by {seconds} s", event=name, seconds=signed_seconds(jump, t))
    if isinstance(ahead, int) and not isinstance(ahead, bool):
        authority = visible(detail.get("authority", ""), 60)
        return t(
            "{event}: {authority}; this computer’s clock read {seconds} s against it",
            event=name,
            authority=authority,
            seconds=signed_seconds(ahead, t),
        )
    return name


def read_log(log: bytes, numbers: Mapping[str, int], language: str, t: Translate) -> LogView:
    """The extract from ``log.jsonl``; ``numbers`` maps exhibit ids to their numbers."""
    rows: list[LogRow] = []
    withheld, total, head = 0, 0, ""
    for line in log.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if "head" in value:
            head = str(value["head"])
            continue
        total += 1
        entry = value.get("entry")
        if not isinstance(entry, dict):
            withheld += 1
            continue
        subject = str(entry.get("subject", ""))
        rows.append(
            LogRow(
                seq=int(value.get("seq", -1)),
                at=times.utc(str(entry.get("at", "")), language),
                event=_event(entry, t),
                about=_about(subject, numbers, str(entry.get("chain", "")), t),
                actor=visible(entry.get("actor", ""), 60),
            )
        )
    facts = [
        (t("Entries in the log"), str(total)),
        (t("Of which withheld"), str(withheld)),
        (t("Head (last link of the chain)"), head),
    ]
    return LogView(facts=facts, rows=rows[-MAX_LOG_ROWS:], omitted=max(0, len(rows) - MAX_LOG_ROWS))


@dataclass(frozen=True, slots=True)
class ConnectionGroup:
    """Exhibits for which exactly the same values were measured."""

    numbers: str
    rows: list[Row]


def _number_list(numbers: Sequence[int]) -> str:
    """``1–4, 7`` for 1, 2, 3, 4, 7."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def _connections(views: Sequence[ExhibitView]) -> list[ConnectionGroup]:
    groups: dict[tuple[Row, ...], list[int]] = {}
    for view in views:
        if view.is_capture:
            groups.setdefault((*view.connection, *view.profile), []).append(view.number)
    return [ConnectionGroup(_number_list(numbers), list(rows)) for rows, numbers in groups.items()]


def _network(manifest: Mapping[str, object]) -> Mapping[str, object]:
    network = manifest.get("network")
    return network if isinstance(network, dict) else {}


def _mandate(material: ExportMaterial) -> dict[str, str] | None:
    mandate = material.case.mandate if material.case.for_someone_else else None
    if mandate is None:
        return None
    return {"person": visible(mandate.person, 120), "dated": visible(times.day(mandate.dated, material.language), 40)}


def report_html(material: ExportMaterial, documents: Documents) -> str:
    """The whole report as one HTML page."""
    t, language = documents.t, material.language
    numbers = {item.exhibit.id: item.exhibit.number for item in material.exhibits}
    captures = [v for v in documents.views if v.is_capture]
    case_name, actor, mandate = visible(material.case.name, 120), visible(material.actor, 120), _mandate(material)
    heading = [f"{case_name} {material.name}", " ".join([actor, *(mandate or {}).values()]) + " " * 30, ""]
    first = first_rows(documents.views, heading, t)
    return html_page(
        "report.html",
        language,
        case_name=case_name,
        package=material.name,
        actor=actor,
        mandate=mandate,
        created=(times.utc(material.created_at, language), times.paris(material.created_at, language)),
        software=visible(material.software, 80),
        exhibits=documents.views,
        first=first,
        cut=any(row.cut for row in first),
        stamped=sum(1 for v in documents.views if v.tokens),
        renewed=", ".join(str(v.number) for v in documents.views if any(k.renewals for k in v.tokens)),
        record_example=documents.record_example,
        captures=len(captures),
        addressed=sum(1 for v in captures if v.annex_sha256),
        measured=sum(1 for v in captures if v.connection and v.profile),
        found=any(v.findings for v in captures),
        looked=all("hosts_file" in _network(m) for m in documents.manifests if m.get("kind") == Kind.CAPTURE),
        imports=any(not v.is_capture for v in documents.views),
        beyond=", ".join(str(v.number) for v in documents.views if v.beyond_http),
        connections=_connections(documents.views),
        readme="00-LISEZ-MOI.txt" if language == "fr" else "00-README.txt",
        example=documents.example.replace(" -", " \\\n    -").replace("ts \\\n    -verify", "ts -verify"),
        custody=read_log(material.custody, numbers, language, t),
        head_tokens=documents.head_tokens,
        roots=[
            {"name": a.name, "operator": a.operator, "path": roots_path(a.name), "digests": a.root_sha256}
            for a in documents.authorities
        ],
        statuses=documents.statuses,
        revoked=documents.revoked,
        vault_key=material.vault_key,
    )


def _nature(item_kind: Kind, files: int, t: Translate) -> str:
    if item_kind is Kind.IMPORT:
        return t("copy of a file received, {files} file(s)", files=files)
    return t("capture, {files} file(s)", files=files)


def _bordereau_rows(material: ExportMaterial, documents: Documents) -> list[dict[str, str]]:
    t = documents.t
    return [
        {
            "number": str(item.exhibit.number),
            "title": neutral_title(item, t),
            "date": times.day(item.exhibit.started_at, material.language),
            "nature": _nature(item.exhibit.kind, sum(1 for f in view.files if f.path), t),
            "sha256": item.exhibit.manifest_sha256,
        }
        for item, view in zip(material.exhibits, documents.views, strict=True)
    ]


def bordereau_html(material: ExportMaterial, documents: Documents) -> str:
    """The list of exhibits (DOMAIN EXP-04, EXP-05); parties and recipient are left to be filled in by hand."""
    return html_page(
        "bordereau.html",
        material.language,
        case_name=visible(material.case.name, 120),
        package=material.name,
        actor=visible(material.actor, 120),
        day=times.day(material.created_at, material.language),
        rows=_bordereau_rows(material, documents),
    )


def bordereau_csv(material: ExportMaterial, documents: Documents) -> bytes:
    """The list of exhibits for a spreadsheet."""
    t = documents.t
    head = (t("Exhibit no."), t("Title"), t("Date"), t("Nature"), t("SHA-256 of manifest.json"))
    return csv_bytes(head, (tuple(r.values()) for r in _bordereau_rows(material, documents)), material.language)


def urls_csv(material: ExportMaterial, documents: Documents) -> bytes:
    """Every address (DOMAIN EXP-06, as far as a capture knows it)."""
    t, language = documents.t, material.language
    head = (
        t("Exhibit no."),
        t("Address asked for"),
        t("Final address"),
        t("Title of the page"),
        t("Captured (UTC)"),
        t("HTTP status"),
        t("Result"),
        t("SHA-256 of manifest.json"),
    )
    rows = [
        (
            str(item.exhibit.number),
            item.exhibit.url_requested,
            item.exhibit.url_final,
            visible(item.exhibit.title, TITLE_LIMIT),
            item.exhibit.started_at,
            http_status(dict(manifest)),
            labels.outcome(item.exhibit.outcome, t),
            item.exhibit.manifest_sha256,
        )
        for item, manifest in zip(material.exhibits, documents.manifests, strict=True)
        if item.exhibit.url_requested or item.exhibit.url_final
    ]
    return csv_bytes(head, rows, language)
