"""What the tracker really answered, folded into what was decided."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.core import remarks
from syncer.core.reconciling.decision import Decision, pair

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.reconciling.lens import Lens
    from syncer.core.tracking import Issue
    from syncer.model import Field


def settle(
    decision: Decision, issue: Issue, lens: Lens, refused: Mapping[Field, str] | None = None
) -> Decision:
    """Fold what the tracker answered into a decision.

    Args:
        decision: What was asked for.
        issue: The issue as the answer shows it.
        lens: The tracker in the document's terms.
        refused: Why a value was not taken, where the tracker said so.

    Returns:
        The decision with the key, and with the cells and base that follow from what the tracker *has*. A value
        that it didn't take becomes a pair, with a problem.
    """
    row = decision.row
    values = dict(decision.values)
    cells = dict(decision.cells)
    problems = []
    theirs = lens.lift(issue, row.values, {})
    for name, asked in decision.sent.items():
        values[name] = pair(asked, theirs.get(name, asked))
        if name == "owner" and lens.has(issue, asked):
            # What the document calls them, and what the tracker does: nobody has to be asked again.
            continue
        if values[name].is_pair:
            held, reason = theirs[name], (refused or {}).get(name, "")
            problems.append(remarks.not_taken(row.document, row.line, name, asked, held, reason))
    if decision.key is None:
        for name, value in theirs.items():
            if name in decision.sent or name in values or name not in row.values:
                continue
            if name == "status":
                # A row without a status is owed one from the start.
                values[name] = pair(value, value)
                cells[name] = value
            else:
                # A default that the tracker fills in (an assignee, a priority) is nobody's edit.
                values[name] = pair(row.values[name], value)
    return replace(
        decision,
        key=issue.key,
        cells=cells,
        values=values,
        sent={},
        problems=decision.problems + tuple(problems),
    )
