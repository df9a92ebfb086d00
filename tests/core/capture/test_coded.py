# ruff: noqa: E501 - words stand on one line
from __future__ import annotations

import base64
import random
import time

import pytest

from evidence_kit.capture.scrub import REMOVED, cleaned_headers, cleaned_text
from tests.kit.endless import ENDLESS, LIMIT, endless
from tests.kit.site import png

CHANCE = random.Random(7)
SMALL = png(16, 16, (200, 30, 30))
PICTURES = {
    "small": SMALL,
    "png": SMALL[:33] + CHANCE.randbytes(400),
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + CHANCE.randbytes(400),
    "webp": b"RIFF\x90\x01\0\0WEBPVP8 " + CHANCE.randbytes(400),
    "avif": b"\0\0\0\x20ftypavif\0\0\0\0" + CHANCE.randbytes(400),
    "gif": b"GIF89a" + CHANCE.randbytes(400),
}
GAPS = [" ", "\n", "\t\n", ", ", ".", ":", " | ", "\u200b", "\u2060", "\u00ad", "\ufe0f", "가"]


def broken(code: str, width: int, gap: str) -> str:
    return gap.join(code[i : i + width] for i in range(0, len(code), width))


def assert_gone(coded: str) -> None:
    before, after = "Une phrase ordinaire avant ici. ", " Une phrase ordinaire après le reste."
    cleaned = cleaned_text(before + coded + after)
    assert cleaned.startswith(before.strip())
    assert cleaned.endswith(after.strip())
    assert len(cleaned) <= len(before + REMOVED + after) + 16, cleaned  # a last group may look like a word


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("width", [1, 2, 3, 4, 8, 10, 12, 30, 40])
def test_picture_in_pieces_is_removed_whole(picture: str, gap: str, width: int) -> None:
    assert_gone(broken(base64.b64encode(PICTURES[picture]).decode(), width, gap))
    assert_gone(broken(base64.urlsafe_b64encode(PICTURES[picture]).decode(), width, gap))


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("width", [2, 4, 8, 16, 1000])
def test_picture_in_other_codes_is_removed_whole(picture: str, width: int) -> None:
    body = PICTURES[picture]
    for gap in (" ", ":", "\n", "\u200b"):
        assert_gone(broken(body.hex(), width, gap))
        assert_gone(broken(body.hex().upper(), width, gap))
    assert_gone(" ".join(map(str, body)))
    assert_gone(", ".join(map(str, body)))
    assert_gone(base64.b32encode(body).decode())


@pytest.mark.parametrize("picture", ["png", "jpeg", "gif"])
def test_picture_in_the_signs_of_the_keyboard_is_removed_whole(picture: str) -> None:
    for code in (base64.b85encode(PICTURES[picture]).decode(), base64.a85encode(PICTURES[picture]).decode()):
        assert_gone(code)
        assert_gone(broken(code, 10, " "))


def test_address_of_inline_data_hidden_by_what_is_not_seen_is_removed() -> None:
    code = base64.b64encode(SMALL).decode()
    assert_gone("data\u200b:image/png;base64," + broken(code, 10, "\u200b"))
    assert_gone("d\u00adata:image/png;base64," + broken(code, 10, " "))
    assert_gone("".join(chr(ord(c) + 0xFEE0) for c in code))


def test_bytes_without_a_known_beginning_are_removed() -> None:
    code = base64.b64encode(CHANCE.randbytes(400)).decode()
    for width in (6, 8, 12, 20, 30):
        cleaned = cleaned_text("avant " + broken(code, width, " ") + " apres")
        assert len(cleaned) < 40, cleaned


WORDS = {
    "french": "L'anticonstitutionnalité, c'est-à-dire l'inconstitutionnalité, n'a pas été soulevée. Où ça ? À Noël, peut-être : 12 h 30, 3e étage, bâtiment B2.",
    "german": "Das Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz und die Donaudampfschifffahrtsgesellschaftskapitänsmütze. Vergleiche § 184b StGB, Abs. 1 Nr. 3, S. 2 und BGBl. I S. 1234.",
    "korean": "피해자 지원 센터에 전화하세요. 번호는 02-735-8994이며, 24시간 상담이 가능합니다. N번방 사건 2020년 3월 17일.",
    "chinese": "请拨打电话 110 或 12377。2023年10月5日,公安机关接到报案。ＡＢＣ１２３全角字母。",
    "japanese": "インターネット・ホットラインセンター　０３−１２３４−５６７８　までご連絡ください。",
    "arabic": "اتصل بالرقم 116111 للحصول على المساعدة\u200f، من فضلك.",
    "persian": "می\u200cخواهم کتاب\u200cها را بخوانم و نمی\u200cتوانم صبر کنم.",
    "vietnamese": "Tổng đài điện thoại quốc gia bảo vệ trẻ em 111 hoạt động 24/7, miễn phí.",
    "emoji": "👩\u200d👩\u200d👧\u200d👦 ❤️ 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f bravo 👍🏽",
    "phones": "+33 1 23 45 67 89, +49 30 901820, 06.12.34.56.78, 0800-200-000, (555) 123-4567, " * 20,
    "figures": "\n".join(f"{2000 + i}\t{i * 317 % 1000}\t{i * 53 % 100},{i % 10}\t{i * 7919 % 90000}\t{i * 13 % 100} %" for i in range(200)),
    "list of numbers": ", ".join(str(i * 37 % 100) for i in range(300)),
    "addresses": "\n".join(f"https://www.example.org/watch?v=dQw4w9Wg{i:03}&list=PL{i}abc https://t.me/channel_name/{i * 91}" for i in range(60)),
    "names": " ".join(f"JeanDupont{i} marie_claire{i * 7} XxDark_Wolf{i}xX SarahK" for i in range(60)),
    "code": "for (int i = 0; i < getElementCount(); i++) { BufferedReader br = new BufferedReader(new InputStreamReader(System.in)); x1 = arr[i2].toString(16); } IPv4Network UTF8Decoder sha256sum b64encode\n" * 10,
    "style": "a{color:#ff00aa;background:#1a2b3c;margin:0 1px 2em 3%} .b2{border:1px solid rgba(10,20,30,.5)}\n" * 10,
    "capitals": "NE PAS DIFFUSER SANS L ACCORD DE LA VICTIME ARTICLE 226 2 1 DU CODE PENAL " * 10,
    "letters": "B O N J O U R  T O U T  L E  M O N D E  " * 20,
    "chess": "1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 4. Ba4 Nf6 5. O-O Be7 6. Re1 b5 7. Bb3 d6 8. c3 O-O 9. h3 Nb8 10. d4 Nbd7 " * 10,
    "numbers of things": "IBAN FR76 3000 6000 0112 3456 7890 189, AB-123-CD, SW1A 1AA, ISBN 978-3-16-148410-0, 550e8400-e29b-41d4-a716-446655440000",
    "long words": "\n".join(["internationalization", "Konstantinopolitanischerdudelsack", "pneumonoultramicroscopicsilicovolcanoconiosis"] * 50),
    "formulas": "C6H12O6 + 6 O2 -> 6 CO2 + 6 H2O; H2SO4, NaOH, CH3COOH, Ca(OH)2. E = mc2 " * 10,
    "times": "12:30 13:45 00:15 2023-10-05T12:30:00Z 2024-01-01T00:00:00+01:00 " * 20,
}  # fmt: skip


@pytest.mark.parametrize("kind", WORDS)
def test_words_and_figures_stay_as_they_are(kind: str) -> None:
    assert cleaned_text(WORDS[kind]) == WORDS[kind]


@pytest.mark.parametrize("piece", ENDLESS)
def test_judging_takes_time_in_proportion_to_the_size(piece: str) -> None:
    for body in endless(piece):
        begin = time.monotonic()
        cleaned_text(body.decode())
        assert time.monotonic() - begin < LIMIT


def test_of_headers_only_those_that_tell_how_the_answer_came_stay() -> None:
    code = broken(base64.b64encode(SMALL).decode(), 12, " ")
    given = [
        ("X-Pic", code),
        ("Server", code),
        ("Link", "<a>"),
        ("Set-Cookie", "a=b"),
        ("Date", "Mon"),
        ("ETag", "e" * 900),
    ]
    kept = cleaned_headers([{"name": name, "value": value} for name, value in given])
    assert [h["name"] for h in kept] == ["server", "date", "etag"]
    assert kept[0]["value"] == REMOVED
    assert all(len(h["value"]) <= 200 for h in kept)
