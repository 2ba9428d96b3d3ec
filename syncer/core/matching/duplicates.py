"""Issues that were filed twice for one action item: the later ones are closed as duplicates.

That happens where a create took effect, its answer was lost, and the tracker's search didn't show the issue yet when
the next run looked for it. A run that lists the issues that syncer filed sees both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.core import remarks
from syncer.core.matching.identity import item_id
from syncer.core.plan import Change, FieldChange, Kind
from syncer.core.tracking import Update
from syncer.model import Agreed, Marker, State, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.core.tracking import Directory, Issue
    from syncer.model import Problem


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An issue to be closed.

    Attributes:
        tracker: Name of its tracker.
        document: Path of the document for which it was filed.
        key: Its key.
        comment: What is said about it there.
        update: What closes it.
        change: The whole as a line of the plan.
    """

    tracker: str
    document: str
    key: str
    comment: str
    update: Update
    change: Change


def close_duplicates(
    stays: str, others: Iterable[Issue], directory: Directory
) -> tuple[list[Duplicate], list[Problem]]:
    """Decide about the issues of one action item that no row names.

    Args:
        stays: Key of the issue that stays.
        others: The others, as they are now.
        directory: Their tracker.

    Returns:
        Those to be closed, and a problem for each that a person has touched: it is that person's to close.
    """
    duplicates = []
    problems = []
    kept = directory.names(stays)
    for issue in others:
        marker = issue.marker
        if marker is None or issue.status.finished:
            continue
        names = directory.names(issue.key)
        if issue.touched:
            problems.append(remarks.duplicate(marker.document, names.short, kept.short))
            continue
        closed = Status.WONT_DO.value
        # What a row says stays what it says: should one ever name this issue, it is not to be opened for that again.
        said = marker.state.values.get("status", Agreed.both(issue.status.value)).document
        values = {**marker.state.values, "status": Agreed(said, closed)}
        duplicates.append(
            Duplicate(
                tracker=directory.name,
                document=marker.document,
                key=issue.key,
                comment=f"Filed twice: this is a duplicate of {kept.url}, which tracks the action item.",
                update=Update(
                    # Under an item id of its own it is never again taken for the row's issue.
                    marker=Marker(
                        item_id("", marker.item, issue.key, 0),
                        marker.document,
                        State(marker.state.counter + 1, values),
                    ),
                    status=Status.WONT_DO,
                    duplicate_of=stays,
                ),
                change=Change(
                    kind=Kind.HEAL,
                    document=marker.document,
                    line=0,
                    action=issue.title,
                    tracker=directory.name,
                    issue=names.short,
                    url=names.url,
                    fields={
                        "status": FieldChange(issue.status.value, closed, "tracker"),
                        "duplicate of": FieldChange("", kept.short, "tracker"),
                    },
                ),
            )
        )
    return duplicates, problems
