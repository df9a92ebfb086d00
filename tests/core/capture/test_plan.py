from __future__ import annotations

import pytest

from evidence_kit.capture.plan import host_kind, make_plan
from evidence_kit.errors import AddressRefused
from evidence_kit.records import Subject
from evidence_kit.settings import Settings


def plan(text: str):
    return make_plan(text, Subject.ADULT, Settings())


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://example.org/a#b", "https://example.org/a#b"),
        ("example.org/x", "https://example.org/x"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("localhost:8000", "https://localhost:8000"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("  https://example.org/\n", "https://example.org/"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://my_site.example.org/é?q=한국어", "https://my_site.example.org/é?q=한국어"),
    ],
)
def test_address_accepted(typed: str, url: str) -> None:
    assert plan(typed).url == url


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "chrome://crash", "about:blank",
        "blob:https://example.org/1", "ftp://example.org/", "view-source:https://example.org", "http://", "https:///x",
        "http:example.org", "https://exa mple.org", "https://example.org/\x00", "https://example.org/\u200b x",
        "https://example.org/" + "a" * 8200, "https://user:secret@example.org/", "https://user@example.org/",
        "https://example.org:99999/", "https://example.org:0/", "https://exa\\mple.org/", "https://..", "https://%41.org/",
        "https://[::g]/", "mailto:someone@example.org", "//", "https://\ud800.org", "intent://x", "ws://example.org/",
    ],
)  # fmt: skip
def test_address_refused(typed: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        plan(typed)
    assert caught.value.message
    assert "secret" not in caught.value.message


def test_international_name_shown_in_both_forms() -> None:
    made = plan("https://bücher.example/x")
    assert (made.host, made.host_shown) == ("xn--bcher-kva.example", "bücher.example")
    assert plan("https://xn--bcher-kva.example/").host_shown == "bücher.example"


def test_host_kinds() -> None:
    kinds = [host_kind(h) for h in ("127.0.0.1", "[::1]", "localhost", "10.1.2.3", "8.8.8.8", "example.org")]
    assert kinds == ["loopback", "loopback", "loopback", "private", "public", "name"]
