"""The checks one by one, where a whole package would not show the point."""

from __future__ import annotations

import base64

import pytest

from evidence_kit.verify import bag
from evidence_kit.verify.bag import BadTagFile
from evidence_kit.verify.checks_tokens import pem_certificates
from evidence_kit.verify.findings import LIMIT, Findings
from evidence_kit.verify.verifier import verdict_of
from tests.vectors.build import Workshop, canonical, lists, pack, sha256
from tests.vectors.registry import ONE, resealed

from .conftest import Verify, names


def test_verdict_follows_from_the_checks_alone():
    def found(*statuses: str) -> str:
        results = Findings("bag")
        for status in statuses:
            {"failed": results.fail, "not-checked": results.skip, "passed": results.accept}[status]("x", "y")
        return verdict_of(results.results())

    assert found("passed") == "intact"
    assert found("passed", "not-checked") == "incomplete"
    assert found("not-checked", "failed", "passed") == "altered"
    assert found() == "incomplete"


def test_a_million_findings_become_a_few_and_a_count():
    found = Findings("payload")
    for number in range(1_000_000):
        found.fail(str(number), "x")
    results = found.results()
    assert len(results) == LIMIT + 1
    assert str(1_000_000 - LIMIT) in results[-1].detail


@pytest.mark.parametrize(
    "text",
    [
        b"", b"BagIt-Version: 1.0\n", b"BagIt-Version:1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nMore: x\n",
        b"BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 01.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: utf-7\n",
        b"BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n",
    ],
)  # fmt: skip
def test_declaration_in_another_form_is_refused(text: bytes):
    with pytest.raises(BadTagFile):
        bag.parse_declaration(text)


def test_manifest_paths_are_decoded_as_the_version_asks():
    digest = "0" * 64
    refused: list[str] = []
    text = f"{digest}  data/a%25b\n{digest}  data/c%0Ad\n{digest}  data/%7Ee\n"
    paths = [path for path, _digest in bag.parse_manifest(text, "sha256", (1, 0), refused.append)]
    assert paths == ["data/a%b", "data/c\nd", "data/%7Ee"]
    assert next(bag.parse_manifest(f"{digest} *./data/x", "sha256", (0, 97), refused.append))[0] == "data/x"
    assert not refused
    assert not list(bag.parse_manifest(f"{digest}  data/../x\nxyz  data/y\n", "sha256", (1, 0), refused.append))
    assert len(refused) == 2


def test_manifest_with_a_million_lines_is_read_and_bounded(verify: Verify):
    digest = sha256(b"x")
    files = lists({"data/a.txt": b"x"})
    more = "".join(f"{digest}  data/{n:07d}\n" for n in range(1_000_000))
    files["manifest-sha256.txt"] = files["manifest-sha256.txt"] + more.encode()
    report = verify(pack(files))
    assert report.verdict == "altered"
    assert len([c for c in report.checks if c.name == "payload"]) <= LIMIT + 1


def test_manifest_above_its_bound_is_not_read(verify: Verify, monkeypatch: pytest.MonkeyPatch, shop: Workshop):
    from evidence_kit.verify import reading

    monkeypatch.setattr(reading, "MAX_KEPT", 100)
    report = verify(pack(shop.good))
    assert report.verdict == "altered"
    assert any("too large" in c.detail for c in report.checks)


def test_package_whose_authorities_nobody_knows_is_incomplete(shop: Workshop, verify: Verify):
    report = verify(pack(shop.good), authorities=[])
    assert report.verdict == "incomplete"
    assert names(report, "not-checked") == {"authority-trusted"}
    assert {"token", "seal-token"} <= names(report, "passed")


def test_roots_given_by_the_reader_count(shop: Workshop, verify: Verify):
    roots = [one.root_pem for one in shop.known]
    assert verify(pack(shop.good), authorities=[], extra_roots=roots).verdict == "intact"
    assert verify(pack(shop.good), authorities=[], extra_roots=[b"".join(roots)]).verdict == "intact"
    assert verify(pack(shop.good), authorities=[], extra_roots=[b"rubbish"]).verdict == "incomplete"


def test_roots_inside_the_package_never_count(shop: Workshop, verify: Verify):
    assert any(path.startswith("data/authorities/") for path in shop.good)
    assert verify(pack(shop.good), authorities=[shop.stranger]).verdict == "incomplete"


def test_awaited_stamp_is_a_warning_in_the_detail(shop: Workshop, verify: Verify):
    from tests.vectors.content import good_one_stamp_pending

    report = verify(good_one_stamp_pending(shop))
    assert any(c.name == "token" and c.status == "passed" and "awaited" in c.detail for c in report.checks)


def test_awaited_stamp_on_the_seal_is_a_warning_in_the_detail(shop: Workshop, verify: Verify):
    from tests.vectors.hidden import seal_stamp_still_awaited

    report = verify(seal_stamp_still_awaited(shop))
    said = [c.detail for c in report.checks if c.name == "seal-token"]
    assert len(said) == 1
    assert "Warning: still awaited from b." in said[0]


def test_report_tells_who_stamped_and_when(shop: Workshop, verify: Verify):
    facts = verify(pack(shop.good)).facts
    assert facts["vault_key"] == shop.signer.vault_key
    assert len(facts["tokens"]) == 8
    assert all(t["verdict"] == "valid" and t["gen_time"].endswith("Z") for t in facts["tokens"])
    assert [e["exhibit_id"] for e in facts["exhibits"]] == ["exhibit-1", "exhibit-2"]


def test_verdict_speaks_french(shop: Workshop, verify: Verify, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EVIDENCE_KIT_LANG", "fr")
    assert verify(pack(shop.good)).verdict == "intact"


def test_only_certificates_are_taken_from_a_pem_text(shop: Workshop):
    wrong = b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(b"x" * 40) + b"\n-----END PRIVATE KEY-----\n"
    assert len(pem_certificates(wrong + shop.a.root_pem)) == 1
    assert pem_certificates(b"\xff\xfe") == []


def test_seal_key_that_is_not_its_own_digest_fails(shop: Workshop, verify: Verify):
    import json

    value = json.loads(shop.good["seal.json"]) | {"vault_key": sha256(b"other")}
    report = verify(pack(shop.good | {"seal.json": canonical(value)}))
    assert names(report, "failed") == {"seal-key"}


@pytest.mark.parametrize("line", [b"a" + b" " * 1_000_000, b"a: b\n" + b" c\n" * 200_000, b":" * 500_000])
def test_description_that_never_ends_is_read_at_once(line: bytes):
    found = bag.parse_info(line.decode())
    assert set(found) <= {"a"}


def test_manifest_of_nothing_but_brackets_is_refused_unread(shop: Workshop, verify: Verify):
    many = b'{"a":[' + b"[]," * 400_000 + b"[]]}"
    report = verify(resealed(shop, lambda files: files.update({ONE + "manifest.json": many})))
    assert report.verdict == "altered"
    assert "manifest-form" in names(report, "failed")
