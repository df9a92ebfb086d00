"""Makes the sealed package: every exhibit re-hashed on its way out, the report beside it, one seal over all.

The package is a BagIt bag (RFC 8493) inside a ZIP64. Nothing in it needs our program: sha256sum, openssl and a PDF
reader are enough. It is tamper-evident; what it cannot prove stands in the report and in the two read-me files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from evidence_kit import clock, paths
from evidence_kit.canonical import JsonObject, NotCanonical, from_canonical, to_canonical
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import ExhibitMissing, ExportError, UsageError, VaultCorrupt
from evidence_kit.export import bag, report
from evidence_kit.export.layout import (
    Placed,
    digests_path,
    exhibit_folder,
    files_json,
    place,
    safe_authority,
    token_path,
)
from evidence_kit.export.material import AuthorityFacts, ExportExhibit, ExportMaterial, PackageRecord, Reply, StatusFile
from evidence_kit.export.pieces import piece_pages
from evidence_kit.export.readme import (
    KEY_PEM,
    AuthorityFile,
    StampedFile,
    chain_path,
    openssl_line,
    readme,
    record_line,
    roots_path,
)
from evidence_kit.export.seal import SEAL, public_key_pem, seal_json
from evidence_kit.export.statuses import concerned, status_path
from evidence_kit.export.templates import Translate, translator
from evidence_kit.export.tokens import TokenFacts, chain_pem, read_reply, root_digests
from evidence_kit.export.views import DocumentRow, ExhibitView, TokenRow, exhibit_view, hash_name, token_row
from evidence_kit.export.writer import PackageWriter
from evidence_kit.jobs import CancelToken, Progress, ProgressSink, no_progress
from evidence_kit.language import _
from evidence_kit.records import ExhibitState
from evidence_kit.timestamp.evidence_record import is_record

VARIANTS = ("full",)
MAX_THUMBNAIL = 400_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{2,47}\Z")

OpenBlob = Callable[[str], Iterator[bytes]]
Stamp = Callable[[bytes], list[Reply]]
RenderPdf = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """One exhibit checked and laid out."""

    item: ExportExhibit
    manifest: JsonObject
    placed: list[Placed]
    folder: str
    tokens: list[tuple[str, TokenFacts | None]]


@dataclass(slots=True)
class _Job:
    """What one export carries from step to step."""

    material: ExportMaterial
    open_blob: OpenBlob
    render_pdf: RenderPdf
    progress: ProgressSink
    cancel: CancelToken
    t: Translate
    ready: list[_Ready]
    total: int
    done: int = 0
    authorities: list[AuthorityFile] = field(default_factory=list)
    stamped: list[StampedFile] = field(default_factory=list)
    chains: dict[str, bytes] = field(default_factory=dict)
    statuses: list[StatusFile] = field(default_factory=list)
    earlier: dict[str, TokenFacts] = field(default_factory=dict)
    """Tokens over heads by the digest of the reply: what a manifest's ``not_before`` names."""

    def passed(self, count: int) -> None:
        self.done += count
        self.progress(Progress("export", min(self.done, self.total), self.total))

    def pdf(self, html: str) -> bytes:
        self.cancel.check()
        made = self.render_pdf(html)
        if not made.startswith(b"%PDF-"):
            raise ExportError(_("The browser did not make a PDF of the report."))
        return made


def _make_ready(item: ExportExhibit) -> _Ready:
    exhibit = item.exhibit
    if exhibit.state is ExhibitState.LOCKED:
        raise ExportError(
            _(
                "Exhibit no. {number} is locked, because it may show a minor. It cannot be exported.",
                number=exhibit.number,
            ),
            hint=_("Export the other exhibits, and report the address of this one to the police."),
        )
    if sha256_hex(item.manifest) != exhibit.manifest_sha256:
        raise VaultCorrupt(
            _("The record of exhibit no. {number} is not the one that was stamped.", number=exhibit.number),
            hint=_("Check the vault, and restore this exhibit from a backup."),
        )
    try:
        manifest = from_canonical(item.manifest)
    except NotCanonical as exc:
        raise VaultCorrupt(_("The record of exhibit no. {number} cannot be read.", number=exhibit.number)) from exc
    withhold = "withdrawn" if exhibit.state is ExhibitState.WITHDRAWN else ""
    return _Ready(
        item=item,
        manifest=manifest,
        placed=place(manifest, withhold=withhold),
        folder=exhibit_folder(exhibit.number),
        tokens=[(authority, read_reply(authority, reply)) for authority, reply in item.tokens],
    )


def _gather_authorities(job: _Job) -> None:
    """Merge the roots of the authorities that stamp here, and collect the certificates inside their tokens."""
    embedded: dict[str, list[bytes]] = {}
    for ready in job.ready:
        for name, facts in ready.tokens:
            if facts:
                embedded.setdefault(name, []).extend(facts.certificates)
                path = f"{ready.folder}/manifest.json"
                job.stamped.append(StampedFile(path, name, facts.epoch, record=facts.is_record))
        for document in ready.item.documents:
            for name, reply in document.tokens:
                facts = read_reply(name, reply)
                if facts:
                    embedded.setdefault(name, []).extend(facts.certificates)
                    path = digests_path(ready.folder, document.algorithm)
                    job.stamped.append(StampedFile(path, name, facts.epoch, record=facts.is_record))
    for head in job.material.heads:
        for name, reply in head.tokens:
            facts = read_reply(name, reply)
            if facts:
                job.earlier[sha256_hex(reply)] = facts
                embedded.setdefault(name, []).extend(facts.certificates)
                path = f"data/custody/heads/{head.seq}.json"
                job.stamped.append(StampedFile(path, name, facts.epoch))
    job.chains = {name: chain_pem(certificates) for name, certificates in embedded.items() if certificates}
    job.statuses = concerned(job.material.statuses, (der for own in embedded.values() for der in own))
    facts_by_name = {a.name: a for a in job.material.authorities}
    used = {s.authority for s in job.stamped} | set(job.material.seal_authorities)
    for name in dict.fromkeys(name for name, _pem in job.material.roots if name in used):
        known = facts_by_name.get(name, AuthorityFacts(name=name))
        digests = [d for other, pem in job.material.roots if other == name for d in root_digests(pem)]
        job.authorities.append(
            AuthorityFile(
                name=name,
                operator=" ".join(known.operator.split())[:120],
                root_sha256=tuple(dict.fromkeys(digests)),
                has_chain=name in job.chains,
            )
        )


def _thumbnail(job: _Job, ready: _Ready) -> bytes:
    for item in ready.placed:
        if item.role == "thumbnail" and item.path and item.media_type == "image/jpeg" and item.size <= MAX_THUMBNAIL:
            return b"".join(job.open_blob(item.sha256))
    return b""


def _token_row(job: _Job, facts: TokenFacts, authority: AuthorityFacts | None, finished_at: str) -> TokenRow:
    qualification = job.material.qualifications.get(facts.sha256)
    return token_row(facts, authority, qualification, finished_at, job.material.language, job.t)


def _view(job: _Job, ready: _Ready) -> ExhibitView:
    facts_by_name = {a.name: a for a in job.material.authorities}
    finished = ready.item.exhibit.finished_at
    known = sorted((f for _name, f in ready.tokens if f), key=lambda f: f.gen_time)
    grown = {(f.authority, f.serial, f.gen_time) for f in known if f.is_record}
    known = [f for f in known if f.is_record or (f.authority, f.serial, f.gen_time) not in grown]
    tokens = [_token_row(job, f, facts_by_name.get(f.authority), finished) for f in known]
    documents = [
        DocumentRow(
            hash_name=hash_name(document.algorithm),
            path=digests_path(ready.folder, document.algorithm),
            tokens=tuple(_token_row(job, f, None, "") for name, r in document.tokens if (f := read_reply(name, r))),
        )
        for document in ready.item.documents
    ]
    return exhibit_view(
        ready.item,
        ready.manifest,
        ready.placed,
        tokens,
        documents=documents,
        earlier=job.earlier.get(str(ready.manifest.get("not_before"))),
        folder=ready.folder,
        thumbnail=_thumbnail(job, ready),
        language=job.material.language,
        t=job.t,
    )


def _head_rows(job: _Job) -> list[tuple[int, TokenRow]]:
    rows = []
    for head in job.material.heads:
        for name, reply in head.tokens:
            facts = read_reply(name, reply)
            if facts:
                rows.append((head.seq, _token_row(job, facts, None, "")))
    return rows


def _revoked(job: _Job) -> list[str]:
    concerned_here = {one.certificate for one in job.statuses}
    return [sentence for certificate, sentence in job.material.revoked if certificate in concerned_here]


def _write_documents(writer: PackageWriter, job: _Job, views: list[ExhibitView]) -> None:
    job.progress(Progress("report"))
    documents = report.Documents(
        views=views,
        manifests=[r.manifest for r in job.ready],
        authorities=job.authorities,
        head_tokens=_head_rows(job),
        statuses=list(dict.fromkeys(map(status_path, job.statuses))),
        revoked=_revoked(job),
        example=next((line for s in job.stamped if (line := openssl_line(s, job.authorities))), ""),
        record_example=next((line for s in job.stamped if (line := record_line(s))), ""),
        t=job.t,
    )
    html = report.report_html(job.material, documents)
    writer.add("data/report.pdf", job.pdf(html))
    writer.add("data/report.html", html.encode("utf-8"))
    writer.add("data/bordereau.pdf", job.pdf(report.bordereau_html(job.material, documents)))
    writer.add("data/bordereau.csv", report.bordereau_csv(job.material, documents))
    writer.add("data/urls.csv", report.urls_csv(job.material, documents))


def _write_exhibits(writer: PackageWriter, job: _Job) -> None:
    for ready in job.ready:
        manifest = f"{ready.folder}/manifest.json"
        writer.stream(
            manifest, [ready.item.manifest], size=len(ready.item.manifest), sha256=ready.item.exhibit.manifest_sha256
        )
        for authority, reply in ready.item.tokens:
            writer.add(token_path(manifest, authority, record=is_record(reply)), reply)
        for document in ready.item.documents:
            path = digests_path(ready.folder, document.algorithm)
            writer.add(path, document.data)
            for authority, reply in document.tokens:
                writer.add(token_path(path, authority, record=is_record(reply)), reply)
        writer.add(f"{ready.folder}/files.json", to_canonical(files_json(ready.placed, ready.item.pending)))
        for item in ready.placed:
            if item.path is not None:
                path = f"{ready.folder}/{item.path}"
                writer.stream(path, job.open_blob(item.sha256), size=item.size, sha256=item.sha256)


def _write_pieces(writer: PackageWriter, job: _Job, views: list[ExhibitView]) -> None:
    for number, (ready, view) in enumerate(zip(job.ready, views, strict=True)):
        job.progress(Progress("pieces", number, len(views)))
        kind = ready.item.exhibit.kind
        for name, html in piece_pages(job.material, view, kind, ready.placed, job.open_blob, job.t):
            writer.add(f"data/pieces/{name}", job.pdf(html))


def _write_proof(writer: PackageWriter, job: _Job) -> None:
    writer.add("data/custody/log.jsonl", job.material.custody)
    for head in job.material.heads:
        path = f"data/custody/heads/{head.seq}.json"
        writer.add(path, head.data)
        for authority, reply in head.tokens:
            writer.add(token_path(path, authority), reply)
    for authority_file in job.authorities:
        pems = [pem for name, pem in job.material.roots if name == authority_file.name]
        writer.add(roots_path(authority_file.name), b"".join(pem.rstrip() + b"\n" for pem in pems))
    for name, chain in sorted(job.chains.items()):
        writer.add(chain_path(name), chain)
    for path, der in {status_path(one): one.der for one in job.statuses}.items():
        writer.add(path, der)
    writer.add(KEY_PEM, public_key_pem(job.material.public_key))


def _write_tags(writer: PackageWriter, job: _Job, variant: str, verify_page: bytes) -> None:
    material = job.material
    seal_epoch = int(clock.parse(material.created_at).timestamp())
    writer.add("bagit.txt", bag.BAGIT)
    writer.add("00-LISEZ-MOI.txt", readme("fr", material, job.stamped, job.authorities, seal_epoch, bool(job.statuses)))
    writer.add("00-README.txt", readme("en", material, job.stamped, job.authorities, seal_epoch, bool(job.statuses)))
    writer.add("verify.html", verify_page)
    info = bag.bag_info(
        software=material.software or "Evidence Kit",
        day=material.created_at[:10],
        payload_bytes=writer.payload_bytes,
        payload_files=len(writer.payload),
        extra=[  # what seal.json says of itself stands here as well, where the signature covers it
            ("External-Identifier", material.name),
            ("Evidence-Kit-Sealed-At", material.created_at),
            ("Evidence-Kit-Variant", variant),
            ("Evidence-Kit-Authorities", ", ".join(safe_authority(a) for a in material.seal_authorities)),
        ],
    )
    writer.add("bag-info.txt", info)
    writer.add(bag.MANIFEST, bag.manifest_text(writer.payload))


def _verify_page() -> bytes:
    try:
        return paths.resource("verify.html").read_bytes()
    except OSError as exc:
        raise ExportError(
            _("The program is not complete: the page verify.html is missing."), hint=_("Install the program again.")
        ) from exc


def build_package(
    out: BinaryIO,
    material: ExportMaterial,
    *,
    open_blob: OpenBlob,
    sign: Callable[[bytes], bytes],
    stamp: Stamp,
    render_pdf: RenderPdf,
    variant: str = "full",
    progress: ProgressSink = no_progress,
    cancel: CancelToken | None = None,
    verify_page: bytes | None = None,
) -> PackageRecord:
    """Write one sealed package to ``out`` (seekable or not), streaming.

    ``stamp`` gets the tag manifest's bytes and gives the replies that came; none is fine, the seal then says who is
    awaited. Raises ExportError, ExhibitMissing, UsageError, :class:`VaultCorrupt` (an exhibit came out different),
    StorageFull, DestinationUnwritable, Cancelled; then ``out`` holds no usable package and the caller removes it.
    """
    if variant not in VARIANTS:
        raise UsageError(_("This version of the package is not known: {variant}", variant=variant))
    if not _NAME.match(material.name):
        raise UsageError(_("The package needs a short neutral name in small letters, digits and hyphens."))
    if not material.exhibits:
        raise ExhibitMissing(_("There is no exhibit to export."))
    page = _verify_page() if verify_page is None else verify_page
    ready = [_make_ready(item) for item in material.exhibits]
    job = _Job(
        material=material,
        open_blob=open_blob,
        render_pdf=render_pdf,
        progress=progress,
        cancel=cancel or CancelToken(),
        t=translator(material.language),
        ready=ready,
        total=sum(p.size for r in ready for p in r.placed if p.path is not None),
    )
    _gather_authorities(job)
    views = [_view(job, r) for r in ready]
    with PackageWriter(out, material.name, job.cancel, job.passed) as writer:
        _write_documents(writer, job, views)
        _write_exhibits(writer, job)
        _write_pieces(writer, job, views)
        _write_proof(writer, job)
        _write_tags(writer, job, variant, page)
        progress(Progress("seal"))
        tagmanifest = bag.manifest_text(writer.tags)
        writer.add(bag.TAG_MANIFEST, tagmanifest)
        writer.add(SEAL, seal_json(material, tagmanifest, variant, sign))
        job.cancel.check()
        replies = tuple(stamp(tagmanifest))
        for authority, reply in replies:
            writer.add(token_path(bag.TAG_MANIFEST, safe_authority(authority)), reply)
        return PackageRecord(
            files=writer.files,
            withheld=sum(1 for r in ready for p in r.placed if p.path is None),
            bytes=writer.payload_bytes,
            seal_tokens=replies,
            tagmanifest=tagmanifest,
        )
