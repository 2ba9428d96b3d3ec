"""The issues that syncer filed, as trackers list them: brought up to date, and searched for any that were filed twice.

A list may lag behind: it leaves out the newest issues, and shows the others as they were.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.core.matching.duplicates import close_duplicates
from syncer.core.matching.identity import IssueId, MarkerIndex
from syncer.core.tracking import ABSENT, HIDDEN, Issue
from syncer.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from syncer.core.matching.duplicates import Duplicate
    from syncer.core.matching.identity import LinkIndex
    from syncer.core.tracking import Missing
    from syncer.model import Problem
    from syncer.observing import Observer


@dataclass(slots=True)
class Marked:
    """The lists of the trackers that were asked for one.

    Attributes:
        observer: Asks the trackers.
        links: All links of the run.
        by_tracker: What is listed; nothing for a tracker that failed.
    """

    observer: Observer
    links: LinkIndex
    by_tracker: dict[str, MarkerIndex] = field(default_factory=dict)

    def load(self, trackers: Iterable[str]) -> None:
        """Ask these trackers for their lists."""
        observer = self.observer
        for name in trackers:
            index = self.by_tracker[name] = MarkerIndex()
            if name in observer.failures:
                continue
            try:
                for issue in observer.trackers[name].marked():
                    listed = IssueId(name, issue.key)
                    index.add(issue, linked=observer.moved.get(listed, listed) in self.links)
            except TrackerError as error:
                observer.failures[name] = error

    def of(self, tracker: str) -> MarkerIndex:
        """What is known of one tracker."""
        return self.by_tracker.get(tracker, MarkerIndex())

    def refresh(
        self, tracker: str, listed: Iterable[Issue], issues: Mapping[IssueId, Issue | Missing]
    ) -> None:
        """Put issues as they are now in the place of what was listed."""
        index = self.of(tracker)
        for one in listed:
            present = issues.get(IssueId(tracker, one.key), HIDDEN)
            if isinstance(present, Issue):
                linked = IssueId(tracker, present.key) in self.links
                index.refresh(one, present, linked=linked)
            elif present == ABSENT:
                index.refresh(one, None, linked=False)

    def duplicates(
        self,
        tracker: str,
        adopted: Collection[str],
        is_read: Callable[[str], bool],
        exists: Callable[[str], bool],
    ) -> tuple[list[Duplicate], list[Problem]]:
        """Find issues of a tracker that were filed twice, where all that might name them was read.

        Args:
            tracker: Its name.
            adopted: Keys of issues that rows are about to name.
            is_read: Whether a document was read in this run.
            exists: Whether there is such a document.

        Returns:
            Those to be closed, and a problem for each that is a person's to close.
        """
        keys = {filed.key for one in self.of(tracker).repeated() for filed in one}
        wanted = [IssueId(tracker, key) for key in keys]
        if not wanted or tracker in self.observer.failures:
            return [], []
        search = _Search(self, tracker, adopted, is_read, exists)
        issues = self.observer.issues(wanted)
        found = search.among(issues)
        if any(found) and (confirmed := self.observer.confirm(wanted)):
            found = search.among(issues | confirmed)
        return ([], []) if tracker in self.observer.failures else found


@dataclass(frozen=True, slots=True)
class _Search:
    """See ``Marked.duplicates``."""

    marked: Marked
    tracker: str
    adopted: Collection[str]
    is_read: Callable[[str], bool]
    exists: Callable[[str], bool]

    def among(
        self, issues: Mapping[IssueId, Issue | Missing]
    ) -> tuple[list[Duplicate], list[Problem]]:
        index, observer = self.marked.of(self.tracker), self.marked.observer
        listed = [f.issue for filed in index.repeated() for f in filed if f.issue is not None]
        self.marked.refresh(self.tracker, listed, issues)
        duplicates: list[Duplicate] = []
        problems: list[Problem] = []

        def is_there(key: str) -> bool:
            return isinstance(issues.get(IssueId(self.tracker, key)), Issue)

        for filed in index.repeated():
            named = [f.key for f in filed if f.issue is None or f.key in self.adopted]
            lost = [f.issue for f in filed if f.issue is not None and f.key not in self.adopted]
            stays = [key for key in named if is_there(key)]
            others = [
                issue
                for issue in lost
                if is_there(issue.key) and self._is_unclaimed(issue, linked=bool(stays))
            ]
            if not stays:
                stays, others = [filed[0].key], [i for i in others if i.key != filed[0].key]
            found, told = close_duplicates(stays[0], others, observer.trackers[self.tracker])
            duplicates += found
            problems += told
        return duplicates, problems

    def _is_unclaimed(self, issue: Issue, *, linked: bool) -> bool:
        """Whether no row can name an issue that no row was seen to name.

        Args:
            issue: The issue.
            linked: Whether its action item is known to have another one. Then it may have been filed for a document
                that has another path now; else that document must have been read.
        """
        if issue.marker is None:
            return False
        document = issue.marker.document
        return self.is_read(document) or (linked and not self.exists(document))
