"""Which exhibit a number or an id names where there are several cases, and what may still be done with it."""

from __future__ import annotations

from pathlib import Path

import pytest


def _take_in(run, folder: Path, case: str, name: str) -> str:
    file = folder / name
    file.write_text(name)
    return str(run("import", file, "--subject", "adult", "--case", case)[1][0]["exhibit"])


@pytest.fixture
def two(run, vault, tmp_path):
    """Two cases; the first holds exhibits 1 and 2, the second, used last, exhibit 1. Gives both ids and exhibits."""
    first, second = (run("case", "add", name)[1]["case"] for name in ("A", "B"))
    held = [_take_in(run, tmp_path, first, name) for name in ("one", "two")]
    return first, second, [*held, _take_in(run, tmp_path, second, "three")]


def _states(run) -> list[str]:
    return [e["state"] for e in run("list")[1]]


_VERBS = (
    ("exhibit", "withdraw", "2"),
    ("exhibit", "flag-minor", "2"),
    ("extract", "2", "manifest", "-o", "out.json"),
    ("show", "2"),
)


@pytest.mark.parametrize("verb", _VERBS)
@pytest.mark.parametrize("case", ["B", "nowhere", None])
def test_number_names_nothing_outside_its_case(run, two, tmp_path, monkeypatch, verb, case):
    monkeypatch.chdir(tmp_path)
    code, answer = run(*verb, *(("--case", case) if case else ()))
    assert (code, answer["error"]["kind"]) == (2, "usage")
    assert (case or "B") in answer["error"]["message"]
    assert _states(run) == ["normal"] * 3
    assert not Path("out.json").exists()


@pytest.mark.parametrize("verb", _VERBS)
def test_id_with_a_case_that_is_not_its_own_is_wrong_use(run, two, tmp_path, monkeypatch, verb):
    monkeypatch.chdir(tmp_path)
    words = [two[2][1] if w == "2" else w for w in verb]
    code, answer = run(*words, "--case", "B")
    assert code == 2
    assert "“A”" in answer["error"]["message"] or "« A »" in answer["error"]["message"]
    assert _states(run) == ["normal"] * 3
    assert run(*words)[0] == 0


def test_number_names_the_one_of_the_case_named_else_of_the_last_used(run, two):
    first, _second, (one, _two, three) = two
    assert run("show", "1")[1]["exhibit"] == three
    assert run("show", "1", "--case", first)[1]["exhibit"] == one


def test_withdrawing_and_locking_name_number_case_and_address(tell, two):
    code, out, _err = tell("exhibit", "withdraw", "2", "--case", "A")
    assert code == 0
    assert all(word in out.splitlines()[0] for word in ("2", "A", "two"))
    code, out, _err = tell("exhibit", "flag-minor", "1", "--case", "A")
    assert code == 0
    assert all(word in out.splitlines()[0] for word in ("1", "A", "one"))


def test_locked_exhibit_is_not_withdrawn_and_nothing_is_written(run, two):
    first, _second, (one, *_others) = two
    assert run("exhibit", "flag-minor", one)[1]["state"] == "locked"
    before = run("log", "--case", first)[1]["head"]
    for verb in ("withdraw", "flag-minor"):
        code, answer = run("exhibit", verb, one)
        assert code == 2
        assert "3018" in answer["error"]["hint"]
    assert run("log", "--case", first)[1]["head"] == before
    assert run("show", one)[1]["artifacts"]


def test_withdrawn_exhibit_is_neither_withdrawn_again_nor_locked(run, two):
    first, _second, (one, *_others) = two
    assert run("exhibit", "withdraw", one, "--reason", "doublon")[0] == 0
    before = run("log", "--case", first)[1]["head"]
    for verb in (("withdraw", one, "--reason", "other"), ("flag-minor", one)):
        code, answer = run("exhibit", *verb)
        assert code == 2
        assert "1" in answer["error"]["message"]
    assert run("log", "--case", first)[1]["head"] == before
    assert run("show", one)[1]["state"] == "withdrawn"
