# ruff: noqa: E501 - pages and pictures stand on one line
from __future__ import annotations

import base64
import time

import pytest

from evidence_kit.capture.markup import OutOfTime, until
from evidence_kit.capture.scrub import REMOVED, cleaned_address, cleaned_document, cleaned_text, refusal
from tests.kit.endless import ENDLESS, LIMIT, endless

PICTURE = bytes(range(256)) * 2
CODED = base64.b64encode(PICTURE).decode()


@pytest.mark.parametrize(
    "body",
    [
        b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF1234WEBPVP8", b"\0\0\0\x20ftypavif", b"%PDF-1.7", b"PK\x03\x04",
        b"  \n<svg xmlns='x'>", b"<?xml version='1.0'?><svg>", b"hello\0world", b"\x1a\x45\xdf\xa3", b" GIF89a", b"a" * 5000 + b"\0",
    ],
)  # fmt: skip
def test_other_than_text_refused(body: bytes) -> None:
    assert refusal("text/html", body)


def test_text_accepted_and_other_types_refused() -> None:
    assert not refusal("text/html; charset=utf-8", "<p>é 한국어".encode())
    assert not refusal("", b"<!doctype html>")
    assert not refusal("text/html", "\ufeffbonjour".encode("utf-16-le"))
    assert refusal("image/png", b"")
    assert refusal("application/octet-stream", b"text")


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="data:image/png;base64,{CODED}">',
        f"<img src=data:image/png;base64,{CODED}>",
        f"<img srcset='DATA:image/png;base64,{CODED} 2x'>",
        f"<style>a{{background:url(data:image/png;base64,{CODED})}}</style>",
        f"<svg><image href='data:image/png;base64,{CODED}'/></svg>",
        f"<svg><image xlink:href=data:image/png;base64,{CODED} /></svg>",
    ],
)
def test_inline_pictures_removed_from_document(html: str) -> None:
    cleaned, kind = cleaned_document(f"<p>reste é</p>{html}<p>fin".encode(), "text/html; charset=utf-8")
    assert CODED[:30].encode() not in cleaned
    assert "reste é".encode() in cleaned
    assert b"fin" in cleaned
    assert kind == "text/html; charset=utf-8"


def test_refresh_and_links_removed() -> None:
    html = b"<meta http-equiv=refresh content='0;url=/x'><meta http-equiv=content-type content='text/html; charset=x'><link rel=preconnect href=//y>"
    cleaned, _kind = cleaned_document(html, "text/html")
    assert cleaned == b"<meta http-equiv=content-type content='text/html; charset=x'>"


def test_text_without_codes() -> None:
    assert CODED[:40] not in cleaned_text(f"avant {CODED} apres")
    wrapped = "\n".join(CODED[i : i + 60] for i in range(0, len(CODED), 60))
    assert CODED[:40] not in cleaned_text(f"avant {wrapped} apres")
    assert "%89%50" not in cleaned_text("x %89%50%4E%47" + "%0D" * 20)
    plain = "Une phrase ordinaire, https://example.org/un/chemin?q=1 et 한국어 中文."
    assert cleaned_text(plain) == plain


@pytest.mark.parametrize("width", [16, 20, 39])
@pytest.mark.parametrize("gap", [" ", "\n  ", "\r\n"])
def test_code_broken_into_short_pieces_is_removed(width: int, gap: str) -> None:
    wrapped = gap.join(CODED[i : i + width] for i in range(0, len(CODED), width))
    assert cleaned_text(f"avant {wrapped} apres") == f"avant {REMOVED} apres"
    assert CODED[width * 2 : width * 3] not in cleaned_text(f"avant data:image/png;base64,{wrapped} apres")


def test_long_words_in_a_row_stay() -> None:
    words = "anticonstitutionnellement internationalisation responsabilisation hospitalisations"
    assert cleaned_text(words) == words
    assert cleaned_text("JeanneDupontParis1990 MarcLefebvreLyon2001") == "JeanneDupontParis1990 MarcLefebvreLyon2001"


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", ["text/html", "text/html; charset={}", "text/plain; charset=UTF-16LE"])
def test_wide_text_without_a_mark_is_a_text(charset: str, declared: str) -> None:
    media_type = declared.format(charset.replace("16-", "16"))
    body = "<html><p>d'été, plain words and 中文 🙂</p>".encode(charset)
    assert refusal(media_type, body) == ""
    assert all(refusal(media_type, body[:n]) == "" for n in range(40, len(body)))
    shown, kind = cleaned_document(body, media_type)
    assert "d'été, plain words and 中文 🙂" in shown.decode()
    assert kind.endswith("charset=utf-8")


def test_picture_that_calls_itself_wide_is_refused() -> None:
    noise = bytes((i * 89 + i // 7 * 31) % 256 for i in range(4096))
    assert refusal("text/html; charset=utf-16", b"\xff\xd8\xff\xe0" + noise)
    assert refusal("text/html", b"\xff\xfe" + noise)
    assert refusal("text/html; charset=utf-16", "GIF89a picture".encode("utf-16-le"))
    assert cleaned_document(b"\xff\xfe" + noise, "text/html")[0] == b""


@pytest.mark.parametrize("piece", ENDLESS)
def test_cleaning_takes_time_in_proportion_to_the_size(piece: str) -> None:
    for body in endless(piece):
        begin = time.monotonic()
        refusal("text/html", body)
        cleaned_document(body, "text/html")
        cleaned_text(body.decode())
        cleaned_address(body.decode())
        assert time.monotonic() - begin < LIMIT


@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?>", "<!doctype svg>"])
def test_page_that_begins_with_many_comments_is_judged(before: str) -> None:
    assert refusal("text/html", (before + "<!---->" * 500 + "<p>words").encode()) == ""
    assert refusal("text/html", (before + "<!---->" * 500 + "<svg>").encode())


@pytest.mark.parametrize(
    "tag", ["<link title='>' rel=preconnect href=//x>", '<meta name=">" http-equiv="refresh" content="0;url=//x">']
)
def test_tag_with_an_end_inside_a_value_goes_whole(tag: str) -> None:
    assert cleaned_document(f"<p>a{tag}b".encode(), "text/html")[0] == b"<p>ab"


def test_cleaning_stops_where_its_time_is_over() -> None:
    with pytest.raises(OutOfTime):
        cleaned_document(b"<p>words", "text/html", until(-1))
