"""Changing ``authorities.toml`` in the program's home without losing a word of what a person wrote there.

Only the lines that are meant are touched; comments, order and everything unknown stay. Before anything is written the
new text is read back: it must mean exactly what the old one meant, but for the change, and be a list that the loader
takes. Where that cannot be had (an unusual way of writing), nothing is changed and the person is told what to write.
Roots are copied beside the file, one certificate a file, each pinned by the SHA-256 of its DER.
"""

from __future__ import annotations

import copy
import itertools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from asn1crypto import pem

from evidence_kit import clock, paths, system
from evidence_kit.digest import sha256_hex
from evidence_kit.errors import SettingsError, UsageError
from evidence_kit.language import _
from evidence_kit.timestamp import authorities
from evidence_kit.timestamp.authorities import MAX_FILE, AuthorityList
from evidence_kit.timestamp.certificates import BadCertificate, from_file

ROOTS = "authorities"
"""The folder of copied roots, beside the file."""
MAX_ROOTS = 10
_HEADER = re.compile(r"[ \t]*\[")
_ORDER = re.compile(r"[ \t]*(?:default|\"default\"|'default')[ \t]*=")
_TAIL = re.compile(r"\][ \t]*(#[^\]]*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAuthority:
    """What a person says of an authority that is to be added. ``roots`` are the bytes of PEM or DER files."""

    name: str
    url: str
    roots: tuple[bytes, ...]
    operator: str = ""
    country: str = ""
    policies: tuple[str, ...] = ()
    qualified_claimed: bool = False
    pause_seconds: float = 0
    timeout_seconds: float = authorities.DEFAULT_TIMEOUT
    account: str = ""


class AuthoritiesFile:
    """The person's own list. Every method changes the file whole or not at all, and gives the list that is in force.

    Raises UsageError for a wish that makes no sense, SettingsError where the file cannot be read or safely changed,
    DestinationUnwritable, StorageFull.
    """

    def __init__(self, path: Path | None = None) -> None:
        path = path or paths.authorities_overlay()
        self.path = path.resolve() if path.is_symlink() else path

    def load(self) -> AuthorityList:
        """What is in force. Raises SettingsError."""
        return authorities.load(self.path if self.path.exists() else None)

    def add(self, new: NewAuthority, *, asked: bool = True) -> AuthorityList:
        """Add an authority and, unless not ``asked``, put it last in the order."""
        known = self.load()
        ders = _checked(new, known)
        roots = {f"{ROOTS}/{new.name}-{sha256_hex(der)[:16]}.pem": der for der in ders}
        entry: dict[str, Any] = {"name": new.name, "operator": new.operator, "country": new.country, "url": new.url}
        entry |= {"account": new.account, "policies": list(new.policies), "qualified_claimed": new.qualified_claimed}
        entry |= {"pause_seconds": new.pause_seconds, "roots": list(roots)}
        entry = {key: value for key, value in entry.items() if value not in ("", [], False, 0)}
        if new.timeout_seconds != authorities.DEFAULT_TIMEOUT:
            entry["timeout_seconds"] = new.timeout_seconds
        source = f"added {clock.now():%Y-%m-%d}"
        pins = [{"file": file, "sha256": sha256_hex(der), "source": source} for file, der in roots.items()]
        text, content = self._read()
        expected = copy.deepcopy(content)
        expected.setdefault("authority", []).append(entry)
        expected.setdefault("root", []).extend(pins)
        newline = "\r\n" if "\r\n" in text else "\n"
        block = tomli_w.dumps({"authority": [entry], "root": pins}).replace("\n", newline)
        text = text + ("" if text.endswith("\n") or not text else newline) + (newline if text else "") + block
        if asked:
            order = [*(a.name for a in known.default), new.name]
            expected["default"] = order
            text = _with_order(text, order)
        folder = self.path.parent / ROOTS
        made = [self.path.parent / file for file in roots]
        there = {path for path in made if path.exists()}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for path, der in zip(made, roots.values(), strict=True):
                system.write_atomic(path, pem.armor("CERTIFICATE", der))
            return self._write(text, expected)
        except OSError as exc:
            raise SettingsError(
                _("This place cannot be written to: {path}", path=folder),
                hint=_("Choose another folder, or make this one writable."),
            ) from exc
        except Exception:
            for path in set(made) - there:
                path.unlink(missing_ok=True)
            raise

    def remove(self, name: str) -> AuthorityList:
        """Remove an authority of the person's own, with the copies of its roots that nothing else names."""
        known = self.load()
        _named(known, [name])
        if not known.all[name].own:
            raise UsageError(
                _("The authority {name} comes with the program and cannot be removed.", name=name),
                hint=_("Leave it out of the order, and it is not asked."),
                command="evidence-kit authority order NAME…",
            )
        text, content = self._read()
        gone = next(entry for entry in content["authority"] if entry["name"] == name)
        stay = [entry for entry in content["authority"] if entry is not gone]
        named = {file for entry in stay for file in entry.get("roots", [])}
        files = [file for file in gone["roots"] if file.startswith(f"{ROOTS}/") and file not in named]
        expected: dict[str, Any] = {**content, "authority": stay}
        expected["root"] = [entry for entry in content.get("root", []) if entry.get("file") not in files]
        expected = {key: value for key, value in expected.items() if value != [] or key == "default"}
        order = [a.name for a in known.default if a.name != name]
        if not order:
            raise UsageError(
                _("{name} is the only authority that is asked.", name=name),
                hint=_("Put another one into the order first."),
                command="evidence-kit authority order NAME…",
            )
        text = _without(text, "authority", "name", {name})
        text = _without(text, "root", "file", set(files))
        if name in content.get("default", []):
            expected["default"] = order
            text = _with_order(text, order)
        made = self._write(text, expected)
        for file in files:
            (self.path.parent / file).unlink(missing_ok=True)
        return made

    def order(self, names: Sequence[str]) -> AuthorityList:
        """Ask these, in this order, and no others."""
        _named(self.load(), names)
        if not names or len(set(names)) != len(names):
            raise UsageError(_("The order names each authority once, and at least one."))
        text, content = self._read()
        return self._write(_with_order(text, list(names)), {**content, "default": list(names)})

    def _read(self) -> tuple[str, dict[str, Any]]:
        """Text and meaning; the list was loaded before, so that both are in order."""
        if not self.path.exists():
            return "", {}
        with self.path.open("rb") as handle:
            text = handle.read(MAX_FILE).decode("utf-8")
        return text, tomllib.loads(text)

    def _write(self, text: str, expected: dict[str, Any]) -> AuthorityList:
        try:
            kept = tomllib.loads(text) == expected
        except ValueError:
            kept = False
        if not kept:
            raise SettingsError(
                _("The list of authorities is written in a way that the program cannot change: {path}", path=self.path),
                hint=_("Nothing was changed. Change that file by hand."),
            )
        raw = text.encode("utf-8")
        made = authorities.load(self.path, raw)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        system.write_atomic(self.path, raw)
        return made


def _checked(new: NewAuthority, known: AuthorityList) -> list[bytes]:
    for key, wrong in (
        (_("Name"), authorities.wrong_name(new.name)),
        (_("Address"), authorities.wrong_url(new.url)),
        (_("Account"), authorities.wrong_account(new.account, new.url)),
    ):
        if wrong:
            raise UsageError(_("{name}: {value}", name=key, value=wrong))
    if new.name in known.all:
        raise UsageError(
            _("There is an authority named {name} already.", name=new.name), hint=_("Choose another name.")
        )
    ders: dict[bytes, None] = {}
    try:
        for untrusted in new.roots:
            ders |= dict.fromkeys(from_file(untrusted))
    except BadCertificate as exc:
        raise UsageError(
            _("The file of the root holds no certificate."),
            hint=_("It is a PEM or DER file that the authority publishes."),
        ) from exc
    if not 1 <= len(ders) <= MAX_ROOTS:
        raise UsageError(
            _("An authority needs between one and {most} root certificates.", most=MAX_ROOTS),
            hint=_("It is a PEM or DER file that the authority publishes."),
        )
    return list(ders)


def _named(known: AuthorityList, names: Sequence[str]) -> None:
    for name in names:
        if name not in known.all:
            raise UsageError(
                _("There is no authority named {name}.", name=name),
                hint=_("These are known: {names}.", names=", ".join(known.all)),
            )


def _with_order(text: str, names: Sequence[str]) -> str:
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if "\r\n" in text else "\n"
    line = f"default = [{', '.join(tomli_w.dumps({'n': n}).strip()[4:] for n in names)}]"
    top = next((place for place, held in enumerate(lines) if _HEADER.match(held)), len(lines))
    start = next((place for place, held in enumerate(lines[:top]) if _ORDER.match(held)), None)
    if start is None:
        start = end = _after_opening_comment(lines)
    else:
        end = next((e for e in range(start + 1, len(lines) + 1) if _is_whole("".join(lines[start:e]))), start + 1)
        tail = _TAIL.search(lines[end - 1].rstrip("\r\n"))
        line += f"  {tail[1]}" if tail else ""
    return "".join([*lines[:start], line + newline, *([newline] if start == end and lines else []), *lines[end:]])


def _after_opening_comment(lines: Sequence[str]) -> int:
    """Where a first key may stand: behind what is said at the top about the whole file."""
    place = 0
    while place < len(lines) and lines[place].lstrip().startswith("#"):
        place += 1
    return place + 1 if 0 < place < len(lines) and not lines[place].strip() else 0


def _is_whole(part: str) -> bool:
    try:
        tomllib.loads(part)
    except ValueError:
        return False
    return True


def _without(text: str, table: str, key: str, values: set[str]) -> str:
    """The text without the tables ``[[table]]`` whose ``key`` is one of ``values``; the comments around them stay."""
    lines = text.splitlines(keepends=True)
    starts = [place for place, held in enumerate(lines) if _HEADER.match(held)]
    kept = lines[: starts[0]] if starts else lines
    for start, end in itertools.pairwise([*starts, len(lines)]):
        block = lines[start:end]
        try:
            held = tomllib.loads("".join(block)).get(table)
        except ValueError:
            held = None
        if isinstance(held, list) and len(held) == 1 and isinstance(held[0], dict) and held[0].get(key) in values:
            while block and (not block[-1].strip() or block[-1].lstrip().startswith("#")):
                block.pop()
            rest = lines[start + len(block) : end]
            kept += rest[1:] if rest and not rest[0].strip() else rest
        else:
            kept += block
    return "".join(kept)
