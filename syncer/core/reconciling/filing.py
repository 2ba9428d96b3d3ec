"""An issue for a row that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.core import remarks
from syncer.core.issuetext import naming, render_block
from syncer.core.plan import FieldChange, Kind
from syncer.core.reconciling.decision import Decision, Row, pair
from syncer.core.tracking import Draft
from syncer.model import FIELDS, Agreed, Marker, State, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.reconciling.lens import Lens
    from syncer.core.tracking import Issue
    from syncer.model import Field


def plan_new(row: Row, item: str, lens: Lens, labels: tuple[str, ...]) -> Decision:
    """File an issue for a row that has none.

    Args:
        row: The row.
        item: Its item id.
        lens: The tracker in the document's terms.
        labels: Labels that the issue gets.
    """
    capabilities = lens.directory.capabilities
    sent = {n: value for n, value in row.values.items() if value and n in capabilities.fields}
    owner = row.values.get("owner", "")
    account = lens.assignee(owner)
    if account is None:
        sent.pop("owner", None)
    claims = _claims(sent)
    if account is None and "owner" in capabilities.fields:
        claims["owner"] = pair(owner, "")
    status = Status(sent.get("status", Status.NOT_STARTED))
    cells: dict[Field, str] = {}
    shown = {"action": row.action} | {name: sent[name] for name in FIELDS[1:] if name in sent}
    fields = {name: FieldChange("", value, "tracker") for name, value in shown.items()}
    if account and capabilities.starts_when_assigned and _can_start(row, status):
        status = Status.IN_PROGRESS
        if "status" in row.writable:
            was = row.values.get("status", "")
            sent["status"] = cells["status"] = status.value
            claims["status"] = pair(was, status.value)
            fields["status"] = FieldChange(was, status.value, "document")
    facts = naming(row.facts, owner) if account is None else row.facts
    return Decision(
        row=row,
        key=None,
        operation=Draft(
            title=lens.title(row.action),
            body=render_block(facts, mentions=capabilities.mentions, link=row.link),
            status=status,
            owner=account or "",
            due=sent.get("due", ""),
            priority=sent.get("priority", ""),
            labels=labels,
            severity=row.severity,
            marker=Marker(item=item, document=row.document, state=State(_FIRST, claims)),
        ),
        sent=sent,
        cells=cells,
        values={"owner": pair(owner, "")} if account is None else {},
        claims={name: value for name, value in claims.items() if name in sent},
        kind=Kind.CREATE,
        fields=fields,
        problems=(remarks.not_assignable(row.document, row.line, owner),)
        if account is None
        else (),
        asks_about=(owner,) if owner else (),
    )


def is_started(base: Agreed | None, ours: str, issue: Issue) -> bool:
    """Whether an issue was started by being filed with an assignee, in a run that died before the row said so.

    Args:
        base: The status as the marker of the filing claims it.
        ours: The row's present status; if it isn't the one that the issue was filed from, a person has moved on.
        issue: The issue; if it isn't in progress any more, or never was, there is nothing to make up for.
    """
    started = Status.IN_PROGRESS
    return (
        base == Agreed(ours, started.value)
        and _is_new(ours)
        and started in issue.statuses
        and issue.marker is not None
        and issue.marker.state.counter == _FIRST
    )


def _claims(sent: Mapping[Field, str]) -> dict[Field, Agreed]:
    """What the marker says of values whose fate nobody knows until the answer is in."""
    return {
        name: Agreed.both(value)
        if name == "action"
        else pair(value, Status.NOT_STARTED.value if name == "status" else "")
        for name, value in sent.items()
    }


def _can_start(row: Row, status: Status) -> bool:
    """Whether nothing speaks against an issue in progress: neither the row's status nor that it would stay."""
    return status is Status.NOT_STARTED and ("status" in row.writable or "status" not in row.values)


def _is_new(status: str) -> bool:
    return status in ("", Status.NOT_STARTED.value)


_FIRST = 1
"""The counter of a marker that nothing has followed."""
