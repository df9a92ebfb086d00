"""Runs every check over a package and never stops at the first that fails.

The order is: open the shell, read every byte once, then judge what was read. The verdict follows from the
checks alone (COMMANDS): any failed = altered; else anything not checked = incomplete; else intact.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evidence_kit.canonical import JsonObject
from evidence_kit.errors import Cancelled, PackageUnreadable
from evidence_kit.jobs import CancelToken, ProgressSink, no_progress
from evidence_kit.language import _
from evidence_kit.records import CheckResult
from evidence_kit.timestamp.authorities import AuthorityList
from evidence_kit.timestamp.proof import Stamps, judge_stamps
from evidence_kit.timestamp.revocation import Statements
from evidence_kit.timestamp.verify import Judgement
from evidence_kit.verify import checks_bag, checks_exhibits, checks_seal, checks_tokens
from evidence_kit.verify.container import open_container
from evidence_kit.verify.exhibits import ExhibitFacts, read_exhibit
from evidence_kit.verify.findings import FAILED, NOT_CHECKED, not_checked
from evidence_kit.verify.reading import Package, read_package
from evidence_kit.verify.report import VerifyReport

CHECK_NAMES = (
    "container",
    "bag",
    "payload",
    "extra-file",
    "manifest-form",
    "artifact",
    "custody-chain",
    "custody-head",
    "seal-signature",
    "seal-key",
    "seal-token",
    "token",
    "authority-trusted",
)
"""Every check there is, in the order in which a report shows them."""


def verdict_of(checks: Sequence[CheckResult]) -> str:
    """``altered``, ``incomplete`` or ``intact``: what the checks add up to."""
    statuses = {check.status for check in checks}
    if FAILED in statuses:
        return "altered"
    return "incomplete" if NOT_CHECKED in statuses or not statuses else "intact"


def _unreadable(error: PackageUnreadable) -> VerifyReport:
    detail = f"{error.message} {error.hint}".strip()
    shell = CheckResult(name="container", status=FAILED, subject="", detail=detail)
    return VerifyReport(verdict="unreadable", checks=(shell,), facts={"option": error.command} if error.command else {})


def _not_understood() -> CheckResult:
    detail = _("Something in this package cannot be understood: no package of ours holds that.")
    return CheckResult(name="container", status=FAILED, subject="", detail=detail)


def verify_package(
    path: Path,
    *,
    password: str | None = None,
    authorities: AuthorityList,
    extra_roots: Sequence[bytes] = (),
    extra_statements: Sequence[bytes] = (),
    progress: ProgressSink = no_progress,
    cancel: CancelToken | None = None,
) -> VerifyReport:
    """Check the package at ``path``: a ZIP, a locked ZIP with its ``password``, or an unpacked folder.

    ``extra_roots`` are PEM texts of roots that the caller vouches for, beside all roots of ``authorities``.
    ``extra_statements`` are revocation lists and OCSP answers (DER) beside those in the package: whoever made the
    package can have left some out.
    Never writes a file. Raises Cancelled only: what cannot be opened gives the verdict ``unreadable``.
    Not promised: that what a page showed was true; a verdict speaks of bytes, order and time.
    """
    cancel = cancel or CancelToken()
    try:
        container = open_container(path, password, cancel)
        try:
            package = read_package(container, progress, cancel)
        finally:
            container.close()
    except PackageUnreadable as exc:
        return _unreadable(exc)
    except OSError as exc:
        return _unreadable(PackageUnreadable(_("The package cannot be read to its end: {reason}", reason=exc.strerror)))
    roots = [root.der for authority in authorities.all.values() for root in authority.roots]
    roots += [der for text in extra_roots for der in checks_tokens.pem_certificates(text)]
    try:
        checks, facts = judge_package(package, list(dict.fromkeys(roots)), cancel, extra_statements)
    except Cancelled:
        raise
    except Exception:  # noqa: BLE001 - hostile bytes: whatever a check stumbles over is a finding, never an error
        return VerifyReport(verdict="altered", checks=(_not_understood(),), facts={})
    return VerifyReport(verdict=verdict_of(checks), checks=tuple(checks), facts=facts)


def judge_package(
    package: Package, roots: Sequence[bytes], cancel: CancelToken, extra_statements: Sequence[bytes] = ()
) -> tuple[list[CheckResult], JsonObject]:
    """Every check over what was read. Pure but for the time it takes; raises Cancelled."""
    shell = checks_bag.check_container(package)
    if package.closed:
        why = _("The package was not opened, because of how it is built.")
        return [*shell, *(not_checked(name, "", why) for name in CHECK_NAMES[1:])], {}
    bag = checks_bag.read_bag(package)
    exhibits = []
    for folder in package.exhibits:
        cancel.check()
        exhibits.append(read_exhibit(package, folder))
    seal = checks_seal.read_seal(package)
    extra = checks_tokens.extra_certificates(package)

    said = Statements([*extra_statements, *checks_tokens.status_statements(package)], extra)

    def ask(reply: bytes, digest: str, data: bytes | None) -> tuple[Judgement, Stamps]:
        return judge_stamps(reply, sha256=digest, data=data, roots=roots, extra=extra)

    full = seal.variant not in checks_seal.VARIANTS[1:]
    stamps = checks_tokens.find_stamps(package, exhibits)
    tokens = checks_tokens.StampChecks(package, ask, said, cancel)
    found = [
        *shell,
        *checks_bag.check_bag(package, bag),
        *checks_bag.check_payload(package, bag),
        *checks_bag.check_extra(package, bag, seal.expected),
        *checks_exhibits.check_manifests(exhibits),
        *checks_exhibits.check_artifacts(package, exhibits, full=full),
        *checks_exhibits.check_chain(package, package.log, exhibits, full=full),
        *checks_exhibits.check_heads(package, package.log, exhibits),
        *checks_seal.check_signature(package, seal, bag.info),
        *checks_seal.check_key(seal, exhibits, package.log),
        *checks_tokens.check_seal_tokens(tokens, stamps, seal),
        *checks_tokens.check_tokens(package, tokens, stamps, exhibits),
        *checks_tokens.check_trusted(tokens, exhibits),
    ]
    return found, _facts(package, exhibits, seal, tokens.facts)


def _facts(
    package: Package, exhibits: Sequence[ExhibitFacts], seal: checks_seal.SealFacts, stamps: list[JsonObject]
) -> JsonObject:
    return {
        "ours": package.ours,
        "kind": package.kind,
        "files": len(package.sizes),
        "bytes": sum(package.sizes.values()),
        "vault_key": seal.vault_key or None,
        "created_at": seal.created_at or None,
        "variant": seal.variant or None,
        "entries": package.log.length if package.log else 0,
        "withheld_entries": package.log.withheld if package.log else 0,
        "exhibits": [
            {
                "folder": one.folder,
                "exhibit_id": one.exhibit_id or None,
                "manifest_sha256": one.manifest_sha256,
                "withheld": one.withheld,
            }
            for one in exhibits
        ],
        "tokens": stamps,
    }
