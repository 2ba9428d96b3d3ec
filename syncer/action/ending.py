"""How a step of a workflow ends, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from syncer.errors import ExitCode
from syncer.model import Level
from syncer.render import render

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from syncer.core.plan import Plan

_NONE = dict.fromkeys(("changes", "conflicts", "problems"), "0") | dict.fromkeys(
    ("checksum", "plan", "commit", "pull-request"), ""
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a step ends.

    Attributes:
        exit_code: With which code.
        markdown: What the job's summary says.
        annotations: Workflow commands that show problems where they are.
        outputs: The outputs that differ from those of a step that did nothing.
    """

    exit_code: int
    markdown: str
    annotations: tuple[str, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_outputs(self) -> dict[str, str]:
        """All outputs that ``action.yml`` names."""
        return {**_NONE, **self.outputs}


def outputs_of(plan: Plan, scratch: Path, *, done: bool) -> dict[str, str]:
    """The outputs that tell a plan. The whole of it is written to a file.

    Args:
        plan: The plan.
        scratch: The folder for the file.
        done: Whether it was carried out.
    """
    # A job may have the Action in it twice; either plan is asked for later.
    with NamedTemporaryFile(
        "w", encoding="utf-8", dir=scratch, prefix="syncer-plan-", suffix=".json", delete=False
    ) as file:
        file.write(render(plan, "json", done=done))
    return {
        "changes": str(len(plan.changes)),
        "conflicts": str(len(plan.conflicts)),
        "problems": str(sum(problem.level is not Level.INFO for problem in plan.problems)),
        "checksum": plan.checksum,
        "plan": file.name,
    }


def verdict(plan: Plan, exit_code: int) -> int:
    """What a step ends with where ``syncer sync`` would end with a code.

    What a person has to look at is shown at its file and line, and doesn't fail the step: conflicts are daily business,
    and a workflow that is always red is looked at by nobody. A document that can't be read does.
    """
    if exit_code != ExitCode.PROBLEMS:
        return exit_code
    unreadable = any(problem.level is Level.ERROR for problem in plan.problems)
    return ExitCode.PROBLEMS if unreadable else ExitCode.DONE
