"""What will be done, decided before anything is loaded: which address, under which rules, within which bounds.

Pure: no network, no browser. Every refusal happens here, so that a refused address never reaches the browser.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import idna

from evidence_kit.canonical import JsonObject
from evidence_kit.errors import AddressRefused
from evidence_kit.language import _
from evidence_kit.records import Subject
from evidence_kit.settings import Settings

MAX_URL = 8192
_INVISIBLE = re.compile("[\\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PORT = re.compile(r"\d{1,5}(?:[/?#]|\Z)")
_ASCII_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9_.])?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A kept sign-in that a page is to be opened with."""

    label: str
    kept_at: str
    state: JsonObject = field(repr=False)
    """Cookies and stored values, in the form that the browser gave them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePlan:
    """Everything a capture needs to know. Times in seconds, lengths in CSS pixels."""

    url: str
    """What the browser is sent to."""
    url_requested: str
    """Exactly what was typed."""
    subject: Subject
    allowed: tuple[str, ...] = ()
    """With the subject ``selected``: the only pictures and media that may be requested."""
    accept_certificate: bool = False
    """Whether a certificate that the browser does not hold for valid ends nothing, in this one capture."""
    sign_in: SignIn | None = None
    exhibit_id: str = ""
    host: str = ""
    """The host in its ASCII form."""
    host_shown: str = ""
    """The host as a person reads it; differs from ``host`` for international names."""
    viewport_width: int = 1280
    viewport_height: int = 800
    scale: int = 1
    locale: str = ""
    """Empty = the browser's own."""
    load_seconds: int = 30
    page_seconds: int = 240
    scroll_seconds: int = 45
    max_pixels: int = 400_000_000
    """In one picture; a taller page becomes numbered parts."""
    max_height: int = 2_000_000
    """Where the scroll pass and the picture stop at the latest."""
    tile_height: int = 4000
    memory_bytes: int = 48 << 20
    """Response bodies kept in memory; what is beyond goes to the encrypted scratch."""
    max_body_bytes: int = 1 << 30
    max_total_bytes: int = 8 << 30
    """All bodies of one page together; what comes after is cut, and the log names each."""
    ask_clock: bool = True
    ask_dns: bool = True

    @property
    def typed(self) -> str:
        """The addresses that the person gave herself."""
        return "\n".join((self.url, *self.allowed))

    def address_facts(self) -> JsonObject:
        """The host in both forms and whether it lies on this machine or in a private network."""
        return {"host": self.host, "host_shown": self.host_shown, "host_kind": host_kind(self.host)}


def host_kind(host: str) -> str:
    """``loopback``, ``private``, ``public`` for addresses; ``name`` for names, which only DNS can place."""
    if host == "localhost" or host.endswith(".localhost"):
        return "loopback"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "name"
    if address.is_loopback:
        return "loopback"
    return "public" if address.is_global else "private"


def _with_scheme(text: str) -> str:
    found = _SCHEME.match(text)
    if not found:
        return f"https://{text.removeprefix('//')}"
    rest = text[found.end() :]
    if rest.startswith("//"):
        if found[1].lower() not in {"http", "https"}:
            raise _scheme_refused(found[1])
        return text
    if _PORT.match(rest) and found[1].lower() not in {"javascript", "data", "about", "tel", "file"}:
        return f"https://{text}"
    raise _scheme_refused(found[1])


def _scheme_refused(scheme: str) -> AddressRefused:
    return AddressRefused(
        _("Addresses that begin with {scheme}: are not opened.", scheme=scheme[:40]),
        hint=_("Copy the address of the page from the browser's address bar; it begins with http:// or https://."),
    )


def _bad_host() -> AddressRefused:
    return AddressRefused(
        _("This address names no site that can be reached."),
        hint=_("Check the part between // and the next /."),
    )


def _ascii_host(host: str) -> tuple[str, str]:
    """The host in ASCII form and as a person reads it. Raises AddressRefused."""
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host.partition('%')[0]).compressed}]", host
        except ValueError as exc:
            raise _bad_host() from exc
    if not host.isascii():
        try:
            return idna.encode(host, uts46=True).decode("ascii"), host
        except (idna.IDNAError, UnicodeError) as exc:
            raise _bad_host() from exc
    if not _ASCII_HOST.match(host) or ".." in host:
        raise _bad_host()
    shown = host
    if "xn--" in host:
        try:
            shown = idna.decode(host)
        except (idna.IDNAError, UnicodeError):
            shown = host
    return host.lower(), shown


def make_plan(url_text: str, subject: Subject, settings: Settings, *, exhibit_id: str = "") -> CapturePlan:
    """Judge an address as a person typed it and set the bounds. Raises :class:`AddressRefused` with the reason."""
    text = url_text.strip(" \t\r\n")
    if not text:
        raise AddressRefused(_("No address was given."), hint=_("Copy it from the browser's address bar."))
    if len(text) > MAX_URL:
        raise AddressRefused(
            _("This address is too long ({length} characters; {limit} at most).", length=len(text), limit=MAX_URL)
        )
    if _INVISIBLE.search(text):
        raise AddressRefused(
            _("This address holds a space or an invisible character."),
            hint=_("Give one address at a time, copied from the browser's address bar."),
        )
    url = _with_scheme(text)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as exc:
        raise _bad_host() from exc
    if not host or "\\" in parts.netloc or "\\" in url.partition("?")[0] or port == 0:
        raise _bad_host()
    if "@" in parts.netloc:
        raise AddressRefused(
            _("This address holds a user name or a password, which would stand in the record for all to read."),
            hint=_("Remove the part before the @ and try again."),
        )
    ascii_host, shown = _ascii_host(host)
    if url != text and "." not in ascii_host.strip(".") and host_kind(ascii_host) == "name":
        raise AddressRefused(  # a single word that somebody typed
            _("This address names no site that can be reached."),
            hint=_("Give the whole address, copied from the browser's address bar, such as https://example.org/page."),
        )
    return CapturePlan(
        url=url,
        url_requested=text,
        subject=subject,
        exhibit_id=exhibit_id,
        host=ascii_host,
        host_shown=shown,
        load_seconds=settings.load_seconds,
        page_seconds=settings.page_seconds,
        ask_clock=settings.ask_clock,
        ask_dns=settings.ask_dns,
    )
