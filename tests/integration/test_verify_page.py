"""The page verify.html in a real Chromium, opened from a file as a reader would, against good and bent packages.

The rule: wherever the page says that something passed, our verifier says so too. It may see less, never more.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence_kit import paths, system
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.verify.verifier import CHECK_NAMES, verify_package
from evidence_kit.workflow import verifying
from tests.core.verify.conftest import known
from tests.integration.conftest import take_in
from tests.vectors.build import TOP, Workshop, assemble, pack, seal
from tests.vectors.tampering import VECTORS, Vector

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = next((str(program) for _name, program in system.browser_candidates()), "")
PAGE = paths.resource("verify.html")

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if root else [])
        yield browser.new_context(locale="en-GB", offline=True)
        browser.close()


@pytest.fixture(scope="module")
def window(context: Any) -> Any:
    page = context.new_page()
    page.on("console", lambda m: page.troubles.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda e: page.troubles.append(str(e)))
    page.on("request", lambda r: page.asked.append(r.url))
    return page


@pytest.fixture
def page(window: Any) -> Any:
    """The page opened anew, in the one window of all these tests."""
    window.troubles, window.asked = [], []
    window.goto(PAGE.as_uri())
    return window


def answer(page: Any) -> tuple[str, dict[str, set[str]]]:
    """The page's verdict and, by check, the statuses that it shows."""
    page.wait_for_selector("body[data-done]", timeout=60_000)
    rows = page.eval_on_selector_all("#rows tr", "rows => rows.map(r => [r.dataset.name, r.dataset.status])")
    found: dict[str, set[str]] = {}
    for name, status in rows:
        found.setdefault(name, set()).add(status)
    return page.get_attribute("body", "data-done"), found


def check_zip(page: Any, path: Path) -> tuple[str, dict[str, set[str]]]:
    page.set_input_files("#pick-zip", str(path))
    return answer(page)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v.name)
def test_page_passes_nothing_that_the_verifier_does_not_pass(vector: Vector, shop: Workshop, page: Any, tmp_path: Path):
    path = tmp_path / "package.zip"
    path.write_bytes(vector.make(shop))
    verdict, shown = check_zip(page, path)
    report = verify_package(path, authorities=known(shop.known))
    ours: dict[str, set[str]] = {}
    for check in report.checks:
        ours.setdefault(check.name, set()).add(check.status)
    too_kind = {name for name, statuses in shown.items() if statuses == {"passed"} and ours.get(name) != {"passed"}}
    assert not too_kind
    if verdict != "unreadable":
        assert set(shown) == set(CHECK_NAMES)
    assert "passed" not in shown.get("token", set()) | shown.get("seal-token", set()) | shown.get(
        "authority-trusted", set()
    )
    if report.verdict == "intact":
        assert verdict == "sound"
    if report.verdict in {"altered", "unreadable"} and vector.failed - {"token", "seal-token"}:
        assert verdict in {"altered", "unreadable"}
    assert not [t for t in page.troubles if "Content Security Policy" in t or "Error" in t]


def test_page_looks_at_no_revocation_list_and_trips_over_none(shop: Workshop, page: Any, tmp_path: Path):
    told = {"data/authorities/status/0123456789abcdef.crl": b"\x30\x80" * 9}
    (tmp_path / "package.zip").write_bytes(pack(seal({**assemble(shop.plan()), **told}, shop.plan())))
    assert check_zip(page, tmp_path / "package.zip")[0] == "sound"


def test_page_reads_an_unpacked_folder(shop: Workshop, page: Any, tmp_path: Path):
    with zipfile.ZipFile(io.BytesIO(pack(shop.good))) as archive:
        archive.extractall(tmp_path)
    page.set_input_files("#pick-folder", str(tmp_path / TOP))
    assert answer(page)[0] == "sound"
    (tmp_path / TOP / "data" / "report.html").write_bytes(b"changed")
    page.set_input_files("#pick-folder", str(tmp_path / TOP))
    page.wait_for_selector("body[data-done=altered]", timeout=60_000)


def test_page_asks_nothing_of_any_network_and_says_what_it_does_not_check(shop: Workshop, page: Any, tmp_path: Path):
    path = tmp_path / "package.zip"
    path.write_bytes(pack(shop.good))
    check_zip(page, path)
    assert all(url.startswith(("file:", "blob:")) for url in page.asked)
    assert "damage, not forgery" in page.inner_text("body")
    page.click("#other")
    assert "pas une falsification" in page.inner_text("body")
    assert page.get_attribute("html", "lang") == "fr"


def test_page_hashes_a_file_above_the_streaming_bound_like_everyone(shop: Workshop, page: Any, tmp_path: Path):
    from tests.vectors.build import assemble, seal

    files = assemble(shop.plan()) | {"data/large.bin": bytes(range(256)) * (70 << 12) + b"odd"}
    path = tmp_path / "package.zip"
    path.write_bytes(pack(seal(files, shop.plan())))
    assert check_zip(page, path)[0] == "sound"


def test_page_finds_a_package_of_the_program_sound_and_its_damage(session: Any, page: Any, tmp_path: Path):
    take_in(session, tmp_path / "note.txt", b"what she was sent")
    out = tmp_path / "out.zip"
    session.export(session.case(None).id, out, progress=no_progress, cancel=CancelToken())
    assert verifying.verify_package(out, progress=no_progress, cancel=CancelToken()).verdict == "intact"
    verdict, shown = check_zip(page, out)
    assert verdict == "sound"
    assert shown["seal-signature"] == {"passed"}
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "bent.zip", "w") as bent:
        for name, data in files.items():
            bent.writestr(name, data.replace(b"what she was sent", b"what he was sent!"))
    assert check_zip(page, tmp_path / "bent.zip")[0] == "altered"


def test_page_counts_in_words_that_agree(page: Any):
    def said(id_: str, *values: int) -> str:
        return page.evaluate("([id, values]) => say(id, ...values)", [id_, list(values)]).replace("\u202f", " ")

    assert said("facts", 1, 1, 1) == "1 file, 1 byte, 1 exhibit"
    assert said("facts", 0, 0, 0) == "No file, 0 bytes, no exhibit"
    assert said("facts", 12, 45678, 2) == "12 files, 45,678 bytes, 2 exhibits"
    assert said("chain", 1, 0) == "1 entry links."
    assert said("chain", 9, 1) == "9 entries link, 1 of them by its digest alone."
    page.click("#other")
    assert said("facts", 1, 1, 1) == "1 fichier, 1 octet, 1 pièce"
    assert said("facts", 0, 0, 0) == "Aucun fichier, 0 octet, aucune pièce"
    assert said("facts", 12, 45678, 2) == "12 fichiers, 45 678 octets, 2 pièces"
    assert said("chain", 9, 2) == "9 entrées s’enchaînent, dont 2 par leur seule empreinte."
    assert said("payload", 1) == "1 fichier a l’empreinte annoncée."
    assert said("more", 1) == "… et 1 autre résultat de ce type."
    assert said("log-form", 0) == "La ligne 0 du journal n’a pas sa forme."  # a place is no count


def test_every_sentence_of_the_page_is_whole_in_both_languages_and_says_jeton(page: Any):
    sentences = page.evaluate("Object.entries(SAY)")
    for id_, (french, english) in sentences:
        assert french, id_
        assert english, id_
        assert set(re.findall(r"\{(\d)", french)) == set(re.findall(r"\{(\d)", english)), id_
    for _language in range(2):
        everything = page.evaluate("Object.keys(SAY).flatMap(id => [0, 1, 2].map(n => say(id, n, n, n)))")
        assert len(everything) == 3 * len(sentences)
        for shown in everything:
            assert not re.search(r"[{}|#]|undefined|NaN", shown), shown
        page.click("#other")
    assert "tampon" not in PAGE.read_text(encoding="utf-8")


def test_page_allows_exactly_its_own_script_and_style():
    text = PAGE.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert body
        digest = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy[1], f"the digest of <{tag}> is now sha256-{digest}"
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|https?://", text)
