"""The sentence that sums a plan up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.core.plan import Kind
from syncer.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.core.limits import Measure
    from syncer.core.plan import Plan

_PLANNED = {
    Kind.CREATE: "to file",
    Kind.ADOPT: "to adopt",
    Kind.UPDATE: "to update",
    Kind.CLOSE: "to close",
    Kind.REOPEN: "to reopen",
    Kind.HEAL: "to heal",
    Kind.COMMENT: "to comment on",
    Kind.WRITE_BACK: "to write back",
}
_DONE = {
    Kind.CREATE: "filed",
    Kind.ADOPT: "adopted",
    Kind.UPDATE: "updated",
    Kind.CLOSE: "closed",
    Kind.REOPEN: "reopened",
    Kind.HEAL: "healed",
    Kind.COMMENT: "commented on",
    Kind.WRITE_BACK: "written back",
}


def count(number: int, noun: str, nouns: str = "") -> str:
    """A number with its noun: ``1 issue``, ``2 issues``."""
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"


def summary(plan: Plan, *, done: bool) -> str:
    """What a plan comes to, in one line."""
    words = _DONE if done else _PLANNED
    parts = [f"{plan.count(kind)} {word}" for kind, word in words.items() if plan.count(kind)] or [
        "nothing changed" if done else "nothing to do"
    ]
    open_conflicts = sum(not conflict.winner for conflict in plan.conflicts)
    if plan.conflicts:
        parts.append(count(len(plan.conflicts), "conflict"))
        if open_conflicts:
            parts[-1] += f" ({open_conflicts} for a person to decide)"
    problems = sum(problem.level is not Level.INFO for problem in plan.problems)
    if problems:
        parts.append(count(problems, "problem"))
    seen = plan.tally
    looked = f"{count(seen.items, 'action item')} in {count(seen.documents, 'document')}"
    return f"{', '.join(parts)}. {looked}."


def measured(limits: Iterable[Measure]) -> str:
    """What a plan comes to, limit by limit, in one line."""
    return "; ".join(f"{one.planned} of at most {one.allowed} {one.unit}" for one in limits)


def not_filed(plan: Plan) -> list[str]:
    """Why rows are not filed that somebody might expect to be, one line a reason."""
    seen = plan.tally
    lines = []
    if seen.finished:
        rows = count(seen.finished, "row")
        lines.append(f"{rows} not filed: finished when first seen (documents.file_finished)")
    if seen.unclear:
        lines.append(f"{count(seen.unclear, 'row')} not filed: the status can't be read")
    if seen.old:
        lines.append(f"{count(seen.old, 'row')} not filed: from before documents.since")
    if seen.postponed:
        lines.append(f"{count(seen.postponed, 'row')} left for another run (--limit)")
    return lines
