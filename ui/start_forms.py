"""The three ways in: open a vault, make one, or come back with the recovery code. Each is one calm form."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from evidence_kit import paths
from ui import theme
from ui.passphrase import PassphrasePair
from ui.widgets import Elided, add, button, column, field, frame, label, labelled, row

SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud", "mega")


def is_vault(folder: Path) -> bool:
    """Whether a vault seems to lie there; nothing is opened."""
    return (folder / "vault.json").is_file()


def looks_synced(folder: Path) -> bool:
    """Whether a folder's path tells that it is copied to a cloud service (DOMAIN SAFE-08)."""
    return any(name in part.lower() for part in folder.parts for name in SYNCED)


class FolderLine(QWidget):
    """Where the vault lies, with a way to choose another place."""

    changed = Signal()

    def __init__(self, *, new: bool) -> None:
        super().__init__()
        self._new = new
        self.folder = paths.default_vault()
        self.shown = Elided(str(self.folder))
        self.shown.setAccessibleName(self.tr("Folder of the vault"))
        self.choose = button(self.tr("Other folder…"), self._on_choose)
        line = row(gap=theme.S)
        line.addWidget(self.shown, 1)
        line.addWidget(self.choose)
        self.setLayout(line)

    def put(self, folder: Path) -> None:
        """Use this folder."""
        self.folder = folder
        self.shown.setText(str(folder))
        self.shown.update()
        self.changed.emit()

    def _on_choose(self) -> None:
        from ui import pickers

        chosen = pickers.open_folder(self, self.tr("Folder of the vault"))
        if chosen is None:
            return
        inside = chosen / "vault"
        self.put(inside if (any(chosen.iterdir()) if self._new else is_vault(inside)) else chosen)


class OpenForm(QWidget):
    """Main action: Open."""

    submitted = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        box = column(self, gap=theme.M)
        self.place = FolderLine(new=False)
        self.passphrase = field(self.tr("Passphrase"), secret=True)
        self.show_it = button(self.tr("Show"), self._on_show)
        self.actor = field(self.tr("Who is at the keyboard"), hint=self.tr("Optional: a first name or an alias"))
        self.open = button(self.tr("Open"), self._on_open, role="main")
        secret = QWidget()
        line = row(gap=theme.S)
        line.addWidget(self.passphrase, 1)
        line.addWidget(self.show_it)
        secret.setLayout(line)
        secret.setFocusProxy(self.passphrase)
        box.addLayout(labelled(self.tr("Vault"), self.place))
        box.addLayout(labelled(self.tr("Passphrase"), secret))
        box.addLayout(labelled(self.tr("Who is at the keyboard"), self.actor))
        box.addLayout(row(self.open, None))
        for edit in (self.passphrase, self.actor):
            edit.returnPressed.connect(self._on_open)
            edit.textChanged.connect(self._check)
        self._check()

    def _check(self) -> None:
        self.open.setEnabled(bool(self.passphrase.text()))

    def _on_show(self) -> None:
        hidden = self.passphrase.echoMode() is QLineEdit.EchoMode.Password
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self.show_it.setText(self.tr("Hide") if hidden else self.tr("Show"))

    def _on_open(self) -> None:
        if self.passphrase.text() and self.isEnabled():
            self.submitted.emit(self.place.folder, self.passphrase.text(), self.actor.text().strip())

    def clear(self) -> None:
        """Forget what was typed."""
        self.passphrase.clear()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_it.setText(self.tr("Show"))


class CreateForm(QWidget):
    """Main action: Create the vault. Says before what is lost without passphrase and code."""

    submitted = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        box = column(self, gap=theme.M)
        note = frame("note")
        inner = column(note, margin=theme.M, gap=theme.S)
        add(
            inner,
            label(
                self.tr(
                    "Does someone else use or watch this computer? Then another device, or one of a support "
                    "organisation, is safer."
                )
            ),
            label(
                self.tr(
                    "Without the passphrase and without the recovery code that you receive next, nobody can open the "
                    "vault again. Not even we."
                )
            ),
        )
        self.place = FolderLine(new=True)
        self.synced = label(
            self.tr("This folder seems to be copied to an online service. A folder of this computer alone is safer."),
            "small",
        )
        self.pair = PassphrasePair()
        self.actor = field(self.tr("Who is at the keyboard"), hint=self.tr("Optional: a first name or an alias"))
        self.create_ = button(self.tr("Create the vault"), self._on_create, role="main")
        box.addWidget(note)
        place = labelled(self.tr("Folder"), self.place)
        place.addWidget(self.synced)
        box.addLayout(place)
        box.addWidget(self.pair)
        box.addLayout(labelled(self.tr("Who is at the keyboard"), self.actor))
        box.addLayout(row(self.create_, None))
        self.pair.changed.connect(self._check)
        self.pair.submitted.connect(self._on_create)
        self.actor.returnPressed.connect(self._on_create)
        self.place.changed.connect(self._check)
        self._check()

    def _check(self) -> None:
        self.synced.setVisible(looks_synced(self.place.folder))
        self.create_.setEnabled(self.pair.ready)

    def _on_create(self) -> None:
        if self.pair.ready and self.isEnabled():
            self.submitted.emit(self.place.folder, self.pair.text(), self.actor.text().strip())

    def clear(self) -> None:
        """Forget what was typed."""
        self.pair.clear()


class RecoverForm(QWidget):
    """Main action: Open with the code, and set a new passphrase."""

    submitted = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        box = column(self, gap=theme.M)
        self.place = FolderLine(new=False)
        self.code = field(self.tr("Recovery code"), hint=self.tr("The groups of letters and digits from your paper"))
        self.code.setFont(theme.mono())
        self.pair = PassphrasePair()
        self.open = button(self.tr("Open and set the new passphrase"), self._on_open, role="main")
        box.addLayout(labelled(self.tr("Vault"), self.place))
        box.addLayout(labelled(self.tr("Recovery code"), self.code))
        box.addWidget(self.pair)
        box.addLayout(row(self.open, None))
        self.code.textChanged.connect(self._check)
        self.pair.changed.connect(self._check)
        self.pair.submitted.connect(self._on_open)
        self._check()

    def _ready(self) -> bool:
        return bool(self.code.text().strip()) and self.pair.ready

    def _check(self) -> None:
        self.open.setEnabled(self._ready())

    def _on_open(self) -> None:
        if self._ready() and self.isEnabled():
            self.submitted.emit(self.place.folder, self.code.text(), self.pair.text())

    def clear(self) -> None:
        """Forget what was typed."""
        self.code.clear()
        self.pair.clear()
