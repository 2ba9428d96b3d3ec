"""A plan for machines: one JSON object. Its shape is documented in docs/json.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.core.budget import Budget
    from syncer.core.limits import Measure, Refusal
    from syncer.core.plan import Change, Plan

SCHEMA: Final = 1
"""Version of the object's shape; raised when a reader of the old one would be misled."""


def render(
    plan: Plan,
    *,
    done: bool,
    refusals: Sequence[Refusal] = (),
    limits: Sequence[Measure] = (),
    budgets: Sequence[Budget] = (),
) -> str:
    """See ``syncer.render.render``. Only ASCII, so that no terminal takes it for anything else."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "applied": done,
        "checksum": plan.checksum,
        "documents": plan.tally.documents,
        "items": plan.tally.items,
        "not_filed": {
            "finished": plan.tally.finished,
            "unclear": plan.tally.unclear,
            "old": plan.tally.old,
            "skipped": plan.tally.skipped,
            "untracked": plan.tally.untracked,
            "postponed": plan.tally.postponed,
        },
        "changes": [_change(change) for change in plan.changes],
        "conflicts": [asdict(conflict) for conflict in plan.conflicts],
        "problems": [asdict(problem) for problem in plan.problems],
        "refused": [asdict(refusal) for refusal in refusals],
        "limits": [
            {"limit": one.limit, "planned": one.planned, "allowed": one.allowed} for one in limits
        ],
        "calls": [_calls(budget) for budget in budgets],
    }
    return json.dumps(document, indent=2) + "\n"


def _calls(budget: Budget) -> dict[str, Any]:
    return {
        "tracker": budget.tracker,
        "made": budget.made,
        "planned": budget.planned,
        "seconds": None if budget.seconds is None else round(budget.seconds, 1),
        "left": budget.left,
        "limit": budget.limit,
        "reset": None if budget.reset is None else f"{budget.reset:%Y-%m-%dT%H:%M:%SZ}",
    }


def _change(change: Change) -> dict[str, Any]:
    return asdict(change)
