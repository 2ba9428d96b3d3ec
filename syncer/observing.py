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
        asked: The owners that they were asked about, by tracker. Nobody is asked about twice.
    """

    trackers: Mapping[str, Tracker]
    failures: dict[str, TrackerError] = field(default_factory=dict)
    moved: dict[IssueId, IssueId] = field(default_factory=dict)
    accounts: dict[str, dict[str, str | None]] = field(default_factory=dict)
    asked: dict[str, set[str]] = field(default_factory=dict)

    def find_accounts(self, tracker: str, owners: Iterable[str]) -> bool:
        """Ask a tracker who these owners are; whether it had anything to say that it hasn't said before."""
        before = self.asked.setdefault(tracker, set())
        asked = set(owners) - before
        if not asked or tracker in self.failures:
            return False
        before |= asked
        try:
            found = self.trackers[tracker].find_accounts(asked)
        except TrackerError as error:
            self.failures[tracker] = error
            return True
        self.accounts.setdefault(tracker, {}).update(found)
        return bool(found)

    def issues(self, wanted: Iterable[IssueId]) -> dict[IssueId, Issue | Missing]:
        """The issues with these ids, read in one go per tracker.

        One that has moved is there under its former id and under its present one. One that has left its tracker is
        followed if another one knows the address; ``Moved`` is left only where it couldn't be.
        """
        wanted = set(wanted)
        # A list that lags behind doesn't know of a move that is known already.
        wanted |= {self.moved[issue] for issue in wanted & self.moved.keys()}
        return self._followed(self._read(wanted), self._read)

    def confirm(self, wanted: Iterable[IssueId]) -> dict[IssueId, Issue | Missing]:
        """The same for what the trackers may have told from memory before; empty if none of them has."""
        return self._followed(self._confirm(wanted), lambda i: self._read(i) | self._confirm(i))

    def _followed(
        self,
        found: dict[IssueId, Issue | Missing],
        look: Callable[[Collection[IssueId]], dict[IssueId, Issue | Missing]],
    ) -> dict[IssueId, Issue | Missing]:
        """What was found, and what became of the issues among it that have left their trackers."""
        leaving = {issue: answer for issue, answer in found.items() if isinstance(answer, Moved)}
        for _ in range(_HOPS):
            places = {
                issue: place
                for issue, answer in leaving.items()
                if (place := self._place(answer.url)) is not None
            }
            if not places:
                break
            further = look(set(places.values()))
            leaving = {}
            for issue, place in places.items():
                answer = further.get(place)
                if isinstance(answer, Issue):
                    self._note_move(issue, self.moved.get(place, place))
                elif isinstance(answer, Moved):
                    found[issue] = leaving[issue] = answer
                elif answer is None:
                    # Its tracker failed. It is the one that the document needs now, so the document is set aside.
                    self._note_move(issue, place)
            found = {**further, **found}
        return found

    def _note_move(self, issue: IssueId, present: IssueId) -> None:
        """Note where an issue is now, also for those ids that were known to lead to its former one."""
        for former in (issue, *(f for f, place in self.moved.items() if place == issue)):
            if former != present:
                self.moved[former] = present

    def _confirm(self, wanted: Iterable[IssueId]) -> dict[IssueId, Issue | Missing]:
        return self._ask(wanted, lambda tracker, keys: tracker.confirm(keys))

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
                    present = IssueId(name, answer.key)
                    self._note_move(asked, present)
                    found[present] = answer
        return found

    def _place(self, url: str) -> IssueId | None:
        for name, tracker in self.trackers.items():
            key = tracker.resolve(url)
            if key is not None:
                return IssueId(name, key)
        return None
