"""What is open and what runs: the one object that every screen talks to.

Four lanes: ``act`` for everything that writes (one job at a time, in order), ``run_list`` for lists of pages,
``ask_authorities`` for what is asked of timestamp authorities beside that, and ``read`` for looking things up, so
that everything stays alive while pages are being captured.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from evidence_kit.errors import Cancelled
from evidence_kit.jobs import CancelToken, ProgressSink
from ui.backend import Workflow
from ui.worker import Job, Worker

if TYPE_CHECKING:
    from evidence_kit.workflow.session import Session

Act = Callable[["Session", ProgressSink, CancelToken], Any]
Read = Callable[["Session"], Any]


class Desk(QObject):
    """Holds the session, its lanes and, until it is confirmed, the recovery code."""

    opened = Signal()
    locked = Signal()
    busy_changed = Signal(bool)
    recovery_changed = Signal()

    def __init__(self, backend: Workflow | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.backend = backend or Workflow()
        self.session: Session | None = None
        self.recovery_code = ""
        self.recovery_confirmed = True
        self._window: CancelToken | None = None
        self._acts = Worker(self)
        self._reads = Worker(self)
        self._lists = Worker(self)
        self._stamps = Worker(self)
        self._listing, self._stamping = threading.Lock(), threading.Lock()
        self._renewing: Job | None = None
        for lane in (self._acts, self._lists):
            lane.busy_changed.connect(lambda _one: self.busy_changed.emit(self.busy))

    @property
    def busy(self) -> bool:
        """Whether something that writes runs or waits."""
        return self._acts.busy or self._lists.busy

    @property
    def sitting(self) -> bool:
        """Whether a page is open in a visible browser."""
        return self._window is not None

    def begin_sitting(self, token: CancelToken) -> None:
        """A visible browser opens; cancelling ``token`` takes it off the screen at once."""
        self._window = token
        self.busy_changed.emit(self.busy)

    def end_sitting(self, token: CancelToken) -> None:
        """It is closed."""
        if self._window is token:
            self._window = None
            self.busy_changed.emit(self.busy)

    # opening and locking

    def create(self, path: Path, passphrase: str, actor: str) -> Job:
        """Make a vault and open it."""
        job = self._acts.submit("create", lambda _p, _c: self.backend.create(path, passphrase, actor))
        job.succeeded.connect(self._on_created)
        return job

    def open(self, path: Path, passphrase: str, actor: str) -> Job:
        """Open a vault."""

        def work(_progress: ProgressSink, _cancel: CancelToken) -> tuple[Session, bool]:
            session = self.backend.open(path, passphrase, actor)
            return session, session.recovery_confirmed

        job = self._acts.submit("open", work)
        job.succeeded.connect(self._on_opened)
        return job

    def recover(self, path: Path, code: str, new_passphrase: str, actor: str) -> Job:
        """Open a vault with its recovery code and set a new passphrase."""

        def work(_progress: ProgressSink, _cancel: CancelToken) -> tuple[Session, bool]:
            session = self.backend.recover(path, code, new_passphrase, actor)
            return session, session.recovery_confirmed

        job = self._acts.submit("recover", work)
        job.succeeded.connect(self._on_opened)
        return job

    def _on_created(self, made: tuple[Session, str]) -> None:
        self.session, self.recovery_code = made
        self.recovery_confirmed = False
        self.opened.emit()

    def _on_opened(self, opened: tuple[Session, bool]) -> None:
        self.session, self.recovery_confirmed = opened
        self.opened.emit()

    def confirm_recovery(self, code: str) -> Job:
        """Whether she has written the code down rightly."""
        job = self.act("confirm-recovery", lambda session, _p, _c: session.confirm_recovery(code))
        job.succeeded.connect(self._on_confirmed)
        return job

    def new_recovery_code(self) -> Job:
        """A new code in the place of one that was never written down."""
        job = self.act("new-recovery-code", lambda session, _p, _c: session.new_recovery_code())
        job.succeeded.connect(self._on_new_code)
        return job

    def _on_new_code(self, code: str) -> None:
        self.recovery_code, self.recovery_confirmed = code, False
        self.recovery_changed.emit()

    def _on_confirmed(self, right: object) -> None:
        if right:
            self.recovery_confirmed = True
            self.recovery_code = ""
            self.recovery_changed.emit()

    def lock(self, *, rest: bool = True) -> None:
        """Stop what runs, drop the keys, show nothing any more. The keys go as soon as the running job has ended.

        With ``rest`` the heads of what was changed are fixed in time first, which takes three seconds at most.
        A visible browser goes first, and at once: somebody is signed in there.
        """
        if self._window is not None:
            self._window.cancel()
        session, self.session = self.session, None
        self.recovery_code, self.recovery_confirmed = "", True
        self._acts.cancel_all()
        self._lists.cancel_all()
        self._stamps.cancel_all()
        self._reads.cancel_all()
        if session is not None:
            self._acts.submit("lock", lambda _p, cancel: self._close(session, cancel, rest=rest))
            self.locked.emit()

    def _close(self, session: Session, cancel: CancelToken, *, rest: bool) -> None:
        with self._listing, self._stamping:  # the pages and the questions under way are let go first
            if rest:
                session.rounds.rest(cancel)
            session.close()

    # work

    def act(self, name: str, work: Act) -> Job:
        """Work that writes or takes long, in order."""
        session = self.session

        def run(progress: ProgressSink, cancel: CancelToken) -> Any:
            if session is None:
                raise Cancelled
            return work(session, progress, cancel)

        return self._acts.submit(name, run)

    def run_list(self, name: str, work: Act) -> Job:
        """A list of pages, which may take hours: beside everything else that writes, one list at a time."""
        session = self.session

        def run(progress: ProgressSink, cancel: CancelToken) -> Any:
            with self._listing:
                if session is None or cancel.cancelled:
                    raise Cancelled
                return work(session, progress, cancel)

        return self._lists.submit(name, run)

    def stamp_by_itself(self) -> Job:
        """Ask for the timestamps that are due; nobody waits for it, and locking stops it."""
        return self.ask_authorities("stamp-queue", lambda session, _progress, cancel: session.rounds.due(cancel))

    def ask_authorities(self, name: str, work: Act) -> Job:
        """What asks timestamp authorities or changes who is asked: it waits for no capture."""
        session = self.session

        def run(progress: ProgressSink, cancel: CancelToken) -> Any:
            with self._stamping:
                if session is None or cancel.cancelled:
                    raise Cancelled
                return work(session, progress, cancel)

        return self._stamps.submit(name, run)

    @property
    def renewing(self) -> Job | None:
        """The renewal that runs, for a screen that was made anew meanwhile."""
        return self._renewing if self._renewing is not None and not self._renewing.over else None

    def renew(self, *, due_only: bool) -> Job:
        """Have timestamps renewed; what is renewed by the time of a stop or a lock is kept."""
        self._renewing = self.ask_authorities(
            "renew", lambda session, progress, cancel: session.renewals.renew(progress, cancel, due_only=due_only)
        )
        return self._renewing

    def read(self, name: str, work: Read) -> Job:
        """A short look into the vault."""
        session = self.session

        def run(_progress: ProgressSink, _cancel: CancelToken) -> Any:
            if session is None:
                raise Cancelled
            return work(session)

        return self._reads.submit(name, run)

    def verify(self, path: Path, password: str | None) -> Job:
        """Judge a package; works without any vault and beside a capture."""
        return self._reads.submit("verify", lambda p, c: self.backend.verify(path, password, p, c))

    def close(self, seconds: float = 10.0, *, rest: bool = True) -> bool:
        """Lock and end all threads; False if something would not stop in time."""
        self.lock(rest=rest)
        ended = [lane.close(seconds) for lane in (self._reads, self._lists, self._stamps)]
        return self._acts.close_after(seconds) and all(ended)
