"""One question for many exhibits: above twenty pending manifests an authority stamps the root of a hash tree.

Each exhibit then has an evidence record of its own (RFC 4998), which leads from its manifest to that one timestamp
and is checked without the others. An authority that asks for pauses is not asked ten thousand times (DOMAIN TSA-09).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evidence_kit.custody.log import Event
from evidence_kit.digest import sha256_hex
from evidence_kit.records import Token
from evidence_kit.timestamp.authorities import Authority
from evidence_kit.timestamp.evidence_record import new_record
from evidence_kit.timestamp.hash_tree import HashTree
from evidence_kit.workflow import answers
from evidence_kit.workflow.context import Context

MOST_SINGLE = 20
"""Pending manifests up to which each is asked for by itself: a plain token can be checked with openssl alone."""
KEPT = ("policy", "serial", "accuracy_us", "root_sha256", "operator", "renew_before")
AT_ONCE = 1000
"""Records that are kept in one transaction."""


@dataclass(frozen=True, slots=True)
class Grove:
    """The pending tokens of one authority under one root."""

    tree: HashTree
    tokens: tuple[Token, ...]

    @property
    def root(self) -> str:
        """The digest that the authority is asked to stamp, lower hex."""
        return self.tree.root.hex()


def plant(tokens: Sequence[Token]) -> Grove | None:
    """A tree over the manifests among ``tokens``, which all await one authority; None where there are few."""
    waiting = tuple(t for t in tokens if t.target == "manifest")
    if len(waiting) <= MOST_SINGLE:
        return None
    return Grove(HashTree(bytes.fromhex(t.data_sha256) for t in waiting), waiting)


def harvest(context: Context, grove: Grove, answer: answers.Answer, known: Mapping[str, Authority]) -> Iterator[int]:
    """Keep a record for each exhibit under an answer that was judged good; how many so far, after each transaction.

    One that was granted meanwhile keeps what it has.
    """
    index, done = context.vault.index, 0
    facts = answers.facts(answer, known[answer.authority])
    details = {name: facts[name] for name in KEPT} | {"form": "ers", "together": len(grove.tree)}
    said = answers.qualification(context, answer)
    moment, told = answers.gen_time(answer), answers.times(answer) | {"together": len(grove.tree)}
    while done < len(grove.tokens):
        some = grove.tokens[done : done + AT_ONCE]
        with index.transaction():
            open_still = index.ungranted([t.id for t in some])
            made = [(t, _record(grove, t, answer)) for t in some if t.id in open_still]
            index.grant_tokens([(t.id, record) for t, record in made], moment, details, said)
            events: dict[str, list[Event]] = defaultdict(list)
            cases = index.cases_of([t.target_id for t in some])
            for token, record in made:
                digests = {"data": token.data_sha256, "reply": sha256_hex(record)}
                chain = cases.get(token.target_id, context.vault_chain)
                events[chain].append(Event("timestamp.obtained", token.target_id, digests, detail=told))
            for chain, own in events.items():
                context.log.append_all(chain, own)
        done += len(some)
        yield done


def _record(grove: Grove, token: Token, answer: answers.Answer) -> bytes:
    digest = bytes.fromhex(token.data_sha256)
    return new_record(answer.reply, algorithm="sha256", digest=digest, tree=grove.tree.reduced(digest))


def miss(context: Context, grove: Grove, answer: answers.Answer) -> None:
    """Note on each exhibit under an answer that brought nothing why it is still pending, or that it was refused."""
    index = context.vault.index
    with index.transaction():
        for token in grove.tokens:
            if answer.refused:
                index.refuse_token(token.id, answer.error)
            elif not answer.unasked:
                index.note_attempt(token.id, answer.error)
