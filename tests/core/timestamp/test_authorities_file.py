"""Changing the person's own list of authorities: only what is meant changes, and what she wrote stays."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from evidence_kit.digest import sha256_hex
from evidence_kit.errors import SettingsError, UsageError
from evidence_kit.timestamp import authorities
from evidence_kit.timestamp.authorities_file import AuthoritiesFile, NewAuthority
from tests.kit import trusted_lists as kit

ROOT = kit.holder("A root")
OTHER = kit.holder("Another root")


def pem(*ones: kit.Holder) -> bytes:
    return b"".join(one.cert.public_bytes(serialization.Encoding.PEM) for one in ones)


NEW = NewAuthority(name="ours", url="https://tsa.example/", roots=(pem(ROOT),))

WRITTEN = """\
# Written by hand,
# for all of our computers.

default = [   # the paid one first
    "paid",
    "digicert",
]  # ask the treasurer

# The contract ends in June.
[[authority]]
name = "paid"
url = "https://stamp.example/"   # not the old one
roots = ["paid.pem"]
colour = "green"

# Only for tests.
[[authority]]
name = "second"
url = "http://second.example/"
roots = ["paid.pem"]

# The end.
"""


@pytest.fixture
def own(tmp_path: Path) -> AuthoritiesFile:
    return AuthoritiesFile(tmp_path / "home" / "authorities.toml")


@pytest.fixture
def written(own: AuthoritiesFile) -> AuthoritiesFile:
    own.path.parent.mkdir()
    own.path.write_bytes(WRITTEN.encode())
    (own.path.parent / "paid.pem").write_bytes(pem(ROOT))
    return own


def text(own: AuthoritiesFile) -> str:
    return own.path.read_bytes().decode()


def test_first_own_authority_is_asked_last_and_its_root_is_pinned(own: AuthoritiesFile) -> None:
    shipped = [a.name for a in own.load().default]
    known = own.add(replace(NEW, operator="Us", country="FR", policies=("1.2.3",), pause_seconds=2))
    assert [a.name for a in known.default] == [*shipped, "ours"]
    read = authorities.load(own.path).all["ours"]
    assert (read.operator, read.country, read.policies, read.pause_seconds) == ("Us", "FR", ("1.2.3",), 2)
    assert read.own
    assert not known.all[shipped[0]].own
    (root,) = read.roots
    assert (root.der, root.sha256) == (ROOT.der, sha256_hex(ROOT.der))
    assert root.pem_path.parent == own.path.parent / "authorities"
    root.pem_path.write_bytes(pem(OTHER))
    with pytest.raises(SettingsError, match="not the certificate that it should be"):
        authorities.load(own.path)


def test_what_a_person_wrote_stays_word_for_word(written: AuthoritiesFile) -> None:
    written.add(NEW)
    after = text(written)
    beginning, _default, rest = WRITTEN.partition("default = [")
    rest = rest.partition("# ask the treasurer\n")[2]
    assert after.startswith(beginning + 'default = ["paid", "digicert", "ours"]  # ask the treasurer\n' + rest)
    written.remove("ours")
    assert (
        text(written).rstrip() == after.partition('\n[[authority]]\nname = "ours"')[0].replace(', "ours"', "").rstrip()
    )
    assert list((written.path.parent / "authorities").iterdir()) == []
    assert (written.path.parent / "paid.pem").exists()


def test_order_alone_changes_one_line(written: AuthoritiesFile) -> None:
    known = written.order(["second", "paid"])
    assert [a.name for a in known.default] == ["second", "paid"]
    assert '\ndefault = ["second", "paid"]  # ask the treasurer\n' in text(written)
    assert '# The contract ends in June.\n[[authority]]\nname = "paid"' in text(written)


def test_order_is_put_below_the_opening_words(own: AuthoritiesFile) -> None:
    own.path.parent.mkdir()
    own.path.write_bytes(b"# What this is.\r\n\r\n# Unused.\r\n")
    own.order(["digicert"])
    assert own.path.read_bytes() == b'# What this is.\r\n\r\ndefault = ["digicert"]\r\n\r\n# Unused.\r\n'


def test_removing_keeps_comments_and_the_other_entries(written: AuthoritiesFile) -> None:
    known = written.remove("paid")
    assert [a.name for a in known.default] == ["digicert"]
    assert '# The contract ends in June.\n# Only for tests.\n[[authority]]\nname = "second"' in text(written)
    assert text(written).endswith("# The end.\n")
    assert (written.path.parent / "paid.pem").exists()


def test_windows_line_ends_stay(written: AuthoritiesFile) -> None:
    written.path.write_bytes(WRITTEN.replace("\n", "\r\n").encode())
    written.add(NEW)
    raw = written.path.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")


@pytest.mark.parametrize(
    "odd",
    [
        'default = ["digicert"]\nauthority = [{name = "paid", url = "http://a.example/", roots = ["paid.pem"]}]\n',
        'note = """\n[[authority]]\nname = "second"\n"""\n' + WRITTEN,
        WRITTEN + '[[authority]]\nname = "x"\nurl = "http://x.example/"\nroots = [\n[][0:0]',
    ],
)
def test_unusual_writing_is_changed_rightly_or_not_at_all(written: AuthoritiesFile, odd: str) -> None:
    written.path.write_text(odd)
    for change in (
        lambda: written.add(NEW),
        lambda: written.order(["digicert", "certum"]),
        lambda: written.remove("second"),
        lambda: written.remove("paid"),
    ):
        before = text(written)
        try:
            known = change()
        except (SettingsError, UsageError):
            assert text(written) == before
            continue
        assert tomllib.loads(text(written)).get("note") == tomllib.loads(odd).get("note")
        assert [a.name for a in authorities.load(written.path).default] == [a.name for a in known.default]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (replace(NEW, name="Ours"), "small letters"),
        (replace(NEW, name="digicert"), "already"),
        (replace(NEW, url="ftp://tsa.example/"), "begins with http"),
        (replace(NEW, url="https://me:secret@tsa.example/"), "must not stand in the address"),
        (replace(NEW, url="https://tsa example/"), "begins with http"),
        (replace(NEW, account="me", url="http://tsa.example/"), "begins with https"),
        (replace(NEW, account="me:you"), "without a colon"),
        (replace(NEW, roots=()), "root certificates"),
        (replace(NEW, roots=(b"nothing",)), "holds no certificate"),
        (replace(NEW, policies=("one",)), "A policy is a number"),
        (replace(NEW, pause_seconds=-1), "number of seconds"),
    ],
)
def test_wrong_wish_changes_nothing(written: AuthoritiesFile, new: NewAuthority, expected: str) -> None:
    with pytest.raises((UsageError, SettingsError), match=expected):
        written.add(new)
    assert text(written) == WRITTEN
    folder = written.path.parent / "authorities"
    assert not folder.exists() or not list(folder.iterdir())


def test_shipped_or_last_one_cannot_be_removed(written: AuthoritiesFile) -> None:
    with pytest.raises(UsageError, match="comes with the program"):
        written.remove("digicert")
    written.order(["paid"])
    with pytest.raises(UsageError, match="only authority that is asked"):
        written.remove("paid")
    for names in ([], ["paid", "paid"], ["nobody"]):
        with pytest.raises(UsageError):
            written.order(names)
    assert [a.name for a in written.load().default] == ["paid"]


def test_file_that_cannot_be_read_is_left_alone(written: AuthoritiesFile) -> None:
    written.path.write_text("default = [")
    with pytest.raises(SettingsError):
        written.add(NEW)
    assert text(written) == "default = ["


def test_secret_is_in_no_text_of_an_authority(own: AuthoritiesFile) -> None:
    known = own.add(replace(NEW, account="me")).all["ours"]
    assert (known.account, known.secret) == ("me", "")
    assert "hunter2" not in repr(replace(known, secret="hunter2"))
