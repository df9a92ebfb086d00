"""Rows of what authorities said of their certificates, and of the certificates that they are asked about."""

from __future__ import annotations

from dataclasses import dataclass

from evidence_kit.digest import sha256_hex
from evidence_kit.errors import VaultCorrupt
from evidence_kit.language import _
from evidence_kit.vault.database import Database, as_bytes

MOST_STATEMENTS = 100
"""How many are read back about one certificate, the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStatement:
    """One revocation list or OCSP answer (DER). Times are RFC 3339, ``next_update`` "" where it names none."""

    kind: str
    """``crl`` or ``ocsp``."""
    issuer: str
    """SHA-256 of the issuer's name and key."""
    subject: str
    """SHA-256 of the certificate; "" for a list, which speaks of all of its issuer's."""
    this_update: str
    next_update: str
    fetched_at: str
    der: bytes

    @property
    def sha256(self) -> str:
        """Of ``der``."""
        return sha256_hex(self.der)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A certificate on which kept timestamps rest, with its issuer's (DER)."""

    certificate: str
    """SHA-256 of ``der``."""
    der: bytes
    issuer_der: bytes
    asked_at: str
    """When its authority was asked last; "" for never."""
    outcome: str
    """``failed``, or until when the statement that came claims to be the newest; "" where it does not say."""


class StatusRows(Database):
    """Statements, which are never changed, and whom to ask for them."""

    def keep_statement(self, made: KeptStatement) -> None:
        """Write one down; a second time it changes nothing."""
        self._run(
            "INSERT INTO status_statement (sha256, kind, issuer, subject, this_update, next_update, fetched_at, der)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                made.sha256,
                made.kind,
                made.issuer,
                made.subject,
                made.this_update,
                made.next_update or None,
                made.fetched_at,
                made.der,
            ),
        )

    def statements(self, issuer: str, subject: str) -> list[KeptStatement]:
        """What may speak of a certificate, the newest first. Raises :class:`VaultCorrupt` where one was changed."""
        rows = self._all(
            "SELECT kind, issuer, subject, this_update, next_update, fetched_at, der, sha256 FROM status_statement"
            " WHERE issuer = ? AND subject IN (?, '') ORDER BY this_update DESC LIMIT ?",
            (issuer, subject, MOST_STATEMENTS),
        )
        found = []
        for row in rows:
            one = KeptStatement(
                kind=row[0],
                issuer=row[1],
                subject=row[2],
                this_update=row[3],
                next_update=row[4] or "",
                fetched_at=row[5],
                der=as_bytes(row[6]),
            )
            if one.sha256 != row[7]:
                raise VaultCorrupt(
                    _("A revocation list in the vault is damaged."),
                    hint=_("Check the vault, and look for it in a backup."),
                )
            found.append(one)
        return found

    def watch_certificate(self, certificate: str, der: bytes, issuer_der: bytes) -> None:
        """Remember a certificate, so that its authority is asked about it; a second time it changes nothing."""
        self._run(
            "INSERT INTO status_watch (certificate, der, issuer_der) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (certificate, der, issuer_der),
        )

    def watched_certificates(self) -> list[Watched]:
        """All of them."""
        rows = self._all("SELECT certificate, der, issuer_der, asked_at, outcome FROM status_watch ORDER BY rowid")
        return [
            Watched(certificate=r[0], der=as_bytes(r[1]), issuer_der=as_bytes(r[2]), asked_at=r[3], outcome=r[4])
            for r in rows
        ]

    def note_status_asked(self, certificate: str, asked_at: str, outcome: str) -> None:
        """When the authority was asked about a certificate, and with what success."""
        self._run(
            "UPDATE status_watch SET asked_at = ?, outcome = ? WHERE certificate = ?", (asked_at, outcome, certificate)
        )
