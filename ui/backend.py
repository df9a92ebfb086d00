"""The door from the window to the use cases. Imports them inside the worker thread, so that the window shows first.

A test puts a stand-in with the same methods here; nothing else in the window knows :mod:`evidence_kit.workflow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_kit.jobs import CancelToken, ProgressSink

if TYPE_CHECKING:
    from evidence_kit.records import Subject
    from evidence_kit.verify.report import VerifyReport
    from evidence_kit.workflow.failures import Failure
    from evidence_kit.workflow.records import CaptureRequest, Declared, ExhibitRecord
    from evidence_kit.workflow.session import Session


class Workflow:
    """The real use cases. Every method may block; call them from a worker only, except the three last."""

    def create(self, path: Path, passphrase: str, actor: str) -> tuple[Session, str]:
        """Make a vault; the string is the recovery code."""
        from evidence_kit.workflow.session import Session

        return Session.create(path, passphrase, actor)

    def open(self, path: Path, passphrase: str, actor: str) -> Session:
        """Open a vault with its passphrase."""
        from evidence_kit.workflow.session import Session

        return Session.open(path, passphrase, actor)

    def recover(self, path: Path, code: str, new_passphrase: str, actor: str) -> Session:
        """Open a vault with its recovery code and give it a new passphrase."""
        from evidence_kit.workflow.session import Session

        return Session.recover(path, code, new_passphrase, actor)

    def verify(self, path: Path, password: str | None, progress: ProgressSink, cancel: CancelToken) -> VerifyReport:
        """Judge a package; needs no vault."""
        from evidence_kit.workflow.verifying import verify_package

        return verify_package(path, password=password, progress=progress, cancel=cancel)

    def request(
        self,
        url: str,
        subject: Subject,
        case_id: str | None,
        *,
        accept_certificate: bool = False,
        sign_in: str = "",
        allowed: tuple[str, ...] = (),
    ) -> CaptureRequest:
        """What :meth:`Session.capture` takes."""
        from evidence_kit.workflow.records import CaptureRequest

        return CaptureRequest(
            url=url,
            subject=subject,
            case_id=case_id,
            accept_certificate=accept_certificate,
            sign_in=sign_in,
            allowed=allowed,
        )

    def declared(self, date: str, device: str, giver: str) -> Declared:
        """What :meth:`Session.import_file` takes beside the file."""
        from evidence_kit.workflow.records import Declared

        return Declared(date=date, device=device, giver=giver)

    def refused(self, urls: Sequence[str]) -> list[tuple[int, str]]:
        """Addresses that could not be opened: which one (from 1), and why. Loads nothing."""
        from evidence_kit.capture.plan import make_plan
        from evidence_kit.errors import AddressRefused
        from evidence_kit.records import Subject
        from evidence_kit.settings import Settings

        found = []
        for number, url in enumerate(urls, 1):
            try:
                make_plan(url, Subject.UNKNOWN, Settings())
            except AddressRefused as exc:
                found.append((number, exc.message))
        return found

    def explain(self, record: ExhibitRecord) -> Failure | None:
        """Why nothing answered, in words; None where something did."""
        from evidence_kit.workflow.failures import explain

        return explain(record)
