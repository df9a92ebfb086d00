"""The question after a page did not open because the site's certificate is not valid."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from evidence_kit.records import Subject
from ui import theme
from ui.pages import CalmDialog
from ui.widgets import add, button, label, row


class CertificateDialog(CalmDialog):
    """Nothing is preselected but to leave it; what is accepted holds for this one capture."""

    def __init__(self, happened: str, url: str, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Record it all the same?"), 560, parent)
        self.url, self.subject = url, subject
        box = self.box
        what = self.tr(
            "You can have the page recorded all the same: the record then says what was wrong with the certificate, and"
            " that you asked for it. Who answered is then not certain, and somebody on the way could read or change the"
            " page. This holds for this one capture."
        )
        add(box, label(happened, "heading"), label(what))
        box.addSpacing(theme.S)
        self.leave = button(self.tr("Leave it"), self.reject)
        self.record = button(self.tr("Record it all the same"), self.accept)
        box.addLayout(row(None, self.record, self.leave))
        self.leave.setDefault(True)
        self.leave.setFocus()
