"""The list of bent packages, and the small tools that bend them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from .build import Files, Plan, Workshop, assemble, canonical, lists, pack, seal

LOG = "data/custody/log.jsonl"
ONE = "data/exhibits/001/"
PICTURE = ONE + "contenu-sensible/screenshot.png"
ALL_AFTER_SHELL = frozenset(
    {"bag", "payload", "extra-file", "manifest-form", "artifact", "custody-chain", "custody-head", "seal-signature",
     "seal-key", "seal-token", "token", "authority-trusted"}
)  # fmt: skip
Make = Callable[[Workshop], bytes]


@dataclass(frozen=True)
class Vector:
    name: str
    make: Make
    verdict: str
    failed: frozenset[str] = field(default=frozenset())
    unchecked: frozenset[str] = field(default=frozenset())


VECTORS: list[Vector] = []


def vector(verdict: str, *failed: str, unchecked: frozenset[str] | set[str] = frozenset()) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        name = make.__name__.strip("_").replace("_", "-")
        VECTORS.append(Vector(name, make, verdict, frozenset(failed), frozenset(unchecked)))
        return make

    return register


def flip(data: bytes, at: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def change(shop: Workshop, path: str, data: bytes | None, *, relist: bool = False) -> bytes:
    """The good package with one file changed, added or (None) removed."""
    files = {p: d for p, d in shop.good.items() if p != path} | ({path: data} if data is not None else {})
    return pack(lists(files) if relist else files)


def resealed(shop: Workshop, bend: Callable[[Files], None], plan: Plan | None = None) -> bytes:
    """What the owner of the key could make: the payload bent, then everything listed, sealed and stamped anew."""
    plan = plan or shop.plan()
    files = assemble(plan)
    bend(files)
    return pack(seal(files, plan))


def remade_manifest(shop: Workshop, files: Files, **more: object) -> None:
    """Bend exhibit 001's manifest in canonical form and stamp it anew, as its owner could."""
    value = json.loads(files[ONE + "manifest.json"]) | more
    files[ONE + "manifest.json"] = canonical(value)
    for authority in shop.known:
        files[f"{ONE}manifest.json.{authority.name}.tsr"] = authority.stamp(canonical(value))
