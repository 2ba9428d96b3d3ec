"""From an issue as Jira has it to an issue in syncer's terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.trackers.base import Issue
from syncer.trackers.jira.seals import is_touched, is_underway, read
from syncer.trackers.jira.workflow import Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.trackers.jira.raw import Raw


@dataclass(frozen=True, slots=True)
class Shape:
    """How this project's issues say things.

    Attributes:
        label: The label of the issues that syncer filed.
        workflow: How statuses are told apart.
        priorities: Jira's priority for a document's word.
    """

    label: str
    workflow: Workflow = field(default_factory=Workflow)
    priorities: Mapping[str, str] = field(default_factory=dict)

    def issue(self, raw: Raw, *, cloud: bool) -> Issue:
        """The issue in syncer's terms."""
        held = read(raw.held)
        shown = self.workflow.shown(raw)
        ours = raw.has_label(self.label)
        assignee = raw.assignee
        return Issue(
            key=raw.key,
            title=raw.summary,
            status=shown.status,
            statuses=shown.statuses,
            owner=assignee.id if assignee else "",
            owner_name=assignee.name if assignee and cloud else "",
            owner_also=tuple(filter(None, (assignee.email, assignee.name))) if assignee else (),
            due=raw.due,
            priority=self.word(raw.priority),
            priority_also=self._words(raw.priority),
            body="",
            marker=held.marker if held and ours else None,
            created=raw.created,
            touched=is_touched(raw, held),
            underway=ours and is_underway(raw, held),
        )

    def word(self, priority: str) -> str:
        """The document's word for one of Jira's priorities: the only one that is mapped to it, or its name."""
        words = self._words(priority)
        return words[0] if len(words) == 1 else priority

    def _words(self, priority: str) -> tuple[str, ...]:
        folded = priority.casefold()
        return tuple(word for word, name in self.priorities.items() if name.casefold() == folded)

    def priority(self, word: str) -> str:
        """Jira's priority for a document's word."""
        folded = word.casefold()
        return next((name for w, name in self.priorities.items() if w.casefold() == folded), word)
