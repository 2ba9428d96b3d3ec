"""How much one run may write without being told that it is meant, and what a plan comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.plan import Kind
from syncer.model import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.core.plan import Change, Plan, Thinned

_NAMED: Final = 3
"""How many documents a message names."""

_FINISHED: Final = frozenset(status.value for status in Status if status.finished)
_WRITES_TO_ISSUES: Final = frozenset(
    {Kind.UPDATE, Kind.CLOSE, Kind.REOPEN, Kind.HEAL, Kind.COMMENT}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a run may write without being told that it is meant.

    Each share has a number beside it that is allowed however large its share is: half of four is no reason to stop.

    Attributes:
        creates: Most issues that one run files.
        updates: Largest share, from 0 to 1, of linked issues that one run changes.
        updates_minimum: Number of issues that may always be changed.
        closures: Largest share of them that one run closes.
        closures_minimum: Number of issues that may always be closed.
        emptied: Largest share of a document's rows that may be gone from it, while one run files, comments on or
            closes issues for that.
        emptied_minimum: Number of rows that may always be gone from a document.
        vanished: Largest share of documents that may be gone, as far as a run knows of them.
        vanished_minimum: Number of documents that may always be gone.
    """

    creates: int = 50
    updates: float = 0.5
    updates_minimum: int = 20
    closures: float = 0.25
    closures_minimum: int = 10
    emptied: float = 0.5
    emptied_minimum: int = 3
    vanished: float = 0.5
    vanished_minimum: int = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a plan may not be applied, with what can be done."""

    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One limit, and what a plan comes to.

    Attributes:
        limit: Its key in the configuration.
        planned: What the plan comes to.
        allowed: How much is allowed at most.
        unit: What is counted.
        refusal: Why the plan may not be applied; ``None`` if it keeps within the limit.
    """

    limit: str
    planned: int
    allowed: int
    unit: str
    refusal: Refusal | None = None


def measures(plan: Plan, limits: Limits) -> tuple[Measure, ...]:
    """What a plan comes to, limit by limit."""
    return (
        _creates(plan, limits),
        _updates(plan, limits),
        _closures(plan, limits),
        _emptied(plan, limits),
        _vanished(plan, limits),
    )


def refusals(plan: Plan, limits: Limits) -> tuple[Refusal, ...]:
    """The limits that a plan passes; none of it may be applied unless a person insists."""
    return tuple(one.refusal for one in measures(plan, limits) if one.refusal is not None)


def _measure(
    limit: str, planned: int, allowed: int, unit: str, message: str, remedy: str
) -> Measure:
    refusal = Refusal(message, remedy) if planned > allowed else None
    return Measure(limit, planned, allowed, unit, refusal)


def _share(share: float, total: int, minimum: int) -> int:
    return max(minimum, int(share * total))


def _creates(plan: Plan, limits: Limits) -> Measure:
    planned, allowed = plan.count(Kind.CREATE), limits.creates
    return _measure(
        "creates",
        planned,
        allowed,
        "issues filed",
        f"the plan files {planned} issues; at most {allowed} are filed in one run (limits.creates)",
        f"If the rows are old promises that nobody waits for, set documents.since to the date from which on you want "
        f"them filed. To go on in steps, use --limit {allowed}. If {planned} issues are what you want, use --force.",
    )


def _updates(plan: Plan, limits: Limits) -> Measure:
    planned = sum(_writes_to_issue(change) for change in plan.changes)
    linked = _linked(plan)
    allowed = _share(limits.updates, linked, limits.updates_minimum)
    return _measure(
        "updates",
        planned,
        allowed,
        "issues changed",
        f"the plan changes {planned} of {linked} issues; at most {allowed} are changed in one run (limits.updates, "
        "limits.updates_minimum)",
        "Look through the plan: so many changes at once are most often an accident (a table sorted by another tool, a "
        "column that was emptied). If it is right, use --force.",
    )


def _closures(plan: Plan, limits: Limits) -> Measure:
    planned = sum(_closes(change) for change in plan.changes)
    linked = _linked(plan)
    allowed = _share(limits.closures, linked, limits.closures_minimum)
    return _measure(
        "closures",
        planned,
        allowed,
        "issues closed",
        f"the plan closes {planned} of {linked} issues; at most {allowed} are closed in one run (limits.closures, "
        "limits.closures_minimum)",
        "Look through the plan: so many endings at once are most often an accident (rows that were lost in a merge, a "
        "status column that was filled down). If it is right, use --force.",
    )


def _emptied(plan: Plan, limits: Limits) -> Measure:
    touched = {change.document for change in plan.changes if _follows_from_rows(change)}
    emptied = [one for one in plan.thinned if one.document in touched]

    def allowed(one: Thinned) -> int:
        return _share(limits.emptied, one.gone + one.left, limits.emptied_minimum)

    worst = max(emptied, key=lambda one: (one.gone - allowed(one), one.gone), default=None)
    over = [
        f"{one.document} ({one.gone} of {one.gone + one.left})"
        for one in emptied
        if one.gone > allowed(one)
    ]
    return _measure(
        "emptied",
        worst.gone if worst else 0,
        allowed(worst) if worst else limits.emptied_minimum,
        "rows gone from one document",
        f"rows with open issues are gone from {_listed(over)} (limits.emptied, limits.emptied_minimum)",
        "Look at the document: so many rows at once are most often lost by accident (a heading or a table that was "
        "changed, a merge that went wrong). Put them back, with their links. If they are meant to be gone, use "
        "--force.",
    )


def _vanished(plan: Plan, limits: Limits) -> Measure:
    # Nothing to be written, nothing to be refused.
    gone = plan.vanished if plan.changes else ()
    total = plan.tally.documents + len(gone)
    allowed = _share(limits.vanished, total, limits.vanished_minimum)
    return _measure(
        "vanished",
        len(gone),
        allowed,
        "documents vanished",
        f"{len(gone)} of {total} documents are gone while issues of theirs are open, and at most {allowed} may be: "
        f"{_listed(gone)} (limits.vanished, limits.vanished_minimum)",
        "Check that this is the right folder and branch, and that the checkout is complete. If the documents were "
        "removed, close their issues, or use --force.",
    )


def _linked(plan: Plan) -> int:
    """Issues that rows name, or named until they were gone."""
    return plan.tally.linked + sum(one.gone for one in plan.thinned)


def _writes_to_issue(change: Change) -> bool:
    """Whether a change writes to an issue that is there already."""
    adopts = change.kind is Kind.ADOPT
    return change.kind in _WRITES_TO_ISSUES or (
        adopts and any(one.side == "tracker" for one in change.fields.values())
    )


def _closes(change: Change) -> bool:
    """Whether a change finishes an issue that was open."""
    status = change.fields.get("status")
    return (
        status is not None
        and change.kind is not Kind.CREATE
        and status.side == "tracker"
        and status.new in _FINISHED
        and status.old not in _FINISHED
    )


def _follows_from_rows(change: Change) -> bool:
    """Whether a change may follow from rows that were lost: they are taken for gone, or filed once more."""
    return change.kind in (Kind.CREATE, Kind.COMMENT) or "comment" in change.fields


def _listed(items: Sequence[str]) -> str:
    shown = ", ".join(items[:_NAMED])
    return f"{shown} and {len(items) - _NAMED} more" if len(items) > _NAMED else shown
