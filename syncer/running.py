"""A run from the command line's or the daemon's point of view: survey, check, apply, and look again if need be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from syncer import budgeting
from syncer.core.budget import joined
from syncer.core.limits import Limits, Refusal, refusals
from syncer.core.plan import Plan, merge
from syncer.errors import ExitCode, RefusedError
from syncer.model import Level, Problem
from syncer.sync import Job, Report, Survey, apply, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from syncer.core.budget import Budget

ROUNDS: Final = 3
"""How often a run starts again because documents were edited while it ran."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person who started the run allows.

    Attributes:
        limits: How much may be written unasked.
        force: Whether the limits don't count.
        expect: Checksum of the only plan that may be applied; empty for any.
        limit: How many issues may be filed at most.
    """

    limits: Limits
    force: bool = False
    expect: str = ""
    limit: int | None = None


class PlanRefusedError(RefusedError):
    """A plan that was not applied.

    Attributes:
        plan: The plan.
        refusals: Why.
        budgets: What it would take of the trackers that count their calls.
    """

    def __init__(
        self, plan: Plan, reasons: Sequence[Refusal], budgets: Sequence[Budget] = ()
    ) -> None:
        super().__init__("; ".join(reason.message for reason in reasons))
        self.plan = plan
        self.refusals = tuple(reasons)
        self.budgets = tuple(budgets)


def run(
    job: Job,
    consent: Consent,
    announce: Callable[[Sequence[Budget]], None] = lambda _: None,
) -> Report:
    """Sync until nothing was edited meanwhile.

    Args:
        job: What to work with.
        consent: What may be done.
        announce: Is told what is about to be asked of the trackers, right before each plan is carried out.

    Raises:
        PlanRefusedError: The first plan is not the expected one, or passes a limit; nothing was written.
        ConfigurationError: The documents that were asked for aren't there.
    """
    total = Report(Plan())
    for number in range(ROUNDS):
        found = survey(job, limit=_room(consent, total))
        reasons = _objections(found, consent)
        if reasons and number == 0:
            raise PlanRefusedError(found.plan, reasons, found.budgets)
        if reasons:
            # What was agreed to is done; what came up meanwhile is more than that, and waits.
            looked = joined(total.budgets, budgeting.made(job.trackers))
            return _with_changed(replace(total, budgets=looked), total.changed)
        announce([one for one in found.budgets if one.tracker not in total.unwritable])
        report = apply(job, found, total.unwritable)
        total = told_once(total, report)
        if not report.changed or consent.expect:
            break
    return _with_changed(total, total.changed)


def exit_code(report: Report) -> ExitCode:
    """What a run ends with."""
    if report.failures:
        return ExitCode.TRACKER
    return ExitCode.PROBLEMS if report.plan.wants_a_person else ExitCode.DONE


def told_once(before: Report, after: Report) -> Report:
    """Two rounds as one: all that was done and told, and the counts as they are now.

    A conflict that somebody won, or a value that the tracker didn't take, is settled by the first round and not seen
    by the next one. What is seen in both is told once, with the line where it is now.
    """
    known = {(problem.document, problem.message) for problem in after.plan.problems}
    told = Plan(
        changes=before.plan.changes,
        conflicts=tuple(
            conflict
            for conflict in before.plan.conflicts
            if conflict.winner and conflict not in after.plan.conflicts
        ),
        problems=tuple(
            problem
            for problem in before.plan.problems
            if (problem.document, problem.message) not in known
        ),
    )
    plan = replace(merge([told, after.plan]), tally=after.plan.tally)
    return Report(
        plan=plan,
        changed=after.changed,
        failures=(*before.failures, *after.failures),
        written=tuple(dict.fromkeys((*before.written, *after.written))),
        unwritable=after.unwritable,
        budgets=joined(before.budgets, after.budgets),
    )


def _room(consent: Consent, total: Report) -> int | None:
    if consent.limit is None:
        return None
    filed = sum(change.kind == "create" for change in total.plan.changes)
    return max(consent.limit - filed, 0)


def _objections(found: Survey, consent: Consent) -> tuple[Refusal, ...]:
    if consent.expect and found.plan.checksum != consent.expect:
        return (
            Refusal(
                f"the plan is {found.plan.checksum}, not the expected {consent.expect}",
                "Something has changed since the preview. Look at the new plan with syncer dry-run.",
            ),
        )
    return () if consent.force else refusals(found.plan, consent.limits)


def _with_changed(report: Report, changed: Sequence[str]) -> Report:
    problems = tuple(
        Problem(
            Level.WARNING,
            path,
            0,
            "the document was edited while it was being synced",
            "What was edited is as it was left. The next run picks it up.",
        )
        for path in changed
    )
    return replace(report, plan=merge([report.plan, Plan(problems=problems)]))
