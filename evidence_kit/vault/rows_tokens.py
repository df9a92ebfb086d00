"""Rows of timestamp tokens, asked for or granted, and of the small files that were stamped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from evidence_kit import clock
from evidence_kit.canonical import JsonObject
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import VaultCorrupt, VaultError
from evidence_kit.language import _
from evidence_kit.records import Token, TokenStatus
from evidence_kit.vault.database import Database, Row, as_bytes

_TOKEN = (
    "SELECT id, target, target_id, data_sha256, authority, status, requested_at, gen_time, qualified, reply_sha256,"  # noqa: S105 - SQL
    " attempts, last_error, details,"
    " (SELECT said FROM qualification WHERE qualification.id = token.qualification) FROM token"
)
_MAX_ERROR = 500


def _token(row: Row) -> Token:
    return Token(
        id=row[0],
        target=row[1],
        target_id=row[2],
        data_sha256=row[3],
        authority=row[4],
        status=TokenStatus(row[5]),
        requested_at=row[6],
        gen_time=row[7],
        qualified=bool(row[8]),
        reply_sha256=row[9],
        attempts=row[10],
        last_error=row[11],
        details=json.loads(row[12]) | ({"qualification": json.loads(row[13])} if row[13] else {}),
    )


class TokenRows(Database):
    """Tokens. A granted one is frozen with its reply, but for what trusted lists say; a pending one counts attempts."""

    def add_token(
        self, target: str, target_id: str, data_sha256: str, authority: str, requested_at: str | None = None
    ) -> Token:
        """Record the wish for a token over the bytes with this digest; it begins as pending."""
        row = self._insert(
            "token",
            {
                "target": target,
                "target_id": target_id,
                "data_sha256": data_sha256,
                "authority": authority,
                "status": TokenStatus.PENDING.value,
                "requested_at": requested_at or clock.rfc3339(),
            },
        )
        return self._token(row)

    def _token(self, token_id: int) -> Token:
        row = self._one(f"{_TOKEN} WHERE id = ?", (token_id,))
        if row is None:
            raise VaultError(_("There is no such timestamp in the vault."), hint=_("Please report this."))
        return _token(row)

    def grant_token(
        self, token_id: int, reply: bytes, gen_time: str, qualified: bool, details: JsonObject | None = None
    ) -> Token:
        """Keep the whole reply, once it was judged good. Raises :class:`VaultError` if one was granted before."""
        self._run(
            "UPDATE token SET status = 'granted', reply = ?, reply_sha256 = ?, gen_time = ?, qualified = ?,"
            " details = ?, attempts = attempts + 1, last_error = '' WHERE id = ?",
            (
                reply,
                sha256_hex(reply),
                gen_time,
                int(qualified),
                json.dumps(details or {}, ensure_ascii=False),
                token_id,
            ),
        )
        return self._token(token_id)

    def grant_tokens(
        self, replies: Sequence[tuple[int, bytes]], gen_time: str, details: JsonObject, qualification: JsonObject
    ) -> None:
        """Keep what many tokens (id, proof) got by one answer. Raises :class:`VaultError` as :meth:`grant_token`.

        ``qualification`` is as :meth:`set_qualified` takes it.
        """
        told, qualified = json.dumps(details, ensure_ascii=False), int(qualification["qualified"] is True)
        with self.transaction():
            said = self._said(qualification)
            self._many(
                "UPDATE token SET status = 'granted', reply_sha256 = ?, gen_time = ?, details = ?, qualified = ?,"
                " qualification = ?, attempts = attempts + 1, last_error = '' WHERE id = ?",
                [(sha256_hex(reply), gen_time, told, qualified, said, token_id) for token_id, reply in replies],
            )
            self._many("INSERT INTO proof (token_id, bytes) VALUES (?, ?)", replies)

    def ungranted(self, token_ids: Sequence[int]) -> set[int]:
        """Those of the tokens that were not obtained by now. Not for thousands at once."""
        marks = ", ".join("?" * len(token_ids))
        rows = self._all(f"SELECT id FROM token WHERE status <> 'granted' AND id IN ({marks})", token_ids)  # noqa: S608 - question marks only
        return {row[0] for row in rows}

    def set_qualified(self, found: Mapping[int, JsonObject]) -> None:
        """Note what the trusted lists say of granted tokens, by their ids, all of it or nothing.

        ``qualified`` in what they say becomes the flag, all else is its reason.
        """
        with self.transaction():
            written = {json.dumps(one, sort_keys=True): one for one in found.values()}
            said = {text: self._said(one) for text, one in written.items()}
            self._many(
                "UPDATE token SET qualified = ?, qualification = ? WHERE id = ? AND status = 'granted'",
                [
                    (int(one["qualified"] is True), said[json.dumps(one, sort_keys=True)], token_id)
                    for token_id, one in found.items()
                ],
            )

    def _said(self, qualification: JsonObject) -> int:
        said = json.dumps(qualification, ensure_ascii=False, sort_keys=True)
        self._run("INSERT INTO qualification (said) VALUES (?) ON CONFLICT DO NOTHING", (said,))
        row = self._one("SELECT id FROM qualification WHERE said = ?", (said,))
        assert row is not None  # noqa: S101 - just written
        return int(row[0])

    def refuse_token(self, token_id: int, error: str) -> Token:
        """Record that the authority rejected the request."""
        self._run(
            "UPDATE token SET status = 'refused', attempts = attempts + 1, last_error = ? WHERE id = ?",
            (error[:_MAX_ERROR], token_id),
        )
        return self._token(token_id)

    def note_attempt(self, token_id: int, error: str) -> Token:
        """Record that asking failed; the token stays pending."""
        self._run(
            "UPDATE token SET attempts = attempts + 1, last_error = ? WHERE id = ?", (error[:_MAX_ERROR], token_id)
        )
        return self._token(token_id)

    def tokens(self, target: str, target_id: str) -> list[Token]:
        """All tokens about one thing, in the order in which they were asked for."""
        rows = self._all(f"{_TOKEN} WHERE target = ? AND target_id = ? ORDER BY id", (target, target_id))
        return [_token(row) for row in rows]

    def pending_tokens(self) -> list[Token]:
        """Every token still to be had, refused ones included since an authority may change its mind; oldest first."""
        return [_token(row) for row in self._all(f"{_TOKEN} WHERE status <> 'granted' ORDER BY id")]

    def granted_tokens(self) -> list[Token]:
        """Every token that was obtained, oldest first."""
        return [_token(row) for row in self._all(f"{_TOKEN} WHERE status = 'granted' ORDER BY id")]

    def is_granted(self, token_id: int) -> bool:
        """Whether the token was obtained by now."""
        return self._one("SELECT 1 FROM token WHERE id = ? AND status = 'granted'", (token_id,)) is not None

    def token_reply(self, token_id: int) -> bytes | None:
        """The authority's whole reply. Raises :class:`VaultCorrupt` if it is not the one that was judged."""
        row = self._one(
            "SELECT COALESCE(reply, bytes), reply_sha256 FROM token LEFT JOIN proof ON token_id = id WHERE id = ?",
            (token_id,),
        )
        if row is None or row[0] is None:
            return None
        reply = as_bytes(row[0])
        if sha256_hex(reply) != row[1]:
            raise VaultCorrupt(
                _("A timestamp in the vault is damaged."), hint=_("Check the vault, and look for it in a backup.")
            )
        return reply

    def keep_data(self, sha256: str, data: bytes) -> None:
        """Keep a small file that was stamped (a head, a tag manifest). Raises ValueError if the digest is another."""
        if sha256_hex(data) != sha256:
            msg = "the digest is not that of the data"
            raise ValueError(msg)
        self._run("INSERT INTO kept_data (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING", (sha256, data))

    def data(self, sha256: str) -> bytes | None:
        """A kept file by its digest. Raises :class:`VaultCorrupt` if it holds something else."""
        row = self._one("SELECT bytes FROM kept_data WHERE sha256 = ?", (sha256,))
        if row is None:
            return None
        data = as_bytes(row[0])
        if sha256_hex(data) != sha256:
            raise VaultCorrupt(
                _("A stamped file in the vault is damaged."), hint=_("Check the vault, and look for it in a backup.")
            )
        return data

    def kept_digests(self) -> list[str]:
        """The digests of all kept files."""
        return [row[0] for row in self._all("SELECT sha256 FROM kept_data ORDER BY sha256")]
