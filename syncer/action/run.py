"""One step of a workflow, from what GitHub says of it to what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.action.choice import choose
from syncer.action.ending import Ending
from syncer.action.outputs import write_outputs, write_summary
from syncer.action.previewing import preview
from syncer.action.syncing import sync
from syncer.action.workflowcommands import failure, no_commands
from syncer.console import tell
from syncer.core.issuetext import quiet
from syncer.errors import SyncerError
from syncer.settings.workflow import load_workflow, settings_in

if TYPE_CHECKING:
    from syncer.console import Console
    from syncer.settings.workflow import Workflow


def act(console: Console) -> int:
    """Do what the GitHub Action is there for.

    Args:
        console: Where it is printed.

    Returns:
        The exit code.

    Raises:
        ConfigurationError: This is no workflow.
    """
    workflow = load_workflow()
    with no_commands(console.line):
        ending = _carried_out(console, workflow)
    for line in ending.annotations:
        console.line(line)
    write_summary(workflow.summary, ending.markdown)
    write_outputs(workflow.output, ending.all_outputs)
    return ending.exit_code


def _carried_out(console: Console, workflow: Workflow) -> Ending:
    try:
        command, why = choose(workflow)
        settings = settings_in(workflow)
        console.note(f"{command}: {why}")
        return (sync if command == "sync" else preview)(console, workflow, settings)
    except SyncerError as error:
        tell(error)
        text = "\n".join(f"> {quiet(line)}" for line in str(error).splitlines())
        return Ending(error.exit_code, f"### Action items\n\n{text}\n", (failure(str(error)),))
