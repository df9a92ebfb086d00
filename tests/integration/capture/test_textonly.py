# ruff: noqa: E501 - pages and pictures stand on one line
from __future__ import annotations

import base64
import html
import urllib.parse

import pytest

from evidence_kit.capture import textonly
from evidence_kit.capture.markup import OutOfTime
from evidence_kit.records import Subject
from tests.kit.site import Reply, Site, data, never_ending, page, png

PICTURE = png(40, 40, (200, 10, 30))
CODED = base64.b64encode(PICTURE).decode()
PERCENT = urllib.parse.quote_from_bytes(PICTURE)
HTML = f"""<!doctype html><html><head><title>Titre</title><link rel=icon href=/fav.ico><link rel=stylesheet href=/x.css>
<meta http-equiv=refresh content="0;url=/elsewhere"><style>body{{background:url(data:image/png;base64,{CODED})}}</style></head>
<body><p>Du texte é 한국어</p><img src="data:image/png;base64,{CODED}"><img src=/i.png srcset="data:image/png;base64,{CODED} 2x">
<img src="data:image/png,{PERCENT}"><svg><image href="data:image/png;base64,{CODED}"/></svg><iframe src=/frame></iframe>
<object data=/o.png></object><embed src=/e.png><p>data:image/png;base64,{CODED}</p><p>{CODED}</p><noscript><img src=/n.png></noscript>
<video src=/v.mp4 poster=/p.jpg></video><audio src=/a.mp3></audio><input type=image src=/in.png>
<script>fetch('/script')</script></body></html>"""


def assert_no_picture(sink, result) -> None:
    everything = [*sink.data.values(), repr(result).encode(), repr(sink.states).encode()]
    for blob in everything:
        for trace in (PICTURE[:8], PICTURE[40:60], CODED[:30].encode(), CODED[40:70].encode(), PERCENT[:30].encode()):
            assert trace not in blob


@pytest.mark.parametrize("subject", [Subject.MINOR, Subject.WAS_MINOR, Subject.UNKNOWN])
def test_only_text_and_log_kept_and_nothing_else_asked(take, subject: Subject) -> None:
    with Site({"/m": page(HTML), "/moved": Reply(status=302, headers={"Location": "/m"})}) as site:
        result, sink = take(site.url + "/moved", subject)
        assert site.asked == ["/moved", "/m"]
    assert sink.roles() == {"text", "capture-log"} == {a.role for a in result.artifacts}
    assert (result.outcome, result.missing) == ("complete", ())
    assert "Du texte é 한국어" in sink.data["text.txt"].decode()
    assert result.title == "Titre"
    assert result.redirects[0]["status"] == 302
    assert sink.spooled == 0
    assert_no_picture(sink, result)


@pytest.mark.parametrize(
    "reply",
    [
        data(PICTURE, "image/png"), data(PICTURE, "text/html"), data(PICTURE, "text/plain"),
        data(b"<p>words</p>\0" + PICTURE, "text/html"), data(b"GIF89a" + PICTURE, ""),
    ],
)  # fmt: skip
def test_other_than_text_refused_by_rule(take, reply: Reply) -> None:
    with Site({"/x": reply}) as site:
        result, sink = take(site.url + "/x", Subject.MINOR)
        assert site.asked == ["/x"]
    assert (result.outcome, result.missing) == ("complete", ())
    assert "200" in result.text
    assert "By rule" in result.text
    assert_no_picture(sink, result)


def test_wide_charset_cleaned(take) -> None:
    reply = Reply(f"\ufeff<p>été</p><img src='data:image/png;base64,{CODED}'>".encode("utf-16-le"))
    with Site({"/x": reply}) as site:
        result, sink = take(site.url + "/x", Subject.UNKNOWN)
    assert result.text.strip() == "été"
    assert_no_picture(sink, result)


def test_missing_page_complete_and_no_answer_failed(take) -> None:
    with Site({}) as site:
        result, _sink = take(site.url + "/x", Subject.MINOR)
        assert result.outcome == "complete"
        assert "nothing here" in result.text
        port = site.port
    result, sink = take(f"http://127.0.0.1:{port}/", Subject.MINOR)
    assert (result.outcome, result.missing) == ("failed", ("text",))
    assert sink.roles() == {"capture-log"}


def test_dripping_page_cut_at_the_limit(take) -> None:
    with Site({"/": never_ending(b"<h1>premiers mots</h1>" + b" " * 3000)}) as site:
        result, _sink = take(site.url + "/", Subject.MINOR, load_seconds=2)
    assert "premiers mots" in result.text
    assert (result.outcome, result.missing) == ("partial", ("load",))


def test_no_picture_hides_in_address_header_or_numbers(take) -> None:
    numbers = ", ".join(str(b) for b in PICTURE)
    pages = {
        "/": Reply(status=302, headers={"Location": f"/h?d=data:image/png;base64,{CODED}"}),
        "/h": page(f"<p>words {numbers} end", X_Preview=f"data:image/png;base64,{CODED}", X_More=CODED * 3),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/", Subject.MINOR)
    assert (result.outcome, result.missing) == ("complete", ())
    assert "words" in result.text
    assert "end" in result.text
    assert numbers[:60] not in result.text
    everything = repr(result) + repr(sink.data)
    assert CODED[:60] not in everything
    assert "/h?d=" in result.url_final


def test_picture_in_pieces_survives_neither_in_text_nor_title_nor_headers(take) -> None:
    def broken(code: str, width: int, gap: str) -> str:
        return gap.join(code[i : i + width] for i in range(0, len(code), width))

    cells = "".join(f"<tr><td>{CODED[i : i + 12]}" for i in range(0, len(CODED), 12))
    parts = [broken(CODED, 12, " "), broken(CODED, 12, "\u200b"), broken(CODED, 30, "."), broken(PICTURE.hex(), 8, " ")]
    parts += [
        "data\u200b:image/png;base64," + broken(CODED, 10, "\u200b"),
        html.escape(base64.b85encode(PICTURE).decode()),
    ]
    parts += [
        ":".join(f"<span>{CODED[i : i + 40]}</span>" for i in range(0, len(CODED), 40)),
        f"<table>{cells}</table>",
    ]
    body = f"<meta charset=utf-8><title>Titre {broken(CODED, 12, ' ')}</title>" + "".join(
        f"<p>les mots restent</p><p>{p}</p>" for p in parts
    )
    with Site({"/": page(body, X_Pic=broken(CODED, 12, " "), Server=broken(CODED, 12, " "))}) as site:
        result, sink = take(site.url + "/", Subject.MINOR)
    everything = "".join([*(d.decode() for d in sink.data.values()), repr(result), repr(sink.states)])
    alone = "".join(c for c in everything if c.isalnum())
    plain = "".join(c for c in CODED if c.isalnum())
    for at in range(0, len(plain) - 24, 12):
        assert plain[at : at + 24] not in alone
    assert not any(PICTURE.hex()[at : at + 24] in alone for at in range(0, len(PICTURE.hex()) - 24, 12))
    assert base64.b85encode(PICTURE).decode()[:20] not in everything
    assert sink.data["text.txt"].decode().count("les mots restent") == len(parts)
    assert result.title.startswith("Titre")
    assert not {"x-pic", "X-Pic"} & {h["name"] for h in result.network["response"]["headers"]}


def test_document_without_ends_neither_holds_up_nor_is_lost(take) -> None:
    body = b"<title>T</title><h1>words</h1>" + b"<p>data:" + b"a" * 1_000_000 + b"<meta http-equiv " * 20_000
    with Site({"/": data(body, "text/html")}) as site:
        result, sink = take(site.url + "/", Subject.MINOR)
    assert (result.outcome, result.missing) == ("complete", ())
    assert "words" in sink.data["text.txt"].decode()


def test_document_that_cannot_be_cleaned_in_time_is_named(take, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_args: object) -> tuple[bytes, str]:
        raise OutOfTime

    monkeypatch.setattr(textonly, "cleaned_document", late)
    with Site({"/": page("<h1>words")}) as site:
        result, sink = take(site.url + "/", Subject.MINOR)
    assert (result.outcome, result.missing) == ("partial", ("text",))
    assert sink.roles() == {"capture-log"}
    step = next(s for s in result.steps if s["name"] == "load")
    assert step["result"] == "timed-out"
    assert "in time" in step["detail"]
