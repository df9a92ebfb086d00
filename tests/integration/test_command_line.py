"""The command line as scripts rely on it: one JSON document, the right exit code, a sentence for every failure."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.conftest import PASSPHRASE


def test_vault_lives_in_the_home_and_is_not_made_twice(run, vault):
    assert Path(vault["vault"]) == Path(os.environ["EVIDENCE_KIT_HOME"], "vault")
    code, answer = run("vault", "create")
    assert code in {1, 2}
    assert answer["error"]["message"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("capture", "https://example.org"),
        ("capture", "https://example.org", "--subject", "child"),
        ("capture", "--subject", "adult"),
        ("import", "--subject", "adult"),
        ("export", "--case", "x"),
        ("verify",),
        ("extract", "1"),
        ("list", "--frobnicate"),
        (),
        ("vault",),
        ("case",),
        ("exhibit",),
    ],
)
def test_wrong_use_is_exit_2_with_an_error_document(run, vault, arguments):
    code, answer = run(*arguments)
    assert code == 2
    assert answer["error"]["kind"] == "usage"
    assert answer["error"]["message"]
    assert answer["error"]["hint"]
    assert not {"\n", "\t"} & set(answer["error"]["message"] + answer["error"]["hint"])


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "chrome://settings",
        "about:blank",
        "ftp://example.org/x",
        "view-source:https://example.org",
        "https://",
        "https://exa mple.org/",
        "",
        "http://user:secret@example.org/",
        "notanaddress",
        "//",
    ],
)
def test_address_that_is_not_opened_is_exit_2_and_leaves_no_trace(run, case, address):
    code, answer = run("capture", address, "--subject", "adult")
    assert code == 2, answer
    assert answer["error"]["message"]
    assert "secret" not in json.dumps(answer)
    assert run("list")[1] == []


def test_wrong_passphrase_is_exit_1(run, vault, passphrase):
    passphrase.write_text("not this one at all\n")
    code, answer = run("list")
    assert (code, answer["error"]["kind"]) == (1, "wrong-passphrase")


def test_folder_that_is_no_vault_is_exit_2(run, tmp_path):
    code, answer = run("--vault", tmp_path, "list")
    assert (code, answer["error"]["kind"]) == (2, "vault-not-found")


def test_newer_vault_is_exit_2_and_untouched(run, vault):
    header = Path(vault["vault"], "vault.json")
    value = json.loads(header.read_text())
    header.write_text(json.dumps(value | {"version": 99}))
    code, answer = run("list")
    assert (code, answer["error"]["kind"]) == (2, "vault-too-new")


def test_vault_in_use_is_a_clear_answer(run, vault):
    from evidence_kit.workflow.session import Session

    with Session.open(Path(vault["vault"]), PASSPHRASE):
        code, answer = run("list")
    assert (code, answer["error"]["kind"]) == (1, "vault-busy")
    assert answer["error"]["hint"]
    assert run("list") == (0, [])


def test_recovery_code_opens_the_vault_again(run, vault, tmp_path, passphrase):
    code_file, new = tmp_path / "code", tmp_path / "new"
    code_file.write_text(vault["recovery_code"].lower().replace("-", " ") + "\n")
    new.write_text("another river at dawn 8\n")
    assert run("vault", "recover", "--recovery-code-file", code_file, "--new-passphrase-file", new)[0] == 0
    assert run("list")[0] == 1
    passphrase.write_text("another river at dawn 8\n")
    assert run("list") == (0, [])
    code_file.write_text("AAAA-BBBB\n")
    assert run("vault", "recover", "--recovery-code-file", code_file, "--new-passphrase-file", new)[0] in {1, 2}


def test_passphrase_is_changed(run, vault, tmp_path, passphrase):
    new = tmp_path / "new"
    new.write_text("third river at noon 9\n")
    assert run("vault", "passphrase", "--new-passphrase-file", new)[0] == 0
    assert run("list")[0] == 1
    passphrase.write_text("third river at noon 9")
    assert run("list")[0] == 0


def test_import_lists_shows_extracts_logs(run, case, tmp_path):
    file = tmp_path / "chat.txt"
    file.write_bytes("Bonjour à toutes".encode())
    code, (made,) = run("import", file, "--subject", "adult", "--giver", "Léa")
    assert code == 0
    assert made["kind"] == "import"
    assert sorted(t["status"] for t in made["tokens"]) == ["granted", "granted"]
    assert [e["exhibit"] for e in run("list")[1]] == [made["exhibit"]]
    assert "artifacts" not in run("list")[1][0]
    assert run("list", "--search", "chat")[1]
    assert run("list", "--search", "zebra")[1] == []
    shown = run("show", "1")[1]
    assert shown["artifacts"][0]["role"] == "original"
    out = tmp_path / "back.txt"
    code, answer = run("extract", made["exhibit"], "original", "-o", out)
    assert (code, out.read_bytes()) == (0, file.read_bytes())
    assert answer["sha256"] == shown["artifacts"][0]["sha256"]
    assert run("extract", made["exhibit"], "original", "-o", out)[0] == 2
    assert run("extract", made["exhibit"], "screenshot", "-o", tmp_path / "no")[0] == 2
    log = run("log", "--case", case)[1]
    assert [e["type"] for e in log["entries"]][-1] == "exhibit.extracted"
    assert all(e["actor"] == "" for e in log["entries"])
    assert log["head"] == log["entries"][-1]["head"]


def test_minor_import_reads_nothing_and_offers_words(run, case, tmp_path):
    fifo = tmp_path / "would-block-if-opened"
    os.mkfifo(fifo)
    code, answer = run("import", fifo, "--subject", "minor")
    assert (code, answer["error"]["kind"]) == (1, "import-refused")
    assert "--describe" in answer["error"]["hint"]
    code, (made,) = run("import", "--describe", "Une photo sur le forum X, le 3 mars", "--subject", "minor")
    assert code == 0
    assert {a["role"] for a in made["artifacts"]} == {"text", "capture-log"}


def test_case_for_someone_else_needs_her_mandate(run, vault):
    case = run("case", "add", "Pour L.", "--for-someone-else")[1]["case"]
    code, answer = run("capture", "http://127.0.0.1:9/", "--case", case, "--subject", "adult")
    assert code == 2
    assert "mandate" in answer["error"]["message"]
    assert run("case", "consent", case, "--person", "L.", "--scope", "plainte", "--dated", "2026-03-01")[0] == 0
    code, (made,) = run("capture", "http://127.0.0.1:9/", "--case", case, "--subject", "adult")
    assert (code, made["outcome"]) == (1, "failed")


def test_no_case_yet_says_what_to_do(run, vault, tmp_path):
    (tmp_path / "x").write_text("x")
    code, answer = run("import", tmp_path / "x", "--subject", "adult")
    assert code == 2
    assert "case add" in answer["error"]["hint"]


def test_closed_case_takes_nothing_more(run, case, tmp_path):
    assert run("case", "close", case)[1]["closed_at"]
    (tmp_path / "x").write_text("x")
    assert run("import", tmp_path / "x", "--subject", "adult", "--case", case)[0] == 2


def test_actor_stands_in_each_event(run, vault):
    case = run("case", "add", "B", "--actor", "Nour")[1]["case"]
    assert run("log", "--case", case)[1]["entries"][0]["actor"] == "Nour"


def test_withdrawn_exhibit_leaves_a_tombstone(run, case, tmp_path):
    file = tmp_path / "x"
    file.write_bytes(os.urandom(50_000))
    made = run("import", file, "--subject", "adult")[1][0]
    blobs = run("vault", "check")[1]["blobs"]
    assert run("exhibit", "withdraw", made["exhibit"], "--reason", "doublon")[1]["state"] == "withdrawn"
    checked = run("vault", "check")[1]
    assert (checked["verdict"], checked["blobs"]) == ("sound", blobs - 1)
    entry = run("log", "--case", case)[1]["entries"][-1]
    assert (entry["type"], entry["purpose"]) == ("exhibit.withdrawn", "doublon")
    assert entry["digests"]["manifest"] == made["manifest_sha256"]


def test_stamp_with_something_left_is_exit_3(run, case, authorities, tmp_path):
    authorities[0].mode = "500"
    (tmp_path / "x").write_text("x")
    code, (made,) = run("import", tmp_path / "x", "--subject", "adult")
    assert code == 0
    assert sorted(t["status"] for t in made["tokens"]) == ["granted", "pending"]
    code, told = run("stamp")
    assert told.pop("renew_before") > "2026"
    assert (code, told) == (3, {"granted": 0, "pending": 1, "refused": 0})
    authorities[0].mode = "fine"
    code, told = run("stamp")
    assert told.pop("renew_before") > "2026"
    assert (code, told) == (0, {"granted": 1, "pending": 0, "refused": 0})


def test_broken_authorities_file_is_a_sentence_not_a_lost_capture(run, case):
    Path(os.environ["EVIDENCE_KIT_HOME"], "authorities.toml").write_text("default = [")
    code, answer = run("capture", "http://127.0.0.1:9/", "--subject", "adult")
    assert (code, answer["error"]["kind"]) == (2, "settings")


def test_verify_of_rubbish_is_unreadable_never_an_error(run, tmp_path):
    rubbish = tmp_path / "x.zip"
    rubbish.write_bytes(b"PK\x03\x04 nothing")
    code, answer = run("verify", rubbish)
    assert (code, answer["verdict"]) == (2, "unreadable")
    gone = tmp_path / "gone"
    for arguments in (
        (gone,),
        (rubbish, "--data", gone),
        (rubbish, "--digest", "md5:00"),
        (rubbish, "--root", gone),
        (rubbish, "--password-file", gone),
    ):
        code, answer = run("verify", *arguments)
        assert (code, answer["verdict"]) == (2, "unreadable"), arguments
        assert answer["checks"][0]["detail"]


def test_installed_script_speaks_json_on_stdout_only(tmp_path):
    script = Path(sys.executable).with_name("evidence-kit")
    environment = os.environ | {"EVIDENCE_KIT_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [script, "list", "--json"], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert "error" in json.loads(done.stdout)
    done = subprocess.run([script, "--version"], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "evidence-kit, version 0.1.0")
    assert not (tmp_path / "home").exists()


def test_vault_folder_is_private(vault):
    assert stat.S_IMODE(Path(vault["vault"]).stat().st_mode) == 0o700


def test_vault_option_may_stand_before_the_second_word(run, tmp_path):
    assert run("vault", "--vault", tmp_path / "other", "create")[1]["vault"] == str(tmp_path / "other")
    assert run("case", "--vault", tmp_path / "other", "--actor", "Nour", "add", "B")[0] == 0


def test_help_and_version_are_one_document_too(run):
    assert run("--version") == (0, {"text": "evidence-kit, version 0.1.0\n"})
    code, answer = run("capture", "--help")
    assert code == 0
    assert "--subject" in answer["text"]


def listens(pid: int, number: signal.Signals) -> bool:
    """Whether the program has said what it does at this signal."""
    caught = next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


@pytest.fixture
def heard():
    """Ctrl+C is heard by what this test starts, also where the tests themselves run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [0.0, 0.4, 0.8])
def test_stop_at_any_moment_is_one_document_and_exit_130(tmp_path, heard, number, after):
    script = Path(sys.executable).with_name("evidence-kit")
    never = tmp_path / "never"
    os.mkfifo(never)  # opening it waits for ever, so that the run cannot end before the signal comes
    running = subprocess.Popen(
        [script, "list", "--passphrase-file", never, "--json"],
        env=os.environ | {"EVIDENCE_KIT_HOME": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    while not listens(running.pid, signal.SIGTERM):  # before that it is Python that starts, not we
        time.sleep(0.01)
    time.sleep(after)
    running.send_signal(number)
    out, _none = running.communicate(timeout=30)
    assert running.returncode == 130
    assert json.loads(out)["error"]["kind"] == "cancelled"


def test_export_to_a_place_that_is_taken_or_gone_leaves_nothing(run, case, tmp_path):
    (tmp_path / "x").write_text("x")
    run("import", tmp_path / "x", "--subject", "adult")
    link = tmp_path / "link.zip"
    link.symlink_to(tmp_path / "nowhere")
    code, answer = run("export", "--out", link)
    assert (code, answer["error"]["kind"]) == (2, "destination-exists")
    assert link.is_symlink()
    code, answer = run("export", "--out", "/proc/self/x.zip")
    assert (code, answer["error"]["kind"]) == (1, "destination-unwritable")
    assert {p.name for p in tmp_path.iterdir() if ".zip" in p.name} == {"link.zip"}


def test_new_recovery_code_replaces_the_old_one(vault, run):
    from evidence_kit.workflow.session import Session

    with Session.open(Path(vault["vault"]), PASSPHRASE) as session:
        assert session.confirm_recovery(vault["recovery_code"])
        assert session.recovery_confirmed
        new = session.new_recovery_code()
        assert not session.recovery_confirmed
        assert not session.confirm_recovery(vault["recovery_code"])
        assert session.confirm_recovery(new)


def test_root_that_is_no_certificate_is_unreadable_and_said(run, tmp_path):
    (tmp_path / "root.pem").write_text("not a certificate")
    (tmp_path / "package.zip").write_bytes(b"PK")
    code, report = run("verify", tmp_path / "package.zip", "--root", tmp_path / "root.pem")
    assert (code, report["verdict"]) == (2, "unreadable")
    assert "no certificate" in report["checks"][0]["detail"]
