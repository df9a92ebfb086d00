"""Rows of exhibits and their artifacts: written once, found by number, id or word, withdrawn but never removed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from evidence_kit.digest import sha256_hex
from evidence_kit.errors import ExhibitMissing, VaultCorrupt
from evidence_kit.language import _
from evidence_kit.records import Artifact, Exhibit, ExhibitState, Kind, Outcome, Subject
from evidence_kit.vault import search as words
from evidence_kit.vault.database import Database, Row, as_bytes
from evidence_kit.vault.rows_attempts import artifact_of, artifact_values

_EXHIBIT = (
    "SELECT e.id, e.case_id, e.number, e.kind, e.subject, e.outcome, e.missing, e.url_requested, e.url_final, e.title,"
    " e.started_at, e.finished_at, e.manifest_sha256, e.annex_sha256, e.state, e.state_reason, e.seconds"
    " FROM exhibit e"
)
_BEHIND, _BEFORE = "e.row > (SELECT row FROM exhibit WHERE id = ?)", "e.row < (SELECT row FROM exhibit WHERE id = ?)"
_REFERENCES = (
    "SELECT sha256 FROM artifact UNION SELECT sha256 FROM attempt_artifact UNION SELECT sha256 FROM derived_copy"
)
_DOOMED = (
    "SELECT d.sha256 FROM doomed d WHERE NOT EXISTS (SELECT 1 FROM artifact a WHERE a.sha256 = d.sha256)"
    " AND NOT EXISTS (SELECT 1 FROM attempt_artifact a WHERE a.sha256 = d.sha256)"
    " AND NOT EXISTS (SELECT 1 FROM derived_copy c WHERE c.sha256 = d.sha256) ORDER BY d.sha256"
)


def _exhibit(row: Row) -> Exhibit:
    return Exhibit(
        id=row[0],
        case_id=row[1],
        number=row[2],
        kind=Kind(row[3]),
        subject=Subject(row[4]),
        outcome=Outcome(row[5]),
        missing=tuple(json.loads(row[6])),
        url_requested=row[7],
        url_final=row[8],
        title=row[9],
        started_at=row[10],
        finished_at=row[11],
        manifest_sha256=row[12],
        annex_sha256=row[13],
        state=ExhibitState(row[14]),
        state_reason=row[15],
        seconds=json.loads(row[16]),
    )


def unknown_exhibit() -> ExhibitMissing:
    """The error for an exhibit that is not in the vault."""
    return ExhibitMissing(
        _("There is no such exhibit in the vault."), hint=_("List the exhibits to see their numbers and ids.")
    )


def damaged_record() -> VaultCorrupt:
    """The error for a manifest or annex that is not the one that was recorded."""
    return VaultCorrupt(
        _("The record of an exhibit is damaged."), hint=_("Check the vault, and look for the exhibit in a backup.")
    )


class ExhibitRows(Database):
    """Exhibits, artifacts and the search over them."""

    def next_number(self, case_id: str) -> int:
        """The number of the next exhibit of a case. Use it in the transaction that adds the exhibit."""
        row = self._one("SELECT COALESCE(MAX(number), 0) + 1 FROM exhibit WHERE case_id = ?", (case_id,))
        return int(row[0]) if row else 1

    def cases_of(self, exhibit_ids: Sequence[str]) -> dict[str, str]:
        """The case of each exhibit. Not for thousands at once."""
        marks = ", ".join("?" * len(exhibit_ids))
        return dict(self._all(f"SELECT id, case_id FROM exhibit WHERE id IN ({marks})", exhibit_ids))  # noqa: S608 - question marks only

    def add_exhibit(
        self,
        exhibit: Exhibit,
        *,
        manifest: bytes,
        artifacts: Sequence[Artifact],
        annex: bytes | None = None,
        text: str = "",
    ) -> None:
        """Admit an exhibit for good. Its blobs must be on the disk already.

        Raises ValueError if a digest in ``exhibit`` is not that of ``manifest`` or ``annex``, and
        :class:`VaultError` if the id or number is taken or the case unknown.
        """
        if sha256_hex(manifest) != exhibit.manifest_sha256 or (
            exhibit.annex_sha256 != (None if annex is None else sha256_hex(annex))
        ):
            msg = "a digest of the exhibit is not that of the bytes"
            raise ValueError(msg)
        with self.transaction():
            row = self._insert(
                "exhibit",
                {
                    "id": exhibit.id,
                    "case_id": exhibit.case_id,
                    "number": exhibit.number,
                    "kind": exhibit.kind.value,
                    "subject": exhibit.subject.value,
                    "outcome": exhibit.outcome.value,
                    "missing": json.dumps(exhibit.missing),
                    "url_requested": exhibit.url_requested,
                    "url_final": exhibit.url_final,
                    "title": exhibit.title,
                    "started_at": exhibit.started_at,
                    "finished_at": exhibit.finished_at,
                    "state": exhibit.state.value,
                    "state_reason": exhibit.state_reason,
                    "seconds": json.dumps(exhibit.seconds),
                    "manifest_sha256": exhibit.manifest_sha256,
                    "annex_sha256": exhibit.annex_sha256,
                    "manifest": manifest,
                    "annex": annex,
                },
            )
            for position, artifact in enumerate(artifacts):
                key = {"exhibit_id": exhibit.id, "position": position}
                self._insert("artifact", key | artifact_values(artifact))
            self._insert("exhibit_search", {"rowid": row} | self._searchable(exhibit, text))

    @staticmethod
    def _searchable(exhibit: Exhibit, text: str) -> dict[str, Any]:
        url = exhibit.url_requested
        if exhibit.url_final and exhibit.url_final != url:
            url = f"{url} {exhibit.url_final}"
        return {"url": words.fold(url), "title": words.fold(exhibit.title), "text": words.fold(text)}

    def exhibit(self, id_or_number: str | int, case_id: str | None = None) -> Exhibit | None:
        """By id; else by number within ``case_id``. Without a case a number names nothing, even the only one."""
        row = self._one(f"{_EXHIBIT} WHERE e.id = ?", (str(id_or_number),))
        if row is None and case_id is not None and str(id_or_number).isdecimal():
            row = self._one(
                f"{_EXHIBIT} WHERE e.number = CAST(? AS INTEGER) AND e.case_id = ?", (str(id_or_number), case_id)
            )
        if row is None or (case_id is not None and row[1] != case_id):
            return None
        return _exhibit(row)

    def exhibits(
        self,
        case_id: str | None = None,
        *,
        search: str = "",
        after: tuple[str, ...] | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[Exhibit]:
        """Exhibits in the order of admission, which is that of their numbers within a case.

        ``search``: every word must occur in address, title or text. ``after``: go on behind the exhibit whose id
        is ``after[0]`` (keyset paging: ``after=(page[-1].id,)``); an unknown id gives an empty page.
        """
        asked = words.parse(search)
        conditions, values = ["1"], list[Any]()
        if case_id is not None:
            conditions.append("e.case_id = ?")
            values.append(case_id)
        if after:
            conditions.append(_BEFORE if newest_first else _BEHIND)
            values.append(after[0])
        source = _EXHIBIT if asked.empty else f"{_EXHIBIT} JOIN exhibit_search s ON s.rowid = e.row"
        if asked.match:
            conditions.append("exhibit_search MATCH ?")
            values.append(asked.match)
        for word in asked.short:
            conditions.append("(instr(s.title, ?) OR instr(s.url, ?) OR instr(s.text, ?))")
            values += [word] * 3
        order = "DESC" if newest_first else "ASC"
        sql = f"{source} WHERE {' AND '.join(conditions)} ORDER BY e.row {order} LIMIT ?"
        return [_exhibit(row) for row in self._all(sql, (*values, -1 if limit is None else limit))]

    def latest_capture(self, case_id: str, url_requested: str) -> Exhibit | None:
        """The capture of exactly that address that the case admitted last, if any."""
        where = "e.case_id = ? AND e.url_requested = ? AND e.kind = ?"
        row = self._one(
            f"{_EXHIBIT} WHERE {where} ORDER BY e.row DESC LIMIT 1", (case_id, url_requested, Kind.CAPTURE.value)
        )
        return _exhibit(row) if row else None

    def _record(self, sql: str, exhibit_id: str) -> tuple[bytes | None, str | None]:
        row = self._one(sql, (exhibit_id,))
        if row is None:
            raise unknown_exhibit()
        return (None if row[0] is None else as_bytes(row[0])), row[1]

    def manifest(self, exhibit_id: str) -> bytes:
        """The exact bytes of an exhibit's manifest. Raises :class:`ExhibitMissing`, :class:`VaultCorrupt`."""
        data, digest = self._record("SELECT manifest, manifest_sha256 FROM exhibit WHERE id = ?", exhibit_id)
        if data is None or sha256_hex(data) != digest:
            raise damaged_record()
        return data

    def annex(self, exhibit_id: str) -> bytes | None:
        """The confidential annex, if there is one. Raises :class:`ExhibitMissing`, :class:`VaultCorrupt`."""
        data, digest = self._record("SELECT annex, annex_sha256 FROM exhibit WHERE id = ?", exhibit_id)
        if digest != (None if data is None else sha256_hex(data)):
            raise damaged_record()
        return data

    def artifacts(self, exhibit_id: str) -> list[Artifact]:
        """The artifacts in the manifest's order; empty once removed."""
        sql = (
            "SELECT role, name, media_type, size, sha256, confidential FROM artifact"
            " WHERE exhibit_id = ? ORDER BY position"
        )
        return [artifact_of(row) for row in self._all(sql, (exhibit_id,))]

    def set_state(self, exhibit_id: str, state: ExhibitState, reason: str) -> None:
        """Lock or withdraw. Nothing comes back from withdrawn. Raises :class:`ExhibitMissing`, :class:`VaultError`."""
        values = (state.value, reason, exhibit_id)
        if not self._run("UPDATE exhibit SET state = ?, state_reason = ? WHERE id = ?", values):
            raise unknown_exhibit()

    def remove_artifacts(self, exhibit_id: str) -> list[str]:
        """Forget the artifacts and the text of a locked or withdrawn exhibit; row and manifest stay (LOG-07).

        Returns the digests that nothing else refers to: remove their blobs once the transaction is over. If that
        does not happen, the next opening of the vault does it. Raises :class:`VaultError` for a normal exhibit.
        """
        with self.transaction():
            exhibit = self.exhibit(exhibit_id)
            if exhibit is None:
                raise unknown_exhibit()
            gone = sorted({artifact.sha256 for artifact in self.artifacts(exhibit.id)})
            self._run("DELETE FROM artifact WHERE exhibit_id = ?", (exhibit.id,))
            self._run("DELETE FROM exhibit_search WHERE rowid = (SELECT row FROM exhibit WHERE id = ?)", (exhibit.id,))
            row = self._one("SELECT row FROM exhibit WHERE id = ?", (exhibit.id,))
            if row:
                self._insert("exhibit_search", {"rowid": row[0]} | self._searchable(exhibit, ""))
            for sha256 in gone:
                self._run("INSERT INTO doomed (sha256) VALUES (?) ON CONFLICT DO NOTHING", (sha256,))
            return [sha256 for sha256 in self.doomed() if sha256 in gone]

    def doomed(self) -> list[str]:
        """Digests of removed contents that nothing refers to any more."""
        return [row[0] for row in self._all(_DOOMED)]

    def forget_doomed(self) -> None:
        """The files of all doomed contents are gone, or something refers to them again."""
        self._run("DELETE FROM doomed")

    def blob_digests(self) -> Iterator[str]:
        """The digest of every content that a row refers to, each once."""
        for row in self._all(_REFERENCES):
            yield row[0]
