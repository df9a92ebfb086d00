"""Asking a time-stamping authority: 32 bytes of digest leave this machine, a reply comes back, nothing else.

The request is RFC 3161 with a fresh 64-bit nonce, certificates asked for, no policy (DOMAIN TSA-03). The answer
is hostile until it is judged: it is bounded in size and in time as a whole (a server that sends one byte a
minute must not hold anyone up), never follows a redirect, and is only looked at enough to tell a timestamp from a
rejection and from rubbish. The request names neither this program nor this machine: over plain HTTP, others in
the same network could read it.
"""

from __future__ import annotations

import math
import queue
import re
import secrets
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import requests
import urllib3
from requests.auth import HTTPBasicAuth

from evidence_kit.errors import AuthorityRefused, AuthorityUnreachable, TimestampError
from evidence_kit.jobs import CancelToken
from evidence_kit.language import _
from evidence_kit.timestamp import form
from evidence_kit.timestamp.authorities import Authority
from evidence_kit.timestamp.hash_tree import SIZES

NONCE_BITS = 64
MAX_ANSWER = 64 << 10
"""Bytes of one answer: real ones have 1 to 10 kB, and what is kept stands once in each record of a tree."""
_CHUNK = 16384
_POLL = 0.05
_SOCKET_SECONDS = 5.0
_HTTP_OK = 200
_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "Accept-Encoding": "identity",
    "User-Agent": "timestamp-client",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """``raw`` is the whole reply as it came; ``nonce`` is what was sent, for the judge."""

    raw: bytes
    nonce: int


class Pacer:
    """Keeps the pause that an authority asks for between requests of this process (DOMAIN TSA-09)."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def reserve(self, name: str, pause: float, most: float) -> float | None:
        """How long to wait before asking; None if that is longer than ``most``, and then nothing is reserved."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next.get(name, 0.0))
            if start - now > most:
                return None
            self._next[name] = start + pause
            return start - now


_pacer = Pacer()


def build_request(digest: str, nonce: int, algorithm: str = "sha256") -> bytes:
    """The DER of a TimeStampReq over a digest in hex, by one of :data:`SIZES` (RFC 3161, 2.4.1)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import rfc3161ng

        request = rfc3161ng.make_timestamp_request(
            digest=bytes.fromhex(digest), hashname=algorithm, include_tsa_certificate=True, nonce=nonce
        )
        return bytes(rfc3161ng.encode_timestamp_request(request))


def ask(
    authority: Authority,
    digest: str,
    *,
    algorithm: str = "sha256",
    cancel: CancelToken,
    timeout: float | None = None,
    pacer: Pacer | None = None,
) -> Reply:
    """Ask for a timestamp over ``digest``, lower hex by one of :data:`SIZES`.

    The reply is not judged yet: see ``verify.judge``. ``timeout`` bounds the whole call in seconds, the authority's
    pause included; without it the pause is waited out and then the authority's own limit holds. Raises
    :class:`AuthorityUnreachable` (no useful answer: ask again later), :class:`AuthorityRefused` (a rejection),
    :class:`Cancelled` within a tenth of a second.
    """
    if algorithm not in SIZES or not re.fullmatch(f"[0-9a-f]{{{2 * SIZES[algorithm]}}}", digest):
        msg = f"not a digest of {algorithm} in lower hex"
        raise ValueError(msg)
    cancel.check()
    if authority.account and not authority.secret:
        raise _unreachable(
            _("The authority {name} asks for an account whose password is not kept in this vault.", name=authority.name)
        )
    begun = time.monotonic()
    wait = (pacer or _pacer).reserve(authority.name, authority.pause_seconds, math.inf if timeout is None else timeout)
    if wait is None:
        raise _unreachable(_("The authority {name} wants a longer pause between two requests.", name=authority.name))
    if wait > 0:
        cancel.wait(wait)
        cancel.check()
    limit = authority.timeout_seconds if timeout is None else max(0.05, timeout - (time.monotonic() - begun))
    nonce = secrets.randbits(NONCE_BITS)
    raw = _Exchange(authority, build_request(digest, nonce, algorithm), limit).result(cancel)
    return Reply(raw=_understood(authority, raw), nonce=nonce)


def _unreachable(sentence: str) -> AuthorityUnreachable:
    return AuthorityUnreachable(sentence, hint=_("It is asked again later."))


def _understood(authority: Authority, untrusted: bytes) -> bytes:
    rubbish = _("The authority {name} answered something that is not a timestamp.", name=authority.name)
    try:
        reply = form.read(untrusted)
    except (form.NotATimestamp, form.Damaged) as exc:
        raise _unreachable(rubbish) from exc
    if reply.status is None or reply.trailing:
        raise _unreachable(rubbish)
    if not reply.granted:
        raise AuthorityRefused(
            _(
                "The authority {name} refused to make a timestamp ({status}: {text}).",
                name=authority.name,
                status=reply.status_name,
                text=reply.status_text or ", ".join(reply.failures) or "-",
            ),
            hint=_("Another authority can be chosen in the list of authorities."),
        )
    if reply.token is None:
        raise _unreachable(rubbish)
    return untrusted


class _Exchange:
    """One request in a thread of its own, so that a name server or a slow server cannot hold the caller."""

    def __init__(self, authority: Authority, body: bytes, limit: float) -> None:
        self._authority = authority
        self._body = body
        self._deadline = time.monotonic() + limit
        self._given_up = threading.Event()
        self._outcome: queue.SimpleQueue[bytes | TimestampError] = queue.SimpleQueue()

    def result(self, cancel: CancelToken) -> bytes:
        threading.Thread(target=self._run, name="ask-authority", daemon=True).start()
        try:
            while True:
                cancel.check()
                left = self._deadline - time.monotonic()
                try:
                    outcome = self._outcome.get(timeout=max(0.001, min(_POLL, left)))
                except queue.Empty:
                    if left <= 0:
                        raise self._too_long() from None
                    continue
                if isinstance(outcome, TimestampError):
                    raise outcome
                return outcome
        finally:
            self._given_up.set()

    def _too_long(self) -> AuthorityUnreachable:
        return _unreachable(_("The authority {name} took too long to answer.", name=self._authority.name))

    def _run(self) -> None:
        try:
            self._outcome.put(self._post())
        except TimestampError as exc:
            self._outcome.put(exc)
        except (requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError):  # a moment before the waiting thread
            self._outcome.put(self._too_long())
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as exc:
            error = _unreachable(_("The authority {name} cannot be reached.", name=self._authority.name))
            error.__cause__ = exc
            self._outcome.put(error)
        except BaseException as exc:  # noqa: BLE001 - the waiting thread must hear of anything
            error = _unreachable(_("Asking the authority {name} failed unexpectedly.", name=self._authority.name))
            error.__cause__ = exc
            self._outcome.put(error)

    def _post(self) -> bytes:
        left = max(0.05, min(_SOCKET_SECONDS, self._deadline - time.monotonic()))
        with (
            requests.Session() as session,
            session.post(
                self._authority.url,
                data=self._body,
                headers=_HEADERS,
                timeout=(left, max(0.05, self._deadline - time.monotonic())),
                allow_redirects=False,
                stream=True,
                auth=self._account(),
            ) as response,
        ):
            if response.status_code != _HTTP_OK:
                status = response.status_code
                raise _unreachable(
                    _(
                        "The authority {name} answered with HTTP status {status}.",
                        name=self._authority.name,
                        status=status,
                    )
                )
            return self._body_of(response)

    def _account(self) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
        """What signs in: nothing, unless an account is kept for it, so that no .netrc file is sent either."""
        if self._authority.account and self._authority.url.startswith("https://"):
            account, secret = (text.encode("utf-8") for text in (self._authority.account, self._authority.secret))
            return HTTPBasicAuth(account, secret)
        return lambda request: request

    def _body_of(self, response: requests.Response) -> bytes:
        taken = bytearray()
        while True:
            chunk = response.raw.read1(_CHUNK, decode_content=False)
            if not chunk:
                return bytes(taken)
            taken += chunk
            if len(taken) > MAX_ANSWER:
                raise _unreachable(_("The authority {name} sent far too much.", name=self._authority.name))
            if self._given_up.is_set() or time.monotonic() > self._deadline:
                raise self._too_long()
