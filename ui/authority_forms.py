"""Adding an authority of one's own, and importing an EU trusted list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.timestamp.authorities import MAX_FILE
from evidence_kit.timestamp.authorities_file import NewAuthority
from evidence_kit.workflow.places import read_bounded
from evidence_kit.workflow.session import Session
from ui import pickers, theme, words
from ui.desk import Desk
from ui.messages import sentences
from ui.pages import JobDialog
from ui.widgets import Elided, Working, add, button, column, field, label, labelled, row
from ui.worker import Job

CERTIFICATES = " (*.pem *.crt *.cer *.der)"


class FileChoice(QWidget):
    """A file that is chosen, with its name beside the button."""

    changed = Signal()

    def __init__(self, name: str, kinds: str) -> None:
        super().__init__()
        self._name, self._kinds = name, kinds
        self.path: Path | None = None
        self.choose = button(self.tr("Choose…"), self._on_choose)
        self.choose.setAccessibleName(f"{name}: {self.choose.text()}")
        self.shown = Elided(self.tr("none chosen"))
        self.shown.setProperty("role", "quiet")
        line = row(self.choose, gap=theme.M)
        line.addWidget(self.shown, 1)
        self.setLayout(line)
        self.setFocusProxy(self.choose)

    def _on_choose(self) -> None:
        path = pickers.open_file(self, self._name, self._kinds + ";;" + self.tr("All files") + " (*)")
        if path is not None:
            self.put(path)

    def put(self, path: Path) -> None:
        """Take this file."""
        self.path = path
        self.shown.setText(path.name)
        self.changed.emit()


class _Form(JobDialog):
    """Fields, one main action, what went wrong in place, and a way to stop."""

    def __init__(
        self,
        title: str,
        why: str,
        action: tuple[str, Callable[[], None]],
        ready: Callable[[], bool],
        parent: QWidget | None,
    ) -> None:
        super().__init__(title, 560, parent)
        self._ready = ready
        self.fields = QWidget()
        self.inner = column(self.fields, gap=theme.M)
        self.told = label("")
        self.told.setAccessibleName(self.tr("What came of it"))
        self.told.hide()
        self.working = Working()
        self.working.stopped.connect(self._on_stop)
        self.leave = button(self.tr("Cancel"), self.reject)
        self.go = button(*action, role="main")
        self.go.setDefault(True)
        add(self.box, label(title, "heading"), label(why, "quiet"), self.fields, self.working, self.told)
        self.box.addLayout(row(None, self.leave, self.go))

    def _check(self) -> None:
        self.go.setEnabled(self._ready() and self._job is None)

    def _run(self, job: Job, step: str) -> None:
        self._job = job
        self.fields.setEnabled(False)
        self.told.hide()
        self.working.show_step(step)
        self._check()
        self.fit()
        job.progressed.connect(self._on_progress)
        job.failed.connect(lambda error: self._say(sentences(error)))
        job.ended.connect(self._on_ended)

    def _on_progress(self, progress: Progress) -> None:
        self.working.show_step(words.step(progress.step), progress.done, progress.total)

    def _say(self, text: str) -> None:
        self.told.setText(text)
        self.told.show()
        self.fit()

    def _on_ended(self) -> None:
        self._job = None
        self.working.hide()
        self.fields.setEnabled(True)
        self._check()
        self.fit()


class AddAuthorityDialog(_Form):
    """Name, address and root are needed; the account is for operators that ask for one."""

    added = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        why = self.tr(
            "Only with the operator's root certificate can its timestamps be checked. Take it from the operator itself."
        )
        super().__init__(self.tr("Add an authority"), why, (self.tr("Add"), self._on_go), self._is_ready, parent)
        self._desk = desk
        self.name = field(self.tr("Short name"), hint=self.tr("small letters, digits and hyphens"))
        self.url = field(self.tr("Address"), hint="https://")
        self.root = FileChoice(self.tr("Root certificate"), self.tr("Certificates") + CERTIFICATES)
        self.operator = field(self.tr("Operator"))
        self.country = field(self.tr("Country"), hint=self.tr("for example FR"))
        self.account = field(self.tr("User name of the account"))
        self.password = field(self.tr("Password of the account"), secret=True)
        for text, widget in (
            (self.tr("Short name"), self.name),
            (self.tr("Address"), self.url),
            (self.tr("Root certificate (PEM or DER)"), self.root),
        ):
            self.inner.addLayout(labelled(text, widget))
        for left, right in (
            ((self.tr("Operator, if you like"), self.operator), (self.tr("Country"), self.country)),
            ((self.tr("User name, if it asks for an account"), self.account), (self.tr("Password"), self.password)),
        ):
            pair = row(gap=theme.M)
            pair.addLayout(labelled(*left), 2)
            pair.addLayout(labelled(*right), 1)
            self.inner.addLayout(pair)
        self.inner.addWidget(
            label(self.tr("The password is kept in this vault alone and only sent over https."), "small")
        )
        for typed in (self.name, self.url, self.account, self.password):
            typed.textChanged.connect(self._check)
        self.root.changed.connect(self._check)
        self._check()
        self.name.setFocus()

    def _is_ready(self) -> bool:
        """Name, address, root; and both or none of user name and password."""
        whole = bool(self.account.text().strip()) == bool(self.password.text())
        return bool(self.name.text().strip() and self.url.text().strip() and self.root.path is not None and whole)

    def _on_go(self) -> None:
        root = self.root.path
        if not self._is_ready() or self._job is not None or root is None:
            return
        name, secret = self.name.text().strip(), self.password.text()
        url, account = self.url.text().strip(), self.account.text().strip()
        operator, country = self.operator.text().strip(), self.country.text().strip()

        def work(session: Session, _progress: ProgressSink, _cancel: CancelToken) -> str:
            new = NewAuthority(
                name=name,
                url=url,
                roots=(read_bounded(root, MAX_FILE),),
                operator=operator,
                country=country,
                account=account,
            )
            session.authorities.add(new, secret=secret)
            return name

        job = self._desk.ask_authorities("add-authority", work)
        self._run(job, self.tr("Adding it"))
        job.succeeded.connect(self._on_added)

    def _on_added(self, name: str) -> None:
        self.password.clear()
        self.added.emit(name)
        self.accept()


class TrustedListDialog(_Form):
    """A country's list, and who vouches for it."""

    imported = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        why = self.tr(
            "Each country of the European Union publishes a signed list of its qualified services, an XML file. It"
            " counts if it is signed by the certificate that you name, or by one that the list of lists names, which"
            " the European Commission publishes and signs."
        )
        super().__init__(
            self.tr("Import a trusted list"), why, (self.tr("Import"), self._on_go), self._is_ready, parent
        )
        self._desk = desk
        lists = self.tr("Trusted lists") + " (*.xml *.xtsl)"
        self.list = FileChoice(self.tr("The country’s list"), lists)
        self.lotl = FileChoice(self.tr("The list of lists"), lists)
        self.signer = FileChoice(self.tr("The signer’s certificate"), self.tr("Certificates") + CERTIFICATES)
        for text, choice in (
            (self.tr("The country’s list"), self.list),
            (self.tr("The list of lists, if you have it"), self.lotl),
            (self.tr("Certificate of who signs the list of lists or, without it, the country’s list"), self.signer),
        ):
            self.inner.addLayout(labelled(text, choice))
            choice.changed.connect(self._check)
        self.inner.addWidget(
            label(
                self.tr("Without these two, what counts is the list of lists that is in this vault already."), "small"
            )
        )
        self._check()
        self.list.setFocus()

    def _is_ready(self) -> bool:
        """Who may sign can be known already from an earlier import."""
        return self.list.path is not None

    def _on_go(self) -> None:
        file = self.list.path
        if file is None or self._job is not None:
            return
        lotl, signer = self.lotl.path, self.signer.path

        def work(session: Session, progress: ProgressSink, cancel: CancelToken) -> tuple[object, str]:
            made = session.trusted_lists.import_file(file, lotl=lotl, signer=signer, progress=progress, cancel=cancel)
            return made, "\n".join(made.sentences())

        job = self._desk.act("trusted-list", work)
        self._run(job, words.step("trusted-list"))
        job.succeeded.connect(self._on_imported)

    def _on_imported(self, found: tuple[object, str]) -> None:
        made, text = found
        self._say(text)
        self.leave.setText(self.tr("Close"))
        self.imported.emit(made)
