"""Reading revocation lists and OCSP answers from hostile bytes, into plain values: nothing is trusted or verified here.

A list may be eight megabytes of half a million entries, so it is walked over by an own reader of DER and no entry
becomes an object. Lists that speak of a part only in a way that is not understood (delta lists, indirect ones, those
for some reasons) are refused, and so is every critical extension that is not known (RFC 5280, 5.2 and 5.3; RFC 6960).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, ocsp, pem

from evidence_kit.digest import sha256_hex
from evidence_kit.timestamp.der_walk import (
    BITS,
    ENUMERATED,
    INTEGER,
    LONG_FORM,
    LONG_TIME,
    SEQUENCE,
    TIMES,
    BadStatement,
    children,
    element,
    extensions_of,
    key_bits,
    name_of,
    time_of,
)
from evidence_kit.timestamp.form import endless_number

__all__ = ["BadStatement", "from_file", "key_bits", "read"]

MAX_LIST = 10 << 20
MAX_ANSWER = 1 << 16
MAX_ANSWERS = 100
MAX_EMBEDDED = 8
_SHORTEST_ENTRY = 6
_MOST_MATCHES = 16
_CRITICAL = b"\x01\x01\xff"

_NUMBER, _REASON, _INVALIDITY, _DELTA = b"\x55\x1d\x14", b"\x55\x1d\x15", b"\x55\x1d\x18", b"\x55\x1d\x1b"
_SCOPE, _AUTHORITY_KEY = b"\x55\x1d\x1c", b"\x55\x1d\x23"
_KNOWN, _KNOWN_OF_ENTRY = {_NUMBER, _SCOPE, _AUTHORITY_KEY}, {_REASON, _INVALIDITY}
REASONS = {
    0: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    6: "certificateHold",
    8: "removeFromCRL",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}
"""CRLReason (RFC 5280, 5.3.1); seven is not used."""
_STATUS_EXTENSIONS = {"1.3.6.1.5.5.7.48.1.2", "1.3.6.1.5.5.7.48.1.9"}
"""Critical extensions of an answer that change nothing: nonce, extended revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Of which certificates a list speaks, by its issuing distribution point (RFC 5280, 5.2.5); () = of all."""

    addresses: tuple[str, ...] | None = None
    only_users: bool = False
    only_authorities: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """That one certificate was revoked. Times are aware UTC."""

    at: datetime
    reason: str
    invalid_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RevocationList:
    """A list as it names itself. ``entries`` is where the entries stand in ``der``, None where there are none."""

    der: bytes
    sha256: str
    issuer: str
    signed: bytes
    algorithm: bytes
    signature: bytes
    this_update: datetime
    next_update: datetime | None
    scope: Scope
    entries: tuple[int, int] | None

    def entries_of(self, serial: int) -> list[Entry]:
        """What it says of a serial number. Raises :class:`BadStatement` where its entries cannot be followed."""
        if self.entries is None:
            return []
        try:
            return [_entry(self.der, *place) for place in _walk(self.der, *self.entries, serial)]
        except (ValueError, IndexError, OverflowError) as exc:
            raise BadStatement from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class OneAnswer:
    """What an answer says of one certificate, which it names by digests. ``entry`` is None for "good"."""

    hash_name: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial: int
    this_update: datetime
    next_update: datetime | None
    known: bool
    entry: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OcspAnswer:
    """An answer as it names itself; its responder by name (as :class:`Certificate` writes it) or by key hash."""

    der: bytes
    sha256: str
    signed: bytes
    algorithm: bytes
    signature: bytes
    produced_at: datetime
    responder_name: str | None
    responder_key: bytes | None
    embedded: tuple[bytes, ...]
    answers: tuple[OneAnswer, ...]


Statement = RevocationList | OcspAnswer


def read(untrusted: bytes) -> Statement:
    """Read a DER list or answer. Raises :class:`BadStatement`, and nothing else, for any bytes."""
    try:
        tag, start, stop = element(untrusted, 0, min(len(untrusted), MAX_LIST))
        if tag != SEQUENCE or stop != len(untrusted):
            raise BadStatement
        if untrusted[start] == ENUMERATED:
            return _answer(untrusted)
        return _list(untrusted, start, stop)
    except BadStatement:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as exc:
        raise BadStatement from exc


def from_file(untrusted: bytes) -> list[bytes]:
    """The statements (DER) in a file, PEM or DER. Raises :class:`BadStatement` where one is none or there is none."""
    try:
        ders = (
            [body for _kind, _headers, body in pem.unarmor(untrusted, multiple=True)]
            if untrusted.lstrip()[:5] == b"-----"
            else [untrusted]
        )
    except (ValueError, TypeError) as exc:
        raise BadStatement from exc
    for der in ders:
        read(der)
    if not ders:
        raise BadStatement
    return ders


def _list(data: bytes, start: int, stop: int) -> RevocationList:
    (at, tag, inner, end), algorithm, bits = _three(data, start, stop)
    if tag != SEQUENCE or algorithm[1] != SEQUENCE or bits[1] != BITS or data[bits[2]] != 0:
        raise BadStatement
    named = data[algorithm[0] : algorithm[3]]
    parts = list(children(data, inner, end, 8))
    version = bool(parts) and parts[0][1] == INTEGER
    if version and data[parts.pop(0)[2] : parts[0][0]] != b"\x01":
        raise BadStatement
    own, issuer, this_update, *rest = parts
    if data[own[0] : own[3]] != named or issuer[1] != SEQUENCE:
        raise BadStatement
    next_update = time_of(data, *rest.pop(0)[1:]) if rest and rest[0][1] in TIMES else None
    entries = rest.pop(0)[2:] if rest and rest[0][1] == SEQUENCE else None
    extensions = rest.pop(0) if version and rest and rest[0][1] == 0xA0 else None  # noqa: PLR2004 - [0]
    if rest:
        raise BadStatement
    held = extensions_of(data, *extensions[2:], known=_KNOWN) if extensions else {}
    if _DELTA in held:
        raise BadStatement
    return RevocationList(
        der=data,
        sha256=sha256_hex(data),
        issuer=name_of(data[issuer[0] : issuer[3]]),
        signed=data[at:end],
        algorithm=named,
        signature=data[bits[2] + 1 : bits[3]],
        this_update=time_of(data, *this_update[1:]),
        next_update=next_update,
        scope=_scope(held[_SCOPE]) if _SCOPE in held else Scope(),
        entries=(entries[0], entries[1]) if entries else None,
    )


def _three(data: bytes, start: int, stop: int) -> list[tuple[int, int, int, int]]:
    parts = list(children(data, start, stop, 3))
    if len(parts) != 3:  # noqa: PLR2004 - what is signed, how, and the signature
        raise BadStatement
    return parts


def _scope(value: bytes) -> Scope:
    tag, start, stop = element(value, 0, len(value))
    if tag != SEQUENCE or stop != len(value):
        raise BadStatement
    addresses: tuple[str, ...] | None = None
    flags: dict[int, bool] = {}
    for _at, kind, begin, end in children(value, start, stop, 6):
        if kind == 0xA0:  # noqa: PLR2004 - the distribution point's names
            inner, first, last = element(value, begin, end)
            if inner != 0xA0 or last != end:  # noqa: PLR2004 - fullName; a name relative to the issuer is not followed
                raise BadStatement
            uris = [value[b:e] for _a, one, b, e in children(value, first, last) if one == 0x86]  # noqa: PLR2004
            addresses = tuple(uri.decode("ascii") for uri in uris)
        elif kind in {0x81, 0x82, 0x84, 0x85}:
            flags[kind] = value[begin:end] != b"\x00"
        else:  # for some reasons only, or something that came later than this program
            raise BadStatement
    if flags.get(0x84) or flags.get(0x85):  # indirect, or of attribute certificates
        raise BadStatement
    return Scope(addresses=addresses, only_users=flags.get(0x81, False), only_authorities=flags.get(0x82, False))


def _walk(data: bytes, start: int, stop: int, serial: int) -> list[tuple[int, int]]:
    """Where the entries of a serial number have their content; every entry is stepped over, none is read."""
    content = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
    if len(content) >= LONG_FORM:
        raise BadStatement
    needle = bytes([INTEGER, len(content)]) + content
    found, at, critical = [], start, data.find(_CRITICAL, start, stop)
    while at < stop:
        size, inner = data[at + 1], at + 2
        if size >= LONG_FORM:
            _tag, inner, end = element(data, at, stop)
        else:
            end = inner + size
        if data[at] != SEQUENCE or end > stop or end - inner < _SHORTEST_ENTRY:
            raise BadStatement
        if data.startswith(needle, inner):
            found.append((inner, end))
        elif at < critical < end:  # it may say something of others that is not understood
            _entry(data, inner, end)
        if at < critical < end:
            critical = data.find(_CRITICAL, end, stop)
        at = end
    if len(found) > _MOST_MATCHES:
        raise BadStatement
    return found


def _entry(data: bytes, start: int, stop: int) -> Entry:
    parts = list(children(data, start, stop, 3))
    held = extensions_of(data, parts[2][0], stop, known=_KNOWN_OF_ENTRY) if len(parts) > 2 else {}  # noqa: PLR2004
    reason = "unspecified"
    if _REASON in held:
        value = held[_REASON]
        if len(value) != 3 or value[:2] != b"\x0a\x01" or value[2] not in REASONS:  # noqa: PLR2004
            raise BadStatement
        reason = REASONS[value[2]]
    since = held.get(_INVALIDITY)
    return Entry(
        at=time_of(data, *parts[1][1:]),
        reason=reason,
        invalid_since=time_of(since, *element(since, 0, len(since))) if since else None,
    )


def _answer(data: bytes) -> OcspAnswer:
    if len(data) > MAX_ANSWER or endless_number(data):
        raise BadStatement
    whole = ocsp.OCSPResponse.load(data, strict=True)
    if whole["response_status"].native != "successful":
        raise BadStatement
    if whole["response_bytes"]["response_type"].native != "basic_ocsp_response":
        raise BadStatement
    basic = ocsp.BasicOCSPResponse.load(whole["response_bytes"]["response"].contents, strict=True)
    body = basic["tbs_response_data"]
    if body["version"].native != "v1" or len(body["responses"]) > MAX_ANSWERS:
        raise BadStatement
    _no_unknown(body["response_extensions"])
    who = body["responder_id"]
    held = basic["certs"] if not isinstance(basic["certs"], core.Void) else ()
    return OcspAnswer(
        der=data,
        sha256=sha256_hex(data),
        signed=bytes(body.dump()),
        algorithm=bytes(basic["signature_algorithm"].dump()),
        signature=bytes(basic["signature"].native),
        produced_at=_generalized(body["produced_at"]),
        responder_name=str(who.chosen.hashable) if who.name == "by_name" else None,
        responder_key=bytes(who.chosen.native) if who.name == "by_key" else None,
        embedded=tuple(bytes(one.dump()) for one, _n in zip(held, range(MAX_EMBEDDED), strict=False)),
        answers=tuple(_one_answer(one) for one in body["responses"]),
    )


def _no_unknown(extensions: object) -> None:
    for one in () if isinstance(extensions, core.Void) else extensions:  # type: ignore[attr-defined]
        if one["critical"].native and one["extn_id"].dotted not in _STATUS_EXTENSIONS:
            raise BadStatement


def _generalized(value: core.GeneralizedTime) -> datetime:
    return time_of(value.contents, LONG_TIME, 0, len(value.contents))


def _one_answer(one: ocsp.SingleResponse) -> OneAnswer:
    _no_unknown(one["single_extensions"])
    about, status, entry = one["cert_id"], one["cert_status"], None
    if status.name == "revoked":
        told = status.chosen
        reason = told["revocation_reason"]
        code = 0 if isinstance(reason, core.Void) else int.from_bytes(reason.contents, "big")
        if code not in REASONS:
            raise BadStatement
        entry = Entry(at=_generalized(told["revocation_time"]), reason=REASONS[code], invalid_since=_invalid_since(one))
    following = one["next_update"]
    return OneAnswer(
        hash_name=str(about["hash_algorithm"]["algorithm"].native),
        issuer_name_hash=bytes(about["issuer_name_hash"].native),
        issuer_key_hash=bytes(about["issuer_key_hash"].native),
        serial=int(about["serial_number"].native),
        this_update=_generalized(one["this_update"]),
        next_update=None if isinstance(following, core.Void) else _generalized(following),
        known=status.name in {"good", "revoked"},
        entry=entry,
    )


def _invalid_since(one: ocsp.SingleResponse) -> datetime | None:
    """An answer may carry what an entry of a list carries (RFC 6960, 4.4.5)."""
    held = one["single_extensions"]
    for extension in () if isinstance(held, core.Void) else held:
        if extension["extn_id"].dotted == "2.5.29.24":
            value = bytes(extension["extn_value"].contents)
            return time_of(value, *element(value, 0, len(value)))
    return None
