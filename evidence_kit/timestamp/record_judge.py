"""Judging an evidence record, offline: does it prove that these bytes existed at the time of its first timestamp?

As RFC 4998, 4.3 and 5.3 want it: the data's digest leads to the first timestamp, each further one covers the one
before it (or, where the hash was changed, the data and all chains before it), and each was still good when the next
one was made. The last one is judged at its own time, as a plain timestamp is; that its authority's certificate has
ended since is told in a check, and changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from evidence_kit import clock
from evidence_kit.language import _
from evidence_kit.records import CheckResult
from evidence_kit.timestamp import evidence_record, verify
from evidence_kit.timestamp.evidence_record import ArchiveTimestamp, DamagedRecord, EvidenceRecord, NotARecord
from evidence_kit.timestamp.hash_tree import hashed, root_of
from evidence_kit.timestamp.verify import Judgement

Digests = Callable[[str], bytes | None]
"""Gives the data's digest (raw) in the named hash, one of "sha256", "sha384", "sha512"; None where it is not known."""

StillCounts = Callable[[Judgement, datetime | None], str]
"""Why a timestamp did not count any more at a moment (for the last one None: ever since), "" where it did.

Asked about each timestamp whose certificates' periods are in order, so that what else ends one (a revocation) is heard.
"""

_NOTHING = ("", b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordJudgement:
    """What was found. ``verdict`` and ``readable`` are those of a plain timestamp's :class:`Judgement`.

    ``untrusted``: all is well but no chain leads from some timestamp to a given root, or the data's digest in a later
    hash is not known. Times are aware UTC.
    """

    verdict: str
    reason: str
    readable: bool = True
    gen_time: datetime | None = None
    """The time of the first timestamp: what a valid record proves."""
    stamps: tuple[Judgement, ...] = ()
    """Each ArchiveTimeStamp at its own time, in order; all of them may be valid in a record that is not."""
    failed_at: int | None = None
    """Which of ``stamps`` makes the record invalid, from 0."""
    chains: tuple[int, ...] = ()
    """How many of ``stamps`` each chain has: one chain more for each hash-tree renewal."""
    algorithms: tuple[str, ...] = ()
    """The hash of each chain."""
    renew_before: datetime | None = None
    """When the first certificate ends on which the last timestamp rests."""
    checks: tuple[CheckResult, ...] = field(default=())


def record_algorithms(untrusted: bytes) -> tuple[str, ...]:
    """The hashes in which a record needs the data's digest, so that a big file is read once; () if it is no record."""
    try:
        record = evidence_record.read(untrusted)
    except (NotARecord, DamagedRecord):
        return ()
    return tuple(dict.fromkeys(chain[0].algorithm for chain in record.chains if chain[0].algorithm))


def judge_record(
    untrusted: bytes,
    *,
    data: bytes | Digests,
    roots: Sequence[bytes],
    extra: Sequence[bytes] = (),
    still_counts: StillCounts | None = None,
) -> RecordJudgement:
    """Judge a record over ``data``: the bytes themselves, or a function that gives their digests.

    ``roots`` and ``extra`` are as in :func:`~evidence_kit.timestamp.verify.judge`, and serve every authority in the
    record. Nothing is fetched. No exception leaves this function for any ``untrusted`` bytes; those of ``data`` and
    ``still_counts`` do.
    """
    try:
        record = evidence_record.read(untrusted)
    except (NotARecord, DamagedRecord) as exc:
        return RecordJudgement(verdict="invalid", reason=str(exc), readable=isinstance(exc, DamagedRecord))
    if not callable(data):
        whole = data
        data = lambda name: hashlib.new(name, whole).digest()  # noqa: E731
    names = [chain[0].algorithm for chain in record.chains]
    digests = {name: data(name) for name in dict.fromkeys(names) if name}
    found = _Case(record, digests, roots, extra)
    return found.told(still_counts)


class _Case:
    """One judgement in the making: first what covers what, then whether it was in time."""

    def __init__(
        self,
        record: EvidenceRecord,
        digests: dict[str, bytes | None],
        roots: Sequence[bytes],
        extra: Sequence[bytes],
    ) -> None:
        self._record = record
        self._digests = digests
        self._roots = roots
        self._extra = extra
        self._unknown: list[str] = []

    def told(self, still_counts: StillCounts | None) -> RecordJudgement:
        stamps = self._judged()
        facts = RecordJudgement(
            verdict="valid",
            reason=_("The evidence record is good."),
            gen_time=stamps[0].gen_time,
            stamps=tuple(stamps),
            chains=tuple(len(chain) for chain in self._record.chains),
            algorithms=tuple(chain[0].algorithm for chain in self._record.chains),
        )
        for place, token in enumerate(self._record.stamps()):
            reason = self._trouble(stamps, place, token.token, still_counts)
            if reason:
                return replace(facts, verdict="invalid", reason=_placed(reason, place, len(stamps)), failed_at=place)
        ends = stamps[-1].renew_before
        facts = replace(facts, renew_before=ends, checks=tuple(self._checks(ends)))
        if self._unknown:
            name = self._unknown[0]
            reason = _("The digest of the data in {algorithm} is needed to judge this record.", algorithm=name)
            return replace(facts, verdict="untrusted", reason=reason)
        for place, judged in enumerate(stamps):
            if judged.verdict != "valid":
                return replace(facts, verdict="untrusted", reason=_placed(judged.reason, place, len(stamps)))
        return facts

    def _judged(self) -> list[Judgement]:
        """Each timestamp, at its own time and about what it has to cover."""
        stamps = []
        for number, chain in enumerate(self._record.chains):
            before = b""
            for stamp in chain:
                reason, expected = self._expected(number, chain[0].algorithm, stamp, before)
                judged = verify.judge(stamp.token, digest=expected, roots=self._roots, extra=self._extra)
                if not reason and judged.status:
                    reason = _("The evidence record holds an authority's reply in the place of the timestamp in it.")
                if not reason and judged.imprint and (judged.hash_algorithm, judged.imprint) != _as_told(expected):
                    tree = _("The hash tree does not lead to what the timestamp is about.")
                    reason = tree if stamp.tree else _not_covered(number, before)
                stamps.append(replace(judged, verdict="invalid", reason=reason) if reason else judged)
                before = stamp.token
        return stamps

    def _expected(
        self, chain: int, algorithm: str, stamp: ArchiveTimestamp, before: bytes
    ) -> tuple[str, tuple[str, bytes]]:
        """What is wrong with what the timestamp covers ("" if nothing), and what its token must be about."""
        if not algorithm or not stamp.algorithm:
            return _("The evidence record uses a hash that is not known here."), _NOTHING
        if stamp.algorithm != algorithm:
            return _("It uses another hash than the first timestamp of its chain."), _NOTHING
        if algorithm not in self._record.algorithms:
            return _("The evidence record does not name the hash that it uses."), _NOTHING
        leaf = self._leaf(chain, algorithm, before)
        if not stamp.tree:
            return "", evidence_record.imprint(stamp.token) if leaf is None else (algorithm, leaf)
        if leaf is not None and leaf not in stamp.tree[0]:
            return _not_covered(chain, before), _NOTHING
        try:
            return "", (algorithm, root_of(stamp.tree, algorithm))
        except ValueError:
            return _("The hash tree holds something that is no digest."), _NOTHING

    def _leaf(self, chain: int, algorithm: str, before: bytes) -> bytes | None:
        """The digest that has to be in the first list, None where the data's own is not known (RFC 4998, 5.3)."""
        if before:
            return hashed(algorithm, before)
        digest = self._digests[algorithm]
        if digest is None:
            self._unknown.append(algorithm)
            return None
        return hashed(algorithm, digest + self._record.digest_before(chain, algorithm)) if chain else digest

    def _trouble(self, stamps: Sequence[Judgement], place: int, token: bytes, still_counts: StillCounts | None) -> str:
        """Why the timestamp at ``place`` makes the record invalid; "" where it does not."""
        judged, following = stamps[place], stamps[place + 1 :]
        if judged.verdict == "invalid" or judged.gen_time is None:
            return judged.reason
        if place and (told := stamps[place - 1].gen_time) and judged.gen_time < told:
            return _("It is older than the timestamp before it.")
        moment = following[0].gen_time if following else None
        if (
            moment is not None
            and moment >= judged.gen_time
            and not verify.counted_at(token, judged, moment, roots=self._roots, extra=self._extra)
        ):
            return _(
                "It was renewed too late: a certificate of its authority was not valid any more at {time}.",
                time=clock.rfc3339(moment),
            )
        return still_counts(judged, moment) if still_counts and (moment or not following) else ""

    def _checks(self, ends: datetime | None) -> list[CheckResult]:
        found = []
        time = clock.rfc3339(ends) if ends else ""
        if ends is None:
            status, detail = "not-checked", _("When the last timestamp has to be renewed is not known.")
        elif clock.now() < ends:
            status, detail = "passed", _("To be renewed before {time}.", time=time)
        else:
            status = "failed"
            detail = _("A certificate of the last timestamp ended at {time}; it was not renewed.", time=time)
        found.append(CheckResult(name="renewal", status=status, subject="", detail=detail))
        if self._record.has_more:
            detail = _("The evidence record carries further information, which is not looked at.")
            found.append(CheckResult(name="further-information", status="not-checked", subject="", detail=detail))
        return found


def _as_told(expected: tuple[str, bytes]) -> tuple[str, str]:
    return expected[0], expected[1].hex()


def _not_covered(chain: int, before: bytes) -> str:
    if before:
        return _("It does not cover the timestamp before it.")
    if chain:
        return _("It does not cover the data together with the timestamps before it.")
    return _("The evidence record is about other data.")


def _placed(reason: str, place: int, total: int) -> str:
    if total == 1:
        return reason
    return _("Timestamp {number} of {total}: {reason}", number=place + 1, total=total, reason=reason)
