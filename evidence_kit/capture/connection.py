"""How this computer was connected when it made a capture: measured where the system says so, never guessed.

Proxy, tunnel and Tor; whether the computer itself binds the site's name to an address; whether the address that the
browser reached is one that the name servers give; who stands before the site.
"""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from evidence_kit import system
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.exchange import Exchange
from evidence_kit.capture.intermediaries import intermediary
from evidence_kit.capture.plan import CapturePlan, host_kind

MAX_HOSTS = 60
MAX_HOSTS_FILE = 16 << 20
"""Lists against advertisements make hosts files of several megabytes."""
MAX_ADDRESSES = 20
TOR_PORTS = {9050, 9150}
_TUNNELS = ("tun", "tap", "wg", "utun", "ppp", "ipsec", "tunnel", "iftype53", "iftype131", "nordlynx", "tailscale")
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def proxy_facts() -> JsonObject:
    """Whether a proxy is set, and of what kind; never its credentials."""
    names = {k.lower() for k, v in os.environ.items() if v}
    variables = {name: name in names for name in _PROXY_VARIABLES}
    schemes = {k: urlsplit(v).scheme[:10] or "set" for k, v in urllib.request.getproxies().items() if k != "no"}
    return {
        "environment": variables,
        "system": schemes,
        "limit": "a proxy that the provider interposes without notice cannot be excluded",
    }


def under_proxy() -> bool:
    """Whether requests go through a proxy, so that names asked from here would prove nothing."""
    return bool({k for k in urllib.request.getproxies() if k in {"http", "https", "all", "socks"}})


def _tor_port(address: str) -> bool:
    try:
        return urlsplit(address if "://" in address else f"//{address}").port in TOR_PORTS
    except ValueError:
        return False


def tunnel_facts(host: str) -> JsonObject:
    """VPN and Tor, as far as this computer shows them: ``vpn`` and ``tor`` are ``found``, ``not found``, ``not read``.

    A tunnel that a router keeps, or a browser extension, does not show on the computer.
    """
    name = system.outgoing_interface()
    tunnel = name.lower().startswith(_TUNNELS) or system.is_point_to_point_link(name)
    tor = host.endswith(".onion") or any(_tor_port(v) for v in urllib.request.getproxies().values())
    return {
        "vpn": ("found" if tunnel else "not found") if name else "not read",
        "interface": safe_text(name.rstrip("0123456789").rstrip("_"), 40),
        "tor": "found" if tor else "not found",
    }


def hosts_file_facts(*hosts: str) -> JsonObject:
    """Whether this computer binds one of these names to an address by itself; ``addresses`` in the file's order."""
    wanted = {h.rstrip(".").lower().encode() for h in hosts if h and host_kind(h) == "name"}
    if not wanted:
        return {"status": "does not apply"}
    found: list[str] = []
    try:
        with system.hosts_file().open("rb") as handle:
            data = handle.read(MAX_HOSTS_FILE + 1)
    except OSError:
        return {"status": "not read"}
    told = any(name in data.lower() for name in wanted)
    for line in data[:MAX_HOSTS_FILE].splitlines() if told else ():
        parts = line.partition(b"#")[0].lower().split()
        if wanted & set(parts[1:]) and len(found) < MAX_ADDRESSES:
            found.append(safe_text(parts[0].decode("ascii", "replace"), 60))
    if found:
        return {"status": "entry", "addresses": found}
    return {"status": "not read to its end" if len(data) > MAX_HOSTS_FILE else "no entry"}


def compared(dns: JsonObject, reached: str) -> JsonObject:
    """The names' place in the manifest, with the address that the browser reached set beside the answers."""
    records = dns.get("records") if dns.get("status") == "asked separately" else None
    answers = [a for kind in ("A", "AAAA") for a in records.get(kind, [])] if isinstance(records, dict) else []
    if not reached or not answers:
        return dns | {"compared": "not compared"}
    return dns | {"compared": "agree" if reached in answers else "differ", "reached": reached}


def servers(exchanges: Iterable[Exchange]) -> list[JsonObject]:
    """Which address was reached for each host, with which protection, and whose network answered if not the site's."""
    found: dict[tuple[str, str, int], JsonObject] = {}
    for exchange in exchanges:
        host = urlsplit(exchange.url).hostname or ""
        key = (host, exchange.address, exchange.port)
        if not exchange.address or (key not in found and len(found) >= MAX_HOSTS):
            continue
        if key not in found:
            found[key] = {
                "host": safe_text(host, 253),
                "address": exchange.address,
                "port": exchange.port,
                "kind": host_kind(exchange.address),
                "protocol": exchange.protocol,
                "tls": dict(exchange.tls),
                **({"certificate": "not held for valid by the browser"} if exchange.distrusted else {}),
            }
        if "intermediary" not in found[key]:
            network = intermediary(exchange.address, exchange.response_headers)
            found[key] |= {"intermediary": network} if network else {}
    return list(found.values())


def network_facts(
    plan: CapturePlan, exchanges: Sequence[Exchange], document: Exchange | None, tls: JsonObject, dns: JsonObject
) -> JsonObject:
    """The connection's place in the manifest. ``tls`` holds ``certificates`` and ``chain``. Reads the hosts file."""
    asked = plan.host.strip("[]")
    reached = next((x.address for x in exchanges if x.address and urlsplit(x.url).hostname == asked), "")
    page = (urlsplit(document.url).hostname or "") if document else ""
    return {
        "address": plan.address_facts(),
        "proxy": proxy_facts(),
        "tunnel": tunnel_facts(plan.host),
        "hosts_file": hosts_file_facts(plan.host, page),
        "page": {"host": safe_text(page, 253), "address": document.address} if document else {},
        "servers": servers(exchanges),
        "dns": compared(dns, reached),
        **tls,
    }
