"""Documents of an exhibit's digests by a stronger hash: each must say of every file what the file is.

They are stamped beside a manifest that is renewed with that hash; from then on the files rest on it too (FORMAT).
"""

from __future__ import annotations

from evidence_kit.canonical import JsonObject, NotCanonical, from_canonical
from evidence_kit.language import _
from evidence_kit.records import DIGESTS_FORMAT
from evidence_kit.verify.exhibits import MAX_VALUES, ExhibitFacts
from evidence_kit.verify.findings import Findings
from evidence_kit.verify.reading import DIGEST_ALGORITHMS, Package


def compare_digests(package: Package, one: ExhibitFacts, found: Findings) -> int:
    """Compare every such document of an exhibit with its manifest and its files; what does not fit has failed.

    Gives how many of the files that are there stand in none of the documents, where there is one: they rest on SHA-256.
    """
    left = {claim.key for claim in one.files} if not one.withheld else set()
    for algorithm in DIGEST_ALGORITHMS:
        path = f"{one.base}digests-{algorithm}.json"
        if path not in package.sizes:
            continue
        value = _read(package.texts.get(path, b""), algorithm, one)
        if value is None:
            found.fail(path, _("This list of digests does not have its form, or is not about this exhibit."))
            continue
        by_hash = package.digests[algorithm]
        told = value["manifest"][algorithm]
        if by_hash.get(one.manifest_path, told) != told:
            found.fail(path, _("The manifest is not what this list of digests says: one of them was changed."))
        known, twins = {claim.key: one.base + claim.path for claim in one.files}, set()
        unknown = {claim.key for claim in one.artifacts}
        for entry in value["files"]:
            key = (entry["role"], entry["name"], entry["sha256"])
            if key in twins or (not one.withheld and key not in unknown):
                found.fail(path, _("This list of digests names a file that is not the manifest's, or names one twice."))
                break
            twins.add(key)
            if key in known and by_hash.get(known[key]) != entry[algorithm]:
                found.fail(known[key], _("This file is not what its digest says: it was changed."))
        left -= twins
    there = any(f"{one.base}digests-{algorithm}.json" in package.sizes for algorithm in DIGEST_ALGORITHMS)
    return len(left) if there else 0


def _read(untrusted: bytes, algorithm: str, one: ExhibitFacts) -> JsonObject | None:
    """The document, every field of the type that it must have; None where it is none, or is another exhibit's."""
    if sum(map(untrusted.count, (b",", b"[", b"{"))) > MAX_VALUES:
        return None
    try:
        value = from_canonical(untrusted)
    except NotCanonical:
        return None
    about, files = value.get("manifest"), value.get("files")
    if value.get("format") != DIGESTS_FORMAT or value.get("algorithm") != algorithm:
        return None
    if not isinstance(about, dict) or not isinstance(about.get(algorithm), str):
        return None
    if about.get("sha256") != one.manifest_sha256 or (not one.withheld and value.get("exhibit_id") != one.exhibit_id):
        return None
    texts = ("role", "name", "sha256", algorithm)
    if not isinstance(files, list) or not all(
        isinstance(f, dict) and all(isinstance(f.get(key), str) for key in texts) for f in files
    ):
        return None
    return value
