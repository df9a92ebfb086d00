"""Where coded bytes stand in a text, however they are broken up: pure judgements for the text-only record.

A picture written out as characters is found by the beginnings of its kind, read with whatever stands between the
characters taken out, or, without such a beginning, by pieces that are no words, numbers or names in any script. Words
that stay are the rule; what no rule here knows (a code made up for one page, words that stand for bytes) stays too.
Every step goes forwards, a fixed number of times.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

Span = tuple[int, int]

_FORMAT = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
)
FORMAT = re.compile(f"[{_FORMAT}]+")
"""What takes no room on the screen; also what can stand between the characters of a code without being seen."""
HIDDEN = re.compile(f"[{_FORMAT}]{{24,}}+")
"""More of it in a row than any script or flag needs: a code itself."""
_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)}
_ANY_WIDE = re.compile("[\uff01-\uff5e]")

_PIECE = re.compile("[A-Za-z0-9]+")
_BEGINNINGS = re.compile(
    "(?:iVBORw0KGgo|R0lGOD[dl]h|9j4(?:AAQSkZJRg|[Q-V][A-Za-z0-9]{0,2}RXhpZg|AEV4aWY|7gA|gxYSUND)|9j2w(?:BDA|CEA)"
    "|UklGR[A-Za-z0-9]{2,7}RUJQ|AAAA[A-Za-z0-9]?[GWm2]Z0eX|Qk[0-3]?[A-Za-z0-9]{2,6}AAAAA|PHN2Zy|PD94bWwg|JVBERi0|GkXfo"
    "|RFIE4RYNBINAU|77MP7[WY]|I5EUMOB[XZ]ME|KJEUMR[QRST]|AAAAA[A-Z2-7]{2}GOR4X"
    "|89504[eE]470[dD]0[aA]|[fF]{2}[dD]8[fF]{2}[eEdD][0-9a-fA-F]|474946383[79]61|52494646[0-9a-fA-F]{8}57454250"
    "|000000[0-9a-fA-F]{2}66747970|25504446|1[aA]45[dD][fF][aA]3|3[cC]737667|(?i:data(?:image|video)[a-z]{3,6}base64))"
)
"""PNG, GIF, JPEG, WEBP, AVIF and MP4, BMP, SVG, PDF, WEBM: in base64 without its signs, base32 and hexadecimal."""
_BYTES = re.compile(
    r"(?<!\d)(?:137\D{1,8}80\D{1,8}78\D{1,8}71|255\D{1,8}216\D{1,8}255|71\D{1,8}73\D{1,8}70\D{1,8}56|82\D{1,8}73\D{1,8}70\D{1,8}70)"
    r"(?:\D{1,8}\d{1,3}){16,}+"
)
_PRINTED = re.compile(r"iBL\{Q4G|\|JeW[FG][015]|M@dFF|M,6r;%14|s4IA[0+][!-u]|7nH00|Qb\|Te|;Fs>I")
"""The same in the codes that use most signs of the keyboard (base85 in its two forms)."""
_TOKEN = re.compile(r"\S+")
_NUMBERS = re.compile(r"(?<!\d)\d{1,3}(?:[\s,;|]{1,4}\d{1,3}(?!\d)){63,}+")
_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{2,16}(?:[^\w]{1,6}[0-9A-Fa-f]{2,16}(?![0-9A-Za-z])){11,}+")
_TINY = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{1,2}(?:[^A-Za-z0-9]{1,8}[A-Za-z0-9]{1,2}(?![A-Za-z0-9])){47,}+")
_NEAT = re.compile(
    "[0-9]+T[0-9]+Z?|(?:[A-Z][a-z]?[0-9]{0,3}){2,6}|[A-Z]{1,3}[0-9]{1,4}[A-Z]{0,3}|[0-9]+(?:[A-Za-z]{1,2}|[a-z]+)|[A-Za-z]+[0-9]+|0x[0-9a-f]+|u[0-9a-f]{4}"
)
_CHUNK = re.compile("[A-Z]+[a-z]*|[a-z]+|[0-9]+")
_CHUNK_SIZE = 3
"""Characters that a word within a name has on average, at least; chance gives little more than two."""
_REST = re.compile(r"[^\w=+/-]{0,3}([A-Za-z0-9=+/_-]{1,16})(?![A-Za-z0-9=+/_-])")
_BACK = 72
_BEFORE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z0-9]{6,64})[^\w]{0,3}\Z")
_FEWEST = 24
"""Characters that must follow a beginning."""
_ENOUGH = 96
"""Characters, less those of words between them, from which pieces count as a code without a known beginning."""
_SLACK = 11
"""Characters of words after which what went before is over."""
_LONG_SLACK = 16
"""The same where no beginning is known."""
_FEW_WORDS = 3
_FAR = 64
"""Characters between two pieces beyond which they do not belong together."""
_LETTERS = re.compile(r"[^\W\d_]")


def _neat(piece: str) -> bool:
    """Whether a piece is built like a word, a number or a name."""
    if len(piece) < _FEW_WORDS or (piece.isalpha() and (piece.islower() or piece.isupper())) or piece.isdigit():
        return True
    return _by_words(piece) or _NEAT.fullmatch(piece) is not None


def _by_words(piece: str) -> bool:
    """Whether a piece is made of words and numbers: ``BufferedIOBase``, ``utf16Decoder``."""
    chunks = _CHUNK.findall(piece[:256])
    return sum(map(len, chunks)) >= _CHUNK_SIZE * len(chunks)


def _worth(piece: str) -> float:
    """How much a piece speaks for a code (above 0) or for words (below)."""
    size = len(piece)
    if size < _FEW_WORDS or not piece.strip("A") or not piece.strip("0"):
        return 0
    if not _neat(piece):
        return size
    return -1.5 * min(size, _FEWEST) if _is_word(piece) else -0.25 * min(size, _FEWEST)


def _is_word(piece: str) -> bool:
    return piece.isalpha() and (piece.islower() or piece.istitle())


def _follows(piece: str) -> float:
    """How much a piece goes on with a code that has begun (above 0) or with words (below)."""
    size = len(piece)
    if size < _FEW_WORDS:
        return 0.5
    return -1.0 if _is_word(piece) and size == _FEW_WORDS else -size if _is_word(piece) else min(size, _FEWEST)


def _by_beginning(text: str, pieces: list[Span]) -> Iterator[Span]:
    """From each known beginning on, while what follows is no words."""
    starts, size = [], 0
    for start, end in pieces:
        starts.append(size)
        size += end - start
    compact = "".join(text[a:b] for a, b in pieces)
    done = 0
    for found in _BEGINNINGS.finditer(compact):
        if found.start() < done:
            continue
        first = bisect_right(starts, found.start()) - 1
        begin = pieces[first][0] + found.start() - starts[first]
        inside = bisect_right(starts, found.end() - 1) - 1
        end, last, best, score = pieces[inside][1], inside, 0.0, 0.0
        rest = starts[inside] + pieces[inside][1] - pieces[inside][0] - found.end()
        for at in range(inside + 1, len(pieces)):
            start, stop = pieces[at]
            if len(_LETTERS.findall(text, pieces[at - 1][1], min(start, pieces[at - 1][1] + _FAR))) > _FEW_WORDS:
                break
            if start - pieces[at - 1][1] > _FAR:
                break
            score += _follows(text[start:stop])
            if score >= best:
                best, end, last = score, stop, at
            elif score < best - _SLACK:
                break
        done = starts[last] + pieces[last][1] - pieces[last][0]
        if done - found.end() >= _FEWEST or rest >= _FEWEST:
            yield begin, end


def _by_measure(text: str, pieces: list[Span]) -> Iterator[Span]:
    """The stretches whose pieces are mostly neither words nor numbers nor names."""
    score = best = 0.0
    begin = end = before = 0
    for start, stop in pieces:
        worth = _worth(text[start:stop])
        if score > 0:
            between = text[before:start]
            score -= 4 * (len(_LETTERS.findall(between[:_FAR])) - 1) if len(between) > 1 else 0
        before = stop
        score += worth
        if score <= 0 or score < best - _LONG_SLACK:
            if best >= _ENOUGH:
                yield begin, end
            score = best = max(worth, 0.0)
            begin, end = start, stop
        elif score >= best:
            if best == 0:
                begin = start
            best, end = score, stop
    if best >= _ENOUGH:
        yield begin, end


def _by_form(text: str) -> Iterator[Span]:
    """Bytes as numbers, as pairs and as groups of hexadecimal digits, as single characters."""
    for found in _BYTES.finditer(text):
        yield found.span()
    for found in _NUMBERS.finditer(text):
        numbers = [int(n) for n in re.findall(r"\d+", found[0])]
        high = sum(n > 127 for n in numbers) / len(numbers)  # noqa: PLR2004 - the upper half of what a byte can be
        if 223 < max(numbers) < 256 and min(numbers) < 32 and high > 0.25:  # noqa: PLR2004
            yield found.span()
    for found in _HEX.finditer(text):
        pieces = re.findall("[0-9A-Fa-f]+", found[0])
        digits, size = sum(map(str.isdigit, "".join(pieces))), sum(map(len, pieces))
        both = sum(not p.isdigit() and not p.isalpha() for p in pieces)
        if size >= _ENOUGH * 2 // 3 and size / 4 < digits < size * 0.9 and both >= len(pieces) / 5:
            yield found.span()
    for found in _TINY.finditer(text):
        characters = re.sub("[^A-Za-z0-9]", "", found[0])
        shares = [sum(map(kind, characters)) / len(characters) for kind in (str.isupper, str.islower, str.isdigit)]
        if min(shares[:2]) > 0.2 and shares[2] > 0.04:  # noqa: PLR2004 - about half of what chance gives
            yield found.span()


def _printed(text: str) -> Iterator[Span]:
    """Base85, which uses most signs of the keyboard: by its beginnings, and where one long piece is a mixture."""
    tokens = [m.span() for m in _TOKEN.finditer(text)]
    starts, size = [], 0
    for start, end in tokens:
        starts.append(size)
        size += end - start
    for found in _PRINTED.finditer("".join(text[a:b] for a, b in tokens)):
        at = bisect_right(starts, found.start()) - 1
        begin, end = tokens[at][0] + found.start() - starts[at], tokens[at][1]
        following = at + 1
        while following < len(tokens) and _mixture(text[slice(*tokens[following])]):
            end = tokens[following][1]
            following += 1
        if end - begin >= _FEWEST:
            yield begin, end
    for start, end in tokens:
        if end - start >= _ENOUGH * 2 // 3 and "://" not in (token := text[start:end]) and _mixture(token):
            yield start, end


def _mixture(token: str) -> bool:
    """Whether a piece has capitals, small letters, digits and signs side by side as chance does."""
    head = token[:4096]
    if not head.isascii():
        return False
    size = len(head)
    upper, lower, digits = (sum(map(kind, head)) / size for kind in (str.isupper, str.islower, str.isdigit))
    if size < _FEWEST:
        return size < _FEW_WORDS or not _is_word(head.strip(".,;:!?()'\""))
    mixed = upper > 0.15 and lower > 0.15 and digits > 0.04 and 1 - upper - lower - digits > 0.08  # noqa: PLR2004
    return mixed and not _by_words(head)


def bare(text: str) -> str:
    """The text as it is judged: without what takes no room, broad letters as plain ones of the same length."""
    text = FORMAT.sub("", text)
    return text.translate(_WIDE) if _ANY_WIDE.search(text) else text


def coded_spans(text: str) -> list[Span]:
    """Where codes stand in a :func:`bare` text, in order and apart."""
    pieces = [m.span() for m in _PIECE.finditer(text)]
    found = sorted([*_by_beginning(text, pieces), *_by_measure(text, pieces), *_by_form(text), *_printed(text)])
    joined: list[Span] = []
    for start, end in found:
        if not joined or start > joined[-1][1]:
            joined.append((max(_begun(text, start), joined[-1][1] if joined else 0), _ended(text, end)))
        elif end > joined[-1][1]:
            joined[-1] = joined[-1][0], _ended(text, end)
    return joined


def _begun(text: str, start: int) -> int:
    """The beginning of a code with the pieces before it that are no word: those that happen to look like a name."""
    for _each in range(_FEWEST):
        found = _BEFORE.search(text[max(0, start - _BACK) : start])
        if not found or _is_word(found[1]) or found[1].upper() == found[1] or found[1].lower() == found[1]:
            break
        start -= len(found[0])
    return start


def _ended(text: str, end: int) -> int:
    """The end of a code with the short rest behind it that is no word: its last group, signs that fill it up."""
    while (found := _REST.match(text, end)) and (found[1].endswith("=") or not _is_word(found[1].strip("+/-_"))):
        end = found.end()
    return end


def without_codes(text: str, mark: str) -> str:
    """The text with a mark for each code; exactly as it was where there is none.

    Where there is one, what takes no room is gone from the whole text.

    >>> without_codes("Bonjour, 한국어 중문", "-")
    'Bonjour, 한국어 중문'
    """
    text = HIDDEN.sub(mark, text)
    plain = bare(text)
    spans = coded_spans(plain)
    if not spans:
        return text
    shown, kept, at = FORMAT.sub("", text), [], 0
    for start, end in spans:
        kept += [shown[at:start], mark]
        at = end
    return "".join((*kept, shown[at:]))
