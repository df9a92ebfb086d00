"""The confidential annex gives nothing away by its digest, which stands in every package."""

from __future__ import annotations

from evidence_kit.canonical import from_canonical, to_canonical
from evidence_kit.digest import sha256_hex
from evidence_kit.workflow.manifests import compose_annex


def test_address_in_the_annex_cannot_be_guessed_from_its_digest():
    personal = {"local_address": "192.168.1.77", "host_name": "lea-pc"}
    annex = compose_annex("exhibit", personal)
    digest = sha256_hex(annex)
    known = from_canonical(annex)
    assert len(bytes.fromhex(known["salt"])) == 32
    for last in range(256):
        values = personal | {"local_address": f"192.168.1.{last}"}
        without = {k: v for k, v in known.items() if k != "salt"} | {"values": values}
        assert sha256_hex(to_canonical(without)) != digest
        assert sha256_hex(to_canonical(without | {"salt": "00" * 32})) != digest
    assert sha256_hex(to_canonical(known)) == digest


def test_two_annexes_of_the_same_values_differ():
    assert compose_annex("e", {"a": "b"}) != compose_annex("e", {"a": "b"})
