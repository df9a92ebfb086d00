"""What signs somebody in and stands in an address: overwritten in place, as long as it was, wherever it leaves.

Known by the name of its parameter alone. An address that says whom it lets in by its path, or under a name that is
not here, is not recognised.
"""

from __future__ import annotations

import re
from typing import Any

from evidence_kit.capture.exchange import Headers

PARAMETER = re.compile(
    r"[?&#;]((?:access|id|refresh|auth|session|csrf|xsrf|login|user|api|oauth2?|bearer|magic|reset|verify|signin"
    r"|device|security)?[_-]?token|(?:sess|session)(?:_?id)?|sid|phpsessid|jsessionid|asp\.net_sessionid|cftoken"
    r"|aspsessionid\w{0,16}|auth(?:_?(?:key|code))?|authorization|jwt|code|api_?key|passwo?r?d|passwd|pwd|otp|ticket"
    r"|secret|client_secret|saml(?:response|request|art))=([^&#;\s\"'<>]+)",
    re.IGNORECASE,
)
"""A parameter that signs in, with its name and its value."""
_NESTED = re.compile(
    PARAMETER.pattern.replace("[?&#;]", "(?:%3F|%26|%23|%3B)", 1).replace("=([^", "%3D([^%"), re.IGNORECASE
)
"""The same inside an address that is itself the value of a parameter."""
_CREDENTIALS = re.compile(r"(?<=://)()([^/?#@\s:\"'<>]{1,200}:[^/?#@\s\"'<>]{1,500})(?=@)")
SHORTEST = 8
"""Shorter values are postal codes, countries and page numbers."""
_ANY_LENGTH = ("pass", "pwd", "otp")


def without_tokens(text: str, typed: str = "") -> str:
    """``text``, an address or a header that holds some, with the values that sign in overwritten.

    What stands in ``typed``, the address as the person gave it, stays: it is how the content is found again.

    >>> without_tokens("https://example.org/?page=2&access_token=abcdefgh12")
    'https://example.org/?page=2&access_token=xxxxxxxxxx'
    >>> without_tokens("https://example.org/?code=75001")
    'https://example.org/?code=75001'
    """
    for pattern in (PARAMETER, _NESTED, _CREDENTIALS):
        text = pattern.sub(lambda found: _overwritten(found, typed), text)
    return text


def _overwritten(found: re.Match[str], typed: str) -> str:
    name, value = found[1].lower(), found[2]
    short = len(value) < SHORTEST and name and not name.startswith(_ANY_LENGTH)
    if short or (typed and value in typed):
        return found[0]
    begin, end = found.start(2) - found.start(), found.end(2) - found.start()
    return found[0][:begin] + "x" * len(value) + found[0][end:]


def headers_without_tokens(headers: Headers) -> Headers:
    """The addresses in headers (Referer, Location, Link and others) without what signs in."""
    return [(name, without_tokens(value)) for name, value in headers]


def json_without_tokens(value: Any, typed: str) -> Any:
    """The same for every text in a JSON value; keys stay."""
    if isinstance(value, str):
        return without_tokens(value, typed)
    if isinstance(value, dict):
        return {k: json_without_tokens(v, typed) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [json_without_tokens(v, typed) for v in value]
    return value
