"""What a person at a terminal is told: of what may only be kept as text, of what was withheld, and of wrong use."""

from __future__ import annotations

import pytest

from tests.integration.conftest import take_in
from tests.kit.site import Site, data, page, png

RED = png(30, 20, (200, 40, 40))
GALLERY = "<!doctype html><title>g</title><img src=/r.png alt=rouge width=30 height=20><img src=/b.png alt=bleue>"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("EVIDENCE_KIT_LANG", "en")


def test_record_of_text_only_says_so_and_who_goes_on(tell, case):
    with Site({"/": page("<!doctype html><title>w</title><p>words</p>")}) as site:
        code, out, _err = tell("capture", site.url, "--subject", "minor", "--no-stamp")
    assert code == 0
    assert "complete, the text only" in out
    assert "Pharos" in out


def test_what_was_withheld_is_listed_by_the_name_that_allow_takes_and_the_earlier_one_by_its_number(tell, case):
    pages = {"/": page(GALLERY), "/r.png": data(RED, "image/png"), "/b.png": data(RED, "image/png")}
    with Site(pages) as site:
        asked = ("capture", site.url, "--subject", "selected", "--no-stamp")
        tell(*asked)
        tell(*asked, "--allow", f"{site.url}/r.png", "--allow", f"{site.url}/not-there.png")
    out = tell("show", "1")[1]
    assert f"withheld: {site.url}/r.png  (rouge)" in out
    out = tell("show", "2")[1]
    assert f"  allowed: {site.url}/r.png" in out
    assert f"allowed, but the page did not ask for it: {site.url}/not-there.png" in out
    assert f"withheld: {site.url}/b.png  (bleue)" in out
    assert "exhibit 1; the words of the page are the same" in out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("capture", "https://example.org/", "--subject", "adult", "--max-pages", "3"), "Give --thread as well."),
        (("capture", "https://example.org/", "--subject", "adult", "--concurrency", "99"), "a number from 1 to 8"),
        (("authority", "order"), "NAME..."),
    ],
)
def test_wrong_use_says_what_would_be_right(tell, case, typed, said):
    code, _out, err = tell(*typed)
    assert code == 2
    assert said in err


def test_timestamp_alone_or_named_twice_is_told_how_it_is_checked(tell, run, session, tmp_path):
    record = take_in(session, tmp_path / "a.txt")
    token, manifest = tmp_path / "m.tsr", tmp_path / "m.json"
    session.extract(record.exhibit.id, "token:a", token)
    session.extract(record.exhibit.id, "manifest", manifest)
    code, out, _err = tell("verify", token)
    assert (code, "together with the file" in out) == (2, True)
    digest = f"sha256:{record.exhibit.manifest_sha256}"
    code, out, _err = tell("verify", token, "--data", manifest, "--digest", digest)
    assert (code, "by the file or by its digest" in out) == (2, True)
    code, out, _err = tell("verify", token, "--data", manifest)
    assert code == 0
    assert out.startswith("Intact: no check failed.")
    assert "Accurate to 1.5 s." in out
    assert "Common Name" not in out


def test_verdict_of_many_checks_is_said_again_at_the_end(tell, run, session, tmp_path):
    for name in "abcdef":
        take_in(session, tmp_path / f"{name}.txt", name.encode())
    session.close()
    out = tmp_path / "out.zip"
    run("--vault", session.path, "export", "--out", out)
    lines = tell("verify", out)[1].splitlines()
    assert len(lines) > 20
    assert lines[0] == lines[-1]
