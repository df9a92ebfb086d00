"""The main job: one address becomes an exhibit (ARCHITECTURE)."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from evidence_kit import clock
from evidence_kit.canonical import JsonObject
from evidence_kit.capture.made_pictures import is_name
from evidence_kit.capture.plan import CapturePlan, make_plan
from evidence_kit.capture.selection import MAX_ALLOWED
from evidence_kit.errors import Cancelled, EvidenceError, UsageError
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import Kind, Outcome, Subject
from evidence_kit.workflow import recapture, recovering, sign_ins, stamping
from evidence_kit.workflow.admitting import admit
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import CaptureRequest, ExhibitRecord, reason_of, status_of
from evidence_kit.workflow.sink import VaultSink

if TYPE_CHECKING:
    from evidence_kit.capture.sink import CaptureResult

EVENTS = {
    Outcome.COMPLETE: "capture.completed",
    Outcome.PARTIAL: "capture.partial",
    Outcome.FAILED: "capture.failed",
}


def plan_for(context: Context, request: CaptureRequest) -> CapturePlan:
    """Check the request before anything is loaded. Raises UsageError or AddressRefused."""
    plan = make_plan(request.url, request.subject, context.settings)
    sign_ins.check(context, request)
    if request.allowed and request.subject is not Subject.SELECTED:
        raise UsageError(
            _("Single pictures can be allowed only where everything else is withheld."),
            hint=_("Choose what is loaded, or allow no single picture."),
            command="--subject selected --allow URL",
        )
    if len(request.allowed) > MAX_ALLOWED:
        raise UsageError(_("At most {count} addresses can be allowed at once.", count=MAX_ALLOWED))
    allowed = [a if is_name(a) else make_plan(a, request.subject, context.settings).url for a in request.allowed]
    return dataclasses.replace(
        plan, allowed=tuple(dict.fromkeys(allowed)), accept_certificate=request.accept_certificate
    )


Take = Callable[[CapturePlan, VaultSink, ProgressSink, CancelToken], "CaptureResult"]
"""What records a plan into a sink."""


class TryAgain(Exception):
    """Raised where the one who captures a list would rather ask again; ``wait`` is what the site asked for."""

    def __init__(self, why: str, wait: float) -> None:
        super().__init__(why)
        self.wait = wait


@dataclasses.dataclass(frozen=True, slots=True)
class Watch:
    """What a list hangs into the capture of one of its items; the first two run inside the transaction."""

    begun: Callable[[str], None]
    admitted: Callable[[ExhibitRecord, CaptureResult], None]
    again: Callable[[CaptureResult], tuple[str, float] | None]
    """Why, and after how many seconds, this result is asked for once more; None to keep it."""
    stamp: Callable[[ExhibitRecord], None]
    """Ask for its tokens, beside the next page."""


def capture(
    context: Context,
    request: CaptureRequest,
    progress: ProgressSink,
    cancel: CancelToken,
    watch: Watch | None = None,
) -> ExhibitRecord:
    """Record one page in the unseen browser and admit it; see :func:`take_in`. Raises BrowserMissing too."""
    plan = plan_for(context, request)
    case = context.mandated_case(request.case_id)
    context.authorities()
    browser = context.browser()
    browser.warm()
    if request.sign_in:
        plan = dataclasses.replace(plan, sign_in=sign_ins.SignIns(context).use(request.sign_in, case.id))
    return take_in(context, request, plan, browser.capture, progress, cancel, watch)


def take_in(
    context: Context,
    request: CaptureRequest,
    plan: CapturePlan,
    take: Take,
    progress: ProgressSink,
    cancel: CancelToken,
    watch: Watch | None = None,
) -> ExhibitRecord:
    """Record one page and admit it. What is finished when it is cancelled or fails is kept as a partial exhibit.

    Raises UsageError, StorageFull, Cancelled, and what ``take`` raises. An address that does not answer is no error:
    it becomes an exhibit with the outcome ``failed``. Raises TryAgain where ``watch`` says so.
    """
    case = context.mandated_case(request.case_id)
    context.authorities()
    index = context.vault.index
    exhibit_id = str(uuid.uuid4())
    started_at = clock.rfc3339()
    request_facts: JsonObject = {
        "url_requested": request.url_shown or plan.url,
        "subject": plan.subject.value,
        "started_at": started_at,
    }
    if request.led_by:
        request_facts["navigation"] = [request.led_by]
    with index.transaction():
        accepted: JsonObject = {"certificate": "accepted in any case"} if plan.accept_certificate else {}
        started = context.log.append(
            case.id, "capture.started", subject=exhibit_id, detail={"subject": plan.subject.value} | accepted
        )
        index.begin_attempt(exhibit_id, case.id, request_facts, started_at)
        if watch:
            watch.begun(exhibit_id)
    context.vault.set_meta("last_case", case.id)
    not_before = None
    sink = VaultSink(context.vault, exhibit_id)
    try:
        if request.stamp:
            progress(Progress("lower-bound"))
            not_before = stamping.lower_bound(context, started, cancel)
            sink.state({"not_before": not_before})
        result = take(plan, sink, progress, cancel)
        if request.led_by:
            result = dataclasses.replace(result, navigation=[request.led_by, *result.navigation])
    except (EvidenceError, Cancelled) as exc:
        stopped = isinstance(exc, Cancelled)
        kept = recovering.keep_interrupted(context, exhibit_id, "cancelled" if stopped else "error")
        if stopped or not kept.nothing:  # of an error this says more than that nothing saved before is lost
            exc.kept = kept.sentence
        raise
    if watch and (again := watch.again(result)):
        with index.transaction():
            context.log.append(case.id, "capture.abandoned", subject=exhibit_id, detail={"why": again[0]})
            index.drop_attempt(exhibit_id)
        raise TryAgain(*again)
    progress(Progress("manifest"))
    with index.transaction():
        record = _admitted(context, exhibit_id, case.id, plan, result, not_before)
        if plan.sign_in:
            became = sign_ins.SignIns(context).after(request.sign_in, plan.sign_in, case.id, result)
            record = dataclasses.replace(record, sign_in=became)
        if watch:
            watch.admitted(record, result)
    if request.stamp and watch:
        watch.stamp(record)
    elif request.stamp:
        stamping.settle_new(context, record, progress, cancel)
        record = dataclasses.replace(record, tokens=tuple(index.tokens("manifest", exhibit_id)))
    status, reason = status_of(result.network), reason_of(result.network)
    return dataclasses.replace(
        record,
        status=status,
        reason=reason,
        identifiers=result.identifiers,
        selection=result.selection,
        network=result.network,
        led_by=request.led_by,
        wall=result.wall,
        visible="visible" in result.browser,
    )


def _admitted(
    context: Context, exhibit_id: str, case_id: str, plan: CapturePlan, result: CaptureResult, not_before: str | None
) -> ExhibitRecord:
    before = recapture.earlier(context.vault.index, case_id, result.url_requested, result.artifacts)
    return admit(
        context,
        exhibit_id=exhibit_id,
        case_id=case_id,
        kind=Kind.CAPTURE,
        subject=plan.subject,
        outcome=result.outcome,
        missing=result.missing,
        artifacts=result.artifacts,
        facts=facts_of(result) | ({"recapture_of": before} if before else {}),
        event=EVENTS[result.outcome],
        not_before=not_before,
        personal=result.annex,
        text=result.text,
        seconds={step: round(s * 1000) for step, s in result.seconds.items()},
        attempt=True,
        detail={"recapture_of": before["exhibit_id"]} if before else None,
    )


def facts_of(result: CaptureResult) -> JsonObject:
    """What the engine measured, under the manifest's names."""
    return {
        "url_requested": result.url_requested,
        "url_final": result.url_final,
        "redirects": result.redirects,
        "title": result.title,
        "started_at": result.started_at,
        "finished_at": result.finished_at,
        "monotonic_ms": result.monotonic_ms,
        "clock": result.clock,
        "browser": result.browser,
        "environment": result.environment,
        "network": result.network,
        "navigation": result.navigation,
        "steps": result.steps,
    } | {name: value for name in ("identifiers", "selection", "wall") if (value := getattr(result, name))}
