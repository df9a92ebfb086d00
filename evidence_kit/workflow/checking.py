"""Looking through the whole vault: files, rows, logs and tokens, each against what it must be."""

from __future__ import annotations

from evidence_kit.canonical import JsonObject
from evidence_kit.custody.chain import check_chain
from evidence_kit.errors import CustodyError
from evidence_kit.jobs import CancelToken, ProgressSink
from evidence_kit.records import TokenStatus
from evidence_kit.workflow import trusted_lists
from evidence_kit.workflow.context import Context
from evidence_kit.workflow.records import CheckReport


def _check_logs(context: Context) -> list[JsonObject]:
    findings: list[JsonObject] = []
    for chain in context.vault.index.chains():
        try:
            check_chain(context.vault.index.entries(chain), chain)
        except CustodyError as exc:
            findings.append({"what": "log-broken", "subject": chain, "detail": exc.message})
    return findings


def _check_tokens(context: Context, cancel: CancelToken) -> list[JsonObject]:
    from evidence_kit.timestamp.proof import judge_proof

    index = context.vault.index
    findings: list[JsonObject] = []
    roots = {name: [r.der for r in a.roots] for name, a in context.authorities().all.items()}
    for exhibit in index.exhibits():
        cancel.check()
        for token in index.tokens("manifest", exhibit.id):
            if token.status is not TokenStatus.GRANTED:
                continue
            reply = index.token_reply(token.id)
            verdict = (
                judge_proof(reply, sha256=exhibit.manifest_sha256, roots=roots.get(token.authority, []))
                if reply
                else None
            )
            if verdict is None or verdict.verdict == "invalid":
                findings.append(
                    {
                        "what": "token-invalid",
                        "subject": f"{exhibit.number} ({token.authority})",
                        "detail": verdict.reason if verdict else "",
                    }
                )
    return findings


def check(context: Context, *, fast: bool, progress: ProgressSink, cancel: CancelToken) -> CheckReport:
    """Everything (or, ``fast``, the structure only). Findings are values; a sound vault has none."""
    findings: list[JsonObject] = [
        {"what": f.what, "subject": f.subject, "detail": f.detail}
        for f in context.vault.check(fast=fast, progress=progress, cancel=cancel)
    ]
    findings += _check_logs(context)
    if not fast:
        findings += _check_tokens(context, cancel)
        findings += [
            {"what": "trusted-list-damaged", "subject": territory, "detail": why}
            for territory, why in trusted_lists.damaged(context)
        ]
    context.log.append(
        context.vault_chain,
        "vault.checked",
        detail={"findings": len(findings), "fast": fast},
    )
    return CheckReport(
        verdict="damaged" if findings else "sound",
        findings=tuple(findings),
        exhibits=len(context.vault.index.exhibits()),
        blobs=sum(1 for _name in context.vault.blobs.names()),
    )
