"""How long until the window stands, over the barest PySide6 window: fresh processes, offscreen, medians of five."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
TARGET = 2.0

BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.show()
app.processEvents()
print("up", flush=True)
import os; os._exit(0)
"""

OURS = """
from ui import app as window_app, singletons
from ui.main_window import MainWindow
singletons.hold()
app = window_app.make()
window = MainWindow()
window.show()
app.processEvents()
print("up", flush=True)
import os; os._exit(0)
"""


def seconds(program: str, home: str) -> float:
    """From the start of the process until its window was painted."""
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "EVIDENCE_KIT_HOME": home, "PYTHONPATH": str(ROOT)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # else code changed since the set-up is compiled at every start
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program], env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - start
        process.wait()
    assert line.strip() == b"up"
    return took


def main() -> int:
    """Prints one JSON object; 1 if the ratio is above the target."""
    with tempfile.TemporaryDirectory() as home:
        for program in (BARE, OURS):
            seconds(program, home)
        pairs = [(seconds(BARE, home), seconds(OURS, home)) for _ in range(ROUNDS)]
    bare, ours = (statistics.median(p[n] for p in pairs) for n in (0, 1))
    ratio = ours / bare
    print(json.dumps({"bare_s": round(bare, 3), "ours_s": round(ours, 3), "ratio": round(ratio, 2), "target": TARGET}))
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
