"""Whether a timestamp is a qualified one: what the trusted lists of the European Union say.

A token's own statement is a claim that anyone can write (DOMAIN TSA-05, TSA-12). It counts here only where a national
trusted list (ETSI TS 119 612) names the authority as a qualified timestamp service that was granted this status when
the timestamp was made. Files become lists in :mod:`evidence_kit.timestamp.trusted_list_import`, which checks who
signed them; here they answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evidence_kit import clock
from evidence_kit.canonical import JsonObject
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import TrustedListRefused
from evidence_kit.language import _
from evidence_kit.timestamp.trusted_list_form import GRANTED, QUALIFIED_STAMPS, WITHDRAWN, Entry, Service, identity
from evidence_kit.timestamp.verify import Judgement

LIST_FORMAT = "evidence-kit/trusted-list/1"
_FIRST_DAY = datetime(2016, 6, 30, 22, tzinfo=UTC)
"""1 July 2016 in Brussels: since then Regulation (EU) No 910/2014 applies (Article 52(2)), and lists say "granted"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one list says of one timestamp's authority. ``reason`` is a sentence for a person, whatever the answer."""

    qualified: bool
    reason: str
    territory: str
    sequence: int
    listed: bool = False
    """Whether the list names the authority at all, as whatever."""
    provider: str = ""
    service: str = ""
    since: datetime | None = None
    """When the status in force at that time began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignedList:
    """What is common to both kinds of list. ``sha256`` is that of the file's bytes, ``signer_sha256`` of the DER."""

    territory: str
    sequence: int
    issued: datetime
    next_update: datetime | None
    """When a newer list had to be there at the latest; None for a list that was closed."""
    sha256: str
    size: int
    signer_sha256: str
    signer_subject: str

    @property
    def overdue(self) -> bool:
        """Whether a newer one must be there by now. What the list says about the time before keeps counting."""
        return clock.now() > (self.next_update or self.issued)

    def to_json(self) -> JsonObject:
        """What has to be kept beside the file's bytes, so that they can be read again without asking anybody."""
        return {
            "format": LIST_FORMAT,
            "territory": self.territory,
            "sequence": self.sequence,
            "issued_at": clock.rfc3339(self.issued),
            "next_update": None if self.next_update is None else clock.rfc3339(self.next_update),
            "sha256": self.sha256,
            "size": self.size,
            "signer_sha256": self.signer_sha256,
            "signer": self.signer_subject,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOfLists(_SignedList):
    """The list of lists: whose signature counts for which country's list."""

    signers: dict[str, frozenset[bytes]]
    """Territory -> certificates (DER) that may sign its list."""
    own_signers: frozenset[bytes]
    """Certificates (DER) that may sign the next list of lists: what reading a newer one takes as its signers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedList(_SignedList):
    """One country's list, whose signature was checked."""

    services: tuple[Service, ...]
    """Those that are or ever were qualified timestamp services."""
    named: dict[object, tuple[Service, ...]]
    """The same by certificate: see :func:`~evidence_kit.timestamp.trusted_list_form.index`."""
    other_certificates: frozenset[str]
    """SHA-256 of the certificates of all its other services."""
    lotl_sha256: str | None
    """The list of lists that vouched for the signer; None where the person named the signer."""

    def to_json(self) -> JsonObject:
        """As for every list, and who vouched for the signer."""
        return {**_SignedList.to_json(self), "lotl_sha256": self.lotl_sha256}

    def qualified_at(self, path: Sequence[bytes], moment: datetime) -> Finding:
        """What the list says of a timestamp made at ``moment`` (aware) whose chain is ``path``, the signer first.

        The chain must have been checked before (:attr:`Judgement.path`). The certificate nearest to the signer that
        the list knows as a qualified timestamp service decides; no status but "granted" is enough, and no list speaks
        about the time after it had to be replaced. Before 1 July 2016 no timestamp was qualified: the statuses of
        Directive 1999/93/EC (under supervision, accredited) gave no timestamp the presumption of Article 41.
        """
        if moment < _FIRST_DAY:
            return self._no(_("Before 1 July 2016 the law of the European Union knew no qualified timestamps."))
        if moment > (self.next_update or self.issued):
            return self._no(
                _(
                    "The EU trusted list of {territory} that is kept here says nothing about {date}: a newer one had to"
                    " replace it by {until}. Import that one.",
                    territory=self.territory,
                    date=day(moment),
                    until=day(self.next_update or self.issued),
                )
            )
        otherwise = None
        for der in path:
            perhaps = (*self.named.get(der, ()), *self.named.get(identity(der), ()))
            named = [
                (service, entry)
                for service in {id(service): service for service in perhaps}.values()
                if (entry := service.at(moment) or service.entries[-1]).names(der)
            ]
            for service, entry in sorted(named, key=lambda pair: not _is_granted(pair[1], moment)):
                finding = self._judge(service, entry, moment)
                if entry.since <= moment and entry.service_type == QUALIFIED_STAMPS:
                    return finding
                otherwise = otherwise or finding
            if sha256_hex(der) in self.other_certificates:
                otherwise = otherwise or self._no(self._another_kind(), listed=True)
        return otherwise or self._no(
            _(
                "Neither the authority’s certificate nor one that stands behind it is in the EU trusted list of"
                " {territory}.",
                territory=self.territory,
            )
        )

    def _judge(self, service: Service, entry: Entry, moment: datetime) -> Finding:
        about: dict[str, Any] = {
            "listed": True,
            "provider": service.provider,
            "service": service.name,
            "since": entry.since,
        }
        facts = {"territory": self.territory, "provider": service.provider, "date": day(entry.since)}
        if entry.since > moment:
            said = _(
                "The EU trusted list of {territory} knows this service of {provider} only since {date}, which is after"
                " the timestamp.",
                **facts,
            )
        elif entry.service_type != QUALIFIED_STAMPS:
            said = self._another_kind()
        elif not entry.understood:
            said = _(
                "What the EU trusted list of {territory} says about this service of {provider} cannot be understood.",
                **facts,
            )
        elif entry.status == WITHDRAWN:
            said = _(
                "The EU trusted list of {territory} says that the qualified status of this service of {provider} was"
                " withdrawn on {date}, before the timestamp.",
                **facts,
            )
        elif entry.status != GRANTED:
            said = _(
                "The EU trusted list of {territory} does not say that the qualified status of this service of"
                " {provider} was granted at that time, but: {status}.",
                status=entry.status.rpartition("/")[2][:60] or "-",
                **facts,
            )
        else:
            said = _(
                "The EU trusted list of {territory} (number {number}) names this service of {provider} as one for"
                " qualified timestamps, granted since {date}.",
                number=self.sequence,
                **facts,
            )
            if self.overdue:
                said += " " + _(
                    "This list is old: a newer one had to replace it by {until}. What it says about the time before"
                    " still counts.",
                    until=day(self.next_update or self.issued),
                )
            return Finding(qualified=True, reason=said, territory=self.territory, sequence=self.sequence, **about)
        return self._no(said, **about)

    def _another_kind(self) -> str:
        return _(
            "The EU trusted list of {territory} names the authority, but not as a service for qualified timestamps.",
            territory=self.territory,
        )

    def _no(self, reason: str, **about: Any) -> Finding:
        return Finding(qualified=False, reason=reason, territory=self.territory, sequence=self.sequence, **about)


def check_replaces(new: TrustedList | ListOfLists, kept: TrustedList | ListOfLists | None) -> None:
    """Raise :class:`TrustedListRefused` where ``new`` must not replace ``kept``, the one of the same territory.

    A list of the same territory counts only if its number is higher: an older one could hide that a status was
    withdrawn since (ETSI TS 119 612, 5.3.2).
    """
    if kept is None:
        return
    if (new.territory, isinstance(new, ListOfLists)) != (kept.territory, isinstance(kept, ListOfLists)):
        msg = "lists of different territories do not replace each other"
        raise ValueError(msg)
    if new.sha256 == kept.sha256:
        raise TrustedListRefused(
            _("This very list is kept here already (number {number}).", number=new.sequence),
            hint=_("Nothing needs to be done."),
        )
    if new.sequence <= kept.sequence:
        raise TrustedListRefused(
            _(
                "This list has number {number} and is not newer than the one that is kept here, which has number"
                " {other}.",
                number=new.sequence,
                other=kept.sequence,
            ),
            hint=_("Nothing was changed; the newer list stays."),
        )


def qualified(judgement: Judgement, lists: Iterable[TrustedList]) -> tuple[bool, str]:
    """Whether the timestamp is shown to be a qualified one, and why or why not, as a sentence for a person.

    Of several lists of one territory only the one with the highest number counts. False never says that a timestamp
    is not qualified, only that it is not shown here.
    """
    if judgement.verdict != "valid" or judgement.gen_time is None or not judgement.path:
        return False, _("The timestamp itself does not hold, so whether it is a qualified one was not looked at.")
    if not judgement.qualified_statement:
        return False, _("The timestamp does not say of itself that it is a qualified one.")
    if any(check.name == "gen-time" and check.status == "failed" for check in judgement.checks):
        return False, _("The timestamp names a time that makes no sense: {time}", time=judgement.gen_time)
    newest: dict[str, TrustedList] = {}
    for one in lists:
        if one.territory not in newest or one.sequence > newest[one.territory].sequence:
            newest[one.territory] = one
    if not newest:
        return False, _(
            "The timestamp says that it is a qualified one, but no EU trusted list is kept here to compare."
        )
    findings = [one.qualified_at(judgement.path, judgement.gen_time) for one in newest.values()]
    best = max(findings, key=lambda finding: (finding.qualified, finding.listed))
    return best.qualified, best.reason


def _is_granted(entry: Entry, moment: datetime) -> bool:
    return (
        entry.since <= moment
        and entry.service_type == QUALIFIED_STAMPS
        and entry.status == GRANTED
        and entry.understood
    )


def day(moment: datetime) -> str:
    """The date in UTC, as it stands in the sentences here."""
    return moment.astimezone(UTC).date().isoformat()
