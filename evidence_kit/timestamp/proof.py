"""One door to both kinds of time proof: a token over the very bytes, or an evidence record that leads to them.

Whoever stores, checks or shows a proof of an exhibit need not know which kind it is (RFC 3161, RFC 4998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evidence_kit.language import _
from evidence_kit.timestamp.evidence_record import is_record
from evidence_kit.timestamp.record_judge import RecordJudgement, judge_record
from evidence_kit.timestamp.verify import Judgement, judge


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
    digest = bytes.fromhex(sha256)
    if not is_record(untrusted):
        imprint = None if data is not None else ("sha256", digest)
        return judge(untrusted, digest=imprint, data=data, roots=roots, extra=extra)
    whole = data if data is not None else lambda name: digest if name == "sha256" else None
    return of_record(judge_record(untrusted, data=whole, roots=roots, extra=extra))


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
