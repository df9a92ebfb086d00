"""The check scripts find what they are there for: a check that can never fail is worse than none."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "import msvcrt as m",
        "from resource import getrusage",
        "import os\nos.fork()",
        "import os\nx = os.geteuid",
        "from signal import SIGKILL",
        "import sys\nsys.platform == 'win32'",
        "import tempfile",
        "import pickle",
        "import subprocess\nsubprocess.run('x', shell=True)",
        "import subprocess\nsubprocess.run(['x'], preexec_fn=print)",
    ],
)
def test_system_check_finds(source: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    assert list(load("check_system_modules").findings(path))


def test_system_check_lets_ordinary_code_pass(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("import os\nimport signal\nos.fsync(1)\nsignal.SIGINT\n", encoding="utf-8")
    assert not list(load("check_system_modules").findings(path))


@pytest.mark.parametrize(
    "text",
    ["x = 1\n" * 401, "<<<<<<< ours\n", "index = 'https://pypi" + ".org/simple'\n", "# TO" + "DO later\n"],
    ids=["too long", "merge marker", "registry", "left for later"],
)
def test_files_check_finds(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checker = load("check_files")
    monkeypatch.setattr(checker, "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf-8")
    assert len(checker.complaints(path)) == 1


@pytest.mark.parametrize(
    ("source", "catalogue", "complaint"),
    [
        ('_("Hello {name}", name=1)', '{"Hello {name}": "Bonjour {name}"}', ""),
        ('_("Hello")', "{}", "no fr"),
        ('_("Hello")', '{"Hello": " "}', "no fr"),
        ('_("Hello {name}", name=1)', '{"Hello {name}": "Bonjour {nom}"}', "other placeholders"),
        ('_("Hello {name}", nom=1)', '{"Hello {name}": "Bonjour {name}"}', "is given"),
        ('_("Hel" + "lo")', "{}", "written out"),
        ("_(sentence)", "{}", "written out"),
        ('_(f"Hello {name}")', "{}", "written out"),
        ('_("Hello")', '{"Hello": "Bonjour", "Gone": "Parti"}', "nothing uses"),
        ('documents.t("Hello")', "{}", "no fr"),
    ],
)
def test_translation_check(
    source: str, catalogue: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = load("check_translations")
    folder = tmp_path / "resources" / "translations"
    for made in (folder, tmp_path / "evidence_kit", tmp_path / "ui"):
        made.mkdir(parents=True)
    monkeypatch.setattr(checker, "ROOT", tmp_path)
    monkeypatch.setattr(checker, "FOLDER", folder)
    (tmp_path / "evidence_kit" / "module.py").write_text(source, encoding="utf-8")
    (folder / "core.fr.json").write_text(catalogue, encoding="utf-8")
    found = checker.core()
    assert [complaint in line for line in found] == ([True] if complaint else [])


def test_translation_check_reads_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checker = load("check_translations")
    folder = tmp_path / "resources" / "report"
    for made in (folder, tmp_path / "evidence_kit", tmp_path / "ui"):
        made.mkdir(parents=True)
    monkeypatch.setattr(checker, "ROOT", tmp_path)
    monkeypatch.setattr(checker, "FOLDER", tmp_path)
    (folder / "a.html").write_text('{{ t("Said \\"so\\"") }} {{ format("no") }} {{ t(name) }}', encoding="utf-8")
    found = checker.core()
    assert len(found) == 2
    assert 'no fr for: Said "so"' in found[1]


def test_lock_is_complete_and_names_no_address() -> None:
    lock = load("lock")
    assert lock.complaints(lock.LOCK.read_text(encoding="utf-8")) == []


def test_lock_check_finds_a_missing_library_and_an_address() -> None:
    lock = load("lock")
    text = lock.LOCK.read_text(encoding="utf-8").replace("\nclick==", "\nclack==") + "--index-url https://x.invalid\n"
    found = lock.complaints(text)
    assert any("click is missing" in line for line in found)
    assert any("address" in line for line in found)


def test_make_run_hands_a_hostile_address_on_untouched(tmp_path: Path) -> None:
    show = tmp_path / "show.py"
    show.write_text("import os; print(os.environ['KIT_URL'])", encoding="utf-8")
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = text.replace("tools/start.py", str(show)).replace("run: setup\n", "run:\n")
    makefile = tmp_path / "Makefile"
    makefile.write_text(text.replace("$(BIN)/python", str(ROOT / ".venv/bin/python")), encoding="utf-8")
    pwned = tmp_path / "pwned"
    url = f"https://x.invalid/?$a=1&b=';touch {pwned};$(shell touch {pwned})`touch {pwned}`\""
    # Under `make test` this make would be a child of that one, and would speak of its folders.
    alone = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    done = subprocess.run(
        ["make", "-f", str(makefile), "run", f"URL={url}"], capture_output=True, text=True, env=alone, check=True
    )
    assert done.stdout.rstrip("\n") == url
    assert not pwned.exists()
