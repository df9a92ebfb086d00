"""The bytes of a document as the site sent them, which may still be on their way."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any

from evidence_kit.capture import facts
from evidence_kit.capture.exchange import Exchange
from evidence_kit.capture.page import Gate
from evidence_kit.capture.steps import EXPECTED, StepSkipped
from evidence_kit.capture.wire import WireError

ASK_SECONDS = 4.0


async def source_of(
    document: Exchange, gate: Gate, ask_again: Callable[[], Coroutine[Any, Any, object]], *, loaded: bool, most: int
) -> tuple[str, bytes]:
    """Media type and bytes, at most ``most``; waits a moment for what is not whole, longer where the page is shown.

    Raises StepSkipped for a picture, WireError where bytes were announced and did not come.
    """
    end = time.monotonic() + (2.0 if loaded or not document.body.size else 0.2)
    while not document.whole and document.state != "failed" and time.monotonic() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    if not document.body.size and not loaded:  # a page that was stuck may answer by now
        with contextlib.suppress(*EXPECTED):
            await gate.within(ask_again(), ASK_SECONDS)
    if document.media_type.startswith("image/"):
        raise StepSkipped("the address is a picture, kept as media")
    kind = facts.clean_media_type(document.media_type or "text/html")
    data = document.body.read(most)
    if not data and (document.decoded or document.unseen or document.announced):
        raise WireError("the bytes of the document did not come")
    return kind, data
