"""Taking an issue through its workflow to a status, by the transitions that there are, over others if need be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from syncer.errors import TrackerError
from syncer.trackers.base import Refused, Unknown
from syncer.trackers.jira.addresses import issue_path
from syncer.trackers.jira.metadata import form_of, meta_of
from syncer.trackers.jira.raw import Raw, state_of
from syncer.trackers.jira.workflow import Transition, transitions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.model import Marker, Status
    from syncer.trackers.jira.workshop import Workshop

STEPS: Final = 5
"""So many transitions are made at most; a workflow that takes more is not walked through unasked."""

_RESOLUTION: Final = "resolution"


def move(
    shop: Workshop, raw: Raw, status: Status, marker: Marker | None
) -> tuple[Raw, str] | Unknown:
    """Take an issue to a status, the marker along with every step.

    Returns:
        The issue as it is then, and why it isn't there, which is empty if it is; or that nobody can tell.

    Raises:
        TrackerError: Nothing could be written; nothing was.
    """
    seen = {raw.state.id}
    for number in range(STEPS):
        if _is_there(shop, raw, status):
            return raw, ""
        transitions = _transitions(shop, raw)
        fitting = [one for one in transitions if shop.shape.workflow.fits(one, status)]
        leaving = status.finished and raw.state.category == "done"
        step = next((one for one in fitting if one.to.id != raw.state.id or leaving), None)
        step = step or shop.shape.workflow.nearer(transitions, status, raw.state, seen)
        if step is None and leaving:
            step = next((one for one in transitions if one.to.category != "done"), None)
        if step is None:
            return raw, _no_way(raw, status, transitions)
        try:
            taken = _take(shop, raw, step, status, marker)
        except TrackerError as error:
            if number == 0:
                raise
            shop.failed = error
            return raw, error.message
        if isinstance(taken, Unknown):
            return taken
        if isinstance(taken, Refused):
            return raw, f"the transition “{step.name}” was refused: {taken.reason}"
        raw = taken
        seen.add(raw.state.id)
    return raw, "" if _is_there(shop, raw, status) else f"{STEPS} transitions don't lead there"


def _is_there(shop: Workshop, raw: Raw, status: Status) -> bool:
    shown = shop.shape.workflow.shown(raw)
    names = shop.shape.workflow.names.get(status)
    if names and not status.finished:
        return any(raw.state.name.casefold() == name.casefold() for name in names)
    return status in shown.statuses


def _transitions(shop: Workshop, raw: Raw) -> list[Transition]:
    path = f"{issue_path(raw.key)}/transitions"
    data = shop.client.get_object(path, {"expand": "transitions.fields"})
    return transitions_of(data.get("transitions") or (), state_of)


def _take(
    shop: Workshop, raw: Raw, step: Transition, status: Status, marker: Marker | None
) -> Raw | Refused | Unknown:
    """Make one transition."""
    fields = _screen_fields(shop, step, status)
    missing = [
        str(meta.get("name", name))
        for name, meta in step.fields.items()
        if meta.get("required") and not meta.get("hasDefaultValue") and name not in fields
    ]
    if missing:
        names = ", ".join(f"“{name}”" for name in missing)
        return Refused(
            f"its screen demands {names}: set it in `transition_fields` for “{step.to.name}”"
        )
    body: dict[str, Any] = {"transition": {"id": step.id}}
    if fields:
        body["fields"] = fields
    held = shop.property(raw, marker, {"status": step.to.id})
    if held is not None:
        body["properties"] = [held]
    outcome = shop.client.post(f"{issue_path(raw.key)}/transitions", body)
    if isinstance(outcome, Refused | Unknown):
        return outcome
    after = shop.reader.one(raw.key)
    return after if isinstance(after, Raw) else Unknown(f"{raw.key} can't be seen any more")


def _screen_fields(shop: Workshop, step: Transition, status: Status) -> dict[str, Any]:
    """What a transition's screen is filled in with: the configured values, and a resolution."""
    fields: dict[str, Any] = {}
    configured: Mapping[str, Any] = next(
        (
            values
            for name, values in shop.settings.transition_fields.items()
            if name.casefold() == step.to.name.casefold()
        ),
        {},
    )
    for name, data in step.fields.items():
        meta = meta_of({"fieldId": name, **data})
        for key, value in configured.items():
            if key.casefold() in (name.casefold(), meta.name.casefold()):
                fields[name] = form_of(meta, value, cloud=shop.cloud)
        if name == _RESOLUTION and name not in fields and step.to.category == "done":
            resolution = shop.shape.workflow.resolution(status, meta.options)
            if resolution:
                fields[name] = {"name": resolution}
    return fields


def _no_way(raw: Raw, status: Status, transitions: list[Transition]) -> str:
    ways = ", ".join(f"“{one.name}” to “{one.to.name}”" for one in transitions) or "none"
    return f"no transition leads from “{raw.state.name}” to {status}; there are: {ways}"
