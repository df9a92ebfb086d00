"""EU trusted lists in the vault: imported as files, checked, and asked about every timestamp.

A list is believed for the signature that was checked when it came (see ``timestamp.trusted_list_import``); its bytes
stay, so that it can be read again, and its digests stand in the vault's log. A token that was granted before the list
came is judged again then: its ``qualified`` flag and the reason for it are all that ever changes in its row.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_kit import clock
from evidence_kit.canonical import JsonObject
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import TrustedListRefused, UsageError
from evidence_kit.jobs import CancelToken, Progress, ProgressSink
from evidence_kit.language import _
from evidence_kit.records import Token
from evidence_kit.vault.index import KeptTrustedList
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.places import read_bounded

if TYPE_CHECKING:
    from evidence_kit.timestamp.trusted_list import ListOfLists, TrustedList
    from evidence_kit.timestamp.verify import Judgement

NATIONAL, OF_LISTS = "national", "lotl"
MAX_CERTIFICATES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. ``qualified`` of the ``tokens`` in the vault are shown to be qualified now."""

    territory: str
    number: int
    issued_at: str
    next_update: str
    signer: str
    overdue: bool
    tokens: int
    qualified: int

    def as_json(self) -> JsonObject:
        """As the command line answers it."""
        return asdict(self)

    def sentences(self) -> list[str]:
        """The same for a person."""
        lines = [
            _(
                "The EU trusted list of {territory} (number {number}, {date}) is kept. It was signed by {signer}.",
                territory=self.territory,
                number=self.number,
                date=self.issued_at[:10],
                signer=self.signer,
            ),
            _(
                "{count} timestamps in this vault were judged again; {qualified} are shown to be qualified.",
                count=self.tokens,
                qualified=self.qualified,
            ),
        ]
        if self.overdue:
            lines.append(
                _("This list is old: a newer one has to be there by now. Import that one for newer timestamps.")
            )
        return lines


class TrustedLists:
    """The trusted lists of one vault."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self) -> list[KeptTrustedList]:
        """What is kept: the countries' lists by territory, then the list of lists."""
        return self._context.vault.index.trusted_lists()

    def import_file(
        self,
        file: Path,
        *,
        lotl: Path | None = None,
        signer: Path | None = None,
        progress: ProgressSink,
        cancel: CancelToken,
    ) -> Imported:
        """Take in a country's list and judge every granted token again, all of it or nothing.

        ``signer`` (PEM or DER) holds who signs ``lotl`` or, without one, the country's list itself. Without it, what
        the list of lists that is kept says counts. Raises UsageError for files that cannot be read,
        TrustedListRefused with its reason, VaultError, Cancelled.
        """
        from evidence_kit.timestamp import trusted_list_import as reading
        from evidence_kit.timestamp.trusted_list import check_replaces

        progress(Progress("trusted-list"))
        signers = _certificates(signer)
        untrusted_list = read_bounded(file, reading.MAX_BYTES)
        untrusted_lotl = read_bounded(lotl, reading.MAX_BYTES) if lotl else b""
        kept_lotl = self._kept_lotl()
        vouching = kept_lotl
        new_lotl: ListOfLists | None = None
        if lotl:
            vouching = reading.read_lotl(untrusted_lotl, signers=signers or sorted(_own_signers(kept_lotl)))
            if kept_lotl is None or kept_lotl.sha256 != vouching.sha256:
                check_replaces(vouching, kept_lotl)
                new_lotl = vouching
        made = reading.read_list(untrusted_list, lotl=vouching, signers=() if lotl else signers)
        known = {one.territory: one for one in kept(self._context)}
        check_replaces(made, known.get(made.territory))
        lists = list((known | {made.territory: made}).values())
        judged = self._judged(self._context.vault.index.granted_tokens(), lists, progress, cancel)
        index = self._context.vault.index
        with index.transaction():
            late = [token for token in index.granted_tokens() if token.id not in judged]
            judged |= self._judged(late, lists, progress, cancel)
            if new_lotl is not None:
                self._keep(OF_LISTS, new_lotl, untrusted_lotl)
            self._keep(NATIONAL, made, untrusted_list)
            index.set_qualified(judged)
            self._context.trusted = lists
        return Imported(
            territory=made.territory,
            number=made.sequence,
            issued_at=clock.rfc3339(made.issued),
            next_update=clock.rfc3339(made.next_update) if made.next_update else "",
            signer=made.signer_subject,
            overdue=made.overdue,
            tokens=len(judged),
            qualified=sum(found["qualified"] is True for found in judged.values()),
        )

    def _kept_lotl(self) -> ListOfLists | None:
        from evidence_kit.timestamp.trusted_list_import import stored_lotl

        index = self._context.vault.index
        for one in index.trusted_lists():
            if one.kind == OF_LISTS:
                return stored_lotl(index.trusted_list_xml(one.kind, one.territory), one.record)
        return None

    def _keep(self, kind: str, made: TrustedList | ListOfLists, xml: bytes) -> None:
        record = made.to_json()
        self._context.vault.index.keep_trusted_list(
            KeptTrustedList(kind=kind, territory=made.territory, record=record, imported_at=clock.rfc3339()), xml
        )
        digests: JsonObject = {"list": made.sha256, "signer": made.signer_sha256}
        if record.get("lotl_sha256"):
            digests["lotl"] = record["lotl_sha256"]
        self._context.log.append(
            self._context.vault_chain,
            "trusted-list.imported",
            digests=digests,
            detail={"territory": made.territory, "number": made.sequence, "signer": made.signer_subject},
        )

    def _judged(
        self, tokens: Sequence[Token], lists: Sequence[TrustedList], progress: ProgressSink, cancel: CancelToken
    ) -> dict[int, JsonObject]:
        from evidence_kit.timestamp import evidence_record as ers
        from evidence_kit.timestamp.verify import judge

        known, index = self._context.authorities(), self._context.vault.index
        found: dict[int, JsonObject] = {}
        by_token: dict[tuple[str, str], JsonObject] = {}
        """One token may stand in the evidence records of thousands of exhibits."""
        for place, token in enumerate(tokens):
            cancel.check()
            progress(Progress("trusted-list", place, len(tokens)))
            reply = index.token_reply(token.id)
            authority = known.all.get(token.authority)
            roots = authority.root_ders if authority else known.root_ders
            proof, digest = reply or b"", ("sha256", bytes.fromhex(token.data_sha256))
            if ers.is_record(proof):  # that it leads to its token was judged when it was kept
                proof = next(ers.read(proof).stamps()).token
                digest = ers.imprint(proof)
            key = token.authority, sha256_hex(digest[1] + proof)
            if key not in by_token:
                by_token[key] = qualification(judge(proof, digest=digest, roots=roots), lists)
            found[token.id] = by_token[key]
        return found


def kept(context: Context) -> list[TrustedList]:
    """The countries' lists that are kept, read and checked again once while the vault is open.

    One that is not any more what was imported counts as absent: nothing is shown to be qualified by it.
    """
    with context.vault.index.transaction():  # an import meanwhile must not be overwritten by what was there before
        if context.trusted is None:
            context.trusted = list(_read(context))
        return context.trusted


def damaged(context: Context) -> list[tuple[str, str]]:
    """Territory and reason of every kept list, the list of lists too, that is not any more what was imported."""
    from evidence_kit.timestamp.trusted_list_import import stored_list, stored_lotl

    found, index = [], context.vault.index
    for one in index.trusted_lists():
        read = stored_list if one.kind == NATIONAL else stored_lotl
        try:
            read(index.trusted_list_xml(one.kind, one.territory), one.record)
        except TrustedListRefused as exc:
            found.append((one.territory, exc.message))
    return found


def _read(context: Context) -> Iterator[TrustedList]:
    from evidence_kit.timestamp.trusted_list_import import stored_list

    index = context.vault.index
    for one in index.trusted_lists():
        if one.kind == NATIONAL:
            with contextlib.suppress(TrustedListRefused):  # a damaged one counts for nothing; the vault's check tells
                yield stored_list(index.trusted_list_xml(one.kind, one.territory), one.record)


def qualification(judgement: Judgement, lists: Iterable[TrustedList]) -> JsonObject:
    """What the lists say of one token, as it is kept with the token.

    ``why`` is a word for programs: ``listed``, ``invalid``, ``no-statement``, ``no-list``, ``not-listed``; ``reason``
    is the sentence, in the language of that moment; ``list`` names the list that shows the token to be qualified.
    """
    from evidence_kit.timestamp.trusted_list import qualified

    lists = list(lists)
    shown, reason = qualified(judgement, lists)
    found: JsonObject = {"qualified": shown, "reason": reason, "list": None}
    if shown:
        by = next(one for one in lists if qualified(judgement, [one])[0])
        found["list"] = {
            "territory": by.territory,
            "number": by.sequence,
            "issued_at": clock.rfc3339(by.issued),
            "sha256": by.sha256,
        }
        return found | {"why": "listed"}
    if judgement.verdict != "valid":
        return found | {"why": "invalid"}
    if not judgement.qualified_statement:
        return found | {"why": "no-statement"}
    return found | {"why": "not-listed" if lists else "no-list"}


def _own_signers(lotl: ListOfLists | None) -> frozenset[bytes]:
    return frozenset() if lotl is None else lotl.own_signers


def _certificates(path: Path | None) -> list[bytes]:
    from evidence_kit.timestamp.certificates import BadCertificate, from_file

    if path is None:
        return []
    try:
        return from_file(read_bounded(path, MAX_CERTIFICATES))
    except BadCertificate as exc:
        raise UsageError(
            _("The file holds no certificate: {path}", path=path),
            hint=_("Name the certificate (PEM or DER) of who signs the list."),
        ) from exc
