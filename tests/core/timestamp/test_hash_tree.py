"""Trees of RFC 4998: every leaf leads to the one root, checked by hand with hashlib alone."""

from __future__ import annotations

import hashlib
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.timestamp import hash_tree
from evidence_kit.timestamp.hash_tree import HashTree, root_of


def _digests(count: int, algorithm: str = "sha256") -> list[bytes]:
    return [hashlib.new(algorithm, f"exhibit {n}".encode()).digest() for n in range(count)]


def _by_hand(lists: tuple[tuple[bytes, ...], ...], leaf: bytes, algorithm: str) -> bytes:
    """RFC 4998, 4.3, steps 2 and 3, written from the text and not from the module under test."""
    if not lists:
        return leaf
    assert lists[0].count(leaf) == 1
    value = None
    for nodes in lists:
        held = list(nodes) + ([value] if value is not None else [])
        assert len(held) > 1
        digest = hashlib.new(algorithm)
        for node in sorted(held):
            digest.update(node)
        value = digest.digest()
    assert value is not None
    return value


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("count", [1, 2, 3, 5, 21, 1000])
def test_every_leaf_leads_to_the_root(count: int, algorithm: str) -> None:
    digests = _digests(count, algorithm)
    tree = HashTree(digests, algorithm)
    for digest in digests:
        lists = tree.reduced(digest)
        assert _by_hand(lists, digest, algorithm) == tree.root
        assert not lists or root_of(lists, algorithm) == tree.root
        assert all(list(nodes) == sorted(nodes) for nodes in lists)
        assert len(lists) <= (count - 1).bit_length()


def test_tree_of_three_is_the_one_that_is_drawn_in_the_rfc() -> None:
    a, b, c = sorted(_digests(3))
    below = hashlib.sha256(a + b).digest()
    tree = HashTree([c, a, b])
    assert tree.root == hashlib.sha256(min(below, c) + max(below, c)).digest()
    assert tree.reduced(a) == tree.reduced(b) == ((a, b), (c,))
    assert tree.reduced(c) == (tuple(sorted((below, c))),)


def test_lone_leaf_is_its_own_root_and_needs_no_tree() -> None:
    (only,) = _digests(1)
    assert (HashTree([only]).root, HashTree([only]).reduced(only)) == (only, ())


def test_doubled_digests_are_one_leaf() -> None:
    digests = _digests(5)
    doubled = HashTree([*digests, digests[2], digests[2], digests[0]])
    assert (doubled.root, len(doubled)) == (HashTree(digests).root, 5)
    assert root_of(doubled.reduced(digests[2]), "sha256") == doubled.root
    assert HashTree([digests[0]] * 4).reduced(digests[0]) == ()


@given(count=st.integers(1, 70), seed=st.integers(0, 9999))
@settings(max_examples=60, database=None)
def test_order_of_the_digests_does_not_matter_and_any_other_leaf_leads_elsewhere(count: int, seed: int) -> None:
    digests = _digests(count)
    shuffled = random.Random(seed).sample(digests, count)
    tree, other = HashTree(digests), HashTree(shuffled)
    chosen = random.Random(seed).choice(digests)
    assert (tree.root, tree.reduced(chosen)) == (other.root, other.reduced(chosen))
    stranger = hashlib.sha256(b"stranger").digest()
    lists = tree.reduced(chosen)
    for level, nodes in enumerate(lists):
        for place in range(len(nodes)):
            changed = list(nodes)
            changed[place] = stranger
            assert root_of((*lists[:level], tuple(changed), *lists[level + 1 :]), "sha256") != tree.root


def test_swapped_or_missing_lists_lead_elsewhere() -> None:
    digests = _digests(21)
    tree = HashTree(digests)
    lists = tree.reduced(digests[0])
    assert len(lists) > 2
    for changed in (lists[1:], lists[:-1], (lists[0], lists[2], lists[1], *lists[3:]), (lists[0][:1], *lists[1:])):
        assert root_of(changed, "sha256") != tree.root


def test_order_within_a_list_is_not_what_counts() -> None:
    """The one who checks puts them in order (4.3, step 3)."""
    digests = _digests(4)
    tree = HashTree(digests)
    first, *others = tree.reduced(digests[0])
    assert root_of((first[::-1], *others), "sha256") == tree.root


@pytest.mark.parametrize(
    ("digests", "algorithm"),
    [([], "sha256"), ([b"short"], "sha256"), ([bytes(32)], "sha512"), ([bytes(20)], "sha1"), ([bytes(16)], "md5")],
)
def test_tree_of_nothing_or_of_what_is_no_digest_is_refused(digests: list[bytes], algorithm: str) -> None:
    with pytest.raises(ValueError, match=r"digests of|no hash for trees"):
        HashTree(digests, algorithm)


@pytest.mark.parametrize(
    ("lists", "algorithm"),
    [
        ((), "sha256"),
        (((),), "sha256"),
        (((bytes(32), bytes(32)), ()), "sha256"),
        (((bytes(32), bytes(31)),), "sha256"),
        (((bytes(32),),), "sha512"),
        (((bytes(20), bytes(20)),), "sha1"),
    ],
)
def test_reduced_tree_of_what_is_no_digest_is_refused(lists: hash_tree.Reduced, algorithm: str) -> None:
    with pytest.raises(ValueError, match=r"empty list|not a digest"):
        root_of(lists, algorithm)


def test_digest_that_is_not_in_the_tree_has_no_way() -> None:
    for stranger in (bytes(32), b"\xff" * 32):
        with pytest.raises(KeyError):
            HashTree(_digests(7)).reduced(stranger)


def test_ten_thousand_leaves_are_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """N - 1 hash operations, and all ways to the root in seconds even on a slow machine."""
    count, calls = 10_000, 0

    def counting(data: bytes) -> object:
        nonlocal calls
        calls += 1
        return hashlib.sha256(data)

    digests = _digests(count)
    monkeypatch.setitem(hash_tree._HASHES, "sha256", counting)
    begun = time.process_time()
    tree = HashTree(digests)
    ways = sum(len(tree.reduced(digest)) for digest in digests)
    assert time.process_time() - begun < 5
    assert calls == count - 1
    assert ways <= count * 14
