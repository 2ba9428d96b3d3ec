"""A row that is back after its issue was closed because it had gone: the issue is opened again.

A row that says its status needs nothing of this: for the marker, *Won't Do* is what was last agreed on, so that the
row has moved since. One that says none would take over that its issue is closed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.model import Removal, Status

if TYPE_CHECKING:
    from syncer.core.reconciling.decision import Decision, Row
    from syncer.core.tracking import Issue


def as_it_was(row: Row, issue: Issue, *, has_column: bool) -> Row:
    """A row with the status that it had before it was gone, where it says none now.

    Args:
        row: The row.
        issue: Its issue.
        has_column: Whether the table has a Status column; one whose cell can't be read is left alone.
    """
    marker = issue.marker
    if marker is None or marker.state.removed is not Removal.CLOSED:
        return row
    if row.values.get("status", "-" if has_column else "") or issue.status is not Status.WONT_DO:
        return row
    before = marker.state.values.get("status")
    if before is None:
        return row
    return replace(row, values={**row.values, "status": before.tracker})


def written_out(decision: Decision, row: Row) -> Decision:
    """A decision about such a row, with the status written into the cell that was found empty.

    Args:
        decision: What was decided about the row as it was.
        row: The row as it was found.
    """
    if decision.row is row or row.values.get("status") != "" or "status" not in row.writable:
        return decision
    return replace(decision, cells={"status": decision.row.values["status"], **decision.cells})
