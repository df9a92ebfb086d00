"""Which authorities are asked, and which roots are trusted for them.

The shipped list lies under ``resources/authorities``; ``authorities.toml`` in the program's home is laid over it,
so that a support centre can name its own (paid, qualified) authority. Roots are pinned copies: the machine's
certificate list is never used, because its owner may be the other side (DOMAIN TSA-04, TSA-14).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evidence_kit import paths
from evidence_kit.digest import is_sha256_hex
from evidence_kit.errors import SettingsError
from evidence_kit.language import _
from evidence_kit.timestamp.certificates import BadCertificate, from_file, read

MAX_FILE = 1 << 20
MAX_TIMEOUT = 120
MAX_PAUSE = 3600
MAX_ACCOUNT = 200
DEFAULT_TIMEOUT = 20
_NAME = re.compile(r"[a-z0-9-]{1,40}\Z")
_OID = re.compile(r"[0-2](\.\d{1,20}){1,30}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One trusted certificate. ``sha256`` is that of the DER; ``source`` says where the copy comes from."""

    der: bytes
    pem_path: Path
    sha256: str
    subject: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One time-stamping authority. ``qualified_claimed`` is a claim, never shown as a fact (DOMAIN TSA-12)."""

    name: str
    operator: str
    country: str
    url: str
    roots: tuple[Root, ...]
    policies: tuple[str, ...] = ()
    qualified_claimed: bool = False
    pause_seconds: float = 0
    timeout_seconds: float = DEFAULT_TIMEOUT
    note: str = ""
    account: str = ""
    """User name for HTTP Basic, where the operator asks for one; only ever sent over https."""
    secret: str = field(default="", repr=False, compare=False)
    """The account's password. It stands in no file: who has the vault open fills it in."""
    own: bool = False
    """Whether it comes from the person's own file."""

    @property
    def root_ders(self) -> tuple[bytes, ...]:
        """The roots as the judge takes them."""
        return tuple(root.der for root in self.roots)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityList:
    """``default``: who is asked, in this order. ``all``: every known one by name."""

    default: tuple[Authority, ...]
    all: Mapping[str, Authority]

    @property
    def roots(self) -> tuple[Root, ...]:
        """The roots of all known authorities, each once."""
        found = {root.sha256: root for authority in self.all.values() for root in authority.roots}
        return tuple(found.values())

    @property
    def root_ders(self) -> tuple[bytes, ...]:
        """The same as the judge takes them."""
        return tuple(root.der for root in self.roots)

    def of_root(self, sha256: str | None) -> tuple[Authority, ...]:
        """The authorities that name the root with this digest."""
        return tuple(a for a in self.all.values() if any(root.sha256 == sha256 for root in a.roots))


def load(overlay: Path | None = None, text: bytes | None = None) -> AuthorityList:
    """Read the shipped list and lay ``overlay`` (default: the one in the program's home, if any) over it.

    With ``text`` the overlay is read as if it held these bytes, to look at them before they are written.
    Raises :class:`SettingsError` with file and key for every mistake; a list that cannot be understood is never
    used in part, because then another authority would be asked than the person chose.
    """
    shipped = _File(paths.resource("authorities", "authorities.toml"))
    known = {a.name: a for a in shipped.authorities()}
    order = shipped.order() or ()
    source = shipped
    own = overlay or paths.authorities_overlay()
    if overlay is not None or text is not None or own.exists():
        source = _File(own, text, own=True)
        known |= {a.name: a for a in source.authorities()}
        order = source.order() or order
    if not order:
        raise source.mistake("default", _("It must name at least one authority."))
    for name in order:
        if name not in known:
            raise source.mistake("default", _("There is no authority named {name}.", name=name))
    return AuthorityList(default=tuple(known[name] for name in order), all=known)


def wrong_name(name: str) -> str:
    """What is wrong with the name of an authority, for a person; empty where it is right."""
    return "" if _NAME.match(name) else _("Use only small letters, digits and hyphens, at most 40.")


def wrong_url(url: str) -> str:
    """The same for its address."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or not url.isprintable() or " " in url:
        return _("It must be an address that begins with http:// or https://.")
    if parts.username is not None or parts.password is not None:
        return _("A name or password must not stand in the address.")
    return ""


def wrong_account(account: str, url: str) -> str:
    """The same for the user name of an account: over plain http anyone on the way would read its password."""
    if not account:
        return ""
    if ":" in account or not account.isprintable() or len(account) > MAX_ACCOUNT:
        return _("The name of an account is one line without a colon, of at most 200 characters.")
    if urlsplit(url).scheme != "https":
        return _("An account needs an address that begins with https://, because its password is sent there.")
    return ""


class _File:
    """One list file while it is read."""

    def __init__(self, path: Path, raw: bytes | None = None, *, own: bool = False) -> None:
        self.path = path
        self.own = own
        try:
            if raw is None:
                with path.open("rb") as handle:
                    raw = handle.read(MAX_FILE + 1)
            if len(raw) > MAX_FILE:
                msg = "too large"
                raise ValueError(msg)
            self.content: dict[str, Any] = tomllib.loads(raw.decode("utf-8"))
        except (OSError, ValueError) as exc:
            raise SettingsError(
                _("The list of authorities cannot be read: {path}", path=path),
                hint=_("Mend or remove that file. {detail}", detail=str(exc)[:200]),
            ) from exc
        self.pins = {}
        for place, entry in enumerate(self._tables("root")):
            file, sha256 = entry.get("file"), entry.get("sha256")
            if not isinstance(file, str) or not is_sha256_hex(sha256):
                raise self.mistake(f"root[{place}]", _("It needs a file and a sha256 of 64 lower hex digits."))
            self.pins[file] = (str(sha256), str(entry.get("source", "")))

    def mistake(self, key: str, what: str) -> SettingsError:
        return SettingsError(
            _("In the list of authorities {path}, {key} is wrong. {what}", path=self.path, key=key, what=what),
            hint=_("Correct that line, or remove the file to use the shipped list."),
        )

    def order(self) -> tuple[str, ...] | None:
        if "default" not in self.content:
            return None
        return self._texts(self.content, "default", "default", least=1)

    def authorities(self) -> list[Authority]:
        found: dict[str, Authority] = {}
        for place, entry in enumerate(self._tables("authority")):
            authority = self._authority(entry, f"authority[{place}]")
            if authority.name in found:
                raise self.mistake(f"authority[{place}].name", _("This name stands twice."))
            found[authority.name] = authority
        return list(found.values())

    def _tables(self, key: str) -> list[dict[str, Any]]:
        tables = self.content.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            raise self.mistake(key, _("Write it with double brackets, as in [[{key}]].", key=key))
        return tables

    def _authority(self, entry: dict[str, Any], where: str) -> Authority:
        name = self._text(entry, "name", where, needed=True)
        url = self._text(entry, "url", where, needed=True)
        account = self._text(entry, "account", where)
        for key, wrong in (
            ("name", wrong_name(name)),
            ("url", wrong_url(url)),
            ("account", wrong_account(account, url)),
        ):
            if wrong:
                raise self.mistake(f"{where}.{key}", wrong)
        policies = (*self._list_or_text(entry, "policy", where), *self._list_or_text(entry, "policies", where))
        for policy in policies:
            if not _OID.match(policy):
                raise self.mistake(f"{where}.policy", _("A policy is a number such as 1.2.3.4."))
        claimed = entry.get("qualified_claimed", False)
        if not isinstance(claimed, bool):
            raise self.mistake(f"{where}.qualified_claimed", _("It must be true or false."))
        return Authority(
            name=name,
            operator=self._text(entry, "operator", where) or name,
            country=self._text(entry, "country", where),
            url=url,
            roots=self._roots(entry, where),
            policies=policies,
            qualified_claimed=claimed,
            pause_seconds=self._seconds(entry, "pause_seconds", where, 0, 0, MAX_PAUSE),
            timeout_seconds=self._seconds(entry, "timeout_seconds", where, DEFAULT_TIMEOUT, 1, MAX_TIMEOUT),
            note=self._text(entry, "note", where),
            account=account,
            own=self.own,
        )

    def _roots(self, entry: dict[str, Any], where: str) -> tuple[Root, ...]:
        roots: dict[str, Root] = {}
        for file in self._texts(entry, "roots", f"{where}.roots", least=1):
            path = Path(file).expanduser()
            path = path if path.is_absolute() else self.path.parent / path
            pinned, source = self.pins.get(file, ("", ""))
            for root in self._root_file(path, where, source):
                if pinned and root.sha256 != pinned:
                    raise self.mistake(
                        f"{where}.roots", _("The file {file} is not the certificate that it should be.", file=path)
                    )
                roots.setdefault(root.sha256, root)
        return tuple(roots.values())

    def _root_file(self, path: Path, where: str, source: str) -> list[Root]:
        try:
            with path.open("rb") as handle:
                ders = from_file(handle.read(MAX_FILE))
        except OSError as exc:
            raise self.mistake(f"{where}.roots", _("The file {file} cannot be opened.", file=path)) from exc
        except BadCertificate as exc:
            raise self.mistake(f"{where}.roots", _("The file {file} holds no certificate.", file=path)) from exc
        return [
            Root(der=der, pem_path=path, sha256=read(der).sha256, subject=read(der).subject_text, source=source)
            for der in ders
        ]

    def _text(self, entry: dict[str, Any], key: str, where: str, *, needed: bool = False) -> str:
        value = entry.get(key, "")
        if not isinstance(value, str) or (needed and not value):
            raise self.mistake(f"{where}.{key}", _("It must be a text in quotation marks."))
        return value

    def _texts(self, entry: Mapping[str, Any], key: str, where: str, *, least: int) -> tuple[str, ...]:
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value) or len(value) < least:
            raise self.mistake(where, _("It must be a list of texts in square brackets, with at least one."))
        return tuple(dict.fromkeys(value))

    def _list_or_text(self, entry: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
        if isinstance(entry.get(key), list):
            return self._texts(entry, key, f"{where}.{key}", least=0)
        text = self._text(entry, key, where)
        return (text,) if text else ()

    def _seconds(self, entry: dict[str, Any], key: str, where: str, usual: float, low: float, high: float) -> float:
        value = entry.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.mistake(
                f"{where}.{key}", _("It must be a number of seconds between {low} and {high}.", low=low, high=high)
            )
        return float(value)
