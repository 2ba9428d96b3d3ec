"""A plan for people and machines: terminal, Markdown, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from syncer.render import as_json, as_markdown, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.core.budget import Budget
    from syncer.core.limits import Measure, Refusal
    from syncer.core.plan import Plan

Format = Literal["text", "markdown", "json"]


def render(
    plan: Plan,
    form: Format,
    *,
    done: bool,
    color: bool = False,
    refusals: Sequence[Refusal] = (),
    limits: Sequence[Measure] = (),
    budgets: Sequence[Budget] = (),
) -> str:
    """Show a plan.

    Args:
        plan: The plan.
        form: For whom.
        done: Whether it was carried out, rather than only planned.
        color: Whether the text may be coloured.
        refusals: Why it may not be carried out, with what can be done.
        limits: All limits, and what the plan comes to. People are shown them where the plan is refused.
        budgets: What it takes, or took, of the trackers that count their calls.

    Returns:
        The text, with a final newline. Nothing from a document or tracker in it can act as markup, as a terminal's
        control sequence, or as a line of its own.
    """
    if form == "json":
        return as_json.render(plan, done=done, refusals=refusals, limits=limits, budgets=budgets)
    if form == "markdown":
        return as_markdown.render(
            plan, done=done, refusals=refusals, limits=limits, budgets=budgets
        )
    return as_text.render(
        plan, done=done, color=color, refusals=refusals, limits=limits, budgets=budgets
    )
