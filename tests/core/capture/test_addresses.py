from __future__ import annotations

import pytest

from evidence_kit.capture.addresses import json_without_tokens, without_tokens

SECRET = "Tr0ub4dor-3x"
GONE = "x" * len(SECRET)


@pytest.mark.parametrize(
    "name",
    [
        "access_token", "accessToken", "id_token", "token", "api_token", "sid", "PHPSESSID", "jsessionid", "session",
        "session_id", "sess", "auth", "auth_key", "authcode", "jwt", "code", "apikey", "api_key", "password", "otp",
        "ticket", "client_secret", "SAMLResponse",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["https://a.example/?", "https://a.example/?page=2&", "/x#", "https://a.example/x;"])
def test_value_that_signs_in_is_overwritten_as_long_as_it_was(name: str, before: str) -> None:
    assert without_tokens(f"{before}{name}={SECRET}&lang=fr") == f"{before}{name}={GONE}&lang=fr"


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/?code=75001", "https://a.example/?sid=12&page=3", "https://a.example/?author=Tr0ub4dor-3x",
        "https://a.example/?barcode=Tr0ub4dor-3x", "https://a.example/code=Tr0ub4dor-3x", "https://a.example/@tr0ub:4dor",
        "https://a.example/?X-Amz-Signature=Tr0ub4dor-3x", "text/html; charset=utf-8", "https://a.example/?v=Tr0ub4dor-3x",
    ],
)  # fmt: skip
def test_what_does_not_sign_in_stays(address: str) -> None:
    assert without_tokens(address) == address


def test_address_in_an_address_and_credentials_are_overwritten() -> None:
    inner = without_tokens(f"https://a.example/login?next=%2Fcb%3Fcode%3D{SECRET}%26lang%3Dfr")
    assert inner == f"https://a.example/login?next=%2Fcb%3Fcode%3D{GONE}%26lang%3Dfr"
    assert without_tokens("https://mina:hunter22@a.example/x") == "https://xxxxxxxxxxxxx@a.example/x"


def test_what_the_person_typed_stays() -> None:
    typed = f"https://a.example/share?token={SECRET}"
    found = json_without_tokens({"a": [typed], "b": "/?sid=0123456789ab", "n": 3}, typed)
    assert found == {"a": [typed], "b": "/?sid=xxxxxxxxxxxx", "n": 3}
