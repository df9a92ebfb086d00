"""The visible window: nothing before she says so, and nothing that opens her account in what is kept."""

from __future__ import annotations

import functools
import gzip
import json
import subprocess
import sys
import time
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import psutil
import pytest

from evidence_kit import paths, system
from evidence_kit.capture import leftovers
from evidence_kit.cli.main import main
from evidence_kit.errors import Cancelled, UsageError
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow.records import CaptureRequest
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE
from tests.kit.screen import virtual_screen
from tests.kit.site import Reply, Site, data, page

PASSWORD = "otter-Password-55120"
TOKEN = "T0kenOfHers5512098a7b6c"
BEARER = "B3arerOfHers8821774z"

FORM = """<!doctype html><title>Sign in</title><form method=post action=/session>
<input name=user><input type=password name=password><button>Sign in</button></form>"""
ACCOUNT = f"""<!doctype html><title>Private</title><h1>kept words</h1><p>echo {TOKEN}</p>
<a href="/out?token={TOKEN}">out</a><form><input type=password name=p value="{PASSWORD}"></form>
<input type=hidden name=csrf_token value={TOKEN}><script>localStorage.setItem("auth_token", "{BEARER}");
fetch("/api", {{headers: {{Authorization: "Bearer {BEARER}"}}}})</script>"""


@pytest.fixture(scope="module", autouse=True)
def screen():
    with virtual_screen() as made:
        yield made


@pytest.fixture
def site():
    signed = {"Content-Type": "text/html", "Location": f"/private?token={TOKEN}"}
    cookie = [f"sid={TOKEN}; HttpOnly; Path=/"]
    pages = {
        "/": page(FORM),
        "/session": Reply(b"", status=302, headers=signed | {"Set-Cookie": cookie}),
        "/private": Reply(ACCOUNT.encode(), headers={"Content-Type": "text/html; charset=utf-8", "Set-Cookie": cookie}),
        "/api": data(json.dumps({"token": BEARER}).encode(), "application/json"),
    }
    with Site(pages) as made:
        yield made


def sit(session, site, cancel=None):
    request = CaptureRequest(url=site.url, subject=Subject.ADULT)
    return session.open_visibly(request, cancel or CancelToken())


def sign_in(sitting):
    """What her hands do in the window."""
    host = sitting._host

    async def work(_on_abort):
        window = host._window.page
        await window.fill("input[name=user]", "mina")
        await window.fill("input[type=password]", PASSWORD)
        await window.click("button")
        await window.wait_for_url("**/private*", wait_until="load")

    host._call(work, CancelToken())


def all_bytes(session, record, tmp_path):
    """Every artifact, manifest and annex in clear, archives unpacked."""
    index = session._context.vault.index
    found = [index.manifest(record.exhibit.id), json.dumps(record.as_json()).encode()]
    annex = index.annex(record.exhibit.id)
    found += [annex] if annex else []
    for number, artifact in enumerate(record.artifacts):
        out = tmp_path / f"artifact-{record.exhibit.number}-{number}"
        session.extract(record.exhibit.id, f"{artifact.role}:{artifact.name}", out)
        found.append(out.read_bytes())
        if artifact.role.startswith("wacz"):
            with zipfile.ZipFile(out) as archive:
                for name in archive.namelist():
                    inner = archive.read(name)
                    found.append(gzip.decompress(inner) if name.endswith(".gz") else inner)
    return b"\n".join(found)


def test_password_and_token_are_neither_in_vault_nor_export(session, site, tmp_path):
    with sit(session, site) as sitting:
        sign_in(sitting)
        assert session.exhibits() == []
        again, kept = sitting.capture(no_progress), sitting.capture(no_progress, keep=True)
    assert again.exhibit.outcome is Outcome.COMPLETE, again.exhibit.missing
    assert b"kept words" in all_bytes(session, again, tmp_path)
    out = tmp_path / "out.zip"
    session.export(session.case(None).id, out, progress=no_progress, cancel=CancelToken())
    everything = b""
    with zipfile.ZipFile(out) as bag:
        for name in bag.namelist():
            inner = bag.read(name)
            everything += inner
            if name.endswith(".wacz"):
                with zipfile.ZipFile(BytesIO(inner)) as archive:
                    everything += b"".join(
                        gzip.decompress(archive.read(n)) if n.endswith(".gz") else archive.read(n)
                        for n in archive.namelist()
                    )
    clear = tmp_path / "clear"
    clear.mkdir()
    everything += all_bytes(session, again, clear) + all_bytes(session, kept, clear)
    everything += b"".join(e.entry for e in session.log(session.case(None).id)[0])
    everything += b"".join(p.read_bytes() for p in session.path.rglob("*") if p.is_file())
    for secret in (PASSWORD, TOKEN, BEARER):
        at = everything.find(secret.encode())
        assert at < 0, everything[max(0, at - 300) : at + 50]


def test_page_is_loaded_again_signed_in_and_the_manifest_says_how(session, site):
    with sit(session, site) as sitting:
        sign_in(sitting)
        before = site.asked.count(f"/private?token={TOKEN}")
        record = sitting.capture(no_progress)
        assert sitting.address.startswith(site.url)
    assert site.asked.count(f"/private?token={TOKEN}") == before + 1
    assert site.asked.count("/session") == 1
    manifest = json.loads(session._context.vault.index.manifest(record.exhibit.id))
    browser = manifest["browser"]
    assert [s["result"] for s in manifest["steps"] if s["name"] == "consent"] == ["skipped"]
    assert browser["headless"] is False
    assert browser["visible"]["way"] == "loaded-again"
    assert browser["fresh_profile"]["cookies_before"] == 1
    assert browser["fresh_profile"]["pages_before"] >= 2
    assert not any(a.role == "wacz-confidential" for a in record.artifacts)


def test_kept_as_it_stands_is_partial_and_asks_the_site_nothing(session, site):
    with sit(session, site) as sitting:
        sign_in(sitting)
        while "/api" not in site.asked:  # her own page still asks for it
            time.sleep(0.05)
        before = len(site.asked)
        record = sitting.capture(no_progress, keep=True)
        assert len(site.asked) == before
        sitting.capture(no_progress, keep=True)  # her page is still there
    assert record.exhibit.outcome is Outcome.PARTIAL
    assert {"wacz", "response-html"} <= set(record.exhibit.missing)
    assert {"screenshot", "dom-html", "text", "first-view"} <= {a.role for a in record.artifacts}


@pytest.mark.parametrize("subject", [Subject.MINOR, Subject.WAS_MINOR, Subject.UNKNOWN])
def test_where_a_minor_may_be_shown_no_window_opens(session, site, subject):
    with pytest.raises(UsageError, match="adults"):
        session.open_visibly(CaptureRequest(url=site.url, subject=subject), CancelToken())
    assert site.asked == []


def test_without_a_screen_it_is_refused(session, site, monkeypatch):
    monkeypatch.setattr(system, "has_screen", lambda: False)
    with pytest.raises(UsageError, match="screen"):
        sit(session, site)


def test_cancel_takes_the_window_off_the_screen(session, site):
    cancel = CancelToken()
    with sit(session, site, cancel) as sitting:
        process = psutil.Process(sitting._host._engine.process)
        cancel.cancel()
        process.wait(3)
        with pytest.raises(Cancelled):
            sitting.capture(no_progress)
    assert list((paths.home() / leftovers.FOLDER).glob("*")) == []


VISIBLE = """import sys,time
from evidence_kit.capture.visible_host import VisibleBrowser
from evidence_kit.capture.plan import make_plan
from evidence_kit.records import Subject
from evidence_kit.settings import Settings
from evidence_kit.jobs import CancelToken
v = VisibleBrowser()
v.show(make_plan(sys.argv[1], Subject.ADULT, Settings()), CancelToken())
print("up", flush=True)
time.sleep(60)
"""
UNSEEN = """import time
from evidence_kit.capture.host import BrowserHost
host = BrowserHost()
host.about()
print("up", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("program", [VISIBLE, UNSEEN], ids=["visible", "unseen"])
def test_leftovers_of_a_killed_run_are_removed_at_the_next_start(program, site, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # others may start browsers meanwhile
    monkeypatch.setattr(system, "temporary_folder", lambda: tmp_path)
    run = subprocess.Popen([sys.executable, "-c", program, site.url], stdout=subprocess.PIPE)
    assert run.stdout is not None
    assert run.stdout.readline().strip() == b"up"
    (note,) = (paths.home() / leftovers.FOLDER).glob("*.json")
    profile, other = (Path(json.loads(note.read_text())[name]) for name in ("profile", "other"))
    assert profile.is_dir()
    assert other.is_dir()
    assert leftovers.remove() == 0  # it still runs
    family = psutil.Process(run.pid).children(recursive=True)
    for process in [psutil.Process(run.pid), *family]:  # the helper would tidy up by itself
        if (process.is_running() and "node" in process.name()) or process.pid == run.pid:
            process.kill()
    run.wait()
    assert leftovers.remove() == 1
    assert not profile.exists()
    assert not other.exists()
    psutil.wait_procs(family, timeout=5)
    assert not any(str(profile) in " ".join(p.cmdline()) for p in family if p.is_running())
    assert not note.exists()


def test_a_note_that_names_another_folder_removes_nothing(tmp_path):
    folder = paths.home() / leftovers.FOLDER
    folder.mkdir(parents=True)
    hers = tmp_path / "playwright_chromiumdev_profile-x"
    hers.mkdir()
    (folder / "a.json").write_text(json.dumps({"process": 0, "profile": str(hers), "other": str(hers)}))
    (folder / "b.json").write_text("no note")
    leftovers.remove()
    assert hers.is_dir()


def call(monkeypatch, capsys, vault, tmp_path, words, *arguments):
    (tmp_path / "pass").write_text(PASSPHRASE)
    monkeypatch.setattr(sys, "stdin", StringIO(words))
    where = ["--vault", str(vault), "--passphrase-file", str(tmp_path / "pass"), "--no-stamp", "--json"]
    with pytest.raises(SystemExit) as left:
        main(["capture", *arguments, "--visible", *where])
    return left.value.code, json.loads(capsys.readouterr().out)


def test_command_line_takes_its_words_from_stdin(tmp_path, authorities, cheap, site, monkeypatch, capsys):
    made, _code = Session.create(tmp_path / "vault", PASSPHRASE, "Mina")
    with made:
        made.add_case("A")
    ask = functools.partial(call, monkeypatch, capsys, tmp_path / "vault", tmp_path)
    code, answer = ask("capture\nkeep\ndone\n", site.url, "--subject", "adult")
    assert code == 3
    assert [r["outcome"] for r in answer] == ["complete", "partial"]
    assert ask("", site.url, "--subject", "adult") == (0, [])
    assert ask("done\n", site.url, "--subject", "unknown")[0] == 2
    assert ask("done\n", site.url, site.other, "--subject", "adult")[0] == 2
