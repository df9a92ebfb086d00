"""Looking at what is kept, and setting it aside. Every look at the content is a custody event (DOMAIN LOG-03)."""

from __future__ import annotations

import json
from pathlib import Path

from evidence_kit import system
from evidence_kit.canonical import JsonObject
from evidence_kit.digest import Hasher
from evidence_kit.errors import DestinationUnwritable, EvidenceError, ExhibitMissing, UsageError
from evidence_kit.language import _
from evidence_kit.records import Artifact, Exhibit, ExhibitState, TokenStatus
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.places import check_free, taken
from evidence_kit.workflow.records import ExhibitRecord, led_by_of, reason_of, status_of
from evidence_kit.workflow.renewal import record_of

PICTURE_LIMIT = 256 << 20
_PICTURES = ("screenshot", "first-view", "original", "media")


def refuse_locked(exhibit: Exhibit) -> None:
    """Raise UsageError for what was set aside as possibly showing a minor, or withdrawn."""
    if exhibit.state is ExhibitState.LOCKED:
        raise UsageError(
            _("This exhibit is locked because it may show a minor. It cannot be shown, copied or exported."),
            hint=_("Call the 3018, or report the address to Pharos; they say what to do next."),
        )
    if exhibit.state is ExhibitState.WITHDRAWN:
        raise UsageError(_("This exhibit was withdrawn; only its entry in the log is left."))


def record(context: Context, exhibit: Exhibit) -> ExhibitRecord:
    """An exhibit with its artifacts, its tokens and what its manifest says of the page."""
    index = context.vault.index
    manifest = _manifest(context, exhibit)
    network, identifiers = manifest.get("network"), manifest.get("identifiers")
    selection, before, wall = (manifest.get(name) for name in ("selection", "recapture_of", "wall"))
    return ExhibitRecord(
        exhibit=exhibit,
        artifacts=tuple(index.artifacts(exhibit.id)),
        tokens=tuple(index.tokens("manifest", exhibit.id)),
        renewals=index.renewals("manifest", exhibit.id),
        status=status_of(network),
        reason=reason_of(network),
        identifiers=identifiers if isinstance(identifiers, dict) else {},
        selection=selection if isinstance(selection, dict) else {},
        network=network if isinstance(network, dict) else {},
        recapture_of=before if isinstance(before, dict) else {},
        led_by=led_by_of(manifest.get("navigation")),
        wall=wall if isinstance(wall, dict) else {},
        visible="visible" in (manifest.get("browser") or {}),
    )


def _manifest(context: Context, exhibit: Exhibit) -> JsonObject:
    try:
        manifest: JsonObject = json.loads(context.vault.index.manifest(exhibit.id))
    except EvidenceError:
        return {}  # a damaged manifest is for the check of the vault to tell
    return manifest


def artifact_of(context: Context, exhibit: Exhibit, wanted: str) -> Artifact:
    """The artifact named by ``ROLE`` or ``ROLE:NAME``. Raises ExhibitMissing."""
    role, _sep, name = wanted.partition(":")
    for artifact in context.vault.index.artifacts(exhibit.id):
        if artifact.role == role and name in {"", artifact.name}:
            return artifact
    raise ExhibitMissing(
        _("Exhibit {number} has no “{wanted}”.", number=exhibit.number, wanted=wanted),
        command="evidence-kit show EXHIBIT",
    )


def thumbnail(context: Context, exhibit: Exhibit) -> bytes | None:
    """The small blurred picture; None where there is none, or where it must not be shown."""
    if exhibit.state is not ExhibitState.NORMAL:
        return None
    for artifact in context.vault.index.artifacts(exhibit.id):
        if artifact.role == "thumbnail":
            return context.vault.blobs.read(artifact.sha256, 4 << 20)
    return None


def reveal(context: Context, exhibit: Exhibit) -> tuple[str, bytes]:
    """The picture itself, into memory only; logged as viewed. Raises ExhibitMissing where there is no picture."""
    refuse_locked(exhibit)
    artifacts = context.vault.index.artifacts(exhibit.id)
    for role in _PICTURES:
        for artifact in artifacts:
            if artifact.role == role and artifact.media_type.startswith("image/") and artifact.size <= PICTURE_LIMIT:
                context.log.append(
                    exhibit.case_id, "exhibit.viewed", subject=exhibit.id, digests={role: artifact.sha256}
                )
                return artifact.media_type, context.vault.blobs.read(artifact.sha256, PICTURE_LIMIT)
    raise ExhibitMissing(_("Exhibit {number} holds no picture.", number=exhibit.number))


def extract(context: Context, exhibit: Exhibit, wanted: str, out: Path) -> JsonObject:
    """Write one artifact to ``out`` in clear, because she asked; or ``manifest``, ``annex``, ``token:<authority>``.

    ``record:<authority>`` is the same proof as an evidence record (RFC 4998), with all renewals. Never overwrites.
    Raises ExhibitMissing, DestinationExists, DestinationUnwritable, VaultCorrupt, StorageFull.
    """
    refuse_locked(exhibit)
    index = context.vault.index
    if wanted == "manifest":
        source = iter((index.manifest(exhibit.id),))
    elif wanted == "annex":
        annex = index.annex(exhibit.id)
        if annex is None:
            raise ExhibitMissing(_("Exhibit {number} has no “{wanted}”.", number=exhibit.number, wanted=wanted))
        source = iter((annex,))
    elif wanted.startswith(("token:", "record:")):
        source = iter((_proof(context, exhibit, wanted),))
    else:
        source = context.vault.blobs.chunks(artifact_of(context, exhibit, wanted).sha256)
    check_free(out)
    hasher = Hasher()
    try:
        with out.open("xb") as handle:
            try:
                for chunk in source:
                    hasher.update(chunk)
                    handle.write(chunk)
                system.sync_file(handle)
            except BaseException:
                handle.close()
                out.unlink(missing_ok=True)
                raise
    except FileExistsError as exc:
        raise taken(out) from exc
    except OSError as exc:
        if system.is_disk_full(exc):
            raise system.storage_full(out.parent) from exc
        raise DestinationUnwritable(
            _("This place cannot be written to: {path}", path=out),
            hint=_("Choose another folder, or make this one writable."),
        ) from exc
    context.log.append(exhibit.case_id, "exhibit.extracted", subject=exhibit.id, digests={wanted: hasher.hex()})
    return {"file": str(out), "size": hasher.size, "sha256": hasher.hex()}


def _proof(context: Context, exhibit: Exhibit, wanted: str) -> bytes:
    form, _sep, authority = wanted.partition(":")
    for token in context.vault.index.tokens("manifest", exhibit.id):
        if token.authority == authority and token.status is TokenStatus.GRANTED:
            reply = context.vault.index.token_reply(token.id) if form == "token" else None
            return reply or record_of(context, token.id, token.data_sha256)
    raise ExhibitMissing(_("Exhibit {number} has no “{wanted}”.", number=exhibit.number, wanted=wanted))


def flag_minor(context: Context, exhibit: Exhibit) -> Exhibit:
    """Lock an exhibit that may show a minor, at once (DOMAIN MIN-06). Nothing is deleted here.

    Raises UsageError for one that is locked or withdrawn already.
    """
    if exhibit.state is ExhibitState.LOCKED:
        raise UsageError(
            _("Exhibit {number} is locked already, because it may show a minor.", number=exhibit.number),
            hint=_("Call the 3018, or report the address to Pharos; they say what to do next."),
        )
    _refuse_withdrawn(exhibit)
    index = context.vault.index
    with index.transaction():
        index.set_state(exhibit.id, ExhibitState.LOCKED, "may-show-a-minor")
        context.log.append(
            exhibit.case_id,
            "exhibit.minor-flagged",
            subject=exhibit.id,
            digests={"manifest": exhibit.manifest_sha256},
        )
    return context.exhibit(exhibit.id)


def _refuse_withdrawn(exhibit: Exhibit) -> None:
    if exhibit.state is ExhibitState.WITHDRAWN:
        raise UsageError(
            _("Exhibit {number} was withdrawn before; only its entry in the log is left.", number=exhibit.number)
        )


def withdraw(context: Context, exhibit: Exhibit, reason: str) -> Exhibit:
    """Remove an exhibit's content and leave a tombstone: digest, address and reason stay (DOMAIN LOG-07).

    Raises UsageError for one that was withdrawn before, and for a locked one: the police may need it.
    """
    if exhibit.state is ExhibitState.LOCKED:
        raise UsageError(
            _(
                "Exhibit {number} is locked because it may show a minor. Nothing of it is deleted.",
                number=exhibit.number,
            ),
            hint=_("Ask the police or the 3018 first; they say what to do next."),
        )
    _refuse_withdrawn(exhibit)
    index = context.vault.index
    with index.transaction():
        index.set_state(exhibit.id, ExhibitState.WITHDRAWN, reason)
        freed = index.remove_artifacts(exhibit.id)
        context.log.append(
            exhibit.case_id,
            "exhibit.withdrawn",
            subject=exhibit.id,
            digests={"manifest": exhibit.manifest_sha256},
            purpose=reason,
        )
    if not index.open_attempts():  # else a page under way may be about to share them: the list's end removes them
        for sha256 in freed:
            context.vault.blobs.remove(sha256)
    return context.exhibit(exhibit.id)
