"""Rows: written once, found again, never changed; and what happens when the file is not what it should be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from vault_makers import CASE, PASSPHRASE, admit, artifact, exhibit_of

from evidence_kit.digest import sha256_hex
from evidence_kit.errors import (
    ExhibitMissing,
    UsageError,
    VaultCorrupt,
    VaultError,
)
from evidence_kit.records import Case, CustodyEntry, ExhibitState, Mandate, TokenStatus
from evidence_kit.vault import ExportRow, Vault, open_vault, search
from evidence_kit.vault.index import Index

KEY = bytes(range(32))
AT = "2026-03-01T10:00:00.000Z"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path, KEY, create=True)


def raw(index: Index, sql: str, *values: object) -> object:
    return index._run(sql, values)


def test_cases_come_back_as_they_went_in(index: Index) -> None:
    mandate = Mandate(person="Léa", scope="tout", dated="2026-03-01")
    index.add_case(CASE)
    index.add_case(Case(id="b", name="Übung 例", created_at=AT, for_someone_else=True, mandate=mandate))
    assert index.cases() == [CASE, index.case("b")]
    assert index.case("b") == Case(id="b", name="Übung 例", created_at=AT, for_someone_else=True, mandate=mandate)
    index.set_mandate(CASE.id, mandate)
    index.close_case(CASE.id, AT)
    stored = index.case(CASE.id)
    assert stored
    assert (stored.mandate, stored.closed_at) == (mandate, AT)
    assert index.case("nothing") is None
    with pytest.raises(UsageError):
        index.set_mandate("nothing", mandate)
    with pytest.raises(UsageError):
        index.close_case("nothing", AT)
    with pytest.raises(VaultError):
        index.add_case(CASE)


def test_exhibit_comes_back_as_it_went_in(vault: Vault) -> None:
    exhibit = admit(vault, [b"one", b"two"], annex=b"personal")
    index = vault.index
    assert index.exhibit(exhibit.id) == exhibit
    assert index.exhibit(1, CASE.id) == index.exhibit("1", CASE.id) == exhibit
    assert index.exhibit(1) is index.exhibit("1") is None  # a number alone names nothing
    assert index.exhibits() == index.exhibits(CASE.id) == [exhibit]
    assert sha256_hex(index.manifest(exhibit.id)) == exhibit.manifest_sha256
    assert index.annex(exhibit.id) == b"personal"
    assert [a.name for a in index.artifacts(exhibit.id)] == ["part-0.txt", "part-1.txt"]
    assert index.exhibit(2, CASE.id) is index.exhibit(1, "other") is None
    assert index.exhibit(exhibit.id, "other") is None
    assert index.exhibits("other") == []
    for ask in (index.manifest, index.annex, index.remove_artifacts):
        with pytest.raises(ExhibitMissing):
            ask("nothing")


def test_numbers_count_within_their_case(vault: Vault) -> None:
    admit(vault)
    admit(vault)
    other = admit(vault, case_id="b")
    assert other.number == 1
    assert vault.index.exhibit(1, "b") == other
    assert vault.index.next_number(CASE.id) == 3


def test_wrong_digest_or_taken_number_is_refused_whole(vault: Vault) -> None:
    admit(vault)
    thing = artifact(vault, b"more")
    exhibit, manifest = exhibit_of(1, [thing], exhibit_id="twin")
    with pytest.raises(VaultError):
        vault.index.add_exhibit(exhibit, manifest=manifest, artifacts=[thing])
    exhibit, manifest = exhibit_of(2, [thing])
    with pytest.raises(ValueError):
        vault.index.add_exhibit(exhibit, manifest=manifest + b" ", artifacts=[thing])
    with pytest.raises(ValueError):
        vault.index.add_exhibit(exhibit, manifest=manifest, artifacts=[thing], annex=b"x")
    with pytest.raises(VaultError):
        vault.index.add_exhibit(
            exhibit_of(1, case_id="nowhere")[0], manifest=exhibit_of(1, case_id="nowhere")[1], artifacts=[]
        )
    assert len(vault.index.exhibits()) == 1
    assert set(vault.index.blob_digests()) == {a.sha256 for a in vault.index.artifacts(f"{CASE.id}-0001")}


FORBIDDEN = [
    "DELETE FROM exhibit",
    "UPDATE exhibit SET manifest = x'00'",
    "UPDATE exhibit SET manifest_sha256 = 'x'",
    "UPDATE exhibit SET annex = NULL",
    "UPDATE exhibit SET annex_sha256 = 'x'",
    "UPDATE exhibit SET number = 9",
    "UPDATE exhibit SET id = 'x'",
    "UPDATE exhibit SET case_id = 'b'",
    "UPDATE exhibit SET url_final = 'x'",
    "UPDATE exhibit SET started_at = 'x'",
    "UPDATE exhibit SET title = 'x'",
    "UPDATE exhibit SET outcome = 'failed'",
    "INSERT OR REPLACE INTO exhibit SELECT * FROM exhibit",
    "DELETE FROM artifact",
    "UPDATE artifact SET sha256 = 'x'",
    "DELETE FROM custody_entry",
    "UPDATE custody_entry SET entry = x'00'",
    "UPDATE custody_entry SET head = 'x'",
    "INSERT OR REPLACE INTO custody_entry SELECT * FROM custody_entry",
    "UPDATE token SET reply = x'00'",
    "UPDATE token SET details = '{}', qualified = 0",
    "UPDATE token SET status = 'pending'",
    "DELETE FROM token",
    "DELETE FROM case_file",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_recorded_rows_cannot_be_changed(vault: Vault, sql: str) -> None:
    index = vault.index
    exhibit = admit(vault, annex=b"a")
    index.add_case(Case(id="b", name="b", created_at=AT))
    index.append_entries([CustodyEntry(chain="c", seq=0, entry=b"{}", digest="d", head="h")])
    token = index.add_token("manifest", exhibit.id, exhibit.manifest_sha256, "a", AT)
    index.grant_token(token.id, b"reply", AT, qualified=True)
    with pytest.raises(VaultError):
        raw(index, sql)
    assert index.exhibits() == [exhibit]
    assert index.token_reply(token.id) == b"reply"


def test_only_what_trusted_lists_say_of_a_granted_token_may_change(vault: Vault) -> None:
    index = vault.index
    one, two = (index.add_token("manifest", "e1", "00" * 32, name, AT) for name in ("a", "b"))
    granted = index.grant_token(one.id, b"reply", AT, qualified=False, details={"policy": "1.2.3"})
    said = {"qualified": True, "why": "listed", "reason": "It is."}
    index.set_qualified({one.id: said, two.id: said})
    assert index.tokens("manifest", "e1") == [
        replace(granted, qualified=True, details={"policy": "1.2.3", "qualification": said}),
        two,
    ]
    assert [token.id for token in index.granted_tokens()] == [one.id]
    index.set_qualified({one.id: said | {"qualified": False}})
    assert not index.granted_tokens()[0].qualified


def test_withdrawing_keeps_row_and_manifest_and_frees_only_its_own_files(vault: Vault) -> None:
    first = admit(vault, [b"shared", b"own"], text="secret words")
    second = admit(vault, [b"shared"])
    with pytest.raises(VaultError):
        vault.index.remove_artifacts(first.id)
    vault.index.set_state(first.id, ExhibitState.WITHDRAWN, "a mistake")
    assert vault.index.remove_artifacts(first.id) == [sha256_hex(b"own")]
    stored = vault.index.exhibit(first.id)
    assert stored
    assert (stored.state, stored.state_reason) == (ExhibitState.WITHDRAWN, "a mistake")
    assert vault.index.manifest(first.id)
    assert vault.index.artifacts(first.id) == []
    assert vault.index.exhibits(search="secret") == []
    assert vault.index.exhibits(search="example.test") == [stored, second]
    with pytest.raises(VaultError):
        vault.index.set_state(first.id, ExhibitState.NORMAL, "")
    with pytest.raises(ExhibitMissing):
        vault.index.set_state("nothing", ExhibitState.LOCKED, "")
    vault.blobs.remove(sha256_hex(b"own"))
    assert vault.check() == []


def test_removal_cut_short_is_finished_at_the_next_opening(vault: Vault, folder: Path) -> None:
    exhibit = admit(vault, [b"own", b"stored again later"])
    vault.index.set_state(exhibit.id, ExhibitState.LOCKED, "may show a minor")
    vault.index.remove_artifacts(exhibit.id)
    admit(vault, [b"stored again later"])
    vault.close()
    with open_vault(folder, passphrase=PASSPHRASE) as again:
        assert again.report.quarantined == ()
        assert not again.blobs.exists(sha256_hex(b"own"))
        assert again.blobs.read(sha256_hex(b"stored again later")) == b"stored again later"
        assert again.index.doomed() == []
        assert again.check() == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("eleve", [1]),
        ("ÉLÈVE", [1]),
        ("e\u0301le\u0300ve", [1]),
        ("sœur", [1]),
        ("soeur", [1]),
        ("l'élève", [1]),
        ("l’eleve", [1]),
        ("강남스타일", [2]),
        ("남스타", [2]),
        ("강남", [2]),
        ("你好", [3]),
        ("世界", [3]),
        ("界", [3]),
        ("你坏", []),
        ('dit "oui"', [4]),
        ('"', [4]),
        ("100%", [4]),
        ("a_b", [4]),
        ("axb", []),
        ("NEAR(a b)", []),
        ("title:page", []),
        ("oui OR non", []),
        ("oui non*", [4]),
        ("page", [1, 2, 3, 4]),
        ("page eleve", [1]),
        ("PAGE  \t eleve\n", [1]),
        ("-page", []),
        ("example.test/p?id=4", [4]),
        ("'; DROP TABLE exhibit; --", []),
        ("\x00", [1, 2, 3, 4]),
        ("", [1, 2, 3, 4]),
        ("   ", [1, 2, 3, 4]),
        ("\ud800", []),
        ("x" * 100_000, []),
        (" ".join(["page"] * 5000), [1, 2, 3, 4]),
        ("() ^ * + -", []),
    ],
)
def test_search_finds_words_in_any_script(vault: Vault, asked: str, found: list[int]) -> None:
    texts = ["L'élève et sa sœur", "오빤 강남스타일", "她说你好世界", 'elle dit "oui", non* a_b 100%']
    for number, text in enumerate(texts, start=1):
        admit(vault, [text.encode()], title=f"Page {number}", url=f"https://example.test/p?id={number}", text=text)
    assert [exhibit.number for exhibit in vault.index.exhibits(search=asked)] == found
    assert vault.index.exhibits("other", search=asked) == []


def test_folding_keeps_what_must_differ() -> None:
    assert search.fold("が") != search.fold("か")
    assert search.fold("강") == "강"
    assert search.fold("ＡＢＣ") == "abc"
    assert len(search.fold("x" * 3_000_000)) == search.MAX_TEXT


def test_paging_visits_every_exhibit_once(vault: Vault) -> None:
    for number in range(23):
        admit(vault, [b"same"], title=f"Titre {number}", text="mot cherché" if number % 2 else "")
    for asked, total in (("", 23), ("cherche", 11)):
        for backwards in (False, True):
            seen: list[int] = []
            after: tuple[str, ...] | None = None
            while page := vault.index.exhibits(CASE.id, search=asked, after=after, limit=5, newest_first=backwards):
                seen += [exhibit.number for exhibit in page]
                after = (page[-1].id,)
            assert len(seen) == total
            assert seen == sorted(seen, reverse=backwards)
    assert vault.index.exhibits(after=("nothing",)) == []


def test_custody_entries_follow_each_other(index: Index) -> None:
    entries = [CustodyEntry(chain="case:a", seq=n, entry=b"{%d}" % n, digest=f"d{n}", head=f"h{n}") for n in range(5)]
    assert index.last_entry("case:a") is None
    for entry in entries:
        index.append_entries([entry])
    index.append_entries([CustodyEntry(chain="vault", seq=0, entry=b"x", digest="d", head="h")])
    assert index.entries("case:a") == entries
    assert index.entries("case:a", after=1, limit=2) == entries[2:4]
    assert index.last_entry("case:a") == entries[-1]
    assert index.chains() == ["case:a", "vault"]
    for seq in (4, 6, -1):
        with pytest.raises(VaultError):
            index.append_entries([CustodyEntry(chain="case:a", seq=seq, entry=b"", digest="", head="")])


def test_tokens_go_from_pending_to_granted_or_refused(index: Index) -> None:
    one = index.add_token("manifest", "e1", "00" * 32, "a", AT)
    two = index.add_token("manifest", "e1", "00" * 32, "b")
    three = index.add_token("head", "case:a:7", "11" * 32, "a", AT)
    assert one.status is TokenStatus.PENDING
    assert index.pending_tokens() == [one, two, three]
    assert index.note_attempt(two.id, "no answer " * 200).attempts == 1
    granted = index.grant_token(one.id, b"reply", AT, True, {"policy": "1.2.3", "warnings": ["é"]})
    assert (granted.status, granted.reply_sha256, granted.details["policy"]) == (
        TokenStatus.GRANTED,
        sha256_hex(b"reply"),
        "1.2.3",
    )
    assert index.refuse_token(three.id, "bad request").status is TokenStatus.REFUSED
    assert [token.id for token in index.pending_tokens()] == [two.id, three.id]  # a refusal may be taken back
    assert [token.id for token in index.tokens("manifest", "e1")] == [one.id, two.id]
    assert index.token_reply(one.id) == b"reply"
    assert index.token_reply(two.id) is None
    assert index.token_reply(99) is None
    with pytest.raises(VaultError):
        index.grant_token(one.id, b"other", AT, True)
    with pytest.raises(VaultError):
        index.note_attempt(99, "x")


def test_kept_data_is_what_its_digest_says(index: Index) -> None:
    digest = sha256_hex(b"head")
    index.keep_data(digest, b"head")
    index.keep_data(digest, b"head")
    assert index.data(digest) == b"head"
    assert index.data("00" * 32) is None
    with pytest.raises(ValueError):
        index.keep_data("00" * 32, b"head")
    raw(index, "UPDATE kept_data SET bytes = x'00'")
    with pytest.raises(VaultCorrupt):
        index.data(digest)


def test_exports_come_back(index: Index) -> None:
    index.add_case(CASE)
    row = ExportRow(
        id="x", case_id=CASE.id, created_at=AT, name="p.zip", variant="full", sha256="00", size=9, exhibits=("a", "b")
    )
    index.add_export(row)
    assert index.exports(CASE.id) == [row]
    assert index.exports("other") == []


def test_attempts_are_a_journal(vault: Vault) -> None:
    index = vault.index
    index.add_case(CASE)
    index.begin_attempt("t1", CASE.id, {"url": "https://é.test"}, AT)
    index.update_attempt("t1", {"steps": [1]})
    things = [artifact(vault, b"a"), artifact(vault, b"b", role="pdf", name="page.pdf")]
    for thing in things:
        index.attempt_artifact("t1", thing)
    (attempt,) = index.open_attempts()
    assert (attempt.request, attempt.state, attempt.artifacts) == (
        {"url": "https://é.test"},
        {"steps": [1]},
        tuple(things),
    )
    assert set(index.blob_digests()) == {thing.sha256 for thing in things}
    index.end_attempt("t1")
    index.end_attempt("t1")
    assert index.open_attempts() == []
    assert list(index.blob_digests()) == []
    for ask in (lambda: index.update_attempt("t1", {}), lambda: index.attempt_artifact("t1", things[0])):
        with pytest.raises(VaultError):
            ask()
