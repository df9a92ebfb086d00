"""Threads over several pages, in words of our own and in the markup that forum software writes."""

from __future__ import annotations

from collections.abc import Sequence

from tests.kit.site import Reply, page


def _window(current: int, last: int) -> list[int]:
    return sorted({1, last, *range(max(1, current - 1), min(last, current + 2 if current == 1 else current + 1) + 1)})


def xenforo_page(current: int, last: int, thread: str = "a-word.12") -> str:
    """One page of a thread as XenForo 2 writes it: numbers around the current one, and the last."""

    def address(n: int) -> str:
        return f"/threads/{thread}/" + (f"page-{n}" if n > 1 else "")

    items = "".join(
        f'<li class="pageNav-page{" pageNav-page--current" * (n == current)}"><a href="{address(n)}">{n}</a></li>'
        for n in _window(current, last)
    )
    step = (
        f'<a href="{address(current + 1)}" class="pageNav-jump pageNav-jump--next">Next</a>' if current < last else ""
    )
    back = f'<a href="{address(current - 1)}" class="pageNav-jump pageNav-jump--prev">Prev</a>' if current > 1 else ""
    nav = f'<nav><div class="pageNav">{back}<ul class="pageNav-main">{items}</ul>{step}</div></nav>'
    return (
        f'<!doctype html><html id="XF" data-template="thread_view"><head><title>Words | page {current}</title>'
        + (f'<link rel="next" href="{address(current + 1)}">' if current < last else "")
        + f'</head><body><h1 class="p-title-value">Words</h1>{nav}'
        f'<article class="message" data-content="post-{current}"><p>Message on page {current}.</p>'
        f'<a href="/threads/{thread}/post-{current}">#{current}</a> <a href="/posts/{current}/react">Like</a>'
        f'<a href="/threads/{thread}/mark-read">Mark read</a></article>{nav}<a href="/logout">Log out</a></body></html>'
    )


def phpbb_page(current: int, last: int, topic: int = 34, visit: str = "0123456789abcdef0123456789abcdef") -> str:
    """One page of a topic as phpBB 3 writes it, with the number of the visit in each address."""

    def address(n: int) -> str:
        start = f"&amp;start={(n - 1) * 10}" if n > 1 else ""
        return f"./viewtopic.php?t={topic}{start}"

    numbers = "".join(
        f'<li class="active"><span>{n}</span></li>'
        if n == current
        else f'<li><a class="button" href="{address(n)}&amp;sid={visit}" role="button">{n}</a></li>'
        for n in range(1, last + 1)
    )
    arrow = (
        f'<li class="arrow next"><a href="{address(current + 1)}&amp;sid={visit}" rel="next">Suivante</a></li>'
        if current < last
        else ""
    )
    return (
        f"<!doctype html><html><head><title>Words - page {current}</title>"
        f'<link rel="canonical" href="{address(current)}"></head><body id="phpbb"><h2 class="topic-title">Words</h2>'
        f'<div class="action-bar"><div class="pagination"><ul>{numbers}{arrow}</ul></div></div>'
        f'<div class="post" id="p{current}"><p>Message on page {current}.</p>'
        f'<a href="./posting.php?mode=quote&amp;p={current}">Quote</a></div>'
        f'<a href="./ucp.php?mode=logout&amp;sid={visit}">Logout</a></body></html>'
    )


def generic_page(others: Sequence[str], *, first: int = 2, words: str = "Message.") -> str:
    """A page of hand-made software: numbers in a row, nothing that marks them."""
    links = " ".join(f'<a href="{a.replace("&", "&amp;")}">{n}</a>' for n, a in enumerate(others, first))
    return f"<!doctype html><title>Words</title><p>{words}</p><p>Pages: {links}</p><p><a href='/help'>Help</a></p>"


def xenforo_thread(last: int) -> dict[str, Reply]:
    """All pages of a thread, ready to be served."""
    paths = {n: "/threads/a-word.12/" + (f"page-{n}" if n > 1 else "") for n in range(1, last + 1)}
    return {path: page(xenforo_page(n, last)) for n, path in paths.items()}
