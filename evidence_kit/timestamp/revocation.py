"""Whether an authority took a certificate back, and what that leaves of the timestamps that rest on it: offline.

What is read are statements that authorities signed: revocation lists (RFC 5280, 5) and OCSP answers (RFC 6960). A
statement counts only if the certificate's own issuer stands behind it: by its key, by a list signer of the same name
whom it certified, or by a responder whom it certified for that. Others of the same name are strangers.

What a revocation does to earlier timestamps depends on its reason (RFC 3161, 4): a key in wrong hands can name any
time, so its timestamps count only if they were renewed before. RFC 3161 takes a missing reason like that, and lets
"unspecified" pass; but RFC 5280, 5.3.1 wants "unspecified" left out of lists, so that one and the same revocation
carries it in an OCSP answer and not in the list. It is taken as what it is there: no reason given.

Not looked at: whether a responder's own certificate was revoked. Nothing here can tell what was withheld: "not revoked"
is always as of the time of a statement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from evidence_kit import clock
from evidence_kit.canonical import safe_text
from evidence_kit.identified import plain_name
from evidence_kit.language import _
from evidence_kit.records import CheckResult
from evidence_kit.timestamp import revocation_form as form
from evidence_kit.timestamp.certificates import BadCertificate, Certificate, one_at_a_time, read, read_many
from evidence_kit.timestamp.revocation_form import BadStatement, Entry, OcspAnswer, OneAnswer, RevocationList, Scope
from evidence_kit.timestamp.revocation_places import places_of
from evidence_kit.timestamp.signature import made_by, signed_by

if TYPE_CHECKING:
    from evidence_kit.timestamp.verify import Judgement

    Stamps = Sequence[tuple[Judgement, datetime | None]]
    """The timestamps of one proof, at least one, each with the time of the next one, which renewed it."""

MAX_STATEMENTS = 200
MAX_BYTES = 64 << 20
"""How much one set of statements may hold; what is beyond is not looked at."""
MAX_SIGNERS = 64
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
HASHES = {"sha1", "sha256", "sha384", "sha512"}
"""Hashes by which an answer may name a certificate."""

GOOD, REVOKED, UNKNOWN = "good", "revoked", "unknown"
ORDERLY = {"superseded", "cessationOfOperation", "affiliationChanged"}
"""Reasons that leave earlier timestamps what they are (RFC 3161, 4)."""
HOLD, OFF = "certificateHold", "removeFromCRL"
_STOLEN = {"keyCompromise", "cACompromise", "aACompromise"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is known of one certificate. ``at``: not revoked as of then, or revoked from then on; UTC."""

    state: str
    at: datetime | None = None
    reason: str = ""
    current_until: datetime | None = None
    """Until when the statement claims to be the newest (nextUpdate), where it says so."""
    sha256: str = ""
    """Of the statement that says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """That a timestamp does not count any more: why, and from when on nothing made with that key proves anything."""

    sentence: str
    at: datetime


NOTHING = Status(state=UNKNOWN)
_WORST = ("failed", "not-checked", "passed")


@dataclass(frozen=True, slots=True)
class _Said:
    """What one statement says of one certificate; ``entry`` None = not revoked."""

    this_update: datetime
    next_update: datetime | None
    entry: Entry | None
    sha256: str

    @property
    def since(self) -> datetime:
        """From when on it is revoked: earlier than the revocation where the key is known to have been stolen."""
        assert self.entry is not None  # noqa: S101 - asked of revocations only
        known = self.entry.invalid_since if self.entry.reason in _STOLEN else None
        return min(self.entry.at, known) if known else self.entry.at


class Statements:
    """A set of lists and answers, as bytes that nobody vouches for. What cannot be used is left out.

    ``certificates`` (DER) may hold list signers. Immutable but for what it remembers; may be used by many threads.
    """

    def __init__(self, untrusted_ders: Iterable[bytes] = (), certificates: Sequence[bytes] = ()) -> None:
        self._lists: list[RevocationList] = []
        self._answers: list[OcspAnswer] = []
        self._signers = read_many(certificates[:MAX_SIGNERS])
        self._known: dict[tuple[str, str], Status] = {}
        self._fits: dict[tuple[str, str], bool] = {}
        left, seen = MAX_BYTES, set[str]()
        for der, _n in zip(untrusted_ders, range(MAX_STATEMENTS), strict=False):
            left -= len(der)
            if left < 0:
                break
            try:
                one = form.read(der)
            except BadStatement:
                continue
            if one.sha256 not in seen:
                seen.add(one.sha256)
                (self._lists if isinstance(one, RevocationList) else self._answers).append(one)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._lists) + len(self._answers)

    def about(self, certificate: Certificate, issuer: Certificate) -> Status:
        """What the statements tell of ``certificate``, which ``issuer`` (of whom that is certain) signed."""
        place = (certificate.sha256, issuer.sha256)
        if place not in self._known:
            self._known[place] = _status(self._said(certificate, issuer))
        return self._known[place]

    def enough(self, certificate: Certificate, issuer: Certificate) -> list[str]:
        """The digests of the statements that tell all that is known: each other revocation, the newest "good"."""
        said = sorted(self._said(certificate, issuer), key=lambda s: s.this_update, reverse=True)
        found = {(s.entry.at, s.entry.reason, s.entry.invalid_since): s.sha256 for s in said if s.entry}
        return list(dict.fromkeys([*found.values(), *[s.sha256 for s in said if not s.entry][:1]]))

    def ended(self, judged: Judgement, moment: datetime | None) -> Ended | None:
        """Why a timestamp does not count, when it was renewed at ``moment`` (None: not at all); None where it does."""
        if judged.gen_time is None:
            return None
        for certificate, issuer in _pairs(judged):
            status = self.about(certificate, issuer)
            if status.state != REVOKED or status.at is None:
                continue
            time, reason = clock.rfc3339(status.at), reason_text(status.reason)
            if status.reason in ORDERLY:
                if judged.gen_time >= status.at:
                    sentence = _(
                        "A certificate of the authority was revoked at {time}, before this timestamp ({reason}).",
                        time=time,
                        reason=reason,
                    )
                    return Ended(sentence=sentence, at=status.at)
            elif moment is None or moment >= status.at:
                sentence = _(
                    "A certificate of the authority was revoked at {time} ({reason}), and the timestamp was not "
                    "renewed before.",
                    time=time,
                    reason=reason,
                )
                return Ended(sentence=sentence, at=status.at)
        return None

    def trouble(self, judged: Judgement, moment: datetime | None) -> str:
        """The same as a sentence, "" where the timestamp counts (``StillCounts`` of the judge of records)."""
        found = self.ended(judged, moment)
        return found.sentence if found else ""

    def ended_of(self, stamps: Stamps) -> Ended | None:
        """The same for a whole proof, whose timestamps renew each other."""
        return next((found for judged, moment in stamps if (found := self.ended(judged, moment))), None)

    def check_of(self, stamps: Stamps) -> CheckResult:
        """The check ``revocation`` of a whole proof: that of its worst timestamp."""
        found = [self.check(judged, moment) for judged, moment in stamps]
        return min(found, key=lambda c: _WORST.index(c.status))

    def check(self, judged: Judgement, moment: datetime | None = None) -> CheckResult:
        """The check ``revocation`` of one judgement; see :meth:`ended` for ``moment``."""
        found = self.ended(judged, moment)
        if found:
            return _check("failed", found.sentence)
        named, oldest = _pairs(judged), None
        for place, (certificate, issuer) in enumerate(named):
            status = self.about(certificate, issuer)
            if status.state == REVOKED and status.at is not None:
                return _check(
                    "passed",
                    _(
                        "A certificate of the authority was revoked at {time} ({reason}); the timestamp counts all "
                        "the same.",
                        time=clock.rfc3339(status.at),
                        reason=reason_text(status.reason),
                    ),
                )
            if place == len(named) - 1 and certificate is issuer and status.state == UNKNOWN:
                continue  # a root without a list of its own is not missed
            if status.at is None or not _was_current(status, judged.gen_time):
                return _check("not-checked", self._missing(certificate, status))
            oldest = min(oldest or status.at, status.at)
        if oldest is None:
            return _check("not-checked", nothing_at_hand())
        return _check("passed", _("Not revoked as of {time}.", time=clock.rfc3339(oldest)))

    def _missing(self, certificate: Certificate, status: Status) -> str:
        name = safe_text(plain_name(certificate.subject_text), 200)
        if status.at is None:
            return _("No statement about this certificate of the authority is at hand: {name}", name=name)
        return _(
            "The statement about this certificate of the authority is older than the timestamp ({time}): {name}",
            time=clock.rfc3339(status.at),
            name=name,
        )

    def _said(self, certificate: Certificate, issuer: Certificate) -> list[_Said]:
        if certificate.issuer != issuer.subject:
            return []
        found: list[_Said] = []
        for one in self._lists:
            if one.issuer == certificate.issuer and self._list_counts(one, issuer):
                found += _of_list(one, certificate)
        for answer in self._answers:
            own = [a for a in answer.answers if a.known and _names(a, certificate, issuer)]
            if own and self._answer_counts(answer, issuer):
                found += [_Said(a.this_update, a.next_update, a.entry, answer.sha256) for a in own]
        # "not revoked" only while the certificate had not ended: authorities drop those from their lists afterwards
        return [s for s in found if s.entry or certificate.not_before <= s.this_update < certificate.not_after]

    def _list_counts(self, one: RevocationList, issuer: Certificate) -> bool:
        place = (one.sha256, issuer.sha256)
        if place not in self._fits:
            self._fits[place] = any(
                made_by(one.signature, one.signed, signer.spki, one.algorithm)
                for signer in self._list_signers(issuer)
                if signer.valid_at(one.this_update)
            )
        return self._fits[place]

    def _list_signers(self, issuer: Certificate) -> list[Certificate]:
        """Who may sign the issuer's lists: it, and those of its name whom it certified for that."""
        others = [
            signer
            for signer in self._signers
            if signer.subject == issuer.subject
            and signer.key_usage is not None
            and not signer.unknown_critical
            and _signed(signer, issuer)
        ]
        return [one for one in (issuer, *others) if one.key_usage is None or "crl_sign" in one.key_usage]

    def _answer_counts(self, answer: OcspAnswer, issuer: Certificate) -> bool:
        place = (answer.sha256, issuer.sha256)
        if place not in self._fits:
            self._fits[place] = any(
                made_by(answer.signature, answer.signed, responder.spki, answer.algorithm)
                for responder in _responders(answer, issuer)
                if responder.valid_at(answer.produced_at)
            )
        return self._fits[place]


def nothing_at_hand() -> str:
    """What the check says where nobody gave a statement."""
    return _("No statement about the authority's certificates is at hand.")


def _pairs(judged: Judgement) -> list[tuple[Certificate, Certificate]]:
    """Each certificate of the chain with its issuer, the root (which may take itself back) at the end."""
    path = read_many(judged.path)
    return list(zip(path, [*path[1:], *path[-1:]], strict=True))


def _was_current(status: Status, gen_time: datetime | None) -> bool:
    if gen_time is None or status.at is None:
        return False
    return status.at >= gen_time or (status.current_until is not None and status.current_until >= gen_time)


def _check(status: str, detail: str) -> CheckResult:
    return CheckResult(name="revocation", status=status, subject="", detail=detail)


def _status(said: Sequence[_Said]) -> Status:
    """The sum of all statements: a revocation is for ever, a hold until a later statement lifts it."""
    final = [s for s in said if s.entry and s.entry.reason not in {HOLD, OFF}]
    if final:
        newest = max(final, key=lambda s: (s.this_update, _reason(s) not in ORDERLY))
        # an answer may lack what a list tells (an earlier time, a reason): of those as grave, the earliest time holds
        first = min(
            (s for s in final if (_reason(s) in ORDERLY) is (_reason(newest) in ORDERLY)), key=lambda s: s.since
        )
        return Status(state=REVOKED, at=first.since, reason=_reason(newest), sha256=newest.sha256)
    if not said:
        return NOTHING
    last = max(said, key=lambda s: (s.this_update, s.entry is not None and s.entry.reason == HOLD))
    if last.entry and last.entry.reason == HOLD:
        return Status(state=REVOKED, at=last.since, reason=HOLD, sha256=last.sha256)
    until = max((s.next_update for s in said if not s.entry and s.next_update), default=None)
    return Status(state=GOOD, at=last.this_update, current_until=until, sha256=last.sha256)


def _reason(said: _Said) -> str:
    return said.entry.reason if said.entry else ""


def _of_list(one: RevocationList, certificate: Certificate) -> list[_Said]:
    if not _in_scope(one.scope, certificate):
        return []
    try:
        entries = one.entries_of(certificate.serial)
    except BadStatement:
        return []
    if entries:
        return [_Said(one.this_update, one.next_update, entry, one.sha256) for entry in entries]
    return [_Said(one.this_update, one.next_update, None, one.sha256)]


def _in_scope(scope: Scope, certificate: Certificate) -> bool:
    """Whether the list speaks of certificates of this kind and, if it is one of many, of this one's part."""
    authority = certificate.basic_ca is True
    if (scope.only_users and authority) or (scope.only_authorities and not authority):
        return False
    return scope.addresses is None or bool(set(scope.addresses) & set(places_of(certificate).lists))


def _names(answer: OneAnswer, certificate: Certificate, issuer: Certificate) -> bool:
    if answer.serial != certificate.serial or answer.hash_name not in HASHES:
        return False
    name = hashlib.new(answer.hash_name, issuer.subject_der, usedforsecurity=False).digest()
    return answer.issuer_name_hash == name and answer.issuer_key_hash == _key_hash(issuer, answer.hash_name)


def _key_hash(certificate: Certificate, algorithm: str) -> bytes | None:
    try:
        return hashlib.new(algorithm, form.key_bits(certificate.spki), usedforsecurity=False).digest()
    except (ValueError, IndexError):
        return None


def _responders(answer: OcspAnswer, issuer: Certificate) -> list[Certificate]:
    """Who may have given an answer about the issuer's certificates, and calls itself as the answer says."""
    found = [issuer]
    for der in answer.embedded:
        try:
            one = read(der)
        except BadCertificate:
            continue
        usage = one.key_usage is None or bool(one.key_usage & {"digital_signature", "non_repudiation"})
        if usage and OCSP_SIGNING in (one.purposes or ()) and not one.unknown_critical and _signed(one, issuer):
            found.append(one)
    return [one for one in found if _is_named(answer, one)]


def _is_named(answer: OcspAnswer, responder: Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == responder.subject
    return answer.responder_key == _key_hash(responder, "sha1")


def _signed(certificate: Certificate, issuer: Certificate) -> bool:
    if not certificate.may_be_issued_by(issuer) or not certificate.algorithms_agree:
        return False
    with one_at_a_time:
        try:
            asn1 = certificate.asn1
            signature, body = asn1["signature_value"].native, asn1["tbs_certificate"].dump()
            return signed_by(signature, body, issuer.spki, asn1["signature_algorithm"].dump())
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError):
            return False


def reason_text(reason: str) -> str:
    """A reason of RFC 5280 in words for a person."""
    return {
        "keyCompromise": _("its key may be in other hands"),
        "cACompromise": _("the key of its issuer may be in other hands"),
        "aACompromise": _("the key of its issuer may be in other hands"),
        "affiliationChanged": _("its holder changed"),
        "superseded": _("another one took its place"),
        "cessationOfOperation": _("it was not needed any more"),
        "privilegeWithdrawn": _("its right was taken away"),
        HOLD: _("it is on hold"),
    }.get(reason, _("no reason given"))
