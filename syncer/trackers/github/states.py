"""Statuses and the states of GitHub's issues: open, closed and why, and finer where labels or a field say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.trackers.github.raw import Raw

OPEN: Final = (Status.NOT_STARTED, Status.IN_PROGRESS, Status.BLOCKED)
_DROPPED: Final = frozenset({"not_planned", "duplicate"})
_REASONS: Final = {Status.DONE: "completed", Status.WONT_DO: "not_planned"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What an issue's state means: the status that a document would be given, and all that agree with it."""

    status: Status
    statuses: frozenset[Status]


@dataclass(frozen=True, slots=True)
class Step:
    """A state that an issue is put into in one request: ``open`` or ``closed``, and why."""

    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class States:
    """How statuses are told apart.

    Attributes:
        labels: Labels of open statuses.
        options: The options of a single-select field that stand for open statuses, likewise.
        field: Id of that field; 0 for none.
        assigned: Whether somebody who has an issue has started with it.
    """

    labels: Mapping[Status, str] = field(default_factory=dict)
    options: Mapping[Status, str] = field(default_factory=dict)
    field: int = 0
    assigned: bool = False

    @property
    def kept_apart(self) -> frozenset[Status]:
        """The statuses that have a state of their own."""
        named = {*self.labels, *self.options}
        unnamed = set(OPEN) - named
        alone = unnamed if len(unnamed) == 1 and not self.assigned else set()
        return frozenset({Status.DONE, Status.WONT_DO, *named, *alone})

    def shown(self, raw: Raw) -> Shown:
        """What an issue's state means."""
        if raw.state == "closed":
            status = Status.WONT_DO if raw.reason in _DROPPED else Status.DONE
            return Shown(status, frozenset({status}))
        named = self._named(raw)
        if named:
            # More than one says so: a document that says any of them is right, and else the gravest counts.
            return Shown(max(named, key=OPEN.index), frozenset(named))
        unnamed = [status for status in OPEN if status not in {*self.labels, *self.options}]
        if self.field and self._option(raw):
            unnamed = list(OPEN)  # an option that nobody has mapped says nothing
        if self.assigned and raw.assignees and Status.IN_PROGRESS in unnamed:
            unnamed = [status for status in unnamed if status is not Status.NOT_STARTED]
        fitting = unnamed or list(OPEN)
        first = fitting[0]
        if raw.reason == "reopened" and Status.IN_PROGRESS in fitting:
            first = Status.IN_PROGRESS
        return Shown(first, frozenset(fitting))

    def steps(self, status: Status, raw: Raw, *, duplicate: bool = False) -> list[Step]:
        """The states that an issue goes through to get a status, in order; none if it has it."""
        if not status.finished:
            return [Step("open", "reopened")] if raw.state == "closed" else []
        reason = "duplicate" if duplicate else _REASONS[status]
        has_it = raw.state == "closed" and self.shown(raw).status is status
        if has_it and (not duplicate or raw.reason == reason):
            return []
        close = Step("closed", reason)
        # A reason counts only where the state changes.
        return [Step("open", "reopened"), close] if raw.state == "closed" else [close]

    def label_changes(self, status: Status, raw: Raw) -> tuple[list[str], list[str]]:
        """The labels to be added and those to be taken away for a status."""
        if status.finished or not self.labels:
            return [], []
        wanted = self.labels.get(status, "")
        others = (label for one, label in self.labels.items() if one is not status)
        gone = [label for label in others if raw.has_label(label)]
        return [wanted] if wanted and not raw.has_label(wanted) else [], gone

    def option(self, status: Status) -> str | None:
        """The option of the field for a status, empty for none; ``None`` to leave it alone."""
        if status.finished or not self.options:
            return None
        return self.options.get(status, "")

    def _option(self, raw: Raw) -> str:
        value = raw.values.get(self.field, "")
        return value if isinstance(value, str) else ""

    def _named(self, raw: Raw) -> list[Status]:
        named = [status for status, label in self.labels.items() if raw.has_label(label)]
        option = self._option(raw).casefold()
        named += [s for s, o in self.options.items() if option and o.casefold() == option]
        return named
