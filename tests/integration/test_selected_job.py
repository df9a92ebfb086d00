"""Pictures allowed one by one, from the command line to the package."""

from __future__ import annotations

import pytest

from evidence_kit.errors import Cancelled
from evidence_kit.jobs import CancelToken
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow.records import CaptureRequest
from tests.kit.site import Site, data, page, png


def test_selected_page_lists_and_its_package_verifies(run, case, authorities, tmp_path) -> None:
    picture = data(png(30, 30, (9, 200, 30)), "image/png")
    with Site({"/": page("<p>x</p><img src=/a.png><img src=/b.png>"), "/a.png": picture, "/b.png": picture}) as site:
        allow = ("--allow", site.url + "/a.png", "--allow", site.url + "/none.png")
        code, (record,) = run("capture", site.url + "/", "--subject", "selected", "--no-stamp", *allow)
        assert sorted(site.asked) == ["/", "/a.png"]
    assert (code, record["outcome"]) == (0, "complete")
    assert [a["requested"] for a in record["selection"]["allowed"]] == [True, False]
    assert site.url + "/b.png" in {w["url"] for w in record["selection"]["withheld"]}  # beside the favicon
    assert run("show", record["exhibit"])[1]["selection"] == record["selection"]
    run("stamp")
    package = tmp_path / "p.zip"
    assert run("export", "--case", record["case"], "--out", package)[0] == 0
    roots = [a for one in authorities for a in ("--root", one.root)]
    code, report = run("verify", package, *roots)
    assert (code, report["verdict"]) == (0, "intact"), [c for c in report["checks"] if c["status"] != "passed"]


def test_interrupted_selected_capture_says_what_was_withheld(session) -> None:
    token = CancelToken()

    def stop(progress) -> None:
        if progress.step == "screenshot":
            token.cancel()

    with Site(
        {"/": page("<p>x</p><img src=/a.png alt=words>"), "/a.png": data(png(9, 9, (1, 2, 3)), "image/png")}
    ) as site:
        request = CaptureRequest(url=site.url + "/", subject=Subject.SELECTED, stamp=False)
        with pytest.raises(Cancelled):
            session.capture(request, stop, token)
        assert "/a.png" not in site.asked
    (kept,) = session.exhibits()
    assert kept.outcome is Outcome.PARTIAL
    withheld = session.record(kept.id).selection["withheld"]
    assert ("words", site.url + "/a.png") in {(w["alt"], w["url"]) for w in withheld}


@pytest.mark.parametrize("arguments", [
    ("capture", "https://example.org/", "--subject", "adult", "--allow", "https://example.org/a.png"),
    ("capture", "https://example.org/", "--subject", "selected", "--allow", "data:image/png;base64,AAAA"),
    ("import", "/nowhere.png", "--subject", "selected"),
])  # fmt: skip
def test_allowing_where_it_has_no_meaning_is_wrong_use(run, arguments) -> None:
    assert run(*arguments)[0] == 2


def test_picture_that_the_page_made_is_allowed_by_the_name_that_its_record_gave(run, case) -> None:
    drawing = "<svg width=90 height=60 viewBox='0 0 90 60'><rect width=90 height=60 fill=red /></svg>"
    with Site({"/": page(f"<p>x</p>{drawing}")}) as site:
        asked = ("capture", site.url + "/", "--subject", "selected", "--no-stamp")
        _code, (first,) = run(*asked)
        (name,) = [w["item"] for w in first["selection"]["withheld"] if "item" in w]
        code, (record,) = run(*asked, "--allow", name)
        wrong, told = run(*asked, "--allow", name[:-1])
    assert (code, record["outcome"]) == (0, "complete")
    shown = {"url": name, "requested": True, "kind": "svg", "alt": "", "width": 90, "height": 60}
    assert record["selection"]["allowed"] == [shown]
    assert (wrong, bool(told["error"]["message"])) == (2, True)
