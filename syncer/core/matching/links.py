"""Which issue a row names: through its issue column, or by a link to a configured tracker in any other cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.core.matching.identity import IssueId

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from syncer.core.reading.postmortem import ActionItem, Reference
    from syncer.core.tracking import Directory


@dataclass(frozen=True, slots=True)
class Linked:
    """The row names this issue.

    ``former`` is the issue as it was when the row was written, if it has moved since: to another key, or to another
    tracker.
    """

    issue: IssueId
    former: IssueId | None = None


@dataclass(frozen=True, slots=True)
class Unlinked:
    """The row names no issue: it is to be filed, if it is one that is."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """The row's issue cell says that it is never to be filed."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """The row's issue cell names something that no configured tracker knows."""

    text: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Links in the row name several issues."""

    issues: tuple[IssueId, ...]


Link = Linked | Unlinked | Skipped | Foreign | Ambiguous


def link_of(item: ActionItem, trackers: Sequence[Directory]) -> Link:
    """Tell what a row names.

    Args:
        item: The row.
        trackers: All configured trackers; the one that the document is routed to comes first, and a reference
            that several would take (``#12``) is its.

    Returns:
        What the row names. Only the issue column's text counts as a reference: a bare ``#3`` anywhere else is as
        often a row number or a pull request.
    """
    if item.reference is not None:
        return _in_column(item.reference, trackers)
    named = tuple(dict.fromkeys(_resolved(item.urls, trackers)))
    if not named:
        return Unlinked()
    if len(named) > 1:
        return Ambiguous(named)
    return Linked(named[0])


def _in_column(reference: Reference, trackers: Sequence[Directory]) -> Link:
    if reference.skip:
        return Skipped()
    candidates = [reference.url] if reference.url is not None else [reference.text]
    for issue in _resolved(candidates, trackers):
        return Linked(issue)
    return Foreign(reference.text)


def _resolved(references: Iterable[str], trackers: Sequence[Directory]) -> Iterable[IssueId]:
    for reference in references:
        for tracker in trackers:
            key = tracker.resolve(reference)
            if key is not None:
                yield IssueId(tracker.name, key)
                break
