"""A vault in memory with the methods of Session, so that screens can be tried without keys, browser or network."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

from PIL import ImageFilter

from evidence_kit import clock
from evidence_kit.errors import Cancelled, DestinationExists, UsageError, WrongPassphrase
from evidence_kit.jobs import Progress
from evidence_kit.records import (
    Artifact,
    Case,
    CheckResult,
    CustodyEntry,
    Exhibit,
    ExhibitState,
    Kind,
    Mandate,
    Outcome,
    Subject,
    Token,
    TokenStatus,
)
from evidence_kit.verify.report import VerifyReport
from evidence_kit.workflow.failures import explain
from evidence_kit.workflow.records import (
    CaptureRequest,
    CheckReport,
    Declared,
    ExhibitRecord,
    ExportResult,
    OpenSummary,
    StampCounts,
)
from evidence_kit.workflow.statuses import Revoked

from .fake_lists import WithAddresses, WithLists
from .fake_renewals import FakeReminder, FakeRenewals
from .fake_rounds import FakeRounds
from .fake_sign_ins import FakeSignIns
from .pictures import encoded, picture

CODE = "7K3QH-2M9XA-PT4WD-JR8VE-C6YNB-1FSG0"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class FakeSession(WithLists):
    """Behaves like workflow.session.Session as far as the window can see."""

    def __init__(self, actor: str = "", *, confirmed: bool = True) -> None:
        self.path, self.vault_id, self.actor = Path("/nowhere/vault"), "v", actor
        self.opened = OpenSummary()
        self.recovery_confirmed = confirmed
        self.closed = False
        self.hold = threading.Event()
        self.hold.set()
        self.outcome = Outcome.COMPLETE
        self.missing: tuple[str, ...] = ()
        self.reason = self.kept = ""
        self.identifiers: dict[str, object] = {}
        self.sign_ins = FakeSignIns()
        self.findings: tuple[dict[str, str], ...] = ()
        self.passphrase = "four quiet words here"
        self.error: Exception | None = None
        self.revealed: list[str] = []
        self.calls: list[str] = []
        self.rounds = FakeRounds(self)
        self.renewals, self.reminder = FakeRenewals(self), FakeReminder(self)
        self.gone: list[Revoked] = []
        self.asked: list[CaptureRequest] = []
        self._cases: list[Case] = []
        self._records: list[ExhibitRecord] = []
        self._log: list[tuple[str, str, str]] = []

    def revoked(self) -> list[Revoked]:
        return self.gone

    def confirm_recovery(self, code: str) -> bool:
        self.recovery_confirmed = code.replace(" ", "").replace("-", "") == CODE.replace("-", "")
        return self.recovery_confirmed

    def new_recovery_code(self) -> str:
        self.recovery_confirmed = False
        return CODE

    def cases(self) -> list[Case]:
        return list(self._cases)

    def add_case(self, name, *, for_someone_else=False, mandate=None) -> Case:
        made = Case(
            id=f"case-{len(self._cases) + 1}",
            name=name,
            created_at=clock.rfc3339(),
            for_someone_else=for_someone_else,
            mandate=mandate,
        )
        self._cases.append(made)
        return made

    def add_exhibit(self, case_id: str, **changed) -> ExhibitRecord:
        n = sum(1 for r in self._records if r.exhibit.case_id == case_id) + 1
        pending = changed.pop("pending", False)
        facts = ("reason", "identifiers", "selection", "wall", "status", "recapture_of")
        more = {name: changed.pop(name) for name in facts if name in changed}
        events = changed.pop("events", ("capture.started", "capture.completed", "timestamp.obtained"))
        error = changed.pop("error", "")
        values = {
            "id": f"{case_id}-exhibit-{n}",
            "case_id": case_id,
            "number": n,
            "kind": Kind.CAPTURE,
            "subject": Subject.ADULT,
            "outcome": Outcome.COMPLETE,
            "missing": (),
            "url_requested": f"https://forum.example.org/thread/{n}",
            "url_final": f"https://forum.example.org/thread/{n}",
            "title": f"A thread about something {n}",
            "started_at": clock.rfc3339(),
            "finished_at": clock.rfc3339(),
            "manifest_sha256": DIGEST,
        } | changed
        exhibit = Exhibit(**values)
        if exhibit.subject.text_only:
            roles = [("text", "text.txt", "text/plain"), ("capture-log", "capture-log.json", "application/json")]
        elif exhibit.kind is Kind.IMPORT:
            roles = [("original", "original-001.png", "image/png"), ("thumbnail", "thumbnail.jpg", "image/jpeg")]
        else:
            roles = [
                ("first-view", "first-view.png", "image/png"),
                ("screenshot", "screenshot.png", "image/png"),
                ("response-html", "response.html", "text/html"),
                ("dom-html", "dom.html", "text/html"),
                ("pdf", "page.pdf", "application/pdf"),
                ("wacz", "archive.wacz", "application/wacz"),
                ("text", "text.txt", "text/plain"),
                ("thumbnail", "thumbnail.jpg", "image/jpeg"),
                ("capture-log", "capture-log.json", "application/json"),
            ]
        artifacts = tuple(
            Artifact(role=r, name=name, media_type=kind, size=184_221 * (k + 1), sha256=DIGEST)
            for k, (r, name, kind) in enumerate(roles)
        )
        tokens = tuple(
            Token(
                id=k,
                target="manifest",
                target_id=exhibit.id,
                data_sha256=DIGEST,
                authority=name,
                status=TokenStatus.PENDING if pending else TokenStatus.GRANTED,
                requested_at=clock.rfc3339(),
                gen_time=None if pending else clock.rfc3339(),
                last_error=error,
            )
            for k, name in enumerate(("digicert", "accv"))
        )
        record = ExhibitRecord(exhibit=exhibit, artifacts=artifacts, tokens=tokens, **more)
        self._records.append(record)
        for event in events:
            self._log.append((event, exhibit.id, case_id))
        return record

    def _steps(self, progress, cancel, *names: str) -> None:
        for name in names:
            cancel.check()
            progress(Progress(name))
        while not self.hold.is_set():
            cancel.check()
            cancel.wait(0.01)
        cancel.check()
        if self.error is not None:
            raise self.error

    def capture(self, request: CaptureRequest, progress, cancel) -> ExhibitRecord:
        self.calls.append(f"capture:{request.subject.value}:{request.url}")
        self.asked.append(request)
        try:
            self._steps(progress, cancel, "browser", "load", "screenshot")
        except Cancelled as exc:
            exc.kept = self.kept
            raise
        if not request.url.startswith("http"):
            raise UsageError("This is no address.", hint="It begins with https://")
        return self.add_exhibit(
            request.case_id,
            url_requested=request.url,
            url_final=request.url,
            subject=request.subject,
            outcome=Outcome.COMPLETE if request.accept_certificate else self.outcome,
            missing=self.missing,
            reason="" if request.accept_certificate else self.reason,
            identifiers=self.identifiers,
        )

    def import_file(self, path: Path, *, case_id, subject, declared: Declared, progress, cancel) -> ExhibitRecord:
        self.calls.append(f"import:{path.name}:{declared.giver}")
        self._steps(progress, cancel, "import")
        return self.add_exhibit(case_id, kind=Kind.IMPORT, title=path.name, url_requested="", url_final="")

    def written_record(self, text, *, case_id, subject, url="", progress, cancel) -> ExhibitRecord:
        self.calls.append(f"written:{subject.value}:{text}")
        return self.add_exhibit(
            case_id, kind=Kind.IMPORT, subject=subject, title="Written record", url_requested=url, url_final=""
        )

    def exhibits(self, case_id=None, *, search="") -> list[Exhibit]:
        return [
            r.exhibit
            for r in self._records
            if case_id in {None, r.exhibit.case_id}
            and search.lower() in (r.exhibit.title + r.exhibit.url_final).lower()
        ]

    def record(self, exhibit_id: str) -> ExhibitRecord:
        return next(r for r in self._records if r.exhibit.id == exhibit_id)

    def tokens(self, exhibit_id: str):
        return list(self.record(exhibit_id).tokens)

    def thumbnail(self, exhibit_id: str) -> bytes | None:
        exhibit = self.record(exhibit_id).exhibit
        if exhibit.state is not ExhibitState.NORMAL or exhibit.subject.text_only:
            return None
        image = picture(exhibit.number).convert("L").resize((213, 300)).filter(ImageFilter.GaussianBlur(9))
        return encoded(image, "JPEG")

    def reveal(self, exhibit_id: str) -> tuple[str, bytes]:
        self.revealed.append(exhibit_id)
        if self.record(exhibit_id).exhibit.state is ExhibitState.LOCKED:
            raise UsageError("This exhibit is locked.")
        self._note("exhibit.viewed", exhibit_id)
        return "image/png", encoded(picture(1), "PNG")

    def extract(self, exhibit_id: str, wanted: str, out: Path):
        self.calls.append(f"extract:{wanted}")
        if out.exists():
            raise DestinationExists("This file is there already.", hint="Choose another name.")
        self._note("exhibit.extracted", exhibit_id)
        return {"file": str(out), "size": 1, "sha256": DIGEST}

    def _note(self, event: str, exhibit_id: str) -> None:
        self._log.append((event, exhibit_id, self.record(exhibit_id).exhibit.case_id))

    def _replace(self, exhibit_id: str, **changed) -> Exhibit:
        for n, r in enumerate(self._records):
            if r.exhibit.id == exhibit_id:
                values = {f: getattr(r.exhibit, f) for f in Exhibit.__dataclass_fields__} | changed
                gone = values["state"] is ExhibitState.WITHDRAWN
                self._records[n] = ExhibitRecord(
                    exhibit=Exhibit(**values), artifacts=() if gone else r.artifacts, tokens=r.tokens
                )
                return self._records[n].exhibit
        raise KeyError(exhibit_id)

    def flag_minor(self, exhibit_id: str) -> Exhibit:
        return self._replace(exhibit_id, state=ExhibitState.LOCKED)

    def withdraw(self, exhibit_id: str, reason: str) -> Exhibit:
        self.calls.append(f"withdraw:{exhibit_id}:{reason}")
        self._note("exhibit.withdrawn", exhibit_id)
        return self._replace(exhibit_id, state=ExhibitState.WITHDRAWN, state_reason=reason)

    def _change(self, case_id: str, **changed) -> Case:
        at = next(n for n, c in enumerate(self._cases) if c.id == case_id)
        self._cases[at] = replace(self._cases[at], **changed)
        return self._cases[at]

    def close_case(self, case_id: str) -> Case:
        return self._change(case_id, closed_at=clock.rfc3339())

    def set_mandate(self, case_id: str, mandate) -> Case:
        return self._change(case_id, mandate=mandate)

    def change_passphrase(self, new: str, *, present: str | None = None) -> None:
        if present is not None and present != self.passphrase:
            raise WrongPassphrase("The passphrase does not open this vault.", hint="Try it once more.")
        if len(new) < 8:
            raise UsageError("The passphrase needs at least 8 characters.")
        self.passphrase = new

    def check(self, *, fast, progress, cancel) -> CheckReport:
        self.calls.append(f"check:{'fast' if fast else 'full'}")
        self._steps(progress, cancel, "check")
        return CheckReport(
            verdict="damaged" if self.findings else "sound", findings=self.findings, exhibits=6, blobs=40
        )

    def stamp_pending(self, progress, cancel) -> StampCounts:
        self.calls.append("stamp")
        self._records = [
            ExhibitRecord(
                exhibit=r.exhibit,
                artifacts=r.artifacts,
                tokens=tuple(replace(t, status=TokenStatus.GRANTED, gen_time=clock.rfc3339()) for t in r.tokens),
            )
            for r in self._records
        ]
        return StampCounts(granted=2)

    def log(self, case_id):
        entries = [
            CustodyEntry(
                chain=case_id,
                seq=n,
                entry=json.dumps(
                    {"type": kind, "at": clock.rfc3339(), "actor": self.actor, "subject": subject}
                ).encode(),
                digest=DIGEST,
                head=DIGEST,
            )
            for n, (kind, subject, case) in enumerate(self._log)
            if case == case_id
        ]
        return entries, DIGEST

    def export(self, case_id, out: Path, *, exhibits=None, variant="full", password=None, progress, cancel):
        self.calls.append(f"export:{len(exhibits or ())}:{'password' if password else 'open'}")
        self._steps(progress, cancel, "export", "report", "seal")
        stay = tuple(e for e in self.exhibits(case_id) if e.state is not ExhibitState.NORMAL)
        made = ExportResult(package=out, sha256=DIGEST, exhibits=5, withheld=1, withheld_entries=1, annex=None)
        return replace(made, annex=out.with_suffix(".annex.json"), locked=bool(password), left_out=stay, pending=1)

    def close(self) -> None:
        self.closed = True


class FakeBackend(WithAddresses):
    """Stands in for ui.backend.Workflow."""

    def __init__(self, session: FakeSession | None = None) -> None:
        self.session = session or FakeSession()
        self.passphrase = "four quiet words here"
        self.verdict = "intact"
        self.verified: list[tuple[Path, str | None]] = []

    def create(self, path, passphrase, actor):
        self.passphrase = passphrase
        self.session.actor, self.session.recovery_confirmed = actor, False
        return self.session, CODE

    def open(self, path, passphrase, actor):
        if passphrase != self.passphrase:
            raise WrongPassphrase("This passphrase does not open the vault.", hint="Try it once more.")
        self.session.actor = actor
        return self.session

    def recover(self, path, code, new_passphrase, actor):
        if code != CODE:
            raise WrongPassphrase("This code does not open the vault.")
        return self.session

    def verify(self, path, password, progress, cancel):
        self.verified.append((path, password))
        progress(Progress("verify", 1, 2))
        names = ("container", "payload", "extra-file", "manifest-form", "artifact", "custody-chain", "seal-signature")
        checks = [CheckResult(name=n, status="passed", subject="", detail="") for n in names]
        if self.verdict == "altered":
            checks.append(
                CheckResult(
                    name="artifact", status="failed", subject="data/exhibits/001/text.txt", detail="digest differs"
                )
            )
        return VerifyReport(verdict=self.verdict, checks=tuple(checks))

    def request(self, url, subject, case_id, **more):
        return CaptureRequest(url=url, subject=subject, case_id=case_id, **more)

    def declared(self, date, device, giver):
        return Declared(date=date, device=device, giver=giver)

    def explain(self, record):
        return explain(record)


def filled(session: FakeSession) -> FakeSession:
    """A vault with something of every kind in it."""
    case = session.add_case("Mon dossier")
    mandate = Mandate(person="Léa", scope="plainte", dated="2026-11-02")
    session.add_case("Léa", for_someone_else=True, mandate=mandate)
    session.add_exhibit(
        case.id, title="Profil « lola.b_93 » – photos et commentaires récents sur le forum des anciens élèves"
    )
    session.add_exhibit(
        case.id,
        outcome=Outcome.PARTIAL,
        missing=("wacz", "pdf"),
        url_final="https://cdn.partage-images.example/album/9b2f/view?id=4419&page=2",
        title="Album partagé",
    )
    session.add_exhibit(case.id, subject=Subject.UNKNOWN, title="Discussion de groupe")
    session.add_exhibit(case.id, kind=Kind.IMPORT, title="IMG_2041.png", url_requested="", url_final="")
    locked = session.add_exhibit(case.id, title="Publication du 3 mars")
    session.flag_minor(locked.exhibit.id)
    session.add_exhibit(case.id, outcome=Outcome.FAILED, title="", pending=True)
    return session
