"""The report and the pieces through a real browser: pages, numbers, all scripts, nothing run and nothing asked."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest

from evidence_kit.capture.host import BrowserHost
from tests.core.export.material_maker import make_shop

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    shop = make_shop(folder / "tsa")
    with BrowserHost() as browser:
        data, _record = shop.build(shop.material(language="en"), render_pdf=browser.pdf)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder / "out")
    return folder / "out" / "dossier-2026-11-22-ab12" / "data"


def text(pdf) -> str:
    return subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout


def pages(pdf) -> list[str]:
    return text(pdf).rstrip("\f\n").split("\f")


def test_report_is_paged_numbered_and_readable(unpacked):
    found = pages(unpacked / "report.pdf")
    assert 5 < len(found) < 20
    for number, page in enumerate(found, 1):
        assert f"{number} / {len(found)}" in page
        assert "dossier-2026-11-22-ab12" in page
    assert "Capture report drawn up by a private person" in found[0]
    assert "한국어" in found[0]
    assert "<script>alert(1)" in found[0]
    assert "7*7 }}" in found[0]
    assert "Signature:" in found[-1]


def test_piece_has_a_cartouche_and_one_page_for_each_part(unpacked):
    found = pages(unpacked / "pieces" / "Piece-001.pdf")
    assert len(found) == 3
    assert "Exhibit no. 1" in found[0]
    assert "cut into 2 page(s)" in " ".join(found[0].split())
    assert "part 1 of 2" in found[1]
    assert "continued on the next page" in found[1]
    assert "continued from the page before" in found[2]


def test_written_record_is_a_single_page(unpacked):
    found = pages(unpacked / "pieces" / "Piece-003.pdf")
    assert len(found) == 1
    assert "No picture belongs to this exhibit." in found[0]


def test_summary_of_six_endless_titles_and_addresses_is_one_page_and_all_is_whole_later(tmp_path):
    titles = [
        "한국어로 된 아주 긴 제목입니다 " * 25,
        "عنوان طويل جدا باللغة العربية " * 12,
        "👩‍👩‍👧‍👦😀🏳️‍🌈 " * 40,
        "MWX@ " * 80,
        "x" * 400,
        "ﷺ﷽ Z\u0351\u036f\u0321a\u0334 " * 60,
    ]
    shop = make_shop(tmp_path / "tsa")
    items = []
    for n, title in enumerate(titles, 1):
        one = shop.capture(
            n, height=600, title=title, url=f"https://forum.example/{'thread-without-end/' * 104}?id={n}"
        )
        items.append(replace(one, exhibit=replace(one.exhibit, url_requested="https://first.example/" + "r/" * 980)))
    for language in ("fr", "en"):
        html: list[str] = []
        material = shop.material(items, language=language, actor="")
        shop.build(material, render_pdf=lambda page, html=html: html.append(page) or b"%PDF-1.4")
        with BrowserHost() as browser:
            (tmp_path / "report.pdf").write_bytes(browser.pdf(html[0]))
        found = pages(tmp_path / "report.pdf")
        four = ("IP", "1.1", "1.2", "1.3", "1.4")
        assert all(word in found[0] for word in four), "the four answers stand on the first page"
        assert found[0].count("[…]") >= 12
        assert found[1].lstrip().startswith("1. ")
        rest = "".join("".join(found[1:]).split())
        assert "x" * 400 in rest
        assert all(f"?id={n}" in rest for n in range(1, 7))


def test_list_of_exhibits_fits_one_page(unpacked):
    assert len(pages(unpacked / "bordereau.pdf")) == 1
