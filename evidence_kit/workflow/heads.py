"""Fixing the log's heads in time at the end of a sitting and once a day, so that its tail cannot be cut unseen.

A head inside a token says that the log up to it existed then. What was written after the last stamped head could still
be written anew by whoever holds the vault (THREAT_MODEL, the dishonest owner).
"""

from __future__ import annotations

from datetime import timedelta

from evidence_kit import clock
from evidence_kit.custody.chain import head_file
from evidence_kit.digest import sha256_hex
from evidence_kit.jobs import CancelToken
from evidence_kit.records import CustodyEntry
from evidence_kit.workflow import answers
from evidence_kit.workflow.context import Context

AT_THE_END = 3.0
"""Seconds that locking may wait for it."""
AT_LEAST = timedelta(days=1)
MOST_CHAINS = 8
_KEY = "heads_asked_at"


def stamp_heads(context: Context, cancel: CancelToken, seconds: float = AT_THE_END) -> int:
    """Ask for tokens over the heads of the logs that this session changed; how many came.

    Nothing is left pending: what does not come in time is tried again with a later head. Raises SettingsError for a
    list of authorities that cannot be read.
    """
    entries = {chain: context.last_entry(chain) for chain in sorted(context.log.changed)[:MOST_CHAINS]}
    if not entries:
        return 0
    data = {sha256_hex(content): (entry, content) for entry, content in map(_content, entries.values())}
    chosen = {a.name: a for a in context.authorities().default}
    found = answers.gather({name: list(data) for name in chosen}, chosen, cancel, seconds)
    return sum(_kept(context, answer, *data[answer.digest]) for answer in found)


def _content(entry: CustodyEntry) -> tuple[CustodyEntry, bytes]:
    return entry, head_file(entry.chain, entry.seq, entry.head)


def _kept(context: Context, answer: answers.Answer, entry: CustodyEntry, content: bytes) -> bool:
    if answer.judgement is None:
        return False
    index = context.vault.index
    with index.transaction():
        index.keep_data(answer.digest, content)
        target = f"{entry.chain}:{entry.seq}"
        wish = index.add_token("head", target, answer.digest, answer.authority, clock.rfc3339())
        answers.keep(context, wish, answer, context.authorities().all)
    if context.last_entry(entry.chain).seq == entry.seq:
        context.log.changed.discard(entry.chain)
    context.heads_stamped = clock.now()
    context.vault.set_meta(_KEY, clock.rfc3339(context.heads_stamped))
    return True


def until_daily(context: Context) -> timedelta | None:
    """How long until :func:`stamp_daily` asks; None where nothing was changed."""
    if not context.log.changed:
        return None
    return min(max(timedelta(), context.heads_stamped + AT_LEAST - clock.now()), AT_LEAST)


def stamp_daily(context: Context, cancel: CancelToken) -> int:
    """The same in a sitting that goes on for days; after a vain try, again a day later."""
    if until_daily(context) != timedelta():
        return 0
    context.heads_stamped = clock.now()
    return stamp_heads(context, cancel)


def stamp_after_command(context: Context, cancel: CancelToken) -> int:
    """The same for sittings that last for one command: those of a day have it once, the first of them after a day.

    A vault that nobody opens any more keeps what was written since as it is: its owner could still write it anew.
    """
    now, before = clock.now(), context.vault.get_meta(_KEY)
    try:
        asked = clock.parse(before) if before else None
    except ValueError:
        asked = None
    if asked is not None and asked <= now < asked + AT_LEAST:
        return 0
    context.vault.set_meta(_KEY, clock.rfc3339(now))
    return stamp_heads(context, cancel) if asked is not None else 0
