"""What authorities say of their certificates, asked for while they still say it, and kept beside the timestamps.

Whoever checks a timestamp in ten years finds nobody to ask. So when timestamps were kept, the lists and answers about
their certificates are fetched as well: once for each certificate, however many timestamps rest on it, and again once a
day while a vault is open, so that she hears of a revocation while she can still have her proofs renewed. Nothing waits
for it but the very end of a round, and nothing depends on it (DOMAIN TSA-06).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import EvidenceError
from evidence_kit.export.material import StatusFile
from evidence_kit.identified import plain_name
from evidence_kit.jobs import CancelToken
from evidence_kit.language import _
from evidence_kit.vault.index import KeptStatement, Watched
from evidence_kit.workflow.context import Context

if TYPE_CHECKING:
    from evidence_kit.timestamp.certificates import Certificate
    from evidence_kit.timestamp.revocation import Status
    from evidence_kit.timestamp.revocation_client import Found, Question

AT_THE_END = 10.0
"""Seconds that a round may take longer because of it."""
FRESH = timedelta(days=1)
RETRY = timedelta(hours=1)
SMALL = 1 << 16
LARGE_AGAIN = timedelta(days=30)
"""A larger list that says the same is kept anew only after this: what is kept is never removed."""
MOST_WATCHED = 64
MOST_EXPORTED = 32 << 20
"""Bytes of statements that one package carries."""
FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """A certificate that was taken back, and that kept timestamps rest on."""

    certificate: str
    """Its SHA-256."""
    at: str
    reason: str
    orderly: bool
    """Whether what was stamped before still counts."""
    sentence: str


def watch(context: Context, chains: Iterable[Sequence[bytes]]) -> None:
    """Remember the certificates that good timestamps rest on (DER, the signer's first), all but the roots."""
    from evidence_kit.timestamp.certificates import read_many

    index = context.vault.index
    known = {one.certificate for one in index.watched_certificates()}
    for chain in chains:
        for certificate, issuer in itertools.pairwise(read_many(chain)):
            if certificate.sha256 not in known and len(known) < MOST_WATCHED:
                known.add(certificate.sha256)
                index.watch_certificate(certificate.sha256, certificate.der, issuer.der)


def refresh(context: Context, cancel: CancelToken, seconds: float = AT_THE_END) -> int:
    """Ask about every watched certificate that is due; how many statements were kept. Never raises for any trouble."""
    if not context.asking_status.acquire(blocking=False):  # somebody else is just asking
        return 0
    try:
        return _refresh(context, cancel, seconds)
    except EvidenceError:
        return 0
    finally:
        context.asking_status.release()


def after_round(context: Context, chains: Collection[Sequence[bytes]], cancel: CancelToken) -> None:
    """What a round does at its end, when everything is kept: nothing that goes wrong here is its business."""
    if not chains or cancel.cancelled:
        return
    try:
        watch(context, chains)
    except EvidenceError:
        return
    refresh(context, cancel)


def until_due(context: Context) -> timedelta | None:
    """How long until :func:`refresh` has something to ask; None where nobody can be asked."""
    waits = [_wait(one) for one in context.vault.index.watched_certificates() if _question(context, one).answerable]
    return max(timedelta(), min(waits)) if waits else None


def revoked(context: Context) -> list[Revoked]:
    """The certificates on which kept timestamps rest and that were taken back, by what is kept; in order of time."""
    from evidence_kit.timestamp.revocation import ORDERLY, REVOKED, reason_text

    found = []
    for one in context.vault.index.watched_certificates():
        question = _question(context, one)
        status = _known(context, question)
        if status.state == REVOKED and status.at is not None:
            name = safe_text(plain_name(question.certificate.subject_text), 200)
            time, reason = clock.rfc3339(status.at), reason_text(status.reason)
            sentence = _(
                "The authority's certificate {name} was revoked at {time} ({reason}).",
                name=name,
                time=time,
                reason=reason,
            )
            found.append(
                Revoked(
                    certificate=one.certificate,
                    at=time,
                    reason=status.reason,
                    orderly=status.reason in ORDERLY,
                    sentence=sentence,
                )
            )
    return sorted(found, key=lambda one: (one.at, one.certificate))


def for_export(context: Context) -> list[StatusFile]:
    """What is kept about each watched certificate, as much as tells all that is known of it."""
    from evidence_kit.timestamp.revocation import Statements

    found, left = [], MOST_EXPORTED
    for one in context.vault.index.watched_certificates():
        question = _question(context, one)
        issuer = question.issuer
        kept = {s.sha256: s for s in context.vault.index.statements(_identity(issuer), one.certificate)}
        said = Statements((s.der for s in kept.values()), question.chain)
        for digest in said.enough(question.certificate, issuer):
            left -= len(kept[digest].der)
            if left >= 0:
                found.append(
                    StatusFile(
                        certificate=one.certificate, issuer=issuer.sha256, kind=kept[digest].kind, der=kept[digest].der
                    )
                )
    return found


def _refresh(context: Context, cancel: CancelToken, seconds: float) -> int:
    from evidence_kit.timestamp import revocation_client

    due = [one for one in context.vault.index.watched_certificates() if _wait(one) <= timedelta()]
    questions = [q for one in due if (q := _question(context, one)).answerable]
    if not questions:
        return 0
    kept: dict[str, Found] = {}
    index, asked_at = context.vault.index, clock.rfc3339()
    awaited = {q.certificate.sha256 for q in questions}
    for found in revocation_client.ask_all(questions, seconds, cancel):
        certificate = found.question.certificate.sha256
        awaited.discard(certificate)
        with index.transaction():
            index.note_status_asked(certificate, asked_at, found.next_update if found.der else FAILED)
            if found.der and _says_more(context, found):
                index.keep_statement(_statement(found))
                kept[certificate] = found
    if not cancel.cancelled:
        for certificate in awaited:
            index.note_status_asked(certificate, asked_at, FAILED)
    if kept:
        context.log.append(context.vault_chain, "revocation.kept", digests=_digests(kept), detail=_detail(kept))
    return len(kept)


def _digests(kept: dict[str, Found]) -> dict[str, str]:
    return {certificate[:16]: sha256_hex(found.der) for certificate, found in sorted(kept.items())}


def _detail(kept: dict[str, Found]) -> JsonObject:
    states = [found.status.state for found in kept.values()]
    return {state: states.count(state) for state in sorted(set(states))}


def _statement(found: Found) -> KeptStatement:
    return KeptStatement(
        kind=found.kind,
        issuer=_identity(found.question.issuer),
        subject=found.question.certificate.sha256 if found.kind == "ocsp" else "",
        this_update=found.this_update,
        next_update=found.next_update,
        fetched_at=clock.rfc3339(),
        der=found.der,
    )


def _identity(issuer: Certificate) -> str:
    return sha256_hex(issuer.subject_der + issuer.spki)


def _question(context: Context, one: Watched) -> Question:
    from evidence_kit.timestamp.certificates import read
    from evidence_kit.timestamp.revocation_client import Question

    chain = (one.der, one.issuer_der, *(root.der for a in context.authorities().all.values() for root in a.roots))
    return Question(certificate=read(one.der), issuer=read(one.issuer_der), chain=chain)


def _known(context: Context, question: Question) -> Status:
    from evidence_kit.timestamp.revocation import Statements

    kept = context.vault.index.statements(_identity(question.issuer), question.certificate.sha256)
    return Statements((s.der for s in kept), question.chain).about(question.certificate, question.issuer)


def _says_more(context: Context, found: Found) -> bool:
    """Whether it is worth keeping for ever: another word than before, or the same of a later day."""
    known = _known(context, found.question)
    if (known.state, known.reason) != (found.status.state, found.status.reason):
        return True
    if found.status.state != "good" or known.at is None or found.status.at is None:
        return False
    pause = timedelta() if len(found.der) <= SMALL else LARGE_AGAIN
    return found.status.at > known.at + pause or _passed(known.current_until)


def _passed(moment: datetime | None) -> bool:
    return moment is not None and moment < clock.now()


def _wait(one: Watched) -> timedelta:
    """How long the authority is to be left alone about a certificate; zero or less where it is to be asked."""
    try:
        asked = clock.parse(one.asked_at)
        ends = clock.parse(one.outcome) if one.outcome not in {"", FAILED} else None
    except ValueError:
        return timedelta()
    now = clock.now()
    if asked > now:  # the clock was put back
        return timedelta()
    pause = RETRY if one.outcome == FAILED else FRESH
    due = asked + pause
    if ends is not None and ends < due:
        due = max(ends, asked + RETRY)
    return due - now
