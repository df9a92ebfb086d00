"""Capture: one address, one load, in a fresh context of a browser that the machine already has."""

from __future__ import annotations

from evidence_kit.capture.host import BrowserHost
from evidence_kit.capture.plan import CapturePlan, make_plan
from evidence_kit.capture.png import PngError, PngStrips, PngWriter, size_of
from evidence_kit.capture.sink import ArtifactSink, ArtifactWriter, CaptureResult, Spool
from evidence_kit.capture.thumbnail import blurred_thumbnail

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
