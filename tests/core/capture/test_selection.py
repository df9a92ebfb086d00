from __future__ import annotations

import base64
import time

import pytest

from evidence_kit.capture.selection import MARK, cut, cut_bytes
from tests.kit.endless import ENDLESS, LIMIT, endless

CODED = base64.b64encode(bytes(range(256)) * 2).decode()


@pytest.mark.parametrize("piece", ENDLESS)
def test_cutting_takes_time_in_proportion_to_the_size(piece: str) -> None:
    for body in endless(piece):
        begin = time.monotonic()
        cut_bytes(body)
        assert time.monotonic() - begin < LIMIT


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="data:image/png;base64,{CODED}">', f"<img src=data:image/png;base64,{CODED}>",
        f"<img src='data : image/png;base64,{CODED}'>", f"<img src=&quot;data&colon;image/png;base64,{CODED}>",
        f"<svg a'b><image href=x{CODED}></svg>", f'<svg title=">"><path d="M0 0{CODED}"></svg>', f"<svg {CODED}",
        f"<svg class='a'><svg></svg><p>{CODED}", f"\\u003csvg {CODED}", f"%3Csvg%20{CODED}", f"&lt;svg {CODED}&lt;/svg",
        f'{{"a":"{CODED}"}}', f'{{"a":"\\/9j\\/4AAQ{CODED}"}}',
    ],
)  # fmt: skip
def test_picture_inside_an_answer_is_replaced(html: str) -> None:
    text, count = cut(f"<p>words {html}")
    assert CODED[:40] not in text
    assert count >= 1
    assert "words" in text
    assert MARK in text


def test_film_without_its_type_is_replaced() -> None:
    film = base64.b64encode(b"\0\0\0\x20ftypavif" + bytes(60)).decode()
    assert cut(f'["{film}"]') == (f'["{MARK}"]', 1)


def test_what_is_no_picture_stays() -> None:
    for text in ("<p>data: 3 of 4; more</p>", "if(a<b)c='data'", '<a href="?data=x">', "<svgx>", "a" * 500):
        assert cut(text) == (text, 0)
