"""The organisation's issue fields: found by their names once, before anything is read that depends on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from syncer.errors import TrackerError
from syncer.trackers.github.issues import Shape
from syncer.trackers.github.states import States
from syncer.trackers.http import AnswerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.trackers.github.client import Client
    from syncer.trackers.github.raw import Raw
    from syncer.trackers.github.settings import GitHubSettings

_KINDS: Final = {"date": "a date field", "single_select": "a single-select field"}


@dataclass(frozen=True, slots=True)
class IssueField:
    """One of the organisation's fields."""

    id: int
    name: str
    kind: str
    options: tuple[str, ...]


def shape_of(settings: GitHubSettings, client: Client) -> Shape:
    """Where things are kept, according to the settings and to what the organisation has.

    Raises:
        TrackerError: It doesn't have what the settings name. Without this an issue would look as if somebody had
            emptied the field.
    """
    assigned = settings.assigned_is_in_progress
    states = States(labels=settings.labels_by_status, assigned=assigned)
    shape = Shape(settings.label, states, due_milestones=settings.due_milestones)
    if not (settings.due_field or settings.priority_field or settings.status_field):
        return shape
    organisation = settings.repository.partition("/")[0]
    fields = _fields(client, organisation)
    due = _find(fields, organisation, settings.due_field, "date")
    priority = _find(fields, organisation, settings.priority_field, "single_select")
    if settings.status_field:
        found = _find(fields, organisation, settings.status_field, "single_select")
        for option in settings.status_options.values():
            _check_option(found, option)
        states = States(options=settings.options_by_status, field=found.id, assigned=assigned)
    return Shape(
        settings.label,
        states,
        due_field=due.id,
        due_milestones=settings.due_milestones,
        priority_field=priority.id,
        priorities=priority.options,
    )


def field_values(raw: Raw | None, changes: Mapping[int, str]) -> list[dict[str, Any]]:
    """The values to be sent: what GitHub is sent replaces all that there are.

    Args:
        raw: The issue as it is.
        changes: New values by the field's id; empty ones are cleared.
    """
    values: dict[int, Any] = {**(raw.values if raw else {}), **changes}
    return [{"field_id": number, "value": value} for number, value in values.items() if value != ""]


def _fields(client: Client, organisation: str) -> list[IssueField]:
    try:
        data = client.get_list(f"/orgs/{quote(organisation, safe='')}/issue-fields")
    except AnswerError as error:
        raise TrackerError(
            f"the issue fields of {organisation} can't be read: {error.message}",
            remedy="Issue fields are organisations', and not to be had everywhere: remove due_field, priority_field "
            "and status_field from the tracker's settings, or use another token.",
        ) from None
    fields = []
    for one in data:
        if isinstance(one.get("id"), int):
            options = tuple(str(o.get("name", "")) for o in one.get("options") or ())
            fields.append(
                IssueField(one["id"], str(one.get("name")), str(one.get("data_type")), options)
            )
    return fields


def _find(fields: Sequence[IssueField], organisation: str, name: str, kind: str) -> IssueField:
    if not name:
        return IssueField(0, "", kind, ())
    for one in fields:
        if one.name.casefold() == name.casefold() and one.kind == kind:
            return one
    known = ", ".join(f"“{one.name}”" for one in fields if one.kind == kind)
    raise TrackerError(
        f"{organisation} has no issue field “{name}” that is {_KINDS[kind]}",
        remedy=f"Use one of: {known}." if known else "Create it in the organisation's settings.",
    )


def _check_option(found: IssueField, option: str) -> None:
    if option.casefold() not in {one.casefold() for one in found.options}:
        raise TrackerError(
            f"the issue field “{found.name}” has no option “{option}”",
            remedy=f"Use some of: {', '.join(found.options)}.",
        )
