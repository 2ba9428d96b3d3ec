"""The preview: what a sync would do, in the job's summary, and in one comment on the pull request."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from syncer import vocabularies
from syncer.action.ending import Ending, outputs_of, verdict
from syncer.action.excerpt import excerpt, rest
from syncer.action.touched import Places
from syncer.action.unasked import described, look
from syncer.action.workflowcommands import annotated
from syncer.building import open_job
from syncer.building_forge import open_forge
from syncer.core.issuetext import quiet
from syncer.core.limits import measures, refusals
from syncer.errors import ConfigurationError, DeliveryError, ExitCode, TrackerError
from syncer.model import Level, Problem
from syncer.render import as_markdown, render
from syncer.sync import survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.console import Console
    from syncer.core.plan import Plan
    from syncer.delivery.forge import Forge
    from syncer.errors import SyncerError
    from syncer.settings import Settings
    from syncer.settings.workflow import PullRequest, Workflow
    from syncer.surveying import Survey

MARK: Final = "plan"
"""What tells the comment with the plan from others."""

_TITLE: Final = "### Action items"
_WHEN: Final = "*What syncer does once this is merged.*"
_NO_COMMENT: Final = "Give the job `permissions: {pull-requests: write}`, or set `comment: false`."


def preview(console: Console, workflow: Workflow, settings: Settings) -> Ending:
    """Show what a sync would do, and write nothing but a comment.

    Args:
        console: Where the plan is printed.
        workflow: Why this runs.
        settings: The configuration.

    Raises:
        ConfigurationError: The settings can't be worked with; where there are no secrets, they needn't be.
    """
    pull, places = workflow.pull_request, Places(settings, workflow)
    touched, told = _touched(workflow, settings, places) if pull else (None, [])
    found, failures = _surveyed(console, workflow, settings)
    if found is None or (failures and pull is not None and not pull.has_secrets):
        return _unasked(workflow, settings, places, touched, failures)
    plan = found.plan
    shown = plan if touched is None else excerpt(plan, touched)
    console.out(render(shown, "text", done=False, budgets=found.budgets))
    for failure in failures:
        console.note(f"{failure.message} {failure.remedy}".strip())
    text = as_markdown.render(
        shown,
        done=False,
        refusals=refusals(plan, settings.limits),
        limits=measures(plan, settings.limits),
        checksum=plan.checksum,
    )
    parts = [_TITLE, _WHEN if pull else "", text.rstrip()]
    said = [*(one.message for one in failures), *(one.message for one in told)]
    parts += [f"> {quiet(one)}" for one in said]
    if touched is not None:
        parts.append(rest(plan, touched))
    markdown = "\n\n".join(filter(None, parts)) + "\n"
    if pull is not None and workflow.inputs.comment and not pull.is_fork:
        told += _commented(workflow, settings, pull, markdown, _has_something(shown))
    code = ExitCode.TRACKER if failures else ExitCode.DONE
    if code == ExitCode.DONE and shown.wants_a_person:
        code = ExitCode.PROBLEMS
    return Ending(
        verdict(shown, code),
        markdown,
        tuple(annotated((*shown.problems, *told), places.in_repository, shown.conflicts)),
        outputs_of(plan, workflow.scratch, done=False),
    )


def _surveyed(
    console: Console, workflow: Workflow, settings: Settings
) -> tuple[Survey | None, Sequence[SyncerError]]:
    """What would be done, and what failed; ``None`` where there is no secret to find out with."""
    pull = workflow.pull_request
    try:
        with (
            console.progress() as progress,
            open_job(settings, workflow.inputs.paths, progress, read_only=True) as job,
        ):
            found = survey(job)
            return found, found.failures
    except (ConfigurationError, TrackerError) as error:
        if pull is None or pull.has_secrets:
            raise
        return None, [error]


def _touched(
    workflow: Workflow, settings: Settings, places: Places
) -> tuple[set[str] | None, list[Problem]]:
    """The documents that a pull request touches; ``None`` for all, and why."""
    assert workflow.pull_request is not None  # noqa: S101 - asked only for one
    try:
        with closing(_forge(workflow, settings)) as forge:
            return places.documents(forge.files_of(workflow.pull_request.number)), []
    except (ConfigurationError, DeliveryError) as error:
        told = f"the plan is that of all documents: what this pull request touches can't be told ({error.message})"
        remedy = error.remedy or "Give the job `permissions: {pull-requests: read}`."
        return None, [Problem(Level.INFO, "", 0, told, remedy)]


def _commented(
    workflow: Workflow,
    settings: Settings,
    pull: PullRequest,
    markdown: str,
    something: bool,  # noqa: FBT001
) -> Sequence[Problem]:
    """Write the comment. One that is there is brought up to date; where there is nothing to say, none is begun."""
    try:
        with closing(_forge(workflow, settings)) as forge:
            forge.comment(pull.number, MARK, markdown, begin=something)
    except (ConfigurationError, DeliveryError) as error:
        told = f"the plan couldn't be written into a comment: {error.message}"
        return [Problem(Level.WARNING, "", 0, told, error.remedy or _NO_COMMENT)]
    return []


def _forge(workflow: Workflow, settings: Settings) -> Forge:
    return open_forge(settings, workflow.repository, "", "the preview in the pull request")


def _unasked(
    workflow: Workflow,
    settings: Settings,
    places: Places,
    touched: set[str] | None,
    failures: Sequence[SyncerError],
) -> Ending:
    """What documents tell by themselves."""
    store = settings.folder(workflow.inputs.paths)
    documents = settings.documents
    glance = look(
        store,
        vocabularies.load(settings.vocabulary),
        set(store.paths()) if touched is None else touched,
        max_characters=documents.max_characters,
        max_line=documents.max_line,
    )
    unreadable = any(problem.level is Level.ERROR for problem in glance.problems)
    return Ending(
        ExitCode.PROBLEMS if unreadable else ExitCode.DONE,
        f"{_TITLE}\n\n{described(glance, [failure.message for failure in failures])}",
        tuple(annotated(glance.problems, places.in_repository)),
        {"problems": str(sum(one.level is not Level.INFO for one in glance.problems))},
    )


def _has_something(plan: Plan) -> bool:
    return bool(plan.changes or plan.conflicts or plan.wants_a_person)
