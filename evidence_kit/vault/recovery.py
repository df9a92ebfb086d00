"""Recovery codes: 130 random bits that a person can copy onto paper and read back years later.

Crockford's alphabet leaves out the letters that look like digits; reading forgives case, spaces, dashes and
O/0, I/L/1. The last four characters are a checksum, so that a slip of the pen is told apart from a code of
another vault, before any key is tried.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from evidence_kit.errors import WrongPassphrase
from evidence_kit.language import _

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_LENGTH = 26
CHECK_LENGTH = 4
GROUP = 5
_LENGTH = SECRET_LENGTH + CHECK_LENGTH
_LIKENESS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CHECK_LABEL = b"evidence-kit/recovery-code/1"
_MAX_TYPED = 400


def _checksum(secret: str) -> str:
    number = int.from_bytes(hashlib.sha256(_CHECK_LABEL + secret.encode("ascii")).digest()[:3], "big") >> 4
    return "".join(ALPHABET[(number >> shift) & 31] for shift in (15, 10, 5, 0))


def new_code() -> str:
    """A fresh code, such as ``7K3QH-...``: six groups of five, 26 random characters and 4 of checksum."""
    secret = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    whole = secret + _checksum(secret)
    return "-".join(whole[at : at + GROUP] for at in range(0, _LENGTH, GROUP))


def read_code(untrusted_text: str) -> bytes:
    """The 26 secret characters of a typed code, as key material.

    Raises :class:`WrongPassphrase` with a sentence of its own when characters are missing, foreign or mistyped.
    Says nothing about which vault the code belongs to.
    """
    plain = unicodedata.normalize("NFKC", untrusted_text[:_MAX_TYPED]).upper().translate(_LIKENESS)
    typed = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in {"Pd", "Cf"} and c != "−")
    hint = _("Compare it group by group with what you wrote down; upper and lower case do not matter.")
    if len(typed) != _LENGTH:
        raise WrongPassphrase(
            _("A recovery code has {wanted} letters and digits; here are {found}.", wanted=_LENGTH, found=len(typed)),
            hint=hint,
        )
    secret, check = typed[:SECRET_LENGTH], typed[SECRET_LENGTH:]
    if any(c not in ALPHABET for c in typed) or not secrets.compare_digest(_checksum(secret), check):
        raise WrongPassphrase(_("There is a typing mistake in the recovery code."), hint=hint)
    return secret.encode("ascii")
