"""Proofs that go on counting: each is stamped again before a certificate or a hash that it rests on grows old.

A token so becomes an evidence record (RFC 4998) that grows by one timestamp each time. All proofs that one authority is
to renew stand in one hash tree, so each authority is asked once, however many there are (DOMAIN TSA-09, TSA-11). What
two authorities proved is renewed by the two the other way round where that can be: then no single one, should its key
fall into wrong hands later, stands alone in both records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from evidence_kit import clock
from evidence_kit.custody.log import Event
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import TokenInvalid, UsageError, VaultCorrupt
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.timestamp import evidence_record as ers
from evidence_kit.timestamp.hash_tree import SIZES, HashTree, hashed
from evidence_kit.vault.index import NewRenewal, Proof
from evidence_kit.workflow import answers, digests, statuses
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import RenewalCounts, RenewalState

AT_ONCE = 500
"""Records that are made and kept in one transaction."""
SOON = timedelta(days=180)
"""How long before the end she is reminded."""
PREFERRED = "sha256"
"""The hash of new trees. The day it grows weak another one stands here, and every proof has to be renewed with it."""


GAIN = timedelta(days=1)
"""How much longer a proof has to stand for it, at least: certificates of one day differ by seconds."""
NEAR = timedelta(days=90)
"""By how much earlier than the proof a first renewal may end and still be worth having."""
RENEWED, ENDED, FAILED, UNNEEDED, DAMAGED = "renewed", "ended", "failed", "unneeded", "damaged"
LATE = "late"
_CANNOT_GROW = (VaultCorrupt, ers.DamagedRecord, ers.NotARecord, TokenInvalid)
"""Damaged, or full: what is so must not keep the others from being renewed."""


@dataclass(slots=True)
class _Share:
    """What one authority is asked to renew, all with one hash."""

    algorithm: str
    leaves: dict[int, bytes] = field(default_factory=dict)
    """By token id: what the timestamp has to cover."""
    proofs: list[Proof] = field(default_factory=list)
    documents: list[digests.Document] = field(default_factory=list)
    """New documents of digests, to be stamped beside the proofs."""
    others: tuple[str, ...] = ()
    """Who may do it if this one does not answer."""

    @property
    def tree(self) -> HashTree:
        return HashTree([*self.leaves.values(), *(d.leaf for d in self.documents)], self.algorithm)


class Renewals:
    """The renewals of one open vault."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def state(self) -> RenewalState:
        """When something has to be renewed next. Cheap: it reads what was noted."""
        now = clock.now()
        ends, ended = self._context.vault.index.proof_ends(clock.rfc3339(now))
        soon = bool(ends) and clock.parse(ends) - now <= SOON
        return RenewalState(renew_before=ends, ended=ended, soon=soon)

    def renew(
        self, progress: ProgressSink, cancel: CancelToken, *, algorithm: str | None = None, due_only: bool = False
    ) -> RenewalCounts:
        """Have proofs stamped again; see :func:`renew`."""
        left = renew(self._context, progress, cancel, algorithm=algorithm or PREFERRED, due_only=due_only)
        return RenewalCounts(
            renewed=left[RENEWED],
            ended=left[ENDED],
            failed=left[FAILED],
            unneeded=left[UNNEEDED],
            damaged=left[DAMAGED],
            state=self.state(),
        )


def renew(
    context: Context,
    progress: ProgressSink,
    cancel: CancelToken,
    *,
    algorithm: str = PREFERRED,
    due_only: bool = False,
) -> Counter[str]:
    """Have every proof stamped again; those that rest on a weaker hash than ``algorithm`` get a new tree with it.

    Gives what became of how many: :data:`RENEWED`, :data:`ENDED`, :data:`FAILED` (no authority answered),
    :data:`UNNEEDED` (it would end no later than before), :data:`DAMAGED` (in the vault).

    ``due_only`` leaves alone what stands for more than half a year yet. A proof whose certificates have ended cannot be
    renewed: it stays as it is, and counts as of its own time. Whatever was kept before a stop or a failure stays; the
    rest can be renewed by asking again. Raises UsageError for a hash that is not known, SettingsError, Cancelled.
    """
    if algorithm not in SIZES:
        known = ", ".join(SIZES)
        raise UsageError(
            _("This hash is not known: {name}", name=algorithm), hint=_("Known are: {names}.", names=known)
        )
    index = context.vault.index
    documents = digests.write(context, algorithm, progress, cancel) if algorithm != "sha256" else []
    proofs, left, now = [], Counter[str](), clock.rfc3339()
    last = clock.rfc3339(clock.now() + SOON)
    for proof in index.proofs():
        if proof.renew_before and proof.renew_before <= now:
            left[ENDED] += 1
        elif not due_only or (proof.renew_before or now) <= last or _weaker(proof.algorithm, algorithm):
            proofs.append(proof)
    shares = _shares(context, proofs, algorithm, progress, cancel)
    left[DAMAGED] = len(proofs) - sum(len(share.proofs) for share in shares.values())
    for authority in context.authorities().default:
        if own := [d for d in documents if authority.name not in d.by]:
            shares.setdefault((authority.name, algorithm), _Share(algorithm)).documents = own
    chains = []
    for share, answer in _answered(context, shares, cancel):
        chains.append(answer.judgement.path if answer.judgement else ())
        for fates in _kept(context, share, answer, cancel):
            left += fates
            progress(Progress("renew", len(proofs) + left[RENEWED], 2 * len(proofs)))
    statuses.after_round(context, chains, cancel)
    cancel.check()
    left[FAILED] = sum(len(share.proofs) for share in shares.values()) - left[RENEWED] - left[UNNEEDED] - left[LATE]
    left[ENDED] += left[LATE]
    return left


def _weaker(one: str, other: str) -> bool:
    return SIZES.get(one, 0) < SIZES[other]


def _shares(
    context: Context, proofs: Sequence[Proof], algorithm: str, progress: ProgressSink, cancel: CancelToken
) -> dict[tuple[str, str], _Share]:
    """Who renews what, by authority and hash."""
    names = [a.name for a in context.authorities().default]
    found: dict[tuple[str, str], _Share] = {}
    taken: dict[str, set[str]] = defaultdict(set)
    for done, proof in enumerate(proofs):
        if not done % AT_ONCE:
            cancel.check()
            progress(Progress("renew", done, 2 * len(proofs)))
        used = taken[proof.target + proof.target_id]
        name = min(names, key=lambda n: (n in used, n == proof.last_authority, names.index(n)))
        used.add(name)
        hash_name = algorithm if _weaker(proof.algorithm, algorithm) else proof.algorithm
        try:
            leaf = _leaf(context, proof, hash_name)
        except _CANNOT_GROW:
            continue  # the vault's check names it
        key = (name, hash_name)
        share = found.setdefault(key, _Share(hash_name, others=tuple(n for n in names if n != name)))
        share.leaves[proof.token_id] = leaf
        share.proofs.append(proof)
    return found


def record_of(context: Context, token_id: int, data_sha256: str) -> bytes:
    """A granted token as an evidence record: its newest one, or a first one around the token. Raises VaultCorrupt."""
    index = context.vault.index
    record = index.renewed_record(token_id) or index.token_reply(token_id)
    assert record is not None  # noqa: S101 - granted tokens have their reply
    if ers.is_record(record):
        return record
    return ers.new_record(record, algorithm="sha256", digest=bytes.fromhex(data_sha256))


def _leaf(context: Context, proof: Proof, algorithm: str) -> bytes:
    record = record_of(context, proof.token_id, proof.data_sha256)
    if algorithm == proof.algorithm:
        return ers.renewal_digest(record)[1]
    return ers.tree_renewal_digest(record, algorithm=algorithm, digest=_data_digest(context, proof, algorithm))


def _data_digest(context: Context, proof: Proof, algorithm: str) -> bytes:
    index = context.vault.index
    if proof.target == digests.TARGET:
        return hashed(algorithm, index.data(proof.data_sha256) or b"")
    return hashed(algorithm, index.manifest(proof.target_id))


def _answered(
    context: Context, shares: Mapping[tuple[str, str], _Share], cancel: CancelToken
) -> Iterator[tuple[_Share, answers.Answer]]:
    """Each share with a good answer: from its own authority, else from another one."""
    known = context.authorities().all
    waiting = {(name, share.tree.root.hex()): share for (name, _hash), share in shares.items()}
    while waiting and not cancel.cancelled:
        for algorithm in sorted({share.algorithm for share in waiting.values()}):
            wanted: dict[str, list[str]] = defaultdict(list)
            for (name, root), share in waiting.items():
                if share.algorithm == algorithm:
                    wanted[name].append(root)
            for answer in answers.gather(wanted, known, cancel, algorithm=algorithm):
                if answer.judgement is not None:
                    yield waiting.pop((answer.authority, answer.digest)), answer
        waiting = dict(_passed_on(share) for share in waiting.values() if share.others and share.leaves)


def _passed_on(share: _Share) -> tuple[tuple[str, str], _Share]:
    """What the next authority does in the place of one that did not answer; new documents are in its own share."""
    rest = replace(share, documents=[], others=share.others[1:])
    return (share.others[0], rest.tree.root.hex()), rest


def _kept(context: Context, share: _Share, answer: answers.Answer, cancel: CancelToken) -> Iterator[Counter[str]]:
    """Keep the grown records; what became of how many, after each transaction."""
    tree, index = share.tree, context.vault.index
    moment, told = answers.gen_time(answer), answers.times(answer) | {"hash": share.algorithm, "together": len(tree)}
    facts = answers.facts(answer, context.authorities().all[answer.authority])
    for begin in range(0, len(share.documents), AT_ONCE):
        with index.transaction():
            digests.grant(context, share.documents[begin : begin + AT_ONCE], answer, tree)
    for begin in range(0, len(share.proofs), AT_ONCE):
        cancel.check()
        some = share.proofs[begin : begin + AT_ONCE]
        fates = [_fate(p, share, moment, facts["renew_before"]) for p in some]
        good = [p for p, fate in zip(some, fates, strict=True) if fate == RENEWED]
        with index.transaction():
            grown = [(p, record) for p in good if (record := _grown(context, p, share, tree, answer.reply))]
            made = [
                NewRenewal(
                    token_id=proof.token_id,
                    authority=answer.authority,
                    gen_time=moment,
                    renew_before=facts["renew_before"],
                    algorithm=share.algorithm,
                    record=record,
                )
                for proof, record in grown
            ]
            index.add_renewals(made)
            _told(context, [proof for proof, _record in grown], made, told)
        yield Counter(fates) - Counter({RENEWED: len(good) - len(grown)})


def _fate(proof: Proof, share: _Share, moment: str, ends: str) -> str:
    """What an answer that names ``moment`` and stands until ``ends`` does for a proof.

    The first renewal is worth having although the new certificate ends no later: another authority then stands behind
    the proof, should the first one's key be stolen. After that each one has to bring more time, or a stronger hash.
    """
    if proof.renew_before and moment >= proof.renew_before:
        return LATE
    if moment < proof.gen_time:
        return FAILED
    later = not proof.renew_before or clock.parse(ends) - clock.parse(proof.renew_before) >= GAIN
    if later or share.algorithm != proof.algorithm or (not proof.renewed and _about_equal(ends, proof.renew_before)):
        return RENEWED
    return UNNEEDED


def _about_equal(ends: str, before: str) -> bool:
    return clock.parse(before) - clock.parse(ends) <= NEAR


def _grown(context: Context, proof: Proof, share: _Share, tree: HashTree, reply: bytes) -> bytes | None:
    """The record with one timestamp more; None where it cannot grow: it then counts as one that was not renewed."""
    reduced = tree.reduced(share.leaves[proof.token_id])
    try:
        record = record_of(context, proof.token_id, proof.data_sha256)
        if share.algorithm == proof.algorithm:
            return ers.renewed_timestamp(record, reply, tree=reduced)
        digest = _data_digest(context, proof, share.algorithm)
        return ers.renewed_tree(record, reply, algorithm=share.algorithm, digest=digest, tree=reduced)
    except _CANNOT_GROW:
        return None


def _told(context: Context, proofs: Sequence[Proof], made: Sequence[NewRenewal], told: dict[str, object]) -> None:
    events: dict[str, list[Event]] = defaultdict(list)
    cases = context.vault.index.cases_of(list({p.target_id for p in proofs}))
    for proof, one in zip(proofs, made, strict=True):
        seen = {"data": proof.data_sha256, "record": sha256_hex(one.record)}
        chain = cases.get(proof.target_id, context.vault_chain)
        events[chain].append(Event("timestamp.renewed", proof.target_id, seen, detail=told | {"of": proof.authority}))
    for chain, own in events.items():
        context.log.append_all(chain, own)
