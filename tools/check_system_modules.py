"""Calls that differ between Windows, macOS and Linux stand in evidence_kit/system.py and nowhere else.

So that the core runs on all three, and each difference is found and tested in one place. Also refused in the
core: temp files (evidence in clear must never touch the disk), ``shell=True`` and unpickling.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "evidence_kit" / "system.py"
ONE_SYSTEM_ONLY = {
    *("fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog", "spwd", "crypt"),
    *("msvcrt", "winreg", "winsound", "_winapi", "ctypes.wintypes"),
}
NEVER = {
    "tempfile": "evidence in clear must never touch the disk; use the vault's spool or memory",
    "pickle": "bytes from outside must not become code",
    "marshal": "bytes from outside must not become code",
    "shelve": "bytes from outside must not become code",
}
ONE_SYSTEM_ATTRIBUTES = {
    "os": {
        *("fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getpgid", "setsid", "killpg", "setpgid"),
        *("getlogin", "uname", "mkfifo", "chown", "lchown", "chroot", "startfile", "wait", "waitpid", "nice"),
        *("statvfs", "sched_getaffinity", "getpriority", "setpriority", "O_BINARY", "O_NOFOLLOW", "O_DIRECTORY"),
    },
    "signal": {"SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE", "alarm", "setitimer", "pause"},
    "sys": {"platform", "getwindowsversion"},
    "subprocess": {"STARTUPINFO", "STARTF_USESHOWWINDOW", "CREATE_NO_WINDOW", "CREATE_NEW_PROCESS_GROUP"},
    "socket": {"AF_UNIX"},
    "time": {"tzset"},
}


def findings(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of a file that say something only one system, or nobody, should."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        names: list[str] = []
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
            for alias in node.names:
                if alias.name in ONE_SYSTEM_ATTRIBUTES.get(node.module, ()):
                    yield line, f"{node.module}.{alias.name} belongs into evidence_kit/system.py"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in ONE_SYSTEM_ATTRIBUTES.get(node.value.id, ()):
                yield line, f"{node.value.id}.{node.attr} belongs into evidence_kit/system.py"
        elif isinstance(node, ast.Call):
            for word in node.keywords:
                if word.arg == "shell" and isinstance(word.value, ast.Constant) and word.value.value:
                    yield line, "shell=True lets an address become a command"
                if word.arg == "preexec_fn":
                    yield line, "preexec_fn belongs into evidence_kit/system.py"
        for name in names:
            if name in ONE_SYSTEM_ONLY or name.split(".")[0] in ONE_SYSTEM_ONLY:
                yield line, f"{name} exists on some systems only and belongs into evidence_kit/system.py"
            if name.split(".")[0] in NEVER:
                yield line, f"{name}: {NEVER[name.split('.')[0]]}"


def main() -> int:
    """Look at the core and the window; 1 if anything is found."""
    found = []
    for path in sorted([*(ROOT / "evidence_kit").rglob("*.py"), *(ROOT / "ui").rglob("*.py")]):
        if path == HOME:
            continue
        found += [f"{path.relative_to(ROOT)}:{line}: {text}" for line, text in findings(path)]
    print("\n".join(found) or "system modules: fine")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
