"""Jinja2 as the report needs it: everything escaped, nothing undefined, no control character that could bend a line."""

from __future__ import annotations

import functools
from collections.abc import Callable

import jinja2

from evidence_kit import language, paths
from evidence_kit.canonical import unbent

Translate = Callable[..., str]


def visible(untrusted: object, limit: int = 2000) -> str:
    """Text from a page with its control and direction marks made visible, cut at ``limit``.

    An address that reads backwards on paper must not look like another one.
    """
    text = str(untrusted)
    return unbent(text if len(text) <= limit else text[:limit] + " […]")


def translator(chosen: str) -> Translate:
    """``t("English sentence", name=value)`` in the language of the document."""

    def t(sentence: str, /, **values: object) -> str:
        return language.translate(sentence, chosen, **values)

    return t


@functools.cache
def _environment(*, markup: bool) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.resource("report")),
        autoescape=markup,  # noqa: S701 - off only for plain text
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["visible"] = visible
    return made


def html_page(template: str, chosen: str, /, **values: object) -> str:
    """A page from ``resources/report``; ``t`` and the style sheet are at hand in it."""
    style = paths.resource("report", "report.css").read_text(encoding="utf-8")
    page = _environment(markup=True).get_template(template)
    return page.render(t=translator(chosen), language=chosen, style=style, **values)


def text_page(template: str, /, **values: object) -> bytes:
    """A plain text from ``resources/report``, UTF-8."""
    return _environment(markup=False).get_template(template).render(**values).encode("utf-8")
