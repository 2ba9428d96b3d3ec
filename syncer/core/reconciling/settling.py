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
    theirs = lens.lift(issue, {**row.values, **decision.sent}, {})
    for name, asked in decision.sent.items():
        held, reason = theirs.get(name), (refused or {}).get(name, "")
        if held is None:
            # What came of it can't be told, any more than after a run that died.
            values[name] = decision.claims[name]
            cells.pop(name, None)
            if reason:
                problems.append(remarks.not_told(row.document, row.line, name, asked, reason))
            continue
        called = lens.counterpart(issue, asked) if name == "owner" and held != asked else None
        if name in cells:
            # The cell is to say what is asked for, which the row doesn't: it says what the issue has.
            cells[name] = held
            values[name] = pair(held, held)
        else:
            # The tracker may call an owner something else than the document: nobody has to be asked again.
            values[name] = pair(asked, held if called is None else called)
        if held != asked and called is None:
            problems.append(
                remarks.not_taken(
                    row.document,
                    row.line,
                    name,
                    asked,
                    held,
                    reason,
                    for_now=name == "status" and issue.underway,
                )
            )
    if decision.key is None:
        for name, value in theirs.items():
            if name in decision.sent or name not in row.values:
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
