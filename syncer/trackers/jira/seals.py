"""What syncer's entity property holds: the marker, and a seal that tells whether a person has changed the issue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from syncer.core.state import StateError, action_hash, format_marker, parse_marker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.model import Marker
    from syncer.trackers.jira.raw import Raw

_VERSION: Final = 1
TOUCHED: Final = "touched"
"""What stands in a seal that a person had broken already."""

_TYPES: Final[Mapping[str, type]] = {
    **dict.fromkeys(("summary", "status", "category", "assignee", "due", "priority"), str),
    "comments": int,
    TOUCHED: bool,
}
"""The values that a seal may have, and of which type they are."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a property holds.

    Attributes:
        marker: The marker; ``None`` if it is damaged.
        seal: What the issue was left as, by name of the value.
        way: Id of the status that syncer has left it in on its way to another one; empty for where its workflow
            begins, ``None`` if it is on no way.
    """

    marker: Marker | None
    seal: Mapping[str, Any] = field(default_factory=dict)
    way: str | None = None


def read(held: Mapping[str, Any] | None) -> Held | None:
    """What syncer's property says; ``None`` if there is none.

    Whoever may edit an issue may write anything there. What isn't of syncer's making is no marker, and no seal.
    """
    if held is None:
        return None
    text, seal, version = held.get("marker"), held.get("seal"), held.get("version")
    try:
        marker = parse_marker(text) if isinstance(text, str) else None
    except StateError:
        marker = None
    sound = type(version) is int and version == _VERSION and _is_seal(seal)
    way = held.get("way")
    return Held(
        marker,
        seal if isinstance(seal, dict) and sound else {TOUCHED: True},
        way if sound and isinstance(way, str) else None,
    )


def _is_seal(seal: object) -> bool:
    """Whether something has the form of a seal: no name that no seal has, and no value of another type."""
    if not isinstance(seal, dict):
        return False
    # ``type``, since to Python ``True`` is a number.
    return all(name in _TYPES and type(value) is _TYPES[name] for name, value in seal.items())


def written(marker: Marker, seal: Mapping[str, Any], way: str | None = None) -> dict[str, Any]:
    """What the property is to hold."""
    held = {"version": _VERSION, "marker": format_marker(marker), "seal": dict(seal)}
    return held if way is None else held | {"way": way}


def is_underway(raw: Raw, held: Held | None) -> bool:
    """Whether an issue still is where syncer left it on its way to another status, so that nobody meant this one."""
    if held is None or held.way is None:
        return False
    return raw.state.id == held.way if held.way else raw.state.category == "new"


def seal_of(raw: Raw) -> dict[str, Any]:
    """The seal of an issue as it is."""
    return {
        "summary": action_hash(raw.summary),
        "status": raw.state.id,
        "assignee": raw.assignee.id if raw.assignee else "",
        "due": raw.due,
        "priority": raw.priority,
        "comments": raw.comments,
    }


def is_touched(raw: Raw, held: Held | None) -> bool:
    """Whether a person has changed an issue since syncer wrote to it; yes if that can't be told.

    Only what the seal names counts: what Jira fills in by itself when an issue is filed isn't known beforehand.
    """
    if held is None or TOUCHED in held.seal:
        return True
    present = seal_of(raw) | {"category": raw.state.category}
    if raw.comments > held.seal.get("comments", 0):
        return True
    return any(
        present.get(name) != value for name, value in held.seal.items() if name != "comments"
    )
