"""Where a capture pours its artifacts: encrypted blobs, each journalled the moment it is whole.

The write order is that of ARCHITECTURE: the blob is on the disk before any row names it, so that a crash leaves at
worst a blob without a row, never a row without a blob.
"""

from __future__ import annotations

from evidence_kit.canonical import JsonObject
from evidence_kit.records import Artifact
from evidence_kit.vault import BlobWriter, Scratch, Vault


class VaultArtifactWriter:
    """One artifact on its way into the vault."""

    def __init__(self, sink: VaultSink, template: Artifact, blob: BlobWriter) -> None:
        self._sink = sink
        self._template = template
        self._blob = blob

    def write(self, data: bytes) -> int:
        """Take in the next bytes."""
        return self._blob.write(data)

    def finish(self) -> Artifact:
        """Make the blob durable, then journal the artifact."""
        ref = self._blob.finish()
        t = self._template
        made = Artifact(
            role=t.role,
            name=t.name,
            media_type=t.media_type,
            size=ref.size,
            sha256=ref.sha256,
            confidential=t.confidential,
        )
        self._sink.journal(made)
        return made

    def abort(self) -> None:
        """Leave nothing behind."""
        self._blob.abort()


class VaultSink:
    """Takes the artifacts of one attempt."""

    def __init__(self, vault: Vault, attempt_id: str) -> None:
        self._vault = vault
        self._attempt = attempt_id
        self._facts: JsonObject = {}

    def open(self, role: str, name: str, media_type: str, *, confidential: bool = False) -> VaultArtifactWriter:
        """Begin an artifact."""
        template = Artifact(role=role, name=name, media_type=media_type, size=0, sha256="", confidential=confidential)
        return VaultArtifactWriter(self, template, self._vault.blobs.writer())

    def spool(self) -> Scratch:
        """Encrypted scratch room for a response that is too big for memory."""
        return self._vault.blobs.scratch()

    def state(self, facts: JsonObject) -> None:
        """Journal what is known so far, for the case that we are killed."""
        self._facts |= facts
        self._vault.index.update_attempt(self._attempt, self._facts)

    def journal(self, artifact: Artifact) -> None:
        """Note a finished artifact."""
        self._vault.index.attempt_artifact(self._attempt, artifact)
