"""What the trackers say about issues, also about those that have moved, to another key or to another tracker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.core.matching.identity import IssueId
from syncer.core.tracking import Issue, Moved
from syncer.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from syncer.core.tracking import Missing
    from syncer.trackers.base import Tracker

_HOPS: Final = 3
"""How often an issue is followed from tracker to tracker; two that each send to the other are no place."""


@dataclass(slots=True)
class Observer:
    """Reads issues, and remembers which trackers failed and which issues have moved.

    Attributes:
        trackers: All configured trackers, by name.
        failures: Trackers that couldn't be read. They are not asked again.
        moved: Former and present ids of the issues that have moved.
        accounts: What the trackers said about who owners are, by tracker.
    """

    trackers: Mapping[str, Tracker]
    failures: dict[str, TrackerError] = field(default_factory=dict)
    moved: dict[IssueId, IssueId] = field(default_factory=dict)
    accounts: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def confirm(self, wanted: Iterable[IssueId]) -> dict[IssueId, Issue | Missing]:
        """What the trackers say about these issues that they may have told from memory before."""
        return self._ask(wanted, lambda tracker, keys: tracker.confirm(keys))

    def find_accounts(self, tracker: str, owners: Iterable[str]) -> bool:
        """Ask a tracker who these owners are, those aside that it has told about; whether it had anything to say."""
        known = self.accounts.setdefault(tracker, {})
        asked = set(owners) - known.keys()
        if not asked or tracker in self.failures:
            return False
        try:
            found = self.trackers[tracker].find_accounts(asked)
        except TrackerError as error:
            self.failures[tracker] = error
            return True
        known.update(found)
        return bool(found)

    def issues(self, wanted: Iterable[IssueId]) -> dict[IssueId, Issue | Missing]:
        """The issues with these ids, read in one go per tracker.

        One that has moved is there under its former id and under its present one. One that has left its tracker is
        followed if another one knows the address; ``Moved`` is left only where it couldn't be.
        """
        found = self._read(wanted)
        leaving = {issue: answer for issue, answer in found.items() if isinstance(answer, Moved)}
        for _ in range(_HOPS):
            places = {
                issue: place
                for issue, answer in leaving.items()
                if (place := self._place(answer.url)) is not None
            }
            if not places:
                break
            further = self._read(set(places.values()))
            leaving = {}
            for issue, place in places.items():
                answer = further.get(place)
                if isinstance(answer, Issue):
                    self.moved[issue] = self.moved.get(place, place)
                elif isinstance(answer, Moved):
                    found[issue] = leaving[issue] = answer
                elif answer is None:
                    # Its tracker failed. It is the one that the document needs now, so the document is set aside.
                    self.moved[issue] = place
            found = {**further, **found}
        return found

    def _read(self, wanted: Iterable[IssueId]) -> dict[IssueId, Issue | Missing]:
        return self._ask(wanted, lambda tracker, keys: tracker.read(keys))

    def _ask(
        self,
        wanted: Iterable[IssueId],
        ask: Callable[[Tracker, Collection[str]], Mapping[str, Issue | Missing]],
    ) -> dict[IssueId, Issue | Missing]:
        by_tracker: dict[str, set[str]] = {}
        for issue in wanted:
            by_tracker.setdefault(issue.tracker, set()).add(issue.key)
        found: dict[IssueId, Issue | Missing] = {}
        for name, keys in by_tracker.items():
            if name in self.failures:
                continue
            try:
                answers = ask(self.trackers[name], keys)
            except TrackerError as error:
                self.failures[name] = error
                continue
            for key, answer in answers.items():
                asked = IssueId(name, key)
                found[asked] = answer
                if isinstance(answer, Issue) and answer.key != key:
                    self.moved[asked] = IssueId(name, answer.key)
                    found[self.moved[asked]] = answer
        return found

    def _place(self, url: str) -> IssueId | None:
        for name, tracker in self.trackers.items():
            key = tracker.resolve(url)
            if key is not None:
                return IssueId(name, key)
        return None
