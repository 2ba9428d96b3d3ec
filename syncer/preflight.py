"""Asking the trackers before anything is sent: one that would refuse a part of it gets nothing.

Half of what belongs together would be worse: rows filed without the field that a project demands, and the rest refused
in every run from then on. A preview asks, too, so that it shows what a sync would do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer.core import remarks
from syncer.core.plan import Plan, merge
from syncer.core.reconciling.lens import Lens
from syncer.core.tracking import Draft, Update
from syncer.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Collection

    from syncer.core.plan import Change
    from syncer.core.reconciling.documentplan import Entry
    from syncer.job import Job
    from syncer.model import Problem
    from syncer.surveying import Survey


@dataclass(slots=True)
class _Writes:
    """All that a plan would write to one tracker."""

    drafts: list[Draft] = field(default_factory=list)
    updates: dict[str, Update] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.drafts) + len(self.updates)


def checked(job: Job, found: Survey) -> Survey:
    """A survey without the writes to trackers that object to them, and with what they say.

    What such a tracker is owed nothing for goes on: a row still follows its issue.
    """
    problems: list[Problem] = []
    failures: dict[str, TrackerError] = {}
    objecting = set[str]()
    for name, writes in sorted(_writes(found).items()):
        try:
            objections = job.trackers[name].check(writes.drafts, writes.updates)
        except TrackerError as error:
            failures[name] = error
        else:
            if objections:
                objecting.add(name)
                problems += [
                    remarks.would_refuse(name, one.reason, one.remedy, len(writes))
                    for one in objections
                ]
    if not (objecting or failures):
        return found
    problems += [
        remarks.unchecked(path, entry.tracker)
        for path, plan in found.documents.items()
        for entry in plan.entries
        if entry.tracker in failures and entry.decision.operation is not None
    ]
    problems += [
        remarks.unchecked(one.document, one.tracker)
        for one in found.farewells
        if one.tracker in failures
    ]
    held = _without(job, found, {*objecting, *failures})
    known = [failure.message for failure in found.failures]
    return replace(
        held,
        plan=replace(merge([held.plan, Plan(problems=tuple(problems))]), tally=found.plan.tally),
        failures=(*found.failures, *(f for f in failures.values() if f.message not in known)),
    )


def _writes(found: Survey) -> dict[str, _Writes]:
    writes: dict[str, _Writes] = {}
    for _, plan in sorted(found.documents.items()):
        for entry in plan.entries:
            operation, key = entry.decision.operation, entry.decision.key
            if isinstance(operation, Draft):
                writes.setdefault(entry.tracker, _Writes()).drafts.append(operation)
            elif operation is not None and key is not None:
                writes.setdefault(entry.tracker, _Writes()).updates[key] = operation
    for one in found.duplicates:
        writes.setdefault(one.tracker, _Writes()).updates[one.key] = one.update
    for farewell in found.farewells:
        writes.setdefault(farewell.tracker, _Writes()).updates[farewell.key] = farewell.end
    return writes


def _without(job: Job, found: Survey, trackers: Collection[str]) -> Survey:
    """A survey without what it would write to some trackers."""

    def stays(entry: Entry) -> bool:
        return entry.tracker not in trackers or entry.decision.operation is None

    dropped = [one.change for one in found.duplicates if one.tracker in trackers]
    dropped += [one.change for one in found.farewells if one.tracker in trackers]
    documents = {}
    for path, plan in found.documents.items():
        lenses = {name: Lens(job.trackers[name], job.rules.people) for name in trackers}
        gone = [e.decision.change(lenses[e.tracker]) for e in plan.entries if not stays(e)]
        dropped += [change for change in gone if change is not None]
        entries = tuple(filter(stays, plan.entries))
        if entries:
            documents[path] = replace(plan, entries=entries, plan=_less(plan.plan, dropped))
    return replace(
        found,
        plan=_less(found.plan, dropped),
        documents=documents,
        digests={path: found.digests[path] for path in documents},
        duplicates=tuple(one for one in found.duplicates if one.tracker not in trackers),
        farewells=tuple(one for one in found.farewells if one.tracker not in trackers),
    )


def _less(plan: Plan, dropped: Collection[Change]) -> Plan:
    """A plan without some of its changes; there is at most one for each action item."""
    gone = {(c.tracker, c.document, c.line, c.issue) for c in dropped}
    changes = (c for c in plan.changes if (c.tracker, c.document, c.line, c.issue) not in gone)
    return replace(plan, changes=tuple(changes))
