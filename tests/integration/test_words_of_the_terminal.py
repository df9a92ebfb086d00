"""What the command line tells a person: her language, no names of Python, no guess between two of one name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_kit import language
from evidence_kit.cli import helping
from tests.integration.conftest import PASSPHRASE
from tests.kit.site import Reply, Site

PYTHON = re.compile(r"\b(?:True|False|None)\b|[\[{]['\"{]")


@pytest.fixture(params=["fr", "en"])
def spoken(request, monkeypatch):
    monkeypatch.setenv("EVIDENCE_KIT_LANG", request.param)
    return request.param


@pytest.fixture
def held(run, case, tmp_path):
    """Three files: the second is withdrawn, the third locked."""
    for name in ("one", "two", "three"):
        (tmp_path / name).write_text(name)
        assert run("import", tmp_path / name, "--subject", "adult")[0] == 0
    assert run("exhibit", "withdraw", "2", "--reason", "doublon")[0] == run("exhibit", "flag-minor", "3")[0] == 0
    return case


def test_list_shows_outcome_and_state_in_words(tell, held, spoken):
    lines = tell("list")[1].splitlines()
    complete, withdrawn, locked = {
        "fr": ("complète", "[retirée]", "[verrouillée"),
        "en": ("complete", "[withdrawn]", "[locked: may show a minor]"),
    }[spoken]
    assert complete in lines[0]
    assert "[" not in lines[0]
    assert withdrawn in lines[1]
    assert locked in lines[2]


@pytest.mark.browser
def test_page_that_is_gone_is_told_with_its_status(run, tell, case, spoken):
    with Site({"/": Reply(b"<h1>nothing here any more</h1>", status=410)}) as site:
        run("capture", site.url + "/", "--subject", "adult", "--no-stamp")
    assert re.search(r"\[(page disparue\W{1,3}|page gone: )410\]", tell("list")[1])


def test_show_and_info_print_words_and_no_python(run, tell, held, spoken):
    for asked in (("show", "1"), ("show", "2"), ("vault", "info")):
        code, out, _err = tell(*asked)
        assert code == 0
        assert not PYTHON.search(out), out
    if spoken == "fr":
        assert "Dossier" in tell("show", "1")[1]
        assert "Pièces" in tell("vault", "info")[1]
        assert "Outcome" not in tell("show", "1")[1]


def test_address_that_did_not_answer_is_shown_with_its_reason(run, tell, case, spoken):
    run("capture", "http://127.0.0.1:9/", "--subject", "adult", "--no-stamp")
    out = tell("show", "1")[1]
    assert "ERR_UNSAFE_PORT" in out
    assert {"fr": "rien de chargé", "en": "nothing loaded"}[spoken] in out
    assert not PYTHON.search(out), out


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (("list", "too", "much"), "too much"),
        (("show", "1", "--case"), "--case"),
        (("vault", "check", "--fast=1"), "--fast"),
        (("show",), "EXHIBIT"),
    ],
)
def test_wrong_use_is_told_in_her_language(tell, vault, spoken, typed, named):
    code, _out, err = tell(*typed)
    first = err.splitlines()[0]
    assert code == 2
    assert named in first
    assert not re.search("Got|argument|requires|does not|Missing", first)
    assert ("«" in first or "trop" in first or "manque" in first) is (spoken == "fr")


@pytest.mark.parametrize("verb", [(), ("vault",), ("capture",), ("exhibit", "withdraw"), ("import",), ("export",)])
def test_help_is_in_her_language(tell, spoken, verb):
    code, out, _err = tell(*verb, "--help")
    assert code == 0
    french = ("Affiche ceci et s’arrête." in out, "Usage :" in out)
    english = ("Show this message" in out, "Usage: " in out)
    assert {"fr": french, "en": english}[spoken] == (True, True)
    assert not any({"fr": english, "en": french}[spoken])
    assert ("Why, for the log" in out) is (spoken == "en" and verb[-1:] == ("withdraw",))


def test_every_sentence_of_the_help_has_its_french():
    from evidence_kit.cli.verbs import VERBS, root

    waiting = [root, *(root.get_command(None, name) for name in VERBS)]
    for command in waiting:
        waiting += getattr(command, "commands", {}).values() if command is not root else ()
        for part in (command, *command.params):
            written = helping._written.get(part, getattr(part, "help", None))
            if written and written not in {"Show this message and exit.", "Show the version and exit."}:
                assert language.translate(written, "fr") != written, written


def test_doctor_names_its_checks_in_her_language(tell, run, cheap, spoken):
    out = tell("doctor")[1]
    assert {"fr": "navigateur", "en": "browser"}[spoken] in out
    assert {line["check"] for line in run("doctor")[1]} >= {"browser", "fonts", "disk", "authorities"}


def test_closed_case_is_shown_as_closed(run, tell, case, spoken):
    run("case", "add", "B")
    run("case", "close", case)
    first, second = tell("case", "list")[1].splitlines()
    assert {"fr": "[fermé]", "en": "[closed]"}[spoken] in first
    assert "[" not in second


def test_new_passphrase_that_cannot_be_typed_is_wrong_use(vault, tmp_path):
    script = Path(sys.executable).with_name("evidence-kit")
    done = subprocess.run(
        [script, "vault", "passphrase"],
        env=os.environ | {"EVIDENCE_KIT_LANG": "en"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("A new passphrase is needed.")
    assert "getpass" not in done.stderr.lower()
    assert PASSPHRASE not in done.stderr


def test_two_cases_of_one_name_are_told_with_their_ids(run, tell, case, spoken):
    code, out, err = tell("case", "add", "Dossier A")
    second = out.split()[0]
    assert code == 0
    assert case in err
    code, answer = run("show", "1", "--case", "Dossier A")
    assert code == 2
    assert "2" in answer["error"]["message"]
    assert case in answer["error"]["hint"]
    assert second in answer["error"]["hint"]


@pytest.mark.parametrize("date", ["2025-13-45", "2025-02-30", "2025-1-32", "2025-13", "2025-03-01 25:00"])
def test_date_that_is_none_is_wrong_use(run, case, tmp_path, date):
    (tmp_path / "x").write_text("x")
    code, answer = run("import", tmp_path / "x", "--subject", "adult", "--date", date)
    assert (code, answer["error"]["kind"]) == (2, "usage")
    assert date in answer["error"]["message"]
    assert run("list")[1] == []


@pytest.mark.parametrize(
    "date", ["hier", "2025-03-01", "2025-03", "2025-2026", "mars 2025", "2025-03-01T10:20:30+01:00"]
)
def test_date_in_words_or_in_full_is_taken_as_it_is(run, case, tmp_path, date):
    (tmp_path / "x").write_text("x")
    assert run("import", tmp_path / "x", "--subject", "adult", "--date", date)[0] == 0


def test_mandate_is_of_a_day_and_the_one_before_is_told(run, tell, vault):
    case = run("case", "add", "B", "--for-someone-else")[1]["case"]
    asked = ("case", "consent", case, "--person", "L.", "--scope", "plainte", "--dated")
    for wrong in ("hier", "2026-13-01", "2026-3", ""):
        assert run(*asked, wrong)[0] == 2
    assert run("case", "list")[1][0]["mandate"] is None
    assert run(*asked, "2026-03-01")[1]["mandate_before"] is None
    assert "2026-03-01" in tell(*asked, "2026-04-02")[1]
    entries = [e for e in run("log", "--case", case)[1]["entries"] if e["type"] == "consent.recorded"]
    assert [e["detail"]["dated"] for e in entries] == ["2026-03-01", "2026-04-02"]
