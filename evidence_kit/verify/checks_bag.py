"""Checks of the shell and of the bag: container, bag, payload, extra-file. Pure functions over a Package."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from evidence_kit.language import _
from evidence_kit.records import CheckResult
from evidence_kit.verify import bag as form
from evidence_kit.verify.findings import Findings
from evidence_kit.verify.names import folded, is_neutral
from evidence_kit.verify.reading import MANIFEST, SEAL, TAGMANIFEST, Package

ALWAYS_SEALED = ("bagit.txt", "bag-info.txt", MANIFEST)
SEAL_TOKEN = re.compile(r"tagmanifest-sha256\.txt\.([A-Za-z0-9_-]{1,60})\.tsr\Z")
_KEPT_ABSENT = 200


@dataclass(slots=True)
class BagFacts:
    """What the tag files of the bag say. Digests by algorithm, then path, for files that are there."""

    version: tuple[int, int] = form.FINAL
    codec: str = "utf-8"
    payload: dict[str, dict[str, str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    """Payload files that a manifest lists and that are not there; the first of them."""
    absent_count: int = 0
    promised: set[str] = field(default_factory=set)
    """What fetch.txt says can be fetched elsewhere."""
    info: dict[str, list[str]] = field(default_factory=dict)
    problems: Findings = field(default_factory=lambda: Findings("bag"))


def _read_manifest(package: Package, bag: BagFacts, path: str, is_tag: bool, algorithm: str) -> None:
    problems = bag.problems
    if algorithm not in form.ALGORITHMS:
        problems.fail(path, _("This manifest uses a digest that is not known here."))
        return
    try:
        text = form.decode(package.texts[path], bag.codec)
    except (KeyError, form.BadTagFile):
        problems.fail(path, _("This manifest cannot be read."))
        return
    if package.ours and not form.is_plain(package.texts[path]):
        problems.fail(path, _("This manifest does not have the form in which packages are written."))
    store = bag.tags if is_tag else bag.payload
    listed = store.setdefault(algorithm, {})

    def refuse(line: str) -> None:
        problems.fail(path, _("This line is not a digest and a path inside the package: {line}", line=repr(line[:80])))

    for name, digest in form.parse_manifest(text, algorithm, bag.version, refuse):
        if is_tag == name.startswith("data/"):
            refuse(name)
        elif name not in package.sizes:
            if is_tag:
                problems.fail(name, _("This file is listed and is not there."))
            else:
                bag.absent_count += 1
                if len(bag.absent) < _KEPT_ABSENT:
                    bag.absent.append(name)
        elif name in listed and (bag.version >= form.FINAL or listed[name] != digest):
            problems.fail(name, _("This file is listed twice."))
        else:
            listed[name] = digest


def read_bag(package: Package) -> BagFacts:
    """Parse the tag files. What is wrong with them stands in ``problems``."""
    bag = BagFacts()
    try:
        bag.version, bag.codec = form.parse_declaration(package.texts["bagit.txt"])
    except KeyError:
        bag.problems.fail("bagit.txt", _("This file is not there, or cannot be read."))
    except form.BadTagFile:
        bag.problems.fail("bagit.txt", _("This file does not have the form of a bag's declaration."))
    if package.ours and (bag.version, bag.codec) != (form.FINAL, "utf-8"):
        bag.problems.fail("bagit.txt", _("Packages are bags of version 1.0 in UTF-8; this one says something else."))
    for path in package.sizes:
        found = form.manifest_algorithm(path)
        if found:
            _read_manifest(package, bag, path, *found)
    for path, text in (
        ("bag-info.txt", package.texts.get("bag-info.txt")),
        ("fetch.txt", package.texts.get("fetch.txt")),
    ):
        if text is None:
            continue
        try:
            decoded = form.decode(text, bag.codec)
        except form.BadTagFile:
            bag.problems.fail(path, _("This file cannot be read."))
            continue
        if path == "bag-info.txt":
            bag.info = form.parse_info(decoded)
        else:
            bag.promised = form.parse_fetch(
                decoded,
                lambda line: bag.problems.fail(
                    "fetch.txt", _("This line names no file inside the package: {line}", line=repr(line[:80]))
                ),
            )
    return bag


def check_container(package: Package) -> list[CheckResult]:
    """The shell: every byte of the ZIP accounted for, every path safe, nothing that is not a plain file."""
    found = Findings("container")
    for path, sentence in package.problems:
        found.fail(path, sentence)
    for path, sentence in package.broken.items():
        if package.sha256(path) is None:
            found.fail(path, sentence)
    if package.ours:
        for path in package.sizes:
            if not is_neutral(package.prefix + path):
                found.fail(path, _("This path does not have the form of the paths in packages."))
        twins = Counter(folded(path) for path in package.sizes)
        for path in package.sizes:
            if package.kind != "zip" and twins[folded(path)] > 1:
                found.fail(path, _("This path differs from another one only in its capitals or accents."))
    if package.kind == "zip":
        return found.results("", _("Every byte of the ZIP belongs to one file, and every path is safe."))
    return found.results("", _("The folder holds plain files only. It has no ZIP around it that could be checked."))


def check_bag(package: Package, bag: BagFacts) -> list[CheckResult]:
    """The tag files: form, completeness, and their digests in the tag manifest."""
    found = bag.problems
    if not bag.payload:
        found.fail("", _("There is no manifest of the files in the package."))
    if package.ours:
        listed = bag.tags.get("sha256", {})
        for path in (MANIFEST, TAGMANIFEST):
            if path not in package.sizes:
                found.fail(path, _("This file is not there."))
        for path in ALWAYS_SEALED:
            if TAGMANIFEST in package.sizes and path in package.sizes and path not in listed:
                found.fail(path, _("This file is not covered by the seal."))
        if not {SEAL, TAGMANIFEST}.isdisjoint(listed):
            found.fail(TAGMANIFEST, _("The list of sealed files names the seal itself."))
    for algorithm, files in bag.tags.items():
        for path, digest in files.items():
            if package.digests[algorithm].get(path) != digest:
                found.fail(path, _("This file is not what its digest says: it was changed."))
    named = bag.info.get("external-identifier", [])
    if package.ours and package.kind == "zip" and named and package.prefix != f"{named[-1]}/":
        said = _("The folder of the package does not bear the name that was sealed: {name}", name=named[-1][:80])
        found.fail(package.prefix, said)
    oxum = bag.info.get("payload-oxum", [])
    payload = [size for path, size in package.sizes.items() if path.startswith("data/")]
    if oxum and not bag.promised and oxum[-1] != f"{sum(payload)}.{len(payload)}":
        found.fail("bag-info.txt", _("The number or the size of the files is not what the package says of itself."))
    return found.results("", _("The package describes itself completely, and its own lists are whole."))


def check_payload(package: Package, bag: BagFacts) -> list[CheckResult]:
    """Every file that the manifests list is there and is what it was."""
    found = Findings("payload")
    for path in bag.absent:
        if path in bag.promised and not package.ours:
            found.skip(path, _("This file is not in the package; it says that it can be fetched elsewhere."))
        else:
            found.fail(path, _("This file is listed and is not there."))
    for _hidden in range(bag.absent_count - len(bag.absent)):
        found.fail("", "")
    checked: set[str] = set()
    for algorithm, files in bag.payload.items():
        for path, digest in files.items():
            checked.add(path)
            given = package.digests[algorithm].get(path)
            if given is None:
                found.fail(path, package.broken.get(path) or _("The file cannot be read."))
            elif given != digest:
                found.fail(path, _("This file is not what its digest says: it was changed."))
    if not bag.payload and found.clean:
        found.skip("", _("There is no manifest against which the files could be checked."))
    return found.results(
        "", _("Files that are there, each with the digest that is listed for it: {count}.", count=len(checked))
    )


def check_extra(package: Package, bag: BagFacts, awaited: Sequence[str]) -> list[CheckResult]:
    """Nothing stands in the package that its lists do not know; ``awaited``: the authorities that its seal names."""
    found = Findings("extra-file")
    lists = list(bag.payload.values())
    need_all = bag.version >= form.FINAL
    for path in package.sizes:
        if path.startswith("data/"):
            known = all(path in one for one in lists) if need_all else any(path in one for one in lists)
            if lists and not known:
                found.fail(path, _("This file stands in no list of the package: it was added."))
    for path in package.outside:
        found.fail(path, _("This file stands beside the package, not in it."))
    for path in (*(package.empty if package.ours else ()), *package.empty_outside):
        found.fail(path, _("No file of the package lies in this folder: it was added."))
    if package.ours:
        sealed = bag.tags.get("sha256", {})
        allowed = {SEAL, TAGMANIFEST}
        for path in package.sizes:
            if path.startswith("data/") or path in sealed or path in allowed:
                continue
            token = SEAL_TOKEN.match(path)
            if token:
                if awaited and token[1] not in awaited:
                    found.fail(path, _("The seal names no authority of this name: the stamp was added."))
            elif path not in ALWAYS_SEALED:
                found.fail(path, _("This file stands in no list of the package: it was added."))
        if "fetch.txt" in sealed:
            found.fail("fetch.txt", _("A package holds all of its files; this one points elsewhere."))
    return found.results("", _("There is no file that the lists of the package do not know."))
