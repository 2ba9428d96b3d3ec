"""Taking an issue through its workflow to a status, by the transitions that there are, over others if need be."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from syncer.errors import TrackerError
from syncer.trackers.base import Refused, Unknown
from syncer.trackers.http import AbandonedError
from syncer.trackers.jira.addresses import issue_path
from syncer.trackers.jira.answers import Rejected
from syncer.trackers.jira.explaining import by_name
from syncer.trackers.jira.metadata import form_of, meta_of
from syncer.trackers.jira.raw import PROPERTY, Raw, state_of
from syncer.trackers.jira.seals import is_underway, read
from syncer.trackers.jira.workflow import RESOLUTION, Transition, transitions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from syncer.model import Marker, Status
    from syncer.trackers.jira.workshop import Workshop

STEPS: Final = 5
"""So many transitions are made at most; a workflow that takes more is not walked through unasked."""

_MOVED: Final = Refused(
    "somebody has changed its status since it was looked at", "The next run looks at it again."
)


def move(
    shop: Workshop, raw: Raw, status: Status, marker: Marker | None
) -> tuple[Raw, str] | Refused | Unknown:
    """Take an issue to a status, the marker along with every step.

    Every step but the last notes in the property that the issue is on its way. If a step fails for now, the note stays,
    and the next run goes on from there. If there is no way, it is taken out.

    Returns:
        The issue as it is then, and why it isn't there, which is empty if it is; or that somebody else has moved it; or
        that nobody can tell, or not now.

    Raises:
        TrackerError: Nothing could be written; nothing was.
    """
    seen = {raw.state.id}
    arrived = False
    for number in range(STEPS):
        if _is_there(shop, raw, status):
            return _at_rest(shop, raw, marker), ""
        if arrived:
            return _at_rest(shop, raw, marker), _no_resolution(raw, status)
        try:
            transitions = _transitions(shop, raw)
            step = _step(shop, raw, status, transitions, seen)
            if step is None:
                return _at_rest(shop, raw, marker), _no_way(raw, status, transitions)
            arrived = shop.shape.workflow.fits(step, status)
            taken = _take(shop, raw, step, status, marker, is_last=arrived)
        except TrackerError as error:
            if number == 0:
                raise
            shop.failed = error
            return Unknown(f"it is at “{raw.state.name}” on its way to {status}: {error.message}")
        if isinstance(taken, Unknown) or taken is _MOVED:
            return taken
        if isinstance(taken, Refused):
            reason = f"the transition “{step.name}” was refused: {taken.reason}"
            return _at_rest(shop, raw, marker), reason
        raw = taken
        seen.add(raw.state.id)
    if _is_there(shop, raw, status):
        return _at_rest(shop, raw, marker), ""
    return _at_rest(shop, raw, marker), f"{STEPS} transitions don't lead there"


def _step(
    shop: Workshop,
    raw: Raw,
    status: Status,
    transitions: Sequence[Transition],
    seen: set[str],
) -> Transition | None:
    """The transition to be made next: there, towards there, or out of an end into the other one."""
    leaving = status.finished and raw.state.category == "done"
    workflow = shop.shape.workflow
    ahead = [one for one in transitions if one.to.id != raw.state.id or leaving]
    step = workflow.best(ahead, status) or workflow.nearer(transitions, status, raw.state, seen)
    if step is None and leaving:
        step = next((one for one in transitions if one.to.category != "done"), None)
    return step


def _at_rest(shop: Workshop, raw: Raw, marker: Marker | None) -> Raw:
    """The issue with nothing in its property about a way; it stays there if it can't be taken out."""
    if not is_underway(raw, read(raw.held)):
        return raw
    held = shop.property(raw, marker, {"status": raw.state.id})
    assert held is not None  # noqa: S101 - an issue without a property is on no way
    path = f"{issue_path(raw.key)}/properties/{PROPERTY}"
    try:
        outcome = shop.client.put(path, held["value"])
    except TrackerError:
        return raw
    return raw if isinstance(outcome, Refused | Unknown) else replace(raw, held=held["value"])


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
    shop: Workshop,
    raw: Raw,
    step: Transition,
    status: Status,
    marker: Marker | None,
    *,
    is_last: bool,
) -> Raw | Refused | Unknown:
    """Make one transition."""
    fields = _filled(shop, step, status)
    if isinstance(fields, Refused):
        return fields
    body: dict[str, Any] = {"transition": {"id": step.id}}
    if fields:
        body["fields"] = fields
    held = shop.property(raw, marker, {"status": step.to.id}, None if is_last else step.to.id)
    if held is not None:
        body["properties"] = [held]
    outcome = shop.client.post(f"{issue_path(raw.key)}/transitions", _unless_moved(shop, raw, body))
    if isinstance(outcome, Rejected) and outcome.status == HTTPStatus.CONFLICT:
        # Somebody else's change is being made. It isn't known what becomes of this one, and the next run tells.
        return Unknown(outcome.reason)
    if isinstance(outcome, Rejected) and outcome.fields:
        return Refused(by_name(outcome.fields, step.names), outcome.remedy)
    if isinstance(outcome, Refused | Unknown):
        return outcome
    after = shop.reader.one(raw.key)
    return after if isinstance(after, Raw) else Unknown(f"{raw.key} can't be seen any more")


def _unless_moved(shop: Workshop, raw: Raw, body: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """A body that is sent, and sent again after a limit was waited for, unless somebody has moved the issue since."""
    sent: list[dict[str, Any]] = []

    def make() -> dict[str, Any]:
        if sent:
            present = shop.reader.one(raw.key)
            if not isinstance(present, Raw) or present.state != raw.state:
                raise AbandonedError(_MOVED)
        sent.append(body)
        return body

    return make


def _filled(shop: Workshop, step: Transition, status: Status) -> dict[str, Any] | Refused:
    """What a transition's screen is filled in with; a refusal if that isn't enough, or isn't what it takes."""
    try:
        fields = _screen_fields(shop, step, status)
    except TrackerError as error:
        # A value that is configured for this screen: the other issues are no worse off for it.
        return Refused(error.message, error.remedy)
    missing = [step.names[id_] for id_ in step.demanded if id_ not in fields]
    if not missing:
        return fields
    names = ", ".join(f"“{name}”" for name in missing)
    return Refused(
        f"its screen demands {names}: set it in `transition_fields` for “{step.to.name}”"
    )


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
        if name == RESOLUTION and name not in fields and step.to.category == "done":
            resolution = shop.shape.workflow.resolution(status, meta.options)
            if resolution:
                fields[name] = {"name": resolution}
    return fields


def _no_resolution(raw: Raw, status: Status) -> str:
    said = f" with the resolution “{raw.resolution}”" if raw.resolution else " without a resolution"
    return f"it is at “{raw.state.name}”{said}, which isn't {status}; no screen asks for another"


def _no_way(raw: Raw, status: Status, transitions: list[Transition]) -> str:
    ways = ", ".join(f"“{one.name}” to “{one.to.name}”" for one in transitions) or "none"
    return f"no transition leads from “{raw.state.name}” to {status}; there are: {ways}"
