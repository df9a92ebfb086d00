"""Letting chosen exhibits leave the vault as a sealed package (FORMAT)."""

from __future__ import annotations

import contextlib
import secrets
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evidence_kit import clock, language, system
from evidence_kit.canonical import JsonObject, from_canonical
from evidence_kit.custody.chain import export_log, head_file
from evidence_kit.custody.log import WITHHELD_BY_DEFAULT
from evidence_kit.digest import CHUNK, Hasher
from evidence_kit.errors import DestinationUnwritable, UsageError
from evidence_kit.export.annexes import write_annexes
from evidence_kit.export.encryption import encrypting
from evidence_kit.export.material import (
    AuthorityFacts,
    DigestDocument,
    ExportExhibit,
    ExportMaterial,
    HeadFile,
    Qualification,
)
from evidence_kit.export.package import build_package
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import Case, CustodyEntry, Exhibit, ExhibitState, Token, TokenStatus
from evidence_kit.timestamp.evidence_record import is_record
from evidence_kit.vault import ExportRow
from evidence_kit.workflow import digests, stamping, statuses
from evidence_kit.workflow.context import SOFTWARE, Context
from evidence_kit.workflow.places import check_free
from evidence_kit.workflow.records import ExportResult

SEAL_SECONDS = 45.0


def choose(context: Context, case: Case, wanted: Sequence[str] | None) -> tuple[list[Exhibit], list[Exhibit]]:
    """The exhibits to export, and those among the ones asked for that must stay; both by number."""
    every = context.vault.index.exhibits(case.id)
    if wanted is not None:
        asked = {context.exhibit(w, case.id).id for w in wanted}
        every = [e for e in every if e.id in asked]
    every.sort(key=lambda e: e.number)
    free = [e for e in every if e.state is ExhibitState.NORMAL]
    if not free:
        raise UsageError(
            _("There is nothing to export in this case."),
            hint=_("Capture a page or import a file first; locked and withdrawn exhibits cannot leave the vault."),
        )
    return free, [e for e in every if e.state is not ExhibitState.NORMAL]


def _replies(context: Context, target: str, target_id: str) -> list[tuple[str, bytes]]:
    return _proofs(context, context.vault.index.tokens(target, target_id))


def _proofs(context: Context, tokens: Iterable[Token]) -> list[tuple[str, bytes]]:
    """The replies as they came, and what was renewed of them: an evidence record takes the place of an earlier one."""
    index = context.vault.index
    found: list[tuple[str, bytes]] = []
    for token in tokens:
        reply = index.token_reply(token.id) if token.status is TokenStatus.GRANTED else None
        if reply is not None:
            renewed = index.renewed_record(token.id)
            forms = (renewed,) if renewed and is_record(reply) else (reply, renewed)
            found += [(token.authority, one) for one in forms if one]
    return found


def _qualifications(context: Context) -> dict[str, Qualification]:
    """What is noted of each granted token, by the digest of its reply."""
    found: dict[str, Qualification] = {}
    index = context.vault.index
    grown = index.renewed_digests()
    for token in index.granted_tokens():
        noted = token.details.get("qualification")
        if token.reply_sha256 and noted:
            by = noted["list"] or {"territory": "", "number": 0, "issued_at": ""}
            told = Qualification(
                shown=token.qualified,
                why=noted["why"],
                territory=by["territory"],
                number=by["number"],
                date=by["issued_at"][:10],
            )
            found[token.reply_sha256] = found[grown.get(token.id, token.reply_sha256)] = told
    return found


def _exhibit(context: Context, exhibit: Exhibit) -> ExportExhibit:
    index = context.vault.index
    return ExportExhibit(
        exhibit=exhibit,
        manifest=index.manifest(exhibit.id),
        artifacts=tuple(index.artifacts(exhibit.id)),
        tokens=tuple(_replies(context, "manifest", exhibit.id)),
        pending=tuple(t.authority for t in index.tokens("manifest", exhibit.id) if t.status is not TokenStatus.GRANTED),
        documents=tuple(_documents(context, exhibit)),
        annex=index.annex(exhibit.id),
    )


def _documents(context: Context, exhibit: Exhibit) -> Iterator[DigestDocument]:
    """The newest document of digests by each hash."""
    newest: dict[str, list[Token]] = {}
    for token in context.vault.index.tokens(digests.TARGET, exhibit.id):
        own = newest.setdefault(str(token.details["algorithm"]), [])
        newest[str(token.details["algorithm"])] = [t for t in own if t.data_sha256 == token.data_sha256] + [token]
    for algorithm, tokens in newest.items():
        data = context.vault.index.data(tokens[0].data_sha256)
        if data is not None:
            yield DigestDocument(algorithm=algorithm, data=data, tokens=tuple(_proofs(context, tokens)))


def _heads(context: Context, entries: Iterable[CustodyEntry], ids: set[str]) -> list[HeadFile]:
    """Every stamped head that bounds one of the chosen exhibits, and the newest."""
    heads: list[HeadFile] = []
    for entry in entries:
        value = from_canonical(entry.entry)
        if value["type"] == "export.prepared" or (value["type"] == "capture.started" and value["subject"] in ids):
            replies = _replies(context, "head", f"{entry.chain}:{entry.seq}")
            if replies:
                data = head_file(entry.chain, entry.seq, entry.head)
                heads.append(HeadFile(seq=entry.seq, data=data, tokens=tuple(replies)))
    return heads


def _authorities(context: Context, used: set[str]) -> tuple[list[tuple[str, bytes]], list[AuthorityFacts]]:
    """Roots and facts of the authorities whose tokens go out, and of those that are asked for the seal."""
    known = context.authorities()
    used = used | {a.name for a in known.default}
    roots: list[tuple[str, bytes]] = []
    facts: list[AuthorityFacts] = []
    for authority in known.all.values():
        if authority.name not in used:
            continue
        roots += [
            (authority.name, x509.load_der_x509_certificate(r.der).public_bytes(Encoding.PEM)) for r in authority.roots
        ]
        facts.append(
            AuthorityFacts(
                name=authority.name,
                operator=authority.operator,
                country=authority.country,
                url=authority.url,
            )
        )
    return roots, facts


def export(
    context: Context,
    *,
    case_id: str,
    out: Path,
    exhibits: Sequence[str] | None,
    variant: str,
    password: str | None,
    progress: ProgressSink,
    cancel: CancelToken,
) -> ExportResult:
    """Write a sealed package to ``out``, which must not exist. A failed or cancelled export leaves no file.

    Raises UsageError, DestinationExists, FolderMissing, DestinationUnwritable, VaultCorrupt, StorageFull, Cancelled.
    """
    case = context.case(case_id)
    chosen, left_out = choose(context, case, exhibits)
    check_free(out)
    index = context.vault.index
    prepared = context.log.append(
        case.id,
        "export.prepared",
        subject=case.id,
        digests={str(e.number): e.manifest_sha256 for e in chosen},
        detail={"exhibits": len(chosen), "variant": variant},
    )
    progress(Progress("stamp"))
    stamping.stamp_head(context, prepared, cancel, SEAL_SECONDS)
    entries = index.entries(case.id)
    ids = {e.id for e in chosen}
    others = {e.id for e in index.exhibits(case.id)} - ids

    def stays(value: JsonObject) -> bool:
        return value["type"] in WITHHELD_BY_DEFAULT or value["subject"] in others

    log_bytes, hidden = export_log(entries, stays)
    items = tuple(_exhibit(context, e) for e in chosen)
    heads = tuple(_heads(context, entries, ids))
    stamped = [item.tokens for item in items] + [head.tokens for head in heads]
    used = {name for tokens in stamped for name, _reply in tokens}
    roots, facts = _authorities(context, used | index.renewing_authorities([e.id for e in chosen]))
    material = ExportMaterial(
        name=f"dossier-{clock.now():%Y-%m-%d}-{secrets.token_hex(2)}",
        case=case,
        exhibits=items,
        custody=log_bytes,
        heads=heads,
        roots=tuple(roots),
        authorities=tuple(facts),
        qualifications=_qualifications(context),
        statuses=tuple(statuses.for_export(context)),
        revoked=tuple((one.certificate, one.sentence) for one in statuses.revoked(context)),
        actor=context.log.actor,
        software=SOFTWARE,
        language=language.current(),
        created_at=clock.rfc3339(),
        public_key=context.vault.public_key,
        vault_key=context.vault.vault_key,
        seal_authorities=tuple(a.name for a in context.authorities().default),
    )
    sealed: list[tuple[str, bytes]] = []

    def stamp_seal(data: bytes) -> list[tuple[str, bytes]]:
        sealed.extend(stamping.stamp_bytes(context, data, cancel, SEAL_SECONDS))
        return sealed

    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    annex: Path | None = None
    try:
        with part.open("xb") as handle:
            with encrypting(handle, password) if password else contextlib.nullcontext(handle) as target:
                made = build_package(
                    target,
                    material,
                    open_blob=context.vault.blobs.chunks,
                    sign=context.vault.sign,
                    stamp=stamp_seal,
                    render_pdf=lambda html: context.browser().pdf(html, cancel=cancel),
                    variant=variant,
                    progress=progress,
                    cancel=cancel,
                )
            system.sync_file(handle)
        digest = _digest(part)
        check_free(out)
        annex = write_annexes(out, material.exhibits, password)
        part.rename(out)
        system.sync_folder(out.parent)
    except OSError as exc:
        _take_back(part, annex)
        if system.is_disk_full(exc):
            raise system.storage_full(out.parent) from exc
        raise DestinationUnwritable(
            _("This place cannot be written to: {path}", path=out),
            hint=_("Choose another folder, or make this one writable."),
        ) from exc
    except BaseException:
        _take_back(part, annex)
        raise
    with index.transaction():
        context.log.append(
            case.id, "export.completed", subject=case.id, digests={"package": digest}, detail={"variant": variant}
        )
        index.add_export(
            ExportRow(
                id=str(uuid.uuid4()),
                case_id=case.id,
                created_at=material.created_at,
                name=material.name,
                variant=variant,
                sha256=digest,
                size=out.stat().st_size,
                exhibits=tuple(e.id for e in chosen),
                withheld=made.withheld,
            )
        )
    return ExportResult(
        package=out,
        sha256=digest,
        exhibits=len(chosen),
        withheld=len(left_out),
        withheld_entries=hidden,
        annex=annex,
        locked=bool(password),
        left_out=tuple(left_out),
        pending=sum(len(item.pending) for item in items) + len(material.seal_authorities) - len(sealed),
    )


def _take_back(*paths: Path | None) -> None:
    """Remove what an export that failed has written; what cannot be removed must not hide why it failed."""
    for path in paths:
        if path is not None:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    hasher = Hasher()
    for chunk in _chunks(path):
        hasher.update(chunk)
    return hasher.hex()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            yield chunk
