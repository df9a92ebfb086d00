"""Every way in which a package was bent here, with the verdict it must get and exactly the checks that must fail.

Each vector is one function from a :class:`~.build.Workshop` to the bytes of a ZIP. ``failed`` names the checks with
a failed finding, ``unchecked`` those with one that could not be made; all others must have passed.
"""

from __future__ import annotations

from . import content, hidden, records, shell, twofold
from .registry import VECTORS, Vector

__all__ = ["VECTORS", "Vector", "content", "hidden", "records", "shell", "twofold"]
