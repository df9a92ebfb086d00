"""Where a capture hands its bytes over, and what it gives back.

The engine knows no vault: the caller gives a sink that hashes, encrypts and journals. Calls come from worker
threads, one at a time for opening, finishing and state; writes to different writers may overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from evidence_kit.canonical import JsonObject
from evidence_kit.records import Artifact, Outcome


class ArtifactWriter(Protocol):
    """One artifact on its way into the store."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""
        ...

    def finish(self) -> Artifact:
        """Make it durable and journal it; the only way to an artifact."""
        ...

    def abort(self) -> None:
        """Forget it; harmless after finish."""
        ...


class Spool(Protocol):
    """Encrypted scratch for bytes too big for memory."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """Read all of it back; can be called again. After the first call nothing more is written."""
        ...

    def discard(self) -> None:
        """Give the room back."""
        ...


class ArtifactSink(Protocol):
    """The caller's store."""

    def open(self, role: str, name: str, media_type: str, *, confidential: bool = False) -> ArtifactWriter:
        """Begin an artifact."""
        ...

    def spool(self) -> Spool:
        """Begin an encrypted scratch."""
        ...

    def state(self, facts: JsonObject) -> None:
        """Journal what is known so far; called after each step."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureResult:
    """What a capture found. JSON values hold no floats; ``annex`` alone holds personal values.

    ``seconds`` is for people who wait (step -> seconds, rounded to ms); ``steps`` is what counts.
    """

    url_requested: str
    url_final: str
    redirects: list[JsonObject]
    title: str
    started_at: str
    finished_at: str
    monotonic_ms: int
    clock: JsonObject
    browser: JsonObject
    environment: JsonObject
    network: JsonObject
    navigation: list[JsonObject]
    steps: list[JsonObject]
    outcome: Outcome
    missing: tuple[str, ...]
    artifacts: tuple[Artifact, ...]
    annex: JsonObject
    text: str
    identifiers: JsonObject = field(default_factory=dict)
    """See :mod:`evidence_kit.capture.identifiers`; may be empty."""
    wall: JsonObject = field(default_factory=dict)
    """See :mod:`evidence_kit.capture.walls`; empty where nothing stood before the page."""
    selection: JsonObject = field(default_factory=dict)
    """See :mod:`evidence_kit.capture.selection`; empty for every other subject."""
    seconds: dict[str, float] = field(default_factory=dict)
    markup: bytes = field(default=b"", repr=False)
    """The beginning of the document, for who looks for further pages in it; it is no artifact, and kept nowhere."""
    held: JsonObject = field(default_factory=dict, repr=False)
    """Where a kept sign-in was used: what the browser held of it at the end. It is no artifact and in no manifest."""
