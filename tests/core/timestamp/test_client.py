"""Asking an authority that behaves, and one that misbehaves in every way."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import tsp

from evidence_kit.digest import sha256_hex
from evidence_kit.errors import AuthorityRefused, AuthorityUnreachable, Cancelled
from evidence_kit.jobs import CancelToken
from evidence_kit.timestamp import authorities
from evidence_kit.timestamp.client import Pacer, ask, build_request
from evidence_kit.timestamp.verify import Judgement, judge
from tests.kit.authority import Authority, write_overlay

DATA = b"digest of a manifest"
SHA256 = sha256_hex(DATA)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("authority"), "local", "P-256") as running:
        yield running


@pytest.fixture
def known(server: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> authorities.Authority:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server.mode = "fine"
    server.requests.clear()
    server.headers.clear()
    return authorities.load(write_overlay(tmp_path, [server])).default[0]


def _judged(known: authorities.Authority, nonce_shift: int = 0) -> Judgement:
    reply = ask(known, SHA256, cancel=CancelToken())
    return judge(
        reply.raw, digest=("sha256", bytes.fromhex(SHA256)), roots=known.root_ders, nonce=reply.nonce + nonce_shift
    )


def test_good_reply_is_valid_and_answers_the_nonce(known: authorities.Authority) -> None:
    found = _judged(known)
    assert found.verdict == "valid"
    assert found.nonce_matches is True


def test_request_holds_the_digest_and_nothing_else(server: Authority, known: authorities.Authority) -> None:
    first = ask(known, SHA256, cancel=CancelToken())
    second = ask(known, SHA256, cancel=CancelToken())
    request = tsp.TimeStampReq.load(server.requests[0], strict=True)
    assert request["message_imprint"]["hashed_message"].native == bytes.fromhex(SHA256)
    assert request["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
    assert request["cert_req"].native is True
    assert request["req_policy"].native is None
    assert request["extensions"].native is None
    assert request["nonce"].native == first.nonce != second.nonce
    assert first.nonce.bit_length() > 32
    assert server.requests[0] == build_request(SHA256, first.nonce)
    told = server.headers[0]
    assert told["content-type"] == "application/timestamp-query"
    assert set(told) <= {
        "host", "user-agent", "accept-encoding", "accept", "connection", "content-type", "content-length"
    }  # fmt: skip
    assert "evidence" not in str(told).lower()
    assert "python" not in str(told).lower()


@pytest.mark.parametrize("mode", ["500", "redirect", "rubbish", "empty", "cut", "trailing", "huge", "stuffed"])
def test_useless_answer_is_unreachable(server: Authority, known: authorities.Authority, mode: str) -> None:
    server.mode = mode
    with pytest.raises(AuthorityUnreachable) as caught:
        ask(known, SHA256, cancel=CancelToken())
    assert "local" in caught.value.message
    assert caught.value.hint
    assert len(server.requests) == 1


def test_rejection_is_refused_with_its_text(server: Authority, known: authorities.Authority) -> None:
    server.mode = "rejection"
    with pytest.raises(AuthorityRefused, match="we do not stamp today"):
        ask(known, SHA256, cancel=CancelToken())


def test_wrong_content_type_alone_is_tolerated(server: Authority, known: authorities.Authority) -> None:
    server.mode = "text-type"
    assert _judged(known).verdict == "valid"


@pytest.mark.parametrize(
    ("mode", "verdict", "nonce"),
    [("other-nonce", "valid", False), ("other-imprint", "invalid", False), ("wrong-chain", "untrusted", True)],
)
def test_reply_to_another_question_is_told(
    server: Authority, known: authorities.Authority, mode: str, verdict: str, nonce: bool
) -> None:
    server.mode = mode
    found = _judged(known)
    assert (found.verdict, found.nonce_matches) == (verdict, nonce)


@pytest.mark.parametrize("mode", ["slow", "drip"])
def test_slow_answer_ends_at_the_limit(server: Authority, known: authorities.Authority, mode: str) -> None:
    server.mode = mode
    begun = time.monotonic()
    with pytest.raises(AuthorityUnreachable, match="too long"):
        ask(known, SHA256, cancel=CancelToken(), timeout=0.6)
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("mode", ["slow", "drip"])
def test_cancel_ends_the_wait_at_once(server: Authority, known: authorities.Authority, mode: str) -> None:
    server.mode = mode
    cancel = CancelToken()
    threading.Timer(0.3, cancel.cancel).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        ask(known, SHA256, cancel=cancel)
    assert time.monotonic() - begun < 1.0


def test_cancelled_before_nothing_is_sent(server: Authority, known: authorities.Authority) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        ask(known, SHA256, cancel=cancel)
    assert server.requests == []


def test_nobody_at_the_address_is_unreachable(known: authorities.Authority) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        gone = replace(known, url=f"http://127.0.0.1:{held.getsockname()[1]}/")
        with pytest.raises(AuthorityUnreachable, match="cannot be reached"):
            ask(gone, SHA256, cancel=CancelToken())


def test_server_that_speaks_no_http_is_unreachable(known: authorities.Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:

        def talk() -> None:
            one, _ = held.accept()
            one.sendall(b"\x00\x01garbage\r\n\r\n")
            one.close()

        threading.Thread(target=talk, daemon=True).start()
        odd = replace(known, url=f"http://127.0.0.1:{held.getsockname()[1]}/")
        with pytest.raises(AuthorityUnreachable):
            ask(odd, SHA256, cancel=CancelToken(), timeout=3)


def test_what_is_no_digest_is_never_sent(server: Authority, known: authorities.Authority) -> None:
    with pytest.raises(ValueError, match="digest"):
        ask(known, "the data itself", cancel=CancelToken())
    assert server.requests == []


def test_pause_is_kept_between_two_requests(known: authorities.Authority) -> None:
    patient = replace(known, pause_seconds=0.5)
    pacer = Pacer()
    begun = time.monotonic()
    ask(patient, SHA256, cancel=CancelToken(), pacer=pacer)
    ask(patient, SHA256, cancel=CancelToken(), pacer=pacer)
    assert time.monotonic() - begun >= 0.5


def test_pause_longer_than_the_limit_is_not_waited_for(server: Authority, known: authorities.Authority) -> None:
    patient = replace(known, pause_seconds=60)
    pacer = Pacer()
    ask(patient, SHA256, cancel=CancelToken(), pacer=pacer)
    begun = time.monotonic()
    with pytest.raises(AuthorityUnreachable, match="pause"):
        ask(patient, SHA256, cancel=CancelToken(), pacer=pacer, timeout=3)
    assert time.monotonic() - begun < 0.2
    assert len(server.requests) == 1


def test_cancel_ends_the_pause(known: authorities.Authority) -> None:
    patient = replace(known, pause_seconds=60)
    pacer, cancel = Pacer(), CancelToken()
    ask(patient, SHA256, cancel=cancel, pacer=pacer)
    threading.Timer(0.2, cancel.cancel).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        ask(patient, SHA256, cancel=cancel, pacer=pacer)
    assert time.monotonic() - begun < 1.0


def test_pacer_keeps_each_authority_apart() -> None:
    pacer = Pacer()
    assert pacer.reserve("a", 10, 0) == 0
    assert pacer.reserve("b", 10, 0) == 0
    assert pacer.reserve("a", 10, 5) is None
    assert 9 < (pacer.reserve("a", 10, 60) or 0) <= 10
    assert 19 < (pacer.reserve("a", 10, 60) or 0) <= 20
