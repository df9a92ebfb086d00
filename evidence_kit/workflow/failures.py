"""Why nothing answered, in words: one place for the window and the command line.

The manifest keeps the browser's own word (``net::ERR_NAME_NOT_RESOLVED``), which says little to who waits for a page.
What is kept is said beside it, because a record that nothing answered then is a finding of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence_kit.language import _
from evidence_kit.records import Outcome
from evidence_kit.workflow.records import ExhibitRecord

_WORD = re.compile(r"ERR_([A-Z0-9_]+)")
_KINDS = {
    "loop": ("TOO_MANY_REDIRECTS",),
    "astray": ("UNSAFE_REDIRECT", "INVALID_REDIRECT"),
    "not-found": ("NAME_NOT_RESOLVED", "NAME_RESOLUTION_FAILED", "DNS_", "ICANN_NAME_COLLISION"),
    "refused": ("CONNECTION_REFUSED",),
    "silent": ("TIMED_OUT", "CONNECTION_TIMED_OUT"),
    "offline": ("INTERNET_DISCONNECTED", "NETWORK_CHANGED", "NETWORK_IO_SUSPENDED"),
    "unreachable": ("ADDRESS_UNREACHABLE", "ADDRESS_INVALID", "CONNECTION_FAILED"),
    "proxy": ("PROXY_", "TUNNEL_", "SOCKS_", "MANDATORY_PROXY", "PAC_", "NO_SUPPORTED_PROXIES"),
    "certificate": ("CERT_",),
    "insecure": ("SSL_", "BAD_SSL_", "ECH_"),
    "blocked": ("BLOCKED_BY_", "NETWORK_ACCESS_DENIED", "ACCESS_DENIED"),
    "unopened": ("UNSAFE_PORT", "DISALLOWED_URL_SCHEME", "UNKNOWN_URL_SCHEME"),
    "broken": ("CONNECTION_", "EMPTY_RESPONSE", "SOCKET_", "INCOMPLETE_", "CONTENT_LENGTH_MISMATCH"),
    "strange": ("INVALID_", "HTTP2_", "QUIC_", "RESPONSE_HEADERS_", "UNEXPECTED"),
}
"""Beginnings of Chromium's names for network errors (net_error_list.h); the first kind that fits counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a worried person asks, in that order. Each is a sentence or two."""

    happened: str
    kept: str
    todo: str
    certificate: bool = False
    """Whether the page can be recorded all the same, if the person accepts the certificate for one capture."""
    command: str = ""
    """The same as an option of the command line."""


def kind_of(reason: str) -> str:
    """A short stable name for the browser's own word; ``other`` for what is not known."""
    found = _WORD.search(reason)
    if found is None:
        return "silent" if reason.startswith("Timeout ") else "other"
    return next((kind for kind, names in _KINDS.items() if found[1].startswith(names)), "other")


def explain(record: ExhibitRecord) -> Failure | None:
    """Why nothing answered, what is kept of it and what to do; None where something answered."""
    if record.exhibit.outcome is not Outcome.FAILED:
        return None
    kind = kind_of(record.reason)
    return Failure(
        happened=_certificate(record.reason) if kind == "certificate" else _happened(kind),
        kept=_kept(kind, record.exhibit.number),
        todo=_todo(kind),
        certificate=kind == "certificate",
        command="--accept-certificate" if kind == "certificate" else "",
    )


def _kept(kind: str, number: int) -> str:
    if kind in {"loop", "astray"}:
        return _(
            "Exhibit {number} keeps the address, the time and where the site led. That can be useful.", number=number
        )
    if kind == "certificate":
        return _("Exhibit {number} keeps the address, the time and why nothing was loaded.", number=number)
    return _(
        "Exhibit {number} keeps the address, the time and that nothing answered. That, too, can be useful.",
        number=number,
    )


def _certificate(reason: str) -> str:
    word = found[1] if (found := _WORD.search(reason)) else ""
    what = {
        "CERT_DATE_INVALID": _("it has expired or is not valid yet, by the clock of this computer"),
        "CERT_COMMON_NAME_INVALID": _("it is for another name than the one asked for"),
        "CERT_AUTHORITY_INVALID": _("nobody whom this computer trusts has signed it"),
        "CERT_REVOKED": _("whoever issued it has taken it back"),
    }.get(word, _("the browser found a fault in it"))
    return _("The site’s certificate is not valid: {what}. The browser loaded nothing.", what=what)


def _happened(kind: str) -> str:
    return {
        "loop": _("The site leads from one address to the next without end; no page ever comes."),
        "astray": _("The site leads to an address that no browser opens from a page; no page comes."),
        "not-found": _("This address was not found: no site answers to this name."),
        "refused": _("The site refused the connection."),
        "silent": _("The site did not answer in time."),
        "offline": _("This computer has no connection to the internet."),
        "unreachable": _("The site cannot be reached from this connection."),
        "proxy": _("The proxy that is set on this computer did not let the page through."),
        "insecure": _("No secure connection with the site could be made."),
        "blocked": _("Something on this computer or its network blocks this address."),
        "unopened": _("The browser does not open addresses of this kind."),
        "broken": _("The site broke off the connection without an answer."),
        "strange": _("What answered is not a web page."),
    }.get(kind, _("Nothing answered at this address."))


def _todo(kind: str) -> str:
    return {
        "not-found": _("Check each letter of the address, and whether other pages open. Then try again."),
        "loop": _("Try again later. Some sites do so with visitors who are not signed in."),
        "offline": _("Connect it to the internet, then try again."),
        "proxy": _("Check the network settings of this computer, then try again."),
        "certificate": _(
            "Check the date and time of this computer. If they are right, the page can be recorded all the same: the"
            " record then says what was wrong. Somebody on the way could read and change what such a site sends."
        ),
        "insecure": _("Check the date and time of this computer, then try again later."),
        "blocked": _("Try again from another connection or another computer."),
        "unopened": _("Check the address, then try again."),
        "strange": _("Check the address, then try again."),
    }.get(kind, _("Check the address. If it is right, try again later: the site may be down for a while, or gone."))
