"""The dialogs about timestamp authorities, over a real vault, a real list and real authorities on this machine."""

from __future__ import annotations

import datetime as dt
import functools
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from PySide6.QtCore import Qt

from evidence_kit import clock, language
from evidence_kit.timestamp import authorities as loader
from evidence_kit.vault import KdfParameters, create_vault
from evidence_kit.workflow import session as session_module
from evidence_kit.workflow.session import Session
from tests.kit import trusted_lists as kit
from tests.kit.authority import Authority, der_of, write_overlay
from ui.authorities_dialog import AuthoritiesDialog
from ui.models import RECORD

SIGNER = kit.holder("List of Nowhere")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    made = [Authority(tmp_path_factory.mktemp(name), name, "P-256") for name in ("first", "second", "third")]
    yield made
    for one in made:
        one.stop()


@pytest.fixture
def home(served):
    folder = Path(os.environ["EVIDENCE_KIT_HOME"])
    write_overlay(folder, served[:2])
    for one in served:
        one.mode = "fine"
        one.requests.clear()
    return folder


@pytest.fixture
def real(desk, home, tmp_path, monkeypatch):
    """The desk over a real vault."""
    cheap = KdfParameters(memory_kib=8192, iterations=1, lanes=1)
    monkeypatch.setattr(session_module, "create_vault", functools.partial(create_vault, kdf=cheap))
    desk.session, _code = Session.create(tmp_path / "vault", "four quiet words here")
    return desk


@pytest.fixture
def dialog(qtbot, real):
    made = AuthoritiesDialog(real)
    made.show()
    qtbot.waitUntil(lambda: made.lines.rowCount() > 2)
    yield made
    made.close()
    made.deleteLater()


def rows(dialog):
    return [dialog.lines.index(n).data() for n in range(dialog.lines.rowCount())]


def asked():
    return [a.name for a in loader.load().default]


def test_list_stands_in_order_and_says_what_is_claimed(dialog):
    assert [row.split()[:2] for row in rows(dialog)[:2]] == [["1.", "first"], ["2.", "second"]]
    accv = next(n for n, row in enumerate(rows(dialog)) if "accv" in row)
    told = dialog.lines.index(accv).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "– accv – ACCV" in told
    assert ", ES" in told
    assert "http://tss.accv.es:8318/tsa · not asked · says that it is qualified" in told
    assert "No EU trusted list is in this vault" in dialog.trusted.text()
    assert dialog.chosen.name == "first"
    assert not dialog.up.isEnabled()
    assert dialog.down.isEnabled()


def test_order_is_changed_with_the_keyboard_alone(qtbot, dialog):
    qtbot.keyClick(dialog.down, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: asked() == ["second", "first"] and dialog.up.isEnabled())
    assert dialog.chosen.name == "first"
    qtbot.keyClick(dialog.asked, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: asked() == ["second"] and dialog.asked.text() == "&Ask it")
    qtbot.keyClick(dialog.list, Qt.Key.Key_Home)
    assert dialog.chosen.name == "second"
    assert not dialog.asked.isEnabled()  # somebody has to be asked


def test_good_and_bad_tests_are_said_in_words(qtbot, dialog, served):
    dialog.test.click()
    qtbot.waitUntil(lambda: "answered in" in dialog.told.text())
    assert "first stamper" in dialog.told.text()
    assert "1.3.6.1.4.1.55555.1" in dialog.told.text()
    assert "does not say of itself that it is a qualified one" in dialog.told.text()
    served[0].mode = "500"
    qtbot.waitUntil(dialog.test.isEnabled)
    dialog.test.click()
    qtbot.waitUntil(lambda: "gave no good timestamp" in dialog.told.text())
    assert "500" in dialog.told.text()
    assert len(served[0].requests) == 2


def test_test_that_takes_long_can_be_stopped(qtbot, dialog, served):
    served[0].mode = "slow"
    dialog.test.click()
    qtbot.waitUntil(lambda: len(served[0].requests) == 1)
    assert dialog.working.isVisible()
    assert not dialog.test.isEnabled()
    dialog.working.stop.click()
    qtbot.waitUntil(lambda: dialog.told.text() == "Stopped. Nothing was kept.")
    assert dialog.test.isEnabled()


def test_own_authority_is_added_and_removed(qtbot, dialog, served, home):
    dialog.new.click()
    form = dialog.form
    assert not form.go.isEnabled()
    form.name.setText("Third")
    form.url.setText(served[2].url)
    form.root.put(served[2].root)
    form.operator.setText("Us")
    form.go.click()
    qtbot.waitUntil(lambda: "small letters" in form.told.text())
    form.name.setText("third")
    qtbot.waitUntil(form.go.isEnabled)
    form.account.setText("me")
    assert not form.go.isEnabled()
    form.account.clear()
    form.go.click()
    qtbot.waitUntil(lambda: dialog.chosen is not None and dialog.chosen.name == "third")
    assert not form.isVisible()
    assert asked() == ["first", "second", "third"]
    dialog.remove.click()
    assert "without its root" in dialog.sure.words.text()
    assert asked() == ["first", "second", "third"]
    qtbot.keyClick(dialog.sure.do, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.chosen is not None and dialog.chosen.name == "first")
    assert asked() == ["first", "second"]
    assert "third" not in loader.load().all


def test_shipped_one_cannot_be_removed(dialog):
    for place in range(dialog.lines.rowCount()):
        dialog.list.setCurrentIndex(dialog.lines.index(place))
        assert dialog.remove.isEnabled() == dialog.lines.index(place).data(RECORD).own


def test_trusted_list_is_imported_and_named(qtbot, dialog, served, tmp_path):
    now = dt.datetime.now(dt.UTC)
    times = {"issued": clock.rfc3339(now), "next_update": clock.rfc3339(now + dt.timedelta(days=90))}
    file, signer = tmp_path / "list.xml", tmp_path / "signer.pem"
    file.write_bytes(kit.sign(kit.national(kit.service([der_of(served[0].root)]), **times), SIGNER))
    signer.write_bytes(SIGNER.cert.public_bytes(serialization.Encoding.PEM))
    dialog.bring.click()
    form = dialog.form
    assert not form.go.isEnabled()
    form.list.put(file)
    form.go.click()
    qtbot.waitUntil(lambda: "not trusted for it" in form.told.text())
    form.signer.put(signer)
    qtbot.waitUntil(form.go.isEnabled)
    form.go.click()
    qtbot.waitUntil(lambda: "The EU trusted list of XX (number 7" in form.told.text())
    qtbot.waitUntil(lambda: "EU trusted lists in this vault: XX, number 7 of" in dialog.trusted.text())
    form.close()
    served[0].mode = "qualified"
    dialog.test.click()
    qtbot.waitUntil(lambda: "names this service of Trust Nowhere as one for qualified" in dialog.told.text())


def test_list_that_cannot_be_read_is_said_in_place(qtbot, real, home):
    (home / "authorities.toml").write_text("default = [")
    made = AuthoritiesDialog(real)
    made.show()
    qtbot.waitUntil(lambda: "cannot be read" in made.told.text())
    assert not any(b.isEnabled() for b in (made.up, made.down, made.asked, made.test, made.remove))
    made.close()
    made.deleteLater()


def test_menu_opens_it_only_over_an_open_vault(qtbot, window, work):
    assert window.authorities_action.isEnabled()
    window.desk.lock()
    qtbot.waitUntil(lambda: not window.authorities_action.isEnabled())
    window.ask_authorities()
    assert not isinstance(window.dialog, AuthoritiesDialog)


def test_dialogs_speak_french(qtbot, qapp, real):
    from ui import translations

    language.choose("fr")
    translations.install()
    made = AuthoritiesDialog(real)
    made.show()
    qtbot.waitUntil(lambda: made.lines.rowCount() > 2)
    assert made.windowTitle() == "Autorités d’horodatage"
    assert "Aucune liste de confiance européenne" in made.trusted.text()
    made.close()
    made.deleteLater()
