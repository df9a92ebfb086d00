"""Proxy, tunnel, Tor, hosts file, name servers, intermediaries: what is measured, and what is then not asked."""

from __future__ import annotations

import pytest

from evidence_kit import system
from evidence_kit.capture import connection, make_plan, provenance
from evidence_kit.capture.exchange import Body, Budget, Exchange
from evidence_kit.capture.intermediaries import intermediary, known
from evidence_kit.records import Subject
from evidence_kit.settings import Settings

BUDGET = Budget(1 << 20, 1 << 20, lambda: None)


@pytest.fixture
def straight(monkeypatch) -> None:
    """No proxy, and the way out is an ordinary interface."""
    monkeypatch.setattr(connection.urllib.request, "getproxies", dict)
    monkeypatch.setattr(system, "outgoing_interface", lambda: "eth0")
    monkeypatch.setattr(system, "is_point_to_point_link", lambda _name: False)


def exchange(url: str, address: str, headers=()) -> Exchange:
    made = Exchange(request_id="1", url=url, method="GET", body=Body(BUDGET), started_ms=0)
    made.address, made.port, made.response_headers = address, 443, list(headers)
    return made


def test_hosts_entry_found_whatever_stands_around_it(tmp_path, monkeypatch) -> None:
    path = tmp_path / "hosts"
    path.write_bytes(
        b"127.0.0.1 localhost\r\n# 9.9.9.9 site.example\n10.0.0.5\tother SITE.example # here\n::1 site.example\n\xff"
    )
    monkeypatch.setattr(system, "hosts_file", lambda: path)
    assert connection.hosts_file_facts("site.example") == {"status": "entry", "addresses": ["10.0.0.5", "::1"]}
    assert connection.hosts_file_facts("example", "www.site.example") == {"status": "no entry"}
    assert connection.hosts_file_facts("127.0.0.1") == {"status": "does not apply"}


def test_hosts_file_absent_or_endless_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(system, "hosts_file", lambda: tmp_path / "none")
    assert connection.hosts_file_facts("site.example") == {"status": "not read"}
    (tmp_path / "long").write_bytes(b"#" * 100)
    monkeypatch.setattr(system, "hosts_file", lambda: tmp_path / "long")
    monkeypatch.setattr(connection, "MAX_HOSTS_FILE", 50)
    assert connection.hosts_file_facts("site.example") == {"status": "not read to its end"}


@pytest.mark.parametrize("interface", ["tun0", "wg0", "utun4", "ppp_32769", "tunnel_32770", "iftype53_32768"])
def test_tunnel_is_found_and_names_are_not_asked(straight, monkeypatch, interface: str) -> None:
    monkeypatch.setattr(system, "outgoing_interface", lambda: interface)
    monkeypatch.setattr(provenance, "ask_dns", lambda _host: pytest.fail("asked"))
    assert connection.tunnel_facts("site.example")["vpn"] == "found"
    questions = provenance.Questions(make_plan("site.example", Subject.ADULT, Settings(ask_clock=False)))
    assert questions.dns() == {"status": "not asked", "reason": "not asked: a tunnel (VPN) carries the connection"}


@pytest.mark.parametrize(("host", "proxies"), [("a.onion", {}), ("site.example", {"socks": "socks5://127.0.0.1:9150"})])
def test_tor_is_found_and_names_are_not_asked(straight, monkeypatch, host: str, proxies: dict) -> None:
    monkeypatch.setattr(connection.urllib.request, "getproxies", lambda: proxies)
    monkeypatch.setattr(provenance, "ask_dns", lambda _host: pytest.fail("asked"))
    assert connection.tunnel_facts(host)["tor"] == "found"
    questions = provenance.Questions(make_plan(host, Subject.ADULT, Settings(ask_clock=False)))
    assert "Tor" in questions.dns()["reason"]


def test_straight_connection_says_so_and_asks(straight, monkeypatch) -> None:
    monkeypatch.setattr(provenance, "ask_dns", lambda host: ({"status": "asked separately", "host": host}, ["9.9.9.9"]))
    assert connection.tunnel_facts("site.example") == {"vpn": "not found", "interface": "eth", "tor": "not found"}
    questions = provenance.Questions(make_plan("site.example", Subject.ADULT, Settings(ask_clock=False)))
    while not questions.done:
        pass
    assert (questions.dns()["host"], questions.resolvers) == ("site.example", ["9.9.9.9"])


def test_system_that_does_not_say_is_not_called_direct(straight, monkeypatch) -> None:
    monkeypatch.setattr(system, "outgoing_interface", lambda: "")
    assert connection.tunnel_facts("site.example")["vpn"] == "not read"


@pytest.mark.parametrize(("reached", "found"), [("192.0.2.1", "agree"), ("2001:db8::7", "agree"),
                                                ("192.0.2.9", "differ"), ("", "not compared")])  # fmt: skip
def test_names_compared_with_the_address_reached(reached: str, found: str) -> None:
    dns = {"status": "asked separately", "records": {"A": ["192.0.2.1"], "AAAA": ["2001:db8::7"]}}
    assert connection.compared(dns, reached)["compared"] == found
    assert connection.compared({"status": "not asked"}, "192.0.2.1")["compared"] == "not compared"


def test_names_compared_for_the_host_asked_for_even_when_it_led_elsewhere(straight) -> None:
    plan = make_plan("https://site.example/", Subject.ADULT, Settings())
    asked, led = exchange("https://site.example/", "192.0.2.1"), exchange("https://www.example.net/", "192.0.2.2")
    dns = {"status": "asked separately", "records": {"A": ["192.0.2.1"], "AAAA": []}}
    found = connection.network_facts(plan, [asked, led], led, {"certificates": []}, dns)
    assert found["dns"]["compared"] == "agree"
    assert found["page"] == {"host": "www.example.net", "address": "192.0.2.2"}


def test_intermediary_known_by_header_or_by_range() -> None:
    assert intermediary("192.0.2.1", [("CF-Ray", "x")])["name"] == "Cloudflare"
    assert intermediary("2606:4700::6810:84e5", []) == {"name": "Cloudflare", "by": "address"}
    assert intermediary("192.0.2.1", [("X-Served-By", "cache-par-lfpg1"), ("Server", "x")])["name"] == "Fastly"
    assert intermediary("192.0.2.1", [("X-Served-By", "web-1")]) == {}
    assert intermediary("nonsense", []) == {}
    assert all(n.headers for n in known())


def test_second_answer_of_a_server_may_tell_its_network() -> None:
    found = connection.servers(
        [
            exchange("https://a.example/", "192.0.2.1"),
            exchange("https://a.example/x", "192.0.2.1", [("x-amz-cf-id", "1")]),
        ]
    )
    assert [s["intermediary"] for s in found] == [{"name": "Amazon CloudFront", "by": "header x-amz-cf-id"}]
