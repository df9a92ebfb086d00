"""Capture: one address, one load, in a fresh context of a browser that the machine already has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_kit.capture.plan import CapturePlan, make_plan
from evidence_kit.capture.png import PngError, PngStrips, PngWriter, size_of
from evidence_kit.capture.sink import ArtifactSink, ArtifactWriter, CaptureResult, Spool
from evidence_kit.capture.thumbnail import blurred_thumbnail

if TYPE_CHECKING:
    from evidence_kit.capture.host import BrowserHost

__all__ = [
    "ArtifactSink",
    "ArtifactWriter",
    "BrowserHost",
    "CapturePlan",
    "CaptureResult",
    "PngError",
    "PngStrips",
    "PngWriter",
    "Spool",
    "blurred_thumbnail",
    "make_plan",
    "size_of",
]


def __getattr__(name: str) -> object:
    """The browser's driver takes longer to load than all else here together, and few need it."""
    if name == "BrowserHost":
        from evidence_kit.capture.host import BrowserHost

        return BrowserHost
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
