from __future__ import annotations

import pytest

from evidence_kit.canonical import safe_text, unbent
from evidence_kit.cli.common import Run

TITLE = "photo\u202egnp.exe \u2067x\u2069 \x1b]0;name\x07\x9b31m"


def test_title_of_a_page_neither_turns_lines_around_nor_speaks_to_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Run().answer(None, [f"Title: {TITLE}", "two\n\tlines"])
    Run().say(TITLE)
    out, err = capsys.readouterr()
    assert out == "Title: photo⟨U+202E⟩gnp.exe ⟨U+2067⟩x⟨U+2069⟩  ]0;name  31m\ntwo\n\tlines\n"
    assert err.startswith("photo⟨U+202E⟩gnp.exe")
    assert not any(c in out + err for c in "\u202e\u2067\u2069\x1b\x07\x9b")


def test_record_keeps_the_title_as_it_is() -> None:
    assert safe_text(TITLE) == TITLE


def test_words_of_every_script_are_shown_as_they_are() -> None:
    for words in ("Été à Zürich", "한국어 中文 日本語", "مرحبا بالعالم", "שלום", "👩‍👧 x"):
        assert unbent(words) == words
