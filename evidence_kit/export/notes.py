"""The notes of a capture's steps in the words of the report.

A manifest is read by programs and by anyone, so its notes stand in English, as short fixed sentences. A report is
read by a court, so it says them in its own language. What is not ours (the browser's own messages) is quoted as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from evidence_kit.export.templates import Translate, visible

MAX_NOTE = 300
_JOINED = "; "
_PARTS = 12
"""Joined sentences that are looked for; each one in turn may hold the joint itself."""
_CODE = re.compile(r"(?:net::)?ERR_[A-Z0-9_]+|[A-Z][A-Za-z]*(?:Error|Exception)")
_Said = Callable[[Translate, "re.Match[str]"], str]


def note(detail: str, t: Translate) -> str:
    """``detail`` of a step in words; empty for none."""
    rest = detail.split(_JOINED)
    words: list[str] = []
    while rest:
        for length in range(min(_PARTS, len(rest)), 0, -1):
            found = _known(_JOINED.join(rest[:length]), t)
            if found:
                break
        else:
            length, found = 1, _foreign(rest[0], t)
        words += [found] if found else []
        del rest[:length]
    return visible(t("; ").join(words), MAX_NOTE)


def unloaded(error: str, t: Translate) -> str:
    """Why nothing could be loaded, from the browser's own word; empty where it says nothing that is known here."""
    known = {
        "CERT_DATE_INVALID": t("the site’s certificate had expired or was not valid yet, by this computer’s clock"),
        "CERT_COMMON_NAME_INVALID": t("the site’s certificate was for another name"),
        "CERT_": t("the site’s certificate was not valid"),
        "NAME_NOT_RESOLVED": t("no site answered to this name"),
        "CONNECTION_REFUSED": t("the site refused the connection"),
        "TIMED_OUT": t("the site did not answer in time"),
        "CONNECTION_TIMED_OUT": t("the site did not answer in time"),
        "INTERNET_DISCONNECTED": t("the computer had no connection to the internet"),
        "TOO_MANY_REDIRECTS": t("the site led from one address to the next without end"),
    }
    word = error.removeprefix("net::").removeprefix("ERR_")
    return next((said for begins, said in known.items() if word.startswith(begins)), "")


def _known(text: str, t: Translate) -> str:
    fixed = _fixed(t).get(text)
    if fixed:
        return fixed
    for shape, said in _SHAPES:
        found = shape.fullmatch(text)
        if found:
            return said(t, found)
    return ""


def _foreign(text: str, t: Translate) -> str:
    """What the browser or the computer said itself."""
    if not text.strip():
        return ""
    if _CODE.fullmatch(text):
        return t("error code: {code}", code=text)
    return t("message of the browser: “{words}”", words=visible(text, 200))


def _fixed(t: Translate) -> dict[str, str]:
    return {
        "no time was left": t("no time was left"),
        "its time was used up": t("its time was used up"),
        "cancelled": t("stopped"),
        "withheld by rule": t("withheld by rule"),
        "cut at the bound on its size": t("cut at the bound on its size"),
        "cut at the bound on its time": t("cut at the bound on its time"),
        "ended at its bound on size or time": t("ended at the bound on its time or size"),
        "the document was cut at the bound on its time or size": t("the page was cut at the bound on its time or size"),
        "the document could not be freed of inline data in time": t(
            "the page could not be freed in time of the pictures that it holds itself"
        ),
        "the first answer stopped half-way; asked once more": t("the first answer stopped half-way; asked once more"),
        "a file, kept without showing it": t("a file, kept without showing it"),
        "the page's own script stopped its loading": t("the page’s own script stopped its loading"),
        "the page did not answer for a while; what ran in it was stopped": t(
            "the page did not answer for a while; what ran in it was stopped"
        ),
        "the page's script never ended and was stopped": t("the page’s script never ended and was stopped"),
        "the script of a frame never ended and was stopped": t("the script of a frame never ended and was stopped"),
        "the site answered that there is nothing to show": t("the site answered that there is nothing to show"),
        "the address is a picture, kept as media": t("the address is a picture, kept as a file"),
        "the bytes of the document did not come": t("the page’s own bytes could not be had"),
        "the file did not come to its end": t("the file did not come to its end"),
        "the layout did not come to rest": t("the page did not come to rest"),
        "the page still said that it was loading": t("the page still said that it was loading"),
        "the page took away its own document; its window was kept as it was shown": t(
            "the page took its own content away; its window was kept as it was shown"
        ),
        "a part that the page shows only while it is looked at stayed blank in the picture": t(
            "a part that the page shows only while it is looked at stayed blank in the picture"
        ),
        "the page became shorter while its picture was taken": t("the page became shorter while its picture was taken"),
        "what the page had asked for did not come": t("what the page had asked for did not come"),
        "the page led on by itself too often; the last page that it led to was not let in": t(
            "the page led on by itself too often; the last page that it led to was not let in"
        ),
        "the page led on by itself; this is what the address that it led to answered": t(
            "the page led on by itself; this is what the address that it led to answered"
        ),
        "not let in: the page had led on by itself too often": t("not let in: the page had led on by itself too often"),
        "the page crashed: its part of the browser ended": t("the page crashed: its part of the browser ended"),
        "the page does not answer any more": t("the page does not answer any more"),
        "the page was closed": t("the page was closed"),
        "the page went elsewhere": t("the page went elsewhere"),
        "closed": t("the page was closed"),
        "gone": t("the page was closed"),
        "nothing is pressed where she may be signed in": t("nothing is pressed where the person may be signed in"),
        "it holds the page so that a reader cannot scroll": t("it holds the page so that a reader cannot scroll"),
        "the click led to another page; gone back to the first": t(
            "the click led to another page; gone back to the first"
        ),
        "the click led to another page, which stayed": t("the click led to another page, which stayed"),
        "the click asked for another page, which did not come": t(
            "the click asked for another page, which did not come"
        ),
        "no way to refuse was found in it": t("no way to refuse was found in it"),
        "it cannot be pressed": t("its button cannot be pressed"),
        "it leads to another page": t("its button leads to another page"),
        "it stands in a form with a password": t("its button stands in a form with a password"),
        "something else lies over it": t("something else lies over its button"),
        "too many frames to look into": t("too many frames to look into"),
        "too much to look behind": t("too much to look behind"),
        "what is in a closed root could not be covered": t("a closed part of the page could not be covered"),
        "the page has more frames than could be looked into": t("the page has more frames than could be looked into"),
        "a frame did not answer and may hold more than what is shown of it": t(
            "a frame did not answer and may hold more than what is shown of it"
        ),
        "a tiny box scrolls inside and was not seen to its end": t(
            "a tiny box scrolls inside and was not seen to its end"
        ),
        "a small frame scrolls inside and was not seen to its end": t(
            "a small frame scrolls inside and was not seen to its end"
        ),
        "a frame was not seen to its end": t("a frame was not seen to its end"),
        "a slider was not seen to its end": t("a slider was not seen to its end"),
        "a box inside the page was not seen to its end": t("a box inside the page was not seen to its end"),
        "its media type is not that of a text": t("its type is not that of a text"),
        "its media type is that of a picture, of media or of a file": t(
            "its type is that of a picture, of media or of a file"
        ),
        "its bytes are not those of a text": t("its bytes are not those of a text"),
        "its first bytes are those of a picture, a film or another file": t(
            "its first bytes are those of a picture, a film or another file"
        ),
        "it is a drawing": t("it is a drawing"),
        "it is a file": t("it is a file"),
        "encoded again from the text that the browser gave; not byte for byte what came": t(
            "encoded again from the text that the browser gave; not byte for byte what came"
        ),
        "asked for ahead because the page wished it; the browser keeps such an answer to itself": t(
            "asked for ahead because the page wished it; the browser keeps such an answer to itself"
        ),
        "read from a Blob that the page held, of the length that the site announced; the browser gave no other": t(
            "read from where the page held it, with the length that the site announced; the browser gave no other"
        ),
        "a picture that is replaced again and again: some of its parts, without what stands between them": t(
            "a picture that is replaced again and again: some of its parts, without what stands between them"
        ),
        "kept whole; it told no length and was too long to be handed to the page": t(
            "kept whole; it told no length and was too long to be handed to the page"
        ),
        "no picture that the browser shows, so that it took no more of it: kept as far as it came": t(
            "no picture that the browser shows, so that it took no more of it: kept as far as it came"
        ),
    }


def _bound(t: Translate, found: re.Match[str]) -> str:
    bound = {
        "time": t("time"),
        "height": t("height"),
        "steps": t("number of steps"),
        "requests": t("number of requests"),
        "bytes": t("amount of data"),
    }.get(found[1], visible(found[1], 40))
    return t("stopped at its bound ({bound})", bound=bound)


def _shortened(t: Translate, found: re.Match[str]) -> str:
    kept = t("kept as far as it came") if found[1].startswith("kept") else t("nothing of it could be kept")
    return t("not whole: {kept}", kept=kept) + (f" ({_foreign(found[2], t)})" if found[2] else "")


def _broke_off(t: Translate, found: re.Match[str]) -> str:
    return t("the page broke off before its end") + (f" ({_foreign(found[1], t)})" if found[1] else "")


_SHAPES: tuple[tuple[re.Pattern[str], _Said], ...] = (
    (re.compile(r"(\d+) not kept"), lambda t, m: t("could not be kept: {count}", count=m[1])),
    (
        re.compile(r"(\d+) pictures did not finish loading"),
        lambda t, m: t("pictures that did not finish loading: {count}", count=m[1]),
    ),
    (re.compile(r"stopped at its bound \(([\w -]*)\)"), _bound),
    (re.compile(r"the document broke off(?: \((.+)\))?"), _broke_off),
    (
        re.compile(r"the consent wall stayed: ?([^;]*)"),
        lambda t, m: t("the cookie banner stayed") + (f" ({_known(m[1], t) or _foreign(m[1], t)})" if m[1] else ""),
    ),
    (
        re.compile(r"withheld by rule: (.+)"),
        lambda t, m: t("withheld by rule: {why}", why=_known(m[1], t) or _foreign(m[1], t)),
    ),
    (
        re.compile(r"(\d+) pictures or media in it were replaced by a mark, by rule"),
        lambda t, m: t("pictures or media in it that were replaced by a mark, by rule: {count}", count=m[1]),
    ),
    (
        re.compile(r"(\d+) bytes were asked for ahead and handed to the site's own worker past this record;.*"),
        lambda t, m: t(
            "{count} bytes were asked for ahead and handed to the site’s own program past this record; what it made of"
            " them for the page stands under the same address",
            count=m[1],
        ),
    ),
    (
        re.compile(r"(\d+) bytes went over the wire and none of them could be kept"),
        lambda t, m: t("{count} bytes came and none of them could be kept", count=m[1]),
    ),
    (
        re.compile(r"broken off after (\d+) bytes: it unpacked to more than (\d+) times what came"),
        lambda t, m: t(
            "broken off after {count} bytes: it unpacked to more than {times} times what came", count=m[1], times=m[2]
        ),
    ),
    (re.compile(r"not whole: (kept as far as it came|nothing of it could be kept)(?: \((.+)\))?"), _shortened),
    (
        re.compile(r"(\d+) more sliders were not gone through"),
        lambda t, m: t("further sliders that were not gone through: {count}", count=m[1]),
    ),
    (
        re.compile(r"a slider holds pictures that it did not show \((\d+)\)"),
        lambda t, m: t("pictures that a slider holds and did not show: {count}", count=m[1]),
    ),
    (
        re.compile(r"(\d+) more boxes inside the page were not gone through"),
        lambda t, m: t("further boxes inside the page that were not gone through: {count}", count=m[1]),
    ),
    (
        re.compile(r"(\d+) more small boxes inside the page were not gone through"),
        lambda t, m: t("further small boxes inside the page that were not gone through: {count}", count=m[1]),
    ),
    (
        re.compile(r"(?:an?|not a|more|fewer) (?:interlaced )?(?:PNG|tiles?|picture)\b.*"),
        lambda t, _m: t("the picture could not be put together"),
    ),
)
