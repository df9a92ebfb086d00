"""A minute of guided fuzzing, in a process of its own since the fuzzer ends it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


@pytest.mark.slow
def test_no_bytes_crash_the_judges_or_are_believed(tmp_path):
    pytest.importorskip("atheris", reason="the fuzzer atheris is not there: make test-long installs it on Linux")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.proofs", corpus, f"-max_total_time={SECONDS}", "-timeout=10", "-seed=1"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS * 5,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "DONE" in done.stderr
    assert len(list(corpus.iterdir())) > 20, "the fuzzer found nothing new: it is not guided"
