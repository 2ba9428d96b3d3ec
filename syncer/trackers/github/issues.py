"""From an issue as GitHub has it to an issue in syncer's terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from syncer.trackers.base import Issue
from syncer.trackers.github.bodies import Body, Seal, seal_digest, take_apart
from syncer.trackers.github.states import States

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.model import Field
    from syncer.trackers.github.raw import Raw


_BOT: Final = "[bot]"


@dataclass(frozen=True, slots=True)
class Shape:
    """Where things are kept on this repository's issues.

    Attributes:
        label: The label of the issues that syncer filed.
        states: How statuses are told apart.
        due_field: Id of the date field that holds the due date; 0 for none.
        due_milestones: Whether the milestone's date is the due date.
        priority_field: Id of the single-select field that holds the priority; 0 for none.
        priorities: Its options.
    """

    label: str
    states: States = field(default_factory=States)
    due_field: int = 0
    due_milestones: bool = False
    priority_field: int = 0
    priorities: tuple[str, ...] = ()

    def issue(self, raw: Raw) -> Issue:
        """The issue in syncer's terms."""
        body = take_apart(raw.body)
        shown = self.states.shown(raw)
        ours = raw.has_label(self.label)
        owners = [login.removesuffix(_BOT) for login in raw.assignees]
        return Issue(
            key=str(raw.number),
            title=raw.title,
            status=shown.status,
            statuses=shown.statuses,
            owner=owners[0] if owners else "",
            owners=tuple(owners[1:]),
            due=self.due(raw),
            priority=self._value(raw, self.priority_field),
            body=body.text,
            marker=body.marker if ours else None,
            created=raw.created,
            touched=is_touched(raw, body),
            untold=self._untold(raw),
        )

    def due(self, raw: Raw) -> str:
        """The due date, ``YYYY-MM-DD`` or empty."""
        if self.due_milestones:
            return raw.milestone.due if raw.milestone else ""
        return self._value(raw, self.due_field)[:10]

    def _value(self, raw: Raw, field_id: int) -> str:
        value: Any = raw.values.get(field_id, "") if field_id else ""
        return value if isinstance(value, str) else ""

    def _untold(self, raw: Raw) -> frozenset[Field]:
        """A milestone without a date, which somebody chose for something else, says nothing about when it is due."""
        undated = self.due_milestones and raw.milestone is not None and not raw.milestone.due
        return frozenset({"due"}) if undated else frozenset()


def is_touched(raw: Raw, body: Body) -> bool:
    """Whether a person has changed an issue or commented on it since syncer wrote to it; yes if that can't be told."""
    seal = body.seal
    return seal is None or raw.comments > seal.comments or seal.digest != digest_of(raw, body.text)


def digest_of(raw: Raw, text: str, changes: Mapping[str, Any] | None = None) -> str:
    """The digest of an issue as it is, or as it will be with some changes."""
    values: dict[str, Any] = {
        "title": raw.title,
        "text": text,
        "state": raw.state,
        "reason": raw.reason,
        "assignees": frozenset(raw.assignees),
    }
    values |= dict(changes or {})
    values["assignees"] = frozenset(map(plain, values["assignees"]))
    return seal_digest(**values)


def plain(login: str) -> str:
    """A login for comparisons: in any case, and with what one of the two interfaces puts behind an App's left out."""
    return login.casefold().removesuffix(_BOT)


def seal_of(raw: Raw, text: str, changes: Mapping[str, Any]) -> Seal:
    """The seal of an issue as it will be; one that a person has touched stays touched."""
    body = take_apart(raw.body)
    if is_touched(raw, body):
        return Seal("", raw.comments)
    return Seal(digest_of(raw, text, changes), raw.comments)
