"""What every use case needs at hand: the open vault, its log and actor, the browser, the authorities."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_kit import __version__, clock, settings
from evidence_kit.custody.clockwatch import ClockWatch
from evidence_kit.custody.log import CustodyLog
from evidence_kit.errors import UsageError
from evidence_kit.language import _
from evidence_kit.records import Case, CustodyEntry, Exhibit
from evidence_kit.settings import Settings
from evidence_kit.timestamp import authorities
from evidence_kit.timestamp.authorities import AuthorityList
from evidence_kit.vault import Vault
from evidence_kit.workflow.authorities import with_accounts

if TYPE_CHECKING:
    from evidence_kit.capture.host import BrowserHost
    from evidence_kit.timestamp.trusted_list import TrustedList
    from evidence_kit.workflow.visible import VisibleSitting

SOFTWARE = f"evidence-kit/{__version__}"


class Context:
    """Holds the engines together for as long as the vault is open. Owned by one Session."""

    def __init__(self, vault: Vault, actor: str, chosen: Settings | None = None) -> None:
        self.vault = vault
        self.settings = chosen or settings.load()
        self.log = CustodyLog(
            vault.index, software=SOFTWARE, vault_key=vault.vault_key, actor=actor, watch=ClockWatch()
        )
        self._browser: BrowserHost | None = None
        self.windows: set[VisibleSitting] = set()
        """The visible windows that are open."""
        self._authorities: AuthorityList | None = None
        self.trusted: list[TrustedList] | None = None
        """The countries' trusted lists, once they were read; see :mod:`evidence_kit.workflow.trusted_lists`."""
        self.asking_status = threading.Lock()
        """Held while authorities are asked about their certificates, so that each is asked once."""
        self.heads_stamped = clock.now()
        """When a head was last fixed in time, or the vault was opened."""

    @property
    def vault_chain(self) -> str:
        """Name of the vault's own chain."""
        return self.vault.vault_id

    def browser(self) -> BrowserHost:
        """The one browser of this session; started at first use and kept warm."""
        if self._browser is None:
            from evidence_kit.capture.host import BrowserHost

            self._browser = BrowserHost(Path(self.settings.browser) if self.settings.browser else None)
        return self._browser

    def authorities(self) -> AuthorityList:
        """The authorities as shipped and overlaid. Raises SettingsError when the overlay cannot be read."""
        known = self._authorities
        if known is None:
            self._authorities = known = with_accounts(authorities.load(), self.vault)
        return known

    def forget_authorities(self) -> None:
        """Read their list again at its next use: it was changed."""
        self._authorities = None

    def last_entry(self, chain: str) -> CustodyEntry:
        """Newest entry of a chain that has at least one."""
        entry = self.vault.index.last_entry(chain)
        assert entry is not None  # noqa: S101 - every chain is opened with its first entry
        return entry

    def case(self, wanted: str | None) -> Case:
        """The case that is meant: by id or name, else the only one, else the last used. Raises UsageError."""
        cases = self.vault.index.cases()
        if wanted:
            named = [c for c in cases if c.id == wanted] or [c for c in cases if c.name == wanted]
            if len(named) > 1:
                raise UsageError(
                    _("{count} cases are called “{wanted}”.", count=len(named), wanted=wanted),
                    hint=_("Say by its id which one is meant: {ids}.", ids=", ".join(c.id for c in named)),
                )
            if not named:
                raise UsageError(_("There is no case “{wanted}”.", wanted=wanted), command="evidence-kit case list")
            return named[0]
        last = self.vault.get_meta("last_case")
        chosen = cases if len(cases) == 1 else [c for c in cases if c.id == last]
        if not chosen:
            raise UsageError(
                _("No case was named."),
                hint=_("Create one, or say which one is meant."),
                command="evidence-kit case add NAME; --case ID",
            )
        return chosen[0]

    def open_case(self, wanted: str | None) -> Case:
        """The same, where something is to be added. Raises UsageError for a closed case too."""
        case = self.case(wanted)
        if case.closed_at:
            raise UsageError(_("This case is closed."), hint=_("Choose another case, or create a new one."))
        return case

    def mandated_case(self, wanted: str | None) -> Case:
        """The same, where a page is to be recorded. Raises UsageError where somebody else's mandate is missing."""
        case = self.open_case(wanted)
        if case.for_someone_else and case.mandate is None:
            raise UsageError(
                _("This case is kept for someone else, and her mandate is not recorded yet."),
                hint=_("Record who asked, for what and when."),
                command="evidence-kit case consent",
            )
        return case

    def exhibit(self, wanted: str, case_id: str | None = None) -> Exhibit:
        """The exhibit that is meant: by id, or by number within the case named, else the only or last used one.

        Raises UsageError: also for an unknown case, and for an id of another case than the one named.
        """
        case = self.case(case_id) if case_id or wanted.isdecimal() else None
        found = self.vault.index.exhibit(wanted, case.id if case else None)
        if found is not None:
            return found
        strayed = self.vault.index.exhibit(wanted)
        if strayed is not None:
            raise UsageError(
                _(
                    "Exhibit “{wanted}” belongs to another case: “{case}”.",
                    wanted=wanted,
                    case=self.case(strayed.case_id).name,
                ),
                command="evidence-kit list",
            )
        if case is not None:
            said = _("There is no exhibit “{wanted}” in the case “{case}”.", wanted=wanted, case=case.name)
        else:
            said = _("There is no exhibit “{wanted}”.", wanted=wanted)
        raise UsageError(said, command="evidence-kit list")

    def close(self) -> None:
        """Close the visible windows first, then the browser, then the vault."""
        for window in list(self.windows):
            window.close()
        if self._browser is not None:
            self._browser.close()
            self._browser = None
        self.vault.close()
