"""Starts the window. Nothing happens at import; what is slow to load comes after the window is on the screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication

from evidence_kit import __version__, language, system
from ui import singletons, translations
from ui.main_window import MainWindow, load_settings
from ui.theme import Theme

STYLE = ("-style", "Fusion")
"""Asked for as an argument: ``setStyle`` gives the style back, and wrapping it takes as long as building the menus."""


def make(arguments: Sequence[str] = ()) -> QApplication:
    """The application, ready for its first window."""
    app = QApplication([sys.argv[0], *STYLE, *arguments])
    prepare(app)
    return app


def prepare(app: QApplication) -> None:
    """Name, look and language of the application."""
    QCoreApplication.setApplicationName("Evidence Kit")
    QCoreApplication.setApplicationVersion(__version__)
    chosen = load_settings().language
    if chosen:
        language.choose(chosen)
    translations.install()
    QLocale.setDefault(translations.locale())
    Theme(app)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and stay until it is closed."""
    system.limit_core_dumps()
    singletons.hold()
    arguments = list(sys.argv[1:] if argv is None else argv)
    app = make(arguments)
    app.setQuitOnLastWindowClosed(False)
    window = MainWindow()
    window.show()
    return int(app.exec())


if __name__ == "__main__":
    sys.exit(main())
