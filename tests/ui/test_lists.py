"""Lists of addresses in the window: asked for, watched, paused, stopped, taken up, and named where one failed."""

from __future__ import annotations

import threading

import pytest

from evidence_kit.errors import BrowserMissing
from evidence_kit.records import Subject
from ui import pickers
from ui.addresses_dialog import AddressesDialog, addresses_in
from ui.messages import ErrorDialog

URLS = [f"https://forum.example.org/t/{n}" for n in range(4)]


@pytest.fixture
def turns(backend):
    """Lets one page of a list go at a time."""
    made = backend.session.list_of.one_at_a_time = threading.Semaphore(0)
    return made


def ask(work, urls=URLS) -> AddressesDialog:
    work.bar.several.click()
    dialog = work.dialog
    assert isinstance(dialog, AddressesDialog)
    dialog.text.setPlainText("\n".join(urls))
    return dialog


def question(qtbot, dialog):
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.question is not None)
    return dialog.question


def begin(qtbot, work, urls=URLS, *, thread=False, subject=Subject.ADULT) -> None:
    dialog = ask(work, urls)
    dialog.whole.setChecked(thread)
    question(qtbot, dialog).choices[subject].click()
    if subject is Subject.ADULT:
        dialog.go.click()


def test_addresses_are_read_one_a_line_each_once():
    assert addresses_in("# mine\n\n https://a.example/ \nhttps://b.example/\nhttps://a.example/\n") == [
        "https://a.example/",
        "https://b.example/",
    ]


def test_no_address_gives_nothing_to_go_on_with(work):
    dialog = ask(work, [])
    assert not dialog.go.isEnabled()
    dialog.reject()


def test_address_that_is_already_typed_is_the_first_of_the_list(work):
    work.bar.address.setText("https://a.example/")
    work.bar.several.click()
    assert work.dialog.text.toPlainText() == "https://a.example/"


def test_bad_address_is_named_before_anything_is_asked(qtbot, work, backend):
    dialog = ask(work, ["https://a.example/", "javascript:alert(1)", "https://u:p@b.example/"])
    dialog.go.click()
    qtbot.waitUntil(dialog.note.isVisible)
    assert "Address 2:" in dialog.note.words.text()
    assert "Address 3:" in dialog.note.words.text()
    assert dialog.question is None
    assert backend.session.calls == []


def test_addresses_of_a_file_are_added_and_a_file_that_is_no_text_is_said(qtbot, work, monkeypatch, tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("# saved\nhttps://b.example/\nhttps://a.example/\n")
    monkeypatch.setattr(pickers, "open_file", lambda *_a: file)
    dialog = ask(work, ["https://a.example/"])
    dialog.file.click()
    assert addresses_in(dialog.text.toPlainText()) == ["https://a.example/", "https://b.example/"]
    file.write_bytes(b"\xff\xfe\x00\x01")
    dialog.file.click()
    assert "cannot be read as text" in dialog.note.words.text()


def test_adult_is_asked_once_more_in_words_that_name_every_page(qtbot, work, backend):
    dialog = ask(work)
    question(qtbot, dialog).choices[Subject.ADULT].click()
    assert dialog.isVisible()
    assert backend.session.calls == []
    said = " ".join(part.text() for part in dialog.pages.currentWidget().findChildren(type(dialog.count)))
    assert "on each of these pages" in said
    assert "holds for every page" in said
    dialog.leave.click()
    assert dialog.isVisible()
    assert dialog.pages.currentWidget() is dialog.question
    dialog.question.choices[Subject.MINOR].click()
    qtbot.waitUntil(lambda: backend.session.calls == ["list:minor:4:0"])


def test_thread_is_asked_for_with_its_bound(qtbot, work, backend):
    begin(qtbot, work, URLS[:1], thread=True)
    qtbot.waitUntil(lambda: backend.session.calls == ["list:adult:1:100"])


def test_list_shows_how_far_it_is_while_the_window_stays_usable(qtbot, work, backend, turns):
    before = work.model.rowCount()
    begin(qtbot, work)
    qtbot.waitUntil(lambda: work.strip.running)
    assert not work.bar.several.isEnabled()
    turns.release(2)
    qtbot.waitUntil(lambda: "2 of 4" in work.strip.words.text())
    qtbot.waitUntil(lambda: work.model.rowCount() == before + 2)
    work.list.setCurrentIndex(work.model.index(work.model.row_of("case-1-exhibit-2")))
    qtbot.waitUntil(lambda: work.details.title.text() == "Album partagé")
    case = work._desk.act("add-case", lambda session, _p, _c: session.add_case("Another"))
    with qtbot.waitSignal(case.succeeded):
        pass
    turns.release(2)
    qtbot.waitUntil(lambda: not work.strip.running)
    assert "4 of 4 pages are kept" in work.strip.words.text()
    assert work.bar.several.isEnabled()
    work.strip.fine.click()
    qtbot.waitUntil(lambda: not work.strip.isVisible())


def test_paused_list_begins_no_page_until_it_goes_on(qtbot, work, backend):
    begin_at = threading.Semaphore(1)
    backend.session.list_of.one_at_a_time = begin_at
    begin(qtbot, work)
    qtbot.waitUntil(lambda: "1 of 4" in work.strip.words.text())
    work.strip.pause.click()
    begin_at.release(10)
    qtbot.wait(100)
    assert len(backend.session.list_of.done["0"]) <= 2
    assert "Paused" in work.strip.words.text()
    work.strip.go.click()
    qtbot.waitUntil(lambda: not work.strip.running)
    assert len(backend.session.list_of.done["0"]) == 4


def test_stopped_list_is_gone_on_with_or_left(qtbot, work, backend, turns):
    begin(qtbot, work)
    turns.release(1)
    qtbot.waitUntil(lambda: "1 of 4" in work.strip.words.text())
    work.strip.stop.click()
    qtbot.waitUntil(lambda: "Stopped: 1 of 4" in work.strip.words.text())
    assert work.strip.go.isVisible()
    work.strip.go.click()
    turns.release(1)
    qtbot.waitUntil(lambda: "2 of 4" in work.strip.words.text())
    work.strip.stop.click()
    qtbot.waitUntil(lambda: "Stopped: 2 of 4" in work.strip.words.text())
    work.strip.leave.click()
    assert not work.strip.isVisible()
    qtbot.waitUntil(lambda: backend.session.list_of.left == {"0"})


def test_unfinished_list_is_offered_when_the_vault_is_opened(qtbot, window, backend, turns):
    session = backend.session
    session.add_case("Dossier")
    chosen = session.list_of.begin(URLS, Subject.ADULT, stamp=True)
    session.list_of.done[chosen.id].append(URLS[0])
    window.desk.open("/nowhere/vault", backend.passphrase, "me")
    qtbot.waitUntil(lambda: window.work is not None)
    strip = window.work.strip
    qtbot.waitUntil(strip.isVisible)
    assert "1 of 4" in strip.words.text()
    turns.release(3)
    strip.go.click()
    qtbot.waitUntil(lambda: "4 of 4 pages are kept" in strip.words.text())


def test_list_goes_on_and_says_how_it_ended_while_another_case_is_looked_at(qtbot, work, turns):
    begin(qtbot, work)
    turns.release(1)
    qtbot.waitUntil(lambda: "1 of 4" in work.strip.words.text())
    work.side.list.setCurrentIndex(work.side.lines.index(1))
    qtbot.waitUntil(lambda: work.case.id == "case-2")
    assert work.strip.running
    turns.release(3)
    qtbot.waitUntil(lambda: not work.strip.running)
    qtbot.wait(100)
    assert "4 of 4 pages are kept" in work.strip.words.text()
    assert work.strip.isVisible()


def test_page_that_failed_is_named_and_a_bound_that_was_reached_is_said(qtbot, work, backend):
    backend.session.list_of.beyond = True
    begin(qtbot, work, [URLS[0], "https://refuses.example/"])
    qtbot.waitUntil(lambda: "2 of 2 addresses are kept, 1 of them not whole" in work.strip.words.text())
    assert "https://refuses.example/" in work.strip.said.text()
    assert "Nothing could be loaded" in work.strip.said.text()
    assert "more pages than that" in work.strip.words.text()
    work.strip.go.click()
    qtbot.waitUntil(lambda: "4 of 4 addresses are kept" in work.strip.words.text())
    assert "go-on:100" in backend.session.calls
    assert work.strip.fine.isVisible()
    assert not work.strip.go.isVisible()


def test_thread_at_its_bound_is_offered_when_the_vault_is_opened_until_it_is_left(qtbot, window, backend):
    session = backend.session
    session.add_case("Dossier")
    chosen = session.list_of.begin(URLS[:1], Subject.ADULT, stamp=True, thread_pages=1)
    session.list_of.done[chosen.id].append(URLS[0])
    session.list_of.beyond = True
    window.desk.open("/nowhere/vault", backend.passphrase, "me")
    qtbot.waitUntil(lambda: window.work is not None)
    strip = window.work.strip
    qtbot.waitUntil(strip.isVisible)
    assert "A thread has more pages: 1 of it" in strip.words.text()
    strip.leave.click()
    qtbot.waitUntil(lambda: session.list_of.left == {chosen.id})
    assert not strip.isVisible()


def test_error_of_a_list_is_said_and_the_list_can_be_gone_on_with(qtbot, work, backend):
    backend.session.error = BrowserMissing("No browser was found.", hint="Install one.")
    begin(qtbot, work)
    qtbot.waitUntil(lambda: work.window().findChild(ErrorDialog) is not None)
    work.window().findChild(ErrorDialog).reject()
    qtbot.waitUntil(lambda: "Stopped: 0 of 4" in work.strip.words.text())
    assert work.strip.go.isVisible()


def test_locking_while_a_list_runs_ends_it_before_the_keys_go(qtbot, work, window, backend, turns):
    begin(qtbot, work)
    turns.release(1)
    qtbot.waitUntil(lambda: "1 of 4" in work.strip.words.text())
    window.desk.lock()
    qtbot.waitUntil(lambda: backend.session.closed)
    assert len(backend.session.list_of.done["0"]) <= 2
