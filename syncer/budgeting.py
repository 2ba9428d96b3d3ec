"""What a survey's plan will ask of the trackers, counted as ``syncer.sync.apply`` sends it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from syncer.core.budget import Budget
from syncer.core.tracking import Draft, Workload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.reconciling.documentplan import DocumentPlan
    from syncer.surveying import Survey
    from syncer.trackers.base import Tracker

WRITES_OF_A_FAREWELL: Final = 3
"""The attempt, the comment, the end."""

WRITES_OF_A_DUPLICATE: Final = 2
"""The comment, and what closes it."""


def writes(plan: DocumentPlan) -> int:
    """How many writes to trackers a document's rows take."""
    return sum(entry.decision.operation is not None for entry in plan.entries)


def planned(trackers: Mapping[str, Tracker], found: Survey) -> tuple[Budget, ...]:
    """The budget of each tracker that counts, before a survey's plan is carried out.

    One that was asked nothing, and will be asked nothing, is left out.
    """
    works = _works(found)
    return tuple(
        _with_work(spent, trackers[spent.tracker], works.get(spent.tracker))
        for spent in _spent(trackers)
        if spent.made or spent.tracker in works
    )


def made(trackers: Mapping[str, Tracker]) -> tuple[Budget, ...]:
    """The budget of each tracker that counts, as far as it was asked anything since the last look began."""
    return tuple(budget for budget in _spent(trackers) if budget.made)


def _spent(trackers: Mapping[str, Tracker]) -> list[Budget]:
    usages = ((name, tracker.usage()) for name, tracker in sorted(trackers.items()))
    return [
        Budget(name, usage.calls, left=usage.left, limit=usage.limit, reset=usage.reset)
        for name, usage in usages
        if usage is not None
    ]


@dataclass(frozen=True, slots=True)
class _Work:
    """What is written to one tracker, and how many issues that is about."""

    workload: Workload
    files: int
    changes: int


def _with_work(spent: Budget, tracker: Tracker, work: _Work | None) -> Budget:
    if work is None:
        return replace(spent, planned=0, seconds=0.0)
    cost = tracker.cost(work.workload)
    return replace(
        spent,
        planned=None if cost is None else cost.calls,
        seconds=None if cost is None else cost.seconds,
        filing=work.files,
        changing=work.changes,
    )


def _works(found: Survey) -> dict[str, _Work]:
    creates, updates = Counter[str](), Counter[str]()
    entries = (entry for plan in found.documents.values() for entry in plan.entries)
    for entry in entries:
        operation = entry.decision.operation
        if operation is not None:
            (creates if isinstance(operation, Draft) else updates)[entry.tracker] += 1
    duplicates = Counter(one.tracker for one in found.duplicates)
    farewells = Counter(one.tracker for one in found.farewells)
    return {
        name: _Work(
            Workload(
                creates=creates[name],
                updates=updates[name] + duplicates[name] + 2 * farewells[name],
                comments=duplicates[name] + farewells[name],
            ),
            files=creates[name],
            changes=updates[name] + duplicates[name] + farewells[name],
        )
        for name in {*creates, *updates, *duplicates, *farewells}
    }
