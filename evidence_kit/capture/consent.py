"""Consent walls: refused by rule, never accepted, and told of step by step.

Which managers there are and by which words a person refuses is data, ``resources/consent/managers.json``. A button is
pressed only inside a banner of a known manager, or inside something that lies over the page and says next to the button
that cookies are used; never a link that leads elsewhere, never what something else covers. Words can be put anywhere:
on a page that is signed in nothing is pressed at all (:mod:`evidence_kit.capture.signed_in`). Nothing here is promised:
where the wall stays, the step says so and the page is captured as it is.
"""

from __future__ import annotations

import asyncio
import functools
import json
import time
from collections.abc import Sequence

from evidence_kit import paths
from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture.behind import look_behind
from evidence_kit.capture.consent_scripts import CONSENT, CONSENT_FRAME
from evidence_kit.capture.output import Output
from evidence_kit.capture.page import LivePage, ScriptFailed
from evidence_kit.capture.screenshot import first_view
from evidence_kit.capture.steps import Step
from evidence_kit.capture.wire import Wire, WireError
from evidence_kit.digest import sha256_hex

MAX_CLICKS = 4
MAX_FRAMES = 12
HINT_SECONDS = 2.5
"""How long a banner is waited for whose manager the page has loaded."""
AFTER_SECONDS = 2.5
"""How long a banner may take to go, or to show its next part, after a click."""
FADE_SECONDS = 0.8
LOOK_SECONDS = 3.0
PAUSE = 0.1


@functools.cache
def rules() -> tuple[JsonObject, str]:
    """The rules and the digest of their file."""
    data = paths.resource("consent", "managers.json").read_bytes()
    return json.loads(data), sha256_hex(data)


def expected(addresses: Sequence[str]) -> bool:
    """Whether the page asked for a known manager's script, so that its banner is worth waiting for."""
    hints = [hint for manager in rules()[0]["managers"] for hint in manager.get("hint", [])]
    return any(hint in url for url in addresses for hint in hints)


def nothing(found: JsonObject) -> bool:
    """Whether a look found no wall, or only one that offers to accept and, so far, nothing else."""
    return found["state"] == "none" or bool(found.get("bare"))


class ConsentWall:
    """Looks for a wall on one page and refuses. ``led_on``: refusing it led to another document, which stays."""

    def __init__(self, live: LivePage, out: Output) -> None:
        self._live = live
        self._out = out
        self._rules, self._digest = rules()
        self._clicks: list[JsonObject] = []
        self.led_on = False
        self.met = True
        """Whether there is one, as far as was looked."""

    async def refuse(self, step: Step) -> None:
        """The work of the step ``consent``. Raises what calls to the page raise."""
        facts: JsonObject = {"banner": "none", "clicks": self._clicks}
        step.facts["consent"] = facts
        step.facts["rules_sha256"] = self._digest
        step.script(CONSENT)
        address, documents, loader = self._live.page.url, self._documents(), await self._loader()
        found = await self._first(step)
        self.met = found["state"] != "none"
        if not self.met:
            return
        facts["banner"] = safe_text(str(found["name"]), 40)
        try:
            gone, found = await self._press(found, step, documents)
            facts["refused"] = gone and any(c["kind"] == "refuse" for c in self._clicks)
            if self._documents() != documents:
                gone = await self._elsewhere(address, loader, step, leads_on=any(c["leads_on"] for c in self._clicks))
                facts["refused"] = facts["refused"] and gone
        finally:
            for click in self._clicks:
                click.pop("leads_on", None)
        if not facts["refused"]:
            step.result = "failed"
            step.detail = step.detail or f"the consent wall stayed: {safe_text(str(found.get('reason', '')), 100)}"
            facts["scroll_locked"] = bool(found.get("locked"))
            if facts["scroll_locked"]:
                step.detail += "; it holds the page so that a reader cannot scroll"
        if self._clicks:
            await self._live.recorder.idle(PAUSE, 1.0)
            picture = await first_view(self._live, step.left())
            self._out.later(self._out.put("screenshot-tile", "after-consent.png", "image/png", picture))

    def _documents(self) -> int:
        return sum(1 for x in self._live.recorder.main_documents() if x.state != "redirect")

    async def _loader(self) -> str:
        """The browser's name for the loading of the document that is shown."""
        tree = await self._live.cdp(LOOK_SECONDS, "Page.getFrameTree")
        return str(tree["frameTree"]["frame"]["loaderId"])

    async def _first(self, step: Step) -> JsonObject:
        found = await self._look("all", step)
        if nothing(found) and expected([x.url for x in self._live.recorder.exchanges]):
            end = time.monotonic() + min(HINT_SECONDS, step.left() - 2)
            while nothing(found) and time.monotonic() < end:
                await asyncio.sleep(PAUSE)
                found = await self._look("all", step)
        return found

    async def _press(self, found: JsonObject, step: Step, documents: int) -> tuple[bool, JsonObject]:
        """Go on after the first look until the wall is gone or nothing is left to press; whether it is gone."""
        last = found
        while found["state"] == "pressed":
            kind, pressed = found["kind"], time.monotonic()
            while True:
                await asyncio.sleep(PAUSE)
                if self._documents() != documents:
                    return True, last
                waited, press = time.monotonic() - pressed, "all"
                if kind == "refuse":  # it may still fade away; the way to the settings would open it again
                    press = "refuse" if waited > FADE_SECONDS else ""
                if len(self._clicks) >= MAX_CLICKS:
                    press = ""
                found = await self._look(press, step)
                last = found
                if found["state"] != "there":
                    break
                if waited > AFTER_SECONDS or step.left() < 2:  # noqa: PLR2004 - seconds for the picture
                    return False, found
        return found["state"] == "none", last

    async def _look(self, press: str, step: Step) -> JsonObject:
        """One look at the page and at those frames that may be a wall; presses at most one button."""
        seconds = min(LOOK_SECONDS, step.left())
        found: JsonObject = await self._live.run(CONSENT, self._rules, press, "", seconds=seconds)
        if found["state"] == "none" and not found["frames"] and await look_behind(self._live, seconds=seconds):
            found = await self._live.run(CONSENT, self._rules, press, "", seconds=seconds)
        if found["state"] == "none" and found["frames"]:
            for wire, frame, kind in await self._frames(seconds):
                inner = await self._in_frame(wire, frame, press, kind, seconds)
                if inner["state"] != "none":
                    found = inner | {"locked": found["locked"], "part": "frame"}
                    if kind not in {"frame", ""}:
                        found["name"] = kind
                    break
        if found["state"] == "pressed":
            self._clicks.append(
                {
                    "kind": str(found["kind"]),
                    "text": safe_text(str(found["text"]), 200),
                    "selector": safe_text(str(found["selector"]), 200),
                    "part": str(found.get("part", "page")),
                    "leads_on": bool(found["leads_on"]),
                }
            )
        return found

    async def _frames(self, seconds: float) -> list[tuple[Wire, str, str]]:
        """Frames of the page that lie over it, with the manager whose frame each is."""
        live, found = self._live, []
        tree = await live.cdp(seconds, "Page.getFrameTree")
        here = [(live.wire, str(c["frame"]["id"])) for c in tree["frameTree"].get("childFrames", [])]
        for part in live.hub.parts("iframe"):
            inner = await live.gate.within(part.send("Page.getFrameTree"), seconds)
            here.append((part, str(inner["frameTree"]["frame"]["id"])))
        for wire, frame in here[:MAX_FRAMES]:
            try:
                owner = await live.owner(frame, seconds=seconds)
                kind = str(await live.of(owner, CONSENT_FRAME, self._rules, seconds=seconds) or "")
            except WireError:  # a frame in a frame, or one that went
                continue
            if kind:
                found.append((wire, frame, kind))
        return found

    async def _in_frame(self, wire: Wire, frame: str, press: str, kind: str, seconds: float) -> JsonObject:
        try:
            framed = "frame" if kind == "frame" else "named"
            one = self._live.in_frame(wire, frame, CONSENT, (self._rules, press, framed))
            found = await self._live.gate.within(one, seconds)
        except (WireError, ScriptFailed):
            return {"state": "none"}
        return found if isinstance(found, dict) else {"state": "none"}

    async def _elsewhere(self, address: str, loader: str, step: Step, *, leads_on: bool) -> bool:
        """The click led to another document: the same page anew, or the one behind a wall, stays; else back."""
        live = self._live
        end = time.monotonic() + min(8.0, step.left() - 3)
        while await self._loader() == loader:  # asked for, and not there yet
            if time.monotonic() >= end:
                step.detail = "the click asked for another page, which did not come"
                return False
            await asyncio.sleep(PAUSE / 2)
        await live.gate.within(live.page.wait_for_load_state("load", timeout=0), max(1.0, end - time.monotonic()))
        now = live.page.url
        step.facts["consent"]["led_to"] = safe_text(now)
        if leads_on or now.partition("#")[0] == address.partition("#")[0]:
            self.led_on = True
            return True
        step.detail = "the click led to another page; gone back to the first"
        history = await live.cdp(5, "Page.getNavigationHistory")
        before = [e for e in history["entries"][: int(history["currentIndex"])] if e["url"] == address]
        if not before:
            step.detail = "the click led to another page, which stayed"
            self.led_on = True
            return False
        await live.cdp(5, "Page.navigateToHistoryEntry", entryId=before[-1]["id"])
        while live.page.url != address and time.monotonic() < end:  # noqa: ASYNC110 - the browser tells of it
            await asyncio.sleep(PAUSE / 2)
        await live.gate.within(live.page.wait_for_load_state("load", timeout=0), max(1.0, end - time.monotonic()))
        return False
