"""Taking in files that came from elsewhere; and the written record that stands in for what must not be kept.

An import proves that these bytes were in the vault before its token's time. It does not prove where they
come from: what the person declares is recorded as declared, and lists and reports show it lower than a
capture (DOMAIN CAP-30). For subjects other than ``adult`` no byte is read (DOMAIN MIN-05).
"""

from __future__ import annotations

import uuid
from pathlib import Path

from evidence_kit import clock, system
from evidence_kit.canonical import JsonObject, safe_text, to_canonical
from evidence_kit.errors import ImportRefused, UsageError
from evidence_kit.intake import files
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import Artifact, Kind, Outcome, Subject
from evidence_kit.workflow.admitting import admit
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.dates import refuse_impossible
from evidence_kit.workflow.records import Declared, ExhibitRecord

THUMBNAIL_LIMIT = 64 << 20
"""Pictures above so many bytes get no preview."""


def _environment() -> JsonObject:
    machine = system.machine()
    return {
        "system": machine.system,
        "release": machine.release,
        "version": machine.version,
        "architecture": machine.architecture,
        "zone": clock.zone_name(),
    }


def refuse_unless_adult(subject: Subject) -> None:
    """Raise :class:`ImportRefused`, before a byte is read, for anything but ``adult``."""
    if subject is Subject.ADULT:
        return
    if subject is Subject.SELECTED:
        raise UsageError(
            _("A file cannot be taken in without its pictures: “selected” is for pages alone."),
            hint=_("Look at who is shown, and answer with adult, was-minor, minor or unknown."),
        )
    raise ImportRefused(
        _("Nothing was read: a picture or message that may show a minor must not be copied, even as proof."),
        hint=_(
            "Write down what it is and where it is instead. "
            "Pharos, the 3018 and the police tell you what to do with the file itself."
        ),
        command="evidence-kit import --describe TEXT",
        kept=_("The file is where it was, untouched."),
    )


def _put(context: Context, role: str, name: str, media_type: str, data: bytes) -> Artifact:
    ref = context.vault.blobs.put(data)
    return Artifact(role=role, name=name, media_type=media_type, size=ref.size, sha256=ref.sha256)


def import_file(
    context: Context,
    path: Path,
    *,
    case_id: str | None,
    subject: Subject,
    declared: Declared,
    progress: ProgressSink,
    cancel: CancelToken,
) -> ExhibitRecord:
    """Take in one file whole. Raises ImportRefused, UsageError, StorageFull, Cancelled; then nothing is kept."""
    refuse_unless_adult(subject)
    refuse_impossible(declared.date)
    case = context.open_case(case_id)
    context.authorities()
    found = files.look_at(path)
    started_at, watch = clock.rfc3339(), clock.Stopwatch()
    writer = context.vault.blobs.writer()
    try:
        done = 0
        for chunk in files.chunks(path, cancel):
            done += writer.write(chunk)
            progress(Progress("import", done, found.size))
        ref = writer.finish()
    except BaseException:
        writer.abort()
        raise
    original = Artifact(
        role="original",
        name=f"original-001.{found.ending}",
        media_type=found.media_type,
        size=ref.size,
        sha256=ref.sha256,
    )
    artifacts = [original]
    if found.media_type.startswith("image/") and ref.size <= THUMBNAIL_LIMIT:
        from evidence_kit.capture.thumbnail import blurred_thumbnail

        thumbnail = blurred_thumbnail(context.vault.blobs.read(ref.sha256, THUMBNAIL_LIMIT))
        if thumbnail:
            artifacts.append(_put(context, "thumbnail", "thumbnail.jpg", "image/jpeg", thumbnail))
    facts: JsonObject = {
        "title": found.file_name,
        "started_at": started_at,
        "finished_at": clock.rfc3339(),
        "monotonic_ms": watch.ms(),
        "environment": _environment(),
        "source": {
            "provenance": "imported",
            "file_name": found.file_name,
            "modified_at": found.modified_at,
            "declared_date": safe_text(declared.date, 120),
            "declared_device": safe_text(declared.device, 240),
            "declared_giver": safe_text(declared.giver, 240),
        },
        "steps": [{"name": "import", "at": started_at, "ms": watch.ms(), "result": "done", "detail": ""}],
    }
    return admit(
        context,
        exhibit_id=str(uuid.uuid4()),
        case_id=case.id,
        kind=Kind.IMPORT,
        subject=subject,
        outcome=Outcome.COMPLETE,
        missing=(),
        artifacts=artifacts,
        facts=facts,
        event="import.added",
        text=found.file_name,
    )


def written_record(context: Context, text: str, *, case_id: str | None, subject: Subject, url: str) -> ExhibitRecord:
    """Keep a description in words of what must not be copied (DOMAIN MIN-03). Stamped and exported like the rest."""
    case = context.open_case(case_id)
    if not text.strip():
        raise UsageError(_("The description is empty."), hint=_("Say what it is, where it is, and when you saw it."))
    context.authorities()
    at = clock.rfc3339()
    body = safe_text(text, 100_000)
    log = to_canonical({"kind": "written-record", "written_at": at, "subject": subject.value})
    return admit(
        context,
        exhibit_id=str(uuid.uuid4()),
        case_id=case.id,
        kind=Kind.IMPORT,
        subject=subject,
        outcome=Outcome.COMPLETE,
        missing=(),
        artifacts=[
            _put(context, "text", "text.txt", "text/plain; charset=utf-8", body.encode()),
            _put(context, "capture-log", "capture-log.json", "application/json", log),
        ],
        facts={
            "url_requested": safe_text(url, 8192),
            "title": _("Written record"),
            "started_at": at,
            "finished_at": at,
            "environment": _environment(),
            "source": {"provenance": "written"},
        },
        event="import.added",
        text=body,
    )
