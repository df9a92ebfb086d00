"""The words for what a manifest names in ``identifiers``: the same in the report, in the window and in a terminal.

A manifest of another version may name more or less; what is not known is passed over, and nothing here fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Row = tuple[str, str]
Translate = Callable[..., str]

PLATFORMS = {
    "telegram": "Telegram",
    "x": "X (Twitter)",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "xenforo": "XenForo",
    "phpbb": "phpBB",
}
_OF_ITSELF = ("og:site_name", "og:type", "og:title", "article:author", "canonical")
_LIMIT = 300
_LONG = 2000
_LABEL = re.compile(r"(^|[,;] )[A-Z][A-Za-z/ ]{2,40}: ")


def rows(identifiers: object, t: Translate, *, brief: bool = False) -> list[Row]:
    """Label and text, the numbers first; ``brief`` leaves out how they were read. Empty where there is nothing."""
    if not isinstance(identifiers, dict) or not identifiers:
        return []
    found = _platform(identifiers, t) + _names(identifiers, t)
    item = _item(str(identifiers.get("item", "")), t)
    published, counters = _group(identifiers, "published"), _group(identifiers, "counters")
    found += [(t("Post on the page"), item)] if item else []
    found += [(t("Published, as shown"), published["shown"])] if published.get("shown") else []
    found += [(t("Published, as the page tells programs"), published["machine"])] if published.get("machine") else []
    if published.get("utc") and published["utc"] != published.get("machine"):
        found.append((t("The same in UTC"), published["utc"]))
    told = [t("{name}: {value}", name=word, value=counters[k]) for k, word in counter_words(t).items() if k in counters]
    found += [(t("Counters as shown"), "; ".join(told))] if told else []
    if brief:
        return found
    itself = _group(identifiers, "opengraph")
    said = [t("{name}: {value}", name=name, value=itself[name]) for name in _OF_ITSELF if itself.get(name)]
    found += [(t("What the page says of itself"), "; ".join(said))] if said else []
    rule, checked = str(identifiers.get("rule", ""))[:60], str(identifiers.get("checked", ""))[:20]
    how = t("by the rule {rule}, revised on {date}; what counts is the page itself", rule=rule, date=checked)
    return [*found, (t("How this was read"), how)]


def recapture(before: object, t: Translate, when: Callable[[str], str] = str, *, number: str = "") -> list[Row]:
    """One row about the earlier capture of the same address that a manifest names; none where it names none.

    ``when`` writes its time as the reader is used to. ``number``: that of its exhibit, for who knows it by that.
    """
    if not isinstance(before, dict) or not before.get("exhibit_id"):
        return []
    words = {
        "same": t("the words of the page are the same"),
        "changed": t("the words of the page are not the same any more"),
    }
    said = words.get(str(before.get("text")), t("the words of the page could not be compared"))
    began, record = str(before.get("started_at", ""))[:40], str(before.get("manifest_sha256", ""))[:64]
    if number:
        text = t("on {when}, exhibit {number}; {said}", when=when(began), number=number, said=said)
    else:
        text = t("on {when}; {said}; record {record}", when=when(began), said=said, record=record)
    return [(t("Captured before"), text)]


def plain_name(text: str) -> str:
    """The name that a certificate gives, without the labels of its parts, which are English everywhere.

    >>> plain_name("Common Name: Stamper 4, Organization: Some Firm, Inc., Country: FR")
    'Stamper 4, Some Firm, Inc., FR'
    """
    return _LABEL.sub(lambda found: found[1], text)


def led_by(first: object, t: Translate) -> list[Row]:
    """One row about the page whose pager led to this one; none where the address was given by a person."""
    if not isinstance(first, dict) or first.get("how") != "pager":
        return []
    link = first.get("link")
    said = str(link.get("text", ""))[:_LIMIT] if isinstance(link, dict) else ""
    where, record = str(first.get("url", ""))[:_LONG], str(first.get("manifest_sha256", ""))[:64]
    if said:
        text = t("by the link “{said}” on {where}; record {record}", said=said, where=where, record=record)
    else:
        text = t("by a link on {where}; record {record}", where=where, record=record)
    return [(t("Found in its thread"), text)]


def _group(identifiers: Mapping[str, Any], name: str) -> dict[str, str]:
    group = identifiers.get(name)
    return {str(k): str(v)[:_LIMIT] for k, v in group.items()} if isinstance(group, dict) else {}


def _platform(identifiers: Mapping[str, Any], t: Translate) -> list[Row]:
    short = str(identifiers.get("platform", ""))[:40]
    if not short:
        return []
    name = PLATFORMS.get(short, short)
    if identifiers.get("known_by") == "address":
        name = t("{name}, judging by the address alone", name=name)
    return [(t("Platform"), name)]


def _names(identifiers: Mapping[str, Any], t: Translate) -> list[Row]:
    """Each identifier with where it was found; the same value is told once."""
    url, asked, page = (_group(identifiers, g) for g in ("from_url", "from_url_requested", "from_page"))
    found: list[Row] = []
    kind = url.get("kind") or asked.get("kind") or page.get("kind", "")
    if kind in kind_words(t):
        found.append((t("What it is"), kind_words(t)[kind]))
    for name, label in identifier_words(t).items():
        values = [group.get(name, "") for group in (url, asked, page)]
        for at, value in enumerate(values):
            same = [bool(value) and value.casefold() == other.casefold() for other in values]
            if value and not any(same[:at]):
                found.append((label, _where(value, same[0], same[1], same[2], t)))
    return found


def _where(value: str, in_url: bool, in_asked: bool, on_page: bool, t: Translate) -> str:
    if in_url and on_page:
        return t("{value} (address and page)", value=value)
    if in_asked and on_page:
        return t("{value} (address asked for, and page)", value=value)
    if in_url:
        return t("{value} (address)", value=value)
    return t("{value} (page)", value=value) if on_page else t("{value} (address asked for)", value=value)


def _item(item: str, t: Translate) -> str:
    return {
        "named": t("the one that the address names"),
        "first": t("the first one, because the address names none"),
        "absent": t("the one that the address names is not there"),
    }.get(item, "")


def kind_words(t: Translate) -> dict[str, str]:
    """What an address or a page can be of."""
    return {
        "post": t("post"),
        "comment": t("comment"),
        "thread": t("thread"),
        "forum": t("forum"),
        "channel": t("channel"),
        "group": t("group"),
        "chat": t("chat"),
        "account": t("account"),
        "invite": t("invitation"),
        "media": t("picture or video"),
        "album": t("album"),
        "event": t("event"),
        "story": t("story"),
        "share": t("shared link"),
    }


def identifier_words(t: Translate) -> dict[str, str]:
    """Every identifier, in the order in which they are shown."""
    return {
        "account_id": t("Account number"),
        "post_id": t("Number or code of the post"),
        "comment_id": t("Comment number"),
        "thread_id": t("Thread number"),
        "channel_id": t("Channel number"),
        "group_id": t("Group number"),
        "chat_id": t("Chat number"),
        "forum_id": t("Forum number"),
        "media_id": t("Number of the picture or video"),
        "album_id": t("Album number"),
        "event_id": t("Event number"),
        "story_id": t("Story number"),
        "share_id": t("Code of the shared link"),
        "handle": t("Account name"),
        "display_name": t("Name shown"),
        "phone": t("Phone number"),
        "invite": t("Code of the invitation"),
        "group": t("Name of the group in the address"),
        "author": t("Author"),
        "author_url": t("Address of the author"),
        "forwarded_from": t("Forwarded from"),
        "title": t("Title of the thread or post"),
    }


def counter_words(t: Translate) -> dict[str, str]:
    """Every counter, in the order in which they are shown."""
    return {
        "views": t("views"),
        "likes": t("likes"),
        "dislikes": t("dislikes"),
        "reactions": t("reactions"),
        "comments": t("comments"),
        "replies": t("replies"),
        "shares": t("shares"),
        "reposts": t("reposts"),
        "quotes": t("quotes"),
        "bookmarks": t("bookmarks"),
        "members": t("members"),
        "online": t("online now"),
        "subscribers": t("subscribers"),
        "followers": t("followers"),
        "following": t("accounts followed"),
        "posts": t("posts"),
        "photos": t("photos"),
        "videos": t("videos"),
        "files": t("files"),
        "links": t("links"),
    }
