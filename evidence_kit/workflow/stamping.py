"""Getting time proofs: each authority is asked on its own thread, each reply judged at once and kept whole.

A slow or dead authority delays nobody else and never costs a capture: what is not granted stays pending and
is asked again by :func:`stamp_pending`. A reply that does not prove what was asked (other nonce, other
digest, wrong chain) is thrown away and said so: only judged replies are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from evidence_kit import clock
from evidence_kit.custody.chain import head_file
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import Cancelled
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import CustodyEntry, Token, TokenStatus
from evidence_kit.timestamp.authorities import Authority
from evidence_kit.workflow import statuses, trees
from evidence_kit.workflow.answers import Answer, chain_of, gather, keep, times
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.queue import RetryPlan
from evidence_kit.workflow.records import ExhibitRecord, StampCounts
from evidence_kit.workflow.trees import Grove

LOWER_BOUND_SECONDS = 3.0
STAMP_SECONDS = 45.0
"""How long a capture or an import waits for its tokens at its end; what has not come stays pending."""


def lower_bound(context: Context, entry: CustodyEntry, cancel: CancelToken) -> str | None:
    """Stamp the head with capture.started and give the digest of the first good reply, or None after 3 seconds.

    What the token proves: the record that names it was not composed before its time. It does not prove when
    the page was put online.
    """
    data = head_file(entry.chain, entry.seq, entry.head)
    digest = sha256_hex(data)
    target = f"{entry.chain}:{entry.seq}"
    chosen = {a.name: a for a in context.authorities().default}
    answers = list(gather({name: [digest] for name in chosen}, chosen, cancel, LOWER_BOUND_SECONDS))
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


def settle(
    context: Context,
    tokens: Sequence[Token],
    progress: ProgressSink,
    cancel: CancelToken,
    *,
    seconds: float | None = None,
) -> StampCounts:
    """Ask for each of ``tokens``; keep what is granted, note why for the rest.

    Above twenty manifests an authority is asked for one root (:mod:`evidence_kit.workflow.trees`). ``seconds`` bounds
    the asking; what has not come by then stays pending. When all is kept, what authorities say of their certificates is
    fetched where it is not at hand (:mod:`evidence_kit.workflow.statuses`), for ten seconds at most.
    """
    known = context.authorities().all
    waiting = _sorted(context, tokens, known)
    plan = RetryPlan(context.vault)
    wanted: dict[str, list[str]] = defaultdict(list)
    for name, data_sha256 in waiting:
        wanted[name].append(data_sha256)
    refused = granted = 0
    chains: set[tuple[bytes, ...]] = set()
    total = len(waiting)
    progress(Progress("stamp", 0, total))
    for answer in gather(wanted, known, cancel, seconds):
        one = waiting.pop((answer.authority, answer.digest))
        if answer.judgement is not None:
            plan.worked(answer.authority)
            chains.add(answer.judgement.path)
        elif not answer.unasked:
            plan.failed(answer.authority)
        count = _settled(context, one, answer, known, progress)
        granted += count if answer.judgement is not None else 0
        refused += count if answer.judgement is None else 0
        progress(Progress("stamp", total - len(waiting), total))
    plan.save()
    statuses.after_round(context, chains, cancel)
    cancel.check()
    pending = len(tokens) - granted - refused
    return StampCounts(granted=granted, pending=pending, refused=refused)


def _sorted(
    context: Context, tokens: Sequence[Token], known: Mapping[str, Authority]
) -> dict[tuple[str, str], Token | Grove]:
    """What each authority is asked for, by its name and the digest: single tokens, and one root for many manifests."""
    index = context.vault.index
    by_name: dict[str, list[Token]] = defaultdict(list)
    with index.transaction():
        for token in tokens:
            if token.authority in known:
                by_name[token.authority].append(token)
            else:
                index.note_attempt(token.id, _("This authority is no longer in the list of authorities."))
    found: dict[tuple[str, str], Token | Grove] = {}
    for name, own in by_name.items():
        grove = trees.plant(own)
        if grove:
            found[name, grove.root] = grove
        found |= {(name, t.data_sha256): t for t in own if not grove or t.target != "manifest"}
    return found


def _settled(
    context: Context, one: Token | Grove, answer: Answer, known: Mapping[str, Authority], progress: ProgressSink
) -> int:
    """Keep one answer; how many tokens it granted or, without a good reply, refused. Each is its own transaction."""
    if isinstance(one, Grove):
        if answer.judgement is None:
            trees.miss(context, one, answer)
            return len(one.tokens) if answer.refused else 0
        for done in trees.harvest(context, one, answer, known):
            progress(Progress("stamp", done, len(one.tokens)))
        return len(one.tokens)
    index = context.vault.index
    with index.transaction():
        if index.is_granted(one.id):  # somebody else asked meanwhile
            return int(answer.judgement is not None)
        if answer.judgement is not None:
            keep(context, one, answer, known)
            context.log.append(
                chain_of(context, one),
                "timestamp.obtained",
                subject=one.target_id,
                digests={"data": one.data_sha256, "reply": sha256_hex(answer.reply)},
                detail=times(answer),
            )
        elif answer.refused:
            index.refuse_token(one.id, answer.error)
        elif not answer.unasked:
            index.note_attempt(one.id, answer.error)
    return int(answer.judgement is not None or answer.refused)


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
    digest = sha256_hex(data)
    answers = list(gather({name: [digest] for name in chosen}, chosen, cancel, seconds))
    cancel.check()
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
