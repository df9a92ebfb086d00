"""One door to both kinds of time proof: a token over the very bytes, or an evidence record that leads to them.

Whoever stores, checks or shows a proof of an exhibit need not know which kind it is (RFC 3161, RFC 4998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from evidence_kit.language import _
from evidence_kit.timestamp.evidence_record import is_record
from evidence_kit.timestamp.record_judge import RecordJudgement, judge_record
from evidence_kit.timestamp.verify import Judgement, judge

Stamps = tuple[tuple[Judgement, datetime | None], ...]
"""The timestamps of one proof, each with the time of the next one, which renewed it (None: of no other)."""


def judge_proof(
    untrusted: bytes,
    *,
    sha256: str,
    data: bytes | None = None,
    roots: Sequence[bytes],
    extra: Sequence[bytes] = (),
) -> Judgement:
    """Judge a reply, a bare token or an evidence record over ``data``, or over its digest (lower hex) alone.

    Of a record the facts are those of its first token, whose time is what it proves, and verdict and reason are the
    record's. A record that was renewed with another hash needs the data itself, else it stays ``untrusted``. Never
    raises for any ``untrusted`` bytes.
    """
    return judge_stamps(untrusted, sha256=sha256, data=data, roots=roots, extra=extra)[0]


def judge_stamps(
    untrusted: bytes,
    *,
    sha256: str,
    data: bytes | None = None,
    roots: Sequence[bytes],
    extra: Sequence[bytes] = (),
) -> tuple[Judgement, Stamps]:
    """The same, with every timestamp in the proof, so that what else ends one (a revocation) can be asked for each."""
    digest = bytes.fromhex(sha256)
    if not is_record(untrusted):
        imprint = None if data is not None else ("sha256", digest)
        judged = judge(untrusted, digest=imprint, data=data, roots=roots, extra=extra)
        return judged, ((judged, None),)
    whole = data if data is not None else lambda name: digest if name == "sha256" else None
    found = judge_record(untrusted, data=whole, roots=roots, extra=extra)
    return of_record(found), stamps_of(found)


def stamps_of(found: RecordJudgement) -> Stamps:
    """Each timestamp of a record with the time of the next one; one that proves nothing where there is none."""
    if not found.stamps:
        return ((of_record(found), None),)
    return tuple(zip(found.stamps, [*(s.gen_time for s in found.stamps[1:]), None], strict=True))


def of_record(found: RecordJudgement) -> Judgement:
    """What a record is worth, told like a token."""
    if not found.stamps:
        return Judgement(verdict=found.verdict, reason=found.reason, readable=found.readable)
    first = found.stamps[0]
    reason = _("The evidence record is good, and so is its timestamp.") if found.verdict == "valid" else found.reason
    checks = (*first.checks, *found.checks)
    return replace(
        first, verdict=found.verdict, reason=reason, renew_before=found.renew_before, checks=checks, trailing=0
    )
