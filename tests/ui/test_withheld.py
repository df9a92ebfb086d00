"""Choosing what of a page may be loaded."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from evidence_kit.records import Subject
from tests.ui.fake_session import FakeSession
from ui.withheld_tab import WithheldTab

MADE = "made:" + "a" * 64
SELECTION = {
    "allowed": [{"url": "https://x.example/a.png", "requested": True}],
    "withheld": [
        {"url": "https://x.example/b/face.jpg?w=9", "kind": "img", "alt": "Portrait", "width": 300, "height": 200},
        {"url": "https://x.example/c.mp4", "kind": "video", "alt": "", "width": 0, "height": 0},
        {"url": "", "kind": "canvas", "alt": "", "width": 40, "height": 40},
        {"url": "", "kind": "svg", "alt": "", "width": 40, "height": 40, "item": MADE},
        "not an item",
    ],
    "withheld_count": 3,
    "withheld_cut": False,
}


@pytest.fixture
def record():
    session = FakeSession()
    case = session.add_case("A case")
    return session.add_exhibit(
        case.id, subject=Subject.SELECTED, title="A page", url_requested="https://x.example/p", selection=SELECTION
    )


def lines(tab: WithheldTab) -> list[str]:
    return [tab.list.item(n).text() for n in range(tab.list.count())]


def test_each_picture_stands_with_its_words_and_only_what_has_an_address_can_be_ticked(qtbot, record):
    tab = WithheldTab()
    qtbot.addWidget(tab)
    tab.put(record)
    assert lines(tab)[1] == "Portrait\n300 × 200 · https://x.example/b/face.jpg?w=9"
    assert lines(tab)[2].startswith("c.mp4\n")
    assert "canvas" in lines(tab)[3]
    assert not tab.list.item(3).flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert tab.chosen() == ("https://x.example/a.png",)


def test_picture_that_the_page_made_can_be_ticked_by_its_content(qtbot, record):
    tab = WithheldTab()
    qtbot.addWidget(tab)
    tab.put(record)
    assert lines(tab)[4] == "Made by the page itself (svg)\n40 × 40"
    tab.list.item(4).setCheckState(Qt.CheckState.Checked)
    assert tab.chosen() == ("https://x.example/a.png", MADE)


def test_what_is_ticked_is_asked_for_with_the_page(qtbot, record):
    tab = WithheldTab()
    qtbot.addWidget(tab)
    tab.put(record)
    tab.list.item(1).setCheckState(Qt.CheckState.Checked)
    with qtbot.waitSignal(tab.asked) as told:
        tab.again.click()
    assert told.args == [
        "https://x.example/p",
        ("https://x.example/a.png", "https://x.example/b/face.jpg?w=9"),
    ]


def test_nothing_ticked_nothing_can_be_asked(qtbot, record):
    tab = WithheldTab()
    qtbot.addWidget(tab)
    tab.put(record)
    tab.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert not tab.again.isEnabled()
    tab.put(None)
    assert (tab.list.count(), tab.again.isEnabled()) == (0, False)
    assert "Nothing was withheld" in tab.words.text()


def shown(work) -> bool:
    tabs = work.details.tabs
    return tabs.isTabVisible(tabs.indexOf(work.details.withheld))


def test_tab_stands_only_where_she_chose_what_is_loaded_and_starts_the_capture(qtbot, work, backend):
    session = backend.session
    made = session.add_exhibit(session.cases()[0].id, subject=Subject.SELECTED, title="A page", selection=SELECTION)
    work._on_new(made.exhibit.id)
    qtbot.waitUntil(lambda: shown(work))
    assert work.details.withheld.again.isEnabled()
    work.details.withheld.again.click()
    qtbot.waitUntil(lambda: bool(session.asked))
    assert (session.asked[-1].subject, session.asked[-1].allowed) == (Subject.SELECTED, ("https://x.example/a.png",))
    qtbot.waitUntil(lambda: not work.bar.running)
    work.list.setCurrentIndex(work.model.index(0))
    qtbot.waitUntil(lambda: not shown(work))
