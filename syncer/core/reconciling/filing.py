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
    problems = []
    cells: dict[Field, str] = {}
    fields: dict[str, FieldChange] = {}
    owner = row.values.get("owner", "")
    account = lens.assignee(owner)
    if account is None:
        sent.pop("owner", None)
        problems.append(remarks.not_assignable(row.document, row.line, owner))
    status = Status(sent.get("status", Status.NOT_STARTED))
    if capabilities.starts_when_assigned and account and status is Status.NOT_STARTED:
        status = Status.IN_PROGRESS
        if "status" in row.writable:
            cells["status"] = sent["status"] = status.value
            was = row.values.get("status", "")
            fields["status"] = FieldChange(was, status.value, "document")
    draft = Draft(
        title=lens.title(row.action),
        body=render_block(
            naming(row.facts, owner) if account is None else row.facts,
            mentions=capabilities.mentions,
        ),
        status=status,
        owner=account or "",
        due=sent.get("due", ""),
        priority=sent.get("priority", ""),
        labels=labels,
        marker=Marker(
            item=item,
            document=row.document,
            state=State(
                1,
                {
                    name: pair(value, _BEFORE_FILING.get(name, ""))
                    for name, value in sent.items()
                    if name != "action"
                }
                | {"action": Agreed.both(row.values["action"])},
            ),
        ),
    )
    shown = {"action": row.action} | {name: sent[name] for name in FIELDS[1:] if name in sent}
    return Decision(
        row=row,
        key=None,
        operation=draft,
        sent=sent,
        cells=cells,
        values={"owner": pair(owner, "")} if account is None else {},
        kind=Kind.CREATE,
        fields={name: FieldChange("", value, "tracker") for name, value in shown.items()} | fields,
        problems=tuple(problems),
        asks_about=owner,
    )


_BEFORE_FILING: Mapping[Field, str] = {"status": Status.NOT_STARTED.value}
"""What an issue has before a value that is sent along with its creation took effect."""
