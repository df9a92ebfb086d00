"""Networks that stand before a site's own server, known by their addresses and headers: data with a day, not code.

Whoever asks such a network for the operator behind it gets an answer; the address alone leads to the network only.
"""

from __future__ import annotations

import functools
import ipaddress
import json
from dataclasses import dataclass

from evidence_kit import paths
from evidence_kit.canonical import JsonObject
from evidence_kit.capture.exchange import Headers

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Intermediary:
    """One network: its published ranges, and headers with what their value begins with (empty = anything)."""

    name: str
    ranges: tuple[Network, ...]
    headers: tuple[tuple[str, str], ...]


@functools.cache
def known() -> tuple[Intermediary, ...]:
    """The networks of the shipped file."""
    value = json.loads(paths.resource("networks", "intermediaries.json").read_bytes())
    return tuple(
        Intermediary(
            str(n["name"]),
            tuple(ipaddress.ip_network(r) for r in n["ranges"]),
            tuple((str(k), str(v)) for k, v in n["headers"].items()),
        )
        for n in value["networks"]
    )


def intermediary(address: str, headers: Headers) -> JsonObject:
    """``{"name", "by"}`` of the network that answered, by its headers, else by its address; empty where none did.

    >>> intermediary("127.0.0.1", [("CF-Ray", "8f3b")])
    {'name': 'Cloudflare', 'by': 'header cf-ray'}
    >>> intermediary("151.101.1.67", [])
    {'name': 'Fastly', 'by': 'address'}
    >>> intermediary("127.0.0.1", [("Server", "nginx")])
    {}
    """
    named = {k.lower(): v.lower() for k, v in headers}
    for network in known():
        for header, beginning in network.headers:
            if header in named and named[header].startswith(beginning):
                return {"name": network.name, "by": f"header {header}"}
    try:
        reached = ipaddress.ip_address(address)
    except ValueError:
        return {}
    for network in known():
        if any(reached.version == r.version and reached in r for r in network.ranges):
            return {"name": network.name, "by": "address"}
    return {}
