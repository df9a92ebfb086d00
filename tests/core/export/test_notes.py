"""The notes of the steps in the report's language: none that the program writes stays in English."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

import pytest

from evidence_kit import paths
from evidence_kit.export.doings import step_rows
from evidence_kit.export.notes import note, unloaded
from evidence_kit.export.templates import translator
from evidence_kit.export.values import scalar
from evidence_kit.export.views import signed_seconds

FR, EN = translator("fr"), translator("en")
RAISED = {"StepSkipped", "StepTimedOut", "PageGone", "ScriptFailed", "WireError", "PngError", "skip"}
QUOTED = ("message du navigateur", "code d’erreur")


def _part(part: ast.expr) -> list[str]:
    """What may stand at one place of a sentence: a number where anything may."""
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    assert isinstance(part, ast.FormattedValue)
    if isinstance(part.value, ast.IfExp):
        return [str(ast.literal_eval(one)) for one in (part.value.body, part.value.orelse)]
    return ["5"]


def _written(value: ast.expr) -> Iterator[str]:
    """The sentences that an expression may give; what is put in is a number here."""
    match value:
        case ast.Constant(value=str(text)) if " " in text:
            yield text
        case ast.JoinedStr(values=parts):
            if any(isinstance(p, ast.Constant) for p in parts):
                ends = isinstance(parts[-1], ast.FormattedValue) and ast.unparse(parts[-1].value) in {"why", "more"}
                yield from map("".join, itertools.product(*map(_part, parts[:-1] if ends else parts)))
        case ast.IfExp():
            yield from _written(value.body)
            yield from _written(value.orelse)
        case ast.BoolOp(values=values):
            for one in values:
                yield from _written(one)
        case ast.Tuple(elts=elements):
            for one in elements:
                yield from _written(one)


def _sentences() -> Iterator[tuple[str, str]]:
    for file in sorted((paths.Path(__file__).parents[3] / "evidence_kit" / "capture").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            found: list[ast.expr] = []
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                parts = [p for t in targets for p in (t.elts if isinstance(t, ast.Tuple) else [t])]
                if any(isinstance(p, ast.Attribute) and p.attr == "detail" for p in parts):
                    found.append(node.value)
            elif isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                found += node.args if name in RAISED else []
                if name == "_lacks" and len(node.args) == 2:
                    first = list(_written(node.args[0])) or ["a box inside the page", "a frame", "a slider"]
                    for what in first:
                        yield from ((file.name, f"{what} {how}") for how in _written(node.args[1]))
            elif isinstance(node, ast.FunctionDef) and node.name in {"shortcoming", "refusal", "binary_file"}:
                found += [n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value]
            for value in found:
                yield from ((file.name, text) for text in _written(value))


@pytest.mark.parametrize(("file", "text"), sorted(set(_sentences())))
def test_every_note_that_the_program_writes_is_in_french(file, text):
    said = note(text.removeprefix("; "), FR).replace("message du navigateur\u00a0: «\u00a05\u00a0»", "5")
    assert said
    assert not any(mark in said for mark in QUOTED), file
    assert said != text
    assert not re.search(r"\b(the|of|was|not|with|its)\b", said), said


def test_joined_notes_are_told_one_by_one():
    joined = (
        "the consent wall stayed: no way to refuse was found in it; it holds the page so that a reader cannot scroll"
    )
    assert note(joined, FR) == (
        "le bandeau de cookies est resté (aucun moyen de refuser n’y a été trouvé)\u00a0; "
        "il retient la page, qu’on ne peut alors pas faire défiler"
    )
    whole = "the first answer stopped half-way; asked once more"
    assert note(f"3 not kept; {whole}", EN) == f"could not be kept: 3; {whole}"


def test_what_the_browser_said_is_quoted_as_such():
    assert (
        note("Cannot read properties of null", FR)
        == "message du navigateur\u00a0: «\u00a0Cannot read properties of null\u00a0»"
    )
    assert note("net::ERR_NAME_NOT_RESOLVED", FR) == "code d’erreur\u00a0: net::ERR_NAME_NOT_RESOLVED"
    assert note("", FR) == ""
    assert "\u202e" not in note("a\u202eb", FR)


def test_why_nothing_could_be_loaded_is_said_in_words():
    assert unloaded("net::ERR_CERT_AUTHORITY_INVALID", FR) == "le certificat du site n’était pas valable"
    assert "expired" in unloaded("net::ERR_CERT_DATE_INVALID", EN)
    assert unloaded("net::ERR_NAME_NOT_RESOLVED", EN) == "no site answered to this name"
    assert unloaded("net::ERR_SOMETHING_NEW", EN) == ""
    assert unloaded("", EN) == ""


def test_numbers_and_moments_are_written_as_french_writes_them():
    (row,) = step_rows({"steps": [{"name": "load", "ms": 12345, "scale": 1.5}]}, "fr", FR)
    assert row.detail == "12\u202f345 ms\u00a0; Échelle\u00a0: 1,5"
    assert scalar("2026-11-24T14:12:00.000Z", FR) == "24/11/2026 14:12:00 UTC"
    assert scalar("2026-11-24T14:12:00.000Z", EN) == "2026-11-24 14:12:00 UTC"
    assert (signed_seconds(-1500, FR), signed_seconds(-1500, EN)) == ("-1,5", "-1.5")
