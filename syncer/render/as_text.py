"""A plan as a person reads it in a terminal: like a diff, by document and row."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

import click

from syncer.core.plan import Change, Conflict, Kind
from syncer.model import FIELDS, Level
from syncer.render.calls import calls
from syncer.render.safe import safe
from syncer.render.summary import measured, not_filed, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from syncer.core.budget import Budget
    from syncer.core.limits import Measure, Refusal
    from syncer.core.plan import FieldChange, Plan
    from syncer.model import Problem

_SIGNS: Final = {
    Kind.CREATE: ("+", "green", "new issue"),
    Kind.ADOPT: ("=", "cyan", "adopts"),
    Kind.UPDATE: ("~", "yellow", "updates"),
    Kind.CLOSE: ("x", "yellow", "closes"),
    Kind.REOPEN: ("o", "yellow", "reopens"),
    Kind.HEAL: ("~", "yellow", "heals"),
    Kind.COMMENT: ("~", "yellow", "comments on"),
    Kind.WRITE_BACK: ("<", "cyan", "from"),
}
_LEVELS: Final = {Level.ERROR: "red", Level.WARNING: "yellow", Level.INFO: "blue"}
_INFO_SHOWN: Final = 20
_ACTION_SHOWN: Final = 200

_NO_VALUES: Final = frozenset({"base", "comment", "text"})
"""What changes with these is said in words: the values themselves would tell a reader nothing."""


def render(
    plan: Plan,
    *,
    done: bool,
    color: bool,
    refusals: Sequence[Refusal] = (),
    limits: Sequence[Measure] = (),
    budgets: Sequence[Budget] = (),
) -> str:
    """See ``syncer.render.render``."""
    pen = _Pen(color)
    lines = [*_changes(plan, pen), *_problems(plan.problems, pen)]
    if lines and lines[-1]:
        lines.append("")
    lines += [pen.dim(line) for line in not_filed(plan)]
    lines.append(pen.bold(summary(plan, done=done)))
    lines += [_calls(budget, pen) for budget in budgets]
    if plan.changes and not done:
        lines.append(pen.dim(f"Plan {plan.checksum}"))
    for refusal in refusals:
        lines += ["", pen.paint(f"Refused: {refusal.message}.", "red"), f"  {refusal.remedy}"]
    if refusals and limits:
        lines += ["", pen.dim(f"Limits: {measured(limits)}.")]
    return "\n".join(lines) + "\n"


class _Pen:
    """Colours text, or doesn't."""

    def __init__(self, color: bool) -> None:  # noqa: FBT001 - the pen's one property
        self._color = color

    def paint(self, text: str, fg: str) -> str:
        return click.style(text, fg=fg) if self._color else text

    def bold(self, text: str) -> str:
        return click.style(text, bold=True) if self._color else text

    def dim(self, text: str) -> str:
        return click.style(text, dim=True) if self._color else text


def _calls(budget: Budget, pen: _Pen) -> str:
    line = f"{safe(budget.tracker)}: {calls(budget)}"
    return pen.paint(line, "yellow") if budget.falls_short else pen.dim(line)


def _changes(plan: Plan, pen: _Pen) -> Iterator[str]:
    entries: list[Change | Conflict] = sorted(
        [*plan.changes, *plan.conflicts], key=lambda entry: (entry.document, entry.line)
    )
    for document, of_document in groupby(entries, key=lambda entry: entry.document):
        yield pen.bold(safe(document))
        for _, of_row in groupby(of_document, key=lambda entry: entry.line):
            yield from _row(list(of_row), pen)
        yield ""


def _row(entries: Sequence[Change | Conflict], pen: _Pen) -> Iterator[str]:
    conflicts = [entry for entry in entries if isinstance(entry, Conflict)]
    for entry in entries:
        if isinstance(entry, Change):
            yield from _change(entry, pen)
    if conflicts and len(conflicts) == len(entries):
        first = conflicts[0]
        yield f"  {pen.paint('!', 'red')} {safe(first.action, _ACTION_SHOWN)}  {pen.dim(_where(first))}"
    for conflict in conflicts:
        yield from _conflict(conflict, pen)


def _change(change: Change, pen: _Pen) -> Iterator[str]:
    sign, colour, word = _SIGNS[change.kind]
    issue = f"{word} in {change.tracker}" if not change.issue else f"{word} {_issue(change)}"
    note = pen.dim(f"line {change.line}, {issue}")
    yield f"  {pen.paint(sign, colour)} {safe(change.action, _ACTION_SHOWN)}  {note}"
    for name, values in _ordered(change.fields.items()):
        if change.kind is Kind.CREATE and name == "action":
            continue
        shown = values.new if name in _NO_VALUES else _values(change.kind, values, pen)
        yield f"      {name:<9} {shown}"


def _issue(change: Change) -> str:
    return f"{safe(change.issue)} {safe(change.url)}".rstrip()


def _values(kind: Kind, change: FieldChange, pen: _Pen) -> str:
    new = safe(change.new) or "(empty)"
    if kind is Kind.CREATE:
        return new
    old = safe(change.old)
    follows = (
        "document follows the issue"
        if change.side == "document"
        else ("issue follows the document")
    )
    return f"{f'{old} → ' if old else '→ '}{new}  {pen.dim(f'({follows})')}"


def _conflict(conflict: Conflict, pen: _Pen) -> Iterator[str]:
    verdict = {
        "document": "the document wins",
        "tracker": "the issue wins",
        "": "nothing is written until a person decides",
    }[conflict.winner]
    base = "nothing agreed yet" if conflict.base is None else f"agreed: {_shown(conflict.base)}"
    yield pen.paint(
        f"      {conflict.field:<9} conflict: {_shown(conflict.document_value)} in the document, "
        f"{_shown(conflict.tracker_value)} in the issue, {base}; {verdict}",
        "red" if not conflict.winner else "yellow",
    )


def _problems(problems: Iterable[Problem], pen: _Pen) -> Iterator[str]:
    infos = 0
    for problem in problems:
        if problem.level is Level.INFO:
            infos += 1
            if infos > _INFO_SHOWN:
                continue
        level = pen.paint(problem.level.value, _LEVELS[problem.level])
        place = ":".join(part for part in (safe(problem.document), str(problem.line or "")) if part)
        yield (
            f"{place}: {level}: {safe(problem.message)}"
            if place
            else (f"{level}: {safe(problem.message)}")
        )
        if problem.remedy:
            yield pen.dim(f"    {safe(problem.remedy)}")
    if infos > _INFO_SHOWN:
        yield pen.dim(f"and {infos - _INFO_SHOWN} more of level info; --format json has them all")


def _ordered(fields: Iterable[tuple[str, FieldChange]]) -> list[tuple[str, FieldChange]]:
    order: dict[str, int] = {name: number for number, name in enumerate(FIELDS)}
    return sorted(fields, key=lambda pair: (order.get(pair[0], len(order)), pair[0]))


def _where(conflict: Conflict) -> str:
    return f"line {conflict.line}, {safe(conflict.issue)}"


def _shown(value: str) -> str:
    return safe(value) or "(empty)"
