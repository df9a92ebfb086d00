"""What authorities answer: each is asked on its own thread, each reply judged at once, and good ones kept whole.

A reply that does not prove what was asked (other nonce, other digest, wrong chain) is thrown away and said so.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.errors import AuthorityRefused, AuthorityUnreachable, Cancelled, TokenInvalid
from evidence_kit.jobs import CancelToken
from evidence_kit.language import _
from evidence_kit.records import Token
from evidence_kit.timestamp.authorities import Authority
from evidence_kit.workflow import trusted_lists
from evidence_kit.workflow.context import Context

if TYPE_CHECKING:
    from evidence_kit.timestamp.verify import Judgement

SILENT_ENOUGH = 2
"""After so many questions in a row without an answer an authority is left alone for this round."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One authority's answer about one digest: a good reply, or why there is none."""

    authority: str
    digest: str
    """Lower hex; of what is stamped in SHA-256, but for a renewal with another hash."""
    reply: bytes = b""
    judgement: Judgement | None = None
    error: str = ""
    refused: bool = False
    silent: bool = False
    """Whether it gave no useful answer at all."""
    unasked: bool = False
    """Whether it was not even asked, because it had been silent before."""
    received_at: datetime = field(default_factory=clock.now)


def ask_and_judge(authority: Authority, digest: str, cancel: CancelToken, algorithm: str = "sha256") -> Answer:
    """Ask once. Never raises for what an authority can do wrong; raises Cancelled."""
    from evidence_kit.timestamp import client
    from evidence_kit.timestamp.verify import judge

    try:
        reply = client.ask(authority, digest, algorithm=algorithm, cancel=cancel)
        judgement = judge(
            reply.raw,
            digest=(algorithm, bytes.fromhex(digest)),
            roots=[root.der for root in authority.roots],
            nonce=reply.nonce,
        )
        if judgement.verdict != "valid" or judgement.gen_time is None:
            raise TokenInvalid(_("The reply does not prove what was asked: {reason}", reason=judgement.reason))
        if not judgement.nonce_matches:
            raise TokenInvalid(_("The reply belongs to another question (nonce)."))
    except AuthorityRefused as exc:
        return Answer(authority.name, digest, error=safe_text(exc.message, 300), refused=True)
    except (AuthorityUnreachable, TokenInvalid) as exc:
        silent = isinstance(exc, AuthorityUnreachable)
        return Answer(authority.name, digest, error=safe_text(exc.message, 300), silent=silent)
    return Answer(authority.name, digest, reply.raw, judgement)


def gen_time(answer: Answer) -> str:
    """The time in a good answer's token."""
    return clock.rfc3339(_good(answer)[1])


def _good(answer: Answer) -> tuple[Judgement, datetime]:
    assert answer.judgement is not None  # noqa: S101 - callers pass good answers only
    assert answer.judgement.gen_time is not None  # noqa: S101
    return answer.judgement, answer.judgement.gen_time


def facts(answer: Answer, authority: Authority) -> JsonObject:
    """What is kept of a good answer's token beside the reply itself."""
    judgement, _moment = _good(answer)
    return {
        "policy": judgement.policy,
        "serial": str(judgement.serial),
        "accuracy_us": judgement.accuracy_us,
        "signer": judgement.signer_subject,
        "issuer": judgement.issuer_subject,
        "root_sha256": judgement.root_sha256,
        "operator": authority.operator,
        "url": authority.url,
        "qualified_statement": judgement.qualified_statement,
        "renew_before": clock.rfc3339(judgement.renew_before) if judgement.renew_before else "",
    }


def gather(
    wanted: Mapping[str, Sequence[str]],
    authorities: Mapping[str, Authority],
    cancel: CancelToken,
    seconds: float | None = None,
    *,
    algorithm: str = "sha256",
) -> Iterator[Answer]:
    """Ask for each digest under each name, every authority on a thread of its own; answers as they come.

    It ends when all have answered, when ``seconds`` are over or when ``cancel`` is heard (which does not raise here);
    who has not answered by then is let go.
    """
    results: queue.Queue[Answer] = queue.Queue()
    own = CancelToken()
    forget = cancel.on_cancel(own.cancel)
    deadline = time.monotonic() + seconds if seconds else None
    awaited = sum(map(len, wanted.values()))
    try:
        threads = [_asking(authorities[name], wanted[name], algorithm, own, results) for name in wanted]
        while awaited and not cancel.cancelled and (deadline is None or time.monotonic() < deadline):
            try:
                answer = results.get(timeout=0.1)
            except queue.Empty:
                if not any(t.is_alive() for t in threads) and results.empty():
                    return
                continue
            awaited -= 1
            yield answer
    finally:
        own.cancel()
        forget()


def _asking(
    authority: Authority, digests: Sequence[str], algorithm: str, cancel: CancelToken, results: queue.Queue[Answer]
) -> threading.Thread:
    def work() -> None:
        name, silent = authority.name, 0
        for digest in digests:
            if silent >= SILENT_ENOUGH:
                results.put(Answer(name, digest, silent=True, unasked=True))
                continue
            try:
                answer = ask_and_judge(authority, digest, cancel, algorithm)
                silent = silent + 1 if answer.silent else 0
                results.put(answer)
            except Cancelled:
                return
            except Exception as exc:  # noqa: BLE001 - a fault in one authority's thread must not cost the others
                results.put(Answer(name, digest, error=type(exc).__name__))

    thread = threading.Thread(target=work, name=f"stamp-{authority.name}", daemon=True)
    thread.start()
    return thread


def keep(context: Context, token: Token, answer: Answer, authorities: Mapping[str, Authority]) -> None:
    """Keep a good reply whole with what was judged of it; inside a transaction."""
    context.vault.index.grant_token(
        token.id,
        reply=answer.reply,
        gen_time=gen_time(answer),
        qualified=False,
        details=facts(answer, authorities[answer.authority]),
    )
    context.vault.index.set_qualified({token.id: qualification(context, answer)})


def qualification(context: Context, answer: Answer) -> JsonObject:
    """What the trusted lists that are kept say of a good answer's token."""
    judgement, _moment = _good(answer)
    lists = trusted_lists.kept(context) if judgement.qualified_statement else []
    return trusted_lists.qualification(judgement, lists)


def times(answer: Answer) -> JsonObject:
    """Who answered, the token's time, and by how much this computer's clock was ahead of it then (DOMAIN LAW-09)."""
    ahead = answer.received_at - _good(answer)[1]
    return {
        "authority": answer.authority,
        "gen_time": gen_time(answer),
        "clock_ahead_ms": round(ahead / timedelta(milliseconds=1)),
    }


def chain_of(context: Context, token: Token) -> str:
    """The log that the obtaining of a token belongs to."""
    if token.target == "manifest":
        exhibit = context.vault.index.exhibit(token.target_id)
        return exhibit.case_id if exhibit else context.vault_chain
    return token.target_id.split(":")[0] if token.target == "head" else context.vault_chain
