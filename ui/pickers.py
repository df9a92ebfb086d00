"""Asking for files and folders without leaving a trace.

Qt's own dialog writes the last folder and a history into the user's settings, and the system's dialogs write
lists of recent files: an address of what somebody works on. So Qt's dialog is used, and what it noted is taken back.
"""

from __future__ import annotations

from pathlib import Path

import shiboken6
from PySide6.QtCore import QCoreApplication, QDir, QSettings, QStandardPaths, QUrl
from PySide6.QtWidgets import QFileDialog, QWidget

_NOTED = ("history", "lastVisited", "shortcuts")


def _start_folder() -> str:
    places = (QStandardPaths.StandardLocation.DocumentsLocation, QStandardPaths.StandardLocation.HomeLocation)
    for place in places:
        folder = QStandardPaths.writableLocation(place)
        if folder and QDir(folder).exists():
            return folder
    return QDir.homePath()


def _name_parts(dialog: QFileDialog) -> None:
    """Qt's own French leaves some of these in English."""
    translate = QCoreApplication.translate
    for part, text in (
        (QFileDialog.DialogLabel.LookIn, translate("Pickers", "Look in:")),
        (QFileDialog.DialogLabel.FileName, translate("Pickers", "Name:")),
        (QFileDialog.DialogLabel.FileType, translate("Pickers", "Kind:")),
    ):
        dialog.setLabelText(part, text)


def _run(dialog: QFileDialog) -> list[Path]:
    noted = QSettings(QSettings.Scope.UserScope, "QtProject")
    noted.beginGroup("FileDialog")
    before = {key: noted.value(key) for key in _NOTED if noted.contains(key)}
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    _name_parts(dialog)
    dialog.setSidebarUrls([QUrl.fromLocalFile(QDir.homePath()), QUrl.fromLocalFile(_start_folder())])
    dialog.setHistory([])
    chosen: list[Path] = []
    if dialog.exec():
        chosen = [Path(p) for p in dialog.selectedFiles()]
    dialog.setHistory([])
    dialog.setDirectory(_start_folder())
    shiboken6.delete(dialog)  # it writes its notes when it goes
    noted.sync()
    for key in _NOTED:
        if key in before:
            noted.setValue(key, before[key])
        else:
            noted.remove(key)
    noted.sync()
    return chosen


def open_files(parent: QWidget, title: str) -> list[Path]:
    """Files that exist, several at once."""
    dialog = QFileDialog(parent, title, _start_folder())
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return _run(dialog)


def open_file(parent: QWidget, title: str, kinds: str = "") -> Path | None:
    """One file that exists. ``kinds`` is a name filter of Qt."""
    dialog = QFileDialog(parent, title, _start_folder(), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return next(iter(_run(dialog)), None)


def open_folder(parent: QWidget, title: str) -> Path | None:
    """A folder that exists."""
    dialog = QFileDialog(parent, title, _start_folder())
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return next(iter(_run(dialog)), None)


def save_file(parent: QWidget, title: str, name: str, ending: str = "") -> Path | None:
    """A file to be written; whoever writes it refuses to overwrite, so the dialog does not offer to."""
    dialog = QFileDialog(parent, title, _start_folder())
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    if ending:
        dialog.setDefaultSuffix(ending)
    dialog.selectFile(name)
    return next(iter(_run(dialog)), None)
