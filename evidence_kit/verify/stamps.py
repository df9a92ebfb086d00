"""What the verifier notes of each stamp, and how stamps bear on each other: doubled, renewed, contradicting.

No stamp is believed in silence where another one tells against it; which of two times is the false one cannot be told
from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from evidence_kit.clock import parse, rfc3339
from evidence_kit.language import _
from evidence_kit.timestamp.revocation import Ended

ALLOWED = timedelta(minutes=5)
"""By how much clocks of authorities and computers may differ before somebody is told."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One token file: over which file (``target``) and by whom, as its name says."""

    path: str
    target: str
    authority: str
    digest: str | None

    @property
    def stem(self) -> str:
        """The path without its ending: a stamp and the record that it grew into differ in that alone."""
        return self.path.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Sound:
    """A stamp that holds: whether a known root vouches for it, and whether its authority took that back."""

    stamp: Stamp
    name: str
    signer: str | None
    root: str | None
    keys: frozenset[bytes]
    """The public keys of its chain: under another root's name, the same stolen key is no second witness."""
    gen_time: datetime | None
    last: datetime | None
    """The time of the last timestamp of a record; that of the stamp where it is none."""
    ended: Ended | None

    def renews(self, other: Sound) -> bool:
        """Whether it is the record that goes on where the other one, the same first timestamp, ended."""
        return self.counts and (self.stamp.target, self.signer, self.gen_time) == (
            other.stamp.target,
            other.signer,
            other.gen_time,
        )

    @property
    def counts(self) -> bool:
        """Whether a known root vouches for it and nobody took that back."""
        return self.root is not None and self.ended is None

    def akin(self, other: Sound) -> bool:
        """Whether one key could have made both, whatever their files are called."""
        return self.root == other.root or bool(self.keys & other.keys)

    def doubles(self, other: Sound) -> bool:
        """Whether it proves by itself, without the other's authority, what the other does not prove any more."""
        return (
            self.counts
            and self.stamp.target == other.stamp.target
            and self.signer != other.signer
            and not self.akin(other)
            and self.gen_time is not None
            and other.ended is not None
            and self.gen_time < other.ended.at
        )


def kinship(one: Sound, others: Iterable[Sound]) -> str:
    """That a stamp under another name over the same file is no second witness; "" where there is none such."""
    for other in others:
        if other.root is not None and other.stamp.stem != one.stamp.stem and one.akin(other):
            return _(
                "Warning: it rests on the same authority as the stamp of {other}: the two count as one.",
                other=other.stamp.authority,
            )
    return ""


def late_record(finished_at: str, gen_time: datetime | None) -> str:
    """That a record says of itself that it was made after it was stamped; "" where it does not."""
    try:
        later = gen_time is not None and parse(finished_at) > gen_time + ALLOWED
    except ValueError:
        later = True
    if not later:
        return ""
    return _(
        "Warning: the record says that it was finished at {time}, which is later: the computer's clock was wrong, or "
        "the record does not tell the truth.",
        time=finished_at[:40],
    )


def before_its_bound(one: Sound, bound: Sound | None) -> str:
    """That a record was stamped before the stamp that it names as an earlier one; "" where all is in order."""
    if bound is None or bound.gen_time is None or one.gen_time is None or bound.gen_time <= one.gen_time + ALLOWED:
        return ""
    return _(
        "The stamp made before the record is of {time}, which is later than this one: one of the two times is false.",
        time=rfc3339(bound.gen_time),
    )


def before_its_content(one: Sound, others: Iterable[Sound]) -> str:
    """That the seal was stamped before a stamp that was sealed; "" where all is in order."""
    inner = max((o.last for o in others if o.root is not None and o.last is not None), default=None)
    if inner is None or one.gen_time is None or inner <= one.gen_time + ALLOWED:
        return ""
    return _(
        "Warning: a stamp in the package is of {time}, later than this one over the whole package: one of the two "
        "times is false.",
        time=rfc3339(inner),
    )
