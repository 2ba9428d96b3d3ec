"""Which of several rows an issue belongs to, where neither links nor words tell: the one that is most like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.core.issuetext import shows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from syncer.core.reconciling.decision import Row
    from syncer.core.tracking import Issue
    from syncer.model import State


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that an issue may belong to.

    Attributes:
        row: The row in the terms of the issue's tracker.
        items: The item ids that it may have been filed with.
        current: Whether it names the issue by the key that it has now.
    """

    row: Row
    items: Collection[str]
    current: bool = True


def likeness(candidate: Candidate, issue: Issue | None, base: State | None) -> tuple[int, ...]:
    """How well a row fits what is known of the row that an issue belongs to; greater is better.

    The more telling signs come first: the words that were agreed last; the words that it was filed for; the text that
    the issue has from it; the values that were agreed; the key that the issue has now.

    Args:
        candidate: The row.
        issue: The issue; ``None`` if it can't be seen.
        base: What was agreed last about it.
    """
    row = candidate.row
    agreed = base.values if base else {}
    same = {name for name, value in agreed.items() if row.values.get(name) == value.document}
    marker = issue.marker if issue else None
    return (
        "action" in same,
        marker is not None and marker.item in candidate.items,
        issue is not None and shows(issue.body, row.facts),
        len(same),
        candidate.current,
    )


def most_alike(candidates: Mapping[int, Candidate], issues: Sequence[Issue]) -> dict[int, Issue]:
    """Give each issue to the row that is most like it, one each, as far as both go.

    Args:
        candidates: Rows with the same words, by any number of the caller's.
        issues: Issues that were filed for such words.

    Returns:
        The issue for a row. Where nothing tells two rows apart, the lower number gets the earlier issue.
    """
    pairs = sorted(
        (
            (
                likeness(candidate, issue, issue.marker.state if issue.marker else None),
                -place,
                -number,
            )
            for number, candidate in candidates.items()
            for place, issue in enumerate(issues)
        ),
        reverse=True,
    )
    chosen: dict[int, Issue] = {}
    given = set[int]()
    for _, place, number in pairs:
        if -number not in chosen and -place not in given:
            chosen[-number] = issues[-place]
            given.add(-place)
    return chosen
