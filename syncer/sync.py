"""One sync, in six steps: observe, reconcile, plan, apply, write back, deliver.

``survey`` takes the first three and writes nothing; ``apply`` the rest, of exactly the plan that it is given. The
dry-run is a survey that nobody applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.applying import Applier
from syncer.core.plan import Plan, merge
from syncer.job import Job, Progress
from syncer.surveying import Survey, survey

if TYPE_CHECKING:
    from syncer.errors import SyncerError

__all__ = ["Job", "Progress", "Report", "Survey", "apply", "survey"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync did.

    Attributes:
        plan: What it did, with issues as they are called now, and the problems that came up.
        changed: Documents that were edited by somebody else while it ran; they want another look.
        failures: Trackers that failed.
        written: Documents that were written.
    """

    plan: Plan
    changed: tuple[str, ...] = ()
    failures: tuple[SyncerError, ...] = ()
    written: tuple[str, ...] = ()


def apply(job: Job, found: Survey) -> Report:
    """Carry out a survey's plan, document by document: the tracker first, then the text.

    A document that has changed since it was read is left alone and named in the report. An item that fails doesn't
    stop the others; what succeeded is written back.
    """
    applier = Applier(job.store, job.trackers, job.vocabulary, job.rules, job.parse)
    for done, (path, plan) in enumerate(sorted(found.documents.items())):
        job.progress("syncing", done, len(found.documents))
        applier.apply(path, found.digests[path], plan)
    applier.heal(found.duplicates)
    job.progress("syncing", len(found.documents), len(found.documents))
    return Report(
        plan=Plan(
            changes=tuple(applier.changes),
            conflicts=found.plan.conflicts,
            problems=merge([found.plan, Plan(problems=tuple(applier.problems))]).problems,
            tally=found.plan.tally,
        ),
        changed=tuple(applier.changed),
        failures=(*found.failures, *applier.failures),
        written=tuple(applier.written),
    )
