"""Pages captured while authorities answer badly: kept, nothing false counts, and later they are asked again."""

from __future__ import annotations

import json
import zipfile

import pytest

from tests.kit.site import Site, page

BAD = [("rubbish", "rejection"), ("other-nonce", "other-imprint"), ("wrong-chain", "500")]


@pytest.fixture
def site():
    with Site({"/": page("<title>Un message</title><p>Des mots")}) as made:
        yield made


def manifest_of(run, exhibit: str, tmp_path) -> dict[str, object]:
    out = tmp_path / f"{exhibit}.json"
    assert run("extract", exhibit, "manifest", "-o", out)[0] == 0
    return json.loads(out.read_bytes())


@pytest.mark.parametrize("modes", BAD, ids=" and ".join)
def test_page_is_kept_without_a_false_token_and_stamped_once_they_answer_well(
    run, case, site, authorities, tmp_path, modes
) -> None:
    for authority, mode in zip(authorities, modes, strict=True):
        authority.mode = mode
    code, (made,) = run("capture", site.url + "/", "--subject", "adult", "--case", case)
    assert code == 0
    assert made["outcome"] == "complete"
    assert [t["authority"] for t in made["tokens"]] == ["a", "b"]
    for token, mode in zip(made["tokens"], modes, strict=True):
        assert token["status"] == ("refused" if mode == "rejection" else "pending")
        assert token["error"]
        assert token["gen_time"] is None
    assert manifest_of(run, made["exhibit"], tmp_path)["not_before"] is None

    package = tmp_path / "before.zip"
    code, told = run("export", "--case", case, "--out", package)
    assert (code, told["pending"]) == (3, 4), told  # of the exhibit and over the seal, by both
    with zipfile.ZipFile(package) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".tsr")]
    code, report = run("verify", package)
    assert (code, report["verdict"]) == (3, "incomplete"), report

    code, counts = run("stamp")
    assert code == 3, counts
    assert counts["granted"] == 0
    for authority in authorities:
        authority.mode = "fine"
    code, counts = run("stamp")
    assert (code, counts["granted"], counts["pending"]) == (0, 4, 0), counts  # manifest and head, by both
    code, told = run("export", "--case", case, "--out", tmp_path / "after.zip")
    assert (code, told["pending"]) == (0, 0), told
    code, report = run("verify", tmp_path / "after.zip")
    assert (code, report["verdict"]) == (0, "intact"), report


def test_one_bad_authority_costs_neither_the_other_nor_the_lower_bound(run, case, site, authorities, tmp_path) -> None:
    authorities[0].mode = "wrong-chain"
    code, (made,) = run("capture", site.url + "/", "--subject", "adult", "--case", case)
    assert code == 0
    assert {t["authority"]: t["status"] for t in made["tokens"]} == {"a": "pending", "b": "granted"}
    assert manifest_of(run, made["exhibit"], tmp_path)["not_before"]


def test_slow_authorities_are_not_waited_for_before_the_page(
    run, case, site, authorities, tmp_path, monkeypatch
) -> None:
    for authority in authorities:
        authority.mode = "slow"
        monkeypatch.setattr(authority, "slow_seconds", 8.0)
    code, (made,) = run("capture", site.url + "/", "--subject", "adult", "--case", case)
    assert code == 0
    assert made["outcome"] == "complete"
    assert manifest_of(run, made["exhibit"], tmp_path)["not_before"] is None
    assert {t["status"] for t in made["tokens"]} == {"granted"}
