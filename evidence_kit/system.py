"""The one module with calls that differ between Windows, macOS and Linux.

Each branch is tested, with fakes where it cannot run. Other modules ask here and never look at ``sys.platform``.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from evidence_kit.errors import DestinationUnwritable, StorageFull
from evidence_kit.language import _

WINDOWS = sys.platform == "win32"
MACOS = sys.platform == "darwin"
_FULL = {errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC, errno.EFBIG}
_WINDOWS_FULL = {39, 112}  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL


def is_disk_full(exc: BaseException) -> bool:
    """Whether an OSError says that there is no room left."""
    return isinstance(exc, OSError) and (exc.errno in _FULL or getattr(exc, "winerror", None) in _WINDOWS_FULL)


def storage_full(where: Path) -> StorageFull:
    """The error for a full disk, ready to be raised."""
    return StorageFull(
        _("There is no room left on the disk that holds {where}.", where=where),
        hint=_("Free some space or use another disk, then try again."),
        kept=_("Everything that was saved before is whole."),
    )


def elapsed_seconds() -> float:
    """Seconds since a moment that stays the same while the machine runs, its sleep included.

    No change of the clock bends it.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if MACOS:  # there ``time.monotonic`` stands still while the machine sleeps
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


def sync_file(handle: IO[bytes]) -> None:
    """Bring a file's bytes to the disk itself."""
    handle.flush()
    if MACOS:
        fcntl = importlib.import_module("fcntl")
        with contextlib.suppress(OSError):
            fcntl.fcntl(handle.fileno(), fcntl.F_FULLFSYNC)
            return
    os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk, where the system knows such a thing."""
    if WINDOWS:
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as exc:
        if exc.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(fd)


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` whole or not at all, and durably. For files that hold no evidence."""
    import secrets

    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as handle:
            handle.write(data)
            sync_file(handle)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as exc:
        part.unlink(missing_ok=True)
        if is_disk_full(exc):
            raise storage_full(path.parent) from exc
        raise DestinationUnwritable(
            _("This place cannot be written to: {path}", path=path),
            hint=_("Choose another folder, or make this one writable."),
        ) from exc


def private_folder(folder: Path) -> None:
    """Make a folder that only this user may enter, where the system knows such a thing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not WINDOWS:
        with contextlib.suppress(OSError):
            folder.chmod(0o700)


def lock_exclusively(handle: IO[bytes]) -> bool:
    """Take the one-writer lock on an open file; False if another process has it. Freed at close or death."""
    if WINDOWS:
        msvcrt: Any = importlib.import_module("msvcrt")
        try:
            handle.seek(1 << 30)  # a byte far behind the text, so that the holder's number stays readable
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    fcntl: Any = importlib.import_module("fcntl")
    try:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        if exc.errno in {errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN}:
            return False
        raise
    return True


def is_superuser() -> bool:
    """Whether we run as root, where Chromium's sandbox cannot start."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def free_bytes(folder: Path) -> int:
    """Room left on the disk that holds ``folder`` or its nearest existing parent."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    import shutil

    return shutil.disk_usage(folder).free


def limit_core_dumps() -> None:
    """No crash of ours may write memory, and so keys or evidence, to the disk."""
    if WINDOWS:
        with contextlib.suppress(Exception):
            ctypes: Any = importlib.import_module("ctypes")
            sem_failcriticalerrors, sem_nogpfaulterrorbox = 0x0001, 0x0002
            ctypes.windll.kernel32.SetErrorMode(sem_failcriticalerrors | sem_nogpfaulterrorbox)
        return
    resource: Any = importlib.import_module("resource")
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def peak_memory_bytes() -> int:
    """Highest resident memory of this process so far; 0 where it cannot be told."""
    if WINDOWS:
        return 0
    resource: Any = importlib.import_module("resource")
    peak = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak if MACOS else peak * 1024


@dataclass(frozen=True, slots=True)
class Machine:
    """What the computer says of itself (DOMAIN CAP-11). Serial numbers are not read."""

    system: str
    release: str
    version: str
    architecture: str
    maker: str
    model: str


def _read_line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()[:120]
    except OSError:
        return ""


def machine() -> Machine:
    """Describe the computer; empty fields where the system does not tell."""
    maker = model = ""
    import platform

    version = platform.version()
    name = platform.system()
    if sys.platform == "linux":
        maker, model = _read_line("/sys/class/dmi/id/sys_vendor"), _read_line("/sys/class/dmi/id/product_name")
        with contextlib.suppress(OSError):
            version = platform.freedesktop_os_release().get("PRETTY_NAME", version)
    elif MACOS:
        maker, version = "Apple", platform.mac_ver()[0]
    elif WINDOWS:
        with contextlib.suppress(OSError):
            winreg: Any = importlib.import_module("winreg")
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DESCRIPTION\System\BIOS") as key:
                maker = str(winreg.QueryValueEx(key, "SystemManufacturer")[0])
                model = str(winreg.QueryValueEx(key, "SystemProductName")[0])
    return Machine(name, platform.release(), version, platform.machine(), maker, model)


def hosts_file() -> Path:
    """The file in which this computer can bind a name to an address by itself, past every name server."""
    if WINDOWS:
        return Path(os.environ.get("SYSTEMROOT") or r"C:\Windows", "System32", "drivers", "etc", "hosts")
    return Path("/private/etc/hosts" if MACOS else "/etc/hosts")


_ELSEWHERE = ("198.51.100.1", "2001:db8::1")  # addresses that belong to nobody (RFC 5737, RFC 3849)


def outgoing_interface() -> str:
    """The name of the interface through which this computer reaches the internet; empty where it does not say.

    Measured by asking the system which way it would take; nothing is sent. On Windows the name begins with the kind
    of interface (``ethernet_32769``, ``tunnel_32768``, ``ppp_32770``, ``iftype53_32771``).
    """
    import socket

    with contextlib.suppress(Exception):  # a system that cannot say is not one that says "direct"
        if WINDOWS:
            ctypes: Any = importlib.import_module("ctypes")
            index, towards = ctypes.c_ulong(0), int.from_bytes(socket.inet_aton(_ELSEWHERE[0]), "little")
            failed = ctypes.windll.iphlpapi.GetBestInterface(ctypes.c_ulong(towards), ctypes.byref(index))
            return "" if failed else socket.if_indextoname(index.value)[:60]
        fcntl: Any = importlib.import_module("fcntl")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((_ELSEWHERE[0], 9))  # sends nothing: the system only chooses the local end
            ours = socket.inet_aton(probe.getsockname()[0])
            ask = 0xC0206921 if MACOS else 0x8915  # SIOCGIFADDR
            for _index, name in socket.if_nameindex():
                with contextlib.suppress(OSError):
                    answer = fcntl.ioctl(probe.fileno(), ask, name.encode()[:15].ljust(256, b"\0"))
                    if answer[20:24] == ours:
                        return name[:60]
    return ""


def is_point_to_point_link(name: str) -> bool:
    """Whether the kernel itself says that an interface is a tunnel (Linux: tun, tap, WireGuard, PPP)."""
    if not sys.platform.startswith("linux") or not name or "/" in name or name.startswith("."):
        return False
    folder = Path("/sys/class/net", name)
    # 512 PPP, 65534 no link layer (tun, WireGuard), 768 and 776-778 IP in IP, SIT, GRE
    kinds = {"512", "65534", "768", "769", "776", "778", "823"}
    return (folder / "tun_flags").exists() or _read_line(str(folder / "type")) in kinds


def browser_candidates() -> Iterator[tuple[str, Path]]:
    """Browsers of this machine that Playwright can drive, best first: (name, program)."""
    found: list[tuple[str, str]]
    if WINDOWS:
        bases = [os.environ.get(k, "") for k in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        found = [("Microsoft Edge", str(Path(b, "Microsoft", "Edge", "Application", "msedge.exe"))) for b in bases if b]
        found += [("Google Chrome", str(Path(b, "Google", "Chrome", "Application", "chrome.exe"))) for b in bases if b]
        found += [("Chromium", str(Path(b, "Chromium", "Application", "chrome.exe"))) for b in bases if b]
    elif MACOS:
        found = [
            ("Microsoft Edge", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
            ("Google Chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
            ("Chromium", "/Applications/Chromium.app/Contents/MacOS/Chromium"),
        ]
    else:
        names = [
            ("Microsoft Edge", "microsoft-edge-stable"),
            ("Microsoft Edge", "microsoft-edge"),
            ("Google Chrome", "google-chrome-stable"),
            ("Google Chrome", "google-chrome"),
            ("Chromium", "chromium"),
            ("Chromium", "chromium-browser"),
        ]
        import shutil

        found = [(name, shutil.which(program) or "") for name, program in names]
    for name, program in found:
        if program and Path(program).is_file():
            yield name, Path(program)


SOCKET_ROOM = 60
"""A temporary folder longer than this leaves no room for the browser's socket name (108 bytes in all)."""


OWN_SETTINGS = "EVIDENCE_KIT_"
"""How the names of our own environment variables begin."""


def browser_environment() -> dict[str, str | float | bool]:
    """The environment for the browser: ours without our own settings.

    A browser, and with it a page that breaks out of one, need not learn where the passphrase or the vault lies.
    Chromium dies at its start when the path of the temporary folder is too long for a socket, so a long one
    is replaced for the browser by the user's runtime folder or the system's own temporary folder.
    """
    import tempfile

    handed: dict[str, str | float | bool] = {
        name: value for name, value in os.environ.items() if not name.upper().startswith(OWN_SETTINGS)
    }
    ours = os.environ.get("TMPDIR") or tempfile.gettempdir()
    if WINDOWS or len(os.fsencode(ours)) <= SOCKET_ROOM:
        return handed
    for folder in (os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp"):  # noqa: S108 - the browser makes a private one in it
        if folder and len(os.fsencode(folder)) <= SOCKET_ROOM and os.access(folder, os.W_OK | os.X_OK):
            return handed | {"TMPDIR": folder}
    return handed


def end_process(number: int) -> None:
    """End a process of ours at once, without asking it; 0, or one that is gone, is no error."""
    if number > 0:
        with contextlib.suppress(OSError):
            os.kill(number, 9)  # SIGKILL; on Windows any number but two ends the process (os.kill)


def temporary_folder() -> Path:
    """Where other programs put what they need for a while; to look for what they left, never to write to."""
    import tempfile

    return Path(tempfile.gettempdir())


def command_line(number: int) -> str:
    """The command line of a running process; empty where it is gone or the system does not say."""
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def has_screen() -> bool:
    """Whether a window can be shown."""
    return WINDOWS or MACOS or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def reveal_in_file_manager(path: Path) -> list[str]:
    """The command that shows ``path`` in the system's file manager."""
    if WINDOWS:
        return ["explorer", f"/select,{path}"]
    if MACOS:
        return ["open", "-R", str(path)]
    return ["xdg-open", str(path.parent)]
