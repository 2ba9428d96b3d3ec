"""Who is who in the model: what owners in documents are called, and which accounts the tracker has for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.core.tracking import Issue

UNASSIGNABLE: Final = "dave"
"""Nobody can assign him: the field stays as it was."""

_SPELLED: Final = {"bob": "Bob"}
_NAMES: Final = {"carol": "Carol C."}
_FOUND: Final = {"erin@acme.example": "erin", "Carol C.": "carol"}
TEAMS: Final = {"Payments team"}


@dataclass(frozen=True)
class Accounts:
    """The accounts of a tracker.

    Attributes:
        known: Whether it tells who somebody is, and writes logins as their owners do.
        named: Whether it shows people by name.
    """

    known: bool = False
    named: bool = False

    def spelled(self, account: str) -> str:
        """An account as the service writes it."""
        return _SPELLED.get(account.casefold(), account.lower()) if self.known else account

    def shown(self, account: str) -> str:
        """The name of somebody, where it is shown; else empty."""
        return _NAMES.get(account, "") if self.named else ""

    def find(self, owners: Iterable[str]) -> dict[str, str | None]:
        """What is told about owners; most of it goes without saying."""
        if not self.known:
            return {}
        told: dict[str, str | None] = {}
        for owner in owners:
            if owner in _FOUND:
                told[owner] = _FOUND[owner]
            elif owner == f"@{UNASSIGNABLE}" or owner in TEAMS:
                told[owner] = None
            elif owner[:1] == "@" and owner[1:].casefold() in _SPELLED:
                told[owner] = self.spelled(owner[1:])
        return told

    def of(self, owner: str) -> str | None:
        """The account that an owner in a document is, in small letters; ``None`` for a team and the like."""
        if owner.startswith("@"):
            account = owner[1:].casefold()
            return None if self.known and account == UNASSIGNABLE else account
        return _FOUND.get(owner) if self.known and owner else (None if owner else "")

    def name(self, issue: Issue, *likely: str) -> str:
        """What a document calls who has an issue: one of the likely names if that says as much."""
        for owner in likely:
            if self._is_called(issue, owner):
                return owner
        return issue.owner_name or (f"@{issue.owner}" if issue.owner else "")

    def _is_called(self, issue: Issue, owner: str) -> bool:
        if not owner:
            return not issue.owner
        login = owner[1:].casefold() if owner.startswith("@") else None
        return owner == issue.owner_name or login in having(issue)


def having(issue: Issue) -> set[str]:
    """The accounts that have an issue, in small letters."""
    return {one.casefold() for one in (issue.owner, *issue.owners) if one}
