"""Help and About: text that comes with the program; no page is opened and no network is asked."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QDialog, QTextBrowser, QWidget

from evidence_kit import __version__, language, paths
from ui import theme
from ui.widgets import add, button, column, label, row


class OfflineText(QTextBrowser):
    """Shows text and nothing else: it loads no picture, follows no link."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.document().setDocumentMargin(theme.M)

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802, ARG002 - Qt's name
        """Nothing is ever loaded."""
        return None


class HelpDialog(QDialog):
    """The help in the language in use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help"))
        self.resize(680, 620)
        box = column(self, margin=theme.M, gap=theme.M)
        self.text = OfflineText(self.tr("Help"))
        path = paths.resource("docs", "help", f"{language.current()}.md")
        self.text.setMarkdown(path.read_text(encoding="utf-8") if path.is_file() else "")
        box.addWidget(self.text, 1)
        close = button(self.tr("Close"), self.accept, role="main")
        close.setDefault(True)
        box.addLayout(row(None, close))


class AboutDialog(QDialog):
    """Name, version, and whose work it stands on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About"))
        self.setFixedWidth(520)
        box = column(self, margin=theme.L, gap=theme.M)
        add(
            box,
            label("Evidence Kit", "title"),
            label(self.tr("Version {version}").format(version=__version__), "quiet"),
            label(
                self.tr(
                    "Records what is online on your own computer, so that police, lawyers and courts can check it "
                    "later. Changes leave traces; that is what timestamps and digests are for. Nothing is uploaded."
                )
            ),
            label(
                self.tr(
                    "Free software under the GNU General Public License, version 3 or later, without any warranty. "
                    "It uses Qt and PySide6 (LGPL), Playwright and Chromium, pyHanko, cryptography, SQLCipher, age, "
                    "Pillow and others, each under its own licence; they come with the program."
                ),
                "quiet",
            ),
        )
        close = button(self.tr("Close"), self.accept, role="main")
        close.setDefault(True)
        box.addLayout(row(None, close))
