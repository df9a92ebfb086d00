"""Hash trees of RFC 4998, 4.2 and 4.3: many digests under one root, so that one timestamp covers all of them.

Each digest takes away the few nodes that lead from it to the root (its reduced tree), and is then proved without the
others. The tree is binary; a node that is left over at the end of a level is carried up as it is. Doubled digests are
one leaf, and leaves stand in ascending order: the same digests give the same root, in whatever order they came.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence

SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
"""The hashes that a tree may be made of, and the bytes of a digest of each."""

_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}

Reduced = tuple[tuple[bytes, ...], ...]
"""A reducedHashtree: lists from the leaf upwards, the first with the leaf itself; none where leaf and root are one."""


def hashed(algorithm: str, data: bytes) -> bytes:
    """The digest of ``data`` by one of :data:`SIZES`. Raises ValueError for any other name."""
    try:
        return _HASHES[algorithm](data).digest()
    except KeyError as exc:
        msg = f"no hash for trees: {algorithm}"
        raise ValueError(msg) from exc


class HashTree:
    """The tree over ``digests``: N - 1 hash operations and twice the digests in memory.

    Raises ValueError for no digest at all, for one of another length than ``algorithm`` has, or for an algorithm that
    is none of :data:`SIZES`. The digests are taken as they are: what they are made of is the caller's matter.
    """

    __slots__ = ("_levels", "algorithm")

    def __init__(self, digests: Iterable[bytes], algorithm: str = "sha256") -> None:
        if algorithm not in SIZES:
            msg = f"no hash for trees: {algorithm}"
            raise ValueError(msg)
        leaves = sorted(set(digests))
        if not leaves or any(len(leaf) != SIZES[algorithm] for leaf in leaves):
            msg = f"a tree needs digests of {algorithm}"
            raise ValueError(msg)
        self.algorithm = algorithm
        self._levels = [leaves]
        new = _HASHES[algorithm]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            level = [new(a + b if a <= b else b + a).digest() for a, b in pairs]
            if len(below) % 2:
                level.append(below[-1])
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        """What is to be stamped."""
        return self._levels[-1][0]

    def __len__(self) -> int:
        """The number of leaves; doubled digests count once."""
        return len(self._levels[0])

    def reduced(self, digest: bytes) -> Reduced:
        """The way of ``digest`` to the root; empty for the only leaf. Raises KeyError for one that is not in it."""
        leaves = self._levels[0]
        place = bisect_left(leaves, digest)
        if place == len(leaves) or leaves[place] != digest:
            raise KeyError(digest)
        lists: list[tuple[bytes, ...]] = []
        for level in self._levels[:-1]:
            beside = place ^ 1
            if beside < len(level):
                node = level[beside]
                lists.append((node,) if lists else tuple(sorted((digest, node))))
            place //= 2
        return tuple(lists)


def root_of(reduced: Reduced, algorithm: str) -> bytes:
    """The root that a reduced tree leads to (RFC 4998, 4.3, step 3), whatever its first list holds.

    A first list of one value is that value: a group of one document is not hashed again (4.2, step 3). Raises
    ValueError for an unknown algorithm, an empty tree or list, or a value that is no digest of ``algorithm``.
    """
    size = SIZES.get(algorithm)
    if not reduced or any(not nodes for nodes in reduced):
        msg = "an empty list in a hash tree"
        raise ValueError(msg)
    if any(len(node) != size for nodes in reduced for node in nodes):
        msg = f"not a digest of {algorithm}"
        raise ValueError(msg)
    first = reduced[0]
    above = first[0] if len(first) == 1 else _father(first, algorithm)
    for nodes in reduced[1:]:
        above = _father((*nodes, above), algorithm)
    return above


def _father(nodes: Sequence[bytes], algorithm: str) -> bytes:
    return hashed(algorithm, b"".join(sorted(nodes)))
