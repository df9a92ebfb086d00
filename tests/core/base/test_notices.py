"""Each finding has its sentence, in both languages, and an ordinary connection has none."""

from __future__ import annotations

import functools

import pytest

from evidence_kit import language
from evidence_kit.notices import notices

ORDINARY = {
    "address": {"host": "site.example", "host_kind": "name"},
    "proxy": {"environment": {}, "system": {}},
    "tunnel": {"vpn": "not found", "tor": "not found"},
    "hosts_file": {"status": "no entry"},
    "servers": [{"host": "site.example", "address": "192.0.2.1", "kind": "public"}],
    "chain": {"verdict": "public-root", "problems": [], "root": {"name": "CN=Root"}},
    "dns": {"compared": "agree"},
}
INSPECTED = {"verdict": "local-root", "problems": [], "root": {"name": "CN=Inspection"}}
CASES = {
    "local-root": ({"chain": INSPECTED}, "CN=Inspection"),
    "self-signed": ({"chain": {"verdict": "self-signed", "problems": [], "root": {"name": "CN=me"}}}, "CN=me"),
    "incomplete": ({"chain": {"verdict": "incomplete", "problems": [], "root": {"name": "CN=up"}}}, "CN=up"),
    "expired": ({"chain": {"verdict": "expired", "problems": ["expired"], "root": {}}}, ""),
    "wrong-name": ({"chain": {"verdict": "public-root", "problems": ["wrong-name"], "root": {}}}, ""),
    "hosts-file": ({"hosts_file": {"status": "entry", "addresses": ["10.0.0.1"]}}, "10.0.0.1"),
    "dns-differs": ({"dns": {"compared": "differ", "reached": "192.0.2.9"}}, "192.0.2.9"),
    "private-address": ({"servers": [{"host": "site.example", "address": "10.0.0.1", "kind": "private"}]}, ""),
    "proxy": ({"proxy": {"system": {"https": "http"}}}, ""),
    "vpn": ({"tunnel": {"vpn": "found", "interface": "wg", "tor": "not found"}}, "wg"),
    "tor": ({"tunnel": {"vpn": "not found", "tor": "found"}}, "Tor"),
    "look-alike": (
        {"address": {"host": "xn--facebok-y0g.com", "host_shown": "facebo\u043ek.com", "host_kind": "name"}},
        "xn--facebok-y0g.com",
    ),
    "international-name": (
        {"address": {"host": "xn--mnchen-3ya.de", "host_shown": "münchen.de", "host_kind": "name"}},
        "münchen.de",
    ),
    "intermediary": (
        {"servers": [{"host": "site.example", "address": "104.16.0.1", "intermediary": {"name": "Cloudflare"}}]},
        "Cloudflare",
    ),
}  # fmt: skip


@pytest.mark.parametrize("spoken", ["en", "fr"])
@pytest.mark.parametrize("kind", CASES)
def test_finding_is_said_with_its_meaning(kind: str, spoken: str) -> None:
    changed, word = CASES[kind]
    found = notices(ORDINARY | changed, functools.partial(_translated, spoken))
    assert [n.kind for n in found] == [kind]
    assert word in found[0].text
    assert found[0].text.endswith(".")


def _translated(spoken: str, sentence: str, **values: object) -> str:
    return language.translate(sentence, spoken, **values)


@pytest.mark.parametrize("network", [ORDINARY, {}, None, [], {"chain": 3, "servers": [3], "proxy": [], "dns": None}])
def test_ordinary_or_unknown_connection_says_nothing(network: object) -> None:
    assert notices(network, functools.partial(_translated, "en")) == []


def test_intermediary_of_a_part_of_the_page_is_not_told() -> None:
    parts = [{"host": "cdn.example", "address": "104.16.0.1", "intermediary": {"name": "Cloudflare"}}]
    assert notices(ORDINARY | {"servers": parts}, functools.partial(_translated, "en")) == []
