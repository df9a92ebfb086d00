"""The sign-ins that are kept in the vault: what each is for, and forgetting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ui import theme, words
from ui.desk import Desk
from ui.messages import show_error
from ui.pages import CalmDialog
from ui.widgets import add, button, column, label, row

if TYPE_CHECKING:
    from evidence_kit.vault.index import KeptSession


class SignInsDialog(CalmDialog):
    """One row for each, with its own Forget."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Kept sign-ins"), 540, parent)
        self._desk = desk
        self.rows: dict[str, QWidget] = {}
        self.told = label(self.tr("Looking …"), "quiet")
        self.list = QWidget()
        self._inner = column(self.list, gap=theme.M)
        why = self.tr(
            "A kept sign-in opens your account at that site for whoever opens this vault. Forget it when the work is"
            " done, and sign out at the site, which ends it everywhere."
        )
        close = button(self.tr("Close"), self.accept, role="main")
        close.setDefault(True)
        add(self.box, label(self.tr("Kept sign-ins"), "heading"), label(why, "quiet"), self.list, self.told)
        self.box.addLayout(row(None, close))
        self._load()

    def _load(self) -> None:
        job = self._desk.read("sign-ins", lambda session: session.sign_ins.all())
        job.succeeded.connect(self._on_found)
        job.failed.connect(self._on_failed)

    def _on_found(self, found: Sequence[KeptSession]) -> None:
        for old in self.rows.values():
            self._inner.removeWidget(old)
            old.deleteLater()
        self.rows = {one.label: self._row(one) for one in found}
        for made in self.rows.values():
            self._inner.addWidget(made)
        self.list.setVisible(bool(found))
        self.told.setText("" if found else self.tr("No sign-in is kept."))
        self.told.setVisible(not found)
        QTimer.singleShot(0, self, self.fit)  # a new row has its height only once it is shown

    def _row(self, one: KeptSession) -> QWidget:
        made = QWidget()
        box = column(made, gap=theme.XS)
        forget = button(self.tr("Forget"), lambda: self._forget(one.label))
        forget.setObjectName("forget")
        forget.setAccessibleName(self.tr("Forget {label}").format(label=one.label))
        box.addLayout(row(label(one.label, "label"), None, forget))
        used = words.when(one.used_at) if one.used_at else self.tr("never")
        text = self.tr("{sites}. Kept {kept}. Used: {used}.")
        box.addWidget(label(text.format(sites=", ".join(one.sites), kept=words.when(one.kept_at), used=used), "quiet"))
        return made

    def _forget(self, name: str) -> None:
        job = self._desk.act("forget-sign-in", lambda session, _p, _c: session.sign_ins.forget(name))
        job.succeeded.connect(lambda _gone: self._load())
        job.failed.connect(self._on_failed)

    def _on_failed(self, error: object) -> None:
        show_error(error, self)
