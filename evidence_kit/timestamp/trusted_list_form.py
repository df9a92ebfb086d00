"""What a trusted list says, read from the bytes that its signature covers (ETSI TS 119 612, clauses 5.3 to 5.6).

Nothing here knows whether a signature was checked: :mod:`evidence_kit.timestamp.trusted_list` does, and hands in only
what was signed. What the head of a list must say is required; a service whose entries cannot be understood stays, as
one that never was granted, so that a damaged entry cannot hide behind a better one of its issuer.
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509

from evidence_kit import clock, language
from evidence_kit.canonical import safe_text, unbent
from evidence_kit.digest import sha256_hex
from evidence_kit.language import _
from evidence_kit.timestamp.certificates import MAX_CERTIFICATE

QUALIFIED_STAMPS = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
WITHDRAWN = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn"
NATIONAL = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric"
OF_LISTS = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists"
XML_LIST = "application/vnd.etsi.tsl+xml"
_TL = "{http://uri.etsi.org/02231/v2#}"
_MORE = "{http://uri.etsi.org/02231/v2/additionaltypes#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_VERSIONS = {"5", "6"}
_UNDERSTOOD = {f"{_TL}AdditionalServiceInformation", f"{_TL}ExpiredCertsRevocationInfo", f"{_MORE}TakenOverBy"}
"""Extensions that change nothing about the status; any other one, if critical, forbids relying on the entry."""
_UNKNOWN = datetime.min.replace(tzinfo=UTC)
_TERRITORY = re.compile(r"[A-Z]{2}\Z")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}\Z")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})\Z"
)


class NotAList(ValueError):
    """The signed document is not a trusted list of the European Union; the message says why, for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above the services. Times are aware UTC; ``next_update`` is None where the list was closed."""

    kind: str
    """:data:`NATIONAL` or :data:`OF_LISTS`."""
    territory: str
    sequence: int
    issued: datetime
    next_update: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a service was from ``since`` on, until its next entry."""

    since: datetime
    service_type: str
    status: str
    certificates: tuple[bytes, ...]
    """DER, of the service at that time."""
    understood: bool
    """False where the entry has no readable time, or a critical extension that is not understood here."""

    def names(self, der: bytes) -> bool:
        """Whether this certificate is the service's: the same bytes, or the same key under the same subject."""
        if der in self.certificates:
            return True
        wanted = identity(der)
        return wanted is not None and any(identity(own) == wanted for own in self.certificates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service that is or was a qualified timestamp service. ``entries``: the newest first."""

    provider: str
    name: str
    entries: tuple[Entry, ...]

    def at(self, moment: datetime) -> Entry | None:
        """The entry in force at ``moment``, or None before the first one."""
        return next((entry for entry in self.entries if entry.since <= moment), None)


@functools.lru_cache(maxsize=4096)
def identity(untrusted_der: bytes) -> tuple[bytes, str] | None:
    """Public key (SubjectPublicKeyInfo, DER) and subject name; None where the certificate cannot be read."""
    try:
        cert = x509.Certificate.load(untrusted_der, strict=True)
        return cert.public_key.dump(), str(cert.subject.hashable)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError):
        return None


def _key_ids(der: bytes) -> set[bytes]:
    """The key identifiers that a list may give for this certificate: the one inside, and SHA-1 of the key."""
    try:
        cert = x509.Certificate.load(der, strict=True)
        inside = cert.key_identifier_value
        found = {bytes(cert.public_key.sha1)}
        return found if inside is None else found | {bytes(inside.native)}
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError):
        return set()


def head(root: Any) -> Head:
    """Read what stands above the services. Raises :class:`NotAList`."""
    if root.tag != f"{_TL}TrustServiceStatusList":
        raise NotAList(_("The file is not a trusted list."))
    scheme = _only(root, "SchemeInformation")
    if _text(_only(scheme, "TSLVersionIdentifier")) not in _VERSIONS:
        raise NotAList(_("The list is written in a version that is not read here."))
    kind = _text(_only(scheme, "TSLType"))
    if kind not in {NATIONAL, OF_LISTS}:
        raise NotAList(_("The list is not one of the European Union’s trusted lists."))
    territory = _text(_only(scheme, "SchemeTerritory"))
    sequence = _text(_only(scheme, "TSLSequenceNumber"))
    issued = _time(_text(_only(scheme, "ListIssueDateTime")))
    update = _only(scheme, "NextUpdate").findall(f"{_TL}dateTime")
    next_update = _time(_text(update[0])) if update else None
    if not _TERRITORY.match(territory) or not _NUMBER.match(sequence) or issued is None or (update and not next_update):
        raise NotAList(_("The list does not say properly whose it is, or from when to when it counts."))
    return Head(kind=kind, territory=territory, sequence=int(sequence), issued=issued, next_update=next_update)


def services(root: Any) -> tuple[tuple[Service, ...], frozenset[str]]:
    """The services that are or were qualified timestamp services; and the certificates (SHA-256) of all others."""
    found: list[Service] = []
    others: set[str] = set()
    for provider in root.iterfind(f"{_TL}TrustServiceProviderList/{_TL}TrustServiceProvider"):
        name = _name(provider.find(f"{_TL}TSPInformation/{_TL}TSPName"))
        for element in provider.iterfind(f"{_TL}TSPServices/{_TL}TSPService"):
            service = _service(element, name)
            if service is None:
                continue
            if any(entry.service_type == QUALIFIED_STAMPS for entry in service.entries):
                found.append(service)
            else:
                others.update(sha256_hex(der) for entry in service.entries for der in entry.certificates)
    return tuple(found), frozenset(others)


def index(found: Iterable[Service]) -> dict[object, tuple[Service, ...]]:
    """Certificate (DER), and its :func:`identity` -> the services that name it in any of their entries."""
    named: dict[object, dict[int, Service]] = {}
    for service in found:
        for der in {der for entry in service.entries for der in entry.certificates}:
            for key in (der, identity(der)):
                named.setdefault(key, {})[id(service)] = service
    named.pop(None, None)
    return {key: tuple(services.values()) for key, services in named.items()}


def pointers(root: Any) -> dict[tuple[str, str], frozenset[bytes]]:
    """(kind, territory) -> the certificates (DER) that may sign the XML list of that kind and territory."""
    found: dict[tuple[str, str], frozenset[bytes]] = {}
    where = f"{_TL}SchemeInformation/{_TL}PointersToOtherTSL/{_TL}OtherTSLPointer"
    for pointer in root.iterfind(where):
        about = f"{_TL}AdditionalInformation/{_TL}OtherInformation/"
        kind, territory, media = (
            [_text(e) for e in pointer.iterfind(about + tag)]
            for tag in (f"{_TL}TSLType", f"{_TL}SchemeTerritory", f"{_MORE}MimeType")
        )
        if len(kind) != 1 or len(territory) != 1 or media != [XML_LIST] or not _TERRITORY.match(territory[0]):
            continue
        key = (kind[0], territory[0])
        identities = pointer.iterfind(f"{_TL}ServiceDigitalIdentities/{_TL}ServiceDigitalIdentity")
        signers = frozenset(der for one in identities for der in _certificates(one))
        found[key] = found.get(key, frozenset()) | signers
    return found


def _service(element: Any, provider: str) -> Service | None:
    current = element.find(f"{_TL}ServiceInformation")
    if current is None:
        return None
    own = tuple(_certificates(current.find(f"{_TL}ServiceDigitalIdentity")))
    history = element.iterfind(f"{_TL}ServiceHistory/{_TL}ServiceHistoryInstance")
    entries = [_entry(current, own), *(_entry(past, own) for past in history)]
    if any(entry.since == _UNKNOWN for entry in entries):  # then none of them has a known end
        entries = [replace(entry, understood=False) for entry in entries]
    entries.sort(key=lambda entry: entry.since, reverse=True)  # stable: of two at the same time, the newer stands first
    return Service(provider=provider, name=_name(current.find(f"{_TL}ServiceName")), entries=tuple(entries))


def _entry(element: Any, current: tuple[bytes, ...]) -> Entry:
    kind, status = (_text(element.find(f"{_TL}{tag}")) for tag in ("ServiceTypeIdentifier", "ServiceStatus"))
    since = _time(_text(element.find(f"{_TL}StatusStartingTime")))
    critical = {
        extension[0].tag if len(extension) == 1 else None
        for extension in element.iterfind(f"{_TL}ServiceInformationExtensions/{_TL}Extension")
        if (extension.get("Critical") or "").strip() in {"true", "1"}
    }
    return Entry(
        since=since or _UNKNOWN,
        service_type=kind,
        status=status,
        certificates=_of_that_time(element.find(f"{_TL}ServiceDigitalIdentity"), current),
        understood=since is not None and critical <= _UNDERSTOOD,
    )


def _of_that_time(told: Any, current: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A past entry may name the service by its key identifier alone: then those of today with that key are meant."""
    own = tuple(_certificates(told))
    key_ids = {
        decoded
        for e in (() if told is None else told.iterfind(f"{_TL}DigitalId/{_TL}X509SKI"))
        if (decoded := _decoded(e)) is not None
    }
    if own or not key_ids:
        return own or current
    return tuple(der for der in current if key_ids & _key_ids(der))


def _certificates(told: Any) -> Iterator[bytes]:
    for element in () if told is None else told.iterfind(f"{_TL}DigitalId/{_TL}X509Certificate"):
        der = _decoded(element)
        if der is not None and 0 < len(der) <= MAX_CERTIFICATE:
            yield der


def _decoded(element: Any) -> bytes | None:
    try:
        return base64.b64decode("".join(_text(element).split()), validate=True)
    except ValueError:
        return None


def _only(parent: Any, tag: str) -> Any:
    found = parent.findall(f"{_TL}{tag}")
    if len(found) != 1:
        raise NotAList(_("The list does not say properly whose it is, or from when to when it counts."))
    return found[0]


def _text(element: Any) -> str:
    """The text of an element that holds nothing but text; else an empty one."""
    return "" if element is None or len(element) else (element.text or "").strip()


def _time(text: str) -> datetime | None:
    try:
        return clock.parse(text) if _TIME.match(text) else None
    except (ValueError, OverflowError):
        return None


def _name(element: Any) -> str:
    """The name in the language in use, else in English, else the first one; fit to be shown."""
    names = {} if element is None else {e.get(_LANG, ""): _text(e) for e in reversed(element.findall(f"{_TL}Name"))}
    for wanted in (language.current(), "en"):
        if names.get(wanted):
            return unbent(safe_text(names[wanted], 200))
    return unbent(safe_text(next(reversed(names.values()), ""), 200))
