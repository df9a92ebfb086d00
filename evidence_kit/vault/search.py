"""Finding words in any script: text is folded once when stored and in the same way when asked for.

Folding drops case and the accents of Latin, Greek and Cyrillic letters, so that "eleve" finds "Élève". Words of
three characters or more go to the trigram index; shorter ones (many Chinese words) are looked for letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MAX_TEXT = 2_000_000
"""Characters of a page's text that can be found; what comes after is kept as evidence but not searched."""
MAX_TERMS, MAX_TERM = 20, 300
"""What is asked beyond that is left out: a phrase of many trigrams costs more than linear time."""
_TRIGRAM = 3
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "\0": " ", "’": "'", "ʼ": "'"})


def fold(text: str) -> str:
    """The form in which words are compared."""
    clean = text[:MAX_TEXT].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    loose = _ACCENTS.sub("", unicodedata.normalize("NFKD", clean).casefold())
    return unicodedata.normalize("NFKC", loose).translate(_LETTERS)


class Query(NamedTuple):
    """A search, ready for SQL: an FTS5 expression (or empty) and the short words to look for one by one."""

    match: str
    short: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing was asked for."""
        return not self.match and not self.short


def parse(text: str) -> Query:
    """Every word of ``text`` must occur somewhere; no character has a special meaning."""
    terms = [term[:MAX_TERM] for term in fold(text[:10_000]).split()[:MAX_TERMS]]
    long = [term for term in terms if len(term) >= _TRIGRAM]
    quoted = ['"' + term.replace('"', '""') + '"' for term in long]
    return Query(" AND ".join(quoted), tuple(term for term in terms if len(term) < _TRIGRAM))
