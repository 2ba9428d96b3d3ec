"""A tracker's values as a document would say them, and the other way round.

Reconciling compares canonical strings. What a tracker holds is *lifted* into the document's terms first: an account
becomes the owner that stands for it, and a state that several statuses agree with becomes the one that the document
already has.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.core.issuetext import title_of
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
    """Looks at one tracker in a document's terms."""

    directory: Directory
    people: People

    def title(self, action: str) -> str:
        """The title that this tracker's issue for an action has."""
        return title_of(action, self.directory.capabilities.title_limit)

    def hash(self, action: str) -> str:
        """The canonical value of an action: equal texts have equal titles."""
        return _hash(action, self.directory.capabilities.title_limit)

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
        fields = self.directory.capabilities.fields
        held: dict[Field, str] = {}
        if "action" in fields:
            held["action"] = self.hash(issue.title)
        if "owner" in fields:
            held["owner"] = self._owner(issue.owner, ours.get("owner"), base.get("owner"))
        if "due" in fields:
            held["due"] = issue.due
        if "status" in fields:
            held["status"] = _status(issue, ours.get("status"), base.get("status"))
        if "priority" in fields:
            held["priority"] = issue.priority
        return held

    def _owner(self, account: str, ours: str | None, base: Agreed | None) -> str:
        if ours is not None and self.account(ours) == account:
            return ours
        if base is not None and self.account(base.tracker) == account:
            return base.tracker
        return self.people.name(
            self.directory.name, account, free=self.directory.capabilities.free_owner
        )


def _status(issue: Issue, ours: str | None, base: Agreed | None) -> str:
    if ours is not None and ours in issue.statuses:
        return ours
    if base is not None and base.tracker in issue.statuses:
        return base.tracker
    return issue.status.value
