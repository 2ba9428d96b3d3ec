"""A tracker's values as a document would say them, and the other way round.

Reconciling compares canonical strings. What a tracker holds is *lifted* into the document's terms first: an account
becomes the owner that stands for it, and a state that several statuses agree with becomes the one that the document
already has.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.core.issuetext import title_of
from syncer.core.reconciling.people import is_same
from syncer.core.state import action_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.reconciling.people import People
    from syncer.core.tracking import Directory, Issue
    from syncer.model import Agreed, Field


@functools.lru_cache(maxsize=1024)
def _hash(action: str, limit: int) -> str:
    """Cached, because a row and its issue nearly always have the same text, and are looked at one after the other."""
    return action_hash(title_of(action, limit))


@dataclass(frozen=True, slots=True)
class Lens:
    """Looks at one tracker in a document's terms.

    What an issue's values are called depends on the configuration alone, so that it is the same in every run. Who an
    owner is that nobody has mapped only matters when an issue is to be assigned.

    Attributes:
        directory: The tracker.
        people: Owners and accounts, as the configuration maps them.
        found: What the tracker says about who owners are; see ``Tracker.find_accounts``.
    """

    directory: Directory
    people: People
    found: Mapping[str, str | None] = field(default_factory=dict)

    def title(self, action: str) -> str:
        """The title that this tracker's issue for an action has."""
        return title_of(action, self.directory.capabilities.title_limit)

    def hash(self, action: str) -> str:
        """The canonical value of an action: equal texts have equal titles."""
        return _hash(action, self.directory.capabilities.title_limit)

    @property
    def _free(self) -> bool:
        return self.directory.capabilities.free_owner

    def account(self, owner: str) -> str | None:
        """The account that an owner says or is mapped to; ``None`` if that can't be told without the tracker."""
        return self.people.account(self.directory.name, owner, free=self._free)

    def asked(self, owner: str) -> str:
        """What the tracker is asked about an owner: an account begins with ``@``, so that no name is taken for one."""
        account = self.account(owner)
        return owner if account is None else f"@{account}"

    def assignee(self, owner: str) -> str | None:
        """The account that an owner's issue is assigned to; ``None`` if there is none."""
        return self.found.get(self.asked(owner), self.account(owner)) if owner else ""

    def counterpart(self, issue: Issue, owner: str) -> str | None:
        """What a document calls the account by which an owner has an issue; ``None`` if the issue isn't theirs.

        That is another name than the owner's where only the tracker knows who they are.
        """
        account = self.assignee(owner)
        if account is None or not self._is_assigned(issue, account):
            return None
        if is_same(issue.owner, account, free=self._free):
            return self._of(issue)
        return self.people.name(self.directory.name, account, free=self._free)

    def lift(
        self, issue: Issue, ours: Mapping[Field, str], base: Mapping[Field, Agreed]
    ) -> dict[Field, str]:
        """The issue's values as canonical strings in the document's terms.

        Where several terms would fit, the document's present one is taken, else the last agreed one: a state that
        agrees with what the document says hasn't moved.

        Returns:
            A value for each field that has a native place in the tracker.
        """
        fields = self.directory.capabilities.fields
        held: dict[Field, str] = {}
        if "action" in fields:
            held["action"] = self.hash(issue.title)
        if "owner" in fields:
            held["owner"] = self._owner(issue, ours.get("owner"), base.get("owner"))
        if "due" in fields:
            held["due"] = issue.due
        if "status" in fields:
            held["status"] = _status(issue, ours.get("status"), base.get("status"))
        if "priority" in fields:
            held["priority"] = _priority(issue, ours.get("priority"), base.get("priority"))
        for name in issue.untold:
            held.pop(name, None)
        return held

    def _owner(self, issue: Issue, ours: str | None, base: Agreed | None) -> str:
        if ours is not None and self._is_called(issue, ours):
            return ours
        if base is not None and self._is_called(issue, base.tracker):
            return base.tracker
        return self._of(issue)

    def _of(self, issue: Issue) -> str:
        """What a document calls the first owner of an issue."""
        return self.people.name(
            self.directory.name,
            issue.owner,
            free=self._free,
            shown=issue.owner_name,
            also=issue.owner_also,
        )

    def _is_called(self, issue: Issue, owner: str) -> bool:
        """Whether an owner is one that an issue has, as far as the configuration tells."""
        if owner and owner == issue.owner_name:
            return True
        account = self.account(owner)
        return account is not None and self._is_assigned(issue, account)

    def _is_assigned(self, issue: Issue, account: str) -> bool:
        if is_same(issue.owner, account, free=self._free):
            return True
        others = (*issue.owners, *issue.owner_also)
        return any(is_same(one, account, free=self._free) for one in others if account)


def _status(issue: Issue, ours: str | None, base: Agreed | None) -> str:
    if ours is not None and ours in issue.statuses:
        return ours
    if base is not None and base.tracker in issue.statuses:
        return base.tracker
    return issue.status.value


def _priority(issue: Issue, ours: str | None, base: Agreed | None) -> str:
    also = {word.casefold() for word in issue.priority_also}
    for word in (ours, base.tracker if base is not None else None):
        if word is not None and word.casefold() in also:
            return word
    return issue.priority
