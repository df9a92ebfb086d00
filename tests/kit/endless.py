"""Beginnings without an end, many in a row: what makes a cut slow that looks at the same characters twice."""

from __future__ import annotations

SIZE = 1 << 18
LIMIT = 20.0
"""Seconds; what goes forward once needs a fraction of one, what is quadratic half an hour."""

ENDLESS = [
    "a", " ", "<", "=", '="', "= ", "aB3 ", "a" * 199 + " ", "a" * 63 + " ", "a" * 45 + " ", "1,", "12 ,",
    "0x12,", "89 ", "data:", "data:a", "data:a/", "data :", "data: ", '"data:', "'data:", "\"data:'", '"',
    "data&colon;a", "data%3aa", "data\\3a a", "data:a%2fa", "<style ", "<style>", "</style ", "<style></styl",
    "<object ", "<svg ", "<svg>", '<svg a="', "<svg a=\"<svg b='", "<svg =", "<svg></svg ", "<link ",
    "<link a='", "<link ='\"", "<meta ", "<meta http-equiv ", '<meta http-equiv="', "&lt;svg ", "%3csvg ",
    "\\u003csvg ", "<!--", "<!---->", "<!doctype svg ", "iVBORw0KGgo", "iVBORw0KGgo ", "iVBOR ", "/9j/4AAQ ",
    "%41", "%41" * 23 + " ", "\\x41" * 15 + " ", "a\\/", "&#x3a;", "Ab1\u200b", "\u200b", "\u00e9",
]  # fmt: skip


def endless(piece: str) -> list[bytes]:
    """Documents of a quarter of a megabyte out of one piece, by itself and after the beginning of something."""
    times = SIZE // len(piece)
    return [(before + piece * times).encode() for before in ("", "<p>data:")]
