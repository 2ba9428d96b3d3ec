"""Whether a workflow syncs or previews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from syncer.errors import ConfigurationError

if TYPE_CHECKING:
    from syncer.settings.workflow import Workflow

_BY_HAND_OR_CLOCK: Final = {"schedule", "workflow_dispatch"}


def choose(workflow: Workflow) -> tuple[Literal["sync", "dry-run"], str]:
    """What is done, and why, to be told to whoever reads the log.

    ``auto`` syncs on a push to the default branch, on a schedule and by hand; everything else is previewed.

    Raises:
        ConfigurationError: The event brings a stranger's documents together with the repository's secrets.
    """
    if workflow.event == "pull_request_target":
        raise ConfigurationError(
            "syncer doesn't run for `pull_request_target`: it would read a stranger's documents with the "
            "repository's own token",
            remedy="Use `on: pull_request`. Pull requests from forks get their plan in the job's summary.",
        )
    if workflow.inputs.command != "auto":
        return workflow.inputs.command, "asked for by the input `command`"
    if workflow.event in _BY_HAND_OR_CLOCK:
        return "sync", f"the event is `{workflow.event}`"
    if workflow.event == "push" and workflow.branch and workflow.branch == workflow.default_branch:
        return "sync", "a push to the default branch"
    return "dry-run", f"the event is `{workflow.event}`, and not on the default branch"
