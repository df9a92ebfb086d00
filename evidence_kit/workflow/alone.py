"""One run of a list at a time: two at once would capture each of its pages twice.

It holds within this process; another one cannot open the same vault meanwhile.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from evidence_kit.errors import UsageError
from evidence_kit.language import _

_under_way: set[str] = set()
_asking = threading.Lock()


@contextlib.contextmanager
def alone(list_id: str) -> Iterator[None]:
    """Hold a list for one run. Raises UsageError where it is held already."""
    with _asking:
        if list_id in _under_way:
            raise UsageError(_("This list is being captured already."))
        _under_way.add(list_id)
    try:
        yield
    finally:
        _under_way.discard(list_id)


__all__ = ["alone"]
