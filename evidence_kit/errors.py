"""One tree of errors, so that every failure reaches a person as a sentence with a way out.

EvidenceError
  UsageError                 the request itself is wrong (exit 2)
    AddressRefused           not an http(s) address, or one that must not be opened
  SettingsError
  CaptureError               BrowserMissing, NavigationFailed, CaptureTimedOut, CaptureTooLarge
  TimestampError             AuthorityUnreachable, AuthorityRefused, TokenInvalid, TrustedListRefused
  VaultError                 VaultNotFound, VaultTooNew, VaultBusy, VaultReadOnly, VaultCorrupt, WrongPassphrase
  CustodyError               ChainBroken, LogTruncated
  ImportRefused              a file that by rule or by nature cannot be taken in
  ExportError                DestinationUnwritable (FolderMissing), DestinationExists, ExhibitMissing
  PackageUnreadable          the input of verify is not a package at all (exit 2)
  StorageFull                the disk has no room left
Cancelled                    not an EvidenceError: being asked to stop is not a failure

Foreign exceptions are translated where they arise, with ``raise ... from exc``.
"""

from __future__ import annotations


class EvidenceError(Exception):
    """Base of every failure that a person may see.

    ``message`` says what happened, ``hint`` what to do now, ``kept`` what was saved all the same; ``command`` is
    what to type where the command line is at hand, and stands nowhere else, since the window cannot follow it.
    None of them may hold a secret or a piece of evidence.
    """

    kind = "error"
    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", kept: str = "", command: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.kept = kept
        self.command = command

    def as_json(self) -> dict[str, str]:
        """The ``error`` object of the command line's JSON answers."""
        return {"kind": self.kind, "message": self.message, "hint": self.hint, "kept": self.kept}


class UsageError(EvidenceError):
    """The request cannot be understood or makes no sense."""

    kind = "usage"
    exit_code = 2


class AddressRefused(UsageError):
    """The address is not one that this tool opens."""

    kind = "address-refused"


class SettingsError(EvidenceError):
    """A settings or authorities file cannot be read."""

    kind = "settings"
    exit_code = 2


class CaptureError(EvidenceError):
    """A capture could not go on."""

    kind = "capture"


class BrowserMissing(CaptureError):
    """No usable browser was found, or it would not start."""

    kind = "browser-missing"


class NavigationFailed(CaptureError):
    """No answer at all came from the address."""

    kind = "navigation-failed"


class CaptureTimedOut(CaptureError):
    """A step passed its time limit."""

    kind = "capture-timed-out"


class CaptureTooLarge(CaptureError):
    """A bound on size was reached."""

    kind = "capture-too-large"


class TimestampError(EvidenceError):
    """Something about a timestamp went wrong."""

    kind = "timestamp"


class AuthorityUnreachable(TimestampError):
    """The authority did not answer usefully; asking again later makes sense."""

    kind = "authority-unreachable"


class AuthorityRefused(TimestampError):
    """The authority answered with a rejection."""

    kind = "authority-refused"


class TokenInvalid(TimestampError):
    """A reply came but does not prove what was asked."""

    kind = "token-invalid"


class TrustedListRefused(TimestampError):
    """A trusted list cannot be believed, or is not newer than the one that is kept."""

    kind = "trusted-list-refused"


class VaultError(EvidenceError):
    """The vault cannot do what was asked."""

    kind = "vault"


class VaultNotFound(VaultError):
    """The folder is not a vault."""

    kind = "vault-not-found"
    exit_code = 2


class VaultTooNew(VaultError):
    """The vault was written by a later version of this program."""

    kind = "vault-too-new"
    exit_code = 2


class VaultBusy(VaultError):
    """Another process holds the vault."""

    kind = "vault-busy"


class VaultReadOnly(VaultError):
    """The vault's folder cannot be written to."""

    kind = "vault-read-only"


class VaultCorrupt(VaultError):
    """Bytes in the vault are not what was written."""

    kind = "vault-corrupt"


class WrongPassphrase(VaultError):
    """No key slot opens with the given secret."""

    kind = "wrong-passphrase"


class CustodyError(EvidenceError):
    """The custody log does not hold together."""

    kind = "custody"


class ChainBroken(CustodyError):
    """An entry does not link to the one before it."""

    kind = "chain-broken"

    def __init__(self, message: str, seq: int, *, hint: str = "", kept: str = "") -> None:
        super().__init__(message, hint=hint, kept=kept)
        self.seq = seq


class LogTruncated(CustodyError):
    """The log ends before a head that is known."""

    kind = "log-truncated"


class ImportRefused(EvidenceError):
    """The file cannot be taken in."""

    kind = "import-refused"


class ExportError(EvidenceError):
    """The package could not be made."""

    kind = "export"


class DestinationUnwritable(ExportError):
    """The place to write to cannot be written."""

    kind = "destination-unwritable"


class FolderMissing(DestinationUnwritable):
    """The folder to write into does not exist."""

    exit_code = 2


class DestinationExists(ExportError):
    """The file is there already; nothing is ever overwritten."""

    kind = "destination-exists"
    exit_code = 2


class ExhibitMissing(ExportError):
    """A named exhibit or artifact does not exist."""

    kind = "exhibit-missing"
    exit_code = 2


class PackageUnreadable(EvidenceError):
    """The input of verify is not a package at all."""

    kind = "unreadable"
    exit_code = 2


class StorageFull(EvidenceError):
    """The disk has no room left."""

    kind = "storage-full"


class Cancelled(Exception):
    """Raised where a job notices that it was asked to stop. ``kept`` says what was saved all the same, if known."""

    kept = ""
