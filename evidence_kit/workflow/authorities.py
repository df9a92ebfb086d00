"""The list of authorities as a person changes it: see, add, order, try and remove.

The list stands in a file of the program's home and holds for every vault. The password of an account stands in the
vault alone, and only for the very address and user name that it was given for: who changes the file cannot have it
sent elsewhere.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from evidence_kit import clock
from evidence_kit.canonical import JsonObject
from evidence_kit.errors import UsageError
from evidence_kit.jobs import CancelToken
from evidence_kit.language import _
from evidence_kit.timestamp.authorities import Authority, AuthorityList
from evidence_kit.timestamp.authorities_file import AuthoritiesFile, NewAuthority

if TYPE_CHECKING:
    from evidence_kit.vault import Vault
    from evidence_kit.workflow.context import Context

MAX_SECRET = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came when an authority was tried. Where ``granted`` is False, ``error`` says why in words.

    Times are RFC 3339; ``clock_ahead_ms`` is by how much this computer's clock was ahead of the timestamp.
    """

    authority: str
    granted: bool
    seconds: float
    error: str = ""
    gen_time: str = ""
    policy: str = ""
    signer: str = ""
    accuracy_us: int | None = None
    clock_ahead_ms: int = 0
    qualified_statement: bool = False
    """What the timestamp says of itself, which is not yet a qualified timestamp."""
    qualified: bool = False
    """Whether a trusted list in the vault shows it."""
    qualified_reason: str = ""

    def as_json(self) -> JsonObject:
        """As the command line answers it."""
        value: JsonObject = {"authority": self.authority, "granted": self.granted, "seconds": round(self.seconds, 3)}
        if not self.granted:
            return value | {"error": self.error}
        return value | {
            "gen_time": self.gen_time,
            "policy": self.policy,
            "signer": self.signer,
            "accuracy_us": self.accuracy_us,
            "clock_ahead_ms": self.clock_ahead_ms,
            "qualified_statement": self.qualified_statement,
            "qualified": self.qualified,
            "qualified_reason": self.qualified_reason,
        }


class Authorities:
    """The list, with the vault that is open, if any. May be used from any thread."""

    def __init__(self, context: Context | None = None) -> None:
        self._context = context
        self._file = AuthoritiesFile()

    def all(self) -> AuthorityList:
        """What is in force now. Raises SettingsError."""
        return with_accounts(self._file.load(), self._context.vault if self._context else None)

    def add(self, new: NewAuthority, *, secret: str = "", asked: bool = True) -> AuthorityList:
        """Add one, last in the order; ``secret`` is its account's password. See :class:`AuthoritiesFile`."""
        if bool(secret) != bool(new.account):
            raise UsageError(_("An account needs both its name and its password."))
        if secret and (self._context is None or len(secret) > MAX_SECRET):
            raise UsageError(_("The password of an account is at most 1000 characters, and is kept in a vault."))
        self._file.add(new, asked=asked)
        if secret and self._context is not None:
            kept = {"url": new.url, "account": new.account, "secret": secret}
            self._context.vault.set_meta(_key(new.name), json.dumps(kept))
        return self._changed()

    def remove(self, name: str) -> AuthorityList:
        """Remove one of the person's own; its account's password is forgotten in this vault."""
        self._file.remove(name)
        if self._context is not None and self._context.vault.get_meta(_key(name)):
            self._context.vault.set_meta(_key(name), "")
        return self._changed()

    def order(self, names: Sequence[str]) -> AuthorityList:
        """Ask these, in this order, and no others."""
        self._file.order(names)
        return self._changed()

    def test(self, name: str, cancel: CancelToken) -> Trial:
        """Ask for one timestamp over random bytes and judge it as any other; nothing is kept.

        Raises UsageError for an unknown name, Cancelled.
        """
        from evidence_kit.timestamp import client, verify
        from evidence_kit.workflow import answers, trusted_lists

        authority = self.all().all.get(name)
        if authority is None:
            raise UsageError(_("There is no authority named {name}.", name=name))
        client.build_request("00" * 32, 0)  # what is loaded only now must not count as the authority's time
        verify.judge(b"", data=b"", roots=authority.root_ders)
        begun = time.monotonic()
        answer = answers.ask_and_judge(authority, secrets.token_hex(32), cancel)
        seconds, judgement = time.monotonic() - begun, answer.judgement
        if judgement is None or judgement.gen_time is None:
            return Trial(authority=name, granted=False, seconds=seconds, error=answer.error)
        found = trusted_lists.qualification(judgement, trusted_lists.kept(self._context) if self._context else [])
        return Trial(
            authority=name,
            granted=True,
            seconds=seconds,
            gen_time=clock.rfc3339(judgement.gen_time),
            policy=judgement.policy,
            signer=judgement.signer_subject,
            accuracy_us=judgement.accuracy_us,
            clock_ahead_ms=round((answer.received_at - judgement.gen_time) / timedelta(milliseconds=1)),
            qualified_statement=judgement.qualified_statement,
            qualified=found["qualified"],
            qualified_reason=found["reason"],
        )

    def _changed(self) -> AuthorityList:
        if self._context is not None:
            self._context.forget_authorities()
        return self.all()


def with_accounts(known: AuthorityList, vault: Vault | None) -> AuthorityList:
    """The same list, with the passwords that the vault keeps for exactly these addresses and user names."""
    if vault is None or not any(a.account for a in known.all.values()):
        return known
    filled = {name: replace(a, secret=_secret(a, vault)) if a.account else a for name, a in known.all.items()}
    return AuthorityList(default=tuple(filled[a.name] for a in known.default), all=filled)


def _secret(authority: Authority, vault: Vault) -> str:
    kept = json.loads(vault.get_meta(_key(authority.name)) or "{}")
    fits = (kept.get("url"), kept.get("account")) == (authority.url, authority.account)
    return str(kept["secret"]) if fits else ""


def _key(name: str) -> str:
    return f"authority-account:{name}"
