"""The verb ``verify TOKEN``: verdicts, facts and mistakes of the caller."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from asn1crypto import pem

from evidence_kit.canonical import to_canonical
from evidence_kit.errors import UsageError
from evidence_kit.timestamp import authorities
from evidence_kit.verify.report import VerifyReport
from evidence_kit.verify.token import verify_token
from tests.kit.authority import Maker, rejection
from tests.kit.eras import Era

DATA = b"x" * (3 << 20)
SHA256 = "sha256:" + hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("maker"), "Stamps", "P-256")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data.bin").write_bytes(DATA)
    return tmp_path / "data.bin"


def _write(folder: Path, raw: bytes) -> Path:
    (folder / "it.tsr").write_bytes(raw)
    return folder / "it.tsr"


def _verify(path: Path, **given: object) -> VerifyReport:
    whole = {"data": None, "digest": None, "authorities": authorities.load(), **given}
    report = verify_token(path, **whole)  # type: ignore[arg-type]
    json.dumps(report.as_json())
    to_canonical(report.as_json())
    return report


def _status(report: VerifyReport, name: str) -> str:
    return next(c.status for c in report.checks if c.name == name)


@pytest.mark.parametrize("token", [False, True])
def test_good_token_with_its_root_is_intact(maker: Maker, tmp_path: Path, data: Path, token: bool) -> None:
    report = _verify(_write(tmp_path, maker.stamp(DATA, token=token)), data=data, roots=[maker.root])
    assert report.verdict == "intact"
    assert _status(report, "token") == _status(report, "authority-trusted") == "passed"
    assert _status(report, "revocation") == _status(report, "nonce") == "not-checked"
    assert report.facts["gen_time"].endswith("Z")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_digest_alone_is_enough(maker: Maker, tmp_path: Path, algorithm: str) -> None:
    path = _write(tmp_path, maker.stamp(DATA, algorithm))
    told = f"{algorithm}:{hashlib.new(algorithm, DATA).hexdigest().upper()}"
    report = _verify(path, digest=told, roots=[maker.root])
    assert report.verdict == "intact"
    assert _status(report, "strength") == ("failed" if algorithm == "sha1" else "passed")
    assert _verify(path, digest="sha256:" + "0" * 64, roots=[maker.root]).verdict == "altered"


def test_other_data_is_altered(maker: Maker, tmp_path: Path, data: Path) -> None:
    data.write_bytes(DATA[:-1])
    report = _verify(_write(tmp_path, maker.stamp(DATA)), data=data, roots=[maker.root])
    assert report.verdict == "altered"
    assert _status(report, "token") == "failed"


def test_data_and_a_digest_that_contradict_are_altered(maker: Maker, tmp_path: Path, data: Path) -> None:
    path = _write(tmp_path, maker.stamp(DATA))
    assert _verify(path, data=data, digest=SHA256, roots=[maker.root]).verdict == "intact"
    assert _verify(path, data=data, digest="sha256:" + "0" * 64, roots=[maker.root]).verdict == "altered"


def test_unknown_root_is_incomplete(maker: Maker, tmp_path: Path, data: Path) -> None:
    report = _verify(_write(tmp_path, maker.stamp(DATA)), data=data)
    assert report.verdict == "incomplete"
    assert (_status(report, "token"), _status(report, "authority-trusted")) == ("passed", "not-checked")


def test_signer_from_the_given_chain_is_intact(maker: Maker, tmp_path: Path, data: Path) -> None:
    path = _write(tmp_path, maker.stamp(DATA, certificates=False))
    assert _verify(path, data=data, roots=[maker.root], chain=[maker.stamper]).verdict == "intact"
    assert _verify(path, data=data, roots=[maker.root]).verdict == "altered"


def test_rejection_is_altered_and_names_the_status(tmp_path: Path, data: Path) -> None:
    report = _verify(_write(tmp_path, rejection("not today")), data=data)
    assert report.verdict == "altered"
    (token,) = [c for c in report.checks if c.name == "token"]
    assert token.status == "failed"
    assert "rejection" in token.detail
    assert "not today" in token.detail


@pytest.mark.parametrize("raw", [b"", b"hello", b"<html>", b"\x30\x03\x02\x01\x05"])
def test_what_is_no_token_is_unreadable(tmp_path: Path, data: Path, raw: bytes) -> None:
    report = _verify(_write(tmp_path, raw), data=data)
    assert report.verdict == "unreadable"


def test_token_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    assert _verify(tmp_path / "none.tsr", digest=SHA256).verdict == "unreadable"
    assert _verify(tmp_path, digest=SHA256).verdict == "unreadable"


def test_request_instead_of_a_reply_is_unreadable(maker: Maker, tmp_path: Path, data: Path) -> None:
    from tests.kit.authority import query

    assert _verify(_write(tmp_path, query(maker.folder, DATA)), data=data).verdict == "unreadable"


def test_neither_data_nor_digest_is_a_mistake(maker: Maker, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="together with what was stamped"):
        _verify(_write(tmp_path, maker.stamp(DATA)))


@pytest.mark.parametrize(
    "digest", ["", "sha256", "sha256:", "sha256:00", "sha256:" + "0" * 63, "md5:" + "0" * 32, "sha256:" + "g" * 64]
)
def test_malformed_digest_is_a_mistake(tmp_path: Path, digest: str) -> None:
    with pytest.raises(UsageError, match="not a digest"):
        _verify(_write(tmp_path, b""), digest=digest)


def test_missing_or_wrong_certificate_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        _verify(_write(tmp_path, b""), digest=SHA256, roots=[tmp_path / "none.pem"])
    (tmp_path / "odd.pem").write_text("no certificate")
    with pytest.raises(UsageError, match="holds no certificate"):
        _verify(_write(tmp_path, b""), digest=SHA256, chain=[tmp_path / "odd.pem"])


def test_missing_data_is_a_mistake(maker: Maker, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        _verify(_write(tmp_path, maker.stamp(DATA)), data=tmp_path / "none.bin")


def test_revocation_list_changes_its_own_check_and_nothing_else(tmp_path: Path) -> None:
    era, digest = Era("Told", 2020, 2030), hashlib.sha256(b"told").digest()
    path, told = _write(tmp_path, era.stamp(digest, 2025)), f"sha256:{digest.hex()}"
    (tmp_path / "root.der").write_bytes(era.root)
    (tmp_path / "fine.ocsp").write_bytes(era.ocsp(2025.1))
    armored = pem.armor("X509 CRL", era.crl(2026, revoked=True, reason="key_compromise", at=2025.5))
    (tmp_path / "gone.pem").write_bytes(armored)

    def found(*statements: str) -> tuple[str, str, str]:
        files = [tmp_path / name for name in statements]
        report = _verify(path, digest=told, roots=[tmp_path / "root.der"], statements=files)
        return report.verdict, _status(report, "authority-trusted"), _status(report, "revocation")

    assert found() == ("intact", "passed", "not-checked")
    assert found("fine.ocsp") == ("intact", "passed", "passed")
    assert found("fine.ocsp", "gone.pem") == ("intact", "passed", "failed")
    with pytest.raises(UsageError):
        found("root.der")
    with pytest.raises(UsageError):
        found("nothing.crl")
