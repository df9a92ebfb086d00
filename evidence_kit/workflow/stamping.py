"""Getting time proofs: each authority is asked on its own thread, each reply judged at once and kept whole.

A slow or dead authority delays nobody else and never costs a capture: what is not granted stays pending and
is asked again by :func:`stamp_pending`. A reply that does not prove what was asked (other nonce, other
digest, wrong chain) is thrown away and said so: only judged replies are kept.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.custody.chain import head_file
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import AuthorityRefused, AuthorityUnreachable, Cancelled, TokenInvalid
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import CustodyEntry, Token, TokenStatus
from evidence_kit.timestamp.authorities import Authority
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.queue import RetryPlan
from evidence_kit.workflow.records import ExhibitRecord, StampCounts

if TYPE_CHECKING:
    from evidence_kit.timestamp.verify import Judgement

LOWER_BOUND_SECONDS = 3.0
SILENT_ENOUGH = 2
"""After so many questions in a row without an answer an authority is left alone for this round."""
STAMP_SECONDS = 45.0
"""How long a capture or an import waits for its tokens at its end; what has not come stays pending."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One authority's answer about one digest: a good reply, or why there is none."""

    authority: str
    data_sha256: str
    reply: bytes = b""
    judgement: Judgement | None = None
    error: str = ""
    refused: bool = False
    silent: bool = False
    """Whether it gave no useful answer at all."""
    unasked: bool = False
    """Whether it was not even asked, because it had been silent before."""
    received_at: datetime = field(default_factory=clock.now)


def ask_and_judge(authority: Authority, data_sha256: str, cancel: CancelToken) -> Answer:
    """Ask once. Never raises for what an authority can do wrong; raises Cancelled."""
    from evidence_kit.timestamp import client
    from evidence_kit.timestamp.verify import judge

    try:
        reply = client.ask(authority, data_sha256, cancel=cancel)
        judgement = judge(
            reply.raw,
            digest=("sha256", bytes.fromhex(data_sha256)),
            roots=[root.der for root in authority.roots],
            nonce=reply.nonce,
        )
        if judgement.verdict != "valid" or judgement.gen_time is None:
            raise TokenInvalid(_("The reply does not prove what was asked: {reason}", reason=judgement.reason))
        if not judgement.nonce_matches:
            raise TokenInvalid(_("The reply belongs to another question (nonce)."))
    except AuthorityRefused as exc:
        return Answer(authority.name, data_sha256, error=safe_text(exc.message, 300), refused=True)
    except (AuthorityUnreachable, TokenInvalid) as exc:
        silent = isinstance(exc, AuthorityUnreachable)
        return Answer(authority.name, data_sha256, error=safe_text(exc.message, 300), silent=silent)
    return Answer(authority.name, data_sha256, reply.raw, judgement)


def _facts(judgement: Judgement, authority: Authority) -> JsonObject:
    return {
        "policy": judgement.policy,
        "serial": str(judgement.serial),
        "accuracy_us": judgement.accuracy_us,
        "signer": judgement.signer_subject,
        "issuer": judgement.issuer_subject,
        "root_sha256": judgement.root_sha256,
        "operator": authority.operator,
        "url": authority.url,
    }


def ask_all(
    wanted: dict[str, list[str]],
    authorities: Mapping[str, Authority],
    cancel: CancelToken,
    results: queue.Queue[Answer],
) -> list[threading.Thread]:
    """Ask for each digest under each name, every authority on a thread of its own; answers come as they come."""

    def work(name: str) -> None:
        authority, silent = authorities[name], 0
        for data_sha256 in wanted[name]:
            if silent >= SILENT_ENOUGH:
                results.put(Answer(name, data_sha256, silent=True, unasked=True))
                continue
            try:
                answer = ask_and_judge(authority, data_sha256, cancel)
                silent = silent + 1 if answer.silent else 0
                results.put(answer)
            except Cancelled:
                return
            except Exception as exc:  # noqa: BLE001 - a fault in one authority's thread must not cost the others
                results.put(Answer(name, data_sha256, error=type(exc).__name__))

    threads = [threading.Thread(target=work, args=(name,), name=f"stamp-{name}", daemon=True) for name in wanted]
    for thread in threads:
        thread.start()
    return threads


def lower_bound(context: Context, entry: CustodyEntry, cancel: CancelToken) -> str | None:
    """Stamp the head with capture.started and give the digest of the first good reply, or None after 3 seconds.

    What the token proves: the record that names it was not composed before its time. It does not prove when
    the page was put online.
    """
    data = head_file(entry.chain, entry.seq, entry.head)
    digest = sha256_hex(data)
    target = f"{entry.chain}:{entry.seq}"
    chosen = {a.name: a for a in context.authorities().default}
    results: queue.Queue[Answer] = queue.Queue()
    own = CancelToken()
    forget = cancel.on_cancel(own.cancel)
    deadline = time.monotonic() + LOWER_BOUND_SECONDS
    threads = ask_all({name: [digest] for name in chosen}, chosen, own, results)
    answers: list[Answer] = []
    while len(answers) < len(threads) and (left := deadline - time.monotonic()) > 0 and not cancel.cancelled:
        try:
            answers.append(results.get(timeout=min(left, 0.1)))
        except queue.Empty:
            continue
    own.cancel()
    forget()
    cancel.check()
    good = [a for name in chosen for a in answers if a.authority == name and a.judgement is not None]
    if not good:
        return None
    index = context.vault.index
    with index.transaction():
        index.keep_data(digest, data)
        for answer in good:
            keep(context, index.add_token("head", target, digest, answer.authority, clock.rfc3339()), answer, chosen)
    return sha256_hex(good[0].reply)


def keep(context: Context, token: Token, answer: Answer, authorities: Mapping[str, Authority]) -> None:
    """Keep a good reply whole with what was judged of it; inside a transaction."""
    judgement = answer.judgement
    assert judgement is not None  # noqa: S101 - callers pass good answers only
    assert judgement.gen_time is not None  # noqa: S101
    context.vault.index.grant_token(
        token.id,
        reply=answer.reply,
        gen_time=clock.rfc3339(judgement.gen_time),
        qualified=False,
        details=_facts(judgement, authorities[answer.authority]),
    )


def _times(answer: Answer) -> JsonObject:
    """Who answered, the token's time, and by how much this computer's clock was ahead of it then (DOMAIN LAW-09)."""
    assert answer.judgement is not None  # noqa: S101 - callers pass good answers only
    assert answer.judgement.gen_time is not None  # noqa: S101
    ahead = answer.received_at - answer.judgement.gen_time
    return {
        "authority": answer.authority,
        "gen_time": clock.rfc3339(answer.judgement.gen_time),
        "clock_ahead_ms": round(ahead / timedelta(milliseconds=1)),
    }


def _chain_of(context: Context, token: Token) -> str:
    if token.target == "manifest":
        exhibit = context.vault.index.exhibit(token.target_id)
        return exhibit.case_id if exhibit else context.vault_chain
    return token.target_id.split(":")[0] if token.target == "head" else context.vault_chain


def settle(
    context: Context,
    tokens: Sequence[Token],
    progress: ProgressSink,
    cancel: CancelToken,
    *,
    seconds: float | None = None,
) -> StampCounts:
    """Ask for each of ``tokens``; keep what is granted, note why for the rest. Each answer is its own transaction.

    ``seconds`` bounds the whole round; what has not come by then stays pending.
    """
    known = context.authorities().all
    index = context.vault.index
    by_key: dict[tuple[str, str], Token] = {}
    wanted: dict[str, list[str]] = defaultdict(list)
    refused = granted = 0
    for token in tokens:
        if token.authority not in known:
            index.note_attempt(token.id, _("This authority is no longer in the list of authorities."))
            continue
        by_key[token.authority, token.data_sha256] = token
        wanted[token.authority].append(token.data_sha256)
    plan = RetryPlan(context.vault)
    results: queue.Queue[Answer] = queue.Queue()
    own = CancelToken()
    forget = cancel.on_cancel(own.cancel)
    threads = ask_all(dict(wanted), known, own, results)
    deadline = time.monotonic() + seconds if seconds else None
    total, done = len(by_key), 0
    while done < total and not cancel.cancelled and (deadline is None or time.monotonic() < deadline):
        progress(Progress("stamp", done, total))
        try:
            answer = results.get(timeout=0.1)
        except queue.Empty:
            if not any(t.is_alive() for t in threads) and results.empty():
                break
            continue
        done += 1
        token = by_key.pop((answer.authority, answer.data_sha256))
        if answer.judgement is not None:
            plan.worked(answer.authority)
        elif not answer.unasked:
            plan.failed(answer.authority)
        with index.transaction():
            if index.is_granted(token.id):  # somebody else asked meanwhile
                granted += 1
            elif answer.judgement is not None:
                granted += 1
                keep(context, token, answer, known)
                context.log.append(
                    _chain_of(context, token),
                    "timestamp.obtained",
                    subject=token.target_id,
                    digests={"data": token.data_sha256, "reply": sha256_hex(answer.reply)},
                    detail=_times(answer),
                )
            elif answer.refused:
                refused += 1
                index.refuse_token(token.id, answer.error)
            elif not answer.unasked:
                index.note_attempt(token.id, answer.error)
    own.cancel()
    forget()
    plan.save()
    cancel.check()
    pending = len(tokens) - granted - refused
    return StampCounts(granted=granted, pending=pending, refused=refused)


def settle_new(context: Context, record: ExhibitRecord, progress: ProgressSink, cancel: CancelToken) -> None:
    """Ask for the tokens of an exhibit that was just admitted. Who stops this has lost nothing, and is told so."""
    try:
        settle(context, record.tokens, progress, cancel, seconds=STAMP_SECONDS)
    except Cancelled as exc:
        exc.kept = _("Exhibit {number} is kept; its timestamps are still to come.", number=record.exhibit.number)
        raise


def stamp_pending(context: Context, progress: ProgressSink, cancel: CancelToken) -> StampCounts:
    """Ask again for everything that still lacks its time proof, refused ones included."""
    return settle(context, context.vault.index.pending_tokens(), progress, cancel)


def stamp_bytes(context: Context, data: bytes, cancel: CancelToken, seconds: float) -> list[tuple[str, bytes]]:
    """Good replies over ``data`` from all default authorities that answer in time: (authority, reply)."""
    chosen = {a.name: a for a in context.authorities().default}
    results: queue.Queue[Answer] = queue.Queue()
    own = CancelToken()
    forget = cancel.on_cancel(own.cancel)
    digest = sha256_hex(data)
    threads = ask_all({name: [digest] for name in chosen}, chosen, own, results)
    deadline = time.monotonic() + seconds
    for thread in threads:
        while thread.is_alive() and time.monotonic() < deadline and not cancel.cancelled:
            thread.join(0.1)
    own.cancel()
    forget()
    cancel.check()
    answers: list[Answer] = []
    while not results.empty():
        answers.append(results.get_nowait())
    return [(a.authority, a.reply) for name in chosen for a in answers if a.authority == name and a.judgement]


def stamp_head(context: Context, entry: CustodyEntry, cancel: CancelToken, seconds: float) -> list[Token]:
    """Fix a head in time; gives the granted tokens (none when nobody answered)."""
    data = head_file(entry.chain, entry.seq, entry.head)
    digest = sha256_hex(data)
    index = context.vault.index
    with index.transaction():
        index.keep_data(digest, data)
        made = [
            index.add_token("head", f"{entry.chain}:{entry.seq}", digest, a.name, clock.rfc3339())
            for a in context.authorities().default
        ]
    settle(context, made, lambda _p: None, cancel, seconds=seconds)
    return granted(index.tokens("head", f"{entry.chain}:{entry.seq}"))


def granted(tokens: Iterable[Token]) -> list[Token]:
    """Those that were granted."""
    return [t for t in tokens if t.status is TokenStatus.GRANTED]
