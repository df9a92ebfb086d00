"""Changing the passphrase of an open vault: the one in use is asked for first, so that nobody else can do it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from evidence_kit.errors import UsageError, WrongPassphrase
from ui import theme
from ui.desk import Desk
from ui.messages import show_error
from ui.pages import CalmDialog
from ui.passphrase import PassphrasePair
from ui.widgets import Note, Working, add, button, column, field, label, labelled, row


class PassphraseDialog(CalmDialog):
    """Main action: Change the passphrase. Says which copies keep the older one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Change the passphrase"), 540, parent)
        self._desk = desk
        self._back: QWidget | None = None
        box = self.box
        self.form = QWidget()
        inner = column(self.form, gap=theme.M)
        inner.addWidget(label(self.tr("Change the passphrase"), "heading"))
        self.present = field(self.tr("Present passphrase"), secret=True)
        self.pair = PassphrasePair(self.tr("New passphrase"))
        inner.addLayout(labelled(self.tr("Present passphrase"), self.present))
        inner.addWidget(self.pair)
        inner.addWidget(
            label(
                self.tr(
                    "The recovery code stays the same. Copies of the vault that were made before, on a USB stick for "
                    "example, still open with the present passphrase."
                ),
                "quiet",
            )
        )
        self.wrong = Note()
        self.wrong.hide()
        self.working = Working()
        self.working.stop.hide()
        self.done_ = label(self.tr("The passphrase is changed. From now on only the new one opens this vault."))
        self.done_.hide()
        add(box, self.form, self.wrong, self.working, self.done_)
        self.leave = button(self.tr("Cancel"), self.reject)
        self.change = button(self.tr("Change the passphrase"), self._on_change, role="main")
        self.change.setDefault(True)
        box.addLayout(row(None, self.leave, self.change))
        self.present.textChanged.connect(self._check)
        self.pair.changed.connect(self._check)
        self._check()
        self.present.setFocus()

    def _ready(self) -> bool:
        return bool(self.present.text()) and self.pair.ready and self.form.isEnabled()

    def _check(self) -> None:
        self.change.setEnabled(self._ready())

    def _on_change(self) -> None:
        if not self._ready():
            return
        present, new = self.present.text(), self.pair.text()
        job = self._desk.act("passphrase", lambda s, _p, _c: s.change_passphrase(new, present=present))
        self.form.setEnabled(False)
        self.wrong.hide()
        self.working.show_step(self.tr("Making the new key"))
        self._check()
        self.fit()
        job.succeeded.connect(self._on_changed)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)

    def _on_changed(self, _nothing: object) -> None:
        self._forget()
        self.form.hide()
        self.change.hide()
        self.done_.show()
        self.leave.setText(self.tr("Close"))
        self.leave.setAccessibleName(self.leave.text())
        self.leave.setDefault(True)
        self.leave.setFocus()

    def _on_failed(self, error: object) -> None:
        if isinstance(error, WrongPassphrase | UsageError):
            self._back = self.present if isinstance(error, WrongPassphrase) else self.pair.first
            self.wrong.say(f"{error.message} {error.hint}".strip())
        else:
            show_error(error, self)

    def _on_ended(self) -> None:
        self.working.hide()
        self.form.setEnabled(True)
        self._check()
        self.fit()
        if self._back is not None:
            self._back.setFocus()
            self._back = None

    def _forget(self) -> None:
        self.present.clear()
        self.pair.clear()

    def done(self, how: int) -> None:
        """Nothing that was typed stays behind."""
        self._forget()
        super().done(how)
