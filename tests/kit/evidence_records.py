"""Evidence records put together byte by byte, well or badly, without the module that writes them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from asn1crypto import core

from evidence_kit.timestamp import evidence_record as ers
from evidence_kit.timestamp.hash_tree import HashTree
from evidence_kit.timestamp.record_judge import RecordJudgement, judge_record
from tests.kit.eras import Era

DATA = [f"exhibit {n}".encode() for n in range(1000)]
NULL = b"\x05\x00"


def sha(data: bytes, algorithm: str = "sha256") -> bytes:
    return hashlib.new(algorithm, data).digest()


def tlv(tag: int, inside: bytes) -> bytes:
    size = len(inside)
    if size < 128:
        return bytes([tag, size]) + inside
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + inside


def algorithm(oid: str = "2.16.840.1.101.3.4.2.1", tag: int = 0x30, more: bytes = b"") -> bytes:
    return tlv(tag, core.ObjectIdentifier(oid).dump() + more)


def stamp(
    token: bytes, tree: tuple[tuple[bytes, ...], ...] | None = None, named: bytes | None = None, more: bytes = b""
) -> bytes:
    lists = b"" if tree is None else tlv(0xA2, b"".join(tlv(0x30, b"".join(tlv(4, h) for h in t)) for t in tree))
    return tlv(0x30, (algorithm(tag=0xA0) if named is None else named) + more + lists + token)


def whole(
    *chains: bytes, algorithms: bytes | None = None, version: bytes = b"\x02\x01\x01", more: bytes = b""
) -> bytes:
    named = tlv(0x30, algorithm()) if algorithms is None else algorithms
    return tlv(0x30, version + named + more + tlv(0x30, b"".join(tlv(0x30, chain) for chain in chains)))


def single(token: bytes, tree: tuple[tuple[bytes, ...], ...]) -> bytes:
    return whole(stamp(token, tree))


@dataclass(frozen=True)
class Made:
    """A record of the first of 21 exhibits, and what it was made of."""

    record: bytes
    roots: tuple[bytes, ...]
    token: bytes
    tree: HashTree


def make(era: Era) -> Made:
    tree = HashTree([sha(one) for one in DATA[:21]])
    token = era.stamp(tree.root, 2026)
    record = ers.new_record(token, algorithm="sha256", digest=sha(DATA[0]), tree=tree.reduced(sha(DATA[0])))
    return Made(record, (era.root,), token, tree)


def judged(made: Made, untrusted: bytes, data: bytes = DATA[0]) -> RecordJudgement:
    return judge_record(untrusted, data=data, roots=made.roots)
