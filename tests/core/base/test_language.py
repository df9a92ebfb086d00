"""Which language speaks, and that its sentences are filled."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from evidence_kit import language


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "EVIDENCE_KIT_LANG": "en"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "EVIDENCE_KIT_LANG": "xx"}, "fr"),
    ],
)
def test_language_follows_choice_then_system(monkeypatch, environment, expected):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "EVIDENCE_KIT_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language.current() == expected


def test_choice_in_the_program_wins():
    language.choose("fr")
    assert language.current() == "fr"
    language.choose("xx")
    assert language.current() == "en"


def test_french_has_one_kind_of_apostrophe():
    folder = Path(__file__).parents[3] / "resources" / "translations"
    core = json.loads((folder / "core.fr.json").read_text(encoding="utf-8"))
    window = [e.text or "" for e in ET.parse(folder / "evidence_kit_fr.ts").iter("translation")]
    assert [text for text in [*core.values(), *window] if re.search(r"\w'\w", text)] == []


def test_sentence_without_translation_stays_english():
    assert language.translate("No such sentence {n}", "fr", n=3) == "No such sentence 3"
