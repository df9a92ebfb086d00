"""Looking at what is kept, and setting it aside. Every look at the content is a custody event (DOMAIN LOG-03)."""

from __future__ import annotations

from pathlib import Path

from evidence_kit import system
from evidence_kit.canonical import JsonObject
from evidence_kit.digest import Hasher
from evidence_kit.errors import DestinationUnwritable, ExhibitMissing, UsageError
from evidence_kit.language import _
from evidence_kit.records import Artifact, Exhibit, ExhibitState, TokenStatus
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.places import check_free, taken

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
    """Write one artifact, ``manifest``, ``annex`` or ``token:<authority>`` to ``out`` in clear, because she asked.

    Never overwrites. Raises ExhibitMissing, DestinationExists, DestinationUnwritable, VaultCorrupt, StorageFull.
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
    elif wanted.startswith("token:"):
        tokens = [t for t in index.tokens("manifest", exhibit.id) if t.authority == wanted[6:]]
        reply = index.token_reply(tokens[0].id) if tokens and tokens[0].status is TokenStatus.GRANTED else None
        if reply is None:
            raise ExhibitMissing(_("Exhibit {number} has no “{wanted}”.", number=exhibit.number, wanted=wanted))
        source = iter((reply,))
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
