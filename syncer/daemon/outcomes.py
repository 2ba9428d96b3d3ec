"""What is told about a sync: from what came of it, or from what kept it from coming to an end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from syncer.daemon.status import Ended, Result, Standing
from syncer.errors import ExitCode, SyncerError, TrackerError
from syncer.model import Level
from syncer.running import PlanRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from syncer.core.budget import Budget
    from syncer.core.plan import Plan
    from syncer.delivering import Outcome


def of_outcome(outcome: Outcome, *, stopped: bool, now: datetime) -> Ended:
    """What is told about a sync that came to its end.

    Args:
        outcome: What came of it.
        stopped: Whether it left something undone because the daemon was told to stop.
        now: The present.
    """
    report = outcome.report
    failures = [*report.failures, *([outcome.failure] if outcome.failure else [])]
    result = Result.PROBLEMS if report.plan.wants_a_person else Result.DONE
    if failures:
        result = _failed(failures)
    if stopped:
        result = Result.STOPPED
    return Ended(
        result=result,
        exit_code=outcome.exit_code,
        error="; ".join(told(failure) for failure in failures),
        changes=Counter(change.kind for change in report.plan.changes),
        budgets=report.budgets,
        standing=None if report.failures else standing(report.plan),
        hold=_hold(failures, report.budgets, now) if failures else 0.0,
    )


def of_error(error: SyncerError, *, stopped: bool) -> Ended:
    """What is told about a sync that ended by an error before anything was written.

    Args:
        error: The error.
        stopped: Whether it came about because the daemon was told to stop.
    """
    if stopped:
        return Ended(Result.STOPPED, ExitCode.INTERRUPTED, told(error))
    if isinstance(error, PlanRefusedError):
        remedies = " ".join(dict.fromkeys(refusal.remedy for refusal in error.refusals))
        return Ended(
            Result.REFUSED,
            error.exit_code,
            f"refused: {error.message}. {remedies}",
            budgets=error.budgets,
            standing=standing(error.plan),
        )
    return Ended(_failed([error]), error.exit_code, told(error), hold=_hold([error], (), None))


def told(error: SyncerError) -> str:
    """An error with its remedy, in one line."""
    end = "" if error.message.endswith((".", ":")) else "."
    return " ".join(f"{error.message}{end} {error.remedy}".split())


def standing(plan: Plan) -> Standing:
    """What a sync found that looked at everything."""
    return Standing(
        documents=plan.tally.documents,
        items=plan.tally.items,
        linked=plan.tally.linked,
        open=plan.tally.open,
        overdue=plan.tally.overdue,
        conflicts=sum(not conflict.winner for conflict in plan.conflicts),
        problems={
            level: count
            for level in Level
            if (count := sum(problem.level is level for problem in plan.problems))
        },
    )


def _failed(failures: Iterable[SyncerError]) -> Result:
    """Whether all that failed only asked for a pause."""
    limited = all(isinstance(one, TrackerError) and one.wait is not None for one in failures)
    return Result.LIMITED if limited else Result.FAILED


def _hold(
    failures: Iterable[SyncerError], budgets: Iterable[Budget], now: datetime | None
) -> float:
    """Seconds until it makes sense to come back, as far as the trackers have said it."""
    waits = [one.wait or 0.0 for one in failures if isinstance(one, TrackerError)]
    waits += [
        (budget.reset - now).total_seconds()
        for budget in budgets
        if now is not None and budget.left == 0 and budget.reset is not None
    ]
    return max(waits, default=0.0)
