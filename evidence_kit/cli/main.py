"""The command line's one entrance, which can be stopped from its first moment on.

Loading the program takes longer than a hasty Ctrl+C: so this module loads nothing at its top, and a stop that comes
before the verb runs is answered like any other, with --json by a document.
"""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> None:
    """Run one verb and leave with its exit code. A polite kill counts as Ctrl+C."""
    given = sys.argv[1:] if arguments is None else arguments
    ours = arguments is None and threading.current_thread() is threading.main_thread()
    try:
        if ours:
            signal.signal(signal.SIGTERM, _stop)
        from evidence_kit.cli.verbs import run_verb

        code = run_verb(given)
    except KeyboardInterrupt:
        code = _stopped_early(given)
    if ours:  # the answer is out: a stop that comes now must not change the exit code
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
    sys.exit(code)


def _stopped_early(arguments: list[str]) -> int:
    import json

    from evidence_kit.language import _

    if "--json" in arguments:
        told = {"kind": "cancelled", "message": _("Stopped, as asked."), "hint": "", "kept": ""}
        sys.stdout.write(json.dumps({"error": told}) + "\n")
    else:
        sys.stderr.write(_("Stopped, as asked.") + "\n")
    return 130
