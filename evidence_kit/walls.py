"""What stood between the visitor and a page, in words: the same in the window, in a terminal and in the report.

Read from a manifest's ``wall``. One of another version may name a kind that is not known here; it is passed over.
"""

from __future__ import annotations

from collections.abc import Callable

Translate = Callable[..., str]
OPENABLE = frozenset({"sign-in", "captcha", "bot-check", "age-gate", "private", "refused", "too-many"})
"""Where a person in a window may get further than a program."""


def kind(wall: object) -> str:
    """The kind that a manifest names; empty where it names none."""
    return str(wall.get("kind", "")) if isinstance(wall, dict) else ""


def is_answer(wall: object) -> bool:
    """Whether it is what the site says of the page, rather than something behind which the page is."""
    return kind(wall) in {"removed", "refused", "legal", "region", "too-many", "private"}


def sentence(wall: object, t: Translate) -> str:
    """What was met, and what it means for the record; empty where nothing was met."""
    return {
        "sign-in": t(
            "The site asks for a sign-in here. What was recorded is what it shows without one; what lies behind it is"
            " not in the record."
        ),
        "captcha": t(
            "The site asks for a puzzle (captcha) that a person solves. What was recorded is the puzzle, not the page"
            " behind it."
        ),
        "bot-check": t(
            "The site checks whether a program is visiting, and did not let this visit through. What was recorded is"
            " that check, not the page behind it."
        ),
        "age-gate": t(
            "The site asks for a confirmation of age before it shows this. What was recorded is the page with that"
            " question."
        ),
        "private": t(
            "The site says that only some people may see this. What was recorded is that message; who may see it is"
            " not shown by it."
        ),
        "refused": t(
            "The site refused to show this. What was recorded is the refusal; others may be shown the page itself."
        ),
        "too-many": t(
            "The site says that it was asked too often. What was recorded is that answer; later it may show more."
        ),
        "legal": t("The site says that it withholds this for legal reasons. Elsewhere it may still be shown."),
        "region": t("The site says that it does not show this in this country. Elsewhere it may still be shown."),
        "removed": t(
            "The site says that there is nothing at this address, or nothing any more. That it said so at this time"
            " can be useful by itself."
        ),
    }.get(kind(wall), "")


def brief(wall: object, t: Translate) -> str:
    """The same in a few words, for a table; empty where nothing was met."""
    return {
        "sign-in": t("the site showed a sign-in instead"),
        "captcha": t("the site showed a puzzle (captcha) instead"),
        "bot-check": t("the site showed a check for programs instead"),
        "age-gate": t("the site asked for the age"),
        "private": t("the site shows this to some people only"),
        "refused": t("the site refused to show this"),
        "too-many": t("the site was asked too often"),
        "legal": t("the site withholds this for legal reasons"),
        "region": t("the site does not show this in this country"),
        "removed": t("the site says that this is gone"),
    }.get(kind(wall), "")


def openable(wall: object, *, adult: bool) -> bool:
    """Whether a visible window is worth offering."""
    return adult and kind(wall) in OPENABLE
