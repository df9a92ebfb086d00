"""What the exhibits of a package say of themselves, reduced to what the checks compare.

One manifest at a time is parsed and let go of, so that a package with thousands of exhibits stays small.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evidence_kit.canonical import JsonObject, NotCanonical, from_canonical
from evidence_kit.digest import is_sha256_hex
from evidence_kit.language import _
from evidence_kit.records import MANIFEST_FORMAT, ROLES, Kind, Outcome, Subject
from evidence_kit.verify.names import is_safe
from evidence_kit.verify.reading import Package

FILES_FORMAT = "evidence-kit/files/1"
WITHHELD_FORMAT = "evidence-kit/withheld/1"
_TEXTS = ("exhibit_id", "case_id", "url_requested", "url_final", "title", "started_at", "finished_at")
OWN_FILES = ("manifest.json", "files.json", "withheld.json", "digests-sha384.json", "digests-sha512.json")
"""Names that no artifact has: the exhibit's own files, and, behind a dot, the stamps over its manifest."""
_LISTS = ("redirects", "navigation", "missing", "steps", "artifacts")
_OBJECTS = ("clock", "software", "browser", "environment", "network", "custody")
_KINDS, _OUTCOMES = {k.value for k in Kind}, {o.value for o in Outcome}
_SUBJECTS = {*(s.value for s in Subject), "selected"}
MAX_VALUES = 200_000
"""How many values one file may hold: a few megabytes of brackets would keep a reader busy for minutes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One artifact as a manifest or a list of files names it."""

    role: str
    name: str
    sha256: str
    size: int = -1
    confidential: bool = False
    path: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two claims the same artifact."""
        return self.role, self.name, self.sha256


@dataclass(slots=True)
class ExhibitFacts:
    """One folder below data/exhibits/. ``problem`` = its manifest cannot be used; ``list_problem`` = files.json."""

    folder: str
    problem: str = ""
    list_problem: str = ""
    withheld: bool = False
    manifest_sha256: str | None = None
    exhibit_id: str = ""
    case_id: str = ""
    vault_key: str | None = None
    chain: str = ""
    seq: int = -1
    head: str | None = None
    not_before: str | None = None
    finished_at: str = ""
    artifacts: list[Claim] = field(default_factory=list)
    files: list[Claim] = field(default_factory=list)
    omitted: set[tuple[str, str, str]] = field(default_factory=set)
    pending: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The folder's path in the package, with its slash."""
        return f"data/exhibits/{self.folder}/"

    @property
    def manifest_path(self) -> str:
        """Where the manifest is, or would be if it is withheld."""
        return self.base + "manifest.json"


class _Bad(ValueError):
    """A sentence about what is wrong."""


def _need(holds: bool, sentence: str) -> None:
    if not holds:
        raise _Bad(sentence)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _load(package: Package, path: str, format_name: str) -> JsonObject:
    if path not in package.texts:
        raise _Bad(package.broken.get(path) or _("This file is not there."))
    text = package.texts[path]
    values = sum(map(text.count, (b",", b"[", b"{")))
    _need(values <= MAX_VALUES, _("The file holds far too many values."))
    try:
        value = from_canonical(text)
    except NotCanonical:
        raise _Bad(_("This file is not in its canonical form (RFC 8785).")) from None
    _need(value.get("format") == format_name, _("This file has a format that is not known here."))
    return value


def _claim(value: Any) -> Claim:
    unfit = _("An artifact is not described as it must be.")
    _need(isinstance(value, dict), unfit)
    role, name, digest = value.get("role"), value.get("name"), value.get("sha256")
    _need(isinstance(role, str) and role in ROLES and isinstance(name, str) and is_sha256_hex(digest), unfit)
    return Claim(str(role), str(name), str(digest))


def _artifact(value: Any) -> Claim:
    claim = _claim(value)
    unfit = _("An artifact is not described as it must be.")
    _need(_is_count(value.get("size")), unfit)
    _need(isinstance(value.get("confidential"), bool) and isinstance(value.get("media_type"), str), unfit)
    return Claim(claim.role, claim.name, claim.sha256, value["size"], value["confidential"])


def _read_manifest(facts: ExhibitFacts, value: JsonObject) -> None:
    unfit = _("The manifest lacks something that every manifest has, or gives it in another form.")
    _need(all(isinstance(value.get(key), str) for key in _TEXTS), unfit)
    _need(all(isinstance(value.get(key), list) for key in _LISTS), unfit)
    _need(all(isinstance(value.get(key), dict) for key in _OBJECTS), unfit)
    named = ((value.get("kind"), _KINDS), (value.get("outcome"), _OUTCOMES), (value.get("subject"), _SUBJECTS))
    _need(all(isinstance(word, str) and word in known for word, known in named), unfit)
    _need(_is_count(value.get("monotonic_ms")), unfit)
    _need(value.get("digest_algorithm", "sha256") == "sha256", unfit)
    _need(is_sha256_hex(value.get("vault_key")), unfit)
    for key in ("not_before", "annex_sha256"):
        _need(key in value and (value[key] is None or is_sha256_hex(value[key])), unfit)
    custody = value["custody"]
    _need(isinstance(custody.get("chain"), str) and _is_count(custody.get("seq")), unfit)
    _need(is_sha256_hex(custody.get("head")), unfit)
    facts.artifacts = [_artifact(one) for one in value["artifacts"]]
    facts.exhibit_id, facts.case_id, facts.vault_key = value["exhibit_id"], value["case_id"], value["vault_key"]
    facts.chain, facts.seq, facts.head = custody["chain"], custody["seq"], custody["head"]
    facts.not_before, facts.finished_at = value["not_before"], value["finished_at"]


def _read_files(facts: ExhibitFacts, value: JsonObject) -> None:
    unfit = _("The list of the exhibit's files does not have its form.")
    files, omitted, pending = value.get("files"), value.get("withheld", []), value.get("pending", [])
    _need(isinstance(files, list) and isinstance(omitted, list) and isinstance(pending, list), unfit)
    _need(all(isinstance(name, str) for name in pending), unfit)
    facts.pending = tuple(pending)
    facts.omitted = {_claim(one).key for one in omitted}
    for one in files if isinstance(files, list) else []:
        claim = _claim(one)
        path = one.get("path")
        _need(isinstance(path, str) and is_safe(path) and not path.startswith(OWN_FILES), unfit)
        facts.files.append(Claim(claim.role, claim.name, claim.sha256, path=path))
    twice = _("An artifact, or a file, stands twice in the list of the exhibit's files.")
    _need(len({claim.key for claim in facts.files}) == len(facts.files), twice)
    _need(len({claim.path for claim in facts.files}) == len(facts.files), twice)


def read_exhibit(package: Package, folder: str) -> ExhibitFacts:
    """The facts of one exhibit; what is wrong stands in ``problem`` and ``list_problem``."""
    facts = ExhibitFacts(folder)
    held_back = facts.base + "withheld.json"
    try:
        if held_back in package.sizes:
            facts.withheld = True
            value = _load(package, held_back, WITHHELD_FORMAT)
            _need(is_sha256_hex(value.get("manifest_sha256")), _("The note does not give the digest of the manifest."))
            facts.manifest_sha256 = value["manifest_sha256"]
            _need(facts.manifest_path not in package.sizes, _("The manifest is there and yet said to be withheld."))
        else:
            facts.manifest_sha256 = package.sha256(facts.manifest_path)
            _read_manifest(facts, _load(package, facts.manifest_path, MANIFEST_FORMAT))
    except _Bad as exc:
        facts.problem = str(exc)
    if facts.withheld and facts.base + "files.json" not in package.sizes:
        return facts
    try:
        _read_files(facts, _load(package, facts.base + "files.json", FILES_FORMAT))
    except _Bad as exc:
        facts.list_problem = str(exc)
    return facts
