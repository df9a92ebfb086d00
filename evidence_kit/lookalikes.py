"""Names of sites that are made to be read as the name of a platform that everybody knows.

A letter of another alphabet, an accent or a digit stands where the known name has a letter of ours. Only whole labels
are compared; a known name in front of another site's own is no look-alike of letters, and not told of here.
"""

from __future__ import annotations

import unicodedata

KNOWN = frozenset(
    {
        *("facebook", "instagram", "tiktok", "telegram", "whatsapp", "twitter", "youtube", "snapchat", "discord"),
        *("reddit", "linkedin", "pinterest", "twitch", "messenger", "signal", "threads", "mastodon", "bluesky"),
        *("onlyfans", "fansly", "pornhub", "xvideos", "xhamster", "xnxx", "redtube", "youporn", "google", "gmail"),
        *("outlook", "hotmail", "microsoft", "apple", "icloud", "amazon", "paypal", "netflix", "yahoo", "laposte"),
        *("leboncoin", "vinted", "tinder", "bumble", "grindr", "badoo", "vkontakte", "imgur", "dropbox", "mega"),
    }
)
_DRAWN = {
    "a": "\u0430\u03b1\u0251\u0561",
    "b": "\u0432\u044c\u03b2\u0184",
    "c": "\u0441\u03f2",
    "d": "\u0501\u0257",
    "e": "\u0435\u03b5\u0454\u212e",
    "g": "\u0581\u0261",
    "h": "\u04bb\u0570\u0127",
    "i": "\u0456\u03b9\u0131\u0269",
    "j": "\u0458\u03f3",
    "k": "\u043a\u03ba\u0138",
    "l": "\u04cf\u0142\u01c0\u029f",
    "m": "\u043c",
    "n": "\u043f\u03b7\u0578\u057c",
    "o": "\u043e\u03bf\u0585\u00f8\u03c3",
    "p": "\u0440\u03c1",
    "q": "\u051b\u0563",
    "r": "\u0433\u027e",
    "s": "\u0455\u0282",
    "t": "\u0442\u03c4\u0167",
    "u": "\u03c5\u057d\u0446",
    "v": "\u03bd\u0475",
    "w": "\u051d\u0448\u03c9",
    "x": "\u0445\u03c7",
    "y": "\u0443\u03b3\u04af",
}
"""Our letter, and those of other alphabets that are drawn like it."""
_DIGITS = dict(zip("01357", "olest", strict=True))
_ALIKE = str.maketrans(_DIGITS | {other: ours for ours, others in _DRAWN.items() for other in others})


def read_as(label: str) -> str:
    """How a label is read in a hurry: accents gone, letters and digits that look like ours replaced.

    >>> read_as("f\u0430c\u0435b\u043e\u043ek")
    'facebook'
    >>> read_as("inst\u00e1grarn")
    'instagram'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", label.lower()) if not unicodedata.combining(c))
    return plain.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def taken_for(host_shown: str) -> str:
    """The known name that a label of the host is made to be read as; empty where there is none, or it is that name."""
    for label in host_shown.lower().split(".")[:-1]:
        read = read_as(label)
        if read in KNOWN and label != read:
            return read
    return ""
