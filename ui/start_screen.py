"""The first screen: one of three forms, and the way to verify a package without any vault."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from evidence_kit import paths
from evidence_kit.errors import WrongPassphrase
from ui import theme
from ui.desk import Desk
from ui.start_forms import CreateForm, OpenForm, RecoverForm, is_vault
from ui.widgets import Note, Working, button, column, label, row
from ui.worker import Job

WIDTH = 520


class StartScreen(QWidget):
    """Shows the open form where the default vault exists, else the create form."""

    verify_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._job: Job | None = None
        self._shown: QWidget | None = None
        self.forms = QWidget()
        self._forms = column(self.forms)
        self.title = label("", "title")
        self.words = label("", "quiet")
        self.wrong = Note()
        self.wrong.hide()
        self.working = Working()
        self.working.stop.hide()
        self.to_open = button(self.tr("Open a vault"), self.show_open, role="link")
        self.to_create = button(self.tr("Create a new vault"), self.show_create, role="link")
        self.to_recover = button(self.tr("I do not know the passphrase any more"), self.show_recover, role="link")
        self.verify = button(self.tr("Verify a package (no vault needed)"), self.verify_asked.emit, role="link")

        page = QWidget()
        page.setProperty("role", "scrolled")
        middle = QWidget()
        middle.setFixedWidth(WIDTH)
        box = column(middle, margin=(0, theme.L + theme.S, 0, theme.L), gap=theme.S)
        box.addWidget(self.title)
        box.addWidget(self.words)
        box.addSpacing(theme.M)
        box.addWidget(self.wrong)
        box.addWidget(self.forms)
        box.addWidget(self.working)
        box.addSpacing(theme.S)
        for link in (self.to_open, self.to_recover, self.to_create, self.verify):
            box.addLayout(row(link, None))
        box.addStretch(1)
        outer = row(None, middle, None)
        page.setLayout(outer)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column(self).addWidget(area)

        if is_vault(paths.default_vault()):
            self.show_open()
        else:
            self.show_create()

    @functools.cached_property
    def open_form(self) -> OpenForm:
        """Each form is made when it is first shown: the window stands sooner."""
        form = OpenForm()
        form.submitted.connect(self._on_open)
        self._forms.addWidget(form)
        return form

    @functools.cached_property
    def create_form(self) -> CreateForm:
        """See :attr:`open_form`."""
        form = CreateForm()
        form.submitted.connect(self._on_create)
        self._forms.addWidget(form)
        return form

    @functools.cached_property
    def recover_form(self) -> RecoverForm:
        """See :attr:`open_form`."""
        form = RecoverForm()
        form.submitted.connect(self._on_recover)
        self._forms.addWidget(form)
        return form

    def _show(self, form: QWidget, title: str, text: str) -> None:
        if self._shown is not None:
            self._shown.hide()
        self._shown = form
        form.show()
        self.title.setText(title)
        self.words.setText(text)
        QTimer.singleShot(0, self, self._focus)
        self.to_open.setVisible(not isinstance(form, OpenForm))
        self.to_create.setVisible(not isinstance(form, CreateForm))
        self.to_recover.setVisible(isinstance(form, OpenForm))
        self.wrong.hide()

    def show_open(self) -> None:
        """The form to open a vault."""
        self._show(
            self.open_form, self.tr("Open your vault"), self.tr("What you keep here stays on this computer, encrypted.")
        )

    def show_create(self) -> None:
        """The form to make a vault."""
        self._show(
            self.create_form,
            self.tr("Create your vault"),
            self.tr("An encrypted folder on this computer. Nothing is uploaded anywhere."),
        )

    def show_recover(self) -> None:
        """The form to come back with the recovery code."""
        self._show(
            self.recover_form,
            self.tr("Open with the recovery code"),
            self.tr("It is on the paper that you wrote when the vault was made. You choose a new passphrase."),
        )

    def _focus(self) -> None:
        if isinstance(self._shown, OpenForm):
            self._shown.passphrase.setFocus()
        elif isinstance(self._shown, CreateForm):
            self._shown.pair.first.setFocus()
        elif isinstance(self._shown, RecoverForm):
            self._shown.code.setFocus()

    def _on_open(self, folder: Path, passphrase: str, actor: str) -> None:
        self._watch(self._desk.open(folder, passphrase, actor))

    def _on_create(self, folder: Path, passphrase: str, actor: str) -> None:
        self._watch(self._desk.create(folder, passphrase, actor))

    def _on_recover(self, folder: Path, code: str, passphrase: str) -> None:
        self._watch(self._desk.recover(folder, code, passphrase, ""))

    def _watch(self, job: Job) -> None:
        self._job = job
        self.forms.setEnabled(False)
        self.wrong.hide()
        from ui import words

        self.working.show_step(words.step(job.name))
        job.succeeded.connect(self._on_opened)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)

    def _on_opened(self, _session: object) -> None:
        if isinstance(self._shown, OpenForm | CreateForm | RecoverForm):
            self._shown.clear()

    def _on_failed(self, error: object) -> None:
        if isinstance(error, WrongPassphrase):
            self.wrong.say(f"{error.message} {error.hint}".strip())
        else:
            from ui.messages import show_error

            show_error(error, self)

    def _on_ended(self) -> None:
        self.working.hide()
        self.forms.setEnabled(True)
        if isinstance(self._shown, OpenForm):
            self._shown.passphrase.setFocus()
            self._shown.passphrase.selectAll()
