"""What the core calls by a stable name, said in words: outcomes, tokens, steps, roles, custody events, checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from evidence_kit import clock
from evidence_kit.records import Artifact, CustodyEntry, Exhibit, ExhibitState, Kind, Outcome, Renewal, Subject, Token
from evidence_kit.records import TokenStatus as Status
from ui import translations

translate = QCoreApplication.translate
locale = translations.locale
FIRST_ERROR = 400
"""HTTP: from here on the answer is not the page."""


def when(rfc3339: str | None, *, seconds: bool = False) -> str:
    """A time of the core in local words, such as ``22 nov. 2026 23:14``."""
    if not rfc3339:
        return ""
    try:
        moment = clock.parse(rfc3339)
    except ValueError:
        return rfc3339
    return _local(moment, seconds=seconds)


def _local(moment: datetime, *, seconds: bool) -> str:
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return locale().toString(local, "d MMM yyyy HH:mm:ss" if seconds else "d MMM yyyy HH:mm")


def day(rfc3339: str) -> str:
    """The day of a time of the core, such as ``22 November 2026``."""
    try:
        local = QDateTime.fromSecsSinceEpoch(int(clock.parse(rfc3339).timestamp()))
    except ValueError:
        return rfc3339
    text = locale().toString(local, "d MMMM yyyy")
    first_in_french = locale().language() is QLocale.Language.French and local.date().day() == 1
    return text.replace("1 ", "1er\u00a0", 1) if first_in_french else text


def size(count: int) -> str:
    """A number of bytes as people read it."""
    return locale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def site(exhibit: Exhibit) -> str:
    """The name of the site, or what stands in for it."""
    host = urlsplit(exhibit.url_final or exhibit.url_requested).hostname if exhibit.url_requested else ""
    if host:
        return host
    if exhibit.subject.text_only:
        return translate("Words", "Written record")
    return translate("Words", "Imported file")


def title(exhibit: Exhibit) -> str:
    """A name for lists: the page's title, else its address."""
    return exhibit.title or exhibit.url_final or exhibit.url_requested or site(exhibit)


def numbered(exhibit: Exhibit) -> str:
    """``Exhibit 3``."""
    return translate("Words", "Exhibit {number}").format(number=exhibit.number)


def outcome(exhibit: Exhibit) -> str:
    """How it ended, in a word or two."""
    if exhibit.state is ExhibitState.LOCKED:
        return translate("Words", "Locked: may show a minor")
    if exhibit.state is ExhibitState.WITHDRAWN:
        return translate("Words", "Withdrawn")
    if exhibit.subject.text_only:
        return translate("Words", "Text only")
    if exhibit.kind is Kind.IMPORT:
        return translate("Words", "Imported")
    return {
        Outcome.COMPLETE: translate("Words", "Complete"),
        Outcome.PARTIAL: translate("Words", "In part"),
        Outcome.FAILED: translate("Words", "Nothing could be loaded"),
    }[exhibit.outcome]


def refused(status: int | None) -> str:
    """What the site said where it did not show the page; nothing where it did."""
    if status is None or status < FIRST_ERROR:
        return ""
    if status in {404, 410}:
        return translate("Words", "The site says that this page is not there ({status})").format(status=status)
    if status in {401, 403, 451}:
        return translate("Words", "The site does not show this page to visitors ({status})").format(status=status)
    return translate("Words", "The site answered with an error ({status})").format(status=status)


def where_to_report() -> str:
    """Who goes on where somebody shown is, was or may be under 18."""
    return translate(
        "Words", "Report the page to Pharos (internet-signalement.gouv.fr) or call the 3018: they say what to do next."
    )


def missing(names: Sequence[str]) -> str:
    """What a partial capture lacks, as a list in words."""
    seen = list(dict.fromkeys(role(name) for name in names))
    return locale().createSeparatedList(seen)


def stamp_state(tokens: Sequence[Token]) -> str:
    """Whether time is proven, in a word or two. One good token is proof; the others are a reserve."""
    if any(t.status is Status.GRANTED for t in tokens):
        return translate("Words", "Timestamped")
    if any(t.status is Status.PENDING for t in tokens):
        return translate("Words", "Timestamp to come")
    return translate("Words", "No timestamp")


def is_pending(tokens: Sequence[Token]) -> bool:
    """Whether an authority should be asked again."""
    return any(t.status is Status.PENDING for t in tokens)


def token_state(token: Token) -> str:
    """One authority's answer."""
    if token.status is Status.GRANTED:
        said = translate("Words", "Existed on {time} at the latest").format(time=when(token.gen_time, seconds=True))
        return said + " · " + translate("Words", "shown to be qualified") if token.qualified else said
    if token.status is Status.PENDING:
        return translate("Words", "Not yet: it will be asked again")
    return translate("Words", "Refused by the authority")


def renewal(made: Renewal) -> tuple[str, str]:
    """A renewal of a timestamp: when and by whom, and until when that stands."""
    said = translate("Words", "Renewed on {day} by {authority}").format(
        day=day(made.gen_time), authority=made.authority
    )
    if not made.renew_before:
        return said, ""
    return said, translate("Words", "To be renewed again before {day}").format(day=day(made.renew_before))


def subject(value: Subject) -> str:
    """What she answered to the question."""
    return {
        Subject.ADULT: translate("Words", "Only adults are shown"),
        Subject.SELECTED: translate("Words", "Only adults are shown; pictures one by one"),
        Subject.WAS_MINOR: translate("Words", "I was under 18: text only"),
        Subject.MINOR: translate("Words", "Someone under 18: text only"),
        Subject.UNKNOWN: translate("Words", "Age not known: text only"),
    }[value]


def step(name: str) -> str:
    """What is being done right now."""
    return {
        "create": translate("Words", "Making the vault"),
        "open": translate("Words", "Opening the vault"),
        "recover": translate("Words", "Opening the vault"),
        "lower-bound": translate("Words", "Noting the time"),
        "browser": translate("Words", "Starting the browser"),
        "load": translate("Words", "Loading the page"),
        "first-view": translate("Words", "First view"),
        "settle": translate("Words", "Letting the page settle"),
        "scroll": translate("Words", "Going through the page"),
        "response-html": translate("Words", "Keeping what the site sent"),
        "still": translate("Words", "Letting the page settle"),
        "screenshot": translate("Words", "Taking the picture of the page"),
        "views": translate("Words", "Going through the boxes of the page"),
        "sources": translate("Words", "Keeping what the page made itself"),
        "dom-html": translate("Words", "Keeping the page's source"),
        "text": translate("Words", "Keeping the text"),
        "identifiers": translate("Words", "Noting account and post numbers"),
        "wall": translate("Words", "Looking whether the site showed the page itself"),
        "pdf": translate("Words", "Making a PDF"),
        "media": translate("Words", "Keeping pictures and videos"),
        "wacz": translate("Words", "Making the web archive"),
        "provenance": translate("Words", "Noting where it came from"),
        "thumbnail": translate("Words", "Making a blurred preview"),
        "capture-log": translate("Words", "Writing down what was done"),
        "manifest": translate("Words", "Putting it into the vault"),
        "stamp": translate("Words", "Asking for timestamps"),
        "renew": translate("Words", "Renewing the timestamps"),
        "import": translate("Words", "Taking in the file"),
        "trusted-list": translate("Words", "Checking the list and judging the timestamps by it"),
        "export": translate("Words", "Gathering the exhibits"),
        "report": translate("Words", "Writing the report"),
        "pieces": translate("Words", "Laying out the exhibits"),
        "seal": translate("Words", "Sealing the package"),
        "verify": translate("Words", "Checking the package"),
        "check": translate("Words", "Checking the vault"),
    }.get(name, translate("Words", "Working"))


def role(name: str) -> str:
    """What a file of an exhibit is. Missing parts may also be named by their step."""
    return {
        "first-view": translate("Words", "first view of the page"),
        "screenshot": translate("Words", "picture of the whole page"),
        "screenshot-tile": translate("Words", "part of the picture"),
        "response-html": translate("Words", "page as the site sent it"),
        "dom-html": translate("Words", "page as the browser built it"),
        "pdf": translate("Words", "PDF of the page"),
        "wacz": translate("Words", "web archive"),
        "wacz-confidential": translate("Words", "web archive with private parts"),
        "text": translate("Words", "text of the page"),
        "media": translate("Words", "picture or video"),
        "capture-log": translate("Words", "record of what was done"),
        "original": translate("Words", "imported file"),
        "thumbnail": translate("Words", "blurred preview"),
        "load": translate("Words", "the end of loading"),
        "settle": translate("Words", "the page at rest"),
        "scroll": translate("Words", "the far end of the page"),
        "end-of-page": translate("Words", "the far end of the page"),
        "provenance": translate("Words", "where it came from"),
    }.get(name, name)


def role_of(artifact: Artifact) -> str:
    """The same as a line of its own."""
    text = role(artifact.role)
    return text[:1].upper() + text[1:]


def event(name: str) -> str:
    """What happened, from the custody log."""
    return {
        "vault.created": translate("Words", "Vault made"),
        "vault.unlocked": translate("Words", "Vault opened"),
        "vault.unlock-failed": translate("Words", "Opening failed"),
        "vault.locked": translate("Words", "Vault locked"),
        "vault.passphrase-changed": translate("Words", "Passphrase changed"),
        "vault.recovery-code-changed": translate("Words", "Recovery code changed"),
        "case.created": translate("Words", "Case made"),
        "case.closed": translate("Words", "Case closed"),
        "consent.recorded": translate("Words", "Mandate recorded"),
        "capture.started": translate("Words", "Capture started"),
        "capture.completed": translate("Words", "Captured"),
        "capture.partial": translate("Words", "Captured in part"),
        "capture.failed": translate("Words", "Nothing could be loaded"),
        "capture.interrupted": translate("Words", "Capture interrupted"),
        "capture.cancelled": translate("Words", "Capture stopped"),
        "capture.abandoned": translate("Words", "Capture given up"),
        "import.added": translate("Words", "Taken in"),
        "timestamp.obtained": translate("Words", "Timestamp received"),
        "timestamp.renewed": translate("Words", "Timestamp renewed"),
        "timestamp.refused": translate("Words", "Timestamp refused"),
        "timestamp.failed": translate("Words", "Authority did not answer usefully"),
        "revocation.kept": translate("Words", "What an authority says of its certificates kept"),
        "session.used": translate("Words", "Page opened with a kept sign-in"),
        "vault.checked": translate("Words", "Vault checked"),
        "clock.anomaly": translate("Words", "The computer’s clock was changed"),
        "handover.recorded": translate("Words", "Handed over"),
        "log.viewed": translate("Words", "History looked at"),
        "exhibit.viewed": translate("Words", "Picture looked at (stays with you)"),
        "exhibit.extracted": translate("Words", "File saved outside (stays with you)"),
        "exhibit.minor-flagged": translate("Words", "Locked: may show a minor"),
        "exhibit.withdrawn": translate("Words", "Withdrawn"),
        "export.prepared": translate("Words", "Export prepared"),
        "export.completed": translate("Words", "Exported"),
    }.get(name, name)


def read_entry(entry: CustodyEntry) -> tuple[str, str, str, str]:
    """(type, time, actor, subject) of a custody entry; empty strings for what it does not say."""
    import json

    try:
        value = json.loads(entry.entry)
    except ValueError:
        return "", "", "", ""
    return tuple(str(value.get(k, "")) for k in ("type", "at", "actor", "subject"))  # type: ignore[return-value]


def in_case(what: str, case: str) -> str:
    """``Exhibit 3 (My case)``."""
    return translate("Words", "{what} ({case})").format(what=what, case=case) if case else what


def about(what: str, subject: str) -> str:
    """``A file is damaged · Exhibit 3 (My case)``."""
    return f"{what} · {subject}" if subject else what


def finding(what: str) -> str:
    """What is not right in the vault, from its check."""
    return {
        "blob-missing": translate("Words", "A file is missing"),
        "blob-damaged": translate("Words", "A file is damaged"),
        "manifest-damaged": translate("Words", "The description of an exhibit is damaged"),
        "row-mismatch": translate("Words", "Two records do not agree"),
        "unknown-file": translate("Words", "A file that belongs to nothing"),
        "index-damaged": translate("Words", "The index of the vault is damaged"),
        "header-damaged": translate("Words", "The file with the keys was changed"),
        "log-broken": translate("Words", "The history was changed"),
        "token-invalid": translate("Words", "A timestamp does not hold"),
        "trusted-list-damaged": translate("Words", "A trusted list is damaged: import it again"),
    }.get(what, translate("Words", "Something is not as it should be"))


def verdict(name: str) -> tuple[str, str]:
    """The answer of a verification: a heading and a sentence."""
    return {
        "intact": (
            translate("Words", "Intact"),
            translate("Words", "Nothing was changed since this package was sealed, and its time is proven."),
        ),
        "altered": (
            translate("Words", "Changed"),
            translate("Words", "Something in this package is not as it was sealed. The list says what."),
        ),
        "incomplete": (
            translate("Words", "Not all could be checked"),
            translate("Words", "What could be checked is in order, but something is missing. The list says what."),
        ),
    }.get(
        name,
        (
            translate("Words", "This cannot be read as a package"),
            translate("Words", "The file is damaged, needs a password, or is something else."),
        ),
    )


def check(name: str) -> str:
    """What a check looks at."""
    return {
        "container": translate("Words", "The ZIP file itself"),
        "bag": translate("Words", "The list of contents"),
        "payload": translate("Words", "Each file against its digest"),
        "extra-file": translate("Words", "No file was added"),
        "manifest-form": translate("Words", "The description of each exhibit"),
        "artifact": translate("Words", "The files of each exhibit"),
        "custody-chain": translate("Words", "The log of what was done"),
        "custody-head": translate("Words", "The end of that log"),
        "seal-signature": translate("Words", "The signature of the seal"),
        "seal-key": translate("Words", "The key of the seal"),
        "seal-token": translate("Words", "The timestamp of the seal"),
        "token": translate("Words", "The timestamps of the exhibits"),
        "authority-trusted": translate("Words", "The authorities that gave the time"),
    }.get(name, name)


def check_line(name: str, status: str) -> str:
    """What was looked at and how it ended, in one line."""
    return translate("Words", "{what}: {state}").format(what=check(name), state=check_state(status))


def check_state(status: str) -> str:
    """How a check ended."""
    return {
        "passed": translate("Words", "in order"),
        "failed": translate("Words", "not in order"),
        "not-checked": translate("Words", "could not be checked"),
    }.get(status, status)
