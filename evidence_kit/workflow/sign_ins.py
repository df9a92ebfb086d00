"""Sign-ins that she chose to keep: in the vault's encrypted rows, for captures that need one, until she forgets them.

Whoever opens the vault can use them, as she can. They are in no export, no log and no manifest.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evidence_kit import clock
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.plan import SignIn
from evidence_kit.capture.renewal import renewed
from evidence_kit.errors import UsageError
from evidence_kit.language import _
from evidence_kit.records import Outcome, Subject
from evidence_kit.vault.index import KeptSession
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import CaptureRequest, status_of

if TYPE_CHECKING:
    from evidence_kit.capture.sink import CaptureResult

LABEL_LIMIT = 60
MAX_STATE = 1 << 20
MAX_SITES = 20
_ASKS_PASSWORD = re.compile(rb"<input[^>]{0,500}type\s*=\s*[\"']?password", re.IGNORECASE)
_TELLS_NOTHING = {403, 429}
"""Answers after which nobody knows whether the sign-in still holds."""


class SignIns:
    """The kept sign-ins of one vault."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self) -> list[KeptSession]:
        """By label, without what signs in."""
        return self._context.vault.index.kept_sessions()

    def find(self, label: str) -> KeptSession:
        """The one with this label. Raises UsageError."""
        wanted = clean_label(label)
        found = next((s for s in self.all() if s.label == wanted), None)
        if found is None:
            raise UsageError(
                _("No sign-in is kept under the name “{label}”.", label=wanted),
                hint=_("Look which there are, or sign in again in a window."),
                command="evidence-kit session list",
            )
        return found

    def keep(self, label: str, state: JsonObject) -> KeptSession:
        """Keep what a visible window holds; an earlier one with the same label is replaced. Raises UsageError."""
        made = KeptSession(
            id=str(uuid.uuid4()), label=clean_label(label), sites=_sites(state), kept_at=clock.rfc3339(), used_at=""
        )
        if not made.sites:
            raise UsageError(
                _("There is nothing to keep: no site has left a sign-in in the window."),
                hint=_("Sign in first, then keep it."),
            )
        if len(json.dumps(state)) > MAX_STATE:
            raise UsageError(
                _("What the sites left in the window is too much to be kept."),
                hint=_("Open a fresh window, sign in there and keep that."),
            )
        index = self._context.vault.index
        with index.transaction():
            index.keep_session(made, state)
            self._note(self._context.vault_chain, "session.kept", made)
        return made

    def use(self, label: str, case_id: str) -> SignIn:
        """What signs in, for one capture or window of a case. Raises UsageError."""
        index, found = self._context.vault.index, self.find(label)
        with index.transaction():
            self._note(case_id, "session.used", found)
            state = index.session_state(found.id)
        return SignIn(label=found.label, kept_at=found.kept_at, state=state)

    def after(self, label: str, kept: SignIn, case_id: str, result: CaptureResult) -> str:
        """Keep what a sign-in has become by a capture, inside the transaction that admits it.

        ``renewed``; ``ended`` where the site seems not to know her any more; empty where nothing is different or
        nothing can be told. What was kept is never put back by something weaker.
        """
        if not result.held:
            return ""
        status, wall = status_of(result.network), result.wall.get("kind")
        if wall == "sign-in" or status == HTTPStatus.UNAUTHORIZED:
            return self._ended(label, case_id)
        if wall or result.outcome is Outcome.FAILED or status is None or status in _TELLS_NOTHING or status >= 500:  # noqa: PLR2004
            return ""
        if _ASKS_PASSWORD.search(result.markup):  # the page is shown to all, and she may be a stranger there by now
            return ""
        state = renewed(kept.state, result.held, time.time())
        if state is None:
            return self._ended(label, case_id)
        if state == kept.state or len(json.dumps(state)) > MAX_STATE:
            return ""
        found = next((s for s in self.all() if s.label == clean_label(label)), None)
        if (
            found is None
            or found.kept_at != kept.kept_at
            or not self._context.vault.index.renew_session(found.id, state)
        ):
            return ""
        self._note(case_id, "session.renewed", found)
        return "renewed"

    def _ended(self, label: str, case_id: str) -> str:
        found = next((s for s in self.all() if s.label == clean_label(label)), None)
        if found is not None:
            self._note(case_id, "session.ended", found)
        return "ended"

    def forget(self, label: str) -> KeptSession:
        """Remove one for good. At the site it may go on until she signs out there. Raises UsageError."""
        index, found = self._context.vault.index, self.find(label)
        with index.transaction():
            index.forget_session(found.id)
            self._note(self._context.vault_chain, "session.forgotten", found)
        return found

    def _note(self, chain: str, event: str, kept: KeptSession) -> None:
        self._context.log.append(chain, event, subject=kept.id)


def check(context: Context, request: CaptureRequest) -> None:
    """Whether this request may be made with its kept sign-in. Raises UsageError."""
    if not request.sign_in:
        return
    if request.subject is not Subject.ADULT:
        raise UsageError(
            _("A kept sign-in is used only where all shown are adults."),
            hint=_("Leave the sign-in out: the page is then recorded as far as the answer to the question allows."),
        )
    if request.accept_certificate:
        raise UsageError(
            _("A kept sign-in is never sent to a site whose certificate is not valid."),
            hint=_("Leave out one of the two."),
        )
    SignIns(context).find(request.sign_in)


def clean_label(label: str) -> str:
    """A label as it is kept. Raises UsageError."""
    clean = safe_text(" ".join(label.split()), LABEL_LIMIT)
    if not clean:
        raise UsageError(_("A kept sign-in needs a name."), hint=_("For example that of the account."))
    return clean


def _sites(state: JsonObject) -> tuple[str, ...]:
    """The hosts that left something, to tell one sign-in from another."""
    named = [str(c.get("domain", "")).lstrip(".") for c in state.get("cookies", [])]
    named += [urlsplit(str(o.get("origin", ""))).hostname or "" for o in state.get("origins", [])]
    return tuple(safe_text(n, 200) for n in sorted(set(named) - {""}))[:MAX_SITES]
