"""The judge against real tokens of real authorities: the verdict must be OpenSSL's."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import certifi
import pytest

from evidence_kit.timestamp import certificates
from evidence_kit.timestamp.verify import judge
from tests.conftest import shared_data

_SHARED = shared_data()
_TOKENS = _SHARED / "tokens" if _SHARED else None
_EXPECTED: dict[str, dict[str, Any]] = (
    json.loads((_TOKENS / "expected.json").read_text()) if _TOKENS and (_TOKENS / "expected.json").exists() else {}
)

pytestmark = pytest.mark.skipif(not _EXPECTED, reason="the shared tokens are not here")


@pytest.fixture(scope="module")
def known() -> tuple[list[bytes], list[bytes]]:
    """Roots and intermediates that stand beside the tokens, and Mozilla's roots."""
    found: list[bytes] = []
    assert _TOKENS is not None
    for file in sorted(_TOKENS.rglob("*")):
        if file.suffix in {".pem", ".crt", ".cer"}:
            found += certificates.from_file(file.read_bytes())
    roots = [der for der in found if certificates.read(der).self_issued]
    roots += certificates.from_file(Path(certifi.where()).read_bytes())
    return roots, [der for der in found if not certificates.read(der).self_issued]


@pytest.mark.parametrize("name", sorted(_EXPECTED))
def test_real_token_gets_the_verdict_of_openssl(name: str, known: tuple[list[bytes], list[bytes]]) -> None:
    assert _TOKENS is not None
    told = _EXPECTED[name]
    roots, beside = known
    stamped = told["data"]
    given: dict[str, Any] = {}
    if stamped is None:
        given["digest"] = (told["halg"] or "sha256", bytes.fromhex(told["himp"] or "00"))
    elif stamped.startswith("literal:"):
        given["data"] = ast.literal_eval(stamped.removeprefix("literal:"))
    else:
        given["data"] = (_TOKENS / stamped).read_bytes()
    found = judge((_TOKENS / name).read_bytes(), roots=roots, extra=beside, **given)
    openssl = told["openssl_at_gen_time"] or "FAIL"
    assert (found.verdict == "valid") == (openssl == "OK"), found.reason
    if "unable to get local issuer" in openssl:
        assert found.verdict == "untrusted"
    elif openssl != "OK":
        assert found.verdict == "invalid"
    if told["gen"] and found.gen_time:
        assert str(found.gen_time) == told["gen"]


@pytest.mark.parametrize("name", sorted(n for n, e in _EXPECTED.items() if e["openssl_at_gen_time"] == "OK"))
def test_real_good_token_over_other_data_is_invalid(name: str, known: tuple[list[bytes], list[bytes]]) -> None:
    assert _TOKENS is not None
    raw = (_TOKENS / name).read_bytes()
    assert judge(raw, roots=known[0], extra=known[1], data=b"something else").verdict == "invalid"


@pytest.mark.parametrize("name", sorted(n for n, e in _EXPECTED.items() if e["openssl_at_gen_time"] == "OK"))
def test_real_good_token_without_its_root_is_untrusted(name: str, known: tuple[list[bytes], list[bytes]]) -> None:
    assert _TOKENS is not None
    told = _EXPECTED[name]
    digest = (told["halg"], bytes.fromhex(told["himp"]))
    found = judge((_TOKENS / name).read_bytes(), roots=(), extra=known[1], digest=digest)
    assert found.verdict == "untrusted"
    assert found.root_sha256 is None
