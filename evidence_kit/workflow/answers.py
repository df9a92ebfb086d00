"""What authorities answer: each is asked on its own thread, each reply judged at once, and good ones kept whole.

A reply that does not prove what was asked (other nonce, other digest, wrong chain) is thrown away and said so.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
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
