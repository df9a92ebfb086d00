"""The circumstances of a capture: machine, clock, names, network, certificates (DOMAIN 2c).

Asked beside the page's load, in threads of their own, so that a silent server costs no time. What names a person
or her machine (local address, resolvers, host and user name) goes into the annex and nowhere else. Integers only.
"""

from __future__ import annotations

import contextlib
import getpass
import locale
import platform
import socket
import statistics
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evidence_kit import __version__, clock, system
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.connection import tunnel_facts, under_proxy
from evidence_kit.capture.plan import CapturePlan, host_kind
from evidence_kit.capture.roots import judge_chain
from evidence_kit.digest import sha256_hex

TIME_SERVERS = ("pool.ntp.org", "time.cloudflare.com", "ntp.ubuntu.com", "time.apple.com", "ptbtime1.ptb.de")
"""Of different operators. ``host`` or ``host:port``."""
ENOUGH_SERVERS = 3
ANSWER_SECONDS = 2
SECOND_US = 1_000_000
MAX_CHAIN = 12


class Asked:
    """A question asked in a daemon thread; whoever needs the answer takes it if it is there."""

    def __init__(self, question: Callable[[], JsonObject], otherwise: JsonObject) -> None:
        self._answer = otherwise
        self._done = threading.Event()
        threading.Thread(target=self._run, args=(question,), daemon=True, name="provenance").start()

    def _run(self, question: Callable[[], JsonObject]) -> None:
        with contextlib.suppress(Exception):  # a question that cannot be answered stays unanswered
            self._answer = question()
        self._done.set()

    def answer(self) -> JsonObject:
        """What is known by now."""
        return self._answer

    @property
    def done(self) -> bool:
        """Whether the answer is final."""
        return self._done.is_set()


def not_asked(reason: str) -> JsonObject:
    """The clock's or DNS's place in the record when nobody was asked or nobody answered."""
    return {"status": "unverified", "reason": reason}


def ask_clock(servers: Sequence[str] = TIME_SERVERS) -> JsonObject:
    """The offset of this machine's clock: the median of the first time servers that answer, so that one cannot lie.

    For a thread of its own. ``offset_us`` is what has to be added to the clock; all that answered are named.
    """
    import ntplib

    answers: list[JsonObject] = []
    lock, enough = threading.Lock(), threading.Event()

    def one(server: str) -> None:
        with contextlib.suppress(Exception):
            host, _colon, port = server.partition(":")
            reply: Any = ntplib.NTPClient().request(host, version=4, port=port or "ntp", timeout=ANSWER_SECONDS)
            if reply.stratum in {0, 16}:
                return
            found = {
                "server": server,
                "offset_us": int(reply.offset * 1_000_000),
                "round_trip_us": int(reply.delay * 1_000_000),
                "stratum": int(reply.stratum),
                "asked_at": clock.rfc3339(),
            }
            with lock:
                answers.append(found)
        with lock:
            left[0] -= 1
            if len(answers) >= ENOUGH_SERVERS or not left[0]:
                enough.set()

    left = [len(servers)]
    for server in servers:
        threading.Thread(target=one, args=(server,), daemon=True, name="ntp").start()
    enough.wait(ANSWER_SECONDS)
    with lock:
        got = sorted(answers, key=lambda a: a["round_trip_us"])
    if not got:
        return not_asked("no time server answered")
    offset = statistics.median_low(a["offset_us"] for a in got)
    return {"status": "verified", "offset_us": offset, "over_a_second": abs(offset) > SECOND_US, "servers": got}


def ask_dns(host: str) -> tuple[JsonObject, list[str]]:
    """A and AAAA records as this machine's resolvers give them, and who those are. For a thread of its own."""
    import dns.exception
    import dns.resolver

    resolver = dns.resolver.Resolver()
    resolver.lifetime = ANSWER_SECONDS
    records: dict[str, list[str]] = {}
    for kind in ("A", "AAAA"):
        try:
            records[kind] = sorted(str(r) for r in resolver.resolve(host, kind))[:20]
        except dns.exception.DNSException as exc:
            records[kind] = []
            records[f"{kind}_error"] = [type(exc).__name__]
    return {"status": "asked separately", "host": host, "records": records}, [str(s) for s in resolver.nameservers]


class Questions:
    """What is asked beside the load: the time and the name of the site."""

    def __init__(self, plan: CapturePlan) -> None:
        self.resolvers: list[str] = []
        self._clock = Asked(ask_clock, not_asked("no time server answered in time")) if plan.ask_clock else None
        self._dns: Asked | None = None
        self._dns_reason = "switched off"
        if plan.ask_dns:
            tunnel = tunnel_facts(plan.host)
            if host_kind(plan.host) != "name":
                self._dns_reason = "the address names no host to look up"
            elif tunnel["tor"] == "found":
                self._dns_reason = "not asked: the address or the proxy is one of Tor"
            elif under_proxy():
                self._dns_reason = "not asked: a proxy is set"
            elif tunnel["vpn"] == "found":
                self._dns_reason = "not asked: a tunnel (VPN) carries the connection"
            else:
                self._dns = Asked(lambda: self._ask_dns(plan.host), not_asked("no answer in time"))

    def _ask_dns(self, host: str) -> JsonObject:
        answer, resolvers = ask_dns(host)
        self.resolvers = resolvers
        return answer

    def clock(self) -> JsonObject:
        """The clock's place in the manifest."""
        return self._clock.answer() if self._clock else not_asked("switched off")

    def dns(self) -> JsonObject:
        """The names' place in the manifest."""
        return self._dns.answer() if self._dns else {"status": "not asked", "reason": self._dns_reason}

    @property
    def done(self) -> bool:
        """Whether everything that was asked has its final answer."""
        return all(q is None or q.done for q in (self._clock, self._dns))


def environment() -> JsonObject:
    """Machine, system and software. No serial number is read."""
    found = system.machine()
    return {
        "machine": {"maker": found.maker, "model": found.model, "architecture": found.architecture},
        "system": {"name": found.system, "release": found.release, "version": found.version},
        "python": platform.python_version(),
        "software": f"Evidence Kit {__version__}",
        "locale": locale.getlocale()[0] or "",
        "zone": clock.zone_name(),
        "antivirus": "not read",
    }


def annex(resolvers: Sequence[str], reached: str) -> JsonObject:
    """Personal values: for the confidential annex only."""
    facts: JsonObject = {"host_name": socket.gethostname(), "resolvers": list(resolvers), "public_address": "not asked"}
    with contextlib.suppress(Exception):
        facts["user_name"] = getpass.getuser()
    if reached:
        family = socket.AF_INET6 if ":" in reached else socket.AF_INET
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((reached, 9))  # sends nothing: the system only chooses the local end
            facts["local_address"] = str(probe.getsockname()[0])
    return facts


def chain_facts(untrusted_chain: Sequence[bytes]) -> list[JsonObject]:
    """The certificates that the browser saw, as PEM with digest, names and validity."""
    facts: list[JsonObject] = []
    for der in untrusted_chain[:MAX_CHAIN]:
        entry: JsonObject = {"sha256": sha256_hex(der)}
        with contextlib.suppress(ValueError):
            certificate = x509.load_der_x509_certificate(der)
            entry |= {
                "subject": safe_text(certificate.subject.rfc4514_string(), 500),
                "issuer": safe_text(certificate.issuer.rfc4514_string(), 500),
                "not_before": clock.rfc3339(certificate.not_valid_before_utc),
                "not_after": clock.rfc3339(certificate.not_valid_after_utc),
                "pem": certificate.public_bytes(Encoding.PEM).decode("ascii"),
            }
        facts.append(entry)
    return facts


def tls_facts(untrusted_chain: Sequence[bytes], host: str, *, accepted: bool = True) -> JsonObject:
    """``certificates`` as they came and ``chain``, where they lead. ``accepted``: the browser found no fault."""
    if not untrusted_chain:
        return {"certificates": []}
    chain = judge_chain(untrusted_chain, host, datetime.now(UTC), accepted=accepted)
    return {"certificates": chain_facts(untrusted_chain), "chain": chain}
