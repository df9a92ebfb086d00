"""Guided fuzzing of what judges proofs: bytes that reach new code are kept and bent further.

Started by a long test with a folder for the corpus, or by hand: python -m tests.fuzz.proofs FOLDER -max_total_time=600
It stops with a trace at the first input that raises, takes too long, or is believed although it says something else
than the proof that it was made from.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["evidence_kit.timestamp", "asn1crypto"]):
    from evidence_kit.timestamp.certificates import read_many
    from evidence_kit.timestamp.evidence_record import new_record, renewal_digest, renewed_timestamp
    from evidence_kit.timestamp.proof import judge_stamps
    from evidence_kit.timestamp.revocation import Statements
    from evidence_kit.timestamp.verify import Judgement
from tests.kit.eras import Era

DATA = b"what was on the screen\n"
FIRST, SECOND = Era("First", 2020, 2030), Era("Second", 2024, 2040)
ROOTS = [FIRST.root, SECOND.root]


def seeds() -> list[bytes]:
    """One good input of each kind."""
    digest = hashlib.sha256(DATA).digest()
    reply = FIRST.stamp(digest, 2025, reply=True)
    record = new_record(reply, algorithm="sha256", digest=digest)
    renewed = renewed_timestamp(record, SECOND.stamp(renewal_digest(record)[1], 2026))
    lists = [FIRST.crl(2026), FIRST.crl(2026, revoked=True, reason="superseded", at=2025.5)]
    return [reply, record, renewed, *lists, FIRST.ocsp(2026), FIRST.ocsp(2026, revoked=True, at=2025.5)]


def told(judged: Judgement) -> tuple[object, ...]:
    """What a believed proof says: who, when, about what."""
    return judged.signer_sha256, judged.serial, judged.gen_time, judged.imprint


class Target:
    """Feeds one input to all judges."""

    def __init__(self, good: list[bytes]) -> None:
        self._believed = {told(self._judged(one)) for one in good if self._judged(one).verdict == "valid"}
        assert len(self._believed) == 1, "the good proofs all rest on one timestamp"
        self._certificate, self._issuer = read_many([FIRST.stamper])[0], read_many([FIRST.root])[0]
        self._known = {self._said(one) for one in good}

    def _judged(self, untrusted: bytes) -> Judgement:
        return judge_stamps(untrusted, sha256=hashlib.sha256(DATA).hexdigest(), data=DATA, roots=ROOTS)[0]

    def _said(self, untrusted: bytes) -> tuple[object, ...]:
        status = Statements([untrusted], ROOTS).about(self._certificate, self._issuer)
        return status.state, status.at, status.reason

    def __call__(self, untrusted: bytes) -> None:
        """One input. Raises whatever is wrong."""
        judged = self._judged(untrusted)
        if judged.verdict == "valid" and told(judged) not in self._believed:
            msg = "a forged timestamp was believed"
            raise AssertionError(msg)
        if self._said(untrusted) not in self._known:
            msg = "a forged statement was believed"
            raise AssertionError(msg)


def main() -> None:
    """Write the seeds into the first folder that is named, and begin."""
    good = seeds()
    folder = next((Path(a) for a in sys.argv[1:] if not a.startswith("-")), None)
    for number, one in enumerate(good if folder else []):
        (folder / f"seed-{number}").write_bytes(one)  # type: ignore[operator]
    atheris.Setup(sys.argv, Target(good))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
