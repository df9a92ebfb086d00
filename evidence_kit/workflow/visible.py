"""A sitting at the visible window: she signs in and opens what she wants; only what she asks for is recorded."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import TracebackType
from typing import Self

from evidence_kit import system
from evidence_kit.capture.plan import CapturePlan, make_plan
from evidence_kit.capture.secrets import Secrets
from evidence_kit.capture.sink import CaptureResult
from evidence_kit.capture.visible_host import VisibleBrowser
from evidence_kit.errors import CaptureError, UsageError
from evidence_kit.jobs import CancelToken, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import Subject
from evidence_kit.vault.index import KeptSession
from evidence_kit.workflow import capturing, sign_ins
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import CaptureRequest, ExhibitRecord
from evidence_kit.workflow.sink import VaultSink


def check(context: Context, request: CaptureRequest) -> CapturePlan:
    """Judge the request before a window opens. Raises UsageError, AddressRefused."""
    if request.subject is not Subject.ADULT:
        raise UsageError(
            _("A visible window shows pictures as any browser does, so it is opened only where all shown are adults."),
            hint=_(
                "Leave the visible window out: the page is then recorded as far as the answer to the question allows."
            ),
        )
    if not system.has_screen():
        raise UsageError(
            _("There is no screen here on which a window could be shown."),
            hint=_("Use a computer with a screen, or capture the page without a window."),
        )
    plan = make_plan(request.url, request.subject, context.settings)
    case = context.mandated_case(request.case_id)
    sign_ins.check(context, request)
    if request.sign_in:
        plan = dataclasses.replace(plan, sign_in=sign_ins.SignIns(context).use(request.sign_in, case.id))
    return plan


class VisibleSitting:
    """One window, from its opening to its end. Use it as a context manager; cancelling takes it off the screen."""

    def __init__(self, context: Context, request: CaptureRequest, cancel: CancelToken) -> None:
        plan = check(context, request)
        self._sign_in = plan.sign_in
        self._context = context
        self._request = request
        self._host = VisibleBrowser(Path(context.settings.browser) if context.settings.browser else None)
        self._cancel = cancel
        self._forget = cancel.on_cancel(self._host.vanish)
        context.windows.add(self)
        try:
            self._host.show(plan, cancel)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @property
    def address(self) -> str:
        """The address of the page that would be recorded; empty when the window was closed."""
        return self._host.address()

    def capture(
        self, progress: ProgressSink, cancel: CancelToken | None = None, *, keep: bool = False
    ) -> ExhibitRecord:
        """Record the page opened last: loaded once more, or with ``keep`` as it stands. Raises CaptureError too.

        ``cancel`` stops this recording and leaves the window as it is.
        """
        self._cancel.check()
        stop = cancel or CancelToken()
        forget = self._cancel.on_cancel(stop.cancel)
        try:
            return self._capture(progress, stop, keep=keep)
        finally:
            forget()

    def _capture(self, progress: ProgressSink, cancel: CancelToken, *, keep: bool) -> ExhibitRecord:
        url = self.address
        if not url.startswith(("http://", "https://")):
            raise CaptureError(
                _("The visible window shows no page that could be recorded."),
                hint=_("Open the page in that window, then ask again."),
            )
        secrets = Secrets()
        secrets.address(url)
        shown = secrets.text(url)
        request = dataclasses.replace(self._request, url=url, url_shown=shown)
        plan = dataclasses.replace(
            make_plan(url, request.subject, self._context.settings), url_requested=shown, sign_in=self._sign_in
        )

        def take(plan: CapturePlan, sink: VaultSink, progress: ProgressSink, cancel: CancelToken) -> CaptureResult:
            return self._host.record(plan, sink, progress, cancel, keep=keep)

        return capturing.take_in(self._context, request, plan, take, progress, cancel)

    def keep_sign_in(self, label: str) -> KeptSession:
        """Keep, encrypted in the vault, what signs her in here. Raises UsageError, CaptureError."""
        return sign_ins.SignIns(self._context).keep(label, self._host.stored())

    def close(self) -> None:
        """Close the window and remove what its browser left. Can be called twice."""
        self._forget()
        self._host.close()
        self._context.windows.discard(self)
