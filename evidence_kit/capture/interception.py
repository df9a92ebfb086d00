"""Every response of one browser, held at its headers and given to the capture whose page asked for it.

Held at the browser and not at the page: frames of other sites, workers, service workers and shared workers begin to
load before their own session can be reached, and downloads and new windows have none. Several captures share one
browser, so each held response is given to its owner; one that belongs to none goes on untouched.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol

from playwright.async_api import Browser, CDPSession
from playwright.async_api import Error as PlaywrightError

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.wire import Hub, Wire, WireError

OWNER_TRIES = 15
OWNER_PAUSE = 0.02
ANSWERED = {"responseStatusCode", "responseErrorReason"}
"""What a held response or a failure says of itself; without them a request is held before it leaves."""


class Owner(Protocol):
    """A capture that knows its own requests and frames."""

    strict: bool
    """Whether it judges each request before it leaves."""

    def knows(self, name: str) -> bool:
        """Whether a request or a frame of that name is this capture's."""

    async def held(self, wire: Wire, event: JsonObject) -> None:
        """Do what is to be done with a held response and let it go on."""


class Interception:
    """One per browser, from its start to its end."""

    def __init__(self, session: CDPSession, *, watched: bool = False) -> None:
        self._hub = Hub(session, self._event)
        self._watched = watched
        self._contexts: dict[str, str] = {}
        self._owners: dict[str, Owner] = {}
        self._shared: set[str] = set()

    @classmethod
    async def begin(cls, browser: Browser, *, watched: bool = False) -> Interception:
        """Hold the responses of ``browser`` from now on. ``watched``: a person is there to give passwords herself.

        Raises PlaywrightError, WireError.
        """
        made = cls(await browser.new_browser_cdp_session(), watched=watched)
        await made._start()
        return made

    async def _start(self) -> None:
        for event in ("Fetch.requestPaused", "Fetch.authRequired", "Target.targetCreated", "Target.targetDestroyed"):
            self._hub.listen(event)
        root = self._hub.root
        await root.send("Target.setDiscoverTargets", discover=True)
        # Without the stage of requests the browser asks nobody about a password, and waits for an answer for ever.
        both = [{"urlPattern": "*", "requestStage": stage} for stage in ("Request", "Response")]
        await root.send("Fetch.enable", patterns=both, handleAuthRequests=True)

    async def process(self) -> int:
        """The number of the browser's process; 0 where it does not say."""
        try:
            found = (await self._hub.root.send("SystemInfo.getProcessInfo"))["processInfo"]
        except (WireError, KeyError):
            return 0
        return next((int(p["id"]) for p in found if p.get("type") == "browser"), 0)

    def join(self, context_id: str, owner: Owner) -> None:
        """Give what belongs to that browser context to ``owner`` from now on."""
        self._owners[context_id] = owner

    def join_page(self, context_id: str, target_id: str, owner: Owner) -> None:
        """Give to ``owner`` what one page of a context asks for; other pages of the context stay untouched."""
        self._shared.add(context_id)
        self._owners[target_id] = owner

    def leave(self, owner: Owner) -> None:
        """Let everything of ``owner`` go on untouched from now on."""
        self._owners = {c: o for c, o in self._owners.items() if o is not owner}

    def _event(self, wire: Wire, event: str, params: JsonObject) -> None:
        if event == "Fetch.authRequired":
            self._hub.spawn(_answer_password(wire, params, "Default" if self._watched else "CancelAuth"))
        elif event == "Fetch.requestPaused" and not (self._strict or params.keys() & ANSWERED):
            self._hub.spawn(let_go(wire, params))
        elif event == "Fetch.requestPaused":
            self._hub.spawn(self._give(wire, params))
        elif event == "Target.targetDestroyed":
            self._contexts.pop(str(params.get("targetId", "")), None)
        else:
            target = params.get("targetInfo", {})
            self._contexts[str(target.get("targetId", ""))] = str(target.get("browserContextId", ""))

    @property
    def _strict(self) -> list[Owner]:
        return [owner for owner in self._owners.values() if owner.strict]

    async def _give(self, wire: Wire, event: JsonObject) -> None:
        owner = await self._owner(event)
        if owner is None and self._strict:  # it may be theirs: judged by the stricter rule
            owner = self._strict[0]
        with contextlib.suppress(WireError, PlaywrightError):
            if owner is not None and (owner.strict or event.keys() & ANSWERED):
                await owner.held(wire, event)
            else:
                await let_go(wire, event)

    async def _owner(self, event: JsonObject) -> Owner | None:
        url = str(event.get("request", {}).get("url", ""))
        for attempt in range(OWNER_TRIES if url.startswith(("http://", "https://")) else 0):
            if attempt:
                await asyncio.sleep(OWNER_PAUSE)  # the page's own session may tell of the request a little later
            request, frame = str(event.get("networkId", "")), str(event.get("frameId", ""))
            for owner in self._owners.values():
                if owner.knows(request) or owner.knows(frame):  # a worker goes by the name of its script's request
                    return owner
            context = self._contexts.get(frame)
            whose = self._owners.get(frame) or self._owners.get(context or "")
            if whose is not None:
                return whose
            known = context is not None and context not in self._shared
            if known or not self._owners or (len(self._owners) == 1 and self._strict):
                break
        return None


async def let_go(wire: Wire, event: JsonObject) -> None:
    """Let a held response, or a request that failed, go on untouched. Raises WireError."""
    method = "Fetch.continueResponse" if event.get("responseStatusCode") else "Fetch.continueRequest"
    await wire.send(method, requestId=str(event["requestId"]))


async def _answer_password(wire: Wire, event: JsonObject, response: str) -> None:
    """A site asks for a name and a password: none of ours is given.

    Without a person the page that the site shows then is the record; with one the browser asks her.
    """
    answer = {"response": response}
    await wire.send("Fetch.continueWithAuth", requestId=str(event["requestId"]), authChallengeResponse=answer)
