"""Packages in which an exhibit's time rests on an evidence record (RFC 4998), well or badly."""

from __future__ import annotations

import hashlib

from evidence_kit.timestamp.evidence_record import new_record

from .build import Files, TinyAuthority, Workshop, canonical
from .registry import ONE, resealed, vector

MANIFEST = ONE + "manifest.json"
OTHER = hashlib.sha256(b"the manifest of another exhibit").digest()


def record(files: Files, authority: TinyAuthority, digest: bytes | None = None) -> bytes:
    """A record over the manifest, or over another digest, that stands in a tree of two."""
    leaf = digest or hashlib.sha256(files[MANIFEST]).digest()
    both = tuple(sorted((leaf, OTHER)))
    return new_record(authority.stamp(b"".join(both)), algorithm="sha256", digest=leaf, tree=(both,))


def with_record(shop: Workshop, authority: TinyAuthority, digest: bytes | None = None) -> bytes:
    """Exhibit 001 has no token of its own, only the record."""

    def bend(files: Files) -> None:
        made = record(files, authority, digest)
        for name in ("a", "b"):
            files.pop(f"{MANIFEST}.{name}.tsr", None)
        files[f"{MANIFEST}.{authority.name}.ers"] = made

    return resealed(shop, bend)


@vector("intact")
def good_by_an_evidence_record_alone(shop: Workshop) -> bytes:
    return with_record(shop, shop.a)


@vector("intact")
def good_by_a_token_and_an_evidence_record(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[f"{MANIFEST}.b.ers"] = record(files, shop.b)
        del files[f"{MANIFEST}.b.tsr"]

    return resealed(shop, bend)


@vector("incomplete", unchecked={"authority-trusted"})
def evidence_record_of_an_invented_authority(shop: Workshop) -> bytes:
    return with_record(shop, shop.stranger)


@vector("altered", "token")
def evidence_record_of_another_exhibit(shop: Workshop) -> bytes:
    return with_record(shop, shop.a, hashlib.sha256(b"a third").digest())


@vector("altered", "token")
def evidence_record_that_is_none(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[f"{MANIFEST}.a.ers"] = b"0\x03\x02\x01\x01"

    return resealed(shop, bend)


@vector("altered", "token")
def evidence_record_cut(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[f"{MANIFEST}.a.ers"] = record(files, shop.a)[:-40]

    return resealed(shop, bend)


@vector("altered", "token")
def evidence_record_named_like_a_token(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[f"{MANIFEST}.a.tsr"] = record(files, shop.a)

    return resealed(shop, bend)


@vector("altered", "token")
def token_named_like_an_evidence_record(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[f"{MANIFEST}.a.ers"] = files.pop(f"{MANIFEST}.a.tsr")

    return resealed(shop, bend)


@vector("altered", "token", "artifact")
def evidence_record_over_something_else_than_a_manifest(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[ONE + "files.json.a.ers"] = record(files, shop.a, hashlib.sha256(files[ONE + "files.json"]).digest())

    return resealed(shop, bend)


@vector("altered", "token")
def one_evidence_record_passed_off_as_two(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[f"{MANIFEST}.c.ers"] = files[f"{MANIFEST}.a.ers"] = record(files, shop.a)

    return resealed(shop, bend)


@vector("intact")
def good_by_an_evidence_record_with_its_manifest_withheld(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        made, digest = record(files, shop.a), hashlib.sha256(files[MANIFEST]).hexdigest()
        for path in [p for p in files if p.startswith(ONE)]:
            del files[path]
        files[f"{MANIFEST}.a.ers"] = made
        files[ONE + "withheld.json"] = canonical(
            {"format": "evidence-kit/withheld/1", "manifest_sha256": digest, "reason": "variant"}
        )

    return resealed(shop, bend, shop.plan(variant="urls"))
