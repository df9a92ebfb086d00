"""What ``make run`` does: opens the window, or walks the whole way on the command line.

Without an address: the window, where there is a screen; else a sentence and the commands that do the same.
With an address: a private demonstration vault below out/, then capture, stamp, export and verify, as a
person would type them.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SUFFIX = ".exe" if sys.platform == "win32" else ""
SUBJECTS = {
    "adult": "whoever is shown is an adult, and was one when the picture was taken",
    "was-minor": "an adult now, under 18 when the picture was taken: no picture is loaded",
    "minor": "under 18, or looks it: no picture is loaded",
    "unknown": "you do not know: no picture is loaded",
}


class Refused(Exception):
    """A step did not end well."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def open_window() -> int:
    """Start the window, or say how to go on without one."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print(
            "There is no screen here, so the window cannot open. The command line does the same:\n\n"
            "  make run URL=https://example.org/page SUBJECT=adult     the whole way, in a vault of its own\n\n"
            "or step by step:\n\n"
            "  .venv/bin/evidence-kit vault create\n"
            "  .venv/bin/evidence-kit case add NAME\n"
            "  .venv/bin/evidence-kit capture https://example.org/page --subject adult\n"
            "  .venv/bin/evidence-kit export --case ID --out package.zip\n"
            "  .venv/bin/evidence-kit verify package.zip"
        )
        return 0
    return subprocess.run([str(BIN / f"evidence-kit-gui{SUFFIX}")], check=False).returncode


def ask_subject() -> str:
    """Ask before any network load; the safe answer is the default."""
    print("Could anyone shown there be under 18, or have been when the picture was taken?", file=sys.stderr)
    for name, meaning in SUBJECTS.items():
        print(f"  {name:10} {meaning}", file=sys.stderr)
    print("Answer [unknown]: ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip() or "unknown"
    if answer not in SUBJECTS:
        print(f"“{answer}” is none of these; taken as unknown.", file=sys.stderr)
        return "unknown"
    return answer


def explain_subject() -> None:
    """Say why nothing was loaded."""
    print("Nothing was loaded: first it must be said who is shown. Please add one of these to the command:\n")
    for name, meaning in SUBJECTS.items():
        print(f"  SUBJECT={name:10} {meaning}")


class Kit:
    """Runs evidence-kit on the demonstration vault and reads what it says."""

    def __init__(self, folder: Path) -> None:
        self.environment = os.environ | {
            "EVIDENCE_KIT_HOME": os.environ.get("EVIDENCE_KIT_HOME") or str(folder / "home"),
            "EVIDENCE_KIT_PASSPHRASE_FILE": str(folder / "passphrase.txt"),
        }
        self.vault = str(folder / "vault")

    def __call__(self, *arguments: str, fine: tuple[int, ...] = (0,)) -> Any:
        """One command; its JSON. Its own words go through to the person."""
        command = [str(BIN / f"evidence-kit{SUFFIX}"), "--json", "--vault", self.vault, *arguments]
        print("$ evidence-kit " + " ".join(arguments), file=sys.stderr, flush=True)
        done = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, text=True, check=False)
        try:
            said = json.loads(done.stdout)
        except ValueError:
            said = None
        if isinstance(said, dict) and "error" in said:
            lines = [said["error"].get(key, "") for key in ("message", "kept", "hint")]
            print("\n".join(line for line in lines if line), file=sys.stderr)
            raise Refused(done.returncode or 1)
        if done.returncode not in fine or said is None:
            raise Refused(done.returncode or 1)
        return said


def private_demo_folder() -> Path:
    """A new folder that only this user may enter, with the vault's passphrase in a file beside it."""
    now = dt.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    folder = ROOT / "out" / f"demo-{now}-{secrets.token_hex(2)}"
    folder.mkdir(parents=True, mode=0o700)
    handle = os.open(folder / "passphrase.txt", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(24) + "\n")
    return folder


def whole_way(url: str, subject: str) -> int:
    """Capture, stamp, export, verify; 0 when the package is intact, 3 when something is still pending."""
    folder = private_demo_folder()
    package = folder / "package.zip"
    kit = Kit(folder)
    kit("vault", "create")
    case = str(kit("case", "add", "Demo")["case"])
    [record] = kit("capture", "--case", case, "--subject", subject, "--", url, fine=(0, 1, 3))[:1] or [{}]
    if not record.get("exhibit"):
        return 1
    print(f"  exhibit {record['exhibit']}: {record['outcome']}, {len(record['artifacts'])} files")
    pending = [t["authority"] for t in record["tokens"] if t["status"] != "granted"]
    if pending:
        stamped = kit("stamp", fine=(0, 3))
        print(f"  stamps: {stamped['granted']} granted, {stamped['pending']} pending, {stamped['refused']} refused")
    made = kit("export", "--case", case, "--out", str(package))
    print(f"  {made['exhibits']} exhibit(s), SHA-256 {made['sha256']}")
    verdict = kit("verify", str(package), fine=(0, 1, 3))
    print(f"  verdict: {verdict['verdict']}")
    for check in verdict["checks"]:
        if check["status"] != "passed":
            print(f"    {check['status']}: {check['name']} {check['subject']} {check['detail']}")
    print(f"\nThe package lies here:  {package}")
    print(f"Its vault:              {folder / 'vault'}  (passphrase in {folder / 'passphrase.txt'})")
    print(
        "This is a vault to try things with: whoever reads the passphrase file opens it. Delete the folder when done."
    )
    return {"intact": 0, "incomplete": 3}.get(verdict["verdict"], 1)


def main() -> int:
    """The window, or the whole way for one address. Both words come through the environment, from the Makefile."""
    url = os.environ.pop("KIT_URL", "")
    subject = os.environ.pop("KIT_SUBJECT", "")
    if not url:
        return open_window()
    if subject not in SUBJECTS:
        if subject or not sys.stdin.isatty():
            explain_subject()
            return 2
        subject = ask_subject()
    try:
        return whole_way(url, subject)
    except Refused as exc:
        print(f"That did not work (exit {exc.code}); the lines above say why.", file=sys.stderr)
        return exc.code


if __name__ == "__main__":
    sys.exit(main())
