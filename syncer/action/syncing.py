"""The sync of a workflow, and what the job's summary says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.action.ending import Ending, outputs_of, verdict
from syncer.action.touched import Places
from syncer.action.workflowcommands import annotated, failure
from syncer.building import open_job
from syncer.building_delivery import open_delivery
from syncer.console import tell
from syncer.core.issuetext import quiet
from syncer.core.limits import measures
from syncer.delivering import run_and_deliver
from syncer.render import as_markdown, render
from syncer.render.calls import announcements
from syncer.running import Consent, PlanRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.console import Console
    from syncer.core.budget import Budget
    from syncer.delivering import Outcome
    from syncer.settings import Settings
    from syncer.settings.workflow import Workflow

_TITLE = "### Action items"
_REFUSED = (
    "Nothing was written. If this is what is meant, raise the limit in the configuration (`limits`), or run "
    "`syncer sync --force` or `--limit N` by hand once."
)


def sync(console: Console, workflow: Workflow, settings: Settings) -> Ending:
    """Sync once, and tell what was done.

    Args:
        console: Where it is printed.
        workflow: Why this runs.
        settings: The configuration.

    Raises:
        SyncerError: It couldn't begin.
    """
    paths = workflow.inputs.paths
    try:
        with (
            console.progress() as progress,
            open_job(settings, paths, progress, read_only=False) as job,
        ):
            outcome = run_and_deliver(
                job,
                open_delivery(settings, paths),
                Consent(settings.limits),
                lambda budgets: _announce(console, budgets),
            )
    except PlanRefusedError as error:
        return _refused(console, workflow, settings, error)
    return _done(console, workflow, settings, outcome)


def _announce(console: Console, budgets: Sequence[Budget]) -> None:
    for line in announcements(budgets):
        console.note(line)


def _refused(
    console: Console, workflow: Workflow, settings: Settings, error: PlanRefusedError
) -> Ending:
    limits = measures(error.plan, settings.limits)
    console.out(render(error.plan, "text", done=False, refusals=error.refusals, limits=limits))
    text = as_markdown.render(error.plan, done=False, refusals=error.refusals, limits=limits)
    return Ending(
        error.exit_code,
        f"{_TITLE}\n\n{text}\n{_REFUSED}\n",
        (failure(f"{error.message}. {_REFUSED}"),),
        outputs_of(error.plan, workflow.scratch, done=False),
    )


def _done(console: Console, workflow: Workflow, settings: Settings, outcome: Outcome) -> Ending:
    report, receipt = outcome.report, outcome.receipt
    plan = report.plan
    console.out(render(plan, "text", done=True, budgets=report.budgets))
    lines = [_TITLE, as_markdown.render(plan, done=True, budgets=report.budgets).rstrip()]
    place = Places(settings, workflow).in_repository
    told = annotated(plan.problems, place, plan.conflicts)
    if receipt.commit:
        lines.append(f"Committed as {receipt.commit}.")
    if receipt.pull_request:
        lines.append(f"Waiting in {receipt.pull_request}")
    for error in (*report.failures, *([outcome.failure] if outcome.failure else [])):
        tell(error)
        said = f"{error.message} {error.remedy}".strip()
        lines.append(f"> {quiet(said)}")
        told.append(failure(said))
    return Ending(
        verdict(plan, outcome.exit_code),
        "\n\n".join(lines) + "\n",
        tuple(told),
        {
            **outputs_of(plan, workflow.scratch, done=True),
            "commit": receipt.commit,
            "pull-request": receipt.pull_request,
        },
    )
