"""What a person is told of a renewal: on the command line, in the package, and when things go wrong."""

from __future__ import annotations

import html
import json
import shlex
import subprocess
import zipfile

import pytest

from evidence_kit import language
from evidence_kit.cli.main import main
from tests.integration.conftest import PASSPHRASE
from tests.integration.test_renewal import begun, renew, years  # noqa: F401 - fixtures
from tests.kit.eras import Era


@pytest.fixture
def command(capsys, monkeypatch, begun):  # noqa: F811
    """The command line over the vault that lives through the years; gives (exit code, stdout, stderr)."""
    file = begun.home / "pass"
    file.write_text(PASSPHRASE)
    monkeypatch.setenv("EVIDENCE_KIT_PASSPHRASE_FILE", str(file))

    def call(*arguments: str):
        with pytest.raises(SystemExit) as left:
            main([*arguments, "--vault", str(begun.folder)])
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    return call


@pytest.fixture
def renewed(begun):  # noqa: F811
    """Renewed once, in 2030, by authorities that stand until 2041."""
    begun.now(2030.5)
    for name in ("a", "b"):
        begun.runs(name, Era(f"{name} 2029", 2029, 2041))
    with begun.open() as session:
        renew(session)
    return begun


def test_show_says_until_when_each_proof_stands_and_who_renewed_it(command, renewed):
    _code, out, _err = command("show", "1")
    assert "renewed 2030-07-02T00:00:00.000Z by b (sha256)\n    to be renewed before 2041-01-01" in out
    tokens = json.loads(command("show", "1", "--json")[1])["tokens"]
    assert [(t["authority"], [r["authority"] for r in t["renewals"]]) for t in tokens] == [("a", ["b"]), ("b", ["a"])]
    assert tokens[0]["renew_before"].startswith("2041-01-01")
    renewed.now(2050)
    assert "ended 2041-01-01 without being renewed: it counts for its own time" in command("show", "1")[1]


def test_the_package_tells_of_renewals_and_its_printed_lines_work_long_after(renewed, tmp_path, capsys, monkeypatch):
    language.choose("fr")
    with renewed.open() as session:
        package = renewed.package(session)
    renewed.now(2045)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "out")
    (top,) = (tmp_path / "out").iterdir()
    report = html.unescape((top / "data/report.html").read_text(encoding="utf-8"))
    assert "Des horodatages ont été renouvelés depuis (pièces 1, 2" in report
    assert report.count("renouvelé depuis (RFC 4998)") == 4
    assert "Horodatage renouvelé" in report
    monkeypatch.chdir(top)
    for name in ("00-LISEZ-MOI.txt", "00-README.txt"):
        lines = (top / name).read_text(encoding="utf-8").splitlines()
        records = [line for line in lines if line.startswith("evidence-kit verify data/")]
        assert len(records) == 4
        for line in records:
            with pytest.raises(SystemExit) as left:
                main([*shlex.split(line)[1:], "--json"])
            assert (left.value.code, json.loads(capsys.readouterr().out)["verdict"]) == (0, "intact")
        replies = [line for line in lines if line.startswith("openssl ts -verify -data data/exhibits/")]
        assert len(replies) == 4, "the first timestamps, as they came"
        for line in replies:
            assert "Verification: OK" in subprocess.run(shlex.split(line), capture_output=True, text=True).stdout


def test_the_command_line_says_when_it_is_time_and_what_came_of_it(command, begun):  # noqa: F811
    begun.now(2031.8)
    assert "It is time to renew: evidence-kit stamp --renew" in command("stamp")[1]
    assert "Timestamps to be renewed before: 2032-01-01" in command("vault", "info")[1]
    code, out, _err = command("stamp", "--renew")
    assert "Renewed: 4. The authorities still use certificates that end soon" in out
    begun.server.eras = dict.fromkeys(("a", "b"))
    code, out, _err = command("stamp", "--renew")
    assert (code, "no authority gave a good answer: 4. Nothing is lost" in out) == (3, True)
    begun.now(2033)
    code, out, _err = command("stamp", "--renew")
    assert (code, "There was nothing to renew. Ended without having been renewed: 4." in out) == (0, True)
    assert json.loads(command("vault", "info", "--json")[1])["ended"] == 4
