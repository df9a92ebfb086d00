from __future__ import annotations

import pytest

from evidence_kit.lookalikes import KNOWN, taken_for
from evidence_kit.notices import notices


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("f\u0430cebook.com", "facebook"),
        ("www.inst\u0430gr\u0430m.com", "instagram"),
        ("\u0430\u0440\u0440\u04cf\u0435.com", "apple"),  # one alphabet alone, none of it ours
        ("t\u00e9l\u00e9gram.org", "telegram"),
        ("faceb00k.com", "facebook"),
        ("instagrarn.com", "instagram"),
        ("g\u03bf\u03bfgle.example", "google"),
        ("tikt\u00f6k.com", "tiktok"),
    ],
)
def test_name_made_to_be_read_as_a_known_one_is_told(host: str, name: str) -> None:
    assert taken_for(host) == name


@pytest.mark.parametrize(
    "host",
    ["m\u00fcnchen.de", "example.org", "\u043f\u0440\u0438\u043c\u0435\u0440.com", "corner.com", "localhost", "a1.net"],
)
def test_ordinary_name_is_not_taken_for_another(host: str) -> None:
    assert taken_for(host) == ""


def test_known_names_are_themselves() -> None:
    assert not [name for name in KNOWN if taken_for(f"www.{name}.com")]


def test_finding_shows_both_forms_and_the_name_it_is_taken_for() -> None:
    shown = "\u0430\u0440\u0440\u04cf\u0435.com"
    network = {"address": {"host": "xn--80ak6aa92e.com", "host_shown": shown, "host_kind": "name"}}
    (found,) = notices(network, lambda text, **values: text.format(**values))
    assert found.kind == "look-alike"
    assert shown in found.text
    assert "xn--80ak6aa92e.com" in found.text
    assert "apple" in found.text


def test_finding_is_told_of_digits_too() -> None:
    network = {"address": {"host": "faceb00k.com", "host_shown": "faceb00k.com", "host_kind": "name"}}
    (found,) = notices(network, lambda text, **values: text.format(**values))
    assert found.kind == "look-alike"
    assert "facebook" in found.text
