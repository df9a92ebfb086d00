"""The small parts of an export: names, cells, cuts, times, tokens, the outer lock."""

from __future__ import annotations

import csv
import io
import itertools
import json
import zipfile
from datetime import UTC, datetime

import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evidence_kit.canonical import to_canonical
from evidence_kit.errors import ExportError, UsageError
from evidence_kit.export import times
from evidence_kit.export.bag import encode_path, manifest_text
from evidence_kit.export.csvfiles import csv_bytes, neutral_cell
from evidence_kit.export.encryption import encrypt_package, encrypting
from evidence_kit.export.layout import place, safe_authority, safe_name
from evidence_kit.export.pictures import PAGE_HEIGHT_MM, PAGE_WIDTH_MM, cut, foreign_picture, own_png, plan_cut
from evidence_kit.export.templates import visible
from evidence_kit.export.tokens import chain_pem, read_reply, root_digests
from tests.core.export.material_maker import png


@pytest.mark.parametrize(
    ("name", "media_type", "expected"),
    [
        ("screenshot.png", "image/png", "screenshot.png"),
        ("page.html", "text/html", "page.html.txt"),
        ("drawing.svg", "image/svg+xml", "drawing.svg.txt"),
        ("run.exe", "application/x-msdownload", "run.exe.bin"),
        ("letter.docx", "application/vnd.ms", "letter.docx.bin"),
        ("list.csv", "text/csv", "list.csv.txt"),
        ("x.JS", "text/javascript", "x.js.txt"),
        ("invoice.pdf.lnk", "", "invoice.pdf.lnk.bin"),
        ("../../etc/passwd", "", "passwd.bin"),
        ("C:\\Windows\\evil.bat", "", "evil.bat.bin"),
        ("photo", "image/jpeg", "photo.jpg"),
        ("con.png", "image/png", "file-con.png"),
        ("名前.png", "image/png", "file.png"),
        ("evil.html.", "text/html", "evil.html.txt"),
        ("", "", "file.bin"),
    ],
)
def test_name_never_opens_live(name, media_type, expected):
    assert safe_name(name, media_type) == expected


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_name_becomes_short_neutral_and_quiet(name, media_type):
    made = safe_name(name, media_type)
    assert made.isascii()
    assert "/" not in made
    assert len(made) < 90
    assert not made.startswith(("-", "."))
    assert made == safe_name(made, media_type) or made.endswith((".txt", ".bin"))


def artifact(role, name, media_type="image/png", **more):
    return {
        "role": role,
        "name": name,
        "media_type": media_type,
        "size": 1,
        "sha256": "0" * 64,
        "confidential": False,
    } | more


def test_twins_get_paths_of_their_own():
    placed = place({"artifacts": [artifact("media", "A.png"), artifact("media", "a.png"), artifact("text", "x"),
                                  artifact("text", "y")]})  # fmt: skip
    assert [p.path for p in placed] == [
        "contenu-sensible/A.png", "contenu-sensible/a-2.png", "text.txt", "text-2.txt",
    ]  # fmt: skip


def test_confidential_is_withheld_whatever_its_role():
    placed = place({"artifacts": [artifact("text", "x", confidential=True), artifact("wacz-confidential", "y")]})
    assert [(p.path, p.reason) for p in placed] == [(None, "confidential")] * 2


def test_manifest_without_sense_is_refused():
    with pytest.raises(ExportError):
        place({"artifacts": [{"role": "text"}]})


def test_authority_name_splits_one_way():
    assert safe_authority("a.b/../c") == "a-b-c"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formula_cell_is_neutralised(start):
    assert neutral_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    rows = list(csv.reader(io.StringIO(csv_bytes(["h"], [[f"{start}1"]], "en").decode("utf-8-sig"), newline="")))
    assert rows[1][0].startswith("'")


def test_csv_speaks_the_readers_tongue():
    assert csv_bytes(["a", "b"], [['x"y', "z;z"]], "fr") == b'\xef\xbb\xbfa;b\r\n"x""y";"z;z"\r\n'
    assert csv_bytes(["a", "b"], [["1", "2"]], "en") == b"\xef\xbb\xbfa,b\r\n1,2\r\n"


def test_bag_texts_encode_and_sort():
    assert manifest_text({"data/b": "2", "data/a": "1"}) == b"1  data/a\n2  data/b\n"
    assert encode_path("a%\r\nb") == "a%25%0D%0Ab"


@settings(max_examples=60)
@given(st.integers(1, 4000), st.integers(1, 60000))
def test_every_row_of_a_picture_is_on_some_page(width, height):
    plan = plan_cut(width, height)
    if plan is None:
        return
    shown, top = 0, 0
    for _page in range(plan.pages):
        assert top <= shown
        shown = min(height, top + plan.rows)
        top += plan.rows - plan.overlap
    assert shown == height
    assert plan.width * plan.mm_per_pixel <= PAGE_WIDTH_MM + 0.01
    assert plan.rows * plan.mm_per_pixel <= PAGE_HEIGHT_MM + 0.01


def test_slices_overlap_and_cover_the_picture():
    found = own_png(iter([png(1280, 5000)]))
    plan = plan_cut(*found[:2])
    parts = list(cut(found[2], plan))
    assert len(parts) == plan.pages == 4
    assert (parts[0].top, parts[-1].bottom) == (1, 5000)
    for before, after in itertools.pairwise(parts):
        assert after.top == before.bottom - plan.overlap + 1
    assert Image.open(io.BytesIO(parts[0].jpeg)).size == (1280, plan.rows)


def test_phone_picture_fits_one_page():
    assert plan_cut(1080, 2400).pages == 1


def test_picture_that_would_need_a_book_is_not_printed():
    assert plan_cut(1, 10_000_000) is None


def test_foreign_picture_bomb_is_refused():
    assert foreign_picture(iter([b"not a picture"])) is None
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert foreign_picture(iter([out.getvalue()])) is None


@pytest.mark.parametrize(
    "at",
    ["2026-03-29T00:59:59", "2026-03-29T01:00:00", "2026-10-25T00:59:59", "2026-10-25T01:00:00", "2027-01-01T00:00:00"],
)
def test_rule_for_paris_agrees_with_the_zone_data(at):
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert times.by_rule(moment).utcoffset() == times.in_paris(moment).utcoffset()


def test_times_are_written_for_readers():
    assert times.utc("2026-07-01T22:15:03.120Z", "fr") == "01/07/2026 22:15:03 UTC"
    assert times.paris("2026-07-01T22:15:03.120Z", "fr") == "02/07/2026 00:15:03 (UTC+02:00)"
    assert times.day("2026-02-28", "fr") == "28/02/2026"
    assert times.utc("yesterday", "fr") == times.day("yesterday", "fr") == "yesterday"
    assert [times.span(s) for s in (4, 192, 7500, -3)] == ["4 s", "3 min 12 s", "2 h 05 min", "-3 s"]


def test_bending_characters_are_made_visible():
    assert visible("a\u202eb\x07c\nd") == "a⟨U+202E⟩b c d"
    assert visible("x" * 50, 10).startswith("x" * 10 + " […]")


def test_token_facts_are_read_and_rubbish_is_none(shop):
    facts = read_reply("a", shop.a.stamp(b"data"))
    assert facts.policy == "1.3.6.1.4.1.55555.1"
    assert facts.accuracy_us == 1_500_000
    assert facts.signer == "a stamper"
    assert abs(facts.epoch - datetime.now(UTC).timestamp()) < 60
    assert read_reply("a", shop.a.stamp(b"data", token=True)).policy == facts.policy
    assert read_reply("a", b"rubbish") is read_reply("a", b"") is None
    assert chain_pem(list(facts.certificates) * 2).count(b"BEGIN") == len(facts.certificates)
    assert len(root_digests(shop.a.root.read_bytes() * 2)) == 2
    assert root_digests(b"rubbish") == []


@given(st.binary(max_size=400))
def test_any_bytes_as_reply_raise_nothing(data):
    read_reply("a", data)


def test_locked_package_opens_with_its_password_only(tmp_path):
    target = tmp_path / "locked.zip"
    with target.open("wb") as handle:
        encrypt_package(iter([b"one", b"two" * 100_000]), handle, "a long password é")
    with pyzipper.AESZipFile(target) as archive:
        assert archive.namelist() == ["package.zip"]
        archive.setpassword("a long password é".encode())
        assert archive.read("package.zip") == b"one" + b"two" * 100_000
        archive.setpassword(b"wrong")
        with pytest.raises(RuntimeError):
            archive.read("package.zip")
    assert b"twotwo" not in target.read_bytes()
    with pytest.raises(UsageError):
        encrypt_package([], io.BytesIO(), "")


def test_locked_package_that_was_left_half_way_is_no_zip():
    def stopping():
        yield b"x"
        raise ValueError("stop")

    out = io.BytesIO()
    with pytest.raises(ValueError, match="stop"):
        encrypt_package(stopping(), out, "pw")
    assert not zipfile.is_zipfile(io.BytesIO(out.getvalue()))


def test_whole_package_streams_through_the_lock(shop, tmp_path):
    target = tmp_path / "locked.zip"
    with target.open("wb") as handle, encrypting(handle, "pw") as inner:
        shop.build(shop.material([shop.written()]), out=inner)
    with pyzipper.AESZipFile(target) as archive:
        archive.setpassword(b"pw")
        inside = zipfile.ZipFile(io.BytesIO(archive.read("package.zip")))
    assert inside.testzip() is None
    seal = next(n for n in inside.namelist() if n.endswith("/seal.json"))
    assert to_canonical(json.loads(inside.read(seal))) == inside.read(seal)
