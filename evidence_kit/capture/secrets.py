"""What signs a person in, found and overwritten: a record of a page that she opened must not open her account.

Values are learned from cookies, sign-in headers, storage and addresses while a page is recorded. Wherever one of
them stands in text, it is overwritten with ``x``, as long as it was, so that sizes and lengths stay true; how many
values are known is noted. What a picture shows is not changed.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.addresses import PARAMETER
from evidence_kit.capture.exchange import Body, Exchange
from evidence_kit.capture.sink import ArtifactSink, ArtifactWriter, Spool
from evidence_kit.capture.warc import is_secret_header
from evidence_kit.records import Artifact

SHORTEST, LONGEST, MAX_VALUES = 8, 4096, 400
CLEANED_ROLES = {"response-html", "dom-html", "text", "capture-log", "pdf"}
"""A PDF names the addresses of its links in clear; as nothing changes its length, it stays whole."""
_NAMES = re.compile(
    r"sess|sid$|sid[_-]|token|auth(?!or)|jwt|csrf|xsrf|login|remember|secret|passw|pwd|credential|ticket|otp",
    re.IGNORECASE,
)


def is_secret_name(name: str) -> bool:
    """Whether a cookie, a storage key or a field of that name may carry what signs somebody in."""
    return bool(_NAMES.search(name))


def _looks_random(value: str) -> bool:
    return len(value) >= 16 and any(c.isdigit() for c in value) and any(c.isalpha() for c in value)  # noqa: PLR2004


def signs_in(name: str, value: str, *, http_only: bool = False) -> bool:
    """Whether a cookie or a stored value may sign somebody in: no script may read it, its name, or its form."""
    return http_only or is_secret_name(name) or _looks_random(value)


class Secrets:
    """Values to be overwritten. Grows while a page is recorded; none of them is ever told."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._pattern: re.Pattern[bytes] | None = None
        self.longest = 0

    def __len__(self) -> int:
        return len(self._values)

    def learn(self, value: str) -> None:
        """Take one value in; what is too short to be told from ordinary words is left alone."""
        value = value.strip().strip('"')
        if not SHORTEST <= len(value) <= LONGEST or value in self._values or len(self._values) >= MAX_VALUES:
            return
        self._values.add(value)
        self._pattern = None

    def cookie(self, name: str, value: str, *, http_only: bool = False) -> None:
        """A cookie: what no script may read, what is named so, and what looks drawn at random."""
        if signs_in(name, value, http_only=http_only):
            self.learn(value)

    def state(self, state: JsonObject) -> None:
        """A kept sign-in: its cookies, and what sites stored under a name, or in a form, that signs in."""
        for cookie in state.get("cookies", []):
            self.cookie(str(cookie["name"]), str(cookie["value"]), http_only=bool(cookie.get("httpOnly")))
        for origin in state.get("origins", []):
            for one in origin.get("localStorage", []):
                if signs_in(str(one["name"]), str(one["value"])):
                    self.learn(str(one["value"]))

    def address(self, url: str) -> None:
        """The parts of an address that are known to sign in."""
        for found in PARAMETER.finditer(url[: 2 * LONGEST]):
            self.learn(found[2])
            self.learn(unquote(found[2]))

    def exchange(self, exchange: Exchange) -> None:
        """Headers and address of a request and its answer."""
        self.address(exchange.url)
        for name, value in exchange.request_headers:
            if name.lower() in {"authorization", "proxy-authorization"}:
                self.learn(value.rpartition(" ")[2])
            elif name.lower() == "cookie":
                for pair in value.split(";"):
                    key, _, content = pair.strip().partition("=")
                    self.cookie(key, content)
            elif is_secret_header(name):
                self.learn(value)
        for name, value in exchange.response_headers:
            if name.lower() == "set-cookie":
                for line in value.split("\n"):
                    pair, _, rest = line.partition(";")
                    key, _, content = pair.strip().partition("=")
                    self.cookie(key, content, http_only="httponly" in rest.lower())
            elif name.lower() == "location":
                self.address(value)
            elif is_secret_header(name) and not name.lower().startswith("access-control-"):
                self.learn(value)

    def _compiled(self) -> re.Pattern[bytes] | None:
        if self._pattern is None and self._values:
            forms = {
                form.encode("utf-8", "replace")
                for v in self._values
                for form in (v, quote(v, safe=""), quote(v), html.escape(v), json.dumps(v)[1:-1])
            }
            self.longest = max(map(len, forms))
            self._pattern = re.compile(b"|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
        return self._pattern

    def clean(self, data: bytes) -> bytes:
        """``data`` with every value overwritten, as long as before."""
        pattern = self._compiled()
        if pattern is None:
            return data
        return pattern.sub(lambda found: b"x" * len(found[0]), data)

    def text(self, text: str) -> str:
        """The same for a text."""
        return self.clean(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def value(self, value: Any) -> Any:
        """The same for a JSON value, keys left as they are."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {k: self.value(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(v) for v in value]
        return value

    def chunks(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same for a stream, across the borders of its pieces."""
        self._compiled()
        keep, rest = max(self.longest - 1, 0), b""
        for piece in pieces:
            rest = self.clean(rest + piece)
            if len(rest) > keep:
                yield rest[: len(rest) - keep]
                rest = rest[len(rest) - keep :]
        if rest:
            yield rest

    def clean_exchange(self, exchange: Exchange) -> None:
        """Address and headers overwritten, the body where it is text, and what was sent left out."""
        exchange.url = self.text(exchange.url)
        exchange.request_headers = [(k, self.text(v)) for k, v in exchange.request_headers]
        exchange.response_headers = [(k, self.text(v)) for k, v in exchange.response_headers]
        exchange.request_body = None
        if not exchange.media_type.startswith(("image/", "video/", "audio/", "font/")):
            exchange.body = CleanBody(exchange.body, self)


class CleanBody(Body):
    """A body that is read with the values overwritten."""

    __slots__ = ("_inner", "_secrets")

    def __init__(self, inner: Body, secrets: Secrets) -> None:
        self._inner = inner
        self._secrets = secrets
        self.size, self.cut, self.sealed = inner.size, inner.cut, True

    def chunks(self) -> Iterator[bytes]:
        """All bytes in order, overwritten; can be called again."""
        yield from self._secrets.chunks(self._inner.chunks())

    def discard(self) -> None:
        """Give memory and scratch back."""
        self._inner.discard()
        self.size = 0


class _CleanWriter:
    """Collects one text and hands it on overwritten."""

    def __init__(self, inner: ArtifactWriter, secrets: Secrets) -> None:
        self._inner = inner
        self._secrets = secrets
        self._rest = b""

    def write(self, data: bytes) -> int:
        """Take the next bytes; the last ones wait, for a value may end in the next."""
        self._rest += data
        pieces = list(self._secrets.chunks((self._rest,)))
        for piece in pieces[:-1]:
            self._inner.write(piece)
        self._rest = pieces[-1] if pieces else b""
        return len(data)

    def finish(self) -> Artifact:
        """Hand the rest on."""
        self._inner.write(self._secrets.clean(self._rest))
        return self._inner.finish()

    def abort(self) -> None:
        """Leave nothing behind."""
        self._inner.abort()


class CleanSink:
    """The caller's store, behind the overwriting."""

    def __init__(self, inner: ArtifactSink, secrets: Secrets) -> None:
        self._inner = inner
        self._secrets = secrets

    def open(self, role: str, name: str, media_type: str, *, confidential: bool = False) -> ArtifactWriter:
        """Begin an artifact."""
        writer = self._inner.open(role, name, media_type, confidential=confidential)
        return _CleanWriter(writer, self._secrets) if role in CLEANED_ROLES else writer

    def spool(self) -> Spool:
        """Begin an encrypted scratch."""
        return self._inner.spool()

    def state(self, facts: JsonObject) -> None:
        """Journal what is known so far."""
        self._inner.state(self._secrets.value(facts))
