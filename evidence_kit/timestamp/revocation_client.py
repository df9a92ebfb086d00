"""Asking authorities whether their certificates still hold: OCSP (RFC 6960), else their revocation list (RFC 5280).

Addresses come from certificates whose chain to a pinned root was checked. What comes back is hostile until the engine
accepts it: bounded in size and in time as a whole, no redirect to another scheme or into a private network, no
account, no cookie, nothing that names this program. No nonce is sent, since large responders answer from a store; an
answer is taken only while it claims to be the newest, so that an old one cannot be put in its place for longer. An
authority hears nothing of the timestamp: its certificate is the same in thousands of others.
"""

from __future__ import annotations

import hashlib
import ipaddress
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from asn1crypto import ocsp

from evidence_kit import clock
from evidence_kit.jobs import CancelToken
from evidence_kit.timestamp import revocation_form as form
from evidence_kit.timestamp.certificates import Certificate
from evidence_kit.timestamp.revocation import NOTHING, UNKNOWN, Statements, Status
from evidence_kit.timestamp.revocation_form import BadStatement, RevocationList
from evidence_kit.timestamp.revocation_places import places_of

MAX_HOPS = 3
MAX_AT_ONCE = 16
MAX_TRIES = 3
"""Addresses of each kind that are tried for one certificate."""
_AHEAD = timedelta(days=1)
_CHUNK = 65536
_SOCKET_SECONDS = 5.0
_HTTP_OK = 200
_INSIDE = (".localhost", ".local", ".internal", ".lan", ".home", ".home.arpa", ".intranet")
_REDIRECTS = {301, 302, 303, 307, 308}
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "revocation-client"}
_ASK = {**_HEADERS, "Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One certificate, its issuer, and the chain that they stand in (DER), which may hold list signers."""

    certificate: Certificate
    issuer: Certificate
    chain: tuple[bytes, ...]

    @property
    def answerable(self) -> bool:
        """Whether the certificate names anybody to ask."""
        places = places_of(self.certificate)
        return bool(places.responders or places.lists)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found out about one certificate; ``der`` is empty where nobody gave a statement that counts."""

    question: Question
    der: bytes = b""
    kind: str = ""
    status: Status = NOTHING
    this_update: str = ""
    next_update: str = ""


class _TooLate(Exception):
    """Time is up, or nobody waits any more."""


def ask_all(questions: Sequence[Question], seconds: float, cancel: CancelToken) -> Iterator[Found]:
    """Ask about each certificate, all issuers side by side; answers as they come, for ``seconds`` at most.

    Never raises for what the other side does. ``cancel`` ends it at once, without raising.
    """
    groups: dict[bytes, list[Question]] = {}
    for one in questions:
        groups.setdefault(one.issuer.spki, []).append(one)
    results: queue.SimpleQueue[Found] = queue.SimpleQueue()
    given_up = threading.Event()
    deadline = time.monotonic() + seconds
    for own in list(groups.values())[:MAX_AT_ONCE]:
        worker = _Worker(own, deadline, given_up, results)
        threading.Thread(target=worker.run, name="ask-revocation", daemon=True).start()
    awaited = sum(len(own) for own in list(groups.values())[:MAX_AT_ONCE])
    try:
        while awaited and not cancel.cancelled and (left := deadline - time.monotonic()) > 0:
            try:
                yield results.get(timeout=min(left, 0.05))
            except queue.Empty:
                continue
            awaited -= 1
    finally:
        given_up.set()


class _Worker:
    """The questions about one issuer's certificates, in a thread of their own: its list is asked for once."""

    def __init__(
        self,
        questions: Sequence[Question],
        deadline: float,
        given_up: threading.Event,
        results: queue.SimpleQueue[Found],
    ) -> None:
        self._questions = questions
        self._deadline = deadline
        self._given_up = given_up
        self._results = results
        self._lists: dict[str, bytes] = {}

    def run(self) -> None:
        for question in self._questions:
            try:
                found = self._about(question)
            except _TooLate:
                return
            except Exception:  # noqa: BLE001 - hostile servers: whatever goes wrong is no statement
                found = Found(question=question)
            self._results.put(found)

    def _about(self, question: Question) -> Found:
        places = places_of(question.certificate)
        asked = request_for(question)
        tries = [partial(self._fetch, url, form.MAX_ANSWER, asked) for url in places.responders[:MAX_TRIES]]
        tries += [partial(self._list, url) for url in places.lists[:MAX_TRIES]]
        for one in tries:
            try:
                found = accepted(question, one())
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
                found = None
            if found:
                return found
        return Found(question=question)

    def _list(self, url: str) -> bytes:
        if url not in self._lists:
            self._lists[url] = self._fetch(url, form.MAX_LIST, None)
        return self._lists[url]

    def _fetch(self, url: str, most: int, body: bytes | None) -> bytes:
        scheme = urlsplit(url).scheme.lower()
        for _hop in range(MAX_HOPS):
            left = self._deadline - time.monotonic()
            if self._given_up.is_set() or left <= 0:
                raise _TooLate
            with (
                requests.Session() as session,
                session.request(
                    "GET" if body is None else "POST",
                    url,
                    data=body,
                    headers=_HEADERS if body is None else _ASK,
                    timeout=(min(_SOCKET_SECONDS, left), min(_SOCKET_SECONDS, left)),
                    allow_redirects=False,
                    stream=True,
                    auth=lambda request: request,  # no .netrc file is sent
                ) as response,
            ):
                if response.status_code in _REDIRECTS:
                    before, url = urlsplit(url), urljoin(url, response.headers.get("Location", ""))
                    if urlsplit(url).scheme.lower() != scheme or not _may_lead(before, urlsplit(url)):
                        raise ValueError
                    continue
                if response.status_code != _HTTP_OK:
                    raise ValueError
                return self._body(response, most)
        raise ValueError

    def _body(self, response: requests.Response, most: int) -> bytes:
        taken = bytearray()
        while chunk := response.raw.read1(_CHUNK, decode_content=False):
            taken += chunk
            if len(taken) > most:
                raise ValueError
            if self._given_up.is_set() or time.monotonic() > self._deadline:
                raise _TooLate
        return bytes(taken)


def _may_lead(before: SplitResult, to: SplitResult) -> bool:
    """Whether a redirect may be followed: anybody in between can send one, and it must not reach into her network."""
    if "@" in to.netloc or not to.hostname:
        return False
    if to.netloc == before.netloc:
        return True
    name = to.hostname.rstrip(".")
    try:
        address = ipaddress.ip_address(name)
        return address.is_global and getattr(address, "ipv4_mapped", None) is None
    except ValueError:  # a name; one whose last part begins with a digit is an address in another spelling
        return "." in name and not name.endswith(_INSIDE) and not name.rpartition(".")[2][:1].isdigit()


def request_for(question: Question) -> bytes:
    """The DER of an OCSPRequest (RFC 6960, 4.1) about one certificate, by SHA-1, which every responder knows."""

    def sha1(data: bytes) -> bytes:
        return hashlib.sha1(data, usedforsecurity=False).digest()

    issuer = question.issuer
    about = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": sha1(issuer.subject_der),
        "issuer_key_hash": sha1(form.key_bits(issuer.spki)),
        "serial_number": question.certificate.serial,
    }
    return bytes(ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": about}]}}).dump())


def accepted(question: Question, untrusted: bytes) -> Found | None:
    """What a statement that just came is worth: None unless the engine believes it and it claims to be the newest."""
    status = Statements([untrusted], question.chain).about(question.certificate, question.issuer)
    if status.state == UNKNOWN:
        return None
    try:
        one = form.read(untrusted)
    except BadStatement:
        return None
    if isinstance(one, RevocationList):
        kind, this_update, next_update = "crl", one.this_update, one.next_update
    else:
        own = [a for a in one.answers if a.serial == question.certificate.serial]
        newest = max(own, key=lambda a: a.this_update)
        kind, this_update, next_update = "ocsp", newest.this_update, newest.next_update
    now = clock.now()
    if this_update > now + _AHEAD or (next_update is not None and next_update < now - _AHEAD):
        return None
    return Found(
        question=question,
        der=untrusted,
        kind=kind,
        status=status,
        this_update=clock.rfc3339(this_update),
        next_update=clock.rfc3339(next_update) if next_update else "",
    )
