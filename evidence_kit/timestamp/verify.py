"""Judging a timestamp, offline: does it prove that these bytes existed at the time it names?

The verdict is the one that ``openssl ts -verify -attime <genTime>`` gives with the same roots, so that whoever
checks with public tools hears the same answer. What a careful reader wants to know besides (weak algorithms,
revocation, nonce, accuracy) stands in checks of its own, which never change the verdict (RFC 3161, 2.3 and 2.4;
RFC 5816; DOMAIN TSA-04, TSA-05, TSA-07).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from evidence_kit import clock
from evidence_kit.canonical import safe_text
from evidence_kit.language import _
from evidence_kit.numbers import decimal
from evidence_kit.records import CheckResult
from evidence_kit.timestamp import chain, content, form, signature
from evidence_kit.timestamp.certificates import Certificate, one_at_a_time, read_many
from evidence_kit.timestamp.content import Refused

_WEAK_HASHES = {"md2", "md5", "sha1"}
_WEAK_RSA = 2048
_WEAK_CURVE = 224
_EARLIEST = datetime(1999, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was found. Times are aware UTC, ``accuracy_us`` microseconds or None where the token names none.

    ``verdict`` is ``valid``, ``invalid``, or ``untrusted``: all is well but no chain leads to a given root.
    ``readable`` is False where the bytes never were a timestamp. Fields that could not be read are None or empty.
    """

    verdict: str
    reason: str
    readable: bool = True
    gen_time: datetime | None = None
    policy: str = ""
    serial: str = ""
    accuracy_us: int | None = None
    hash_algorithm: str = ""
    imprint: str = ""
    signer_subject: str = ""
    issuer_subject: str = ""
    signer_sha256: str | None = None
    signer_not_after: datetime | None = None
    root_sha256: str | None = None
    embedded: tuple[bytes, ...] = ()
    path: tuple[bytes, ...] = ()
    """The chain that was found (DER), the signer first, the root last."""
    renew_before: datetime | None = None
    """When the first certificate of that chain ends, or the signer's where none was found."""
    qualified_statement: bool = False
    """A statement in the token, which anyone can write: not yet a qualified timestamp (DOMAIN TSA-05)."""
    nonce_matches: bool | None = None
    """None where the caller named no nonce."""
    status: str = ""
    trailing: int = 0
    checks: tuple[CheckResult, ...] = field(default=())


def judge(
    untrusted: bytes,
    *,
    digest: tuple[str, bytes] | None = None,
    data: bytes | None = None,
    roots: Sequence[bytes],
    extra: Sequence[bytes] = (),
    nonce: int | None = None,
) -> Judgement:
    """Judge a full reply or a bare token over ``data``, or over a ``digest`` (algorithm such as "sha256", raw bytes).

    ``roots`` and ``extra`` (intermediates, or a signer that the token does not embed) are DER certificates; no
    other root is ever trusted. ``nonce`` is the one that was sent: a caller who has just asked must treat
    ``nonce_matches is False`` as failure, it does not change the verdict here. Nothing is fetched. No exception
    leaves this function for any ``untrusted`` bytes. Raises ValueError where neither data nor digest is given.
    Bytes after the end of the reply are ignored as ``openssl ts`` does, and counted in ``trailing``.
    """
    if data is None and digest is None:
        msg = "judging needs data or a digest"
        raise ValueError(msg)
    with one_at_a_time:
        try:
            read_form = form.read(untrusted)
        except form.NotATimestamp as exc:
            return Judgement(verdict="invalid", reason=str(exc), readable=False)
        except form.Damaged as exc:
            return Judgement(verdict="invalid", reason=str(exc))
        found = _Case(read_form)
        try:
            return found.judge(digest=digest, data=data, roots=roots, extra=extra, nonce=nonce)
        except (Refused, form.Damaged, chain.ChainRefused) as exc:
            reason = str(exc)
        except Exception:  # noqa: BLE001 - hostile bytes: whatever the libraries stumble over, it proves nothing
            reason = _("The timestamp holds something that cannot be understood.")
        return found.told("invalid", reason)


def imprint_algorithm(untrusted: bytes) -> str | None:
    """The name of the hash that a token was made over, so that a big file is hashed once; None if not known."""
    try:
        token = form.read(untrusted).token
        name = form.tst_info(token)["message_imprint"]["hash_algorithm"]["algorithm"].native if token else None
    except ValueError:
        return None
    return name if name in content.HASHES else None


def counted_at(
    untrusted: bytes, judged: Judgement, moment: datetime, *, roots: Sequence[bytes], extra: Sequence[bytes] = ()
) -> bool:
    """Whether the timestamp, which ``judged`` did not find invalid, still had a valid chain at a later ``moment``.

    That is what its renewal must show (RFC 4998, 5.3). The chain need not be the one that counted at its own time:
    an authority may have changed roots. Without any given root, only the signer's own period can be looked at.
    """
    if not judged.path:
        return judged.signer_not_after is not None and moment.replace(microsecond=0) < judged.signer_not_after
    with one_at_a_time:
        try:
            return _has_chain_at(untrusted, tuple(read_many(judged.path)), moment, roots, extra)
        except Exception:  # noqa: BLE001 - as in judge: what cannot be understood proves nothing
            return False


def _has_chain_at(
    untrusted: bytes,
    known: tuple[Certificate, ...],
    moment: datetime,
    roots: Sequence[bytes],
    extra: Sequence[bytes],
) -> bool:
    try:
        chain.check(known, moment)
        return True
    except chain.ChainRefused:
        token = form.read(untrusted).token
    if token is None or not known[0].valid_at(moment):
        return False
    signer_info = content.only_signer(token["content"])
    others = [*read_many(extra), *content.embedded(token["content"])]
    for path in itertools.islice(chain.paths(known[0], chain.trust(roots), others), chain.MAX_PATHS):
        try:
            chain.check(path, moment)
            content.check_chain_ids(signer_info, path)
        except (chain.ChainRefused, Refused):
            continue
        return True
    return False


class _Case:
    """One judgement in the making: facts are noted as they are read, so that a refusal still tells them."""

    def __init__(self, read_form: form.Form) -> None:
        self.form = read_form
        self.facts = Judgement(verdict="invalid", reason="", status=read_form.status_name, trailing=read_form.trailing)
        self.checks: list[CheckResult] = []

    def told(self, verdict: str, reason: str) -> Judgement:
        return replace(self.facts, verdict=verdict, reason=reason, checks=tuple(self.checks))

    def note(self, **facts: Any) -> None:
        self.facts = replace(self.facts, **facts)

    def check(self, name: str, status: str, detail: str) -> None:
        self.checks.append(CheckResult(name=name, status=status, subject="", detail=detail))

    def judge(
        self,
        *,
        digest: tuple[str, bytes] | None,
        data: bytes | None,
        roots: Sequence[bytes],
        extra: Sequence[bytes],
        nonce: int | None,
    ) -> Judgement:
        token = self.form.token
        if not self.form.granted:
            raise Refused(
                _(
                    "The authority did not grant a timestamp ({status}: {text}).",
                    status=self.form.status_name,
                    text=self.form.status_text or ", ".join(self.form.failures) or "-",
                )
            )
        if token is None:
            raise Refused(_("The authority's reply holds no timestamp."))
        if not signature.is_pkcs7(self.form.raw_token):
            raise Refused(_("The timestamp is damaged and cannot be read."))
        signed_data = token["content"]
        info = form.tst_info(token)
        moment = self._read_info(info, nonce)
        signer_info = content.only_signer(signed_data)
        given = read_many(extra)
        embedded = content.embedded(signed_data)
        self.note(embedded=tuple(c.der for c in embedded))
        signer = content.signer(signer_info, [*given, *embedded])
        self.note(
            signer_subject=safe_text(signer.subject_text, 500),
            issuer_subject=safe_text(signer.issuer_text, 500),
            signer_sha256=signer.sha256,
            signer_not_after=signer.not_after,
            renew_before=signer.not_after,
        )
        self._strength(info, signer_info, signer)
        content.check_imprint(info, digest, data)
        content.check_signature(signed_data, signer_info, signer)
        content.check_name(info, signer)
        if not signer.may_stamp:
            raise Refused(_("The authority's certificate is not one for timestamps alone."))
        return self._trust(signer_info, signer, moment, roots, [*given, *embedded])

    def _read_info(self, info: tsp.TSTInfo, nonce: int | None) -> datetime:
        imprint = info["message_imprint"]
        self.note(
            policy=str(info["policy"].dotted),
            serial=f"{info['serial_number'].native:#x}"[:100],
            hash_algorithm=str(imprint["hash_algorithm"]["algorithm"].native),
            imprint=imprint["hashed_message"].native.hex()[:256],
            accuracy_us=content.accuracy(info),
            qualified_statement=content.has_statement(info),
        )
        told = info["nonce"].native
        if nonce is None:
            self.check("nonce", "not-checked", _("The number sent with the request is not known here."))
        else:
            self.note(nonce_matches=told == nonce)
            fits = (
                _("The reply answers this very request.") if told == nonce else _("The reply answers another request.")
            )
            self.check("nonce", "passed" if told == nonce else "failed", fits)
        self.check("revocation", "not-checked", _("No statement about the authority's certificates is at hand."))
        self.check("policy", "passed", self.facts.policy)
        if self.facts.accuracy_us is None:
            self.check("accuracy", "not-checked", _("The timestamp names no accuracy."))
        else:
            micros = self.facts.accuracy_us
            self.check(
                "accuracy",
                "passed",
                _("Accurate to {seconds} s.", seconds=decimal(f"{micros / 1_000_000:.6f}".rstrip("0").rstrip("."))),
            )
        if info["version"].native != "v1":
            raise Refused(_("The timestamp is of an unknown version."))
        try:
            moment = form.generalized_time(info["gen_time"])
        except (ValueError, OverflowError) as exc:
            raise Refused(_("The time in the timestamp cannot be read.")) from exc
        self.note(gen_time=moment)
        if _EARLIEST <= moment <= clock.now() + _AHEAD:
            self.check("gen-time", "passed", clock.rfc3339(moment))
        else:
            self.check("gen-time", "failed", _("The timestamp names a time that makes no sense: {time}", time=moment))
        return moment

    def _strength(self, info: tsp.TSTInfo, signer_info: cms.SignerInfo, signer: Certificate) -> None:
        weak = []
        for name in (
            str(info["message_imprint"]["hash_algorithm"]["algorithm"].native),
            str(signer_info["digest_algorithm"]["algorithm"].native),
        ):
            if name in _WEAK_HASHES and name not in weak:
                weak.append(name)
        try:
            key = signature.public_key(signer.asn1.public_key.dump())
        except signature.TROUBLE:
            key = None
        if isinstance(key, rsa.RSAPublicKey | dsa.DSAPublicKey) and key.key_size < _WEAK_RSA:
            weak.append(f"{key.key_size} bit")
        if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < _WEAK_CURVE:
            weak.append(f"{key.key_size} bit")
        if weak:
            self.check("strength", "failed", _("Made with means that are weak today: {means}", means=", ".join(weak)))
        else:
            self.check("strength", "passed", _("Made with means that are strong today."))

    def _trust(
        self,
        signer_info: cms.SignerInfo,
        signer: Certificate,
        moment: datetime,
        roots: Sequence[bytes],
        others: Sequence[Certificate],
    ) -> Judgement:
        refused: ValueError | None = None
        for count, path in enumerate(chain.paths(signer, chain.trust(roots), others)):
            if count >= chain.MAX_PATHS:
                break
            try:
                chain.check(path, moment)
                content.check_chain_ids(signer_info, path)
            except (chain.ChainRefused, Refused) as exc:
                refused = refused or exc
                continue
            ends = min(c.not_after for c in path)
            self.note(root_sha256=path[-1].sha256, path=tuple(c.der for c in path), renew_before=ends)
            return self.told("valid", _("The timestamp is good."))
        if refused is not None:
            raise refused
        chain.check((signer,), moment)
        return self.told(
            "untrusted", _("The timestamp is sound, but none of the given roots vouches for its authority.")
        )
