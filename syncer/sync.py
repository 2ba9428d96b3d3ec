"""One sync, in six steps: observe, reconcile, plan, apply, write back, deliver.

``survey`` takes the first three and writes nothing; ``apply`` the rest, of exactly the plan that it is given. The
dry-run is a survey that nobody applies.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer import budgeting, surveying
from syncer.applying import Applier
from syncer.batching import Planned, groups
from syncer.core.plan import Plan, merge
from syncer.farewells import Parting
from syncer.job import Job, Progress
from syncer.metering import Meter
from syncer.preflight import checked
from syncer.sending import Sender
from syncer.surveying import Survey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.core.budget import Budget
    from syncer.errors import SyncerError, TrackerError

__all__ = ["Job", "Progress", "Report", "Survey", "apply", "survey"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync did.

    Attributes:
        plan: What it did, with issues as they are called now, and the problems that came up.
        changed: Documents that were edited by somebody else while it ran; they want another look.
        failures: Trackers that failed.
        written: Documents that were written.
        unwritable: Trackers that as a whole can't be written, by name, and why.
        budgets: What was asked of the trackers that count their calls, the looks included, and what is left.
    """

    plan: Plan
    changed: tuple[str, ...] = ()
    failures: tuple[SyncerError, ...] = ()
    written: tuple[str, ...] = ()
    unwritable: Mapping[str, TrackerError] = field(default_factory=dict)
    budgets: tuple[Budget, ...] = ()


def survey(job: Job, paths: Sequence[str] | None = None, *, limit: int | None = None) -> Survey:
    """Observe both sides as they are now, reconcile, and plan what the trackers don't object to. Writes nothing.

    Args:
        job: What to work with.
        paths: The documents to look at; all of the store's if left out.
        limit: How many issues may be filed at most; the rest is left for another run.
    """
    for tracker in job.trackers.values():
        tracker.refresh()
    found = checked(job, surveying.survey(job, paths, limit=limit))
    return replace(found, budgets=budgeting.planned(job.trackers, found))


def apply(job: Job, found: Survey, unwritable: Mapping[str, TrackerError] | None = None) -> Report:
    """Carry out a survey's plan, document by document: the tracker first, then the text.

    A document that has changed since it was read is left alone and named in the report. An item that fails doesn't
    stop the others, but a tracker that fails as a whole isn't asked again; what succeeded is written back.

    Args:
        job: What to work with.
        found: What was surveyed.
        unwritable: Trackers that have failed as a whole earlier in the same run: they aren't asked again either.
    """
    planned = [Planned(p, found.digests[p], plan) for p, plan in sorted(found.documents.items())]
    farewells = budgeting.WRITES_OF_A_FAREWELL * len(found.farewells)
    duplicates = budgeting.WRITES_OF_A_DUPLICATE * len(found.duplicates)
    meter = Meter(job.progress, "syncing", farewells + _size(planned) + duplicates)
    meter.start()
    sender = Sender(
        job.trackers, dict(unwritable or {}), answered=meter.advance, permission=job.permission
    )
    parting = Parting(sender, job.store)
    with meter.part(farewells):
        parting.carry_out(found.farewells)
    applier = Applier(
        sender,
        job.store,
        job.trackers,
        job.vocabulary,
        job.rules,
        job.parse,
        left=parting.left,
        accounts=found.accounts,
    )
    for group in groups(planned, job.trackers):
        with meter.part(_size(group)):
            applier.apply(group)
    with meter.part(duplicates):
        applier.heal(found.duplicates)
    applier.report_failed(unwritable or {})
    changes = (*parting.changes, *applier.changes)
    problems = (*found.plan.problems, *parting.problems, *applier.problems)
    return Report(
        plan=replace(
            merge([Plan(changes, found.plan.conflicts, problems)]), tally=found.plan.tally
        ),
        changed=tuple(dict.fromkeys((*parting.changed, *applier.changed))),
        failures=(*found.failures, *parting.failures, *applier.failures),
        written=tuple(applier.written),
        unwritable=sender.failed,
        budgets=budgeting.made(job.trackers),
    )


def _size(group: Sequence[Planned]) -> int:
    """How many writes documents take, their own included."""
    return sum(budgeting.writes(one.plan) + 1 for one in group)
