"""The shipped list of authorities, and what is said about mistakes in one's own."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from evidence_kit import paths
from evidence_kit.errors import SettingsError
from evidence_kit.timestamp import authorities, certificates
from tests.kit.authority import Maker, der_of

SHIPPED = paths.resource("authorities", "authorities.toml")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Maker(tmp_path_factory.mktemp("root"), "Own", "P-256").root


def _overlay(folder: Path, text: str) -> Path:
    path = folder / "authorities.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_list_can_be_read_and_asks_two_operators() -> None:
    found = authorities.load()
    assert len(found.default) == 2
    assert len({a.operator for a in found.default}) == 2
    assert all(a.name == name for name, a in found.all.items())
    assert all(a.roots for a in found.all.values())


def test_each_shipped_root_is_the_one_whose_digest_stands_in_the_list() -> None:
    listed = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["root"]
    files = {entry["file"] for entry in listed}
    assert files == {f"roots/{p.name}" for p in (SHIPPED.parent / "roots").iterdir()}
    for entry in listed:
        (der,) = certificates.from_file((SHIPPED.parent / entry["file"]).read_bytes())
        assert hashlib.sha256(der).hexdigest() == entry["sha256"]
        assert entry["source"]
        assert certificates.read(der).self_issued
        assert certificates.read(der).is_ca


def test_each_shipped_authority_names_pinned_roots_only() -> None:
    listed = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    pinned = {entry["file"] for entry in listed["root"]}
    assert {file for entry in listed["authority"] for file in entry["roots"]} == pinned


def test_changed_shipped_root_is_refused(tmp_path: Path, root: Path) -> None:
    text = (
        f'default = ["a"]\n[[authority]]\nname = "a"\nurl = "http://a.example/"\nroots = ["{root}"]\n'
        f'[[root]]\nfile = "{root}"\nsha256 = "{"0" * 64}"\n'
    )
    with pytest.raises(SettingsError, match="not the certificate that it should be"):
        authorities.load(_overlay(tmp_path, text))


def test_overlay_replaces_one_authority_and_keeps_the_order(tmp_path: Path, root: Path) -> None:
    text = f'[[authority]]\nname = "digicert"\nurl = "https://own.example/tsa"\nroots = ["{root}"]\n'
    found = authorities.load(_overlay(tmp_path, text))
    assert found.all["digicert"].url == "https://own.example/tsa"
    assert [a.name for a in found.default] == [a.name for a in authorities.load().default]
    assert found.all["digicert"].roots[0].der == der_of(root)


def test_overlay_in_the_home_is_found_and_replaces_the_order(tmp_path: Path, root: Path) -> None:
    home = paths.home()
    home.mkdir(exist_ok=True)
    (home / "own.pem").write_bytes(root.read_bytes())
    _overlay(
        home,
        'default = ["own"]\n[[authority]]\nname = "own"\nurl = "http://127.0.0.1:9/"\nroots = ["own.pem"]\n'
        "timeout_seconds = 5\npause_seconds = 0.5\nqualified_claimed = true\npolicy = '1.2.3'\n",
    )
    (own,) = authorities.load().default
    assert (own.timeout_seconds, own.pause_seconds, own.qualified_claimed, own.policies) == (5, 0.5, True, ("1.2.3",))
    assert "digicert" in authorities.load().all


def test_several_roots_in_one_file_and_der_are_read(tmp_path: Path, root: Path) -> None:
    other = Maker(tmp_path / "other", "Other", "P-256").root
    (tmp_path / "both.pem").write_bytes(root.read_bytes() + b"# a remark\n" + other.read_bytes())
    (tmp_path / "one.der").write_bytes(der_of(root))
    text = '[[authority]]\nname = "own"\nurl = "http://h/"\nroots = ["both.pem", "one.der"]\n'
    own = authorities.load(_overlay(tmp_path, text)).all["own"]
    assert own.root_ders == (der_of(root), der_of(other))
    assert authorities.load(tmp_path / "authorities.toml").of_root(own.roots[0].sha256) == (own,)


GOOD = {"name": '"own"', "url": '"http://h/"', "roots": '["{root}"]'}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", '"../own"'),
        ("name", '"Own"'),
        ("name", f'"{"a" * 41}"'),
        ("name", '""'),
        ("name", "7"),
        ("name", None),
        ("url", '"ftp://h/"'),
        ("url", '"file:///etc/passwd"'),
        ("url", '"http://"'),
        ("url", '"http://name:kept-secret@h/"'),
        ("url", '"http://h/ x"'),
        ("url", '"http://[::1"'),
        ("url", None),
        ("roots", "[]"),
        ("roots", '"{root}"'),
        ("roots", '["missing.pem"]'),
        ("roots", '["authorities.toml"]'),
        ("roots", None),
        ("timeout_seconds", "0"),
        ("timeout_seconds", "99999"),
        ("timeout_seconds", '"20"'),
        ("timeout_seconds", "true"),
        ("timeout_seconds", "nan"),
        ("pause_seconds", "-1"),
        ("qualified_claimed", '"yes"'),
        ("policy", '"x"'),
        ("policies", '["1.2.3", 4]'),
        ("operator", "1"),
    ],
)
def test_mistake_in_an_authority_is_told_with_file_and_key(
    tmp_path: Path, root: Path, key: str, value: str | None
) -> None:
    fields = {**GOOD, key: value}
    lines = [f"{name} = {text.replace('{root}', str(root))}" for name, text in fields.items() if text is not None]
    path = _overlay(tmp_path, "[[authority]]\n" + "\n".join(lines) + "\n")
    with pytest.raises(SettingsError) as caught:
        authorities.load(path)
    assert str(path) in caught.value.message
    assert re.search(rf"authority\[0\]\.{key}", caught.value.message)
    assert caught.value.hint
    assert "kept-secret" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("default = [", "cannot be read"),
        ('default = ["nobody"]', "nobody"),
        ("default = []", "default"),
        ('default = "digicert"', "default"),
        ('[authority]\nname = "a"', "authority"),
        ("authority = 3", "authority"),
        ('[[root]]\nfile = "x"', r"root\[0\]"),
        ("\x00", "cannot be read"),
    ],
)
def test_mistake_in_the_list_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        authorities.load(_overlay(tmp_path, text))


def test_name_that_stands_twice_is_told(tmp_path: Path, root: Path) -> None:
    one = f'[[authority]]\nname = "a"\nurl = "http://h/"\nroots = ["{root}"]\n'
    with pytest.raises(SettingsError, match="twice"):
        authorities.load(_overlay(tmp_path, one + one))


def test_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        authorities.load(tmp_path / "authorities.toml")
