"""Reading a timestamp reply or a bare token from hostile bytes, once, for those who ask and those who judge.

Nothing is trusted here and nothing is verified: this module only says what the bytes claim to be. It tells
"never was a timestamp" (:class:`NotATimestamp`) from "is one, but damaged" (:class:`Damaged`), because a
person who sends the wrong file needs another sentence than one whose evidence was changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import cms, core, parser, tsp

from evidence_kit.canonical import safe_text
from evidence_kit.language import _

MAX_REPLY = 1 << 20
"""No reply is larger: real ones have 1 to 10 kB."""

SIGNED_DATA = "1.2.840.113549.1.7.2"
_SIGNED_DATA_DER = bytes.fromhex("06092a864886f70d010702")
_SNIFF = 4096
_SEQUENCE, _OID = 0x30, 0x06
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,](\d+))?(Z|[+-]\d{4})\Z")
_LEAP_SECOND = 60
_HIGH_BIT = bytes(0xFF if byte & 0x80 else 0 for byte in range(256))
_ENDLESS = b"\xff" * 2048
_MAX_TEXT = 200

STATUS_NAMES = {
    0: "granted",
    1: "grantedWithMods",
    2: "rejection",
    3: "waiting",
    4: "revocationWarning",
    5: "revocationNotification",
}
"""PKIStatus (RFC 3161, 2.4.2)."""
GRANTED = (0, 1)


class NotATimestamp(ValueError):
    """The bytes never were a timestamp."""


class Damaged(ValueError):
    """The bytes were a timestamp once, or claim to be one, but cannot be read as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What was read: ``status`` is None for a bare token; ``token`` is None where a reply carries none."""

    status: int | None
    status_text: str
    failures: tuple[str, ...]
    token: cms.ContentInfo | None
    raw_token: bytes
    """The token's own bytes, as they came."""
    trailing: int
    """Bytes after the end of the outer structure, which ``openssl ts`` ignores."""

    @property
    def granted(self) -> bool:
        """Whether the authority says that it made a timestamp."""
        return self.status is None or self.status in GRANTED

    @property
    def status_name(self) -> str:
        """The PKIStatus by name, such as ``rejection``; empty for a bare token."""
        return "" if self.status is None else STATUS_NAMES.get(self.status, str(self.status))


def plain_text(untrusted: str) -> str:
    """Text of an authority, fit to be shown: one line, no control characters, at most 200 characters."""
    return safe_text("".join(c if c.isprintable() else " " for c in untrusted[: _MAX_TEXT * 4]), _MAX_TEXT).strip()


def endless_number(untrusted: bytes) -> bool:
    """Whether an object identifier in it could be so long that turning it into numbers takes minutes (X.690, 8.19).

    Each byte but the last of a number in one has its high bit set; neither keys, signatures nor text have such runs.
    """
    return _ENDLESS in untrusted.translate(_HIGH_BIT)


def _looks_like_one(untrusted: bytes) -> bool:
    return untrusted[:1] == bytes([_SEQUENCE]) and _SIGNED_DATA_DER in untrusted[:_SNIFF]


def read(untrusted: bytes) -> Form:
    """Read a TimeStampResp or a ContentInfo (RFC 3161, 2.4.2). Raises :class:`NotATimestamp` or :class:`Damaged`."""
    if len(untrusted) > MAX_REPLY:
        raise NotATimestamp(_("This is far too large for a timestamp."))
    try:
        if endless_number(untrusted):
            msg = "a number without end"
            raise ValueError(msg)
        return _read(untrusted)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as exc:
        if _looks_like_one(untrusted):
            raise Damaged(_("This is a timestamp, but it is damaged and cannot be read.")) from exc
        raise NotATimestamp(_("This is not a timestamp.")) from exc


def _read(untrusted: bytes) -> Form:
    length = parser.peek(untrusted)
    trailing = len(untrusted) - length
    inside = parser.parse(untrusted[:length])[4]
    first = inside[: parser.peek(inside)]
    if untrusted[0] != _SEQUENCE:
        msg = "not a sequence"
        raise ValueError(msg)
    if first[0] == _OID:
        raw = untrusted[:length]
        return Form(
            status=None, status_text="", failures=(), token=_content_info(raw), raw_token=raw, trailing=trailing
        )
    told = tsp.PKIStatusInfo.load(first, strict=True)
    rest = inside[len(first) :]
    raw = rest[: parser.peek(rest)] if rest else b""
    return Form(
        status=int(core.Integer.load(told["status"].dump()).native),
        status_text=plain_text(" ".join(str(part) for part in (told["status_string"].native or ()))),
        failures=tuple(sorted(str(name) for name in (told["fail_info"].native or ()))),
        token=_content_info(raw) if raw else None,
        raw_token=raw,
        trailing=trailing,
    )


def _content_info(raw: bytes) -> cms.ContentInfo:
    token = cms.ContentInfo.load(raw)
    if token["content_type"].dotted != SIGNED_DATA:
        msg = "not signed data"
        raise ValueError(msg)
    return token


def tst_info(token: cms.ContentInfo) -> tsp.TSTInfo:
    """The TSTInfo inside. Raises :class:`Damaged` for anything else in its place."""
    try:
        inside = token["content"]["encap_content_info"]
        if inside["content_type"].native != "tst_info":
            raise Damaged(_("What is signed here is not a timestamp."))
        if isinstance(inside["content"], core.Void):
            raise Damaged(_("The timestamp holds no content."))
        info = tsp.TSTInfo.load(bytes(inside["content"]), strict=True)
        info.native  # noqa: B018 - forces every field to be read now
    except Damaged:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as exc:
        raise Damaged(_no_content()) from exc
    return info


def _no_content() -> str:
    return _("The signed content of the timestamp cannot be read.")


def generalized_time(value: core.GeneralizedTime) -> datetime:
    """An ASN.1 time as aware UTC, to the microsecond. Raises ValueError.

    Own reading, because genTime may carry any number of fraction digits and a leap second (RFC 3161, 2.4.2).
    """
    found = _TIME.match(value.contents.decode("ascii"))
    if not found:
        msg = "not a time"
        raise ValueError(msg)
    year, month, day, hour, minute, second = (int(found.group(n)) for n in range(1, 7))
    leap = second == _LEAP_SECOND
    micros = int(((found.group(7) or "") + "000000")[:6])
    moment = datetime(year, month, day, hour, minute, 59 if leap else second, micros, tzinfo=UTC)
    zone = found.group(8)
    if zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
        moment = moment - offset if zone[0] == "+" else moment + offset
    return moment + timedelta(seconds=1) if leap else moment
