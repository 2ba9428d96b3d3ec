"""How a document's promises stand: which are still open, and which of them should have been kept by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from syncer.core.reading.postmortem import PostMortem
    from syncer.core.reconciling.decision import Decision
    from syncer.core.tracking import Issue


def standing(
    document: PostMortem,
    decisions: Iterable[Decision],
    issues: Mapping[int, Issue],
    today: str,
) -> tuple[int, int]:
    """How many action items are open once the plan is carried out, and how many of those are overdue.

    One whose status nobody can read, and that has no issue which would tell, counts as neither.

    Args:
        document: The document.
        decisions: What is to be done about its rows.
        issues: The issues of its rows, by the row's number among the action items.
        today: The present day, ``YYYY-MM-DD``. What is due on it isn't overdue.
    """
    cells = {decision.row.line: decision.cells for decision in decisions}
    unfinished = overdue = 0
    for number, item in enumerate(document.items):
        values = {**item.values, **cells.get(item.line, {})}
        status = values.get("status", "")
        if not status and number in issues:
            status = issues[number].status
        if (
            not status
            and "status" in document.tables[item.table].columns
            and "status" not in values
        ):
            continue
        if status and Status(status).finished:
            continue
        unfinished += 1
        due = values.get("due", "")
        overdue += bool(due) and due < today
    return unfinished, overdue
