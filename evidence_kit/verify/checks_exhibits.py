"""Checks of the exhibits: manifest-form, artifact, custody-head. Pure functions over facts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence_kit.canonical import NotCanonical, from_canonical
from evidence_kit.language import _
from evidence_kit.records import CheckResult
from evidence_kit.verify.checks_digests import compare_digests
from evidence_kit.verify.custody import LogFacts
from evidence_kit.verify.exhibits import OWN_FILES, ExhibitFacts
from evidence_kit.verify.findings import Findings
from evidence_kit.verify.names import STAMP
from evidence_kit.verify.reading import DIGESTS, EXHIBITS, LOG, Package

HEADS = "data/custody/heads/"
HEAD_FORMAT = "evidence-kit/head/1"
_HEAD_STAMP = re.compile(HEADS + r"(\d{1,11})\.json\.[A-Za-z0-9_-]{1,60}\.tsr\Z", re.ASCII)


def check_manifests(exhibits: Sequence[ExhibitFacts]) -> list[CheckResult]:
    """Every manifest is one canonical record of the known form, and no exhibit stands there twice."""
    found = Findings("manifest-form")
    seen: set[str] = set()
    for one in exhibits:
        if one.problem:
            found.fail(one.manifest_path, one.problem)
        elif one.withheld:
            found.accept(one.manifest_path, _("The manifest is withheld; its digest and its stamps are here."))
        elif one.exhibit_id in seen:
            found.fail(one.manifest_path, _("This exhibit stands twice in the package."))
        else:
            found.accept(one.manifest_path, _("The manifest has its canonical form."))
        seen.add(one.exhibit_id)
    if not exhibits:
        found.skip("", _("There are no exhibits in this package."))
    return found.results()


def check_artifacts(package: Package, exhibits: Sequence[ExhibitFacts], *, full: bool) -> list[CheckResult]:
    """Every artifact of a manifest is there, withheld and said to be so, or confidential; nothing else poses as one."""
    found = Findings("artifact")
    below: dict[str, list[str]] = {}
    for path in package.sizes:
        if path.startswith(EXHIBITS):
            below.setdefault(path[len(EXHIBITS) :].split("/", 1)[0], []).append(path)
    for one in exhibits:
        if one.problem and not one.withheld:
            found.skip(one.base, _("Without a usable manifest the artifacts cannot be checked."))
            continue
        if one.list_problem:
            found.fail(one.base + "files.json", one.list_problem)
            continue
        before = found.failures
        hidden = _compare(package, one, found)
        unlisted = compare_digests(package, one, found)
        extra = _unlisted(below.get(one.folder, []), one)
        if extra and full:
            for path in extra:
                found.fail(path, _("This file is no artifact of the exhibit's manifest."))
        if found.failures == before:
            found.accept(one.base, " ".join([_accepted(len(one.files), hidden, len(extra)), *_warnings(one, unlisted)]))
    if not exhibits:
        found.skip("", _("There are no exhibits in this package."))
    return found.results()


def _warnings(one: ExhibitFacts, unlisted: int) -> list[str]:
    """What is in order and should not pass in silence all the same."""
    said = []
    held_back = sum(claim.key in one.omitted and not claim.confidential for claim in one.artifacts)
    if held_back and not one.files:
        said.append(_("Warning: nothing of this exhibit but its manifest is in the package."))
    elif held_back:
        said.append(_("Warning: withheld though they are not confidential: {count}.", count=held_back))
    if unlisted:
        said.append(
            _(
                "Warning: files that no list of digests by another hash names, and that rest on SHA-256: {count}.",
                count=unlisted,
            )
        )
    return said


def _accepted(present: int, hidden: int, extra: int) -> str:
    if extra:
        return _(
            "{present} artifacts are what the manifest says, {hidden} are withheld or confidential. Warning: {extra} "
            "files beside them were made for this package and are not in the manifest.",
            present=present,
            hidden=hidden,
            extra=extra,
        )
    return _(
        "{present} artifacts are what the manifest says, {hidden} are withheld or confidential.",
        present=present,
        hidden=hidden,
    )


def _compare(package: Package, one: ExhibitFacts, found: Findings) -> int:
    """Compare manifest, list and files of one exhibit; returns how many artifacts are rightly not there."""
    listed = {claim.key: claim for claim in one.files}
    known = {claim.key for claim in one.artifacts}
    hidden = 0
    for claim in one.artifacts:
        entry = listed.get(claim.key)
        subject = f"{one.base}{entry.path}" if entry else f"{one.base} {claim.role}:{claim.name}"
        if entry is None and (claim.key in one.omitted or claim.confidential):
            hidden += 1
        elif entry is None:
            found.fail(subject, _("This artifact of the manifest is missing, and nothing says that it is withheld."))
        elif subject not in package.sizes:
            found.fail(subject, _("This artifact is listed and is not there."))
        elif package.sha256(subject) != claim.sha256 or package.sizes[subject] != claim.size:
            found.fail(subject, _("This artifact is not what the manifest says: it was changed."))
    for claim in one.files:
        subject = one.base + claim.path
        if not one.withheld and claim.key not in known:
            found.fail(subject, _("This file is listed as an artifact that the manifest does not know."))
        elif claim.key not in known and package.sha256(subject) != claim.sha256:
            found.fail(subject, _("This file is not what its digest says: it was changed."))
    return hidden


def _unlisted(paths: Sequence[str], one: ExhibitFacts) -> list[str]:
    listed = {one.base + claim.path for claim in one.files} | {one.base + name for name in OWN_FILES}
    return [path for path in paths if path not in listed and not _is_stamp(path, one.manifest_path)]


def _is_stamp(path: str, manifest: str) -> bool:
    match = STAMP.match(path)
    return match is not None and (match[1] == manifest or DIGESTS.match(match[1]) is not None)


def head_tokens(package: Package) -> dict[str, int]:
    """SHA-256 of each stamp over a head of the log -> the place of that head."""
    found: dict[str, int] = {}
    for path in package.sizes:
        match, digest = _HEAD_STAMP.match(path), package.sha256(path)
        if match and digest:
            found[digest] = int(match[1])
    return found


def check_heads(package: Package, log: LogFacts | None, exhibits: Sequence[ExhibitFacts]) -> list[CheckResult]:
    """Heads that were stamped, and heads that manifests name, are heads of this very log."""
    found = Findings("custody-head")
    if log is None:
        found.skip(LOG, _("There is no custody log that could be read."))
        return found.results()
    for path in package.sizes:
        if path.startswith(HEADS) and path.endswith(".json"):
            _check_head_file(package, log, path, found)
    lower = head_tokens(package)
    for one in exhibits:
        if not one.problem and not one.withheld:
            _check_manifest_head(one, log, lower, found)
    return found.results(LOG, _("Every head that was stamped or stands in a manifest is a head of this log."))


def _check_head(log: LogFacts, chain: str, seq: int, head: str, subject: str, found: Findings) -> bool:
    given = log.head_at(seq)
    if log.chain is not None and chain != log.chain:
        found.fail(subject, _("It names another log than the one in this package."))
    elif given is None:
        found.fail(subject, _("It names entry {seq}, and the log ends before it: the log was cut.", seq=seq))
    elif given != head:
        found.fail(subject, _("It names another head for entry {seq} than the log has.", seq=seq))
    else:
        return True
    return False


def _check_head_file(package: Package, log: LogFacts, path: str, found: Findings) -> None:
    try:
        value = from_canonical(package.texts.get(path, b""))
    except NotCanonical:
        value = {}
    chain, seq, head = value.get("chain"), value.get("seq"), value.get("head")
    formed = isinstance(chain, str) and isinstance(seq, int) and isinstance(head, str) and not isinstance(seq, bool)
    if value.get("format") != HEAD_FORMAT or not formed or path != f"{HEADS}{seq}.json":
        found.fail(path, _("This file does not have the form of a head."))
        return
    if isinstance(chain, str) and isinstance(seq, int) and isinstance(head, str):
        _check_head(log, chain, seq, head, path, found)


def _check_manifest_head(one: ExhibitFacts, log: LogFacts, lower: dict[str, int], found: Findings) -> None:
    if not _check_head(log, one.chain, one.seq, one.head or "", one.manifest_path, found):
        return
    if one.not_before is None:
        return
    seq = lower.get(one.not_before)
    if seq is None:
        found.fail(one.manifest_path, _("It rests on a stamp made before the capture, which is not in the package."))
    elif seq > one.seq:
        found.fail(one.manifest_path, _("The stamp that should come before the capture covers what came after it."))


def check_chain(
    package: Package, log: LogFacts | None, exhibits: Sequence[ExhibitFacts], *, full: bool
) -> list[CheckResult]:
    """The custody log links from its first entry to the head in its last line, and tells of each exhibit.

    A package that is not ``full`` may hold back what it tells of them.
    """
    found = Findings("custody-chain")
    if log is None:
        reason = package.broken.get(LOG) or _("There is no custody log in this package.")
        found.skip(LOG, reason)
        return found.results()
    for where, sentence in log.problems:
        found.fail(f"{LOG}:{where}", sentence)
    whole = log.withheld and not log.problems
    silent = [one for one in exhibits if whole and one.exhibit_id and not log.tells_of(one.exhibit_id)]
    for one in silent if full else ():
        found.skip(one.base, _("The entries of the log about this exhibit are withheld: it does not tell how it came."))
    return found.results(
        LOG,
        _(
            "Entries that link from the first to the last: {count}; of these by their digest alone: {withheld}. "
            "A log alone cannot show that its end was cut; the stamped heads do.",
            count=log.length,
            withheld=log.withheld,
        )
        + (" " + _("Warning: of {count} exhibits it tells nothing.", count=len(silent)) if silent else ""),
    )
