"""Taking in files: the question first, before a byte is read; then, for adults, who gave them and when.

For someone under 18, then or perhaps, no file is read: a description in words is kept instead (DOMAIN MIN-03).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from evidence_kit.errors import Cancelled, EvidenceError
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import Subject
from ui import theme, words
from ui.desk import Desk
from ui.messages import show_error
from ui.minor_dialog import Contacts
from ui.pages import CalmDialog
from ui.subject_question import SubjectQuestion
from ui.widgets import Elided, Note, Working, add, button, column, field, frame, label, labelled, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.workflow.session import Session

Outcomes = tuple[str, list[tuple[str, EvidenceError | None]]]
"""The exhibit taken in last (or nothing), and each file with what went wrong."""
SHOWN_NAMES = 3


class ImportDialog(CalmDialog):
    """Question, then a short form, then Import; or a description in words."""

    imported = Signal(str)
    """The exhibit that was taken in last, or nothing."""

    def __init__(self, desk: Desk, case_id: str | None, files: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Import files"), 620, parent)
        self._desk = desk
        self._case_id = case_id
        self._files = list(files)
        self._job: Job | None = None
        self._taken = 0
        self.subject: Subject | None = None
        box = self.box
        names = words.locale().createSeparatedList([f.name for f in self._files[:SHOWN_NAMES]])
        self.names = Elided(names + (" …" if len(self._files) > SHOWN_NAMES else ""))
        self.names.setProperty("role", "quiet")
        self.question = SubjectQuestion(importing=True)
        self.question.answered.connect(self._on_answer)
        self.form = self._make_form()
        self.written = self._make_written()
        self.working = Working()
        self.working.stopped.connect(self._on_stop)
        self.note = Note()
        self.note.hide()
        add(box, self.names, self.question, self.form, self.written, self.working, self.note)
        self.form.hide()
        self.written.hide()
        self.go = button(self.tr("Import"), self._on_go, role="main")
        self.go.hide()
        self.leave = button(self.tr("Cancel"), self.reject)
        box.addLayout(row(None, self.leave, self.go))
        self.leave.setFocus()

    def _make_form(self) -> QWidget:
        made = QWidget()
        box = column(made, gap=theme.M)
        box.addWidget(label(self.tr("What you know about it"), "heading"))
        box.addWidget(label(self.tr("All of this is optional. It is noted as what you say, not as proven."), "quiet"))
        self.date = field(
            self.tr("When it was received or taken"), hint=self.tr("For example: 3 March, in the evening")
        )
        self.device = field(self.tr("On which device"), hint=self.tr("For example: my phone"))
        self.giver = field(self.tr("From whom you have it"), hint=self.tr("For example: sent to me by a friend"))
        for edit in (self.date, self.device, self.giver):
            box.addLayout(labelled(edit.accessibleName(), edit))
        return made

    def _make_written(self) -> QWidget:
        made = QWidget()
        box = column(made, gap=theme.M)
        box.addWidget(label(self.tr("Describe it in words"), "heading"))
        box.addWidget(
            label(
                self.tr(
                    "No file was read. A description counts, too: what it is, where it is, when you saw it, and from "
                    "whom. Leave the files where they are and ask the police or the 3018 what to do with them."
                )
            )
        )
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Description"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(130)
        self.text.textChanged.connect(self._check)
        self.url = field(self.tr("Address, if there is one"), hint="https://")
        box.addLayout(labelled(self.tr("Description"), self.text))
        box.addLayout(labelled(self.tr("Address, if there is one"), self.url))
        card = frame("card")
        column(card, margin=theme.M).addWidget(Contacts())
        box.addWidget(card)
        return made

    def _on_answer(self, subject: Subject) -> None:
        self.subject = subject
        self.question.hide()
        self.form.setVisible(not subject.text_only)
        self.written.setVisible(subject.text_only)
        self.names.setVisible(not subject.text_only)
        self.go.setText(self.tr("Keep this description") if subject.text_only else self.tr("Import"))
        self.go.setAccessibleName(self.go.text())
        self.go.show()
        self.go.setDefault(not subject.text_only)
        (self.text if subject.text_only else self.date).setFocus()
        self._check()
        self.fit()

    def _check(self) -> None:
        filled = self.subject is Subject.ADULT or bool(self.text.toPlainText().strip())
        self.go.setEnabled(filled and self._job is None)

    def _on_go(self) -> None:
        subject, case_id, first_name = self.subject, self._case_id, self.tr("My case")
        if subject is None:
            return
        if subject.text_only:
            text, url = self.text.toPlainText(), self.url.text().strip()

            def work(session: Session, progress: ProgressSink, cancel: CancelToken) -> Outcomes:
                case = self._case_id = case_id or session.add_case(first_name).id
                made = session.written_record(
                    text, case_id=case, subject=subject, url=url, progress=progress, cancel=cancel
                )
                return made.exhibit.id, []

        else:
            declared = self._desk.backend.declared(self.date.text(), self.device.text(), self.giver.text())
            files = list(self._files)

            def work(session: Session, progress: ProgressSink, cancel: CancelToken) -> Outcomes:
                case = self._case_id = case_id or session.add_case(first_name).id
                done: list[tuple[str, EvidenceError | None]] = []
                last = ""
                for path in files:
                    cancel.check()
                    try:
                        made = session.import_file(
                            path, case_id=case, subject=subject, declared=declared, progress=progress, cancel=cancel
                        )
                        last = made.exhibit.id
                        done.append((path.name, None))
                        self._taken += 1
                    except Cancelled as exc:
                        self._taken += bool(exc.kept)  # stopped only while its timestamps were asked for
                        raise
                    except EvidenceError as exc:
                        exc.__traceback__ = None
                        done.append((path.name, exc))
                return last, done

        self._taken = 0
        self._job = job = self._desk.act("import", work)
        self.working.show_step(words.step("import"))
        self.form.setEnabled(False)
        self.written.setEnabled(False)
        self._check()
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_done)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        job.ended.connect(self._on_ended)

    def _on_progress(self, progress: Progress) -> None:
        self.working.show_step(words.step(progress.step), progress.done, progress.total)

    def _on_done(self, outcomes: Outcomes) -> None:
        last, files = outcomes
        self.imported.emit(last)
        refused = [(name, error) for name, error in files if error is not None]
        if not refused:
            self.accept()
            return
        self.go.hide()
        self.form.hide()
        self.leave.setText(self.tr("Close"))
        self.note.say("\n".join(f"{name}: {error.message} {error.hint}".strip() for name, error in refused))
        self.fit()

    def _on_cancelled(self) -> None:
        """What was taken in by then stays, and must not be taken in twice."""
        self.imported.emit("")
        kept = self._job.kept if self._job is not None else ""
        if self.subject is Subject.ADULT:
            said = self.tr("Stopped. Files taken in: {done} of {all}.").format(done=self._taken, all=len(self._files))
            self._files = self._files[self._taken :]
        else:
            said = self.tr("Stopped. {kept}").format(kept=kept or _("Nothing had been recorded yet."))
        if (kept and self.subject is not Subject.ADULT) or not self._files:
            self.go.hide()
            self.leave.setText(self.tr("Close"))
        self.note.say(said)
        self.fit()

    def _on_failed(self, error: object) -> None:
        show_error(error, self)

    def _on_ended(self) -> None:
        self._job = None
        self.working.hide()
        self.form.setEnabled(True)
        self.written.setEnabled(True)
        self._check()

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def reject(self) -> None:
        """Leaving stops an import that still runs; what was taken in stays."""
        self._on_stop()
        super().reject()
