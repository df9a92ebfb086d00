"""What was unusual about the connection of a capture, and what each finding means: the same words everywhere.

Read from a manifest's ``network``. A manifest of another version may name more or less; what is not known is passed
over, and nothing here fails. Nothing here says that a capture is good or bad: a finding is said with its meaning.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evidence_kit.lookalikes import taken_for

Translate = Callable[..., str]
_LIMIT = 200
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
"""Alphabets with letters that look like those of another."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One finding."""

    kind: str
    """A short stable name."""
    text: str
    """What was found, and in a sentence what it means."""

    def as_json(self) -> dict[str, str]:
        """The shape that scripts rely on (COMMANDS)."""
        return {"kind": self.kind, "text": self.text}


def notices(network: object, t: Translate) -> list[Notice]:
    """The findings of one capture, the gravest first; empty where there is none."""
    if not isinstance(network, dict):
        return []
    found = [*_certificate(network, t), *_letters(network, t), *_names(network, t), *_ways(network, t)]
    return found + _intermediaries(network, t)


def _part(value: dict[str, Any], name: str) -> dict[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: object) -> str:
    return " ".join(str(value).split())[:_LIMIT]


def _certificate(network: dict[str, Any], t: Translate) -> list[Notice]:
    chain = _part(network, "chain")
    root = _text(_part(chain, "root").get("name", ""))
    verdict = str(chain.get("verdict", ""))
    problems = chain.get("problems")
    kinds = [verdict, *(str(p) for p in problems if p != verdict)] if isinstance(problems, list) else [verdict]
    words = {
        "local-root": t(
            "The site’s certificate leads to a root that is not on the public list: {root}. A program or a person with"
            " rights on this computer or its network put it there (a security program, an employer, or somebody who"
            " reads along); what it relays can be read and changed on the way.",
            root=root,
        ),
        "self-signed": t(
            "The site vouches for itself: its certificate was signed by nobody else ({root}). Who answered is not"
            " shown by the certificate.",
            root=root,
        ),
        "incomplete": t(
            "The site’s certificate leads to no known root; its issuer calls itself {root}. Who answered is not shown"
            " by the certificate.",
            root=root,
        ),
        "unreadable": t("The site’s certificate could not be read. Who answered is not shown by it."),
        "expired": t(
            "The site’s certificate had expired, by this computer’s clock. Often the operator forgot to renew it;"
            " a wrong clock gives the same finding."
        ),
        "not-yet-valid": t(
            "The site’s certificate was not valid yet, by this computer’s clock. The usual reason is a wrong clock."
        ),
        "wrong-name": t(
            "The site’s certificate is for another name than the one asked for. Another site may have answered."
        ),
    }
    found = [Notice(kind, words[kind]) for kind in kinds if kind in words]
    if network.get("certificate_accepted") is True:
        said = t(
            "The browser did not hold the site’s certificate for valid. The page was recorded all the same, because"
            " whoever recorded it asked for that, for this capture alone. Somebody between this computer and the site"
            " could have read the page and changed it."
        )
        found.insert(0, Notice("certificate-accepted", said))
    faulty = [s for s in network.get("servers") or [] if isinstance(s, dict) and s.get("certificate")]
    hosts = sorted({str(s.get("host")) for s in faulty} - {str(_part(network, "page").get("host"))})
    if hosts:
        said = t(
            "Parts of the page came from sites whose certificate the browser did not hold for valid, and were recorded"
            " all the same: {hosts}.",
            hosts=_text(", ".join(hosts)),
        )
        found.append(Notice("certificate-of-a-part", said))
    return found


def alphabets(host: str) -> set[str]:
    """The alphabets that one label of a host mixes where no language does; empty for an ordinary name.

    >>> sorted(alphabets("faceb\u043eok.com"))
    ['CYRILLIC', 'LATIN']
    >>> alphabets("m\u00fcnchen.de") | alphabets("\u043f\u0440\u0438\u043c\u0435\u0440.com")
    set()
    """
    for part in host.split("."):
        scripts = {unicodedata.name(c, "").partition(" ")[0] for c in part if c.isalpha()} & _ALIKE
        if len(scripts) > 1:
            return scripts
    return set()


def _letters(network: dict[str, Any], t: Translate) -> list[Notice]:
    address = _part(network, "address")
    host, shown = _text(address.get("host", "")), _text(address.get("host_shown", ""))
    known = taken_for(shown)
    if known:
        alike = t(
            "The site’s name looks like {known} and is another one: {shown}, in full {host}. Such names are made to be"
            " taken for the known site.",
            known=known,
            shown=shown,
            host=host,
        )
        return [Notice("look-alike", alike)]
    if "xn--" not in host:
        return []
    both = t("The site’s name holds letters beyond a to z: {shown}, in full {host}.", shown=shown, host=host)
    if alphabets(shown):
        more = t(
            "It mixes letters of several alphabets that look alike: such names are made to be taken for another site."
        )
        return [Notice("look-alike", f"{both} {more}")]
    more = t("Letters of other alphabets can look like ours: compare it letter by letter with the name that you know.")
    return [Notice("international-name", f"{both} {more}")]


def _names(network: dict[str, Any], t: Translate) -> list[Notice]:
    found = []
    hosts, dns = _part(network, "hosts_file"), _part(network, "dns")
    if hosts.get("status") == "entry":
        found.append(
            Notice(
                "hosts-file",
                t(
                    "This computer binds the site’s name to an address by itself (hosts file: {addresses}). The page"
                    " came from there, and not necessarily from the site that others see under this name.",
                    addresses=_text(", ".join(str(a) for a in hosts.get("addresses") or [])),
                ),
            )
        )
    if dns.get("compared") == "differ":
        found.append(
            Notice(
                "dns-differs",
                t(
                    "The browser reached {address}, which is not among the addresses that the name servers gave when"
                    " they were asked separately. Large sites answer from many addresses, so this is common; it can"
                    " also mean that names are redirected.",
                    address=_text(dns.get("reached", "")),
                ),
            )
        )
    named = _part(network, "address").get("host_kind") == "name"
    local = [
        s for s in network.get("servers") or [] if isinstance(s, dict) and s.get("kind") in {"private", "loopback"}
    ]
    host = _part(network, "address").get("host")
    if named and any(s.get("host") == host for s in local):
        found.append(
            Notice(
                "private-address",
                t(
                    "The site’s name led to an address on this computer or its own network. Somebody outside may see"
                    " another page under this name, or none."
                ),
            )
        )
    return found


def _ways(network: dict[str, Any], t: Translate) -> list[Notice]:
    found = []
    proxy, tunnel = _part(network, "proxy"), _part(network, "tunnel")
    if any(kind in {"http", "https", "all", "socks"} for kind in _part(proxy, "system")):
        found.append(
            Notice(
                "proxy",
                t(
                    "A proxy is set on this computer: the connection was not direct. The site saw the proxy’s address,"
                    " and names were not asked separately."
                ),
            )
        )
    if tunnel.get("vpn") == "found":
        found.append(
            Notice(
                "vpn",
                t(
                    "The connection left this computer through a tunnel (VPN; interface {name}). The site saw the"
                    " tunnel’s address, and names were not asked separately.",
                    name=_text(tunnel.get("interface", "")),
                ),
            )
        )
    if tunnel.get("tor") == "found":
        found.append(
            Notice(
                "tor",
                t(
                    "The page was asked for through Tor. The site saw the address of a Tor relay, and names were not"
                    " asked separately."
                ),
            )
        )
    return found


def _of_page(network: dict[str, Any]) -> list[dict[str, Any]]:
    """The servers that answered for the page itself, not for its parts."""
    hosts = {_part(network, part).get("host") for part in ("address", "page")}
    return [s for s in network.get("servers") or [] if isinstance(s, dict) and s.get("host") in hosts]


def _intermediaries(network: dict[str, Any], t: Translate) -> list[Notice]:
    by_name: dict[str, str] = {}
    for server in _of_page(network):
        name = _text(_part(server, "intermediary").get("name", ""))
        if name:
            by_name.setdefault(name, _text(server.get("address", "")))
    return [
        Notice(
            "intermediary",
            t(
                "Probably an intermediary ({name}) answered at {address}, in the place of the site’s own server: the"
                " operator behind it must be asked for there.",
                name=name,
                address=address,
            ),
        )
        for name, address in by_name.items()
    ]
