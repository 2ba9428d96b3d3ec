"""An issue as Jira has it, read from an answer of Cloud or of Data Center, with nothing made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from syncer.trackers.replies import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

PROPERTY: Final = "syncer"
"""The entity property that holds the marker."""

FIELDS: Final = (
    "summary",
    "status",
    "resolution",
    "assignee",
    "duedate",
    "priority",
    "labels",
    "created",
    "updated",
    "comment",
)
"""What is asked for of an issue."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody in Jira.

    Attributes:
        id: The account id on Cloud, the user name on Data Center.
        name: The name that is shown.
        email: The address, where it may be seen.
        active: Whether the account is in use.
    """

    id: str
    name: str
    email: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class State:
    """A status of a workflow.

    Attributes:
        id: Its id.
        name: Its name.
        category: ``new``, ``indeterminate`` or ``done``.
    """

    id: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Raw:
    """An issue as it was seen.

    Attributes:
        id: Jira's own id, which never changes.
        key: Its key, which changes when it is moved.
        summary: Its title.
        state: Its status.
        resolution: Name of its resolution, or empty.
        assignee: Who has it.
        due: ``YYYY-MM-DD``, or empty.
        priority: Name of its priority, or empty.
        labels: Its labels.
        created: When it was filed.
        updated: When it was changed last.
        comments: How many comments it has.
        held: What syncer's property holds; ``None`` if it has none, or none was asked for.
    """

    id: str
    key: str
    summary: str
    state: State
    resolution: str
    assignee: Account | None
    due: str
    priority: str
    labels: tuple[str, ...]
    created: datetime
    updated: datetime
    comments: int
    held: Mapping[str, Any] | None = field(default=None)

    @property
    def project(self) -> str:
        """Key of its project."""
        return self.key.rpartition("-")[0]

    def has_label(self, name: str) -> bool:
        """Whether it has a label."""
        return any(label.casefold() == name.casefold() for label in self.labels)


def raw_of(data: Mapping[str, Any]) -> Raw:
    """An issue.

    Raises:
        UnreadableError: It isn't one.
    """
    try:
        fields = data["fields"]
        held = (data.get("properties") or {}).get(PROPERTY)
        return Raw(
            id=_text(data["id"]),
            key=_text(data["key"]),
            summary=_text(fields["summary"]),
            state=state_of(fields["status"]),
            resolution=_text((fields.get("resolution") or {}).get("name", "")),
            assignee=account_of(fields["assignee"]) if fields.get("assignee") else None,
            due=_text(fields.get("duedate") or "")[:10],
            priority=_text((fields.get("priority") or {}).get("name", "")),
            labels=tuple(_text(label) for label in fields.get("labels") or ()),
            created=moment(fields["created"]),
            updated=moment(fields["updated"]),
            comments=int((fields.get("comment") or {}).get("total", 0)),
            held=held if isinstance(held, dict) else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"an issue has no {error}") from error


def state_of(data: Mapping[str, Any]) -> State:
    """A status."""
    category = data.get("statusCategory") or {}
    return State(_text(data["id"]), _text(data["name"]), _text(category.get("key", "undefined")))


def account_of(data: Mapping[str, Any]) -> Account:
    """An account of Cloud, which has an id, or of Data Center, which has a name to log in with."""
    return Account(
        id=_text(data.get("accountId") or data["name"]),
        name=_text(data.get("displayName") or ""),
        email=_text(data.get("emailAddress") or ""),
        active=data.get("active") is not False,
    )


def moment(value: object) -> datetime:
    """A moment as Jira writes it: ``2025-11-23T12:00:00.000+0000``."""
    return datetime.fromisoformat(_text(value)).astimezone(UTC)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text in {value!r:.50}")
    return value
