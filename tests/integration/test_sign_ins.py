"""Kept sign-ins: only when she says so, used when she says so, in the vault's rows and nowhere else."""

from __future__ import annotations

import functools
import json
import secrets
import shutil
import sys
import tempfile
from io import StringIO
from pathlib import Path

import pytest

from evidence_kit import paths
from evidence_kit.cli.main import main
from evidence_kit.errors import UsageError
from evidence_kit.jobs import CancelToken, no_progress
from evidence_kit.records import Outcome, Subject
from evidence_kit.workflow.records import CaptureRequest
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE
from tests.integration.test_visible import BEARER, FORM, PASSWORD, TOKEN, all_bytes, sign_in, sit
from tests.kit.screen import virtual_screen
from tests.kit.site import Reply, Site, page
from tests.kit.traces import Watcher

LABEL = "lola.b_93 at the forum"
SECRETS = (PASSWORD, TOKEN, BEARER)


@pytest.fixture(scope="module", autouse=True)
def screen():
    with virtual_screen() as made:
        yield made


class Members(Site):
    """Shows its private page only to who brings the cookie."""

    def __init__(self) -> None:
        cookie = [f"sid={TOKEN}; HttpOnly; Path=/; Max-Age=3600"]
        moved = {"Location": "/private", "Set-Cookie": cookie, "Content-Type": "text/html"}
        inside = f"""<!doctype html><title>Private</title><h1>kept words</h1><p>echo {TOKEN}</p><p id=stored></p>
        <script>localStorage.auth_token ||= "{BEARER}"; stored.textContent = localStorage.auth_token;
        fetch("/api", {{headers: {{Authorization: "Bearer " + localStorage.auth_token}}}})</script>"""
        super().__init__({"/": page(FORM), "/session": Reply(b"", status=302, headers=moved), "/private": page(inside)})

    @property
    def brought(self) -> list[str]:
        """The cookies that came with the private page."""
        return [h.get("Cookie", "") for path, h in zip(self.asked, self.headers, strict=True) if path == "/private"]


@pytest.fixture
def site():
    with Members() as made:
        yield made


@pytest.fixture
def kept(session, site):
    """A session with one kept sign-in."""
    with sit(session, site) as sitting:
        sign_in(sitting)
        assert session.sign_ins.all() == []
        sitting.keep_sign_in(LABEL)
    return session


def request_for(site, **changed) -> CaptureRequest:
    return CaptureRequest(
        url=f"{site.url}/private", **({"subject": Subject.ADULT, "stamp": False, "sign_in": LABEL} | changed)
    )


def events(session, chain) -> list[tuple[str, dict]]:
    return [(json.loads(e.entry)["type"], json.loads(e.entry)) for e in session.log(chain)[0]]


def test_kept_sign_in_opens_the_page_unseen_and_its_secrets_are_overwritten(kept, site, tmp_path):
    before = len(site.brought)
    record = kept.capture(request_for(site), no_progress, CancelToken())
    assert record.exhibit.outcome is Outcome.COMPLETE, record.exhibit.missing
    assert site.brought[before:] == [f"sid={TOKEN}"]
    everything = all_bytes(kept, record, tmp_path)
    assert b"kept words" in everything
    out = tmp_path / "out.zip"
    kept.export(kept.case(None).id, out, progress=no_progress, cancel=CancelToken())
    everything += out.read_bytes()
    everything += b"".join(p.read_bytes() for p in kept.path.rglob("*") if p.is_file())
    everything += b"".join(e.entry for chain in (None, kept.case(None).id) for e in kept.log(chain)[0])
    for secret in SECRETS:
        at = everything.find(secret.encode())
        assert at < 0, everything[max(0, at - 300) : at + 50]
    manifest = json.loads(kept._context.vault.index.manifest(record.exhibit.id))
    assert manifest["browser"]["kept_session"]["kept_at"]
    assert manifest["browser"]["fresh_profile"]["imported_session"] is True
    assert manifest["browser"]["fresh_profile"]["cookies_before"] == 1
    assert LABEL not in json.dumps(manifest)
    annex = json.loads(kept._context.vault.index.annex(record.exhibit.id))
    assert annex["values"]["kept_session_label"] == LABEL
    assert not any(a.role == "wacz-confidential" for a in record.artifacts)
    assert [s["result"] for s in manifest["steps"] if s["name"] == "consent"] == ["skipped"]


def test_each_keeping_use_and_forgetting_is_noted_without_the_label(kept, site):
    (one,) = kept.sign_ins.all()
    assert one.sites == ("127.0.0.1",)
    kept.capture(request_for(site), no_progress, CancelToken())
    assert kept.sign_ins.all()[0].used_at
    kept.sign_ins.forget(LABEL)
    assert kept.sign_ins.all() == []
    vault, case = events(kept, None), events(kept, kept.case(None).id)
    assert [t for t, _ in vault if t.startswith("session.")] == ["session.kept", "session.forgotten"]
    assert [t for t, _ in case if t.startswith("session.")] == ["session.used"]
    assert LABEL not in json.dumps([vault, case])
    with pytest.raises(UsageError, match="No sign-in is kept"):
        kept.capture(request_for(site), no_progress, CancelToken())


def test_window_opens_signed_in_with_a_kept_sign_in(kept, site):
    before = len(site.brought)
    with kept.open_visibly(request_for(site), CancelToken()) as sitting:
        assert site.brought[before:] == [f"sid={TOKEN}"]
        record = sitting.capture(no_progress)
    manifest = json.loads(kept._context.vault.index.manifest(record.exhibit.id))
    assert manifest["browser"]["fresh_profile"]["imported_session"] is True
    assert manifest["browser"]["visible"]["way"] == "loaded-again"


def test_keeping_again_under_the_same_name_replaces(kept, site):
    with sit(kept, site) as sitting:
        sign_in(sitting)
        sitting.keep_sign_in(f"  {LABEL} ")
    assert [s.label for s in kept.sign_ins.all()] == [LABEL]


def test_nothing_is_kept_where_no_site_left_anything(session, site):
    with sit(session, site) as sitting, pytest.raises(UsageError, match="nothing to keep"):
        sitting.keep_sign_in(LABEL)
    assert session.sign_ins.all() == []


@pytest.mark.parametrize("changed", [{"subject": Subject.UNKNOWN}, {"accept_certificate": True}, {"sign_in": "other"}])
def test_kept_sign_in_is_refused_before_anything_is_loaded(kept, site, changed):
    before = len(site.asked)
    with pytest.raises(UsageError):
        kept.capture(request_for(site, **changed), no_progress, CancelToken())
    assert len(site.asked) == before
    assert kept.sign_ins.all()[0].used_at == ""


class Rotating(Members):
    """Gives a new cookie with every private page and knows the last one alone; a stranger sees the sign-in."""

    def __init__(self) -> None:
        super().__init__()
        self.valid, self.given = TOKEN, [TOKEN]
        self.ending = ""
        """How it ends a sign-in: ``wall``, ``taken-back`` (the page is shown without the cookie), ``public``."""
        inside, site = self.pages["/private"].body, self

        class Pages(dict):
            def get(self, path, default=None):
                if path != "/private":
                    return super().get(path, default)
                knows = site.headers[-1].get("Cookie", "").startswith(f"sid={site.valid}")
                if site.ending == "public":
                    return page(
                        "<h1>kept words for all</h1><form><input type=password name=p></form>", **cookie("anon")
                    )
                if site.ending == "taken-back":
                    return page("<h1>kept words for all</h1>", Set_Cookie="sid=; Max-Age=0; Path=/")
                if site.ending == "wall" or not knows:
                    return page(FORM)
                brought, site.valid = site.valid, f"Rotated{len(site.given)}token0123456789"
                site.given.append(site.valid)
                said = inside.replace(TOKEN.encode(), f"{brought} and {site.valid}".encode())
                return Reply(said, headers={"Content-Type": "text/html"} | cookie(site.valid, "Set-Cookie"))

        def cookie(value, name="Set_Cookie"):
            return {name: f"sid={value}; HttpOnly; Path=/; Max-Age=3600"}

        self.pages = Pages(self.pages)


def kept_values(session) -> set[str]:
    (one,) = session.sign_ins.all()
    return {c["value"] for c in session._context.vault.index.session_state(one.id)["cookies"]}


@pytest.fixture
def rotating(session):
    with Rotating() as site:
        with sit(session, site) as sitting:
            sign_in(sitting)
            sitting.keep_sign_in(LABEL)
        yield site


def test_sign_in_that_the_site_renews_lives_on_and_is_nowhere_in_clear(session, rotating, tmp_path):
    everything = b""
    for _ in range(3):
        record = session.capture(request_for(rotating), no_progress, CancelToken())
        assert record.sign_in == "renewed"
        assert kept_values(session) == {rotating.valid}
        everything += all_bytes(session, record, tmp_path)
        assert b"kept words" in everything
    case = session.case(None).id
    assert [t for t, _ in events(session, case) if t.startswith("session.")] == ["session.used", "session.renewed"] * 3
    session.export(case, tmp_path / "out.zip", progress=no_progress, cancel=CancelToken())
    everything += (tmp_path / "out.zip").read_bytes()
    everything += b"".join(p.read_bytes() for p in session.path.rglob("*") if p.is_file())
    everything += b"".join(e.entry for chain in (None, case) for e in session.log(chain)[0])
    everything += session._context.vault.index.manifest(record.exhibit.id)
    assert len(rotating.given) >= 4
    for secret in (*SECRETS, *rotating.given):
        assert secret.encode() not in everything


@pytest.mark.parametrize("ending", ["wall", "taken-back", "public"])
def test_kept_sign_in_is_never_replaced_by_a_weaker_one(session, rotating, ending):
    before = kept_values(session)
    rotating.ending = ending
    record = session.capture(request_for(rotating), no_progress, CancelToken())
    assert kept_values(session) == before
    told = [t for t, _ in events(session, session.case(None).id) if t.startswith("session.")]
    if ending == "public":  # nobody can tell
        assert (record.sign_in, told) == ("", ["session.used"])
    else:
        assert (record.sign_in, told) == ("ended", ["session.used", "session.ended"])
        assert "seems to have ended" in record.sign_in_said
        assert record.as_json()["sign_in"] == "ended"


def test_what_she_does_in_a_window_changes_the_kept_sign_in_only_when_she_says_so(session, rotating):
    with session.open_visibly(request_for(rotating), CancelToken()) as sitting:
        assert sitting.capture(no_progress).sign_in == ""
        before = kept_values(session)
        sitting.keep_sign_in(LABEL)
    assert kept_values(session) == {rotating.valid} != before


def call(monkeypatch, capsys, vault, tmp_path, *arguments, words=""):
    (tmp_path / "pass").write_text(PASSPHRASE)
    monkeypatch.setattr(sys, "stdin", StringIO(words))
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--vault", str(vault), "--passphrase-file", str(tmp_path / "pass"), "--json"])
    return left.value.code, json.loads(capsys.readouterr().out)


def test_command_line_keeps_lists_uses_and_forgets(tmp_path, authorities, cheap, site, monkeypatch, capsys):
    made, _code = Session.create(tmp_path / "vault", PASSPHRASE, "Mina")
    with made:
        made.add_case("A")
    ask = functools.partial(call, monkeypatch, capsys, tmp_path / "vault", tmp_path)
    adult = ("--subject", "adult", "--no-stamp")
    private = f"{site.url}/private"
    site.pages["/"] = site.pages["/session"]  # signs in whoever comes
    assert ask("session", "list") == (0, [])
    assert ask("capture", site.url, *adult, "--keep-session", LABEL)[0] == 2
    assert ask("capture", site.url, *adult, "--visible", "--keep-session", LABEL, words="done\n") == (0, [])
    code, found = ask("session", "list")
    assert (code, [f["label"] for f in found]) == (0, [LABEL])
    code, (record,) = ask("capture", private, *adult, "--session", LABEL)
    assert (code, record["outcome"]) == (0, "complete")
    assert ask("capture", private, f"{site.url}/", *adult, "--session", LABEL)[0] == 2
    assert ask("capture", private, *adult, "--thread", "--session", LABEL)[0] == 2
    assert ask("session", "forget", LABEL) == (0, {"label": LABEL, "forgotten": True})
    assert ask("capture", private, *adult, "--session", LABEL)[0] == 2


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_visible_browser_and_kept_sign_in_leave_no_marker_in_clear_in_any_file(session, site, monkeypatch):
    marker = "zq" + secrets.token_hex(16)
    temp = Path(tempfile.mkdtemp(prefix="k"))  # short: the browser puts a socket below it
    monkeypatch.setenv("TMPDIR", str(temp))
    site.pages["/private"] = page(
        f"""<!doctype html><title>{marker}</title><h1>{marker}</h1><script>
        localStorage.auth_token = "{marker}"; document.cookie = "sid2={marker}";
        caches.open("x").then(c => c.put("/y", new Response("{marker}")));</script>"""
    )
    home = Path.home()
    folders = [temp, session.path, paths.home(), Path("/dev/shm"), home / ".cache", home / ".config", home / ".pki"]
    try:
        with Watcher(marker, folders) as watcher:
            with sit(session, site) as sitting:
                sign_in(sitting)
                sitting.capture(no_progress)
                sitting.capture(no_progress, keep=True)
                sitting.keep_sign_in(LABEL)
            session.capture(request_for(site), no_progress, CancelToken())
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    assert not watcher.seen
