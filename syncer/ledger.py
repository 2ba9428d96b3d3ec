"""What is planned in a run, kept by document, so that a document that is looked at once more is planned anew."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from syncer.core.plan import Plan, Tally, merge
from syncer.core.reconciling.documentplan import DocumentPlan
from syncer.core.writing.editing import rehearse
from syncer.errors import DocumentError, SyncerError
from syncer.model import Level, Problem

if TYPE_CHECKING:
    from syncer.core.reading.postmortem import PostMortem
    from syncer.core.reconciling.removed import Farewell
    from syncer.job import Job

_NOTHING: Final = Tally()


@dataclass(slots=True)
class Ledger:
    """See above.

    Attributes:
        job: What the run works with.
        documents: The plan of each document that has something to be done, by path.
        digests: What those documents were when they were read.
        farewells: Issues whose rows are gone, by document.
    """

    job: Job
    documents: dict[str, DocumentPlan] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    farewells: dict[str, tuple[Farewell, ...]] = field(default_factory=dict)
    _parts: dict[str, list[Plan]] = field(default_factory=dict)
    _counts: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def plan(self) -> Plan:
        """The plan of all documents."""
        counts = zip(*self._counts.values(), strict=True)
        plan = merge(itertools.chain.from_iterable(self._parts.values()))
        return replace(plan, tally=Tally(*map(sum, counts)))

    def note(self, path: str, plan: Plan) -> None:
        """Add to what is planned for a document; of one with nothing to tell only the counts are kept."""
        if plan.tally != _NOTHING:
            self._counts[path] = plan.tally.counts()
        if plan.changes or plan.conflicts or plan.problems or plan.vanished:
            self._parts.setdefault(path, []).append(plan)

    def forget(self, path: str) -> None:
        """Drop what was planned for a document that is looked at once more."""
        for planned in (self._parts, self._counts, self.documents, self.digests, self.farewells):
            planned.pop(path, None)

    def take(self, document: PostMortem, digest: str, plan: DocumentPlan) -> DocumentPlan:
        """Keep a document's plan, as far as the document can take it; answers that."""
        if plan.entries:
            plan = self._rehearsed(document, plan)
        self.note(document.path, plan.plan)
        if plan.entries:
            self.documents[document.path] = plan
            self.digests[document.path] = digest
        if plan.farewells:
            self.farewells[document.path] = tuple(
                replace(farewell, digest=digest) for farewell in plan.farewells
            )
        return plan

    def _rehearsed(self, document: PostMortem, plan: DocumentPlan) -> DocumentPlan:
        """The plan, or only its problems if the document couldn't take what would be written back."""
        try:
            rehearse(
                document,
                plan.entries,
                self.job.trackers,
                self.job.vocabulary,
                add_columns=self.job.rules.add_columns,
            )
        except SyncerError as error:
            problem = problem_of(error, document.path)
            problems = (*plan.plan.problems, problem)
            return DocumentPlan((), Plan(problems=problems, tally=plan.plan.tally))
        return plan


def problem_of(error: SyncerError, path: str) -> Problem:
    """An error about one document, as a line of the report."""
    line = error.line if isinstance(error, DocumentError) else 0
    return Problem(Level.ERROR, path, line, error.message, error.remedy)
