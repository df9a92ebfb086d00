"""The encrypted index: every row of the vault behind flat methods, grouped by what they are about.

Each method is its own transaction, unless it is called inside ``with index.transaction():``.
"""

from __future__ import annotations

from evidence_kit.vault.rows_attempts import Attempt, AttemptRows
from evidence_kit.vault.rows_cases import CaseRows, ExportRow
from evidence_kit.vault.rows_custody import CustodyRows
from evidence_kit.vault.rows_exhibits import ExhibitRows
from evidence_kit.vault.rows_lists import CaptureList, ListItem, ListRows, NewItem
from evidence_kit.vault.rows_renewals import NewRenewal, Proof, RenewalRows
from evidence_kit.vault.rows_sessions import KeptSession, SessionRows
from evidence_kit.vault.rows_status import KeptStatement, StatusRows, Watched
from evidence_kit.vault.rows_tokens import TokenRows
from evidence_kit.vault.rows_trusted import KeptTrustedList, TrustedListRows

__all__ = [
    "Attempt",
    "CaptureList",
    "ExportRow",
    "Index",
    "KeptSession",
    "KeptStatement",
    "KeptTrustedList",
    "ListItem",
    "NewItem",
    "NewRenewal",
    "Proof",
    "Watched",
]


class Index(
    CaseRows,
    ExhibitRows,
    AttemptRows,
    ListRows,
    SessionRows,
    CustodyRows,
    TokenRows,
    RenewalRows,
    TrustedListRows,
    StatusRows,
):
    """``index.db`` of one vault; see the classes it is made of for the methods. One instance per open vault."""
