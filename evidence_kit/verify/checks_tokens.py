"""Checks of the stamps: token, seal-token, authority-trusted. Every ``X.<authority>.tsr`` stands over the file X.

``manifest.json.<authority>.ers`` is an evidence record (RFC 4998), which leads from the manifest to one stamp for many.

A stamp whose imprint or signature is wrong was tampered with. A stamp whose root is not among the pinned
ones proves nothing yet, however good it looks: anybody can run an authority.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from asn1crypto import pem

from evidence_kit.canonical import JsonObject
from evidence_kit.clock import now, rfc3339
from evidence_kit.jobs import CancelToken
from evidence_kit.language import _
from evidence_kit.records import CheckResult
from evidence_kit.timestamp.certificates import read_many
from evidence_kit.timestamp.evidence_record import is_record
from evidence_kit.timestamp.proof import Stamps
from evidence_kit.timestamp.revocation import Ended, Statements
from evidence_kit.timestamp.verify import Judgement
from evidence_kit.verify.checks_bag import SEAL_TOKEN
from evidence_kit.verify.checks_exhibits import HEADS
from evidence_kit.verify.checks_seal import SealFacts
from evidence_kit.verify.exhibits import ExhibitFacts
from evidence_kit.verify.findings import Findings
from evidence_kit.verify.names import STAMP, shown
from evidence_kit.verify.reading import DIGESTS, SEAL, STATUS, TAGMANIFEST, Package
from evidence_kit.verify.stamps import Sound, Stamp, before_its_bound, before_its_content, kinship, late_record

Judge = Callable[[bytes, str, bytes | None], tuple[Judgement, Stamps]]
"""(reply, SHA-256 of the stamped bytes in hex, the bytes if at hand) -> what it is worth, by which timestamps."""
MAX_EXTRA = 64
MANIFEST = "/manifest.json"
BROKEN_HASHES = {"md2", "md5", "sha1"}
"""Hashes of which two files with one digest can be made: a stamp over such a digest says nothing of a file."""


class StampChecks:
    """Runs the judge over the stamps and sorts what it says into the three checks.

    What authorities say of their certificates (``statements``) is heard last: a stamp that does not count any more was
    not changed, and another one over the same file may stand in for it.
    """

    def __init__(self, package: Package, judge: Judge, statements: Statements, cancel: CancelToken) -> None:
        self._package = package
        self._judge = judge
        self._statements = statements
        self._cancel = cancel
        self._sound: list[Sound] = []
        self.trusted = Findings("authority-trusted")
        self.facts: list[JsonObject] = []
        self._seen: dict[tuple[str, ...], str] = {}
        self._records: dict[str, tuple[str, ...]] = {}
        """By path without ending: which stamp a record that holds begins with."""

    def judged(self, stamp: Stamp, found: Findings, warning: str = "", finished_at: str = "") -> None:
        """Judge one stamp: imprint and signature into ``found``, its root into ``trusted``.

        ``finished_at`` is when the record that was stamped says it was finished, "" for other files.
        """
        self._cancel.check()
        reply = self._package.texts.get(stamp.path)
        if reply is None:
            found.fail(stamp.path, self._package.broken.get(stamp.path) or _("The stamp cannot be read."))
            return
        if stamp.digest is None:
            found.fail(stamp.path, _("The file that this stamp is about is not there."))
            return
        if is_record(reply) != stamp.path.endswith(".ers"):
            found.fail(stamp.path, _("This stamp is of another kind than its name says."))
            return
        judgement, stamps = self._judge(reply, stamp.digest, self._package.texts.get(stamp.target))
        when = rfc3339(judgement.gen_time) if judgement.gen_time else ""
        self.facts.append(
            {
                "file": stamp.path,
                "authority": stamp.authority,
                "verdict": judgement.verdict,
                "gen_time": when,
                "signer": judgement.signer_subject,
                "root_sha256": judgement.root_sha256,
                "renewals": [rfc3339(one.gen_time) for one, _next in stamps[1:] if one.gen_time],
                "revocation": self._statements.check_of(stamps).detail,
            }
        )
        if judgement.verdict == "invalid":
            found.fail(stamp.path, _("The stamp does not hold: {reason}", reason=judgement.reason))
            return
        # told by what is signed: bytes around the signature can be changed and leave the stamp what it is
        once = (stamp.target, judgement.signer_sha256 or "", judgement.serial, when)
        first = self._seen.setdefault(once, stamp.path)
        if first != stamp.path and first.rpartition(".")[0] != stamp.stem:
            found.fail(
                stamp.path, _("This is the same stamp as {other}: one is passed off as two.", other=shown(first))
            )
            return
        if judgement.trailing:
            found.fail(stamp.path, _("There are bytes behind the end of the stamp."))
            return
        if judgement.hash_algorithm in BROKEN_HASHES:
            name = judgement.hash_algorithm
            found.skip(stamp.path, _("It was made over a digest by {hash}, which proves nothing of a file.", hash=name))
            return
        if stamp.path.endswith(".ers"):
            self._records[stamp.stem] = once
        said = _(
            "Stamped by {authority}: existed at {when}.",
            authority=shown(judgement.signer_subject or stamp.authority),
            when=when,
        )
        if renewals := self.facts[-1]["renewals"]:
            said = f"{said} {_('Renewed: {times}.', times=', '.join(renewals))}"
        notes = (
            "" if stamp.path.endswith(".tsr") and self._records.get(stamp.stem) == once else _unrenewed(stamps),
            late_record(finished_at, judgement.gen_time) if finished_at else "",
            warning,
        )
        found.accept(stamp.path, " ".join([said, *filter(None, notes)]))
        self._sound.append(
            Sound(
                stamp,
                shown(judgement.signer_subject or stamp.authority),
                judgement.signer_sha256,
                judgement.root_sha256 if judgement.verdict == "valid" else None,
                frozenset(c.spki for c in read_many(judgement.path)),
                judgement.gen_time,
                stamps[-1][0].gen_time,
                self._statements.ended_of(stamps) if judgement.verdict == "valid" else None,
            )
        )

    def settle(self, exhibits: Sequence[ExhibitFacts]) -> None:
        """Say of every stamp that holds whether its authority is known and stands by it; once, after all of them."""
        by_target: dict[str, list[Sound]] = defaultdict(list)
        for one in self._sound:
            by_target[one.stamp.target].append(one)
        bounds = self._bounds(exhibits)
        for one in self._sound:
            target, beside = one.stamp.target, by_target[one.stamp.target]
            if one.root is None:
                reason = _("The authority's root is not known here. It can be had from the authority itself.")
                self.trusted.skip(one.stamp.path, reason)
            elif one.ended is not None and not any(o.renews(one) for o in beside):
                self._taken_back(one, one.ended, beside)
            elif reason := before_its_bound(one, bounds.get(target)):
                self.trusted.skip(one.stamp.path, reason)
            else:
                inner = (o for o in self._sound if o.stamp.target != TAGMANIFEST)
                notes = (kinship(one, beside), before_its_content(one, inner) if target == TAGMANIFEST else "")
                known = _("The authority's root is one of those that are known here.")
                self.trusted.accept(one.stamp.path, " ".join([known, *filter(None, notes)]))

    def _taken_back(self, one: Sound, ended: Ended, beside: Sequence[Sound]) -> None:
        other = next((o for o in beside if o.doubles(one)), None)
        if other is None:
            self.trusted.skip(one.stamp.path, ended.sentence)
            return
        self.trusted.accept(
            one.stamp.path,
            _(
                "Warning: the stamp of {authority} alone does not count any more ({reason}); that of {other}, "
                "another authority, was made over the same file before and counts.",
                authority=one.name,
                reason=ended.sentence.rstrip("."),
                other=other.name,
            ),
        )

    def _bounds(self, exhibits: Sequence[ExhibitFacts]) -> dict[str, Sound]:
        """By the path of a manifest: the good stamp over a head of the log that it names as made before it."""
        heads = {self._package.sha256(o.stamp.path): o for o in self._sound if o.stamp.target.startswith(HEADS)}
        named = ((one.manifest_path, heads.get(one.not_before)) for one in exhibits if one.not_before)
        return {path: bound for path, bound in named if bound is not None and bound.root is not None}


def _unrenewed(stamps: Stamps) -> str:
    """A proof whose last stamp has outlived its certificate still holds, and says so."""
    ends = stamps[-1][0].renew_before
    if ends is None or now() < ends:
        return ""
    return _("A certificate of the last timestamp ended at {time}; it was not renewed.", time=rfc3339(ends))


def _artifact_paths(exhibits: Sequence[ExhibitFacts]) -> set[str]:
    return {one.base + claim.path for one in exhibits for claim in one.files}


def find_stamps(package: Package, exhibits: Sequence[ExhibitFacts]) -> list[Stamp]:
    """Every token file that claims to stand over another file, in path order."""
    artifacts = _artifact_paths(exhibits)
    held_back = {one.manifest_path: one.manifest_sha256 for one in exhibits if one.withheld}
    stamps = []
    for path in sorted(package.sizes):
        match = STAMP.match(path)
        placed = path.startswith("data/") or SEAL_TOKEN.match(path)
        if (
            match
            and (match[3] == "tsr" or match[1].endswith(MANIFEST) or DIGESTS.match(match[1]))
            and placed
            and path not in artifacts
        ):
            digest = package.sha256(match[1]) or held_back.get(match[1])
            stamps.append(Stamp(path, match[1], match[2], digest))
    return stamps


def check_tokens(
    package: Package, checks: StampChecks, stamps: Sequence[Stamp], exhibits: Sequence[ExhibitFacts]
) -> list[CheckResult]:
    """Every stamp in the package holds, nothing else poses as one, and every exhibit has at least one."""
    found = Findings("token")
    artifacts = _artifact_paths(exhibits)
    awaited = {one.manifest_path: one for one in exhibits}
    for stamp in stamps:
        if stamp.target == TAGMANIFEST:
            continue
        one = awaited.get(stamp.target)
        finished_at = one.finished_at if one and not one.problem else ""
        checks.judged(stamp, found, _pending_note(one.pending) if one else "", finished_at)
    tried = {stamp.target for stamp in stamps}
    for path, one in awaited.items():
        if path in tried:
            continue
        if one.pending:
            found.skip(path, _("No stamp has come yet; awaited: {names}.", names=shown(", ".join(one.pending))))
        else:
            found.skip(path, _("There is no stamp of an authority over this exhibit."))
    judged = {stamp.path for stamp in stamps}
    for path in package.sizes if package.ours else ():
        if path.startswith("data/") and path.endswith((".tsr", ".ers")) and path not in judged | artifacts:
            found.fail(path, _("This file is named like a stamp, and not as stamps are named."))
    if not exhibits and not stamps:
        found.skip("", _("There are no stamps in this package."))
    return found.results(HEADS, _("Every stamp holds."))


def _pending_note(pending: tuple[str, ...]) -> str:
    if not pending:
        return ""
    return _("Warning: still awaited from {names}.", names=shown(", ".join(pending)))


def check_seal_tokens(checks: StampChecks, stamps: Sequence[Stamp], seal: SealFacts) -> list[CheckResult]:
    """The seal itself was stamped: from then on the package is as it is."""
    found = Findings("seal-token")
    own = [stamp for stamp in stamps if stamp.target == TAGMANIFEST]
    missing = tuple(name for name in seal.expected if name not in {stamp.authority for stamp in own})
    for stamp in own:
        checks.judged(stamp, found, _pending_note(missing))
    if not own:
        sentence = _("There is no stamp over the seal: nothing outside this package says when it was made.")
        found.skip(TAGMANIFEST if seal.present else SEAL, sentence)
    return found.results()


def check_trusted(checks: StampChecks, exhibits: Sequence[ExhibitFacts]) -> list[CheckResult]:
    """The roots that the stamps rest on are pinned here, not brought by the package."""
    checks.settle(exhibits)
    if checks.trusted.clean and not checks.facts:
        checks.trusted.skip("", _("There is no stamp whose authority could be looked up."))
    return checks.trusted.results("", _("There is no usable stamp whose authority could be looked up."))


def extra_certificates(package: Package) -> list[bytes]:
    """Certificates that the package brings along (DER): help to build a chain, never a reason to trust it."""
    found: list[bytes] = []
    for path, text in package.texts.items():
        if path.startswith("data/authorities/") and path.endswith(".pem"):
            found += pem_certificates(text)
    return found[:MAX_EXTRA]


def status_statements(package: Package) -> list[bytes]:
    """What the package brings along of authorities' statements: unread, and worth only what their signatures are."""
    return [text for path, text in package.texts.items() if path.startswith(STATUS)]


def pem_certificates(untrusted: bytes) -> list[bytes]:
    """The certificates in a PEM text as DER; what is none is passed over."""
    try:
        return [der for kind, _headers, der in pem.unarmor(untrusted, multiple=True) if kind == "CERTIFICATE"]
    except (ValueError, TypeError):
        return []
