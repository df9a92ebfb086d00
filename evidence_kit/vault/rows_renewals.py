"""Rows of renewed proofs: the evidence records into which granted tokens grew, and when each has to be renewed next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from evidence_kit.digest import sha256_hex
from evidence_kit.errors import VaultCorrupt
from evidence_kit.language import _
from evidence_kit.records import Renewal
from evidence_kit.vault.database import Database, as_bytes

RENEWED_TARGETS = ("manifest", "digests")
"""What tokens are about that are renewed. A head's first token stands, by its digest, in a manifest that is."""

_PROOFS = f"""
    SELECT token.id, target, target_id, data_sha256, token.authority, renewal.id IS NOT NULL,
        COALESCE(renewal.authority, token.authority), COALESCE(renewal.gen_time, token.gen_time),
        COALESCE(renewal.renew_before, json_extract(details, '$.renew_before'), '') AS ends,
        COALESCE(renewal.algorithm, json_extract(details, '$.algorithm'), 'sha256')
    FROM token LEFT JOIN renewal ON renewal.id = (SELECT MAX(id) FROM renewal WHERE token_id = token.id)
    WHERE status = 'granted' AND target IN {RENEWED_TARGETS}"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A granted token as it stands today, with what was renewed of it."""

    token_id: int
    target: str
    target_id: str
    data_sha256: str
    authority: str
    renewed: bool
    last_authority: str
    """Who made its newest timestamp."""
    gen_time: str
    """Of its newest timestamp."""
    renew_before: str
    """When the first certificate ends on which its newest timestamp rests; "" where that is not known."""
    algorithm: str
    """The hash that its newest timestamp, or the tree below it, was made with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRenewal:
    """A record to be kept; the fields are those of its newest timestamp, as in :class:`Proof`."""

    token_id: int
    authority: str
    gen_time: str
    renew_before: str
    algorithm: str
    record: bytes


class RenewalRows(Database):
    """Renewals: only ever added."""

    def proofs(self) -> list[Proof]:
        """Every granted proof that is renewed, oldest first, without its bytes."""
        return [
            Proof(
                token_id=row[0], target=row[1], target_id=row[2], data_sha256=row[3], authority=row[4],
                renewed=bool(row[5]), last_authority=row[6], gen_time=row[7], renew_before=row[8], algorithm=row[9],
            )
            for row in self._all(f"{_PROOFS} ORDER BY token.id")
        ]  # fmt: skip

    def proof_ends(self, now: str) -> tuple[str, int]:
        """When the first of all proofs that still stand at ``now`` has to be renewed ("" for none); how many do not."""
        row = self._one(
            f"SELECT MIN(CASE WHEN ends >= ? THEN ends END), COUNT(CASE WHEN ends < ? AND ends <> '' THEN 1 END)"  # noqa: S608 - constants
            f" FROM ({_PROOFS})",
            (now, now),
        )
        return (str(row[0] or ""), int(row[1])) if row else ("", 0)

    def add_renewals(self, made: Sequence[NewRenewal]) -> None:
        """Keep many, all of them or none."""
        self._many(
            "INSERT INTO renewal (token_id, authority, gen_time, renew_before, algorithm, sha256, record)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (r.token_id, r.authority, r.gen_time, r.renew_before, r.algorithm, sha256_hex(r.record), r.record)
                for r in made
            ],
        )

    def renewed_record(self, token_id: int) -> bytes | None:
        """The newest record of a token, None where it was never renewed. Raises :class:`VaultCorrupt`."""
        row = self._one("SELECT record, sha256 FROM renewal WHERE token_id = ? ORDER BY id DESC LIMIT 1", (token_id,))
        if row is None:
            return None
        record = as_bytes(row[0])
        if sha256_hex(record) != row[1]:
            raise VaultCorrupt(
                _("A timestamp in the vault is damaged."), hint=_("Check the vault, and look for it in a backup.")
            )
        return record

    def renewals(self, target: str, target_id: str) -> dict[int, tuple[Renewal, ...]]:
        """How often and by whom each token about one thing was renewed, by token id, oldest first."""
        found: dict[int, list[Renewal]] = defaultdict(list)
        for row in self._all(
            "SELECT token_id, renewal.authority, renewal.gen_time, renew_before, algorithm FROM renewal"
            " JOIN token ON token.id = token_id WHERE target = ? AND target_id = ? ORDER BY renewal.id",
            (target, target_id),
        ):
            found[row[0]].append(Renewal(authority=row[1], gen_time=row[2], renew_before=row[3], algorithm=row[4]))
        return {token_id: tuple(made) for token_id, made in found.items()}

    def renewed_digests(self) -> dict[int, str]:
        """The digest of the newest record of each token that was renewed."""
        return dict(self._all("SELECT token_id, sha256 FROM renewal ORDER BY id"))

    def renewing_authorities(self, exhibit_ids: Sequence[str]) -> set[str]:
        """Who renewed proofs of any of these exhibits."""
        rows = self._all("SELECT DISTINCT target_id, renewal.authority FROM renewal JOIN token ON token.id = token_id")
        wanted = set(exhibit_ids)
        return {str(name) for exhibit_id, name in rows if exhibit_id in wanted}
