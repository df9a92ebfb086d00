"""The core of Evidence Kit: capture, custody, proof. It knows no window toolkit and can be used from a script."""

from __future__ import annotations

__version__ = "0.1.0"
