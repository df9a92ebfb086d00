"""Says in the work screen that an authority's certificate was taken back, and what that leaves of her timestamps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.desk import Desk
from ui.widgets import Note

if TYPE_CHECKING:
    from evidence_kit.workflow.statuses import Revoked


class RevokedNote(Note):
    """Hidden where none was. It can be put away, and is there again the next time that the vault is opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._said: list[Revoked] = []
        self.acted.connect(self.hide)
        self.hide()

    def look(self) -> None:
        """Read what is kept of it."""
        if self._desk.session is not None:
            self._desk.read("revoked", lambda session: session.revoked()).succeeded.connect(self._on_read)

    def _on_read(self, found: list[Revoked]) -> None:
        if found == self._said:
            return
        self._said = found
        said = [one.sentence for one in found]
        if any(one.orderly for one in found):
            said.append(self.tr("What was stamped before an authority changed or ended its certificate still counts."))
        if not all(one.orderly for one in found):
            said.append(
                self.tr("What another authority stamped as well still counts; what this one alone stamped may not.")
            )
        self.say(" ".join(said) if found else "", self.tr("Fine"))
