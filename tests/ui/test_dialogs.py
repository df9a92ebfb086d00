from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent

from evidence_kit.errors import DestinationExists
from evidence_kit.records import Subject
from ui.export_dialog import new_password
from ui.help_dialog import AboutDialog, HelpDialog
from ui.import_dialog import ImportDialog
from ui.messages import ErrorDialog


def _import(work, *names: str) -> ImportDialog:
    files = [Path("/nowhere") / n for n in names]
    dialog = ImportDialog(work._desk, "case-1", files, work.window())
    dialog.imported.connect(work.refresh)
    dialog.open()
    return dialog


def test_import_asks_the_question_before_a_byte_is_read(qtbot, work, backend):
    dialog = _import(work, "a.png", "b.jpg")
    assert not dialog.go.isVisible()
    dialog.question.choices[Subject.ADULT].click()
    dialog.giver.setText("a friend")
    dialog.go.click()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert backend.session.calls == ["import:a.png:a friend", "import:b.jpg:a friend"]


def test_import_for_a_minor_reads_nothing_and_keeps_a_description(qtbot, work, backend):
    dialog = _import(work, "a.png")
    dialog.question.choices[Subject.UNKNOWN].click()
    assert not dialog.go.isEnabled()
    dialog.text.setPlainText("A picture in a group chat, on 3 March.")
    dialog.go.click()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert backend.session.calls == ["written:unknown:A picture in a group chat, on 3 March."]


def test_stopped_import_says_how_many_files_were_taken_in_and_takes_none_twice(qtbot, work, backend):
    session = backend.session
    take = session.import_file

    def second_waits(path, **more):
        if path.name == "b.jpg":
            session.hold.clear()
        return take(path, **more)

    session.import_file = second_waits
    dialog = _import(work, "a.png", "b.jpg", "c.jpg")
    dialog.question.choices[Subject.ADULT].click()
    dialog.go.click()
    qtbot.waitUntil(lambda: len(session.calls) == 2)
    dialog.working.stop.click()
    qtbot.waitUntil(dialog.note.isVisible)
    assert dialog.note.words.text() == "Stopped. Files taken in: 1 of 3."
    qtbot.waitUntil(lambda: work.model.rowCount() == 7)
    session.import_file = take
    session.hold.set()
    session.calls.clear()
    qtbot.waitUntil(dialog.go.isEnabled)
    dialog.go.click()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert session.calls == ["import:b.jpg:", "import:c.jpg:"]


def test_file_that_is_refused_is_named_and_the_others_are_kept(qtbot, work, backend):
    backend.session.error = DestinationExists("Not this one.")
    dialog = _import(work, "a.png")
    dialog.question.choices[Subject.ADULT].click()
    dialog.go.click()
    qtbot.waitUntil(dialog.note.isVisible)
    assert "a.png: Not this one." in dialog.note.words.text()


def test_export_leaves_locked_exhibits_out_and_says_where_the_copy_lies(qtbot, work, backend, tmp_path):
    work.ask_export()
    dialog = work.dialog
    assert len(dialog.chosen()) == 5
    assert not dialog.go.isEnabled()
    dialog.put(tmp_path / "export.zip")
    dialog.protect.setChecked(True)
    password = dialog.password.text()
    assert len(password) == 23
    dialog.go.click()
    qtbot.waitUntil(dialog.page.isVisible)
    texts = [w.text() for w in dialog.page.findChildren(type(work.name))]
    assert any("copy now lies outside" in t for t in texts)
    assert any("export.annex.json" in t and "opens with the same password" in t for t in texts)
    assert any("may show a minor" in t for t in texts)
    assert any("Timestamps still awaited: 1." in t for t in texts)
    assert password in texts
    assert backend.session.calls == ["export:5:password"]


def test_export_that_fails_keeps_the_form(qtbot, window, work, backend, tmp_path):
    backend.session.error = DestinationExists("It is there already.", hint="Choose another name.")
    work.ask_export()
    dialog = work.dialog
    dialog.put(tmp_path / "export.zip")
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.findChildren(ErrorDialog) != [])
    assert dialog.form.isEnabled()
    assert dialog.go.isEnabled()


def test_passwords_are_long_and_never_the_same():
    assert len({new_password() for _ in range(200)}) == 200


def test_package_is_verified_without_a_vault_and_judged_in_words(qtbot, window, backend):
    window.start.verify.click()
    dialog = window.dialog
    room = dialog.screen().availableGeometry()
    dialog.move(dialog.x(), room.bottom() - dialog.height())
    dialog.check(Path("/nowhere/p.zip"))
    qtbot.waitUntil(dialog.findings.isVisible)
    assert dialog.frameGeometry().bottom() <= room.bottom()
    assert dialog.verdict.text() == "Intact"
    assert dialog.lines.index(0).data() == "The ZIP file itself: in order"


def test_dropped_package_is_verified_and_what_failed_stands_first(qtbot, window, backend):
    backend.verdict = "altered"
    window.ask_verify()
    dialog = window.dialog
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/nowhere/p.zip")])
    dialog.dropEvent(
        QDropEvent(
            QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    qtbot.waitUntil(dialog.findings.isVisible)
    assert dialog.verdict.text() == "Changed"
    assert "not in order" in dialog.lines.index(0).data()


def test_unreadable_package_offers_a_password(qtbot, window, backend):
    backend.verdict = "unreadable"
    window.ask_verify()
    dialog = window.dialog
    dialog.check(Path("/nowhere/p.zip"))
    qtbot.waitUntil(dialog.secret.isVisible)
    dialog.password.setText("abc")
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: backend.verified[-1][1] == "abc")
    assert dialog.isVisible()


def test_help_is_whole_in_both_languages_and_names_the_emergency_numbers(qtbot, window):
    for code in ("fr", "en"):
        window.use_language(code)
        dialog = HelpDialog(window)
        text = dialog.text.toPlainText()
        assert len(text) > 1500
        assert all(number in text for number in ("3018", "17", "112", "3114", "119"))
    assert AboutDialog(window).windowTitle()
