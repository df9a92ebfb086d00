"""The one pass over the bytes: every file is read once, hashed while it streams, and kept only if small and needed.

What the checks see afterwards is a :class:`Package`: digests, sizes, a few small files, the facts of the log.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evidence_kit.errors import PackageUnreadable
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.verify.bag import ALGORITHMS, MAX_MANIFEST, MAX_TAG_FILE, manifest_algorithm
from evidence_kit.verify.container import Container, EntryBroken
from evidence_kit.verify.custody import LogFacts, LogReader

LOG = "data/custody/log.jsonl"
SEAL = "seal.json"
TAGMANIFEST = "tagmanifest-sha256.txt"
MANIFEST = "manifest-sha256.txt"
MAX_LOG = 256 << 20
MAX_KEPT = 512 << 20
EXHIBITS = "data/exhibits/"
STATUS = "data/authorities/status/"
MAX_STATUS = 64 << 20
"""How much of revocation lists and answers is looked at in all."""
_EXHIBIT = EXHIBITS + r"[^/]+/"
DIGEST_ALGORITHMS = ("sha384", "sha512")
DIGESTS = re.compile(_EXHIBIT + rf"digests-({'|'.join(DIGEST_ALGORITHMS)})\.json\Z")
"""An exhibit's files by another hash."""
_KEEP: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"(tag)?manifest-[a-z0-9]+\.txt\Z"), MAX_MANIFEST),
    (re.compile(r"(bagit|bag-info|fetch|package-info)\.txt\Z|seal\.json\Z"), MAX_TAG_FILE),
    (re.compile(_EXHIBIT + r"(manifest|files)\.json\Z"), 4 << 20),
    (re.compile(_EXHIBIT + r"withheld\.json\Z"), 1 << 20),
    (DIGESTS, 4 << 20),
    (re.compile(r"data/custody/heads/[^/]+\.json\Z"), 1 << 16),
    (re.compile(r"(" + _EXHIBIT + r"|data/custody/|data/custody/heads/)?[^/]+\.(tsr|ers)\Z"), 1 << 20),
    (re.compile(r"data/authorities/[^/]+\.pem\Z"), 1 << 20),
    (re.compile(STATUS + r"[0-9a-f]{16}\.(crl|ocsp)\Z"), 10 << 20),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Everything the checks may look at. Paths are relative to the bag's own folder."""

    ours: bool
    """Whether it claims to be a package of ours: it has a seal or exhibits."""
    kind: str
    sizes: Mapping[str, int]
    digests: Mapping[str, Mapping[str, str]]
    """By algorithm, then path; lower hex. SHA-256 stands there for every file that could be read."""
    texts: Mapping[str, bytes]
    """The small files that the checks parse, whole."""
    broken: Mapping[str, str]
    """Files that could not be read, or were too large to be looked into, with the reason."""
    outside: tuple[str, ...]
    """Files beside the bag's folder."""
    empty: tuple[str, ...]
    """Folders in the package in which no file lies, with their slash."""
    empty_outside: tuple[str, ...]
    """The same beside the bag's folder."""
    problems: tuple[tuple[str, str], ...]
    closed: bool
    log: LogFacts | None
    prefix: str = ""
    exhibits: tuple[str, ...] = field(default=())
    """The folders below data/exhibits/, in order."""

    def sha256(self, path: str) -> str | None:
        """The SHA-256 of a file; None if it is not there or could not be read."""
        return self.digests["sha256"].get(path)


def find_root(paths: Mapping[str, int]) -> str | None:
    """The folder that holds the bag, with its slash; "" for the top; None when nothing looks like a bag."""
    found: dict[str, int] = {}
    for path in paths:
        folder, _sep, name = path.rpartition("/")
        if "/" in folder:
            continue
        weight = 2 if name in {"bagit.txt", SEAL} else 1 if manifest_algorithm(name) else 0
        if weight:
            found[folder] = found.get(folder, 0) + weight
    if not found:
        return None
    best = max(sorted(found), key=lambda folder: found[folder])
    return best + "/" if best else ""


def _bound(path: str) -> int | None:
    for pattern, bound in _KEEP:
        if pattern.match(path):
            return bound
    return None


def _new_hash(algorithm: str) -> Any:
    return hashlib.new(algorithm, usedforsecurity=False)


class _Pass:
    """The state of the one pass."""

    def __init__(self, algorithms: set[str]) -> None:
        self.digests: dict[str, dict[str, str]] = {name: {} for name in sorted(algorithms | {"sha256"})}
        self.texts: dict[str, bytes] = {}
        self.broken: dict[str, str] = {}
        self.log: LogFacts | None = None
        self.kept = 0
        self.kept_status = 0

    def read(self, container: Container, name: str, path: str, size: int, step: Any) -> None:
        bound = _bound(path)
        if path.startswith(STATUS):  # what authorities say is of use, but nothing depends on its being there
            self.kept_status += size
            bound = bound if bound and size <= bound and self.kept_status <= MAX_STATUS else None
        keep = bound is not None and size <= bound and self.kept + size <= MAX_KEPT
        parts: list[bytes] = []
        reader = LogReader() if path == LOG and size <= MAX_LOG else None
        if (bound is not None and not keep) or (path == LOG and reader is None):
            self.broken[path] = _("The file is too large to be looked into.")
        hashes = {algorithm: _new_hash(algorithm) for algorithm in self.digests}
        only = hashes["sha256"].update if len(hashes) == 1 else None
        try:
            for chunk in container.chunks(name):
                if only:
                    only(chunk)
                else:
                    for one in hashes.values():
                        one.update(chunk)
                if keep:
                    parts.append(chunk)
                if reader:
                    reader.feed(chunk)
                step(len(chunk))
        except EntryBroken as exc:
            self.broken[path] = str(exc)
            return
        for algorithm, one in hashes.items():
            self.digests[algorithm][path] = one.hexdigest()
        if keep:
            self.texts[path] = b"".join(parts)
            self.kept += size
        if reader:
            self.log = reader.finish()


def read_package(container: Container, progress: ProgressSink, cancel: CancelToken) -> Package:
    """Read everything once. Raises PackageUnreadable when this is no bag at all, and Cancelled."""
    names = container.sizes
    root = find_root(names)
    if root is None and not container.closed:
        raise PackageUnreadable(
            _("This is not a package: the files that describe one are not there."),
            hint=_("Choose the ZIP as it was handed over, or the folder that it unpacked to."),
        )
    root = root or ""
    sizes = {name[len(root) :]: size for name, size in names.items() if name.startswith(root)}
    manifests = (manifest_algorithm(path) for path in sizes)
    named = {found[1] for found in manifests if found and found[1] in ALGORITHMS}
    state = _Pass(named | {match[1] for path in sizes if (match := DIGESTS.match(path))})
    total, done = sum(sizes.values()), 0

    def step(count: int) -> None:
        nonlocal done
        cancel.check()
        done += count
        progress(Progress("verify", done, total))

    for path, size in sizes.items():
        cancel.check()
        state.read(container, root + path, path, size, step)
    below = (path.removeprefix(EXHIBITS).split("/", 1) for path in sizes if path.startswith(EXHIBITS))
    folders = {parts[0] for parts in below if parts[1:]}
    return Package(
        ours=SEAL in sizes or bool(folders),
        kind=container.kind,
        sizes=sizes,
        digests=state.digests,
        texts=state.texts,
        broken=state.broken,
        outside=tuple(name for name in names if not name.startswith(root)),
        empty=tuple(name[len(root) :] for name in container.empty if name.startswith(root)),
        empty_outside=tuple(name for name in container.empty if not name.startswith(root)),
        problems=tuple(container.problems),
        closed=container.closed,
        log=state.log,
        prefix=root,
        exhibits=tuple(sorted(folders)),
    )
