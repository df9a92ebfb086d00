"""The same files by another hash: what a renewal with a stronger hash stamps beside each manifest.

A manifest names its files by SHA-256. Renewing the manifest's proof with SHA-512 protects the manifest, not the files,
once somebody can make two files of one SHA-256. So, while SHA-256 is still good, a document with both digests of each
file is stamped: from then on the files rest on the stronger one (RFC 4998, 5.2 renews the data itself).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidence_kit.canonical import JsonObject, to_canonical
from evidence_kit.custody.log import Event
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import VaultCorrupt
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.records import DIGESTS_FORMAT, Exhibit, Token, TokenStatus
from evidence_kit.timestamp.evidence_record import new_record
from evidence_kit.timestamp.hash_tree import SIZES, HashTree, hashed
from evidence_kit.workflow import answers, trees
from evidence_kit.workflow.context import Context

TARGET = "digests"


@dataclass(frozen=True, slots=True)
class Document:
    """One exhibit's document. It is kept in the vault by its SHA-256; ``leaf`` is its digest by the new hash."""

    exhibit_id: str
    sha256: str
    leaf: bytes
    by: frozenset[str] = frozenset()
    """The authorities that stamped it already, before a stop or while another one was away."""


def write(context: Context, algorithm: str, progress: ProgressSink, cancel: CancelToken) -> list[Document]:
    """A document for each exhibit that has none by this hash or a longer one; those that not everybody stamped yet.

    A file that is damaged in the vault is left out of its document, an exhibit whose manifest is has none; looking
    through the vault names them. Raises Cancelled.
    """
    index = context.vault.index
    exhibits, made = index.exhibits(), []
    for done, exhibit in enumerate(exhibits):
        cancel.check()
        progress(Progress("rehash", done, len(exhibits)))
        own = [t for t in _stamped(context, exhibit.id) if SIZES[t.details["algorithm"]] >= SIZES[algorithm]]
        if own:
            made += _half_done(context, [t for t in own if t.details["algorithm"] == algorithm], algorithm)
            continue
        try:
            data = _composed(context, exhibit, algorithm, cancel)
        except VaultCorrupt:
            continue
        digest = sha256_hex(data)
        index.keep_data(digest, data)
        made.append(Document(exhibit.id, digest, hashed(algorithm, data)))
    return made


def _half_done(context: Context, own: Sequence[Token], algorithm: str) -> list[Document]:
    """The document that ``own`` stamped, if one of those who are asked today has not done so yet."""
    by = frozenset(t.authority for t in own)
    if not own or {a.name for a in context.authorities().default} <= by:
        return []
    data = context.vault.index.data(own[0].data_sha256)
    return [Document(own[0].target_id, own[0].data_sha256, hashed(algorithm, data), by)] if data else []


def _stamped(context: Context, exhibit_id: str) -> Iterator[Token]:
    return (t for t in context.vault.index.tokens(TARGET, exhibit_id) if t.status is TokenStatus.GRANTED)


def _composed(context: Context, exhibit: Exhibit, algorithm: str, cancel: CancelToken) -> bytes:
    index = context.vault.index
    manifest = index.manifest(exhibit.id)
    files: list[JsonObject] = []
    for artifact in index.artifacts(exhibit.id):
        state = hashlib.new(algorithm)
        try:
            for chunk in context.vault.blobs.chunks(artifact.sha256):
                cancel.check()
                state.update(chunk)
        except VaultCorrupt:
            continue
        files.append(
            {"role": artifact.role, "name": artifact.name, "sha256": artifact.sha256, algorithm: state.hexdigest()}
        )
    return to_canonical(
        {
            "format": DIGESTS_FORMAT,
            "algorithm": algorithm,
            "exhibit_id": exhibit.id,
            "manifest": {"sha256": exhibit.manifest_sha256, algorithm: hashed(algorithm, manifest).hex()},
            "files": files,
        }
    )


def grant(context: Context, documents: Sequence[Document], answer: answers.Answer, tree: HashTree) -> None:
    """Keep for each document its record under an answer that was judged good; inside a transaction."""
    index = context.vault.index
    facts = answers.facts(answer, context.authorities().all[answer.authority])
    details = {name: facts[name] for name in trees.KEPT}
    details |= {"form": "ers", "together": len(tree), "algorithm": tree.algorithm}
    moment, told = answers.gen_time(answer), answers.times(answer) | {"hash": tree.algorithm, "together": len(tree)}
    cases = index.cases_of([d.exhibit_id for d in documents])
    replies = []
    for one in documents:
        wish = index.add_token(TARGET, one.exhibit_id, one.sha256, answer.authority)
        record = new_record(answer.reply, algorithm=tree.algorithm, digest=one.leaf, tree=tree.reduced(one.leaf))
        replies.append((wish.id, record))
        seen = {"data": one.sha256, "reply": sha256_hex(record)}
        chain = cases.get(one.exhibit_id, context.vault_chain)
        context.log.append_all(chain, [Event("timestamp.obtained", one.exhibit_id, seen, detail=told)])
    index.grant_tokens(replies, moment, details, answers.qualification(context, answer))
