"""Choosing a passphrase: typed twice, with plain advice from zxcvbn instead of a bar or rules about characters."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from ui import theme
from ui.widgets import column, field, label, labelled

ENOUGH = 3
"""zxcvbn's score from which on we say nothing but "good"; below, advice, never a refusal."""
LOOKED_AT = 72
"""Characters that zxcvbn is given: it gets slow beyond."""


class PassphrasePair(QWidget):
    """Two fields, one switch to show them, one sentence of advice."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, name: str = "") -> None:
        super().__init__()
        box = column(self, gap=theme.M)
        name = name or self.tr("Passphrase")
        self.first = field(name, secret=True, hint=self.tr("For example four words that have nothing in common"))
        self.second = field(self.tr("The same again"), secret=True)
        self.show_both = QCheckBox(self.tr("Show what I type"))
        self.advice = label("", "small")
        self.advice.setAccessibleName(self.tr("Advice about the passphrase"))
        box.addLayout(labelled(name, self.first))
        box.addLayout(labelled(self.tr("The same again"), self.second))
        line = column(gap=2)
        line.addWidget(self.advice)
        line.addWidget(self.show_both)
        box.addLayout(line)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(250)
        self._timer.timeout.connect(self._advise)
        for edit in (self.first, self.second):
            edit.textChanged.connect(self._on_changed)
            edit.returnPressed.connect(self.submitted)
        self.show_both.toggled.connect(self._on_show)
        self._advise()

    @property
    def ready(self) -> bool:
        """Whether something was typed, twice the same."""
        return bool(self.first.text()) and self.first.text() == self.second.text()

    def text(self) -> str:
        """The passphrase."""
        return self.first.text()

    def clear(self) -> None:
        """Forget what was typed."""
        self.first.clear()
        self.second.clear()
        self.show_both.setChecked(False)

    def _on_show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.first.setEchoMode(mode)
        self.second.setEchoMode(mode)

    def _on_changed(self) -> None:
        self._timer.start()
        self.changed.emit()

    def _advise(self) -> None:
        typed, again = self.first.text(), self.second.text()
        if not typed:
            self.advice.setText(
                self.tr("Long is better than complicated: a few words that only you would put together.")
            )
            return
        if again and not typed.startswith(again):
            self.advice.setText(self.tr("The two are not the same yet."))
            return
        from zxcvbn import zxcvbn

        score = int(zxcvbn(typed[:LOOKED_AT])["score"])
        if score < ENOUGH - 1:
            self.advice.setText(self.tr("Easy to guess for now. One or two more words make it strong."))
        elif score < ENOUGH:
            self.advice.setText(self.tr("Getting there. One more word makes it strong."))
        elif again == typed:
            self.advice.setText(self.tr("A good passphrase."))
        else:
            self.advice.setText(self.tr("A good passphrase. Type it once more below."))
