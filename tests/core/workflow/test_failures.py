"""Why nothing answered, in words; and that no sentence sends a person in the window to the command line."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from evidence_kit.records import Exhibit, Kind, Outcome, Subject
from evidence_kit.workflow.failures import explain, kind_of
from evidence_kit.workflow.records import ExhibitRecord, reason_of

ROOT = Path(__file__).parents[3]


def _record(outcome: Outcome, reason: str) -> ExhibitRecord:
    exhibit = Exhibit(
        id="e", case_id="c", number=4, kind=Kind.CAPTURE, subject=Subject.ADULT, outcome=outcome, missing=(),
        url_requested="https://example.org/", url_final="", title="", started_at="", finished_at="",
        manifest_sha256="0" * 64,
    )  # fmt: skip
    return ExhibitRecord(exhibit=exhibit, artifacts=(), tokens=(), reason=reason)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("net::ERR_TOO_MANY_REDIRECTS", "loop"),
        ("net::ERR_UNSAFE_REDIRECT", "astray"),
        ("net::ERR_INVALID_REDIRECT", "astray"),
        ("net::ERR_NAME_NOT_RESOLVED", "not-found"),
        ("net::ERR_DNS_TIMED_OUT", "not-found"),
        ("net::ERR_CONNECTION_REFUSED", "refused"),
        ("net::ERR_CONNECTION_TIMED_OUT", "silent"),
        ("net::ERR_TIMED_OUT", "silent"),
        ("Timeout 30000ms exceeded.", "silent"),
        ("net::ERR_CONNECTION_RESET", "broken"),
        ("net::ERR_EMPTY_RESPONSE", "broken"),
        ("net::ERR_INTERNET_DISCONNECTED", "offline"),
        ("net::ERR_ADDRESS_UNREACHABLE", "unreachable"),
        ("net::ERR_PROXY_CONNECTION_FAILED", "proxy"),
        ("net::ERR_TUNNEL_CONNECTION_FAILED", "proxy"),
        ("net::ERR_CERT_AUTHORITY_INVALID", "certificate"),
        ("net::ERR_SSL_PROTOCOL_ERROR", "insecure"),
        ("net::ERR_BLOCKED_BY_ADMINISTRATOR", "blocked"),
        ("net::ERR_UNSAFE_PORT", "unopened"),
        ("net::ERR_INVALID_HTTP_RESPONSE", "strange"),
        ("net::ERR_SOMETHING_NEW", "other"),
        ("", "other"),
    ],
)
def test_word_of_the_browser_is_understood(reason, kind):
    assert kind_of(reason) == kind


def test_each_reason_says_what_happened_what_is_kept_and_what_to_do():
    for reason in ("net::ERR_NAME_NOT_RESOLVED", "net::ERR_CONNECTION_REFUSED", "Timeout 1ms exceeded.", ""):
        failure = explain(_record(Outcome.FAILED, reason))
        assert failure is not None
        assert failure.happened.endswith(".")
        assert "4" in failure.kept
        assert failure.todo.endswith(".")
        assert "ERR_" not in failure.happened + failure.todo


def test_certificate_that_is_not_valid_is_not_called_silence():
    failure = explain(_record(Outcome.FAILED, "net::ERR_CERT_DATE_INVALID"))
    assert failure is not None
    assert failure.certificate
    assert "nothing answered" not in (failure.happened + failure.kept + failure.todo).lower()


def test_what_answered_is_no_failure():
    for outcome in (Outcome.COMPLETE, Outcome.PARTIAL):
        assert explain(_record(outcome, "net::ERR_ABORTED")) is None


@pytest.mark.parametrize("network", [None, [], {}, {"error": None}, {"error": 3}])
def test_manifest_that_tells_no_reason_gives_none(network):
    assert reason_of(network) == ""


def _sentences(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {"_", "t", "tr", "translate"}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in called:
                found += [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return found


def test_only_the_command_line_names_its_own_verbs():
    verb = re.compile(r"evidence-kit [a-z]|(?<![\w-])--[a-z]")
    files = [p for p in (ROOT / "evidence_kit").rglob("*.py") if p.parent.name != "cli"] + list(ROOT.glob("ui/*.py"))
    said = [(path.name, sentence) for path in files for sentence in _sentences(path) if verb.search(sentence)]
    assert said == []


def test_help_of_the_window_names_no_verb():
    for path in (ROOT / "resources" / "docs" / "help").glob("*.md"):
        assert "evidence-kit " not in path.read_text(encoding="utf-8")
