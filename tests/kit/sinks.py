"""A sink that keeps everything in memory, for tests and measurements of the capture alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from evidence_kit.canonical import JsonObject, to_canonical
from evidence_kit.records import Artifact


class MemoryWriter:
    def __init__(self, sink: MemorySink, role: str, name: str, media_type: str, confidential: bool) -> None:
        self._sink, self._facts, self._parts = sink, (role, name, media_type, confidential), []
        self._hash, self._size, self.over = hashlib.sha256(), 0, False

    def write(self, data: bytes, /) -> int:
        self._hash.update(data)
        self._size += len(data)
        if self._sink.keep:
            self._parts.append(bytes(data))
        return len(data)

    def finish(self) -> Artifact:
        role, name, media_type, confidential = self._facts
        self.over = True
        artifact = Artifact(
            role=role,
            name=name,
            media_type=media_type,
            size=self._size,
            sha256=self._hash.hexdigest(),
            confidential=confidential,
        )
        self._sink.data[name] = b"".join(self._parts)
        self._sink.artifacts.append(artifact)
        return artifact

    def abort(self) -> None:
        if not self.over:
            self._sink.aborted.append(self._facts[0])
        self._parts.clear()


class MemorySpool:
    def __init__(self, sink: MemorySink) -> None:
        self._sink, self._parts = sink, []
        self.size = 0

    def write(self, data: bytes, /) -> int:
        self.size += len(data)
        self._sink.spooled += len(data)
        if self._sink.keep:
            self._parts.append(bytes(data))
        else:
            self._parts.append(len(data))
        return len(data)

    def chunks(self) -> Iterator[bytes]:
        for part in self._parts:
            yield part if isinstance(part, bytes) else bytes(part)

    def discard(self) -> None:
        self._parts.clear()


class MemorySink:
    """``keep`` False: bytes are hashed and counted but not kept."""

    def __init__(self, *, keep: bool = True) -> None:
        self.keep = keep
        self.data: dict[str, bytes] = {}
        self.artifacts: list[Artifact] = []
        self.aborted: list[str] = []
        self.states: list[JsonObject] = []
        self.spooled = 0

    def open(self, role: str, name: str, media_type: str, *, confidential: bool = False) -> MemoryWriter:
        return MemoryWriter(self, role, name, media_type, confidential)

    def spool(self) -> MemorySpool:
        return MemorySpool(self)

    def state(self, facts: JsonObject) -> None:
        to_canonical(facts)
        self.states.append(facts)

    def roles(self) -> set[str]:
        return {a.role for a in self.artifacts}
