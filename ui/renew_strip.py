"""The reminder that timestamps have to be renewed, and the renewal itself, in one calm strip of the work screen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QPushButton

from evidence_kit import clock
from evidence_kit.jobs import Progress
from evidence_kit.workflow.records import RenewalState
from ui import theme, words
from ui.desk import Desk
from ui.messages import show_error
from ui.widgets import add, button, column, label, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.workflow.records import RenewalCounts

translate = QCoreApplication.translate
FIRST_LOOK = 1500
"""Milliseconds after the opening: of many thousand proofs the look takes half a second, and her list comes first."""
LOOK = 600_000
"""Milliseconds between two looks at the calendar; the vault is asked once a day. Sleep of the computer counts too."""


WEEK = 7
"""Days until the next reminder, where a renewal could not help yet."""


class RenewStrip(QFrame):
    """Hidden where all is well. Beside the reminder it answers the menu, and then says how things stand."""

    renewed = Signal()
    """Some were renewed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "note")
        self._desk = desk
        self._job: Job | None = None
        self._due_only, self._days = True, 1
        self._day: date | None = None
        box = column(self, margin=(theme.M - 4, theme.S, theme.S, theme.S), gap=theme.XS)
        self.words = label("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the renewal"))
        self.go = button(self.tr("Renew now"), self._on_go)
        self.again = button(self.tr("Ask again"), self._on_go)
        self.later = button(self.tr("Remind me tomorrow"), self._put_off)
        self.stop = button(self.tr("Stop"), self._on_stop)
        self.fine = button(self.tr("Fine"), self._put_off)
        add(box, self.words, self.bar)
        box.addLayout(row(None, *self._buttons))
        self._calendar = QTimer(self)
        self._calendar.setInterval(LOOK)
        self._calendar.timeout.connect(self.look)
        self._calendar.start()
        self.hide()
        if desk.renewing is not None:  # the screen was made anew, in another language
            self._follow(desk.renewing)
        else:
            QTimer.singleShot(FIRST_LOOK, self, self.look)

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.go, self.again, self.later, self.stop, self.fine

    # what is due

    def look(self) -> None:
        """Once a day: whether something has to be said."""
        today = clock.now().astimezone().date()
        if self._desk.session is None or self._job is not None or self._day == today:
            return
        self._day = today
        job = self._desk.read("renewal-due", lambda session: session.reminder.due())
        job.succeeded.connect(self._on_due)

    def _on_due(self, state: RenewalState | None) -> None:
        if state is not None and self._job is None:
            self._due_only = True
            self._say(_due(state), *((self.go, self.later) if state.soon else (self.fine,)))

    def ask(self) -> None:
        """She wants to know, or to renew, whatever the day is."""
        if self._job is not None:
            self.stop.setFocus()
        elif self._desk.session is not None:
            job = self._desk.read("renewal-state", lambda session: session.renewals.state())
            job.succeeded.connect(self._on_state)
            job.failed.connect(self._on_error)

    def _on_state(self, state: RenewalState) -> None:
        if self._job is not None:
            return
        self._due_only = state.soon
        if state.soon:
            self._say(_due(state), self.go, self.later)
        elif state.renew_before:
            said = self.tr("The first of your timestamps has to be renewed before {day}. There is no hurry.")
            self._say(" ".join([said.format(day=words.day(state.renew_before)), _ended(state)]), self.go, self.fine)
        else:
            self._say(_ended(state) or self.tr("There is no timestamp yet that could be renewed."), self.fine)
        next(b for b in self._buttons if not b.isHidden()).setFocus()

    def _put_off(self) -> None:
        self.hide()
        days, self._days = self._days, 1
        self._desk.read("renewal-later", lambda session: session.reminder.later(days))  # one value; waits for nothing

    # renewing

    def _on_go(self) -> None:
        if self._job is None and self._desk.session is not None:
            self._follow(self._desk.renew(due_only=self._due_only))

    def _follow(self, job: Job) -> None:
        self._job = job
        self._on_progress(Progress("renew"))
        self._say(words.step("renew") + " …", self.stop)
        self.bar.show()
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_renewed)
        job.cancelled.connect(self._on_stopped)
        job.failed.connect(self._on_failed)

    def _on_progress(self, told: Progress) -> None:
        self.bar.setRange(0, told.total or 0)
        self.bar.setValue(told.done)

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._say(self.tr("Stopping …"), self.stop)  # stays, so that the focus has its place

    def _on_renewed(self, counts: RenewalCounts) -> None:
        self._job = None
        said = [self.tr("Timestamps renewed: {count}.").format(count=counts.renewed)] if counts.renewed else []
        if counts.failed:
            said.append(
                self.tr(
                    "Not renewed, since no authority gave a good answer: {count}. Nothing is lost; ask again later."
                ).format(count=counts.failed)
            )
        elif not counts.renewed:
            said.append(self.tr("There was nothing to renew."))
        elif counts.state.soon:
            self._days = WEEK
            said.append(
                self.tr("The authorities still use certificates that end before {day}; you will be reminded.").format(
                    day=words.day(counts.state.renew_before)
                )
            )
        elif counts.state.renew_before:
            said.append(self.tr("The next time is before {day}.").format(day=words.day(counts.state.renew_before)))
        said.append(_ended(counts.state))
        self._say(" ".join(said).strip(), *((self.again, self.later) if counts.failed else (self.fine,)))
        if counts.renewed:
            self.renewed.emit()

    def _on_stopped(self) -> None:
        self._job = None
        self._say(
            self.tr("Stopped. What was renewed by then is kept; the rest can be renewed at any time."),
            self.go,
            self.later,
        )
        self.renewed.emit()

    def _on_failed(self, error: object) -> None:
        self._job = None
        self._say(self.tr("The timestamps were not renewed. Nothing is lost; ask again later."), self.again, self.later)
        self._on_error(error)

    def _on_error(self, error: object) -> None:
        show_error(error, self.window())

    # showing

    def _say(self, text: str, *buttons: QPushButton) -> None:
        here = self.isAncestorOf(focused) if (focused := self.window().focusWidget()) else False
        self.words.setText(text)
        self.bar.hide()
        for one in self._buttons:
            one.setAccessibleDescription(text)  # read out with the button, as a label by itself is not
            one.setVisible(one in buttons)
        self.show()
        if here and buttons:  # else it would go on somewhere in the screen
            buttons[0].setFocus()


def _due(state: RenewalState) -> str:
    said = []
    if state.soon:
        said.append(
            translate(
                "RenewStrip",
                "Your timestamps hold today. Renew them before {day}, so that they go on counting in later years.",
            ).format(day=words.day(state.renew_before))
        )
    return " ".join([*said, _ended(state)]).strip()


def _ended(state: RenewalState) -> str:
    if not state.ended:
        return ""
    return translate(
        "RenewStrip",
        "Timestamps that ended without being renewed: {count}. They stay, and count for the date that they carry.",
    ).format(count=state.ended)
