"""An open vault and who is at the keyboard: the one door through which the window and the command line go.

All methods block. Captures, imports, exports and checks belong to one worker thread, one after the other;
short look-ups (lists, records, thumbnails, a picture) may come from another meanwhile.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.errors import UsageError
from evidence_kit.jobs import CancelToken, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import Case, CustodyEntry, Exhibit, Mandate, Subject, Token
from evidence_kit.vault import Vault, create_vault, open_vault
from evidence_kit.workflow import capturing, checking, importing, listing, reading, recovering, stamping, statuses
from evidence_kit.workflow.authorities import Authorities
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.dates import day
from evidence_kit.workflow.records import (
    CaptureRequest,
    CheckReport,
    Declared,
    ExhibitRecord,
    ExportResult,
    OpenSummary,
    StampCounts,
)
from evidence_kit.workflow.reminding import Reminder
from evidence_kit.workflow.renewal import Renewals
from evidence_kit.workflow.rounds import Rounds
from evidence_kit.workflow.sign_ins import SignIns
from evidence_kit.workflow.statuses import Revoked
from evidence_kit.workflow.trusted_lists import TrustedLists

if TYPE_CHECKING:
    from evidence_kit.workflow.visible import VisibleSitting
NAME_LIMIT = 200


class Session:
    """Made by :meth:`create` or :meth:`open`; close it, or use it as a context manager."""

    def __init__(self, vault: Vault, actor: str) -> None:
        self._context = Context(vault, actor)
        self.sign_ins = SignIns(self._context)
        """The sign-ins that she chose to keep."""
        self.rounds = Rounds(self._context)
        """What is asked of authorities by itself, and before locking."""
        self.renewals = Renewals(self._context)
        """Proofs that are stamped again before they grow old."""
        self.reminder = Reminder(self._context)
        """Whether she is told of it now."""
        self.authorities = Authorities(self._context)
        """Who is asked for timestamps, to be seen and changed."""
        self.trusted_lists = TrustedLists(self._context)
        """The EU trusted lists that were imported."""
        self.opened = OpenSummary()

    @classmethod
    def create(cls, path: Path, passphrase: str, actor: str = "") -> tuple[Self, str]:
        """Make a vault and open it. The string is the recovery code, which is shown once and kept nowhere."""
        vault, code = create_vault(path, passphrase)
        session = cls(vault, actor)
        session._context.log.append(vault.vault_id, "vault.created")
        return session, code

    @classmethod
    def open(cls, path: Path, passphrase: str, actor: str = "") -> Self:
        """Open with the passphrase; what an earlier run left unfinished is taken up. See VaultError for failures."""
        return cls._opened(open_vault(path, passphrase=passphrase), actor, "passphrase")

    @classmethod
    def recover(cls, path: Path, code: str, new_passphrase: str, actor: str = "") -> Self:
        """Open with the recovery code and set a new passphrase."""
        vault = open_vault(path, recovery_code=code)
        try:
            vault.change_passphrase(new_passphrase)
        except BaseException:
            vault.close()
            raise
        return cls._opened(vault, actor, "recovery-code")

    @classmethod
    def _opened(cls, vault: Vault, actor: str, by: str) -> Self:
        session = cls(vault, actor)
        try:
            context = session._context
            if vault.report.failed_unlocks:
                context.log.append(
                    vault.vault_id, "vault.unlock-failed", detail={"count_unauthenticated": vault.report.failed_unlocks}
                )
            detail: JsonObject = {"by": by}
            if vault.report.quarantined:
                detail["quarantined"] = len(vault.report.quarantined)
            context.log.append(vault.vault_id, "vault.unlocked", detail=detail)
            recovering.remove_leftovers()
            session.opened = OpenSummary(
                recovered=recovering.recover(context),
                quarantined=tuple(vault.report.quarantined),
                damaged=tuple(vault.report.damaged),
            )
        except BaseException:
            session.close()
            raise
        return session

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The vault's folder."""
        return self._context.vault.path

    @property
    def vault_id(self) -> str:
        """The vault's own id, also the name of its custody chain."""
        return self._context.vault.vault_id

    @property
    def actor(self) -> str:
        """Who is at the keyboard, as it stands in each custody event."""
        return self._context.log.actor

    def info(self) -> JsonObject:
        """Format, version, slots and counts; no secret."""
        index, proofs = self._context.vault.index, self.renewals.state()
        return self._context.vault.info() | {
            "vault": str(self.path),
            "cases": len(index.cases()),
            "exhibits": len(index.exhibits()),
            "recovery_confirmed": self.recovery_confirmed,
            "pending": len(index.pending_tokens()),
            "renew_before": proofs.renew_before or None,
            "ended": proofs.ended,
        }

    # keys

    @property
    def recovery_confirmed(self) -> bool:
        """Whether she has typed the recovery code back once."""
        return self._context.vault.get_meta("recovery_confirmed") == "yes"

    def confirm_recovery(self, code: str) -> bool:
        """Whether ``code`` opens this vault; a right answer is remembered and ends the reminder."""
        right = self._context.vault.recovery_code_fits(code)
        if right:
            self._context.vault.set_meta("recovery_confirmed", "yes")
        return right

    def new_recovery_code(self) -> str:
        """Replace the recovery code, for who never wrote the first one down. Shown once, kept nowhere."""
        code = self._context.vault.new_recovery_code()
        self._context.vault.set_meta("recovery_confirmed", "no")
        self._context.log.append(self.vault_id, "vault.recovery-code-changed")
        return code

    def change_passphrase(self, new: str, *, present: str | None = None) -> None:
        """Set another passphrase. Older copies of the folder still open with the older one.

        ``present`` is the one in use, asked for where the vault has been open for a while: whoever finds it open
        must not be able to shut her out. Raises WrongPassphrase, UsageError for a weak one.
        """
        if present is not None:
            self._context.vault.check_present(present)
        self._context.vault.change_passphrase(new)
        self._context.log.append(self.vault_id, "vault.passphrase-changed")

    # cases

    def cases(self) -> list[Case]:
        """All cases, oldest first."""
        return self._context.vault.index.cases()

    def case(self, wanted: str | None) -> Case:
        """One case by id or name, else the only or last used one. Raises UsageError."""
        return self._context.case(wanted)

    def add_case(self, name: str, *, for_someone_else: bool = False, mandate: Mandate | None = None) -> Case:
        """Open a case. For someone else, her mandate is needed before the first capture (DOMAIN LAW-16)."""
        clean = safe_text(" ".join(name.split()), NAME_LIMIT)
        if not clean:
            raise UsageError(_("A case needs a name."), hint=_("Any word that tells you what it is about will do."))
        context = self._context
        made = Case(
            id=str(uuid.uuid4()),
            name=clean,
            created_at=clock.rfc3339(),
            for_someone_else=for_someone_else,
            mandate=mandate,
        )
        with context.vault.index.transaction():
            context.vault.index.add_case(made)
            context.log.append(made.id, "case.created", subject=made.id, detail={"for_someone_else": for_someone_else})
            if mandate is not None:
                self._log_mandate(made.id, mandate)
        context.vault.set_meta("last_case", made.id)
        return made

    def _log_mandate(self, case_id: str, mandate: Mandate) -> None:
        detail: JsonObject = {"person": mandate.person, "scope": mandate.scope, "dated": mandate.dated}
        self._context.log.append(case_id, "consent.recorded", subject=case_id, detail=detail)

    def set_mandate(self, case_id: str, mandate: Mandate) -> Case:
        """Record who asked, for what, and on which day. An earlier mandate stays in the log. Raises UsageError."""
        case = self.case(case_id)
        clean = Mandate(
            person=safe_text(mandate.person.strip(), NAME_LIMIT),
            scope=safe_text(mandate.scope.strip(), 2000),
            dated=safe_text(mandate.dated.strip(), 40),
        )
        if not (clean.person and clean.scope and clean.dated):
            raise UsageError(_("A mandate needs a person, a scope and a date."))
        day(clean.dated)
        with self._context.vault.index.transaction():
            self._context.vault.index.set_mandate(case.id, clean)
            self._log_mandate(case.id, clean)
        return self.case(case.id)

    def close_case(self, case_id: str) -> Case:
        """Close a case: nothing is added any more, everything stays readable."""
        case = self.case(case_id)
        if case.closed_at is None:
            with self._context.vault.index.transaction():
                self._context.vault.index.close_case(case.id, clock.rfc3339())
                self._context.log.append(case.id, "case.closed", subject=case.id)
        return self.case(case.id)

    # exhibits

    def check_capture(self, request: CaptureRequest) -> None:
        """Raise what :meth:`capture` would raise before loading anything."""
        capturing.plan_for(self._context, request)
        self._context.case(request.case_id)

    def capture(self, request: CaptureRequest, progress: ProgressSink, cancel: CancelToken) -> ExhibitRecord:
        """Record one page; see :func:`capturing.capture`."""
        return capturing.capture(self._context, request, progress, cancel)

    def lists(self, case_id: str | None) -> listing.Lists:
        """Lists of addresses of one case; see :class:`listing.Lists`."""
        return listing.Lists(self._context, self._context.open_case(case_id))

    def import_file(
        self,
        path: Path,
        *,
        case_id: str | None,
        subject: Subject,
        declared: Declared,
        progress: ProgressSink,
        cancel: CancelToken,
    ) -> ExhibitRecord:
        """Take in one file and ask for its tokens; see :func:`importing.import_file`."""
        record = importing.import_file(
            self._context, path, case_id=case_id, subject=subject, declared=declared, progress=progress, cancel=cancel
        )
        return self._stamped(record, progress, cancel)

    def written_record(
        self,
        text: str,
        *,
        case_id: str | None,
        subject: Subject,
        url: str = "",
        progress: ProgressSink,
        cancel: CancelToken,
    ) -> ExhibitRecord:
        """Keep a description in words; see :func:`importing.written_record`."""
        record = importing.written_record(self._context, text, case_id=case_id, subject=subject, url=url)
        return self._stamped(record, progress, cancel)

    def _stamped(self, record: ExhibitRecord, progress: ProgressSink, cancel: CancelToken) -> ExhibitRecord:
        stamping.settle_new(self._context, record, progress, cancel)
        return self.record(record.exhibit.id)

    def exhibits(self, case_id: str | None = None, *, search: str = "") -> list[Exhibit]:
        """Exhibits by number, of one case or of all; ``search`` looks into address, title and text."""
        wanted = self.case(case_id).id if case_id else None
        return self._context.vault.index.exhibits(wanted, search=search)

    def exhibit(self, wanted: str, case_id: str | None = None) -> Exhibit:
        """One exhibit by id, or by number within a case. Raises UsageError."""
        return self._context.exhibit(wanted, case_id)

    def record(self, exhibit_id: str) -> ExhibitRecord:
        """An exhibit with its artifacts and tokens."""
        return reading.record(self._context, self._context.exhibit(exhibit_id))

    def tokens(self, exhibit_id: str) -> list[Token]:
        """The tokens of an exhibit's manifest, granted or not."""
        return self._context.vault.index.tokens("manifest", exhibit_id)

    def thumbnail(self, exhibit_id: str) -> bytes | None:
        """The small blurred picture (JPEG), or None."""
        return reading.thumbnail(self._context, self._context.exhibit(exhibit_id))

    def reveal(self, exhibit_id: str) -> tuple[str, bytes]:
        """Media type and bytes of the picture, for memory only; a custody event that stays with her."""
        return reading.reveal(self._context, self._context.exhibit(exhibit_id))

    def extract(self, exhibit_id: str, wanted: str, out: Path) -> JsonObject:
        """Write one artifact in clear to a new file, because she asked."""
        return reading.extract(self._context, self._context.exhibit(exhibit_id), wanted, out)

    def flag_minor(self, exhibit_id: str) -> Exhibit:
        """Lock what may show a minor."""
        return reading.flag_minor(self._context, self._context.exhibit(exhibit_id))

    def withdraw(self, exhibit_id: str, reason: str) -> Exhibit:
        """Remove an exhibit's content; a tombstone stays."""
        return reading.withdraw(self._context, self._context.exhibit(exhibit_id), safe_text(reason, 500))

    # proof

    def stamp_pending(self, progress: ProgressSink, cancel: CancelToken) -> StampCounts:
        """Ask again for every token that is still missing."""
        return stamping.stamp_pending(self._context, progress, cancel)

    def revoked(self) -> list[Revoked]:
        """The authorities' certificates that were taken back, and that kept timestamps rest on; by what is kept."""
        return statuses.revoked(self._context)

    def log(self, case_id: str | None) -> tuple[list[CustodyEntry], str]:
        """The custody log of a case, or the vault's own, with its head."""
        chain = self.case(case_id).id if case_id else self.vault_id
        entries = self._context.vault.index.entries(chain)
        return entries, entries[-1].head if entries else "00" * 32

    def export(
        self,
        case_id: str,
        out: Path,
        *,
        exhibits: Sequence[str] | None = None,
        variant: str = "full",
        password: str | None = None,
        progress: ProgressSink,
        cancel: CancelToken,
    ) -> ExportResult:
        """Write a sealed package; see :func:`exporting.export`."""
        from evidence_kit.workflow import exporting

        return exporting.export(
            self._context,
            case_id=case_id,
            out=out,
            exhibits=exhibits,
            variant=variant,
            password=password,
            progress=progress,
            cancel=cancel,
        )

    def check(self, *, fast: bool, progress: ProgressSink, cancel: CancelToken) -> CheckReport:
        """Look through the whole vault."""
        return checking.check(self._context, fast=fast, progress=progress, cancel=cancel)

    def open_visibly(self, request: CaptureRequest, cancel: CancelToken) -> VisibleSitting:
        """A visible window at the request's address; see :class:`visible.VisibleSitting`."""
        from evidence_kit.workflow.visible import VisibleSitting

        return VisibleSitting(self._context, request, cancel)

    def warm_browser(self) -> None:
        """Start the browser in the background, so that the first capture need not wait for it."""
        self._context.browser().warm()

    def close(self) -> None:
        """Lock: browser gone, keys dropped, lock file free."""
        self._context.close()
