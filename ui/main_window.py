"""The frame around the screens: menu, lock, quick exit, language, and closing without losing anything."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QIcon, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QStackedWidget, QWidget

from evidence_kit import language, paths, settings
from evidence_kit.errors import EvidenceError
from ui import translations
from ui.desk import Desk
from ui.idle import IdleLock
from ui.start_screen import StartScreen

if TYPE_CHECKING:
    from ui.work_screen import WorkScreen  # takes as long to load as all the rest, and is not needed to open

NAMES = {"fr": "Français", "en": "English"}
CLOSE_SECONDS, QUICK_SECONDS = 15.0, 3.0


def load_settings() -> settings.Settings:
    """The settings, or the defaults where the file cannot be read: the window must open all the same."""
    try:
        return settings.load()
    except EvidenceError:
        return settings.Settings()


class MainWindow(QMainWindow):
    """Start screen without a vault, work screen with one."""

    def __init__(self, desk: Desk | None = None) -> None:
        super().__init__()
        self.desk = desk or Desk()
        self.desk.setParent(self)
        self.setWindowTitle("Evidence Kit")
        self.setWindowIcon(QIcon(str(paths.resource("icons", "app.svg"))))
        self.setMinimumSize(960, 620)
        self.resize(1240, 760)
        self.screens = QStackedWidget()
        self.setCentralWidget(self.screens)
        self.start: StartScreen | None = None
        self.work: WorkScreen | None = None
        self.dialog: QWidget | None = None
        self.idle = IdleLock(load_settings().lock_minutes, self)
        self.idle.idle.connect(self.lock)
        self.desk.opened.connect(self._on_opened)
        self.desk.locked.connect(self._on_locked)
        self.desk.busy_changed.connect(self._on_busy)
        self._build()

    def _build(self) -> None:
        """Everything with words in it; called again after a change of language."""
        self._make_menu()
        self._put_start()
        if self.desk.session is not None:
            self._put_work()

    def _put_start(self) -> None:
        if self.start is not None:
            self.screens.removeWidget(self.start)
            self.start.deleteLater()
        self.start = StartScreen(self.desk)
        self.start.verify_asked.connect(self.ask_verify)
        self.screens.addWidget(self.start)

    def _put_work(self) -> None:
        from ui.work_screen import WorkScreen

        self._drop_work()
        work = WorkScreen(self.desk)
        work.verify_asked.connect(self.ask_verify)
        work.check_asked.connect(self.ask_check)
        work.lock_asked.connect(self.lock)
        self.work = work
        self.screens.addWidget(work)
        self.screens.setCurrentWidget(work)

    def _drop_work(self) -> None:
        if self.work is not None:
            self.screens.removeWidget(self.work)
            self.work.hide()
            self.work.deleteLater()
            self.work = None

    # menu

    def _make_menu(self) -> None:
        bar = self.menuBar()
        bar.clear()
        vault = bar.addMenu(self.tr("&Vault"))
        self.lock_action = self._action(vault, self.tr("&Lock"), self.lock, "Ctrl+L")
        self.recovery_action = self._action(vault, self.tr("&Recovery code…"), self._ask_recovery)
        self.passphrase_action = self._action(vault, self.tr("Change the &passphrase…"), self.ask_passphrase)
        self.check_action = self._action(vault, self.tr("Chec&k the vault…"), self.ask_check)
        self.sign_ins_action = self._action(vault, self.tr("Kept &sign-ins…"), self.ask_sign_ins)
        self.authorities_action = self._action(vault, self.tr("&Timestamp authorities…"), self.ask_authorities)
        self.renew_action = self._action(vault, self.tr("Re&new the timestamps…"), self._to_renewal)
        vault.addSeparator()
        self._action(vault, self.tr("&Verify a package…"), self.ask_verify)
        vault.addSeparator()
        self._action(vault, self.tr("&Close"), self.close, QKeySequence.StandardKey.Quit)
        self._action(vault, self.tr("Quick &exit"), self.quick_exit, "Ctrl+Shift+Q")
        self.case_menu = bar.addMenu(self.tr("&Case"))
        self._action(self.case_menu, self.tr("&New case…"), lambda: self._to_work("ask_case"), "Ctrl+N")
        self._action(self.case_menu, self.tr("&Import files…"), lambda: self._to_work("ask_import"), "Ctrl+I")
        self.export_action = self._action(
            self.case_menu, self.tr("&Export…"), lambda: self._to_work("ask_export"), "Ctrl+E"
        )
        self._action(self.case_menu, self.tr("&Address of a page"), self._to_address, "Ctrl+K")
        self._action(self.case_menu, self.tr("&Search"), self._to_search, QKeySequence.StandardKey.Find)
        self.case_menu.addSeparator()
        self.mandate_action = self._action(
            self.case_menu, self.tr("Agreement of the &person concerned…"), lambda: self._to_work("ask_mandate")
        )
        self.close_action = self._action(
            self.case_menu, self.tr("&Close this case…"), lambda: self._to_work("ask_close")
        )
        self.case_menu.aboutToShow.connect(self._enable_case)
        self.exhibit_menu = bar.addMenu(self.tr("E&xhibit"))
        self.minor_action = self._action(
            self.exhibit_menu, self.tr("This may show a &minor…"), lambda: self._to_details("ask_minor")
        )
        self.withdraw_action = self._action(
            self.exhibit_menu, self.tr("&Withdraw…"), lambda: self._to_details("ask_withdraw")
        )
        self.exhibit_menu.aboutToShow.connect(self._enable_exhibit)
        chosen = bar.addMenu(self.tr("Lan&guage"))
        group = QActionGroup(self)
        for code, name in NAMES.items():
            action = self._action(chosen, name, lambda code=code: self.use_language(code))
            action.setCheckable(True)
            action.setChecked(language.current() == code)
            group.addAction(action)
        self.language_menu = chosen
        helping = bar.addMenu(self.tr("&Help"))
        self._action(helping, self.tr("&Help"), self.ask_help, QKeySequence.StandardKey.HelpContents)
        self._action(helping, self.tr("&Someone to talk to"), self.ask_contacts)
        self._action(helping, self.tr("&About"), self.ask_about)
        self._enable()

    def _action(self, menu: QMenu, text: str, do, keys: str | QKeySequence.StandardKey = "") -> QAction:  # type: ignore[no-untyped-def]  # noqa: ANN001
        action = menu.addAction(text)
        action.triggered.connect(lambda _checked=False: do())
        action.setMenuRole(QAction.MenuRole.NoRole)
        if keys:
            action.setShortcut(QKeySequence(keys))
        return action

    def _enable(self) -> None:
        open_ = self.desk.session is not None
        self.lock_action.setEnabled(open_)
        self.recovery_action.setEnabled(open_ and not self.desk.recovery_confirmed)
        self.passphrase_action.setEnabled(open_)
        self.check_action.setEnabled(open_)
        self.sign_ins_action.setEnabled(open_)
        self.authorities_action.setEnabled(open_)
        self.renew_action.setEnabled(open_)
        for action in self.case_menu.actions():
            action.setEnabled(open_)
        self._enable_exhibit()
        self.language_menu.setEnabled(not self.desk.busy and not self.desk.sitting)

    def _enable_case(self) -> None:
        """What can be asked of the chosen case; looked up whenever the menu opens."""
        work = self.work
        case = work.case if work is not None else None
        self.export_action.setEnabled(case is not None)
        self.close_action.setEnabled(work is not None and case is not None and work.is_open)
        self.mandate_action.setEnabled(case is not None and case.for_someone_else)

    def _enable_exhibit(self) -> None:
        details = self.work.details if self.work is not None else None
        self.minor_action.setEnabled(details is not None and details.may_flag)
        self.withdraw_action.setEnabled(details is not None and details.may_withdraw)

    def _to_details(self, name: str) -> None:
        if self.work is not None:
            getattr(self.work.details, name)()

    def _to_work(self, name: str) -> None:
        if self.work is not None:
            getattr(self.work, name)()

    def _to_address(self) -> None:
        if self.work is not None:
            self.work.bar.address.setFocus()

    def _to_search(self) -> None:
        if self.work is not None:
            self.work.search.setFocus()

    def _to_renewal(self) -> None:
        if self.work is not None:
            self.work.renewal.ask()

    def _ask_recovery(self) -> None:
        self._to_work("ask_recovery")

    # opening, locking, leaving

    def _on_opened(self) -> None:
        self._put_work()
        self.idle.watch(True)
        self._enable()
        self.desk.recovery_changed.connect(self._enable)

    def _on_busy(self, busy: bool) -> None:
        free = not busy and not self.desk.sitting
        self.idle.watch(self.desk.session is not None and free)
        self.language_menu.setEnabled(free)

    def lock(self) -> None:
        """Nothing of the vault stays on the screen; the keys go as soon as the running job has stopped."""
        self.desk.lock()

    def _on_locked(self) -> None:
        self.idle.watch(False)
        for dialog in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if dialog.isWindow():
                dialog.close()
                dialog.deleteLater()
        self._drop_work()
        self._put_start()
        if self.start is not None:
            self.screens.setCurrentWidget(self.start)
        self._enable()

    def quick_exit(self) -> None:
        """Away from the screen at once; the vault is made to survive a sudden end."""
        for window in QApplication.topLevelWidgets():
            window.hide()
        if not self.desk.close(QUICK_SECONDS, rest=False):
            os._exit(0)  # a job would not stop: ending the process drops the keys and frees the vault
        QApplication.quit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask only when something runs; then stop it, close the vault, and go."""
        if self.desk.session is not None and self.desk.busy and not self._may_stop():
            event.ignore()
            return
        self.hide()
        ended = self.desk.close(CLOSE_SECONDS)
        event.accept()
        if not ended:
            os._exit(0)
        QApplication.quit()

    def _may_stop(self) -> bool:
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Something is still running"))
        box.setText(self.tr("Stop it and close?"))
        box.setInformativeText(self.tr("What is finished by then is kept."))
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Keep going"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is stop

    # dialogs

    def ask_verify(self) -> None:
        """Verify a package; works without a vault."""
        from ui.verify_dialog import VerifyDialog

        self._open(VerifyDialog(self.desk, self))

    def ask_passphrase(self) -> None:
        """Another passphrase for the open vault."""
        from ui.passphrase_dialog import PassphraseDialog

        if self.desk.session is not None:
            self._open(PassphraseDialog(self.desk, self))

    def ask_sign_ins(self) -> None:
        """See and forget the sign-ins that are kept."""
        from ui.sign_ins_dialog import SignInsDialog

        if self.desk.session is not None:
            self._open(SignInsDialog(self.desk, self))

    def ask_authorities(self) -> None:
        """Who makes the timestamps, and the trusted lists."""
        from ui.authorities_dialog import AuthoritiesDialog

        if self.desk.session is not None:
            self._open(AuthoritiesDialog(self.desk, self))

    def ask_check(self) -> None:
        """Look through the whole vault, beside the window."""
        from ui.check_dialog import CheckDialog

        if self.desk.session is None:
            return
        self.dialog = dialog = CheckDialog(self.desk, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def ask_help(self) -> None:
        """The help."""
        from ui.help_dialog import HelpDialog

        self._open(HelpDialog(self))

    def ask_about(self) -> None:
        """Version and licences."""
        from ui.help_dialog import AboutDialog

        self._open(AboutDialog(self))

    def ask_contacts(self) -> None:
        """Whom one can call."""
        from ui.minor_dialog import ContactsDialog

        self._open(ContactsDialog(self.tr("You need not go through this alone."), self))

    def _open(self, dialog) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def use_language(self, code: str) -> None:
        """Another language, now and from now on."""
        if self.desk.busy or self.desk.sitting or code == language.current():
            return
        language.choose(code)
        translations.install()
        try:
            settings.save(dataclasses.replace(load_settings(), language=code))
        except (EvidenceError, OSError):
            self.statusBar().clearMessage()  # it still holds for this session
        self._build()
