"""Going through a page once, up and down, so that what loads only when it is seen is there.

A site may take seconds to send the next part of a feed. So the end of the page is not where it stopped growing, but
where it stopped growing and nothing that it asked for on the way is unanswered.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Self

from evidence_kit.canonical import JsonObject
from evidence_kit.capture import scripts
from evidence_kit.capture.network import Recorder
from evidence_kit.capture.page import LivePage, ScriptFailed, StepTimedOut
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.steps import Step
from evidence_kit.capture.wire import WireError

ANSWER_SECONDS = 10.0
"""How long an answer that may make the page grow is waited for, each time the page stands at its end."""
GROWTH_SECONDS = 0.3
"""How long the page may take to show what was answered."""
QUIET_IMAGES = 0.5
"""How long pictures are waited for while nothing is on its way."""
MAX_TEXT = 2 << 20
FIRST_LOOK, NEXT_LOOK = 0.04, 1.5
"""How long is looked for an older part at the top, two frames at least: in these a page that watches what is in sight
asks for it. One that listens to scrolling has its own time, and what was asked for is waited for."""
LATE_SECONDS = 0.45
"""How long a page that listens to scrolling may take to act on it; many wait until the scrolling rests."""
_SCROLLING = {"scroll", "scrollend", "wheel", "touchmove"}


async def answered(recorder: Recorder, since: int, end: float) -> bool | None:
    """Wait for what was asked for after the first ``since`` requests.

    None where nothing was asked, True where all was answered, False where the patience or the time ended before.
    """
    if not recorder.unanswered(since):
        return None
    limit = min(ANSWER_SECONDS, end - time.monotonic())
    until = time.monotonic() + limit
    while recorder.unanswered(since):
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(0.02)
    return True


@dataclass(frozen=True, slots=True)
class Glance:
    """A look for an older part at the top of a page that did not grow by it: how high it was, and what came before."""

    height: int
    since: int
    """How many exchanges there were."""

    @classmethod
    async def at(cls, live: LivePage) -> Self | None:
        """Look once, while the page comes to rest. None where the walk has to look itself.

        So it is where the page listens to scrolling (some take that for consent), where it does not stand at its top,
        and where it grew or would not say. Raises PageGone.
        """
        since = len(live.recorder.exchanges)
        try:
            if _SCROLLING & await live.listened_to(seconds=2) or await live.run(scripts.STANDS_AT, seconds=2):
                return None
            found = await live.run(scripts.UP, FIRST_LOOK, seconds=2)
        except (StepTimedOut, WireError, ScriptFailed):
            return None
        return cls(int(found["before"]), since) if int(found["after"]) <= int(found["before"]) else None

    async def holds(self, walk: Walk) -> bool:
        """Whether the page is still as it was seen. Raises what calls to the page raise."""
        if walk.late or walk.live.recorder.unanswered(self.since):
            return False
        return int(await walk.live.run(scripts.TALLER, self.height, 0, seconds=5)) == self.height


@dataclass(slots=True)
class Walk:
    """One walk through the page, and what it found."""

    live: LivePage
    plan: CapturePlan
    step: Step
    end: float
    """When it is over at the latest, on the monotonic clock."""
    ended: str = ""
    """``bottom``, ``time`` or ``height``: where it stopped."""
    unanswered: bool = False
    """Whether something that may have made the page grow had not come when it stopped."""
    height: int = 0
    rounds: int = 0
    stops: int = 0
    dropped: int = 0
    images: int = 0
    unfinished: int = 0
    up_rounds: int = 0
    grew: int = 0
    words: list[str] = field(default_factory=list)
    late: float = 0.0
    """Seconds that this page is given to act on scrolling; 0 where it does not listen."""

    @property
    def whole(self) -> bool:
        """Whether the page was seen to its end, as far as can be told."""
        return self.ended == "bottom" and not self.unanswered

    async def listen(self) -> None:
        """Find out whether the page listens to scrolling. Raises what calls to the page raise."""
        if _SCROLLING & await self.live.listened_to(seconds=5):
            self.late = LATE_SECONDS

    async def up(self, seconds: float) -> None:
        """Follow a channel that loads its older part at the top. Raises what calls to the page raise."""
        end, recorder = min(self.end, time.monotonic() + seconds), self.live.recorder
        look = max(FIRST_LOOK, self.late)
        while True:
            since = len(recorder.exchanges)
            found = await self.live.run(scripts.UP, look, seconds=look + 5)
            self.up_rounds += 1
            before, after = int(found["before"]), int(found["after"])
            if after <= before:
                came = await answered(recorder, since, end)
                self.unanswered = came is False
                if came:
                    after = int(await self.live.run(scripts.TALLER, before, GROWTH_SECONDS, seconds=5))
            if after <= before:
                return
            self.grew += after - before
            look = NEXT_LOOK
            if time.monotonic() >= end:
                self.unanswered = True
                return

    async def down(self) -> None:
        """Go down to the end, as often as the page grows. Raises what calls to the page raise."""
        live, recorder, y = self.live, self.live.recorder, 0
        script = self.step.script(scripts.SCROLL)
        while True:
            left, since = max(0.2, min(self._left(), self.step.left() - 1)), len(recorder.exchanges)
            found = await live.run(script, y, left, self.plan.max_height, MAX_TEXT, self.late * 1000, seconds=left + 5)
            self.ended, self.rounds, self.stops = str(found["end"]), self.rounds + 1, self.stops + int(found["stops"])
            self.dropped += int(found["dropped"])
            self.words += [str(text) for text in found["words"]]
            at = int(found["height"])
            if self.late and self.ended == "bottom":
                await self._late(since, at)
            came = await answered(recorder, since, self.end)
            if recorder.inflight:
                await recorder.idle(0.03, min(2.0, self._left()))
            wait = 3.0 if recorder.inflight else QUIET_IMAGES  # those that nobody asked for may never come
            images = await live.run(scripts.IMAGES, min(wait, self._left()), seconds=6)
            self.images, self.unfinished = int(images["images"]), int(images["unfinished"])
            if came and self.ended == "bottom":
                await live.run(scripts.TALLER, at, GROWTH_SECONDS, seconds=5)
            self.height = int((await live.run(scripts.METRICS, seconds=5))["height"])
            if self.ended == "bottom" and self.end <= time.monotonic():
                self.ended = "time"
            if self.ended != "bottom" or self.height <= at:
                self.unanswered = self.unanswered or (came is False and self.ended == "bottom")
                return
            y = int(found["reached"])

    async def _late(self, since: int, height: int) -> None:
        """Give a page that acts on scrolling the time to ask for more."""
        until = time.monotonic() + min(self.late, self._left())
        while time.monotonic() < until and not self.live.recorder.unanswered(since):
            if int(await self.live.run(scripts.TALLER, height, 0.05, seconds=5)) > height:
                return

    def _left(self) -> float:
        return max(0.1, self.end - time.monotonic())

    def facts(self) -> JsonObject:
        """What the step notes of it."""
        return {
            "reached": {"height": self.height, "rounds": self.rounds, "stops": self.stops, "images": self.images},
            "end_of_page": self.whole,
            "dropped": self.dropped,
            "upwards": {"rounds": self.up_rounds, "grew": self.grew},
        }
