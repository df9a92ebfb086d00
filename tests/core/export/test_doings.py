"""What was done and what was withheld, as the report tells it."""

from __future__ import annotations

from evidence_kit.export.doings import MAX_SHOWN, selection, step_rows


def _t(text: str, **values: object) -> str:
    return text.format(**values)


def test_digests_of_scripts_are_counted_not_printed():
    manifest = {
        "steps": [
            {
                "name": "scroll",
                "result": "done",
                "ms": 12,
                "dropped": 0,
                "end_of_page": True,
                "script_sha256": "a" * 64,
                "scripts_sha256": ["a" * 64, "b" * 64],
            }
        ]
    }
    (row,) = step_rows(manifest, "en", _t)
    assert "aaaa" not in row.detail
    assert "scripts of the program, by SHA-256 in manifest.json: 2" in row.detail
    assert "12 ms" in row.detail
    assert "0" not in row.detail.replace("12 ms", "")


def test_what_was_pressed_in_a_banner_is_told_in_words():
    pressed = {"banner": "usercentrics", "clicks": [{"kind": "refuse", "text": "Tout refuser", "selector": "#x"}]}
    (row,) = step_rows({"steps": [{"name": "consent", "result": "done", "consent": pressed}]}, "en", _t)
    assert row.detail == "cookie banner: usercentrics; pressed: “Tout refuser”"
    (row,) = step_rows({"steps": [{"name": "consent", "consent": {"banner": "none", "clicks": []}}]}, "en", _t)
    assert row.detail == "no cookie banner was found"


def test_steps_that_are_none_are_passed_over():
    assert step_rows({"steps": ["x", 3, None]}, "en", _t) == []
    assert step_rows({}, "en", _t) == []


def test_selection_lists_what_was_allowed_and_withheld_and_counts_the_rest():
    many = [{"url": f"https://x.example/{i}.png", "kind": "img", "alt": f"w{i}"} for i in range(MAX_SHOWN + 5)]
    manifest = {
        "selection": {
            "allowed": [{"url": "https://x.example/a.png", "requested": True}, {"url": "https://x.example/b.png"}],
            "withheld": [{"url": "data:", "kind": "canvas", "alt": ""}, *many],
            "withheld_count": 60,
        }
    }
    found = selection(manifest, _t)
    assert found is not None
    assert found.allowed == [
        ("https://x.example/a.png", "loaded"),
        ("https://x.example/b.png", "the page never asked for it"),
    ]
    assert found.withheld[0] == ("made by the page itself (canvas)", "")
    assert found.withheld[1] == ("https://x.example/0.png", "w0")
    assert len(found.withheld) == MAX_SHOWN
    assert found.more == f"Further ones, in manifest.json: {60 - MAX_SHOWN}"
    assert "Withheld: 60" in found.sentence


def test_selection_of_another_capture_is_none_and_a_damaged_one_fails_nothing():
    assert selection({}, _t) is None
    assert selection({"selection": "x"}, _t) is None
    found = selection({"selection": {"allowed": [1], "withheld": "x", "withheld_count": "many"}}, _t)
    assert found is not None
    assert (found.allowed, found.withheld, found.more) == ([], [], "")
