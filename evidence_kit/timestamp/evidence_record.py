"""Evidence records (RFC 4998): read from hostile bytes, made from a hash tree and a token, and renewed.

A record says of one data object which digests lead from it to a timestamp, and how that timestamp was stamped again
before its authority's certificate or its hash grew old. Reading verifies nothing: :mod:`.record_judge` does that.
A record is DER: whatever would not be written again byte for byte the same is refused. Only the tokens, which other
programs wrote, are kept as they came, since each renewal covers their very bytes (5.2).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from asn1crypto import cms, core, parser

from evidence_kit.errors import TokenInvalid
from evidence_kit.language import _
from evidence_kit.timestamp import form
from evidence_kit.timestamp.hash_tree import Reduced, hashed, root_of

MAX_RECORD = 1 << 20
MAX_STAMPS = 100
"""In all chains together; renewed every five years, that is five hundred years."""
MAX_DEPTH = 64
MAX_WIDTH = 4096
MAX_KEPT = 1 << 16
"""Bytes of what is tolerated but not understood: attributes, crypto and encryption information."""
MAX_ALGORITHMS = 16

_OIDS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_OID_DERS = {name: bytes(core.ObjectIdentifier(oid).dump()) for name, oid in _OIDS.items()}
_NAMES = {der[2:]: name for name, der in _OID_DERS.items()}
_SEQUENCE_TAG, _OCTETS_TAG, _HASH_TAG, _TREE_TAG = 0x30, 0x04, 0xA0, 0xA2
_LONGEST_SHORT = 0x7F
_VERSION_1 = b"\x02\x01\x01"
_STUMBLES = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


class NotARecord(ValueError):
    """The bytes never were an evidence record."""


class DamagedRecord(ValueError):
    """The bytes were an evidence record once, or claim to be one, but cannot be read as one."""


class _Kept:
    """A value of which only the outermost header is ours to judge; what is in it stays as it came."""

    def dump(self, force: bool = False) -> bytes:
        """The bytes as they came; by force with the only header that DER allows for them."""
        raw: bytes = self._header + self._contents + self._trailer  # type: ignore[attr-defined]
        if not force:
            return raw
        class_, method, tag, _header, contents, _trailer = parser.parse(raw, strict=True)
        return bytes(parser.emit(class_, method, tag, contents))


class _Token(_Kept, cms.ContentInfo):  # type: ignore[misc]
    pass


class _Attribute(core.Sequence):  # type: ignore[misc]
    _fields = [("type", core.ObjectIdentifier), ("values", core.SetOf, {"spec": core.Any})]  # noqa: RUF012


class _Attributes(_Kept, core.SetOf):  # type: ignore[misc]
    _child_spec = _Attribute


class _CryptoInfos(_Kept, core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Attribute


class _EncryptionInfo(_Kept, core.Sequence):  # type: ignore[misc]
    _fields = [("type", core.ObjectIdentifier), ("value", core.Any)]  # noqa: RUF012


class _Algorithm(core.Sequence):  # type: ignore[misc]
    """Without parameters, as RFC 5754 wants a SHA-2 to be named; with NULL, as others write it."""

    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", core.Null, {"optional": True})]  # noqa: RUF012


class _Algorithms(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Algorithm


class _ReducedHashtree(_Kept, core.Sequence):  # type: ignore[misc]
    """Many small values: read and written here, far faster than by the library."""


class _Stamp(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("digest_algorithm", _Algorithm, {"implicit": 0, "optional": True}),
        ("attributes", _Attributes, {"implicit": 1, "optional": True}),
        ("reduced_hashtree", _ReducedHashtree, {"implicit": 2, "optional": True}),
        ("time_stamp", _Token),
    ]


class _Chain(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Stamp


class _Chains(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Chain


class _Record(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("digest_algorithms", _Algorithms),
        ("crypto_infos", _CryptoInfos, {"implicit": 0, "optional": True}),
        ("encryption_info", _EncryptionInfo, {"implicit": 1, "optional": True}),
        ("archive_time_stamp_sequence", _Chains),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTimestamp:
    """One ArchiveTimeStamp (RFC 4998, 4.1). ``algorithm`` is the hash of its tree, "" where it is not one of ours."""

    algorithm: str
    tree: Reduced
    """Empty where the token is about the digest itself."""
    token: bytes
    """The TimeStampToken (ContentInfo) as it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """A record as it was read; nothing in it is verified."""

    chains: tuple[tuple[ArchiveTimestamp, ...], ...]
    """In the order of the record; each has at least one timestamp."""
    chain_ders: tuple[bytes, ...]
    algorithms: tuple[str, ...]
    """What the record says which hashes it uses; "" for one that is not one of ours."""
    algorithm_ders: tuple[bytes, ...]
    kept: bytes
    """Crypto and encryption information as they came."""
    has_more: bool
    """Whether it carries these, or attributes, none of which are looked at."""
    der: bytes

    def stamps(self) -> Iterator[ArchiveTimestamp]:
        """All timestamps, in order."""
        for chain in self.chains:
            yield from chain

    def digest_before(self, chain: int, algorithm: str) -> bytes:
        """The digest of the ArchiveTimeStampSequence of the chains before ``chain`` (RFC 4998, 5.2, step 3)."""
        return hashed(algorithm, _sequence(*self.chain_ders[:chain]))


def read(untrusted: bytes) -> EvidenceRecord:
    """Read a record. Raises :class:`NotARecord` or :class:`DamagedRecord`, whose messages are for a person."""
    if len(untrusted) > MAX_RECORD:
        raise NotARecord(_("This is far too large for an evidence record."))
    try:
        return _read(untrusted)
    except _STUMBLES as exc:
        if is_record(untrusted):
            raise DamagedRecord(_("This is an evidence record, but it is damaged and cannot be read.")) from exc
        raise NotARecord(_("This is not an evidence record.")) from exc


def is_record(untrusted: bytes) -> bool:
    """Whether these bytes begin as an evidence record does: version 1, then a list of nothing but hash algorithms.

    A request for a timestamp begins almost so, with one algorithm and a digest.
    """
    begin = untrusted.find(_VERSION_1 + b"\x30", 0, 12) + len(_VERSION_1)
    if untrusted[:1] != b"\x30" or begin < len(_VERSION_1):
        return False
    size, begin = int.from_bytes(untrusted[begin + 1 : begin + 2], "big"), begin + 2
    if size == _LONGEST_SHORT + 2:  # one more byte of length
        size, begin = int.from_bytes(untrusted[begin : begin + 1], "big"), begin + 1
    try:
        named = _values(untrusted[begin : begin + size], 0x30, MAX_ALGORITHMS)
    except (ValueError, IndexError):
        return False
    return any(oid in one for one in named for oid in _OID_DERS.values())


def _refuse(reason: str) -> NoReturn:
    raise ValueError(reason)


def _read(untrusted: bytes) -> EvidenceRecord:
    if form.endless_number(untrusted):
        _refuse("a number without end")
    whole = _Record.load(untrusted, strict=True)
    if whole["version"].contents != b"\x01":
        _refuse("not version 1")
    held = whole["archive_time_stamp_sequence"]
    if not 1 <= len(whole["digest_algorithms"]) <= MAX_ALGORITHMS or not 1 <= len(held) <= MAX_STAMPS:
        _refuse("too few or too many")
    more = _kept(whole, "crypto_infos") + _kept(whole, "encryption_info")
    chains: list[tuple[ArchiveTimestamp, ...]] = []
    for chain in held:
        if not 1 <= len(chain) <= MAX_STAMPS - sum(map(len, chains)):
            _refuse("too few or too many timestamps")
        more += sum(_kept(stamp, "attributes") for stamp in chain)
        chains.append(tuple(_read_stamp(stamp) for stamp in chain))
    if more > MAX_KEPT or whole.dump(force=True) != untrusted:
        _refuse("too much that is not understood, or not in DER")
    return EvidenceRecord(
        chains=tuple(chains),
        chain_ders=tuple(chain.dump() for chain in held),
        algorithms=tuple(_name(one) for one in whole["digest_algorithms"]),
        algorithm_ders=tuple(one.dump() for one in whole["digest_algorithms"]),
        kept=whole["crypto_infos"].dump() + whole["encryption_info"].dump(),
        has_more=more > 0,
        der=untrusted,
    )


def _kept(where: core.Sequence, name: str) -> int:
    """The size of something that is only kept; it must have its own shape, or other fields could pass for it."""
    held = where[name]
    if isinstance(held, core.Void):
        return 0
    size = len(held.dump())
    if size > MAX_KEPT:
        _refuse("too much that is not understood")
    if isinstance(held, _EncryptionInfo):
        held["type"], held["value"]
    elif not len(held) or not all(one["type"].contents and len(one["values"]) for one in held):
        _refuse("no attributes")
    return size


def _name(algorithm: core.Sequence) -> str:
    """Looked up by its bytes: turning a hostile OID into numbers can take minutes."""
    return _NAMES.get(algorithm["algorithm"].contents, "")


def _read_stamp(stamp: core.Sequence) -> ArchiveTimestamp:
    held = stamp["reduced_hashtree"]
    tree: Reduced = ()
    if not isinstance(held, core.Void):
        lists = _values(held.contents, _SEQUENCE_TAG, MAX_DEPTH)
        tree = tuple(_values(nodes, _OCTETS_TAG, MAX_WIDTH) for nodes in lists)
    token = stamp["time_stamp"].dump()
    named = stamp["digest_algorithm"]
    algorithm = imprint(token)[0] if isinstance(named, core.Void) else _name(named)
    return ArchiveTimestamp(algorithm=algorithm, tree=tree, token=token)


def _values(contents: bytes, tag: int, most: int) -> tuple[bytes, ...]:
    """What is in each of one or more values of ``tag``, at most ``most``; in DER and nothing else."""
    found: list[bytes] = []
    place = 0
    while place < len(contents) and len(found) < most:
        size, begin = contents[place + 1], place + 2
        if size > _LONGEST_SHORT:
            begin += size & _LONGEST_SHORT
            size = int.from_bytes(contents[place + 2 : begin], "big")
        found.append(contents[begin : begin + size])
        whole = _tlv(tag, found[-1])
        if contents[place : place + len(whole)] != whole:
            _refuse("another value, or not in DER")
        place += len(whole)
    if not found or place != len(contents):
        _refuse("too few values or too many")
    return tuple(found)


def _tlv(tag: int, contents: bytes) -> bytes:
    size = len(contents)
    if size <= _LONGEST_SHORT:
        return bytes((tag, size)) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + contents


def _sequence(*parts: bytes) -> bytes:
    return _tlv(_SEQUENCE_TAG, b"".join(parts))


def imprint(token: bytes) -> tuple[str, bytes]:
    """What a token is about: its hash ("" if not one of ours) and digest; ("", b"") where that cannot be read."""
    try:
        read_form = form.read(token)
        if read_form.token is None or read_form.status is not None:
            return "", b""
        told = form.tst_info(read_form.token)["message_imprint"]
        return _name(told["hash_algorithm"]), bytes(told["hashed_message"])
    except _STUMBLES:
        return "", b""


def new_record(token: bytes, *, algorithm: str, digest: bytes, tree: Reduced = ()) -> bytes:
    """The record (DER) of the data object with ``digest``, which ``token`` covers through ``tree``, or alone.

    ``token`` is an authority's whole reply or a bare token; it must be about the tree's root, else
    :class:`~evidence_kit.errors.TokenInvalid` is raised. Its signature is not looked at: judge it first.
    """
    chain = _sequence(_stamp(token, algorithm, digest, tree))
    return _sequence(_VERSION_1, _sequence(_sequence(_OID_DERS[algorithm])), _sequence(chain))


def renewal_digest(record: bytes) -> tuple[str, bytes]:
    """What a timestamp renewal has to cover: the hash of the last chain, and the digest of its last token (5.2).

    Stamp it, or make it a leaf of a tree of many records. Raises :class:`NotARecord`, :class:`DamagedRecord`.
    """
    return _renewal_digest(read(record))


def _renewal_digest(known: EvidenceRecord) -> tuple[str, bytes]:
    last = known.chains[-1][-1]
    if not last.algorithm:
        raise DamagedRecord(_("The evidence record uses a hash that is not known here."))
    return last.algorithm, hashed(last.algorithm, last.token)


def renewed_timestamp(record: bytes, token: bytes, *, tree: Reduced = ()) -> bytes:
    """``record`` with one more timestamp in its last chain (5.2, timestamp renewal): before a certificate ends.

    ``token`` is about :func:`renewal_digest`, or about the root of the ``tree`` in which that is a leaf. Raises as
    :func:`new_record` and :func:`read` do.
    """
    known = read(record)
    algorithm, digest = _renewal_digest(known)
    *others, last = known.chain_ders
    stamps = parser.parse(last)[4]
    return _grown(known, algorithm, [*others, _sequence(stamps, _stamp(token, algorithm, digest, tree))])


def tree_renewal_digest(record: bytes, *, algorithm: str, digest: bytes) -> bytes:
    """What a hash-tree renewal has to cover (5.2, step 4): ``digest`` is that of the data object in ``algorithm``.

    Raises :class:`NotARecord`, :class:`DamagedRecord`; ValueError for an algorithm that is not one of ours.
    """
    return _tree_renewal_digest(read(record), algorithm, digest)


def _tree_renewal_digest(known: EvidenceRecord, algorithm: str, digest: bytes) -> bytes:
    return hashed(algorithm, digest + known.digest_before(len(known.chains), algorithm))


def renewed_tree(record: bytes, token: bytes, *, algorithm: str, digest: bytes, tree: Reduced = ()) -> bytes:
    """``record`` with a new chain (5.2, hash-tree renewal): before the old hash grows weak.

    ``token`` is about :func:`tree_renewal_digest` of the same ``digest``, or about the root of the ``tree`` in which
    that is a leaf. Raises as :func:`new_record` and :func:`read` do.
    """
    known = read(record)
    leaf = _tree_renewal_digest(known, algorithm, digest)
    chain = _sequence(_stamp(token, algorithm, leaf, tree))
    return _grown(known, algorithm, [*known.chain_ders, chain])


def _grown(known: EvidenceRecord, algorithm: str, chains: list[bytes]) -> bytes:
    """The record with other chains, everything else as it was; read again, lest it grow past what is ever read."""
    named = known.algorithm_ders
    if algorithm not in known.algorithms:
        named += (_sequence(_OID_DERS[algorithm]),)
    return read(_sequence(_VERSION_1, _sequence(*named), known.kept, _sequence(*chains))).der


def _stamp(token: bytes, algorithm: str, digest: bytes, tree: Reduced) -> bytes:
    if tree and digest not in tree[0]:
        msg = "the digest is not in the first list of its tree"
        raise ValueError(msg)
    raw, *about = _about(token)
    if about != [algorithm, root_of(tree, algorithm) if tree else digest]:
        raise TokenInvalid(
            _("The timestamp is not about this evidence record."),
            hint=_("Nothing was changed. Ask the authority for a new timestamp."),
        )
    lists = (_sequence(*(_tlv(_OCTETS_TAG, node) for node in nodes)) for nodes in tree)
    held = _tlv(_TREE_TAG, b"".join(lists)) if tree else b""
    return _sequence(_tlv(_HASH_TAG, _OID_DERS[algorithm]), held, raw)


@functools.lru_cache(maxsize=4)
def _about(token: bytes) -> tuple[bytes, str, bytes]:
    """The bare token in a reply, its hash and its digest, "" where there is none that a record can hold.

    An authority may have written its outermost header in BER: a record has it in DER, and the signed rest as it came.
    Kept for a moment, since one token stands in all records of a tree.
    """
    try:
        raw = _sequence(parser.parse(form.read(token).raw_token)[4])
    except ValueError:
        return b"", "", b""
    return raw, *imprint(raw)
