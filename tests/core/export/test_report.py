"""The report as a reader meets it: order, words, inertness, speed."""

from __future__ import annotations

import re
import time
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from evidence_kit import paths
from evidence_kit.records import Kind, Outcome
from tests.core.export.material_maker import NETWORK, sha

FORBIDDEN = re.compile(
    r"\bconstat\b|proc[eè]s.verbal|certifi(e|é|ée|és|ed)\b|huissier|tamper.?proof|inviolable|infalsifiable",
    re.IGNORECASE,
)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def pages(shop, *exhibits, **more) -> list[str]:
    seen: list[str] = []

    def keep(html: str) -> bytes:
        seen.append(html)
        return b"%PDF-1.4 fake"

    shop.build(shop.material(list(exhibits) or None, **more), render_pdf=keep)
    return seen


@pytest.fixture(scope="module")
def english(shop):
    return pages(shop, language="en")


def test_report_keeps_the_courts_order(english):
    report = english[0]
    order = [
        "Capture report drawn up by a private person", "Drawn up by:", "The four questions of a court",
        "From which IP address", "Was the connection direct", "Is the date of the consultation certain",
        "Has the content stayed unaltered", "Limits", "Exhibits", "Preparatory operations", "Operations carried out",
        "Identification of the content", ">D. Files", "Timestamps of the list of files", "How to check",
        "Extract of the custody log", "Keys and root certificates", "Declaration", "Signature:",
    ]  # fmt: skip
    body = report[report.index("<body>") :]
    places = [body.index(words) for words in order]
    assert places == sorted(places)


def test_pages_hold_no_script_and_load_nothing(english):
    for html in english:
        tags = Tags()
        tags.feed(html)
        for tag, attributes in tags.seen:
            assert tag not in {"script", "iframe", "object", "embed", "link", "a", "form", "base", "svg", "video"}
            assert not any(name.startswith("on") or name == "href" for name in attributes)
            assert attributes.get("src", "data:").startswith("data:image/jpeg;base64,") or "src" not in attributes
        assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in html
        assert "url(" not in html


def test_values_of_tokens_stand_in_the_report(english, shop):
    report = english[0]
    assert "1.3.6.1.4.1.55555.1" in report
    assert "± 1.5 s" in report
    assert "not shown to be qualified" in report
    assert "http://tsa.example/a" in report
    assert "Delay after the end:" in report


def test_lower_bound_names_its_date(shop):
    head = shop.head()
    exhibit = shop.capture(not_before=sha(head.tokens[0][1]))
    report = pages(shop, exhibit, head=head, language="en")[0]
    assert "no earlier token" not in report
    unknown = pages(shop, shop.capture(not_before="ab" * 32), language="en")[0]
    assert "token with the digest" in unknown


def test_import_is_shown_lower_than_a_capture(english):
    report = english[0]
    assert "File received, not captured." in report
    assert "declared, not proven" in report
    assert "téléphone de Léa" in report
    assert "not applicable: file received" in report


def test_report_is_in_no_cell_an_address_that_opens(english):
    assert "https://forum.example/fil/" in english[0]
    assert "<a " not in english[0]


def test_withheld_entries_are_counted(english):
    text = re.sub(r"<[^>]+>", " ", english[0])
    assert re.search(r"Entries in the log\s+3\s+Of which withheld\s+1\s", text)


def test_no_page_claims_what_it_is_not(english, built):
    with zipfile.ZipFile(built[0]) as archive:
        texts = [archive.read(n).decode() for n in archive.namelist() if n.endswith((".html", "MOI.txt", "README.txt"))]
    for name in ("report.html", "bordereau.html", "piece.html", "readme.fr.txt", "readme.en.txt"):
        texts.append(paths.resource("report", name).read_text(encoding="utf-8"))
    for text in texts + english:
        assert FORBIDDEN.search(text) is None


def test_french_comes_from_the_catalogue(shop, monkeypatch):
    from evidence_kit import language

    sentence = "Capture report drawn up by a private person"
    monkeypatch.setattr(
        language,
        "_catalogue",
        lambda chosen: {sentence: "Rapport de capture établi par un particulier"} if chosen == "fr" else {},
    )
    assert "<h1>Rapport de capture établi par un particulier</h1>" in pages(shop, shop.written())[0]


def test_bordereau_says_where_from_and_never_what(english):
    bordereau = english[1]
    assert "Capture of a page of forum.example" in bordereau
    assert "HYPERLINK" not in bordereau
    assert "IMG_0042" not in bordereau


def test_piece_of_a_file_that_cannot_be_printed_is_a_cartouche(shop):
    exhibit = shop.imported(1, "original-001.docx", media_type="application/msword", data=b"PK doc")
    html = pages(shop, exhibit, language="en")[2]
    assert "This file is not printed here." in html
    assert "original-001.docx.bin" in html
    assert 'class="sheet"' not in html


def test_long_picture_becomes_several_pdfs(shop, monkeypatch):
    from evidence_kit.export import pieces

    monkeypatch.setattr(pieces, "SHEETS_PER_PDF", 2)
    data, _ = shop.build(shop.material([shop.capture(height=6000)]))
    import io

    names = sorted(n.rpartition("/")[2] for n in zipfile.ZipFile(io.BytesIO(data)).namelist() if "/pieces/" in n)
    assert names == ["Piece-001-a.pdf", "Piece-001-b.pdf", "Piece-001-c.pdf"]


def test_three_hundred_exhibits_are_reported_quickly(shop):
    one = shop.capture()
    many = [replace(one, exhibit=replace(one.exhibit, id=f"e{n}", number=n)) for n in range(1, 301)]
    from evidence_kit.export import package

    monkey = pytest.MonkeyPatch()
    monkey.setattr(package, "piece_pages", lambda *_a: iter(()))
    started = time.monotonic()
    try:
        found = pages(shop, *many)
    finally:
        monkey.undo()
    assert time.monotonic() - started < 30
    assert found[0].count("<section") == 300
    assert "1–300" in found[0]


def test_failed_and_partial_captures_say_so(shop):
    log = shop.artifact("capture-log", "capture-log.json", "application/json", b"{}")
    failed = shop.exhibit(1, Kind.CAPTURE, [log], outcome=Outcome.FAILED, missing=["screenshot"])
    report = pages(shop, failed, language="en")[0]
    assert "failed: nothing could be loaded from this address" in report
    assert "missing: Picture of the whole page" in report


def test_findings_about_the_connection_stand_with_their_meaning(shop):
    chain = {"verdict": "local-root", "problems": [], "root": {"name": "CN=<b>Inspection", "sha256": "a" * 64}}
    odd = NETWORK | {"hosts_file": {"status": "entry", "addresses": ["10.0.0.5"]}, "chain": chain}
    plain = NETWORK | {"hosts_file": {"status": "no entry"}}
    report = pages(shop, shop.capture(1, network=odd), shop.capture(2, network=plain), language="en")[0]
    question = report[report.index("1.2 ") : report.index("1.3 Is")]
    assert "Findings about the connection" in question
    assert "hosts file: 10.0.0.5" in question
    assert "CN=&lt;b&gt;Inspection" in question
    assert report.count("Findings about the connection") == 2
    report = pages(shop, shop.capture(1, network=plain), language="fr")[0]
    assert "Rien d’inhabituel" in report or "Rien d&#39;inhabituel" in report
    assert "Nothing unusual" not in pages(shop, shop.capture(1), language="en")[0]
