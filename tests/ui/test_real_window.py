"""The whole path through the real window, vault, browser and verifier; only the site and the authority are local."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from evidence_kit import paths
from evidence_kit.records import Subject
from tests.kit.authority import Authority, write_overlay
from tests.kit.site import Site, page
from ui import app as window_app
from ui.desk import Desk
from ui.main_window import MainWindow

LONG = 120_000


@pytest.fixture
def real(qtbot, qapp):
    """The window over the real use cases."""
    paths.home().mkdir(parents=True, exist_ok=True)
    window_app.prepare(qapp)
    window = MainWindow(Desk())
    window.show()
    yield window
    assert window.desk.close(60)
    window.deleteLater()


@pytest.mark.slow
@pytest.mark.browser
def test_vault_case_capture_look_export_and_verify_through_the_window(qtbot, real, tmp_path):
    window = real
    html = "<!doctype html><title>A page</title><h1>Words on a page</h1><p>" + "text " * 400
    pages = {"/": page(html)}
    with Authority(tmp_path / "tsa", "local") as authority, Site(pages) as site:
        write_overlay(paths.home(), [authority])
        form = window.start.create_form
        form.place.put(tmp_path / "vault")
        form.pair.first.setText("four quiet words here")
        form.pair.second.setText("four quiet words here")
        qtbot.keyClick(form.pair.second, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.work is not None, timeout=LONG)
        work = window.work

        work.ask_case()
        work.dialog.name.setText("A case")
        work.dialog.make.click()
        qtbot.waitUntil(lambda: work.name.text() == "A case", timeout=LONG)

        work.bar.address.setText(site.url + "/")
        qtbot.keyClick(work.bar.address, Qt.Key.Key_Return)
        work.bar.dialog.question.choices[Subject.ADULT].click()
        qtbot.waitUntil(work.bar.ended.isVisible, timeout=LONG)
        assert "complete" in work.bar.ended.words.text()
        qtbot.waitUntil(lambda: work.model.rowCount() == 1, timeout=LONG)
        qtbot.waitUntil(lambda: work.details.files.lines.rowCount() > 5, timeout=LONG)
        assert work.details.title.text() == "A page"
        assert "Timestamped" in work.details.outcome.text()

        preview = work.details.preview
        preview.hold.held.emit()
        qtbot.waitUntil(lambda: preview._view is not None, timeout=LONG)
        preview.hold.released_hold.emit()
        assert preview._view is None

        confirm = window.desk.recovery_code
        work.ask_recovery()
        work.dialog.typed.setText(confirm)
        work.dialog.confirm.click()
        qtbot.waitUntil(lambda: window.desk.recovery_confirmed, timeout=LONG)

        out = tmp_path / "out.zip"
        work.ask_export()
        work.dialog.put(out)
        work.dialog.go.click()
        qtbot.waitUntil(work.dialog.page.isVisible, timeout=LONG)
        assert out.is_file()
        work.dialog.reject()

        window.ask_verify()
        window.dialog.check(out)
        qtbot.waitUntil(window.dialog.findings.isVisible, timeout=LONG)
        assert window.dialog.verdict.text() == "Intact"
        window.dialog.reject()

        window.lock()
        qtbot.waitUntil(lambda: not window.desk.busy, timeout=LONG)
        window.start.open_form.place.put(tmp_path / "vault")
        window.start.show_open()
        window.start.open_form.passphrase.setText("four quiet words here")
        qtbot.keyClick(window.start.open_form.passphrase, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.work is not None and window.work.model.rowCount() == 1, timeout=LONG)
        assert not window.work.recovery.isVisible()
