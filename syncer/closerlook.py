"""What has to be asked before something is done: whether issues are as they seemed, and who owners are.

A look at a tracker may come from a list that lags behind. That is good enough to see that nothing is to be done; where
something is, the issue is read once more. And only where an owner is to get an issue does it matter who that is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncer.core.matching.identity import IssueId
    from syncer.core.reconciling.documentplan import DocumentPlan
    from syncer.core.tracking import Issue, Missing
    from syncer.observing import Observer


@dataclass(slots=True)
class Questions:
    """What some plans rest on.

    Attributes:
        issues: Issues that something is to be done about, or because of.
        owners: Owners that only a tracker can tell, by tracker.
    """

    issues: set[IssueId] = field(default_factory=set)
    owners: dict[str, set[str]] = field(default_factory=dict)

    def add(self, plan: DocumentPlan) -> bool:
        """Take up what a document's plan rests on.

        Returns:
            Whether that is anything.
        """
        self.issues |= plan.rests_on
        for tracker, owner in plan.owners:
            self.owners.setdefault(tracker, set()).add(owner)
        return bool(plan.rests_on or plan.owners)


def ask(questions: Questions, observer: Observer) -> dict[IssueId, Issue | Missing] | None:
    """Ask the trackers; ``None`` if nothing has come of it, neither an answer nor a failure."""
    failed = len(observer.failures)
    told = [
        observer.find_accounts(name, owners) for name, owners in sorted(questions.owners.items())
    ]
    confirmed = observer.confirm(questions.issues)
    nothing = not confirmed and not any(told) and len(observer.failures) == failed
    return None if nothing else confirmed
