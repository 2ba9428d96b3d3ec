"""A plan as Markdown, for a job's summary or a comment on a pull request."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from syncer.core.markdown.inline import escape
from syncer.core.plan import Kind
from syncer.model import Level
from syncer.render.calls import calls
from syncer.render.safe import safe
from syncer.render.summary import count, measured, not_filed, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncer.core.budget import Budget
    from syncer.core.limits import Measure, Refusal
    from syncer.core.plan import Change, Plan

_REFERENCE: Final = re.compile(r"[@#]|\b(?:GH-|issues/|pull/)(?=[0-9])", re.IGNORECASE)
"""What a person or an issue is referred to by on GitHub, also within words that aren't Markdown (“Autolinked
references”)."""

_WORDS: Final = {
    Kind.CREATE: "file",
    Kind.ADOPT: "adopt",
    Kind.UPDATE: "update",
    Kind.CLOSE: "close",
    Kind.REOPEN: "reopen",
    Kind.HEAL: "heal",
    Kind.COMMENT: "comment on",
    Kind.WRITE_BACK: "write back",
}


def render(
    plan: Plan,
    *,
    done: bool,
    refusals: Sequence[Refusal] = (),
    limits: Sequence[Measure] = (),
    budgets: Sequence[Budget] = (),
    checksum: str = "",
) -> str:
    """See ``syncer.render.render``. Of a plan that is a part of another one, ``checksum`` is that of the whole."""
    # What wants a person comes first: a comment is cut at its end where it is too long.
    lines = [f"**{summary(plan, done=done)}**", ""]
    if (plan.changes or checksum) and not done:
        lines += [f"Plan `{checksum or plan.checksum}`", ""]
    for refusal in refusals:
        lines += [f"> **Refused:** {_text(refusal.message)}. {_text(refusal.remedy)}", ""]
    if refusals and limits:
        lines += [f"Limits: {measured(limits)}.", ""]
    if plan.conflicts:
        lines += ["**Conflicts**", "", *_conflicts(plan), ""]
    if plan.problems:
        lines += ["**Problems**", "", *_problems(plan), ""]
    lines += _changes(plan)
    lines += [f"- {line}" for line in not_filed(plan)]
    lines += [f"- {_text(one.tracker)}: {calls(one)}" for one in budgets]
    return "\n".join(lines).rstrip() + "\n"


def _changes(plan: Plan) -> Iterator[str]:
    for document, changes in groupby(plan.changes, key=lambda change: change.document):
        yield f"**{_text(document)}**"
        yield ""
        yield "| Line | | Action | Issue | Changes |"
        yield "| ---: | --- | --- | --- | --- |"
        for change in changes:
            yield (
                f"| {change.line} | {_WORDS[change.kind]} | {_text(change.action)} "
                f"| {_issue(change)} | {_fields(change)} |"
            )
        yield ""


def _issue(change: Change) -> str:
    return _text(change.issue) if change.issue else f"new in {_text(change.tracker)}"


def _fields(change: Change) -> str:
    parts = []
    for name, values in change.fields.items():
        if change.kind is Kind.CREATE:
            if name != "action":
                parts.append(f"{name}: {_text(values.new)}")
            continue
        arrow = "←" if values.side == "document" else "→"
        old, new = (_text(value) or "(empty)" for value in (values.old, values.new))
        parts.append(f"{name} {arrow} {old} ⇒ {new}")
    return "<br>".join(parts)


def _conflicts(plan: Plan) -> Iterator[str]:
    yield "| Document | Line | Field | Agreed | Document says | Issue says | Who wins |"
    yield "| --- | ---: | --- | --- | --- | --- | --- |"
    for conflict in plan.conflicts:
        base = "nothing yet" if conflict.base is None else _text(conflict.base)
        yield (
            f"| {_text(conflict.document)} | {conflict.line} | {conflict.field} | {base} "
            f"| {_text(conflict.document_value)} | {_text(conflict.tracker_value)} "
            f"| {conflict.winner or 'a person decides'} |"
        )


def _problems(plan: Plan) -> Iterator[str]:
    infos = 0
    for problem in plan.problems:
        if problem.level is Level.INFO:
            infos += 1
            continue
        place = f"{_text(problem.document)}:{problem.line or ''}".strip(":")
        yield f"- {problem.level.value} {place}: {_text(problem.message)}. {_text(problem.remedy)}"
    if infos:
        yield f"- {count(infos, 'remark')} of level info"


def _text(text: str) -> str:
    """Text of a document or tracker as Markdown that shows exactly that, and does nothing.

    It mentions nobody. And in a pull request, it closes no issue: “Fix #12” would, as soon as that is merged.
    """
    return escape(_REFERENCE.sub("\\g<0>\u200b", safe(text)))
