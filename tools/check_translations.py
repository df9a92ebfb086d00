"""Every sentence for people exists in English and in French, with the same placeholders.

The core: each ``_("...")``, ``t("...")`` and ``translate("...", language)`` in Python and each ``t("...")`` in the
report's templates, against resources/translations/core.fr.json. The window: pyside6-lupdate over ui/, against
resources/translations/*.ts. ``--update`` writes the window's new sentences into the .ts files, to be translated.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("fr",)
THE_FUNCTIONS_THEMSELVES = {
    ROOT / "evidence_kit" / "language.py",
    ROOT / "evidence_kit" / "export" / "templates.py",
}
TEMPLATES = (".html", ".j2", ".jinja", ".txt", ".css", ".xml")
_IN_TEMPLATE = re.compile(r"""(?<![\w.])t\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^)"'\s][^)]*))""")


@dataclass(slots=True)
class Found:
    """The sentences of the core, and what is wrong with the way they are written."""

    sentences: dict[str, str] = field(default_factory=dict)
    """Sentence -> where it stands."""
    wrong: list[str] = field(default_factory=list)


def placeholders(sentence: str) -> set[str]:
    """The names between braces."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name is not None}


def _sentence_calls(tree: ast.AST, *, window: bool) -> Iterator[ast.Call]:
    names = {"_"} if window else {"_", "t", "translate"}  # in ui/, translate is Qt's and its own catalogue's
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (
            (isinstance(node.func, ast.Name) and node.func.id in names)
            or (isinstance(node.func, ast.Attribute) and not window and _is_ours(node.func))
        ):
            yield node


def _is_ours(func: ast.Attribute) -> bool:
    return func.attr == "t" or (
        func.attr == "translate" and isinstance(func.value, ast.Name) and func.value.id == "language"
    )


def collect_python(path: Path, found: Found) -> None:
    """Add the sentences of one module."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    for call in _sentence_calls(tree, window=path.is_relative_to(ROOT / "ui")):
        where = f"{path.relative_to(ROOT)}:{call.lineno}"
        first = call.args[0] if call.args else None
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            found.wrong.append(f"{where}: a sentence must be written out where it is used, not be put together")
            continue
        found.sentences.setdefault(first.value, where)
        if any(word.arg is None for word in call.keywords):
            continue  # **values: known only when it runs
        given = {str(word.arg) for word in call.keywords}
        try:
            wanted = placeholders(first.value) if given else set[str]()
        except ValueError as exc:
            found.wrong.append(f"{where}: {exc}")
            continue
        if given != wanted:
            found.wrong.append(f"{where}: the sentence asks for {sorted(wanted)} and is given {sorted(given)}")


def collect_template(path: Path, found: Found) -> None:
    """Add the sentences of one template."""
    text = path.read_text(encoding="utf-8")
    for match in _IN_TEMPLATE.finditer(text):
        where = f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}"
        if match[3] is not None:
            found.wrong.append(f"{where}: a sentence must be written out where it is used: t({match[3]}")
            continue
        raw = match[1] if match[1] is not None else match[2]
        found.sentences.setdefault(re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), raw), where)


def core() -> list[str]:
    """Judge the core's sentences."""
    found = Found()
    for path in sorted((ROOT / "evidence_kit").rglob("*.py")) + sorted((ROOT / "ui").rglob("*.py")):
        if path not in THE_FUNCTIONS_THEMSELVES:
            collect_python(path, found)
    for path in sorted((ROOT / "resources").rglob("*")):
        if path.suffix in TEMPLATES and path.parent.name in {"report", "filing", "letters"}:
            collect_template(path, found)
    wrong = list(found.wrong)
    for language in LANGUAGES:
        file = FOLDER / f"core.{language}.json"
        catalogue: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        for sentence, where in found.sentences.items():
            other = catalogue.get(sentence, "").strip()
            if not other:
                wrong.append(f"{where}: no {language} for: {sentence}")
                continue
            try:
                same = placeholders(other) == placeholders(sentence)
            except ValueError:
                same = "{" in sentence and sentence.count("{") == other.count("{")
            if not same:
                wrong.append(f"{where}: the {language} text has other placeholders: {other}")
        wrong += [f"{file.name}: nothing uses: {s}" for s in catalogue if s not in found.sentences]
    return wrong


def messages(file: Path) -> dict[tuple[str, str, str], bool]:
    """(context, sentence, remark) -> whether it is translated; what lupdate marked as gone is left out."""
    found = {}
    for context in ET.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            kind = translation.get("type", "") if translation is not None else "unfinished"
            if kind in {"vanished", "obsolete"}:
                continue
            text = "".join(translation.itertext()).strip() if translation is not None else ""
            key = (context.findtext("name", ""), message.findtext("source", ""), message.findtext("comment", ""))
            found[key] = kind != "unfinished" and bool(text)
    return found


def window(*, update: bool) -> list[str]:
    """Judge the window's sentences, or with ``update`` bring the .ts files up to date."""
    sources = [
        str(path)
        for path in sorted((ROOT / "ui").rglob("*.py"))
        if re.search(r"\btr\(|translate\(", path.read_text("utf-8"))
    ]
    files = sorted(FOLDER.glob("*.ts"))
    if not sources:
        return []
    if not files:
        return ["ui/ speaks to people, but resources/translations holds no .ts file"]
    wrong = []
    for file in files:
        with tempfile.TemporaryDirectory() as folder:
            fresh = file if update else Path(folder, file.name)
            if not update:
                shutil.copyfile(file, fresh)
            lupdate = Path(sys.executable).with_name("pyside6-lupdate")
            command = [str(lupdate), *sources, "-ts", str(fresh), "-locations", "none", "-no-obsolete"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                return [f"pyside6-lupdate failed: {done.stderr.strip()}"]
            before, now = messages(file), messages(fresh)
        wrong += [f"{file.name}: lacks [{c}] {s} (make translations)" for c, s, _r in now.keys() - before.keys()]
        wrong += [f"{file.name}: nothing uses [{c}] {s} (make translations)" for c, s, _r in before.keys() - now.keys()]
        wrong += [f"{file.name}: not translated: [{c}] {s}" for (c, s, _r), done in before.items() if not done]
    return wrong


def main() -> int:
    """Judge both; 1 if anything is missing."""
    update = "--update" in sys.argv
    wrong = window(update=update) if update else core() + window(update=False)
    print("\n".join(wrong) or "translations: fine")
    return 1 if wrong and not update else 0


if __name__ == "__main__":
    sys.exit(main())
