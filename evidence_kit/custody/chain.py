"""Linking and checking a custody chain: pure functions over bytes.

``d_n = SHA-256(entry bytes)`` and ``head_n = SHA-256(head_{n-1} || d_n)`` over raw 32-byte values, with
``head_{-1}`` = 32 zero bytes. An entry holds no digest of another, so that any entry can be withheld by
giving its digest alone. The 128-bit salt in each entry keeps a withheld one from being guessed.

A chain alone cannot show that its tail was cut or that the whole was made anew: only a head that stands in
a token somebody else already holds does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable

from evidence_kit.canonical import JsonObject, from_canonical, to_canonical
from evidence_kit.digest import sha256_hex, sha256_raw
from evidence_kit.errors import ChainBroken
from evidence_kit.language import _
from evidence_kit.records import CUSTODY_FORMAT, CustodyEntry

ZERO_HEAD = "00" * 32
HEAD_FORMAT = "evidence-kit/head/1"


def link(previous_head: str, entry: bytes) -> tuple[str, str]:
    """Digest of ``entry`` and the head that binds it to all before; both lower hex."""
    digest = sha256_raw(entry)
    return digest.hex(), sha256_hex(bytes.fromhex(previous_head) + digest)


def compose_entry(
    *,
    chain: str,
    seq: int,
    event: str,
    at: str,
    zone: str,
    actor: str,
    subject: str,
    digests: JsonObject,
    purpose: str,
    detail: JsonObject,
    software: str,
    vault_key: str,
) -> bytes:
    """The canonical bytes of one entry. The first of a chain also names the vault's key (FORMAT)."""
    value: JsonObject = {
        "format": CUSTODY_FORMAT,
        "chain": chain,
        "seq": seq,
        "type": event,
        "at": at,
        "zone": zone,
        "actor": actor,
        "salt": secrets.token_hex(16),
        "subject": subject,
        "digests": digests,
        "purpose": purpose,
        "detail": detail,
        "software": software,
    }
    if seq == 0:
        value["vault_key"] = vault_key
    return to_canonical(value)


def head_file(chain: str, seq: int, head: str) -> bytes:
    """The canonical bytes that an authority stamps to fix a head in time."""
    return to_canonical({"format": HEAD_FORMAT, "chain": chain, "seq": seq, "head": head})


def check_chain(entries: Iterable[CustodyEntry], chain: str) -> str:
    """Recompute every link and give the head. Raises :class:`ChainBroken` at the first that does not hold."""
    head, expected = ZERO_HEAD, 0
    for entry in entries:
        digest, linked = link(head, entry.entry)
        try:
            value = from_canonical(entry.entry)
        except ValueError:
            value = {}
        right = (value.get("seq"), value.get("chain"), entry.seq) == (expected, chain, expected)
        if not right or (digest, linked) != (entry.digest, entry.head):
            raise ChainBroken(
                _("Entry {seq} of the custody log does not fit the one before it.", seq=expected),
                expected,
                hint=_("The log was changed or damaged there. Keep the vault as it is and show it to an expert."),
            )
        head, expected = linked, expected + 1
    return head


def export_log(entries: Iterable[CustodyEntry], withhold: Callable[[JsonObject], bool]) -> tuple[bytes, int]:
    """``log.jsonl`` for a package, and how many entries it withholds.

    Entries for which ``withhold`` says yes stand there by their digest alone.
    """
    lines: list[bytes] = []
    head, last, hidden = ZERO_HEAD, -1, 0
    for entry in entries:
        value = from_canonical(entry.entry)
        if withhold(value):
            hidden += 1
            lines.append(to_canonical({"seq": entry.seq, "digest": entry.digest}))
        else:
            lines.append(to_canonical({"seq": entry.seq, "entry": value}))
        head, last = entry.head, entry.seq
    lines.append(to_canonical({"seq": last, "head": head}))
    return b"\n".join(lines) + b"\n", hidden
