"""A run and its delivery: wait for one's turn, sync, deliver, and start again where the branch has moved meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from syncer.core.plan import Kind, Plan, merge
from syncer.delivery import Account, Receipt
from syncer.errors import DeliveryError
from syncer.model import Level
from syncer.render import render
from syncer.render.summary import summary
from syncer.running import exit_code, run, told_once

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from syncer.core.budget import Budget
    from syncer.delivery import Delivery
    from syncer.documents import DocumentStore
    from syncer.errors import ExitCode
    from syncer.running import Consent
    from syncer.sync import Job, Report

_AGAIN: Final = "Nothing is lost: the next run finds what was filed, and delivers it."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, and what became of the documents.

    Attributes:
        report: What it did, over all of its starts, with the problems of the delivery.
        receipt: What was delivered.
        failure: Why it couldn't be; ``None`` if it could.
        starts: How often it started.
    """

    report: Report
    receipt: Receipt = field(default_factory=Receipt)
    failure: DeliveryError | None = None
    starts: int = 1

    @property
    def exit_code(self) -> ExitCode:
        """What the run ends with."""
        return self.failure.exit_code if self.failure else exit_code(self.report)


def run_and_deliver(
    job: Job,
    delivery: Delivery,
    consent: Consent,
    announce: Callable[[Sequence[Budget]], None] = lambda _: None,
) -> Outcome:
    """Sync the documents of a delivery, and deliver them.

    Args:
        job: What to work with; the store in it counts for nothing.
        delivery: Where the documents come from and go to.
        consent: What may be done.
        announce: See ``syncer.running.run``.

    Raises:
        PlanRefusedError: The first plan is not the expected one, or passes a limit; nothing was written.
        DeliveryError: The documents couldn't be had, or the turn didn't come; nothing was written.
        ConfigurationError: The documents that were asked for aren't there.
    """
    with delivery.turn(job.permission) as permission:
        for tracker in job.trackers.values():
            tracker.heed(permission)
        return _start(replace(job, permission=permission), delivery, consent, announce)


def _start(
    job: Job,
    delivery: Delivery,
    consent: Consent,
    announce: Callable[[Sequence[Budget]], None],
) -> Outcome:
    total: Report | None = None
    for start in range(1, delivery.attempts + 1):
        try:
            store = delivery.open()
        except DeliveryError as error:
            if total is None:
                raise
            return Outcome(total, failure=error, starts=start)
        report = run(_at_revision(job, store, delivery.revision), _left(consent, total), announce)
        total = report if total is None else _joined(total, report)
        try:
            receipt = delivery.deliver(_account(total))
        except DeliveryError as error:
            return Outcome(total, failure=error, starts=start)
        if not receipt.moved:
            told = merge([total.plan, Plan(problems=receipt.problems)])
            plan = replace(told, tally=total.plan.tally)
            return Outcome(replace(total, plan=plan), receipt, starts=start)
        if consent.expect:
            # The plan that was agreed to was for documents that aren't the present ones any more.
            message = "the branch has moved while the expected plan was carried out; the links were not delivered"
            return Outcome(total, failure=DeliveryError(message, remedy=_AGAIN), starts=start)
    assert total is not None  # noqa: S101 - there is at least one attempt
    message = f"the branch moved each of the {delivery.attempts} times that the run started"
    return Outcome(total, failure=DeliveryError(message, remedy=_AGAIN), starts=delivery.attempts)


def _at_revision(job: Job, store: DocumentStore, revision: str) -> Job:
    """A job on the documents of one revision, which is the one that issues link to."""
    link = job.rules.link.replace("{revision}", revision or "HEAD")
    return replace(job, store=store, rules=replace(job.rules, link=link))


def _left(consent: Consent, before: Report | None) -> Consent:
    """What is still allowed after earlier starts of the same run."""
    if before is None or consent.limit is None:
        return consent
    filed = sum(change.kind is Kind.CREATE for change in before.plan.changes)
    return replace(consent, limit=max(consent.limit - filed, 0))


def _joined(before: Report, after: Report) -> Report:
    """Two starts as one: what was filed by the first is found by the second, which is no news."""
    known = {(change.tracker, change.issue) for change in before.plan.changes if change.issue}
    plan = after.plan
    changes = tuple(
        change
        for change in plan.changes
        if change.kind not in (Kind.ADOPT, Kind.WRITE_BACK)
        or (change.tracker, change.issue) not in known
    )
    return told_once(before, replace(after, plan=replace(plan, changes=changes)))


def _account(report: Report) -> Account:
    plan = report.plan
    return Account(
        summary=summary(plan, done=True),
        plan=render(plan, "markdown", done=True),
        problems=sum(problem.level is not Level.INFO for problem in plan.problems)
        + sum(not conflict.winner for conflict in plan.conflicts),
    )
