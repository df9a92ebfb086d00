"""Reads the shipped ``.ts`` file at start, so that no compile step stands between a translator and the window.

The file is the standard one of ``pyside6-lupdate``. A sentence that a class inherits is looked up under any
context: the same English sentence has the same translation everywhere, unless its own context says otherwise.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET  # our own shipped file, never one from outside
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from evidence_kit import language, paths

_installed: list[QTranslator] = []


def ts_file(code: str) -> Path:
    """Where the sentences of one language lie."""
    return paths.resource("translations", f"evidence_kit_{code}.ts")


class TsTranslator(QTranslator):
    """The sentences of one ``.ts`` file. A sentence without a finished translation stays English."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exact: dict[tuple[str, str], str] = {}
        self._any: dict[str, str] = {}
        for context in ET.parse(path).getroot().iter("context"):  # noqa: S314 - our own file
            name = context.findtext("name", "")
            for message in context.iter("message"):
                found = message.find("translation")
                if found is None or not found.text or found.get("type") in {"unfinished", "obsolete", "vanished"}:
                    continue
                source = message.findtext("source", "")
                self._exact[name, source] = found.text
                self._any.setdefault(source, found.text)

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """Whether there is nothing to translate with."""
        return not self._exact

    def translate(
        self,
        context: str,
        sourceText: str,  # noqa: N803 - Qt's name
        disambiguation: str | None = None,  # noqa: ARG002
        n: int = -1,  # noqa: ARG002
    ) -> str | None:
        """The sentence in this language; ``None`` (to Qt: a null text) where there is none, so that it asks further."""
        return self._exact.get((context, sourceText)) or self._any.get(sourceText)


def locale() -> QLocale:
    """How dates and sizes are written in the language in use."""
    return QLocale("fr_FR" if language.current() == "fr" else "en_GB")


def install() -> None:
    """Use the language that :mod:`evidence_kit.language` names, in our sentences and in Qt's own (buttons, menus)."""
    app = QCoreApplication.instance()
    if app is None:
        return
    while _installed:
        app.removeTranslator(_installed.pop())
    code = language.current()
    if code == "en":
        return
    qt = QTranslator(app)
    if qt.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(qt)
        _installed.append(qt)
    path = ts_file(code)
    if path.is_file():
        ours = TsTranslator(path, app)
        app.installTranslator(ours)
        _installed.append(ours)
