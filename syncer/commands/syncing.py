"""``syncer dry-run`` and ``syncer sync``."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING, Final

from syncer.building import open_job
from syncer.building_delivery import open_delivery
from syncer.console import tell
from syncer.core.limits import measures, refusals
from syncer.delivering import run_and_deliver
from syncer.errors import ExitCode
from syncer.render import render
from syncer.render.calls import announcements
from syncer.running import Consent, PlanRefusedError
from syncer.settings import load_settings
from syncer.sync import survey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from syncer.console import Console
    from syncer.core.budget import Budget
    from syncer.errors import SyncerError
    from syncer.render import Format
    from syncer.settings import Settings

_LOG: Final = logging.getLogger(__name__)


def preview(
    console: Console,
    paths: Sequence[Path],
    form: Format,
    *,
    limit: int | None,
    exit_code: bool,
) -> int:
    """Show the plan, and write nothing at all.

    Args:
        console: Where to.
        paths: Files and folders named on the command line.
        form: How.
        limit: How many issues a sync would file at most.
        exit_code: Whether changes are an exit code of their own.

    Returns:
        The exit code.
    """
    settings = load_settings(config=console.config, arguments=paths)
    _prepare(settings)
    with (
        console.progress() as progress,
        open_job(settings, paths, progress, read_only=True) as job,
    ):
        found = survey(job, limit=limit)
    console.out(
        render(
            found.plan,
            form,
            done=False,
            color=console.color,
            refusals=refusals(found.plan, settings.limits),
            limits=measures(found.plan, settings.limits),
            budgets=found.budgets,
        )
    )
    _tell(console, found.failures)
    if found.failures:
        return ExitCode.TRACKER
    if exit_code and found.plan.changes:
        return ExitCode.CHANGES
    return ExitCode.PROBLEMS if found.plan.wants_a_person else ExitCode.DONE


def synchronise(
    console: Console,
    paths: Sequence[Path],
    form: Format,
    *,
    expect: str,
    force: bool,
    limit: int | None,
) -> int:
    """Sync once, and show what was done.

    Args:
        console: Where to.
        paths: Files and folders named on the command line.
        form: How.
        expect: Checksum of the only plan that may be applied; empty for any.
        force: Whether safety limits don't count.
        limit: How many issues are filed at most.

    Returns:
        The exit code.
    """
    settings = load_settings(config=console.config, arguments=paths)
    _prepare(settings)
    consent = Consent(settings.limits, force=force, expect=expect, limit=limit)
    try:
        with (
            console.progress() as progress,
            open_job(settings, paths, progress, read_only=False) as job,
        ):
            delivery = open_delivery(settings, paths)
            outcome = run_and_deliver(
                job, delivery, consent, lambda budgets: _announce(console, budgets)
            )
    except PlanRefusedError as error:
        shown = render(
            error.plan,
            form,
            done=False,
            color=console.color,
            refusals=error.refusals,
            limits=measures(error.plan, settings.limits),
            budgets=error.budgets,
        )
        console.out(shown)
        return error.exit_code
    report = outcome.report
    for path in report.written:
        _LOG.info("wrote %s", path)
    console.out(render(report.plan, form, done=True, color=console.color, budgets=report.budgets))
    if outcome.receipt.commit:
        console.note(f"Committed as {outcome.receipt.commit[:12]}.")
    if outcome.receipt.pull_request:
        console.note(f"Waiting in {outcome.receipt.pull_request}.")
    _tell(console, report.failures)
    if outcome.failure is not None:
        tell(outcome.failure)
    return outcome.exit_code


def _prepare(settings: Settings) -> None:
    """Say which configuration is in effect: most surprises are another one than was meant."""
    # What has been imported by now lives as long as the process: the garbage collector need not look through it
    # again and again while documents come and go.
    gc.freeze()
    _LOG.info("configuration: %s", settings.file or "none")
    _LOG.info("documents beneath %s", settings.root)
    for name, model in settings.trackers.items():
        _LOG.debug("tracker %s: %s", name, model)  # pydantic puts asterisks in a secret's place


def _announce(console: Console, budgets: Sequence[Budget]) -> None:
    """Say what is about to be written, before it takes its time."""
    for line in announcements(budgets):
        console.note(line)


def _tell(console: Console, failures: Sequence[SyncerError]) -> None:
    for failure in failures:
        console.note(f"{failure.message} {failure.remedy}".strip())
