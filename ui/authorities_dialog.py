"""Who makes the timestamps: which authorities are asked, in which order, whether they answer, and who is qualified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex
from PySide6.QtWidgets import QWidget

from evidence_kit import identified
from ui import theme, words
from ui.desk import Act, Desk
from ui.messages import sentences, show_error
from ui.models import RECORD, Line, LinesModel
from ui.pages import JobDialog, lines_view
from ui.widgets import Note, Working, add, button, label, row
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.timestamp.authorities import Authority, AuthorityList
    from evidence_kit.vault.index import KeptTrustedList
    from evidence_kit.workflow.authorities import Trial

translate = QCoreApplication.translate
Found = tuple["AuthorityList", list["KeptTrustedList"]]
ROWS = 6
"""So many authorities are seen without scrolling."""


class AuthoritiesDialog(JobDialog):
    """One row for each authority; what can be done with the chosen one stands below."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Timestamp authorities"), 720, parent)
        self._desk = desk
        self._order: list[str] = []
        self.form: QWidget | None = None
        why = self.tr(
            "They sign the digest of each exhibit with the time, and never see its content. Those with a number are"
            " asked; two of different operators are better than one. What you change here holds for every vault."
        )
        self.lines = LinesModel(self)
        self.list = lines_view(self.lines, self.tr("Authorities"))
        self.list.setProperty("role", "")
        self.list.selectionModel().currentChanged.connect(lambda _now, _before: self._enable())
        self.up = button(self.tr("Move &up"), lambda: self._move(-1))
        self.down = button(self.tr("Move &down"), lambda: self._move(1))
        self.asked = button(self.tr("&Ask it"), self._on_asked)
        self.test = button(self.tr("&Test"), self._on_test)
        self.remove = button(self.tr("&Remove…"), self._on_remove)
        self.sure = Note()
        self.sure.acted.connect(self._on_sure)
        self.sure.hide()
        self.told = label(self.tr("Looking …"))
        self.told.setAccessibleName(self.tr("What came of it"))
        self.working = Working()
        self.working.stopped.connect(self._on_stop)
        self.trusted = label("", "quiet")
        self.new = button(self.tr("Add an authority…"), self._on_new)
        self.bring = button(self.tr("&Import a trusted list…"), self._on_bring)
        close = button(self.tr("Close"), self.accept, role="main")
        close.setDefault(True)
        add(self.box, label(self.tr("Timestamp authorities"), "heading"), label(why, "quiet"))
        self.box.addWidget(self.list, 1)
        self.box.addLayout(row(self.up, self.down, self.asked, self.test, None, self.remove))
        add(self.box, self.sure, self.working, self.told, self.trusted)
        self.box.addLayout(row(self.new, self.bring, None, close))
        self._enable()
        self._load()

    # showing

    def _load(self, chosen: str = "") -> None:
        job = self._desk.read("authorities", lambda session: (session.authorities.all(), session.trusted_lists.all()))
        job.succeeded.connect(lambda found: self._on_found(found, chosen))
        job.failed.connect(self._on_unread)

    def _on_found(self, found: Found, chosen: str) -> None:
        known, kept = found
        if self.told.text() == self.tr("Looking …"):
            self.told.clear()
        self._order = [a.name for a in known.default]
        others = [a for a in known.all.values() if a.name not in self._order]
        shown = [*known.default, *others]
        self.lines.show([self._line(place, one) for place, one in enumerate(shown)])
        self._choose(chosen or self._order[0])
        self.list.setMinimumHeight(ROWS * max(self.list.sizeHintForRow(0), theme.L) + theme.S)
        national = [one for one in kept if one.kind == "national"]
        text = self.tr("{territory}, number {number} of {date}")
        named = "; ".join(
            text.format(territory=o.territory, number=o.record["sequence"], date=words.when(o.record["issued_at"]))
            for o in national
        )
        self.trusted.setText(
            self.tr("EU trusted lists in this vault: {lists}.").format(lists=named)
            if named
            else self.tr("No EU trusted list is in this vault, so no timestamp is shown as qualified.")
        )
        self.told.setVisible(bool(self.told.text()))
        self.fit()
        self._enable()

    def _line(self, place: int, one: Authority) -> Line:
        number = f"{place + 1}." if one.name in self._order else "–"
        who = ", ".join(part for part in (one.operator, one.country) if part)
        marks = [
            self.tr("asked") if one.name in self._order else self.tr("not asked"),
            self.tr("says that it is qualified") if one.qualified_claimed else "",
            self.tr("yours") if one.own else "",
            self.tr("account {name}").format(name=one.account) if one.account else "",
        ]
        second = " · ".join(part for part in (one.url, *marks) if part)
        return Line(f"{number} {one.name} – {who}" if who != one.name else f"{number} {one.name}", second, one)

    def _choose(self, name: str) -> None:
        for place in range(self.lines.rowCount()):
            index = self.lines.index(place)
            if index.data(RECORD).name == name:
                self.list.setCurrentIndex(index)
                return

    @property
    def chosen(self) -> Authority | None:
        """The authority of the current row."""
        index: QModelIndex = self.list.currentIndex()
        return index.data(RECORD) if index.isValid() else None

    def _enable(self) -> None:
        one, free = self.chosen, self._job is None
        place = self._order.index(one.name) if one is not None and one.name in self._order else None
        self.up.setEnabled(free and bool(place))
        self.down.setEnabled(free and place is not None and place + 1 < len(self._order))
        self.asked.setText(self.tr("&Ask it") if place is None else self.tr("Do not &ask it"))
        self.asked.setAccessibleName(self.asked.text().replace("&", ""))
        self.asked.setEnabled(free and one is not None and (place is None or len(self._order) > 1))
        self.test.setEnabled(free and one is not None)
        self.remove.setEnabled(free and one is not None and one.own)
        for one_of in (self.new, self.bring):
            one_of.setEnabled(free)

    def _on_unread(self, error: object) -> None:
        """The list itself cannot be read: what is wrong stands in the page, and nothing can be changed."""
        self._say(sentences(error))

    def _say(self, text: str) -> None:
        self.told.setText(text)
        self.told.setVisible(bool(text))
        self.fit()

    # changing

    def _move(self, by: int) -> None:
        if self.chosen is None:
            return
        name, order = self.chosen.name, list(self._order)
        place = order.index(name)
        order.insert(place + by, order.pop(place))
        self._reorder(order, name)

    def _on_asked(self) -> None:
        if self.chosen is None:
            return
        name = self.chosen.name
        order = [n for n in self._order if n != name] if name in self._order else [*self._order, name]
        self._reorder(order, name)

    def _reorder(self, order: list[str], name: str) -> None:
        job = self._work("order-authorities", lambda session, _p, _c: session.authorities.order(order))
        job.succeeded.connect(lambda _known: self._load(name))

    def _on_remove(self) -> None:
        if self.chosen is not None:
            text = self.tr(
                "Remove {name}? The timestamps that it made stay, but packages that you export from now on come"
                " without its root. To stop asking it, “Do not ask it” is enough."
            )
            self.sure.say(text.format(name=self.chosen.name), self.tr("Remove it"))
            self.fit()
            self.sure.do.setFocus()

    def _on_sure(self) -> None:
        self.sure.hide()
        if self.chosen is None:
            return
        name = self.chosen.name
        job = self._work("remove-authority", lambda session, _p, _c: session.authorities.remove(name))
        job.succeeded.connect(lambda _known: self._load())

    def _on_new(self) -> None:
        from ui.authority_forms import AddAuthorityDialog

        self.form = form = AddAuthorityDialog(self._desk, self)
        form.added.connect(self._load)
        form.open()

    def _on_bring(self) -> None:
        from ui.authority_forms import TrustedListDialog

        self.form = form = TrustedListDialog(self._desk, self)
        form.imported.connect(lambda _made: self._load(self.chosen.name if self.chosen else ""))
        form.open()

    # testing

    def _on_test(self) -> None:
        if self.chosen is None:
            return
        name = self.chosen.name
        job = self._work("test-authority", lambda session, _p, cancel: session.authorities.test(name, cancel))
        self.working.show_step(self.tr("Asking {name} for a timestamp over random bytes").format(name=name))
        self.fit()
        job.succeeded.connect(lambda trial: self._say(trial_words(trial)))
        job.cancelled.connect(lambda: self._say(self.tr("Stopped. Nothing was kept.")))

    def _work(self, name: str, work: Act) -> Job:
        self.sure.hide()
        self._say("")
        self._job = job = self._desk.ask_authorities(name, work)
        self._enable()
        job.failed.connect(lambda error: show_error(error, self))
        job.ended.connect(self._on_ended)
        return job

    def _on_ended(self) -> None:
        self._job = None
        self.working.hide()
        self._enable()
        self.fit()


def trial_words(trial: Trial) -> str:
    """What a test brought, in sentences."""
    seconds = words.locale().toString(trial.seconds, "f", 1)
    if not trial.granted:
        text = translate("Authorities", "{name} gave no good timestamp ({seconds} s). {why}")
        return text.format(name=trial.authority, seconds=seconds, why=trial.error)
    said = translate(
        "Authorities",
        "{name} answered in {seconds} s with a good timestamp of {time}, signed by {signer}, policy {policy}.",
    )
    first = said.format(
        name=trial.authority,
        seconds=seconds,
        time=words.when(trial.gen_time, seconds=True),
        signer=identified.plain_name(trial.signer),
        policy=trial.policy,
    )
    return f"{first}\n{trial.qualified_reason}"
