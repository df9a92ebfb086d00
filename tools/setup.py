"""Makes this checkout ready to run: system packages, .venv, the pinned libraries, the project itself.

Needs Python 3.11 or newer and nothing else (standard library only). What is missing is installed through apt
when we are root or sudo asks for no password; else one sentence says what to install. A second run only
looks at a stamp inside .venv.

    python3 tools/setup.py run     what the program needs
    python3 tools/setup.py test    and what its tests need
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

BROWSERS = (
    "microsoft-edge-stable",
    "microsoft-edge",
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
)
WINDOW = (
    *("libegl1", "libgl1", "libxkbcommon-x11-0", "libdbus-1-3", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0"),
    *("libxcb-keysyms1", "libxcb-randr0", "libxcb-render-util0", "libxcb-shape0", "libxcb-xinerama0", "libxcb-xkb1"),
    "libfontconfig1",
)
DRIVER = ("libatomic1",)  # the browser driver's Node.js is linked to it
FONTS = ("fonts-noto-core", "fonts-noto-cjk")
TESTS = ("xvfb", "openssl", "qpdf", "poppler-utils", "unzip", "faketime")
BUILD_TOOLS = ("packaging", "setuptools", "setuptools-scm", "vcs-versioning", "wheel")
"""What the few libraries without a wheel are built with, installed first so that pip fetches nothing else."""


def say(text: str) -> None:
    """One line for the person who waits."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def stop(text: str) -> None:
    """End with one clear sentence."""
    say(text)
    sys.exit(1)


def run(*command: str | Path, **environment: str) -> bool:
    """Run a program without keyboard input; whether it ended well."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, env=os.environ | environment, check=False)
    return done.returncode == 0


def apt_prefix() -> list[str] | None:
    """How to call apt-get as root: [] or sudo; None when we may not or there is no apt."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


_lists_are_new = False


def apt_install(names: list[str]) -> bool:
    """Install Debian packages; False when that cannot be done here."""
    global _lists_are_new  # noqa: PLW0603 - the lists are fetched once for a run
    prefix = apt_prefix()
    if prefix is None:
        return False
    say("installing " + " ".join(names))
    if not _lists_are_new:
        run(*prefix, "apt-get", "update", "-qq")
        _lists_are_new = True
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq"]
    return run(*apt, "--no-install-recommends", *names)


def installed(name: str) -> bool:
    """Whether a Debian package is installed, also under the name it got in newer releases (libx -> libxt64)."""
    for candidate in (name, f"{name}t64"):
        asked = subprocess.run(
            ["dpkg-query", "-W", "-f=${Status}", candidate], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0 and asked.stdout.endswith(" installed"):
            return True
    return False


def browser() -> str | None:
    """A browser that can be driven. Ubuntu's ``chromium`` only fetches a snap, which cannot, so it does not count."""
    for name in BROWSERS:
        program = shutil.which(name)
        if program and not Path(program).resolve().is_relative_to("/snap"):
            head = Path(program).read_bytes()[:4096]
            if b"/snap/bin/" not in head:
                return program
    return None


def system_packages(purpose: str) -> None:
    """Install what the system lacks. A package that cannot be had is named and does not stop the set-up."""
    if sys.platform != "linux":
        return
    if not shutil.which("dpkg-query"):
        say("this is no Debian or Ubuntu: a Chromium browser and the Noto fonts have to be there already")
        return
    wanted = [*WINDOW, *DRIVER, *FONTS, *(TESTS if purpose == "test" else ())]
    missing = [name for name in wanted if not installed(name)]
    if missing and not apt_install(missing):  # one unknown name makes apt refuse them all: so one by one
        missing = [name for name in missing if apt_prefix() is None or not apt_install([name])]
        if missing:
            say("these packages are missing; please install them: sudo apt-get install " + " ".join(missing))
    if browser() is None:
        release = Path("/etc/os-release").read_text(encoding="utf-8") if Path("/etc/os-release").exists() else ""
        ubuntu = re.search(r"^ID=ubuntu$", release, re.MULTILINE) is not None
        if ubuntu:
            say("no browser to drive: please install Google Chrome or Microsoft Edge (the snap Chromium will not do)")
        elif not apt_install(["chromium"]):
            say("no browser to drive: please install one: sudo apt-get install chromium")


def make_venv() -> None:
    """Make .venv with a working pip, by whichever of three ways this system allows."""
    if PYTHON.exists() and run(PYTHON, "-c", "import pip"):
        return
    say("making .venv")
    package = f"python3.{sys.version_info.minor}-venv"
    try:
        import ensurepip  # noqa: F401 - Debian splits it off into python3-venv
    except ImportError:
        apt_install([package]) or apt_install(["python3-venv"])
    if run(sys.executable, "-m", "venv", "--clear", VENV):
        return
    say("venv could not bring pip along; trying with the pip of the system")
    if run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV) and run(
        sys.executable, "-m", "pip", "--python", PYTHON, "install", "pip"
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    stop(f"Python cannot make a virtual environment: please install {package} (sudo apt-get install {package}).")


def stanza(lock: str, name: str) -> str:
    """The lines of the lock that pin one package."""
    found = re.search(rf"^{re.escape(name)}==.*(?:\n    --hash=.*)+", lock, re.MULTILINE)
    if found is None:
        stop(f"requirements.lock does not pin {name}; please run make lock.")
        raise AssertionError
    return found[0]


def libraries() -> None:
    """Install exactly what the lock names, then the project itself. Nothing unpinned is fetched, not even to build."""
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    lock = LOCK.read_text(encoding="utf-8")
    tools = VENV / "build-tools.lock"
    tools.write_text("".join(stanza(lock, name) + "\n" for name in BUILD_TOOLS), encoding="utf-8")
    say("installing the pinned libraries (a few minutes the first time)")
    good = (
        run(*pip, "--require-hashes", "--no-deps", "-r", tools)
        and run(*pip, "--require-hashes", "--no-build-isolation", "-r", LOCK)
        and run(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT, PYTHONWARNINGS="ignore")
    )
    if not good:
        stop("the libraries could not be installed; the lines above say why. Without a network this cannot work.")


def compile_sources() -> None:
    """Put the byte code beside the sources, as pip does for the libraries: each start is a third quicker for it.

    Some systems tell Python to write none by itself. What has not changed takes no time.
    """
    run(PYTHON, "-m", "compileall", "-q", ROOT / "evidence_kit", ROOT / "ui", PYTHONDONTWRITEBYTECODE="")


def stamp_text() -> str:
    """Changes when the set-up would do something else."""
    digest = hashlib.sha256()
    for path in (Path(__file__), LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} {ROOT}\n"


def main() -> int:
    """Set up for ``run`` or for ``test``."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in {"run", "test"}:
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts it may have an older one
        stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 ...")
    wanted = stamp_text()
    enough = [VENV / f".ready-{p}" for p in {purpose, "test"}]
    if PYTHON.exists() and any(s.exists() and s.read_text(encoding="utf-8") == wanted for s in enough):
        compile_sources()
        return 0
    system_packages(purpose)
    make_venv()
    libraries()
    compile_sources()
    (VENV / f".ready-{purpose}").write_text(wanted, encoding="utf-8")
    say("ready")
    return 0


if __name__ == "__main__":
    sys.exit(main())
