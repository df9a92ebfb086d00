"""The calls that differ between systems; the branches that cannot run here run with fakes."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import types
from pathlib import Path

import pytest

from evidence_kit import system
from evidence_kit.errors import DestinationUnwritable, StorageFull


def test_write_atomic_leaves_old_content_when_the_disk_is_full(tmp_path, monkeypatch):
    target = tmp_path / "settings.toml"
    target.write_bytes(b"old")

    def full(_handle):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(system, "sync_file", full)
    with pytest.raises(StorageFull, match="room"):
        system.write_atomic(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["settings.toml"]


def test_write_atomic_into_a_missing_folder_is_a_sentence(tmp_path):
    with pytest.raises(DestinationUnwritable):
        system.write_atomic(tmp_path / "no" / "x", b"")


def test_second_process_does_not_get_the_lock(tmp_path):
    path = tmp_path / "lock"
    with path.open("a+b") as handle:
        assert system.lock_exclusively(handle)
        code = (
            "import sys; from pathlib import Path; from evidence_kit import system\n"
            "h = Path(sys.argv[1]).open('a+b'); print(system.lock_exclusively(h))"
        )
        out = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
        assert out.stdout.strip() == "False"


def test_windows_lock_uses_a_byte_range(tmp_path, monkeypatch):
    calls = []
    fake = types.SimpleNamespace(LK_NBLCK=2, locking=lambda fd, mode, n: calls.append((mode, n)))
    monkeypatch.setattr(system, "WINDOWS", True)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    with (tmp_path / "lock").open("a+b") as handle:
        assert system.lock_exclusively(handle)
        assert calls == [(2, 1)]

        def taken(*_args):
            raise OSError(errno.EACCES, "taken")

        fake.locking = taken
        assert not system.lock_exclusively(handle)


def test_windows_browsers_are_found_edge_first(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "WINDOWS", True)
    for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
    for parts in (
        ("Google", "Chrome", "Application", "chrome.exe"),
        ("Microsoft", "Edge", "Application", "msedge.exe"),
    ):
        file = tmp_path.joinpath(*parts)
        file.parent.mkdir(parents=True)
        file.touch()
    assert [name for name, _path in system.browser_candidates()] == ["Microsoft Edge", "Google Chrome"]


def test_linux_browsers_come_from_the_path(tmp_path, monkeypatch):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(system, "WINDOWS", False)
    monkeypatch.setattr(system, "MACOS", False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list(system.browser_candidates()) == [("Chromium", program)]


def test_macos_sync_asks_for_the_full_kind(tmp_path, monkeypatch):
    asked = []
    fake = types.SimpleNamespace(F_FULLFSYNC=51, fcntl=lambda fd, what: asked.append(what))
    monkeypatch.setattr(system, "MACOS", True)
    monkeypatch.setitem(sys.modules, "fcntl", fake)
    with (tmp_path / "x").open("wb") as handle:
        system.sync_file(handle)
    assert asked == [51]


def test_disk_full_is_known_on_each_system():
    assert system.is_disk_full(OSError(errno.ENOSPC, ""))
    windows = OSError(0, "")
    windows.winerror = 112
    assert system.is_disk_full(windows)
    assert not system.is_disk_full(OSError(errno.EACCES, ""))
    assert not system.is_disk_full(ValueError())


def test_free_bytes_of_a_folder_that_is_not_there_yet(tmp_path):
    assert system.free_bytes(tmp_path / "a" / "b") > 0


def test_machine_describes_itself_without_serial():
    machine = system.machine()
    assert machine.system
    assert not hasattr(machine, "serial")


def test_file_manager_command_holds_the_path(monkeypatch):
    monkeypatch.setattr(system, "WINDOWS", True)
    assert system.reveal_in_file_manager(Path("x.zip")) == ["explorer", "/select,x.zip"]


def test_browser_gets_a_short_temporary_folder_when_ours_is_too_long(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/tmp")
    assert system.browser_environment()["TMPDIR"] == "/tmp"
    long = tmp_path / ("x" * 80)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert system.browser_environment()["TMPDIR"] == "/tmp"
    monkeypatch.setattr(system, "WINDOWS", True)
    assert system.browser_environment()["TMPDIR"] == str(long)


@pytest.mark.parametrize("folder", ["/tmp", "/tmp/" + "x" * 80])
def test_browser_inherits_no_setting_of_ours(monkeypatch, folder):
    monkeypatch.setenv("TMPDIR", folder)
    monkeypatch.setenv("EVIDENCE_KIT_PASSPHRASE_FILE", "/where/it/lies")
    monkeypatch.setenv("EVIDENCE_KIT_HOME", "/home/hers")
    monkeypatch.setenv("ANOTHER", "kept")
    handed = system.browser_environment()
    assert handed["ANOTHER"] == "kept"
    assert not [name for name in handed if name.startswith("EVIDENCE_KIT")]
    assert os.environ["EVIDENCE_KIT_HOME"] == "/home/hers"


@pytest.mark.parametrize(
    ("windows", "macos", "parts"),
    [
        (True, False, ("System32", "drivers", "etc", "hosts")),
        (False, True, ("private", "etc", "hosts")),
        (False, False, ("etc", "hosts")),
    ],
)
def test_hosts_file_of_each_system(monkeypatch, windows: bool, macos: bool, parts: tuple[str, ...]):
    monkeypatch.setattr(system, "WINDOWS", windows)
    monkeypatch.setattr(system, "MACOS", macos)
    assert system.hosts_file().parts[-len(parts) :] == parts


def test_way_out_is_an_interface_of_this_computer():
    name = system.outgoing_interface()
    assert name in {"", *(n for _i, n in socket.if_nameindex())}
    assert not system.is_point_to_point_link(name)
    assert not system.is_point_to_point_link("../../tmp")


def test_way_out_on_windows_is_asked_of_its_routes(monkeypatch):
    def best(_towards, index):
        index.value = 7
        return 0

    fake = types.SimpleNamespace(
        c_ulong=lambda value: types.SimpleNamespace(value=value),
        byref=lambda value: value,
        windll=types.SimpleNamespace(iphlpapi=types.SimpleNamespace(GetBestInterface=best)),
    )
    monkeypatch.setattr(system, "WINDOWS", True)
    monkeypatch.setitem(sys.modules, "ctypes", fake)
    monkeypatch.setattr(socket, "if_indextoname", lambda index: f"iftype53_{index}")
    assert system.outgoing_interface() == "iftype53_7"
    fake.windll.iphlpapi.GetBestInterface = lambda *_args: 1231
    assert system.outgoing_interface() == ""


def test_way_out_on_macos_is_the_interface_with_our_address(monkeypatch):
    asked = []

    def ioctl(_fd, code, name):
        asked.append(code)
        if not name.startswith(b"utun3"):
            raise OSError
        return b"\0" * 20 + ours + b"\0" * 232

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError:
            pytest.skip("no way out of this computer")
        ours = socket.inet_aton(probe.getsockname()[0])
    monkeypatch.setattr(system, "MACOS", True)
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "en0"), (2, "utun3")])
    monkeypatch.setitem(sys.modules, "fcntl", types.SimpleNamespace(ioctl=ioctl))
    assert system.outgoing_interface() == "utun3"
    assert set(asked) == {0xC0206921}
