"""Turns a manifest into what the report shows: plain rows of text, every one of them already fit for a reader.

A manifest of another version may know more fields or fewer; nothing here fails for a field that is absent.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from evidence_kit import clock, identified, walls
from evidence_kit.canonical import JsonObject
from evidence_kit.export import labels, notes, times
from evidence_kit.export.doings import Selection, StepRow, selection, step_rows
from evidence_kit.export.layout import Placed
from evidence_kit.export.material import AuthorityFacts, ExportExhibit, Qualification
from evidence_kit.export.templates import Translate, visible
from evidence_kit.export.tokens import TokenFacts
from evidence_kit.export.values import MAX_DEPTH, MAX_ROWS, Row, flatten, scalar
from evidence_kit.notices import notices
from evidence_kit.numbers import decimal
from evidence_kit.records import Kind, Outcome

TITLE_LIMIT, ADDRESS_LIMIT = 1000, 8192
"""What a manifest holds at most: the report shows it whole."""
JUMP_MS = 2000
_PRIVATE_CONNECTION = ("proxy", "vpn", "tor", "direct", "pac", "hosts")
_FRESH_PROFILE = ("profile", "cookie", "cache", "history", "storage", "extension", "persist", "off_the_record")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """One line of the table of timestamps."""

    authority: str
    operator: str
    url: str
    policy: str
    serial: str
    utc: str
    paris: str
    accuracy: str
    qualified: str
    delay: str
    by_tree: bool
    """Whether it stands for many exhibits together, by an evidence record."""
    renewals: tuple[tuple[str, str, str], ...]
    """When it was renewed, by whom, and with which hash."""
    signer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """The same files by a stronger hash, and when that list was stamped by whom."""

    hash_name: str
    path: str
    tokens: tuple[TokenRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One line of the table of files."""

    what: str
    path: str
    size: str
    sha256: str
    nature: str
    withheld: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitView:
    """One exhibit as the report shows it."""

    number: int
    folder: str
    is_capture: bool
    kind: str
    subject: str
    outcome: str
    answer: str
    """What the site said where it did not show the page; else empty."""
    wall: str
    """What stood before the page, with its meaning; else empty."""
    wall_brief: str
    """The same in a few words."""
    missing: list[str]
    url_requested: str
    url_final: str
    redirects: list[str]
    title: str
    started: Row
    finished: Row
    duration: str
    preparation: list[tuple[str, list[Row]]]
    connection: list[Row]
    findings: list[str]
    """What was unusual about the connection, each with its meaning."""
    beyond_http: bool
    """Whether the page showed content that no response carried."""
    profile: list[Row]
    clock: list[Row]
    steps: list[StepRow]
    selection: Selection | None
    navigation: list[str]
    content: list[Row]
    identifiers: list[Row]
    declared: list[Row]
    files: list[FileRow]
    tokens: list[TokenRow]
    documents: list[DocumentRow]
    pending: list[str]
    manifest_sha256: str
    annex_sha256: str
    not_before: Row | None
    not_before_digest: str
    withdrawn: str
    thumbnail: str = field(repr=False)


def _chosen(manifest: JsonObject, words: tuple[str, ...], t: Translate) -> list[Row]:
    """The measured values whose own name holds one of ``words``."""
    rows: list[Row] = []

    def walk(value: object, depth: int) -> None:
        if not isinstance(value, dict) or depth > MAX_DEPTH:
            return
        for name, inner in value.items():
            parts = str(name).lower().replace("-", "_").split("_")
            if any(part.startswith(word) if word != "tor" else part == word for part in parts for word in words):
                rows.extend(flatten(inner, t, labels.key(str(name), t), depth + 1))
            else:
                walk(inner, depth + 1)

    for section in ("network", "environment", "browser"):
        walk(manifest.get(section), 0)
    return rows[:20]


def _redirects(items: object) -> list[str]:
    shown: list[str] = []
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            status = item.get("status", "")
            shown.append(visible(f"{status} → {item.get('to') or item.get('location') or item.get('url') or ''}"))
        else:
            shown.append(visible(item))
    return shown[:40]


def _clock(manifest: JsonObject, t: Translate) -> list[Row]:
    """The check of the clock in a few words, for the table of dates."""
    found = manifest.get("clock")
    if not isinstance(found, dict):
        return []
    rows = [(labels.key(k, t), scalar(found[k], t)) for k in ("status", "offset_us", "reason") if found.get(k)]
    names = [str(s.get("server", "")) for s in found.get("servers") or [] if isinstance(s, dict)]
    rows += [(labels.key("servers", t), visible(", ".join(names), 200))] if names else []
    jump = _jump_ms(manifest)
    return rows + ([(t("Changed during the acquisition by"), f"{signed_seconds(jump, t)} s")] if jump else [])


def _why_failed(outcome: Outcome, manifest: JsonObject, t: Translate) -> str:
    network = manifest.get("network")
    if outcome is not Outcome.FAILED or not isinstance(network, dict):
        return ""
    return notes.unloaded(str(network.get("error") or ""), t)


def _jump_ms(manifest: JsonObject) -> int:
    """By how much the clock was set between start and end: the times against the duration that nobody can set."""
    gone = manifest.get("monotonic_ms")
    try:
        ends = [clock.parse(str(manifest.get(k, ""))) for k in ("started_at", "finished_at")]
    except ValueError:
        return 0
    if not isinstance(gone, int) or isinstance(gone, bool) or not gone:
        return 0
    jump = round((ends[1] - ends[0]) / timedelta(milliseconds=1)) - gone
    return jump if abs(jump) > JUMP_MS else 0


def signed_seconds(ms: int, t: Translate) -> str:
    """Milliseconds as seconds with their sign, such as ``+3600.2``; in French ``+3600,2``."""
    return decimal(f"{ms / 1000:+.1f}", t)


def token_row(
    facts: TokenFacts,
    authority: AuthorityFacts | None,
    qualification: Qualification | None,
    finished_at: str,
    language: str,
    t: Translate,
) -> TokenRow:
    """A token as the table shows it; ``finished_at`` is what its delay is counted from (may be empty)."""
    accuracy = t("not stated") if facts.accuracy_us is None else f"± {decimal(_seconds(facts.accuracy_us), t)} s"
    delay = ""
    if finished_at:
        try:
            seconds = (facts.gen_time - clock.parse(finished_at)) / timedelta(seconds=1)
            delay = times.span(0 if -1 < seconds < 0 else seconds)  # many authorities cut the fraction off
        except ValueError:
            delay = ""
    return TokenRow(
        authority=visible(facts.authority, 60),
        operator=visible(authority.operator if authority else "", 120),
        url=visible(authority.url if authority else "", 200),
        policy=facts.policy,
        serial=facts.serial,
        by_tree=facts.by_tree,
        renewals=tuple(
            (times.utc(r.gen_time, language), visible(r.signer, 200), hash_name(r.algorithm)) for r in facts.renewals
        ),
        utc=times.utc(facts.gen_time, language),
        paris=times.paris(facts.gen_time, language),
        accuracy=accuracy,
        qualified=labels.qualified(qualification, t),
        delay=delay,
        signer=visible(facts.signer, 200),
    )


def hash_name(algorithm: str) -> str:
    """``SHA-512`` for ``sha512``."""
    return visible(algorithm, 20).upper().replace("SHA", "SHA-")


def _seconds(micros: int) -> str:
    return f"{micros / 1_000_000:.6f}".rstrip("0").rstrip(".")


def _files(placed: Iterable[Placed], folder: str, language: str, t: Translate) -> list[FileRow]:
    rows = []
    for item in placed:
        what, derived = labels.role(item.role, t, item.name)
        rows.append(
            FileRow(
                what=what,
                path=f"{folder}/{item.path}" if item.path else "",
                size=times.grouped(item.size, language),
                sha256=item.sha256,
                nature=t("derived") if derived else t("original"),
                withheld=labels.reason(item.reason, t) if item.path is None else "",
            )
        )
    return rows


def neutral_title(item: ExportExhibit, t: Translate) -> str:
    """The short title of the list of exhibits: it says where from, never what is shown (DOMAIN EXP-04)."""
    if item.exhibit.kind is Kind.IMPORT:
        return t("Imported file")
    try:
        host = urlsplit(item.exhibit.url_final or item.exhibit.url_requested).hostname or ""
    except ValueError:
        host = ""
    return t("Capture of a page of {site}", site=visible(host, 80)) if host else t("Capture of a page")


def _beyond_http(manifest: JsonObject) -> bool:
    network = manifest.get("network")
    return isinstance(network, dict) and bool(network.get("beyond_http"))


def http_status(manifest: JsonObject) -> str:
    """The status with which the page answered, where the manifest tells it."""
    network = manifest.get("network")
    response = network.get("response") if isinstance(network, dict) else None
    status = response.get("status") if isinstance(response, dict) else None
    return str(status) if isinstance(status, int) else ""


def exhibit_view(
    item: ExportExhibit,
    manifest: JsonObject,
    placed: list[Placed],
    tokens: list[TokenRow],
    *,
    documents: list[DocumentRow],
    earlier: TokenFacts | None,
    folder: str,
    thumbnail: bytes,
    language: str,
    t: Translate,
) -> ExhibitView:
    """Everything that the report says of one exhibit.

    ``earlier`` is the token that the manifest names as its lower bound, ``thumbnail`` the blurred JPEG or empty.
    """
    exhibit = item.exhibit
    sections = (
        (t("Computer and system"), manifest.get("environment")),
        (t("Browser"), manifest.get("browser")),
        (t("Network"), manifest.get("network")),
        (t("Clock"), manifest.get("clock")),
        (t("Program"), manifest.get("software")),
    )
    way = [n for n in manifest.get("navigation") or [] if isinstance(n, dict)][:60]
    came = identified.recapture(manifest.get("recapture_of"), t) + identified.led_by(way[0] if way else None, t)
    content: list[Row] = [(name, visible(text, ADDRESS_LIMIT)) for name, text in came]
    declared: list[Row] = []
    for section_name in ("source", "content", "provenance"):
        section = manifest.get(section_name)
        for name, value in section.items() if isinstance(section, dict) else ():
            if str(name).startswith("declared_"):
                declared.append((labels.key(str(name), t), scalar(value, t)))
            elif name != "provenance" and value != item.exhibit.title:
                content += flatten(value, t, labels.key(str(name), t), 1)
    milliseconds = manifest.get("monotonic_ms")
    return ExhibitView(
        number=exhibit.number,
        folder=folder,
        is_capture=exhibit.kind is Kind.CAPTURE,
        kind=labels.kind(exhibit.kind, t),
        subject=labels.subject(exhibit.subject, t),
        outcome=labels.outcome(exhibit.outcome, t),
        answer=labels.refused(http_status(manifest), t) or _why_failed(exhibit.outcome, manifest, t),
        wall=walls.sentence(manifest.get("wall"), t),
        wall_brief=walls.brief(manifest.get("wall"), t),
        missing=[labels.step(m, t) for m in exhibit.missing],
        url_requested=visible(exhibit.url_requested, ADDRESS_LIMIT),
        url_final=visible(exhibit.url_final, ADDRESS_LIMIT),
        redirects=_redirects(manifest.get("redirects")),
        title=visible(exhibit.title, TITLE_LIMIT),
        started=(times.utc(exhibit.started_at, language), times.paris(exhibit.started_at, language)),
        finished=(times.utc(exhibit.finished_at, language), times.paris(exhibit.finished_at, language)),
        duration=times.span(milliseconds / 1000) if isinstance(milliseconds, int) else "",
        preparation=[(name, flatten(value, t)) for name, value in sections if value],
        findings=[visible(n.text, 900) for n in notices(manifest.get("network"), t)],
        beyond_http=_beyond_http(manifest),
        connection=_chosen(manifest, _PRIVATE_CONNECTION, t),
        profile=_chosen(manifest, _FRESH_PROFILE, t),
        clock=_clock(manifest, t),
        steps=step_rows(manifest, language, t),
        selection=selection(manifest, t),
        navigation=[visible(n.get("url", "")) for n in way],
        content=content[:MAX_ROWS],
        identifiers=[(name, visible(text, 900)) for name, text in identified.rows(manifest.get("identifiers"), t)],
        declared=declared,
        files=_files(placed, folder, language, t),
        tokens=tokens,
        documents=documents,
        pending=[visible(p, 60) for p in item.pending],
        manifest_sha256=exhibit.manifest_sha256,
        annex_sha256=visible(manifest.get("annex_sha256") or "", 64),
        not_before=(times.utc(earlier.gen_time, language), earlier.authority) if earlier else None,
        not_before_digest=visible(manifest.get("not_before") or "", 64),
        withdrawn=visible(exhibit.state_reason, 200),
        thumbnail=base64.b64encode(thumbnail).decode() if thumbnail else "",
    )
