"""A reader of custody logs of its own, streamed: the verifier does not check the writer with the writer's code.

``d_n = SHA-256(entry bytes)``, ``head_n = SHA-256(head_{n-1} || d_n)`` over raw values, ``head_{-1}`` zero bytes.
Lines of ``log.jsonl`` are ``{"entry","seq"}``, or ``{"digest","seq"}`` where the entry is withheld; the last is
``{"head","seq"}``. Only the heads are kept (32 bytes a line), so a log of 256 MB stays small in memory.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from evidence_kit.canonical import JsonObject, NotCanonical, from_canonical, to_canonical
from evidence_kit.digest import is_sha256_hex
from evidence_kit.language import _
from evidence_kit.records import CUSTODY_FORMAT

HEAD_BYTES = 32
MAX_LINE = 4 << 20
MAX_PROBLEMS = 40
_TEXTS = ("chain", "type", "at", "zone", "actor", "salt", "subject", "purpose", "software")
_OBJECTS = ("digests", "detail")
SALT_HEX = 32
MAX_SUBJECTS, MAX_SUBJECT = 100_000, 100


@dataclass(slots=True)
class LogFacts:
    """What the log says and what it proves. ``heads`` holds the recomputed head of every line, 32 bytes each."""

    chain: str | None = None
    vault_key: str | None = None
    first_withheld: bool = False
    withheld: int = 0
    heads: bytearray = field(default_factory=bytearray)
    problems: list[tuple[str, str]] = field(default_factory=list)
    subjects: set[str] = field(default_factory=set)
    """What the entries that are not withheld are about, as far as so many can be kept."""

    @property
    def length(self) -> int:
        """How many entries, withheld ones included."""
        return len(self.heads) // HEAD_BYTES

    def tells_of(self, subject: str) -> bool:
        """Whether an entry about ``subject`` can be read; where too many were there to be kept, it is taken to be."""
        return subject in self.subjects or len(self.subjects) >= MAX_SUBJECTS or len(subject) > MAX_SUBJECT

    def head_at(self, seq: int) -> str | None:
        """The recomputed head after entry ``seq``; None beyond the end of the log."""
        if not 0 <= seq < self.length:
            return None
        return self.heads[seq * HEAD_BYTES : (seq + 1) * HEAD_BYTES].hex()


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class LogReader:
    """Takes the bytes of ``log.jsonl`` in any pieces and gives :class:`LogFacts` at the end. Never raises."""

    def __init__(self) -> None:
        self.facts = LogFacts()
        self._rest = b""
        self._ended = False
        self._broken = False
        self._head = bytes(HEAD_BYTES)

    def _note(self, where: str, sentence: str) -> None:
        if len(self.facts.problems) < MAX_PROBLEMS:
            self.facts.problems.append((where, sentence))

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._broken:
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._line(line)
        if len(self._rest) > MAX_LINE:
            self._stop(_("A line of the log is longer than any entry can be."))

    def _stop(self, sentence: str) -> None:
        self._note(str(self.facts.length), sentence)
        self._broken, self._rest = True, b""

    def finish(self) -> LogFacts:
        """Say that no more bytes come."""
        if not self._broken:
            if self._rest:
                self._note(str(self.facts.length), _("The last line of the log is cut."))
            elif not self._ended:
                self._note(str(self.facts.length), _("The log has no last line that states its head."))
        return self.facts

    def _line(self, untrusted_line: bytes) -> None:
        seq = self.facts.length
        if self._broken:
            return
        if self._ended:
            self._stop(_("There are lines behind the last line of the log."))
            return
        try:
            value = from_canonical(untrusted_line)
        except NotCanonical:
            self._stop(_("Line {line} of the log is not in its canonical form.", line=seq + 1))
            return
        keys = set(value)
        if keys == {"seq", "head"}:
            self._last(value)
        elif value.get("seq") != seq or not _is_count(value["seq"]):
            self._stop(_("An entry is missing in the log, or one stands twice: entry {seq} is not there.", seq=seq))
        elif keys == {"seq", "digest"} and is_sha256_hex(value["digest"]):
            self.facts.withheld += 1
            self.facts.first_withheld |= seq == 0
            self._link(bytes.fromhex(value["digest"]))
        elif keys == {"seq", "entry"} and isinstance(value["entry"], dict):
            self._entry(value["entry"], seq)
            self._link(hashlib.sha256(to_canonical(value["entry"])).digest())
        else:
            self._stop(_("Line {line} of the log is neither an entry nor the digest of one.", line=seq + 1))

    def _link(self, digest: bytes) -> None:
        self._head = hashlib.sha256(self._head + digest).digest()
        self.facts.heads += self._head

    def _last(self, value: JsonObject) -> None:
        self._ended = True
        if not _is_count(value["seq"]) or value["seq"] != self.facts.length - 1:
            self._note(str(value["seq"]), _("The last line of the log counts more or fewer entries than there are."))
        if value["head"] != self._head.hex():
            self._note(
                str(value["seq"]), _("The entries of the log do not lead to the head that its last line states.")
            )

    def _entry(self, entry: JsonObject, seq: int) -> None:
        facts = self.facts
        texts = all(isinstance(entry.get(key), str) for key in _TEXTS)
        objects = all(isinstance(entry.get(key), dict) for key in _OBJECTS)
        known = entry.get("format", CUSTODY_FORMAT) == CUSTODY_FORMAT
        if not texts or not objects or not known or len(str(entry.get("salt"))) != SALT_HEX:
            self._note(str(seq), _("Entry {seq} of the log lacks something that every entry has.", seq=seq))
            return
        if len(facts.subjects) < MAX_SUBJECTS and len(entry["subject"]) <= MAX_SUBJECT:
            facts.subjects.add(entry["subject"])
        if entry.get("seq") != seq or not _is_count(entry["seq"]):
            self._note(str(seq), _("Entry {seq} of the log says that it has another place.", seq=seq))
        if facts.chain is None:
            facts.chain = entry["chain"]
        elif entry["chain"] != facts.chain:
            self._note(str(seq), _("Entry {seq} of the log belongs to another chain.", seq=seq))
        if seq == 0:
            facts.vault_key = entry.get("vault_key") if is_sha256_hex(entry.get("vault_key")) else None
            if facts.vault_key is None:
                self._note("0", _("The first entry of the log does not name the key of the vault."))
