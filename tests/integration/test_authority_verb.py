"""The verb ``authority``: one's own authority is added, tried, ordered and removed, with an account if need be."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from evidence_kit import clock
from evidence_kit.jobs import CancelToken
from evidence_kit.workflow.authorities import Authorities
from evidence_kit.workflow.session import Session
from tests.integration.conftest import PASSPHRASE, take_in
from tests.integration.test_trusted_lists import SIGNER, pem_of, times
from tests.kit import trusted_lists as kit
from tests.kit.authority import Authority, der_of

PASSWORD = "correct horse battery"


@pytest.fixture
def third(tmp_path):
    with Authority(tmp_path / "third", "third", "P-256") as made:
        yield made


def by_name(answer):
    return {one["name"]: one for one in answer}


def test_own_authority_is_added_tried_ordered_and_removed(run, third):
    assert (
        run("authority", "add", "ours", third.url, "--root", third.root, "--operator", "Us", "--country", "FR")[0] == 0
    )
    code, listed = run("authority", "list")
    ours = by_name(listed)["ours"]
    assert (code, ours["asked"], ours["own"], ours["operator"], ours["country"]) == (0, 3, True, "Us", "FR")
    assert [one["name"] for one in listed[:3]] == ["a", "b", "ours"]
    code, (tried,) = run("authority", "test", "ours")
    assert (code, tried["granted"], tried["policy"]) == (0, True, "1.3.6.1.4.1.55555.1")
    assert "third stamper" in tried["signer"]
    assert abs(clock.parse(tried["gen_time"]) - clock.now()) < dt.timedelta(minutes=1)
    assert (tried["qualified_statement"], tried["qualified"]) == (False, False)
    assert "does not say of itself" in tried["qualified_reason"]
    assert 0 < tried["seconds"] < 30
    assert len(third.requests) == 1
    assert [a["asked"] for a in by_name(run("authority", "order", "ours", "b")[1]).values()][:3] == [1, 2, None]
    assert run("authority", "remove", "ours")[0] == 0
    assert "ours" not in by_name(run("authority", "list")[1])


def test_authority_that_answers_badly_is_said_and_exit_1(run, authorities, third):
    authorities[0].mode = "wrong-chain"
    authorities[1].mode = "500"
    code, (first, second) = run("authority", "test")
    assert code == 1
    assert not first["granted"]
    assert not second["granted"]
    assert "none of the given roots" in first["error"]
    assert "500" in second["error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "ours", "ftp://x.example/", "--root", "R"),
        ("add", "ours", "http://x.example/", "--root", "R", "--account", "me", "--password-file", "P"),
        ("add", "ours", "https://x.example/", "--root", "R", "--account", "me"),
        ("add", "ours", "https://x.example/", "--root", "nowhere.pem"),
        ("add", "ours", "https://x.example/"),
        ("remove", "nobody"),
        ("order",),
        ("order", "nobody"),
        ("test", "nobody"),
        ("trusted-list", "nowhere.xml"),
        ("trusted-list", "--lotl", "nowhere.xml"),
    ],
)
def test_wrong_use_is_exit_2_and_changes_nothing(run, vault, third, tmp_path, arguments):
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    overlay = Path(os.environ["EVIDENCE_KIT_HOME"], "authorities.toml")
    before = overlay.read_bytes()
    code, answer = run("authority", *({"R": third.root, "P": password}.get(one, one) for one in arguments))
    assert (code, answer["error"]["kind"]) == (2, "usage")
    assert overlay.read_bytes() == before


def test_trusted_list_is_imported_and_listed(run, vault, authorities, tmp_path):
    told = kit.service([der_of(authorities[0].root)])
    file = tmp_path / "list.xml"
    file.write_bytes(kit.sign(kit.national(told, **times()), SIGNER))
    assert run("authority", "trusted-list") == (0, [])
    code, answer = run("authority", "trusted-list", file, "--signer", pem_of(SIGNER, tmp_path / "signer.pem"))
    assert (code, answer["territory"], answer["number"], answer["tokens"]) == (0, "XX", 7, 0)
    code, (kept,) = run("authority", "trusted-list")
    assert (code, kept["territory"], kept["sequence"]) == (0, "XX", 7)
    code, answer = run("authority", "trusted-list", file, "--signer", tmp_path / "signer.pem")
    assert (code, answer["error"]["kind"]) == (1, "trusted-list-refused")


@pytest.fixture
def secure(third, tmp_path, monkeypatch):
    """The third authority behind https, with a certificate that this test trusts."""
    holder = kit.holder("server")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(holder.key.public_key())
        .serial_number(7)
        .not_valid_before(kit.START)
        .not_valid_after(kit.END)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(holder.key, hashes.SHA256())
    )
    pem, key = tmp_path / "server.pem", tmp_path / "server.key"
    pem.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    formats = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key.write_bytes(holder.key.private_bytes(serialization.Encoding.PEM, *formats))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    third.over_tls(context)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    return third


@pytest.fixture
def added(run, vault, secure, tmp_path):
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    account = ("--account", "mïna", "--password-file", password)
    code, answer = run("authority", "add", "paid", secure.url, "--root", secure.root, *account)
    assert (code, by_name(answer)["paid"]["account"]) == (0, "mïna")
    return secure


def test_account_is_sent_and_its_password_stands_in_the_vault_alone(run, vault, added):
    home = Path(os.environ["EVIDENCE_KIT_HOME"])
    for file in [p for p in home.rglob("*") if p.is_file()]:
        assert PASSWORD.encode() not in file.read_bytes()
    code, (tried,) = run("authority", "test", "paid")
    assert (code, tried["granted"]) == (0, True)
    sent = added.headers[-1]["authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == f"mïna:{PASSWORD}"
    assert PASSWORD not in json.dumps(run("authority", "list")[1])


def test_captures_and_imports_use_the_account(run, vault, added, tmp_path):
    with Session.open(Path(vault["vault"]), PASSPHRASE) as session:
        session.add_case("A")
        record = take_in(session, tmp_path / "a.txt")
        assert {t.authority: t.status.value for t in record.tokens}["paid"] == "granted"
    assert added.headers[-1]["authorization"].startswith("Basic ")


def test_password_is_not_sent_to_another_address_than_it_was_given_for(run, vault, added):
    overlay = Path(os.environ["EVIDENCE_KIT_HOME"], "authorities.toml")
    overlay.write_text(overlay.read_text().replace(added.url, added.url + "elsewhere"))
    code, (tried,) = run("authority", "test", "paid")
    assert (code, tried["granted"]) == (1, False)
    assert "password is not kept in this vault" in tried["error"]
    assert added.requests == []


def test_account_without_a_vault_is_not_asked(added):
    tried = Authorities().test("paid", CancelToken())
    assert "password is not kept in this vault" in tried.error
    assert added.requests == []


def test_removed_account_is_forgotten(run, vault, added):
    assert run("authority", "remove", "paid")[0] == 0
    with Session.open(Path(vault["vault"]), PASSPHRASE) as session:
        assert not session._context.vault.get_meta("authority-account:paid")
