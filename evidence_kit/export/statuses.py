"""What authorities say of their certificates, as files of the package (FORMAT, section 6).

They are public, say nothing of the case, and count only by their own signatures: the verifier reads them as anybody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evidence_kit.digest import sha256_hex
from evidence_kit.export.material import StatusFile

FOLDER = "data/authorities/status"


def concerned(statuses: Sequence[StatusFile], embedded: Iterable[bytes]) -> list[StatusFile]:
    """Those about certificates (DER) that stand in tokens here, and about the issuers of these; by path, each once."""
    used = {sha256_hex(der) for der in embedded}
    while more := {one.issuer for one in statuses if one.certificate in used} - used:
        used |= more
    return sorted((one for one in statuses if one.certificate in used), key=status_path)


def status_path(one: StatusFile) -> str:
    """Named by its own digest, so that the same list of two authorities stands there once."""
    return f"{FOLDER}/{sha256_hex(one.der)[:16]}.{one.kind}"
