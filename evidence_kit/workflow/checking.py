"""Looking through the whole vault: files, rows, logs and tokens, each against what it must be."""

from __future__ import annotations

from evidence_kit.canonical import JsonObject
from evidence_kit.custody.chain import check_chain
from evidence_kit.errors import CustodyError, VaultCorrupt
from evidence_kit.jobs import CancelToken, ProgressSink
from evidence_kit.records import Exhibit, Token, TokenStatus
from evidence_kit.workflow import digests, trusted_lists
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
    every = [der for ders in roots.values() for der in ders]
    for exhibit in index.exhibits():
        for token in (*index.tokens("manifest", exhibit.id), *index.tokens(digests.TARGET, exhibit.id)):
            cancel.check()
            if token.status is not TokenStatus.GRANTED:
                continue
            try:
                data = index.data(token.data_sha256) if token.target == digests.TARGET else index.manifest(exhibit.id)
                proofs = [(index.token_reply(token.id) or b"", roots.get(token.authority, []))]
                renewed = index.renewed_record(token.id)
            except VaultCorrupt as exc:
                findings.append(_invalid(exhibit, token, exc.message))
                continue
            for proof, pinned in [*proofs, *([(renewed, every)] if renewed else [])]:
                verdict = judge_proof(proof, sha256=token.data_sha256, data=data, roots=pinned)
                if verdict.verdict == "invalid":
                    findings.append(_invalid(exhibit, token, verdict.reason))
    return findings


def _invalid(exhibit: Exhibit, token: Token, detail: str) -> JsonObject:
    return {"what": "token-invalid", "subject": f"{exhibit.number} ({token.authority})", "detail": detail}


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
