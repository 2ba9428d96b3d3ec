"""A tracker's values as a document would say them, and the other way round.

Reconciling compares canonical strings. What a tracker holds is *lifted* into the document's terms first: an account
becomes the owner that stands for it, and a state that several statuses agree with becomes the one that the document
already has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.core.issuetext import title_of
from syncer.core.state import action_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.people import People
    from syncer.core.tracking import Directory, Issue
    from syncer.model import Agreed, Field


@dataclass(frozen=True, slots=True)
class Lens:
    """Looks at one tracker in a document's terms."""

    directory: Directory
    people: People

    def title(self, action: str) -> str:
        """The title that this tracker's issue for an action has."""
        return title_of(action, self.directory.capabilities.title_limit)

    def hash(self, action: str) -> str:
        """The canonical value of an action: equal texts have equal titles."""
        return action_hash(self.title(action))

    def account(self, owner: str) -> str | None:
        """The account of an owner; ``None`` if it is none that could be assigned."""
        return self.people.account(
            self.directory.name, owner, free=self.directory.capabilities.free_owner
        )

    def lift(
        self, issue: Issue, ours: Mapping[Field, str], base: Mapping[Field, Agreed]
    ) -> dict[Field, str]:
        """The issue's values as canonical strings in the document's terms.

        Where several terms would fit, the document's present one is taken, else the last agreed one: a state that
        agrees with what the document says hasn't moved.

        Returns:
            A value for each field that has a native place in the tracker.
        """
        held: dict[Field, str] = {
            "action": self.hash(issue.title),
            "owner": self._owner(issue.owner, ours, base),
            "due": issue.due,
            "status": self._status(issue, ours, base),
            "priority": issue.priority,
        }
        fields = self.directory.capabilities.fields
        return {name: value for name, value in held.items() if name in fields}

    def _owner(self, account: str, ours: Mapping[Field, str], base: Mapping[Field, Agreed]) -> str:
        for owner in _candidates("owner", ours, base):
            if self.account(owner) == account:
                return owner
        return self.people.name(
            self.directory.name, account, free=self.directory.capabilities.free_owner
        )

    @staticmethod
    def _status(issue: Issue, ours: Mapping[Field, str], base: Mapping[Field, Agreed]) -> str:
        for status in _candidates("status", ours, base):
            if status in issue.statuses:
                return status
        return issue.status.value


def _candidates(field: Field, ours: Mapping[Field, str], base: Mapping[Field, Agreed]) -> list[str]:
    agreed = base.get(field)
    return [
        value
        for value in (ours.get(field), agreed.tracker if agreed else None)
        if value is not None
    ]
